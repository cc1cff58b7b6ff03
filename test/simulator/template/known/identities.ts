/** IAM. */

import { description, executed, inert, KnownFields, KnownResources, listOf, policyDocument, tags } from '../known-properties';

const attachment: KnownFields = { Groups: executed, Roles: executed, Users: executed };
const inlinePolicies = listOf({ PolicyName: description, PolicyDocument: policyDocument });

/** What the simulator knows of it. */
export const IDENTITIES: KnownResources = {
  'AWS::IAM::Role': {
    properties: {
      RoleName: executed,
      Path: executed,
      AssumeRolePolicyDocument: policyDocument,
      ManagedPolicyArns: executed,
      Policies: inlinePolicies,
      Description: description,
      MaxSessionDuration: inert('services renew their sessions'),
      Tags: tags,
    },
    identity: naming => {
      const name = naming.name('RoleName', 64);
      const roleId = `AROA${naming.uuid().replace(/-/g, '').toUpperCase().slice(0, 17)}`;
      return { ref: name, attributes: { Arn: naming.iamArn(`role${naming.text('Path') ?? '/'}${name}`), RoleId: roleId } };
    },
  },
  'AWS::IAM::ManagedPolicy': {
    properties: { ManagedPolicyName: executed, Path: executed, PolicyDocument: policyDocument, ...attachment, Description: description },
    identity: naming => {
      const arn = naming.iamArn(`policy${naming.text('Path') ?? '/'}${naming.name('ManagedPolicyName', 128)}`);
      return { ref: arn, attributes: { PolicyArn: arn } };
    },
  },
  'AWS::IAM::Policy': {
    properties: { PolicyName: description, PolicyDocument: policyDocument, ...attachment },
    identity: naming => ({ ref: naming.name('PolicyName', 128), attributes: {} }),
  },
  'AWS::IAM::User': {
    properties: { UserName: executed, Path: executed, Groups: executed, ManagedPolicyArns: executed, Policies: inlinePolicies, Tags: tags },
    identity: naming => {
      const name = naming.name('UserName', 64);
      return { ref: name, attributes: { Arn: naming.iamArn(`user${naming.text('Path') ?? '/'}${name}`) } };
    },
  },
  'AWS::IAM::Group': {
    properties: { GroupName: executed, Path: executed, ManagedPolicyArns: executed, Policies: inlinePolicies },
    identity: naming => {
      const name = naming.name('GroupName', 128);
      return { ref: name, attributes: { Arn: naming.iamArn(`group${naming.text('Path') ?? '/'}${name}`) } };
    },
  },
};

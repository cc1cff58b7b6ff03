/** IAM. */

import { description, executed, inert, KnownResources, listOf, policyDocument, tags } from '../known-properties';

/** What the simulator knows of it. */
export const IDENTITIES: KnownResources = {
  'AWS::IAM::Role': {
    properties: {
      RoleName: executed,
      Path: executed,
      AssumeRolePolicyDocument: policyDocument,
      ManagedPolicyArns: executed,
      Policies: listOf({ PolicyName: description, PolicyDocument: policyDocument }),
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
    properties: { ManagedPolicyName: executed, Path: executed, PolicyDocument: policyDocument, Roles: executed, Description: description },
    identity: naming => {
      const arn = naming.iamArn(`policy${naming.text('Path') ?? '/'}${naming.name('ManagedPolicyName', 128)}`);
      return { ref: arn, attributes: { PolicyArn: arn } };
    },
  },
};

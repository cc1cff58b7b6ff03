/** How many managed policies each role has, whatever template it comes from. */

import { Properties } from '../template/properties';
import type { SimulatedTemplate } from '../template/template';

/** By default. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const MAX_POLICIES = 10;

/** The number of managed policies of each role that has any, by its logical id. */
export function attachedPolicies(template: SimulatedTemplate): Map<string, number> {
  const policies = template.ofType('AWS::IAM::ManagedPolicy').map(policy => ({ arn: policy.ref, roles: Properties.of(policy).texts('Roles') }));
  return new Map(template.ofType('AWS::IAM::Role').flatMap((role): [string, number][] => {
    const named = Properties.of(role).texts('ManagedPolicyArns');
    const attached = new Set([...named, ...policies.filter(({ roles }) => roles.includes(role.ref)).map(({ arn }) => arn)]);
    return attached.size > 0 ? [[role.logicalId, attached.size]] : [];
  }));
}

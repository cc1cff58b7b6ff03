// Logical ids that say more than the construct's path: for a resource that must be another one, beside the old, when something changes.

import { CfnElement, Stack } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { shortHash } from './names';
import { LIMITS } from '../limits/limits';

const MAX_LOGICAL_ID = LIMITS.logicalId.most;

/** Ends a resource's logical id with a text: with another text it is another resource, which CloudFormation makes before the old one goes. */
export function endLogicalId(element: CfnElement, end: string): void {
  element.overrideLogicalId(`${Stack.of(element).getLogicalId(element).slice(0, MAX_LOGICAL_ID - end.length)}${end}`);
}

/**
 * Makes a policy another one when what it is about changes. In place it would change before those that need it: they still use what was before,
 * and the role has no right to it any more. So the role has both, until nothing needs the old one.
 */
export function distinguishPolicy(policy: iam.ManagedPolicy, about: unknown): void {
  endLogicalId(policy.node.defaultChild as iam.CfnManagedPolicy, shortHash(JSON.stringify(Stack.of(policy).resolve(about))));
}

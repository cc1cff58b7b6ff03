// Logical ids that say more than the construct's path: for a resource that must be another one, beside the old, when something changes.

import { CfnElement, Stack } from 'aws-cdk-lib';

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html */
const MAX_LOGICAL_ID = 255;

/** Ends a resource's logical id with a text: with another text it is another resource, which CloudFormation makes before the old one goes. */
export function endLogicalId(element: CfnElement, end: string): void {
  element.overrideLogicalId(`${Stack.of(element).getLogicalId(element).slice(0, MAX_LOGICAL_ID - end.length)}${end}`);
}

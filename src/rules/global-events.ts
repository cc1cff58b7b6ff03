// Where CloudTrail records what services without a Region do, IAM first of all.

import { Stack } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import type { Construct } from 'constructs';
import { isKnown } from '../private/validate';

/** In other partitions than this one's AWS's documents do not say where that is. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html */
export const GLOBAL_EVENTS_REGION = 'us-east-1';
const PARTITION = 'aws';

/** The Region of a stack in which it is known that these events do not appear. */
export function regionWithoutGlobalEvents(scope: Construct): string | undefined {
  const { region } = Stack.of(scope);
  return isKnown(region) && region !== GLOBAL_EVENTS_REGION && RegionInfo.get(region).partition === PARTITION ? region : undefined;
}

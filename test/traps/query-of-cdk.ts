// The jq query that CDK joins from the expressions of partition keys.

import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as firehose from 'aws-cdk-lib/aws-kinesisfirehose';

/** What CDK's own processor declares for these keys. */
export function queryOfCdk(expressions: { [key: string]: string }): string {
  const prefix = Object.keys(expressions).map(key => `!{partitionKeyFromQuery:${key}}/`).join('');
  const stack = new Stack();
  const role = new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
  const { parameters } = firehose.MetadataExtractionProcessor.jq16(expressions).bind(stack, { role, dynamicPartitioningEnabled: true, prefix });
  return parameters!.find(({ parameterName }) => parameterName === 'MetadataExtractionQuery')!.parameterValue;
}

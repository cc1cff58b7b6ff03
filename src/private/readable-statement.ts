// A policy statement as a person can paste it, for warnings about what the library cannot change itself.

import { Stack } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import type { Construct } from 'constructs';
import { isIntrinsic, isKnown } from './validate';

/** The statement as JSON; what only the deployment knows stands in angle brackets. */
export function readableStatement(scope: Construct, statement: iam.PolicyStatement): string {
  const stack = Stack.of(scope);
  const region = isKnown(stack.region) ? stack.region : undefined;
  const pseudo: { [ref: string]: string } = {
    'AWS::Partition': (region && RegionInfo.get(region).partition) ?? '<partition>',
    'AWS::Region': region ?? '<region>',
    'AWS::AccountId': isKnown(stack.account) ? stack.account : '<account>',
  };
  return JSON.stringify(stack.resolve(statement.toStatementJson()), (_key, value) => isIntrinsic(value) ? textOf(value, pseudo) : value);
}

function textOf(value: unknown, pseudo: { [ref: string]: string }): string {
  if (typeof value === 'string') return value;
  const { 'Ref': ref, 'Fn::Join': join } = value as { 'Ref'?: string; 'Fn::Join'?: [string, unknown[]] };
  if (join) return join[1].map(part => textOf(part, pseudo)).join(join[0]);
  return pseudo[ref ?? ''] ?? '<ARN>';
}

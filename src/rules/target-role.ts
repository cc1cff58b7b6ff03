// The role by which EventBridge reaches a target: for rules of the archive's account and Region, and nobody else's.

import { Aws, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/** Creates the role, without a permission. */
export function createTargetRole(scope: Construct, description: string): iam.Role {
  return new iam.Role(scope, 'Role', {
    description,
    assumedBy: new iam.ServicePrincipal('events.amazonaws.com', {
      conditions: {
        ArnLike: { 'aws:SourceArn': `arn:${Aws.PARTITION}:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:rule/*` },
        StringEquals: { 'aws:SourceAccount': Stack.of(scope).account },
      },
    }),
  });
}

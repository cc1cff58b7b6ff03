// What `removalPolicy` means for a stage whose resources hold data of record.

import { CfnResource, RemovalPolicy } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Applies the policy to every resource below the scope, so that what is kept keeps its role, its permissions and its policies too. */
export function applyToAll(scope: IConstruct, policy: RemovalPolicy): void {
  for (const child of scope.node.findAll()) {
    if (CfnResource.isCfnResource(child)) child.applyRemovalPolicy(policy);
  }
}

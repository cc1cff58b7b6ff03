// What `removalPolicy` means for a stage whose resources hold data of record.

import { CfnResource, RemovalPolicy } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { invalid, show } from './validate';

/** Applies the policy to every resource below the scope, so that what is kept keeps its role, its permissions and its policies too. */
export function applyToAll(scope: IConstruct, policy: RemovalPolicy): void {
  for (const child of scope.node.findAll()) {
    if (CfnResource.isCfnResource(child)) child.applyRemovalPolicy(policy);
  }
}

/** The `removalPolicy` of the archive, or an error. */
export function checkedRemovalPolicy(policy: RemovalPolicy = RemovalPolicy.RETAIN): RemovalPolicy {
  if (policy === RemovalPolicy.SNAPSHOT) {
    invalid('removalPolicy', show(policy), 'the archive takes RemovalPolicy.RETAIN, RETAIN_ON_UPDATE_OR_DELETE or DESTROY');
  }
  return policy;
}

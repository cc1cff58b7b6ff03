// The keys that encrypted before the one that does now: what is older stays encrypted by them, in S3 and in what services keep for the archive.

import { CfnResource, Stack } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { onceComplete } from './bucket-encryption';
import { CONNECTION_TAG, eventArchiveStatements, eventBridgeStatement, eventBusStatements, logsStatement } from './encryption-key';
import { keyItself } from './key-alias';
import { invalid } from './validate';

/** Checks a list of former keys. */
export function checkedFormerKeys(scope: Construct, prop: string, former: kms.IKey[] = [], current?: kms.IKey): kms.IKey[] {
  const identity = (key: kms.IKey) => JSON.stringify(Stack.of(scope).resolve(keyItself(key).keyArn));
  const known = new Set<string>();
  for (const key of former) {
    if (current && identity(key) === identity(current)) invalid(prop, `the encryptionKey (${key.node.path})`, 'give the keys that encrypted before it');
    if (known.has(identity(key))) invalid(prop, `${key.node.path} twice`, 'give each key once');
    known.add(identity(key));
  }
  return former;
}

/**
 * Has the policies of former keys go on letting in the services of the archive: what these keep is encrypted with them, and until an update has
 * come to a service, it encrypts with them. The policies of imported keys stay as they are.
 */
export function letServicesIn(archive: Construct, former: readonly kms.IKey[]): void {
  if (former.length === 0) return;
  onceComplete(archive, () => {
    const types = new Set(archive.node.findAll().map(child => CfnResource.isCfnResource(child) ? child.cfnResourceType : ''));
    for (const statement of statementsFor(archive, types)) allowOnFormer(former, statement);
    const tagged = types.has('AWS::Events::Connection') ? former : [];
    for (const key of tagged) (keyItself(key).node.defaultChild as kms.CfnKey | undefined)?.tags.setTag(CONNECTION_TAG, 'true');
  });
}

/** Adds a statement to the policies of former keys that this app makes. */
export function allowOnFormer(former: readonly kms.IKey[], statement: iam.PolicyStatement): void {
  for (const key of former) keyItself(key).addToResourcePolicy(statement, true);
}

function statementsFor(archive: Construct, types: ReadonlySet<string>): iam.PolicyStatement[] {
  const hasArchives = types.has('AWS::Events::Archive');
  return [
    ...types.has('AWS::Logs::LogGroup') ? [logsStatement(archive)] : [],
    ...types.has('AWS::SQS::Queue') ? [eventBridgeStatement(archive)] : [],
    ...hasArchives ? eventArchiveStatements(archive) : [],
    ...types.has('AWS::Events::EventBus') ? eventBusStatements(archive, hasArchives) : [],
  ];
}

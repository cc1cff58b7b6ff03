// The user's key, by which everything that can be is encrypted: what is certainly wrong with it, and what its policy must say.

import { Annotations, Stack, Tags } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { aliasOf, isAwsManaged, keyItself, namedKey } from './key-alias';
import { readableStatement } from './readable-statement';
import { invalid, isElsewhere, isKnown, warningId } from './validate';
import { judgePolicyOf } from '../limits/policies';

const PROP = 'encryptionKey';

/** Without it EventBridge may not use a key for a connection. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/encryption-connections.html */
export const CONNECTION_TAG = 'EventBridgeApiDestinations';

/** A key whose policy grows with what uses the key. Its statements name services, accounts and patterns, never a resource that uses it: a cycle. */
export class EncryptionKey {
  /** Of an alias, the key behind it: what services take, and what policies name. */
  public readonly key: kms.IKey;
  private letsArchivesIn = false;

  constructor(private readonly scope: Construct, given: kms.IKey) {
    this.key = keyItself(given);
    this.check();
  }

  /** EventBridge writes to encrypted queues. @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html */
  public allowEventBridge(): void {
    this.allow(eventBridgeStatement(this.scope));
  }

  /** EventBridge's archives, of any bus of the account. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/encryption-archives.html */
  public allowEventArchives(): void {
    this.letsArchivesIn = true;
    for (const statement of eventArchiveStatements(this.scope)) this.allow(statement);
  }

  /** CloudWatch Logs writes to encrypted log groups. @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html */
  public allowLogs(): void {
    this.allow(logsStatement(this.scope));
  }

  /**
   * EventBridge encrypts what is on a bus, and the log delivery what it tells of it.
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-cmkey.html
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/encryption-bus-logs.html
   */
  public allowEventBuses(): void {
    for (const statement of eventBusStatements(this.scope, this.letsArchivesIn)) this.allow(statement);
  }

  /** EventBridge's service-linked role uses a key for connections when it has a tag, and the key's policy leaves it to IAM, as by default. */
  public allowConnections(): void {
    Tags.of(this.key).add(CONNECTION_TAG, 'true');
    if (this.isImported) this.warn('encryptionKeyTag', `an imported key cannot be tagged from here; without the tag ${CONNECTION_TAG}=true EventBridge cannot use it for connections`);
  }

  private get isImported(): boolean {
    return this.key.node.defaultChild === undefined;
  }

  /** Adds a statement to the key's policy, or shows it in a warning where that is imported. */
  public allow(statement: iam.PolicyStatement): void {
    if (this.key.addToResourcePolicy(statement, true).statementAdded) return judgePolicyOf(this.scope, PROP, this.key);
    this.warn('encryptionKeyPolicy', 'the policy of an imported key cannot be changed from here; it needs this statement, and must leave the rest to IAM, '
      + `as it does by default: ${readableStatement(this.scope, statement)}`);
  }

  private warn(id: string, text: string): void {
    Annotations.of(this.scope).addWarningV2(warningId(id), `${PROP}: ${text}`);
  }

  private check(): void {
    if (aliasOf(this.key) !== undefined) invalid(PROP, 'an alias that is known by its name', 'the services take the key itself: give that, or the alias by kms.Alias.fromAliasAttributes, which names its key');
    const { region, account } = Stack.of(this.scope);
    if (isElsewhere(account, this.key.env.account)) {
      invalid(PROP, `a key of account ${this.key.env.account}`, `the archive's services use keys of their own account, ${account}`);
    }
    if (isElsewhere(region, this.key.env.region)) {
      invalid(PROP, `a key in Region ${this.key.env.region}`, `the archive's services use keys of their own Region, ${region}`);
    }
    const spec = (this.key.node.defaultChild as kms.CfnKey | undefined)?.keySpec;
    if (spec !== undefined && isKnown(spec) && spec !== 'SYMMETRIC_DEFAULT') {
      invalid(PROP, `a key of the spec ${spec}`, 'the archive\'s services encrypt with symmetric keys (SYMMETRIC_DEFAULT) only');
    }
  }
}

/** What EventBridge needs to put messages into a queue that is encrypted by a key. */
export function eventBridgeStatement(scope: Construct): iam.PolicyStatement {
  const { partition, region, account } = Stack.of(scope);
  return new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal('events.amazonaws.com')],
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: ['*'],
    conditions: {
      ArnLike: { 'aws:SourceArn': `arn:${partition}:events:${region}:${account}:rule/*` },
      StringEquals: { 'aws:SourceAccount': account },
    },
  });
}

/** What EventBridge needs for archives of any bus of the account. */
export function eventArchiveStatements(scope: Construct): iam.PolicyStatement[] {
  const { region, account, partition } = Stack.of(scope);
  const principals = [new iam.ServicePrincipal('events.amazonaws.com')];
  return [
    // It has no encryption context.
    new iam.PolicyStatement({ principals, actions: ['kms:DescribeKey'], resources: ['*'] }),
    new iam.PolicyStatement({
      principals,
      actions: ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:ReEncrypt*'],
      resources: ['*'],
      conditions: { StringLike: { 'kms:EncryptionContext:aws:events:event-bus:arn': `arn:${partition}:events:${region}:${account}:event-bus/*` } },
    }),
  ];
}

/** What CloudWatch Logs needs for log groups of the account. */
export function logsStatement(scope: Construct): iam.PolicyStatement {
  const { region, account, partition } = Stack.of(scope);
  return new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal(`logs.${region}.amazonaws.com`)],
    actions: ['kms:Decrypt', 'kms:Describe*', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
    resources: ['*'],
    conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*` } },
  });
}

/** AWS's own policies for a bus and its logs, with any bus of the account and Region in the place of one. What its archives need is more than its own events do. */
export function eventBusStatements(scope: Construct, hasArchives: boolean): iam.PolicyStatement[] {
  const { partition, region, account } = Stack.of(scope);
  const eventBridge = new iam.ServicePrincipal('events.amazonaws.com');
  const anyBus = `arn:${partition}:events:${region}:${account}:event-bus/*`;
  const onKey = (principal: iam.IPrincipal, actions: string[], conditions?: { [operator: string]: { [key: string]: string } }) =>
    new iam.PolicyStatement({ principals: [principal], actions, resources: ['*'], conditions });
  const forLogs = { StringLike: { 'kms:EncryptionContext:SourceArn': `arn:${partition}:logs:${region}:${account}:*` } };
  const ownEvents = [
    // AWS shows no condition for this one, which tells of the key and lets nobody use it.
    onKey(eventBridge, ['kms:DescribeKey']),
    onKey(eventBridge, ['kms:Decrypt', 'kms:GenerateDataKey'], { ArnLike: { 'aws:SourceArn': anyBus, 'kms:EncryptionContext:aws:events:event-bus:arn': anyBus } }),
  ];
  return [
    ...hasArchives ? [] : ownEvents,
    onKey(eventBridge, ['kms:GenerateDataKey'], forLogs),
    onKey(new iam.ServicePrincipal('delivery.logs.amazonaws.com'), ['kms:Decrypt', 'kms:GenerateDataKey'], forLogs),
  ];
}

/** What a role needs to read or write the objects of a bucket that are encrypted by a key, if anything; a bucket key has the bucket as its context. */
export function objectKeyStatements(key: kms.IKey, bucketArn: string, actions: string[]): iam.PolicyStatement[] {
  if (isAwsManaged(key)) return [];
  const { resources, conditions } = namedKey(key);
  return [new iam.PolicyStatement({
    actions,
    resources,
    conditions: {
      ...conditions,
      StringLike: {
        'kms:EncryptionContext:aws:s3:arn': [bucketArn, `${bucketArn}/*`],
        // The end differs in China.
        'kms:ViaService': `s3.${key.env.region}.amazonaws.com*`,
      },
    },
  })];
}

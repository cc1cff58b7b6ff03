// How the archive is written: the role, the error log, and the Firehose streams that share them.

import { Aws, Duration, Size, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as firehose from 'aws-cdk-lib/aws-kinesisfirehose';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledgeWildcards } from './rule-packs';
import { createStream } from './stream';
import { deliveryStatements } from '../layout/delivery-permission';
import type { Layout } from '../layout/layout';
import type { ArchiveLocation } from '../layout/location';
import { encryptionOf, onceComplete } from '../private/bucket-encryption';
import { EncryptionKey, objectKeyStatements } from '../private/encryption-key';
import { applyToAll, Removal } from '../private/removal';

const KEY_ACTIONS = ['kms:Decrypt', 'kms:GenerateDataKey'];

/** How the events get into the archive. */
export interface DeliveryOptions {
  /**
   * How long Firehose collects events before it writes an object: the shorter, the sooner an event is queryable and the more small
   * objects there are. With dynamic partitioning (as by default) 60 to 900 seconds, and an event can take half as long again; with a
   * date alone 0 to 900 seconds. Anything else fails at synthesis.
   *
   * @default Duration.seconds(300)
   * @see https://docs.aws.amazon.com/firehose/latest/APIReference/API_BufferingHints.html
   */
  readonly bufferInterval?: Duration;

  /**
   * How much Firehose collects, before compression, before it writes an object ahead of the interval. With dynamic partitioning (as
   * by default) 64 to 128 MiB; with a date alone 1 to 128 MiB. Anything else fails at synthesis.
   *
   * @default Size.mebibytes(128)
   * @see https://docs.aws.amazon.com/firehose/latest/APIReference/API_BufferingHints.html
   */
  readonly bufferSize?: Size;

  /**
   * The queue that takes the events which EventBridge could not hand to Firehose after 24 hours and 185 attempts, or had no right to.
   *
   * It must be a standard queue in the Region of the bus, encrypted by SQS or with a key of yours: a FIFO queue, another Region, or
   * the key alias/aws/sqs fails at synthesis. Its policy gets one statement for the archive's rules, and its key's policy one for
   * EventBridge; where either is imported, a warning shows the statement to add. Set its retention to 14 days, SQS's maximum.
   *
   * @default - a queue encrypted by SQS, with TLS only, that keeps messages for 14 days
   */
  readonly deadLetterQueue?: sqs.IQueue;

  /**
   * How long Firehose's own error log is kept. The records that failed are not in it: they lie below `errors/` in the bucket.
   *
   * @default logs.RetentionDays.ONE_YEAR
   */
  readonly errorLogRetention?: logs.RetentionDays;
}

/** What the delivery needs of the other stages. */
export interface DeliveryProps extends DeliveryOptions {
  readonly location: ArchiveLocation;
  readonly layout: Layout;
  readonly encryption?: EncryptionKey;
  readonly formerKeys: readonly kms.IKey[];
  readonly removalPolicy: Removal;
}

/** The stream, its role and its error log; and further streams, which share the role and the log group. */
export class Delivery extends Construct {
  public readonly stream: firehose.CfnDeliveryStream;
  public readonly role: iam.Role;
  private readonly props: DeliveryProps;
  private readonly logGroup: logs.LogGroup;
  private readonly policy: iam.ManagedPolicy;

  constructor(scope: Construct, id: string, props: DeliveryProps) {
    super(scope, id);
    this.props = props;
    this.role = new iam.Role(this, 'Role', {
      description: 'Firehose writes the event archive with this role',
      // Firehose gives the account's id as the external id.
      assumedBy: new iam.ServicePrincipal('firehose.amazonaws.com', { conditions: { StringEquals: { 'sts:ExternalId': Stack.of(this).account } } }),
    });
    props.encryption?.allowLogs();
    this.logGroup = new logs.LogGroup(this, 'ErrorLog', {
      retention: props.errorLogRetention ?? logs.RetentionDays.ONE_YEAR,
      encryptionKey: props.encryption?.key,
    });
    const logStream = new logs.LogStream(this, 'ErrorLogStream', { logGroup: this.logGroup });
    this.policy = this.writePolicy();
    this.stream = createStream(this, props, this.role, { logGroup: this.logGroup, logStream });
    this.stream.node.addDependency(this.policy);
    applyToAll(this, props.removalPolicy);
  }

  /**
   * A stream beside the first, by a name of the user's: into the same bucket, layout and table, with the same role and policy. What it logs
   * to is its own.
   */
  public addStream(id: string): firehose.CfnDeliveryStream {
    const scope = new Construct(this.node.tryFindChild('Dedicated') as Construct | undefined ?? new Construct(this, 'Dedicated'), id);
    const { logGroup } = this;
    const logStream = new logs.LogStream(scope, 'ErrorLogStream', { logGroup });
    const stream = createStream(scope, this.props, this.role, { logGroup, logStream });
    stream.node.addDependency(this.policy);
    applyToAll(scope, this.props.removalPolicy);
    return stream;
  }

  private writePolicy(): iam.ManagedPolicy {
    const { location, encryption, formerKeys } = this.props;
    // A stream that another has taken the place of goes on with the key that it had, until it is empty.
    const keys = [...encryption ? [encryption.key] : [], ...formerKeys];
    // To all streams of the group: with one statement each, the policy would change with every stream that comes or goes.
    const logStreams = `arn:${Aws.PARTITION}:logs:${Aws.REGION}:${Aws.ACCOUNT_ID}:log-group:${this.logGroup.logGroupName}:log-stream:*`;
    const policy = new iam.ManagedPolicy(this, 'WritePolicy', {
      description: 'Lets Firehose write to the event archive, and no more',
      roles: [this.role],
      statements: [
        ...deliveryStatements(location),
        new iam.PolicyStatement({ actions: ['logs:PutLogEvents'], resources: [logStreams] }),
        ...keys.flatMap(key => objectKeyStatements(key, location.bucket.bucketArn, KEY_ACTIONS)),
      ],
    });
    if (!encryption) onceComplete(policy, () => this.allowKeyOfBucket(policy));
    acknowledgeWildcards(policy, location, logStreams);
    return policy;
  }

  /** Where Firehose names no key, S3 takes that of the bucket, whose resource may be changed until the app is complete. */
  private allowKeyOfBucket(policy: iam.ManagedPolicy): void {
    const { location: { bucket } } = this.props;
    const { key } = encryptionOf(this, bucket);
    if (key) policy.addStatements(...objectKeyStatements(key, bucket.bucketArn, KEY_ACTIONS));
  }
}

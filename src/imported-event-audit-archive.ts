// An archive of another stack or app, known by its attributes.

import { ArnFormat, Stack } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ArchiveAccess } from './access/archive-access';
import { DATABASE_NAME, EVENTS_VIEW } from './catalog/catalog';
import type { IEventAuditArchive } from './event-audit-archive-interface';
import { ArchiveLocation, isPrefix, rootOf } from './layout/location';
import { warnOfUnknownEncryption } from './private/bucket-encryption';
import { checkedFormerKeys } from './private/former-keys';
import { invalid, isKnown, show } from './private/validate';
import { ArchiveMetrics } from './watch/metrics';

/** @see https://docs.aws.amazon.com/athena/latest/APIReference/API_CreateWorkGroup.html */
const WORK_GROUP_NAME = /^[A-Za-z0-9._-]{1,128}$/;

/** What is known of an archive that another stack or app creates, in the same account and Region. */
export interface EventAuditArchiveAttributes {
  /** The bucket that holds the events: the archive's `bucket`. */
  readonly bucket: s3.IBucket;

  /**
   * The prefix below which the archive writes, as its `storage` has it. Anything but an empty one, or names with slashes between them, is an
   * error at synthesis.
   *
   * @default - the archive has the bucket as a whole, and no prefix
   */
  readonly prefix?: string;

  /** The archive's Glue database: its `databaseName`. */
  readonly databaseName: string;

  /** The archive's Athena workgroup: its `workGroupName`. */
  readonly workGroupName: string;

  /**
   * The bucket that takes the results of queries: the archive's `resultsBucket`. The archive's own bucket fails at synthesis, because
   * who may query may write there.
   */
  readonly resultsBucket: s3.IBucket;

  /**
   * The Firehose stream that writes the archive: its `deliveryStreamName`. Other partition keys make another stream, of another name, and
   * CloudFormation does not let go of a name that another stack refers to: take the reference away before you change the keys, and give
   * it back afterwards, or leave it out.
   *
   * @default - unknown: `deliveryStreamName`, `deliveryStreamArn` and the stream's metrics fail at synthesis
   */
  readonly deliveryStreamName?: string;

  /**
   * The queue for events that EventBridge could not hand to Firehose: the archive's `deadLetterQueue`.
   *
   * @default - unknown: `deadLetterQueue` and `metricDeadLetters` fail at synthesis
   */
  readonly deadLetterQueue?: sqs.IQueue;

  /**
   * The queue for events that EventBridge could not hand to a fan-out or a target of `onEvent`: the archive's `fanOutDeadLetterQueue`.
   *
   * @default - unknown: `metricFanOutDeadLetters` fails at synthesis
   */
  readonly fanOutDeadLetterQueue?: sqs.IQueue;

  /**
   * The key that encrypts what the archive holds: its `encryptionKey`. Grants include its use, and that of the buckets' own keys.
   *
   * @default - the archive has none
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * The keys that encrypted what the archive holds before: its `previousEncryptionKeys`. Grants include their use, to read what is older. The
   * `encryptionKey` among them, or a key twice, is an error at synthesis.
   *
   * @default - none
   */
  readonly previousEncryptionKeys?: kms.IKey[];
}

/** The archive by its attributes. */
export class ImportedEventAuditArchive extends Construct implements IEventAuditArchive {
  public readonly bucket: s3.IBucket;
  public readonly databaseName: string;
  public readonly tableName = EVENTS_VIEW;
  public readonly workGroupName: string;
  public readonly resultsBucket: s3.IBucket;
  public readonly fanOutDeadLetterQueue?: sqs.IQueue;
  private readonly access: ArchiveAccess;
  private readonly metrics = new ArchiveMetrics(this);
  private readonly knownDeadLetterQueue?: sqs.IQueue;
  private readonly knownDeliveryStreamName?: string;
  private readonly prop: string;
  private readonly mayHaveKeyOfItsOwn: boolean;
  private isWarned = false;

  constructor(scope: Construct, id: string, attributes: EventAuditArchiveAttributes) {
    super(scope, id);
    this.prop = `fromEventAuditArchiveAttributes(${show(id)})`;
    this.checkResults(attributes);
    this.checkName('databaseName', attributes.databaseName, DATABASE_NAME, 'Athena takes 1 to 255 lower-case letters, digits and underscores');
    this.checkName('workGroupName', attributes.workGroupName, WORK_GROUP_NAME, 'Athena takes 1 to 128 letters, digits, dots, hyphens and underscores');
    this.bucket = attributes.bucket;
    this.mayHaveKeyOfItsOwn = attributes.prefix !== undefined && attributes.encryptionKey === undefined;
    this.databaseName = attributes.databaseName;
    this.workGroupName = attributes.workGroupName;
    this.resultsBucket = attributes.resultsBucket;
    this.knownDeliveryStreamName = attributes.deliveryStreamName;
    this.knownDeadLetterQueue = attributes.deadLetterQueue;
    this.fanOutDeadLetterQueue = attributes.fanOutDeadLetterQueue;
    const { previousEncryptionKeys, encryptionKey } = attributes;
    const formerKeys = checkedFormerKeys(this, `${this.prop}.previousEncryptionKeys`, previousEncryptionKeys, encryptionKey);
    this.access = new ArchiveAccess(this, { ...attributes, formerKeys, location: new ArchiveLocation(this.bucket, this.rootOf(attributes.prefix)) });
  }

  public get deliveryStreamName(): string {
    return this.knownDeliveryStreamName ?? invalid(`${this.prop}.deliveryStreamName`, 'nothing', 'give the name of the archive\'s stream');
  }

  public get deliveryStreamArn(): string {
    return Stack.of(this).formatArn({
      service: 'firehose', resource: 'deliverystream', resourceName: this.deliveryStreamName, arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
  }

  public get deadLetterQueue(): sqs.IQueue {
    return this.knownDeadLetterQueue ?? invalid(`${this.prop}.deadLetterQueue`, 'nothing', 'give the archive\'s queue, by sqs.Queue.fromQueueArn for example');
  }

  public grantRead(grantee: iam.IGrantable): iam.Grant {
    this.warnOfBucket();
    return this.access.grantRead(grantee);
  }

  public grantQuery(grantee: iam.IGrantable): iam.Grant {
    this.warnOfBucket();
    return this.access.grantQuery(grantee);
  }

  public metricDataFreshness(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metrics.dataFreshness(props);
  }

  public metricDeliveredRecords(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metrics.deliveredRecords(props);
  }

  public metricThrottledRecords(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metrics.throttledRecords(props);
  }

  public metricDeadLetters(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metrics.deadLetters(props);
  }

  public metricFanOutDeadLetters(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metrics.fanOutDeadLetters(props);
  }

  /** A bucket of the archive's own has its key, or none; one that it writes to below a prefix may have another. */
  private warnOfBucket(): void {
    if (this.isWarned || !this.mayHaveKeyOfItsOwn) return;
    this.isWarned = true;
    warnOfUnknownEncryption(this, this.bucket, `${this.prop}.bucket`, 'who is granted to read or query the archive cannot');
  }

  private rootOf(prefix?: string): string {
    if (prefix === undefined) return '';
    if (isKnown(prefix) && !isPrefix(prefix)) {
      invalid(`${this.prop}.prefix`, show(prefix), 'give the archive\'s storage.prefix, for example audit/');
    }
    return rootOf(prefix);
  }

  /** A wildcard would widen what is granted. */
  private checkName(attribute: string, name: string, form: RegExp, right: string): void {
    if (isKnown(name) && !form.test(name)) invalid(`${this.prop}.${attribute}`, show(name), right);
  }

  private checkResults({ bucket, resultsBucket }: EventAuditArchiveAttributes): void {
    if (bucket !== resultsBucket && bucket.bucketName !== resultsBucket.bucketName) return;
    invalid(`${this.prop}.resultsBucket`, 'the archive\'s own bucket', 'who may query writes results, and must not write there: give the archive\'s resultsBucket');
  }
}

// Where the events are kept: the archive bucket, or a part of a given one, and the access logs.

import { Duration } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { AccessLogs, GivenAccessLogs, OwnAccessLogs } from './access-logs';
import { tellOfDeliveries } from './delivery-topic';
import { givenLocation, warnOfNotifications } from './given-bucket';
import { addLifecycle } from './lifecycle';
import { isSameBucket, occupy } from './occupied-locations';
import { retentionsOf } from './retention';
import type { Layouts } from '../layout/layouts';
import { ArchiveLocation } from '../layout/location';
import { uniqueName } from '../private/names';
import { privateBucket } from '../private/private-bucket';
import { applyToAll, Removal } from '../private/removal';
import { invalid, show } from '../private/validate';

/** Where the events are kept, and for how long. */
export interface StorageOptions {
  /**
   * The bucket that the archive writes to, below `prefix`, instead of one of its own. It stays as its owner has it: encryption,
   * versioning, Object Lock, TLS, access logs and what becomes of it when it is deleted are not touched. Where `encryptionKey` is given,
   * the archive's objects are encrypted with that, whatever the bucket's default is.
   *
   * Import a bucket with its key, by `s3.Bucket.fromBucketAttributes({ encryptionKey })`: the archive's roles need a right to it. Warns where the
   * encryption cannot be known, unless `encryptionKey` is given. Where the key is an alias that is known by its name only, policies go by
   * `kms:ResourceAliases`.
   *
   * In another account it, and the key that encrypts it, must let the archive's account in: what this app makes gets the statements, for
   * the rest a warning shows them. One that encrypts with `aws/s3` (`KMS_MANAGED`) is an error there, unless `encryptionKey` is given: S3 takes the
   * writer's own such key, which the owner cannot use. With `encryptionKey` a bucket in another Region is an error at synthesis, because S3 encrypts with keys of
   * the bucket's Region only. A bucket that sends its events to EventBridge gets a warning, because each object is an event then, and
   * can cause the next; one with a default Object Lock retention does too, because it is not documented whether Firehose can write there.
   *
   * Two archives in the same place, or one in the folders of another, fail at synthesis; so does a bucket without a prefix. Given later,
   * the bucket is a new archive: what lies in the old one stays there, and is no longer found.
   *
   * @default - a bucket of its own: private, TLS 1.2 or newer, versioned, with Object Lock enabled and no default retention
   */
  readonly bucket?: s3.IBucket;

  /**
   * The prefix in `bucket` below which the archive writes, for example `audit/`. A slash at the end may be left out. With `bucket` it is
   * required, and without it an error.
   *
   * An empty prefix gives the archive the bucket as a whole: one that an archive before it left, whose events it finds and continues. Give
   * that archive's partition keys, or list them in `catalog.previousLayouts`, its `catalog.firstDate` and its `encryptionKey`.
   *
   * It is a literal of at most 256 characters: names of A-Z, a-z, 0-9, dot, hyphen and underscore with a slash between them, none of which
   * begins with a dot or an underscore, because Athena would skip that. Anything else fails at synthesis. Another prefix later is
   * another archive: what is below the old one is no longer found.
   *
   * @default - none, in a bucket of its own
   */
  readonly prefix?: string;

  /**
   * The bucket that takes S3's access logs of the archive's own bucket and of the query results bucket, instead of one that is created
   * for it. They lie below a folder named after the archive. The logs of a given `bucket` are its owner's matter.
   *
   * S3 delivers access logs within an account and a Region only, and only to a bucket without Object Lock that S3 itself encrypts
   * (SSE-S3). Anything else that is known at synthesis fails there, and so does the archive's `bucket`. The bucket's policy gets a
   * statement for S3; where the bucket is imported, a warning shows it.
   *
   * @default - a bucket of its own, versioned, in which access logs expire after 365 days and a deletion can be undone for 30
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html
   */
  readonly accessLogsBucket?: s3.IBucket;

  /**
   * How long events and error records are kept, from the day on which they were written. Whole days, at least one; anything else
   * fails at synthesis, and so does an imported `bucket`, whose lifecycle cannot be changed from here.
   *
   * In a bucket with versions, as the archive's own is, S3 puts a delete marker on what expires, and the object is gone for good 30
   * days later, or after the retention where that is shorter. So long a deletion, whoever made it, can be undone, and nothing is stored
   * twice for years. A shorter retention than before counts for what is there already. Rules that a given `bucket` has beside these
   * count too: the shortest wins.
   *
   * @default - for ever
   */
  readonly retention?: Duration;

  /**
   * How long events of certain types are kept, by detail type, where that differs from `retention`: longer or shorter. Whole
   * days, at least one, as in `retention`.
   *
   * S3 goes by the partition. So `PartitionKey.eventType()` must come first in `partitionKeys`, and must list the type, or synthesis
   * fails. Types that share a partition share its retention, and with different ones fail. What came before a type was listed is in
   * the partition `other`, and follows the rest. The same is done in each of `catalog.previousLayouts` that begins with the type; what
   * is in a layout that is not listed there is kept for ever.
   *
   * Each partition takes a lifecycle rule, of which a bucket has 1,000 at most; more fail at synthesis.
   *
   * @default - all types follow `retention`
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-conflicts.html
   *
   * @example
   * import { Duration } from 'aws-cdk-lib';
   * import { EventAuditArchive, PartitionKey } from 'cdk-event-audit-archive';
   *
   * const retention = Duration.days(90);
   *
   * new EventAuditArchive(this, 'Audit', {
   *   partitionKeys: [PartitionKey.eventType({ values: ['Parameter Store Change'] }), PartitionKey.receiptDate()],
   *   storage: {
   *     retentionByEventType: { 'Parameter Store Change': retention },
   *   },
   * });
   */
  readonly retentionByEventType?: { [detailType: string]: Duration };

  /**
   * When events move to cheaper storage classes, by their age (`transitionAfter`). Error records stay. At synthesis fails a
   * `transitionDate`; a part of a day; `STANDARD_IA` or `ONEZONE_IA` before 30 days, or the next class less than 30 days after one of
   * these; an order in which S3 does not move objects; a `retention` that ends before the last transition; an imported `bucket`.
   *
   * S3 moves no object under 128 KB by default, so small objects, which many partitions make many of, stay in S3 Standard. Athena
   * skips what is in `GLACIER` and `DEEP_ARCHIVE`; `GLACIER_INSTANT_RETRIEVAL` stays queryable. Warnings say both.
   *
   * @default - everything stays in S3 Standard
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
   */
  readonly transitions?: s3.Transition[];

  /**
   * The topic that is told of each object of events that Firehose delivered, by S3 itself, a moment after it was written: for those who
   * process the archive as it grows. A message is S3's own, with the bucket and the key, and not the events. Objects of other folders are
   * not told of: errors have their metric and their table.
   *
   * A standard topic in the Region of the bucket, not encrypted or with a key of yours: a FIFO topic, another Region, or the key
   * alias/aws/sns fails at synthesis. Its policy, and that of its key, get a statement for S3; where either is imported, a warning shows the
   * statement to add before the deployment. S3 tries it when the bucket is deployed, and sends a test message. With a `bucket` of yours it fails at
   * synthesis, because its notifications are its owner's, and so does `addEventNotification` on the archive's bucket, which would replace it.
   *
   * Messages cost 0.50 USD per million (us-east-1): one for each object, and what the subscribers cost. Leave the topic out of
   * a trail's data events, or each message is an event that is archived.
   *
   * @default - nobody is told
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
   */
  readonly deliveryTopic?: sns.ITopic;
}

/** What the storage needs of the other stages. */
export interface StorageProps extends StorageOptions {
  readonly layouts: Layouts;
  readonly encryptionKey?: kms.IKey;
  readonly removalPolicy: Removal;
}

/** The buckets of record. */
export class Storage extends Construct {
  public readonly location: ArchiveLocation;
  public readonly accessLogs: AccessLogs;

  constructor(scope: Construct, id: string, props: StorageProps) {
    super(scope, id);
    this.accessLogs = this.createAccessLogs(scope, props);
    this.location = this.createLocation(props);
    occupy(scope, this.location);
    warnOfNotifications(this, this.location.bucket);
    addLifecycle(this, props, this.location, props.layouts);
    applyToAll(this, props.removalPolicy);
  }

  private createAccessLogs(archive: Construct, { bucket, accessLogsBucket, removalPolicy }: StorageProps): AccessLogs {
    if (!accessLogsBucket) return new OwnAccessLogs(this, 'AccessLogs', { removalPolicy });
    if (bucket && isSameBucket(this, bucket, accessLogsBucket)) {
      invalid('storage.accessLogsBucket', 'the same bucket as storage.bucket', 'access logs lie apart from what they are about: give another bucket');
    }
    return new GivenAccessLogs(this, 'AccessLogs', { bucket: accessLogsBucket, folder: `${uniqueName(archive)}/` });
  }

  private createLocation(props: StorageProps): ArchiveLocation {
    const { bucket, prefix, encryptionKey, deliveryTopic } = props;
    if (bucket) {
      const given = givenLocation(this, { bucket, prefix, encryptionKey, kept: retentionsOf(props) });
      if (deliveryTopic) {
        invalid('storage.deliveryTopic', 'a topic with storage.bucket',
          `the notifications of a bucket are its owner's matter: have it tell the topic of objects that are created below ${given.events}`);
      }
      return given;
    }
    if (prefix !== undefined) invalid('storage.prefix', show(prefix), 'it goes with storage.bucket: a bucket of its own is the archive\'s as a whole');
    const own = this.createBucket(encryptionKey);
    const location = new ArchiveLocation(own);
    if (deliveryTopic) tellOfDeliveries(this, deliveryTopic, own, location.events);
    return location;
  }

  private createBucket(encryptionKey?: kms.IKey): s3.Bucket {
    const bucket = new s3.Bucket(this, 'Archive', {
      ...privateBucket(encryptionKey),
      bucketKeyEnabled: true,
      versioned: true,
      // Enabled now, without a default retention, because enabling it later replaces the bucket.
      objectLockEnabled: true,
      lifecycleRules: [{ id: 'AbortIncompleteUploads', abortIncompleteMultipartUploadAfter: Duration.days(7) }],
    });
    this.accessLogs.receiveFrom(bucket, 'archive/');
    return bucket;
  }
}

// The props of the archive. Each section is described where it is made to work.

import type { RemovalPolicy } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { CaptureOptions } from './capture/capture';
import type { CatalogOptions } from './catalog/catalog';
import type { DeliveryOptions } from './delivery/delivery';
import type { FanOut } from './fan-out/fan-out';
import type { PartitionKey } from './layout/partition-key';
import type { QueryOptions } from './query/query';
import type { StorageOptions } from './storage/storage';

/** Props of `EventAuditArchive`. All are optional: without any, everything on the account's default bus is archived. */
export interface EventAuditArchiveProps extends CaptureOptions {
  /**
   * What the archive is partitioned by, in the order of the S3 folders. Every archive has `PartitionKey.receiptDate()`; with that
   * alone there is no dynamic partitioning, which is cheaper, and every query reads all types of a day.
   *
   * Another set or order of keys is another layout: new events are written beside the old ones, by a new stream, into another table.
   * The old objects stay where they are; list the keys of the past in `catalog.previousLayouts`, and the view `events` shows them too.
   * Values can be added to a key at any time.
   *
   * Without `receiptDate()`, with a key twice, or past Firehose's 500 active partitions or 5,120 characters of jq, synthesis fails.
   *
   * @default [PartitionKey.eventType(), PartitionKey.receiptDate()]
   */
  readonly partitionKeys?: PartitionKey[];

  /**
   * How the events get into the archive: buffering, the dead-letter queue, the error log.
   *
   * @default - objects of 300 seconds or 128 MiB, a dead-letter queue of its own
   */
  readonly delivery?: DeliveryOptions;

  /**
   * Where the events are kept, and for how long: the bucket, retention, storage classes, access logs.
   *
   * @default - a private bucket of its own, in which everything is kept for ever, and another for its access logs
   */
  readonly storage?: StorageOptions;

  /**
   * How the archive appears in the Glue Data Catalog.
   *
   * @default - a database of its own, named after the stack and the construct
   */
  readonly catalog?: CatalogOptions;

  /**
   * How the archive is queried in Athena.
   *
   * @default - a workgroup of its own without a scan limit, results kept for 30 days
   */
  readonly query?: QueryOptions;

  /**
   * Where the events go beside the archive, by names of yours: Confluent Cloud, any HTTPS API, or a class of your own. The names are
   * part of the resources' logical ids, so another name replaces the resources. Each has rules of its own on every captured bus, and what
   * a partner did not take after 24 hours and 185 attempts lies in `fanOutDeadLetterQueue`, whose policy has room for about 65 rules:
   * patterns times buses of all fan-outs, and targets of `onEvent`; more fail at synthesis. `addFanOut` adds more.
   *
   * @default - nowhere
   */
  readonly fanOut?: { [id: string]: FanOut };

  /**
   * The KMS key that encrypts what the archive holds: events and error records, query results, both dead-letter queues, the stream's
   * buffer, its error log, and the credentials of connections. S3 writes access logs with its own key only, so their bucket keeps that.
   *
   * It is a symmetric key (not an alias) of the archive's account and Region; else synthesis fails. Its policy must leave permissions to IAM, as it
   * does by default; what services need beside that is added to it, and where the key is imported, warnings show the statements to
   * add. Who deploys needs `kms:CreateGrant` on it, by which Firehose uses it for its buffer. A key costs 1 USD a month and 0.03 USD for
   * 10,000 requests (us-east-1); bucket keys keep the requests few.
   *
   * @default - encrypted with keys that AWS owns, at no cost
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Whether the stack has outputs that are links into the AWS console. They lead to where a test event is sent (by creating a parameter,
   * which sends a `Parameter Store Change`; on the default bus only), to the archived objects, to the saved queries and to the workgroup.
   * In another partition than aws, aws-cn and aws-us-gov, where the console's address is not known, it fails at synthesis.
   *
   * @default false
   */
  readonly consoleLinks?: boolean;

  /**
   * What becomes of the data when the construct or the stack is deleted, or a resource is replaced: of the buckets, the dead-letter
   * queue, the stream with its role and error log, and their policies. With `DESTROY` a bucket must be empty to be deleted, and a
   * stream that is replaced or deleted loses what it had buffered. Database, tables, views, workgroup, saved queries and rules hold
   * no data and are always deleted. `SNAPSHOT` fails at synthesis.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

// The props of the archive. Each section is described where it is made to work.

import type { RemovalPolicy } from 'aws-cdk-lib';
import type { CaptureOptions } from './capture/capture';
import type { CatalogOptions } from './catalog/catalog';
import type { DeliveryOptions } from './delivery/delivery';
import type { PartitionKey } from './layout/partition-key';
import type { QueryOptions } from './query/query';

/** Props of `EventAuditArchive`. All are optional: without any, everything on the account's default bus is archived. */
export interface EventAuditArchiveProps extends CaptureOptions {
  /**
   * What the archive is partitioned by, in the order of the S3 folders. Every archive has `PartitionKey.receiptDate()`; with that
   * alone there is no dynamic partitioning, which is cheaper, and every query reads all types of a day.
   *
   * Another set or order of keys is another layout: new events are written beside the old ones, by a new stream, into another table.
   * The old objects stay where they are, but the view `events` shows the current layout only: choose the keys before there is much to
   * look back on. Values can be added to a key at any time.
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
   * What becomes of the data when the construct or the stack is deleted, or a resource is replaced: of the buckets, the dead-letter
   * queue, the stream with its role and error log, and their policies. With `DESTROY` a bucket must be empty to be deleted, and a
   * stream that is replaced or deleted loses what it had buffered. Database, tables, views, workgroup, saved queries and rules hold
   * no data and are always deleted. `SNAPSHOT` fails at synthesis.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

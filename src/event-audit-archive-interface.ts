// What every archive offers, whether it is created here or was elsewhere: its parts by name, grants and metrics.

import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { IConstruct } from 'constructs';

/** An event audit archive: one of this app, or one that was imported by `EventAuditArchive.fromEventAuditArchiveAttributes`. */
export interface IEventAuditArchive extends IConstruct {
  /** The bucket that holds the events, below `events/`, and what Firehose could not deliver, below `errors/`. */
  readonly bucket: s3.IBucket;

  /**
   * The name of the Firehose stream that writes the archive, but for captures with `dedicatedStream`. An imported archive has it if its
   * attributes name it; else to ask for it fails at synthesis.
   */
  readonly deliveryStreamName: string;

  /** The ARN of the Firehose stream that writes the archive, known when its name is. */
  readonly deliveryStreamArn: string;

  /** The Glue database that Athena queries. */
  readonly databaseName: string;

  /** The view over the events, in the database: `events`. */
  readonly tableName: string;

  /** The Athena workgroup with the saved queries. */
  readonly workGroupName: string;

  /** The bucket that takes the results of the workgroup's queries. */
  readonly resultsBucket: s3.IBucket;

  /**
   * The queue for events that EventBridge could not hand to Firehose. Each message is an event, its attributes say why. An imported
   * archive has it if its attributes name it; else to ask for it fails at synthesis.
   */
  readonly deadLetterQueue: sqs.IQueue;

  /**
   * The queue for events that EventBridge could not hand to a fan-out or a target of `onEvent`. Each message is an event, its
   * attributes say why. There is none until there is such a fan-out or target without a queue of its own. An imported archive has it
   * if its attributes name it.
   */
  readonly fanOutDeadLetterQueue?: sqs.IQueue;

  /**
   * Lets a role, group or user of the archive's account read the archived events and the error records in S3, list them, and decrypt
   * them: their current versions, and nothing else that the bucket holds. It allows no change: nothing is written, deleted or unlocked.
   *
   * A principal of another account, or one without a policy of its own such as a service, fails at synthesis: grant to a role which it
   * assumes. A user and a group get a managed policy, a role an inline one. Keys that are imported must leave permissions to IAM.
   *
   * The policy of a role, group or user of another stack is in that stack, so the archive can use nothing of it later. Add a capture,
   * a fan-out or `onEvent` with a bus or a target of that stack before you grant; after it, CDK throws an error of cyclic dependencies.
   *
   * @param grantee who may read
   */
  grantRead(grantee: iam.IGrantable): iam.Grant;

  /**
   * Lets a role, group or user of the archive's account ask questions by Athena. It may run queries in the archive's workgroup, with the
   * saved queries, read the archive's database in the Glue Data Catalog, read the archive as by `grantRead`, and read and write query
   * results, those of others in the workgroup too. The names of the account's workgroups and data catalogs can be listed, because Athena
   * limits that to nothing. Saving queries, or changing the workgroup, the database or the archive, is not allowed. Where Lake Formation
   * governs the catalog its own grants are needed as well. What queries scan is billed.
   *
   * It fails as `grantRead` does, and what the archive uses of the grantee's stack must be added before, as there. A role that is
   * imported as immutable gets nothing, as CDK has it.
   *
   * @param grantee who may query
   */
  grantQuery(grantee: iam.IGrantable): iam.Grant;

  /**
   * How old the oldest event is that Firehose holds and has not yet written to the bucket: by default the maximum over 5 minutes, in
   * seconds. It rises as long as the archive falls behind; up to one and a half times the buffer's interval is usual. Without events
   * there may be no data: an alarm should take missing data as not breaching. It is that of the archive's own stream: a capture with
   * `dedicatedStream` has one beside it, and an alarm on each says which of them is behind.
   *
   * @param props what differs from that, such as the period or the label
   */
  metricDataFreshness(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The number of events that Firehose wrote to the bucket: by default the sum over 5 minutes. Without events there may be no data. What
   * captures with `dedicatedStream` wrote is in the metrics of their streams.
   *
   * @param props what differs from that, such as the period or the label
   */
  metricDeliveredRecords(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The number of events that Firehose refused because more came than its quota takes: by default the sum over 5 minutes. EventBridge
   * sends them again for 24 hours. Without events there may be no data. A capture with `dedicatedStream` has a quota of its own, and
   * this metric of its own stream.
   *
   * @param props what differs from that, such as the period or the label
   */
  metricThrottledRecords(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The number of events that wait in `deadLetterQueue`, which should be none: by default the maximum over 5 minutes.
   *
   * For an imported archive without `deadLetterQueue` it fails at synthesis.
   *
   * @param props what differs from that, such as the period or the label
   */
  metricDeadLetters(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The number of events that wait in `fanOutDeadLetterQueue`, which should be none: by default the maximum over 5 minutes.
   *
   * Without such a queue it fails at synthesis: add the first fan-out or target of `onEvent` before.
   *
   * @param props what differs from that, such as the period or the label
   */
  metricFanOutDeadLetters(props?: cloudwatch.MetricOptions): cloudwatch.Metric;
}

// The construct: its stages, wired in the order in which the data depend on one another.

import { RemovalPolicy } from 'aws-cdk-lib';
import type * as events from 'aws-cdk-lib/aws-events';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ArchiveTarget } from './capture/archive-target';
import { Capture } from './capture/capture';
import { Catalog, EVENTS_VIEW } from './catalog/catalog';
import { DELIVERY_ERRORS } from './catalog/delivery-errors';
import { Delivery } from './delivery/delivery';
import type { EventAuditArchiveProps } from './event-audit-archive-props';
import { defaultPartitionKeys, Layout } from './layout/layout';
import { DeadLetterQueue } from './private/dead-letter-queue';
import { invalid, show } from './private/validate';
import { Query } from './query/query';
import { Storage } from './storage/storage';

/**
 * Keeps every event that matters and answers questions about it: who did what, when, and can you prove it?
 *
 * It takes events from an EventBridge bus, writes them to S3 by Firehose, partitioned and compressed, and makes them queryable in
 * Athena as soon as they are written, with no crawler and no manual step. What cannot be delivered is kept too: in a dead-letter
 * queue, or below `errors/` in the bucket.
 *
 * @example
 * import { EventAuditArchive } from 'cdk-event-audit-archive';
 *
 * new EventAuditArchive(this, 'Audit');
 */
export class EventAuditArchive extends Construct {
  /** The bucket that holds the events, below `events/`, and what Firehose could not deliver, below `errors/`. */
  public readonly bucket: s3.IBucket;

  /** The name of the Firehose stream that writes the archive. */
  public readonly deliveryStreamName: string;

  /** The ARN of the Firehose stream that writes the archive. */
  public readonly deliveryStreamArn: string;

  /** The Glue database that Athena queries. */
  public readonly databaseName: string;

  /** The view over the events in the archive's current layout, in the database: `events`. */
  public readonly tableName: string;

  /** The Athena workgroup with the saved queries. */
  public readonly workGroupName: string;

  /** The rules that capture the events, in the order of `eventPatterns`. */
  public readonly rules: events.IRule[];

  /** The queue for events that EventBridge could not hand to Firehose; each message is an event, its attributes say why. */
  public readonly deadLetterQueue: sqs.IQueue;

  constructor(scope: Construct, id: string, props: EventAuditArchiveProps = {}) {
    super(scope, id);
    const removalPolicy = checkedRemovalPolicy(props.removalPolicy);
    const layout = new Layout(props.partitionKeys ?? defaultPartitionKeys());

    const { bucket, accessLogs } = new Storage(this, 'Storage', { removalPolicy });
    const catalog = new Catalog(this, 'Catalog', { ...props.catalog, bucket, layout });
    const delivery = new Delivery(this, 'Delivery', { ...props.delivery, bucket, layout, removalPolicy });
    const deadLetters = new DeadLetterQueue(this, 'DeadLetters', {
      given: props.delivery?.deadLetterQueue,
      prop: 'delivery.deadLetterQueue',
      removalPolicy,
    });
    const target = new ArchiveTarget(this, 'Target', { stream: delivery.stream, deadLetters });
    const capture = new Capture(this, 'Capture', {
      eventBus: props.eventBus,
      eventPatterns: props.eventPatterns,
      includeReadOnlyApiCalls: props.includeReadOnlyApiCalls,
      enabled: props.enabled,
      target,
      ownRoleArns: [delivery.role.roleArn, target.role.roleArn],
    });
    const query = new Query(this, 'Query', {
      ...props.query,
      accessLogs,
      databaseName: catalog.databaseName,
      eventsView: EVENTS_VIEW,
      deliveryErrorsView: DELIVERY_ERRORS.name,
      layout,
      removalPolicy,
    });

    this.bucket = bucket;
    this.deliveryStreamName = delivery.stream.ref;
    this.deliveryStreamArn = delivery.stream.attrArn;
    this.databaseName = catalog.databaseName;
    this.tableName = EVENTS_VIEW;
    this.workGroupName = query.workGroup.ref;
    this.rules = capture.rules;
    this.deadLetterQueue = deadLetters.queue;
  }
}

function checkedRemovalPolicy(policy: RemovalPolicy = RemovalPolicy.RETAIN): RemovalPolicy {
  if (policy === RemovalPolicy.SNAPSHOT) {
    invalid('removalPolicy', show(policy), 'the archive takes RemovalPolicy.RETAIN, RETAIN_ON_UPDATE_OR_DELETE or DESTROY');
  }
  return policy;
}

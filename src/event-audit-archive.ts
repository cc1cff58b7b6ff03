// The construct: its stages, wired in the order in which the data depend on one another.

import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as events from 'aws-cdk-lib/aws-events';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ArchiveAccess } from './access/archive-access';
import { ConsoleLinks } from './access/console-links';
import { AcceptedEvents, AcceptEventsOptions } from './capture/accepted-events';
import { ArchiveTarget } from './capture/archive-target';
import { AddedCaptureOptions, Captures } from './capture/captures';
import { EventArchives } from './capture/event-archives';
import { AddEventBusOptions, OwnBuses } from './capture/own-bus';
import { Catalog, EVENTS_VIEW } from './catalog/catalog';
import { DELIVERY_ERRORS } from './catalog/delivery-errors';
import { Delivery } from './delivery/delivery';
import type { IEventAuditArchive } from './event-audit-archive-interface';
import type { EventAuditArchiveProps } from './event-audit-archive-props';
import type { FanOut } from './fan-out/fan-out';
import { FanOuts } from './fan-out/fan-outs';
import type { EventRuleOptions } from './fan-out/on-event';
import { EventAuditArchiveAttributes, ImportedEventAuditArchive } from './imported-event-audit-archive';
import { defaultPartitionKeys } from './layout/layout';
import { Layouts } from './layout/layouts';
import { judgeAllBelow } from './limits/counts';
import { EncryptionKey } from './private/encryption-key';
import { entriesByName } from './private/entries';
import { checkedFormerKeys, letServicesIn } from './private/former-keys';
import { checkedRemovalPolicy } from './private/removal';
import { roomFor } from './private/rooms';
import { Query } from './query/query';
import { DeadLetterQueue } from './rules/dead-letter-queue';
import { warnOfPatterns } from './rules/pattern-warnings';
import { OF_ARCHIVE } from './rules/pattern-words';
import { Storage } from './storage/storage';
import { Trail } from './trail/trail';
import { DedicatedStreams, IDedicatedStream } from './watch/dedicated-stream';
import { ArchiveMetrics, failedInvocations } from './watch/metrics';
import { watchForTampering } from './watch/tamper-alerts';

/**
 * Keeps every event that matters and answers questions about it: who did what, when, and can you prove it?
 *
 * It takes events from EventBridge buses, writes them to S3 by Firehose, partitioned and compressed, and makes them queryable in
 * Athena as soon as they are written, with no crawler and no manual step. Beside that it passes them on to partners. What cannot be
 * delivered is kept too: in a dead-letter queue, or below `errors/` in the bucket.
 *
 * @example
 * import { EventAuditArchive } from 'cdk-event-audit-archive';
 *
 * new EventAuditArchive(this, 'Audit');
 */
export class EventAuditArchive extends Construct implements IEventAuditArchive {
  /**
   * An archive that another stack or app creates, in the same account and Region, to grant on and to watch. Attributes that it was not
   * given are asked for by an error when something needs them.
   *
   * @param scope where the import belongs
   * @param id its id
   * @param attributes what is known of the archive
   */
  public static fromEventAuditArchiveAttributes(scope: Construct, id: string, attributes: EventAuditArchiveAttributes): IEventAuditArchive {
    return new ImportedEventAuditArchive(scope, id, attributes);
  }

  /** The bucket that holds the events, below `events/`, and what Firehose could not deliver, below `errors/`. */
  public readonly bucket: s3.IBucket;

  /**
   * The name of the Firehose stream that writes the archive, but for captures with `dedicatedStream`. An imported archive has it if its
   * attributes name it; else to ask for it fails at synthesis.
   */
  public readonly deliveryStreamName: string;

  /** The ARN of the Firehose stream that writes the archive, known when its name is. */
  public readonly deliveryStreamArn: string;

  /** The Glue database that Athena queries. */
  public readonly databaseName: string;

  /** The view over the events, in the database: `events`. */
  public readonly tableName: string;

  /** The Athena workgroup with the saved queries. */
  public readonly workGroupName: string;

  /** The bucket that takes the results of the workgroup's queries. */
  public readonly resultsBucket: s3.IBucket;

  /**
   * The queue for events that EventBridge could not hand to Firehose. Each message is an event, its attributes say why. An imported
   * archive has it if its attributes name it; else to ask for it fails at synthesis.
   */
  public readonly deadLetterQueue: sqs.IQueue;

  private readonly access: ArchiveAccess;
  private readonly metrics = new ArchiveMetrics(this);
  private readonly dedicatedStreams = new DedicatedStreams();
  private readonly captures: Captures;
  private readonly acceptedEvents: AcceptedEvents;
  private readonly ownBuses: OwnBuses;
  private readonly fanOuts: FanOuts;

  /**
   * Creates the archive. Its id and its scope are part of the logical ids of its resources, and of the names of database and workgroup.
   * With another id or scope it is another archive: the buckets that it makes are new and empty, and the old ones stay or go by
   * `removalPolicy`.
   *
   * @param scope where the archive belongs
   * @param id    its name there
   * @param props what differs from the defaults
   */
  constructor(scope: Construct, id: string, props: EventAuditArchiveProps = {}) {
    super(scope, id);
    const { eventBus } = props;
    const removalPolicy = checkedRemovalPolicy(props.removalPolicy);
    const encryption = props.encryptionKey && new EncryptionKey(this, props.encryptionKey);
    const encryptionKey = encryption?.key;
    const formerKeys = checkedFormerKeys(this, 'previousEncryptionKeys', props.previousEncryptionKeys, encryptionKey);
    const layouts = Layouts.of(props.partitionKeys ?? defaultPartitionKeys(), props.catalog);

    const { location, accessLogs } = new Storage(this, 'Storage', { ...props.storage, layouts, encryptionKey, removalPolicy });
    const catalog = new Catalog(this, 'Catalog', { ...props.catalog, location, layouts });
    const delivery = new Delivery(this, 'Delivery', { ...props.delivery, location, layout: layouts.current, encryption, formerKeys, removalPolicy });
    const deadLetters = new DeadLetterQueue(this, 'DeadLetters', {
      given: props.delivery?.deadLetterQueue,
      prop: 'delivery.deadLetterQueue',
      rulesProp: 'eventPatterns',
      encryption,
      removalPolicy,
    });
    const target = new ArchiveTarget(this, 'Target', { stream: delivery.stream, streamKey: encryptionKey, deadLetters });
    const ownRoleArns = [delivery.role.roleArn, target.role.roleArn];
    const dedicatedTarget = (captureId: string) => target.forStream(this.dedicatedStreams.add(captureId, delivery.addStream(captureId)));
    const eventArchives = props.eventArchive && new EventArchives(props.eventArchive, encryption);
    this.captures = new Captures(this, { target, dedicatedTarget, eventArchives, ownRoleArns });
    this.captures.addFirst(props);
    this.acceptedEvents = new AcceptedEvents(this, eventBus);
    this.ownBuses = new OwnBuses(this, { encryption, removalPolicy, errorLogRetention: props.delivery?.errorLogRetention });
    const trailLogs = props.trail && new Trail(this, 'Trail', {
      ...props.trail, location, accessLogs, deadLetterQueue: deadLetters.queue, writer: delivery.role, encryption, formerKeys, removalPolicy,
    }).logs;
    if (trailLogs) catalog.addTrailLogs(trailLogs);
    const query = new Query(this, 'Query', {
      ...props.query,
      trail: trailLogs && { logs: trailLogs, capturesReads: () => this.captures.takeReads, ownRoleArns },
      accessLogs,
      databaseName: catalog.databaseName,
      eventsView: EVENTS_VIEW,
      deliveryErrorsView: DELIVERY_ERRORS.name,
      layouts,
      encryptionKey,
      removalPolicy,
    });
    this.fanOuts = new FanOuts(this, { eventBus, ownRoleArns, encryption, removalPolicy });
    for (const [name, fanOut] of entriesByName(props.fanOut)) this.addFanOut(name, fanOut);
    warnOfPatterns(this, OF_ARCHIVE, () => ({ captured: this.captures.captured, asked: this.fanOuts.asked }));

    this.bucket = location.bucket;
    this.deliveryStreamName = delivery.stream.ref;
    this.deliveryStreamArn = delivery.stream.attrArn;
    this.databaseName = catalog.databaseName;
    this.tableName = EVENTS_VIEW;
    this.workGroupName = query.workGroup.ref;
    this.resultsBucket = query.resultsBucket;
    this.deadLetterQueue = deadLetters.queue;
    const { databaseName, workGroupName, resultsBucket } = this;
    this.access = new ArchiveAccess(this, { location, databaseName, workGroupName, resultsBucket, encryptionKey, formerKeys, trailLogs });
    watchForTampering(this, props, {
      location,
      deliveryRoleArn: delivery.role.roleArn,
      accessLogsBucket: props.storage?.accessLogsBucket,
      encryptionKey,
      formerKeys,
      deadLetterQueue: deadLetters.queue,
      deadLetters: this.fanOuts.receiver,
    });
    letServicesIn(this, formerKeys);
    judgeAllBelow(this);
    if (props.consoleLinks) new ConsoleLinks(this, 'ConsoleLinks', { location, workGroupName, eventBus });
  }

  /** The rules that capture the events: in the order of `eventPatterns`, then of the calls of `addCapture`. */
  public get rules(): events.IRule[] {
    return this.captures.rules;
  }

  /**
   * The queue for events that EventBridge could not hand to a fan-out or a target of `onEvent`. Each message is an event, its
   * attributes say why. There is none until there is such a fan-out or target without a queue of its own. An imported archive has it
   * if its attributes name it.
   */
  public get fanOutDeadLetterQueue(): sqs.IQueue | undefined {
    return this.fanOuts.queue;
  }

  /**
   * Archives the events of another bus, or of other patterns, as well: in the same bucket, tables and queries. Fan-outs without
   * patterns of their own pass these events on too.
   *
   * The id is part of the rules' logical ids: another id later replaces the rules, and what happens while both are there is archived
   * twice. A pattern that is captured on the same bus already, or an id that was given before, fails at synthesis. Beside that the
   * options are those of the archive's own props; for a bus with very many events there is `dedicatedStream`.
   *
   * @param id      the capture's name within the archive
   * @param options which events
   *
   * @example
   * import * as events from 'aws-cdk-lib/aws-events';
   * import { EventAuditArchive } from 'cdk-event-audit-archive';
   *
   * declare const archive: EventAuditArchive;
   * declare const orders: events.EventBus;
   *
   * archive.addCapture('Orders', {
   *   eventBus: orders,
   *   eventPatterns: [{ source: ['order.placed'] }],
   * });
   */
  public addCapture(id: string, options: AddedCaptureOptions): void {
    this.fanOuts.follow(this.captures.add(id, options));
  }

  /**
   * The delivery stream of a capture that was added with `dedicatedStream`, to refer to it and to watch it. For any other id it fails at
   * synthesis.
   *
   * @param captureId the name that the capture was added by
   *
   * @example
   * import * as events from 'aws-cdk-lib/aws-events';
   * import { EventAuditArchive } from 'cdk-event-audit-archive';
   *
   * declare const archive: EventAuditArchive;
   * declare const clicks: events.EventBus;
   *
   * archive.addCapture('Clicks', { eventBus: clicks, dedicatedStream: true });
   * archive.dedicatedStream('Clicks').metricThrottledRecords().createAlarm(this, 'Throttled', { threshold: 1, evaluationPeriods: 3 });
   */
  public dedicatedStream(captureId: string): IDedicatedStream {
    return this.dedicatedStreams.of(captureId);
  }

  /**
   * Creates a bus and archives its events: for applications to send to, or for other accounts to forward to. What EventBridge could not
   * do on it is logged for a year, or for `delivery.errorLogRetention`, without the events' contents.
   *
   * With `encryptionKey` the bus is encrypted by it, and what the key keeps EventBridge from processing goes to a queue that SQS encrypts
   * itself, because it is the key that failed. Who deploys rules on such a bus needs `kms:Decrypt` on the key, and schema discovery does
   * not work there. The id is part of the logical id of the bus: another id later is another bus. An id that was given before fails at
   * synthesis, and so does what `addCapture` refuses. A Region takes ten resource policies for log groups, of which an archive with own
   * buses has one. Events that applications send cost 1.00 USD per million (us-east-1).
   *
   * @param id      the name of the bus within the archive
   * @param options what it is called, and which of its events are archived
   *
   * @example
   * import { EventAuditArchive } from 'cdk-event-audit-archive';
   *
   * declare const archive: EventAuditArchive;
   *
   * const orders = archive.addEventBus('Orders', { eventPatterns: [{ source: ['order.placed'] }] });
   */
  public addEventBus(id: string, options: AddEventBusOptions = {}): events.EventBus {
    const { eventPatterns, includeReadOnlyApiCalls, enabled } = options;
    const eventBus = this.ownBuses.create(roomFor(this, 'EventBuses', 'addEventBus', id), id, options);
    this.addCapture(id, { eventBus, eventPatterns, includeReadOnlyApiCalls, enabled });
    return eventBus;
  }

  /**
   * Lets other accounts send events to the archive's bus, or to another one: exactly those accounts, or those of an organization, and
   * nothing but `events:PutEvents`. They send by an `EventForwarder` in each account and Region. What they send is archived as
   * the captures of the bus ask for, with the sender's `account` and `region`.
   *
   * From the archive's own account, another Region's included, the forwarder's role is enough. Neither accounts nor an organization, or
   * a sender twice on a bus, fails at synthesis. Whoever may send can put any event but those of AWS services on the bus.
   *
   * @param options who may send, and where to
   *
   * @example
   * import { EventAuditArchive } from 'cdk-event-audit-archive';
   *
   * declare const archive: EventAuditArchive;
   *
   * archive.acceptEventsFrom({ organizationId: 'o-a1b2c3d4e5' });
   */
  public acceptEventsFrom(options: AcceptEventsOptions): void {
    this.acceptedEvents.add(options);
  }

  /**
   * Passes the events on to a partner, beside archiving them: what each capture asks for, or what the fan-out's own patterns ask for
   * on each captured bus, those of later captures included. What came from a partner (a partner's bus, or a source that
   * begins with `aws.partner/`) is not passed on unless the fan-out has patterns of its own, which are taken as they are; where a captured
   * pattern cannot be narrowed so, a warning says it.
   *
   * An event that two rules match is passed on twice. The id is part of the resources' logical ids: another id later replaces them, and
   * what happens while both are there is passed on twice. An id that was given before fails at synthesis.
   *
   * @param id     the fan-out's name within the archive
   * @param fanOut where the events go
   */
  public addFanOut(id: string, fanOut: FanOut): void {
    this.fanOuts.add(id, fanOut, this.captures.captured);
  }

  /**
   * Tells a target of events as they happen, be they archived or not: a topic, a function, a queue. The rule has the longest
   * retries, and a dead-letter queue, `fanOutDeadLetterQueue`.
   *
   * The id is part of the rule's logical id: another id later replaces the rule, and of what happens while both are there the target
   * hears twice. An id that was given before fails at synthesis.
   *
   * @param id      the rule's name within the archive
   * @param options which events, and what gets them
   *
   * @example
   * import * as events from 'aws-cdk-lib/aws-events';
   * import * as targets from 'aws-cdk-lib/aws-events-targets';
   * import * as sns from 'aws-cdk-lib/aws-sns';
   * import { EventAuditArchive } from 'cdk-event-audit-archive';
   *
   * declare const archive: EventAuditArchive;
   * declare const security: sns.Topic;
   *
   * archive.onEvent('BucketCreated', {
   *   eventPattern: {
   *     source: ['aws.s3'],
   *     detailType: ['AWS API Call via CloudTrail'],
   *     detail: { 'eventSource': ['s3.amazonaws.com'], 'eventName': ['CreateBucket'] },
   *   },
   *   target: new targets.SnsTopic(security, { authorizeUsingRole: true }),
   * });
   */
  public onEvent(id: string, options: EventRuleOptions): events.Rule {
    return this.fanOuts.onEvent(id, options);
  }

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
  public grantRead(grantee: iam.IGrantable): iam.Grant {
    return this.access.grantRead(grantee);
  }

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
   *
   * @example
   * import * as iam from 'aws-cdk-lib/aws-iam';
   * import { EventAuditArchive } from 'cdk-event-audit-archive';
   *
   * declare const archive: EventAuditArchive;
   * declare const auditors: iam.Role;
   *
   * archive.grantQuery(auditors);
   */
  public grantQuery(grantee: iam.IGrantable): iam.Grant {
    return this.access.grantQuery(grantee);
  }

  /**
   * How old the oldest event is that Firehose holds and has not yet written to the bucket: by default the maximum over 5 minutes, in
   * seconds. It rises as long as the archive falls behind; up to one and a half times the buffer's interval is usual. Without events
   * there may be no data: an alarm should take missing data as not breaching. It is that of the archive's own stream: a capture with
   * `dedicatedStream` has one beside it, and an alarm on each says which of them is behind.
   *
   * @param props what differs from that, such as the period or the label
   */
  public metricDataFreshness(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metrics.dataFreshness(props);
  }

  /**
   * The number of events that Firehose wrote to the bucket: by default the sum over 5 minutes. Without events there may be no data. What
   * captures with `dedicatedStream` wrote is in the metrics of their streams.
   *
   * @param props what differs from that, such as the period or the label
   */
  public metricDeliveredRecords(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metrics.deliveredRecords(props);
  }

  /**
   * The number of events that Firehose refused because more came than its quota takes: by default the sum over 5 minutes. EventBridge
   * sends them again for 24 hours. Without events there may be no data. A capture with `dedicatedStream` has a quota of its own, and
   * this metric of its own stream.
   *
   * @param props what differs from that, such as the period or the label
   */
  public metricThrottledRecords(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metrics.throttledRecords(props);
  }

  /**
   * The number of events that wait in `deadLetterQueue`, which should be none: by default the maximum over 5 minutes.
   *
   * For an imported archive without `deadLetterQueue` it fails at synthesis.
   *
   * @param props what differs from that, such as the period or the label
   */
  public metricDeadLetters(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metrics.deadLetters(props);
  }

  /**
   * The number of events that wait in `fanOutDeadLetterQueue`, which should be none: by default the maximum over 5 minutes.
   *
   * Without such a queue it fails at synthesis: add the first fan-out or target of `onEvent` before.
   *
   * @param props what differs from that, such as the period or the label
   */
  public metricFanOutDeadLetters(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metrics.fanOutDeadLetters(props);
  }

  /**
   * The number of deliveries to the archive that EventBridge gave up: by default the sum over 5 minutes. These events are in
   * `deadLetterQueue`, or lost where it did not take them.
   *
   * It sums over the rules that there are when it is called, by a metric each; an alarm takes ten, so with more rules set it on
   * `metricDeadLetters`. EventBridge publishes no zeros: an alarm should take missing data as not breaching.
   *
   * @param props what differs from that, such as the period or the label
   */
  public metricFailedInvocations(props?: cloudwatch.MathExpressionOptions): cloudwatch.MathExpression {
    return failedInvocations(this.captures.rules, props);
  }
}

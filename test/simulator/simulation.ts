/**
 * A run of a template: events go in, objects, error records, requests, dead letters and the ledger come out, and saved queries are answered.
 * It does what the resolved template declares and knows nothing of the construct that wrote it.
 */

import { DeadLetter, DeadLetters } from './bus/dead-letters';
import { createEventArchives, EventArchive } from './bus/event-archives';
import { DEFAULT_BUS, EventBuses, EventRule } from './bus/event-bus';
import { EventBusNetwork, ForwardedEvents } from './bus/event-bus-network';
import type { Notification } from './bus/notifications';
import type { Faults } from './bus/rule-target';
import { RuleTargets } from './bus/rule-targets';
import { CatalogSearch } from './catalog/catalog-search';
import { AnsweredQuery, readSavedQueries, runQueries, SimulatedQuery } from './catalog/saved-queries';
import { VirtualClock } from './clock';
import { BucketNotifications } from './delivery/bucket-notifications';
import type { StreamRecord } from './delivery/delivery-buffer';
import { DeliveryStream } from './delivery/delivery-stream';
import { readDeliveryStream } from './delivery/delivery-stream-configuration';
import { ErrorRecordOptions, ErrorRecordWriter } from './delivery/error-records';
import { checkLifecycleRules } from './delivery/lifecycle-rules';
import { ObjectEncryption } from './delivery/object-encryption';
import { FileObjectStore, MemoryObjectStore } from './delivery/object-store';
import { S3Delivery } from './delivery/s3-delivery';
import { Trial, tryStream } from './delivery/stream-trial';
import type { EventToSend } from './demo/events-file';
import type { Engines, GlueResource, JsonObject, ObjectStore } from './engines';
import { HttpEndpoint, HttpEndpointOptions, ReceivedRequest } from './http/http-endpoint';
import { Secrets, SecretValues } from './http/secrets';
import { Ledger } from './ledger';
import { checkEncryption } from './permissions/encryption-checks';
import { checkEventBuses } from './permissions/event-bus-checks';
import { Permissions } from './permissions/permissions';
import { review, Review } from './review/review';
import { trialFaults } from './review/trials';
import { deliveryOutOfTurn } from './template/delivery-turns';
import { Properties } from './template/properties';
import type { SimulatedResource, SimulatedTemplate } from './template/template';
import { readTrails, Trail } from './trail/trail';

const SECOND = 1000;
const HOUR = 3600 * SECOND;

/** How long before the real now a run begins, unless that is yesterday. */
const DEFAULT_LEAD = 6 * HOUR;

/** What PutEvents takes. */
const MAX_EVENT_BYTES = 1024 * 1024;

/** How many events are sent before streams and API destinations process what they got. */
const PROCESS_EVERY = 2000;

/** How a run goes. */
export interface SimulationOptions {
  readonly engines: Engines;
  /** Where the objects are written, a folder for each bucket. */
  readonly folder: string;
  /**
   * When the run begins. A moment before midnight (UTC) puts midnight inside the run.
   * @default - six hours before the real now, but not before its midnight
   */
  readonly start?: Date;
  /** When the run ends: a moment that is past, for runs that must not differ by when they were made. @default - the real now */
  readonly end?: Date;
  /** What targets answer, API destinations excepted. @default - they take everything */
  readonly faults?: Faults;
  /** What the endpoints of API destinations answer. @default - 200 to everything */
  readonly http?: HttpEndpointOptions;
  /** What the secrets hold. @default - made-up values, such as `password of ConfluentSecret` */
  readonly secrets?: SecretValues;
  /** How error records are written. @default - in every known way in turn */
  readonly errorRecords?: ErrorRecordOptions;
  /** What is done about what AWS would refuse, or could not use: a mixture of old and new may have it for a moment. @default - it is thrown */
  readonly onObstacle?: (obstacle: string) => void;
  /** The buses of other templates, whose runs must be there before an event is sent to them. @default - those of this template alone */
  readonly network?: EventBusNetwork;
}

/** What was asked of a catalog, such as `audit.events`; nothing, where it has no table of the kind. */
export interface AskedCatalog {
  readonly events: readonly string[];
  readonly errors: readonly string[];
}

/** How an event is put on a bus. */
interface Put {
  /** The event as it was written. @default - as JSON writes it */
  readonly data?: string;
  readonly wasForwarded?: boolean;
  /** The rules that get it, by their logical ids. @default - all that match */
  readonly rules?: readonly string[];
}

/** A run. */
export class Simulation implements ForwardedEvents {
  public static create(template: SimulatedTemplate, options: SimulationOptions): Simulation {
    return new Simulation(template, options);
  }

  public readonly ledger = new Ledger();
  public readonly store: FileObjectStore;
  public readonly clock: VirtualClock;
  /** The trails of the template, and which records they log. */
  public readonly trails: readonly Trail[];
  /** The server on this machine that gets all requests to API destinations. */
  public readonly endpoint: HttpEndpoint;
  private readonly end: Date;
  private readonly permissions: Permissions;
  private readonly deadLetterQueues: DeadLetters;
  private readonly bucketNotifications: BucketNotifications;
  private readonly streams: ReadonlyMap<string, DeliveryStream>;
  private readonly targets: RuleTargets;
  private readonly rules: readonly EventRule[];
  private readonly buses: EventBuses;
  /** EventBridge's own archives, and what they hold. */
  public readonly eventArchives: readonly EventArchive[];
  private readonly queries: SimulatedQuery[];
  private catalogIsOpen = false;

  private constructor(private readonly template: SimulatedTemplate, private readonly options: SimulationOptions) {
    this.end = checkedEnd(options.end);
    this.clock = new VirtualClock(options.start ?? defaultStart(this.end), options.end && (() => this.end));
    this.store = new FileObjectStore(options.folder);
    this.permissions = new Permissions(template);
    this.deadLetterQueues = new DeadLetters(template, this.permissions);
    for (const check of [checkEncryption, checkEventBuses, checkLifecycleRules]) this.check(check);
    this.checkTurns();
    this.bucketNotifications = new BucketNotifications(template, this.permissions, this.clock.now);
    this.trails = readTrails(template, this.permissions);
    this.streams = this.createStreams();
    this.endpoint = new HttpEndpoint(options.http);
    const secrets = new Secrets(template, options.secrets);
    const { network = new EventBusNetwork() } = options;
    network.join(template, this);
    this.targets = new RuleTargets({ template, permissions: this.permissions, streams: this.streams, endpoint: this.endpoint, secrets, network });
    this.rules = template.ofType('AWS::Events::Rule').map(rule => this.createRule(rule));
    this.buses = new EventBuses(template, this.rules);
    this.eventArchives = createEventArchives(template, options.engines.patterns, this.permissions);
    this.queries = readSavedQueries(template);
  }

  /** Whether targets fail on purpose. */
  public get injectsFaults(): boolean {
    return this.options.faults !== undefined;
  }

  /** What can be told of the template without any event. */
  public review(): Review {
    const { template, permissions, trails, rules } = this;
    const streams = [...this.streams.values()].map(({ configuration }) => configuration);
    return review({ template, permissions, streams, trails, targets: rules.flatMap(({ targets }) => targets) });
  }

  /** Puts an event on a bus, a second after the one before. */
  public async send(event: JsonObject, bus = DEFAULT_BUS): Promise<void> {
    this.advanceBy(SECOND);
    this.put(event, bus);
    if (this.ledger.sent % PROCESS_EVERY === 0) await this.process();
  }

  /** Puts events on their buses, spread over half of the time that is left until the real now. */
  public async sendAll(events: readonly EventToSend[]): Promise<void> {
    const start = this.clock.now.getTime();
    const step = Math.max(0, this.end.getTime() - start) / 2 / Math.max(1, events.length);
    for (const [index, { event, text, bus = DEFAULT_BUS }] of events.entries()) {
      this.advanceTo(start + Math.floor(step * index));
      this.put(event, bus, { data: text });
      if (this.ledger.sent % PROCESS_EVERY === 0) await this.process();
    }
  }

  /** Sends what EventBridge's archives hold to their buses again, where the rules get it, or those of them that are named by their logical ids. */
  public replay(name: string, rules?: readonly string[]): void {
    for (const archive of this.eventArchives) {
      for (const event of archive.replayed(name)) this.put(event, archive.bus, { rules });
    }
  }

  /** Takes an event that a rule of another bus forwarded: EventBridge does not send it on once more. */
  public receive(event: JsonObject, data: string, bus: string, at: Date): void {
    this.advanceTo(at.getTime());
    this.put(event, bus, { data, wasForwarded: true });
  }

  /** What each stream took and has not yet processed, by its ARN. */
  public get held(): Map<string, readonly StreamRecord[]> {
    return new Map([...this.streams].map(([arn, stream]) => [arn, stream.held]));
  }

  /** Delivers what a stream took when its template was another one; throws where it cannot, or where there is no such stream any more. */
  public async deliverHeld(streamArn: string, records: readonly StreamRecord[]): Promise<void> {
    const stream = this.streams.get(streamArn);
    if (!stream) throw new Error('the stream was deleted, with what it had buffered');
    for (const record of records) stream.put(record);
    this.clock.catchUp();
    await stream.finish(this.clock.now);
  }

  /** Delivers what is still in buffers, and sends what is left for API destinations. The clock is then at the real now. */
  public async finish(): Promise<void> {
    this.clock.catchUp();
    for (const stream of this.streams.values()) await stream.finish(this.clock.now);
    await this.targets.finish();
  }

  /** The messages in dead-letter queues. */
  public get deadLetters(): readonly DeadLetter[] {
    return this.deadLetterQueues.messages;
  }

  /** What API destinations received, in the order in which it came. */
  public get requests(): readonly ReceivedRequest[] {
    return this.endpoint.requests;
  }

  /** What topics, queues and functions got as targets of rules. */
  public get notifications(): readonly Notification[] {
    return this.targets.notifications;
  }

  /** What topics got of buckets: a test message first, then one for each object. */
  public get objectNotifications(): readonly Notification[] {
    return this.bucketNotifications.messages;
  }

  /** The Glue databases and tables of the template. */
  public catalog(): GlueResource[] {
    const types = ['AWS::Glue::Database', 'AWS::Glue::Table'];
    return this.template.resources.filter(({ type }) => types.includes(type)).map(resource => {
      const catalogId = Properties.of(resource).text('CatalogId');
      if (catalogId !== this.template.environment.account) throw new Error(`${resource.logicalId}.CatalogId: ${catalogId} is another account`);
      return { logicalId: resource.logicalId, type: resource.type as GlueResource['type'], properties: resource.properties };
    });
  }

  /** The named queries of the template. */
  public savedQueries(): SimulatedQuery[] {
    return this.queries;
  }

  /**
   * Asks the catalog for what was written so far: what no query finds with its content is neither archived nor failed in the ledger any
   * more. Says what was asked, for events and for error records; nothing, where the template has no table of the kind.
   */
  public async askCatalog(): Promise<AskedCatalog> {
    await this.openCatalog();
    const search = new CatalogSearch(this.catalog(), this.store, this.options.engines.sql);
    const [events, errors] = [await search.events(this.ledger.archiveDeliveries('archived')), await search.errors(this.ledger.archiveDeliveries('failed'))];
    for (const [delivery, why] of [...events.missing, ...errors.missing]) delivery.isNotFound(why);
    return { events: events.asked, errors: errors.asked };
  }

  /** Runs each named query verbatim, over what was written so far. */
  public async runSavedQueries(): Promise<AnsweredQuery[]> {
    await this.openCatalog();
    return runQueries(this.queries, this.options.engines.sql);
  }

  /** What is wrong with the way from each stream to a query, by events and error records that are made up, whichever way those of the run took. */
  public async tryStreams(): Promise<string[]> {
    const { engines: { jq, sql } } = this.options;
    const store = new MemoryObjectStore();
    const trials: Trial[] = [];
    for (const { configuration } of this.streams.values()) trials.push(await tryStream(configuration, jq, store, this.clock.now));
    await this.openCatalog(store);
    return trialFaults(trials, new CatalogSearch(this.catalog(), store, sql));
  }

  private async openCatalog(store: ObjectStore = this.store): Promise<void> {
    await this.options.engines.sql.open(this.catalog(), store);
    this.catalogIsOpen = true;
  }

  /** Stops the server, and lets go of the query engine. */
  public async close(): Promise<void> {
    await this.endpoint.close();
    if (this.catalogIsOpen) await this.options.engines.sql.close();
    this.catalogIsOpen = false;
  }

  private check(check: (template: SimulatedTemplate, permissions: Permissions) => void): void {
    const { onObstacle } = this.options;
    if (!onObstacle) return check(this.template, this.permissions);
    try {
      check(this.template, this.permissions);
    } catch (error) {
      onObstacle((error as Error).message);
    }
  }

  /** Of a template that is deployed at once: of a mixture of old and new some is there already, and the update knows what is not. */
  private checkTurns(): void {
    const outOfTurn = this.options.onObstacle ? undefined : deliveryOutOfTurn(this.template.resources, 'created');
    if (outOfTurn) throw new Error(outOfTurn);
  }

  private put(event: JsonObject, bus: string, { data = JSON.stringify(event), wasForwarded = false, rules: only }: Put = {}): void {
    const bytes = Buffer.byteLength(data);
    if (bytes > MAX_EVENT_BYTES) throw new Error(`an event of ${bytes} bytes; EventBridge takes ${MAX_EVENT_BYTES}`);
    for (const archive of this.eventArchives) archive.offer(event, bus);
    const { rules, unmatched } = this.buses.route(event, bus);
    const sent = this.ledger.record(event, bus, this.clock.now, unmatched);
    const asked = rules.filter(({ logicalId }) => only?.includes(logicalId) ?? true);
    for (const target of asked.flatMap(rule => rule.targets)) if (!(wasForwarded && target.forwards)) target.deliver(sent, data);
  }

  private advanceBy(milliseconds: number): void {
    this.advanceTo(this.clock.now.getTime() + milliseconds);
  }

  /** Moves on, but not past the moment at which the run was created: nothing arrives after it. */
  private advanceTo(time: number): void {
    const now = this.clock.now.getTime();
    this.clock.advanceTo(new Date(Math.max(now, Math.min(time, this.end.getTime()))));
  }

  private async process(): Promise<void> {
    for (const stream of this.streams.values()) await stream.process(this.clock.now);
    await this.targets.process(this.clock.now);
  }

  private createStreams(): Map<string, DeliveryStream> {
    const { engines: { jq }, errorRecords: options } = this.options;
    const errorRecords = new ErrorRecordWriter(options);
    const encryption = new ObjectEncryption(this.template, this.permissions.keys);
    return new Map(this.template.ofType('AWS::KinesisFirehose::DeliveryStream').map(resource => {
      const configuration = readDeliveryStream(resource, this.template, this.permissions);
      const delivery = new S3Delivery(configuration, this.permissions, encryption, this.store, this.bucketNotifications);
      return [configuration.arn, new DeliveryStream({ configuration, jq, delivery, ledger: this.ledger, errorRecords })];
    }));
  }

  private createRule(resource: SimulatedResource): EventRule {
    const { logicalId, attributes: { Arn: arn } } = resource;
    const rule = { logicalId, arn, name: arn.split('/').pop()! };
    const { permissions, ledger, deadLetterQueues: deadLetters, options: { faults = () => 'ok' } } = this;
    const targets = Properties.of(resource).objects('Targets').map(properties => this.targets.create({
      rule, properties, permissions, deadLetters, ledger, faults,
    }));
    return new EventRule(resource, this.options.engines.patterns, targets);
  }
}

function checkedEnd(end: Date = new Date(), now = new Date()): Date {
  if (end > now) throw new Error(`a run cannot end at ${end.toISOString()}: the real now is ${now.toISOString()}`);
  return end;
}

function defaultStart(now: Date): Date {
  return new Date(Math.max(now.getTime() - DEFAULT_LEAD, new Date(now).setUTCHours(0, 0, 0, 0)));
}

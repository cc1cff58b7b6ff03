/**
 * The ledger of a run: what became of every event that was sent. `sent = unmatched + matched` counts events; `archived + failed +
 * deadLettered + notFound + lost` counts deliveries to the archive, one for each event and stream of a rule that matched it. What was
 * written counts as archived, or as failed, until the catalog is asked; what no query finds is then `notFound`. Fan-out is counted
 * apart: an event that only a rule of a fan-out matched is `unmatched`, because the archive does not have it.
 */

import type { JsonObject } from './engines';

/** What became of a delivery. */
export type Outcome = 'pending' | 'archived' | 'delivered' | 'failed' | 'deadLettered' | 'notFound' | 'lost';

/** Where a delivery's record was written. */
export interface ObjectPlace {
  readonly bucket: string;
  readonly key: string;
}

/** An event on its way to one target of one rule. */
export class Delivery {
  public outcome: Outcome = 'pending';
  /** Why it did not arrive, or where it is. */
  public detail = 'still on its way';
  /** How often the target was asked to take it. */
  public requests = 0;
  /** The object that holds it, once it is archived or failed. */
  public object?: ObjectPlace;

  public constructor(
    public readonly event: SentEvent,
    /** The logical id of the rule, and its target's ARN. */
    public readonly rule: string,
    public readonly target: string,
    /** The logical id of what the event fans out to; absent, it goes to the archive. */
    public readonly destination?: string,
  ) {}

  /** Says what became of the delivery, once. */
  public settle(outcome: Exclude<Outcome, 'pending' | 'notFound'>, detail: string, object?: ObjectPlace): void {
    if (this.outcome !== 'pending') throw new Error(`a delivery of ${this.rule} is ${this.outcome} and cannot become ${outcome}`);
    this.outcome = outcome;
    this.detail = detail;
    this.object = object;
  }

  /** Says that no query finds what was written. */
  public isNotFound(why: string): void {
    if (!this.object) throw new Error(`a delivery of ${this.rule} is ${this.outcome}: there is no object in which it could be found`);
    this.outcome = 'notFound';
    this.detail = `s3://${this.object.bucket}/${this.object.key}: ${why}`;
  }
}

/**
 * Why an event matched no rule of the archive: its bus has none; none asks for it, be it a call of the template's own roles or not; or
 * the state of the rule that asks for it keeps it back.
 */
export type Unmatched = 'noRuleOnBus' | 'noPattern' | 'ownCall' | 'readOnly' | 'disabled';

/** An event that was put on a bus. */
export interface SentEvent {
  readonly event: JsonObject;
  readonly bus: string;
  readonly arrival: Date;
  readonly deliveries: Delivery[];
  readonly unmatched?: Unmatched;
}

/** An event of which nobody can say that it was kept. */
export interface Unaccounted {
  readonly event: JsonObject;
  readonly bus: string;
  readonly rule: string;
  readonly target: string;
  readonly outcome: Outcome;
  readonly detail: string;
}

/** What became of the events of one API destination, topic, queue or function. */
export interface FanOutCounts {
  delivered: number;
  deadLettered: number;
  lost: number;
  /** How often it was asked to take an event, retries included. */
  requests: number;
}

/** An object that Firehose wrote, of events or of errors. */
export interface WrittenObject {
  readonly bucket: string;
  readonly key: string;
  /** Its size in S3: compressed. */
  readonly bytes: number;
  readonly records: number;
  readonly kind: 'events' | 'errors';
  /** The ARN of the key by which S3 encrypted it; absent, S3 used a key of its own. */
  readonly encryptedBy?: string;
}

/** The folder of the data of a layout: `[prefix/]events/<layout id>/<partitions>/<object>`. */
const PARTITION_PATH = /^(?:.*?\/)?events\/[^/]+\/(?:(.*)\/)?[^/]+$/;

/** What a run did, event by event and object by object. */
export class Ledger {
  public readonly events: SentEvent[] = [];
  public readonly writtenObjects: WrittenObject[] = [];
  private readonly destinations = new Set<string>();

  public record(event: JsonObject, bus: string, arrival: Date, unmatched?: Unmatched): SentEvent {
    const sent: SentEvent = { event, bus, arrival, deliveries: [], unmatched };
    this.events.push(sent);
    return sent;
  }

  /** Something that events fan out to, by its logical id: it is counted even when no event goes there. */
  public recordDestination(destination: string): void {
    this.destinations.add(destination);
  }

  public recordDelivery(event: SentEvent, rule: string, target: string, destination?: string): Delivery {
    const delivery = new Delivery(event, rule, target, destination);
    event.deliveries.push(delivery);
    return delivery;
  }

  public recordObject(object: WrittenObject): void {
    this.writtenObjects.push(object);
  }

  public get sent(): number {
    return this.events.length;
  }

  /** How many events a rule of the archive matched. */
  public get matched(): number {
    return this.events.filter(({ deliveries }) => deliveries.some(isArchiveDelivery)).length;
  }

  public get unmatched(): number {
    return this.sent - this.matched;
  }

  /** How many events matched no rule of the archive, by the reason. */
  public get unmatchedBecause(): { readonly [reason in Unmatched]?: number } {
    const counts: { [reason in Unmatched]?: number } = {};
    for (const { unmatched } of this.events) if (unmatched) counts[unmatched] = (counts[unmatched] ?? 0) + 1;
    return counts;
  }

  public get archived(): number {
    return this.count('archived');
  }

  /** Deliveries whose record is among Firehose's error records. */
  public get failed(): number {
    return this.count('failed');
  }

  public get deadLettered(): number {
    return this.count('deadLettered');
  }

  /** Deliveries that were written, and that no query finds. */
  public get notFound(): number {
    return this.count('notFound');
  }

  public get lost(): number {
    return this.count('lost');
  }

  /** How many objects were written, those of error records included. */
  public get objects(): number {
    return this.writtenObjects.length;
  }

  /** What all objects take in S3: the compressed bytes. */
  public get bytes(): number {
    return this.writtenObjects.reduce((sum, object) => sum + object.bytes, 0);
  }

  /** How many records each partition got, by its path below `events/<layout id>/`, in order. */
  public get partitions(): { [path: string]: number } {
    const counts = new Map<string, number>();
    for (const { key, kind, records } of this.writtenObjects) {
      if (kind !== 'events') continue;
      const path = partitionPath(key);
      counts.set(path, (counts.get(path) ?? 0) + records);
    }
    return Object.fromEntries([...counts].sort(([a], [b]) => a < b ? -1 : 1));
  }

  /** What became of fan-out, by the logical id of what the events went to. */
  public get fanOut(): { readonly [destination: string]: FanOutCounts } {
    const counts = new Map([...this.destinations].map(destination => [destination, { delivered: 0, deadLettered: 0, lost: 0, requests: 0 }]));
    for (const { destination, outcome, requests } of this.deliveries) {
      const count = destination === undefined ? undefined : counts.get(destination);
      if (!count) continue;
      count.requests += requests;
      if (outcome === 'delivered' || outcome === 'deadLettered' || outcome === 'lost') count[outcome]++;
    }
    return Object.fromEntries(counts);
  }

  /** The deliveries to the archive of which this became. */
  public archiveDeliveries(outcome: Outcome): Delivery[] {
    return this.deliveries.filter(delivery => isArchiveDelivery(delivery) && delivery.outcome === outcome);
  }

  /** The deliveries that are neither where they should go, nor among the error records, nor in a dead-letter queue, as far as queries find them. */
  public unaccounted(): Unaccounted[] {
    return this.deliveries
      .filter(({ outcome }) => outcome === 'pending' || outcome === 'notFound' || outcome === 'lost')
      .map(({ event: { event, bus }, rule, target, outcome, detail }) => ({ event, bus, rule, target, outcome, detail }));
  }

  private get deliveries(): Delivery[] {
    return this.events.flatMap(event => event.deliveries);
  }

  private count(outcome: Outcome): number {
    return this.archiveDeliveries(outcome).length;
  }
}

function isArchiveDelivery({ destination }: Delivery): boolean {
  return destination === undefined;
}

/** The path of an object's partition; for an object that is not in a layout, its folder. */
function partitionPath(key: string): string {
  return PARTITION_PATH.exec(key)?.[1] ?? key.slice(0, Math.max(0, key.lastIndexOf('/')));
}

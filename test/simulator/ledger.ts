/**
 * The ledger of a run: what became of every event that was sent. `sent = unmatched + matched` counts events; `archived + failed +
 * deadLettered + lost` counts deliveries, one for each event and target of a rule that matched it.
 */

import type { JsonObject } from './engines';

/** What became of a delivery. */
export type Outcome = 'pending' | 'archived' | 'failed' | 'deadLettered' | 'lost';

/** An event on its way to one target of one rule. */
export class Delivery {
  public outcome: Outcome = 'pending';
  /** Why it is not archived, or where it is. */
  public detail = 'still on its way';

  public constructor(
    public readonly event: SentEvent,
    /** The logical id of the rule, and its target's ARN. */
    public readonly rule: string,
    public readonly target: string,
  ) {}

  /** Says what became of the delivery, once. */
  public settle(outcome: Exclude<Outcome, 'pending'>, detail: string): void {
    if (this.outcome !== 'pending') throw new Error(`a delivery of ${this.rule} is ${this.outcome} and cannot become ${outcome}`);
    this.outcome = outcome;
    this.detail = detail;
  }
}

/**
 * Why an event matched no rule: its bus has none; none asks for it, be it a call of the template's own roles or not; or the state of
 * the rule that asks for it keeps it back.
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

/** An object that Firehose wrote, of events or of errors. */
export interface WrittenObject {
  readonly bucket: string;
  readonly key: string;
  /** Its size in S3: compressed. */
  readonly bytes: number;
  readonly records: number;
  readonly kind: 'events' | 'errors';
}

/** The folder of the data of a layout: `[prefix/]events/<layout id>/<partitions>/<object>`. */
const PARTITION_PATH = /^(?:.*?\/)?events\/[^/]+\/(?:(.*)\/)?[^/]+$/;

/** What a run did, event by event and object by object. */
export class Ledger {
  public readonly events: SentEvent[] = [];
  public readonly writtenObjects: WrittenObject[] = [];

  public record(event: JsonObject, bus: string, arrival: Date, unmatched?: Unmatched): SentEvent {
    const sent: SentEvent = { event, bus, arrival, deliveries: [], unmatched };
    this.events.push(sent);
    return sent;
  }

  public recordDelivery(event: SentEvent, rule: string, target: string): Delivery {
    const delivery = new Delivery(event, rule, target);
    event.deliveries.push(delivery);
    return delivery;
  }

  public recordObject(object: WrittenObject): void {
    this.writtenObjects.push(object);
  }

  public get sent(): number {
    return this.events.length;
  }

  public get matched(): number {
    return this.events.filter(event => event.deliveries.length > 0).length;
  }

  public get unmatched(): number {
    return this.sent - this.matched;
  }

  /** How many events matched no rule, by the reason. */
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

  /** The deliveries that are neither in the archive, nor among the error records, nor in a dead-letter queue. */
  public unaccounted(): Unaccounted[] {
    return this.deliveries
      .filter(({ outcome }) => outcome === 'pending' || outcome === 'lost')
      .map(({ event: { event, bus }, rule, target, outcome, detail }) => ({ event, bus, rule, target, outcome, detail }));
  }

  private get deliveries(): Delivery[] {
    return this.events.flatMap(event => event.deliveries);
  }

  private count(outcome: Outcome): number {
    return this.deliveries.filter(delivery => delivery.outcome === outcome).length;
  }
}

/** The path of an object's partition; for an object that is not in a layout, its folder. */
function partitionPath(key: string): string {
  return PARTITION_PATH.exec(key)?.[1] ?? key.slice(0, Math.max(0, key.lastIndexOf('/')));
}

/**
 * An update with events on the way: at each of its moments the same events are sent through the mixture of old and new, and what the streams
 * took is delivered by what there is in the end.
 */

import { attachedPolicies, MAX_POLICIES } from './attached-policies';
import { Moment, momentsOf, ownLogicalId } from './moments';
import type { StackUpdate } from './stack-update';
import type { StreamRecord } from '../delivery/delivery-buffer';
import type { EventToSend } from '../demo/events-file';
import type { Delivery } from '../ledger';
import { Simulation, SimulationOptions } from '../simulation';

/**
 * What is wrong on the way: events in a dead-letter queue, or nowhere; events that are taken before and after, and not then; events that are
 * taken more often than before or after; something that cannot be used for a moment, the error log say; or something that AWS refuses.
 */
export type GapKind = 'deadLettered' | 'lost' | 'missed' | 'twice' | 'unusable' | 'refused';

/** What is wrong at a moment of an update, and at others perhaps. */
export interface Gap {
  readonly kind: GapKind;
  /** The first moment at which it is so, of how many. */
  readonly moment: string;
  readonly moments: number;
  /** How many events at most, of those that were sent. */
  readonly events: number;
  /** Whom it concerns, and why. */
  readonly what: string;
}

/** An update after events were sent at each of its moments. */
export interface UpdateResult {
  readonly moments: number;
  readonly gaps: readonly Gap[];
}

/** Whom rules sent an event to, by the logical id of what it fans out to, and how often; the archive has none. What failed is found apart. */
type Taken = ReadonlyMap<string, number>;

const ARCHIVE = 'the archive';

/** What came of the events at a moment, in their order. */
interface Outcome {
  readonly taken: readonly Taken[];
}

/** How an update is run. */
export interface UpdateRunOptions extends SimulationOptions {
  /** Is told how many moments are done, of how many. */
  readonly onMoment?: (done: number, all: number) => void;
}

/** Sends the events at each moment of the update. */
export async function runUpdate(update: StackUpdate, events: readonly EventToSend[], options: UpdateRunOptions): Promise<UpdateResult> {
  const run = new UpdateRun(events, options);
  for (const obstacle of update.obstacles) run.found('refused', 'the update', obstacle);
  const moments = momentsOf(update);
  const [before, after] = [moments[0], moments[moments.length - 1]];
  const [atFirst, atLast] = [await run.sendAt(before, true), await run.sendAt(after, true)];
  for (const [index, moment] of moments.entries()) {
    options.onMoment?.(index + 1, moments.length);
    const outcome = moment === before ? atFirst : moment === after ? atLast : await run.sendAt(moment);
    if (atFirst && atLast && outcome) run.compare(moment, outcome, atFirst, atLast);
  }
  if (atLast) await run.deliver(after);
  return { moments: moments.length, gaps: run.gaps };
}

class UpdateRun {
  private readonly byKey = new Map<string, Gap>();
  /** What each stream took, by its ARN and the place of the event; once, because all goes the same way in the end. */
  private readonly held = new Map<string, Map<number, { readonly record: StreamRecord; readonly moment: string }>>();

  private readonly mostPolicies = new Map<string, number>();

  public constructor(private readonly events: readonly EventToSend[], private readonly options: SimulationOptions) {}

  public get gaps(): Gap[] {
    for (const [role, count] of this.mostPolicies) {
      if (count > MAX_POLICIES) this.found('refused', 'at some moment', `${role}: ${count} managed policies; IAM lets a role have ${MAX_POLICIES} by default`);
    }
    return [...this.byKey.values()];
  }

  /** What cannot be used: of a bus that is its events; all else may be needed or not. */
  public foundUnusable({ name, template }: Moment, obstacle: string): void {
    const bus = template.ofType('AWS::Events::EventBus').find(({ logicalId }) => obstacle.startsWith(`${logicalId}.KmsKeyIdentifier:`));
    const events = bus ? this.events.filter(event => event.bus === bus.ref).length : 0;
    this.found(bus ? 'deadLettered' : 'unusable', name, obstacle, events);
  }

  public found(kind: GapKind, moment: string, what: string, events = 0): void {
    const key = `${kind} ${what}`;
    const other = this.byKey.get(key);
    const again = other && { ...other, events: Math.max(other.events, events), moments: other.moments + 1 };
    this.byKey.set(key, again ?? { kind, moment, moments: 1, events, what });
  }

  /** What becomes of the events at a moment; nothing where what is there cannot be run: before or after the update AWS would refuse it. */
  public async sendAt(moment: Moment, isEnd = false): Promise<Outcome | undefined> {
    const { name, template } = moment;
    for (const [role, count] of attachedPolicies(template)) this.mostPolicies.set(role, Math.max(count, this.mostPolicies.get(role) ?? 0));
    let simulation: Simulation;
    try {
      simulation = Simulation.create(template, { ...this.options, onObstacle: obstacle => this.foundUnusable(moment, obstacle) });
    } catch (error) {
      this.found(isEnd ? 'refused' : 'unusable', name, (error as Error).message);
      return undefined;
    }
    try {
      for (const { event, bus } of this.events) await simulation.send(event, bus);
      this.hold(simulation, name);
      const sent = simulation.ledger.events;
      this.findFailures(name, sent.flatMap(({ deliveries }) => deliveries));
      return { taken: sent.map(({ deliveries }) => takenOf(deliveries)) };
    } finally {
      await simulation.close();
    }
  }

  /** Finds who took an event before and after, and not now; or more often. */
  public compare({ name }: Moment, now: Outcome, before: Outcome, after: Outcome): void {
    const missed = new Map<string, number>();
    const twice = new Map<string, number>();
    this.events.forEach((_event, index) => {
      const [first, last, here] = [before, after, now].map(({ taken }) => taken[index]);
      for (const who of new Set([...first.keys(), ...last.keys(), ...here.keys()])) {
        const [old, next, current] = [first, last, here].map(taken => taken.get(who) ?? 0);
        if (old > 0 && next > 0 && current === 0) missed.set(who, (missed.get(who) ?? 0) + 1);
        if (current > Math.max(old, next)) twice.set(who, (twice.get(who) ?? 0) + 1);
      }
    });
    for (const [who, count] of missed) this.found('missed', name, who, count);
    for (const [who, count] of twice) this.found('twice', name, who, count);
  }

  /** Delivers what the streams took at whatever moment, by what there is in the end. */
  public async deliver({ name, template }: Moment): Promise<void> {
    const simulation = Simulation.create(template, { ...this.options, onObstacle: () => undefined });
    for (const [arn, records] of this.held) {
      const all = [...records.values()];
      const obstacle = await obstacleOf(() => simulation.deliverHeld(arn, all.map(({ record }) => record)));
      if (obstacle !== undefined) this.found('lost', all[0].moment, `${arn.split('/').pop()!}: ${obstacle}`, all.length);
      else this.findFailures(name, all.map(({ record }) => record.delivery).filter(({ outcome }) => outcome === 'lost'));
    }
    await simulation.close();
  }

  private hold(simulation: Simulation, moment: string): void {
    for (const [arn, records] of simulation.held) {
      const known = this.held.get(arn) ?? new Map<number, { record: StreamRecord; moment: string }>();
      this.held.set(arn, known);
      for (const record of records) {
        const place = simulation.ledger.events.indexOf(record.delivery.event);
        if (!known.has(place)) known.set(place, { record, moment });
      }
    }
  }

  private findFailures(moment: string, deliveries: readonly Delivery[]): void {
    const counts = new Map<string, number>();
    for (const { outcome, rule, detail } of deliveries) {
      if (outcome !== 'deadLettered' && outcome !== 'lost') continue;
      const key = JSON.stringify([outcome, `${ownLogicalId(rule)}: ${detail}`]);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    for (const [key, count] of counts) {
      const [kind, what] = JSON.parse(key) as ['deadLettered' | 'lost', string];
      this.found(kind, moment, what, count);
    }
  }
}

function takenOf(deliveries: readonly Delivery[]): Taken {
  const taken = new Map<string, number>();
  for (const { destination } of deliveries) {
    const who = destination === undefined ? ARCHIVE : ownLogicalId(destination);
    taken.set(who, (taken.get(who) ?? 0) + 1);
  }
  return taken;
}

async function obstacleOf(deliver: () => Promise<void>): Promise<string | undefined> {
  try {
    await deliver();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

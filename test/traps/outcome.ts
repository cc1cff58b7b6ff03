// What becomes of events that are sent through a template: how many are kept, and how many a query finds.

import { run, RunOptions } from '../end-to-end/archive-run';
import type { EventToSend } from '../simulator/demo/events-file';

export interface Outcome {
  readonly unmatched: number;
  readonly archived: number;
  readonly failed: number;
  readonly deadLettered: number;
  readonly lost: number;
  /** What `SELECT` finds in the view `events`, or why it finds nothing. */
  readonly found: number | string;
}

/** Sends the events within a minute, so that they are in one buffer. */
export async function outcomeOf(template: object, events: EventToSend[], options: RunOptions = {}): Promise<Outcome> {
  const archive = await run(template, events, { mayLose: true, start: new Date(Date.now() - 60_000), ...options });
  const { unmatched, archived, failed, deadLettered, lost } = archive.simulation.ledger;
  const found = archive.rows('SELECT id FROM events WHERE id IS NOT NULL').then(rows => rows.length, error => (error as Error).message);
  return { unmatched, archived, failed, deadLettered, lost, found: await found };
}

/** What is expected of an archive: every event is kept, and found. */
export function allFound(count: number): Outcome {
  return { unmatched: 0, archived: count, failed: 0, deadLettered: 0, lost: 0, found: count };
}

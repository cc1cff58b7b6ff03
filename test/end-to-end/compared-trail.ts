// Runs an archive beside a trail's log files, and asks the saved queries what either of them lacks.

import { Row, Run, run, RunOptions } from './archive-run';
import { ACCOUNT, aRecord, archiveWithTrail, REGION, TRAIL_BUCKET } from './trail-samples';
import type { EventToSend } from '../simulator/demo/events-file';
import type { JsonObject } from '../simulator/engines';
import { LogFile, TrailPlace, writeLogFile } from '../simulator/trail/log-files';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export const LACKING = 'API calls in the trail that the archive lacks';
export const UNLOGGED = 'Archived API calls that the trail lacks';

export const ago = (milliseconds: number): Date => new Date(Date.now() - milliseconds);
export const timeOf = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;

/** A call two hours ago: no more under way, and within the window whatever the time of day. */
export const call = (eventName: string, fields: JsonObject = {}): JsonObject => aRecord({ eventName, eventTime: timeOf(ago(2 * HOUR)), ...fields });

/** What each of the two got. */
export interface Case {
  readonly template?: object;
  readonly events?: readonly EventToSend[];
  readonly files?: readonly Partial<LogFile>[];
  readonly place?: Partial<TrailPlace>;
  readonly options?: RunOptions;
}

/** An archive that got the events, beside a trail that wrote the files. */
export async function compared({ template = archiveWithTrail(), events = [], files = [], place, options }: Case): Promise<Run> {
  const organization = place?.organizationId === undefined ? undefined : { id: place.organizationId, managementAccount: ACCOUNT };
  const archive = await run(template, [...events], { environment: { organization }, ...options });
  for (const file of files) {
    writeLogFile(archive.simulation.store, { bucket: TRAIL_BUCKET, ...place }, {
      account: ACCOUNT, region: REGION, delivered: ago(2 * HOUR), records: [], ...file,
    });
  }
  return archive;
}

/** What a saved query says: the summary, and a row for each call. */
export async function ask(archive: Run, name: string): Promise<{ readonly summary: Row; readonly calls: Row[] }> {
  const [summary, ...calls] = await archive.rows(archive.simulation.savedQueries().find(query => query.name === name)!.sql);
  return { summary, calls };
}

/** The ids that a query finds, each with what it says of it. */
export async function found(archive: Run, name: string): Promise<[unknown, string][]> {
  return (await ask(archive, name)).calls.map(row => [row.event_id, String(row.finding)]);
}

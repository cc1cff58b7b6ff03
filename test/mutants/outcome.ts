/**
 * What a template makes of the corpus: every delivery, request, notification, dead letter and object, in a form that two templates can
 * be compared by. It is the same in every run, because time stands where the options put it and random names are left out.
 */

import * as fs from 'node:fs';
import * as path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { fateOf } from './corpus';
import type { EventToSend } from '../simulator/demo/events-file';
import type { Engines, JqEngine, JqResult, Json, JsonObject } from '../simulator/engines';
import type { HttpAnswer, ReceivedRequest } from '../simulator/http/http-endpoint';
import { recordsAbout } from '../simulator/samples/trail-records';
import { Simulation } from '../simulator/simulation';
import type { SimulatedTemplate } from '../simulator/template/template';

/** How long a run takes. */
const RUN = 2 * 3600 * 1000;

/** How a run goes. */
export interface DeliveryOptions {
  readonly engines: Engines;
  /** Where the objects are written; emptied before. */
  readonly folder: string;
  readonly now: Date;
  /** When the events are sent; at `now`, all in one moment. @default two hours before */
  readonly start?: Date;
}

/** What became of the corpus. */
export interface Outcome {
  readonly facts: JsonObject;
  readonly simulation: Simulation;
}

/** Sends the events through the template. Throws what the simulator refuses. */
export async function deliver(template: SimulatedTemplate, events: readonly EventToSend[], options: DeliveryOptions): Promise<Outcome> {
  const { engines, folder, now: end, start = new Date(end.getTime() - RUN) } = options;
  fs.rmSync(folder, { recursive: true, force: true });
  const simulation = Simulation.create(template, { engines, folder, start, end, faults: fault, http: { answer } });
  try {
    await simulation.sendAll(events);
    await simulation.finish();
  } finally {
    await simulation.close();
  }
  return { facts: { ...factsOf(simulation), trails: loggedBy(simulation, template) }, simulation };
}

function factsOf(simulation: Simulation): JsonObject {
  const { ledger, deadLetters, requests, notifications, store } = simulation;
  const facts = {
    events: ledger.events.map(({ deliveries, unmatched }) => ({
      unmatched,
      deliveries: deliveries.map(({ event: _event, object: _object, ...delivery }) => delivery),
    })),
    deadLetters,
    requests: sorted(requests.map(({ headers: { 'content-length': _length, ...headers }, ...request }) => ({ ...request, headers }))),
    notifications,
    fanOut: ledger.fanOut,
    eventArchives: simulation.eventArchives.map(({ logicalId, bus, events }) => ({ logicalId, bus, events })),
    objects: sorted(ledger.writtenObjects.map(({ bytes: _bytes, ...object }) => ({ ...object, ...contentOf(store.get(object.bucket, object.key)) }))),
    files: filesBelow(store.folder),
    savedQueries: simulation.savedQueries().map(({ name, database, workGroup }) => ({ name, database, workGroup })),
  };
  return JSON.parse(withoutRandom(JSON.stringify(facts))) as JsonObject;
}

/** What trails log of the same records, which hundreds of mutants leave as they are. */
const LOGGED = new Map<string, string[]>();

/** Which records of what can happen to the template's resources each trail logs, in the order of the records. */
function loggedBy({ trails }: Simulation, template: SimulatedTemplate): string[] {
  const records = recordsAbout(template);
  const asked = JSON.stringify([template.ofType('AWS::CloudTrail::Trail'), template.environment, records]);
  const logged = LOGGED.get(asked) ?? trails.map(trail => records.map(record => Number(trail.logs(record))).join(''));
  LOGGED.set(asked, logged);
  return logged;
}

/** An object's text, and whether it is compressed. */
function contentOf(body: Buffer): JsonObject {
  const gzip = body[0] === 0x1f && body[1] === 0x8b;
  return { gzip, text: (gzip ? gunzipSync(body) : body).toString('utf8') };
}

function filesBelow(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs.readdirSync(folder, { recursive: true }).map(file => String(file).split(path.sep).join('/')).sort();
}

/** In an order that does not depend on what is random. */
function sorted<T>(list: readonly T[]): T[] {
  const keyed = list.map(element => ({ element, key: withoutRandom(JSON.stringify(element)) }));
  return keyed.sort((a, b) => a.key < b.key ? -1 : Number(a.key > b.key)).map(({ element }) => element);
}

/** The name of an object ends in something random, after the time. */
function withoutRandom(text: string): string {
  return text.replace(/(-\d\d-\d\d-\d\d-)[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g, '$1<random>');
}

/** A throttled event never arrives, a delayed one at the third attempt. */
function fault(_target: string, attempt: number, event: JsonObject): 'ok' | 'throttled' | 'error' {
  const fate = fateOf(event);
  if (fate === 'throttled') return 'throttled';
  return fate === 'delayed' && attempt < 3 ? 'error' : 'ok';
}

/** EventBridge does not try again after 400. */
function answer({ body }: ReceivedRequest): HttpAnswer {
  return { status: body.includes('"refused"') ? 400 : 200 };
}

/** jq that remembers what it made of a record, and breaks down on those that are to fail. */
export class RememberingJq implements JqEngine {
  private readonly results = new Map<string, Map<string, JqResult>>();

  public constructor(private readonly jq: JqEngine) {}

  public async run(query: string, records: string[]): Promise<JqResult[]> {
    const known = this.results.get(query) ?? new Map<string, JqResult>();
    const unknown = [...new Set(records)].filter(record => !known.has(record));
    const results = unknown.length > 0 ? await this.jq.run(query, unknown) : [];
    unknown.forEach((record, index) => known.set(record, results[index]));
    this.results.set(query, known);
    return records.map(record => isUnreadable(record) ? { error: 'jq ran out of memory' } : known.get(record)!);
  }
}

function isUnreadable(record: string): boolean {
  return record.includes('"fate":"unreadable"');
}

/** The first difference between two outcomes, by its place; nothing when they are equal. */
export function difference(a: Json | undefined, b: Json | undefined, where = ''): string | undefined {
  if (a === b) return undefined;
  const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null;
  if (!isObject(a) || !isObject(b)) return `${where}: ${shown(a)} became ${shown(b)}`;
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  for (const name of names) {
    const found = difference(a[name], b[name], where === '' ? name : `${where}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function shown(value: Json | undefined): string {
  return JSON.stringify(value)?.slice(0, 200) ?? 'nothing';
}

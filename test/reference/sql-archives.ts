// Archives on the embedded engines, whose objects Trino reads too: every query is asked of both.

import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { differencesInAnswers } from '../simulator/catalog/answers';
import { EventToSend, readEventsFile } from '../simulator/demo/events-file';
import { embeddedEngines } from '../simulator/embedded/engines';
import { DuckDbQueryEngine } from '../simulator/embedded/sql';
import type { GlueResource, JsonObject } from '../simulator/engines';
import { BorrowedServers, borrowServers } from '../simulator/reference/shared-servers';
import { TrinoQueryEngine } from '../simulator/reference/trino';
import { Simulation, SimulationOptions } from '../simulator/simulation';
import { SimulatedTemplate } from '../simulator/template/template';

const EVENTS = path.join(__dirname, '..', '..', 'examples', 'events');

/** A query of a database. */
export interface Question {
  readonly name: string;
  readonly database: string;
  readonly sql: string;
}

/** An archive whose objects both engines read. */
export interface ReadArchive {
  readonly simulation: Simulation;
  readonly duckdb: DuckDbQueryEngine;
  readonly trino: TrinoQueryEngine;
  /** The saved queries, verbatim. */
  readonly savedQueries: readonly Question[];
  /** All columns of each view and each table. */
  readonly relations: readonly Question[];
}

let servers: BorrowedServers | undefined;
const open: DuckDbQueryEngine[] = [];
const simulations: Simulation[] = [];
const folders: string[] = [];

/** To be called before the tests of a file. */
export async function borrow(): Promise<void> {
  servers = await borrowServers(() => undefined);
}

/** Where the servers are. */
export function borrowed(): BorrowedServers {
  return servers!;
}

/** To be called after them. */
export async function giveBack(): Promise<void> {
  for (const each of [...open.splice(0), ...simulations.splice(0)]) await each.close();
  for (const folder of folders.splice(0)) fs.rmSync(folder, { recursive: true, force: true });
  await servers?.giveBack();
}

/** Every event of the examples, each on the default bus. */
export function corpus(): EventToSend[] {
  const files = fs.readdirSync(EVENTS).filter(name => name.endsWith('.jsonl')).sort();
  return files.flatMap(name => readEventsFile(path.join(EVENTS, name))).map(({ event, text }) => ({ event, text }));
}

/** Runs events through a template; some may be such as no archive takes. */
export async function run(template: object, events: EventToSend[], options: Partial<SimulationOptions> = {}): Promise<Simulation> {
  const simulation = Simulation.create(SimulatedTemplate.parse(template), { engines: embeddedEngines(), folder: newFolder(), ...options });
  simulations.push(simulation);
  await simulation.sendAll(events);
  await simulation.finish();
  return simulation;
}

/** Opens both engines on what a run wrote. */
export async function read(simulation: Simulation): Promise<ReadArchive> {
  const engines = { duckdb: new DuckDbQueryEngine(), trino: new TrinoQueryEngine(servers!) };
  open.push(engines.duckdb);
  for (const engine of Object.values(engines)) await engine.open(simulation.catalog(), simulation.store);
  return { simulation, ...engines, savedQueries: simulation.savedQueries(), relations: simulation.catalog().flatMap(questionsOf) };
}

/** What differs between the two engines' answers. */
export async function differences({ duckdb, trino }: ReadArchive, { database, sql }: Question): Promise<string[]> {
  return differencesInAnswers(await duckdb.query(database, sql), await trino.query(database, sql), sql);
}

function newFolder(): string {
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'sql-archives-'));
  folders.push(folder);
  return folder;
}

function questionsOf({ type, properties }: GlueResource): Question[] {
  if (type !== 'AWS::Glue::Table') return [];
  const { Name: name, PartitionKeys: keys = [], StorageDescriptor: storage } = properties.TableInput as JsonObject;
  const columns = [...(storage as JsonObject).Columns as JsonObject[], ...keys as JsonObject[]].map(column => `"${column.Name}"`);
  return [{ name: String(name), database: String(properties.DatabaseName), sql: `SELECT ${columns.join(', ')} FROM "${name}"` }];
}

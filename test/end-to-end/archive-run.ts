// Runs events through a synthesized template, and reads them back by SQL: on the embedded engines, and beside the reference engines (`npm
// run engines`) on both.

import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { AnsweredQuery } from '../simulator/catalog/saved-queries';
import type { EventToSend } from '../simulator/demo/events-file';
import type { JsonObject } from '../simulator/engines';
import { Simulation, SimulationOptions } from '../simulator/simulation';
import type { Environment } from '../simulator/template/environment';
import { SimulatedTemplate } from '../simulator/template/template';
import { closeTestEngines, testEngines } from '../test-engines';

/** A row, by its columns. */
export type Row = { [column: string]: unknown };

/** A template after its events were delivered. */
export interface Run {
  readonly simulation: Simulation;
  /** Where the objects are; another template can go on there. */
  readonly folder: string;
  /** What a query of a database gives; by itself of the first. */
  rows(sql: string, database?: string): Promise<Row[]>;
  savedQueries(): Promise<AnsweredQuery[]>;
}

export interface RunOptions extends Partial<Omit<SimulationOptions, 'engines'>> {
  /** Whether the run may end with events that nobody kept. */
  readonly mayLose?: boolean;
  /** Where the template is deployed to. */
  readonly environment?: Partial<Environment>;
}

const folders: string[] = [];
const open: Simulation[] = [];

/** To be called after the tests of a file. */
export async function cleanUp(): Promise<void> {
  for (const simulation of open.splice(0)) await simulation.close();
  closeTestEngines();
  for (const folder of folders.splice(0)) fs.rmSync(folder, { recursive: true, force: true });
}

/** Lets `cleanUp` close a run that is not made here. */
export function closeAfterwards(simulation: Simulation): void {
  open.push(simulation);
}

/** Sends the events through the template, and waits until everything is delivered. */
export async function run(template: object, events: EventToSend[], options: RunOptions = {}): Promise<Run> {
  const { mayLose, environment, folder = newFolder(), ...rest } = options;
  const engines = testEngines();
  const simulation = Simulation.create(SimulatedTemplate.parse(template, environment), { engines, folder, ...rest });
  open.push(simulation);
  await simulation.sendAll(events);
  await simulation.finish();
  if (!mayLose) expect(simulation.ledger.unaccounted()).toEqual([]);
  return {
    simulation,
    folder,
    rows: async (sql, database = databaseOf(simulation)) => {
      await engines.sql.open(simulation.catalog(), simulation.store);
      const { columns, rows } = await engines.sql.query(database, sql);
      return rows.map(row => Object.fromEntries(columns.map((column, index) => [column.name, row[index]])));
    },
    savedQueries: () => simulation.runSavedQueries(),
  };
}

/** A copy of the template in which a part of every resource of a type is altered. */
export function altered(template: object, type: string, alter: (properties: any, logicalId: string) => void): object {
  const copy = JSON.parse(JSON.stringify(template));
  const found = Object.entries<any>(copy.Resources).filter(([, resource]) => resource.Type === type);
  expect(found).not.toEqual([]);
  for (const [logicalId, resource] of found) alter(resource.Properties, logicalId);
  expect(copy).not.toEqual(template);
  return copy;
}

let lastId = 0;

/** An event of the default bus; what is given replaces what it has. */
export function anEvent(fields: JsonObject = {}): EventToSend {
  return {
    event: {
      'version': '0',
      'id': `00000000-0000-4000-8000-${String(++lastId).padStart(12, '0')}`,
      'detail-type': 'Parameter Store Change',
      'source': 'aws.ssm',
      'account': '123456789012',
      'time': '2026-11-19T12:00:00Z',
      'region': 'us-east-1',
      'resources': [],
      'detail': { operation: 'Create' },
      ...fields,
    },
  };
}

/** A call as CloudTrail records it. */
export function anApiCall(service: string, eventName: string, issuerArn: string, more: JsonObject = {}): EventToSend {
  return anEvent({
    'detail-type': 'AWS API Call via CloudTrail',
    'source': `aws.${service}`,
    'detail': {
      eventVersion: '1.11',
      eventSource: `${service}.amazonaws.com`,
      eventName,
      eventType: 'AwsApiCall',
      managementEvent: false,
      userIdentity: { type: 'AssumedRole', arn: `${issuerArn}/session`, sessionContext: { sessionIssuer: { type: 'Role', arn: issuerArn } } },
      ...more,
    },
  });
}

/** A folder that `cleanUp` removes. */
export function newFolder(): string {
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'event-audit-archive-test-'));
  folders.push(folder);
  return folder;
}

function databaseOf(simulation: Simulation): string {
  const database = simulation.catalog().find(({ type }) => type === 'AWS::Glue::Database')!;
  return (database.properties.DatabaseInput as JsonObject).Name as string;
}

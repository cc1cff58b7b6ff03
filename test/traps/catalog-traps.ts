/**
 * The traps of Glue's tables and views and of Athena's SQL, as data: each is sprung in a template, and seen in what a query finds. So
 * the embedded query engine shows them in the quick tests, and Trino in the full one.
 */

import { gunzipSync, gzipSync } from 'node:zlib';
import { PartitionKey } from '../../src';
import { anEvent, Run, run } from '../end-to-end/archive-run';
import type { EventToSend } from '../simulator/demo/events-file';
import type { JsonObject, QueryEngine } from '../simulator/engines';
import { synthesize } from '../synthesize';
import { withDestination, withEventsTable, withQuery, withTables, withView } from './template-parts';

/** How many rows a query finds, or what its error says. */
export type Found = number | RegExp;

export interface CatalogTrap {
  readonly name: string;
  readonly setting: Setting;
  readonly fallIn: (template: object) => object;
  /** What the query finds then, in place of every row. */
  readonly effect: Found;
  /** The same in Trino, where that is something else. */
  readonly effectInTrino?: Found;
}

/** What a trap is tried on. */
interface Setting {
  readonly template: () => object;
  readonly events: EventToSend[];
  readonly sql: string;
  /** What somebody else does to the objects. */
  readonly afterwards?: (sent: Run) => void;
  /** What the query finds where the trap is avoided. */
  readonly rows: number;
}

/** Without a filter a query looks into the folders of every day, for which Trino over moto takes long: a few are enough here. */
const catalog = { firstDate: new Date(Date.now() - 86_400_000).toISOString().slice(0, 10) };

const archive = (partitionKeys?: PartitionKey[]): object => synthesize({ partitionKeys, catalog }).template.toJSON();

export const EVENTS: Setting = { template: archive, events: [anEvent(), anEvent()], sql: 'SELECT id FROM events WHERE id IS NOT NULL', rows: 2 };

const ofTenant = (tenant: string) => anEvent({ detail: { tenant } });

const TENANTS: Setting = {
  ...EVENTS,
  template: () => archive([PartitionKey.fromJq('tenant', '.detail.tenant', { values: ['Acme, Inc.', 'globex'] }), PartitionKey.receiptDate()]),
  events: [ofTenant('Acme, Inc.'), ofTenant('globex')],
};

/** What is left of a line when somebody cuts off an object. */
const CUT_OFF: Setting = {
  ...EVENTS,
  afterwards: sent => rewrite(sent, 'events/', key => key, text => `${text}{"id":"cut off`),
};

/** Two records that fail, and one of a type that is not documented, which cannot be decoded. */
const ERRORS: Setting = {
  template: () => withQuery(archive(), () => '{event_type:(if .source == "fails" then null else "other" end)}'),
  events: [anEvent({ source: 'fails' }), anEvent({ source: 'fails' })],
  sql: 'SELECT event_id FROM delivery_errors',
  afterwards: sent => {
    const another = (key: string) => key.replace('metadata-extraction-failed', 'of-a-new-type');
    rewrite(sent, 'errors/', another, () => '{"rawData":"%%%","attemptsMade":"many","arrivalTimestamp":"yesterday"}\n');
  },
  rows: 3,
};

const ERROR_TYPES: Setting = { ...ERRORS, sql: 'SELECT event_id FROM delivery_errors WHERE detail_type = \'Parameter Store Change\'', rows: 2 };

/** The settings of a column's projection, or another in place of all of them. */
function projected(column: string, settings: { readonly [name: string]: string }): (template: object) => object {
  return template => withEventsTable(template, ({ Parameters: parameters }) => {
    for (const name of Object.keys(parameters).filter(each => each.startsWith(`projection.${column}.`))) delete parameters[name];
    for (const [name, value] of Object.entries(settings)) parameters[`projection.${column}.${name}`] = value;
  });
}

const withLocation = (from: string, to: string) => (template: object) => withEventsTable(template, ({ Parameters: parameters }) => {
  const { 'Fn::Join': join } = parameters['storage.location.template'];
  parameters['storage.location.template'] = { 'Fn::Join': [join[0], join[1].map((part: unknown) => typeof part === 'string' ? part.replace(from, to) : part)] };
});

const errorsSql = (from: string, to: string) => (template: object) => withView(template, 'delivery_errors', definition => {
  definition.originalSql = definition.originalSql.replace(from, to);
});

/** The folders of errors as they are by Firehose's own default: by their type first, of which the table knows those that are documented. */
function typeFirst(template: object): object {
  const written = withDestination(template, destination => {
    destination.ErrorOutputPrefix = 'errors/!{firehose:error-output-type}/error_date=!{timestamp:yyyy-MM-dd}/';
  });
  return withTables(written, /^delivery_error_records$/, ({ Parameters: parameters, PartitionKeys: keys }) => {
    keys.unshift({ Name: 'folder', Type: 'string' });
    Object.assign(parameters, { 'projection.folder.type': 'enum', 'projection.folder.values': 'metadata-extraction-failed,processing-failed' });
    const { 'Fn::Join': [separator, parts] } = parameters['storage.location.template'];
    parameters['storage.location.template'] = { 'Fn::Join': [separator, parts.map((part: unknown) => typeof part === 'string' ? part.replace('errors/', 'errors/${folder}/') : part)] };
  });
}

export const CATALOG_TRAPS: readonly CatalogTrap[] = [
  { name: 'a partition column without a projection', setting: EVENTS, fallIn: projected('receipt_date', {}), effect: /projection/i },
  { name: 'a location without a partition column', setting: EVENTS, fallIn: withLocation('${receipt_date}', 'all'), effect: /missing partition column/ },
  {
    name: 'a range of days that only Athena understands',
    setting: EVENTS,
    fallIn: projected('receipt_date', { 'type': 'date', 'format': 'yyyy-MM-dd', 'range': 'NOW-3YEARS,NOW', 'interval': '1', 'interval.unit': 'DAYS' }),
    effect: /NOW-3YEARS/,
  },
  {
    name: 'a partition of the type date, compared with text',
    setting: { ...EVENTS, sql: 'SELECT id FROM events WHERE receipt_date >= \'2026-01-01\'' },
    fallIn: template => withEventsTable(template, ({ PartitionKeys: keys }) => { keys[1].Type = 'date'; }),
    effect: /TYPE_MISMATCH|VIEW_IS_STALE|column type date/,
  },
  {
    name: 'an injected projection, and a query without a condition on it',
    setting: EVENTS,
    fallIn: projected('event_type', { type: 'injected' }),
    effect: /CONSTRAINT_VIOLATION|INVALID_COLUMN_PROPERTY|injected/i,
  },
  {
    name: 'white space in an enum',
    setting: EVENTS,
    fallIn: projected('event_type', { type: 'enum', values: 'login, other' }),
    effect: 0,
    // It counts for Athena, as its documentation says. Trino 476 leaves it out.
    effectInTrino: 2,
  },
  {
    name: 'a comma in a value of an enum',
    setting: TENANTS,
    fallIn: template => withQuery(projected('tenant', { type: 'enum', values: 'Acme, Inc.,globex,other' })(template), query => query.replace('"Acme_Inc."', '"Acme, Inc."')),
    effect: 1,
  },
  {
    name: 'a malformed line, where such lines are not ignored',
    setting: CUT_OFF,
    fallIn: template => withEventsTable(template, ({ StorageDescriptor: { SerdeInfo: { Parameters: parameters } } }) => { delete parameters['ignore.malformed.json']; }),
    effect: /HIVE_CURSOR_ERROR|HIVE_BAD_DATA|malformed/i,
  },
  {
    name: 'a view whose columns are not those of its SQL',
    setting: EVENTS,
    fallIn: template => withView(template, 'events', definition => { definition.columns[1].type = 'bigint'; }),
    effect: /stale/i,
  },
  {
    name: 'a raw record that is no base64, decoded without try',
    setting: ERRORS,
    fallIn: errorsSql('try(from_utf8(from_base64(rawdata)))', 'from_utf8(from_base64(rawdata))'),
    effect: /base64/i,
  },
  {
    name: 'attempts that are no number, cast without try',
    setting: { ...ERRORS, sql: 'SELECT attempts FROM delivery_errors' },
    fallIn: errorsSql('try_cast(attemptsmade', 'cast(attemptsmade'),
    effect: /cast.* to (INT64|bigint)|convert.* to INT64/i,
  },
  {
    name: 'a key with a hyphen as a path of JSON',
    setting: ERROR_TYPES,
    fallIn: errorsSql('$["detail-type"]', '$.detail-type'),
    effect: /Invalid JSON path/,
  },
  { name: 'folders of errors by their type, of which not all are known', setting: ERRORS, fallIn: typeFirst, effect: 2 },
];

/** What a trap's query finds in its archive, where the trap is avoided or where it is sprung. */
export async function findingsOf({ setting, fallIn }: CatalogTrap, isSprung: boolean, engine: QueryEngine): Promise<number | string> {
  const template = setting.template();
  const sent = await run(isSprung ? fallIn(template) : template, setting.events, { start: new Date(Date.now() - 60_000) });
  setting.afterwards?.(sent);
  const { simulation } = sent;
  const database = simulation.catalog().find(({ type }) => type === 'AWS::Glue::Database')!;
  try {
    await engine.open(simulation.catalog(), simulation.store);
    return (await engine.query((database.properties.DatabaseInput as JsonObject).Name as string, setting.sql)).rows.length;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Writes an object beside or in place of each that is there. */
function rewrite({ simulation: { store, ledger } }: Run, prefix: string, rename: (key: string) => string, change: (text: string) => string): void {
  const { bucket } = ledger.writtenObjects[0];
  for (const { key } of store.list(bucket, prefix)) {
    store.put(bucket, rename(key), gzipSync(change(gunzipSync(store.get(bucket, key)).toString('utf8'))));
  }
}

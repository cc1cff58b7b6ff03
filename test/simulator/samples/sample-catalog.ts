/** What the tests of the query side stand on: a store in memory, and Glue resources as the library declares them, to be broken one by one. */

import { gzipSync } from 'node:zlib';
import { MemoryObjectStore } from '../delivery/object-store';
import type { GlueResource, JsonObject, StoredObject } from '../engines';

export const BUCKET = 'archive';
export const DATABASE = 'audit';
export const OPENX = 'org.openx.data.jsonserde.JsonSerDe';
export const ENVELOPE_SERDE = {
  'case.insensitive': 'FALSE',
  'ignore.malformed.json': 'true',
  'mapping.detail_type': 'detail-type',
  'mapping.replay_name': 'replay-name',
};

/** Objects in memory; it counts its listings. */
export class MemoryStore extends MemoryObjectStore {
  public listings = 0;

  public override list(bucket: string, prefix?: string): StoredObject[] {
    this.listings++;
    return super.list(bucket, prefix);
  }

  /** Puts events as Firehose would, one a line. */
  public putEvents(key: string, ...events: object[]): void {
    this.put(BUCKET, key, gzipSync(events.map(event => `${JSON.stringify(event)}\n`).join('')));
  }
}

/** The day on which everything arrives. */
export const TODAY = new Date().toISOString().slice(0, 10);

export function eventKey(type: string, date = TODAY, file = 'o1.gz'): string {
  return `events/event_type=${type}/receipt_date=${date}/${file}`;
}

export function database(): GlueResource {
  return { logicalId: 'Database', type: 'AWS::Glue::Database', properties: { CatalogId: '1', DatabaseInput: { Name: DATABASE } } };
}

/** What a test changes of a table. */
export interface TableChanges {
  readonly name?: string;
  readonly parameters?: { [name: string]: string | undefined };
  readonly serde?: { [name: string]: string };
  readonly columns?: { [name: string]: string };
  readonly partitionKeys?: { [name: string]: string };
  readonly storage?: JsonObject;
  readonly input?: JsonObject;
}

const COLUMNS = {
  version: 'string',
  id: 'string',
  detail_type: 'string',
  source: 'string',
  account: 'string',
  time: 'string',
  region: 'string',
  resources: 'array<string>',
  detail: 'string',
  replay_name: 'string',
};

/** The table of the archived events. */
export function eventsTable(changes: TableChanges = {}): GlueResource {
  const parameters: { [name: string]: string | undefined } = {
    'classification': 'json',
    'projection.enabled': 'true',
    'projection.event_type.type': 'enum',
    'projection.event_type.values': 'login,other',
    'projection.receipt_date.type': 'date',
    'projection.receipt_date.range': '2026-01-01,NOW',
    'projection.receipt_date.format': 'yyyy-MM-dd',
    'projection.receipt_date.interval': '1',
    'projection.receipt_date.interval.unit': 'DAYS',
    'storage.location.template': `s3://${BUCKET}/events/event_type=\${event_type}/receipt_date=\${receipt_date}/`,
    ...changes.parameters,
  };
  return table({
    Name: changes.name ?? 'events_json',
    TableType: 'EXTERNAL_TABLE',
    Parameters: defined(parameters),
    PartitionKeys: columns(changes.partitionKeys ?? { event_type: 'string', receipt_date: 'string' }),
    StorageDescriptor: {
      Columns: columns(changes.columns ?? COLUMNS),
      Location: `s3://${BUCKET}/events/`,
      Compressed: true,
      InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
      OutputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
      SerdeInfo: { SerializationLibrary: OPENX, Parameters: changes.serde ?? ENVELOPE_SERDE },
      ...changes.storage,
    },
    ...changes.input,
  });
}

/** What a test changes of a view. */
export interface ViewChanges {
  readonly hiveColumns?: { [name: string]: string };
  readonly definition?: JsonObject;
  readonly input?: JsonObject;
}

const HIVE_TYPES: { [trino: string]: string } = { 'varchar': 'string', 'array(varchar)': 'array<string>' };

/** A view; `trino` are its columns by Trino's types. */
export function view(name: string, sql: string, trino: { [name: string]: string }, changes: ViewChanges = {}): GlueResource {
  const definition = {
    originalSql: sql,
    catalog: 'awsdatacatalog',
    schema: DATABASE,
    columns: Object.entries(trino).map(([column, type]) => ({ name: column, type })),
    ...changes.definition,
  };
  const hive = changes.hiveColumns ?? Object.fromEntries(Object.entries(trino).map(([column, type]) => [column, HIVE_TYPES[type] ?? type]));
  return table({
    Name: name,
    TableType: 'VIRTUAL_VIEW',
    Parameters: { presto_view: 'true', comment: 'Presto View' },
    StorageDescriptor: { Columns: columns(hive), SerdeInfo: {} },
    ViewOriginalText: `/* Presto View: ${Buffer.from(JSON.stringify(definition)).toString('base64')} */`,
    ViewExpandedText: '/* Presto View */',
    ...changes.input,
  });
}

function table(input: JsonObject): GlueResource {
  return { logicalId: 'Table', type: 'AWS::Glue::Table', properties: { CatalogId: '1', DatabaseName: DATABASE, TableInput: input } };
}

function columns(types: { [name: string]: string }): JsonObject[] {
  return Object.entries(types).map(([Name, Type]) => ({ Name, Type }));
}

function defined(values: { [name: string]: string | undefined }): { [name: string]: string } {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

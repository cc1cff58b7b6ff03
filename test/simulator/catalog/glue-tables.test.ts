import type { GlueResource } from '../engines';
import { GlueTable } from './glue-tables';
import { BUCKET, eventKey, eventsTable, MemoryStore, TableChanges, TODAY } from '../samples/sample-catalog';

const DAY = 86_400_000;

function day(offset: number): string {
  return new Date(Date.now() + offset * DAY).toISOString().slice(0, 10);
}

/** The keys of the objects that a table reads. */
function read(store: MemoryStore, changes: TableChanges = {}, filter?: Map<string, string[]>): string[] {
  return GlueTable.parse(eventsTable(changes)).objects(store, filter).map(object => object.key);
}

function storeOf(...keys: string[]): MemoryStore {
  const store = new MemoryStore();
  for (const key of keys) store.putEvents(key, { id: key });
  return store;
}

/** The values that a projection yields for one column `p`. */
function projected(settings: { [name: string]: string }, type = 'string', now = new Date()): unknown[] {
  const parameters = Object.fromEntries(Object.entries(settings).map(([name, value]) => [`projection.p.${name}`, value]));
  const resource = eventsTable({
    partitionKeys: { p: type },
    parameters: {
      ...Object.fromEntries(['type', 'values'].map(name => [`projection.event_type.${name}`, undefined])),
      ...Object.fromEntries(['type', 'range', 'format', 'interval', 'interval.unit'].map(name => [`projection.receipt_date.${name}`, undefined])),
      ...parameters,
      'storage.location.template': `s3://${BUCKET}/\${p}/`,
    },
  });
  const everything = new MemoryStore();
  const table = GlueTable.parse(resource);
  // Each partition is asked for by an object in it; the table says which it has by what it finds.
  for (const value of CANDIDATES) everything.putEvents(`${value}/o.gz`, {});
  return table.rows(everything, undefined, now).map(row => row.partition[0]);
}

const CANDIDATES = [
  'a', ' b', 'b', 'c', '-1', '0', '1', '2', '3', '04', '06', '08', '2026-01-01', '2026-01-02', '2026-01-03', '2026-01-04',
  '2026/01/31/23', '2026/02/01/00', '2026/02/01/01', '20260131', '20260201', '20260202', 'day 31', 'day 01',
];

test('a row has its data, its partition\'s values and its object\'s path', () => {
  const store = storeOf(eventKey('login'));
  const [row] = GlueTable.parse(eventsTable()).rows(store);
  expect(row.data[1]).toBe(eventKey('login'));
  expect(row.partition).toEqual(['login', TODAY]);
  expect(row.path).toBe(`s3://${BUCKET}/${eventKey('login')}`);
});

test('only what the projection yields is read', () => {
  const seen = [eventKey('login', '2026-01-01'), eventKey('login'), eventKey('other', day(-1)), eventKey('other')];
  const unseen = [
    eventKey('logout'), eventKey('login', '2025-12-31'), eventKey('login', day(1)), 'events/o.gz', 'events/event_type=login/o.gz',
    `other/event_type=login/receipt_date=${TODAY}/o.gz`, `events/receipt_date=${TODAY}/event_type=login/o.gz`,
  ];
  expect(read(storeOf(...seen, ...unseen)).sort()).toEqual(seen.sort());
});

test('a value that is missing from the enum hides its objects', () => {
  const store = storeOf(eventKey('login'), eventKey('other'));
  expect(read(store, { parameters: { 'projection.event_type.values': 'other' } })).toEqual([eventKey('other')]);
});

test('white space in an enum counts', () => {
  const store = storeOf(eventKey('login'), eventKey('other'));
  expect(read(store, { parameters: { 'projection.event_type.values': 'login, other' } })).toEqual([eventKey('login')]);
});

test('objects in deeper folders are read, hidden and empty ones are not', () => {
  const store = storeOf(
    eventKey('login', TODAY, 'deep/er/o.gz'), eventKey('login', TODAY, '_o.gz'), eventKey('login', TODAY, '.o.gz'), eventKey('login', TODAY, '_deep/o.gz'),
  );
  store.put(BUCKET, eventKey('login', TODAY, 'empty.gz'), Buffer.alloc(0));
  expect(read(store)).toEqual([eventKey('login', TODAY, 'deep/er/o.gz')]);
});

test('a partition value may start with an underscore', () => {
  const store = storeOf(eventKey('_login'));
  expect(read(store, { parameters: { 'projection.event_type.values': '_login' } })).toEqual([eventKey('_login')]);
});

test('a table without partitions reads all below its location', () => {
  const store = storeOf('events/a/o.gz', 'events/o.gz', 'events2/o.gz');
  const { Parameters: given } = eventsTable().properties.TableInput as { Parameters: object };
  const parameters = Object.fromEntries(Object.keys(given).map(name => [name, undefined]));
  expect(read(store, { partitionKeys: {}, parameters, storage: { Location: `s3://${BUCKET}/events` } })).toEqual(['events/a/o.gz', 'events/o.gz']);
});

test.each<[string, { [name: string]: string }, string, unknown[]]>([
  ['an enum', { type: 'enum', values: 'c,a' }, 'string', ['a', 'c']],
  ['an enum in capitals', { type: 'ENUM', values: ' b' }, 'string', [' b']],
  ['integers', { type: 'integer', range: '0,2' }, 'string', ['0', '1', '2']],
  ['negative integers', { type: 'integer', range: '-1,0' }, 'string', ['-1', '0']],
  ['integers with an interval and digits', { type: 'integer', range: '4,9', interval: '2', digits: '2' }, 'string', ['04', '06', '08']],
  ['integers in a bigint column', { type: 'integer', range: '1,2' }, 'bigint', [1n, 2n]],
  ['integers in an int column', { type: 'integer', range: '1,2' }, 'int', [1, 2]],
  ['days', { type: 'date', range: '2026-01-02,2026-01-03', format: 'yyyy-MM-dd' }, 'string', ['2026-01-02', '2026-01-03']],
  ['every second day', { 'type': 'date', 'range': '2026-01-01,2026-01-04', 'format': 'yyyy-MM-dd', 'interval': '2', 'interval.unit': 'DAYS' }, 'string', ['2026-01-01', '2026-01-03']],
  ['hours in folders', { 'type': 'date', 'range': '2026/01/31/23,2026/02/01/00', 'format': 'yyyy/MM/dd/HH', 'interval.unit': 'hours' }, 'string', ['2026/01/31/23', '2026/02/01/00']],
  ['days until now', { type: 'date', range: '2026-01-01,NOW', format: 'yyyy-MM-dd' }, 'string', ['2026-01-01', '2026-01-02']],
  ['days around now', { type: 'date', range: 'NOW-1DAYS,NOW+1DAY', format: 'yyyy-MM-dd' }, 'string', ['2026-01-01', '2026-01-02', '2026-01-03']],
  ['hours before now', { type: 'date', range: 'NOW - 24 HOURS, NOW', format: 'yyyy-MM-dd' }, 'string', ['2026-01-01', '2026-01-02']],
  ['another format', { type: 'date', range: '20260131,20260201', format: 'yyyyMMdd' }, 'string', ['20260131', '20260201']],
])('a projection yields %s', (_case, settings, type, expected) => {
  expect(projected(settings, type, new Date('2026-01-02T23:59:59.999Z'))).toEqual(expected);
});

test('an injected column has the values to which a query holds it, and no others', () => {
  const changes = { parameters: { 'projection.event_type.type': 'injected', 'projection.event_type.values': undefined } };
  const store = storeOf(eventKey('login'), eventKey('other'));
  expect(read(store, changes, new Map([['event_type', ['login', 'nothing']]]))).toEqual([eventKey('login')]);
  expect(() => read(store, changes)).toThrow(/^CONSTRAINT_VIOLATION: For the injected projected partition column event_type, the WHERE clause must contain/);
});

const BROKEN: [string, TableChanges, string][] = [
  ['a partition column without projection', { parameters: { 'projection.event_type.type': undefined } },
    'HIVE_METASTORE_ERROR: Column projection for column \'event_type\' failed. Projection not defined for this column'],
  ['an unknown projection type', { parameters: { 'projection.event_type.type': 'list' } }, 'unknown projection type \'list\''],
  ['a missing setting', { parameters: { 'projection.event_type.values': undefined } }, 'missing required property: \'projection.event_type.values\''],
  ['a setting of another projection', { parameters: { 'projection.event_type.range': '1,2' } }, 'a projection of type enum has no setting \'range\''],
  ['a projection that is off', { parameters: { 'projection.enabled': undefined } }, 'without projection.enabled Athena sees no partition'],
  ['a template without a column', { parameters: { 'storage.location.template': 's3://archive/${event_type}/' } }, 'is missing partition column: \'receipt_date\' placeholder'],
  ['a template with another column', { parameters: { 'storage.location.template': 's3://archive/${event_type}/${receipt_date}/${x}/' } }, 'has the placeholder ${x}, which is no partition column'],
  ['a template that does not end in a slash', { parameters: { 'storage.location.template': 's3://archive/${event_type}/${receipt_date}' } }, 'must end in \'/\''],
  ['a range that is not sequential', { parameters: { 'projection.receipt_date.range': 'NOW,2026-01-01' } }, 'is not sequential'],
  ['a range of one', { parameters: { 'projection.receipt_date.range': '2026-01-01' } }, 'is not two dates'],
  ['a date that is none', { parameters: { 'projection.receipt_date.range': '2026-02-30,NOW' } }, 'range: \'2026-02-30\' is no date in the format \'yyyy-MM-dd\''],
  ['an unknown date format', { parameters: { 'projection.receipt_date.format': 'yyyy-ww' } }, 'the simulator does not know the date format \'yyyy-ww\''],
  ['a unit that Trino lacks', { parameters: { 'projection.receipt_date.interval.unit': 'MONTHS' } }, 'interval.unit \'MONTHS\' is none of DAYS,HOURS,MINUTES,SECONDS'],
  ['a date column', { partitionKeys: { event_type: 'string', receipt_date: 'date' } }, 'the simulator does not know the column type date (receipt_date)'],
  ['a partition column that is a data column', { columns: { event_type: 'string' } }, 'duplicate column name \'event_type\''],
  ['an unknown column type', { columns: { x: 'map<string,string>' } }, 'the simulator does not know the column type map<string,string> (x)'],
  ['an unknown parameter', { parameters: { 'skip.header.line.count': '1' } }, 'the simulator does not know the table parameter skip.header.line.count'],
  ['a projection of no column', { parameters: { 'projection.time.type': 'enum' } }, 'the simulator does not know the table parameter projection.time.type'],
  ['another classification', { parameters: { classification: 'parquet' } }, 'the table is classified parquet, but its objects are read as json'],
  ['an unknown InputFormat', { storage: { InputFormat: 'x.Input' } }, 'the simulator does not know the InputFormat x.Input'],
  ['an unknown SerDe', { storage: { SerdeInfo: { SerializationLibrary: 'x.SerDe' } } }, 'the simulator does not know the SerDe x.SerDe'],
  ['an unknown storage property', { storage: { SkewedInfo: {} } }, 'the simulator does not know the StorageDescriptor property SkewedInfo'],
  ['an unknown table property', { input: { TargetTable: {} } }, 'the simulator does not know the table property TargetTable'],
  ['another table type', { input: { TableType: 'MANAGED_TABLE' } }, 'TableType is MANAGED_TABLE, where Athena reads EXTERNAL_TABLE'],
  ['capitals in a name', { name: 'Events' }, '\'Events\' has upper-case letters'],
];

test.each(BROKEN)('%s is an error', (_case, changes, message) => {
  const parse = (resource: GlueResource) => GlueTable.parse(resource);
  expect(() => parse(eventsTable(changes))).toThrow(message);
});

test('a location outside S3 is an error when it is read', () => {
  const parameters = { 'storage.location.template': 'file:///x/${event_type}/${receipt_date}/' };
  expect(() => read(new MemoryStore(), { parameters })).toThrow('is no s3://bucket/prefix/');
});

test('a projection of more than a million partitions is an error', () => {
  const parameters = { 'projection.event_type.values': Array.from({ length: 10_000 }, (_, index) => `v${index}`).join(','), 'projection.receipt_date.range': '2000-01-01,NOW' };
  expect(() => read(new MemoryStore(), { parameters })).toThrow(/projects \d+ partitions; a query can read 1000000/);
});

test('4,000 projected partitions over 500 objects are one listing and a moment', () => {
  const types = Array.from({ length: 10 }, (_, index) => `type${index}`);
  const store = storeOf(...types.flatMap(type => Array.from({ length: 50 }, (_, index) => eventKey(type, day(-index), `o${index}.gz`))));
  const table = GlueTable.parse(eventsTable({ parameters: { 'projection.event_type.values': types.join(','), 'projection.receipt_date.range': 'NOW-400DAYS,NOW' } }));
  const started = Date.now();
  expect(table.objects(store)).toHaveLength(500);
  expect(Date.now() - started).toBeLessThan(500);
  expect(store.listings).toBe(1);
});

import { CatalogSearch, SearchResult } from './catalog-search';
import { DuckDbQueryEngine } from '../embedded/sql';
import type { GlueResource, Json, JsonObject } from '../engines';
import { Delivery } from '../ledger';
import { BUCKET, database, DATABASE, eventKey, eventsTable, ENVELOPE_SERDE, MemoryStore, TableChanges, TODAY, view } from '../samples/sample-catalog';

const engine = new DuckDbQueryEngine();
afterEach(async () => engine.close());

const COLUMNS = ['version', 'id', 'detail_type', 'source', 'account', 'time', 'region', 'detail', 'replay_name'];
const TYPES = Object.fromEntries(COLUMNS.map(name => [name, 'varchar']));
const ALL_TYPES = { ...TYPES, resources: 'array(varchar)' };

/** A view of everything; what is given follows its SQL. */
function everything(name = 'events', more = ''): GlueResource {
  return view(name, `SELECT ${Object.keys(ALL_TYPES).join(', ')} FROM events_json${more}`, ALL_TYPES);
}

/** An event; what is given replaces what it has. */
function event(id: Json, fields: JsonObject = {}): JsonObject {
  return { 'version': '0', id, 'detail-type': 'login', 'source': 's', 'account': '1', 'time': 't', 'region': 'r', 'resources': ['a'], 'detail': { b: 1, a: [1.10, null] }, ...fields };
}

/** A delivery that was written to an object. */
function written(of: JsonObject, key: string, outcome: 'archived' | 'failed' = 'archived'): Delivery {
  const delivery = new Delivery({ event: of, bus: 'default', arrival: new Date(), deliveries: [] }, 'Rule', 'arn');
  delivery.settle(outcome, key, { bucket: BUCKET, key });
  return delivery;
}

/** Writes events as they were sent, and seeks them. */
async function seek(catalog: GlueResource[], events: readonly JsonObject[], { key = eventKey('login'), asWritten = events }: { key?: string; asWritten?: readonly object[] } = {}): Promise<SearchResult> {
  const store = new MemoryStore();
  store.putEvents(key, ...asWritten);
  await engine.open([database(), ...catalog], store);
  return new CatalogSearch(catalog, store, engine).events(events.map(sent => written(sent, key)));
}

const reasons = ({ missing }: SearchResult) => [...missing.values()];

test('events are found with their content, whatever they hold and however often', async () => {
  const events = [
    event('1'), event('1'), event('same id', { detail: {} }), event('same id', { detail: { a: 1 } }), event(null), { source: 'nothing else' }, { source: 'nothing else' },
    event('odd', { 'detail': 'text', 'account': 7, 'region': { a: 1 }, 'resources': [1, 'b'], 'time': null, 'detail-type': true }),
    event('no list', { resources: 'none' }), event('unicode', { source: '\ud800💥\u0000', detail: { __proto__: 1, text: '"\n' } }),
  ];
  expect(await seek([eventsTable(), everything()], events)).toEqual({ asked: [`${DATABASE}.events`], missing: new Map() });
});

test('events are equal as JSON, and in nothing less', async () => {
  const sent = event('1', { detail: { a: 1, b: { c: 'x' } } });
  const same = await seek([eventsTable()], [sent], { asWritten: [event('1', { detail: { b: { c: 'x' }, a: 1.0 } })] });
  expect(same).toEqual({ asked: [`${DATABASE}.events_json`], missing: new Map() });
  for (const [column, other] of [['detail', { detail: { a: 1, b: { c: 'y' } } }], ['source', { source: 'S' }], ['resources', { resources: ['b'] }], ['detail_type', { 'detail-type': null }]] as const) {
    const changed = await seek([eventsTable()], [sent], { asWritten: [{ ...sent, ...other }] });
    expect(reasons(changed)).toEqual([`${DATABASE}.events_json shows the id with another ${column}`]);
  }
});

test('an event that was written twice and is there once is missing once', async () => {
  const result = await seek([eventsTable()], [event('1'), event('1'), event('2')], { asWritten: [event('1'), event('2')] });
  expect(reasons(result)).toEqual([`${DATABASE}.events_json shows it too few times`]);
});

test.each<[string, GlueResource[], string | undefined, string]>([
  ['no partition of the table', [eventsTable(), everything()], 'events/event_type=logout/', `${DATABASE}.events_json does not read this object`],
  ['a view that leaves rows out', [eventsTable(), everything('events', ' WHERE source <> \'s\'')], undefined, `${DATABASE}.events_json shows it, and ${DATABASE}.events does not`],
  ['a SerDe that reads something else', [eventsTable({ serde: { ...ENVELOPE_SERDE, 'mapping.id': 'ID' } })], undefined, `${DATABASE}.events_json reads this object, and shows no such event`],
])('by %s an event is missing, and it is said where', async (_name, catalog, folder, why) => {
  const result = await seek(catalog, [event('1')], folder === undefined ? {} : { key: `${folder}receipt_date=${TODAY}/o.gz` });
  expect(reasons(result)).toEqual([why]);
});

test('of several views the one that shows most is asked', async () => {
  const narrow = everything('a_narrow_view', ' WHERE source = \'other\'');
  const once = view('b_once', `SELECT DISTINCT ${Object.keys(ALL_TYPES).join(', ')} FROM events_json`, ALL_TYPES);
  expect(await seek([eventsTable(), narrow, once, everything()], [event('1'), event('1')])).toEqual({ asked: [`${DATABASE}.events`], missing: new Map() });
  expect(reasons(await seek([eventsTable(), narrow, once], [event('1'), event('1')]))).toEqual([`${DATABASE}.b_once shows it too few times`]);
});

test('a view of some columns does not stand for its table', async () => {
  const few = view('few', 'SELECT id, source FROM events_json WHERE 1 = 2', { id: 'varchar', source: 'varchar' });
  expect((await seek([eventsTable(), few], [event('1')])).asked).toEqual([`${DATABASE}.events_json`]);
});

test('the layouts of an archive are sought in the one view over them', async () => {
  const old: TableChanges = { name: 'events_old', parameters: { 'storage.location.template': `s3://${BUCKET}/old/event_type=\${event_type}/receipt_date=\${receipt_date}/` } };
  const columns = Object.keys(ALL_TYPES).join(', ');
  const both = view('events', `SELECT ${columns} FROM events_json UNION ALL SELECT ${columns} FROM events_old`, ALL_TYPES);
  expect(await seek([eventsTable(), eventsTable(old), both], [event('1')])).toEqual({ asked: [`${DATABASE}.events`], missing: new Map() });
  expect(await seek([eventsTable(), eventsTable(old), both], [event('1')], { key: eventKey('login').replace('events', 'old') })).toEqual({ asked: [`${DATABASE}.events`], missing: new Map() });
});

test('a column whose values only the query knows is held to those of the objects', async () => {
  const parameters = { 'projection.event_type.type': 'injected', 'projection.event_type.values': undefined };
  expect((await seek([eventsTable({ parameters })], [event('1')])).missing.size).toBe(0);
  expect(reasons(await seek([eventsTable({ parameters })], [event('1')], { key: `elsewhere/event_type=it's/receipt_date=${TODAY}/o.gz` })))
    .toEqual([`${DATABASE}.events_json does not read this object`]);
});

test('where no table has columns of events, nobody was asked', async () => {
  const logs = eventsTable({ columns: { eventversion: 'string', resources: 'array<string>' }, serde: {} });
  expect(await seek([logs], [event('1')])).toEqual({ asked: [], missing: new Map() });
});

describe('error records', () => {
  const errors: TableChanges = { name: 'errors', columns: { rawdata: 'string', errorcode: 'string' }, serde: {} };
  const decoded = view('decoded', 'SELECT errorcode, try(from_utf8(from_base64(rawdata))) AS event FROM errors', { errorcode: 'varchar', event: 'varchar' });
  const raw = (of: object) => ({ rawdata: Buffer.from(JSON.stringify(of)).toString('base64'), errorcode: 'x' });

  async function seekErrors(catalog: GlueResource[], asWritten: object[], sent: JsonObject[]): Promise<SearchResult> {
    const store = new MemoryStore();
    store.putEvents(eventKey('login'), ...asWritten);
    await engine.open([database(), ...catalog], store);
    return new CatalogSearch(catalog, store, engine).errors(sent.map(of => written(of, eventKey('login'), 'failed')));
  }

  test.each<[string, GlueResource[], string]>([
    ['in the view that decodes them', [eventsTable(errors), decoded], 'decoded'],
    ['in the table, where there is no view', [eventsTable(errors)], 'errors'],
  ])('are found %s', async (_name, catalog, asked) => {
    const sent = [event('1'), event('1'), event('2')];
    expect(await seekErrors(catalog, sent.map(raw), sent)).toEqual({ asked: [`${DATABASE}.${asked}`], missing: new Map() });
    expect((await seekErrors(catalog, [raw(event('1'))], sent)).missing.size).toBe(2);
  });

  test('are missing where the view does not decode them', async () => {
    const broken = view('decoded', 'SELECT errorcode, reverse(rawdata) AS event FROM errors', { errorcode: 'varchar', event: 'varchar' });
    expect(reasons(await seekErrors([eventsTable(errors), broken], [raw(event('1'))], [event('1')]))).toEqual([`${DATABASE}.errors shows it, and ${DATABASE}.decoded does not`]);
  });
});

// The traps of Glue and Athena in Trino, the engine that Athena runs: those of the embedded engine, and those that only Trino itself shows.

import { anApiCall, anEvent, cleanUp } from '../end-to-end/archive-run';
import { OpenEngines, openEngines } from '../simulator/engine-sets';
import { CATALOG_TRAPS, CatalogTrap, EVENTS, findingsOf } from '../traps/catalog-traps';
import { withDestination, withEventsTable, withSettings, withTables } from '../traps/template-parts';

const somebody = anApiCall('s3', 'CreateBucket', 'arn:aws:iam::123456789012:role/Somebody');

const TRINO_TRAPS: readonly CatalogTrap[] = [
  {
    name: 'the Hive SerDe, which has no text for an object',
    setting: { ...EVENTS, sql: 'SELECT detail FROM events WHERE json_extract_scalar(detail, \'$.operation\') = \'Create\'' },
    fallIn: template => withEventsTable(template, ({ StorageDescriptor: { SerdeInfo: serde } }) => {
      Object.assign(serde, { SerializationLibrary: 'org.apache.hive.hcatalog.data.JsonSerDe', Parameters: {} });
    }),
    effect: /HIVE_CURSOR_ERROR/,
  },
  {
    name: 'keys without regard to case',
    setting: { ...EVENTS, events: [anEvent({ detail: { userName: 'a', UserName: 'b' } })], sql: 'SELECT id FROM events WHERE json_extract_scalar(detail, \'$.userName\') = \'a\'', rows: 1 },
    fallIn: template => withEventsTable(template, ({ StorageDescriptor: { SerdeInfo: { Parameters: parameters } } }) => { delete parameters['case.insensitive']; }),
    effect: 0,
  },
  {
    name: 'records without a delimiter',
    setting: EVENTS,
    fallIn: template => withDestination(template, ({ ProcessingConfiguration: { Processors: processors } }) => { processors.pop(); }),
    effect: 1,
  },
  { name: 'gzip without .gz in its name', setting: EVENTS, fallIn: template => withSettings(template, { FileExtension: '.json' }), effect: 0 },
  {
    name: 'text that is named .gz',
    setting: EVENTS,
    fallIn: template => withSettings(template, { CompressionFormat: 'UNCOMPRESSED', FileExtension: '.gz' }),
    effect: /HIVE_CANNOT_OPEN_SPLIT/,
  },
  {
    name: 'a view with a description, which replaces the comment by which it is known',
    setting: EVENTS,
    fallIn: template => withTables(template, /^events$/, input => { input.Description = 'All events'; }),
    effect: /TABLE_NOT_FOUND/,
  },
];

let reference: OpenEngines;

beforeAll(async () => { reference = await openEngines('reference', () => undefined); });

afterAll(async () => {
  await reference?.close();
  await cleanUp();
});

describe('events and failures are found by Trino, and not with', () => {
  test.each([...CATALOG_TRAPS, ...TRINO_TRAPS].map((trap): [string, CatalogTrap] => [trap.name, trap]))('%s', async (_name, trap) => {
    const { sql } = reference.engines;
    expect(await findingsOf(trap, false, sql)).toBe(trap.setting.rows);
    const sprung = await findingsOf(trap, true, sql);
    const { effect, effectInTrino = effect } = trap;
    if (effectInTrino instanceof RegExp) expect(sprung).toMatch(effectInTrino);
    else expect(sprung).toBe(effectInTrino);
  });
});

test('a detail is JSON text, of which CAST(detail AS JSON), which is a string, has no fields', async () => {
  const finds = async (detail: string) => findingsOf({
    name: '',
    setting: { ...EVENTS, events: [somebody], sql: `SELECT id FROM events WHERE json_extract_scalar(${detail}, '$.eventName') = 'CreateBucket'` },
    fallIn: template => template,
    effect: 0,
  }, false, reference.engines.sql);
  expect(await finds('detail')).toBe(1);
  expect(await finds('json_parse(detail)')).toBe(1);
  expect(await finds('CAST(detail AS JSON)')).toBe(0);
});

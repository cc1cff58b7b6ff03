// What the comparison of archive and trail reads: each file and object of its days once, and nothing older.

import { borrow, giveBack, read, run } from './sql-archives';
import { altered } from '../end-to-end/archive-run';
import { ACCOUNT, aRecord, archiveWithTrail, asEvent, REGION, TRAIL_BUCKET } from '../end-to-end/trail-samples';
import { CLOUDTRAIL_INPUT, openInputFormat } from '../simulator/catalog/input-formats';
import type { Simulation } from '../simulator/simulation';
import { writeLogFile } from '../simulator/trail/log-files';

const TIMEOUT = 240_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

beforeAll(borrow, 600_000);
afterAll(giveBack, TIMEOUT);

const ago = (milliseconds: number) => new Date(Date.now() - milliseconds);
const QUERIES = ['API calls in the trail that the archive lacks', 'Archived API calls that the trail lacks'];

/** Log files and objects of today, and of the third day before, which is no more in the window; an Insight beside the calls. */
async function archiveOf(template: object): Promise<Simulation> {
  const records = [1, 2].map(() => aRecord({ eventTime: ago(2 * HOUR).toISOString() }));
  const insight = asEvent(records[0], { 'detail-type': 'AWS Insight via CloudTrail' });
  const simulation = await run(template, [...records.map(record => asEvent(record)), insight]);
  const { store, ledger: { writtenObjects } } = simulation;
  const before = `receipt_date=${ago(3 * DAY).toISOString().slice(0, 10)}`;
  for (const { bucket, key } of [...writtenObjects]) store.put(bucket, key.replace(/receipt_date=[^/]+/, before), store.get(bucket, key));
  for (const delivered of [ago(HOUR), ago(3 * DAY)]) {
    writeLogFile(store, { bucket: TRAIL_BUCKET }, { account: ACCOUNT, region: REGION, delivered, records });
  }
  return simulation;
}

/** The bytes of what both sides have in the window, as the engine reads them. */
function bytesInWindow({ store, ledger: { writtenObjects } }: Simulation): number {
  const since = ago(2 * DAY).toISOString().slice(0, 10);
  const sizes = [
    ...store.list(writtenObjects[0].bucket, 'events/').filter(({ key }) => /receipt_date=([^/]+)/.exec(key)![1] >= since && !key.includes('insight')).map(({ size }) => size),
    ...store.list(TRAIL_BUCKET).filter(({ key }) => /\d{4}\/\d\d\/\d\d/.exec(key)![0].replace(/\//g, '-') >= since)
      .map(({ key }) => openInputFormat(CLOUDTRAIL_INPUT)(key, store.get(TRAIL_BUCKET, key)).length),
  ];
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function bytesRead(simulation: Simulation): Promise<number[]> {
  const { trino, savedQueries } = await read(simulation);
  const queries = QUERIES.map(name => savedQueries.find(query => query.name === name)!);
  return Promise.all(queries.map(async ({ database, sql }) => (await trino.answer(database, sql)).statistics.physicalInputBytes));
}

test('both queries read their days, each side once', async () => {
  const simulation = await archiveOf(archiveWithTrail());
  const bytes = bytesInWindow(simulation);
  expect(bytes).toBeGreaterThan(0);
  expect(simulation.store.list(simulation.ledger.writtenObjects[0].bucket).some(({ key }) => key.includes('aws_insight'))).toBe(true);
  expect(await bytesRead(simulation)).toEqual([bytes, bytes]);
}, TIMEOUT);

test.each(['day', 'receipt_date'])('and it shows when the condition on %s is missing', async column => {
  const template = altered(archiveWithTrail(), 'AWS::Athena::NamedQuery', properties => {
    const [, parts] = properties.QueryString['Fn::Join'] ?? [];
    if (!QUERIES.includes(properties.Name)) return;
    const condition = new RegExp(`WHERE ${column} >= date_format\\([^)]*\\)`);
    properties.QueryString['Fn::Join'][1] = parts.map((part: any) => typeof part === 'string' ? part.replace(condition, 'WHERE true') : part);
  });
  const simulation = await archiveOf(template);
  const bytes = bytesInWindow(simulation);
  for (const each of await bytesRead(simulation)) expect(each).toBeGreaterThan(bytes);
}, TIMEOUT);

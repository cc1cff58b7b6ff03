// What the views without duplicates read: `unique_events` what the same filter reads of `events`, `unique_events_all` everything.

import { borrow, corpus, giveBack, read, ReadArchive, run } from './sql-archives';
import { PartitionKey } from '../../src';
import { altered, anEvent } from '../end-to-end/archive-run';
import { synthesize } from '../synthesize';

const TIMEOUT = 240_000;
const DAY = 86_400_000;

beforeAll(borrow, 600_000);
afterAll(giveBack, TIMEOUT);

const dayAgo = (days: number) => new Date(Date.now() - days * DAY).toISOString().slice(0, 10);
const date = PartitionKey.receiptDate();
const partitionKeys = [PartitionKey.eventType({ values: ['Parameter Store Change'] }), PartitionKey.source({ values: ['aws.s3'] }), date];
const template = synthesize({ partitionKeys, catalog: { firstDate: dayAgo(2), previousLayouts: [{ partitionKeys: [date] }] } }).template.toJSON();

const FILTERS = [
  `receipt_date = '${dayAgo(0)}'`,
  `receipt_date = '${dayAgo(1)}'`,
  "receipt_date >= date_format(current_date - interval '0' day, '%Y-%m-%d')",
  "event_type IN ('parameter_store_change')",
  "event_type IN ('parameter_store_change', 'other') AND detail_type = 'Parameter Store Change'",
  `event_source = 'aws.s3' AND receipt_date = '${dayAgo(0)}'`,
  "receipt_date < '2026-01-01'",
];

/** Objects in an older layout, on a day before, and of today. */
async function archiveOf(current: object): Promise<ReadArchive> {
  const events = corpus();
  const earlier = { start: new Date(`${dayAgo(1)}T10:00:00Z`), end: new Date(`${dayAgo(1)}T11:00:00Z`) };
  const { store: { folder } } = await run(synthesize({ partitionKeys: [date] }).template.toJSON(), events.slice(0, 50), earlier);
  await run(current, [...events.slice(50, 150), anEvent()], { folder, ...earlier });
  return read(await run(current, [...events.slice(150), anEvent()], { folder }));
}

async function bytes({ trino, savedQueries: [{ database }] }: ReadArchive, view: string, condition: string): Promise<number> {
  return (await trino.answer(database, `SELECT count(id) FROM ${view} WHERE ${condition}`)).statistics.physicalInputBytes;
}

test('unique_events reads the partitions that a filter leaves, unique_events_all all of them', async () => {
  const archive = await archiveOf(template);
  const all = await bytes(archive, 'events', 'true');
  expect(await bytes(archive, 'unique_events', 'true')).toBe(all);
  for (const condition of FILTERS) {
    const filtered = await bytes(archive, 'events', condition);
    expect([condition, filtered < all]).toEqual([condition, true]);
    expect([condition, await bytes(archive, 'unique_events', condition)]).toEqual([condition, filtered]);
    expect([condition, await bytes(archive, 'unique_events_all', condition)]).toEqual([condition, all]);
  }
}, TIMEOUT);

test('and it shows when a partition column is missing from the window', async () => {
  const broken = altered(template, 'AWS::Glue::Table', ({ TableInput }) => {
    if (TableInput.Name !== 'unique_events') return;
    const join = TableInput.ViewOriginalText['Fn::Join'][1];
    join[1]['Fn::Base64'] = join[1]['Fn::Base64'].replace(/PARTITION BY ([^)]*?), receipt_date/, 'PARTITION BY $1');
  });
  const archive = await archiveOf(broken);
  const condition = `receipt_date = '${dayAgo(0)}'`;
  expect(await bytes(archive, 'unique_events', condition)).toBe(await bytes(archive, 'events', 'true'));
  expect(await bytes(archive, 'events', condition)).toBeLessThan(await bytes(archive, 'events', 'true'));
}, TIMEOUT);

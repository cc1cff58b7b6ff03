// What happens to an archive when its layout changes: nothing is lost, nothing that holds data is replaced, and every row is found.

import { altered, anEvent, cleanUp, Run, run } from './archive-run';
import { wrongIn } from './found';
import { FIRST_DATE, synthesize } from './recent-archive';
import { EventAuditArchiveProps, PartitionKey, PreviousLayout } from '../../src';

afterAll(cleanUp);

const type = PartitionKey.eventType({ values: ['Parameter Store Change'] });
const source = PartitionKey.source({ values: ['aws.ssm'] });
const date = PartitionKey.receiptDate();
const hour = PartitionKey.receiptHour();

const templateOf = (props: EventAuditArchiveProps): object => synthesize(props).template.toJSON();

const withLayout = (partitionKeys: PartitionKey[], previousLayouts: PreviousLayout[] = []): object =>
  templateOf({ partitionKeys, catalog: { previousLayouts } });

const FINDING = { 'detail-type': 'GuardDuty Finding', 'source': 'aws.guardduty' };
const events = (count: number) => Array.from({ length: count }, (_, index) => anEvent(index % 2 ? {} : FINDING));

const UPGRADES: [string, PartitionKey[], PartitionKey[]][] = [
  ['a key added', [type, date], [type, date, hour]],
  ['a key added in front', [date], [source, date]],
  ['a key removed', [type, source, date], [type, date]],
  ['every key but the date removed', [type, date], [date]],
  ['keys reordered', [type, date], [date, type]],
];

describe.each(UPGRADES)('%s', (_name, before, after) => {
  test('every row is found, as it was published', async () => {
    const [first, second] = [events(6), events(6)];
    const { folder } = await run(withLayout(before), first);
    const upgraded = await run(withLayout(after, [{ partitionKeys: before }]), second, { folder });
    expect(await wrongIn(upgraded, [...first, ...second])).toEqual([]);
  });

  test('every row is found by a filter that lists `other`, for each key that there ever was', async () => {
    const [first, second] = [events(6), events(6)];
    const { folder } = await run(withLayout(before), first);
    const upgraded = await run(withLayout(after, [{ partitionKeys: before }]), second, { folder });
    expect(await countOf(upgraded, "detail_type = 'Parameter Store Change'")).toBe(6);
    for (const { name } of new Set([...before, ...after])) {
      const filter = { event_type: "IN ('parameter_store_change', 'other')", event_source: "IN ('aws.ssm', 'other')" }[name] ?? 'IS NOT NULL';
      expect([name, await countOf(upgraded, `${name} ${filter} AND detail_type = 'Parameter Store Change'`)]).toEqual([name, 6]);
    }
  });

  test('what holds data of record is neither replaced nor deleted', () => {
    const [old, changed] = [withLayout(before), withLayout(after, [{ partitionKeys: before }])] as any[];
    const stateful = Object.entries<any>(old.Resources).filter(([, { Type }]) => ['AWS::S3::Bucket', 'AWS::SQS::Queue'].includes(Type));
    expect(stateful).toHaveLength(4);
    for (const [id, resource] of stateful) expect(changed.Resources[id]).toEqual(resource);
    const [[stream, { DeletionPolicy }]] = Object.entries<any>(old.Resources).filter(([, { Type }]) => Type === 'AWS::KinesisFirehose::DeliveryStream');
    expect(changed.Resources[stream]).toBeUndefined();
    expect(DeletionPolicy).toBe('Retain');
    for (const [id, { Type }] of Object.entries<any>(old.Resources)) {
      if (Type === 'AWS::Glue::Table') expect(changed.Resources[id]).toBeDefined();
    }
  });

  test('without the previous layout its rows are not shown', async () => {
    const [first, second] = [events(6), events(6)];
    const { folder } = await run(withLayout(before), first);
    const forgetful = await run(withLayout(after), second, { folder });
    expect(await countOf(forgetful, 'true')).toBe(6);
  });
});

test('several changes, one after another, and the saved queries over all of them', async () => {
  const parts = [events(4), events(4), events(4)];
  const { folder } = await run(withLayout([date]), parts[0]);
  await run(withLayout([type, date], [{ partitionKeys: [date] }]), parts[1], { folder });
  const last = await run(withLayout([source, date, hour], [{ partitionKeys: [date] }, { partitionKeys: [type, date] }]), parts[2], { folder });
  expect(await wrongIn(last, parts.flat())).toEqual([]);
  const latest = (await last.savedQueries()).find(({ name }) => name === 'Latest events')!;
  expect(latest.result.rows).toHaveLength(12);
});

test('columns that users select by their place stay in their place when a key is added', async () => {
  const columns = async (template: object) => Object.keys((await (await run(template, events(1))).rows('SELECT * FROM events'))[0]);
  const before = await columns(withLayout([type, date]));
  expect((await columns(withLayout([source, date, type], [{ partitionKeys: [type, date] }]))).slice(0, before.length)).toEqual(before);
});

test('a missing key that were NULL would hide rows from the filter', async () => {
  const [first, second] = [events(6), events(6)];
  const { folder } = await run(withLayout([date]), first);
  const nulls = altered(withLayout([type, date], [{ partitionKeys: [date] }]), 'AWS::Glue::Table', properties => {
    const { 'Fn::Join': join } = properties.TableInput.ViewOriginalText ?? {};
    if (join) properties.TableInput.ViewOriginalText = JSON.parse(JSON.stringify(properties.TableInput.ViewOriginalText).replaceAll("CAST('other' AS varchar)", 'CAST(NULL AS varchar)'));
  });
  const upgraded = await run(nulls, second, { folder });
  expect(await countOf(upgraded, "event_type IN ('parameter_store_change', 'other')")).toBeLessThan(12);
});

test('an event that two patterns match is two rows, in an archive of several layouts too', async () => {
  const template = templateOf({ eventPatterns: [{ source: ['aws.ssm'] }, { detailType: ['Parameter Store Change'] }], catalog: { previousLayouts: [{ partitionKeys: [date] }] } });
  const sent = anEvent();
  const rows = await (await run(template, [sent])).rows('SELECT id, detail_type FROM events');
  expect(rows).toEqual([1, 2].map(() => ({ id: sent.event.id, detail_type: 'Parameter Store Change' })));
});

describe('the days of a layout', () => {
  const today = () => new Date().toISOString().slice(0, 10);

  test('that ended before the events came leave them out', async () => {
    const first = events(3);
    const { folder } = await run(withLayout([date]), first);
    const ended = (lastDate: string) => run(withLayout([type, date], [{ partitionKeys: [date], lastDate }]), [], { folder });
    expect(await countOf(await ended(FIRST_DATE), 'true')).toBe(0);
    expect(await countOf(await ended(today()), 'true')).toBe(3);
    const oneDay = withLayout([type, date], [{ partitionKeys: [date], firstDate: FIRST_DATE, lastDate: FIRST_DATE }]);
    await expect(run(altered(oneDay, 'AWS::Glue::Table', ({ TableInput: { Parameters } }) => {
      const range = 'projection.receipt_date.range';
      if (Parameters[range]?.startsWith(`${FIRST_DATE},2`)) Parameters[range] = `${FIRST_DATE},${FIRST_DATE}`;
    }), [], { folder }).then(archive => countOf(archive, 'true'))).rejects.toThrow('is not sequential');
  });

  test('begin with the first date, so that back-filled objects are found', async () => {
    const template = (firstDate?: string) => templateOf({ partitionKeys: [date], catalog: { firstDate } });
    const { folder, simulation } = await run(template(), events(2));
    for (const { bucket, key } of simulation.ledger.writtenObjects) {
      simulation.store.put(bucket, key.replace(/receipt_date=[^/]+/, 'receipt_date=2024-02-29'), simulation.store.get(bucket, key));
    }
    expect(await countOf(await run(template(), [], { folder }), 'true')).toBe(2);
    expect(await countOf(await run(template('2024-02-29'), [], { folder }), 'true')).toBe(4);
    for (const { Type, Properties } of Object.values<any>((template('2024-02-29') as any).Resources)) {
      if (Type !== 'AWS::Glue::Table' || Properties.TableInput.TableType === 'VIRTUAL_VIEW') continue;
      const { Parameters } = Properties.TableInput;
      expect(Parameters['projection.receipt_date.range'] ?? Parameters['projection.error_date.range']).toBe('2024-02-29,NOW');
    }
  });
});

async function countOf(archive: Run, condition: string): Promise<number> {
  return (await archive.rows(`SELECT id FROM events WHERE ${condition}`)).length;
}

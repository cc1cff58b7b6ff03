import { Aws } from 'aws-cdk-lib';
import { PartitionKey, PreviousLayout } from '../../src';
import { Layouts } from '../../src/layout/layouts';

const type = PartitionKey.eventType();
const date = PartitionKey.receiptDate();
const hour = PartitionKey.receiptHour();
const source = PartitionKey.source({ values: ['aws.s3'] });

const layouts = (keys: PartitionKey[], previousLayouts: PreviousLayout[] = []) => Layouts.of(keys, { previousLayouts });

test('a key that came later stands behind those that were there before it', () => {
  const { columns } = layouts([source, date, type], [{ partitionKeys: [date] }, { partitionKeys: [type, date] }]);
  expect(columns.map(({ name }) => name)).toEqual(['receipt_date', 'event_type', 'event_source']);
});

test('each layout is selected with the same columns in the same order, `other` where it lacks a key', () => {
  const all = layouts([source, date], [{ partitionKeys: [type, date] }]);
  expect(all.all.map(({ layout }) => all.selectOf(layout))).toEqual([
    ['event_type', 'receipt_date', "CAST('other' AS varchar) AS event_source"],
    ["CAST('other' AS varchar) AS event_type", 'receipt_date', 'event_source'],
  ]);
});

describe('the filter on a detail type', () => {
  test('lists what any layout may have put it into', () => {
    const listed = PartitionKey.eventType({ values: ['Parameter Store Change'] });
    expect(layouts([type, date, hour], [{ partitionKeys: [listed, date] }]).filterOn('Parameter Store Change'))
      .toBe("event_type IN ('parameter_store_change', 'other') AND detail_type = 'Parameter Store Change'");
  });

  test('lists what each of several types may be in', () => {
    const listed = PartitionKey.eventType({ values: ['Parameter Store Change'] });
    expect(layouts([listed, date]).filterOn('Parameter Store Change', 'AWS API Call via CloudTrail')).toBe(
      "event_type IN ('parameter_store_change', 'aws_api_call_via_cloudtrail', 'other') AND detail_type IN ('Parameter Store Change', 'AWS API Call via CloudTrail')");
    expect(layouts([date, hour]).filterOn('X', 'Y')).toBe("detail_type IN ('X', 'Y')");
  });

  test('holds for a layout without the key too, and is on the type alone where no layout has the key', () => {
    expect(layouts([date], [{ partitionKeys: [type, date] }]).filterOn('AWS API Call via CloudTrail'))
      .toBe("event_type IN ('aws_api_call_via_cloudtrail', 'other') AND detail_type = 'AWS API Call via CloudTrail'");
    expect(layouts([date, hour], [{ partitionKeys: [date] }]).filterOn('X')).toBe("detail_type = 'X'");
  });
});

test('each layout has its days: its own, else those of the catalog', () => {
  const { all, dates } = Layouts.of([date], {
    firstDate: '2024-02-29',
    previousLayouts: [{ partitionKeys: [type, date], lastDate: '2026-05-01' }, { partitionKeys: [source, date], firstDate: '2026-05-01' }],
  });
  expect(all.map(each => each.dates.projection.range)).toEqual(['2024-02-29,2026-05-01', '2026-05-01,NOW', '2024-02-29,NOW']);
  expect(dates.projection.range).toBe('2024-02-29,NOW');
  expect(Layouts.of([date]).dates.projection.range).toBe('2026-01-01,NOW');
});

test('a last day may be the first: the range has a day more then, because one of a single day fails every query', () => {
  const { all: [{ dates }] } = Layouts.of([date], { previousLayouts: [{ partitionKeys: [type, date], firstDate: '2026-04-30', lastDate: '2026-04-30' }] });
  expect(dates.projection.range).toBe('2026-04-30,2026-05-01');
});

describe('bad input', () => {
  const of = (previousLayouts: PreviousLayout[]) => () => layouts([type, date], previousLayouts);

  test.each<[string, () => unknown, string]>([
    ['the current layout', of([{ partitionKeys: [date] }, { partitionKeys: [type, date] }]),
      'catalog.previousLayouts[1]: got the layout "json__event_type__receipt_date"; it is the archive\'s current one: list only those that it had before'],
    ['a layout twice', of([{ partitionKeys: [date] }, { partitionKeys: [date] }]),
      'catalog.previousLayouts[1]: got the layout "json__receipt_date" again; it is that of catalog.previousLayouts[0] already: give each once'],
    ['no receipt date', of([{ partitionKeys: [type] }]),
      'catalog.previousLayouts[0].partitionKeys: got ["event_type"]; every archive has PartitionKey.receiptDate(): without it each query reads everything'],
    ['a last day before the first', of([{ partitionKeys: [date], firstDate: '2026-05-02', lastDate: '2026-05-01' }]),
      'catalog.previousLayouts[0].lastDate: got "2026-05-01"; the layout\'s first day is 2026-05-02: give that or a later one'],
    ['a last day before the library', of([{ partitionKeys: [date], lastDate: '2025-05-01' }]),
      'catalog.previousLayouts[0].lastDate: got "2025-05-01"; the layout\'s first day is 2026-01-01: give that or a later one'],
    ['a day that is none', of([{ partitionKeys: [date], firstDate: '2026-02-30' }]),
      'catalog.previousLayouts[0].firstDate: got "2026-02-30"; give an existing day as yyyy-MM-dd, for example 2026-01-31'],
    ['another format', () => Layouts.of([date], { firstDate: '2026/01/31' }),
      'catalog.firstDate: got "2026/01/31"; give an existing day as yyyy-MM-dd, for example 2026-01-31'],
    ['a day to come', () => Layouts.of([date], { firstDate: '2999-01-01' }), 'catalog.firstDate: got "2999-01-01"; the day is still to come: give today or an earlier one'],
    ['a token', () => Layouts.of([date], { firstDate: Aws.STACK_NAME }),
      'catalog.firstDate: got a token; the day is needed at synthesis: give it as a literal, for example 2026-01-31'],
  ])('%s', (_name, build, message) => {
    expect(build).toThrow(new Error(message));
  });
});

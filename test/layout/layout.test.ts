import { Aws } from 'aws-cdk-lib';
import { PartitionKey } from '../../src';
import { DateRange } from '../../src/layout/date-range';
import { Layout } from '../../src/layout/layout';

const byTypeAndDate = () => new Layout([PartitionKey.eventType(), PartitionKey.receiptDate()]);
const byDate = () => new Layout([PartitionKey.receiptDate()]);

describe('the one-way doors', () => {
  test('the layout id is the format and the keys in order', () => {
    expect(byTypeAndDate().id).toBe('json__event_type__receipt_date');
    expect(new Layout([PartitionKey.receiptDate(), PartitionKey.eventType()]).id).toBe('json__receipt_date__event_type');
    expect(byDate().id).toBe('json__receipt_date');
  });

  test('the prefix holds the layout id and the keys as Hive folders', () => {
    expect(byTypeAndDate().prefix)
      .toBe('json__event_type__receipt_date/event_type=!{partitionKeyFromQuery:event_type}/receipt_date=!{timestamp:yyyy-MM-dd}/');
    expect(byDate().prefix).toBe('json__receipt_date/receipt_date=!{timestamp:yyyy-MM-dd}/');
  });
});

test('every key of the prefix is projected, and the location template holds them all', () => {
  const layout = byTypeAndDate();
  expect(layout.projection(`s3://bucket/events/${layout.folder}`, new DateRange())).toMatchObject({
    'projection.enabled': 'true',
    'projection.event_type.type': 'enum',
    'projection.receipt_date.type': 'date',
    'projection.receipt_date.format': 'yyyy-MM-dd',
    'projection.receipt_date.range': '2026-01-01,NOW',
    'projection.receipt_date.interval': '1',
    'projection.receipt_date.interval.unit': 'DAYS',
    'storage.location.template': 's3://bucket/events/json__event_type__receipt_date/event_type=${event_type}/receipt_date=${receipt_date}/',
  });
});

test('a date alone needs no dynamic partitioning', () => {
  expect(byDate().dynamicPartitioning).toBe(false);
  expect(byDate().metadataExtractionQuery).toBeUndefined();
  expect(byTypeAndDate().dynamicPartitioning).toBe(true);
});

describe('bad keys', () => {
  test.each([
    [[], 'partitionKeys: got []; every archive has PartitionKey.receiptDate(): without it each query reads everything'],
    [[PartitionKey.eventType()], 'partitionKeys: got ["event_type"]; every archive has PartitionKey.receiptDate(): without it each query reads everything'],
    [[PartitionKey.receiptDate(), PartitionKey.receiptDate()], 'partitionKeys: got "receipt_date" twice; give each key once'],
  ])('%#', (keys, message) => {
    expect(() => new Layout(keys)).toThrow(new Error(message));
  });

  test('past 500 active partitions, with the arithmetic', () => {
    const values = Array.from({ length: 243 }, (_, index) => `t${index}`);
    expect(() => new Layout([PartitionKey.eventType({ values }), PartitionKey.receiptDate()])).toThrow(new Error(
      'partitionKeys: got 251 of event_type x 1 of receipt_date x 2 for the turn of the day = 502 active partitions; '
      + "Firehose takes 500 a stream: list fewer values, the rest stays queryable in 'other'"));
  });

  test('past 5,120 characters of jq', () => {
    const values = Array.from({ length: 90 }, (_, index) => `Some Service State Change ${index}`);
    expect(() => new Layout([PartitionKey.eventType({ values }), PartitionKey.receiptDate()])).toThrow(new Error(
      "partitionKeys: got a jq query of 6138 characters; Firehose takes 5120: list fewer values, the rest stays queryable in 'other'"));
  });

  test('with names that leave no room in the name of a table', () => {
    const keys = ['a', 'b', 'c', 'd'].map(letter => PartitionKey.fromJq(letter.repeat(64), '.detail.x', { values: ['x'] }));
    expect(() => new Layout([...keys, PartitionKey.receiptDate()])).toThrow(new Error(
      'partitionKeys: got keys whose names have 282 characters together; a table\'s name has room for 240: give fewer keys or shorter names'));
  });

  test('with names and values that leave no room in the S3 prefix', () => {
    const long = (letter: string) => PartitionKey.fromJq(letter.repeat(64), '.detail.x', { values: [letter.repeat(64)] });
    const layout = new Layout([long('a'), long('b'), long('c'), PartitionKey.receiptDate()]);
    expect(() => layout.checkPrefixBelow('records/events/')).toThrow(new Error(
      'partitionKeys: got an S3 prefix of up to 646 characters; Firehose takes 512: give fewer keys, or shorter names and values'));
    const short = new Layout([PartitionKey.account({ values: [Aws.ACCOUNT_ID] }), PartitionKey.receiptHour(), PartitionKey.receiptDate()]);
    const room = 512 - 'json__event_account__receipt_hour__receipt_date/event_account=xxxxxxxxxxxxxx/receipt_hour=00/receipt_date=2026-01-01/'.length;
    expect(() => short.checkPrefixBelow('x'.repeat(room))).not.toThrow();
    expect(() => short.checkPrefixBelow('x'.repeat(room + 1))).toThrow('an S3 prefix of up to 513 characters');
  });

  test('242 short values beside CloudTrail\'s seven are exactly 500 active partitions', () => {
    const values = Array.from({ length: 242 }, (_, index) => index.toString(36).padStart(2, '0'));
    expect(() => new Layout([PartitionKey.eventType({ values }), PartitionKey.receiptDate()])).not.toThrow();
  });
});

test('a token in a query counts as long as what it can become', () => {
  const literal = Array.from({ length: 190 }, (_, index) => String(100000000000 + index));
  const keys = (value: string) => [PartitionKey.account({ values: [...literal.slice(0, 150), value] }), PartitionKey.receiptDate()];
  const length = (value: string) => new Layout(keys(value)).metadataExtractionQuery!.length;
  expect(length(Aws.ACCOUNT_ID)).toBeGreaterThan(length(literal[150]) + 10);
  const most = (value: string) => literal.findIndex((_, index) => {
    try {
      return !new Layout([PartitionKey.account({ values: [...literal.slice(0, index), value] }), PartitionKey.receiptDate()]);
    } catch {
      return true;
    }
  });
  expect(most(Aws.ACCOUNT_ID)).toBe(most('999999999999'));
});

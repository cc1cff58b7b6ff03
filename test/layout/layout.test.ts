import { PartitionKey } from '../../src';
import { ERRORS_PREFIX, Layout } from '../../src/layout/layout';

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
      .toBe('events/json__event_type__receipt_date/event_type=!{partitionKeyFromQuery:event_type}/receipt_date=!{timestamp:yyyy-MM-dd}/');
    expect(byDate().prefix).toBe('events/json__receipt_date/receipt_date=!{timestamp:yyyy-MM-dd}/');
  });

  test('errors lie beside the events, by date and then by type', () => {
    expect(ERRORS_PREFIX).toBe('errors/error_date=!{timestamp:yyyy-MM-dd}/!{firehose:error-output-type}/');
  });
});

test('every key of the prefix is projected, and the location template holds them all', () => {
  const layout = byTypeAndDate();
  expect(layout.projection(`s3://bucket/${layout.folder}`)).toMatchObject({
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

  test('242 short values beside CloudTrail\'s seven are exactly 500 active partitions', () => {
    const values = Array.from({ length: 242 }, (_, index) => index.toString(36).padStart(2, '0'));
    expect(() => new Layout([PartitionKey.eventType({ values }), PartitionKey.receiptDate()])).not.toThrow();
  });
});

// A query reads the objects of the partitions that it asks for, and no byte more: what Athena bills. Trino says how much it read.

import { gunzipSync } from 'node:zlib';
import { borrow, corpus, giveBack, read, ReadArchive, run } from './sql-archives';
import { PartitionKey } from '../../src';
import { altered, anEvent } from '../end-to-end/archive-run';
import type { EventToSend } from '../simulator/demo/events-file';
import type { JsonObject } from '../simulator/engines';
import { synthesize } from '../synthesize';

const TIMEOUT = 120_000;

beforeAll(borrow, 600_000);
afterAll(giveBack, TIMEOUT);

const ACCOUNT = '123456789012';
const API_CALL = 'AWS API Call via CloudTrail';
const firstDate = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10);

/** An object that Firehose wrote: where, and what its first line says. */
interface Delivered {
  readonly key: string;
  readonly size: number;
  readonly first: JsonObject;
}

/** A condition on the partition columns, and the objects of its partitions, told by what is in them. */
type Filter = readonly [condition: string, holds: (delivered: Delivered) => boolean];

const ofType = ({ first }: Delivered) => first['detail-type'];
const ofTenant = ({ first }: Delivered) => (first.detail as JsonObject | null)?.tenant;
const inOldLayout = ({ key }: Delivered) => key.includes('/json__receipt_date/');
const inNewLayout = (delivered: Delivered) => !inOldLayout(delivered);

/** For each key: its value, and the value with `other`. What an older layout has no key for is `other`. */
const FILTERS: Filter[] = [
  ['true', () => true],
  ["event_type = 'aws_api_call_via_cloudtrail'", each => inNewLayout(each) && ofType(each) === API_CALL],
  ["event_type = 'parameter_store_change'", each => inNewLayout(each) && ofType(each) === 'Parameter Store Change'],
  ["event_type = 'guardduty_finding'", () => false],
  ["event_source = 'aws.s3'", each => inNewLayout(each) && each.first.source === 'aws.s3'],
  ["event_source IN ('aws.s3', 'other')", () => true],
  ["event_account = 'other'", each => inOldLayout(each) || each.first.account !== ACCOUNT],
  [`event_account = '${ACCOUNT}'`, each => inNewLayout(each) && each.first.account === ACCOUNT],
  ["event_region = 'us-east-1'", each => inNewLayout(each) && each.first.region === 'us-east-1'],
  ["tenant = 'acme'", each => inNewLayout(each) && ofTenant(each) === 'acme'],
  ["tenant IN ('acme', 'other') AND event_type = 'parameter_store_change'", each => inNewLayout(each) && ofType(each) === 'Parameter Store Change'],
  ["receipt_date >= date_format(current_date - interval '1' day, '%Y-%m-%d')", () => true],
  ["receipt_date < date_format(current_date - interval '1' day, '%Y-%m-%d')", () => false],
  [`event_type IN ('aws_api_call_via_cloudtrail') AND event_source = 'aws.s3' AND event_account = '${ACCOUNT}' AND receipt_date > '2026-01-01'`,
    each => inNewLayout(each) && ofType(each) === API_CALL && each.first.source === 'aws.s3' && each.first.account === ACCOUNT],
];

const date = PartitionKey.receiptDate();
const partitionKeys = [
  PartitionKey.eventType({ values: ['Parameter Store Change'], retiredValues: ['GuardDuty Finding'] }), PartitionKey.source({ values: ['aws.s3'] }),
  PartitionKey.account({ values: [ACCOUNT] }), PartitionKey.region({ values: ['us-east-1'] }), PartitionKey.fromJq('tenant', '.detail.tenant', { values: ['acme'] }), date,
];
const template = synthesize({ partitionKeys, catalog: { firstDate, previousLayouts: [{ partitionKeys: [date] }] } }).template.toJSON();
const sent = (): EventToSend[] => [...corpus(), anEvent({ detail: { tenant: 'acme' } }), anEvent({ detail: { tenant: 'initech' }, account: '999999999999' })];

/** An archive with objects in an older layout too. */
async function archiveOf(current: object): Promise<ReadArchive> {
  const events = sent();
  const { store: { folder } } = await run(synthesize({ partitionKeys: [date] }).template.toJSON(), events.slice(0, 100));
  return read(await run(current, events.slice(100), { folder }));
}

/** What lies in the folder of the events, or of the error records. */
function deliveredIn({ simulation: { store, ledger } }: ReadArchive, folder: string): Delivered[] {
  const [{ bucket }] = ledger.writtenObjects;
  return store.list(bucket, folder).map(({ key, size }) => {
    const [line] = gunzipSync(store.get(bucket, key)).toString('utf8').split('\n');
    return { key, size, first: JSON.parse(line) as JsonObject };
  });
}

function sizeOf(objects: Delivered[]): number {
  return objects.reduce((sum, { size }) => sum + size, 0);
}

/** The filters with which a relation reads more or less than the objects of their partitions. */
async function wronglyRead(archive: ReadArchive, relation: string, objects: Delivered[], filters = FILTERS): Promise<string[]> {
  const [{ database }] = archive.savedQueries;
  const wrong: string[] = [];
  for (const [condition, holds] of filters) {
    const { statistics } = await archive.trino.answer(database, `SELECT count(id) FROM ${relation} WHERE ${condition}`);
    const expected = sizeOf(objects.filter(holds));
    if (statistics.physicalInputBytes !== expected) wrong.push(`${condition}: ${statistics.physicalInputBytes} bytes, not ${expected}`);
  }
  return wrong;
}

describe('a filter reads the objects of its partitions and nothing else', () => {
  test('through the view, whatever the layout in which they lie', async () => {
    const archive = await archiveOf(template);
    const objects = deliveredIn(archive, 'events/');
    expect(objects.filter(inOldLayout).length).toBeGreaterThan(0);
    for (const [condition, holds] of FILTERS) {
      const nothing = /guardduty|receipt_date </.test(condition);
      expect([condition, objects.some(holds)]).toEqual([condition, !nothing]);
    }
    expect(await wronglyRead(archive, 'events', objects)).toEqual([]);
  }, TIMEOUT);

  test('through the tables', async () => {
    const archive = await archiveOf(template);
    const objects = deliveredIn(archive, 'events/');
    const [old, current] = archive.relations.map(({ name }) => name).filter(name => name.startsWith('events_'));
    expect(old).toBe('events_json__receipt_date');
    expect(await wronglyRead(archive, current, objects.filter(inNewLayout))).toEqual([]);
    const byDate = FILTERS.filter(([condition]) => /^true$|^receipt_date/.test(condition));
    expect(await wronglyRead(archive, old, objects.filter(inOldLayout), byDate)).toEqual([]);
  }, TIMEOUT);

  test('also by the hour', async () => {
    const keys = [date, PartitionKey.receiptHour()];
    const byHour = synthesize({ partitionKeys: keys, catalog: { firstDate } }).template.toJSON();
    const archive = await read(await run(byHour, corpus(), { start: new Date(Date.now() - 4 * 3_600_000) }));
    const objects = deliveredIn(archive, 'events/');
    const places = [...new Set(objects.map(({ key }) => /receipt_date=([^/]+)\/receipt_hour=([^/]+)/.exec(key)!.slice(1).join(' ')))];
    expect(places.length).toBeGreaterThan(1);
    const filters = places.map((place): Filter => {
      const [day, hour] = place.split(' ');
      return [`receipt_date = '${day}' AND receipt_hour BETWEEN '${hour}' AND '${hour}'`, ({ key }) => key.includes(`receipt_date=${day}/receipt_hour=${hour}/`)];
    });
    expect(await wronglyRead(archive, 'events', objects, filters)).toEqual([]);
  }, TIMEOUT);

  test('also among the error records', async () => {
    const failing = altered(synthesize({ catalog: { firstDate } }).template.toJSON(), 'AWS::KinesisFirehose::DeliveryStream', properties => {
      properties.ExtendedS3DestinationConfiguration.ProcessingConfiguration.Processors[0].Parameters[0].ParameterValue = '{event_type:(null)}';
    });
    const archive = await read(await run(failing, corpus().slice(0, 50)));
    const objects = deliveredIn(archive, 'errors/');
    expect(objects.length).toBeGreaterThan(0);
    const [{ database }] = archive.savedQueries;
    const bytes = async (condition: string) =>
      (await archive.trino.answer(database, `SELECT count(event_id) FROM delivery_errors WHERE ${condition}`)).statistics.physicalInputBytes;
    expect(await bytes("error_date >= '2026-01-01'")).toBe(sizeOf(objects));
    expect(await bytes("error_date < '2026-01-01'")).toBe(0);
  }, TIMEOUT);
});

describe('a saved query reads the objects of its window and its types, each once', () => {
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
  const inPartitions = (...types: string[]) => ({ key }: Delivered) => [...types, 'other'].some(type => key.includes(`event_type=${type}/`));
  const since = (days: number) => ({ key }: Delivered) => /receipt_date=([^/]+)/.exec(key)![1] >= daysAgo(days);
  const QUERIES: [string, number, (delivered: Delivered) => boolean][] = [
    ['Latest events', 1, () => true],
    ['Events by type and day', 7, () => true],
    ['API calls by principal', 7, inPartitions('aws_api_call_via_cloudtrail')],
    ['Failed API calls', 7, inPartitions('aws_api_call_via_cloudtrail', 'aws_network_activity_event_via_cloudtrail')],
    ['Sign-ins', 7, inPartitions('aws_console_sign_in_via_cloudtrail', 'aws_console_signin_via_cloudtrail', 'aws_service_event_via_cloudtrail')],
  ];

  test('in an archive with as much before the window, and as much of other types', async () => {
    const byDefault = synthesize({ catalog: { firstDate: daysAgo(9) } }).template.toJSON();
    const simulation = await run(byDefault, corpus());
    const { store, ledger: { writtenObjects } } = simulation;
    for (const { bucket, key } of [...writtenObjects]) {
      for (const day of [2, 8]) store.put(bucket, key.replace(/receipt_date=[^/]+/, `receipt_date=${daysAgo(day)}`), store.get(bucket, key));
    }
    const archive = await read(simulation);
    const objects = deliveredIn(archive, 'events/');
    for (const [name, days, isRead] of QUERIES) {
      const { database, sql } = archive.savedQueries.find(query => query.name === name)!;
      const expected = objects.filter(since(days)).filter(isRead);
      expect([name, expected.length > 0 && expected.length < objects.length]).toEqual([name, true]);
      expect([name, (await archive.trino.answer(database, sql)).statistics.physicalInputBytes]).toEqual([name, sizeOf(expected)]);
    }
  }, TIMEOUT);
});

describe('and it shows', () => {
  const TABLE = 'AWS::Glue::Table';
  const current = (properties: any): any => properties.TableInput.Name.startsWith('events_json__event_type') ? properties.TableInput.Parameters : {};

  const SWAPPED: { [key: string]: string } = { tenant: 'event_source', event_source: 'tenant' };

  const BREAKS: [string, object, string][] = [
    ['when a value is missing from the projection', altered(template, TABLE, properties => {
      const parameters = current(properties);
      if (parameters['projection.event_source.values']) parameters['projection.event_source.values'] = 'other';
    }), "event_source = 'aws.s3'"],
    ['when the table looks elsewhere than the stream writes', altered(template, 'AWS::KinesisFirehose::DeliveryStream', properties => {
      const destination = properties.ExtendedS3DestinationConfiguration;
      destination.Prefix = destination.Prefix.replace('event_region=', 'region=');
    }), "event_region = 'us-east-1'"],
    ['when keys are written into one another\'s place', altered(template, 'AWS::KinesisFirehose::DeliveryStream', properties => {
      const destination = properties.ExtendedS3DestinationConfiguration;
      destination.Prefix = destination.Prefix.replace(/FromQuery:(tenant|event_source)/g, (_match: string, key: string) => `FromQuery:${SWAPPED[key]}`);
    }), "tenant = 'acme'"],
  ];

  test.each(BREAKS)('%s', async (_name, broken, condition) => {
    const archive = await archiveOf(broken);
    const filters = FILTERS.filter(([each]) => each === condition);
    expect(filters).toHaveLength(1);
    expect(await wronglyRead(archive, 'events', deliveredIn(archive, 'events/'), filters)).toEqual([expect.stringContaining(condition)]);
  }, TIMEOUT);
});

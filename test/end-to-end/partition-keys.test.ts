// Every partition key, from the event to the row: whatever an event holds, its value is one that Athena projects, and a filter finds it.

import { Aws, CfnParameter } from 'aws-cdk-lib';
import * as fc from 'fast-check';
import { altered, anEvent, cleanUp, Run, run } from './archive-run';
import { wrongIn } from './found';
import { synthesize } from './recent-archive';
import { PartitionKey } from '../../src';
import { OTHER } from '../../src/layout/partition-values';
import type { EventToSend } from '../simulator/demo/events-file';
import type { Json, JsonObject } from '../simulator/engines';

afterAll(cleanUp);

/** The account and the Region that the simulator deploys to. */
const HERE = { account: '123456789012', region: 'us-east-1' };

const date = PartitionKey.receiptDate();
const tenant = () => PartitionKey.fromJq('tenant', '.detail.tenant', { values: ['acme', 'Acme Inc.', '5', 'true'] });
const LAYOUTS: { readonly [name: string]: PartitionKey[] } = {
  'type and account': [PartitionKey.eventType({ values: ['Parameter Store Change'] }), PartitionKey.account({ values: [Aws.ACCOUNT_ID, '210987654321'] }), date],
  'source and hour': [PartitionKey.source({ values: ['aws.ssm', 'aws.partner/example.com'] }), date, PartitionKey.receiptHour()],
  'Region and tenant': [PartitionKey.region({ values: [Aws.REGION, 'eu-west-1'] }), tenant(), date],
};
const templateOf = (partitionKeys: PartitionKey[]): object => synthesize({ partitionKeys }).template.toJSON();

/** What a producer could put where a text is expected. */
const ODD: (Json | undefined)[] = [
  undefined, null, '', 0, 5.5, false, [], ['acme'], {}, { acme: 'acme' }, 'x'.repeat(10_000), '__proto__', 'constructor', 'toString', 'other', 'a/b=c', '../x', ' acme', 'ACME', 'Köln 💥', '\u0000',
];

/** An event with a value where the key looks for it. */
function eventWith(key: string, value: Json | undefined): EventToSend {
  const fields: { [key: string]: () => JsonObject } = {
    event_type: () => ({ 'detail-type': value! }),
    event_account: () => ({ account: value! }),
    event_source: () => ({ source: value! }),
    event_region: () => ({ region: value! }),
    tenant: () => ({ detail: { tenant: value! } }),
  };
  const { event } = anEvent(fields[key]());
  return { event: JSON.parse(JSON.stringify(event)) };
}

/** By the key: a value that is listed, its partition, and the SQL that finds it among the data. */
const LISTED: [layout: string, key: string, value: Json, partition: string, sql: string][] = [
  ['type and account', 'event_type', 'Parameter Store Change', 'parameter_store_change', "detail_type = 'Parameter Store Change'"],
  ['type and account', 'event_account', HERE.account, HERE.account, "account = '123456789012'"],
  ['type and account', 'event_account', '210987654321', '210987654321', "account = '210987654321'"],
  ['source and hour', 'event_source', 'aws.ssm', 'aws.ssm', "source = 'aws.ssm'"],
  ['source and hour', 'event_source', 'aws.partner/example.com', 'aws.partner_example.com', "source = 'aws.partner/example.com'"],
  ['Region and tenant', 'event_region', HERE.region, HERE.region, "region = 'us-east-1'"],
  ['Region and tenant', 'event_region', 'eu-west-1', 'eu-west-1', "region = 'eu-west-1'"],
  ['Region and tenant', 'tenant', 'acme', 'acme', "json_extract_scalar(detail, '$.tenant') = 'acme'"],
  ['Region and tenant', 'tenant', 'Acme Inc.', 'Acme_Inc.', "json_extract_scalar(detail, '$.tenant') = 'Acme Inc.'"],
  ['Region and tenant', 'tenant', 5, '5', "json_extract_scalar(detail, '$.tenant') = '5'"],
  ['Region and tenant', 'tenant', true, 'true', "json_extract_scalar(detail, '$.tenant') = 'true'"],
];

describe.each(LISTED)('%s: %s of %p', (layout, key, value, partition, sql) => {
  // A rule takes events with a source that is a string, and EventBridge has no others.
  const odd = ODD.filter(candidate => key !== 'event_source' || typeof candidate === 'string');
  const events = [...odd.map(candidate => eventWith(key, candidate)), eventWith(key, value), eventWith(key, value)];
  const template = templateOf(LAYOUTS[layout]);

  test('every event is found as it was published', async () => {
    expect(await wrongIn(await run(template, events), events)).toEqual([]);
  });

  test('a filter on the value and `other` finds all that has it, on the value nothing else, and on `other` the rest', async () => {
    const archive = await run(template, events);
    const own = events.slice(-2).map(({ event }) => event.id);
    expect(await idsWhere(archive, `${key} IN ('${partition}', 'other') AND ${sql}`)).toEqual(own);
    expect(await idsWhere(archive, `${key} = '${partition}'`)).toEqual(own);
    expect(await idsWhere(archive, `${key} = 'other'`)).toEqual(events.slice(0, -2).map(({ event }) => event.id));
  });

  test('what came before it was listed is found by a filter that lists `other`', async () => {
    const earlier = [eventWith(key, value)];
    const { folder } = await run(templateOf(unlisted(layout)), earlier);
    const archive = await run(template, events, { folder });
    const own = [...earlier, ...events.slice(-2)].map(({ event }) => event.id).sort();
    expect(await idsWhere(archive, `${key} IN ('${partition}', 'other') AND ${sql}`)).toEqual(own);
    expect(await idsWhere(archive, `${key} = '${partition}' AND ${sql}`)).toHaveLength(2);
  });
});

/** The same layout, in which other values are listed. */
function unlisted(layout: string): PartitionKey[] {
  const keys: { [name: string]: PartitionKey } = {
    event_type: PartitionKey.eventType(),
    event_account: PartitionKey.account({ values: ['999999999999'] }),
    event_source: PartitionKey.source({ values: ['x'] }),
    event_region: PartitionKey.region({ values: ['ap-south-1'] }),
    tenant: PartitionKey.fromJq('tenant', '.detail.tenant', { values: ['x'] }),
  };
  return LAYOUTS[layout].map(key => keys[key.name] ?? key);
}

test('a retired value is found in its own partition, and from then on in `other`', async () => {
  const keys = (values: string[], retiredValues?: string[]) => [PartitionKey.source({ values, retiredValues }), date];
  const [first, second] = [[eventWith('event_source', 'aws.ssm')], [eventWith('event_source', 'aws.ssm')]];
  const { folder } = await run(templateOf(keys(['aws.ssm', 'aws.s3'])), first);
  const retired = await run(templateOf(keys(['aws.s3'], ['aws.ssm'])), second, { folder });
  const ids = (events: EventToSend[]) => events.map(({ event }) => event.id);
  expect(await idsWhere(retired, "event_source = 'aws.ssm'")).toEqual(ids(first));
  expect(await idsWhere(retired, "event_source = 'other'")).toEqual(ids(second));
  expect(await idsWhere(await run(templateOf(keys(['aws.s3'])), [], { folder }), "event_source IN ('aws.ssm', 'other')")).toEqual(ids(second));
});

describe('the hour of receipt', () => {
  const keys = [date, PartitionKey.receiptHour()];
  const start = new Date(Date.now() - 6 * 3_600_000);
  const events = Array.from({ length: 12 }, () => anEvent());

  test('is that of the arrival, beside its day', async () => {
    const archive = await run(templateOf(keys), events, { start });
    expect(await wrongIn(archive, events)).toEqual([]);
    const rows = await archive.rows('SELECT id, receipt_date, receipt_hour FROM events ORDER BY id');
    // A quarter of an hour apart, each event has an object of its own.
    const arrivals = archive.simulation.ledger.events.map(({ event, arrival }) => {
      const [day, time] = arrival.toISOString().split('T');
      return { id: event.id, receipt_date: day, receipt_hour: time.slice(0, 2) };
    });
    expect(rows).toEqual(arrivals);
    expect(new Set(rows.map(row => row.receipt_hour)).size).toBeGreaterThanOrEqual(3);
  });

  test('is filtered as text', async () => {
    const archive = await run(templateOf(keys), events, { start });
    const [{ receipt_date, receipt_hour }] = await archive.rows('SELECT id, receipt_date, receipt_hour FROM events ORDER BY id');
    const first = await archive.rows(`SELECT id FROM events WHERE receipt_date = '${receipt_date}' AND receipt_hour BETWEEN '${receipt_hour}' AND '${receipt_hour}'`);
    expect(first.length).toBeGreaterThan(0);
    expect(first.length).toBeLessThan(12);
  });

  test('needs no dynamic partitioning beside the date, and does beside a source', () => {
    const configuration = (partitionKeys: PartitionKey[]) => Object.values<any>(synthesize({ partitionKeys }).template
      .findResources('AWS::KinesisFirehose::DeliveryStream'))[0].Properties.ExtendedS3DestinationConfiguration;
    expect(configuration(keys).DynamicPartitioningConfiguration).toBeUndefined();
    expect(configuration(LAYOUTS['source and hour']).DynamicPartitioningConfiguration.Enabled).toBe(true);
  });

  test('without its digits hides the first ten hours', async () => {
    const undigited = altered(templateOf(keys), 'AWS::Glue::Table', ({ TableInput: { Parameters } }) => { delete Parameters['projection.receipt_hour.digits']; });
    const midnight = new Date(new Date().setUTCHours(0, 0, 0, 0) - 24 * 3_600_000);
    const { folder } = await run(templateOf(keys), events, { start: midnight });
    const hidden = await run(undigited, [], { folder });
    const shown = await run(templateOf(keys), [], { folder });
    expect((await idsWhere(hidden, "receipt_hour < '10'"))).toEqual([]);
    expect((await idsWhere(shown, "receipt_hour < '10'")).length).toBeGreaterThan(0);
  });
});

describe('an expression', () => {
  const values = ['acme', 'true', 'false', '0', '5'];
  test.each([
    ['that yields nothing', 'empty', { a: 'acme' }, OTHER],
    ['that fails', 'error("x")', {}, OTHER],
    ['that fails on this event', '.detail.a | ascii_downcase', { a: 5 }, OTHER],
    ['that fails on no such event', '.detail.a | ascii_downcase', { a: 'ACME' }, 'acme'],
    ['that looks into what is no list', '.detail.a[0]', { a: { b: 1 } }, OTHER],
    ['that yields several', '.detail.a, .detail.b', { a: 'acme', b: '5' }, 'acme'],
    ['that yields several, the first of which is not listed', '.detail.a, .detail.b', { a: 'x', b: '5' }, OTHER],
    ['that yields one and then fails', '.detail.a, error("x")', { a: 'acme' }, 'acme'],
    ['that fails and would then yield one', 'error("x"), .detail.a', { a: 'acme' }, OTHER],
    ['that yields very many, the first of which is the version', '.. | strings', { a: 'acme' }, '0'],
    ['that yields true or false', '.detail.errorCode != null', { errorCode: 'AccessDenied' }, 'true'],
    ['that yields false', '.detail.errorCode != null', {}, 'false'],
    ['that yields null', '.detail.a', { a: null }, OTHER],
    ['that yields zero', '.detail.a', { a: 0 }, '0'],
    ['that yields a list', '[.detail.a]', { a: 'acme' }, OTHER],
    ['that yields an object', '{a: .detail.a}', { a: 'acme' }, OTHER],
    ['that yields a whole number', '.detail.a * 2.5', { a: 2 }, '5'],
    ['of several steps', 'if .detail.a then "\\(.detail.a)" | gsub("[^a-z]+"; "") else "5" end', { a: '-acme-' }, 'acme'],
    ['that has parentheses in a string', '.detail.a | if . == ") | (" then "acme" else . end', { a: ') | (' }, 'acme'],
  ])('%s', async (_name, expression, detail: JsonObject, partition) => {
    const event = anEvent({ detail });
    const archive = await run(templateOf([PartitionKey.fromJq('k', expression, { values }), date]), [event]);
    expect(await archive.rows('SELECT id, k FROM events')).toEqual([{ id: event.event.id, k: partition }]);
  });

  test('puts a number in its partition however it is written', async () => {
    const events = ['5', '5.0', '0.5e1'].map(text => ({ ...anEvent(), text })).map(({ event, text }) =>
      ({ event: { ...event, detail: { a: 5 } }, text: JSON.stringify({ ...event, detail: { a: 'HERE' } }).replace('"HERE"', text) }));
    const archive = await run(templateOf([PartitionKey.fromJq('k', '.detail.a', { values }), date]), events);
    expect(await archive.rows('SELECT k FROM events')).toEqual([{ k: '5' }, { k: '5' }, { k: '5' }]);
  });
});

test('a token that turns out to be an account that is listed beside it hides and doubles nothing', async () => {
  const template = templateOf([PartitionKey.account({ values: [Aws.ACCOUNT_ID, HERE.account] }), date]);
  const events = [eventWith('event_account', HERE.account), eventWith('event_account', '210987654321')];
  const archive = await run(template, events);
  expect(await wrongIn(archive, events)).toEqual([]);
  expect(await idsWhere(archive, `event_account = '${HERE.account}'`)).toEqual([events[0].event.id]);
});

test('a parameter may be an account', async () => {
  const { template } = synthesize(stack => {
    const parameter = new CfnParameter(stack, 'Account', { default: '210987654321' });
    return { partitionKeys: [PartitionKey.account({ values: [parameter.valueAsString] }), date] };
  });
  const events = [eventWith('event_account', '210987654321'), eventWith('event_account', HERE.account)];
  const archive = await run(template.toJSON(), events);
  expect(await idsWhere(archive, "event_account = '210987654321'")).toEqual([events[0].event.id]);
});

test('the most partitions that Firehose takes are all written and all found, and one more value fails at synthesis', async () => {
  const values = Array.from({ length: 249 }, (_, index) => `s${index}`);
  const keys = (sources: string[]) => [PartitionKey.source({ values: sources }), date];
  const events = [...values, 'x'].map(source => eventWith('event_source', source));
  const archive = await run(templateOf(keys(values)), events, { start: new Date(Date.now() - 60_000) });
  expect(archive.simulation.ledger).toMatchObject({ archived: 250, failed: 0 });
  expect(await wrongIn(archive, events)).toEqual([]);
  expect(() => templateOf(keys([...values, 'y']))).toThrow(/^partitionKeys: got 251 of event_source x .* = 502 active partitions; /);
});

describe('whatever JSON is in the field, the value is one of the projection', () => {
  const keys: [string, PartitionKey][] = [
    ['event_source', PartitionKey.source({ values: ['a', 'null', '__proto__', 'a b'] })],
    ['event_account', PartitionKey.account({ values: [HERE.account] })],
    ['event_region', PartitionKey.region({ values: [HERE.region] })],
    ['tenant', PartitionKey.fromJq('tenant', '.detail.tenant', { values: ['a', 'null', '0', 'true', 'false', '__proto__', 'a b'] })],
    ['tenant', PartitionKey.fromJq('tenant', '.detail | .. | scalars | ascii_downcase', { values: ['a', 'null'] })],
  ];
  const often = fc.constantFrom<Json>('a', 'A', 'null', '__proto__', 'a b', 'a_b', '', 0, true, HERE.account, HERE.region, 'other', `${HERE.region}\n`);

  test.each(keys)('of %s', async (name, key) => {
    const template = templateOf([key, date]);
    const projected = key._model.projection.values.split(',');
    const json = fc.oneof(often, fc.jsonValue({ maxDepth: 3 }).map(value => JSON.parse(JSON.stringify(value)) as Json));
    const field = name === 'event_source' ? json.filter(value => typeof value === 'string') : json;
    await fc.assert(fc.asyncProperty(fc.array(field, { minLength: 30, maxLength: 60 }), async fields => {
      const events = fields.map(value => eventWith(name, value));
      const archive = await run(template, events);
      expect(Object.keys(archive.simulation.ledger.partitions).filter(path => !projected.includes(path.split('/')[0].slice(name.length + 1)))).toEqual([]);
      expect(await idsWhere(archive, `${name} IN (${projected.map(value => `'${value}'`).join()})`)).toHaveLength(events.length);
      await cleanUp();
    }), { numRuns: 4, endOnFailure: true });
  });
});

describe('events are not found', () => {
  const tables = ({ TableInput }: any): any => TableInput.Parameters ?? {};
  const query = (properties: any): any => properties.ExtendedS3DestinationConfiguration.ProcessingConfiguration.Processors[0].Parameters[0];
  const replaced = (value: any, from: string, to: string): any => JSON.parse(JSON.stringify(value).replaceAll(from, to));
  const keys = [tenant(), PartitionKey.account({ values: [Aws.ACCOUNT_ID] }), date];
  const events = [eventWith('tenant', 'acme'), eventWith('tenant', null), eventWith('tenant', 'x'), eventWith('event_account', HERE.account)];

  test.each<[string, string, (properties: any) => void, RegExp]>([
    ['where the projection lacks a value', 'AWS::Glue::Table', properties => {
      if ('projection.tenant.values' in tables(properties)) tables(properties)['projection.tenant.values'] = 'Acme_Inc.,5,true,other';
    }, /: 0 rows/],
    ['where it lacks `other`', 'AWS::Glue::Table', properties => {
      if ('projection.tenant.values' in tables(properties)) tables(properties)['projection.tenant.values'] = 'acme,Acme_Inc.,5,true';
    }, /: 0 rows/],
    ['where the token is another in the jq than in the projection', 'AWS::KinesisFirehose::DeliveryStream', properties => {
      query(properties).ParameterValue = replaced(query(properties).ParameterValue, '"AWS::AccountId"},"\\":\\"",{"Ref":"AWS::AccountId"', '"AWS::AccountId"},"\\":\\"",{"Ref":"AWS::Region"');
    }, /: 0 rows/],
    ['where nothing catches what is not listed', 'AWS::KinesisFirehose::DeliveryStream', properties => {
      query(properties).ParameterValue = replaced(query(properties).ParameterValue, ' // \\"other\\"', '');
    }, /: 0 rows/],
    ['where an error is not caught', 'AWS::KinesisFirehose::DeliveryStream', properties => {
      query(properties).ParameterValue = replaced(query(properties).ParameterValue, '(.detail.tenant)?', '(.detail.tenant | ascii_downcase)');
    }, /: 0 rows/],
  ])('%s', async (_name, type, alter, wrong) => {
    const template = templateOf(keys);
    expect(await wrongIn(await run(template, events), events)).toEqual([]);
    expect((await wrongIn(await run(altered(template, type, alter), events), events)).join('\n')).toMatch(wrong);
  });
});

async function idsWhere(archive: Run, condition: string): Promise<unknown[]> {
  return (await archive.rows(`SELECT id FROM events WHERE ${condition} ORDER BY id`)).map(({ id }) => id);
}

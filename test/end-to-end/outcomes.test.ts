import { gzipSync } from 'node:zlib';
import { altered, anApiCall, anEvent, cleanUp, run, Run } from './archive-run';
import { wrongIn } from './found';
import { synthesize } from './recent-archive';
import { PartitionKey } from '../../src';
import type { JsonObject } from '../simulator/engines';

const POLICY = 'AWS::IAM::ManagedPolicy';
const STREAM = 'AWS::KinesisFirehose::DeliveryStream';

afterAll(cleanUp);

const template = synthesize().template.toJSON();

function outcome({ simulation: { ledger: { matched, archived, failed, deadLettered, lost } } }: Run): object {
  return { matched, archived, failed, deadLettered, lost };
}

/** The template without one action of a role's policy. */
function without(action: string): object {
  return altered(template, POLICY, properties => {
    for (const statement of properties.PolicyDocument.Statement) {
      if (Array.isArray(statement.Action)) statement.Action = statement.Action.filter((allowed: string) => allowed !== action);
      else if (statement.Action === action) statement.Action = 'none:Such';
    }
  });
}

describe('capture', () => {
  test('that is disabled archives nothing, and what was archived stays queryable', async () => {
    const events = [anEvent(), anEvent()];
    const { folder } = await run(template, events);
    const paused = await run(synthesize({ enabled: false }).template.toJSON(), [anEvent()], { folder });
    expect(outcome(paused)).toMatchObject({ matched: 0 });
    expect(await wrongIn(paused, events)).toEqual([]);
  });

  test('takes read-only calls when they are asked for', async () => {
    const read = anApiCall('s3', 'GetBucketAcl', 'arn:aws:iam::123456789012:role/Somebody', { managementEvent: true, readOnly: true });
    expect(outcome(await run(template, [read]))).toMatchObject({ matched: 0 });
    expect(outcome(await run(synthesize({ includeReadOnlyApiCalls: true }).template.toJSON(), [read]))).toMatchObject({ archived: 1 });
  });

  test('archives an event that two patterns match twice, and the saved queries count it once', async () => {
    const both = synthesize({ eventPatterns: [{ source: ['aws.ssm'] }, { detailType: ['Parameter Store Change'] }] }).template.toJSON();
    const archive = await run(both, [anEvent(), anEvent({ source: 'mine' })]);
    expect(outcome(archive)).toMatchObject({ matched: 2, archived: 3 });
    const [byType] = (await archive.savedQueries()).filter(({ name }) => name === 'Events by type and day');
    expect(byType.result.rows.map(row => row.map(String)[3])).toEqual(['1', '1']);
  });
});

describe('the dead-letter queue', () => {
  test('takes an event that is too large for Firehose, whole', async () => {
    const large = anEvent({ detail: { text: 'x'.repeat(1010 * 1024) } });
    const archive = await run(template, [anEvent(), large]);
    expect(outcome(archive)).toMatchObject({ archived: 1, deadLettered: 1, lost: 0 });
    expect(JSON.parse(archive.simulation.deadLetters[0].body)).toEqual(large.event);
  });

  test('takes an event after 24 hours or 185 attempts, and nothing before that', async () => {
    const throttled = await run(template, [anEvent()], { faults: () => 'throttled' });
    expect(outcome(throttled)).toMatchObject({ archived: 0, deadLettered: 1 });
    expect(throttled.simulation.deadLetters[0].attributes).toMatchObject({ RETRY_ATTEMPTS: '185' });
    const patient = await run(template, [anEvent()], { faults: (_target, attempt) => attempt <= 185 ? 'error' : 'ok' });
    expect(outcome(patient)).toMatchObject({ archived: 1, deadLettered: 0 });
  });

  test('is what stands between an event and its loss', async () => {
    const faults = () => 'error' as const;
    const noQueue = altered(template, 'AWS::Events::Rule', properties => properties.Targets.forEach((target: any) => delete target.DeadLetterConfig));
    const otherRules = altered(template, 'AWS::SQS::QueuePolicy', properties => {
      for (const statement of properties.PolicyDocument.Statement) {
        if (statement.Effect === 'Allow') statement.Condition.ArnLike['aws:SourceArn'] = ['arn:aws:events:us-east-1:123456789012:rule/another'];
      }
    });
    for (const unsafe of [noQueue, otherRules]) {
      expect(outcome(await run(unsafe, [anEvent()], { faults, mayLose: true }))).toMatchObject({ deadLettered: 0, lost: 1 });
    }
  });

  test('takes a message of any event\'s size because that is set', async () => {
    const smaller = altered(template, 'AWS::SQS::Queue', properties => delete properties.MaximumMessageSize);
    const large = anEvent({ detail: { text: 'x'.repeat(1010 * 1024) } });
    expect(outcome(await run(smaller, [large], { mayLose: true }))).toMatchObject({ lost: 1 });
  });
});

describe('every permission of the roles is needed', () => {
  const matchedEvent = [anEvent()];

  test.each(['firehose:PutRecord', 'firehose:PutRecordBatch'])('without %s events go straight to the dead-letter queue', async action => {
    expect(outcome(await run(without(action), matchedEvent))).toMatchObject({ archived: 0, deadLettered: 1 });
  });

  test.each([
    's3:AbortMultipartUpload', 's3:GetBucketLocation', 's3:GetObject', 's3:ListBucket', 's3:ListBucketMultipartUploads', 's3:PutObject', 'logs:PutLogEvents',
  ])('without %s nothing can be delivered', async action => {
    await expect(run(without(action), matchedEvent)).rejects.toThrow(action);
  });
});

describe('what Firehose cannot deliver', () => {
  /** A stream that fails the records of one source. */
  const failing = altered(template, STREAM, properties => {
    const [{ Parameters: [query] }] = properties.ExtendedS3DestinationConfiguration.ProcessingConfiguration.Processors;
    query.ParameterValue = '{event_type:(if .source == "fails" then null else "other" end)}';
  });
  const bad = Array.from({ length: 9 }, (_, index) => anEvent({ source: 'fails', detail: { index, text: '"\n💥' } }));

  test.each([[true, true], [true, false], [false, true], [false, false]])('is found decoded, with error objects compressed: %p, with a final newline: %p', async (gzip, finalNewline) => {
    const archive = await run(failing, [...bad, anEvent()], { start: new Date(Date.now() - 60_000), errorRecords: { gzip, finalNewline } });
    expect(outcome(archive)).toEqual({ matched: 10, archived: 1, failed: 9, deadLettered: 0, lost: 0 });
    const [errors] = (await archive.savedQueries()).filter(({ name }) => name === 'Delivery errors');
    const rows = errors.result.rows.map(row => Object.fromEntries(errors.result.columns.map(({ name }, index) => [name, row[index]])));
    expect(rows.map(row => row.event_id).sort()).toEqual(bad.map(({ event }) => event.id).sort());
    for (const row of rows) {
      expect(row).toMatchObject({
        error_type: 'metadata-extraction-failed',
        error_code: expect.stringMatching(/./),
        error_message: expect.stringMatching(/./),
        source: 'fails',
        detail_type: 'Parameter Store Change',
        arrival_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      });
      expect(JSON.parse(row.event as string)).toEqual(bad.find(({ event }) => event.id === row.event_id)!.event);
    }
  });

  test('is a row without an event where it cannot be decoded, and never fails a query', async () => {
    const archive = await run(failing, bad, { start: new Date(Date.now() - 60_000) });
    const [{ key }] = archive.simulation.store.list(bucketOf(archive), 'errors/');
    const odd = [
      { rawData: '%%%', attemptsMade: 'many', arrivalTimestamp: 'yesterday', errorCode: 'x' },
      { rawData: Buffer.from('hello').toString('base64') },
      {},
    ];
    archive.simulation.store.put(bucketOf(archive), key.replace(/[^/]+$/, 'odd.gz'), gzipSync(odd.map(record => JSON.stringify(record)).join('\n')));
    const rows = await archive.rows('SELECT event_id, event, attempts, arrival_time, error_code FROM delivery_errors ORDER BY event_id');
    expect(rows.filter(row => row.event_id !== null)).toHaveLength(9);
    expect(rows.filter(row => row.event_id === null)).toEqual(expect.arrayContaining([
      { event_id: null, event: null, attempts: null, arrival_time: null, error_code: 'x' },
      expect.objectContaining({ event_id: null, event: 'hello' }),
    ]));
    expect(rows).toHaveLength(12);
  });

  test('is an event nested deeper than jq reads: it is kept whole', async () => {
    const nested = (depth: number) => Array.from({ length: depth }).reduce<JsonObject>(inner => ({ a: inner }), { a: 1 });
    const [shallow, deep] = [anEvent({ detail: nested(120) }), anEvent({ detail: nested(140) })];
    const archive = await run(template, [shallow, deep]);
    expect(outcome(archive)).toMatchObject({ archived: 1, failed: 1 });
    expect(await wrongIn(archive, [shallow])).toEqual([]);
    const [error] = await archive.rows('SELECT event FROM delivery_errors');
    expect(JSON.parse(error.event as string)).toEqual(deep.event);
  });

  test('never shows up among the events', async () => {
    const archive = await run(failing, [...bad, anEvent()]);
    expect(await archive.rows('SELECT id FROM events')).toHaveLength(1);
  });

  test('is read whatever the spelling of its keys only because case does not count', async () => {
    const sensitive = altered(failing, 'AWS::Glue::Table', ({ TableInput }) => {
      if (TableInput.Name === 'delivery_error_records') TableInput.StorageDescriptor.SerdeInfo.Parameters['case.insensitive'] = 'FALSE';
    });
    const archive = await run(sensitive, bad);
    expect(await archive.rows('SELECT event_id FROM delivery_errors WHERE event_id IS NOT NULL')).toEqual([]);
  });
});

describe('the day of arrival', () => {
  test('is the partition, also where midnight falls into the run', async () => {
    // Yesterday's midnight, whatever the hour. Events are sent over half of the time until now, a third of which lies before it.
    const now = Date.now();
    const midnight = new Date(now - 86_400_000).setUTCHours(0, 0, 0, 0);
    const start = new Date(midnight - (now - midnight) / 3);
    const days = [midnight - 1, midnight].map(time => new Date(time).toISOString().slice(0, 10));
    const events = Array.from({ length: 48 }, () => anEvent());
    const archive = await run(template, events, { start });
    const rows = await archive.rows('SELECT receipt_date, count(*) AS n FROM events GROUP BY receipt_date ORDER BY receipt_date');
    expect(rows.map(row => row.receipt_date)).toEqual(days);
    expect(await wrongIn(archive, events)).toEqual([]);
  });

  test('is never the day that the event claims', async () => {
    const archive = await run(template, [anEvent({ time: '1999-12-31T23:59:59Z' })]);
    expect(await archive.rows("SELECT time FROM events WHERE receipt_date >= '2026-01-01'")).toEqual([{ time: '1999-12-31T23:59:59Z' }]);
  });
});

test('another layout writes beside the old objects, and never into them', async () => {
  const before = await run(template, [anEvent(), anEvent()]);
  const keys = (archive: Run) => archive.simulation.store.list(bucketOf(archive)).map(({ key }) => key);
  const old = keys(before);
  const after = await run(synthesize({ partitionKeys: [PartitionKey.receiptDate()] }).template.toJSON(), [anEvent()], { folder: before.folder });
  expect(keys(after).filter(key => old.includes(key))).toEqual(old);
  expect(keys(after).filter(key => !old.includes(key))).toEqual([expect.stringMatching(/^events\/json__receipt_date\/receipt_date=/)]);
  expect(await after.rows('SELECT id FROM events')).toHaveLength(1);
});

function bucketOf({ simulation }: Run): string {
  return simulation.ledger.writtenObjects[0].bucket;
}

// What Trino, the engine that Athena runs, answers about an archive is what the embedded engine answers: every saved query verbatim,
// and all that is in each view and each table.

import { gzipSync } from 'node:zlib';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { hostileEvents } from './hostile-events';
import { borrow, corpus, differences, giveBack, read, ReadArchive, run } from './sql-archives';
import { EventAuditArchive, EventAuditArchiveProps, PartitionKey } from '../../src';
import { altered, anEvent } from '../end-to-end/archive-run';
import { ERROR_SPELLINGS } from '../simulator/delivery/error-records';
import type { EventToSend } from '../simulator/demo/events-file';
import type { GlueResource } from '../simulator/engines';
import { PropsOrFactory, synthesize } from '../synthesize';

const TIMEOUT = 120_000;

beforeAll(borrow, 600_000);
afterAll(giveBack, TIMEOUT);

/** Near enough that a query without a filter has few partitions to look into. */
const firstDate = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10);

const today = new Date().toISOString().slice(0, 10);

const templateOf = (props?: PropsOrFactory): object => synthesize(props).template.toJSON();
const everything = (): EventToSend[] => [...corpus(), ...hostileEvents()];

/** Every query about an archive whose answers differ, and how; nothing, if all is well. */
async function allDifferences(archive: ReadArchive): Promise<object> {
  const found: { [name: string]: string[] } = {};
  for (const question of [...archive.savedQueries, ...archive.relations]) {
    const wrong = await differences(archive, question);
    if (wrong.length) found[`${question.database}.${question.name}`] = wrong;
  }
  return found;
}

/** Error records as Firehose might write them, and lines that are none. */
const ODD_ERRORS = [
  { rawData: '%%%', attemptsMade: 'many', arrivalTimestamp: 'yesterday', errorCode: 'x' },
  { rawData: Buffer.from('hello').toString('base64'), attemptsMade: ' 3 ', arrivalTimestamp: 1.7e12 },
  { rawData: Buffer.from('{"id":"e1","detail-type":"T","source":"s"}').toString('base64').replace(/=*$/, ''), attemptsMade: null },
  { rawData: Buffer.from('{"id":1,"detail-type":null,"source":["s"]}').toString('base64'), attemptsMade: -1, arrivalTimestamp: '1763722800000' },
  { rawData: '', attemptsMade: '', arrivalTimestamp: '' },
  { rawData: 'a', RAWDATA: 'YQ==', errorcode: 'lower', lambdaArn: null, errorMessage: { nested: [1] } },
  {}, [], 'text', null, 5,
].map(record => JSON.stringify(record));

async function rowsOf({ trino, relations }: ReadArchive, name: string): Promise<unknown[][]> {
  const { database, sql } = relations.find(relation => relation.name === name)!;
  return (await trino.query(database, sql)).rows;
}

const type = PartitionKey.eventType({ values: ['Parameter Store Change'], retiredValues: ['GuardDuty Finding'] });
const date = PartitionKey.receiptDate();
const source = PartitionKey.source({ values: ['aws.s3'], retiredValues: ['aws.ec2'] });

describe('both engines answer alike', () => {
  test('about the default archive, but for its first date', async () => {
    const archive = await read(await run(templateOf({ catalog: { firstDate } }), everything()));
    expect(await rowsOf(archive, 'events')).toHaveLength(archive.simulation.ledger.archived);
    expect(await allDifferences(archive)).toEqual({});
  }, TIMEOUT);

  test('about an archive with every key that goes by the event', async () => {
    const partitionKeys = [
      type, source, PartitionKey.account({ values: ['123456789012'] }), PartitionKey.region({ values: ['us-east-1'] }),
      PartitionKey.fromJq('tenant', '.detail.tenant', { values: ['acme'], retiredValues: ['initech'] }), date,
    ];
    const sent = [...everything(), anEvent({ detail: { tenant: 'acme' } }), anEvent({ detail: { tenant: 'initech' } })];
    const archive = await read(await run(templateOf({ partitionKeys, catalog: { firstDate: today } }), sent));
    expect(new Set((await rowsOf(archive, 'events')).map(row => String(row.slice(-6)))).size).toBeGreaterThan(10);
    expect(await allDifferences(archive)).toEqual({});
  }, TIMEOUT);

  test('about an archive with the hour of receipt', async () => {
    const partitionKeys = [type, date, PartitionKey.receiptHour()];
    const start = new Date(Date.now() - 5 * 3_600_000);
    const archive = await read(await run(templateOf({ partitionKeys, catalog: { firstDate } }), everything(), { start }));
    expect(new Set((await rowsOf(archive, 'events')).map(row => row[row.length - 1])).size).toBeGreaterThan(1);
    expect(await allDifferences(archive)).toEqual({});
  }, TIMEOUT);

  test('about an archive with layouts of its past, of a key with values that it lost, and of events from all of them', async () => {
    const formerly = [PartitionKey.eventType({ values: ['GuardDuty Finding'] }), PartitionKey.source({ values: ['aws.ec2'] }), date];
    const sent = everything();
    const { store: { folder } } = await run(templateOf({ partitionKeys: [date] }), sent.filter((_event, index) => index % 3 === 0));
    const second = { partitionKeys: formerly, catalog: { previousLayouts: [{ partitionKeys: [date] }] } };
    await run(templateOf(second), sent.filter((_event, index) => index % 3 === 1), { folder });
    const third: EventAuditArchiveProps = {
      partitionKeys: [type, date, source],
      catalog: { firstDate, previousLayouts: [{ partitionKeys: [date] }, { partitionKeys: formerly }] },
    };
    const archive = await read(await run(templateOf(third), sent.filter((_event, index) => index % 3 === 2), { folder }));
    expect(archive.relations.filter(({ name }) => name.startsWith('events_'))).toHaveLength(3);
    for (const { name } of archive.relations.filter(relation => relation.name.startsWith('events'))) {
      expect([name, (await rowsOf(archive, name)).length > 100]).toEqual([name, true]);
    }
    expect(await allDifferences(archive)).toEqual({});
  }, TIMEOUT);

  test('about an archive below a prefix in a given bucket, beside what is not its own', async () => {
    const template = templateOf(stack => ({
      storage: { bucket: new s3.Bucket(stack, 'Records', { bucketName: 'example-corp-records' }), prefix: 'audit/payments' },
      catalog: { firstDate },
    }));
    const done = await run(template, everything());
    for (const { key } of done.store.list('example-corp-records')) {
      expect(key).toMatch(/^audit\/payments\/(events|errors)\//);
      done.store.put('example-corp-records', key.replace('audit/payments', 'audit'), gzipSync('{"id":"another\'s"}\n'));
    }
    const archive = await read(done);
    expect((await rowsOf(archive, 'events')).length).toBe(done.ledger.archived);
    expect(await allDifferences(archive)).toEqual({});
  }, TIMEOUT);

  test('about two archives', async () => {
    const stack = new Stack(new App(), 'Two');
    const buses = ['first', 'second'].map(name => new events.EventBus(stack, name, { eventBusName: name }));
    const archives = buses.map((eventBus, index) => new EventAuditArchive(stack, `Archive${index}`, { eventBus, catalog: { firstDate } }));
    const sent = everything().map((event, index) => ({ ...event, bus: index % 2 ? 'first' : 'second' }));
    const archive = await read(await run(Template.fromStack(stack).toJSON(), sent));
    expect(archive.savedQueries).toHaveLength(12);
    const counts = await Promise.all(archives.map(({ databaseName }) => archive.trino.query(databaseName, 'SELECT count(*) FROM events')));
    expect(counts.flatMap(({ rows }) => rows[0]).every(count => Number(count) > 100)).toBe(true);
    expect(await allDifferences(archive)).toEqual({});
  }, TIMEOUT);

  test('about error records in every known spelling, and such as nobody knows', async () => {
    const failing = altered(templateOf({ catalog: { firstDate } }), 'AWS::KinesisFirehose::DeliveryStream', properties => {
      const [{ Parameters: [query] }] = properties.ExtendedS3DestinationConfiguration.ProcessingConfiguration.Processors;
      query.ParameterValue = '{event_type:(if .source | startswith("aws.s") then "other" else null end)}';
    });
    const { folder } = (await run(failing, [])).store;
    for (const spelling of ERROR_SPELLINGS) {
      for (const [numbersAsText, gzip, finalNewline] of [[false, true, true], [true, false, false]]) {
        await run(failing, everything(), { folder, errorRecords: { spelling, numbersAsText, gzip, finalNewline } });
      }
    }
    const done = await run(failing, [anEvent()], { folder });
    const { store, ledger: { writtenObjects: [{ bucket }] } } = done;
    const [{ key }] = store.list(bucket, 'errors/');
    for (const folderOfOdd of ['', 'format-conversion-failed/2026/', 'new kind/', '_hidden/']) {
      store.put(bucket, key.replace(/(error_date=[^/]+\/).*/, `$1${folderOfOdd}odd.gz`), gzipSync(ODD_ERRORS.join('\n')));
    }
    const archive = await read(done);
    expect((await rowsOf(archive, 'delivery_errors')).length).toBeGreaterThan(1000);
    expect(await allDifferences(archive)).toEqual({});
  }, TIMEOUT);

  test('about an archive in which there is nothing yet', async () => {
    const archive = await read(await run(templateOf({ catalog: { firstDate } }), []));
    for (const { database, sql } of archive.savedQueries) {
      for (const engine of [archive.trino, archive.duckdb]) expect((await engine.query(database, sql)).rows).toEqual([]);
    }
    expect(await allDifferences(archive)).toEqual({});
  }, TIMEOUT);
});

describe('the comparison shows', () => {
  const VIEW = 'AWS::Glue::Table';

  test('a table that merges keys of which only the case differs', async () => {
    const template = templateOf({ catalog: { firstDate } });
    const archive = await read(await run(template, everything()));
    const merging = altered(template, VIEW, ({ TableInput: { StorageDescriptor: { SerdeInfo } } }) => {
      if (SerdeInfo.Parameters) SerdeInfo.Parameters['case.insensitive'] = 'TRUE';
    });
    await archive.trino.open((await run(merging, [])).catalog(), archive.simulation.store);
    expect(Object.keys(await allDifferences(archive))).toEqual(expect.arrayContaining([expect.stringMatching(/\.events$/)]));
  }, TIMEOUT);

  const STALE: [string, (columns: { name: string; type: string }[]) => unknown][] = [
    ['another name', columns => { columns[0].name = 'another'; }],
    ['another type', columns => { columns[0].type = 'bigint'; }],
    ['a column less', columns => columns.pop()],
  ];

  test.each(STALE)('a view that declares %s than its SQL yields', async (_name, change) => {
    const done = await run(templateOf({ catalog: { firstDate } }), []);
    const stale = done.catalog().map(resource => staleView(resource, change));
    const { duckdb, trino } = await read(done);
    await expect(duckdb.open(stale, done.store)).rejects.toThrow('VIEW_IS_STALE');
    await trino.open(stale, done.store);
    await expect(trino.query(done.savedQueries()[0].database, 'SELECT * FROM events')).rejects.toThrow('VIEW_IS_STALE');
  }, TIMEOUT);
});

/** The view `events` with other columns declared than it has, in Glue too. */
function staleView(resource: GlueResource, change: (columns: { name: string; type: string }[]) => unknown): GlueResource {
  const copy: any = JSON.parse(JSON.stringify(resource));
  const { TableInput } = copy.properties;
  if (TableInput?.Name !== 'events') return resource;
  const definition = JSON.parse(Buffer.from(/: (\S+) /.exec(TableInput.ViewOriginalText)![1], 'base64').toString('utf8'));
  change(definition.columns);
  TableInput.ViewOriginalText = `/* Presto View: ${Buffer.from(JSON.stringify(definition)).toString('base64')} */`;
  const hive: { [trino: string]: string } = { 'varchar': 'string', 'array(varchar)': 'array<string>', 'bigint': 'bigint' };
  TableInput.StorageDescriptor.Columns = definition.columns.map(({ name, type: trino }: any) => ({ Name: name, Type: hive[trino] }));
  return copy;
}

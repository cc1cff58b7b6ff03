// Firehose's traps: what it refuses when the stream is created, and what it does to records that it takes.

import { Duration, Size } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { PartitionKey } from '../../src';
import { altered, anEvent, cleanUp, run } from '../end-to-end/archive-run';
import { defaultArchive } from '../full-archive';
import type { EventToSend } from '../simulator/demo/events-file';
import type { JsonObject } from '../simulator/engines';
import { SimulatedTemplate } from '../simulator/template/template';
import { PropsOrFactory, synthesisError, synthesize } from '../synthesize';
import { allFound, outcomeOf } from './outcome';
import { STREAM, withDestination, withQuery, withSettings } from './template-parts';

afterAll(cleanUp);

const date = PartitionKey.receiptDate();
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `value-${index}`);

describe('a stream that cannot be created is refused at synthesis:', () => {
  const WITH_KEY = synthesize(stack => ({ encryptionKey: new kms.Key(stack, 'Key') })).template.toJSON();

  test.each<[string, PropsOrFactory, RegExp, (template: object) => object, RegExp]>([
    ['a buffer below 64 MiB with dynamic partitioning', { delivery: { bufferSize: Size.mebibytes(63) } }, /bufferSize: got 63 MiB/,
      template => withSettings(template, { BufferingHints: { SizeInMBs: 63, IntervalInSeconds: 300 } }), /SizeInMBs: got 63; AWS accepts 64 to 128/],
    ['a buffer interval below 60 seconds with dynamic partitioning', { delivery: { bufferInterval: Duration.seconds(59) } }, /bufferInterval: got 59 seconds/,
      template => withSettings(template, { BufferingHints: { SizeInMBs: 128, IntervalInSeconds: 59 } }), /IntervalInSeconds: got 59; AWS accepts 60 to 900/],
    ['a jq query over 5,120 characters', { partitionKeys: [PartitionKey.source({ values: numbered(100).map(value => `a-source-of-events.${value}`) }), date] }, /a jq query of \d+ characters/,
      template => withQuery(template, query => query.replace('{"', `{"${'x'.repeat(5120)}":"x","`)), /a jq query of \d+ characters/],
    ['more than 50 partition keys', { partitionKeys: [...numbered(51).map(keyNamed), date] }, /keys whose names have \d+ characters/,
      template => withQuery(template, query => `{${numbered(50).map(name => `"${name}":.source`)},${query.slice(1)}`), /51 partition keys/],
    ['a prefix over 512 characters when evaluated', stack => ({
      storage: { bucket: new s3.Bucket(stack, 'Mine'), prefix: 'p'.repeat(250) },
      partitionKeys: [...['a', 'b'].map(letter => PartitionKey.fromJq(letter.repeat(64), '.x', { values: ['v'.repeat(64)] })), date],
    }), /an S3 prefix of up to \d+ characters/,
    template => withDestination(template, destination => { destination.Prefix = `${'p'.repeat(500)}/${destination.Prefix}`; }), /evaluates to \d+ characters/],
    ['an alias in place of a key', stack => ({ encryptionKey: kms.Alias.fromAliasName(stack, 'Alias', 'alias/audit') }),
      /encryptionKey: got an alias/, () => withSettings(WITH_KEY, {
        EncryptionConfiguration: { KMSEncryptionConfig: { AWSKMSKeyARN: 'arn:aws:kms:us-east-1:123456789012:alias/audit' } },
      }), /AWSKMSKeyARN: .*alias/],
  ])('%s', async (_trap, props, refused, fallIn, atDeployment) => {
    expect(synthesisError(props)).toMatch(refused);
    await expect(run(fallIn(defaultArchive()), [anEvent()])).rejects.toThrow(atDeployment);
  });

  function keyNamed(name: string): PartitionKey {
    return PartitionKey.fromJq(name.replace('-', '_'), '.source', { values: ['x'] });
  }
});

describe('a stream that cannot be created is never declared:', () => {
  test.each<[string, (template: object) => object, RegExp]>([
    ['a partition key that the prefix does not use', template => withDestination(template, destination => {
      destination.Prefix = destination.Prefix.replace('!{partitionKeyFromQuery:event_type}', 'all');
    }), /the partition key event_type .* is not used/],
    ['a prefix with a key that no query yields', template => withQuery(template, query => query.replace('{event_type:', '{eventtype:')), /no MetadataExtraction query yields/],
    ['a partitioned prefix without an error prefix', template => withSettings(template, { ErrorOutputPrefix: undefined }), /ErrorOutputPrefix: missing/],
    ['an error prefix that does not say the type of the error', template => withSettings(template, { ErrorOutputPrefix: 'errors/!{timestamp:yyyy-MM-dd}/' }),
      /needs !\{firehose:error-output-type\}/],
    ['an error prefix with a partition key', template => withDestination(template, destination => {
      destination.ErrorOutputPrefix += '!{partitionKeyFromQuery:event_type}/';
    }), /an ErrorOutputPrefix cannot have partition keys/],
    ['a data prefix with the type of an error', template => withDestination(template, destination => {
      destination.Prefix += '!{firehose:error-output-type}/';
    }), /error-output-type is for ErrorOutputPrefix only/],
    ['a prefix over 1,024 characters as it stands', template => withDestination(template, destination => {
      destination.Prefix += `${'!{timestamp:yyyy}'.repeat(60)}/`;
    }), /a prefix of \d+ characters; Firehose takes 1024/],
  ])('%s', async (_trap, fallIn, atDeployment) => {
    expect(await outcomeOf(defaultArchive(), [anEvent()])).toEqual(allFound(1));
    await expect(run(fallIn(defaultArchive()), [anEvent()])).rejects.toThrow(atDeployment);
  });
});

test('dynamic partitioning is never turned on or off in place', () => {
  const dynamic = defaultArchive();
  const plain = synthesize({ partitionKeys: [date] }).template.toJSON();
  expect(toggledInPlace(dynamic, plain)).toEqual([]);
  expect(toggledInPlace(withOneId(dynamic), withOneId(plain))).toEqual(['Stream']);
});

/** The streams of one logical id, which CloudFormation would update, whose partitioning differs, which Firehose does not let be changed. */
function toggledInPlace(before: object, after: object): string[] {
  const [old, next] = [before, after].map(template => new Map(SimulatedTemplate.parse(template).ofType(STREAM)
    .map(({ logicalId, properties }) => [logicalId, 'DynamicPartitioningConfiguration' in (properties.ExtendedS3DestinationConfiguration as JsonObject)])));
  return [...old.keys()].filter(id => next.has(id) && next.get(id) !== old.get(id));
}

/** As with a stream whose construct has an id of its own, whatever its settings. */
function withOneId(template: object): object {
  const [{ logicalId }] = SimulatedTemplate.parse(template).ofType(STREAM);
  return JSON.parse(JSON.stringify(template).replaceAll(logicalId, 'Stream'));
}

describe('no record fails, and none is hidden, by its partition value:', () => {
  const typed = (detailType: JsonObject[string], more: JsonObject = {}): EventToSend[] => [anEvent({ 'detail-type': detailType, ...more })];
  const query = (expression: string) => (template: object) => withQuery(template, () => `{event_type:(${expression})}`);

  test.each<[string, EventToSend[], (template: object) => object, object | RegExp]>([
    ['null', typed(null), query('."detail-type"'), { archived: 0, failed: 1 }],
    ['an empty string, which // does not catch', typed(''), query('."detail-type" // "other"'), { archived: 0, failed: 1 }],
    ['a number, by which no object is indexed', typed(5), query('{"a":"a"}[."detail-type"] // "other"'), { archived: 0, failed: 1 }],
    ['a slash, which is another folder', typed('a/b=c'), query('."detail-type"'), { archived: 1, found: 0 }],
    ['a space, which no projection lists', typed('Some Type'), query('."detail-type"'), { archived: 1, found: 0 }],
    ['a value that is too long for a prefix', typed('x'.repeat(600)), query('."detail-type"'), /evaluates to \d+ characters; Firehose takes 512/],
    ['a time with fractions of a second', typed('a', { time: '2026-11-19T12:00:00.123Z' }), query('.time | fromdateiso8601 | tostring'), { archived: 0, failed: 1 }],
    ['more values than 500 active partitions', numbered(501).flatMap(value => typed(value)), query('."detail-type"'), { archived: 500, failed: 1 }],
  ])('%s', async (_trap, events, fallIn, effect) => {
    expect(await outcomeOf(defaultArchive(), events)).toEqual(allFound(events.length));
    const sprung = outcomeOf(fallIn(defaultArchive()), events);
    if (effect instanceof RegExp) await expect(sprung).rejects.toThrow(effect);
    else expect(await sprung).toMatchObject(effect);
  });
});

describe('every object is one that Athena reads:', () => {
  const dayToCome = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);

  test.each<[string, (template: object) => object, number | RegExp]>([
    ['an extension that replaces .gz', template => withSettings(template, { FileExtension: '.json' }), 0],
    ['text that is named .gz', template => withSettings(template, { CompressionFormat: 'UNCOMPRESSED', FileExtension: '.gz' }), /incorrect header check/],
    ['a day of another time zone than UTC', template => withDestination(template, destination => {
      destination.Prefix = destination.Prefix.replace('!{timestamp:yyyy-MM-dd}', dayToCome);
    }), 0],
    ['a name that begins with an underscore', template => withName(template, '_audit'), 0],
    ['a name that begins with a dot', template => withName(template, '.audit'), 0],
  ])('%s', async (_trap, fallIn, effect) => {
    const events = [anEvent(), anEvent()];
    expect(await outcomeOf(defaultArchive(), events)).toEqual(allFound(2));
    const { archived, found } = await outcomeOf(fallIn(defaultArchive()), events);
    expect(archived).toBe(2);
    if (effect instanceof RegExp) expect(found).toMatch(effect);
    else expect(found).toBe(effect);
  });
});

/** Firehose begins the name of each object with that of the stream. */
function withName(template: object, name: string): object {
  return altered(template, STREAM, properties => { properties.DeliveryStreamName = name; });
}

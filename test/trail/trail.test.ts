// What a trail of the archive logs, and what it leaves out: its selectors run as CloudTrail documents them.

import * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { ACCESS_LOGS, ARCHIVE, LOG_FILES, logged, QUEUE, RESULTS, STREAM, trailed } from './trail-samples';
import type { TrailDataEventOptions, TrailOptions } from '../../src';
import { postureFindings } from '../posture';
import { aCall, anInsight, onObject, onObjects, onResource, throughEndpoint } from '../simulator/samples/trail-records';
import { SimulatedTemplate } from '../simulator/template/template';
import { synthesize } from '../synthesize';

const STREAMS = 'AWS::KinesisFirehose::DeliveryStream';
const QUEUES = 'AWS::SQS::Queue';
const OBJECTS = 'AWS::S3::Object';
const OTHER_STREAM = 'arn:aws:firehose:us-east-1:123456789012:deliverystream/other';
const OTHER_QUEUE = 'arn:aws:sqs:us-east-1:123456789012:other';
const OTHER_BUCKET = 'arn:aws:s3:::other';

const TAMPERING = ['DeleteObject', 'PutObjectRetention', 'PutObjectLegalHold', 'PutObjectAcl', 'UpdateObjectEncryption'];

const ALL_DATA: TrailDataEventOptions[] = [{ resourceType: OBJECTS }, { resourceType: STREAMS }, { resourceType: QUEUES }];

describe('management events', () => {
  const [decrypt, disable] = [aCall('kms', 'Decrypt', { readOnly: true }), aCall('kms', 'DisableKey')];
  const [query, execute] = [aCall('rdsdata', 'BeginTransaction', { readOnly: true }), aCall('rdsdata', 'ExecuteStatement')];
  const [describe_, run] = [aCall('ec2', 'DescribeInstances', { readOnly: true }), aCall('ec2', 'RunInstances')];
  const all = [decrypt, disable, query, execute, describe_, run];

  test('are logged, reads and writes, of every service', () => {
    expect(logged(trailed().trail, all)).toEqual(['Decrypt', 'DisableKey', 'BeginTransaction', 'ExecuteStatement', 'DescribeInstances', 'RunInstances']);
  });

  test('of KMS that read and of the RDS Data API are left out when they are not wanted; what changes a key never is', () => {
    expect(logged(trailed({ includeKmsReads: false }).trail, all)).toEqual(['DisableKey', 'BeginTransaction', 'ExecuteStatement', 'DescribeInstances', 'RunInstances']);
    expect(logged(trailed({ includeRdsDataApi: false }).trail, all)).toEqual(['Decrypt', 'DisableKey', 'DescribeInstances', 'RunInstances']);
    expect(logged(trailed({ includeKmsReads: false, includeRdsDataApi: false }).trail, all)).toEqual(['DisableKey', 'DescribeInstances', 'RunInstances']);
  });

  test('are what Security Hub and AWS Config ask for, unless some are left out', () => {
    const findings = (trail: TrailOptions) => postureFindings(SimulatedTemplate.parse(synthesize({ trail }).template.toJSON()));
    expect(findings({})).toEqual([]);
    for (const less of [{ includeKmsReads: false }, { includeRdsDataApi: false }]) {
      expect(findings(less)).toEqual([expect.stringMatching(/^AuditTrail\w+: all management events: /)]);
    }
    expect(findings({ isMultiRegion: false })).toEqual([expect.stringMatching(/^AuditTrail\w+: whole trail: /)]);
  });

  test('are logged in all Regions, and of global services, unless they are not wanted', () => {
    const events = [run, aCall('ec2', 'StopInstances', { awsRegion: 'eu-west-1' }), aCall('iam', 'CreateUser')];
    expect(logged(trailed().trail, events)).toEqual(['RunInstances', 'StopInstances', 'CreateUser']);
    expect(logged(trailed({ isMultiRegion: false }).trail, events)).toEqual(['RunInstances', 'CreateUser']);
    expect(logged(trailed({ isMultiRegion: false, includeGlobalServiceEvents: false }).trail, events)).toEqual(['RunInstances']);
  });

  test('of other accounts are not', () => {
    expect(logged(trailed().trail, [aCall('ec2', 'RunInstances', { recipientAccountId: '999999999999' })])).toEqual([]);
  });
});

describe.each([['without data events', {}], ['with all data events', { dataEvents: ALL_DATA }]])('what is done to the archive\'s objects, %s', (_name, options) => {
  const { trail, arn } = trailed(options);

  test.each([
    ['the archive', ARCHIVE, 'events/x'],
    ['the access logs', ACCESS_LOGS, 'archive/x'],
    ['the query results', RESULTS, 'x.csv'],
    ['the trail\'s log files', LOG_FILES, 'AWSLogs/x'],
  ])('is logged where it is tampering: in the bucket of %s', (_bucket, bucket, key) => {
    expect(logged(trail, [...TAMPERING.map(name => onObject(name, arn(bucket), key)), onObjects('DeleteObjects', arn(bucket))])).toEqual([...TAMPERING, 'DeleteObjects']);
    expect(logged(trail, ['GetObject', 'HeadObject', 'PutObjectTagging'].map(name => onObject(name, arn(bucket), key)))).toEqual([]);
  });

  test('is logged when somebody else writes where events are kept', () => {
    const writers = ['PutObject', 'CopyObject', 'CompleteMultipartUpload'];
    const by = (role: string) => ({ userIdentity: { type: 'AssumedRole', arn: `arn:aws:sts::123456789012:assumed-role/${role}/session` } });
    const delivery = arn(/^AuditDeliveryRole[0-9A-F]{8}$/).split('/').pop()!;
    const written = (role: string) => logged(trail, writers.map(name => onObject(name, arn(ARCHIVE), 'events/x', by(role))));
    expect(written('Somebody')).toEqual(writers);
    expect(written(delivery)).toEqual([]);
    expect(written(`${delivery}-2`)).toEqual(writers);
  });

  test('is not logged where AWS delivers', () => {
    const deliveries = [onObject('PutObject', arn(ACCESS_LOGS), 'archive/x'), onObject('PutObject', arn(RESULTS), 'x.csv'), onObject('PutObject', arn(LOG_FILES), 'AWSLogs/x')];
    expect(logged(trail, deliveries)).toEqual([]);
  });
});

describe('data events', () => {
  test('are not logged unless asked for', () => {
    const others = [...TAMPERING, 'GetObject', 'PutObject'].map(name => onObject(name, OTHER_BUCKET, 'x'));
    expect(logged(trailed().trail, [...others, onObjects('DeleteObjects', OTHER_BUCKET), onResource(QUEUES, OTHER_QUEUE, 'SendMessage')])).toEqual([]);
  });

  test('of others are logged, and the archive\'s own deliveries are not', () => {
    const { trail, arn } = trailed({ dataEvents: ALL_DATA });
    expect(logged(trail, [
      ...['PutRecord', 'PutRecordBatch'].map(name => onResource(STREAMS, OTHER_STREAM, name)),
      onResource(QUEUES, OTHER_QUEUE, 'SendMessage'),
      onObject('GetObject', OTHER_BUCKET, 'x'),
      // Begins alike.
      onObject('HeadObject', `${arn(ARCHIVE)}-2`, 'events/x'),
    ])).toEqual(['PutRecord', 'PutRecordBatch', 'SendMessage', 'GetObject', 'HeadObject']);
    expect(logged(trail, [
      ...['PutRecord', 'PutRecordBatch'].map(name => onResource(STREAMS, arn(STREAM), name)),
      ...['SendMessage', 'SendMessageBatch'].map(name => onResource(QUEUES, arn(QUEUE), name)),
    ])).toEqual([]);
  });

  test('tell who takes messages out of the archive\'s queues, as soon as queues are logged', () => {
    const take = ({ arn, trail }: ReturnType<typeof trailed>) => logged(trail, ['ReceiveMessage', 'DeleteMessage'].map(name => onResource(QUEUES, arn(QUEUE), name)));
    expect(take(trailed({ dataEvents: [{ resourceType: QUEUES, resourceArns: [OTHER_QUEUE] }] }))).toEqual(['ReceiveMessage', 'DeleteMessage']);
    expect(take(trailed({ dataEvents: [{ resourceType: STREAMS }] }))).toEqual([]);
  });

  test('leave out streams and queues that the archive gets later, and a queue that it was given', () => {
    const { trail, arn } = trailed({ dataEvents: ALL_DATA }, stack => ({ delivery: { deadLetterQueue: new sqs.Queue(stack, 'Mine') } }), {
      extend: (archive, stack) => {
        new sqs.Queue(archive, 'Later');
        new sqs.Queue(stack, 'Other');
      },
    });
    const sent = (queue: RegExp) => logged(trail, [onResource(QUEUES, arn(queue), 'SendMessage')]);
    expect([sent(/^Mine[0-9A-F]{8}$/), sent(/^AuditLater/), sent(/^Other/)]).toEqual([[], [], ['SendMessage']]);
  });

  test('in a given bucket leave out what lies below the prefix; deletions are logged in the whole bucket', () => {
    const { trail, arn, template } = trailed({ dataEvents: ALL_DATA }, stack => ({
      storage: { bucket: new s3.Bucket(stack, 'Records'), prefix: 'audit', accessLogsBucket: new s3.Bucket(stack, 'Logs') },
    }));
    const [records, logs] = [arn(/^Records[0-9A-F]{8}$/), arn(/^Logs[0-9A-F]{8}$/)];
    const reads = (bucket: string, ...keys: string[]) => keys.map(key => trail.logs(onObject('GetObject', bucket, key)));
    expect(reads(records, 'audit/events/x', 'orders/x', 'audit-2/x')).toEqual([false, true, true]);
    const { LogFilePrefix: folder } = template.ofType('AWS::S3::Bucket').find(({ logicalId }) => LOG_FILES.test(logicalId))!.properties.LoggingConfiguration as { LogFilePrefix: string };
    expect(reads(logs, `${folder}x`, `other/${folder}x`, 'x')).toEqual([false, true, true]);
    const ofLogs = trailed({}, stack => ({ storage: { accessLogsBucket: new s3.Bucket(stack, 'Logs') } }));
    expect(logged(ofLogs.trail, [onObject('DeleteObject', ofLogs.arn(/^Logs[0-9A-F]{8}$/), 'x')])).toEqual(['DeleteObject']);
    const only = trailed({}, stack => ({ storage: { bucket: new s3.Bucket(stack, 'Records'), prefix: 'audit' } }));
    const bucket = only.arn(/^Records[0-9A-F]{8}$/);
    expect(logged(only.trail, [onObject('DeleteObject', bucket, 'audit/events/x'), onObjects('DeleteObjects', bucket), onObject('PutObject', bucket, 'orders/x')]))
      .toEqual(['DeleteObject', 'DeleteObjects']);
  });

  test('in a bucket that is adopted as a whole leave out all that is delivered there, and no deletion', () => {
    const { trail } = trailed({ dataEvents: ALL_DATA }, stack => ({ storage: { bucket: s3.Bucket.fromBucketName(stack, 'Left', 'left'), prefix: '' } }));
    const calls = (bucket: string) => [onObject('GetObject', bucket, 'events/x'), onObject('DeleteObject', bucket, 'events/x'), onObjects('DeleteObjects', bucket)];
    expect(logged(trail, calls('arn:aws:s3:::left'))).toEqual(['DeleteObject', 'DeleteObjects']);
    expect(logged(trail, calls('arn:aws:s3:::left2'))).toEqual(['GetObject', 'DeleteObject', 'DeleteObjects']);
  });

  test.each<[string, Partial<TrailDataEventOptions>, string[]]>([
    ['all', {}, ['GetItem a', 'PutItem a', 'GetItem ab', 'PutItem ab', 'GetItem c', 'PutItem c']],
    ['those that read', { readWriteType: cloudtrail.ReadWriteType.READ_ONLY }, ['GetItem a', 'GetItem ab', 'GetItem c']],
    ['those that write', { readWriteType: cloudtrail.ReadWriteType.WRITE_ONLY }, ['PutItem a', 'PutItem ab', 'PutItem c']],
    ['by resource', { resourceArns: ['arn:aws:dynamodb:us-east-1:123456789012:table/a'] }, ['GetItem a', 'PutItem a']],
    ['by what it begins with', { resourceArnPrefixes: ['arn:aws:dynamodb:us-east-1:123456789012:table/a'] }, ['GetItem a', 'PutItem a', 'GetItem ab', 'PutItem ab']],
    ['by either', {
      resourceArns: ['arn:aws:dynamodb:us-east-1:123456789012:table/a'], resourceArnPrefixes: ['arn:aws:dynamodb:us-east-1:123456789012:table/c'],
    }, ['GetItem a', 'PutItem a', 'GetItem c', 'PutItem c']],
    ['without some resources', { excludeResourceArnPrefixes: ['arn:aws:dynamodb:us-east-1:123456789012:table/a'] }, ['GetItem c', 'PutItem c']],
    ['by name', { eventNames: ['PutItem'] }, ['PutItem a', 'PutItem ab', 'PutItem c']],
    ['without some names', { excludeEventNames: ['PutItem'] }, ['GetItem a', 'GetItem ab', 'GetItem c']],
  ])('are narrowed: %s', (_name, narrowed, expected) => {
    const { trail } = trailed({ dataEvents: [{ resourceType: 'AWS::DynamoDB::Table', ...narrowed }] });
    const calls = ['a', 'ab', 'c'].flatMap(table => ['GetItem', 'PutItem'].map(name => ({ name, table })));
    const found = calls.filter(({ name, table }) =>
      trail.logs(onResource('AWS::DynamoDB::Table', `arn:aws:dynamodb:us-east-1:123456789012:table/${table}`, name, { readOnly: name === 'GetItem' })));
    expect(found.map(({ name, table }) => `${name} ${table}`)).toEqual(expected);
  });
});

test('network activity is logged of the services that are asked for, all or what was denied', () => {
  const records = ['kms', 's3', 'ec2'].flatMap(service => [throughEndpoint(service, `${service} done`), throughEndpoint(service, `${service} denied`, { errorCode: 'VpceAccessDenied' })]);
  const eventSources = ['kms.amazonaws.com', 's3.amazonaws.com'];
  expect(logged(trailed().trail, records)).toEqual([]);
  expect(logged(trailed({ networkActivity: { eventSources } }).trail, records)).toEqual(['kms done', 'kms denied', 's3 done', 's3 denied']);
  expect(logged(trailed({ networkActivity: { eventSources, onlyDenied: true } }).trail, records)).toEqual(['kms denied', 's3 denied']);
});

test('insights are logged of the kinds that are asked for', () => {
  const found = (insights?: cloudtrail.InsightType[]) => ['ApiCallRateInsight', 'ApiErrorRateInsight'].filter(type => trailed({ insights }).trail.logs(anInsight(type)));
  expect(found()).toEqual([]);
  expect(found([cloudtrail.InsightType.API_ERROR_RATE])).toEqual(['ApiErrorRateInsight']);
  expect(found([cloudtrail.InsightType.API_CALL_RATE, cloudtrail.InsightType.API_ERROR_RATE])).toHaveLength(2);
});

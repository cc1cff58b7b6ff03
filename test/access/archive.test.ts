// Access and links of an archive as its users get it.

import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Judge } from './sample-archive';
import { EventAuditArchive, IEventAuditArchive } from '../../src';
import { SimulatedTemplate } from '../simulator/template/template';
import { synthesize } from '../synthesize';

const ANALYST = /^Analyst[0-9A-F]{8}$/;
const VIA_S3 = { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' };

/** An encrypted archive, and a role that was granted to query it. */
function granted(): { stack: Stack; archive: EventAuditArchive } {
  const stack = new Stack(new App(), 'Test');
  const archive = new EventAuditArchive(stack, 'Audit', { encryptionKey: new kms.Key(stack, 'Key') });
  archive.grantQuery(new iam.Role(stack, 'Analyst', { assumedBy: new iam.AccountRootPrincipal() }));
  return { stack, archive };
}

test('an analyst may query the archive, with its key, and may not change it', () => {
  const { stack, archive } = granted();
  const judge = new Judge(stack);
  const may = (action: string, resource: string, context?: { [key: string]: string }) => judge.may(ANALYST, { action, resource, context });
  const object = '{AuditStorageArchive}/events/json__event_type__receipt_date/event_type=other/receipt_date=2026-11-20/object.gz';
  expect(may('s3:GetObject', object)).toBe(true);
  expect(may('kms:Decrypt', '{Key}', { ...VIA_S3, 'kms:EncryptionContext:aws:s3:arn': '{AuditStorageArchive}' })).toBe(true);
  expect(may('kms:GenerateDataKey', '{Key}', { ...VIA_S3, 'kms:EncryptionContext:aws:s3:arn': '{AuditQueryResultsBucket}/result.csv' })).toBe(true);
  expect(may('s3:PutObject', '{AuditQueryResultsBucket}/result.csv')).toBe(true);
  expect(may('athena:StartQueryExecution', `arn:aws:athena:eu-west-1:111111111111:workgroup/${archive.databaseName}`)).toBe(true);
  expect(may('glue:GetTable', `arn:aws:glue:eu-west-1:111111111111:table/${archive.databaseName}/events`)).toBe(true);
  for (const action of ['s3:PutObject', 's3:DeleteObject', 's3:PutObjectRetention']) expect(may(action, object)).toBe(false);
  expect(may('s3:GetObject', '{AuditStorageAccessLogsBucket}/archive/log')).toBe(false);
  expect(may('kms:GenerateDataKey', '{Key}', { ...VIA_S3, 'kms:EncryptionContext:aws:s3:arn': object })).toBe(false);
});

test('an archive can be imported by what the other stack knows of it', () => {
  const { stack, archive } = granted();
  const { bucket, databaseName, workGroupName, deliveryStreamName, resultsBucket, deadLetterQueue } = archive;
  const other = new Stack(stack.node.root as App, 'Other');
  const imported: IEventAuditArchive = EventAuditArchive.fromEventAuditArchiveAttributes(other, 'Audit', {
    bucket, databaseName, workGroupName, deliveryStreamName, resultsBucket, deadLetterQueue,
  });
  imported.grantRead(new iam.Role(other, 'Reader', { assumedBy: new iam.AccountRootPrincipal() }));
  imported.metricDeadLetters().createAlarm(other, 'Alarm', { threshold: 1, evaluationPeriods: 1 });
  Template.fromStack(other).hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: 's3:GetBucketLocation', Resource: { 'Fn::ImportValue': Match.anyValue() } })]) },
  });
});

test('failed invocations are those of all rules that capture', () => {
  const stack = new Stack(new App(), 'Test');
  const archive = new EventAuditArchive(stack, 'Audit', { eventPatterns: [{ source: ['a'] }, { source: ['b'] }] });
  archive.addCapture('Orders', { eventBus: new events.EventBus(stack, 'Orders') });
  archive.onEvent('Told', { eventPattern: { source: ['c'] }, target: new targets.SqsQueue(new sqs.Queue(stack, 'Queue')) });
  expect(Object.keys(archive.metricFailedInvocations().usingMetrics)).toHaveLength(3);
});

test('the dead letters of fan-outs have a metric as soon as there is a queue for them', () => {
  const stack = new Stack(new App(), 'Test');
  const archive = new EventAuditArchive(stack, 'Audit');
  expect(() => archive.metricFanOutDeadLetters()).toThrow(/^metricFanOutDeadLetters: got an archive without a queue for fan-outs; /);
  archive.onEvent('Told', { eventPattern: { source: ['c'] }, target: new targets.SqsQueue(new sqs.Queue(stack, 'Queue')) });
  expect(archive.metricFanOutDeadLetters().dimensions).toEqual({ QueueName: archive.fanOutDeadLetterQueue!.queueName });
  expect(archive.metricDeadLetters().dimensions).toEqual({ QueueName: archive.deadLetterQueue.queueName });
});

test('the freshness is that of the archive\'s own stream', () => {
  const { archive, stack } = synthesize();
  expect(stack.resolve(archive.metricDataFreshness().dimensions)).toEqual({ DeliveryStreamName: { Ref: expect.stringMatching(/^AuditDeliveryStream/) } });
});

describe('console links', () => {
  test('are put out where they are asked for', () => {
    expect(synthesize().template.toJSON().Outputs).toBeUndefined();
    expect(synthesize({ consoleLinks: false }).template.toJSON().Outputs).toBeUndefined();
    const { outputs } = SimulatedTemplate.parse(synthesize({ consoleLinks: true }).template.toJSON());
    expect(Object.keys(outputs).map(name => name.replace(/^AuditConsoleLinks(.*)[0-9A-F]{8}$/, '$1'))).toEqual(['SendTestEvent', 'Bucket', 'SavedQueries', 'WorkGroup']);
  });

  test('lead to the prefix in a given bucket, and to no test event on another bus', () => {
    const { template } = synthesize(scope => ({
      consoleLinks: true,
      eventBus: new events.EventBus(scope, 'Bus'),
      storage: { bucket: s3.Bucket.fromBucketName(scope, 'Given', 'given'), prefix: 'audit/' },
    }));
    const links = Object.values(SimulatedTemplate.parse(template.toJSON()).outputs);
    expect(links).toHaveLength(3);
    expect(links[0]).toBe('https://console.aws.amazon.com/s3/buckets/given?region=us-east-1&prefix=audit/events/');
  });
});

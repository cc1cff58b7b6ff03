import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { sample } from './sample-archive';
import { EventAuditArchiveAttributes, ImportedEventAuditArchive } from '../../src/imported-event-audit-archive';

test('an imported archive has what its attributes say', () => {
  const { archive, stack, attributes } = sample();
  expect(archive.bucket).toBe(attributes.bucket);
  expect(archive.resultsBucket).toBe(attributes.resultsBucket);
  const { deliveryStreamName, deliveryStreamArn, databaseName, workGroupName, tableName } = archive;
  expect(stack.resolve([deliveryStreamName, deliveryStreamArn, databaseName, workGroupName, tableName])).toEqual([
    'audit-stream',
    { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':firehose:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':deliverystream/audit-stream']] },
    'audit_db', 'audit_group', 'events',
  ]);
});

test('it creates nothing', () => {
  const { archive } = sample();
  expect(archive.node.findAll()).toEqual([archive]);
});

test('it has the queues that it was given', () => {
  const { stack, attributes } = sample();
  const deadLetterQueue = new sqs.Queue(stack, 'DeadLetters');
  const fanOutDeadLetterQueue = new sqs.Queue(stack, 'FanOutDeadLetters');
  const archive = new ImportedEventAuditArchive(stack, 'WithQueues', { ...attributes, deadLetterQueue, fanOutDeadLetterQueue });
  expect(archive.deadLetterQueue).toBe(deadLetterQueue);
  expect(archive.fanOutDeadLetterQueue).toBe(fanOutDeadLetterQueue);
  expect(archive.metricDeadLetters().dimensions).toEqual({ QueueName: deadLetterQueue.queueName });
  expect(archive.metricFanOutDeadLetters().dimensions).toEqual({ QueueName: fanOutDeadLetterQueue.queueName });
});

test.each<[string, (archive: ImportedEventAuditArchive) => unknown]>([
  ['it is asked for', archive => archive.deadLetterQueue],
  ['its metric is', archive => archive.metricDeadLetters()],
])('a dead-letter queue that is not known is an error where %s', (_name, ask) => {
  expect(() => ask(sample().archive)).toThrow(
    'fromEventAuditArchiveAttributes("Archive").deadLetterQueue: got nothing; give the archive\'s queue, by sqs.Queue.fromQueueArn for example');
});

test('a stream that is not known is an error when something needs it, and not before', () => {
  const { archive, role } = sample({ attributes: { deliveryStreamName: undefined } });
  expect(() => archive.grantQuery(role)).not.toThrow();
  const message = 'fromEventAuditArchiveAttributes("Archive").deliveryStreamName: got nothing; give the name of the archive\'s stream';
  expect(() => archive.metricDataFreshness()).toThrow(message);
  expect(() => archive.deliveryStreamArn).toThrow(message);
});

test('a fan-out queue that is not known is undefined, and its metric an error', () => {
  const { archive } = sample();
  expect(archive.fanOutDeadLetterQueue).toBeUndefined();
  expect(() => archive.metricFanOutDeadLetters()).toThrow('metricFanOutDeadLetters: got an archive without a queue for fan-outs; '
    + 'add a fan-out, or a target by onEvent, before; an imported archive needs the attribute fanOutDeadLetterQueue');
});

describe('what cannot be an archive', () => {
  const error = (change: (attributes: EventAuditArchiveAttributes) => Partial<EventAuditArchiveAttributes>): string => {
    const { stack, attributes } = sample();
    try {
      new ImportedEventAuditArchive(stack, 'Other', { ...attributes, ...change(attributes) });
    } catch (thrown) {
      return (thrown as Error).message;
    }
    return 'none';
  };

  test.each(['*', 'audit/*', '/', '/audit', 'audit//', 'au?it', 'audit/${aws:username}', '_audit', 'audit/.hidden'])('is below the prefix %p', prefix => {
    expect(error(() => ({ prefix }))).toBe(
      `fromEventAuditArchiveAttributes("Other").prefix: got ${JSON.stringify(prefix)}; give the archive's storage.prefix, for example audit/`);
  });

  test.each(['', 'audit', 'audit/', 'teams/a-1/audit.log_x/'])('is not below the prefix %p', prefix => {
    expect(error(() => ({ prefix }))).toBe('none');
  });

  test.each([['databaseName', 'Athena takes 1 to 255 lower-case letters, digits and underscores'],
    ['workGroupName', 'Athena takes 1 to 128 letters, digits, dots, hyphens and underscores']])('has a wildcard or nothing as its %s', (attribute, right) => {
    for (const name of ['*', '', 'a*', 'a/b']) {
      expect(error(() => ({ [attribute]: name }))).toBe(`fromEventAuditArchiveAttributes("Other").${attribute}: got ${JSON.stringify(name)}; ${right}`);
    }
  });

  test('has its query results in its own bucket', () => {
    const message = 'fromEventAuditArchiveAttributes("Other").resultsBucket: got the archive\'s own bucket; '
      + 'who may query writes results, and must not write there: give the archive\'s resultsBucket';
    expect(error(({ bucket }) => ({ resultsBucket: bucket }))).toBe(message);
    expect(error(({ bucket }) => ({
      bucket: s3.Bucket.fromBucketName(bucket.stack, 'A', 'one'), resultsBucket: s3.Bucket.fromBucketName(bucket.stack, 'B', 'one'),
    }))).toBe(message);
  });
});

// The user's key, through every resource that takes one.

import { App, Aws, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { EventAuditArchive, EventAuditArchiveProps } from '../src';
import { altered, anEvent, cleanUp, run } from './end-to-end/archive-run';
import { wrongIn } from './end-to-end/found';
import { synthesisError, synthesize, warnings } from './synthesize';

afterAll(cleanUp);

/** An archive with a key of the same stack, and both queues. */
function encrypted(props: EventAuditArchiveProps = {}): Template {
  return synthesize(stack => ({ encryptionKey: new kms.Key(stack, 'Key'), ...props }), {
    extend: (archive, stack) => {
      archive.onEvent('Told', { eventPattern: { source: ['none'] }, target: new targets.SnsTopic(new sns.Topic(stack, 'Topic')) });
    },
  }).template;
}

const KEY_ARN = { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] };

describe('the key encrypts', () => {
  const byKey = [Match.objectLike({ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY_ARN }, BucketKeyEnabled: true })];

  test('the archive and the query results, but not the access logs, which S3 writes with its own key only', () => {
    const template = encrypted();
    const encryption = (id: RegExp) => Object.entries<any>(template.findResources('AWS::S3::Bucket')).find(([name]) => id.test(name))![1].Properties.BucketEncryption;
    template.resourcePropertiesCountIs('AWS::S3::Bucket', { BucketEncryption: { ServerSideEncryptionConfiguration: byKey } }, 2);
    expect(encryption(/AccessLogs/)).toEqual({ ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] });
  });

  test('the stream\'s buffer and its objects', () => {
    encrypted().hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
      DeliveryStreamEncryptionConfigurationInput: { KeyType: 'CUSTOMER_MANAGED_CMK', KeyARN: KEY_ARN },
      ExtendedS3DestinationConfiguration: Match.objectLike({ EncryptionConfiguration: { KMSEncryptionConfig: { AWSKMSKeyARN: KEY_ARN } } }),
    });
  });

  test('both queues', () => {
    encrypted().resourcePropertiesCountIs('AWS::SQS::Queue', { KmsMasterKeyId: KEY_ARN, SqsManagedSseEnabled: Match.absent() }, 2);
  });

  test('no objects any more where it is taken away: that is said, because Firehose keeps what an update does not say', () => {
    synthesize().template.hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
      DeliveryStreamEncryptionConfigurationInput: { KeyType: 'AWS_OWNED_CMK' },
      ExtendedS3DestinationConfiguration: Match.objectLike({ EncryptionConfiguration: { NoEncryptionConfig: 'NoEncryption' } }),
    });
  });

  test('the error log', () => {
    encrypted().hasResourceProperties('AWS::Logs::LogGroup', { KmsKeyId: KEY_ARN });
  });

  test('what Athena writes', () => {
    encrypted().hasResourceProperties('AWS::Athena::WorkGroup', {
      WorkGroupConfiguration: Match.objectLike({
        ResultConfiguration: Match.objectLike({ EncryptionConfiguration: { EncryptionOption: 'SSE_KMS', KmsKey: KEY_ARN } }),
      }),
    });
  });
});

describe('the key\'s policy', () => {
  test('lets in EventBridge, once for both queues, and CloudWatch Logs, by patterns that name no resource', () => {
    const [key] = Object.values<any>(encrypted().findResources('AWS::KMS::Key'));
    const [, ...added] = key.Properties.KeyPolicy.Statement;
    expect(added).toEqual([
      {
        Action: ['kms:Decrypt', 'kms:Describe*', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
        Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': arn('logs', ':log-group:*') } },
        Effect: 'Allow',
        Principal: { Service: { 'Fn::Join': ['', ['logs.', { Ref: 'AWS::Region' }, '.amazonaws.com']] } },
        Resource: '*',
      },
      {
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Condition: { ArnLike: { 'aws:SourceArn': arn('events', ':rule/*') }, StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Resource: '*',
      },
    ]);
  });

  test('says no more for several archives than for one', () => {
    const app = new App();
    const stack = new Stack(app, 'Test');
    const encryptionKey = new kms.Key(stack, 'Key');
    for (const id of ['One', 'Two']) new EventAuditArchive(stack, id, { encryptionKey });
    expect(Object.values<any>(Template.fromStack(stack).findResources('AWS::KMS::Key'))[0].Properties.KeyPolicy.Statement).toHaveLength(3);
  });

  test('of a key in another stack makes no cycle of stacks', () => {
    const app = new App();
    const keys = new Stack(app, 'Keys');
    const encryptionKey = new kms.Key(keys, 'Key');
    const stack = new Stack(app, 'Test');
    new EventAuditArchive(stack, 'Audit', { encryptionKey });
    expect(Object.values<any>(Template.fromStack(keys).findResources('AWS::KMS::Key'))[0].Properties.KeyPolicy.Statement).toHaveLength(3);
    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  test('of an imported key cannot be changed: warnings have the statements', () => {
    const env = { account: '123456789012', region: 'eu-west-1' };
    const found = warnings(stack => ({ encryptionKey: kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:123456789012:key/1') }), { stack: { env } });
    const start = 'encryptionKey: the policy of an imported key cannot be changed from here; it needs this statement, and must leave the rest to IAM, as it does by default: ';
    const end = ' [ack: cdk-event-audit-archive:encryptionKeyPolicy]';
    expect(found).toEqual([
      `${start}{"Action":["kms:Decrypt","kms:Describe*","kms:Encrypt","kms:GenerateDataKey*","kms:ReEncrypt*"],`
      + '"Condition":{"ArnLike":{"kms:EncryptionContext:aws:logs:arn":"arn:aws:logs:eu-west-1:123456789012:log-group:*"}},'
      + `"Effect":"Allow","Principal":{"Service":"logs.eu-west-1.amazonaws.com"},"Resource":"*"}${end}`,
      `${start}{"Action":["kms:Decrypt","kms:GenerateDataKey"],`
      + '"Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:events:eu-west-1:123456789012:rule/*"},"StringEquals":{"aws:SourceAccount":"123456789012"}},'
      + `"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Resource":"*"}${end}`,
    ]);
  });
});

test('the delivery role may use the key for the objects of its bucket alone, by S3 alone', () => {
  encrypted().hasResourceProperties('AWS::IAM::ManagedPolicy', {
    PolicyDocument: Match.objectLike({
      Statement: Match.arrayWith([{
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Condition: {
          StringLike: {
            'kms:EncryptionContext:aws:s3:arn': [
              { 'Fn::GetAtt': [Match.stringLikeRegexp('^AuditStorageArchive'), 'Arn'] },
              { 'Fn::Join': ['', [{ 'Fn::GetAtt': [Match.stringLikeRegexp('^AuditStorageArchive'), 'Arn'] }, '/*']] },
            ],
            'kms:ViaService': { 'Fn::Join': ['', ['s3.', { Ref: 'AWS::Region' }, '.amazonaws.com*']] },
          },
        },
        Effect: 'Allow',
        Resource: KEY_ARN,
      }]),
    }),
  });
});

test('a given queue keeps its own key', () => {
  const { template } = synthesize(stack => ({
    encryptionKey: new kms.Key(stack, 'Key'),
    delivery: { deadLetterQueue: new sqs.Queue(stack, 'Mine', { encryptionMasterKey: new kms.Key(stack, 'Other') }) },
  }));
  template.hasResourceProperties('AWS::SQS::Queue', { KmsMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Other'), 'Arn'] } });
  const statements = (id: RegExp) => Object.entries<any>(template.findResources('AWS::KMS::Key')).find(([name]) => id.test(name))![1].Properties.KeyPolicy.Statement;
  expect(statements(/^Other/)).toHaveLength(2);
  expect(statements(/^Key/)).toHaveLength(2);
});

describe('events', () => {
  test('are archived and found under the key', async () => {
    const events = [anEvent(), anEvent({ source: 'aws.s3' })];
    expect(await wrongIn(await run(encrypted().toJSON(), events), events)).toEqual([]);
  });

  test('that cannot be delivered reach the queue under the key', async () => {
    const { simulation } = await run(encrypted().toJSON(), [anEvent()], { faults: () => 'error' });
    expect(simulation.ledger.deadLettered).toBe(1);
  });

  test('are not written where the role has no right to the key', async () => {
    const withoutKey = altered(encrypted().toJSON(), 'AWS::IAM::ManagedPolicy', ({ PolicyDocument }, logicalId) => {
      if (logicalId.includes('WritePolicy')) PolicyDocument.Statement = PolicyDocument.Statement.filter((statement: any) => !JSON.stringify(statement.Action).includes('kms:'));
    });
    await expect(run(withoutKey, [anEvent()])).rejects.toThrow('kms:');
  });

  test('are not archived where the role of the rules has no right to the key of the stream', async () => {
    const withoutKey = altered(encrypted().toJSON(), 'AWS::IAM::ManagedPolicy', ({ PolicyDocument }, logicalId) => {
      if (logicalId.includes('KeyPolicy')) PolicyDocument.Statement[0].Action = 'none:Such';
    });
    const { simulation } = await run(withoutKey, [anEvent()]);
    expect(simulation.ledger).toMatchObject({ archived: 0, deadLettered: 1 });
    expect(simulation.deadLetters[0].attributes.ERROR_MESSAGE).toContain('may not kms:Decrypt on arn:aws:kms:');
  });

  test('are lost where EventBridge has no right to the key of the queue', async () => {
    const withoutEventBridge = altered(encrypted().toJSON(), 'AWS::KMS::Key', ({ KeyPolicy }) => {
      KeyPolicy.Statement = KeyPolicy.Statement.filter((statement: any) => statement.Principal.Service !== 'events.amazonaws.com');
    });
    const { simulation } = await run(withoutEventBridge, [anEvent()], { faults: () => 'error', mayLose: true });
    expect(simulation.ledger.lost).toBe(1);
  });

  test('have no archive at all where CloudWatch Logs has no right to the key', async () => {
    const withoutLogs = altered(encrypted().toJSON(), 'AWS::KMS::Key', ({ KeyPolicy }) => {
      KeyPolicy.Statement = KeyPolicy.Statement.filter((statement: any) => !JSON.stringify(statement.Principal).includes('logs.'));
    });
    await expect(run(withoutLogs, [anEvent()])).rejects.toThrow('kms:');
  });
});

describe('bad input', () => {
  const env = { account: '123456789012', region: 'eu-west-1' };
  const ALIAS_BY_NAME = 'encryptionKey: got an alias that is known by its name; the services take the key itself: '
    + 'give that, or the alias by kms.Alias.fromAliasAttributes, which names its key';

  test.each<[string, (stack: Stack) => EventAuditArchiveProps, string]>([
    ['an alias by its name', stack => ({ encryptionKey: kms.Alias.fromAliasName(stack, 'Alias', 'alias/audit') }), ALIAS_BY_NAME],
    ['the ARN of an alias', stack => ({ encryptionKey: kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:123456789012:alias/audit') }), ALIAS_BY_NAME],
    ['an ARN with tokens of an alias', stack => ({ encryptionKey: kms.Key.fromKeyArn(stack, 'Key', `arn:aws:kms:eu-west-1:${Aws.ACCOUNT_ID}:alias/audit`) }), ALIAS_BY_NAME],
    ['an alias of AWS', stack => ({ delivery: { deadLetterQueue: new sqs.Queue(stack, 'Queue', { encryptionMasterKey: kms.Alias.fromAliasName(stack, 'Alias', 'alias/aws/sqs') }) } }),
      'delivery.deadLetterQueue: got a queue encrypted with alias/aws/sqs; EventBridge cannot use that key: give a queue encrypted by SQS or with a key of your own'],
    ['another account', stack => ({ encryptionKey: kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:999999999999:key/1') }),
      'encryptionKey: got a key of account 999999999999; the archive\'s services use keys of their own account, 123456789012'],
    ['another Region', stack => ({ encryptionKey: kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:us-east-1:123456789012:key/1') }),
      'encryptionKey: got a key in Region us-east-1; the archive\'s services use keys of their own Region, eu-west-1'],
    ['an asymmetric key', stack => ({ encryptionKey: new kms.Key(stack, 'Key', { keySpec: kms.KeySpec.RSA_2048 }) }),
      'encryptionKey: got a key of the spec RSA_2048; the archive\'s services encrypt with symmetric keys (SYMMETRIC_DEFAULT) only'],
  ])('%s', (_name, props, message) => {
    expect(synthesisError(props, { stack: { env } })).toBe(message);
  });
});

function arn(service: string, rest: string): object {
  return { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:${service}:`, { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, rest]] };
}

test('a bucket of the user\'s with a key of its own is read and written with that', () => {
  const { template } = synthesize(stack => ({
    storage: { bucket: new s3.Bucket(stack, 'Mine', { encryptionKey: new kms.Key(stack, 'BucketKey') }), prefix: 'audit' },
  }));
  template.hasResourceProperties('AWS::IAM::ManagedPolicy', {
    PolicyDocument: Match.objectLike({ Statement: Match.arrayWith([Match.objectLike({ Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^BucketKey'), 'Arn'] } })]) }),
  });
});

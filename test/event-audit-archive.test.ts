import { App, Duration, FeatureFlags, Stack, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as cxapi from 'aws-cdk-lib/cx-api';
import { AwsSolutionsChecks } from 'cdk-nag';
import { EventAuditArchive, FanOut, FanOutAuthorization, FanOutPayload, PartitionKey } from '../src';
import { PropsOrFactory, synthesize } from './synthesize';

test('without props the stack has at most 22 resources apart from views and saved queries', () => {
  const { template } = synthesize();
  const views = Object.values(template.findResources('AWS::Glue::Table')).filter(table => table.Properties.TableInput.TableType === 'VIRTUAL_VIEW');
  const savedQueries = Object.keys(template.findResources('AWS::Athena::NamedQuery'));
  expect(Object.keys(template.toJSON().Resources).length - views.length - savedQueries.length).toBe(20);
});

test('the order of what is given by name changes nothing: not every language keeps it', () => {
  const inOrder = <T>(map: { [name: string]: T }, reverse: boolean): { [name: string]: T } => {
    const entries = Object.entries(map);
    return Object.fromEntries(reverse ? entries.reverse() : entries);
  };
  const templateOf = (reverse: boolean) => synthesize(stack => {
    const authorization = FanOutAuthorization.basic({ secret: secretsmanager.Secret.fromSecretNameV2(stack, 'Secret', 'partner') });
    const url = 'https://api.example.com/events';
    return {
      eventPatterns: [{ source: ['shop'], detail: inOrder<unknown>({ state: ['placed'], amount: events.Match.greaterThan(10) }, reverse) }],
      encryptionKey: new kms.Key(stack, 'Key'),
      storage: { retentionByEventType: inOrder({ 'AWS API Call via CloudTrail': Duration.days(400), 'AWS Insight via CloudTrail': Duration.days(90) }, reverse) },
      fanOut: inOrder({
        First: FanOut.http({ url, authorization, headers: inOrder({ 'X-B': 'b', 'X-A': 'a' }, reverse) }),
        Second: FanOut.http({ url, authorization, payload: FanOutPayload.fields(inOrder({ when: '$.time', what: '$.source' }, reverse)) }),
      }, reverse),
    };
  }).template.toJSON();
  expect(templateOf(true)).toEqual(templateOf(false));
});

test('what it is made of can be had from it', () => {
  const { stack, archive } = synthesize();
  expect(stack.resolve({
    bucket: archive.bucket.bucketName,
    deliveryStreamName: archive.deliveryStreamName,
    deliveryStreamArn: archive.deliveryStreamArn,
    workGroupName: archive.workGroupName,
    deadLetterQueue: archive.deadLetterQueue.queueArn,
    rules: archive.rules.map(rule => rule.ruleArn),
    tableName: archive.tableName,
  })).toEqual({
    bucket: { Ref: expect.stringMatching(/^AuditStorageArchive/) },
    deliveryStreamName: { Ref: expect.stringMatching(/^AuditDeliveryStream/) },
    deliveryStreamArn: { 'Fn::GetAtt': [expect.stringMatching(/^AuditDeliveryStream/), 'Arn'] },
    workGroupName: { Ref: expect.stringMatching(/^AuditQueryWorkGroup/) },
    deadLetterQueue: { 'Fn::GetAtt': [expect.stringMatching(/^AuditDeadLetters/), 'Arn'] },
    rules: [{ 'Fn::GetAtt': [expect.stringMatching(/^AuditCaptureRule/), 'Arn'] }],
    tableName: 'events',
  });
});

test('the logical ids of what is kept are a promise: another id would replace a user\'s data', () => {
  const kept = Object.entries(synthesize().template.toJSON().Resources as { [id: string]: { Type: string; DeletionPolicy?: string } })
    .filter(([, { DeletionPolicy }]) => DeletionPolicy?.startsWith('Retain'))
    .map(([id, resource]) => `${resource.Type} ${id}`);
  expect(kept.sort()).toEqual([
    'AWS::IAM::ManagedPolicy AuditDeliveryWritePolicy3C05AD1F',
    'AWS::IAM::Role AuditDeliveryRole30F0C369',
    'AWS::KinesisFirehose::DeliveryStream AuditDeliveryStreamjsoneventtypereceiptdatedynamicFD41B9AA',
    'AWS::Logs::LogGroup AuditDeliveryErrorLog99FAB32E',
    'AWS::Logs::LogStream AuditDeliveryErrorLogStreamAA78C6F7',
    'AWS::S3::Bucket AuditQueryResultsBucketB6AC34F3',
    'AWS::S3::Bucket AuditStorageAccessLogsBucket70DF39D2',
    'AWS::S3::Bucket AuditStorageArchiveEB2A90D2',
    'AWS::S3::BucketPolicy AuditQueryResultsBucketPolicyF8B4ED03',
    'AWS::S3::BucketPolicy AuditStorageAccessLogsBucketPolicy7AA3CB6A',
    'AWS::S3::BucketPolicy AuditStorageArchivePolicy924275F6',
    'AWS::SQS::Queue AuditDeadLettersQueueA647BD88',
    'AWS::SQS::QueuePolicy AuditDeadLettersQueuePolicyE3FAD0C2',
  ]);
});

test('names that AWS requires are of this archive, and no other resource has one', () => {
  const { template } = synthesize();
  const names = Object.values(template.toJSON().Resources as { [id: string]: { Type: string; Properties: { [key: string]: unknown } } })
    .filter(({ Type, Properties }) => ['Name', 'BucketName', 'QueueName', 'RoleName', 'ManagedPolicyName', 'LogGroupName', 'DeliveryStreamName']
      .some(key => typeof Properties[key] === 'string') && Type !== 'AWS::Athena::NamedQuery')
    .map(({ Type }) => Type);
  expect(names).toEqual(['AWS::Athena::WorkGroup']);
});

describe('several archives', () => {
  const app = new App();
  const archives = [
    new EventAuditArchive(new Stack(app, 'Two'), 'Default'),
    new EventAuditArchive(new Stack(app, 'two'), 'Default'),
    new EventAuditArchive(new Stack(app, 'my-stack'), 'Audit'),
    new EventAuditArchive(new Stack(app, 'mystack'), 'Audit'),
    new EventAuditArchive(new Stack(app, 'Long'), 'Ä'.repeat(3) + 'x'.repeat(200)),
  ];

  test('have names of their own, even where their paths differ by case only', () => {
    const names = archives.map(archive => archive.databaseName);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z0-9_]{1,64}$/);
  });

  test('can share a stack', () => {
    const stack = new Stack(new App(), 'Shared');
    new EventAuditArchive(stack, 'A');
    new EventAuditArchive(stack, 'B');
    const names = Object.values(Template.fromStack(stack).findResources('AWS::Glue::Database')).map(database => database.Properties.DatabaseInput.Name);
    expect(new Set(names).size).toBe(2);
  });
});

test.each<[string, PropsOrFactory]>([
  ['without props', {}],
  ['with most of them', stack => ({
    eventBus: new events.EventBus(stack, 'Bus'),
    eventPatterns: [{ source: ['b', 'a'] }, { detailType: ['c'] }],
    includeReadOnlyApiCalls: true,
    partitionKeys: [PartitionKey.receiptDate()],
    delivery: { deadLetterQueue: new sqs.Queue(stack, 'Queue', { encryptionMasterKey: new kms.Key(stack, 'Key') }) },
  })],
])('feature flags change nothing of an archive %s', (_name, props) => {
  const recommended = Object.fromEntries(Object.entries(cxapi.FLAGS)
    .filter(([name, flag]) => flag.recommendedValue !== undefined && !cxapi.CURRENT_VERSION_EXPIRED_FLAGS.includes(name))
    .map(([name, flag]) => [name, flag.recommendedValue]));
  const none = synthesize(props, { app: { context: {} } }).template.toJSON();
  const { stack, template } = synthesize(props, { app: { postCliContext: recommended } });
  const all = template.toJSON();
  expect(FeatureFlags.of(stack).isEnabled(cxapi.IAM_MINIMIZE_POLICIES)).toBe(true);
  expect(archiveOf(all)).toEqual(archiveOf(none));
});

/** The resources that are the archive's own. */
function archiveOf(template: { [section: string]: any }): object {
  return Object.fromEntries(Object.entries(template.Resources).filter(([id]) => id.startsWith('Audit')));
}

describe('cdk-nag', () => {
  const findings = (prepare: (archive: EventAuditArchive) => void = () => {}): string[] => {
    const app = new App();
    const checks = new AwsSolutionsChecks();
    Validations.of(app).addPlugins(checks);
    const stack = new Stack(app, 'Nag');
    prepare(new EventAuditArchive(stack, 'Audit'));
    return checks.validateScope(app).violations.map(violation => violation.ruleName);
  };

  test('has no unacknowledged AwsSolutions finding', () => {
    expect(findings()).toEqual([]);
  });

  test('has findings where the library has not acknowledged them', () => {
    const forget = (archive: EventAuditArchive) => archive.node.findAll().forEach(node => {
      (node.node as unknown as { _metadata: unknown[] })._metadata = [];
    });
    expect(findings(forget)).toEqual(expect.arrayContaining([expect.stringContaining('AwsSolutions-IAM5'), expect.stringContaining('AwsSolutions-SQS3')]));
  });
});

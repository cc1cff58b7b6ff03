import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import { EventAuditArchive, EventAuditArchiveProps, PartitionKey } from '../../src';
import { Extend, PropsOrFactory, synthesisError, synthesize, warnings } from '../synthesize';

const ARCHIVE = 'AWS::Events::Archive';
const ENV = { account: '123456789012', region: 'eu-west-1' };
const eventArchive = { retention: Duration.days(30) };

/** Rules on three buses, one of them a partner's, one disabled. */
const buses: Extend = (archive, stack) => {
  archive.addCapture('Orders', { eventBus: new events.EventBus(stack, 'Orders'), eventPatterns: [{ source: ['order'] }, { detail: { $or: [{ a: [1] }, { b: [{ suffix: 'x' }] }] } }] });
  archive.addCapture('Partner', { eventBus: events.EventBus.fromEventBusName(stack, 'Partner', 'aws.partner/example.com/1') });
  archive.addCapture('Paused', { eventPatterns: [{ source: ['paused'] }], enabled: false });
};

test('there is one for each rule, of the same bus and the same pattern', () => {
  const { template } = synthesize({ eventArchive, eventPatterns: [{ source: ['a'] }, { detailType: ['AWS API Call via CloudTrail'] }] }, { extend: buses, stack: { env: ENV } });
  const rules = Object.entries<any>(template.findResources('AWS::Events::Rule'));
  const archives = template.findResources(ARCHIVE);
  expect([rules.length, Object.keys(archives).length]).toEqual([6, 6]);
  const sources: { [bus: string]: unknown } = {
    'default': { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':events:eu-west-1:123456789012:event-bus/default']] },
    '"aws.partner/example.com/1"': { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':events:eu-west-1:123456789012:event-bus/aws.partner/example.com/1']] },
    '{"Ref":"OrdersA9B65338"}': { 'Fn::GetAtt': ['OrdersA9B65338', 'Arn'] },
  };
  for (const [id, { Properties: { EventPattern, EventBusName } }] of rules) {
    const hash = /Rule([0-9a-f]{8})[0-9A-F]{8}$/.exec(id)![1];
    const [[, archive]] = Object.entries<any>(archives).filter(([name]) => name.includes(`EventArchiveRule${hash}`));
    expect(archive).toEqual({
      Type: ARCHIVE,
      Properties: {
        Description: 'Keeps for replays what is archived for audit',
        EventPattern,
        RetentionDays: 30,
        SourceArn: sources[JSON.stringify(EventBusName) ?? 'default'],
      },
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Delete',
    });
  }
});

test('they have nothing to do with how the events lie', () => {
  const idsOf = (props: EventAuditArchiveProps) => Object.keys(synthesize({ eventArchive, ...props }).template.findResources(ARCHIVE));
  expect(idsOf({ partitionKeys: [PartitionKey.receiptDate()] })).toEqual(idsOf({}));
});

test('they are nothing that there is by default, and change nothing else', () => {
  const [without, within] = [{}, { eventArchive }].map(props => synthesize(props).template.toJSON().Resources as { [id: string]: any });
  const rest = Object.fromEntries(Object.entries(within).filter(([, { Type }]) => Type !== ARCHIVE));
  expect(rest).toEqual(without);
  expect(Object.keys(within)).toHaveLength(Object.keys(without).length + 1);
});

describe('with a key', () => {
  const encrypted = (stack: Stack): EventAuditArchiveProps => ({ eventArchive, encryptionKey: new kms.Key(stack, 'Key') });

  test('it encrypts them, and lets EventBridge in for buses of the account, naming none', () => {
    const { template } = synthesize(encrypted, { stack: { env: ENV } });
    template.hasResourceProperties(ARCHIVE, { KmsKeyIdentifier: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] } });
    const [key] = Object.values<any>(template.findResources('AWS::KMS::Key'));
    const Principal = { Service: 'events.amazonaws.com' };
    const anyBus = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':events:eu-west-1:123456789012:event-bus/*']] };
    expect(key.Properties.KeyPolicy.Statement).toEqual(expect.arrayContaining([
      { Action: 'kms:DescribeKey', Effect: 'Allow', Principal, Resource: '*' },
      {
        Action: ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:ReEncrypt*'],
        Condition: { StringLike: { 'kms:EncryptionContext:aws:events:event-bus:arn': anyBus } },
        Effect: 'Allow',
        Principal,
        Resource: '*',
      },
    ]));
  });

  test('without one there is no empty name of a key, which EventBridge would refuse', () => {
    synthesize({ eventArchive }).template.hasResourceProperties(ARCHIVE, { KmsKeyIdentifier: Match.absent() });
  });

  test('a bus that the same key encrypts makes no cycle', () => {
    const stack = new Stack(new App(), 'Test');
    const encryptionKey = new kms.Key(stack, 'Key');
    const eventBus = new events.EventBus(stack, 'Bus', { kmsKey: encryptionKey });
    new EventAuditArchive(stack, 'Audit', { eventBus, encryptionKey, eventArchive });
    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  test('of an imported key the statements are in warnings', () => {
    const imported = (stack: Stack) => ({ eventArchive, encryptionKey: kms.Key.fromKeyArn(stack, 'Key', `arn:aws:kms:eu-west-1:${ENV.account}:key/1`) });
    const found = warnings(imported, { stack: { env: ENV } }).filter(text => /DescribeKey|event-bus/.test(text));
    expect(found).toEqual([
      expect.stringContaining('{"Action":"kms:DescribeKey","Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Resource":"*"}'),
      expect.stringContaining('"Condition":{"StringLike":{"kms:EncryptionContext:aws:events:event-bus:arn":"arn:aws:events:eu-west-1:123456789012:event-bus/*"}}'),
    ]);
  });
});

describe('the retention', () => {
  test.each([1, 365])('of %d days is taken', days => {
    synthesize({ eventArchive: { retention: Duration.days(days) } }).template.hasResourceProperties(ARCHIVE, { RetentionDays: days });
  });

  test.each<[Duration, string]>([
    [Duration.days(0), '0 days'],
    [Duration.hours(12), '0.5 days'],
    [Duration.hours(36), '1.5 days'],
  ])('of %s fails', (retention, got) => {
    const props: PropsOrFactory = { eventArchive: { retention } };
    expect(synthesisError(props)).toBe(`eventArchive.retention: got ${got}; give whole days, at least one`);
  });
});

test('there is nothing to warn of', () => {
  expect(warnings({ eventArchive }, { stack: { env: ENV } })).toEqual([]);
});

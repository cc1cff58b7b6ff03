import { App, Aws, CfnParameter, Fn, Lazy, NestedStack, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { EventAuditArchive, EventAuditArchiveProps, PartitionKey } from '../../src';
import { PropsOrFactory, synthesisError, synthesize, warnings } from '../synthesize';

function rules(template: Template): { [logicalId: string]: { [key: string]: any } } {
  return template.findResources('AWS::Events::Rule');
}

describe('rules', () => {
  test('without patterns one rule takes everything on the default bus', () => {
    const { template } = synthesize();
    template.resourceCountIs('AWS::Events::Rule', 1);
    template.hasResourceProperties('AWS::Events::Rule', {
      EventBusName: Match.absent(),
      State: 'ENABLED',
      EventPattern: Match.objectLike({ source: [{ prefix: '' }] }),
    });
  });

  test('each pattern is a rule of its own on the given bus', () => {
    const { template, archive } = synthesize(stack => ({
      eventBus: new events.EventBus(stack, 'Bus'),
      eventPatterns: [{ source: ['login.success'] }, { source: ['login.failed'], detailType: ['string'] }],
    }));
    template.resourceCountIs('AWS::Events::Rule', 2);
    template.hasResourceProperties('AWS::Events::Rule', {
      EventBusName: { Ref: Match.stringLikeRegexp('^Bus') },
      EventPattern: { 'source': ['login.failed'], 'detail-type': ['string'] },
    });
    expect(archive.rules).toHaveLength(2);
  });

  test('have the longest retries, the dead-letter queue and the role', () => {
    const { template } = synthesize();
    template.hasResourceProperties('AWS::Events::Rule', {
      Targets: [{
        Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^AuditDeliveryStream'), 'Arn'] },
        RoleArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^AuditTargetRole'), 'Arn'] },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^AuditDeadLetters'), 'Arn'] } },
        RetryPolicy: { MaximumEventAgeInSeconds: 86400, MaximumRetryAttempts: 185 },
        Id: Match.anyValue(),
      }],
    });
  });

  test('never start before the policy of their role', () => {
    const { template } = synthesize({ eventPatterns: [{ source: ['a'] }, { source: ['b'] }] });
    for (const rule of Object.values(rules(template))) {
      expect(rule.DependsOn).toEqual([expect.stringMatching(/^AuditTargetPutPolicy/)]);
    }
  });

  test('keep their logical id when another pattern is added before them', () => {
    const idOf = (template: Template) => Object.entries(rules(template)).find(([, rule]) => rule.Properties.EventPattern.source[0] === 'b')![0];
    expect(idOf(synthesize({ eventPatterns: [{ source: ['a'] }, { source: ['b'] }] }).template))
      .toBe(idOf(synthesize({ eventPatterns: [{ source: ['b'] }] }).template));
  });

  test.each([
    [{}, 'ENABLED'],
    [{ enabled: true }, 'ENABLED'],
    [{ enabled: false }, 'DISABLED'],
    [{ includeReadOnlyApiCalls: true }, 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'],
    [{ includeReadOnlyApiCalls: true, enabled: false }, 'DISABLED'],
    [{ includeReadOnlyApiCalls: false }, 'ENABLED'],
  ])('with %j are %s', (props, state) => {
    synthesize(props).template.hasResourceProperties('AWS::Events::Rule', { State: state });
  });

  test('read-only calls can be had from a custom bus', () => {
    const { template } = synthesize(stack => ({ eventBus: new events.EventBus(stack, 'Bus'), includeReadOnlyApiCalls: true }));
    template.hasResourceProperties('AWS::Events::Rule', { State: 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS' });
  });

  test('take tokens and matchers in their patterns', () => {
    const { template } = synthesize({ eventPatterns: [{ account: [Aws.ACCOUNT_ID], source: events.Match.prefix('login.') }] });
    template.hasResourceProperties('AWS::Events::Rule', { EventPattern: Match.objectLike({ account: [{ Ref: 'AWS::AccountId' }], source: [{ prefix: 'login.' }] }) });
  });
});

describe('what only the deployment knows in a pattern', () => {
  const details: ((name: string) => object)[] = [name => ({ bucket: { name: [name] } }), name => ({ requestParameters: { bucketName: [name] } })];
  test.each(details)('is a reference to another stack, with its export and import: %#', detail => {
    const app = new App();
    const bucket = new Bucket(new Stack(app, 'Other'), 'Bucket');
    const stack = new Stack(app, 'Uses');
    new EventAuditArchive(stack, 'Audit', { eventPatterns: [{ source: ['aws.s3'], detail: detail(bucket.bucketName) }] });
    expect(JSON.stringify(Template.fromStack(stack).findResources('AWS::Events::Rule'))).toMatch(/"Fn::(ImportValue":"Other:ExportsOutputRefBucket|GetStackOutput")/);
  });

  test('is a reference from a nested stack to its parent', () => {
    const parent = new Stack(new App(), 'Parent');
    const bucket = new Bucket(parent, 'Bucket');
    const nested = new NestedStack(parent, 'Nested');
    new EventAuditArchive(nested, 'Audit', { eventPatterns: [{ detail: { bucket: { name: [bucket.bucketName] } } }] });
    expect(JSON.stringify(Template.fromStack(nested).findResources('AWS::Events::Rule'))).toContain('"Ref":"referencetoParentBucket');
  });

  test('is a list that still grows', () => {
    const sources = ['a'];
    const stack = new Stack(new App(), 'Grows');
    new EventAuditArchive(stack, 'Audit', { eventPatterns: [{ source: Lazy.list({ produce: () => sources }) }] });
    sources.push('b');
    expect(Object.values(rules(Template.fromStack(stack)))[0].Properties.EventPattern.source).toEqual(['a', 'b']);
  });

  test.each<[string, (stack: Stack) => events.EventPattern]>([
    ['a list parameter', stack => ({ account: new CfnParameter(stack, 'P', { type: 'CommaDelimitedList' }).valueAsList })],
    ['a split list', () => ({ account: Fn.split(',', Fn.importValue('accounts')) })],
    ['a number', stack => ({ detail: { n: events.Match.greaterThan(new CfnParameter(stack, 'P', { type: 'Number' }).valueAsNumber) } })],
    ['an excluded prefix', () => ({ account: events.Match.anythingButPrefix(Aws.ACCOUNT_ID) })],
    ['an address block', stack => ({ detail: { ip: [{ cidr: new CfnParameter(stack, 'P').valueAsString }] } })],
  ])('is let through: %s', (_name, pattern) => {
    expect(() => synthesize(stack => ({ eventPatterns: [pattern(stack)] }))).not.toThrow();
  });
});

describe('the role of the rules', () => {
  test('keeps its right to the old stream until the rules have left it', () => {
    const policies = (props: EventAuditArchiveProps) => Object.keys(synthesize(props).template.findResources('AWS::IAM::ManagedPolicy')).filter(id => id.startsWith('AuditTarget'));
    const [before, after] = [policies({}), policies({ partitionKeys: [PartitionKey.receiptDate()] })];
    expect([before.length, after.length]).toEqual([1, 1]);
    expect(after).not.toEqual(before);
  });

  test('may put records into the stream, and no more', () => {
    const { template } = synthesize();
    template.hasResourceProperties('AWS::IAM::ManagedPolicy', {
      Roles: [{ Ref: Match.stringLikeRegexp('^AuditTargetRole') }],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [{
          Effect: 'Allow',
          Action: ['firehose:PutRecord', 'firehose:PutRecordBatch'],
          Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^AuditDeliveryStream'), 'Arn'] },
        }],
      },
    });
  });

  test('is assumed for rules of this account only', () => {
    synthesize().template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [{
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { Service: 'events.amazonaws.com' },
          Condition: {
            StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
            ArnLike: { 'aws:SourceArn': { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':events:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':rule/*']] } },
          },
        }],
      },
    });
  });
});

describe('the dead-letter queue', () => {
  test('keeps messages of any event\'s size for 14 days, encrypted', () => {
    synthesize().template.hasResource('AWS::SQS::Queue', {
      Properties: { MessageRetentionPeriod: 14 * 86400, MaximumMessageSize: 1_048_576, SqsManagedSseEnabled: true, FifoQueue: Match.absent() },
      DeletionPolicy: 'Retain',
    });
  });

  test('has one statement for exactly its rules', () => {
    const { template } = synthesize({ eventPatterns: [{ source: ['a'] }, { source: ['b'] }, { source: ['c'] }] });
    const [policy] = Object.values(template.findResources('AWS::SQS::QueuePolicy'));
    const allowed = policy.Properties.PolicyDocument.Statement.filter((statement: any) => statement.Effect === 'Allow');
    expect(allowed).toEqual([{
      Effect: 'Allow',
      Action: 'sqs:SendMessage',
      Principal: { Service: 'events.amazonaws.com' },
      Resource: { 'Fn::GetAtt': [expect.stringMatching(/^AuditDeadLettersQueue/), 'Arn'] },
      Condition: { ArnLike: { 'aws:SourceArn': Object.keys(rules(template)).map(id => ({ 'Fn::GetAtt': [id, 'Arn'] })) } },
    }]);
  });

  test('can be the user\'s own, of this stack', () => {
    const { template, archive, stack } = synthesize(scope => ({ delivery: { deadLetterQueue: new sqs.Queue(scope, 'Mine') } }));
    template.resourceCountIs('AWS::SQS::Queue', 1);
    template.hasResourceProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: [Match.objectLike({
          Action: 'sqs:SendMessage',
          Principal: { Service: 'events.amazonaws.com' },
          Condition: { ArnLike: { 'aws:SourceArn': Object.keys(rules(template)).map(id => ({ 'Fn::GetAtt': [id, 'Arn'] })) } },
        })],
      },
    });
    expect(archive.deadLetterQueue).toBe(stack.node.findChild('Mine'));
  });

  test('of another stack names no rule of this one, which would make the stacks depend on each other', () => {
    const env = { account: '111111111111', region: 'eu-west-1' };
    const { app } = synthesize(scope => ({ delivery: { deadLetterQueue: new sqs.Queue(new Stack(scope.node.root, 'Other', { env }), 'Mine', { queueName: 'mine' }) } }), { stack: { env } });
    Template.fromStack(app.node.findChild('Other') as Stack).hasResourceProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: [Match.objectLike({
          Condition: { ArnLike: { 'aws:SourceArn': [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':events:eu-west-1:111111111111:rule/*']] }] } },
        })],
      },
    });
  });

  test('with a key of the user\'s own lets EventBridge use the key', () => {
    const { template } = synthesize(scope => ({ delivery: { deadLetterQueue: new sqs.Queue(scope, 'Mine', { encryptionMasterKey: new kms.Key(scope, 'Key') }) } }));
    template.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([{
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
          Resource: '*',
          Condition: { ArnLike: { 'aws:SourceArn': Match.anyValue() }, StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        }]),
      },
    });
  });

  test('with an imported key comes with a warning that shows the statement to add', () => {
    const env = { account: '123456789012', region: 'cn-north-1' };
    expect(warnings(scope => ({
      delivery: {
        deadLetterQueue: new sqs.Queue(scope, 'Mine', {
          encryptionMasterKey: kms.Key.fromKeyArn(scope, 'Key', 'arn:aws-cn:kms:cn-north-1:123456789012:key/11111111-2222-3333-4444-555555555555'),
        }),
      },
    }), { stack: { env } })).toEqual([
      "delivery.deadLetterQueue: the policy of an imported queue's key cannot be changed from here; without this statement in it dead letters are lost: "
      + '{"Action":["kms:Decrypt","kms:GenerateDataKey"],"Condition":{"ArnLike":{"aws:SourceArn":"arn:aws-cn:events:cn-north-1:123456789012:rule/*"},'
      + '"StringEquals":{"aws:SourceAccount":"123456789012"}},"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Resource":"*"}'
      + ' [ack: cdk-event-audit-archive:deadLetterQueueKeyPolicy]',
    ]);
  });

  test('that is imported comes with a warning that shows the statement to add', () => {
    const imported = (scope: Stack) => ({ delivery: { deadLetterQueue: sqs.Queue.fromQueueArn(scope, 'Mine', 'arn:aws:sqs:eu-west-1:123456789012:mine') } });
    expect(warnings(imported, { stack: { env: { account: '123456789012', region: 'eu-west-1' } } })).toEqual([
      'delivery.deadLetterQueue: the policy of an imported queue cannot be changed from here; without this statement in it dead letters are lost: '
      + '{"Action":"sqs:SendMessage","Condition":{"ArnLike":{"aws:SourceArn":["arn:aws:events:eu-west-1:123456789012:rule/*"]}},"Effect":"Allow",'
      + '"Principal":{"Service":"events.amazonaws.com"},"Resource":"arn:aws:sqs:eu-west-1:123456789012:mine"}; if a KMS key encrypts the queue, its policy needs this one: '
      + '{"Action":["kms:Decrypt","kms:GenerateDataKey"],"Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:events:eu-west-1:123456789012:rule/*"},'
      + '"StringEquals":{"aws:SourceAccount":"123456789012"}},"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Resource":"*"}'
      + ' [ack: cdk-event-audit-archive:deadLetterQueuePolicy]',
    ]);
  });
});

describe('bad input', () => {
  const many = Array.from({ length: 90 }, (_, index) => ({ source: [`source-number-${index}`] }));
  const partner = 'aws.partner/example.com/1/events';
  test.each<[string, PropsOrFactory, string]>([
    ['an empty list', { eventPatterns: [] },
      'eventPatterns: got an empty list; give at least one pattern, or leave the prop out to archive everything on the bus'],
    ['the same pattern twice', { eventPatterns: [{ source: ['a', 'b'] }, { source: ['c'] }, { source: ['b', 'a'] }] },
      'eventPatterns[2]: got the same pattern as eventPatterns[0]; its events would be delivered twice: give each pattern once'],
    ['a pattern past the maximum', { eventPatterns: [{ source: ['x'.repeat(4100)] }] },
      'eventPatterns[0]: got a pattern of 4115 characters with what the archive adds; EventBridge accepts 4096: split it into several patterns'],
    ['a pattern past the maximum by the guard', { eventPatterns: [{ account: ['x'.repeat(3900)] }] },
      'eventPatterns[0]: got a pattern of 4570 characters with what the archive adds; EventBridge accepts 4096: split it into several patterns'],
    ['read-only calls on an imported partner bus', stack => ({ eventBus: events.EventBus.fromEventBusName(stack, 'Bus', partner), includeReadOnlyApiCalls: true }),
      `includeReadOnlyApiCalls: got true on the partner bus ${partner}; read-only API calls reach the default bus and custom buses only`],
    ['read-only calls on an own partner bus', stack => ({ eventBus: new events.EventBus(stack, 'Bus', { eventSourceName: partner }), includeReadOnlyApiCalls: true }),
      `includeReadOnlyApiCalls: got true on the partner bus ${partner}; read-only API calls reach the default bus and custom buses only`],
    ['a bus of the other kind', stack => ({ eventBus: events.EventBus.fromEventBusArn(stack, 'Bus', 'arn:aws:events:eu-west-1:123456789012:event-busv2/mine') }),
      'eventBus: got "arn:aws:events:eu-west-1:123456789012:event-busv2/mine"; rules can be put on event buses of AWS::Events only (`:event-bus/`), not on those of AWS::EventsV2'],
    ['a FIFO queue', stack => ({ delivery: { deadLetterQueue: new sqs.Queue(stack, 'Mine', { fifo: true }) } }),
      'delivery.deadLetterQueue: got a FIFO queue; EventBridge delivers dead letters to a standard queue only'],
    ['an imported FIFO queue', stack => ({ delivery: { deadLetterQueue: sqs.Queue.fromQueueArn(stack, 'Mine', `arn:${Aws.PARTITION}:sqs:eu-west-1:1:mine.fifo`) } }),
      'delivery.deadLetterQueue: got a FIFO queue; EventBridge delivers dead letters to a standard queue only'],
    ['a queue with a key that EventBridge cannot use', stack => ({
      delivery: { deadLetterQueue: new sqs.Queue(stack, 'Mine', { encryption: sqs.QueueEncryption.KMS_MANAGED }) },
    }), 'delivery.deadLetterQueue: got a queue encrypted with alias/aws/sqs; EventBridge cannot use that key: '
      + 'give a queue encrypted by SQS or with a key of your own'],
    ['a literal where a list belongs', { eventPatterns: [{ source: ['aws.ec2'], detail: { state: 'stopped' } }] },
      'eventPatterns[0].detail.state: got "stopped"; a field of an event pattern takes a list of values'],
    ['an empty list of values', { eventPatterns: [{ source: [] }] },
      'eventPatterns[0].source: got []; a list in an event pattern has at least one value'],
    ['an empty pattern', { eventPatterns: [{ source: ['a'] }, {}] },
      'eventPatterns[1]: got {}; an object in an event pattern has at least one field'],
    ['an operator that does not exist', { eventPatterns: [{ detail: { name: [{ contains: 'x' }] } }] },
      'eventPatterns[0].detail.name: got {"contains":"x"}; the operators are exactly, prefix, suffix, equals-ignore-case, wildcard, anything-but, numeric, cidr, exists'],
    ['more rules than the queue\'s policy takes', { eventPatterns: many },
      'Validation failed with the following errors:\n  [Test/Audit/DeadLetters] '
      + 'eventPatterns: got about 10223 bytes in the policy of the queue Test/Audit/DeadLetters/Queue (90 rules, 2 statements); SQS takes 8192: '
      + 'join patterns, or use several archives with queues of their own'],
  ])('%s', (_name, props, message) => {
    expect(synthesisError(props)).toBe(message);
  });

  test('as many rules as the queue\'s policy takes are none', () => {
    expect(() => synthesize({ eventPatterns: many.slice(0, 71) }).app.synth()).not.toThrow();
  });

  test('more rules than the queue\'s policy takes, on a bus with a long name sooner', () => {
    const eventBus = (stack: Stack) => new events.EventBus(stack, 'Bus', { eventBusName: 'b'.repeat(200) });
    expect(synthesisError(stack => ({ eventBus: eventBus(stack), eventPatterns: many.slice(0, 30) }))).toMatch(/eventPatterns: got about \d+ bytes in the policy of the queue .*\(30 rules, /);
    expect(() => synthesize(stack => ({ eventBus: eventBus(stack), eventPatterns: many.slice(0, 20) })).app.synth()).not.toThrow();
  });

  test('a queue of another Region', () => {
    const props = (stack: Stack) => ({ delivery: { deadLetterQueue: sqs.Queue.fromQueueArn(stack, 'Mine', 'arn:aws:sqs:us-east-1:123456789012:mine') } });
    expect(synthesisError(props, { stack: { env: { account: '123456789012', region: 'eu-west-1' } } }))
      .toBe('delivery.deadLetterQueue: got a queue in Region us-east-1; EventBridge delivers dead letters within the Region of the bus, eu-west-1');
  });

  test('a bus of another Region', () => {
    const props = (stack: Stack) => ({ eventBus: events.EventBus.fromEventBusArn(stack, 'Bus', 'arn:aws:events:us-east-1:123456789012:event-bus/mine') });
    expect(synthesisError(props, { stack: { env: { account: '123456789012', region: 'eu-west-1' } } }))
      .toBe("eventBus: got a bus in Region us-east-1; the archive's rules need a bus in the stack's own Region, eu-west-1");
    expect(synthesisError(props, { stack: { env: { account: '210987654321', region: 'us-east-1' } } }))
      .toBe("eventBus: got a bus in account 123456789012; the archive's rules need a bus in the stack's own account, 210987654321");
    expect(() => synthesize(props)).not.toThrow();
  });
});

describe('warnings', () => {
  test('there are none for an archive without props', () => {
    expect(warnings({})).toEqual([]);
  });

  test('a pattern over the default quota', () => {
    expect(warnings({ eventPatterns: [{ source: ['x'.repeat(2100)] }] })).toEqual([
      "eventPatterns[0]: got a pattern of 2115 characters with what the archive adds; EventBridge's default quota is 2048: have it raised before you deploy, or split the pattern"
      + ' [ack: cdk-event-audit-archive:patternOverDefaultQuota]',
    ]);
  });

  test('a pattern on which the guard is not sound', () => {
    expect(warnings({ eventPatterns: [{ source: ['aws.s3'], detail: { eventName: [{ prefix: 'Put' }] } }] })).toEqual([
      "eventPatterns[0]: the archive's own deliveries cannot be left out of this pattern, because its detail.eventName has more than literals and prefixes that no own call starts with; "
      + "where a trail logs data events of the archive's bucket or stream, each delivery is archived and causes the next: leave those resources out of the trail, or split the pattern"
      + ' [ack: cdk-event-audit-archive:unguardedPattern]',
    ]);
  });
});

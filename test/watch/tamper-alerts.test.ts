import { Annotations as Warnings, App, CfnParameter, CfnResource, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { watchedArchive } from './watched-archive';
import { EventAuditArchive } from '../../src';
import { isWatched, WITHOUT_ROW } from '../../src/watch/watched-resources';
import { fullArchive } from '../full-archive';
import { SimulatedResource, SimulatedTemplate } from '../simulator/template/template';
import { PropsOrFactory, synthesisError, synthesize, SynthesizeOptions, warnings } from '../synthesize';

const alerted = (stack: Stack) => ({ tamperAlerts: new sns.Topic(stack, 'Alerts') });

/** The rules that tell, as deployed with the longest names that there can be. */
function rulesOf(props: PropsOrFactory = alerted, options: SynthesizeOptions = {}): SimulatedResource[] {
  const { template, stack } = synthesize(props, options);
  return rulesIn(template.toJSON(), stack.stackName);
}

function rulesIn(template: object, stackName: string = 'Test'): SimulatedResource[] {
  const deployed = SimulatedTemplate.parse(template, { partition: 'aws-us-gov', region: 'us-gov-west-1', stackName });
  return deployed.ofType('AWS::Events::Rule').filter(({ logicalId }) => logicalId.startsWith('AuditTamperAlerts'));
}

test('without a topic there is no rule, and without a fan-out no queue for one', () => {
  const { template, archive } = synthesize();
  expect(JSON.stringify(template.toJSON())).not.toContain('TamperAlerts');
  expect(archive.fanOutDeadLetterQueue).toBeUndefined();
});

test('the default archive takes eight rules, in force on the default bus, and the queue is there at once', () => {
  const { archive, template } = synthesize(alerted);
  expect(archive.fanOutDeadLetterQueue).toBeDefined();
  const rules = rulesIn(template.toJSON());
  expect(rules.map(({ properties }) => [properties.State, properties.EventBusName])).toEqual(Array.from({ length: 8 }, () => ['ENABLED', undefined]));
  expect(archive.rules).toHaveLength(1);
});

test('whatever the archive has, each pattern is within the default quota, and there are no more than it takes', () => {
  const fanOuts = (archive: EventAuditArchive) => {
    for (let index = 0; index < 40; index++) {
      const target = { bind: () => ({ arn: 'arn:aws:sqs:us-east-1:123456789012:told' }) };
      archive.onEvent(`Told${index}`, { eventPattern: { source: ['shop'] }, target });
    }
  };
  const lengths = (rules: SimulatedResource[]) => rules.map(({ properties }) => JSON.stringify(properties.EventPattern).length);
  const longStack = { stack: { stackName: 's'.repeat(128) } };
  const archives = [rulesIn(fullArchive()), rulesOf(alerted, { extend: fanOuts }), rulesOf(alerted, longStack), rulesIn(watchedArchive().template)];
  for (const rules of archives) {
    expect(Math.max(...lengths(rules))).toBeLessThanOrEqual(2048);
    const total = lengths(rules).reduce((sum, length) => sum + length, 0);
    expect(rules.length).toBeLessThanOrEqual(Math.ceil(total / 2048) * 1.5 + 1);
  }
});

test('a resource that is added after the alerts is watched', () => {
  const rules = rulesOf(alerted, { extend: archive => archive.addCapture('Later', { eventPatterns: [{ source: ['later'] }] }) });
  expect(JSON.stringify(rules.map(({ properties }) => properties.EventPattern))).toMatch(/AuditCapturesLaterRule/);
});

test('so it is where CDK runs aspects until they change nothing', () => {
  const context = { '@aws-cdk/core:aspectStabilization': true };
  expect(rulesOf(alerted, { app: { context } }).map(({ properties }) => properties)).toEqual(rulesOf().map(({ properties }) => properties));
});

describe('every resource type that can stand below an archive', () => {
  const typesOf = ({ node }: EventAuditArchive) => node.findAll().filter(CfnResource.isCfnResource).map(({ cfnResourceType }) => cfnResourceType);
  const unknown = (types: readonly string[]) => types.filter(type => !isWatched(type) && !Object.hasOwn(WITHOUT_ROW, type));

  test('has a row, or a reason why it needs none', () => {
    // The full archive's resources, and those which the user gave it.
    const types = Object.values<any>((fullArchive() as any).Resources).map(({ Type }) => Type as string);
    const given = ['AWS::SecretsManager::Secret', 'AWS::Lambda::Function'];
    expect(unknown(types).filter(type => !given.includes(type))).toEqual([]);
    expect(unknown(typesOf(synthesize(alerted).archive))).toEqual([]);
  });

  test('is missed when it has neither', () => {
    const { archive } = synthesize(alerted, { extend: each => new CfnResource(each, 'New', { type: 'AWS::New::Thing' }) });
    expect(unknown(typesOf(archive))).toEqual(['AWS::New::Thing']);
  });

  test('has but one of both', () => {
    expect(Object.keys(WITHOUT_ROW).filter(isWatched)).toEqual([]);
  });
});

describe('no rule refers to itself, or to what waits for it', () => {
  test('so that the template can be deployed', () => {
    expect(() => SimulatedTemplate.parse(fullArchive())).not.toThrow();
  });

  test('and the simulator refuses one that does', () => {
    const template = structuredClone(fullArchive()) as any;
    const [logicalId] = Object.keys(template.Resources).filter(id => id.startsWith('AuditTamperAlertsRule1'));
    template.Resources[logicalId].Properties.EventPattern.detail.$or[0].requestParameters.name = [{ Ref: logicalId }];
    expect(() => SimulatedTemplate.parse(template)).toThrow('circular dependency');
  });
});

describe('the topic', () => {
  const ROLE_ACTIONS = ['kms:Decrypt', 'kms:GenerateDataKey'];
  const keyArn = (account: string) => `arn:aws:kms:us-east-1:${account}:key/11111111-2222-3333-4444-555555555555`;
  const withKey = (keyOf: (stack: Stack) => kms.IKey): PropsOrFactory => stack => ({ tamperAlerts: new sns.Topic(stack, 'Alerts', { masterKey: keyOf(stack) }) });
  const policyOf = (template: Template) => Object.entries<any>(template.findResources('AWS::IAM::ManagedPolicy')).find(([logicalId]) => logicalId.includes('TamperAlertsTeller'))!;

  test('is told by a role, of which every rule waits for the policy, and is not opened to EventBridge', () => {
    const { template } = synthesize(alerted);
    template.resourceCountIs('AWS::SNS::TopicPolicy', 0);
    const [policyId, { Properties: { PolicyDocument: { Statement }, Roles } }] = policyOf(template);
    expect(Statement).toEqual([{ Effect: 'Allow', Action: 'sns:Publish', Resource: { Ref: expect.stringMatching(/^Alerts/) } }]);
    const rules = Object.entries<any>(template.findResources('AWS::Events::Rule')).filter(([logicalId]) => logicalId.includes('TamperAlerts'));
    expect(rules.map(([, { DependsOn, Properties }]) => [DependsOn, Properties.Targets[0].RoleArn]))
      .toEqual(rules.map(() => [[policyId], { 'Fn::GetAtt': [Roles[0].Ref, 'Arn'] }]));
  });

  test('that is imported needs no statement, nor does its key in the account', () => {
    const masterKey = (stack: Stack) => kms.Key.fromKeyArn(stack, 'TopicKey', keyArn('123456789012'));
    const stack = { env: { account: '123456789012', region: 'us-east-1' } };
    expect(warnings(scope => ({ tamperAlerts: sns.Topic.fromTopicArn(scope, 'Alerts', 'arn:aws:sns:us-east-1:123456789012:alerts') }), { stack })).toEqual([]);
    expect(warnings(withKey(masterKey), { stack })).toEqual([]);
  });

  test('with a key of another account gets a warning with the statement that lets this one in', () => {
    const masterKey = (stack: Stack) => kms.Key.fromKeyArn(stack, 'TopicKey', keyArn('210987654321'));
    expect(warnings(withKey(masterKey), { stack: { env: { account: '123456789012', region: 'us-east-1' } } })).toContainEqual(expect.stringMatching(
      /^tamperAlerts: the policy of the topic's key cannot be changed from here; .*"Action":\["kms:Decrypt","kms:GenerateDataKey"\].*arn:aws:iam::123456789012:root/,
    ));
  });

  test('has the role use its key, and no policy of the key', () => {
    const { template } = synthesize(withKey(stack => new kms.Key(stack, 'TopicKey')));
    expect(policyOf(template)[1].Properties.PolicyDocument.Statement).toContainEqual(
      { Effect: 'Allow', Action: ROLE_ACTIONS, Resource: { 'Fn::GetAtt': [expect.stringMatching(/^TopicKey/), 'Arn'] } },
    );
    expect(JSON.stringify(template.findResources('AWS::KMS::Key'))).not.toContain('events.amazonaws.com');
  });

  test.each<[string, (stack: Stack) => kms.IKey, object]>([
    ['of the app is used itself', stack => new kms.Alias(stack, 'Alias', { aliasName: 'alias/ours', targetKey: new kms.Key(stack, 'TopicKey') }),
      { Resource: { 'Fn::GetAtt': [expect.stringMatching(/^TopicKey/), 'Arn'] } }],
    ['that only its name is known of is used by a condition on that', stack => kms.Alias.fromAliasName(stack, 'Alias', 'alias/ours'),
      { Resource: expect.anything(), Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/ours' } } }],
  ])('whose key is an alias: the key %s', (_name, keyOf, statement) => {
    const { template } = synthesize(withKey(keyOf));
    expect(policyOf(template)[1].Properties.PolicyDocument.Statement[1]).toEqual({ Effect: 'Allow', Action: ROLE_ACTIONS, ...statement });
  });

  test('may be of another stack', () => {
    const app = new App();
    const topic = new sns.Topic(new Stack(app, 'Other'), 'Alerts');
    const stack = new Stack(app, 'Uses');
    new EventAuditArchive(stack, 'Audit', { tamperAlerts: topic });
    expect(() => app.synth()).not.toThrow();
    expect(JSON.stringify(app.synth().getStackByName('Uses').template)).toContain('Other:ExportsOutputRefAlerts');
  });
});

describe('fails at synthesis', () => {
  const stack = { env: { account: '123456789012', region: 'us-east-1' } };
  const imported = (arn: string) => (scope: Stack) => ({ tamperAlerts: sns.Topic.fromTopicArn(scope, 'Alerts', arn) });

  test.each<[string, PropsOrFactory, string]>([
    ['a FIFO topic', scope => ({ tamperAlerts: new sns.Topic(scope, 'Alerts', { fifo: true }) }),
      'tamperAlerts: got a FIFO topic; EventBridge gives no message group, which such a topic needs: give a standard topic'],
    ['an imported FIFO topic', imported('arn:aws:sns:us-east-1:123456789012:alerts.fifo'),
      'tamperAlerts: got a FIFO topic; EventBridge gives no message group, which such a topic needs: give a standard topic'],
    ['a topic elsewhere', imported('arn:aws:sns:eu-west-1:123456789012:alerts'),
      'tamperAlerts: got a topic in Region eu-west-1; the archive\'s rules need a topic in the stack\'s own Region, us-east-1'],
    ['somebody else\'s topic', imported('arn:aws:sns:us-east-1:210987654321:alerts'),
      'tamperAlerts: got a topic in account 210987654321; the archive\'s rules need a topic in the stack\'s own account, 123456789012'],
    ['a topic with SNS\'s key', scope => ({ tamperAlerts: new sns.Topic(scope, 'Alerts', { masterKey: kms.Alias.fromAliasName(scope, 'Key', 'alias/aws/sns') }) }),
      'tamperAlerts: got a topic encrypted with alias/aws/sns; EventBridge cannot use that key: give a topic without encryption or with a key of your own'],
    ['a role without a topic', scope => ({ deployingRole: iam.Role.fromRoleName(scope, 'Role', 'deploys') }),
      'deployingRole: got a role without tamperAlerts; it is the role whose calls are no alerts: give the topic too, or leave the role out'],
  ])('%s', (_name, props, error) => {
    expect(synthesisError(props, { stack })).toBe(error);
  });
});

describe('IAM\'s calls', () => {
  const inRegion = (region?: string) => warnings(alerted, { stack: { env: { region } } });

  test('are missed in a Region to which they do not come, of which a warning tells', () => {
    expect(inRegion('eu-west-1')).toEqual([expect.stringContaining(
      'tamperAlerts: IAM\'s calls reach the event bus of us-east-1 only, so that none on the archive\'s roles and policies is told of in eu-west-1: '
      + 'forward them from there to the default bus of this account in eu-west-1, by an EventForwarder in us-east-1',
    )]);
  });

  test('come in us-east-1, and where it is not known whether they come there is no warning', () => {
    expect([inRegion('us-east-1'), inRegion(), inRegion('cn-north-1')]).toEqual([[], [], []]);
  });

  test('the warning can be acknowledged', () => {
    const { stack } = synthesize(alerted, {
      stack: { env: { region: 'eu-west-1' } },
      extend: archive => { Warnings.of(archive).acknowledgeWarning('cdk-event-audit-archive:tamperAlertsOfIam'); },
    });
    expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
  });
});

describe('calls on what is elsewhere', () => {
  const account = '123456789012';
  const own = { account, region: 'us-east-1' };
  const keyOf = (env: { account: string; region: string }) => `arn:aws:kms:${env.region}:${env.account}:key/11111111-2222-3333-4444-555555555555`;
  const told = (env: Partial<typeof own>, stackEnv: Partial<typeof own> = own) => warnings(stack => ({
    ...alerted(stack),
    storage: { bucket: s3.Bucket.fromBucketAttributes(stack, 'Given', { bucketName: 'records', ...env }), prefix: 'audit' },
  }), { stack: { env: stackEnv } }).filter(warning => warning.startsWith('tamperAlerts:'));
  const warning = (what: string, where = 'account 123456789012 in Region us-east-1') => [expect.stringContaining(
    `tamperAlerts: calls on ${what} are recorded there, so that none which is made there is told of here: `
    + `forward them from there to the default bus of ${where} by an EventForwarder`,
  )];

  test.each<[string, Partial<typeof own>, string]>([
    ['account', { account: '210987654321', region: 'us-east-1' }, 'storage.bucket (account 210987654321)'],
    ['Region', { account, region: 'eu-central-1' }, 'storage.bucket (Region eu-central-1)'],
    ['account and Region', { account: '210987654321', region: 'eu-central-1' }, 'storage.bucket (account 210987654321, Region eu-central-1)'],
  ])('in another %s are recorded there, of which a warning tells', (_what, env, named) => {
    expect(told(env)).toEqual(warning(named));
  });

  test('include those on a key', () => {
    const key = (stack: Stack) => kms.Key.fromKeyArn(stack, 'GivenKey', keyOf({ account: '210987654321', region: 'us-east-1' }));
    const of = (aliased: boolean) => warnings(stack => ({
      ...alerted(stack),
      storage: {
        bucket: new s3.Bucket(stack, 'Given', {
          encryptionKey: aliased ? kms.Alias.fromAliasAttributes(stack, 'Alias', { aliasName: 'alias/records', aliasTargetKey: key(stack) }) : key(stack),
        }),
        prefix: 'audit',
      },
    }), { stack: { env: own } }).filter(each => each.startsWith('tamperAlerts:'));
    for (const aliased of [false, true]) expect(of(aliased)).toEqual(warning('the key of storage.bucket (account 210987654321)'));
  });

  test('name what the stack knows of where it is', () => {
    expect(told({ account: '210987654321', region: 'eu-central-1' }, { account })).toEqual(
      warning('storage.bucket (account 210987654321)', 'account 123456789012 in this Region'),
    );
    expect(told({ region: 'eu-central-1' }, { region: 'us-east-1' })).toEqual(
      warning('storage.bucket (Region eu-central-1)', 'this account in Region us-east-1'),
    );
  });

  test('are no concern where all is in one place, or it is not known where', () => {
    expect(told(own)).toEqual([]);
    expect(told({})).toEqual([]);
    expect(told({ account: '210987654321', region: 'eu-central-1' }, {})).toEqual([]);
  });
});

describe('a key that is known by its alias only', () => {
  const topicWith = (key: (stack: Stack) => kms.IKey): PropsOrFactory => stack => ({ tamperAlerts: new sns.Topic(stack, 'Alerts', { masterKey: key(stack) }) });
  const told = (props: PropsOrFactory) => warnings(props).filter(warning => warning.includes('alias'));
  const byName = (stack: Stack) => kms.Alias.fromAliasName(stack, 'Alias', 'alias/ours');
  const warning = (named: string) => [expect.stringContaining(
    `tamperAlerts: the key of ${named} is known by its alias only, so that calls on the alias are told of, and none on the key: `
    + 'give it with the key itself, or with an alias by kms.Alias.fromAliasAttributes, which names its key',
  )];

  test('gets a warning, and its alias is watched', () => {
    expect(told(topicWith(byName))).toEqual(warning('tamperAlerts (alias/ours)'));
    expect(JSON.stringify(rulesOf(topicWith(byName)))).toContain('"eventName":["UpdateAlias","DeleteAlias"],"requestParameters":{"aliasName":["alias/ours"]}');
    expect(JSON.stringify(rulesOf(topicWith(byName)))).not.toContain('ScheduleKeyDeletion');
  });

  test('so does one that is imported by the ARN of its alias, and the key of a queue', () => {
    const keyArn = 'arn:aws:kms:us-east-1:123456789012:alias/ours';
    const queueArn = 'arn:aws:sqs:us-east-1:123456789012:given';
    expect(told(topicWith(stack => kms.Key.fromKeyArn(stack, 'Key', keyArn)))).toEqual(warning('tamperAlerts (alias/ours)'));
    expect(told(stack => ({ ...alerted(stack), delivery: { deadLetterQueue: sqs.Queue.fromQueueAttributes(stack, 'Given', { queueArn, keyArn }) } })))
      .toEqual(expect.arrayContaining(warning('delivery.deadLetterQueue (alias/ours)')));
  });

  test('is named without an alias that only the deployment knows', () => {
    const parameter = (stack: Stack) => new CfnParameter(stack, 'Name').valueAsString;
    expect(told(topicWith(stack => kms.Alias.fromAliasName(stack, 'Alias', parameter(stack))))).toEqual(warning('tamperAlerts'));
  });

  test('gets none if the alias is given with its key, or the key is AWS\'s', () => {
    expect(told(topicWith(stack => new kms.Alias(stack, 'Alias', { aliasName: 'ours', targetKey: new kms.Key(stack, 'Key') })))).toEqual([]);
    const byAws: PropsOrFactory = stack => ({
      ...alerted(stack),
      storage: { bucket: new s3.Bucket(stack, 'Given', { encryptionKey: kms.Alias.fromAliasName(stack, 'Alias', 'alias/aws/s3') }), prefix: 'audit' },
    });
    expect(told(byAws)).toEqual([]);
    expect(JSON.stringify(rulesOf(byAws))).not.toContain('kms.amazonaws.com');
  });
});

test('resources of several stacks by one logical id are told apart', () => {
  const app = new App();
  const buckets = ['One', 'Two'].map(id => new s3.Bucket(new Stack(app, id), 'Bucket'));
  const stack = new Stack(app, 'Uses');
  new EventAuditArchive(stack, 'Audit', { storage: { bucket: buckets[0], prefix: 'audit', accessLogsBucket: buckets[1] }, ...alerted(stack) });
  const { template } = app.synth().getStackByName('Uses');
  const patterns = JSON.stringify(Object.values<any>(template.Resources).filter(({ Type }) => Type === 'AWS::Events::Rule').map(({ Properties }) => Properties.EventPattern));
  expect(patterns).toMatch(/"DeleteBucket",.*?"bucketName":\[[^\]]*"Fn::ImportValue":"One:[^\]]*"Fn::ImportValue":"Two:/);
});

test('a rule on another bus is named without the bus, which CloudFormation puts before it', () => {
  const { template } = synthesize(alerted, { extend: (archive, stack) => archive.addCapture('Orders', { eventBus: new events.EventBus(stack, 'Bus') }) });
  expect(JSON.stringify(template.toJSON())).toMatch(/"rule":\[\{"Fn::Select":\[1,\{"Fn::Split":\["\|",\{"Ref":"AuditCapturesOrdersRule/);
});

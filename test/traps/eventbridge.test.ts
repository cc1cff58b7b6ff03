// EventBridge's traps: rules, patterns, targets and dead-letter queues. What CDK makes of the same is the negative control where it falls in.

import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as firehose from 'aws-cdk-lib/aws-kinesisfirehose';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { EventAuditArchive } from '../../src';
import { FanOut, FanOutAuthorization } from '../../src';
import { altered, anEvent, cleanUp, run } from '../end-to-end/archive-run';
import { defaultArchive } from '../full-archive';
import { EmbeddedPatterns } from '../simulator/embedded/patterns';
import type { JsonObject } from '../simulator/engines';
import { SimulatedTemplate } from '../simulator/template/template';
import { PropsOrFactory, synthesisError, synthesize, warnings } from '../synthesize';
import { allFound, outcomeOf } from './outcome';
import { RULE, TABLE, withPattern, withTarget } from './template-parts';

afterAll(cleanUp);

const matches = (pattern: unknown, event: object): boolean => new EmbeddedPatterns().compile(pattern as JsonObject).matches(event as JsonObject);

/** The archive's template, with nothing archived but by a rule and a target as CDK makes them. */
function withRuleOfCdk(): object {
  const extend = (archive: EventAuditArchive, stack: Stack): void => {
    const stream = firehose.DeliveryStream.fromDeliveryStreamArn(stack, 'Stream', archive.deliveryStreamArn);
    new events.Rule(stack, 'OfCdk', { eventPattern: { source: ['aws.ssm'] }, targets: [new targets.FirehoseDeliveryStream(stream)] });
  };
  return synthesize({ eventPatterns: [{ source: ['nobody'] }] }, { extend }).template.toJSON();
}

/** The template of a stack in which CDK makes things by itself. */
function templateOfCdk(make: (stack: Stack) => void, account = '123456789012', region = 'us-east-1'): any {
  const stack = new Stack(new App(), 'OfCdk', { env: { account, region } });
  make(stack);
  return Template.fromStack(stack).toJSON();
}

const ruleOfCdk = (pattern: events.EventPattern) => (stack: Stack): events.Rule => new events.Rule(stack, 'Rule', { eventPattern: pattern });

const patternsOf = (template: object): unknown[] => SimulatedTemplate.parse(template).ofType(RULE).map(({ properties }) => properties.EventPattern);

describe('a target', () => {
  const failing = { faults: () => 'error' as const };

  test('has a dead-letter queue, which CDK\'s own for Firehose takes no prop for', async () => {
    expect(await outcomeOf(defaultArchive(), [anEvent()], failing)).toMatchObject({ deadLettered: 1, lost: 0 });
    expect(await outcomeOf(withRuleOfCdk(), [anEvent()])).toMatchObject({ archived: 1 });
    expect(await outcomeOf(withRuleOfCdk(), [anEvent()], failing)).toMatchObject({ deadLettered: 0, lost: 1 });
  });

  test('is tried as long as EventBridge can', async () => {
    const once = { faults: (_target: string, attempt: number) => attempt === 1 ? 'throttled' as const : 'ok' as const };
    expect(await outcomeOf(defaultArchive(), [anEvent()], once)).toEqual(allFound(1));
    const impatient = withTarget(defaultArchive(), target => { target.RetryPolicy.MaximumRetryAttempts = 0; });
    expect(await outcomeOf(impatient, [anEvent()], once)).toMatchObject({ archived: 0, deadLettered: 1 });
  });

  test('is one of at most five of a rule', async () => {
    const siem = (id: string) => (stack: Stack) => FanOut.http({
      url: `https://${id}.example.com`, authorization: FanOutAuthorization.apiKey({ headerName: 'X-Api-Key', secret: new Secret(stack, `Secret${id}`) }),
    });
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    const many = synthesize(stack => ({ fanOut: Object.fromEntries(ids.map(id => [id, siem(id)(stack)])) })).template.toJSON();
    expect(Object.keys((await run(many, [])).simulation.ledger.fanOut)).toHaveLength(6);
    const together = altered(defaultArchive(), RULE, properties => { properties.Targets = ids.map(Id => ({ ...properties.Targets[0], Id })); });
    await expect(run(together, [])).rejects.toThrow('6 targets; EventBridge takes 5');
  });

  test('has its permission before its rule starts, or the first events would go straight to the dead-letter queue', () => {
    expect(startingBeforeTheirPolicy(defaultArchive())).toEqual([]);
    expect(startingBeforeTheirPolicy(withRuleOfCdk())).toEqual([expect.stringMatching(/^OfCdk/)]);
  });
});

/** The rules that CloudFormation may create before a policy of their target's role. */
function startingBeforeTheirPolicy(template: object): string[] {
  const resources = (template as { Resources: { [id: string]: any } }).Resources;
  const isPolicyOf = (role: string) => (id: string) => /Policy$/.test(resources[id].Type) && JSON.stringify(resources[id].Properties.Roles ?? []).includes(`"${role}"`);
  return Object.keys(resources).filter(id => resources[id].Type === RULE).filter(rule => {
    const before = neededBy(resources, rule);
    return resources[rule].Properties.Targets.some(({ RoleArn: { 'Fn::GetAtt': [role] } }: any) =>
      !Object.keys(resources).filter(isPolicyOf(role)).every(policy => before.has(policy)));
  });
}

/** What comes before a resource, because it refers to it or depends on it. */
function neededBy(resources: { [id: string]: any }, id: string, found = new Set<string>()): Set<string> {
  const text = JSON.stringify(resources[id]);
  for (const other of Object.keys(resources).filter(candidate => candidate !== id && !found.has(candidate) && text.includes(`"${candidate}"`))) {
    neededBy(resources, other, found.add(other));
  }
  return found;
}

describe('a dead-letter queue', () => {
  const given = (props: sqs.QueueProps): PropsOrFactory => stack => ({ delivery: { deadLetterQueue: new sqs.Queue(stack, 'Mine', props) } });

  test.each<[string, PropsOrFactory, RegExp, JsonObject]>([
    ['is no FIFO queue', given({ fifo: true }), /deadLetterQueue: got a FIFO queue/, { FifoQueue: true, QueueName: 'x.fifo' }],
    ['has no key that EventBridge cannot use', given({ encryption: sqs.QueueEncryption.KMS_MANAGED }), /got a queue encrypted with alias\/aws\/sqs/,
      { KmsMasterKeyId: 'alias/aws/sqs', SqsManagedSseEnabled: false }],
  ])('%s', async (_trap, props, refused, settings) => {
    expect(synthesisError(props)).toMatch(refused);
    const fallenIn = altered(defaultArchive(), 'AWS::SQS::Queue', properties => Object.assign(properties, settings));
    expect(await outcomeOf(fallenIn, [anEvent()], { faults: () => 'error' })).toMatchObject({ deadLettered: 0, lost: 1 });
  });

  test('is in the Region of the bus', async () => {
    const elsewhere = 'arn:aws:sqs:eu-west-1:123456789012:mine';
    const props: PropsOrFactory = stack => ({ delivery: { deadLetterQueue: sqs.Queue.fromQueueArn(stack, 'Mine', elsewhere) } });
    expect(synthesisError(props, { stack: { env: { account: '123456789012', region: 'us-east-1' } } })).toMatch('got a queue in Region eu-west-1');
    await expect(run(withTarget(defaultArchive(), target => { target.DeadLetterConfig.Arn = elsewhere; }), [])).rejects.toThrow('is no queue of the rule\'s Region');
  });

  test('has one policy statement for all rules, of 20 that SQS takes', () => {
    const sources = Array.from({ length: 25 }, (_, index) => `source-${index}`);
    const ofArchive = synthesize({ eventPatterns: sources.map(source => ({ source: [source] })) }).template.toJSON();
    const ofCdk = templateOfCdk(stack => {
      const [queue, deadLetterQueue] = ['Queue', 'DeadLetters'].map(id => new sqs.Queue(stack, id));
      for (const source of sources) {
        new events.Rule(stack, source, { eventPattern: { source: [source] }, targets: [new targets.SqsQueue(queue, { deadLetterQueue })] });
      }
    });
    expect(mostStatements(ofArchive)).toBeLessThanOrEqual(20);
    expect(mostStatements(ofCdk)).toBeGreaterThan(20);
  });

  function mostStatements(template: any): number {
    const policies = Object.values<any>(template.Resources).filter(({ Type }) => Type === 'AWS::SQS::QueuePolicy');
    return Math.max(...policies.map(({ Properties }) => Properties.PolicyDocument.Statement.length));
  }
});

describe('a pattern', () => {
  const long = { source: ['x'.repeat(4100)] };

  test('has at most 4,096 characters, which CDK does not look at', async () => {
    expect(synthesisError({ eventPatterns: [long] })).toMatch(/a pattern of \d+ characters with what the archive adds; EventBridge accepts 4096/);
    expect(patternsOf(templateOfCdk(ruleOfCdk(long)))).toEqual([long]);
    await expect(run(withPattern(defaultArchive(), () => long), [])).rejects.toThrow('EventBridge takes 4096');
  });

  test('over the default quota of 2,048 characters comes with a warning', () => {
    const overQuota: events.EventPattern = { source: ['x'.repeat(2100)] };
    expect(warnings({ eventPatterns: [overQuota] })).toEqual([expect.stringContaining('EventBridge\'s default quota is 2048')]);
    expect(warnings({}, { extend: (_archive, stack) => { ruleOfCdk(overQuota)(stack); } })).toEqual([]);
  });

  test('of everything is that of every account, too', async () => {
    const forwarded = [anEvent({ account: '210987654321' })];
    expect(await outcomeOf(defaultArchive(), forwarded)).toEqual(allFound(1));
    expect(await outcomeOf(withPattern(defaultArchive(), () => ({ account: ['123456789012'] })), forwarded)).toMatchObject({ unmatched: 1, archived: 0 });
    await expect(run(withPattern(defaultArchive(), () => ({})), forwarded)).rejects.toThrow(/EventPattern/);
  });

  test('is not widened by what is composed on it, as by addEventPattern', () => {
    const given: events.EventPattern = { source: ['order'] };
    const stranger = anEvent().event;
    const [ofArchive] = patternsOf(synthesize({ eventPatterns: [given] }).template.toJSON());
    const [ofCdk] = patternsOf(templateOfCdk(stack => ruleOfCdk(given)(stack).addEventPattern({ source: events.Match.prefix('') })));
    expect([matches(ofArchive, stranger), matches(ofCdk, stranger)]).toEqual([false, true]);
  });

  test('is not widened by an $or with a condition that the pattern has beside it', () => {
    const deliveryRole = 'arn:aws:iam::123456789012:role/delivery';
    const eventName = ['PutObject', 'DeleteObject'];
    const listing = { 'source': 'aws.iam', 'detail-type': 'AWS API Call via CloudTrail', 'detail': { eventName: 'ListUsers', userIdentity: {} } };
    const [ofArchive] = patternsOf(synthesize({ eventPatterns: [{ detail: { eventName } }] }).template.toJSON());
    const beside = { detail: { eventName, $or: [{ eventName: [{ 'anything-but': ['PutObject'] }] }, { userIdentity: { arn: [{ 'anything-but': [deliveryRole] }] } }] } };
    expect([matches(ofArchive, listing), matches(beside, listing)]).toEqual([false, true]);
  });

  test('is compared as it resolves: matchers of CDK are tokens, each a text of its own', () => {
    const twice = [1, 2].map((): events.EventPattern => ({ source: events.Match.prefix('order') }));
    expect(synthesisError({ eventPatterns: twice })).toMatch('eventPatterns[1]: got the same pattern as eventPatterns[0]');
    expect(JSON.stringify(twice[0])).not.toBe(JSON.stringify(twice[1]));
    const [one, other] = templateRules(templateOfCdk(stack => twice.forEach((eventPattern, index) => new events.Rule(stack, `Rule${index}`, { eventPattern }))));
    expect(one).toEqual(other);
  });

  test('is measured as it resolves', () => {
    const tokens: events.EventPattern = { source: events.Match.prefix('x'.repeat(4100)) };
    expect(synthesisError({ eventPatterns: [tokens] })).toMatch('EventBridge accepts 4096');
    expect(JSON.stringify(tokens).length).toBeLessThan(100);
  });

  function templateRules(template: any): unknown[] {
    return Object.values<any>(template.Resources).map(({ Properties }) => Properties.EventPattern);
  }
});

describe('a bus', () => {
  const onBus = (arn: string): PropsOrFactory => stack => ({ eventBus: events.EventBus.fromEventBusArn(stack, 'Bus', arn) });
  const ruleOn = (arn: string) => (stack: Stack) => { new events.Rule(stack, 'Rule', { eventPattern: { source: ['a'] }, eventBus: events.EventBus.fromEventBusArn(stack, 'Bus', arn) }); };
  const busesOf = (template: any): unknown[] => Object.values<any>(template.Resources).map(({ Properties }) => Properties.EventBusName);

  test('of AWS::EventsV2 is refused: CDK would put the rule on another bus of the same name', () => {
    const arn = 'arn:aws:events:us-east-1:123456789012:event-busv2/orders';
    expect(synthesisError(onBus(arn))).toMatch('rules can be put on event buses of AWS::Events only');
    expect(busesOf(templateOfCdk(ruleOn(arn)))).toEqual(['orders']);
  });

  test.each([['another Region', 'eu-west-1', '123456789012'], ['another account', 'us-east-1', '210987654321']])('of %s cannot reach the stream', (_where, region, account) => {
    const arn = `arn:aws:events:${region}:${account}:event-bus/orders`;
    expect(synthesisError(onBus(arn), { stack: { env: { account: '123456789012', region: 'us-east-1' } } })).toMatch(/^eventBus: got a bus in (Region|account) /);
    expect(busesOf(templateOfCdk(ruleOn(arn)))).toEqual(['orders']);
  });

  test('of a partner has no read-only API calls: CDK lets the state be set', () => {
    const arn = 'arn:aws:events:us-east-1:123456789012:event-bus/aws.partner/example.com/1';
    const props: PropsOrFactory = stack => ({ eventBus: events.EventBus.fromEventBusArn(stack, 'Bus', arn), includeReadOnlyApiCalls: true });
    expect(synthesisError(props)).toMatch('read-only API calls reach the default bus and custom buses only');
    const state = 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';
    const cdk = templateOfCdk(stack => { new events.CfnRule(stack, 'Rule', { eventBusName: arn, eventPattern: { source: ['a'] }, state }); });
    expect(cdk.Resources.Rule.Properties.State).toBe(state);
  });
});

test('a replayed event says so in a column', async () => {
  const replayed = [anEvent({ 'replay-name': 'after-the-outage' })];
  const namesIn = async (template: object) => (await run(template, replayed)).rows('SELECT replay_name FROM events');
  expect(await namesIn(defaultArchive())).toEqual([{ replay_name: 'after-the-outage' }]);
  const unmapped = altered(defaultArchive(), TABLE, ({ TableInput }) => { delete TableInput.StorageDescriptor.SerdeInfo.Parameters?.['mapping.replay_name']; });
  expect(await namesIn(unmapped)).toEqual([{ replay_name: null }]);
});

test('an event that is delivered twice counts once', async () => {
  const sent = anEvent();
  const counted = async (template: object) => {
    const answers = await (await run(template, [sent, sent])).savedQueries();
    return answers.find(({ name }) => name === 'Events by type and day')!.result.rows.map(row => Number(row[3]));
  };
  expect(await counted(defaultArchive())).toEqual([1]);
  const naive = altered(defaultArchive(), 'AWS::Athena::NamedQuery', properties => { properties.QueryString = properties.QueryString.replaceAll('DISTINCT id', '*'); });
  expect(await counted(naive)).toEqual([2]);
});


import { App, Aws, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { EventAuditArchive, EventRuleOptions, FanOut, FanOutConfig, FanOutPayload } from '../../src';
import { Extend, synthesisError, synthesize, warnings } from '../synthesize';

const PATTERN: events.EventPattern = { source: ['aws.ssm'] };

/** The archive with a rule that tells a topic. */
function telling(options: Partial<EventRuleOptions> = {}): Extend {
  return (archive, stack) => {
    archive.onEvent('Told', { eventPattern: PATTERN, target: new targets.SnsTopic(new sns.Topic(stack, 'Topic')), ...options });
  };
}

function ruleOf(template: Template): any {
  return Object.entries(template.findResources('AWS::Events::Rule')).find(([id]) => id.startsWith('AuditOnEvent'))![1];
}

describe('the rule', () => {
  test('is the user\'s, with the longest retries and the second queue', () => {
    const { template, archive } = synthesize({}, { extend: telling() });
    const rule = ruleOf(template);
    expect(rule.Properties).toEqual({
      Description: 'Tells of events',
      EventPattern: { source: ['aws.ssm'] },
      State: 'ENABLED',
      Targets: [{
        Arn: { Ref: expect.stringMatching(/^Topic/) },
        Id: expect.any(String),
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [expect.stringMatching(/^AuditFanOutDeadLettersQueue/), 'Arn'] } },
        RetryPolicy: { MaximumEventAgeInSeconds: 86400, MaximumRetryAttempts: 185 },
      }],
    });
    expect(archive.fanOutDeadLetterQueue).toBeDefined();
    expect(archive.rules).toHaveLength(1);
  });

  test('is what the call returns', () => {
    let rule: events.Rule | undefined;
    synthesize({}, { extend: (archive, stack) => { rule = archive.onEvent('Told', { eventPattern: PATTERN, target: new targets.SnsTopic(new sns.Topic(stack, 'Topic')) }); } });
    expect(rule).toBeInstanceOf(events.Rule);
    expect(rule!.node.path).toBe('Test/Audit/OnEvent/Told');
  });

  test('is let into the queue, in the one statement', () => {
    const { template } = synthesize({}, {
      extend: (archive, stack) => {
        telling()(archive, stack);
        archive.onEvent('Queue', { eventPattern: PATTERN, target: new targets.SqsQueue(new sqs.Queue(stack, 'Mine')) });
      },
    });
    const ids = Object.keys(template.findResources('AWS::Events::Rule')).filter(id => id.startsWith('AuditOnEvent'));
    template.hasResourceProperties('AWS::SQS::QueuePolicy', {
      Queues: [{ Ref: Match.stringLikeRegexp('^AuditFanOutDeadLetters') }],
      PolicyDocument: {
        Statement: [Match.objectLike({ Effect: 'Deny' }), Match.objectLike({ Condition: { ArnLike: { 'aws:SourceArn': ids.map(id => ({ 'Fn::GetAtt': [id, 'Arn'] })) } } })],
      },
    });
  });

  test('listens to the archive\'s own bus, or to another', () => {
    const busOf = (options?: (stack: Stack) => Partial<EventRuleOptions>) => {
      const { template } = synthesize(stack => ({ eventBus: new events.EventBus(stack, 'Own') }), { extend: (archive, stack) => telling(options?.(stack))(archive, stack) });
      return ruleOf(template).Properties.EventBusName;
    };
    expect(busOf()).toEqual({ Ref: expect.stringMatching(/^Own/) });
    expect(busOf(stack => ({ eventBus: events.EventBus.fromEventBusName(stack, 'Other', 'other') }))).toBe('other');
  });

  test.each<[Partial<EventRuleOptions>, string]>([
    [{}, 'ENABLED'],
    [{ enabled: false }, 'DISABLED'],
    [{ includeReadOnlyApiCalls: true }, 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'],
  ])('with %j is %s', (options, state) => {
    expect(ruleOf(synthesize({}, { extend: telling(options) }).template).Properties.State).toBe(state);
  });
});

describe('the target', () => {
  test('keeps the queue and the retries that it brings', () => {
    const { template, archive } = synthesize({}, {
      extend: (given, stack) => {
        const deadLetterQueue = new sqs.Queue(stack, 'Mine');
        given.onEvent('Told', { eventPattern: PATTERN, target: new targets.SnsTopic(new sns.Topic(stack, 'Topic'), { deadLetterQueue, retryAttempts: 3, maxEventAge: Duration.hours(1) }) });
      },
    });
    const [target] = ruleOf(template).Properties.Targets;
    expect(target.DeadLetterConfig.Arn['Fn::GetAtt'][0]).toMatch(/^Mine/);
    expect(target.RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 3 });
    expect(archive.fanOutDeadLetterQueue).toBeUndefined();
  });

  test('has its role\'s policy before the rule', () => {
    const { template } = synthesize({}, {
      extend: (archive, stack) => {
        const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('events.amazonaws.com') });
        archive.onEvent('Told', { eventPattern: PATTERN, target: new targets.EventBus(new events.EventBus(stack, 'Bus'), { role }) });
      },
    });
    expect(ruleOf(template).DependsOn).toEqual([expect.stringMatching(/^RoleDefaultPolicy/)]);
  });

  test('may have a role below the rule, as CDK gives a bus elsewhere, which is no cycle', () => {
    const { template } = synthesize({}, {
      extend: (archive, stack) => {
        const target = new targets.EventBus(events.EventBus.fromEventBusArn(stack, 'Central', 'arn:aws:events:us-east-1:222222222222:event-bus/central'));
        archive.onEvent('Told', { eventPattern: PATTERN, target });
      },
    });
    const [policy] = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([id]) => id.startsWith('AuditOnEventTold'));
    expect(ruleOf(template).DependsOn).toEqual([policy[0]]);
    expect(policy[1].DependsOn).toBeUndefined();
    for (const role of Object.values<any>(template.findResources('AWS::IAM::Role'))) expect(role.DependsOn).toBeUndefined();
  });

  test('may have a role of another stack that knows of this one', () => {
    const app = new App();
    const stack = new Stack(app, 'Test');
    const archive = new EventAuditArchive(stack, 'Audit');
    const other = new Stack(app, 'Other');
    other.addDependency(stack);
    const role = iam.Role.fromRoleName(other, 'Role', 'teller');
    role.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['sns:Publish'], resources: ['*'] }));
    archive.onEvent('Told', { eventPattern: PATTERN, target: { bind: () => ({ arn: 'arn:aws:sns:us-east-1:123456789012:topic', role }) } });
    expect(() => app.synth()).not.toThrow();
  });

  test('that says something of its retries has the longest in the rest', () => {
    const { template } = synthesize({}, {
      extend: (archive, stack) => {
        archive.onEvent('Told', { eventPattern: PATTERN, target: new targets.SnsTopic(new sns.Topic(stack, 'Topic'), { retryAttempts: 3 }) });
      },
    });
    expect(ruleOf(template).Properties.Targets[0].RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 86400, MaximumRetryAttempts: 3 });
  });

  test('may be a queue whose policy names the rule, which is no cycle', () => {
    const { template } = synthesize({}, {
      extend: (archive, stack) => { archive.onEvent('Told', { eventPattern: PATTERN, target: new targets.SqsQueue(new sqs.Queue(stack, 'Mine')) }); },
    });
    expect(ruleOf(template).DependsOn).toBeUndefined();
  });
});

describe('what the target is sent', () => {
  const { fromPath } = events.EventField;
  const sent = (message: events.RuleTargetInput, eventPattern: events.EventPattern = PATTERN): Extend => (archive, stack) => {
    archive.onEvent('Told', { eventPattern, target: new targets.SnsTopic(new sns.Topic(stack, 'Topic'), { message }) });
  };
  const path = '$.detail.userAgent';
  const remedy = `give the field as a value of its own, as in RuleTargetInput.fromObject({ field: EventField.fromPath('${path}') })`;
  const refused = `onEvent("Told").target: got ${path} within a text in JSON; EventBridge does not escape what it puts there, so that a quote or a line break in it `
    + `breaks the JSON and nobody is told: ${remedy}`;

  test.each<[string, object]>([
    ['a text', { message: `by ${fromPath(path)}` }],
    ['a text in a list', { list: [`by ${fromPath(path)} and ${fromPath('$.account')}`] }],
    ['quotes in a text', { message: `by "${fromPath(path)}"` }],
    ['a list', [`by ${fromPath(path)}`]],
  ])('is refused where %s of an object has what whoever causes the event can choose', (_name, message) => {
    expect(synthesisError({}, { extend: sent(events.RuleTargetInput.fromObject(message)) })).toBe(refused);
  });

  test('is refused where a fan-out sends it, too', () => {
    class Own extends FanOut {
      public bind(scope: Construct): FanOutConfig {
        return { target: new targets.SnsTopic(new sns.Topic(scope, 'Topic'), { message: events.RuleTargetInput.fromObject({ message: `by ${fromPath(path)}` }) }) };
      }
    }
    expect(synthesisError({ fanOut: { Own: new Own() } })).toBe(refused.replace('onEvent("Told").target', 'fanOut.Own'));
  });

  test.each<[string, events.RuleTargetInput, string]>([
    ['a text', events.RuleTargetInput.fromText(`by ${fromPath(path)}`), path],
    ['lines', events.RuleTargetInput.fromMultilineText(`a bucket\nby ${fromPath(path)}`), path],
  ])('is warned of where it is %s', (_name, message) => {
    expect(warnings({}, { extend: sent(message) })).toEqual([
      `onEvent("Told").target: got a text with ${path}; EventBridge does not escape what it puts there, and AWS does not say what becomes of a text with a quote `
      + `or a line break: ${remedy} [ack: cdk-event-audit-archive:textOfEvent]`,
    ]);
  });

  const harmless: [string, events.RuleTargetInput, events.EventPattern?][] = [
    ['fields as values', events.RuleTargetInput.fromObject({ by: fromPath(path), all: fromPath('$'), list: [fromPath(path)] })],
    ['what AWS alone writes', events.RuleTargetInput.fromObject({ message: `in ${events.EventField.region} of ${events.EventField.account} at ${events.EventField.time}` })],
    ['what the pattern binds', events.RuleTargetInput.fromText(`is ${fromPath('$.detail.state')}`), { source: ['aws.ec2'], detail: { state: ['stopped', 'running'] } }],
    ['no field', events.RuleTargetInput.fromText('something happened')],
    ['a part of the event', events.RuleTargetInput.fromEventPath('$.detail')],
    ['the whole event', FanOutPayload.wholeEvent()],
    ['a payload of fields', FanOutPayload.fields({ by: path })],
    ['a token of the deployment', events.RuleTargetInput.fromObject({ message: `in ${Aws.STACK_NAME}`, by: fromPath(path) })],
  ];
  test.each(harmless.map(([name, message, pattern = PATTERN]) => [name, message, pattern] as const))('may have %s', (_name, message, eventPattern) => {
    expect(warnings({}, { extend: sent(message, eventPattern) })).toEqual([]);
  });

  test.each<[string, string, events.EventPattern]>([
    ['a list with the text that the pattern names', '$.detail.state', { source: ['my.app'], detail: { state: ['running'] } }],
    ['a list that the caller of AWS gives', '$.detail.requestParameters.tag', { source: ['aws.ec2'], detail: { requestParameters: { tag: ['own'] } } }],
    ['what only CloudTrail would write', '$.detail.eventID', { source: ['my.app'] }],
    ['the same, of any source', '$.detail.eventID', { detailType: ['AWS API Call via CloudTrail'] }],
    ['the same, of a partner', '$.detail.eventTime', { source: ['aws.partner/acme.com/app'] }],
    ['a list of resources', '$.resources', { resources: ['arn:aws:s3:::records'] }],
  ])('is refused in JSON where a producer can send %s', (_name, chosen, eventPattern) => {
    const message = events.RuleTargetInput.fromObject({ message: `is ${fromPath(chosen)}` });
    expect(synthesisError({}, { extend: sent(message, eventPattern) })).toContain(`got ${chosen} within a text in JSON`);
  });

  test.each<[string, events.EventPattern]>([
    ['$.source', { source: ['my.app'] }], ['$.detail-type', { detailType: ['Order placed'] }], ['$.detail.eventID', { source: ['aws.s3'] }],
  ])('may have %s within a text where the pattern is %j', (path_, eventPattern) => {
    const message = events.RuleTargetInput.fromObject({ message: `is ${fromPath(path_)}` });
    expect(warnings({}, { extend: sent(message, eventPattern) }).filter(warning => warning.includes('onEvent("Told").target'))).toEqual([]);
  });

  test.each([[{ state: [{ prefix: 'stop' }] }], [{ state: ['"'] }], [{ other: ['stopped'] }]])('is not bound by the pattern %j', detail => {
    const message = events.RuleTargetInput.fromText(`is ${fromPath('$.detail.state')}`);
    expect(warnings({}, { extend: sent(message, { source: ['aws.ec2'], detail }) })).toHaveLength(1);
  });
});

describe('bad input', () => {
  const target = { bind: () => ({ arn: 'arn:aws:sns:us-east-1:123456789012:topic' }) };
  const withOptions = (options: Partial<EventRuleOptions>) => (archive: EventAuditArchive) => { archive.onEvent('Told', { eventPattern: PATTERN, target, ...options }); };

  test.each<[string, Extend, string]>([
    ['an id twice', archive => [1, 2].forEach(() => withOptions({})(archive)), 'onEvent: got the id "Told" twice; give each an id of its own'],
    ['an empty id', archive => { archive.onEvent('', { eventPattern: PATTERN, target }); }, 'onEvent: got an empty id; give a name'],
    ['too long a description', withOptions({ description: 'x'.repeat(513) }),
      `onEvent("Told").description: got "${'x'.repeat(196)}...; a description is one line of at most 512 characters`],
    ['read-only calls of a partner', (archive, stack) => withOptions({
      eventBus: events.EventBus.fromEventBusName(stack, 'Partner', 'aws.partner/example.com/1'), includeReadOnlyApiCalls: true,
    })(archive), 'onEvent("Told").includeReadOnlyApiCalls: got true on the partner bus aws.partner/example.com/1; read-only API calls reach the default bus and custom buses only'],
    ['an empty pattern', withOptions({ eventPattern: {} }), 'onEvent("Told").eventPattern: got {}; an object in an event pattern has at least one field'],
    ['what EventBridge refuses', withOptions({ eventPattern: { source: [] } }), 'onEvent("Told").eventPattern.source: got []; a list in an event pattern has at least one value'],
    ['too long a pattern', withOptions({ eventPattern: { source: ['x'.repeat(4096)] } }),
      'onEvent("Told").eventPattern: got a pattern of 4111 characters; EventBridge accepts 4096: split it into several patterns'],
    ['a bus of another Region', (archive, stack) => withOptions({ eventBus: events.EventBus.fromEventBusArn(stack, 'Far', 'arn:aws:events:eu-west-1:123456789012:event-bus/far') })(archive),
      'onEvent("Told").eventBus: got a bus in Region eu-west-1; the archive\'s rules need a bus in the stack\'s own Region, us-east-1'],
  ])('%s', (_name, extend, message) => {
    expect(synthesisError({}, { extend, stack: { env: { account: '123456789012', region: 'us-east-1' } } })).toBe(message);
  });

  test('a pattern over the default quota is a warning', () => {
    expect(warnings({}, { extend: withOptions({ eventPattern: { source: ['x'.repeat(2048)] } }) })).toEqual([
      'onEvent("Told").eventPattern: got a pattern of 2063 characters; EventBridge\'s default quota is 2048: have it raised before you deploy, or split the pattern'
      + ' [ack: cdk-event-audit-archive:patternOverDefaultQuota]',
    ]);
  });

  test('more rules than the second queue\'s policy takes', () => {
    const many: Extend = archive => {
      for (let index = 0; index < 90; index++) archive.onEvent(`Told${index}`, { eventPattern: PATTERN, target });
    };
    const onLongBus = (count: number): Extend => (archive, stack) => {
      const eventBus = events.EventBus.fromEventBusName(stack, 'Long', 'b'.repeat(200));
      for (let index = 0; index < count; index++) archive.onEvent(`Told${index}`, { eventPattern: PATTERN, target, eventBus });
    };
    expect(synthesisError({}, { extend: onLongBus(30) })).toMatch(/fanOut and onEvent: got about \d+ bytes in the policy of the queue .* \(30 rules, 2 statements\)/);
    expect(synthesisError({}, { extend: many })).toMatch(/fanOut and onEvent: got about \d+ bytes .* \(90 rules, 2 statements\); SQS takes 8192: join patterns, or use several archives/);
  });
});

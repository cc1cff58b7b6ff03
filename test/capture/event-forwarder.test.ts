import { Annotations as Acknowledged, App, Aws, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { AuditEvents, EventForwarder, EventForwarderProps } from '../../src';
import { postureFindings } from '../posture';
import { walkArchive } from '../simulator/permissions/walker';
import { SimulatedTemplate } from '../simulator/template/template';

const ENV = { account: '222222222222', region: 'us-east-1' };
const AUDIT_BUS = 'arn:aws:events:eu-west-1:111111111111:event-bus/audit';

type Props = (stack: Stack) => Partial<EventForwarderProps>;

function build(props: Props = () => ({}), env: object | undefined = ENV) {
  const stack = new Stack(new App(), 'Test', { env });
  const forwarder = new EventForwarder(stack, 'Forwarder', { destinationEventBus: events.EventBus.fromEventBusArn(stack, 'Audit', AUDIT_BUS), ...props(stack) });
  return { stack, forwarder, template: Template.fromStack(stack) };
}

describe('a forwarder', () => {
  test('has a rule for each pattern, with the longest retries and a dead-letter queue, which waits for its role\'s policy', () => {
    const { template, forwarder } = build(() => ({ eventPatterns: [AuditEvents.rootActivity(), { source: ['order'] }] }));
    const rules = Object.values<any>(template.findResources('AWS::Events::Rule'));
    expect(forwarder.rules).toHaveLength(2);
    expect(rules).toHaveLength(2);
    for (const { Properties: { Targets: [target], State: state }, DependsOn: dependsOn } of rules) {
      expect(target).toMatchObject({ Arn: AUDIT_BUS, RetryPolicy: { MaximumEventAgeInSeconds: 86400, MaximumRetryAttempts: 185 } });
      expect(target.DeadLetterConfig.Arn).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^ForwarderDeadLettersQueue/), 'Arn'] });
      expect(dependsOn).toEqual([expect.stringMatching(/^ForwarderPutPolicy/)]);
      expect(state).toBe('ENABLED');
    }
  });

  test.each<[string, Props]>([
    ['by default', () => ({})],
    ['with a key', stack => ({ encryptionKey: new kms.Key(stack, 'Key') })],
    ['with a queue of the stack', stack => ({ deadLetterQueue: new sqs.Queue(stack, 'Queue') })],
    ['of another bus', stack => ({ eventBus: new events.EventBus(stack, 'Orders', { logConfig: { level: events.Level.OFF } }) })],
  ])('allows what is needed, and nothing else: %s', (_name, props) => {
    for (const env of [ENV, undefined]) {
      const template = SimulatedTemplate.parse(build(props, env).template.toJSON(), ENV);
      const given = template.resources.map(({ logicalId }) => logicalId).filter(logicalId => !logicalId.startsWith('Forwarder'));
      expect(walkArchive(template, given)).toEqual([]);
      expect(postureFindings(template, given)).toEqual([]);
    }
  });

  test('asks for read-only calls, or for nothing, by the state of its rules', () => {
    const stateOf = (props: Partial<EventForwarderProps>) => Object.values<any>(build(() => props).template.findResources('AWS::Events::Rule'))[0].Properties.State;
    expect(stateOf({ includeReadOnlyApiCalls: true })).toBe('ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS');
    expect(stateOf({ includeReadOnlyApiCalls: true, enabled: false })).toBe('DISABLED');
  });

  test('keeps its queue, unless it is told otherwise', () => {
    build().template.hasResource('AWS::SQS::Queue', { DeletionPolicy: 'Retain' });
    build(() => ({ removalPolicy: RemovalPolicy.DESTROY })).template.hasResource('AWS::SQS::Queue', { DeletionPolicy: 'Delete' });
  });

  test('counts its dead letters', () => {
    const { stack, forwarder } = build();
    expect(stack.resolve(forwarder.metricDeadLetters({ label: 'Lost' }))).toMatchObject({ metricName: 'ApproximateNumberOfMessagesVisible', statistic: 'Maximum', label: 'Lost' });
  });

});

describe('a forwarder warns', () => {
  const IN_EU = { ...ENV, region: 'eu-west-1' };
  const CALLS = AuditEvents.cloudTrailApiCalls({ services: ['s3'] });
  const PARAMETERS = AuditEvents.parameterStoreChanges();

  /** The warnings, by the ids under which they are acknowledged. */
  function warned(props: Props, env: object = ENV, extend: (forwarder: EventForwarder) => void = () => undefined): { [id: string]: string } {
    const { stack, forwarder } = build(props, env);
    extend(forwarder);
    const texts = Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => String(entry.data));
    const byId = texts.map(text => [/\[ack: cdk-event-audit-archive:(\w+)\]$/.exec(text)![1], text]);
    expect(new Set(byId.map(([id]) => id)).size).toBe(texts.length);
    return Object.fromEntries(byId);
  }

  test('of read-only calls, which cost it more than an archive', () => {
    const { readOnlyApiCalls: text, ...others } = warned(() => ({ includeReadOnlyApiCalls: true }));
    expect(text).toMatch(/^includeReadOnlyApiCalls: of eventPatterns the read-only calls are forwarded too .*to another account as a custom event \(a million are 1\.00 USD/);
    expect(others).toEqual({});
  });

  test('of patterns that match the same event', () => {
    const { overlappingPatterns: text, ...others } = warned(() => ({ eventPatterns: [PARAMETERS, AuditEvents.fromSources('aws.ssm')] }));
    expect(text).toMatch(/^eventPatterns\[0\] and eventPatterns\[1\] both match an event with source "aws\.ssm".*is forwarded for each, with the same id: .*1\.00 USD/);
    expect(others).toEqual({});
  });

  test('where no trail is known, what an organization\'s may be nevertheless', () => {
    const { cloudTrailNeeded: text, ...others } = warned(() => ({ eventPatterns: [PARAMETERS, CALLS] }));
    expect(text).toMatch(/^eventPatterns\[1\]: these events come from CloudTrail, and no trail is known here; .*Where there is one, of the organization for example, acknowledge this; else make one/);
    expect(text).not.toMatch(/prop trail|another bus/);
    expect(others).toEqual({});
  });

  test('that what a rule sent to another bus goes no further', () => {
    expect(warned(stack => ({ eventBus: new events.EventBus(stack, 'Bus'), eventPatterns: [CALLS] })).cloudTrailNeeded)
      .toContain('EventBridge does not send on what was forwarded: leave eventBus out');
  });

  test('of what does not appear in its Region', () => {
    const props: Props = () => ({ eventPatterns: [AuditEvents.cisIamPolicyChanges()] });
    expect(warned(props, IN_EU)).toEqual({
      cloudTrailNeeded: expect.any(String),
      usEast1Needed: expect.stringMatching(/^in eu-west-1 .*: eventPatterns\[0\]: the API calls of IAM\. An EventForwarder of this account in us-east-1 sends it from there\. /),
    });
    expect(warned(props)).toEqual({ cloudTrailNeeded: expect.any(String) });
  });

  test.each<[string, Props]>([
    ['by default', () => ({})],
    ['while it is disabled', () => ({ eventPatterns: [CALLS, AuditEvents.fromSources('aws.s3')], includeReadOnlyApiCalls: true, enabled: false })],
    ['of patterns of what services and applications send themselves', () => ({ eventPatterns: [PARAMETERS, { source: ['order'] }] })],
    ['where the app has a trail', stack => {
      new cloudtrail.CfnTrail(stack, 'Trail', { s3BucketName: 'logs', isLogging: true });
      return { eventPatterns: [CALLS] };
    }],
    ['where the app has a trail of the organization, in another account', stack => {
      const management = new Stack(stack.node.root as App, 'Management', { env: { account: '999999999999', region: 'eu-west-1' } });
      new cloudtrail.CfnTrail(management, 'Trail', { s3BucketName: 'logs', isLogging: true, isMultiRegionTrail: true, isOrganizationTrail: true });
      return { eventPatterns: [CALLS] };
    }],
  ])('of nothing %s', (_when, props) => {
    expect(warned(props)).toEqual({});
  });

  test('of nothing that is acknowledged', () => {
    const all: Props = () => ({ includeReadOnlyApiCalls: true, eventPatterns: [AuditEvents.cisIamPolicyChanges(), AuditEvents.cloudTrailApiCalls({ services: ['iam'] })] });
    const ids = ['cloudTrailNeeded', 'overlappingPatterns', 'readOnlyApiCalls', 'usEast1Needed'];
    expect(Object.keys(warned(all, IN_EU)).sort()).toEqual(ids);
    expect(warned(all, IN_EU, forwarder => ids.forEach(id => Acknowledged.of(forwarder).acknowledgeWarning(`cdk-event-audit-archive:${id}`)))).toEqual({});
  });
});

describe('bad input', () => {
  const own = (region: string, account: string, name = 'default') => (stack: Stack) => ({
    destinationEventBus: events.EventBus.fromEventBusArn(stack, 'Own', `arn:aws:events:${region}:${account}:event-bus/${name}`),
  });

  test.each<[string, Props, string]>([
    ['the default bus to itself', own(ENV.region, ENV.account),
      'destinationEventBus: got the bus that the forwarder listens to; its events would come back to it: give the archive\'s bus in another account or Region'],
    ['a bus to itself', stack => {
      const bus = new events.EventBus(stack, 'Bus');
      return { eventBus: bus, destinationEventBus: bus };
    }, 'destinationEventBus: got the bus that the forwarder listens to; '],
    ['a bus to its import by name', stack => ({
      eventBus: new events.EventBus(stack, 'Bus', { eventBusName: 'orders' }), destinationEventBus: events.EventBus.fromEventBusName(stack, 'Again', 'orders'),
    }), 'destinationEventBus: got the bus that the forwarder listens to; '],
    ['to a partner', own('eu-west-1', '111111111111', 'aws.partner/example.com/1'), 'destinationEventBus: got a partner\'s bus; it takes that partner\'s events only'],
    ['to a bus of the other kind', stack => ({ destinationEventBus: events.EventBus.fromEventBusArn(stack, 'V2', 'arn:aws:events:eu-west-1:111111111111:event-busv2/audit') }),
      'destinationEventBus: got "arn:aws:events:eu-west-1:111111111111:event-busv2/audit"; events are forwarded to event buses of AWS::Events only'],
    ['to another partition', stack => ({ destinationEventBus: events.EventBus.fromEventBusArn(stack, 'China', 'arn:aws-cn:events:cn-north-1:111111111111:event-bus/default') }),
      'destinationEventBus: got "arn:aws-cn:events:cn-north-1:111111111111:event-bus/default"; events do not leave a partition: from us-east-1 give a bus of aws'],
    ['a bus elsewhere', stack => ({ eventBus: events.EventBus.fromEventBusArn(stack, 'There', AUDIT_BUS) }), 'eventBus: got a bus in Region eu-west-1; '],
    ['no pattern', () => ({ eventPatterns: [] }), 'eventPatterns: got an empty list; give at least one pattern, or leave the prop out to forward everything on the bus'],
    ['a pattern twice', () => ({ eventPatterns: [{ source: ['a'] }, { source: ['a'] }] }), 'eventPatterns[1]: got the same pattern as eventPatterns[0]; '],
    ['a pattern that is too long', () => ({ eventPatterns: [{ source: ['x'.repeat(4096)] }] }), 'eventPatterns[0]: got a pattern of 4111 characters; '],
    ['snapshots', () => ({ removalPolicy: RemovalPolicy.SNAPSHOT }), 'removalPolicy: got "snapshot"; '],
  ])('%s', (_name, props, message) => {
    expect(() => build(props)).toThrow(message);
  });

  test('none where only the deployment knows the place, but the bus is another', () => {
    expect(() => build(() => ({}), undefined)).not.toThrow();
    expect(() => build(stack => own(Aws.REGION, Aws.ACCOUNT_ID, 'other')(stack), undefined)).not.toThrow();
    expect(() => build(stack => ({ destinationEventBus: events.EventBus.fromEventBusName(stack, 'Here', 'default') }), undefined)).toThrow('destinationEventBus: got the bus that');
  });
});

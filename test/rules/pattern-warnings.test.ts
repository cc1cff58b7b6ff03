// What an archive warns of for all its patterns together: once each, by an id, naming the patterns.

import { App, CfnParameter, Environment, Stack } from 'aws-cdk-lib';
import * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { AuditEvents, EventRuleOptions, FanOut, FanOutConfig } from '../../src';
import { acknowledging, Extend, PropsOrFactory, SynthesizeOptions, warnings } from '../synthesize';

const CALLS = AuditEvents.cloudTrailApiCalls({ services: ['s3'] });
const SIGN_INS = AuditEvents.consoleSignIns();
const PARAMETERS = AuditEvents.parameterStoreChanges();
const EU = { stack: { env: { account: '123456789012', region: 'eu-west-1' } } };

/** A user's own fan-out. */
class ToTopic extends FanOut {
  constructor(private readonly eventPatterns?: events.EventPattern[]) {
    super();
  }

  public bind(scope: Construct): FanOutConfig {
    return { target: new targets.SnsTopic(new sns.Topic(scope, 'Topic')), eventPatterns: this.eventPatterns };
  }
}

/** The warnings with an id. */
function warned(id: string, props: PropsOrFactory, options?: SynthesizeOptions): string[] {
  return warnings(props, options).filter(text => text.includes(`[ack: cdk-event-audit-archive:${id}]`));
}

function telling(eventPattern: events.EventPattern, options: Partial<EventRuleOptions> = {}): Extend {
  return (archive, stack) => {
    archive.onEvent('Told', { eventPattern, target: new targets.SnsTopic(new sns.Topic(stack, 'Topic')), ...options });
  };
}

const nothing: Extend = () => undefined;

const custom = (stack: Stack) => new events.EventBus(stack, 'Bus');

describe('cloudTrailNeeded', () => {
  const of = (props: PropsOrFactory, options?: SynthesizeOptions) => warned('cloudTrailNeeded', props, options);

  test('comes once, and names the patterns that need CloudTrail', () => {
    const [text, ...more] = of({ eventPatterns: [CALLS, PARAMETERS, SIGN_INS] });
    expect(text).toMatch(/^eventPatterns\[0\], eventPatterns\[2\]: these events come from CloudTrail, and no trail is known here; .*they never come.* the archive's prop trail makes one \[/);
    expect(more).toEqual([]);
  });

  test('names those of further captures, of fan-outs and of onEvent', () => {
    const extend: Extend = (archive, stack) => {
      archive.addCapture('More', { eventPatterns: [CALLS] });
      archive.addFanOut('Own', new ToTopic([SIGN_INS]));
      archive.addFanOut('Mirror', new ToTopic());
      telling(AuditEvents.rootActivity())(archive, stack);
    };
    expect(of({ eventPatterns: [PARAMETERS] }, { extend })).toEqual([
      expect.stringMatching(/^addCapture\("More"\)\.eventPatterns\[0\], fanOut\.Own\.eventPatterns\[0\], onEvent\("Told"\)\.eventPattern: /),
    ]);
  });

  test('names five, and says how many more', () => {
    const many = ['s3', 'kms', 'ec2', 'sqs', 'sns', 'logs', 'glue'].map(service => AuditEvents.cloudTrailApiCalls({ services: [service] }));
    expect(of({ eventPatterns: many })).toEqual([expect.stringMatching(/eventPatterns\[4\], and 2 more: /)]);
  });

  test('says of another bus that such events must be forwarded there', () => {
    const forwarded = 'they come only when a rule forwards them there';
    expect(of(stack => ({ eventBus: custom(stack), eventPatterns: [CALLS] }))).toEqual([expect.stringContaining(forwarded)]);
    const byName = (stack: Stack) => events.EventBus.fromEventBusName(stack, 'Default', 'default');
    expect(of(stack => ({ eventBus: byName(stack), eventPatterns: [CALLS] }))).toEqual([expect.not.stringContaining(forwarded)]);
    const onOther: PropsOrFactory = stack => ({ eventBus: custom(stack), eventPatterns: [PARAMETERS] });
    expect(of(onOther, { extend: telling(CALLS) })).toEqual([expect.stringContaining(forwarded)]);
  });

  test.each<[string, PropsOrFactory]>([
    ['an archive of everything', {}],
    ['what services send themselves', { eventPatterns: [PARAMETERS] }],
    ['what is disabled', { eventPatterns: [CALLS], enabled: false }],
    ['an archive with a trail of its own', { eventPatterns: [CALLS], trail: {} }],
  ])('does not come for %s', (_what, props) => {
    expect(of(props)).toEqual([]);
  });

  test('does not come where the app has a trail that logs there', () => {
    const trailIn = (env?: Environment, props: Partial<cloudtrail.CfnTrailProps> = {}): Extend => (_archive, { node }) => {
      const stack = env ? new Stack(node.root as App, 'Other', { env }) : node.root.node.findChild('Test');
      new cloudtrail.CfnTrail(stack, 'Trail', { s3BucketName: 'logs', isLogging: true, ...props });
    };
    const multi = { isMultiRegionTrail: true };
    const warnedWith = (extend: Extend) => of({ eventPatterns: [CALLS] }, { ...EU, extend }).length;
    expect([trailIn(), trailIn(EU.stack.env), trailIn({ ...EU.stack.env, region: 'us-east-1' }, multi)].map(warnedWith)).toEqual([0, 0, 0]);
    const ofOrganization = { ...multi, isOrganizationTrail: true };
    expect(warnedWith(trailIn({ account: '222222222222', region: 'us-east-1' }, ofOrganization))).toBe(0);
    expect(warnedWith(trailIn({ account: '222222222222', region: 'us-east-1' }, { isOrganizationTrail: true }))).toBe(1);
    expect([
      trailIn(undefined, { isLogging: false }), trailIn({ ...EU.stack.env, region: 'us-east-1' }), trailIn({ ...EU.stack.env, account: '222222222222' }, multi),
    ].map(warnedWith)).toEqual([1, 1, 1]);
  });

  test('does not come for a rule of onEvent that is disabled', () => {
    expect(of({}, { extend: telling(CALLS) })).toHaveLength(1);
    expect(of({}, { extend: telling(CALLS, { enabled: false }) })).toEqual([]);
  });

  test('is acknowledged on the archive', () => {
    expect(warnings({ eventPatterns: [CALLS] })).toHaveLength(1);
    expect(warnings({ eventPatterns: [CALLS] }, { extend: acknowledging('cloudTrailNeeded') })).toEqual([]);
  });
});

describe('usEast1Needed', () => {
  const of = (props: PropsOrFactory, options: SynthesizeOptions = EU) => warned('usEast1Needed', props, options);
  const inRegion = (region: string) => ({ stack: { env: { account: '123456789012', region } } });

  test('comes once, and says of each pattern what will not come, and what sends it', () => {
    expect(of({ eventPatterns: AuditEvents.cisFoundations() })).toEqual([
      expect.stringMatching(new RegExp('^in eu-west-1 part of what is asked for does not come, because it appears on the default bus of us-east-1 only: '
        + 'eventPatterns\\[1\\]: root\'s sign-ins, the sign-ins of others that do not go by this Region\'s own endpoint; '
        + 'eventPatterns\\[2\\]: root\'s calls of IAM, .*, root\'s sign-ins; eventPatterns\\[3\\]: .*; '
        + 'eventPatterns\\[4\\]: the API calls of IAM and Organizations\\. An EventForwarder in us-east-1 sends it to the archive\'s bus\\. Acknowledge this where one does')),
    ]);
  });

  test('is of onEvent and fan-outs too', () => {
    expect(of({}, { ...EU, extend: telling(AuditEvents.cisIamPolicyChanges()) })).toEqual([expect.stringContaining('onEvent("Told").eventPattern: the API calls of IAM.')]);
    expect(of({ fanOut: { Own: new ToTopic([AuditEvents.cisIamPolicyChanges()]) } })).toEqual([expect.stringContaining('fanOut.Own.eventPatterns[0]: the API calls of IAM.')]);
  });

  test('comes for another bus in the same Region, to which they are forwarded or not', () => {
    expect(of(stack => ({ eventBus: custom(stack), eventPatterns: [SIGN_INS] }))).toEqual([expect.stringContaining('Acknowledge this where that is done')]);
  });

  test.each<[string, PropsOrFactory, SynthesizeOptions]>([
    ['in us-east-1', { eventPatterns: [SIGN_INS] }, inRegion('us-east-1')],
    ['where the Region is not known', { eventPatterns: [SIGN_INS] }, {}],
    ['in China, where AWS does not say where they appear', { eventPatterns: [SIGN_INS] }, inRegion('cn-north-1')],
    ['in GovCloud', { eventPatterns: [SIGN_INS] }, inRegion('us-gov-east-1')],
    ['for an archive of everything', {}, EU],
    ['for calls of no service in particular', { eventPatterns: [AuditEvents.cloudTrailApiCalls()] }, EU],
    ['for services of the Region', { eventPatterns: [CALLS] }, EU],
  ])('does not come %s', (_where, props, options) => {
    expect(of(props, options)).toEqual([]);
  });

  test('is acknowledged on the archive', () => {
    expect(of({ eventPatterns: [SIGN_INS] }, { ...EU, extend: acknowledging('usEast1Needed') })).toEqual([]);
  });
});

describe('readOnlyApiCalls', () => {
  const of = (props: PropsOrFactory, extend?: Extend) => warned('readOnlyApiCalls', props, { extend });

  test('comes once, with what reads cost, and names who asks for them', () => {
    const [text, ...more] = of({ includeReadOnlyApiCalls: true, eventPatterns: [CALLS] }, (archive, stack) => {
      archive.addCapture('More', { eventPatterns: [SIGN_INS], includeReadOnlyApiCalls: true });
      archive.addCapture('Writes', { eventPatterns: [PARAMETERS] });
      telling(AuditEvents.rootActivity(), { includeReadOnlyApiCalls: true })(archive, stack);
    });
    expect(text).toMatch(/^includeReadOnlyApiCalls: of eventPatterns\[0\], addCapture\("More"\)\.eventPatterns\[0\], onEvent\("Told"\)\.eventPattern the read-only calls come too .*4\.8 GB, 0\.14 USD/);
    expect(more).toEqual([]);
  });

  test('comes for everything as well, but not unless reads are asked for by what is enabled', () => {
    expect(of({ includeReadOnlyApiCalls: true })).toHaveLength(1);
    expect(of({})).toEqual([]);
    expect(of({ includeReadOnlyApiCalls: true, enabled: false })).toEqual([]);
  });

  test('is acknowledged on the archive', () => {
    expect(of({ includeReadOnlyApiCalls: true }, acknowledging('readOnlyApiCalls'))).toEqual([]);
  });
});

describe('overlappingPatterns', () => {
  const of = (props: PropsOrFactory, extend?: Extend) => warned('overlappingPatterns', props, { extend });

  test('comes once, with an event that both match and what a duplicate costs', () => {
    const [text, ...more] = of({ eventPatterns: [CALLS, AuditEvents.s3BucketCreations(), AuditEvents.fromSources('aws.s3'), PARAMETERS] });
    expect(text).toMatch(/^eventPatterns\[0\] and eventPatterns\[1\] both match an event with source "aws\.s3", detail-type "AWS API Call via CloudTrail", eventName "CreateBucket"; /);
    expect(text).toContain('; eventPatterns[0] and eventPatterns[2] both match');
    expect(text).toContain('; eventPatterns[1] and eventPatterns[2] both match');
    expect(text).toMatch(/rounded up to 5 KB: a million are at least 4\.8 GB, 0\.14 USD in us-east-1.*Query unique_events, count distinct ids, or narrow the patterns/);
    expect(more).toEqual([]);
  });

  test('comes for what a later capture asks for on the same bus', () => {
    expect(of({}, archive => archive.addCapture('More', { eventPatterns: [PARAMETERS] }))).toEqual([
      expect.stringContaining('eventPatterns and addCapture("More").eventPatterns[0] both match an event with source "aws.ssm", detail-type "Parameter Store Change".'),
    ]);
  });

  test('shows an event of an application as it is', () => {
    expect(of({ eventPatterns: [{ detail: { a: ['b'] } }, { detail: { a: ['b', 'c'] } }] })).toEqual([expect.stringContaining('both match')]);
  });

  test('says of the CIS controls which of them a refused call by root, or a failed sign-in, belongs to', () => {
    const [text] = of({ eventPatterns: AuditEvents.cisFoundations() });
    expect(text).toContain('eventPatterns[0] and eventPatterns[2] both match an event with source "aws.s3", detail-type "AWS API Call via CloudTrail", '
      + 'eventName "CreateBucket", errorCode "AccessDenied", userIdentity.type "Root"');
    expect(of({ eventPatterns: AuditEvents.cisFoundations({ controls: ['4.4', '4.5', '4.6', '4.7', '4.10', '4.14'] }) })).toEqual([]);
  });

  test.each<[string, PropsOrFactory, Extend]>([
    ['disjoint patterns', { eventPatterns: [PARAMETERS, AuditEvents.guardDutyFindings({ minSeverity: 7 }), AuditEvents.ec2StateChanges(['stopped']), CALLS, SIGN_INS] }, nothing],
    ['another bus', {}, (archive, stack) => archive.addCapture('Other', { eventBus: custom(stack), eventPatterns: [PARAMETERS] })],
    ['what is disabled', {}, archive => archive.addCapture('Paused', { eventPatterns: [PARAMETERS], enabled: false })],
    ['a fan-out with the same patterns', { eventPatterns: [PARAMETERS], fanOut: { Own: new ToTopic([PARAMETERS]) } }, nothing],
    ['onEvent', { eventPatterns: [PARAMETERS] }, telling(PARAMETERS)],
    ['things of other stacks that are called the same there', stack => ({
      eventPatterns: ['One', 'Two'].map(id => ({ source: ['app'], detail: { topic: [new sns.Topic(new Stack(stack.node.root as App, id), 'Topic').topicArn] } })),
    }), nothing],
    ['tokens that may be the same or not', stack => ({
      eventPatterns: ['One', 'Two'].map(id => ({ source: [new CfnParameter(stack, id).valueAsString] })),
    }), nothing],
  ])('does not come for %s', (_what, props, extend) => {
    expect(of(props, extend)).toEqual([]);
  });

  test('is acknowledged on the archive', () => {
    expect(of({ eventPatterns: AuditEvents.cisFoundations() }, acknowledging('overlappingPatterns'))).toEqual([]);
  });
});

test('an archive without props has no warning, wherever it is', () => {
  for (const region of ['us-east-1', 'eu-west-1', 'cn-north-1']) expect(warnings({}, { stack: { env: { account: '123456789012', region } } })).toEqual([]);
});

// Every form of event pattern that the library emits, as a deployed rule has it: read from synthesized templates, never from the source.

import { App, Aws, CfnCondition, CfnParameter, Fn, Lazy, NestedStack, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { AuditEvents, EventAuditArchive, EventAuditArchiveProps, FanOut, FanOutConfig } from '../../src';
import { AUDIT_EVENT_CASES } from '../events/audit-event-samples';
import type { JsonObject } from '../simulator/engines';
import type { Environment } from '../simulator/template/environment';
import { SimulatedTemplate } from '../simulator/template/template';
import { Extend, PropsOrFactory, synthesize } from '../synthesize';

/** The pattern of a rule. */
export interface EmittedPattern {
  /** Which of the templates below the rule is in, and as what. */
  readonly name: string;
  readonly pattern: JsonObject;
  /** The roles by which the archive of that template delivers. */
  readonly ownRoleArns: readonly string[];
}

/** A user's own fan-out. */
class ToTopic extends FanOut {
  constructor(private readonly eventPatterns?: events.EventPattern[]) {
    super();
  }

  public bind(scope: Construct): FanOutConfig {
    return { target: new targets.SnsTopic(new sns.Topic(scope, 'Topic')), eventPatterns: this.eventPatterns };
  }
}

const API_CALL = ['AWS API Call via CloudTrail'];
const PARTNER = 'aws.partner/example.com/acme/orders';

/** On which the guard has nothing to do, or is composed, or is not sound; by what it looks at. */
const GUARDED_OR_NOT: { readonly [name: string]: (stack: Stack) => events.EventPattern } = {
  'everything': () => ({ source: events.Match.prefix('') }),
  'another source': () => ({ source: ['login.success'], detailType: ['string'] }),
  'another detail type': () => ({ detailType: ['EC2 Instance State-change Notification'], detail: { state: ['running', 'stopped'] } }),
  'another service': () => ({ detail: { eventSource: ['iam.amazonaws.com', { suffix: '.health.amazonaws.com' }] } }),
  'another identity': () => ({ detail: { userIdentity: { type: ['Root'] } } }),
  'exclusions': () => ({
    detailType: API_CALL,
    detail: {
      eventSource: events.Match.anythingBut('sts.amazonaws.com', 'ssm.amazonaws.com'),
      userIdentity: { type: [{ exists: false }, { 'anything-but': ['AWSService'] }] },
    },
  }),
  'conditions that a call may meet': stack => ({
    account: [Aws.ACCOUNT_ID],
    region: [stack.region],
    resources: events.Match.wildcard(`arn:${Aws.PARTITION}:s3:::*`),
    detail: { errorCode: events.Match.exists(), sourceIPAddress: events.Match.cidr('10.0.0.0/8'), requestParameters: { size: events.Match.interval(1, 5e9) } },
  }),
  'a source that is a parameter': stack => ({ source: [new CfnParameter(stack, 'Source', { default: 'aws.s3' }).valueAsString] }),
  'own calls': () => ({ detail: { eventName: ['PutObject', 'UploadPart'] } }),
  'own calls and an identity': () => ({
    detail: { eventName: ['PutObject'], userIdentity: { type: ['AssumedRole'], sessionContext: { attributes: { mfaAuthenticated: ['true', 'false'] } } } },
  }),
  'own calls and others': () => ({ detail: { eventName: ['DeleteObject', 'PutObject', 'Decrypt', { prefix: 'UpdateEventSourceMapping' }], userIdentity: { type: ['AssumedRole'] } } }),
  'other calls': () => ({ detail: { eventName: ['DeleteObject', { prefix: 'UpdateEventSourceMapping' }] } }),
  'an $or in the detail': () => ({ detail: { $or: [{ eventSource: ['s3.amazonaws.com'] }, { eventName: ['Decrypt'], errorCode: [{ exists: true }] }] } }),
  'an $or at the top': () => ({ $or: [{ source: ['aws.s3'] }, { detailType: ['x'], detail: { a: [1] } }] } as events.EventPattern),
  'a key with a dot': () => ({ detail: { 'userIdentity.type': ['AssumedRole'] } }),
  'a condition on the issuer': () => ({ detail: { userIdentity: { sessionContext: { sessionIssuer: { arn: events.Match.suffix(':role/admin') } } } } }),
  'a condition above the issuer': () => ({ detail: { userIdentity: { sessionContext: events.Match.exists() } } }),
  'a prefix of own calls': () => ({ detail: { eventName: events.Match.prefix('PutRec') } }),
  'event names that are excluded': () => ({ detail: { eventName: events.Match.anythingBut('HeadBucket') } }),
  'a detail that is decided at deployment': stack => ({
    detail: Fn.conditionIf(new CfnCondition(stack, 'Strict', { expression: Fn.conditionEquals('a', 'a') }).logicalId, { a: [1] }, { b: [2] }) as unknown as { [key: string]: unknown },
  }),
  'a detail that still grows': () => ({ detail: Lazy.any({ produce: () => ({ eventSource: ['s3.amazonaws.com'] }) }) as unknown as { [key: string]: unknown } }),
  'an identity that still grows': () => ({ detail: { userIdentity: Lazy.any({ produce: () => ({ type: ['AssumedRole'] }) }) } }),
  'every operator': () => ({
    detail: {
      a: ['x', 1, null, true, { exactly: '10.0.0.1' }, { prefix: { 'equals-ignore-case': 'Ab' } }, { suffix: { 'equals-ignore-case': 'yZ' } }, { 'equals-ignore-case': 'É' }],
      b: [{ 'anything-but': { suffix: ['.png', '.gif'] } }, { 'anything-but': { wildcard: '*/lib/*' } }, { 'anything-but': { 'equals-ignore-case': 'init' } }],
      c: [{ 'anything-but': [1, 2] }, { numeric: ['<', 5] }, { cidr: '2001:db8::/32' }, { wildcard: 'dir/*.png' }],
    },
  }),
  'as much as a rule takes': () => ({ detail: { requestParameters: { bucketName: Array.from({ length: 90 }, (_, index) => `bucket-${String(index).padStart(26, '0')}`) } } }),
};

/** Of which a partner's events can be left out, or need not be, or cannot be. */
const MIRRORED: { readonly [name: string]: events.EventPattern } = {
  'without a source': { detailType: ['order'] },
  'everything': { source: events.Match.prefix('') },
  'some sources, one a partner\'s': { source: ['aws.s3', PARTNER, 'my.orders'] },
  'a prefix, one a partner\'s': { source: [...events.Match.prefix('aws.partner/'), 'my.bills'] },
  'a partner': { source: [PARTNER] },
  'operators': { source: events.Match.anythingBut('aws.health') },
  'a wildcard': { source: events.Match.wildcard('aws.*') },
  'an $or with a source': { $or: [{ source: ['shop.orders'] }, { source: ['shop.billing'], account: ['123456789012'] }] } as events.EventPattern,
  'an $or without': { detail: { $or: [{ a: [1] }, { eventName: [{ prefix: 'Put' }] }] } },
  'own calls and others': { detail: { eventName: ['PutObject', 'DeleteObject'] } },
};

/** Each pattern that `AuditEvents` gives, once. */
const VOCABULARY = [...AUDIT_EVENT_CASES.map(({ pattern }) => pattern), ...AuditEvents.cisFoundations()]
  .filter((pattern, index, all) => all.findIndex(other => JSON.stringify(other) === JSON.stringify(pattern)) === index);

/** The patterns of all templates, each pattern once for each set of roles. */
export function emittedPatterns(): EmittedPattern[] {
  return [
    ...rulesOf('the default', undefined),
    ...Object.entries(GUARDED_OR_NOT).flatMap(([name, pattern]) => rulesOf(`capture of ${name}`, stack => ({ eventPatterns: [pattern(stack)] }))),
    ...Object.entries(MIRRORED).flatMap(([name, pattern]) => rulesOf(`fan-out of ${name}`, { eventPatterns: [pattern], fanOut: { Mine: new ToTopic() } })),
    ...rulesOf('a fan-out with patterns of its own', { fanOut: { Mine: new ToTopic([{ source: events.Match.prefix('aws.partner/') }, { detailType: API_CALL }]) } }),
    ...rulesOf('the vocabulary', { eventPatterns: VOCABULARY, fanOut: { Mine: new ToTopic() } }),
    ...rulesOf('several buses', onSeveralBuses, {}, (archive, stack) => {
      archive.addCapture('Bills', { eventBus: new events.EventBus(stack, 'Bills'), includeReadOnlyApiCalls: true });
      archive.addCapture('Partner', { eventBus: events.EventBus.fromEventBusName(stack, 'Partner', PARTNER) });
      archive.addFanOut('Later', new ToTopic());
    }),
    ...rulesOf('onEvent', {}, {}, (archive, stack) => archive.onEvent('Told', {
      eventPattern: { source: ['aws.s3'], detail: { eventName: ['PutObject', { prefix: 'Delete' }] } },
      target: new targets.SnsTopic(new sns.Topic(stack, 'Topic')),
    })),
    ...rulesOf('tamper alerts', stack => ({
      tamperAlerts: new sns.Topic(stack, 'Alerts'),
      deployingRole: Role.fromRoleName(stack, 'DeployingRole', 'deploys'),
    })),
    ...rulesOf('read-only calls', { includeReadOnlyApiCalls: true }),
    ...rulesOf('China', undefined, { partition: 'aws-cn', region: 'cn-north-1', urlSuffix: 'amazonaws.com.cn' }),
    ...rulesOf('the longest ARNs', { eventPatterns: [{ detail: { eventName: ['PutObject', 'DeleteObject'] } }], fanOut: { Mine: new ToTopic() } },
      { partition: 'aws-us-gov', region: 'us-gov-west-1', stackName: 's'.repeat(128) }),
    ...inNestedStack(),
    ...ofAnotherStack(),
  ];
}

function onSeveralBuses(stack: Stack): EventAuditArchiveProps {
  return {
    eventBus: new events.EventBus(stack, 'Orders'),
    eventPatterns: [{ source: ['order.placed'] }, { source: ['order.paid'], detail: { amount: events.Match.greaterThanOrEqual(100) } }],
    fanOut: { Mine: new ToTopic() },
  };
}

/** A nested stack, which takes what its pattern names from its parent. */
function inNestedStack(): EmittedPattern[] {
  const parent = new Stack(new App(), 'Parent');
  const nested = new NestedStack(parent, 'Nested');
  const { bucketName } = new Bucket(parent, 'Bucket');
  new EventAuditArchive(nested, 'Audit', { eventPatterns: [{ detail: { requestParameters: { bucketName: [bucketName] } } }], fanOut: { Mine: new ToTopic() } });
  const template = Template.fromStack(nested).toJSON();
  const parameters = Object.fromEntries(Object.keys(template.Parameters as object).map(name => [name, 'bucket-of-the-parent']));
  return deployed('a nested stack', template, { parameters });
}

/** A pattern that names what another stack makes. */
function ofAnotherStack(): EmittedPattern[] {
  const app = new App();
  const { bucketName } = new Bucket(new Stack(app, 'Other'), 'Bucket');
  const stack = new Stack(app, 'Uses');
  new EventAuditArchive(stack, 'Audit', { eventPatterns: [{ source: ['aws.s3'], detail: { bucket: { name: [bucketName] } } }] });
  const template = Template.fromStack(stack).toJSON();
  const [, imported = ''] = /"Fn::ImportValue":"([^"]+)"/.exec(JSON.stringify(template)) ?? [];
  return deployed('another stack\'s bucket', template, { exports: { [imported]: 'bucket-of-the-other' } });
}

function rulesOf(name: string, props: PropsOrFactory | undefined, environment: Partial<Environment> = {}, extend?: Extend): EmittedPattern[] {
  return deployed(name, synthesize(props, { extend }).template.toJSON(), environment);
}

function deployed(name: string, json: object, environment: Partial<Environment>): EmittedPattern[] {
  const template = SimulatedTemplate.parse(json, environment);
  const ownRoleArns = template.ofType('AWS::IAM::Role').filter(({ logicalId }) => /^Audit(Delivery|Target)Role/.test(logicalId)).map(({ attributes }) => attributes.Arn as string);
  return template.ofType('AWS::Events::Rule').map(({ logicalId, properties }) => ({
    name: `${name}: ${logicalId}`, pattern: JSON.parse(JSON.stringify(properties.EventPattern)) as JsonObject, ownRoleArns,
  }));
}

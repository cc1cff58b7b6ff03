// The vocabulary: what each pattern matches of the samples and of what is near them, by the library's own matcher. test/reference has the
// same by event-ruler.

import { CfnParameter, Lazy, Stack, Token } from 'aws-cdk-lib';
import type { EventPattern } from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import {
  AuditEventCase, AUDIT_EVENT_CASES, changed, CisCallCase, CIS_CALLS, CIS_CASES, namesIn, renamed, SAMPLES, Variations,
} from './audit-event-samples';
import { CIS_SERVICES, servicesWithCall } from './cis-calls-elsewhere';
import { AuditEvents, CloudTrailApiCallOptions, CustomEventOptions, FanOut, FanOutConfig } from '../../src';
import { CALL_CONTROLS } from '../../src/events/cis-controls';
import { guard } from '../../src/events/guard';
import { DEFAULT_PATTERN_QUOTA, fromEventPattern, LONGEST_ROLE_ARN, Pattern, patternLength } from '../../src/events/patterns';
import { EventPatternMatcher } from '../../src/private/event-pattern-matcher';
import { acknowledging, synthesize, warnings } from '../synthesize';

type Events = readonly object[];

/** A user's own fan-out. */
class ToTopic extends FanOut {
  public bind(scope: Construct): FanOutConfig {
    return { target: new targets.SnsTopic(new sns.Topic(scope, 'Topic')) };
  }
}

/** The service and the name of each call that a control lists. */
const LISTED_CALLS = listedIn(CIS_CALLS);

const ALL_CASES = AUDIT_EVENT_CASES.map((each): [string, AuditEventCase] => [each.name, each]);

/** Every event that any case judges, but calls of a service that has none by that name. */
const POSSIBLE_EVENTS: Events = [...SAMPLES, ...AUDIT_EVENT_CASES.flatMap(variationsOf)].filter(isPossible);

function variationsOf({ matches, nearMisses }: AuditEventCase): object[] {
  return [...Object.values(matches), ...Object.values(nearMisses)];
}

function isPossible({ detail }: any): boolean {
  const service = CIS_SERVICES.find(each => detail?.eventSource === `${each}.amazonaws.com`);
  const services = servicesWithCall(detail?.eventName, LISTED_CALLS);
  return service === undefined || services.length === 0 || services.includes(service);
}

function listedIn(controls: readonly CisCallCase[]): Set<string> {
  return new Set(controls.flatMap(({ service, benchmark, stricter }) => namesIn(`${benchmark} ${stricter}`).map(name => `${service} ${name}`)));
}

function matchedBy(pattern: Pattern, events: Events): boolean[] {
  const matcher = new EventPatternMatcher(pattern);
  return events.map(event => matcher.matches(event));
}

function namesMatched(pattern: Pattern, variations: Variations): string[] {
  const matched = matchedBy(pattern, Object.values(variations));
  return Object.keys(variations).filter((_name, index) => matched[index]);
}

/** What a pattern judges otherwise than its case. */
function wrongBy(pattern: Pattern, { isMeant, matches, nearMisses }: AuditEventCase): unknown[] {
  const matched = matchedBy(pattern, SAMPLES);
  const matchedVariations = namesMatched(pattern, matches);
  return [
    ...SAMPLES.filter((event, index) => matched[index] !== isMeant(event)).map(event => JSON.stringify(event).slice(0, 300)),
    ...Object.keys(matches).filter(name => !matchedVariations.includes(name)),
    ...namesMatched(pattern, nearMisses),
  ];
}

describe.each(ALL_CASES)('AuditEvents.%s', (_name, each) => {
  const pattern = fromEventPattern(each.pattern);

  test('matches the samples that are meant, of which there are some, and what is like them, and nothing that is nearly so', () => {
    expect(wrongBy(pattern, each)).toEqual([]);
    expect(matchedBy(pattern, SAMPLES)).toContain(true);
    expect(Object.keys(each.nearMisses)).not.toEqual([]);
  });

  test('is short enough for every account, the guard included, which is sound on it', () => {
    const { pattern: guarded, unsound } = guard(pattern, [LONGEST_ROLE_ARN, LONGEST_ROLE_ARN]);
    expect(unsound).toBeUndefined();
    expect(patternLength(guarded)).toBeLessThanOrEqual(DEFAULT_PATTERN_QUOTA);
  });

  test('has nothing that could be left out unnoticed', () => {
    const unnoticed = withoutAPart(pattern).filter(({ without }) => wrongBy(without, each).length === 0).map(({ part }) => part);
    expect(unnoticed).toEqual([]);
  });
});

/** The pattern without one of its conditions, or one of the values of a condition. */
function withoutAPart(pattern: Pattern): { part: string; without: Pattern }[] {
  const parts: { part: string; without: Pattern }[] = [];
  const visit = (node: any, steps: string[]) => {
    for (const [key, child] of Object.entries<any>(node)) {
      const path = [...steps, key];
      if (!Array.isArray(child)) visit(child, path);
      for (const entry of Array.isArray(child) && child.length > 1 ? child : []) {
        parts.push({ part: `${path.join('.')}: ${JSON.stringify(entry)}`, without: replaced(pattern, path, child.filter((each: unknown) => each !== entry)) });
      }
      if (Object.keys(node).length > 1) parts.push({ part: path.join('.'), without: replaced(pattern, path, undefined) });
    }
  };
  visit(pattern, []);
  return parts;
}

function replaced(pattern: Pattern, [first, ...rest]: string[], value: unknown): Pattern {
  const { [first]: child, ...others } = pattern as any;
  if (rest.length > 0) return { ...others, [first]: replaced(child, rest, value) };
  return value === undefined ? others : { ...others, [first]: value };
}

test('every method has its case', () => {
  const methods = Object.getOwnPropertyNames(AuditEvents).filter(name => !['length', 'name', 'prototype', 'cisFoundations'].includes(name));
  expect(new Set(AUDIT_EVENT_CASES.map(({ name }) => name.split('(')[0]))).toEqual(new Set(methods));
});

test('a pattern is the caller\'s own: what is added to it is not in the next', () => {
  const before = JSON.stringify(AuditEvents.cisRootActivity());
  (AuditEvents.cisRootActivity().detail!.userIdentity.type as string[]).push('IAMUser');
  AuditEvents.cisRootActivity().detailType!.pop();
  AuditEvents.consoleSignIns({ onlyFailures: true, withoutMfa: true }).detail!.eventName.pop();
  expect(JSON.stringify(AuditEvents.cisRootActivity())).toBe(before);
  expect(AuditEvents.consoleSignIns({ onlyFailures: true }).detail!.eventName).toEqual(['ConsoleLogin']);
});

describe('in an archive', () => {
  const patterns = [...new Map(AUDIT_EVENT_CASES.map(({ pattern }) => [JSON.stringify(pattern), pattern])).values()];

  // test/rules has these two.
  const extend = acknowledging('cloudTrailNeeded', 'overlappingPatterns');

  test('no pattern has another warning than that it needs CloudTrail and overlaps, nor when a fan-out is told of the same without partners\' events', () => {
    expect(warnings({ eventPatterns: patterns, fanOut: { Mine: new ToTopic() } }, { extend })).toEqual([]);
  });

  test('prefixes of calls by which the archive delivers have one', () => {
    expect(warnings({ eventPatterns: [AuditEvents.cloudTrailApiCalls({ eventNamePrefixes: ['Put'] })] }, { extend }))
      .toEqual([expect.stringContaining('eventPatterns[0]: the archive\'s own deliveries cannot be left out of this pattern')]);
    expect(warnings({ eventPatterns: [AuditEvents.cloudTrailApiCalls({ services: ['iam'], eventNamePrefixes: ['Put'] })] }, { extend })).toEqual([]);
  });
});

test('all states are taken, and the least and the greatest severity', () => {
  expect(AuditEvents.ec2StateChanges(['pending', 'running', 'stopping', 'stopped', 'shutting-down', 'terminated']).detail!.state).toHaveLength(6);
  for (const minSeverity of [0.1, 10]) expect(AuditEvents.guardDutyFindings({ minSeverity }).detail!.severity).toEqual([{ numeric: ['>=', minSeverity] }]);
});

describe('the controls of the CIS AWS Foundations Benchmark', () => {
  test.each(CIS_CALLS.map(each => [each.name, each]))('%s has the calls of the benchmark, and those that make it stricter', (_name, each) => {
    const control = CALL_CONTROLS.find(({ number }) => number === each.number)!;
    expect([...control.listed].sort()).toEqual(namesIn(each.benchmark).sort());
    expect([...control.added].sort()).toEqual(namesIn(each.stricter).sort());
    expect(control.service).toBe(each.service);
  });

  test('are all there', () => {
    expect([...CIS_CASES.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: 15 }, (_, index) => index + 1));
  });
});

/** Events that match one of the patterns. */
function anyOf(patterns: readonly EventPattern[], events: Events): boolean[] {
  const matched = patterns.map(pattern => matchedBy(fromEventPattern(pattern), events));
  return events.map((_event, index) => matched.some(each => each[index]));
}

/** All selections of the controls that list calls. */
const SELECTIONS = CIS_CALLS.reduce<CisCallCase[][]>((soFar, control) => soFar.flatMap(selection => [selection, [...selection, control]]), [[]])
  .filter(selection => selection.length > 0);
const idsOf = (selection: readonly { readonly number: number }[]) => selection.map(({ number }) => `5.${number}`);
const selected = (selection: readonly { readonly number: number }[]) => AuditEvents.cisFoundations({ controls: idsOf(selection) });

describe('AuditEvents.cisFoundations', () => {
  test('matches what the controls match, and nothing else', () => {
    const controls = [...CIS_CASES.values()].map(({ pattern }) => pattern);
    expect(anyOf(AuditEvents.cisFoundations(), POSSIBLE_EVENTS)).toEqual(anyOf(controls, POSSIBLE_EVENTS));
  });

  test('has as few patterns as there can be: four that cannot be joined, and calls in two', () => {
    expect(AuditEvents.cisFoundations()).toHaveLength(6);
    expect(patternLength(fromEventPattern(merged(CIS_CALLS.map(({ pattern }) => pattern))))).toBeGreaterThan(DEFAULT_PATTERN_QUOTA);
  });

  test('has, of any selection of calls, one pattern where they fit into one, and two where not', () => {
    const counts = new Map<number, number>();
    for (const selection of SELECTIONS) {
      const patterns = selected(selection);
      const lengths = patterns.map(pattern => patternLength(fromEventPattern(pattern)));
      const together = patternLength(fromEventPattern(merged(patterns)));
      expect(Math.max(...lengths)).toBeLessThanOrEqual(DEFAULT_PATTERN_QUOTA);
      expect(patterns).toHaveLength(together <= DEFAULT_PATTERN_QUOTA ? 1 : 2);
      counts.set(patterns.length, (counts.get(patterns.length) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([1, 2]);
  });

  // Services and names stand side by side, so each name is asked of each service.
  test('asks, in any selection, for no call that no control asks for', () => {
    expect(SELECTIONS.flatMap(selection => askedBeyond(selection))).toEqual([]);
    expect(new Set(CIS_CALLS.flatMap(each => askedOf([each])))).toEqual(LISTED_CALLS);
    expect(new Set(askedOf(CIS_CALLS))).toEqual(LISTED_CALLS);
  });

  test('would ask for one, if another of its services had a call by a listed name', () => {
    const inKmsToo: ServicesOf = name => name === 'CreateTrail' ? ['cloudtrail', 'kms'] : servicesOfListed(name);
    expect(askedBeyond(CIS_CALLS, inKmsToo)).toEqual(['kms CreateTrail']);
  });

  test.each(Array.from({ length: 15 }, (_, index) => [index + 1]))('has control %d under each of its ids, as its own method has it', number => {
    const { pattern } = CIS_CASES.get(number)!;
    for (const chapter of number < 15 ? [3, 4, 5] : [4, 5]) expect(AuditEvents.cisFoundations({ controls: [`${chapter}.${number}`] })).toEqual([pattern]);
  });

  test('takes a control once, by whichever ids, and does not mind their order', () => {
    expect(AuditEvents.cisFoundations({ controls: ['4.5', '5.5', '3.5'] })).toEqual(AuditEvents.cisFoundations({ controls: ['4.5'] }));
    expect(AuditEvents.cisFoundations({ controls: ['4.5', '4.4', '4.1'] })).toEqual(AuditEvents.cisFoundations({ controls: ['4.1', '4.4', '4.5'] }));
  });

  test('gives an archive patterns that need CloudTrail and overlap and have no other warning, each with the guard where it can match an own call', () => {
    const extend = acknowledging('cloudTrailNeeded', 'overlappingPatterns');
    expect(warnings({ eventPatterns: AuditEvents.cisFoundations() }, { extend })).toEqual([]);
    const rules = Object.values(synthesize({ eventPatterns: AuditEvents.cisFoundations() }).template.findResources('AWS::Events::Rule'));
    const guarded = rules.filter(({ Properties }) => JSON.stringify(Properties.EventPattern).includes('sessionIssuer'));
    expect(rules).toHaveLength(6);
    expect(guarded.map(({ Properties }) => Object.keys(Properties.EventPattern.detail).sort())).toEqual([['$or', 'errorCode']]);
  });
});

/** Which services have a call by a name. */
type ServicesOf = (name: string) => readonly string[];

const servicesOfListed: ServicesOf = name => servicesWithCall(name, LISTED_CALLS);

/** The calls that the patterns of a selection match, as far as there are such. */
function askedOf(selection: readonly CisCallCase[], servicesOf = servicesOfListed): string[] {
  return selected(selection).flatMap(({ detail }) => {
    const services = (detail!.eventSource as string[]).map(eventSource => eventSource.replace('.amazonaws.com', ''));
    const calls = (name: string) => services.filter(service => servicesOf(name).includes(service)).map(service => `${service} ${name}`);
    return (detail!.eventName as string[]).flatMap(calls);
  });
}

function askedBeyond(selection: readonly CisCallCase[], servicesOf?: ServicesOf): string[] {
  const own = listedIn(selection);
  return askedOf(selection, servicesOf).filter(call => !own.has(call));
}

/** All services and names of some patterns of calls in one. */
function merged(patterns: readonly EventPattern[]): EventPattern {
  const union = (lists: readonly string[][]) => [...new Set(lists.flat())];
  return {
    source: union(patterns.map(({ source }) => source!)),
    detailType: patterns[0].detailType,
    detail: {
      eventSource: union(patterns.map(({ detail }) => detail!.eventSource)),
      eventName: union(patterns.map(({ detail }) => detail!.eventName)),
    },
  };
}

describe('a case catches a pattern', () => {
  const caught = (name: string, alter: (text: string) => string) => {
    const each = AUDIT_EVENT_CASES.find(({ name: other }) => other === name)!;
    const text = JSON.stringify(fromEventPattern(each.pattern));
    expect(alter(text)).not.toBe(text);
    return wrongBy(JSON.parse(alter(text)), each);
  };

  test.each<[string, string, (text: string) => string]>([
    ['by which a missing MFAUsed is a second factor', 'cisSignInsWithoutMfa()', text => text.replace('{"exists":false},', '')],
    ['that knows one spelling of the sign-in', 'consoleSignIns()', text => text.replace(',"AWS Console Signin via CloudTrail"', '')],
    ['that goes by one message of failed sign-ins', 'cisSignInFailures()', text => text.replace('"responseElements":{"ConsoleLogin":["Failure"]}', '"errorMessage":["Failed authentication"]')],
    ['that leaves services out by invokedBy', 'cloudTrailApiCalls(excludeCallsByAwsServices)', text => text.replace(/"type":.*/, '"invokedBy":[{"exists":false}]}}}')],
    ['that asks for readOnly false alone', 'cloudTrailApiCalls(onlyWrites)', text => text.replace(',{"exists":false}', '')],
    ['that takes CreatePolicy of every service', 'cisIamPolicyChanges()', text => text.replace('"source":["aws.iam"],', '').replace('"eventSource":["iam.amazonaws.com"],', '')],
    ['that has the name of S3\'s API in the place of CloudTrail\'s', 'cisBucketPolicyChanges()', text => text.replace('"PutBucketLifecycle"', '"PutBucketLifecycleConfiguration"')],
    ['that goes by Lambda\'s names without their version', 'lambdaEventSourceMappingChanges()', text => text.replace(/\{"prefix":("[^"]+")\}/g, '$1')],
    ['that looks for root at sign-in only', 'cisRootActivity()', text => text.replace('{', '{"source":["aws.signin"],')],
    ['that takes an exact AccessDenied', 'cisUnauthorizedApiCalls()', text => text.replace('{"wildcard":"*AccessDenied*"}', '"AccessDenied"')],
  ])('%s', (_what, name, alter) => {
    expect(caught(name, alter)).not.toEqual([]);
  });
});

describe('wrong input', () => {
  const apiCalls = (options: CloudTrailApiCallOptions) => () => AuditEvents.cloudTrailApiCalls(options);
  const controls = (...ids: string[]) => () => AuditEvents.cisFoundations({ controls: ids });
  const IDS = 'the controls are 3.1 to 3.14 (v1.2), 4.1 to 4.15 (v1.4 to v5), 5.1 to 5.15 (v6 and v7)';
  const severity = (minSeverity: unknown) => () => AuditEvents.guardDutyFindings({ minSeverity: minSeverity as number });
  const custom = (options: CustomEventOptions) => () => AuditEvents.custom(options);

  test.each<[string, () => unknown, string]>([
    ['no source', () => AuditEvents.fromSources(), 'AuditEvents.fromSources sources: got an empty list; give at least one, such as "aws.ec2"'],
    ['an empty source', () => AuditEvents.fromSources('aws.s3', ''), 'AuditEvents.fromSources sources[1]: got ""; give a text such as "aws.ec2"'],
    ['a source that is no text', () => AuditEvents.fromSources(7 as unknown as string), 'AuditEvents.fromSources sources[0]: got 7; give a text such as "aws.ec2"'],
    ['no detail type', () => AuditEvents.detailTypes(), 'AuditEvents.detailTypes detailTypes: got an empty list; give at least one, such as "Parameter Store Change"'],
    ['an empty detail type', () => AuditEvents.detailTypes(''), 'AuditEvents.detailTypes detailTypes[0]: got ""; give a text such as "Parameter Store Change"'],
    ['no service', apiCalls({ services: [] }), 'AuditEvents.cloudTrailApiCalls services: got an empty list; give at least one, such as "s3"'],
    ['an event source for a service', apiCalls({ services: ['s3', 'iam.amazonaws.com'] }),
      'AuditEvents.cloudTrailApiCalls services[1]: got "iam.amazonaws.com"; a service is named as CloudTrail\'s eventSource begins: "s3" for s3.amazonaws.com'],
    ['a source for a service', apiCalls({ services: ['aws.s3'] }),
      'AuditEvents.cloudTrailApiCalls services[0]: got "aws.s3"; a service is named as CloudTrail\'s eventSource begins: "s3" for s3.amazonaws.com'],
    ['no event name', apiCalls({ eventNames: [] }), 'AuditEvents.cloudTrailApiCalls eventNames: got an empty list; give at least one, such as "CreateBucket"'],
    ['an empty event name', apiCalls({ eventNames: [''] }), 'AuditEvents.cloudTrailApiCalls eventNames[0]: got ""; give a text such as "CreateBucket"'],
    ['no prefix', apiCalls({ eventNamePrefixes: [] }), 'AuditEvents.cloudTrailApiCalls eventNamePrefixes: got an empty list; give at least one, such as "UpdateEventSourceMapping"'],
    ['an empty prefix', apiCalls({ eventNames: ['A'], eventNamePrefixes: [''] }), 'AuditEvents.cloudTrailApiCalls eventNamePrefixes[0]: got ""; give a text such as "UpdateEventSourceMapping"'],
    ['no event source to leave out', apiCalls({ excludeEventSources: [] }), 'AuditEvents.cloudTrailApiCalls excludeEventSources: got an empty list; give at least one, such as "sts.amazonaws.com"'],
    ['a service to leave out', apiCalls({ excludeEventSources: ['sts'] }),
      'AuditEvents.cloudTrailApiCalls excludeEventSources[0]: got "sts"; an event source is named whole, as CloudTrail records it: "sts.amazonaws.com"'],
    ...['aws.sts', 'sts.amazonaws', 'sts.amazonaws.com.cn', 'https://sts.amazonaws.com', 'STS.amazonaws.com', '.amazonaws.com', 'amazonaws.com', '*.amazonaws.com']
      .map((value): [string, () => unknown, string] => [`${value} as an event source to leave out`, apiCalls({ excludeEventSources: ['kms.amazonaws.com', value] }),
        `AuditEvents.cloudTrailApiCalls excludeEventSources[1]: got "${value}"; an event source is named whole, as CloudTrail records it: "sts.amazonaws.com"`]),
    ['services and event sources to leave out', apiCalls({ services: ['s3'], excludeEventSources: ['sts.amazonaws.com'] }),
      'AuditEvents.cloudTrailApiCalls excludeEventSources: got ["sts.amazonaws.com"] beside services; name the services to take, or the event sources to leave out'],
    ['no state', () => AuditEvents.ec2StateChanges([]), 'AuditEvents.ec2StateChanges states: got an empty list; give at least one, such as "stopped"'],
    ['a state that there is not', () => AuditEvents.ec2StateChanges(['stopped', 'halted']),
      'AuditEvents.ec2StateChanges states[1]: got "halted"; the states are pending, running, stopping, stopped, shutting-down, terminated'],
    ...[0, 0.09, 10.1, -1, Infinity].map((value): [string, () => unknown, string] => [
      `the severity ${value}`, severity(value), `AuditEvents.guardDutyFindings minSeverity: got ${value}; GuardDuty's severities are numbers from 0.1 to 10`,
    ]),
    ['a severity that is not a number', severity(NaN), 'AuditEvents.guardDutyFindings minSeverity: got NaN; GuardDuty\'s severities are numbers from 0.1 to 10'],
    ['a severity that is a text', severity('7'), 'AuditEvents.guardDutyFindings minSeverity: got "7"; GuardDuty\'s severities are numbers from 0.1 to 10'],
    ['a severity by its name', severity('HIGH'), 'AuditEvents.guardDutyFindings minSeverity: got "HIGH"; GuardDuty\'s severities are numbers from 0.1 to 10'],
    ['nothing of one\'s own', custom({}), 'AuditEvents.custom: got neither source nor detailTypes nor detail; give at least one, or use AuditEvents.everything'],
    ['an empty source of one\'s own', custom({ source: '' }), 'AuditEvents.custom source: got ""; a source has a name, such as "aws.ssm"'],
    ['no detail type of one\'s own', custom({ detailTypes: [] }), 'AuditEvents.custom detailTypes: got an empty list; give at least one, such as "Parameter Store Change"'],
    ['an empty detail', custom({ detail: {} }), 'AuditEvents.custom detail: got {}; give a condition on at least one field, or leave the prop out'],
    ['no control', controls(), 'AuditEvents.cisFoundations controls: got an empty list; name at least one control, such as "4.5", or leave the prop out for all'],
    ...['4.99', '4.0', '4.05', '3.15', '2.1', '6.1', '5', 'CloudWatch.1', '', '4.5 ', '14.5'].map((id): [string, () => unknown, string] => [
      `the control "${id}"`, controls(id), `AuditEvents.cisFoundations controls[0]: got "${id}"; ${IDS}`,
    ]),
    ['a second control that there is not', controls('4.5', '4.99'), `AuditEvents.cisFoundations controls[1]: got "4.99"; ${IDS}`],
    ['a control that is no text', controls(4.5 as unknown as string), `AuditEvents.cisFoundations controls[0]: got 4.5; ${IDS}`],
    ['the control on Security Hub', controls('5.16'), 'AuditEvents.cisFoundations controls[0]: got "5.16"; it asks for Security Hub to be on, of which no event tells'],
  ])('%s fails, and says what would be right', (_what, act, message) => {
    expect(act).toThrow(new Error(message));
  });
});

describe('what only the deployment knows', () => {
  const patternIn = (make: (stack: Stack) => EventPattern): any => {
    const { template } = synthesize(stack => ({ eventPatterns: [make(stack)] }));
    const [{ Properties }] = Object.values(template.findResources('AWS::Events::Rule'));
    return Properties.EventPattern;
  };
  const parameter = (stack: Stack) => new CfnParameter(stack, 'Value').valueAsString;
  const list = (stack: Stack) => new CfnParameter(stack, 'List', { type: 'CommaDelimitedList' }).valueAsList;

  test('is let through as a value', () => {
    expect(patternIn(stack => AuditEvents.fromSources(parameter(stack))).source).toEqual([{ Ref: 'Value' }]);
    expect(patternIn(stack => AuditEvents.ec2StateChanges([parameter(stack)])).detail).toEqual({ state: [{ Ref: 'Value' }] });
    const { source, detail } = patternIn(stack => AuditEvents.cloudTrailApiCalls({ services: [parameter(stack)], eventNames: ['DeleteTrail'] }));
    expect(source).toEqual([{ 'Fn::Join': ['', ['aws.', { Ref: 'Value' }]] }]);
    expect(detail.eventSource).toEqual([{ 'Fn::Join': ['', [{ Ref: 'Value' }, '.amazonaws.com']] }]);
    expect(patternIn(stack => AuditEvents.custom({ source: parameter(stack) })).source).toEqual([{ Ref: 'Value' }]);
    const number = Token.asNumber(Lazy.number({ produce: () => 7 }));
    expect(patternIn(() => AuditEvents.guardDutyFindings({ minSeverity: number })).detail).toEqual({ severity: [{ numeric: ['>=', 7] }] });
  });

  test('is let through as a list', () => {
    expect(patternIn(stack => AuditEvents.detailTypes(...list(stack)))['detail-type']).toEqual({ Ref: 'List' });
    expect(patternIn(stack => AuditEvents.ec2StateChanges(list(stack))).detail).toEqual({ state: { Ref: 'List' } });
    const { detail } = patternIn(stack => AuditEvents.cloudTrailApiCalls({ excludeEventSources: list(stack) }));
    expect(JSON.stringify(detail)).toContain('"eventSource":[{"exists":false},{"anything-but":{"Ref":"List"}}]');
  });

  test.each<[string, (values: string[]) => CloudTrailApiCallOptions]>([
    ['services', values => ({ services: values })],
    ['eventNamePrefixes', values => ({ eventNamePrefixes: values })],
    ['eventNames', values => ({ eventNames: values, eventNamePrefixes: ['Put'] })],
  ])('fails as a list of %s, to which something is added', (prop, options) => {
    const stack = new Stack();
    expect(() => AuditEvents.cloudTrailApiCalls(options(list(stack)))).toThrow(`AuditEvents.cloudTrailApiCalls ${prop}: got a list that only the deployment knows; `);
  });
});

test('every event source that CloudTrail records can be left out, and one that only the deployment knows', () => {
  const sources = ['s3express', 'monitoring', 'amplifybackend', 'application-autoscaling', 'appstream2', 'models.lex'].map(service => `${service}.amazonaws.com`);
  const values = [...sources, Lazy.string({ produce: () => 'sts' }), `${Lazy.string({ produce: () => 'sts' })}.amazonaws.com`];
  expect(AuditEvents.cloudTrailApiCalls({ excludeEventSources: values }).detail).toMatchObject({ eventSource: [{ exists: false }, { 'anything-but': values }] });
});

test('the samples with another name are such as the control would see', () => {
  expect(renamed('iam', 'CreatePolicy')).toMatchObject({ source: 'aws.iam', detail: { eventSource: 'iam.amazonaws.com', eventName: 'CreatePolicy' } });
  expect(changed(renamed('iam', 'CreatePolicy'), { 'detail.eventName': undefined }).detail).not.toHaveProperty('eventName');
});

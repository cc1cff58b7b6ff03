// Which patterns overlap: what is said to be shared is judged here by both patterns, and the samples say what must not be missed.

import { AUDIT_EVENT_CASES, SAMPLES } from './audit-event-samples';
import { AuditEvents } from '../../src';
import { fromEventPattern, Pattern } from '../../src/events/patterns';
import { MatchedEvents } from '../../src/events/shared-event';
import { EventPatternMatcher } from '../../src/private/event-pattern-matcher';

const API_CALL = 'AWS API Call via CloudTrail';
const TOKEN = { Ref: 'Parameter' };

const CASES = AUDIT_EVENT_CASES.map(({ name, pattern }) => ({ name, pattern: fromEventPattern(pattern) }));

/** Every two different patterns of the vocabulary. */
const PAIRS = CASES.flatMap((some, index) => CASES.slice(index + 1)
  .map(other => ({ name: `${some.name} and ${other.name}`, some: some.pattern, other: other.pattern })));

function shared(some: Pattern, other: Pattern, reads = true, readsOfOther = reads): any {
  return new MatchedEvents(some, reads).sharedWith(new MatchedEvents(other, readsOfOther));
}

function matched(pattern: Pattern): boolean[] {
  const matcher = new EventPatternMatcher(pattern);
  return SAMPLES.map(event => matcher.matches(event));
}

/** The overlaps that no sample shows, each with what it comes by. */
const BY_ROOT = /Activity/;
const OF_FAILURES = /Unauthorized|onlyErrors/;

describe('the patterns of the vocabulary', () => {
  const matchedByCase = new Map(CASES.map(({ pattern }) => [pattern, matched(pattern)]));
  const sampleOf = ({ some, other }: typeof PAIRS[number]) =>
    SAMPLES.find((_event, index) => [some, other].every(pattern => matchedByCase.get(pattern)![index]));
  const found = new Map(PAIRS.map(pair => [pair, shared(pair.some, pair.other)]));

  test('overlap wherever a sample shows it', () => {
    expect(PAIRS.filter(pair => sampleOf(pair) && !found.get(pair)).map(({ name }) => name)).toEqual([]);
    expect(PAIRS.filter(sampleOf).length).toBeGreaterThan(200);
  });

  test('share the event that is said to be shared', () => {
    const matchesShared = (pattern: Pattern, pair: typeof PAIRS[number]) => new EventPatternMatcher(pattern).matches(found.get(pair));
    const wrong = PAIRS.filter(pair => found.get(pair) && !(matchesShared(pair.some, pair) && matchesShared(pair.other, pair)));
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  test('overlap elsewhere only where root or a failed call may do what no sample shows', () => {
    const unexpected = PAIRS.filter(pair => found.get(pair) && !sampleOf(pair)).filter(({ name }) => !BY_ROOT.test(name) && !OF_FAILURES.test(name));
    expect(unexpected.map(({ name }) => name)).toEqual([]);
  });

  test('that are disjoint are most', () => {
    expect([...found.values()].filter(event => event === undefined).length).toBeGreaterThan(PAIRS.length / 2);
  });
});

describe('an event is shared by patterns', () => {
  test.each<[string, Pattern, Pattern]>([
    ['of which one is everything', { source: [{ prefix: '' }] }, { source: ['order'], detail: { amount: [{ numeric: ['>', 100, '<=', 200] }] } }],
    ['of which one narrows the other', { source: ['order'] }, { 'source': ['order'], 'detail-type': ['Order placed'] }],
    ['with a source in common', { source: ['a', 'b'] }, { source: ['b', 'c'] }],
    ['with a detail type in common, of which one asks for more', { 'detail-type': ['x', 'y'] }, { 'detail-type': ['y', 'z'], 'detail': { state: ['on'] } }],
    ['with ranges that meet', { source: ['order'], detail: { amount: [{ numeric: ['>', 5] }] } }, { source: ['order'], detail: { amount: [{ numeric: ['<', 5.5] }] } }],
    ['with a beginning and an end that fit', { source: ['order'], detail: { key: [{ prefix: 'a/' }] } }, { source: ['order'], detail: { key: [{ suffix: '.gz' }] } }],
    ['with a wildcard', { source: ['order'], detail: { key: [{ wildcard: 'a*c\\*' }] } }, { source: ['order'], detail: { key: ['ac*'] } }],
    ['that leave different values out', { source: [{ 'anything-but': 'a' }] }, { source: [{ 'anything-but': 'b' }] }],
    ['with a block of addresses', { source: ['login'], detail: { ip: [{ cidr: '10.0.0.0/8' }] } }, { source: ['login'], detail: { ip: [{ prefix: '10.' }] } }],
    ['that ask for a field, and for none', { source: ['login'], detail: { a: [{ exists: true }] } }, { source: ['login'], detail: { b: [{ exists: false }] } }],
    ['in any case', { source: [{ 'equals-ignore-case': 'Order' }] }, { source: ['order', 'Order'] }],
    ['in one of the alternatives', { $or: [{ source: ['a'] }, { source: ['b'] }] }, { source: ['b'] }],
    ['of a service and of failures', { source: ['aws.s3'] }, fromEventPattern(AuditEvents.cloudTrailApiCalls({ onlyErrors: true }))],
    ['of a service\'s source and its call', { source: ['aws.ssm'] }, { 'detail-type': [API_CALL], 'detail': { eventSource: ['ssm.amazonaws.com'], eventName: ['PutParameter'] } }],
    ['of a field, and of its service\'s calls', { 'source': ['aws.s3'], 'detail-type': [API_CALL], 'detail': { requestParameters: { bucketName: ['records'] } } },
      fromEventPattern(AuditEvents.s3BucketCreations())],
    ['of a field of some call, and of all calls', { 'detail-type': [API_CALL], 'detail': { requestParameters: { bucketName: ['records'] } } },
      fromEventPattern(AuditEvents.cloudTrailApiCalls({ excludeEventSources: ['sts.amazonaws.com'] }))],
    ['of a field, and of that and another', { 'detail-type': [API_CALL], 'detail': { requestParameters: { bucketName: ['records'] } } },
      { 'detail-type': [API_CALL], 'detail': { requestParameters: { bucketName: ['records'], key: ['a'] } } }],
    ['of a type\'s resources, and of its service', { 'detail-type': ['EC2 Instance State-change Notification'], 'resources': [{ prefix: 'arn:aws:ec2:' }] }, { source: ['aws.ec2'] }],
    ['with the same token', { source: [TOKEN] }, { source: [TOKEN], detail: { state: ['on'] } }],
    ['with a token where the other asks for nothing', { source: ['order'] }, { source: ['order'], detail: { tenant: [TOKEN] } }],
  ])('%s', (_what, some, other) => {
    expect(shared(some, other)).toBeDefined();
    expect(shared(other, some)).toBeDefined();
  });

  test.each<[string, Pattern, Pattern]>([
    ['of two sources', { source: ['a'] }, { source: ['b'] }],
    ['of a service and a detail type that it may not have', { source: ['aws.s3'] }, { 'detail-type': ['Parameter Store Change'] }],
    ['of two services\' records', { 'source': ['aws.s3'], 'detail-type': [API_CALL] }, { 'detail-type': [API_CALL], 'detail': { eventSource: ['kms.amazonaws.com'] } }],
    ['of a service and another\'s call', { source: ['aws.s3'] }, { 'detail-type': [API_CALL], 'detail': { eventName: ['RunInstances'] } }],
    ['of a call and all services but its own', { 'detail-type': [API_CALL], 'detail': { eventName: ['AssumeRole'] } },
      fromEventPattern(AuditEvents.cloudTrailApiCalls({ excludeEventSources: ['sts.amazonaws.com'] }))],
    ['of failed calls and sign-ins, which have no errorCode', fromEventPattern(AuditEvents.cisUnauthorizedApiCalls()), fromEventPattern(AuditEvents.consoleSignIns())],
    ['of reads and of writes', fromEventPattern(AuditEvents.cloudTrailApiCalls({ onlyWrites: true })), { 'detail-type': [API_CALL], 'detail': { readOnly: [true] } }],
    ['with ranges apart', { source: ['order'], detail: { amount: [{ numeric: ['>', 5] }] } }, { source: ['order'], detail: { amount: [{ numeric: ['<=', 5] }] } }],
    ['that ask for a field, and for its absence', { source: ['a'], detail: { b: [{ exists: true }] } }, { source: ['a'], detail: { b: [{ exists: false }] } }],
    ['of which one has a token where the other has a text', { source: [TOKEN] }, { source: ['order'] }],
    ['with different tokens', { source: [TOKEN] }, { source: [{ Ref: 'Another' }] }],
    ['of which one has a token in an alternative', { source: ['order'], detail: { $or: [{ a: [TOKEN] }, { a: ['c'] }] } }, { source: ['order'], detail: { a: ['c'] } }],
    ['of which one has a token where the other leaves a text out', { source: [TOKEN] }, { source: [{ 'anything-but': 'order' }] }],
    ['of which one leaves a token out', { source: ['order'], detail: { a: [{ 'anything-but': [TOKEN] }] } }, { source: ['order'], detail: { a: ['b'] } }],
    ['of a type, and of fields of what may be another type', { 'source': ['aws.ec2'], 'detail-type': ['EBS Volume Notification'] },
      { source: ['aws.ec2'], detail: { state: ['stopped'] } }],
    ['of a field of some call, and of a service that may not have it', { 'detail-type': [API_CALL], 'detail': { requestParameters: { bucketName: ['records'] } } },
      fromEventPattern(AuditEvents.cloudTrailApiCalls({ services: ['iam'] }))],
    ['of two fields, of calls of which neither need have both', { 'detail-type': [API_CALL], 'detail': { requestParameters: { bucketName: ['records'] } } },
      { 'detail-type': [API_CALL], 'detail': { requestParameters: { roleName: ['Admin'] } } }],
    ['of resources, and of a service that may not have them', { resources: [{ prefix: 'arn:aws:ec2:' }] }, fromEventPattern(AuditEvents.guardDutyFindings())],
    ['of CloudTrail that ask for no source, and of an application', { 'detail-type': [API_CALL] }, { source: ['order'] }],
  ])('and none by patterns %s', (_what, some, other) => {
    expect(shared(some, other)).toBeUndefined();
    expect(shared(other, some)).toBeUndefined();
  });

  test('only where both get the read-only calls, when it is one', () => {
    const describes: Pattern = { 'source': ['aws.ec2'], 'detail-type': [API_CALL], 'detail': { eventSource: ['ec2.amazonaws.com'], eventName: [{ prefix: 'Describe' }] } };
    const all: Pattern = { source: ['aws.ec2'] };
    expect(shared(describes, all, true)).toBeDefined();
    expect(shared(describes, all, true, false)).toBeUndefined();
    expect(shared(describes, all, false)).toBeUndefined();
  });

  test('is no delivery of the archive\'s own, which is left out of both', () => {
    const puts = fromEventPattern(AuditEvents.cloudTrailApiCalls({ services: ['s3'], eventNames: ['PutObject'] }));
    expect(shared(puts, { source: ['aws.s3'] })).toMatchObject({ 'source': 'aws.s3', 'detail-type': API_CALL, 'detail': { eventName: 'PutObject' } });
  });

  test('is looked for in the first of very many alternatives', () => {
    const many: Pattern = { detail: { $or: Array.from({ length: 900 }, (_each, index) => ({ key: [`k${index}`] })) } };
    expect(shared({ source: ['order'], ...many }, { source: ['order'] })).toMatchObject({ source: 'order', detail: { key: 'k0' } });
    expect(shared({ source: ['order'], ...many }, { source: ['other'], ...many })).toBeUndefined();
  });
});

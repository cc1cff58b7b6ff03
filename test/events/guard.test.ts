import * as fc from 'fast-check';
import { guard, OWN_CALL_NAMES } from '../../src/events/guard';
import { checkPattern, EVERYTHING, LONGEST_ROLE_ARN, Pattern, patternLength } from '../../src/events/patterns';
import { EventPatternMatcher } from '../../src/private/event-pattern-matcher';

const DELIVERY_ROLE = 'arn:aws:iam::123456789012:role/Audit-DeliveryRole';
const RULES_ROLE = 'arn:aws:iam::123456789012:role/Audit-TargetRole';
const SOMEBODY = 'arn:aws:iam::123456789012:role/Somebody';

function apiCall(eventName: unknown, issuer: unknown, more: object = {}): object {
  const service = ['PutRecord', 'PutRecordBatch'].includes(eventName as string) ? 'firehose' : eventName === 'ListUsers' ? 'iam' : 's3';
  return {
    'version': '0',
    'id': '1',
    'detail-type': 'AWS API Call via CloudTrail',
    'source': `aws.${service}`,
    'detail': {
      eventSource: `${service}.amazonaws.com`,
      eventName,
      userIdentity: { type: 'AssumedRole', sessionContext: { sessionIssuer: { type: 'Role', arn: issuer } } },
      ...more,
    },
  };
}

function matches(pattern: Pattern, event: object): boolean {
  return new EventPatternMatcher(pattern).matches(event);
}

/** The pattern with the guard, which must be composed. */
function guarded(pattern: Pattern): Pattern {
  const result = guard(pattern, [DELIVERY_ROLE, RULES_ROLE]);
  expect(result.unsound).toBeUndefined();
  checkPattern('pattern', result.pattern);
  return result.pattern;
}

const API_CALLS: Pattern = {
  'detail-type': ['AWS API Call via CloudTrail'],
  'detail': { eventSource: [{ 'anything-but': ['sts.amazonaws.com'] }], userIdentity: { type: [{ 'anything-but': ['AWSService'] }] } },
};

describe.each([['everything on the bus', EVERYTHING], ['API calls with exclusions', API_CALLS]])('the guard on %s', (_name, base) => {
  const pattern = guarded(base);

  test.each(OWN_CALL_NAMES.map(name => [name]))('leaves out %s by the delivery role and by the rules role', name => {
    expect(matches(base, apiCall(name, DELIVERY_ROLE))).toBe(true);
    expect(matches(pattern, apiCall(name, DELIVERY_ROLE))).toBe(false);
    expect(matches(pattern, apiCall(name, RULES_ROLE))).toBe(false);
  });

  test.each(OWN_CALL_NAMES.map(name => [name]))('keeps somebody else\'s %s', name => {
    expect(matches(pattern, apiCall(name, SOMEBODY))).toBe(true);
  });

  test.each([['DeleteObject'], ['PutBucketPolicy'], ['PutObjectRetention'], ['ListUsers'], ['AssumeRole']])('keeps %s by the own roles', name => {
    expect(matches(pattern, apiCall(name, DELIVERY_ROLE))).toBe(true);
    expect(matches(pattern, apiCall(name, RULES_ROLE))).toBe(true);
  });

  test.each([
    ['root', { userIdentity: { type: 'Root', arn: 'arn:aws:iam::123456789012:root' } }],
    ['an empty session issuer', { userIdentity: { type: 'AssumedRole', sessionContext: { sessionIssuer: {} } } }],
    ['an issuer without a session', { userIdentity: { type: 'IAMUser' } }],
    ['an issuer that is null', { userIdentity: { type: 'IAMUser', sessionContext: null } }],
    ['an ARN that is null', { userIdentity: { type: 'IAMUser', sessionContext: { sessionIssuer: { arn: null } } } }],
  ])('keeps an own call by %s', (_who, more) => {
    expect(matches(pattern, apiCall('PutObject', undefined, more))).toBe(true);
  });
});

test.each([
  ['a native event', { 'source': 'aws.ec2', 'detail-type': 'EC2 Instance State-change Notification', 'detail': { state: 'stopped' } }],
  ['a detail that is a string', { 'source': 'a', 'detail-type': 'b', 'detail': 'text' }],
  ['an empty detail', { 'source': 'a', 'detail-type': 'b', 'detail': {} }],
  ['no detail', { 'source': 'a', 'detail-type': 'b' }],
  ['a detail that is a list', { 'source': 'a', 'detail-type': 'b', 'detail': ['x'] }],
  ['an event name that is null', { source: 'a', detail: { eventName: null } }],
  ['an odd identity', { source: 'a', detail: { eventName: 'PutObject', userIdentity: 'me' } }],
])('the guard on everything keeps %s', (_name, event) => {
  expect(matches(guarded(EVERYTHING), event)).toBe(true);
});

test('the guard is on the own role and the own call, not on either', () => {
  const either = { ...EVERYTHING, detail: { eventName: [{ 'anything-but': OWN_CALL_NAMES }] } };
  expect(matches(either, apiCall('PutObject', SOMEBODY))).toBe(false);
  expect(matches(guarded(EVERYTHING), apiCall('PutObject', SOMEBODY))).toBe(true);
});

describe('a pattern with event names', () => {
  const names = (eventName: unknown[], more: object = {}): Pattern =>
    ({ 'detail-type': ['AWS API Call via CloudTrail'], 'detail': { eventName, ...more } } as unknown as Pattern);

  test('is split into the own calls and the others', () => {
    const pattern = guarded(names(['DeleteObject', 'PutObject', { prefix: 'UpdateEventSourceMapping' }]));
    expect(pattern.detail).toEqual({
      $or: [
        { eventName: ['DeleteObject', { prefix: 'UpdateEventSourceMapping' }] },
        {
          eventName: ['PutObject'],
          userIdentity: { sessionContext: { sessionIssuer: { arn: [{ exists: false }, { 'anything-but': [DELIVERY_ROLE, RULES_ROLE] }] } } },
        },
      ],
    });
    expect(matches(pattern, apiCall('PutObject', DELIVERY_ROLE))).toBe(false);
    expect(matches(pattern, apiCall('PutObject', SOMEBODY))).toBe(true);
    expect(matches(pattern, apiCall('DeleteObject', DELIVERY_ROLE))).toBe(true);
    expect(matches(pattern, apiCall('ListUsers', SOMEBODY))).toBe(false);
  });

  test('keeps its other conditions on the identity in each branch', () => {
    const pattern = guarded(names(['DeleteObject', 'PutObject'], { userIdentity: { type: ['AssumedRole'] } }));
    expect(matches(pattern, apiCall('PutObject', SOMEBODY))).toBe(true);
    expect(matches(pattern, apiCall('PutObject', DELIVERY_ROLE))).toBe(false);
    expect(matches(pattern, apiCall('PutObject', SOMEBODY, { userIdentity: { type: 'Root' } }))).toBe(false);
    expect(matches(pattern, apiCall('DeleteObject', SOMEBODY, { userIdentity: { type: 'Root' } }))).toBe(false);
  });

  test('has the condition on the roles by itself when all are own calls', () => {
    const pattern = guarded(names(['PutObject', 'UploadPart'], { userIdentity: { type: ['AssumedRole'] } }));
    expect(pattern.detail).toEqual({
      eventName: ['PutObject', 'UploadPart'],
      userIdentity: { type: ['AssumedRole'], sessionContext: { sessionIssuer: { arn: [{ exists: false }, { 'anything-but': [DELIVERY_ROLE, RULES_ROLE] }] } } },
    });
    expect(matches(pattern, apiCall('PutObject', DELIVERY_ROLE))).toBe(false);
    expect(matches(pattern, apiCall('PutObject', SOMEBODY))).toBe(true);
  });

  test('stands as it is when none is an own call', () => {
    const base = names(['DeleteObject', { prefix: 'UpdateEventSourceMapping' }]);
    expect(guarded(base)).toBe(base);
  });
});

describe('a pattern that cannot match an own delivery stands as it is', () => {
  test.each<[string, Pattern]>([
    ['another source', { source: ['login.success'] }],
    ['another detail type', { 'detail-type': ['EC2 Instance State-change Notification'] }],
    ['another service', { detail: { eventSource: ['iam.amazonaws.com'] } }],
    ['root only', { detail: { userIdentity: { type: ['Root'] } } }],
  ])('%s', (_name, pattern) => {
    expect(guarded(pattern)).toBe(pattern);
  });
});

test('conditions on what is not known beforehand do not hide that an own delivery can match', () => {
  const pattern: Pattern = { account: [{ Ref: 'AWS::AccountId' }], region: ['eu-west-1'], detail: { errorCode: [{ exists: false }] } };
  expect(guard(pattern, [DELIVERY_ROLE]).pattern).not.toBe(pattern);
});

describe('a pattern on which the guard is not sound stands as it is, with the reason', () => {
  const $or = [{ eventSource: ['s3.amazonaws.com'] }, { eventSource: ['kms.amazonaws.com'] }];
  test.each<[Pattern, string]>([
    [{ detail: { $or } }, 'it has an $or'],
    [{ detail: { userIdentity: { $or: [{ type: ['AssumedRole'] }, { type: ['Root'] }] } } }, 'it has an $or'],
    [{ detail: { userIdentity: { sessionContext: { sessionIssuer: { arn: [SOMEBODY] } } } } },
      'it has a condition of its own on detail.userIdentity.sessionContext.sessionIssuer.arn'],
    [{ detail: { userIdentity: { sessionContext: [{ exists: true }] } } },
      'it has a condition of its own on detail.userIdentity.sessionContext.sessionIssuer.arn'],
    [{ detail: { 'userIdentity.sessionContext.sessionIssuer.arn': [SOMEBODY] } }, 'it has a key with a dot, which EventBridge reads as a path'],
    [{ 'detail.eventName': ['PutObject'] } as unknown as Pattern, 'it has a key with a dot, which EventBridge reads as a path'],
    [{ detail: { eventName: [{ prefix: 'PutRecordB' }] } }, 'its detail.eventName has more than literals and prefixes that no own call starts with'],
    [{ detail: { eventName: [{ prefix: 'Put' }] } }, 'its detail.eventName has more than literals and prefixes that no own call starts with'],
    [{ detail: { eventName: [{ 'anything-but': ['HeadBucket'] }] } }, 'its detail.eventName has more than literals and prefixes that no own call starts with'],
    [{ detail: { 'Fn::If': ['A', 'B', 'C'] } }, 'its detail is not an object that is known at synthesis'],
    [{ detail: { requestParameters: { size: ['none', { numeric: ['<', 5] }] } } },
      'it lists a numeric range after a value, which EventBridge\'s matcher mixes up beside an $or: list the range first'],
  ])('%j', (pattern, reason) => {
    expect(guard(pattern, [DELIVERY_ROLE])).toEqual({ pattern, unsound: reason });
  });

  test.each<[string, unknown[]]>([
    ['a range before a value', [{ numeric: ['<', 5] }, 'none']],
    ['a range after another operator', [{ prefix: 'no' }, { numeric: ['<', 5] }]],
    ['values alone', ['none', 5, null]],
  ])('but is guarded with %s', (_what, size) => {
    const pattern = guarded({ detail: { requestParameters: { size } } } as unknown as Pattern);
    expect(matches(pattern, apiCall('PutObject', DELIVERY_ROLE, { requestParameters: { size: 3 } }))).toBe(false);
  });
});

test('with two ARNs of the greatest length everything on the bus stays far below the quota', () => {
  expect(patternLength(guard(EVERYTHING, [LONGEST_ROLE_ARN, LONGEST_ROLE_ARN]).pattern)).toBe(680);
});

describe('for every pattern that the guard is composed on, and every event', () => {
  const services = ['s3', 'firehose', 'kms', 'iam'];
  const callNames = [...OWN_CALL_NAMES, 'DeleteObject', 'PutObjectRetention', 'ListUsers', 'UpdateEventSourceMapping20150331'];
  const issuers = [DELIVERY_ROLE, RULES_ROLE, SOMEBODY];
  const list = (...values: unknown[]) => fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 4, selector: asText });
  const pattern = fc.record({
    'source': list({ prefix: 'aws.' }, ...services.map(service => `aws.${service}`)),
    'detail-type': list('AWS API Call via CloudTrail', 'Other'),
    'detail': fc.record({
      eventSource: list({ 'anything-but': ['sts.amazonaws.com'] }, ...services.map(service => `${service}.amazonaws.com`)),
      eventName: list(...callNames, { prefix: 'UpdateEvent' }, { prefix: 'Delete' }),
      userIdentity: fc.record({ type: list('AssumedRole', 'Root', { exists: false }, { 'anything-but': 'AWSService' }) }),
      errorCode: list({ exists: false }, 'AccessDenied'),
    }, { requiredKeys: [] }),
  }, { requiredKeys: [] }).filter(({ detail, ...rest }) => detail ? Object.keys(detail).length > 0 : Object.keys(rest).length > 0);
  const record = (service: string, name: unknown, issuer: unknown, type?: string, errorCode?: string): any => JSON.parse(JSON.stringify({
    'source': `aws.${service}`,
    'detail-type': 'AWS API Call via CloudTrail',
    'detail': { eventSource: `${service}.amazonaws.com`, eventName: name, errorCode, userIdentity: { type, sessionContext: { sessionIssuer: { arn: issuer } } } },
  }));
  const errorCode = fc.constantFrom('AccessDenied', undefined);
  // An own delivery is a call of the service that has it, in the session of a role.
  const ownDelivery = fc.tuple(fc.constantFrom(...OWN_CALL_NAMES), fc.constantFrom(DELIVERY_ROLE, RULES_ROLE), errorCode)
    .map(([name, issuer, code]) => record(serviceOf(name), name, issuer, 'AssumedRole', code));
  const otherCall = fc.tuple(
    fc.constantFrom(...services), fc.constantFrom(...callNames, undefined, null), fc.constantFrom(...issuers, undefined, null),
    fc.constantFrom('AssumedRole', 'Root', undefined), errorCode,
  ).filter(([, name, issuer]) => !(OWN_CALL_NAMES.includes(name as string) && issuer !== SOMEBODY && typeof issuer === 'string'))
    .map(([service, name, issuer, type, code]) => record(service, name, issuer, type, code));

  test('it leaves out an own role\'s own call, and changes nothing else', () => {
    let leftOut = 0;
    let composedOn = 0;
    const anyCall = fc.oneof(ownDelivery.map(sent => ({ sent, own: true })), otherCall.map(sent => ({ sent, own: false })));
    const events = fc.array(anyCall, { minLength: 30, maxLength: 30 });
    fc.assert(fc.property(pattern, events, (base, sample) => {
      const { pattern: composed, unsound } = guard(base as Pattern, [DELIVERY_ROLE, RULES_ROLE]);
      expect(unsound).toBeUndefined();
      if (composed !== base) composedOn++;
      for (const { sent, own } of sample) {
        const matched = matches(base as Pattern, sent);
        if (matched && own) leftOut++;
        expect(matches(composed, sent)).toBe(matched && !own);
      }
    }), { numRuns: 400 });
    expect(Math.min(leftOut, composedOn)).toBeGreaterThan(20);
  });
});

function serviceOf(call: string): string {
  if (call.startsWith('PutRecord')) return 'firehose';
  if (call.startsWith('GetTable')) return 'glue';
  if (call === 'PutLogEvents') return 'logs';
  return ['GenerateDataKey', 'Decrypt'].includes(call) ? 'kms' : 's3';
}

function asText(value: unknown): string {
  return JSON.stringify(value);
}

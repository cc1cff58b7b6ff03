// event-ruler, AWS's own matcher, takes every pattern that the library emits, and judges events by it as the embedded matcher does.

import { EmittedPattern, emittedPatterns } from './emitted-patterns';
import { partsOf } from './pattern-parts';
import { OWN_CALL_NAMES } from '../../src/events/guard';
import { EventPatternMatcher } from '../../src/private/event-pattern-matcher';
import { anApiCall, anEvent } from '../end-to-end/archive-run';
import { readEvents } from '../simulator/demo/demo-input';
import type { Json, JsonObject } from '../simulator/engines';
import { EventRulerPatterns } from '../simulator/reference/event-ruler';

/** @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html */
const MAX_PATTERN_LENGTH = 4096;

/** What event-ruler is asked at once: each with all events, of which some are of 250 KB. */
const PATTERNS_AT_ONCE = 10;

/** The same for parts of patterns, which get small events only. */
const PARTS_AT_ONCE = 100;

const SOMEBODY = 'arn:aws:iam::123456789012:role/Somebody';
const SERVICES = ['s3', 'firehose', 'iam'];
const OTHER_CALLS = ['DeleteObject', 'UpdateEventSourceMapping20150331', 'PutObjectRetention', 'putobject', 'PutObject ', 'PutRecordBatchX', 'Decryp', ''];

const ruler = new EventRulerPatterns();
const emitted = distinct(emittedPatterns());
const samples = readEvents([]).map(({ event }) => event);

afterAll(() => ruler.close());

/** Each pattern once: its text has the ARNs of its roles. */
function distinct(all: EmittedPattern[]): EmittedPattern[] {
  return [...new Map(all.map(each => [JSON.stringify([each.pattern, each.ownRoleArns]), each])).values()];
}

/** What CloudTrail records of the archive's own roles, and what is nearly that. */
function callsNear({ ownRoleArns }: EmittedPattern): JsonObject[] {
  const [role] = ownRoleArns;
  const issuers = [...ownRoleArns, SOMEBODY, role.toUpperCase(), `${role}x`, role.slice(0, -1), `${role}/session`, ''];
  const names = [...OWN_CALL_NAMES, ...OTHER_CALLS];
  const calls = SERVICES.flatMap(service => names.flatMap(name => ownRoleArns.concat(SOMEBODY).map(issuer => anApiCall(service, name, issuer))));
  const byOthers = issuers.map(issuer => anApiCall('s3', 'PutObject', issuer));
  return [...calls, ...byOthers].map(({ event }) => event).concat(oddCalls(role));
}

/** Calls of an own role in which one field is odd. */
function oddCalls(role: string): JsonObject[] {
  const issuers: Json[] = [{}, [], null, { arn: null },
    { arn: [role] }, { arn: [role, SOMEBODY] }, [{ arn: role }, { arn: SOMEBODY }], [[{ arn: role }], {}]];
  const odd: Json[] = [
    null, 'text', 5, true, [], {}, [null], [role], [{}], [{ arn: role }],
    { sessionContext: null }, { sessionContext: [] }, { 'sessionContext.sessionIssuer.arn': role },
    ...issuers.map(sessionIssuer => ({ sessionContext: { sessionIssuer } })),
  ];
  const changes: JsonObject[] = [
    ...odd.map(userIdentity => ({ userIdentity })), ...odd.map(eventName => ({ eventName })), { errorCode: 'AccessDenied' }, { eventType: 'AwsServiceEvent' },
  ];
  const calls = changes.map(more => anApiCall('s3', 'PutObject', role, more).event);
  const sources = ['', 'aws.partner/example.com/acme/orders', 'aws.partner', 'aws.health', 'order.placed', 'my.bills'];
  const envelopes: JsonObject[] = [...odd.flatMap((each): JsonObject[] => [{ detail: each }, { source: each }, { 'detail-type': each }]), ...sources.map(source => ({ source }))];
  return [...calls, ...envelopes.map(fields => anEvent(fields).event), {}, { source: '' }];
}

/** Whether each event matches one of the patterns, of which there can be thousands. */
function matchedByAny(patterns: readonly JsonObject[], events: readonly JsonObject[]): boolean[] {
  const matched = events.map(() => false);
  for (let start = 0; start < patterns.length; start += PARTS_AT_ONCE) {
    const answers = ruler.judge(patterns.slice(start, start + PARTS_AT_ONCE).map(pattern => ({ pattern, events })));
    for (const { matches } of answers) matches!.forEach((isMatch, index) => { matched[index] ||= isMatch === true; });
  }
  return matched;
}

/** The events on which a matcher and event-ruler differ, by the pattern. */
function differences(patterns: readonly EmittedPattern[], matcherOf: (pattern: JsonObject) => EventPatternMatcher): string[] {
  const different: string[] = [];
  for (let start = 0; start < patterns.length; start += PATTERNS_AT_ONCE) {
    const questions = patterns.slice(start, start + PATTERNS_AT_ONCE).map(each => ({ ...each, events: [...samples, ...callsNear(each)] }));
    ruler.judge(questions).forEach(({ matches, refused }, index) => {
      const { name, pattern, events } = questions[index];
      if (refused !== undefined) throw new Error(`${name} is refused: ${refused}`);
      const matcher = matcherOf(pattern);
      different.push(...events.filter((event, number) => matcher.matches(event) !== matches[number]).map(event => `${name}: ${JSON.stringify(event).slice(0, 500)}`));
    });
  }
  return different;
}

describe('every emitted pattern', () => {
  test('is there in every form', () => {
    const texts = emitted.map(({ pattern }) => JSON.stringify(pattern));
    const forms = [
      /"detail":\{"\$or":\[\{"eventName":\[\{"exists":false\},\{"anything-but":\[/, // the guard on any call
      /"\$or":\[\{"eventName":\["DeleteObject".*\{"eventName":\["PutObject","Decrypt"\],"userIdentity"/, // on some of the calls that are named
      /"eventName":\["PutObject","UploadPart"\],"userIdentity":\{"sessionContext":\{"sessionIssuer":\{"arn":\[\{"exists":false/, // on all of them
      /^\{"detail":\{"eventName":\[\{"prefix":"PutRec"\}\]\}\}$/, // nowhere
      /^\{"source":\[\{"anything-but":\{"prefix":"aws.partner\/"\}\}\],"detail":\{"\$or"/, // without partners
      /^\{"source":\[\{"prefix":"aws.partner\/"\}\]\}$/, // with partners
      /arn:aws-cn:/, /arn:aws-us-gov:iam::123456789012:role\/[\w-]{64}"/, /bucket-of-the-parent/, /bucket-of-the-other/, /"numeric"/, /"cidr"/, /"wildcard"/,
    ];
    expect(forms.filter(form => !texts.some(text => form.test(text)))).toEqual([]);
    expect(emitted.length).toBeGreaterThan(45);
  });

  test('passes event-ruler\'s check and has at most 4,096 characters', () => {
    const refused = ruler.judge(emitted.map(({ pattern }) => ({ pattern, events: [] }))).map((answer, index) => `${emitted[index].name}: ${answer.refused}`);
    expect(refused.filter(each => !each.endsWith(': undefined'))).toEqual([]);
    const lengths = emitted.map(({ pattern }) => JSON.stringify(pattern).length);
    expect(lengths.filter(length => length > MAX_PATTERN_LENGTH)).toEqual([]);
    expect(Math.max(...lengths)).toBeGreaterThan(MAX_PATTERN_LENGTH * 0.9);
  });

  test('is judged alike, on the sample events and on what the own roles do, or nearly', () => {
    expect(differences(emitted, pattern => new EventPatternMatcher(pattern))).toEqual([]);
  });

  // event-ruler 2.1.0 has alternatives and entries that disturb one another: see rules-fuzz.test.ts.
  test('is none that event-ruler judges otherwise than its parts', () => {
    const small = emitted.map(each => ({ ...each, parts: partsOf(each.pattern) }));
    const wrong = small.flatMap(each => {
      const events = callsNear(each);
      const [whole] = ruler.judge([{ pattern: each.pattern, events }]);
      const matchedByParts = matchedByAny(each.parts, events);
      return events.filter((_event, index) => whole.matches![index] !== matchedByParts[index]).map(() => each.name);
    });
    expect([...new Set(wrong)]).toEqual([]);
  });
});

describe('by event-ruler, the guard', () => {
  const guarded = emitted.filter(({ pattern, ownRoleArns }) => ownRoleArns.every(arn => JSON.stringify(pattern).includes(arn)));

  test('leaves out every own call of every own role', () => {
    expect(guarded.length).toBeGreaterThan(20);
    const questions = guarded.map(({ pattern, ownRoleArns }) => ({
      pattern, events: SERVICES.flatMap(service => OWN_CALL_NAMES.flatMap(name => ownRoleArns.map(arn => anApiCall(service, name, arn).event))),
    }));
    expect(ruler.judge(questions).map(({ matches }) => matches!.filter(matched => matched !== false).length)).toEqual(guarded.map(() => 0));
  });

  test('hides nothing else: without it the pattern matches no more', () => {
    const [everything] = emitted;
    const { detail: _guard, ...unguarded } = everything.pattern;
    const events = callsNear(everything).filter(event => typeof event.source === 'string' && !isOwnCall(event, everything.ownRoleArns));
    const [withGuard, without] = ruler.judge([everything.pattern, unguarded].map(pattern => ({ pattern, events })));
    expect(withGuard.matches).toEqual(without.matches);
  });
});

function isOwnCall({ detail }: JsonObject, ownRoleArns: readonly string[]): boolean {
  const text = JSON.stringify(detail) ?? '';
  return OWN_CALL_NAMES.some(name => text.includes(`"${name}"`)) && ownRoleArns.some(arn => text.includes(`"${arn}"`)) && !text.includes(SOMEBODY);
}

describe('event-ruler catches an embedded matcher', () => {
  test('by which a missing field is anything but a value', () => {
    const widened = (pattern: JsonObject) => JSON.parse(JSON.stringify(pattern).replace(/\{"anything-but":/g, '{"exists":false},{"anything-but":')) as object;
    expect(differences(emitted, pattern => new EventPatternMatcher(widened(pattern)))).not.toEqual([]);
  });

  test('that looks at the first alternative of a $or alone', () => {
    const first = (pattern: JsonObject) => JSON.parse(JSON.stringify(pattern), (name, value) => name === '$or' ? [value[0], value[0]] : value) as object;
    expect(differences(emitted, pattern => new EventPatternMatcher(first(pattern)))).not.toEqual([]);
  });
});

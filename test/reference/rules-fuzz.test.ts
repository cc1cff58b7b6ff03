/**
 * The embedded matcher is held to event-ruler, AWS's own, by random patterns and events that are near them.
 *
 * event-ruler 2.1.0 is not right everywhere, and what it gets wrong the embedded matcher does not repeat:
 * - Entries of a list, and alternatives of a `$or`, can disturb one another in its state machine: then it answers otherwise for a
 *   pattern than for all parts of the pattern, and sometimes otherwise from one process to the next.
 * - It reads a number in an event as the digits of an IP address.
 *
 * Where the two differ, event-ruler is asked for each part by itself. Only what it then says too is taken for its own mistake.
 */

import * as fc from 'fast-check';
import { partsOf } from './pattern-parts';
import { Case, cases, formsIn } from './patterns-and-events';
import { EventPatternMatcher } from '../../src/private/event-pattern-matcher';
import type { CompiledPattern, Json, JsonObject } from '../simulator/engines';
import { Answer, EventRulerPatterns } from '../simulator/reference/event-ruler';

const BATCH = 100;
const BATCHES = 40;

/** For the control runs, in which what is broken must be found. */
const CONTROL_CASES = 1500;

/** The same events and patterns in every run, unless somebody looks for others: what fails by chance proves nothing. */
const SEED = Number(process.env.FUZZ_SEED ?? 1);

/** No more of the pairs than this may be event-ruler's mistakes. */
const MOST_MISTAKES = 1 / 1000;

/** What comes up in every run. */
const FORMS = [
  'string', 'number', 'null', 'boolean', 'exactly', 'prefix', 'prefix equals-ignore-case', 'suffix', 'suffix equals-ignore-case', 'equals-ignore-case', 'wildcard',
  'anything-but string', 'anything-but string list', 'anything-but number', 'anything-but number list', 'anything-but prefix', 'anything-but prefix list',
  'anything-but suffix', 'anything-but suffix list', 'anything-but equals-ignore-case', 'anything-but equals-ignore-case list', 'anything-but wildcard',
  'anything-but wildcard list', 'numeric =', 'numeric <', 'numeric <=', 'numeric >', 'numeric >=', 'numeric > <', 'numeric > <=', 'numeric >= <', 'numeric >= <=',
  'cidr of IPv4', 'cidr of IPv6', 'exists true', 'exists false', '$or in pattern', '$or in $or', '$or in object', 'object in pattern', 'object in $or', 'object in object',
];

const ruler = new EventRulerPatterns();

afterAll(() => ruler.close());

/** A pattern and an event on which event-ruler and a matcher differ. */
interface Difference {
  readonly pattern: JsonObject;
  readonly event: JsonObject;
  /** What event-ruler says. Null, where its two ways of matching differ. */
  readonly matches: boolean | null;
}

type Compile = (pattern: JsonObject) => CompiledPattern;

const embedded: Compile = pattern => new EventPatternMatcher(pattern);

function batches(mayBeWrong: boolean): fc.Arbitrary<Case[]> {
  return fc.array(cases({ mayBeWrong }), { minLength: BATCH, maxLength: BATCH });
}

function differences(judged: readonly Case[], answers: readonly Answer[], compile: Compile): Difference[] {
  return judged.flatMap(({ pattern, events }, index) => {
    const compiled = compile(pattern);
    return events.map((event, number) => ({ pattern, event, matches: answers[index].matches![number] }))
      .filter(({ event, matches }) => compiled.matches(event) !== matches);
  });
}

/** The embedded matcher, told of other events than there are. */
function misled(pattern: JsonObject, told: (event: JsonObject) => Json): CompiledPattern {
  const compiled = embedded(pattern);
  return { matches: event => compiled.matches(told(event) as JsonObject) };
}

/**
 * Whether event-ruler agrees with the embedded matcher on each part of the pattern, but for numbers that it takes for addresses, and the
 * embedded matcher says of the whole what it says of its parts.
 */
function isMistakeOfTheRuler({ pattern, event }: Difference): boolean {
  const parts = partsOf(pattern).map(part => ({ part, expected: embedded(part).matches(event) }));
  const saysOf = (seen: JsonObject) => ruler.judge(parts.map(({ part }) => ({ pattern: part, events: [seen] }))).map(({ matches }) => matches?.[0]);
  const [answers, answersWithoutNumbers] = [saysOf(event), saysOf(withoutNumbers(event) as JsonObject)];
  return embedded(pattern).matches(event) === parts.some(({ expected }) => expected) && parts.every(({ part, expected }, index) =>
    answers[index] === expected || (answers[index] === true && asksForAddress(part) && answersWithoutNumbers[index] === expected));
}

function asksForAddress(part: JsonObject): boolean {
  return (Object.values(part) as Json[][]).some(([entry]) => isObject(entry) ? 'cidr' in entry : /^[\d.]+$|:/.test(String(entry)));
}

/** The same with a text for each number: no address, and nothing else that a pattern asks for. */
function withoutNumbers(value: Json): Json {
  return JSON.parse(JSON.stringify(value, (_name, each: Json) => typeof each === 'number' ? 'a number' : each)) as Json;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The shortest are the easiest to understand. */
function shortest(found: readonly object[]): string[] {
  return found.map(each => JSON.stringify(each)).sort((one, other) => one.length - other.length).slice(0, 5);
}

function isRefused(pattern: JsonObject): boolean {
  try {
    embedded(pattern);
    return false;
  } catch {
    return true;
  }
}

describe('for patterns of all operators and events near them', () => {
  test('the embedded matcher and event-ruler agree', () => {
    const forms = new Map<string, number>();
    const count = { yes: 0, no: 0, mistakes: 0 };
    fc.assert(fc.property(batches(false), batch => {
      const answers = ruler.judge(batch);
      expect(batch.filter((_case, index) => answers[index].refused !== undefined)).toEqual([]);
      const different = differences(batch, answers, embedded);
      expect(shortest(different.filter(each => !isMistakeOfTheRuler(each)))).toEqual([]);
      for (const form of batch.flatMap(({ pattern }) => formsIn(pattern))) forms.set(form, (forms.get(form) ?? 0) + 1);
      count.yes += answers.flatMap(({ matches }) => matches!).filter(matched => matched).length;
      count.no += answers.flatMap(({ matches }) => matches!).filter(matched => matched === false).length;
      count.mistakes += different.length;
    }), { numRuns: BATCHES, endOnFailure: true, seed: SEED });
    expect(FORMS.filter(form => (forms.get(form) ?? 0) < BATCHES / 2)).toEqual([]);
    expect(Math.min(count.yes, count.no)).toBeGreaterThan((count.yes + count.no) / 4);
    expect(count.mistakes).toBeLessThan((count.yes + count.no) * MOST_MISTAKES);
  });

  test('they accept and refuse the same', () => {
    let accepted = 0;
    fc.assert(fc.property(batches(true), batch => {
      const answers = ruler.judge(batch);
      const different = batch.map(({ pattern }, index) => ({ pattern, refused: answers[index].refused }))
        .filter(({ pattern, refused }) => isRefused(pattern) !== (refused !== undefined));
      expect(shortest(different)).toEqual([]);
      accepted += answers.filter(({ matches }) => matches).length;
    }), { numRuns: BATCHES, endOnFailure: true, seed: SEED });
    expect(accepted).toBeGreaterThan(BATCH * BATCHES / 10);
    expect(accepted).toBeLessThan(BATCH * BATCHES * 9 / 10);
  });
});

describe('event-ruler catches a matcher', () => {
  let judged: Case[];
  let answers: Answer[];

  beforeAll(() => {
    judged = fc.sample(cases({ mayBeWrong: false }), { numRuns: CONTROL_CASES, seed: SEED });
    answers = ruler.judge(judged);
  });

  /** Whether it differs from event-ruler where the sound matcher does not. */
  function isCaught(broken: Compile): boolean {
    return differences(judged, answers, broken).some(({ pattern, event, matches }) => embedded(pattern).matches(event) === matches);
  }

  const inAnyCase = (text: Json) => ({ 'equals-ignore-case': text });
  const operators: [string, string, (argument: any) => Json[]][] = [
    ['anything-but matches a missing field', 'anything-but', excluded => [{ 'anything-but': excluded }, { exists: false }]],
    ['anything-but knows one value only', 'anything-but', excluded => [{ 'anything-but': Array.isArray(excluded) ? excluded[0] : excluded }]],
    ['anything-but prefix looks at the end', 'anything-but', excluded => [{ 'anything-but': excluded.prefix ? { suffix: excluded.prefix } : excluded }]],
    ['prefix has no case', 'prefix', prefix => [{ prefix: isObject(prefix) ? prefix : inAnyCase(prefix) }]],
    ['prefix in any case has one', 'prefix', prefix => [{ prefix: isObject(prefix) ? prefix['equals-ignore-case'] : prefix }]],
    ['suffix has no case', 'suffix', suffix => [{ suffix: isObject(suffix) ? suffix : inAnyCase(suffix) }]],
    ['suffix in any case has one', 'suffix', suffix => [{ suffix: isObject(suffix) ? suffix['equals-ignore-case'] : suffix }]],
    ['equals-ignore-case has a case', 'equals-ignore-case', text => [text]],
    ['exactly has none', 'exactly', text => [inAnyCase(text)]],
    ['wildcard has no escapes', 'wildcard', text => [{ wildcard: text.replace(/\\./g, '*').replace(/\*+/g, '*') }]],
    ['numeric takes its bounds for within', 'numeric', terms => [{ numeric: terms.map((term: Json) => term === '<' || term === '>' ? `${term}=` : term) }]],
    ['numeric has one bound', 'numeric', terms => [{ numeric: terms.slice(0, 2) }]],
    ['cidr counts one bit less', 'cidr', block => [{ cidr: block.replace(/\d+$/, (bits: string) => String(Math.max(Number(bits) - 1, 0))) }]],
    ['exists: true takes an object', 'exists', exists => [{ exists }, { exists: false }]],
  ];
  test.each(operators)('whose %s', (_name, operator, altered) => {
    const alteredEntry = (entry: Json): Json[] => isObject(entry) && operator in entry ? altered(entry[operator]) : [entry];
    expect(isCaught(pattern => embedded(withEntries(pattern, alteredEntry)))).toBe(true);
  });

  test('whose $or ends with the first alternative', () => {
    const first = (pattern: JsonObject): JsonObject => Object.fromEntries(Object.entries(pattern).map(([name, value]) => {
      if (name === '$or') return [name, [(value as JsonObject[])[0], (value as JsonObject[])[0]].map(first)];
      return [name, Array.isArray(value) ? value : first(value as JsonObject)];
    }));
    expect(isCaught(pattern => embedded(first(pattern)))).toBe(true);
  });

  test('that takes the elements of an array for one', () => {
    const joined = (value: Json): Json => {
      if (Array.isArray(value)) return value.every(isObject) ? joined(Object.assign({}, ...value)) : value.map(joined);
      return isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, field]) => [name, joined(field)])) : value;
    };
    expect(isCaught(pattern => misled(pattern, joined))).toBe(true);
  });

  test('that takes a number for its text', () => {
    const asText = (value: JsonObject): JsonObject => JSON.parse(JSON.stringify(value, (_name, each: Json) => typeof each === 'number' ? String(each) : each));
    expect(isCaught(pattern => misled(pattern, asText))).toBe(true);
  });
});

/** The pattern with others for the entries of its lists. */
function withEntries(pattern: JsonObject, alter: (entry: Json) => Json[]): JsonObject {
  return Object.fromEntries(Object.entries(pattern).map(([name, value]) => {
    if (name === '$or') return [name, (value as JsonObject[]).map(each => withEntries(each, alter))];
    return [name, Array.isArray(value) ? value.flatMap(alter) : withEntries(value as JsonObject, alter)];
  }));
}

describe('event-ruler 2.1.0', () => {
  const judges = (pattern: JsonObject, event: JsonObject) => ruler.judge([{ pattern, events: [event] }])[0].matches?.[0];

  test.each<[string, JsonObject, JsonObject, boolean]>([
    ['loses an alternative that adds to the list of an earlier one', { $or: [{ a: ['x'] }, { a: ['x', 'y'] }] }, { a: 'y' }, false],
    ['takes a number for an address', { a: [{ cidr: '80.0.0.0/8' }] }, { a: 5000000000 }, true],
  ])('%s', (_name, pattern, event, mistaken) => {
    expect(judges(pattern, event)).toBe(mistaken);
    expect(embedded(pattern).matches(event)).toBe(!mistaken);
    expect(isMistakeOfTheRuler({ pattern, event, matches: mistaken })).toBe(true);
  });

  test('contradicts itself on an event that has one path twice, of which once in a list', () => {
    const pattern: JsonObject = { 'b.a': ['f'], 'b': { A: ['x'] } };
    const event: JsonObject = { 'b': [{ a: 't', A: 'x' }], 'b.a': 'f' };
    expect(judges(pattern, event)).toBeNull();
    expect(() => ruler.compile(pattern).matches(event)).toThrow('two ways of matching differ');
    expect(judges(pattern, { 'b': [{ A: 'x' }], 'b.a': 'f' })).toBe(true);
  });

  test('answers by chance where a list has a literal and then a range, and an alternative has the same field', () => {
    const answers = Array.from({ length: 100 }, (_, index) => judges({ $or: [{ a: ['b', { numeric: ['<', 1] }] }, { a: [`z${index}`] }] }, { a: 'b' }));
    expect(answers).toEqual(expect.arrayContaining([true, false]));
  });

  test.each<[string, JsonObject]>([
    ['a bound of more than 5e9, which the documentation does not allow', { a: [{ numeric: ['<', 5000000001] }] }],
    ['nothing to exclude, beside a number', { a: [{ numeric: ['<', 1] }, { 'anything-but': { 'equals-ignore-case': [] } }] }],
    ['more than 1000 combinations of alternatives', Object.fromEntries(['a', 'b', 'c', 'd'].map(name => [name, { $or: Array.from({ length: 6 }, (_, index) => ({ [`f${index}`]: [1] })) }]))],
  ])('takes %s', (_name, pattern) => {
    expect(judges(pattern, {})).toBe(false);
    expect(isRefused(pattern)).toBe(true);
  });
});

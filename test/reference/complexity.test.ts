/**
 * The measure by which the library warns of wildcards is held to event-ruler's own: for every pattern that the library emits, and for random
 * wildcards. They differ in two ways, in which ours is mostly the greater:
 * - in a list of wildcards that are excluded event-ruler can find that two lead to one place earlier than at their ends,
 * - with an `$or` it can find that a wildcard is there already, and does not have it again; where it has, it counts its end again, now and then.
 */

import * as fc from 'fast-check';
import { emittedPatterns } from './emitted-patterns';
import { complexityOf, REFUSED_COMPLEXITY } from '../../src/private/event-pattern-complexity';
import type { Json, JsonObject } from '../simulator/engines';
import { EventRulerPatterns } from '../simulator/reference/event-ruler';

const ruler = new EventRulerPatterns();

afterAll(() => ruler.close());

/** The same wildcards in every run, unless somebody looks for others. */
const SEED = Number(process.env.FUZZ_SEED ?? 1);

/** How far both measure, where they need not stop at what EventBridge refuses. */
const FAR = 60;

type Measure = (pattern: JsonObject) => number;

const measured: Measure = pattern => complexityOf(pattern, FAR);

/** Few letters, so that wildcards have much in common: it is that which makes them complex. */
const wildcards = fc.array(fc.constantFrom('a', 'b', ':', '*', '*'), { minLength: 1, maxLength: 9 }).map(atoms => atoms.join('').replace(/\*+/g, '*'));
const upTo = (most: number) => fc.array(wildcards, { minLength: 1, maxLength: most });
const anyOf = (texts: string[]) => texts.map(wildcard => ({ wildcard }));
const noneOf = (texts: string[]) => ({ 'anything-but': { wildcard: texts } });

const FIELDS = ['a', 'm', 'q', 'x', 'z'];
const ENTRIES = ['v', { exists: false }, { prefix: 'x' }, { 'anything-but': 'z' }, { numeric: ['<', 5] }, { wildcard: 'a*b' }];
const alternatives = fc.array(fc.tuple(fc.constantFrom(...FIELDS), fc.constantFrom(...ENTRIES)), { minLength: 2, maxLength: 3 })
  .map(list => ({ $or: list.map(([name, entry]) => ({ [name]: [entry] })) }));

const plain = samples(400, fc.oneof(
  upTo(4).map(texts => ({ a: ['literal', ...anyOf(texts), { suffix: 'end' }] })),
  fc.tuple(upTo(3), upTo(2), wildcards).map(([one, other, text]) => ({ a: { b: anyOf(one) }, c: [...anyOf(other), { prefix: 'p' }], d: [noneOf([text])] })),
));
const excluded = samples(300, fc.array(upTo(3), { minLength: 1, maxLength: 2 }).map(lists => ({ a: lists.map(noneOf) })));
const withOr = samples(300, fc.tuple(alternatives, fc.constantFrom(...FIELDS), upTo(2), fc.constantFrom(...FIELDS), wildcards)
  .map(([$or, one, texts, other, text]) => ({ ...$or, [other]: [noneOf([text])], [one]: anyOf(texts) })));

function samples(count: number, patterns: fc.Arbitrary<object>): JsonObject[] {
  return fc.sample(patterns, { numRuns: count, seed: SEED }) as JsonObject[];
}

/** The patterns that a measure finds more complex than event-ruler does, by how much; less than nothing, where it finds them less so. */
function differences(patterns: readonly JsonObject[], measure: Measure = measured): { by: number; text: string }[] {
  const ofRuler = ruler.complexities(patterns, FAR);
  return patterns.map((pattern, index) => ({ by: measure(pattern) - ofRuler[index], text: JSON.stringify(pattern) })).filter(({ by }) => by !== 0);
}

test('event-ruler finds what EventBridge is known to refuse as complex as the library does', () => {
  const known = [{ wildcard: '*:*:*:*:*:event-bus/*' }, { wildcard: '*:*:*:*:event-bus/*' }].map(entry => ({ detail: { resource: [entry] } }));
  const stacks = [3, 4].map(count => ({ a: anyOf(['w', 'x', 'y', 'z'].slice(0, count).map(name => `*:stack/${name}/*`)) }));
  expect(ruler.complexities([...known, ...stacks], FAR)).toEqual([11, 9, 9, 12]);
  expect(differences([...known, ...stacks])).toEqual([]);
});

test('every emitted pattern is as complex', () => {
  const emitted = emittedPatterns();
  const different = differences(emitted.map(({ pattern }) => pattern));
  expect(different.map(({ by, text }) => [by, emitted.find(({ pattern }) => JSON.stringify(pattern) === text)!.name])).toEqual([
    // Beside an `$or` event-ruler has `dir/*.png` there already.
    [1, expect.stringMatching(/^capture of every operator: /)],
  ]);
  expect(emitted.filter(({ pattern }) => complexityOf(pattern) > 0).length).toBeGreaterThan(4);
});

test('patterns of wildcards are as complex', () => {
  expect(differences(plain)).toEqual([]);
  expect(Math.max(...plain.map(measured))).toBeGreaterThan(REFUSED_COMPLEXITY);
});

test('what lists of wildcards exclude is as complex, or finds one more', () => {
  const different = differences(excluded);
  expect(different.filter(({ by }) => by !== 1)).toEqual([]);
  expect(different.length).toBeLessThan(excluded.length / 50);
  expect(differences([{ a: [noneOf(['*:a*a', '*', '*:b::*b*'])] }])).toEqual([expect.objectContaining({ by: 1 })]);
});

test('with an $or it is mostly as complex or less, and seldom one more', () => {
  const different = differences(withOr);
  expect(different.filter(({ by }) => by < -1)).toEqual([]);
  expect(different.filter(({ by }) => by < 0).length).toBeLessThan(withOr.length / 50);
  expect(different.length).toBeLessThan(withOr.length / 3);
  expect(differences([{ $or: [{ x: ['v'] }, { y: ['v'] }], a: anyOf(['*a', 'b*']) }])).toEqual([expect.objectContaining({ by: -1 })]);
  const beside = (wildcard: string): JsonObject => ({ $or: [{ x: ['v'] }, { y: ['v'] }], a: anyOf([wildcard]) });
  expect(ruler.complexities([beside('*/lib/*'), beside('a*:')], FAR)).toEqual([6, 2]);
  expect(differences([beside('*/lib/*'), beside('a*:')]).map(({ by }) => by)).toEqual([1, 1]);
});

test.each<[string, JsonObject[], Measure]>([
  ['looks at one wildcard of a field', plain, pattern => measured(altered(pattern, list => list.slice(0, 2)))],
  ['looks no further than a *', plain, pattern => measured(JSON.parse(JSON.stringify(pattern).replace(/("wildcard":"[^"*]*\*)[^"]*"/g, '$1"')))],
  ['leaves out what is excluded', excluded, pattern => measured(altered(pattern, list => list.filter(entry => !JSON.stringify(entry).includes('anything-but'))))],
  ['takes the first alternative alone', withOr, ({ $or: [first], ...rest }: any) => measured({ ...rest, $or: [first, first] })],
])('a measure that %s is caught', (_name, patterns, measure) => {
  expect(differences(patterns, measure).filter(({ by }) => by < -1)).not.toEqual([]);
});

/** The pattern with other lists. */
function altered(pattern: JsonObject, alter: (list: object[]) => object[]): JsonObject {
  const isList = (value: Json) => Array.isArray(value) && value.some(each => each instanceof Object);
  const revived = (_name: string, value: Json) => isList(value) ? alter(value as object[]) : value;
  return JSON.parse(JSON.stringify(pattern), revived) as JsonObject;
}

/**
 * EventBridge's documented semantics, operator by operator, and what event-ruler does where the documentation is silent. event-ruler 2.1.0
 * answers every row below alike, but for those that say otherwise: test/reference/rules-documented.test.ts asks it.
 */
import * as fc from 'fast-check';
import { EventPatternMatcher } from '../../src/private/event-pattern-matcher';

const matches = (pattern: object, event: unknown) => new EventPatternMatcher(pattern).matches(event);

/** A table of fields: the list that a pattern gives for `field`, what an event has there, and whether they match. */
type Rows = [list: unknown[], value: unknown, expected: boolean][];

function judges(rows: Rows) {
  test.each(rows)('%j judges %j as %j', (list, value, expected) => {
    expect(matches({ field: list }, { field: value })).toBe(expected);
  });
}

describe('a value matches itself in its own type only', () => {
  judges([
    [['running'], 'running', true],
    [['running'], 'Running', false],
    [['running'], 'running ', false],
    [['stopped', 'running'], 'running', true],
    [[''], '', true],
    [[''], ' ', false],
    [[''], null, false],
    [[1], 1, true],
    [[1], '1', false],
    [['1'], 1, false],
    [[301.8], 3.018e2, true],
    [[0], -0, true],
    [[1], true, false],
    [[true], true, true],
    [[true], 'true', false],
    [[false], true, false],
    [[null], null, true],
    [[null], 'null', false],
    [[null], '', false],
    [[null], false, false],
    [[{ exactly: 'a' }], 'a', true],
    [[{ exactly: 'a' }], 'A', false],
  ]);

  test('in every spelling of a number', () => {
    expect(['1', '1.0', '1e0', '10e-1', '0.1E1'].map((number) => matches(JSON.parse('{"a":[1.00]}'), JSON.parse(`{"a":${number}}`))))
      .toEqual([true, true, true, true, true]);
  });
});

describe('a string that is an IP address matches that address in every spelling', () => {
  judges([
    [['10.0.0.1'], '10.0.0.1', true],
    [['10.0.0.1'], '010.000.0.1', true],
    [['10.0.0.1'], '10.0.0.10', false],
    [['10.0.0.1'], '::ffff:a00:1', true],
    [['::1'], '0:0:0:0:0:0:0:1', true],
    [['2001:DB8::1'], '2001:0db8:0:0::1', true],
    [['2001:db8::1'], '2001:db8::2', false],
    [['::1'], '::00001', true],
    [['10.0.0.1'], '10.0.0.0000000000001', false],
    [['1:2:3:4:5:6:7:8'], '1:2:3:4:5:6:7:8::', false],
    [['10.0.0.256'], '10.0.0.256', true],
    [['10.0.0.256'], '010.0.0.256', false],
    [['1::2::3'], '1::2:0:3', false],
    [['1:2'], '1:02', false],
    [[{ exactly: '10.0.0.1' }], '10.0.0.01', false],
  ]);
});

describe('half a surrogate pair is itself where whole strings are compared, and else a question mark', () => {
  judges([
    [['?'], '\ud83d', false],
    [['\ud83d'], '\ud83d', true],
    [['\ud83d'], '\ude00', false],
    [[{ exactly: 'a\ud83d' }], 'a?', false],
    [[{ prefix: '\ud83d' }], '😀', false],
    [[{ prefix: '\ud83d' }], '?a', true],
    [[{ prefix: { 'equals-ignore-case': 'A\ud83d' } }], 'a\ud83db', true],
    [[{ suffix: '\ude00' }], '😀', false],
    [[{ 'equals-ignore-case': 'a?' }], 'A\ud83d', true],
    [[{ wildcard: '*\ude00' }], '😀', false],
    [[{ wildcard: '*?' }], 'a\ude00', true],
    [[{ 'anything-but': '\ud83d' }], '?', false],
    [[{ 'anything-but': ['a', '\ud83d'] }], '?', false],
    [[{ 'anything-but': { prefix: '\ud83d' } }], '😀', true],
    [[{ 'anything-but': { suffix: '?' } }], 'a\ud83d', false],
  ]);
});

describe('prefix and suffix match strings by their ends', () => {
  judges([
    [[{ prefix: 'us-' }], 'us-east-1', true],
    [[{ prefix: 'us-' }], 'us-', true],
    [[{ prefix: 'us-' }], 'eu-us-1', false],
    [[{ prefix: 'us-' }], 'US-east-1', false],
    [[{ prefix: '' }], '', true],
    [[{ prefix: '' }], 'anything', true],
    [[{ prefix: '' }], 5, false],
    [[{ prefix: '' }], null, false],
    [[{ prefix: '1' }], 1, false],
    [[{ prefix: '"' }], '', true], // as event-ruler, which looks at strings with their quotation marks on
    [[{ prefix: { 'equals-ignore-case': 'eventB' } }], 'EVENTBridge', true],
    [[{ prefix: { 'equals-ignore-case': 'eventB' } }], 'event-bridge', false],
    [[{ suffix: '.png' }], 'a.png', true],
    [[{ suffix: '.png' }], '.png', true],
    [[{ suffix: '.png' }], 'a.PNG', false],
    [[{ suffix: '.png' }], 'a.png ', false],
    [[{ suffix: '' }], '', true],
    [[{ suffix: '5' }], 5, false],
    [[{ suffix: { 'equals-ignore-case': 'tBridge' } }], 'EVENTBRIDGE', true],
    [[{ suffix: { 'equals-ignore-case': 'tBridge' } }], 'bridge', false],
  ]);
});

describe('equals-ignore-case matches a string in lower case, upper case or both mixed', () => {
  judges([
    [[{ 'equals-ignore-case': 'alice' }], 'AlIcE', true],
    [[{ 'equals-ignore-case': 'ALICE' }], 'alice', true],
    [[{ 'equals-ignore-case': 'alice' }], 'alices', false],
    [[{ 'equals-ignore-case': 'alice' }], 'malice', false],
    [[{ 'equals-ignore-case': 'a.c' }], 'abc', false],
    [[{ 'equals-ignore-case': 'ä日' }], 'Ä日', true],
    [[{ 'equals-ignore-case': 'straße' }], 'STRASSE', true],
    [[{ 'equals-ignore-case': 'straße' }], 'strasse', false],
    [[{ 'equals-ignore-case': '' }], '', true],
    [[{ 'equals-ignore-case': '1' }], 1, false],
    [[{ 'equals-ignore-case': '😀' }], '😀', false], // as event-ruler, which folds half a surrogate pair to a question mark
  ]);
});

describe('wildcard lets each * stand for any characters, and for none', () => {
  judges([
    [[{ wildcard: 'dir/*.png' }], 'dir/a/b.png', true],
    [[{ wildcard: 'dir/*.png' }], 'dir/.png', true],
    [[{ wildcard: 'dir/*.png' }], 'dir/a.gif', false],
    [[{ wildcard: '*' }], '', true],
    [[{ wildcard: '*' }], 5, false],
    [[{ wildcard: '' }], '', true],
    [[{ wildcard: '' }], 'a', false],
    [[{ wildcard: 'a' }], 'ab', false],
    [[{ wildcard: 'ab*bc' }], 'abc', false],
    [[{ wildcard: 'ab*bc' }], 'abbc', true],
    [[{ wildcard: '*a*a*' }], 'a', false],
    [[{ wildcard: '*a*a*' }], 'xaxax', true],
    [[{ wildcard: '*ab*b' }], 'ab', false],
    [[{ wildcard: '*lib*' }], 'a\nlib', true],
    [[{ wildcard: '\\*' }], '*', true],
    [[{ wildcard: '\\*' }], 'a', false],
    [[{ wildcard: '\\\\*' }], '\\a', true],
    [[{ wildcard: '\\\\\\**' }], '\\*a', true],
    [[{ wildcard: '\\\\\\**' }], '\\a', false],
    [[{ wildcard: '.*' }], 'a', false],
  ]);

  test('without trying anything twice', () => {
    const started = performance.now();
    expect(matches({ a: [{ wildcard: `${'a*'.repeat(500)}b` }] }, { a: 'a'.repeat(100_000) })).toBe(false);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe('anything-but matches every value that is there and not excluded, whatever its type', () => {
  judges([
    [[{ 'anything-but': 'stopped' }], 'running', true],
    [[{ 'anything-but': 'stopped' }], 'stopped', false],
    [[{ 'anything-but': 'stopped' }], 'Stopped', true],
    [[{ 'anything-but': ['stopped', 'overloaded'] }], 'overloaded', false],
    [[{ 'anything-but': ['stopped', 'overloaded'] }], 'running', true],
    [[{ 'anything-but': 'stopped' }], 5, true],
    [[{ 'anything-but': 'stopped' }], null, true],
    [[{ 'anything-but': 'true' }], true, true],
    [[{ 'anything-but': '' }], '', false],
    [[{ 'anything-but': 123 }], 123, false],
    [[{ 'anything-but': 123 }], 1.23e2, false],
    [[{ 'anything-but': 123 }], '123', true],
    [[{ 'anything-but': [100, 200] }], 200, false],
    [[{ 'anything-but': [100, 200] }], 300, true],
    [[{ 'anything-but': 'a' }], {}, false],
    [[{ 'anything-but': 'a' }], [], false],
    [[{ 'anything-but': 'a' }], ['a', 'b'], true],
    [[{ 'anything-but': 'a' }], ['a', 'a'], false],
    [[{ 'anything-but': '10.0.0.1' }], '10.0.0.01', true],
    [[{ 'anything-but': { prefix: 'init' } }], 'initializing', false],
    [[{ 'anything-but': { prefix: 'init' } }], 'an init', true],
    [[{ 'anything-but': { prefix: 'init' } }], 5, true],
    [[{ 'anything-but': { prefix: ['init', 'error'] } }], 'errors', false],
    [[{ 'anything-but': { suffix: '.png' } }], 'a.png', false],
    [[{ 'anything-but': { suffix: ['.png', '.gif'] } }], 'a.jpg', true],
    [[{ 'anything-but': { 'equals-ignore-case': 'init' } }], 'INIT', false],
    [[{ 'anything-but': { 'equals-ignore-case': ['init', 'error'] } }], 'inits', true],
    [[{ 'anything-but': { wildcard: '*/lib/*' } }], 'a/lib/b', false],
    [[{ 'anything-but': { wildcard: ['*/lib/*', '*.jar'] } }], 'a/bin/b', true],
    [[{ 'anything-but': { wildcard: '*' } }], 5, true],
  ]);

  test('but not a field that is missing', () => {
    expect(matches({ field: [{ 'anything-but': 'a' }] }, { other: 'b' })).toBe(false);
  });
});

describe('numeric compares numbers, once or within a range', () => {
  judges([
    [[{ numeric: ['=', 5] }], 5.0, true],
    [[{ numeric: ['=', 5] }], 5.1, false],
    [[{ numeric: ['=', 5] }], '5', false],
    [[{ numeric: ['<', 5] }], 4.999999, true],
    [[{ numeric: ['<', 5] }], 5, false],
    [[{ numeric: ['<=', 5] }], 5, true],
    [[{ numeric: ['<=', 5] }], 5.000001, false],
    [[{ numeric: ['>', 5] }], 5, false],
    [[{ numeric: ['>', 5] }], 6, true],
    [[{ numeric: ['>=', -5] }], -5, true],
    [[{ numeric: ['>=', -5] }], -5.5, false],
    [[{ numeric: ['>', 0, '<=', 5] }], 5, true],
    [[{ numeric: ['>', 0, '<=', 5] }], 0, false],
    [[{ numeric: ['>=', 0, '<', 5] }], 0, true],
    [[{ numeric: ['>=', 0, '<', 5] }], 5, false],
    [[{ numeric: ['<=', 5e9] }], 5e9, true],
    [[{ numeric: ['>=', -5e9] }], 6e9, true],
    [[{ numeric: ['>=', 0] }], null, false],
    [[{ numeric: ['>=', 0] }], true, false],
  ]);
});

describe('cidr matches the addresses of a block', () => {
  judges([
    [[{ cidr: '10.0.0.0/24' }], '10.0.0.255', true],
    [[{ cidr: '10.0.0.0/24' }], '10.0.1.0', false],
    [[{ cidr: '10.0.0.77/24' }], '10.0.0.1', true],
    [[{ cidr: '10.0.0.0/+24' }], '10.0.0.255', true],
    [[{ cidr: '10.0.0.0/24/' }], '10.0.1.0', false],
    [[{ cidr: '10.0.0.0/-0' }], '11.0.0.0', true],
    [[{ cidr: '10.0.0.0/31' }], '10.0.0.1', true],
    [[{ cidr: '10.0.0.0/31' }], '10.0.0.2', false],
    [[{ cidr: '0.0.0.0/0' }], '255.255.255.255', true],
    [[{ cidr: '10.0.0.0/8' }], '10.1.1', false],
    [[{ cidr: '10.0.0.0/8' }], '10.1.1.1.1', false],
    [[{ cidr: '10.0.0.0/8' }], 'cloudtrail.amazonaws.com', false],
    [[{ cidr: '10.0.0.0/8' }], '', false],
    [[{ cidr: '10.0.0.0/8' }], '::ffff:a01:203', true],
    [[{ cidr: '2001:db8::/32' }], '2001:DB8:ffff::1', true],
    [[{ cidr: '2001:db8::/32' }], '2001:db9::1', false],
    [[{ cidr: '2001:db8::/127' }], '2001:db8:0:0:0:0:0:1', true],
    [[{ cidr: '2001:db8::/127' }], '2001:db8::2', false],
    [[{ cidr: '32.1.0.0/16' }], '2001:db8::1', true], // as event-ruler, which compares leading bits
    [[{ cidr: '2001:db8::/16' }], '32.1.2.3', true],
    [[{ cidr: '2001:db8::/16' }], '32.1.0.0', false],
    [[{ cidr: '80.0.0.0/8' }], 5000000000, false], // event-ruler reads the digits of a number as an address
  ]);
});

describe('exists looks for a value, which an object and an empty list are not', () => {
  judges([
    [[{ exists: true }], 'a', true],
    [[{ exists: true }], '', true],
    [[{ exists: true }], null, true],
    [[{ exists: true }], false, true],
    [[{ exists: true }], ['a'], true],
    [[{ exists: true }], [], false],
    [[{ exists: true }], {}, false],
    [[{ exists: true }], { c1: 100 }, false],
    [[{ exists: true }], [{ c1: 100 }], false],
    [[{ exists: false }], 'a', false],
    [[{ exists: false }], null, false],
    [[{ exists: false }], [], true],
    [[{ exists: false }], { c1: 100 }, true],
    [[{ exists: false }, 'a'], 'a', true],
    [[{ exists: false }, 'a'], 'b', false],
  ]);

  test.each([[{}], [{ detail: {} }], [{ detail: null }], [{ detail: 'text' }], [{ detail: [] }], [{ detail: [1] }]])('exists: false matches %j, which has no such field', (event) => {
    expect(matches({ detail: { userIdentity: { arn: [{ exists: false }] } } }, event)).toBe(true);
  });
});

describe('fields', () => {
  test('must all match', () => {
    const pattern = { source: ['aws.ec2'], detail: { state: ['running', 'stopped'], count: [{ numeric: ['>', 0] }] } };
    expect(matches(pattern, { source: 'aws.ec2', detail: { state: 'stopped', count: 1, other: true }, id: 'x' })).toBe(true);
    expect(matches(pattern, { source: 'aws.ec2', detail: { state: 'stopped', count: 0 } })).toBe(false);
    expect(matches(pattern, { source: 'aws.ec2', detail: { state: 'stopped' } })).toBe(false);
    expect(matches(pattern, { source: 'aws.ec2', state: 'stopped', count: 1 })).toBe(false);
  });

  test('may be written with dots, in the pattern and in the event', () => {
    expect(matches({ 'detail.state': ['a'] }, { detail: { state: 'a' } })).toBe(true);
    expect(matches({ detail: { state: ['a'] } }, { 'detail.state': 'a' })).toBe(true);
    expect(matches({ detail: { state: ['a'] } }, { 'detail.state.x': 'a' })).toBe(false);
  });

  test('may have empty names, of which event-ruler leaves one out of a path and does not look into others', () => {
    expect(matches({ '': ['x'] }, { '': 'x' })).toBe(true);
    expect(matches({ '': { a: ['x'] } }, { '': { a: 'x' } })).toBe(false);
    expect(matches({ '': { a: ['x'] } }, { a: 'x' })).toBe(true);
    expect(matches({ '': { a: { b: ['x'] } } }, { '': { a: { b: 'x' } } })).toBe(true);
    expect(matches({ a: { '': ['x'] } }, { a: { '': 'x' } })).toBe(false);
    expect(matches({ a: { '': [{ exists: false }] } }, { a: { '': 'x' } })).toBe(true);
    expect(matches({ 'a': { '': ['x'] }, '.b': [{ exists: false }] }, { a: { '': 'x' } })).toBe(true);
    expect(matches({ '.': ['x'] }, { '.': 'x' })).toBe(true);
  });

  test('may be called like an operator', () => {
    expect(matches({ prefix: ['a'], exists: { cidr: ['b'] } }, { prefix: 'a', exists: { cidr: 'b' } })).toBe(true);
  });

  test('have the names that objects of JavaScript have without being told', () => {
    expect(matches(JSON.parse('{"__proto__":{"constructor":["a"]}}'), JSON.parse('{"__proto__":{"constructor":"a"}}'))).toBe(true);
    expect(matches({ constructor: [{ exists: false }], toString: [{ exists: false }] }, {})).toBe(true);
  });

  // event-ruler throws instead, but no event on a bus is such.
  test.each([[null], [undefined], ['text'], [5], [[{ a: 1 }]]])('are looked for in objects only, not in %j', (event) => {
    expect(matches({ a: [1] }, event)).toBe(false);
  });
});

describe('an array in an event', () => {
  test('matches by any of its elements', () => {
    expect(matches({ resources: ['b', 'c'] }, { resources: ['a', 'b'] })).toBe(true);
    expect(matches({ resources: ['c'] }, { resources: ['a', 'b'] })).toBe(false);
    expect(matches({ resources: ['c'] }, { resources: [['a', ['c']], null] })).toBe(true);
    expect(matches({ resources: ['a'] }, { resources: [] })).toBe(false);
  });

  const sameElement = { tags: { key: ['owner'], value: ['me'] } };
  test.each([
    [true, { tags: [{ key: 'stage', value: 'prod' }, { key: 'owner', value: 'me' }] }],
    [false, { tags: [{ key: 'owner', value: 'you' }, { key: 'stage', value: 'me' }] }],
    [true, { tags: { key: 'owner', value: 'me' } }],
    [true, { tags: [[{ key: 'x', value: 'me' }], [{ key: 'owner', value: 'me' }]] }],
    [false, { tags: [[{ key: 'owner' }, { value: 'me' }]] }],
    [true, { tags: [{ key: ['a', 'owner'], value: ['me', 'b'] }] }],
  ])('answers %j for fields that must match within one element of %j', (expected, event) => {
    expect(matches(sameElement, event)).toBe(expected);
  });

  test('ties together the fields of inner arrays and of the elements around them', () => {
    const pattern = { teams: { name: ['red'], people: { name: ['Ann'], role: ['lead'] } } };
    const ann = { name: 'Ann', role: 'lead' };
    expect(matches(pattern, { teams: [{ name: 'blue', people: [] }, { name: 'red', people: [{ name: 'Bob', role: 'lead' }, ann] }] })).toBe(true);
    expect(matches(pattern, { teams: [{ name: 'blue', people: [ann] }, { name: 'red', people: [{ name: 'Bob', role: 'lead' }] }] })).toBe(false);
    expect(matches(pattern, { teams: [{ name: 'red', people: [{ name: 'Ann', role: 'x' }, { name: 'Bob', role: 'lead' }] }] })).toBe(false);
  });

  test('does not tie fields of different arrays together', () => {
    const pattern = { a: { x: [1], y: [1] }, b: { x: [2] } };
    expect(matches(pattern, { a: [{ x: 0, y: 1 }, { x: 1, y: 1 }], b: [{ x: 2 }, { x: 1 }] })).toBe(true);
  });

  test('does not tie its strings and numbers to one index', () => {
    expect(matches({ 'list': ['a'], 'list.x': [1] }, { list: ['a', { x: 1 }] })).toBe(true);
  });

  test('has a field missing where the element that the earlier fields chose has none', () => {
    const event = { tags: [{ key: 'a', value: 1 }, { key: 'b' }] };
    expect(matches({ tags: { key: ['b'], value: [{ exists: false }] } }, event)).toBe(true);
    expect(matches({ tags: { key: ['a'], value: [{ exists: false }] } }, event)).toBe(false);
    expect(matches({ tags: { a: [1], b: [{ exists: false }], c: [1] } }, { tags: [{ a: 1 }, { a: 1, b: 2, c: 1 }] })).toBe(false);
    // Fields are taken in the order of their names: nothing is chosen yet when this one is asked for.
    expect(matches({ tags: { age: [{ exists: false }], key: ['b'] } }, { tags: [{ age: 1 }, { key: 'b' }] })).toBe(false);
  });

  test('costs no more beside other arrays', () => {
    const many = (field: (index: number) => object) => Array.from({ length: 500 }, (_, index) => field(index));
    const pattern = { a: { x: [1] }, b: { x: [1] }, c: { x: [1] }, d: { p: [1], q: [1] } };
    const ones = many(() => ({ x: 1 }));
    const event = { a: ones, b: ones, c: ones, d: many((index) => ({ p: index % 2, q: (index + 1) % 2 })) };
    const started = performance.now();
    expect(matches(pattern, event)).toBe(false);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe('$or', () => {
  const pattern = { source: ['aws.cloudwatch'], $or: [{ metric: ['cpu'] }, { type: ['t'], $or: [{ id: [1] }, { space: [2] }] }] };
  test.each([
    [true, { source: 'aws.cloudwatch', metric: 'cpu' }],
    [true, { source: 'aws.cloudwatch', type: 't', id: 1 }],
    [true, { source: 'aws.cloudwatch', type: 't', space: 2 }],
    [false, { source: 'aws.cloudwatch', type: 't' }],
    [false, { source: 'aws.cloudwatch', id: 1 }],
    [false, { source: 'aws.ec2', metric: 'cpu' }],
  ])('answers %j for one of its alternatives, and the fields beside it, in %j', (expected, event) => {
    expect(matches(pattern, event)).toBe(expected);
  });

  test('stands at any level, and more than once', () => {
    const either = { $or: [{ a: [1] }, { b: [1] }], detail: { $or: [{ c: [1] }, { d: { e: [1] } }] } };
    expect(matches(either, { b: 1, detail: { d: { e: 1 } } })).toBe(true);
    expect(matches(either, { b: 1, c: 1, detail: { a: 1 } })).toBe(false);
  });

  test('ties a field to the array elements of the fields beside it', () => {
    const inArray = { tags: { key: ['a'], $or: [{ one: [1] }, { two: [2] }] } };
    expect(matches(inArray, { tags: [{ key: 'a', two: 2 }] })).toBe(true);
    expect(matches(inArray, { tags: [{ key: 'a' }, { two: 2 }] })).toBe(false);
  });

  test('matches by an alternative whose lists hold those of an earlier one', () => {
    // event-ruler 2.1.0 loses the second alternative, against the documentation; with the two exchanged it answers true.
    expect(matches({ $or: [{ a: ['x'] }, { a: ['x', 'y'] }] }, { a: 'y' })).toBe(true);
  });

  test('loses to a list for the same field that comes after it, and wins over one that comes before', () => {
    expect(matches({ $or: [{ a: [1] }, { b: [1] }], a: [2] }, { a: 2 })).toBe(true);
    expect(matches({ $or: [{ a: [1] }, { b: [1] }], a: [2] }, { a: 1, b: 1 })).toBe(false);
    expect(matches({ a: [2], $or: [{ a: [1] }, { b: [1] }] }, { a: 1 })).toBe(true);
    expect(matches({ a: [2], $or: [{ a: [1] }, { b: [1] }] }, { a: 2 })).toBe(false);
  });
});

describe('a pattern that EventBridge would refuse is refused in one line', () => {
  const OPERATORS = 'the operators are exactly, prefix, suffix, equals-ignore-case, wildcard, anything-but, numeric, cidr, exists';
  const AFFIX = 'takes a string or { "equals-ignore-case": string }';
  const WILDCARD = 'wildcard takes a string without two * in a row, and with \\ only as \\* and \\\\';
  const ANYTHING_BUT = 'anything-but takes a string, a number, a list of either, '
    + 'or one of prefix, suffix (neither with ""), equals-ignore-case and wildcard with a string or a list';
  const NUMERIC = 'numeric takes a comparison such as [">=", 5] or a range from low to high such as [">", 0, "<=", 5], between -5e9 and 5e9';
  const CIDR = 'cidr takes an IPv4 block with 0 to 31 bits, such as "10.0.0.0/8", or an IPv6 block with 0 to 127';

  test.each<[unknown, string]>([
    [{}, 'event pattern: got {}; an object in an event pattern has at least one field'],
    [[], 'event pattern: got []; an event pattern is an object'],
    [null, 'event pattern: got null; an event pattern is an object'],
    ['{"a":["b"]}', 'event pattern: got "{\\"a\\":[\\"b\\"]}"; an event pattern is an object'],
    [{ detail: {} }, 'detail: got {}; an object in an event pattern has at least one field'],
    [{ detail: { state: 'stopped' } }, 'detail.state: got "stopped"; a field of an event pattern takes a list of values'],
    [{ detail: { state: null } }, 'detail.state: got null; a field of an event pattern takes a list of values'],
    [{ source: undefined }, 'source: got undefined; a field of an event pattern takes a list of values'],
    [{ detail: { state: [] } }, 'detail.state: got []; a list in an event pattern has at least one value'],
    [{ $or: { a: [1] } }, '$or: got {"a":[1]}; $or takes a list of at least two objects'],
    [{ detail: { $or: [{ a: [1] }] } }, 'detail.$or: got [{"a":[1]}]; $or takes a list of at least two objects'],
    [{ $or: [{ a: [1] }, 'b'] }, '$or: got [{"a":[1]},"b"]; $or takes a list of at least two objects'],
    [{ $or: [{ a: [1] }, {}] }, 'event pattern: got {}; an object in an event pattern has at least one field'],
    [{ $or: [{ a: [1] }, { b: { prefix: ['x'] } }] }, 'b.prefix: got ["x"]; prefix is an operator, so no field inside a $or can have that name'],
  ])('%j', (pattern, message) => {
    expect(() => new EventPatternMatcher(pattern as object)).toThrow(new Error(message));
  });

  test.each<[unknown, string]>([
    [['a'], 'a list takes strings, numbers, true, false, null and operators'],
    [{}, 'an operator is an object with one key'],
    [{ prefix: 'a', suffix: 'b' }, 'an operator is an object with one key'],
    [{ regex: 'a' }, OPERATORS],
    [{ constructor: 'a' }, OPERATORS],
    [{ exactly: 1 }, 'exactly takes a string'],
    [{ prefix: 1 }, `prefix ${AFFIX}`],
    [{ prefix: ['a', 'b'] }, `prefix ${AFFIX}`],
    [{ prefix: { wildcard: 'a' } }, `prefix ${AFFIX}`],
    [{ prefix: { 'equals-ignore-case': 'a', 'x': 'b' } }, `prefix ${AFFIX}`],
    [{ suffix: { 'equals-ignore-case': ['a'] } }, `suffix ${AFFIX}`],
    [{ suffix: null }, `suffix ${AFFIX}`],
    [{ 'equals-ignore-case': ['a'] }, 'equals-ignore-case takes a string'],
    [{ wildcard: null }, WILDCARD],
    [{ wildcard: 'a**' }, WILDCARD],
    [{ wildcard: '\\***' }, WILDCARD],
    [{ wildcard: 'a\\b' }, WILDCARD],
    [{ wildcard: 'a\\' }, WILDCARD],
    [{ 'anything-but': null }, ANYTHING_BUT],
    [{ 'anything-but': true }, ANYTHING_BUT],
    [{ 'anything-but': [] }, ANYTHING_BUT],
    [{ 'anything-but': ['a', 1] }, ANYTHING_BUT],
    [{ 'anything-but': [null] }, ANYTHING_BUT],
    [{ 'anything-but': {} }, ANYTHING_BUT],
    [{ 'anything-but': { cidr: '10.0.0.0/8' } }, ANYTHING_BUT],
    [{ 'anything-but': { prefix: '' } }, ANYTHING_BUT],
    [{ 'anything-but': { suffix: ['a', ''] } }, ANYTHING_BUT],
    [{ 'anything-but': { prefix: [] } }, ANYTHING_BUT], // event-ruler lets an empty list pass, unless it stands alone
    [{ 'anything-but': { prefix: { 'equals-ignore-case': 'a' } } }, ANYTHING_BUT],
    [{ 'anything-but': { prefix: 'a', suffix: 'b' } }, ANYTHING_BUT],
    [{ 'anything-but': { wildcard: ['a', '**'] } }, ANYTHING_BUT],
    [{ numeric: 5 }, NUMERIC],
    [{ numeric: [] }, NUMERIC],
    [{ numeric: ['='] }, NUMERIC],
    [{ numeric: ['!=', 5] }, NUMERIC],
    [{ numeric: ['>', '5'] }, NUMERIC],
    [{ numeric: ['>', 0, '<'] }, NUMERIC],
    [{ numeric: ['>', 0, '<', 5, '<'] }, NUMERIC],
    [{ numeric: ['>', 5, '<', 0] }, NUMERIC],
    [{ numeric: ['>=', 5, '<=', 5] }, NUMERIC],
    [{ numeric: ['<', 5, '>', 0] }, NUMERIC],
    [{ numeric: ['>', 0, '>', 5] }, NUMERIC],
    [{ numeric: ['=', 0, '<', 5] }, NUMERIC],
    [{ numeric: ['<', 5000000001] }, NUMERIC], // event-ruler compares all doubles; the documentation stops at 5e9
    [{ numeric: ['>', -5000000001, '<', 0] }, NUMERIC],
    [{ cidr: 8 }, CIDR],
    [{ cidr: '10.0.0.0' }, CIDR],
    [{ cidr: '10.0.0.0/32' }, CIDR],
    [{ cidr: '10.0.0.0/-1' }, CIDR],
    [{ cidr: '10.0.0/8' }, CIDR],
    [{ cidr: '10.0.0.256/8' }, CIDR],
    [{ cidr: '2001:db8::/128' }, CIDR],
    [{ cidr: '::ffff:a00:0/104' }, CIDR],
    [{ cidr: '1::2::3/64' }, CIDR],
    [{ cidr: '1:2:3:4:5:6:7:8:9/64' }, CIDR],
    [{ exists: 'true' }, 'exists takes true or false'],
    [{ exists: null }, 'exists takes true or false'],
  ])('%j in a list', (entry, right) => {
    expect(() => new EventPatternMatcher({ detail: { state: ['ok', entry] } })).toThrow(new Error(`detail.state: got ${JSON.stringify(entry)}; ${right}`));
  });

  test('more fields than event-ruler takes', () => {
    const fields = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, [1]]));
    expect(matches(fields(256), Object.fromEntries(Object.keys(fields(256)).map((name) => [name, 1])))).toBe(true);
    expect(() => matches({ $or: [{ a: [1] }, { detail: fields(257) }] }, {})).toThrow(
      new Error('event pattern: got 257; a combination of alternatives has at most 256 fields'));
  });

  test('more combinations of alternatives than EventBridge takes', () => {
    const ten = Array.from({ length: 10 }, (_, index) => ({ [`f${index}`]: [1] }));
    const thousand = { a: { $or: ten }, b: { $or: ten }, c: { $or: ten } };
    expect(matches(thousand, { a: { f1: 1 }, b: { f9: 1 }, c: { f0: 1 } })).toBe(true);
    expect(() => matches({ ...thousand, d: { $or: ten.slice(0, 2) } }, {})).toThrow(
      new Error('d.$or: got 2000; the alternatives of all $or multiply to at most 1000 combinations'));
  });
});

describe("the guard that keeps the archive's own calls out", () => {
  const ROLES = ['arn:aws:iam::111122223333:role/delivery', 'arn:aws:iam::111122223333:role/rules'];
  const CALLS = ['PutObject', 'CreateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload', 'AbortMultipartUpload', 'ListParts', 'ListMultipartUploads',
    'GetBucketLocation', 'GetTable', 'GetTableVersion', 'GetTableVersions', 'PutRecord', 'PutRecordBatch', 'GenerateDataKey', 'Decrypt', 'PutLogEvents'];
  const NOT_OWN_ROLE = { userIdentity: { sessionContext: { sessionIssuer: { arn: [{ exists: false }, { 'anything-but': ROLES }] } } } };
  const NOT_OWN_CALL = { eventName: [{ exists: false }, { 'anything-but': CALLS }] };
  const GUARD = { $or: [NOT_OWN_CALL, NOT_OWN_ROLE] };

  const by = (arn: unknown, type = 'AssumedRole') => ({ userIdentity: { type, sessionContext: { sessionIssuer: { arn } } } });
  const call = (eventName: string, identity: object) => ({ source: 'aws.s3', detail: { eventSource: 's3.amazonaws.com', eventName, ...identity } });
  const other = by('arn:aws:iam::111122223333:role/somebody');

  const everything = { source: [{ prefix: '' }], detail: GUARD };

  test.each([...CALLS.map((name) => [name, ROLES[0]]), ['PutObject', ROLES[1]]])('drops %s by %s', (name, role) => {
    expect(matches(everything, call(name, by(role)))).toBe(false);
  });

  test.each<[string, object]>([
    ...['AssumeRole', 'DeleteObject', 'PutBucketPolicy', 'ListUsers'].map((name): [string, object] => [`the own role's ${name}`, call(name, by(ROLES[0]))]),
    ["somebody else's PutObject", call('PutObject', other)],
    ["root's PutObject", call('PutObject', { userIdentity: { type: 'Root' } })],
    ['a PutObject without an identity', call('PutObject', {})],
    ...[null, 'text', 5, [], [ROLES[0]], {}, { sessionContext: null }, { sessionContext: { sessionIssuer: {} } }].map((userIdentity): [string, object] =>
      [`a PutObject whose identity is ${JSON.stringify(userIdentity)}`, call('PutObject', { userIdentity })]),
    ...[null, 5, {}, [], true].map((arn): [string, object] => [`a PutObject whose issuer is ${JSON.stringify(arn)}`, call('PutObject', by(arn))]),
    ['a native event', { source: 'aws.s3', detail: { bucket: { name: 'b' }, reason: 'PutObject' } }],
    ...['text', {}, [], null].map((detail): [string, object] => [`an event whose detail is ${JSON.stringify(detail)}`, { source: 'own.app', detail }]),
    ['an event without a detail', { source: 'own.app' }],
  ])('keeps %s', (_, event) => {
    expect(matches(everything, event)).toBe(true);
  });

  test('keeps and drops the same beside exclusions', () => {
    const excluding = {
      detail: {
        eventSource: [{ 'anything-but': ['sts.amazonaws.com'] }],
        userIdentity: { type: [{ exists: false }, { 'anything-but': ['AWSService'] }] },
        ...GUARD,
      },
    };
    expect(matches(excluding, call('PutObject', by(ROLES[0])))).toBe(false);
    expect(matches(excluding, call('DeleteObject', by(ROLES[0])))).toBe(true);
    expect(matches(excluding, call('PutObject', other))).toBe(true);
    expect(matches(excluding, call('PutObject', by('arn:aws:iam::111122223333:role/somebody', 'AWSService')))).toBe(false);
  });

  test('is split by event name where the pattern names events', () => {
    const split = { detail: { $or: [{ eventName: ['DeleteObject'] }, { eventName: ['PutObject'], ...NOT_OWN_ROLE }] } };
    const names = ['DeleteObject', 'PutObject', 'ListUsers'];
    expect(names.map((name) => matches(split, call(name, by(ROLES[0]))))).toEqual([true, false, false]);
    expect(names.map((name) => matches(split, call(name, other)))).toEqual([true, true, false]);
  });

  test('is seen to be wrong as event names beside a $or, which lets another event name in', () => {
    const widened = { detail: { eventName: ['PutObject', 'DeleteObject'], ...GUARD } };
    expect(matches(widened, call('ListUsers', other))).toBe(true);
  });

  test("is seen to be wrong as lists without a $or, which drop somebody else's PutObject", () => {
    const lists = { detail: { ...NOT_OWN_CALL, ...NOT_OWN_ROLE } };
    expect(matches(lists, call('PutObject', other))).toBe(false);
    expect(matches(lists, call('DeleteObject', by(ROLES[0])))).toBe(false);
  });
});

describe('whatever the event', () => {
  type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
  const isObject = (json: Json): json is { [name: string]: Json } => typeof json === 'object' && json !== null && !Array.isArray(json);
  const field = fc.string({ minLength: 1 }).filter((name) => name !== '$or');
  const json = fc.letrec<{ json: Json; object: { [name: string]: Json } }>((tie) => ({
    json: fc.oneof({ depthSize: 'small' }, fc.jsonValue({ maxDepth: 0 }) as fc.Arbitrary<Json>, fc.array(tie('json'), { maxLength: 3 }), tie('object')),
    object: fc.dictionary(field, tie('json'), { maxKeys: 4 }),
  }));

  /** The patterns that ask for one value of the event each. */
  function patternsOf(value: Json): (unknown[] | object)[] {
    if (Array.isArray(value)) return value.flatMap(patternsOf);
    return isObject(value) ? Object.entries(value).flatMap(([name, inner]) => patternsOf(inner).map((pattern) => ({ [name]: pattern }))) : [[value]];
  }

  test('a pattern made of one of its values matches it', () => {
    fc.assert(fc.property(json.object, (event) => patternsOf(event).every((pattern) => matches(pattern, event))));
  });

  test('a field exists or does not', () => {
    fc.assert(fc.property(json.object, field, (event, name) =>
      matches({ [name]: [{ exists: true }] }, event) !== matches({ [name]: [{ exists: false }] }, event)));
  });

  test('anything-but answers the opposite of what it negates, for a string', () => {
    const entry = fc.oneof(
      fc.string(),
      fc.record({ prefix: fc.string({ minLength: 1, maxLength: 2 }) }),
      fc.record({ suffix: fc.string({ minLength: 1, maxLength: 2 }) }),
      fc.record({ 'equals-ignore-case': fc.string() }),
    );
    fc.assert(fc.property(fc.string(), entry, (value, excluded) =>
      matches({ a: [typeof excluded === 'string' ? { exactly: excluded } : excluded] }, { a: value }) !== matches({ a: [{ 'anything-but': excluded }] }, { a: value })));
  });

  test('a string has its own parts as prefix, suffix and, escaped and joined by *, as wildcard', () => {
    fc.assert(fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 }), (parts) => {
      const literal = parts.filter((part) => part !== '').map((part) => part.replace(/[*\\]/g, '\\$&'));
      const list = [[{ prefix: parts[0] }], [{ suffix: parts[parts.length - 1] }], [{ wildcard: literal.join('*') }]];
      return list.every((entry) => matches({ a: entry }, { a: parts.join('') }));
    }));
  });

  test('wildcard is the regular expression with .* for each *', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*') }).map((text) => text.replace(/\*+/g, '*'));
    fc.assert(fc.property(pattern, fc.string({ unit: fc.constantFrom('a', 'b') }), (wildcard, value) =>
      matches({ a: [{ wildcard }] }, { a: value }) === new RegExp(`^${wildcard.replace(/\*/g, '.*')}$`).test(value)), { numRuns: 1000 });
  });

  test('a block holds the addresses that share its first bits', () => {
    const octets = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255));
    const number = (address: number[]) => address.reduce((sum, octet) => sum * 256 + octet, 0);
    fc.assert(fc.property(octets, octets, fc.nat(31), (block, address, size) => {
      const width = 2 ** (32 - size);
      const holds = Math.floor(number(block) / width) === Math.floor(number(address) / width);
      return matches({ a: [{ cidr: `${block.join('.')}/${size}` }] }, { a: address.join('.') }) === holds;
    }));
  });

  test('fields of an array match where one element has them all', () => {
    const element = fc.record({ x: fc.nat(2), y: fc.nat(2), z: fc.nat(2) }, { requiredKeys: [] });
    fc.assert(fc.property(fc.array(element), (list) =>
      matches({ list: { x: [1], y: [1], z: [0, 1] } }, { list }) === list.some(({ x, y, z = 2 }) => x === 1 && y === 1 && z < 2)));
  });
});

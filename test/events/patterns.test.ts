import { canonical, checkPattern, patternLength, Pattern } from '../../src/events/patterns';

const REFERENCE = { Ref: 'Parameter' };

describe('two patterns are the same', () => {
  test('in whatever order their keys and values stand', () => {
    const one = { 'source': ['a', 'b'], 'detail': { x: [1, { exists: false }], y: [null] }, 'detail-type': ['t'] };
    const other = { 'detail-type': ['t'], 'detail': { y: [null], x: [{ exists: false }, 1] }, 'source': ['b', 'a'] };
    expect(canonical(one)).toBe(canonical(other));
  });

  test.each<[string, Pattern, Pattern]>([
    ['another value', { source: ['a'] }, { source: ['b'] }],
    ['a number and its text', { source: [1] }, { source: ['1'] }],
    ['null and its text', { source: [null] }, { source: ['null'] }],
    ['another key', { source: ['a'] }, { account: ['a'] }],
    ['a list more', { detail: { a: ['x'] } }, { detail: { a: ['x'], b: ['x'] } }],
    ['another reference', { source: [REFERENCE] }, { source: [{ Ref: 'Other' }] }],
    ['the order of what a function joins', { source: [{ 'Fn::Join': ['', ['a', 'b']] }] }, { source: [{ 'Fn::Join': ['', ['b', 'a']] }] }],
  ])('not with %s', (_name, one, other) => {
    expect(canonical(one)).not.toBe(canonical(other));
  });
});

test('the length is that of the JSON, without what only the deployment knows', () => {
  expect(patternLength({ source: ['a', null, 1] })).toBe('{"source":["a",null,1]}'.length);
  expect(patternLength({ source: [REFERENCE], detail: { a: [{ prefix: REFERENCE }] } })).toBe('{"source":[""],"detail":{"a":[{"prefix":""}]}}'.length);
});

describe('a pattern is checked as EventBridge will', () => {
  const check = (pattern: Pattern) => () => checkPattern('eventPatterns[0]', pattern);

  test('an error names the prop and the field', () => {
    expect(check({})).toThrow(/^eventPatterns\[0\]: /);
    expect(check({ source: ['a', { prefiks: 'b' }] })).toThrow(/^eventPatterns\[0\]\.source/);
  });

  test.each(['exactly', 'prefix', 'suffix', 'equals-ignore-case', 'wildcard', 'anything-but', 'numeric', 'cidr', 'exists'])(
    'what only the deployment knows is let through: as the value of %s', operator => {
      expect(check({ source: [{ [operator]: REFERENCE }] })).not.toThrow();
      expect(check({ source: [{ [operator]: [REFERENCE] }] })).not.toThrow();
    });

  test.each<[string, Pattern]>([
    ['as a value', { source: [REFERENCE] }],
    ['as a list', { source: REFERENCE }],
    ['as a whole detail', { detail: REFERENCE }],
    ['in a branch of an $or', { detail: { $or: [{ a: [REFERENCE] }, { b: ['c'] }] } }],
  ])('%s', (_name, pattern) => {
    expect(check(pattern)).not.toThrow();
  });

  test('but not an object that is no operator', () => {
    expect(check({ source: [{ prefiks: REFERENCE }] })).toThrow(/^eventPatterns\[0\]\.source/);
  });
});

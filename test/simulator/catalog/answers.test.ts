import type { QueryResult } from '../engines';
import { differencesInAnswers } from './answers';

function answer(rows: unknown[][], types = ['varchar']): QueryResult {
  return { columns: types.map((type, index) => ({ name: `c${index}`, type })), rows };
}

function differences(one: unknown[][], other: unknown[][], sql?: string, types?: string[]): string[] {
  return differencesInAnswers(answer(one, types), answer(other, types), sql);
}

describe('answers are the same', () => {
  test.each<[string, unknown[][], unknown[][]]>([
    ['in another order', [['a'], ['b'], ['a']], [['b'], ['a'], ['a']]],
    ['with JSON in another order of keys', [['{"a":1,"b":[true,null]}']], [['{ "b": [true, null], "a": 1 }']]],
    ['with JSON of other spellings of numbers', [['[1.10,100,0.0,-0,1e400]']], [['[1.1,1E2,0,0,10E+399]']]],
    ['with a key named __proto__', [['{"__proto__":{"a":1}}']], [['{"__proto__":{"a":1.0}}']]],
  ])('%s', (_case, one, other) => expect(differences(one, other)).toEqual([]));

  test('where rows tie in the order that the query asks for', () => {
    const sql = 'SELECT c0, c1 FROM t ORDER BY c0 DESC, c2';
    const types = ['varchar', 'varchar', 'bigint'];
    expect(differences([['b', 'x', 1], ['a', 'y', 1], ['a', 'z', 1]], [['b', 'x', 1], ['a', 'z', 1], ['a', 'y', 1]], sql, types)).toEqual([]);
  });

  test('where a limit leaves the choice among the last', () => {
    expect(differences([['b', 1], ['a', 2]], [['b', 1], ['a', 3]], 'SELECT c0, c1 FROM t ORDER BY c0 DESC LIMIT 2', ['varchar', 'bigint'])).toEqual([]);
  });
});

describe('answers differ', () => {
  test.each<[string, unknown[][], unknown[][], string[]]>([
    ['by a row', [['a'], ['b']], [['a']], ['2 and 1 rows', '["b"] and nothing']],
    ['by how often a row is there', [['a'], ['a'], ['b']], [['a'], ['b'], ['b']], ['["a"] and ["b"]']],
    ['by a cell', [['a']], [[null]], ['["a"] and [null]']],
    ['by a number and its text', [[1]], [['1']], ['[1] and ["1"]']],
    ['by JSON that says another thing', [['{"a":9007199254740993}']], [['{"a":9007199254740992}']],
      ['[{"object":[["a",{"number":"9007199254740993e0"}]]}] and [{"object":[["a",{"number":"9007199254740992e0"}]]}]']],
    ['by text that is no JSON', [['{a']], [['{a ']], ['["{a"] and ["{a "]']],
    ['by many rows, of which three are named', [1, 2, 3, 4].map(n => [n]), [5, 6, 7, 8].map(n => [n]), ['[1] and [5]', '[2] and [6]', '[3] and [7]', '1 rows more']],
  ])('%s', (_case, one, other, expected) => expect(differences(one, other)).toEqual(expected));

  test('by their columns', () => {
    expect(differencesInAnswers(answer([['a']]), answer([['a']], ['json']))).toEqual(['the columns (c0 varchar) and (c0 json)']);
  });

  test('by the order that the query asks for', () => {
    expect(differences([['a'], ['b']], [['b'], ['a']], 'SELECT c0 FROM t ORDER BY c0')).toEqual(['row 1 in the order of c0: ["a"] and ["b"]']);
  });

  test('before the rows among which a limit leaves the choice', () => {
    const sql = 'SELECT c0, c1 FROM t ORDER BY c0 DESC LIMIT 2';
    expect(differences([['b', 1], ['a', 2]], [['b', 9], ['a', 2]], sql, ['varchar', 'bigint'])).toEqual(['["b",1] and ["b",9]']);
  });
});

test('an order that the answer does not show can not be compared', () => {
  expect(() => differences([['a']], [['a']], 'SELECT c0 FROM t ORDER BY time'))
    .toThrow('the answer is ordered by time, of which it shows (c0) only');
});

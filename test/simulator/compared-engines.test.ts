import { comparedEngines, EnginesDiffer } from './compared-engines';
import { embeddedEngines } from './embedded/engines';
import type { Engines, JqResult, QueryResult } from './engines';

const PATTERN = { source: ['a'] };

/** The embedded engines beside others that differ from them in one thing. */
function beside(changes: Partial<Engines>): Engines {
  return comparedEngines(embeddedEngines(), { ...embeddedEngines(), name: 'other', ...changes });
}

describe('engines side by side', () => {
  test('answer as the first does where the second agrees', async () => {
    const { name, patterns, jq } = beside({});
    expect(name).toBe('embedded and other');
    expect(patterns.compile(PATTERN).matches({ source: 'a' })).toBe(true);
    expect(patterns.compile(PATTERN).matches({ source: 'b' })).toBe(false);
    expect(() => patterns.compile({ source: 'a' })).toThrow('source');
    expect(await jq.run('{a:(.x)}', ['{"x":1}', '[]'])).toEqual([{ output: { a: 1 } }, { error: expect.any(String) }]);
  });

  test.each<[string, Engines['patterns'], string]>([
    ['matches nothing', { compile: () => ({ matches: () => false }) }, 'embedded says true and other false of {"source":["a"]} and {"source":"a"}'],
    ['refuses what the first takes', { compile: () => { throw new Error('no'); } }, 'embedded says true and other false of {"source":["a"]}'],
  ])('do not hide a matcher that %s', (_what, patterns, message) => {
    const act = () => beside({ patterns }).patterns.compile(PATTERN).matches({ source: 'a' });
    expect(act).toThrow(EnginesDiffer);
    expect(act).toThrow(message);
  });

  test.each<[string, JqResult, string]>([
    ['gives another value', { output: { a: '1' } }, 'embedded {"output":{"a":1}}, other {"output":{"a":"1"}}'],
    ['fails', { error: 'no' }, 'embedded {"output":{"a":1}}, other {"error":"no"}'],
  ])('do not hide a jq that %s', async (_what, result, message) => {
    const asked = beside({ jq: { run: async () => [result] } }).jq.run('{a:(.x)}', ['{"x":1}']);
    await expect(asked).rejects.toThrow(`{a:(.x)} of {"x":1}: ${message}`);
  });

  describe('for SQL', () => {
    const answer: QueryResult = { columns: [{ name: 'n', type: 'bigint' }], rows: [[1], [2]] };
    const answering = (result: QueryResult) => ({ open: async () => undefined, query: async () => result, close: async () => undefined });
    const failing = { ...answering(answer), query: async () => { throw new Error('TABLE_NOT_FOUND'); } };
    const ask = (one: Engines['sql'], other: Engines['sql'], sql = 'SELECT n FROM t') =>
      comparedEngines({ ...embeddedEngines(), sql: one }, { ...embeddedEngines(), name: 'other', sql: other }).sql.query('db', sql);

    test('give the first answer where they agree, in whatever order the query leaves open', async () => {
      expect(await ask(answering(answer), answering({ ...answer, rows: [[2], [1]] }))).toEqual(answer);
      await expect(ask(failing, failing)).rejects.toThrow('TABLE_NOT_FOUND');
    });

    test.each<[string, Engines['sql'], string | undefined, string]>([
      ['another row', answering({ ...answer, rows: [[1], [3]] }), undefined, 'differ in [2] and [3]'],
      ['a row less', answering({ ...answer, rows: [[1]] }), undefined, '2 and 1 rows'],
      ['another type', answering({ ...answer, columns: [{ name: 'n', type: 'varchar' }] }), undefined, 'the columns (n bigint) and (n varchar)'],
      ['another order than the query asks for', answering({ ...answer, rows: [[2], [1]] }), 'SELECT n FROM t ORDER BY n', 'in the order of n'],
      ['an error', failing, undefined, 'embedded: answered, other: failed (TABLE_NOT_FOUND)'],
    ])('do not hide %s', async (_what, sql, query, message) => {
      await expect(ask(answering(answer), sql, query)).rejects.toThrow(message);
    });
  });
});

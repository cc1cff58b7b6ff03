// What the library refuses in a user's jq because jq 1.6 cannot run it, jq 1.6 really cannot; and the functions that it allows are there.

import { checkJqExpression } from '../../src/layout/jq-expression';
import { JQ_NAMES } from '../../src/layout/jq-names';
import { textOfExpression } from '../../src/layout/partition-model';
import { Jq16 } from '../simulator/reference/jq';

const jq16 = new Jq16();

const isRefused = (expression: string): boolean => {
  try {
    checkJqExpression('expression', expression);
    return false;
  } catch {
    return true;
  }
};

/** On some searches jq 1.6 never ends in any text, on others in an empty one; on others it breaks down in a text that is not ASCII. */
const EVENTS = ['a b', '', 'é'].map(text => JSON.stringify({ text, empty: '', pattern: '', flags: 'g' }));
const [EVENT] = EVENTS;

/** What the library makes of an expression. */
const keyOf = (expression: string): string => `{k:(${textOfExpression(expression)})}`;

describe('the functions of jq 1.6', () => {
  const KEYWORDS = [
    'and', 'as', 'break', 'catch', 'def', 'elif', 'else', 'end', 'false', 'foreach', 'if', 'import', 'include', 'label', 'null', 'or', 'reduce', 'then', 'true', 'try',
  ];
  const builtins = async (): Promise<string[]> => {
    const [{ output }] = await jq16.run('[builtins[] | select(startswith("_") | not)]', ['null']);
    return output as string[];
  };

  test('are those that the library knows, and all of them compile', async () => {
    const all = await builtins();
    const names = new Set(all.map(builtin => builtin.split('/')[0]));
    expect([...JQ_NAMES].filter(name => !names.has(name)).sort()).toEqual(KEYWORDS);
    const calls = all.filter(builtin => JQ_NAMES.has(builtin.split('/')[0])).map((builtin, index) => {
      const [name, arity] = builtin.split('/');
      const parameters = Array(Number(arity)).fill('.').join('; ');
      return `def call${index}: ${name}${parameters && `(${parameters})`};`;
    });
    expect(await jq16.run(`${calls.join(' ')} 1`, ['null'])).toEqual([{ output: 1 }]);
  });

  test.each([
    'trim', 'ltrim', 'rtrim', 'trimstr("a")', 'pick(.a)', 'abs', 'toarray', 'have_literal_numbers', 'have_decnum', 'skip(1; .a)', 'debug("a")', 'getpath', 'error(1; 2)', 'limit(1)',
    'ascii_case', 'detail', 'tenant.name', 'splits',
  ])('%s is none of them', async expression => {
    await expect(jq16.run(keyOf(expression), [EVENT])).rejects.toThrow('jq does not compile');
  });

  test.each(['trim', 'ltrim', 'rtrim', 'trimstr("a")', 'pick(.a)', 'abs', 'toarray', 'have_literal_numbers', 'have_decnum', 'skip(1; .a)', 'ascii_case', 'detail', 'tenant.name'])('%s is refused', expression => {
    expect(isRefused(expression)).toBe(true);
  });
});

test.each([
  'if .a then .b end', 'if .a then 1 elif .b then 2 end', '"\\(if .a then 1 end)"', 'if .a then .b else .c',
  '(.a', '.a)', '{"a": [.b}', '"\\(.a"', '.["a]', '"a\\"', '.a && .b', '!.a', '.a == \'b\'', '.ä', '.💥', '.a \\ .b', '.a | test("\\d+")', '"\\u00g0"', '"\\ud800"', '"\\ud83da"',
  '$.detail.tenant', '.detail.tenant |', '.a +', '.a # b', 'import "a" as a; a::b', 'include "a"; b', '.a,', '@base32d "\\(.a', '',
])('%p is refused, and jq 1.6 does not compile it', async expression => {
  expect(isRefused(expression)).toBe(true);
  await expect(jq16.run(keyOf(expression), [EVENT])).rejects.toThrow('jq does not compile');
});

test.each([
  ['halt', 'jq stopped'], ['halt_error', 'jq stopped'], ['[-1] | implode', 'broke down'], ['[55296] | implode', 'broke down'], ['1e20 | todate', 'broke down'], ['1e20 | todateiso8601', 'broke down'], ['1e20 | strftime("%Y")', 'broke down'], ['1e20 | strflocaltime("%Y")', 'broke down'],
  ['1 | _strindices("b")', 'broke down'],
])('%s is refused, and on jq 1.6 no expression around it saves the record', async (expression, error) => {
  expect(isRefused(expression)).toBe(true);
  expect(await jq16.run(keyOf(expression), [EVENT])).toEqual([{ error: expect.stringContaining(error) }]);
});

test.each(['input', '.detail-type', '$__loc__.b.c - {}'])('%s yields nothing on jq 1.6', async expression => {
  expect(await jq16.run(keyOf(expression), [EVENT])).toEqual([{ output: { k: '' } }]);
});

describe('a search that the library refuses', () => {
  const impatient = new Jq16(300);

  test.each([
    '.text | gsub("^"; "x")', '.text | gsub("x*"; "y")', '.text | gsub("\\\\b"; "x")', '.text | gsub("(?=b)"; "x")', '.text | gsub(" "; "x"; "x")', '.text | sub("^"; "x"; "g")',
    '[.text | match(""; "g")]', '[.text | capture("(?<a>)"; "gi")]', '[.text | scan("")]', '[.text | splits("")]', '.text | split(""; null)', '.text | split(" "; "x")', '[.text | splits(" "; "x")]',
    '.text | index("")', '.text | indices("")', '.text | rindex("")', '. as $e | .text | gsub($e.pattern; "")', '. as $e | .text | index($e.empty)', '. as $e | [.text | match($e.pattern; $e.flags)]', '.text | gsub("\\\\A"; "")',
  ])('%s never ends on jq 1.6, or ends jq', async expression => {
    expect(isRefused(expression)).toBe(true);
    const problems = await impatient.run(keyOf(expression), EVENTS).then(results => results.map(({ error }) => error ?? 'none'), (error: Error) => [error.message]);
    expect(problems.join()).toMatch(/broke down on this record|did not end within 300 ms/);
  });
});

test.each([
  '.text | gsub("[^a-z]+"; "_")', '.text | gsub("^a"; "")', '.text | gsub("a\\\\b"; "")', '.text | sub("^"; "x")', '.text | sub("a*"; "")', '.text | sub("a"; ""; "g")', '.text | capture("(?<a>.*)").a', '.text | match("").offset',
  '[.text | match("a"; "g")] | length', '.text | match("x*"; null).length', '.text | scan("[a-z]+")', '.text | splits(", *")', '.text | split("") | .[0]', '. as $e | .text | split($e.empty) | .[0]', '.text | test("^$")', '.text | index("a")',
])('%s is taken, and ends on jq 1.6', async expression => {
  expect(isRefused(expression)).toBe(false);
  const [{ output }] = await jq16.run(keyOf(expression), [EVENT]);
  expect(output).toEqual({ k: expect.any(String) });
  expect(output).not.toEqual({ k: '' });
});

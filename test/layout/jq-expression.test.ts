import { Aws } from 'aws-cdk-lib';
import * as fc from 'fast-check';
import { checkJqExpression } from '../../src/layout/jq-expression';
import { textOfExpression } from '../../src/layout/partition-model';
import { jqObjectKeys } from '../simulator/delivery/jq-object-keys';
import { EmbeddedJq } from '../simulator/embedded/jq';

const PROP = 'partitionKeys.fromJq("k").expression';
const problem = (expression: string): string | undefined => {
  try {
    checkJqExpression(PROP, expression);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

const ACCEPTED = [
  '.detail.tenant', '."detail-type"', '.["detail"]["a b"]', '.resources[0]', '.. | strings', '.detail.errorCode != null', 'empty', '.a, .b', 'error("x")',
  'if .a then 1 else 2 end', 'if .a then 1 elif .b then 2 else 3 end', 'if .a then if .b then 1 else 2 end else 3 end', '{if: 1, else: 2, end: 3}.if', '.if', '.end.else', '{if, end}.if',
  '.input', '.detail.env', '{input: 1}.input', '{debug}.debug', '{a: 1, halt: 2}.a', '. as {input: $env} | $env', '"input # \'"', '"a\\"b # ( ["', '"\\\\"', '"\\u00e9\\n"', '"\\ud83d\\ude00"', '"\\\\ud800"', '"💥"',
  '"\\(.a) and \\("\\(.b)")"', '{"a": [1, (2)]} | .a[0]', '.a as $input | $input', '@base64 "x\\(.a)"', '.a // "b"', '.a |= 5 | .a', '1.5e3', '.a[1:]', '.a.b?', 'try .a catch "b"',
  'reduce .resources[]? as $r (0; . + 1)', 'label $f | 1, break $f', 'def f: .a; f', '.detail.x | ascii_downcase | .[0:3]', '.a - .b * 2 / 3 % 4', '.a <= 5 and .b >= 1 or (.c == 2 | not)',
];

describe('an expression is taken', () => {
  test.each(ACCEPTED)('%s', expression => {
    expect(problem(expression)).toBeUndefined();
  });

  test('and then compiles, and yields a text, where the engine is at hand', async () => {
    const engine = new EmbeddedJq();
    const records = ['{}', '{"a":{},"detail":"x","resources":5}'];
    for (const expression of ACCEPTED) {
      const results = await engine.run(textOfExpression(expression), records);
      expect([expression, results.map(({ output }) => typeof output)]).toEqual([expression, ['string', 'string']]);
    }
  });
});

const line = 'without the #, because it would swallow the rest of the query, which is one line';
const inStrings = 'jq has it in strings only, and strings stand in double quotation marks';
const escape = 'jq has no such escape, and its own for a backslash is \\\\';
const conditions = 'in jq 1.6, which Firehose runs, each if has an else and an end';
const readsOn = 'it takes the next record, or there is none: the expression gets one event';
const environment = 'what it yields is not in the event: take the value from there';
const modules = 'Firehose has no jq modules';
const stops = 'it stops jq altogether: yield `empty`, which counts as `other`';
const half = 'it is no text, and jq 1.6, which Firehose runs, would refuse the query';
const breaksDown = 'jq 1.6, which Firehose runs, breaks down on a number out of range: cut the date out of the text, for example .time[0:10]';
const writes = 'it writes where nobody reads: leave it out';

test.each([
  ['', '""', 'give the jq that yields the value, for example .detail.tenant'],
  ['  ', '"  "', 'give the jq that yields the value, for example .detail.tenant'],
  [`.a == "${Aws.REGION}"`, 'a token', 'the expression is needed at synthesis: give literal jq'],
  ['.a\n| .b', 'a line break or another control character', 'Firehose takes a query of one line; in a string write \\n or \\t'],
  ['.a # b', 'a comment', line],
  ['"\\(.a # b)"', 'a comment', line],
  ['.a == \'b\'', 'the character \'', inStrings],
  ['.a && .b', 'the character &', inStrings],
  ['!.a', 'the character !', inStrings],
  ['.ä', 'the character ä', inStrings],
  ['.💥', 'the character 💥', inStrings],
  ['.a \\ .b', 'the character \\', inStrings],
  ['(.a', '( without its )', 'close every bracket'],
  ['{"a": [.b}', '} without its opening bracket', 'open every bracket that is closed'],
  ['.a) | (.b', ') without its opening bracket', 'open every bracket that is closed'],
  ['"\\(.a"', 'a string that does not end', 'close every quotation mark'],
  ['"\\(.a', '\\( without its )', 'close every bracket'],
  ['"\\(.a])"', '] without its opening bracket', 'open every bracket that is closed'],
  ['.["a]', 'a string that does not end', 'close every quotation mark'],
  ['"a\\"', 'a string that does not end', 'close every quotation mark'],
  ['.a | test("\\d+")', '\\d in a string', escape],
  ['"\\u00g0"', '\\u in a string', escape],
  ['if .a then .b end', '1 if, 0 else and 1 end', conditions],
  ['if .a then .b else .c', '1 if, 1 else and 0 end', conditions],
  ['"\\(if .a then 1 end)"', '1 if, 0 else and 1 end', conditions],
  ['{a: if .b then 1 end}', '1 if, 0 else and 1 end', conditions],
  ['input', 'input', readsOn],
  ['[inputs]', 'inputs', readsOn],
  ['{a: input}', 'input', readsOn],
  ['"\\(input)"', 'input', readsOn],
  ['import "a" as a; a::b', 'import', modules],
  ['include "a"; b', 'include', modules],
  ['env.HOME', 'env', environment],
  ['$ENV.HOME', '$ENV', environment],
  ['$ ENV | .HOME', '$ENV', environment],
  ['{$ENV}', '$ENV', environment],
  ['input_filename', 'input_filename', environment],
  ['input_line_number', 'input_line_number', environment],
  ['.a | halt', 'halt', stops],
  ['halt_error', 'halt_error', stops],
  ['.a | debug', 'debug', writes],
  ['.a | stderr', 'stderr', writes],
  ['"\\ud83da"', 'half of a surrogate pair', half],
  ['"\\\\\\uD800"', 'half of a surrogate pair', half],
  ['"\ud83d"', 'half of a surrogate pair', half],
  ['.a | todate', 'todate', breaksDown],
  ['.a | todateiso8601', 'todateiso8601', breaksDown],
  ['.a | strftime("%Y")', 'strftime', breaksDown],
  ['.a | strflocaltime("%Y")', 'strflocaltime', breaksDown],
])('%p is refused', (expression, got, right) => {
  expect(problem(expression)).toBe(`${PROP}: got ${got}; ${right}`);
});

const noSuch = (name: string) => `jq 1.6, which Firehose runs, has no such function; a field is .${name}`;

test.each([
  ['$.detail.tenant', '$.detail', 'in jq a path begins with a dot alone, for example .detail.tenant'],
  ['.detail-type', '.detail-type', 'for jq that is a subtraction: write ."detail-type"'],
  ['.detail.tenant |', '| at the end', 'nothing follows it: complete the expression'],
  ['detail.tenant', 'detail', noSuch('detail')],
  ['.detail | trim', 'trim', noSuch('trim')],
  ['.a | pick(.b)', 'pick', noSuch('pick')],
  ['.a | implode', 'implode', 'jq 1.6, which Firehose runs, breaks down on some lists of numbers: compare with the text itself'],
  ['.a | _strindices("b")', '_strindices', 'what begins with an underscore is jq\'s own: use the functions of its manual'],
])('the slip %p is refused', (expression, got, right) => {
  expect(problem(expression)).toBe(`${PROP}: got ${got}; ${right}`);
});

test.each([
  '.detail.tenant', '."detail-type"', '.detail["a-b"] // .detail.b', 'def trim: ltrimstr(" ") | rtrimstr(" "); .detail.tenant | trim',
  'def both(f; $g): f + $g; both(.a; "b")', '.resources[0] | split(":") | .[4]', 'label $out | .a, break $out', '.detail as {tenant: $t} | $t',
  'reduce .resources[] as $r (""; . + $r)', 'try (.a | tonumber) catch "no"', '{tenant: .detail.tenant} | .tenant', '[.detail.a, .detail.b] | map(ascii_downcase) | join("_")',
  'def _low: ascii_downcase; .detail.tenant | _low', '.detail - 1', '.a - .b', '@text', '.a | @base64d', 'if .a then "x" elif .b then "y" else "z" end',
])('%p is taken, and jq 1.6 has all of it', expression => {
  expect(problem(expression)).toBeUndefined();
});

test('an expression that a regular expression engine takes long over does not hold up synthesis', () => {
  expect(problem('.detail.tenant | gsub("(.*)*x"; "")')).toBeUndefined();
});

test('whatever is given, it is refused in words, or stays inside the parentheses that are put around it', () => {
  const telling = fc.constantFrom(
    '(', ')', '[', ']', '{', '}', '"', '\\(', '\\', '\\"', '"\\(.a)"', '"a"', '.a', '.b', '.c.d', '1', 'length', 'if', 'else', 'end', ',', ';', ':', ' ', '#', 'input', 'gsub(', 'index(', 'match(', 'keys', '$', '|', '\n',
  );
  const piece = fc.oneof(telling, telling, telling, fc.string({ unit: 'binary', maxLength: 3 }));
  let taken = 0;
  fc.assert(fc.property(fc.array(piece, { maxLength: 8 }).map(pieces => pieces.join('')), expression => {
    const found = problem(expression);
    if (found !== undefined) return expect(found.startsWith(`${PROP}: got `)).toBe(true);
    taken++;
    expect(jqObjectKeys(`{k:(${textOfExpression(expression)}),l:1}`)).toEqual(['k', 'l']);
  }), { numRuns: 20_000 });
  expect(taken).toBeGreaterThan(500);
});

describe('nothing follows at the end', () => {
  const expressions = [
    ...['|', ',', '+', '-', '*', '/', '%', '=', ':', ';', '<', '>', '!=', 'and', 'or', 'as', 'def'].map(operator => `.a ${operator}`),
    'if else end then', 'end if else', 'end else if',
  ];

  test.each(expressions)('%s', expression => {
    const last = expression.split(' ').at(-1)!;
    expect(() => checkJqExpression('prop', expression)).toThrow(new Error(`prop: got ${last} at the end; nothing follows it: complete the expression`));
  });
});

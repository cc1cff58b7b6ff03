import { PartitionKey } from '../../src';

const PREFIX = 'partitionKeys.fromJq("k").expression: got ';
const problem = (expression: string): string | undefined => {
  try {
    PartitionKey.fromJq('k', expression, { values: ['a'] });
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    expect(message.startsWith(PREFIX)).toBe(true);
    return message.slice(PREFIX.length);
  }
};

describe('a search that always matches a character is taken', () => {
  test.each([
    'gsub("[^a-z]+"; "_")', 'gsub("\\\\s"; "")', 'gsub("a|b"; ""; "i")', 'gsub("(?<x>[a-z])"; .x + "_")', 'gsub("^a"; "")', 'gsub("a\\\\b"; "")', 'gsub("\\\\(?=x"; "")', '.a | gsub("\\""; "\'")',
    'sub("^arn:[^:]+:"; "")', 'sub("^"; "x")', 'sub("a*"; "")', 'sub("a"; ""; "g")', 'capture("(?<a>.*)").a', 'match("").offset', '[match("a"; "g")] | length', 'match("x*"; null).length',
    'scan("[a-z]+")', 'splits(", *")', 'split("")', 'split(", *"; null) | .[0]', 'split(.sep)', 'test("^$")', 'test(.pattern)', 'index("a")', 'indices("ab") | .[0]', 'rindex("/")',
    '.gsub', '{gsub: 1}.gsub', '.index', '. as $index | 1', '"gsub(\\"^\\")"',
  ])('%s', expression => {
    expect(problem(expression)).toBeUndefined();
  });
});

const never = 'jq 1.6, which Firehose runs, never ends or breaks down';
const nothing = `it can match nothing, on which ${never}: let it match at least a character`;
const lookaround = `a lookaround can match nothing, on which ${never}: match the characters themselves`;
const unknown = `whether it can match nothing, on which ${never}, is only known of what JavaScript has too: write it so`;
const literal = `${never} on some regular expressions and flags: write them out`;

describe('a search that may match nothing is refused', () => {
  test.each([
    // On each of these jq 1.6 ran until it was stopped, or out of memory.
    ['gsub("^"; "x")', 'gsub of "^"', nothing],
    ['gsub("a*"; "x")', 'gsub of "a*"', nothing],
    ['gsub("\\\\b"; "x")', 'gsub of "\\\\b"', nothing],
    ['gsub("(?=b)"; "x")', 'gsub of "(?=b)"', lookaround],
    ['gsub(" "; "x"; "x")', 'gsub of " "', `with the flag x it can match nothing, on which ${never}: leave the flag out`],
    ['sub("^"; "x"; "g")', 'sub of "^"', nothing],
    ['[match(""; "g")]', 'match of ""', nothing],
    ['[capture("(?<a>)"; "gi")]', 'capture of "(?<a>)"', nothing],
    ['[scan("")]', 'scan of ""', nothing],
    ['splits("")', 'splits of ""', nothing],
    ['split(""; null)', 'split of ""', nothing],
    ['split("a b"; "x")', 'split of "a b"', `with the flag x it can match nothing, on which ${never}: leave the flag out`],
    ['splits("a b"; "x")', 'splits of "a b"', `with the flag x it can match nothing, on which ${never}: leave the flag out`],
    ['index("")', 'index("")', `${never} when it looks for nothing: let it look for at least a character`],
    ['indices("")', 'indices("")', `${never} when it looks for nothing: let it look for at least a character`],
    ['rindex("")', 'rindex("")', `${never} when it looks for nothing: let it look for at least a character`],
    // What only an event shows, or another engine than jq's cannot tell.
    ['gsub(.pattern; "")', 'gsub of something that is no literal string', literal],
    ['gsub("\\(.a)b"; "")', 'gsub of something that is no literal string', literal],
    ['gsub("a" + "b"; "")', 'gsub of something that is no literal string', literal],
    ['sub("a"; ""; .flags)', 'sub of something that is no literal string', literal],
    ['match(["", "g"])', 'match of something that is no literal string', literal],
    ['match(.a)', 'match of something that is no literal string', literal],
    ['index(.a)', 'index of something that is no literal string', `${never} when it looks for an empty one: write the string out`],
    ['gsub("\\\\A"; "")', 'gsub of "\\\\A"', unknown],
    ['gsub("(?i)a*"; "")', 'gsub of "(?i)a*"', unknown],
    ['gsub("[[:alpha:]]"; "")', 'gsub of "[[:alpha:]]"', unknown],
    ['gsub("("; "")', 'gsub of "("', unknown],
    ['gsub("(?<!a)b"; "")', 'gsub of "(?<!a)b"', lookaround],
    // Wherever it stands, and whatever can match nothing.
    ['.a | [gsub ( "$" ; "\\("x")" )]', 'gsub of "$"', nothing],
    ['"\\(.a | gsub("x?"; ""))"', 'gsub of "x?"', nothing],
    ['def f(g): g; f(gsub("|a"; ""))', 'gsub of "|a"', nothing],
    ['gsub("a"; gsub("(?:)"; ""))', 'gsub of "(?:)"', nothing],
    ...['\\\\B', '^$', '^\\\\b', '\\\\b$', '$|x', '(a|b?)', '(?<n>x)?', 'a{0,3}', '()'].map(expression =>
      [`gsub("${expression}"; "")`, `gsub of "${expression}"`, nothing]),
  ])('%s', (expression, got, right) => {
    expect(problem(expression)).toBe(`${got}; ${right}`);
  });
});

// Whether a user's jq can stand in the query that Firehose runs, as far as that is known without running it.

import { definedNames, unknownName } from './jq-names';
import { checkSearches } from './jq-searches';
import { JqToken, jqTokens, Refuse } from './jq-tokens';
import { invalid, isKnown, show } from '../private/validate';

const READS_ON = 'it takes the next record, or there is none: the expression gets one event';
const MODULES = 'Firehose has no jq modules';
const ENVIRONMENT = 'what it yields is not in the event: take the value from there';
const STOPS = 'it stops jq altogether: yield `empty`, which counts as `other`';
const WRITES = 'it writes where nobody reads: leave it out';

const BREAKS_DOWN = 'jq 1.6, which Firehose runs, breaks down on a number out of range: cut the date out of the text, for example .time[0:10]';

/** Names of jq that are out of place in Firehose, and why. */
const REFUSED: { readonly [name: string]: string } = {
  input: READS_ON,
  inputs: READS_ON,
  include: MODULES,
  import: MODULES,
  env: ENVIRONMENT,
  $ENV: ENVIRONMENT,
  input_filename: ENVIRONMENT,
  input_line_number: ENVIRONMENT,
  halt: STOPS,
  halt_error: STOPS,
  debug: WRITES,
  stderr: WRITES,
  todate: BREAKS_DOWN,
  todateiso8601: BREAKS_DOWN,
  strftime: BREAKS_DOWN,
  strflocaltime: BREAKS_DOWN,
  implode: 'jq 1.6, which Firehose runs, breaks down on some lists of numbers: compare with the text itself',
};

/** Half of a surrogate pair: itself, or as the escape of a high one that no low one follows. */
const HALF_A_PAIR = /\p{Surrogate}|(?<!\\)(?:\\\\)*\\u[dD][89abAB][\dA-Fa-f]{2}(?!\\u[dD][c-fC-F][\dA-Fa-f]{2})/u;

/** What has something on its right. */
const OPERATORS = ['|', ',', '+', '-', '*', '/', '%', '=', ':', ';', '<', '>', '!=', 'and', 'or', 'as', 'def', 'then', 'else', 'if'];

/** Checks an expression, or fails with an error that names the prop. */
export function checkJqExpression(prop: string, expression: string): void {
  const refuse: Refuse = (got, right) => invalid(prop, got, right);
  if (!isKnown(expression)) refuse('a token', 'the expression is needed at synthesis: give literal jq');
  if (expression.trim() === '') refuse(show(expression), 'give the jq that yields the value, for example .detail.tenant');
  if (/\p{Cc}/u.test(expression)) refuse('a line break or another control character', 'Firehose takes a query of one line; in a string write \\n or \\t');
  if (HALF_A_PAIR.test(expression)) refuse('half of a surrogate pair', 'it is no text, and jq 1.6, which Firehose runs, would refuse the query');
  const tokens = jqTokens(expression, refuse);
  const names = tokens.map((_token, index) => nameAt(tokens, index));
  checkConditions(names, refuse);
  const refused = names.find(name => name !== undefined && Object.hasOwn(REFUSED, name));
  if (refused !== undefined) refuse(refused, REFUSED[refused]);
  const defined = definedNames(tokens);
  const hidden = names.find(name => name?.startsWith('_') && !defined.has(name));
  if (hidden !== undefined) refuse(hidden, 'what begins with an underscore is jq\'s own: use the functions of its manual');
  checkSlips(tokens, names, refuse);
  checkSearches(tokens, refuse);
}

/** What jq would refuse when the first event comes, or what means something else than it seems to. */
function checkSlips(tokens: readonly JqToken[], names: readonly (string | undefined)[], refuse: Refuse): void {
  const texts = tokens.map(({ text }) => text);
  const dollar = texts.findIndex((text, index) => text === '$' && tokens[index + 1]?.kind !== 'word');
  if (dollar !== -1) refuse(`$${texts[dollar + 1] ?? ''}`, 'in jq a path begins with a dot alone, for example .detail.tenant');
  const hyphen = texts.findIndex((text, index) => text === '.detail' && texts[index + 1] === '-' && texts[index + 2] === 'type');
  if (hyphen !== -1) refuse('.detail-type', 'for jq that is a subtraction: write ."detail-type"');
  const last = texts[texts.length - 1];
  if (OPERATORS.includes(last)) refuse(`${last} at the end`, 'nothing follows it: complete the expression');
  const unknown = unknownName(tokens, names);
  if (unknown !== undefined) refuse(unknown, `jq 1.6, which Firehose runs, has no such function; a field is .${unknown}`);
}

/** A word that is the name of a variable (with its dollar sign), a function or a keyword, and not that of a key in an object. */
function nameAt(tokens: readonly JqToken[], index: number): string | undefined {
  const { kind, text, inside } = tokens[index];
  const before = tokens[index - 1]?.text;
  if (kind !== 'word') return undefined;
  if (before === '$') return `$${text}`;
  return inside === '{' && (before === '{' || before === ',') ? undefined : text;
}

function checkConditions(names: readonly (string | undefined)[], refuse: Refuse): void {
  const [ifs, elses, ends] = ['if', 'else', 'end'].map(keyword => names.filter(name => name === keyword).length);
  if (ifs === elses && ifs === ends) return;
  refuse(`${ifs} if, ${elses} else and ${ends} end`, 'in jq 1.6, which Firehose runs, each if has an else and an end');
}

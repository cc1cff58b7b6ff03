// Searches on which jq 1.6 never ends, or breaks down: those that go on after a match of nothing. One such event would stop all delivery.

import type { JqToken, Refuse } from './jq-tokens';

/** Functions that take a regular expression first and its flags at `flags`; those that are not `always` global are so with the flag g. */
const BY_EXPRESSION: { readonly [name: string]: { readonly flags: number; readonly always: boolean } } = {
  gsub: { flags: 2, always: true },
  sub: { flags: 2, always: false },
  scan: { flags: 1, always: true },
  splits: { flags: 1, always: true },
  split: { flags: 1, always: true },
  match: { flags: 1, always: false },
  capture: { flags: 1, always: false },
};

/** Functions that look for every place of a text. */
const BY_TEXT = ['index', 'rindex', 'indices'];

/**
 * Between them they have every position that an assertion can tell apart: beside a letter, a space, a sign, a line break, nothing. They
 * are short, because an expression can take a time that grows exponentially with the text.
 */
const PROBES = ['', 'a', 'Z', '0', '_', ' ', '/', '\n', 'ab', 'a b', 'a/b', ' /', 'x1-y2.z3', ' a ', 'a\nb', '\n\n', 'aws:s3::'];

const LOOKAROUND = /\(\?<?[=!]/;
const NEVER_ENDS = 'jq 1.6, which Firehose runs, never ends or breaks down';

/** Checks the calls of every such function. */
export function checkSearches(tokens: readonly JqToken[], refuse: Refuse): void {
  tokens.forEach(({ kind, text }, index) => {
    if (kind !== 'word' || tokens[index + 1]?.text !== '(') return;
    const search: Search = { name: text, parameters: parametersAt(tokens, index + 1), refuse };
    if (BY_TEXT.includes(text)) checkText(search);
    if (Object.hasOwn(BY_EXPRESSION, text)) checkExpression(search);
  });
}

interface Search {
  readonly name: string;
  /** The tokens of each parameter. */
  readonly parameters: readonly (readonly JqToken[])[];
  readonly refuse: Refuse;
}

function parametersAt(tokens: readonly JqToken[], opening: number): JqToken[][] {
  const { depth } = tokens[opening];
  const rest = tokens.slice(opening + 1);
  const parameters: JqToken[][] = [[]];
  for (const token of rest.slice(0, rest.findIndex(candidate => candidate.depth === depth))) {
    if (token.text === ';' && token.depth === depth + 1) parameters.push([]);
    else parameters.at(-1)!.push(token);
  }
  return parameters;
}

function checkText({ name, parameters: [text], refuse }: Search): void {
  const literal = literalOf(text);
  if (literal === undefined) refuse(`${name} of something that is no literal string`, `${NEVER_ENDS} when it looks for an empty one: write the string out`);
  if (literal === '') refuse(`${name}("")`, `${NEVER_ENDS} when it looks for nothing: let it look for at least a character`);
}

function checkExpression({ name, parameters, refuse }: Search): void {
  const { flags: position, always } = BY_EXPRESSION[name];
  // With a single parameter, split takes a text, and an empty one is harmless.
  if (name === 'split' && parameters.length === 1) return;
  const expression = literalOf(parameters[0]);
  const flags = flagsOf(parameters[position]);
  if (expression === undefined || flags === undefined) {
    return refuse(`${name} of something that is no literal string`, `${NEVER_ENDS} on some regular expressions and flags: write them out`);
  }
  if (!always && !flags.includes('g')) return;
  const problem = problemOf(expression, flags);
  if (problem) refuse(`${name} of ${JSON.stringify(expression)}`, problem);
}

/** Why a regular expression may match nothing. What cannot be judged here may as well. */
function problemOf(expression: string, flags: string): string | undefined {
  if (flags.includes('x')) return `with the flag x it can match nothing, on which ${NEVER_ENDS}: leave the flag out`;
  if (LOOKAROUND.test(expression.replace(/\\[^]/g, ''))) return `a lookaround can match nothing, on which ${NEVER_ENDS}: match the characters themselves`;
  const compiled = compile(expression, flags.includes('i') ? 'giu' : 'gu');
  if (!compiled) return `whether it can match nothing, on which ${NEVER_ENDS}, is only known of what JavaScript has too: write it so`;
  const empty = PROBES.some(probe => [...probe.matchAll(compiled)].some(([match]) => match === ''));
  return empty ? `it can match nothing, on which ${NEVER_ENDS}: let it match at least a character` : undefined;
}

/** With the flag u, JavaScript refuses what it does not know, such as \A, which jq takes for a position. */
function compile(expression: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(expression, flags);
  } catch {
    return undefined;
  }
}

/** A call without flags has none, and neither has one with null. */
function flagsOf(tokens: readonly JqToken[] | undefined): string | undefined {
  if (tokens === undefined || (tokens.length === 1 && tokens[0].text === 'null')) return '';
  return literalOf(tokens);
}

function literalOf(tokens: readonly JqToken[]): string | undefined {
  if (tokens.length !== 1 || tokens[0].kind !== 'string') return undefined;
  return JSON.parse(tokens[0].text) as string;
}

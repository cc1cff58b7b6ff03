// Event patterns of every form that EventBridge documents, and events that are near them: made of a pattern's own literals, and changed.

import * as fc from 'fast-check';
import type { Json, JsonObject } from '../simulator/engines';

/** A pattern, and events that nearly match or nearly miss it. */
export interface Case {
  readonly pattern: JsonObject;
  readonly events: JsonObject[];
}

/** How a pattern is made: of entries that all compile, or of some that may not. */
export interface PatternOptions {
  readonly mayBeWrong: boolean;
}

const EVENTS_PER_PATTERN = 10;
const CHOICES_PER_CASE = 700;
const MAX_DEPTH = 2;

/** What strings are made of: few letters, so that they meet, and what has a meaning of its own somewhere on the way. */
const ATOMS = [
  'a', 'b', 'A', 'B', 'ab', 'aB', 'aws.', '/', '-', '.', ' ', '1', '0', '"', '\\', '*', '?', '\n', '\u0000', '\u007f', '\u0080', '\uffff', 'null', 'true',
  'é', 'É', 'ß', 'ẞ', 'ss', 'ı', 'İ', 'i', 'I', '\u212a', 'k', 'ſ', 's', 'S', 'ΐ', 'Ω', 'Σ', 'ς', 'ﬁ', 'Ǆ', 'ǅ', '日', '😀', '💩', '𐐀', '𐐨', '\ud83d',
];

const IPV4 = ['10.0.0.0', '10.0.0.1', '10.0.0.9', '10.0.0.10', '10.0.0.255', '010.0.0.1', '10.0.1.0', '10.1.2.3', '32.1.13.184', '255.255.255.255', '0.0.0.0'];
const IPV6 = [
  '::', '::1', '::9', '::a', '::f', '0:0:0:0:0:0:0:1', '2001:db8::', '2001:DB8::1', '2001:db8:0:0:0:0:0:1', '2001:db8::ffff', '2001:db8:0:8000::', 'fe80::1',
  '1:2:3:4:5:6:7:8', '1::8', '01:2::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
];
/** What is an address on second thoughts only, or not at all. */
const ODD_ADDRESSES = [
  '::ffff:a00:1', '::ffff:10.0.0.1', '::a00:1', '10.0.0', '10.0.0.256', '1.2.3.4.5', '10.0.0.1 ', '0x0a.0.0.1', '010.0.0.0000001', ':::', '1:2', '1::2::3',
  '1:2:3:4:5:6:7:8:9', '00001::', '12345::', '1:2:3:4:5:6:7::', '::2:3:4:5:6:7:8', 'g::', '[::1]', '::1%0', ':',
];
const ADDRESSES = [...IPV4, ...IPV6, ...ODD_ADDRESSES];

/** None has more digits than a double keeps: event-ruler does not compare such a number at all. */
const NUMBERS = [
  0, -0, 1, -1, 2, 3, 5, 5.5, 9, 10, 15, 16, 80, 100, 101, 0.1, 0.2, 0.3, 1.5, -1.5, 301.8, 1e-7, 1e21,
  1e300, -1e300, 123456789012, 2147483648, 5e9, -5e9, 4999999999, 4999999999.5,
  5000000001, 9007199254740991,
];

const NAMES = ['a', 'b', 'c', 'd', 'A', 'detail', 'a.b', 'b.a', 'é', '', '.', 'a.', '.a', '__proto__', 'constructor', 'length'];
const RESERVED = ['exists', 'prefix', 'numeric', '=', 'regex', 'cidr'];

/** Where random choices come from: numbers from 0 to 255, and then the first of everything. */
class Choices {
  private used = 0;

  constructor(private readonly given: readonly number[]) {}

  public below(limit: number): number {
    return (this.given[this.used++] ?? 0) % limit;
  }

  public oneIn(times: number): boolean {
    return this.below(times) === times - 1;
  }

  public of<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }

  public some<T>(least: number, most: number, make: () => T): T[] {
    return Array.from({ length: least + this.below(most - least + 1) }, make);
  }
}

type Make = (choices: Choices) => Json;

/** The entries of a field's list, by their kind. */
const ENTRIES: { readonly [kind: string]: Make } = {
  'string': text,
  'address': choices => choices.of(ADDRESSES),
  'number': number,
  'null': () => null,
  'true or false': choices => choices.oneIn(2),
  'exactly': choices => ({ exactly: text(choices) }),
  'prefix': choices => ({ prefix: text(choices) }),
  'prefix in any case': choices => ({ prefix: inAnyCase(choices) }),
  'suffix': choices => ({ suffix: text(choices) }),
  'suffix in any case': choices => ({ suffix: inAnyCase(choices) }),
  'equals-ignore-case': inAnyCase,
  'wildcard': choices => ({ wildcard: wildcard(choices) }),
  'anything-but a string': choices => ({ 'anything-but': text(choices) }),
  'anything-but strings': choices => ({ 'anything-but': choices.some(1, 3, () => text(choices)) }),
  'anything-but a number': choices => ({ 'anything-but': number(choices) }),
  'anything-but numbers': choices => ({ 'anything-but': choices.some(1, 3, () => number(choices)) }),
  'anything-but prefix': choices => ({ 'anything-but': { prefix: oneOrMore(choices, someText) } }),
  'anything-but suffix': choices => ({ 'anything-but': { suffix: oneOrMore(choices, someText) } }),
  'anything-but equals-ignore-case': choices => ({ 'anything-but': { 'equals-ignore-case': oneOrMore(choices, text) } }),
  'anything-but wildcard': choices => ({ 'anything-but': { wildcard: oneOrMore(choices, wildcard) } }),
  'numeric comparison': choices => ({ numeric: [choices.of(['=', '<', '<=', '>', '>=']), bound(choices)] }),
  'numeric range': range,
  'cidr of IPv4': choices => ({ cidr: `${choices.of(IPV4)}/${choices.below(32)}` }),
  'cidr of IPv6': choices => ({ cidr: `${choices.of(IPV6)}/${choices.below(128)}` }),
  'exists true': () => ({ exists: true }),
  'exists false': () => ({ exists: false }),
};

/** Entries of which some compile and some do not. */
const DOUBTFUL_ENTRIES: readonly Make[] = [
  choices => ({ [choices.of(Object.keys(ARGUMENTS))]: choices.of(Object.values(ARGUMENTS))(choices) }),
  choices => ({ [choices.of(Object.keys(ARGUMENTS))]: choices.of(Object.values(ARGUMENTS))(choices) }),
  choices => ({ 'anything-but': { [choices.of(Object.keys(ARGUMENTS))]: choices.of(Object.values(ARGUMENTS))(choices) } }),
  choices => ({ 'anything-but': choices.some(0, 2, () => choices.of(Object.values(ARGUMENTS))(choices)) }),
  choices => ({ [choices.of(['prefix', 'suffix', 'wildcard'])]: { [choices.of(Object.keys(ARGUMENTS))]: choices.of(Object.values(ARGUMENTS))(choices) } }),
  choices => ({ numeric: choices.some(0, 5, () => choices.of<Make>([bound, () => '<', () => '>', () => '=', () => '>=', () => '<=', text])(choices)) }),
  choices => ({ cidr: `${choices.of(ADDRESSES)}${choices.of(['/', '', '//'])}${choices.of(['0', '8', '31', '32', '127', '128', '-1', '-0', '', ' 8', '+8', '08', '8.0', '8/8', '8/'])}` }),
  choices => ({ wildcard: choices.some(0, 4, () => choices.of(['*', '\\', 'a', '\\*', '\\\\'])).join('') }),
  choices => ({ prefix: text(choices), [choices.of(['suffix', 'prefix2', 'exists'])]: text(choices) }),
  () => ({}),
  () => [],
  () => ['a'],
];

/** What operators take, and other operators do not. */
const ARGUMENTS: { readonly [operator: string]: Make } = {
  'exactly': text,
  'prefix': () => '',
  'suffix': someText,
  'equals-ignore-case': inAnyCase,
  'wildcard': wildcard,
  'anything-but': choices => choices.some(1, 2, () => text(choices)),
  'numeric': range,
  'cidr': choices => `${choices.of(ADDRESSES)}/8`,
  'exists': choices => choices.oneIn(2),
  'regex': number,
  'anything': () => null,
};

/** Patterns with events that are near them; those that may be wrong have none. */
export function cases(options: PatternOptions): fc.Arbitrary<Case> {
  return numbers(CHOICES_PER_CASE).map(given => {
    const choices = new Choices(given);
    const pattern = patternOf(choices, options);
    return { pattern, events: options.mayBeWrong ? [] : Array.from({ length: EVENTS_PER_PATTERN }, () => eventNear(choices, pattern)) };
  });
}

/** What a pattern is made of: the kinds of its entries, and what stands in what. */
export function formsIn(pattern: JsonObject, parent = 'pattern'): string[] {
  return Object.entries(pattern).flatMap(([name, value]) => {
    if (name === '$or') return [`$or in ${parent}`, ...(value as JsonObject[]).flatMap(each => formsIn(each, '$or'))];
    if (Array.isArray(value)) return value.map(kindOf);
    return [`object in ${parent}`, ...formsIn(value as JsonObject, 'object')];
  });
}

function numbers(length: number): fc.Arbitrary<number[]> {
  return fc.array(fc.noBias(fc.nat(255)), { minLength: length, maxLength: length });
}

function patternOf(choices: Choices, options: PatternOptions, depth = 0, isInOr = false): JsonObject {
  const fields = choices.some(0, 2, (): [string, Json] => [nameIn(choices, options, isInOr), fieldOf(choices, options, depth, isInOr)]);
  if (depth < MAX_DEPTH && (fields.length === 0 || choices.oneIn(4))) {
    const alternatives = choices.some(options.mayBeWrong ? 1 : 2, 3, () => patternOf(choices, options, depth + 1, true));
    fields.splice(choices.below(fields.length + 1), 0, ['$or', alternatives]);
  }
  if (fields.length === 0 && !options.mayBeWrong) fields.push(['a', listOf(choices, options)]);
  return Object.fromEntries(fields);
}

function nameIn(choices: Choices, { mayBeWrong }: PatternOptions, isInOr: boolean): string {
  return choices.oneIn(8) && (mayBeWrong || !isInOr) ? choices.of(RESERVED) : choices.of(choices.oneIn(3) ? NAMES : NAMES.slice(0, 4));
}

function fieldOf(choices: Choices, options: PatternOptions, depth: number, isInOr: boolean): Json {
  if (options.mayBeWrong && choices.oneIn(40)) return choices.of<Json>(['a', 1, null, true, {}, []]);
  return depth < MAX_DEPTH && choices.oneIn(3) ? patternOf(choices, options, depth + 1, isInOr) : listOf(choices, options);
}

function listOf(choices: Choices, { mayBeWrong }: PatternOptions): Json[] {
  return choices.some(1, 2, () => choices.of(mayBeWrong && choices.oneIn(4) ? DOUBTFUL_ENTRIES : Object.values(ENTRIES))(choices));
}

function text(choices: Choices): string {
  return choices.oneIn(8) ? choices.of(ADDRESSES) : choices.some(0, 4, () => choices.of(choices.oneIn(2) ? ATOMS : ATOMS.slice(0, 6))).join('');
}

function someText(choices: Choices): string {
  return text(choices) || 'a';
}

function inAnyCase(choices: Choices): JsonObject {
  return { 'equals-ignore-case': text(choices) };
}

function wildcard(choices: Choices): string {
  return choices.some(0, 5, () => choices.of(['*', '*', 'a', 'b', 'ab', 'é', '😀', '"', '\\*', '\\\\'])).join('').replace(/(\\.)|\*+/g, '$1*').replace(/(\\.)\*/g, '$1');
}

function number(choices: Choices): number {
  return choices.oneIn(3) ? choices.below(40) / 4 : choices.of(NUMBERS);
}

function bound(choices: Choices): number {
  const value = number(choices);
  return Math.abs(value) > 5e9 ? 5e9 : value;
}

function range(choices: Choices): JsonObject {
  const low = Math.min(bound(choices), 4e9);
  return { numeric: [choices.of(['>', '>=']), low, choices.of(['<', '<=']), Math.max(bound(choices), low + 0.5)] };
}

function oneOrMore<T extends Json>(choices: Choices, make: (choices: Choices) => T): Json {
  return choices.oneIn(2) ? make(choices) : choices.some(1, 3, () => make(choices));
}

/** An event that has most of the fields of a pattern, those of all its alternatives too. */
function eventNear(choices: Choices, pattern: JsonObject): JsonObject {
  const fields = fieldsOf(pattern).filter(() => !choices.oneIn(10)).map(([name, field]): [string, Json] => [name, valueNear(choices, field)]);
  if (choices.oneIn(6)) fields.push([choices.of(NAMES), anything(choices)]);
  return Object.fromEntries(choices.oneIn(3) ? fields.reverse() : fields);
}

function fieldsOf(pattern: JsonObject): [string, Json][] {
  return Object.entries(pattern).flatMap(([name, value]) => name === '$or' ? (value as JsonObject[]).flatMap(fieldsOf) : [[name, value] as [string, Json]]);
}

function valueNear(choices: Choices, field: Json): Json {
  const one = () => isObject(field) ? eventNear(choices, field) : leafNear(choices, field as Json[]);
  if (choices.below(10) < 6) return one();
  return choices.of<() => Json>([
    () => choices.some(0, 3, one),
    () => choices.some(0, 3, () => choices.oneIn(2) ? one() : choices.some(0, 2, one)),
    () => choices.some(0, 3, () => choices.oneIn(2) ? one() : anything(choices)),
    () => ({ [choices.of(NAMES)]: one() }),
    () => anything(choices),
  ])();
}

function leafNear(choices: Choices, list: Json[]): Json {
  const value = matching(choices, choices.of(list));
  return choices.oneIn(3) ? changed(choices, value) : value;
}

function anything(choices: Choices): Json {
  return choices.of<Make>([text, number, () => null, () => true, () => false, () => ({}), () => []])(choices);
}

/** A value that an entry is likely to match. */
function matching(choices: Choices, entry: Json): Json {
  if (!isObject(entry)) return entry;
  const [operator, argument] = Object.entries(entry)[0] as [string, Json];
  return Object.hasOwn(MATCHING, operator) ? MATCHING[operator](choices, argument) : anything(choices);
}

const MATCHING: { readonly [operator: string]: (choices: Choices, argument: Json) => Json } = {
  'exactly': (_choices, argument) => argument,
  'prefix': (choices, argument) => `${affix(choices, argument)}${text(choices)}`,
  'suffix': (choices, argument) => `${text(choices)}${affix(choices, argument)}`,
  'equals-ignore-case': (choices, argument) => recased(choices, String(argument)),
  'wildcard': (choices, argument) => String(argument).replace(/\\(.)|\*/g, (_match, escaped?: string) => escaped ?? choices.of(['', 'a', 'b', 'ab', 'é', '*', '😀'])),
  'anything-but': (choices, argument) => choices.oneIn(2) ? anything(choices) : changed(choices, excluded(choices, argument)),
  'numeric': (choices, argument) => choices.of((argument as Json[]).filter(term => typeof term === 'number')) + choices.of([0, 0.5, -0.5, 1, 1e-6]),
  'cidr': (choices, argument) => choices.oneIn(2) ? String(argument).split('/')[0] : choices.of(ADDRESSES),
  'exists': anything,
};

function affix(choices: Choices, argument: Json): string {
  return isObject(argument) ? recased(choices, String(Object.values(argument)[0])) : String(argument);
}

/** One of the values that an `anything-but` excludes. */
function excluded(choices: Choices, argument: Json): Json {
  if (!isObject(argument)) return choices.of([argument].flat());
  const [operator, texts] = Object.entries(argument)[0];
  return matching(choices, { [operator]: choices.of([texts].flat()) });
}

function recased(choices: Choices, value: string): string {
  return choices.of<(given: string) => string>([
    given => given, given => given.toUpperCase(), given => given.toLowerCase(), given => given.charAt(0).toUpperCase() + given.slice(1),
  ])(value);
}

function changed(choices: Choices, value: Json): Json {
  if (typeof value === 'number') return choices.of<Json>([value + 1, value - 1, -value, String(value), value + 1e-6]);
  if (typeof value !== 'string') return choices.of<Json>([String(value), null, !value, 0, '']);
  const at = choices.below(value.length + 1);
  return choices.of<Json>([
    recased(choices, value), value.slice(1), value.slice(0, -1), `${value}${choices.of(ATOMS)}`, `${choices.of(ATOMS)}${value}`, `"${value}"`,
    `${value.slice(0, at)}${choices.of(ATOMS)}${value.slice(at)}`, value.slice(0, at) + value.slice(at + 1), Number(value) || 0,
  ]);
}

function kindOf(entry: Json): string {
  if (!isObject(entry)) return entry === null ? 'null' : typeof entry;
  const [[operator, argument]] = Object.entries(entry);
  if (operator === 'cidr') return String(argument).includes(':') ? 'cidr of IPv6' : 'cidr of IPv4';
  if (operator === 'exists') return `exists ${String(argument)}`;
  if (operator === 'numeric') return `numeric ${(argument as Json[]).filter(term => typeof term === 'string').join(' ')}`;
  if (isObject(argument)) return Object.entries(argument).map(([name, texts]) => `${operator} ${name}${Array.isArray(texts) ? ' list' : ''}`)[0];
  if (operator === 'anything-but') return Array.isArray(argument) ? `${operator} ${typeof argument[0]} list` : `${operator} ${typeof argument}`;
  return operator;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

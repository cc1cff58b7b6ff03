/**
 * What stands in the lists of an event pattern: values and operators, each compiled to a test of one value of an event.
 * By https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html, and by event-ruler where that is silent.
 */

/** A JSON value that holds no other. */
export type Leaf = string | number | boolean | null;

/** Judges one value of an event. */
export type LeafTest = (value: Leaf) => boolean;

/** Compiles an operator's argument; undefined when EventBridge would refuse it. */
type Compile<T> = (argument: T) => LeafTest | undefined;

/** The greatest number that `numeric` takes, by EventBridge's documentation. */
const NUMERIC_LIMIT = 5e9;

/** The bits that an IPv4 address has before its own when it is written as IPv6, `::ffff:a00:1`. */
const IPV4_IN_IPV6 = '0'.repeat(80) + '1'.repeat(16);

const COMPARISONS = new Map<unknown, (value: number, bound: number) => boolean>([
  ['=', (value, bound) => value === bound],
  ['<', (value, bound) => value < bound],
  ['<=', (value, bound) => value <= bound],
  ['>', (value, bound) => value > bound],
  ['>=', (value, bound) => value >= bound],
]);

const OPERATORS = new Map<string, { takes: string; compile: Compile<unknown> }>([
  ['exactly', { takes: 'a string', compile: aString(exactly) }],
  ['prefix', { takes: 'a string or { "equals-ignore-case": string }', compile: aStringInAnyCase(prefix, prefixIgnoringCase) }],
  ['suffix', { takes: 'a string or { "equals-ignore-case": string }', compile: aStringInAnyCase(suffix, suffixIgnoringCase) }],
  ['equals-ignore-case', { takes: 'a string', compile: aString(equalsIgnoreCase) }],
  ['wildcard', { takes: 'a string without two * in a row, and with \\ only as \\* and \\\\', compile: aString(wildcard) }],
  ['anything-but', {
    takes: 'a string, a number, a list of either, or one of prefix, suffix (neither with ""), equals-ignore-case and wildcard with a string or a list',
    compile: anythingBut,
  }],
  ['numeric', {
    takes: 'a comparison such as [">=", 5] or a range from low to high such as [">", 0, "<=", 5], between -5e9 and 5e9',
    compile: numeric,
  }],
  ['cidr', { takes: 'an IPv4 block with 0 to 31 bits, such as "10.0.0.0/8", or an IPv6 block with 0 to 127', compile: aString(cidr) }],
  ['exists', { takes: 'true or false', compile: exists }],
]);

/** The operators that `anything-but` can turn round. */
const EXCLUDING = new Map<string, Compile<string>>([
  ['prefix', (text) => text === '' ? undefined : prefix(text)],
  ['suffix', (text) => text === '' ? undefined : suffix(text)],
  ['equals-ignore-case', equalsIgnoreCase],
  ['wildcard', wildcard],
]);

/** Names that no field inside a `$or` may have: event-ruler keeps them for itself. */
export const RESERVED_IN_OR: ReadonlySet<unknown> = new Set([
  ...OPERATORS.keys(), ...COMPARISONS.keys(),
  'regex', 'not-wildcard', 'not-equals-ignore-case', 'ip-address-in-range', 'ip-address-not-in-range',
  'date-after', 'date-on-or-after', 'date-before', 'date-on-or-before', 'in-date-range',
]);

/** Throws what EventBridge would refuse, in one line. */
export function refuse(path: string, got: unknown, right: string): never {
  throw new Error(`${path}: got ${JSON.stringify(got)}; ${right}`);
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Compiles one entry of a field's list. */
export function compileEntry(entry: unknown, path: string): LeafTest {
  if (isObject(entry)) {
    return compileOperator(entry, path);
  }
  if (typeof entry === 'string') {
    return exactlyOrSameAddress(entry);
  }
  if (entry === null || typeof entry === 'boolean' || typeof entry === 'number') {
    return (value) => value === entry;
  }
  return refuse(path, entry, 'a list takes strings, numbers, true, false, null and operators');
}

function compileOperator(entry: Record<string, unknown>, path: string): LeafTest {
  const [name, argument] = soleEntry(entry) ?? refuse(path, entry, 'an operator is an object with one key');
  const operator = OPERATORS.get(name) ?? refuse(path, entry, `the operators are ${[...OPERATORS.keys()].join(', ')}`);
  return operator.compile(argument) ?? refuse(path, entry, `${name} takes ${operator.takes}`);
}

function exactly(text: string): LeafTest {
  return (value) => value === text;
}

/** A string that is an IP address matches that address in any spelling. */
function exactlyOrSameAddress(text: string): LeafTest {
  const address = addressBits(text);
  return address === undefined ? exactly(text) : inBlock(address);
}

function prefix(text: string): LeafTest {
  const start = `"${asBytes(text)}`;
  return onQuoted((quoted) => quoted.startsWith(start));
}

function suffix(text: string): LeafTest {
  const end = `${asBytes(text)}"`;
  return onQuoted((quoted) => quoted.endsWith(end));
}

function prefixIgnoringCase(text: string): LeafTest {
  return onExpression(`^"${inAnyCase(text)}`);
}

function suffixIgnoringCase(text: string): LeafTest {
  return onExpression(`${inAnyCase(text)}"$`);
}

function equalsIgnoreCase(text: string): LeafTest {
  return onExpression(`^"${inAnyCase(text)}"$`);
}

function wildcard(text: string): LeafTest | undefined {
  if (!/^(?:\*(?!\*)|\\[*\\]|[^*\\])*$/.test(text)) {
    return undefined;
  }
  const literals = [''];
  for (const [token] of asBytes(text).matchAll(/\\[*\\]|[^]/g)) {
    if (token === '*') {
      literals.push('');
    } else {
      literals[literals.length - 1] += token.slice(-1);
    }
  }
  return (value) => typeof value === 'string' && holdsInOrder(asBytes(value), literals);
}

/** The first place where a literal stands is as good as any later one, so nothing is tried twice. */
function holdsInOrder(text: string, [first, ...others]: string[]): boolean {
  const last = others.pop();
  if (last === undefined) {
    return text === first;
  }
  let from = first.length;
  for (const literal of others) {
    const at = text.indexOf(literal, from);
    if (at < 0) {
      return false;
    }
    from = at + literal.length;
  }
  return text.startsWith(first) && text.endsWith(last) && from + last.length <= text.length;
}

function anythingBut(argument: unknown): LeafTest | undefined {
  const excluded = isObject(argument) ? anyByOperator(argument) : anyOf(asList(argument));
  return excluded && ((value) => !excluded(value));
}

function anyOf(values: unknown[]): LeafTest | undefined {
  const [kind, ...otherKinds] = new Set(values.map((value) => typeof value));
  const excluded = new Set(values.map(asBytes));
  return (kind === 'string' || kind === 'number') && otherKinds.length === 0 ? (value) => excluded.has(asBytes(value)) : undefined;
}

function anyByOperator(argument: Record<string, unknown>): LeafTest | undefined {
  const [name = '', texts] = soleEntry(argument) ?? [];
  const compile = aString(EXCLUDING.get(name) ?? (() => undefined));
  const tests = asList(texts).map(compile);
  return tests.length > 0 && tests.every((test) => test !== undefined) ? (value) => tests.some((test) => test(value)) : undefined;
}

function numeric(argument: unknown): LeafTest | undefined {
  const terms: unknown[] = Array.isArray(argument) ? argument : [];
  const [operator, bound, upperOperator, upperBound] = terms;
  const lower = comparison(operator, bound);
  if (terms.length === 2) {
    return lower;
  }
  const upper = comparison(upperOperator, upperBound);
  const rises = String(operator).startsWith('>') && String(upperOperator).startsWith('<') && Number(bound) < Number(upperBound);
  return lower && upper && rises && terms.length === 4 ? (value) => lower(value) && upper(value) : undefined;
}

function comparison(operator: unknown, bound: unknown): LeafTest | undefined {
  const compare = COMPARISONS.get(operator);
  if (compare === undefined || typeof bound !== 'number' || Math.abs(bound) > NUMERIC_LIMIT) {
    return undefined;
  }
  return (value) => typeof value === 'number' && compare(value, bound);
}

function cidr(text: string): LeafTest | undefined {
  const [, address = '', written] = /^([^/]*)\/([+-]?\d+)\/*$/.exec(text) ?? [];
  const [bits, size] = [addressBits(address), Number(written)];
  return bits !== undefined && size >= 0 && size < bits.length ? inBlock(bits, size) : undefined;
}

/** No value matches `exists: false`: it is for the field that has none. */
function exists(argument: unknown): LeafTest | undefined {
  return typeof argument === 'boolean' ? () => argument : undefined;
}

function aString(compile: Compile<string>): Compile<unknown> {
  return (argument) => typeof argument === 'string' ? compile(argument) : undefined;
}

function aStringInAnyCase(compile: Compile<string>, compileIgnoringCase: Compile<string>): Compile<unknown> {
  return (argument) => {
    const [name, text] = (isObject(argument) && soleEntry(argument)) || [];
    return name === 'equals-ignore-case' ? aString(compileIgnoringCase)(text) : aString(compile)(argument);
  };
}

/** event-ruler sees a string with its quotation marks on, which shows in one place: a prefix of one " also fits the empty string. */
function onQuoted(test: (quoted: string) => boolean): LeafTest {
  return (value) => typeof value === 'string' && test(`"${asBytes(value)}"`);
}

/** But for whole strings event-ruler compares bytes of UTF-8, in which half a surrogate pair is a question mark. */
function asBytes<T>(value: T): T | string {
  return typeof value === 'string' ? value.replace(/\p{Surrogate}/gu, '?') : value;
}

function onExpression(source: string): LeafTest {
  const expression = new RegExp(source);
  return onQuoted((quoted) => expression.test(quoted));
}

/**
 * An expression for a text in lower case, upper case or both mixed. event-ruler folds each UTF-16 unit for itself, so that
 * one half of a surrogate pair (an emoji has two) becomes a question mark.
 */
function inAnyCase(text: string): string {
  const units = text.replace(/[\ud800-\udfff]/g, '?').split('');
  return units.map((unit) => `(?:${literally(unit.toLowerCase())}|${literally(unit.toUpperCase())})`).join('');
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/**
 * By leading bits alone, as event-ruler does it, even across the two families: 32.1.0.0/16 holds 2001:db8::1, and 2000::/3 holds every IPv4
 * address from 32.0.0.0 to 63.255.255.255 but those two.
 */
function inBlock(address: string, size = address.length): LeafTest {
  const block = address.slice(0, size);
  return (value) => {
    const bits = typeof value === 'string' ? addressBits(value) : undefined;
    return bits !== undefined && bits.startsWith(block) && (bits.length >= address.length || /01|10/.test(bits.slice(size)));
  };
}

/** The bits of an IP address, as text: 32 or 128 of them. */
function addressBits(text: string): string | undefined {
  return text.includes(':') ? ipv6Bits(text) : ipv4Bits(text);
}

function ipv4Bits(text: string): string | undefined {
  const numbers = text.split('.').map(Number);
  const isAddress = /^(?=.{7,15}$)\d+(\.\d+){3}$/.test(text) && numbers.every((number) => number <= 255);
  return isAddress ? toBits(numbers, 8) : undefined;
}

function ipv6Bits(text: string): string | undefined {
  const [left, right, ...others] = text.split('::').map((half) => half === '' ? [] : half.split(':'));
  const zeros = 8 - left.length - (right?.length ?? 0);
  const isComplete = right === undefined ? zeros === 0 : zeros > 0;
  const groups = [...left, ...Array<string>(Math.max(zeros, 0)).fill('0'), ...right ?? []];
  const isAddress = isComplete && others.length === 0 && groups.every((group) => /^0*[\da-f]{1,4}$/i.test(group));
  if (!isAddress) {
    return undefined;
  }
  const all = toBits(groups.map((group) => parseInt(group, 16)), 16);
  return all.startsWith(IPV4_IN_IPV6) ? all.slice(IPV4_IN_IPV6.length) : all;
}

function toBits(numbers: number[], width: number): string {
  return numbers.map((number) => number.toString(2).padStart(width, '0')).join('');
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

function soleEntry(object: Record<string, unknown>): [string, unknown] | undefined {
  const entries = Object.entries(object);
  return entries.length === 1 ? entries[0] : undefined;
}

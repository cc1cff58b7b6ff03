/**
 * How complex the wildcards of a pattern are, as event-ruler measures it: the most beginnings of its wildcards that one value can fit at once. EventBridge
 * refuses what is too complex, and does not say from where.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-wildcard-matching-complexity
 */

/** `{"wildcard": "*:*:*:*:*:event-bus/*"}` has 11 and is refused, by public reports; so are four of `*:stack/<name>/*`, with 12, where three were not. */
export const REFUSED_COMPLEXITY = 11;

/** What a search looks at; more is taken for too complex. */
const MOST_STEPS = 20_000;

const ANY = Symbol('any characters');
type Token = string | typeof ANY;

/** The beginnings of one wildcard: where they are kept once for all that have them, and where each leads. */
interface Beginnings {
  readonly tokens: readonly Token[];
  readonly keys: readonly string[];
}

/** The greatest measure of a field of the pattern, but no more than that which is refused. */
export function complexityOf(pattern: unknown): number {
  if (Array.isArray(pattern)) return pattern.some(isObject) ? wildcardComplexity(pattern.flatMap(wildcardsOf), '"') : 0;
  return isObject(pattern) ? Math.max(0, ...Object.entries(pattern).map(([name, value]) => name === '$or' && Array.isArray(value)
    ? Math.max(0, ...value.map(complexityOf)) : complexityOf(value))) : 0;
}

/** The measure of wildcards on one field, each the texts of one operator; a value has quotes around it. */
export function wildcardComplexity(operators: readonly (readonly string[])[], quote: string = '', limit: number = REFUSED_COMPLEXITY): number {
  const all = operators.flatMap((texts, operator) => texts.map((text, index) => beginningsOf([quote, text, quote], operator, index)));
  const letters = new Set(all.flatMap(({ tokens }) => tokens.filter(token => token !== ANY)));
  const seen = new Set<string>();
  const ahead = [closed(all, all.map((_wildcard, index) => `${index} 0`))];
  let greatest = 0;
  while (ahead.length > 0 && seen.size < MOST_STEPS) {
    const places = ahead.pop()!;
    for (const letter of [undefined, ...letters]) {
      const next = closed(all, places.flatMap(place => after(all, place, letter)));
      const name = next.join();
      if (next.length === 0 || seen.has(name)) continue;
      seen.add(name);
      greatest = Math.max(greatest, new Set(next.flatMap(place => keyAt(all, place))).size);
      if (greatest >= limit) return limit;
      ahead.push(next);
    }
  }
  return seen.size < MOST_STEPS ? greatest : limit;
}

function wildcardsOf(entry: unknown): string[][] {
  if (!isObject(entry)) return [];
  const { wildcard, 'anything-but': excluded } = entry;
  const texts = isObject(excluded) ? excluded.wildcard : wildcard;
  const list = (Array.isArray(texts) ? texts : [texts]).filter((text): text is string => typeof text === 'string');
  return list.length > 0 ? [list] : [];
}

/** Up to the first `*` what several texts of one operator begin with is kept once. */
function beginningsOf([before, text, behind]: readonly string[], operator: number, index: number): Beginnings {
  const tokens: Token[] = [...before, ...[...text.matchAll(/\\(.)|([^])/g)].map(([, escaped, plain]) => escaped ?? (plain === '*' ? ANY : plain)), ...behind];
  const first = tokens.indexOf(ANY);
  const keys = tokens.map((_token, position) => first >= 0 && position > first
    ? `${operator} ${index} ${position}`
    : `${operator} ${JSON.stringify(tokens.slice(0, position + 1).map(token => token === ANY ? { any: true } : token))}`);
  // All texts of one operator end in one place.
  return { tokens, keys: [...keys.slice(0, -1), behind === '' ? keys[keys.length - 1] : `${operator} end`] };
}

/** A `*` may stand for nothing. */
function closed(all: readonly Beginnings[], places: readonly string[]): string[] {
  const found = new Set(places);
  for (const place of found) {
    const [wildcard, position] = place.split(' ').map(Number);
    if (all[wildcard].tokens[position] === ANY) found.add(`${wildcard} ${position + 1}`);
  }
  return [...found].sort();
}

function after(all: readonly Beginnings[], place: string, letter: string | undefined): string[] {
  const [wildcard, position] = place.split(' ').map(Number);
  const { tokens } = all[wildcard];
  return [
    ...position > 0 && tokens[position - 1] === ANY ? [place] : [],
    ...letter !== undefined && tokens[position] === letter ? [`${wildcard} ${position + 1}`] : [],
  ];
}

function keyAt(all: readonly Beginnings[], place: string): string[] {
  const [wildcard, position] = place.split(' ').map(Number);
  return position > 0 ? [all[wildcard].keys[position - 1]] : [];
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

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

/** The lists of a pattern's fields, by their paths. */
type Fields = ReadonlyMap<string, readonly unknown[]>;

/**
 * The greatest measure of a field of the pattern, but no more than a limit. event-ruler takes a rule with an `$or` for several, and can have a wildcard
 * once for each of them that leads to it: that is counted, so that with an `$or` the measure can be greater than event-ruler's.
 */
export function complexityOf(pattern: unknown, limit: number = REFUSED_COMPLEXITY): number {
  const states = new States();
  for (const fields of alternativesOf(pattern)) states.add(new Set([0]), [...fields].sort(([one], [other]) => one < other ? -1 : 1));
  return states.isTooLarge ? limit : Math.max(0, ...states.wildcards.map(operators => wildcardComplexity(operators, '"', limit)));
}

/** The rules that a pattern stands for: one for each combination of its alternatives. */
function alternativesOf(pattern: unknown, path: string = ''): Fields[] {
  if (!isObject(pattern)) return [new Map()];
  return Object.entries(pattern).reduce<Fields[]>((all, [name, value]) => {
    const parts = name === '$or' && Array.isArray(value) ? value.flatMap(each => alternativesOf(each, path))
      : Array.isArray(value) ? [new Map([[path + name, value]])] : alternativesOf(value, `${path}${name}.`);
    return all.flatMap(fields => parts.map(part => joined(fields, part)));
  }, [new Map()]);
}

/** What names a field twice asks for either. */
function joined(fields: Fields, more: Fields): Fields {
  return new Map([...fields, ...[...more].map(([field, list]) => [field, [...fields.get(field) ?? [], ...list]] as const)]);
}

/** What event-ruler makes of the fields, in the order of their paths: where an entry leads, and the wildcards that are looked at there at once. */
class States {
  private readonly next = new Map<string, number>();
  private readonly operators = new Map<string, Map<string, string[]>>();
  private steps = 0;

  public get isTooLarge(): boolean {
    return this.steps > MOST_STEPS;
  }

  public get wildcards(): string[][][] {
    return [...this.operators.values()].map(operators => [...operators.values()]);
  }

  public add(states: ReadonlySet<number>, [field, ...fields]: readonly (readonly [string, readonly unknown[]])[]): void {
    if (field === undefined || this.isTooLarge) return;
    for (const state of states) this.add(this.after(`${state} ${field[0]}`, field[1]), fields);
  }

  /** Where the entries of a list lead: to one state together, unless an entry is there already and leads to another. */
  private after(place: string, entries: readonly unknown[]): Set<number> {
    const found = new Set<number>();
    let last: number | undefined;
    for (const entry of entries) {
      const name = JSON.stringify(entry);
      last = this.next.get(`${place} ${name}`) ?? last ?? this.steps + 1;
      this.steps++;
      this.next.set(`${place} ${name}`, last);
      found.add(last);
      this.addWildcards(place, name, wildcardsOf(entry));
    }
    return found;
  }

  private addWildcards(place: string, name: string, texts: readonly string[]): void {
    if (texts.length === 0) return;
    const operators = this.operators.get(place) ?? new Map<string, string[]>();
    this.operators.set(place, operators.set(name, [...operators.get(name) ?? [], ...texts]));
  }
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

function wildcardsOf(entry: unknown): string[] {
  if (!isObject(entry)) return [];
  const { wildcard, 'anything-but': excluded } = entry;
  const texts = isObject(excluded) ? excluded.wildcard : wildcard;
  return [...new Set(Array.isArray(texts) ? texts : [texts])].filter((text): text is string => typeof text === 'string');
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

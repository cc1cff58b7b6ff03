/**
 * Judges events by an event pattern, as EventBridge does. The library's only matcher: the guard and the simulator both use it, and
 * AWS's own event-ruler is the judge of it.
 */

import { compileEntry, isObject, Leaf, LeafTest, refuse, RESERVED_IN_OR } from './event-pattern-operators';
import { LIMITS } from '../limits/limits';

/** EventBridge refuses a pattern whose `$or` lists multiply to more. */
const MAX_COMBINATIONS = LIMITS.patternCombinations.most;

/** event-ruler takes no more in one of them. */
const MAX_FIELDS = LIMITS.patternFields.most;

/** What a pattern asks of one field of an event: one of some values or, by `exists: false`, none at all. */
interface FieldTest {
  readonly tests: LeafTest[];
  readonly matchesAbsence: boolean;
}

/** What one choice of alternatives, one from each `$or`, asks of an event: its fields by their paths, such as `detail.state`. */
type Combination = ReadonlyMap<string, FieldTest>;

/** The array elements that a value stands in: which array, numbered as they come, and the index in it. */
type Elements = ReadonlyMap<number, number>;

/** One value of an event. */
interface Occurrence {
  readonly value: Leaf;
  readonly elements: Elements;
}

const NO_ELEMENTS: Elements = new Map();

/** An event pattern that is ready to judge events. */
export class EventPatternMatcher {
  private readonly combinations: Combination[];
  private readonly usedNames: ReadonlySet<string>;

  /** Throws where EventBridge would refuse the pattern. */
  constructor(pattern: object) {
    if (!isObject(pattern)) {
      refuse('event pattern', pattern, 'an event pattern is an object');
    }
    this.combinations = compileObject([new Map()], pattern, undefined, false).map(inOrderOfPaths);
    this.combinations.forEach(checkSize);
    this.usedNames = new Set(this.combinations.flatMap((combination) => [...combination.keys()].flatMap(namesIn)));
  }

  /** Whether a rule with this pattern would send the event to its targets. */
  public matches(event: unknown): boolean {
    const values = new EventValues(event, this.usedNames);
    return this.combinations.some((combination) => isMet(combination, values));
  }
}

/** The values of one event that stand where a pattern looks. */
class EventValues {
  private readonly occurrences = new Map<string, Occurrence[]>();
  private arrayCount = 0;

  constructor(event: unknown, private readonly usedNames: ReadonlySet<string>) {
    if (isObject(event)) {
      this.addFields(event, undefined, NO_ELEMENTS);
    }
  }

  public at(path: string): Occurrence[] {
    return this.occurrences.get(path) ?? [];
  }

  private addFields(object: Record<string, unknown>, parent: string | undefined, elements: Elements): void {
    for (const [name, value] of Object.entries(object)) {
      if (this.isUsed(name)) {
        this.add(value, join(parent, name), elements);
      }
    }
  }

  /** Fields whose names stand nowhere in the pattern are not looked into, and an empty name stands in few of the paths that it is in. */
  private isUsed(name: string): boolean {
    return this.usedNames.has(name) || (name.includes('.') && namesIn(name).every((part) => this.usedNames.has(part)));
  }

  private add(value: unknown, path: string, elements: Elements): void {
    if (Array.isArray(value)) {
      this.addElements(value, path, elements);
    } else if (isObject(value)) {
      this.addFields(value, path, elements);
    } else if (isLeaf(value)) {
      this.addOccurrence({ value, elements }, path);
    }
  }

  private addOccurrence(occurrence: Occurrence, path: string): void {
    const others = this.occurrences.get(path);
    if (others === undefined) {
      this.occurrences.set(path, [occurrence]);
    } else {
      others.push(occurrence);
    }
  }

  /** Only objects and arrays are told apart by their index: the strings and numbers of one array all stand together. */
  private addElements(array: unknown[], path: string, elements: Elements): void {
    const number = this.arrayCount++;
    array.forEach((value, index) => {
      this.add(value, path, isLeaf(value) ? elements : new Map([...elements, [number, index]]));
    });
  }
}

/** Adds the fields of an object to every combination so far, and forks the combinations at a `$or`. */
function compileObject(combinations: Combination[], object: Record<string, unknown>, parent: string | undefined, isInOr: boolean): Combination[] {
  const fields = Object.entries(object);
  if (fields.length === 0) {
    refuse(parent || 'event pattern', object, 'an object in an event pattern has at least one field');
  }
  return fields.reduce((soFar, [name, value]) => compileField(soFar, name, value, parent, isInOr), combinations);
}

function compileField(combinations: Combination[], name: string, value: unknown, parent: string | undefined, isInOr: boolean): Combination[] {
  const path = join(parent, name);
  if (name === '$or') {
    return compileOr(combinations, value, parent, path);
  }
  if (isInOr && RESERVED_IN_OR.has(name)) {
    refuse(path, value, `${name} is an operator, so no field inside a $or can have that name`);
  }
  if (isObject(value)) {
    return compileObject(combinations, value, path, isInOr);
  }
  const field = parent === '' ? name : path; // the one place where event-ruler leaves an empty name out
  const test = compileList(value, field);
  // A path that is there already, beside a $or or in its alternatives, is replaced: the last one counts, here as in EventBridge.
  return combinations.map((combination) => new Map([...combination, [field, test]]));
}

function compileOr(combinations: Combination[], alternatives: unknown, parent: string | undefined, path: string): Combination[] {
  if (!Array.isArray(alternatives) || alternatives.length < 2 || !alternatives.every(isObject)) {
    refuse(path, alternatives, '$or takes a list of at least two objects');
  }
  const forked = alternatives.flatMap((alternative) => compileObject(combinations, alternative, parent, true));
  if (forked.length > MAX_COMBINATIONS) {
    refuse(path, forked.length, `the alternatives of all $or multiply to at most ${MAX_COMBINATIONS} combinations`);
  }
  return forked;
}

function compileList(entries: unknown, path: string): FieldTest {
  if (!Array.isArray(entries)) {
    refuse(path, entries, 'a field of an event pattern takes a list of values');
  }
  if (entries.length === 0) {
    refuse(path, entries, 'a list in an event pattern has at least one value');
  }
  return {
    tests: entries.map((entry) => compileEntry(entry, path)),
    matchesAbsence: entries.some((entry) => isObject(entry) && entry.exists === false),
  };
}

/**
 * Walks through the fields with the array elements that may be meant, so that fields which stand in one array are matched within one of
 * its elements. The order of the fields is event-ruler's, and counts: `exists: false` asks about the elements chosen so far.
 */
function isMet(combination: Combination, values: EventValues): boolean {
  let candidates = [NO_ELEMENTS];
  const ahead = new Set(combination.keys());
  for (const [path, field] of combination) {
    ahead.delete(path);
    candidates = distinct(choose(candidates, field, values.at(path)), ahead, values);
    if (candidates.length === 0) {
      return false;
    }
  }
  return true;
}

function choose(candidates: Elements[], field: FieldTest, occurrences: Occurrence[]): Elements[] {
  const matching = occurrences.filter(({ value }) => field.tests.some((test) => test(value)));
  return candidates.flatMap((candidate) => {
    const isAbsent = field.matchesAbsence && !occurrences.some(({ elements }) => together(candidate, elements));
    return isAbsent ? [candidate] : matching.flatMap(({ elements }) => together(candidate, elements) ?? []);
  });
}

/** Both choices of elements in one, or undefined when they differ on an array. */
function together(some: Elements, others: Elements): Elements | undefined {
  for (const [array, index] of others) {
    if ((some.get(array) ?? index) !== index) {
      return undefined;
    }
  }
  return others.size === 0 ? some : new Map([...some, ...others]);
}

/** Forgets the arrays that no path ahead leads into: with them, the candidates would multiply by every array passed. */
function distinct(candidates: Elements[], pathsAhead: Set<string>, values: EventValues): Elements[] {
  if (candidates.length < 2) {
    return candidates;
  }
  const arraysAhead = new Set([...pathsAhead].flatMap((path) => values.at(path).flatMap(({ elements }) => [...elements.keys()])));
  const byContent = new Map<string, Elements>();
  for (const candidate of candidates) {
    const kept = [...candidate].filter(([array]) => arraysAhead.has(array));
    byContent.set(kept.join(' '), new Map(kept));
  }
  return [...byContent.values()];
}

function inOrderOfPaths(combination: Combination): Combination {
  return new Map([...combination].sort(([path], [other]) => path < other ? -1 : 1));
}

function checkSize({ size }: Combination): void {
  if (size > MAX_FIELDS) {
    refuse('event pattern', size, `a combination of alternatives has at most ${MAX_FIELDS} fields`);
  }
}

/** The names in a path, without empty ones at its end. */
function namesIn(path: string): string[] {
  const names = path.replace(/\.+$/, '');
  return names === '' && path !== '' ? [] : names.split('.');
}

/** Dots join names, even names that hold dots: event-ruler does not tell `{ "a.b": … }` from `{ "a": { "b": … } }`. */
function join(parent: string | undefined, name: string): string {
  return parent === undefined ? name : `${parent}.${name}`;
}

function isLeaf(value: unknown): value is Leaf {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

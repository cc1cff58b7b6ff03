// A pattern's conditions, field by field, and values that meet them.

import { isObject, Json, Pattern, withValueAt } from './patterns';
import { compileEntry, Leaf, LeafTest } from '../private/event-pattern-operators';

/** A field that an event does not have. */
export const ABSENT = undefined;

/** What a field may hold, or that it is not there. */
export type Value = Leaf | typeof ABSENT;

/** What a pattern asks of each field, by the field's path, with one choice made in each `$or`. */
export type Conditions = ReadonlyMap<string, Condition>;

/** Of the choices that many `$or` multiply to, as many are looked at. */
const MAX_CHOICES = 4;

/** What a pattern asks of one field. */
export class Condition {
  private readonly tests: LeafTest[];

  constructor(public readonly entries: readonly Json[], path: string) {
    this.tests = entries.map(entry => compileEntry(entry, path));
  }

  /** Whether the field may hold the value. */
  public takes(value: Value): boolean {
    if (value === ABSENT) return this.entries.some(entry => isObject(entry) && entry.exists === false);
    return this.tests.some(test => test(value));
  }

  /** Whether it names what the field holds, by a value or a part of one, rather than what it does not hold. */
  public get isPositive(): boolean {
    return this.entries.every(entry => !isObject(entry) || !('anything-but' in entry || 'exists' in entry || entry.prefix === ''));
  }
}

/** The conditions of a pattern without intrinsic functions. */
export function conditionsOf(pattern: Pattern): Conditions[] {
  return choicesOf(pattern, '', [new Map()]);
}

function choicesOf(node: Pattern, parent: string, choices: readonly Conditions[]): Conditions[] {
  return Object.entries(node).reduce((soFar, [key, child]) => {
    if (key === '$or') return (child as readonly Pattern[]).flatMap(branch => choicesOf(branch, parent, soFar)).slice(0, MAX_CHOICES);
    const path = parent + key;
    if (isObject(child)) return choicesOf(child, `${path}.`, soFar);
    const condition = new Condition(child as readonly Json[], path);
    return soFar.map(choice => new Map([...choice, [path, condition]]));
  }, [...choices]);
}

/** A value that meets all conditions on one field, if one is found among some. */
export function valueFor(conditions: readonly Condition[], candidates: readonly Value[]): { readonly value: Value } | undefined {
  const index = candidates.findIndex(candidate => conditions.every(condition => condition.takes(candidate)));
  return index < 0 ? undefined : { value: candidates[index] };
}

/** Values at which the conditions point, and a few plain ones. Each is still to be judged. */
export function suggestedBy(conditions: readonly Condition[]): Value[] {
  const entries = conditions.flatMap(condition => condition.entries);
  const [starts, ends] = ['prefix', 'suffix'].map(name => entries.flatMap(entry => textsOf(entry, name)));
  const bounds = entries.flatMap(boundsIn);
  return [
    ...entries.flatMap(suggestedByEntry),
    ...starts.flatMap(start => ends.flatMap(end => [start + end, `${start}x${end}`])),
    ...bounds.flatMap(bound => [bound, bound + 1, bound - 1, ...bounds.map(other => (bound + other) / 2)]),
    ...ABUNDANT, ABSENT,
  ];
}

/** Values of each kind, of which an `anything-but` is likely to leave one. */
const ABUNDANT: readonly Value[] = ['another', 'a further one', 1, 2.5, true, false, null];

function suggestedByEntry(entry: Json): Value[] {
  if (!isObject(entry)) return [entry as Leaf];
  return [
    ...textsOf(entry, 'exactly'),
    ...textsOf(entry, 'equals-ignore-case'),
    ...['prefix', 'suffix'].flatMap(name => textsOf(entry, name)).filter(text => text !== '').flatMap(text => [text, `${text}x`, `x${text}`]),
    ...textsOf(entry, 'wildcard').flatMap(text => ['', 'x'].map(filling => filledIn(text, filling))),
    ...textsOf(entry, 'cidr').map(block => block.split('/')[0]),
  ];
}

/** An operator's text, also where it stands in an `equals-ignore-case`. */
function textsOf(entry: Json, name: string): string[] {
  const argument = isObject(entry) ? entry[name] : undefined;
  const text = isObject(argument) ? argument['equals-ignore-case'] : argument;
  return typeof text === 'string' ? [text] : [];
}

function filledIn(wildcard: string, filling: string): string {
  return wildcard.replace(/\\(.)|\*/g, (_match, escaped?: string) => escaped ?? filling);
}

function boundsIn(entry: Json): number[] {
  const terms = isObject(entry) && Array.isArray(entry.numeric) ? entry.numeric as readonly Json[] : [];
  return terms.filter((term): term is number => typeof term === 'number');
}

/** An event with these values at these paths. */
export function eventOf(values: ReadonlyMap<string, Value>): Pattern {
  let event: Pattern = {};
  for (const [path, value] of values) if (value !== ABSENT) event = withValueAt(event, path.split('.'), value);
  return event;
}

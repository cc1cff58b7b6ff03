// A pattern in its parts: one alternative of each `$or` and one entry of each list. It matches what any of them matches.

import type { Json, JsonObject } from '../simulator/engines';

/** The lists of a pattern, by the paths of their fields. */
type Lists = ReadonlyMap<string, readonly Json[]>;

/** The parts of a pattern, each with the paths of its fields for keys. There are as many as the lists are long, multiplied. */
export function partsOf(pattern: JsonObject): JsonObject[] {
  return alternativesOf([new Map()], pattern, []).flatMap(lists => choicesOf([...lists])).map(entries => Object.fromEntries(entries));
}

function alternativesOf(soFar: Lists[], object: JsonObject, steps: readonly string[]): Lists[] {
  return Object.entries(object).reduce((before, [name, value]) => {
    if (name === '$or') return (value as JsonObject[]).flatMap(each => alternativesOf(before, each, steps));
    if (!Array.isArray(value)) return alternativesOf(before, value as JsonObject, [...steps, name]);
    return before.map(lists => new Map([...lists, [pathOf(steps, name), value]]));
  }, soFar);
}

/** As event-ruler writes it: without the dot after an object whose own path is empty. */
function pathOf(steps: readonly string[], name: string): string {
  const parent = steps.join('.');
  return parent === '' ? name : `${parent}.${name}`;
}

function choicesOf([first, ...others]: [string, readonly Json[]][]): [string, Json][][] {
  if (first === undefined) return [[]];
  const rest = choicesOf(others);
  return first[1].flatMap(entry => rest.map((choice): [string, Json][] => [[first[0], [entry]], ...choice]));
}

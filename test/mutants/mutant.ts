/** A mutant: a template of which one place is altered. */

import type { Json, JsonObject } from '../simulator/engines';

/** One alteration of a template, by its place and its kind. */
export interface Mutant {
  /** Unique within the template, and the same in every run: `<logical id>.<path> <kind>`. */
  readonly id: string;
  readonly logicalId: string;
  readonly type: string;
  /** The place within the resource: `Properties.Targets[0].RetryPolicy.MaximumRetryAttempts`. */
  readonly path: string;
  /** The path for all elements of its lists: `Properties.Targets[].RetryPolicy.MaximumRetryAttempts`. */
  readonly place: string;
  /** What stands there in the template. */
  readonly value: Json;
  /** What is done there, such as `delete`, `+1` or `value DISABLED`. */
  readonly kind: string;
  /** What is replaced, step by step: the place itself, or the text that holds it. */
  readonly steps: Steps;
  /** What stands there instead; nothing, when it is deleted. */
  readonly replacement?: Json;
}

/** Names of properties and numbers of elements. */
export type Steps = readonly (string | number)[];

/** The template with the alteration; everything else is shared with the template. */
export function mutated(template: object, { logicalId, steps, replacement }: Mutant): object {
  return replaced(template as JsonObject, ['Resources', logicalId, ...steps], replacement) as object;
}

/** A path as it is read by people. */
export function pathOf(steps: Steps): string {
  return steps.map(step => typeof step === 'number' ? `[${step}]` : `.${step}`).join('').replace(/^\./, '');
}

/** The path of all elements of its lists. */
export function placeOf(steps: Steps): string {
  return pathOf(steps).replace(/\[\d+\]/g, '[]');
}

/** A copy of a value in which something else stands at a place, or nothing. */
export function replaced(value: Json, [step, ...rest]: Steps, replacement: Json | undefined): Json {
  const child = rest.length > 0 ? replaced((value as JsonObject)[step], rest, replacement) : replacement;
  if (Array.isArray(value)) return value.flatMap((old, index) => index !== step ? [old] : child === undefined ? [] : [child]);
  const members = Object.entries(value as JsonObject).map(([name, old]) => [name, name === String(step) ? child : old] as const);
  return Object.fromEntries(members.filter((member): member is [string, Json] => member[1] !== undefined));
}

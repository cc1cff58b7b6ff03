/**
 * The vocabulary in which known-resources.ts says what the simulator knows of a resource type. A property that is not in the list is
 * refused, so that nothing is skipped by accident.
 */

import type { Json, JsonObject } from '../engines';
import type { Identity, Naming } from './physical-ids';

/** Whether the simulator does what a property says, or knows that it has no effect on events. */
export type Effect = 'executed' | 'inert';

/** What the simulator knows of a property. */
export type Known =
  | { readonly kind: 'value'; readonly effect: Effect; readonly why?: string }
  | { readonly kind: 'open'; readonly effect: Effect; readonly why: string }
  | { readonly kind: 'fields'; readonly fields: KnownFields }
  | { readonly kind: 'list'; readonly of: Known };

/** Property names and what is known of each. */
export type KnownFields = { readonly [name: string]: Known };

/** What the simulator knows of a resource type. */
export interface KnownResource {
  readonly properties: KnownFields;
  identity(naming: Naming): Identity;
}

/** Resource types by their name. */
export type KnownResources = { readonly [type: string]: KnownResource };

/** A property as a path, for those who want to read the whole list. */
export interface KnownPath {
  readonly path: string;
  readonly effect: Effect;
  readonly why?: string;
}

/** A scalar or a list of scalars that the simulator acts on. */
export const executed: Known = { kind: 'value', effect: 'executed' };

/** A scalar or a list of scalars that has no effect on events, and why. */
export function inert(why: string): Known {
  return { kind: 'value', effect: 'inert', why };
}

/** A map whose keys are the user's own: nothing below it is checked here. */
export function open(effect: Effect, why: string): Known {
  return { kind: 'open', effect, why };
}

/** An object with these properties and no other. */
export function fields(known: KnownFields): Known {
  return { kind: 'fields', fields: known };
}

/** A list of objects with these properties and no other. */
export function listOf(known: KnownFields): Known {
  return { kind: 'list', of: fields(known) };
}

/** Properties that many types have. */
export const description = inert('describes only');
export const tags = open('inert', 'tags have no effect on events');
export const policyDocument = open('executed', 'policy documents are evaluated, and what their evaluation does not know is refused');

/** Throws at the first property that is not known. */
export function checkKnown(known: Known, value: Json, where: string): void {
  switch (known.kind) {
    case 'open': return;
    case 'value': return checkValue(value, where);
    case 'list': return checkList(known.of, value, where);
    case 'fields': return checkFields(known.fields, value, where);
  }
}

/** Every property that is known, by its path. */
export function knownPaths(known: Known, path = ''): KnownPath[] {
  switch (known.kind) {
    case 'value': return [{ path, effect: known.effect, why: known.why }];
    case 'open': return [{ path: `${path}.*`, effect: known.effect, why: known.why }];
    case 'list': return knownPaths(known.of, `${path}[]`);
    case 'fields':
      return Object.entries(known.fields).flatMap(([name, below]) => knownPaths(below, path ? `${path}.${name}` : name));
  }
}

function checkValue(value: Json, where: string): void {
  const scalars = Array.isArray(value) ? value : [value];
  if (scalars.some(isStructure)) throw new Error(`${where}: the simulator knows this property as a plain value, not as an object`);
}

function checkList(of: Known, value: Json, where: string): void {
  if (!Array.isArray(value)) throw new Error(`${where}: a list is expected here`);
  value.forEach((element, index) => checkKnown(of, element, `${where}[${index}]`));
}

function checkFields(known: KnownFields, value: Json, where: string): void {
  if (!isObject(value)) throw new Error(`${where}: an object is expected here`);
  for (const [name, below] of Object.entries(value)) {
    if (!Object.hasOwn(known, name)) throw new Error(`${where}.${name}: the simulator does not know this property`);
    checkKnown(known[name], below, `${where}.${name}`);
  }
}

function isObject(value: Json): value is JsonObject {
  return isStructure(value) && !Array.isArray(value);
}

function isStructure(value: Json): boolean {
  return typeof value === 'object' && value !== null;
}

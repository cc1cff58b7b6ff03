// Names: of the resources that must have one, such as the database, the workgroup and the archive's own buses, and short ones that come from
// a long text.

import { createHash } from 'crypto';
import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Athena, Glue and EventBridge take more; this stays readable in a console's column. */
const MAX_LENGTH = 64;

/** CDK leaves this id out of its names. Here it counts for the hash alone. */
const HIDDEN_ID = 'Default';

/** What differs from the name of a construct itself. */
export interface UniqueNameOptions {
  readonly maxLength?: number;
  /** The id of what is to be made below the construct, and have the name. */
  readonly id?: string;
}

/**
 * A name that no other construct of the account and Region has: it reads like the stack's name and the ids below, in lower-case letters,
 * digits and underscores, with a hash of them at the end. Two stacks of one app path, of two stages or apps say, differ by the stack's name,
 * and what is cut off, or differs by case or by characters that Glue does not take, differs by the hash.
 */
export function uniqueName(scope: IConstruct, { maxLength = MAX_LENGTH, id }: UniqueNameOptions = {}): string {
  const place = [...placeOf(scope), ...id === undefined ? [] : [id]];
  return readableName(place.filter(part => part !== HIDDEN_ID), shortHash(place.join('/')), maxLength);
}

/** Eight characters that differ where the stacks differ that CloudFormation knows, or the places in these. */
export function placeHash(scope: IConstruct): string {
  return shortHash(placeOf(scope).join('/'));
}

/** A name that reads like a text, of no more than so many letters, digits and underscores, and differs where the texts do. */
export function nameLike(text: string, maxLength: number = MAX_LENGTH): string {
  return readableName([text], shortHash(text), maxLength);
}

/** Eight characters that differ where the texts do. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

/**
 * The name by which CloudFormation knows the stack, and the ids below it. Of a nested stack that is the stack which is deployed: its own
 * name is known to the deployment only.
 */
function placeOf(scope: IConstruct): string[] {
  let stack = Stack.of(scope);
  while (stack.nestedStackParent) stack = stack.nestedStackParent;
  return [stack.stackName, ...scope.node.scopes.slice(stack.node.scopes.length).map(({ node }) => node.id)];
}

/** Cut in the middle, where it is too long: it begins with the stack and ends with what it is. */
function readableName(parts: readonly string[], hash: string, maxLength: number): string {
  const text = parts.map(part => part.toLowerCase().replace(/[^a-z0-9]+/g, '_')).join('_').replace(/_+/g, '_').replace(/_$/, '');
  const room = maxLength - hash.length - 1;
  const half = Math.floor(room / 2);
  const readable = text.length <= room ? text : `${text.slice(0, room - half)}${text.slice(-half)}`;
  return `${readable}_${hash}`;
}

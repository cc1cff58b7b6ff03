// Event patterns as the template will hold them: what may be wrong with one, how long it is, when two are the same.

import type { EventPattern } from 'aws-cdk-lib/aws-events';
import { LIMITS } from '../limits/limits';
import { EventPatternMatcher } from '../private/event-pattern-matcher';
import { hasIntrinsic, invalid, isIntrinsic, isKnown } from '../private/validate';

/** JSON, as a pattern or an event holds it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A pattern as it stands in a template: literals, or the intrinsic functions of CloudFormation. */
export type Pattern = { readonly [key: string]: Json };

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Pattern {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object with a value at a path, and all else as it was; what is no object on the way gives place to one. */
export function withValueAt(object: Pattern, [name, ...below]: readonly string[], value: Json): Pattern {
  if (below.length === 0) return { ...object, [name]: value };
  const { [name]: inner } = object;
  return { ...object, [name]: withValueAt(isObject(inner) ? inner : {}, below, value) };
}

/** What an object in a leaf's list begins with. */
const OPERATORS = ['exactly', 'prefix', 'suffix', 'equals-ignore-case', 'wildcard', 'anything-but', 'numeric', 'cidr', 'exists'];

/** Everything on the bus. */
export const EVERYTHING: Pattern = { source: [{ prefix: '' }] };

/** How the matcher's errors name the pattern as a whole, rather than a field of it. */
const WHOLE_PATTERN = 'event pattern';

/**
 * The length of a pattern that every account may have; more is to be asked for.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
 */
export const DEFAULT_PATTERN_QUOTA = LIMITS.patternByDefault.most;

/** The longest ARN of a role: partition `aws-us-gov`, a name of 64 characters. */
export const LONGEST_ROLE_ARN = `arn:aws-us-gov:iam::123456789012:role/${'r'.repeat(64)}`;

/** CDK's form of a pattern in EventBridge's own form, and the way back. */
export function fromEventPattern({ detailType, ...rest }: EventPattern): Pattern {
  return { ...rest, ...(detailType && { 'detail-type': detailType }) } as Pattern;
}

/** Reads a pattern of the user's. It is compared with others, and judged, when the construct is made. */
export function readPattern(prop: string, pattern: EventPattern): Pattern {
  if (!isKnown(pattern)) invalid(prop, 'a token', 'the pattern is needed when the construct is made: give an object, whose values may be tokens');
  return fromEventPattern(pattern);
}

export function toEventPattern({ 'detail-type': detailType, ...rest }: Pattern): EventPattern {
  return { ...rest, ...(detailType && { detailType }) } as EventPattern;
}

/** Fails when EventBridge would refuse the pattern; what only the deployment knows is let through. */
export function checkPattern(prop: string, pattern: Pattern): void {
  try {
    new EventPatternMatcher(withStandIns(pattern) as object);
  } catch (error) {
    const { message } = error as Error;
    throw new Error(message.startsWith(WHOLE_PATTERN) ? `${prop}${message.slice(WHOLE_PATTERN.length)}` : `${prop}.${message}`);
  }
}

/** The length that EventBridge counts, as far as synthesis knows it. */
export function patternLength(pattern: Pattern): number {
  return JSON.stringify(withoutIntrinsics(pattern)).length;
}

/** A text that is the same for patterns that match the same, but for the order of their keys and values. */
export function canonical(node: unknown): string {
  if (isIntrinsic(node)) return JSON.stringify(node);
  if (Array.isArray(node)) return `[${node.map(canonical).sort().join()}]`;
  if (typeof node !== 'object' || node === null) return JSON.stringify(node);
  return `{${Object.entries(node).map(([key, value]) => `${JSON.stringify(key)}:${canonical(value)}`).sort().join()}}`;
}

/** The pattern with a value that EventBridge would take in the place of each value or list that only the deployment knows. */
function withStandIns(node: unknown): unknown {
  if (isIntrinsic(node)) return ['stand-in'];
  if (Array.isArray(node)) return node.map(value => isIntrinsic(value) || isOperatorWithIntrinsic(value) ? 'stand-in' : withStandIns(value));
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, withStandIns(value)]));
}

/** Such as `{"numeric":[">",<a parameter>]}`; the branches of an `$or` have several fields or lists, and are looked into. */
function isOperatorWithIntrinsic(value: unknown): boolean {
  return hasIntrinsic(value) && Object.keys(value as object).some(key => OPERATORS.includes(key));
}

function withoutIntrinsics(node: unknown): unknown {
  if (isIntrinsic(node)) return '';
  if (Array.isArray(node)) return node.map(withoutIntrinsics);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, withoutIntrinsics(value)]));
}

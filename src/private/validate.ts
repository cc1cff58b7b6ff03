// The one form of the library's errors: the prop, the value it got, what would be right; and checks that let tokens through.

import { Token } from 'aws-cdk-lib';

const LONGEST_VALUE_SHOWN = 200;

/** Fails synthesis with the library's one-line error. `got` is what the user gave, in words or by `show`. */
export function invalid(prop: string, got: string, right: string): never {
  throw new Error(`${prop}: got ${got}; ${right}`);
}

/** A value as an error shows it. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > LONGEST_VALUE_SHOWN ? `${text.slice(0, LONGEST_VALUE_SHOWN - 3)}...` : text;
}

/** The id of a warning, by which a user acknowledges it. */
export function warningId(name: string): string {
  return `cdk-event-audit-archive:${name}`;
}

/** Whether a value is known at synthesis, and so can be checked. */
export function isKnown(value: unknown): boolean {
  return !Token.isUnresolved(value);
}

/** Whether a resource is certainly in another Region or account than its user: both are known, and they differ. */
export function isElsewhere(own: string, other: string): boolean {
  return isKnown(own) && isKnown(other) && own !== other;
}

/** Whether a resolved value is an intrinsic function of CloudFormation, which only the deployment knows. */
export function isIntrinsic(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const keys = Object.keys(value);
  return keys.length === 1 && (keys[0] === 'Ref' || keys[0].startsWith('Fn::'));
}

/** Whether a resolved value holds an intrinsic function. */
export function hasIntrinsic(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return isIntrinsic(value) || Object.values(value).some(hasIntrinsic);
}

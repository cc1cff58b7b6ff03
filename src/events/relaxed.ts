// A pattern as far as some fields say it: for judging it by events of which only these fields are known beforehand.

import { isObject, Json, Pattern } from './patterns';
import { hasIntrinsic, isIntrinsic } from '../private/validate';

const ANYTHING: Json = [{ exists: true }, { exists: false }];

/** The pattern with every condition met that is on another field than these or that holds an intrinsic function. */
export function relaxedTo(knownFields: readonly string[], pattern: Pattern, path: readonly string[] = []): Pattern {
  return Object.fromEntries(Object.entries(pattern).map(([key, node]): [string, Json] => {
    if (key === '$or') return [key, (node as Pattern[]).map(branch => relaxedTo(knownFields, branch, path))];
    const here = [...path, key];
    if (isObject(node) && !isIntrinsic(node)) return [key, relaxedTo(knownFields, node, here)];
    return [key, knownFields.includes(here.join('.')) && !hasIntrinsic(node) ? node : ANYTHING];
  }));
}

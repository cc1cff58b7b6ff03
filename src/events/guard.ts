// The guard: it keeps the archive from archiving its own deliveries, and hides nothing else. It leaves out the data-plane calls that
// the archive's own roles make (own role and own call); whatever else those roles ever do is archived like anybody's doing.

import { API_CALL } from './event-types';
import { isObject, Json, Pattern } from './patterns';
import { relaxedTo } from './relaxed';
import { EventPatternMatcher } from '../private/event-pattern-matcher';
import { isIntrinsic, isKnown } from '../private/validate';

/** What became of a pattern. */
export interface Guarded {
  readonly pattern: Pattern;
  /** Why the guard could not be composed; the pattern then stands as it was. */
  readonly unsound?: string;
}

/** The calls by which Firehose and EventBridge deliver, by the service that records them. */
const OWN_CALLS: { readonly [service: string]: readonly string[] } = {
  s3: [
    'PutObject', 'CreateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload', 'AbortMultipartUpload', 'ListParts',
    'ListMultipartUploads', 'GetBucketLocation',
  ],
  glue: ['GetTable', 'GetTableVersion', 'GetTableVersions'],
  firehose: ['PutRecord', 'PutRecordBatch'],
  kms: ['GenerateDataKey', 'Decrypt'],
  logs: ['PutLogEvents'],
};

/** The names of the archive's own data-plane calls. */
export const OWN_CALL_NAMES: readonly string[] = Object.values(OWN_CALLS).flat();

/** The fields of an own call's record that are known beforehand. A pattern's conditions on any other are taken as met. */
const KNOWN_FIELDS = ['source', 'detail-type', 'detail.eventSource', 'detail.eventName', 'detail.eventType', 'detail.userIdentity.type'];

const ISSUER_ARN = ['userIdentity', 'sessionContext', 'sessionIssuer', 'arn'] as const;

/**
 * Leaves the archive's own deliveries out of a pattern, where they can match it and where that is sound. What is judged is `resolved`;
 * what is returned is made of `pattern`, whose tokens must stay tokens: a reference to another stack is wired at synthesis only.
 */
export function guard(pattern: Pattern, ownRoleArns: string[], resolved: Pattern = pattern): Guarded {
  const ownCalls = ownCallsMatchedBy(resolved);
  if (ownCalls.length === 0) return { pattern };
  const unsound = whyUnsound(resolved, resolved.detail ?? {}) ?? whyNotComposable(pattern);
  if (unsound) return { pattern, unsound };
  const { eventName } = (resolved.detail ?? {}) as Pattern;
  return { pattern: { ...pattern, detail: composed((pattern.detail ?? {}) as Pattern, eventName, ownCalls, ownRoleArns) } };
}

function composed(detail: Pattern, eventName: Json | undefined, ownCalls: string[], ownRoleArns: string[]): Pattern {
  const byOthers = nested(ISSUER_ARN, [{ exists: false }, { 'anything-but': ownRoleArns }]);
  const { eventName: _given, ...rest } = detail;
  if (!Array.isArray(eventName)) {
    const otherCalls: Pattern = { eventName: [{ exists: false }, { 'anything-but': OWN_CALL_NAMES }] };
    return { ...rest, $or: [otherCalls, byOthers] };
  }
  const others = (eventName as Json[]).filter(name => !ownCalls.includes(name as string));
  if (others.length === 0) return merged(detail, byOthers);
  // Never `eventName` beside the `$or`: the two lists on one path would widen the match.
  return { ...rest, $or: [{ eventName: others }, { eventName: ownCalls, ...byOthers }] };
}

function whyUnsound(pattern: Pattern, detail: Json): string | undefined {
  if (!isObject(detail) || isIntrinsic(detail)) return 'its detail is not an object that is known at synthesis';
  if (hasKey(pattern, key => key === '$or')) return 'it has an $or';
  if (hasKey(pattern, key => key.includes('.'))) return 'it has a key with a dot, which EventBridge reads as a path';
  if (hasRangeAfterValue(pattern)) return 'it lists a numeric range after a value, which EventBridge\'s matcher mixes up beside an $or: list the range first';
  if (constrainsIssuerArn(detail)) return 'it has a condition of its own on detail.userIdentity.sessionContext.sessionIssuer.arn';
  const names = detail.eventName;
  if (names === undefined) return undefined;
  if (!Array.isArray(names) || !names.every(isLiteralOrForeignPrefix)) {
    return 'its detail.eventName has more than literals and prefixes that no own call starts with';
  }
  return undefined;
}

/** A token in the place of an object that the guard must add to. */
function whyNotComposable(pattern: Pattern): string | undefined {
  let node: Json | undefined = pattern.detail;
  for (const key of ISSUER_ARN) {
    if (node === undefined) return undefined;
    if (!isKnown(node)) return 'its detail is not an object that is known at synthesis';
    node = (node as Pattern)[key];
  }
  return undefined;
}

/** A prefix that an own call starts with cannot be split: the part of it that the own roles must not be excused from has no pattern. */
function isLiteralOrForeignPrefix(name: Json): boolean {
  if (typeof name === 'string') return true;
  const prefix = isObject(name) && Object.keys(name).length === 1 ? name.prefix : undefined;
  return typeof prefix === 'string' && !OWN_CALL_NAMES.some(call => call.startsWith(prefix));
}

function constrainsIssuerArn(detail: Pattern): boolean {
  let node: Json | undefined = detail;
  for (const key of ISSUER_ARN) {
    if (node === undefined) return false;
    if (!isObject(node) || isIntrinsic(node)) return true;
    node = node[key];
  }
  return node !== undefined;
}

/** The names of the own calls whose records the pattern can match. */
function ownCallsMatchedBy(pattern: Pattern): string[] {
  const matcher = new EventPatternMatcher(relaxedTo(KNOWN_FIELDS, pattern));
  return Object.entries(OWN_CALLS).flatMap(([service, calls]) => calls.filter(call => matcher.matches(ownCallRecord(service, call))));
}

function ownCallRecord(service: string, eventName: string): object {
  return {
    'version': '0',
    'source': `aws.${service}`,
    'detail-type': API_CALL,
    'detail': { eventSource: `${service}.amazonaws.com`, eventName, eventType: 'AwsApiCall', userIdentity: { type: 'AssumedRole' } },
  };
}

/** Whether a field has such a name. The branches of an `$or` are not looked into: its own name is enough to refuse it. */
function hasKey(node: Pattern, isSuch: (key: string) => boolean): boolean {
  return Object.entries(node).some(([key, child]) => isSuch(key) || (isObject(child) && !isIntrinsic(child) && hasKey(child, isSuch)));
}

/**
 * Whether a list has a `numeric` after a literal. Beside the guard's `$or` event-ruler 2.1.0, AWS's own matcher, loses one or the other
 * by chance; in the other order it does not.
 */
function hasRangeAfterValue(node: Json): boolean {
  if (isObject(node)) return !isIntrinsic(node) && Object.values(node).some(hasRangeAfterValue);
  if (!Array.isArray(node)) return false;
  const firstValue = node.findIndex(entry => !isObject(entry));
  return firstValue >= 0 && node.slice(firstValue).some(entry => isObject(entry) && 'numeric' in entry);
}

function nested(path: readonly string[], leaf: Json): Pattern {
  return path.reduceRight<Json>((inner, key) => ({ [key]: inner }), leaf) as Pattern;
}

function merged(a: Pattern, b: Pattern): Pattern {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return Object.fromEntries(keys.map(key => [
    key,
    isObject(a[key]) && isObject(b[key]) ? merged(a[key], b[key]) : (b[key] ?? a[key]),
  ]));
}

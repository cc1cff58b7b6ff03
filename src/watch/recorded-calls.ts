// Calls as CloudTrail records them: by service and name, and by the fields that name a resource.

import type { Json } from '../events/patterns';
import { LIMITS } from '../limits/limits';

/** What a record may hold in a field. */
export interface RecordedValue {
  /** A text, or an operator of EventBridge's patterns. */
  readonly match: Json;
  /** How long it can be in the deployed pattern, beside its quotes. */
  readonly longest: number;
}

/** Fields of a record by their paths below `detail`, each with the values that it may hold. A call concerns the archive when all of them fit. */
export type RecordedFields = { readonly [path: string]: readonly RecordedValue[] };

/** Calls that concern the archive. */
export interface TamperCalls {
  /** The service, as in `eventSource`. */
  readonly service: string;
  readonly eventNames: readonly string[];
  /** Ways in which the record names a resource, of which one is enough; a way without fields is met by every such call. */
  readonly ways: readonly RecordedFields[];
  /** A role that makes these calls as its work. */
  readonly exceptRole?: RecordedValue;
}

/** A text that the deployment may know only. */
export function text(match: string, longest: number): RecordedValue {
  return { match, longest };
}

/** A text in lower or upper case. Glue and IAM keep one name, however it is written. */
export function anyCase(match: string, longest: number): RecordedValue {
  return { match: { 'equals-ignore-case': match }, longest: longest + '{"equals-ignore-case":}'.length };
}

export function startsWith(prefix: string, longest: number): RecordedValue {
  return { match: { prefix }, longest: longest + '{"prefix":}'.length };
}

export function endsWith(suffix: string, longest: number): RecordedValue {
  return { match: { suffix }, longest: longest + '{"suffix":}'.length };
}

/** The field is not there. */
export const ABSENT: RecordedValue = { match: { exists: false }, longest: '{"exists":false}'.length };

/** The longest that AWS has before the name in an ARN. */
export const ARN_BEFORE_NAME = 'arn:aws-us-gov:cloudtrail:ap-southeast-1:123456789012:'.length;

/** The longest name of a stack. */
export const MAX_STACK_NAME = LIMITS.stackName.most;

export const PARAMETERS = 'requestParameters';

/** Calls that name the resource in one parameter. */
export function named(service: string, eventNames: readonly string[], parameter: string, values: readonly RecordedValue[]): TamperCalls {
  return { service, eventNames, ways: [{ [`${PARAMETERS}.${parameter}`]: values }] };
}

/** Calls that concern the archive whatever they name: they are about the whole account. */
export function always(service: string, eventNames: readonly string[]): TamperCalls {
  return { service, eventNames, ways: [{}] };
}

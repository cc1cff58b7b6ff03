// The values that a key lists, and the partition that each of them has in S3.

import { ACCOUNT_ID } from '../private/identifiers';
import { invalid, isKnown, show } from '../private/validate';

/** Where everything goes that a key does not list; always the last of its projection. */
export const OTHER = 'other';

const MAX_PARTITION_LENGTH = 64;

/** What stays as it is: safe in an S3 key, a Hive path and a comma-separated enum, and not the name that Hive has for NULL. */
const SAFE = new RegExp(`^(?!__HIVE_DEFAULT_PARTITION__$)[A-Za-z0-9._-]{1,${MAX_PARTITION_LENGTH}}$`);

/** Half of a pair, which stands for no character. */
const SURROGATE = /\p{Surrogate}/u;

/** What a key takes for its values. */
export interface ValueKind {
  /** What to give instead of a token; a key without it takes tokens. */
  readonly literals?: string;
  /** What a literal has to look like. */
  readonly form?: { readonly pattern: RegExp; readonly right: string };
  /** The value's partition; empty if it has none. */
  readonly partitionOf: (value: string) => string;
  /** What would be right instead of a value without a partition. */
  readonly right: string;
}

/** Detail types: their partitions read like names. */
export const DETAIL_TYPES: ValueKind = {
  literals: 'detail types',
  partitionOf: value => shortened(value.toLowerCase().replace(/[^a-z0-9]+/g, '_')),
  right: 'a detail type with at least one letter a-z or digit has a readable partition; leave it out to keep it in `other`',
};

/** Values that are the partition's name themselves, as far as that is safe. */
const ITSELF = {
  partitionOf: (value: string): string => !isKnown(value) || SAFE.test(value) ? value : shortened(value.replace(/[^A-Za-z0-9._-]+/g, '_')),
  right: 'a value with at least one of A-Z, a-z, 0-9, dot and hyphen has a partition of its own; leave it out to keep it in `other`',
};

export const SOURCES: ValueKind = { ...ITSELF, literals: 'sources' };

/** What a user's own expression yields. */
export const OWN_VALUES: ValueKind = { ...ITSELF, literals: 'values' };

export const ACCOUNTS: ValueKind = {
  ...ITSELF,
  form: { pattern: ACCOUNT_ID, right: 'an account has an id of 12 digits' },
};

export const REGIONS: ValueKind = {
  ...ITSELF,
  form: { pattern: /^[a-z]{2,}(-[a-z]+){1,2}-\d{1,2}$/, right: 'a Region has a name like us-east-1' },
};

/** The values, or an error that names the prop. */
export function checkValues(prop: string, values: readonly string[], kind: ValueKind): readonly string[] {
  if (values.some(isListToken)) invalid(prop, 'a token for the whole list', 'the values are needed one by one: give each by itself');
  for (const value of values) checkValue(prop, value, kind);
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined) invalid(prop, `${shown(twice)} twice`, 'list each value once');
  return values;
}

/** The values of a key that has none of its own; `other` is where everything else goes, so it is not listed. */
export function checkListed(prop: string, values: readonly string[], kind: ValueKind): readonly string[] {
  const other = checkValues(prop, values, kind).find(value => kind.partitionOf(value) === OTHER);
  if (other !== undefined) invalid(prop, show(other), 'the partition `other` is that of everything that is not listed: leave it out');
  return values;
}

/** A value as an error shows it. */
export function shown(value: string): string {
  return isKnown(value) ? show(value) : 'a token';
}

function checkValue(prop: string, value: string, { literals, form, partitionOf, right }: ValueKind): void {
  if (typeof value !== 'string') invalid(prop, show(value), 'give strings');
  if (!isKnown(value)) {
    if (literals !== undefined) invalid(prop, 'a token', `the values are needed at synthesis: give literal ${literals}`);
    return;
  }
  if (SURROGATE.test(value)) invalid(prop, show(value), 'half of a surrogate pair is no text, and jq 1.6, which Firehose runs, would refuse the query');
  if (form && !form.pattern.test(value)) invalid(prop, show(value), form.right);
  if (partitionOf(value) === '') invalid(prop, show(value), right);
}

/** CDK encodes a list that only the deployment knows as a list of one such element. */
function isListToken(value: string): boolean {
  return !isKnown([value]);
}

function shortened(value: string): string {
  return value.replace(/^_/, '').slice(0, MAX_PARTITION_LENGTH).replace(/_$/, '');
}

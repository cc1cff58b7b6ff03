// Both sides of a partition key: what Firehose writes by, and what Athena reads by.

import type { Projection } from './date-range';
import { OTHER } from './partition-values';

/** Both sides of a key. */
export interface PartitionKeyModel {
  /** Firehose's expression for the key's value in an S3 prefix. */
  readonly prefixExpression: string;
  /** The jq expression that yields the value from an event; a key with one needs dynamic partitioning. */
  readonly jq?: string;
  /** Athena's projection of the column, without the `projection.<column>.` before each name. */
  readonly projection: Projection;
  /** How many values can be active at once. */
  readonly cardinality: number;
  readonly comment: string;
  /** Where an event of this detail type may be: in its own partition or, if it came before the type was listed, in `other`. */
  readonly partitionsOfDetailType?: (detailType: string) => string[];
}

/** What a key of listed values is made of. */
export interface ListedKey {
  readonly name: string;
  /** The jq that yields the text to look up; it never fails, and yields one string. */
  readonly text: string;
  /** The partition of each listed value. */
  readonly listed: ReadonlyMap<string, string>;
  /** The partitions to which nothing is written any more. */
  readonly retired: readonly string[];
  readonly comment: string;
}

/** The model of a key that has a partition for each listed value, and `other`. */
export function listedModel({ name, text, listed, retired, comment }: ListedKey): PartitionKeyModel {
  const own = new Set([...listed.values(), ...retired]);
  own.delete(OTHER);
  return {
    prefixExpression: `!{partitionKeyFromQuery:${name}}`,
    jq: lookup(text, listed),
    projection: { type: 'enum', values: [...own, OTHER].join(',') },
    cardinality: new Set([...listed.values(), OTHER]).size,
    comment,
  };
}

/** A field as text; whatever is missing, null or of another type is empty, which no key lists. */
export function textOfField(path: string): string {
  return `${path} | if type == "string" then . else "" end`;
}

/**
 * The first output of a user's expression as text. An error, no output, null, an object and an array are empty. A number is one of
 * jq 1.6, which writes 5 for 5.0; adding nothing makes it so in newer ones too.
 */
export function textOfExpression(expression: string): string {
  return `[limit(1;(${expression})?)][0] | if type == "number" then .+0 | tostring elif type == "string" or type == "boolean" then tostring else "" end`;
}

/**
 * A jq expression that maps a text by a table and everything that is not listed to `other`. It uses nothing but jq's core, and comes
 * in parentheses because Firehose joins expressions without any.
 */
function lookup(text: string, values: ReadonlyMap<string, string>): string {
  return `(${JSON.stringify(Object.fromEntries(values))}[${text}] // "${OTHER}")`;
}

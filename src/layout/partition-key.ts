// What the archive is partitioned by. A key describes the writing side (jq and prefix) and the reading side (projection) at once.

import { CLOUDTRAIL_DETAIL_TYPES } from '../events/event-types';
import { invalid, isKnown, show } from '../private/validate';

/** Where everything goes that a key does not list; always the last of its projection. */
export const OTHER = 'other';

/** The first day of every projection: an archive cannot hold what arrived before this library existed. */
export const FIRST_DATE = '2026-01-01';

const MAX_PARTITION_LENGTH = 64;

/** Options of `PartitionKey.eventType`. */
export interface EventTypePartitionOptions {
  /**
   * Detail types that get a partition of their own, beside the seven that CloudTrail sends, as they stand in the event's
   * `detail-type`, for example `Parameter Store Change`.
   *
   * The value in S3 is readable (`parameter_store_change`); values that read alike share a partition, and `detail_type` still
   * tells them apart. Everything else goes to the partition `other` and is just as queryable. A value once listed stays listed:
   * move it to `retiredValues` rather than delete it, or the objects in its partition are no longer found.
   *
   * Firehose takes 500 active partitions a stream, which leaves 242 values beside CloudTrail's seven, and 5,120 characters of jq,
   * which is about 60 values of an average length; past either, synthesis fails with the arithmetic.
   *
   * @default - CloudTrail's detail types only
   */
  readonly values?: string[];

  /**
   * Detail types that had a partition once and need none any more: new events of these types go to `other`, the objects that are
   * there are still found.
   *
   * @default - none
   */
  readonly retiredValues?: string[];
}

/**
 * One level of the archive's S3 layout, by which Athena leaves out what a query does not ask for.
 *
 * A key's name is its column in the tables and a part of the layout's id.
 */
export class PartitionKey {
  /**
   * A partition for each kind of event, by `detail-type`: the column `event_type`. It needs Firehose's dynamic partitioning, which
   * costs about 0.02 USD per GB, 0.005 USD per 1,000 objects and 0.07 USD per hour of jq (us-east-1) on top of the ingestion.
   *
   * Because a type may have been in `other` before it was listed, filter on both:
   * `event_type IN ('parameter_store_change', 'other') AND detail_type = 'Parameter Store Change'`.
   */
  public static eventType(options: EventTypePartitionOptions = {}): PartitionKey {
    const prop = 'partitionKeys.eventType';
    const values = checkValues(`${prop}.values`, options.values ?? []);
    const retired = checkValues(`${prop}.retiredValues`, options.retiredValues ?? []);
    const both = retired.find(value => values.includes(value) || CLOUDTRAIL_DETAIL_TYPES.includes(value));
    if (both !== undefined) invalid(`${prop}.retiredValues`, show(both), 'a retired value is not listed in `values` too, and CloudTrail\'s own are never retired');

    const listed = new Map([...CLOUDTRAIL_DETAIL_TYPES, ...values].map(value => [value, partitionValue(value)]));
    const readable = [...new Set([...listed.values(), ...retired.map(partitionValue)])].filter(value => value !== OTHER);
    return new PartitionKey('event_type', {
      prefixExpression: '!{partitionKeyFromQuery:event_type}',
      jq: lookup('."detail-type"', listed),
      projection: { type: 'enum', values: [...readable, OTHER].join(',') },
      cardinality: new Set([...listed.values(), OTHER]).size,
      comment: 'The kind of event, readable; `other` holds every kind that was not listed when it arrived',
      partitionsOf: value => [...new Set([...(readable.includes(partitionValue(value)) ? [partitionValue(value)] : []), OTHER])],
    });
  }

  /**
   * A partition for each day (UTC) on which the archive received the event: the column `receipt_date`, `yyyy-MM-dd`. Every archive
   * has it. It is the day of arrival and not of the event, because a producer can put any `time` in an event.
   */
  public static receiptDate(): PartitionKey {
    return new PartitionKey('receipt_date', {
      prefixExpression: '!{timestamp:yyyy-MM-dd}',
      projection: dateProjection(),
      cardinality: 1,
      comment: 'The day on which the archive received the event (UTC)',
    });
  }

  /** The column that queries filter on, and the key's part of the layout's id. */
  public readonly name: string;

  /** @internal */
  public readonly _model: PartitionKeyModel;

  private constructor(name: string, model: PartitionKeyModel) {
    this.name = name;
    this._model = model;
  }
}

/** Both sides of a key. */
export interface PartitionKeyModel {
  /** Firehose's expression for the key's value in an S3 prefix. */
  readonly prefixExpression: string;
  /** The jq expression that yields the value from an event; a key with one needs dynamic partitioning. */
  readonly jq?: string;
  /** Athena's projection of the column, without the `projection.<column>.` before each name. */
  readonly projection: { readonly [name: string]: string };
  /** How many values can be active at once. */
  readonly cardinality: number;
  readonly comment: string;
  /** Where an event with this value may be: in its own partition or, if it came before the value was listed, in `other`. */
  readonly partitionsOf?: (value: string) => string[];
}

/** The projection of a `yyyy-MM-dd` column, from the library's first day to today. */
export function dateProjection(): { readonly [name: string]: string } {
  return { 'type': 'date', 'format': 'yyyy-MM-dd', 'range': `${FIRST_DATE},NOW`, 'interval': '1', 'interval.unit': 'DAYS' };
}

/**
 * A jq expression that maps a field by a table and everything else (missing, null, another type, not listed) to `other`. It uses
 * nothing but jq's core, and comes in parentheses because Firehose joins expressions without any.
 */
function lookup(path: string, values: Map<string, string>): string {
  return `(${JSON.stringify(Object.fromEntries(values))}[${path} | if type == "string" then . else "" end] // "${OTHER}")`;
}

/** `AWS API Call via CloudTrail` → `aws_api_call_via_cloudtrail`: safe in an S3 key, a Hive path and a comma-separated enum. */
function partitionValue(value: string): string {
  return value.toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^_/, '').slice(0, MAX_PARTITION_LENGTH).replace(/_$/, '');
}

function checkValues(prop: string, values: string[]): string[] {
  for (const value of values) {
    if (!isKnown(value)) invalid(prop, 'a token', 'the values are needed at synthesis: give literal detail types');
    if (partitionValue(value) === '') invalid(prop, show(value), 'a detail type with at least one letter a-z or digit has a readable partition; leave it out to keep it in `other`');
  }
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined) invalid(prop, `${show(twice)} twice`, 'list each value once');
  return values;
}

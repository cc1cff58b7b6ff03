// What the archive is partitioned by. A key describes the writing side (jq and prefix) and the reading side (projection) at once.

import { DateRange } from './date-range';
import { checkJqExpression } from './jq-expression';
import { listedModel, PartitionKeyModel, textOfExpression, textOfField } from './partition-model';
import { checkKeyName } from './partition-names';
import { ACCOUNTS, checkListed, checkValues, DETAIL_TYPES, OTHER, OWN_VALUES, REGIONS, shown, SOURCES, ValueKind } from './partition-values';
import { CLOUDTRAIL_DETAIL_TYPES } from '../events/event-types';
import { invalid, show } from '../private/validate';

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

/** Options of the keys that have a partition for each value they are given: `source`, `account`, `region` and `fromJq`. */
export interface ListedPartitionOptions {
  /**
   * The values that get a partition of their own, at least one. Everything else goes to the partition `other` and is just as
   * queryable. A value once listed stays listed: move it to `retiredValues` rather than delete it, or the objects in its partition
   * are no longer found.
   *
   * The partition is named as the value is, with its capitals. What is not A-Z, a-z, 0-9, dot, hyphen or underscore in it becomes
   * `_`, and it is cut after 64 characters; values that come to the same share a partition, and the data column still tells them
   * apart. A value of which nothing is left, or that comes to `other`, fails at synthesis, and so do a value twice, an empty list and
   * a list that is a token itself.
   *
   * With all keys of a layout together, Firehose takes 500 active partitions a stream (the values of each key with `other`,
   * multiplied, and twice that for the turn of the day) and 5,120 characters of jq; past either, synthesis fails with the arithmetic.
   * Athena's documentation advises a few dozen values at most.
   *
   * @see https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
   */
  readonly values: string[];

  /**
   * Values that had a partition once and need none any more: new events with them go to `other`, the objects that are there are still
   * found. A value that is in `values` too fails at synthesis.
   *
   * @default - none
   */
  readonly retiredValues?: string[];
}

/**
 * One level of the archive's S3 layout, by which Athena leaves out what a query does not ask for.
 *
 * A key's name is its column in the tables and a part of the layout's id.
 *
 * @example
 * import { EventAuditArchive, PartitionKey } from 'cdk-event-audit-archive';
 *
 * new EventAuditArchive(this, 'Audit', {
 *   partitionKeys: [
 *     PartitionKey.eventType({ values: ['Parameter Store Change'] }),
 *     PartitionKey.fromJq('tenant', '.detail.tenant', { values: ['acme', 'globex'] }),
 *     PartitionKey.receiptDate(),
 *   ],
 * });
 */
export class PartitionKey {
  /**
   * A partition for each kind of event, by `detail-type`: the column `event_type`. It needs Firehose's dynamic partitioning, which
   * costs about 0.02 USD per GB, 0.005 USD per 1,000 objects and 0.07 USD per hour of jq (us-east-1) on top of the ingestion.
   *
   * Because a type may have been in `other` before it was listed, filter on both:
   * `event_type IN ('parameter_store_change', 'other') AND detail_type = 'Parameter Store Change'`.
   *
   * @param options the detail types that get a partition beside CloudTrail's
   */
  public static eventType(options: EventTypePartitionOptions = {}): PartitionKey {
    const prop = 'partitionKeys.eventType';
    const values = checkValues(`${prop}.values`, options.values ?? [], DETAIL_TYPES);
    const retired = checkValues(`${prop}.retiredValues`, options.retiredValues ?? [], DETAIL_TYPES);
    const both = retired.find(value => values.includes(value) || CLOUDTRAIL_DETAIL_TYPES.includes(value));
    if (both !== undefined) invalid(`${prop}.retiredValues`, show(both), 'a retired value is not listed in `values` too, and CloudTrail\'s own are never retired');

    const { partitionOf } = DETAIL_TYPES;
    const listed = new Map([...CLOUDTRAIL_DETAIL_TYPES, ...values].map(value => [value, partitionOf(value)]));
    const own = [...listed.values(), ...retired.map(partitionOf)];
    return new PartitionKey('event_type', {
      ...listedModel({
        name: 'event_type',
        text: textOfField('."detail-type"'),
        listed,
        retired: retired.map(partitionOf),
        comment: 'The kind of event, readable; `other` holds every kind that was not listed when it arrived',
      }),
      partitionsOfDetailType: detailType => [...new Set([...own.filter(partition => partition === partitionOf(detailType)), OTHER])],
    });
  }

  /**
   * A partition for each day (UTC) on which the archive received the event: the column `receipt_date`, `yyyy-MM-dd`. Every archive
   * has it. It is the day of arrival and not of the event, because a producer can put any `time` in an event.
   */
  public static receiptDate(): PartitionKey {
    return new PartitionKey('receipt_date', {
      prefixExpression: '!{timestamp:yyyy-MM-dd}',
      projection: new DateRange().projection,
      cardinality: 1,
      comment: 'The day on which the archive received the event (UTC)',
    });
  }

  /**
   * A partition for each hour (UTC) of a day: the column `receipt_hour`, `00` to `23`, as text. Put it behind `receiptDate()`. It needs
   * no dynamic partitioning of its own.
   *
   * Athena looks into 24 times as many folders, so it pays only where a day has more data than a query should read. A query can take
   * 1,000,000 partitions: beside a key of 50 that is 833 days, so filter on the day, and on a range of hours, in text:
   * `receipt_date = '2026-11-19' AND receipt_hour BETWEEN '08' AND '11'`. Firehose puts an object by the arrival of its oldest event,
   * so an event can be in the hour before by as much as the buffer interval.
   */
  public static receiptHour(): PartitionKey {
    return new PartitionKey('receipt_hour', {
      prefixExpression: '!{timestamp:HH}',
      projection: { type: 'integer', range: '0,23', digits: '2' },
      // Two hours are open when one turns, and two days when midnight makes both turn at once: the same two partitions, which the
      // layout counts by its days.
      cardinality: 1,
      comment: 'The hour in which the archive received the event (UTC), 00 to 23',
    });
  }

  /**
   * A partition for each listed source of events: the column `event_source`, by the event's `source`. It needs dynamic partitioning,
   * which costs what `eventType` says.
   *
   * Because a source may have been in `other` before it was listed, filter on both, and on the data column:
   * `event_source IN ('aws.s3', 'other') AND source = 'aws.s3'`. A token as a value fails at synthesis.
   *
   * @param options the sources that get a partition
   */
  public static source(options: ListedPartitionOptions): PartitionKey {
    return PartitionKey.listed({ name: 'event_source', factory: 'source', text: textOfField('.source'), kind: SOURCES, noun: 'source' }, options);
  }

  /**
   * A partition for each listed account: the column `event_account`, by the event's `account`. It needs dynamic partitioning, which
   * costs what `eventType` says.
   *
   * Because an account may have been in `other` before it was listed, filter on both, and on the data column:
   * `event_account IN ('123456789012', 'other') AND account = '123456789012'`.
   *
   * A value is an id of 12 digits, or fails at synthesis, or a token such as `Aws.ACCOUNT_ID`. A token that turns out to be an account
   * that is listed beside it lists one partition twice: Trino, on which Athena is built, reads it once, but Athena's documentation
   * does not say so, and it counts twice among the active partitions. So give each account once.
   *
   * @param options the accounts that get a partition
   */
  public static account(options: ListedPartitionOptions): PartitionKey {
    return PartitionKey.listed({ name: 'event_account', factory: 'account', text: textOfField('.account'), kind: ACCOUNTS, noun: 'account' }, options);
  }

  /**
   * A partition for each listed Region: the column `event_region`, by the event's `region`. It needs dynamic partitioning, which costs
   * what `eventType` says.
   *
   * Because a Region may have been in `other` before it was listed, filter on both, and on the data column:
   * `event_region IN ('us-east-1', 'other') AND region = 'us-east-1'`.
   *
   * A value has the form of a Region's name, or fails at synthesis, or is a token such as `Aws.REGION`. Give each Region once: what
   * `account` says of tokens is true here.
   *
   * @param options the Regions that get a partition
   */
  public static region(options: ListedPartitionOptions): PartitionKey {
    return PartitionKey.listed({ name: 'event_region', factory: 'region', text: textOfField('.region'), kind: REGIONS, noun: 'Region' }, options);
  }

  /**
   * A partition for each listed value of a jq expression: the column has the key's name. It needs dynamic partitioning, which costs
   * what `eventType` says.
   *
   * The name is the key's identity: it is in the folders of the objects that are there, so another expression needs another name. It
   * has lower-case letters and digits, 64 at most and a letter first, with single underscores between words, and is no column of the
   * events, no key of the library's and no word that Athena reserves.
   *
   * The expression, such as `.detail.tenant`, gets the whole event, in jq 1.6. Its first output counts, as text: strings as they are,
   * numbers and booleans as jq writes them (`5`, `true`). What is not listed, an error, no output, null, an object and an array go to
   * `other`.
   *
   * At synthesis fails: an expression that is empty or a token, has brackets or strings that are not closed, a comment, a line break,
   * an `if` without `else`, a function that jq 1.6 lacks (`trim`, `pick`), that has no place there (`input`, `env`, `debug`) or that
   * breaks jq 1.6 down on some events (`todate`, `strftime`, `implode`), or a search that may match nothing, on which jq 1.6 never ends,
   * such as `gsub("^"; "")`. Whether the expression compiles in all else, ends and yields what it should is not checked: a slip there
   * puts every event into `other` or into Firehose's errors, so run sample events through the template first.
   *
   * Because a value may have been in `other` before it was listed, filter on both, and on the data:
   * `tenant IN ('acme', 'other') AND json_extract_scalar(detail, '$.tenant') = 'acme'`. A token as a value fails at synthesis.
   *
   * @param name       the key's name, which is its column
   * @param expression jq 1.6 that yields the value from the whole event, such as `.detail.tenant`
   * @param options    the values that get a partition
   */
  public static fromJq(name: string, expression: string, options: ListedPartitionOptions): PartitionKey {
    checkKeyName('partitionKeys.fromJq.name', name);
    const factory = `fromJq(${show(name)})`;
    checkJqExpression(`partitionKeys.${factory}.expression`, expression);
    return PartitionKey.listed({ name, factory, text: textOfExpression(expression), kind: OWN_VALUES, noun: name }, options);
  }

  private static listed({ name, factory, text, kind, noun }: Listing, options: ListedPartitionOptions): PartitionKey {
    const prop = `partitionKeys.${factory}`;
    const values = checkListed(`${prop}.values`, options.values, kind);
    const retired = checkListed(`${prop}.retiredValues`, options.retiredValues ?? [], kind);
    if (values.length === 0) invalid(`${prop}.values`, '[]', 'list at least one value, or leave the key out');
    const both = retired.find(value => values.includes(value));
    if (both !== undefined) invalid(`${prop}.retiredValues`, shown(both), 'a retired value is not listed in `values` too');

    return new PartitionKey(name, listedModel({
      name,
      text,
      listed: new Map(values.map(value => [value, kind.partitionOf(value)])),
      retired: retired.map(kind.partitionOf),
      comment: `The ${noun} of the event; \`other\` holds every ${noun} that was not listed when it arrived`,
    }));
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

/** What makes a key of listed values, beside the values. */
interface Listing {
  readonly name: string;
  /** The factory, as errors name it. */
  readonly factory: string;
  /** The jq that yields the text to look up. */
  readonly text: string;
  readonly kind: ValueKind;
  readonly noun: string;
}

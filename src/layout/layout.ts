// How the archive lies in S3: one object yields the jq, the prefix, the partition columns, the projection and the layout's id, so
// that what is written and what is read cannot disagree.

import { Token, Tokenization } from 'aws-cdk-lib';
import type { DateRange, Projection } from './date-range';
import { PartitionKey } from './partition-key';
import { OTHER } from './partition-values';
import { JSON_LINES, RecordFormat } from './record-format';
import { LIMITS } from '../limits/limits';
import { invalid, show } from '../private/validate';

const MAX_ACTIVE_PARTITIONS = LIMITS.activePartitions.most;
const MAX_JQ_LENGTH = LIMITS.jqQuery.most;

/** The name of a table in Glue, of which the layout's id is the greater part. @see https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html */
const MAX_ID_LENGTH = 240;

/** Evaluated; unevaluated it can be twice as long. */
const MAX_PREFIX_LENGTH = LIMITS.deliveryPrefix.most;

/** At midnight yesterday's partitions are still open while today's fill. */
const DAYS_OPEN_AT_ONCE = 2;

/** What a token in a query can become: an account's id, or a Region's name such as `ap-southeast-1`. */
const LONGEST_TOKEN_VALUE = 14;

/** The key that every layout has. */
const RECEIPT_DATE = 'receipt_date';

/** A format and the keys in their order. */
export class Layout {
  /** The format and the keys' names; a part of the S3 prefix, of the table's name and of the stream's logical id. */
  public readonly id: string;
  /** Whether Firehose must read each record to place it; a date alone needs no such thing, and costs nothing. */
  public readonly dynamicPartitioning: boolean;

  /** `prop` is what the user gave the keys by. */
  public constructor(
    public readonly keys: readonly PartitionKey[],
    private readonly prop: string = 'partitionKeys',
    public readonly format: RecordFormat = JSON_LINES,
  ) {
    this.id = [format.id, ...keys.map(key => key.name)].join('__');
    this.dynamicPartitioning = keys.some(key => key._model.jq !== undefined);
    this.checkNames();
    this.checkActivePartitions();
    this.checkJqLength();
  }

  /** Where the layout's objects lie below the folder of all events. */
  public get folder(): string {
    return `${this.id}/`;
  }

  /** Firehose's prefix for the objects, below the folder of all events. */
  public get prefix(): string {
    return `${this.folder}${this.keys.map(key => `${key.name}=${key._model.prefixExpression}/`).join('')}`;
  }

  /** Fails when Firehose would not take the prefix below this folder for the longest value of each key. */
  public checkPrefixBelow(folder: string): void {
    const values = this.keys.map(key => `${key.name}=${'x'.repeat(longestValue(key._model.projection))}/`);
    const { length } = `${folder}${this.folder}${values.join('')}`;
    if (length <= MAX_PREFIX_LENGTH) return;
    invalid(this.prop, `an S3 prefix of up to ${length} characters`, `Firehose takes ${MAX_PREFIX_LENGTH}: give fewer keys, or shorter names and values`);
  }

  /** The jq query that yields the partition keys of a record. */
  public get metadataExtractionQuery(): string | undefined {
    const expressions = this.keys.filter(key => key._model.jq).map(key => `${key.name}:${key._model.jq}`);
    return expressions.length > 0 ? `{${expressions.join(',')}}` : undefined;
  }

  /** The table parameters by which Athena finds the partitions without a crawler. `location` is the layout's folder. */
  public projection(location: string, dates: DateRange): { [name: string]: string } {
    return projectionParameters(location, this.keys.map(({ name, _model }) =>
      ({ name, projection: name === RECEIPT_DATE ? dates.projection : _model.projection })));
  }

  private checkNames(): void {
    const names = this.keys.map(key => key.name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice) invalid(this.prop, `${show(twice)} twice`, 'give each key once');
    if (!names.includes(RECEIPT_DATE)) invalid(this.prop, show(names), 'every archive has PartitionKey.receiptDate(): without it each query reads everything');
    if (this.id.length > MAX_ID_LENGTH) {
      invalid(this.prop, `keys whose names have ${this.id.length} characters together`, `a table's name has room for ${MAX_ID_LENGTH}: give fewer keys or shorter names`);
    }
  }

  private checkActivePartitions(): void {
    const active = this.keys.reduce((product, key) => product * key._model.cardinality, DAYS_OPEN_AT_ONCE);
    if (active <= MAX_ACTIVE_PARTITIONS) return;
    const factors = this.keys.map(key => `${key._model.cardinality} of ${key.name}`).join(' x ');
    invalid(this.prop, `${factors} x ${DAYS_OPEN_AT_ONCE} for the turn of the day = ${active} active partitions`,
      `Firehose takes ${MAX_ACTIVE_PARTITIONS} a stream: list fewer values, the rest stays queryable in '${OTHER}'`);
  }

  private checkJqLength(): void {
    const length = deployedLength(this.metadataExtractionQuery ?? '');
    if (length <= MAX_JQ_LENGTH) return;
    invalid(this.prop, `a jq query of ${length} characters`,
      `Firehose takes ${MAX_JQ_LENGTH}: list fewer values, the rest stays queryable in '${OTHER}'`);
  }
}

/** The parameters of a table with projected partitions; `folder` is where one of them lies below the location. */
export function projectionParameters(
  location: string,
  columns: readonly { readonly name: string; readonly projection: Projection }[],
  folder: string = columns.map(({ name }) => `${name}=\${${name}}/`).join(''),
): { [name: string]: string } {
  const settings = columns.flatMap(({ name, projection }) =>
    Object.entries(projection).map(([setting, value]) => [`projection.${name}.${setting}`, value]));
  return {
    'projection.enabled': 'true',
    ...Object.fromEntries(settings),
    'storage.location.template': `${location}${folder}`,
  };
}

/** How long the value of a key can be, by its projection. */
function longestValue({ values, digits, format }: Projection): number {
  return Math.max(...(values ?? format ?? '0'.repeat(Number(digits))).split(',').map(deployedLength));
}

/** What an archive is partitioned by unless its user says otherwise. */
export function defaultPartitionKeys(): PartitionKey[] {
  return [PartitionKey.eventType(), PartitionKey.receiptDate()];
}

/** The length of a text once its tokens have their values. */
function deployedLength(text: string): number {
  const { tokens } = Tokenization.reverseString(text);
  return tokens.reduce((length, token) => length - Token.asString(token).length + LONGEST_TOKEN_VALUE, text.length);
}

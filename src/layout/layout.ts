// How the archive lies in S3: one object yields the jq, the prefix, the partition columns, the projection and the layout's id, so
// that what is written and what is read cannot disagree.

import { OTHER, PartitionKey } from './partition-key';
import { JSON_LINES, RecordFormat } from './record-format';
import { invalid, show } from '../private/validate';

/** @see https://docs.aws.amazon.com/firehose/latest/dev/limits.html */
const MAX_ACTIVE_PARTITIONS = 500;

/** @see https://docs.aws.amazon.com/firehose/latest/APIReference/API_ProcessorParameter.html */
const MAX_JQ_LENGTH = 5120;

/** At midnight yesterday's partitions are still open while today's fill. */
const DAYS_OPEN_AT_ONCE = 2;

/** The error objects lie beside the events, never below them, and are partitioned by date only: the set of their types is open. */
export const ERRORS_FOLDER = 'errors/';
export const ERRORS_PREFIX = `${ERRORS_FOLDER}error_date=!{timestamp:yyyy-MM-dd}/!{firehose:error-output-type}/`;

/** Every layout's objects. */
export const EVENTS_FOLDER = 'events/';

/** A format and the keys in their order. */
export class Layout {
  /** The format and the keys' names; a part of the S3 prefix, of the table's name and of the stream's logical id. */
  public readonly id: string;
  /** Where the layout's objects lie in the bucket. */
  public readonly folder: string;
  /** Whether Firehose must read each record to place it; a date alone needs no such thing, and costs nothing. */
  public readonly dynamicPartitioning: boolean;

  public constructor(public readonly keys: readonly PartitionKey[], public readonly format: RecordFormat = JSON_LINES) {
    this.id = [format.id, ...keys.map(key => key.name)].join('__');
    this.folder = `${EVENTS_FOLDER}${this.id}/`;
    this.dynamicPartitioning = keys.some(key => key._model.jq !== undefined);
    this.checkNames();
    this.checkActivePartitions();
    this.checkJqLength();
  }

  /** Firehose's prefix for the objects. */
  public get prefix(): string {
    return `${this.folder}${this.keys.map(key => `${key.name}=${key._model.prefixExpression}/`).join('')}`;
  }

  /** The jq query that yields the partition keys of a record. */
  public get metadataExtractionQuery(): string | undefined {
    const expressions = this.keys.filter(key => key._model.jq).map(key => `${key.name}:${key._model.jq}`);
    return expressions.length > 0 ? `{${expressions.join(',')}}` : undefined;
  }

  /** The table parameters by which Athena finds the partitions without a crawler. `location` is the layout's folder. */
  public projection(location: string): { [name: string]: string } {
    return projectionParameters(location, this.keys.map(key => ({ name: key.name, projection: key._model.projection })));
  }

  /** The SQL that finds events of a detail type wherever they were put: a type may have been in `other` before it was listed. */
  public filterOn(detailType: string): string {
    const byType = `detail_type = '${detailType}'`;
    const key = this.keys.find(candidate => candidate._model.partitionsOf);
    if (!key) return byType;
    const partitions = key._model.partitionsOf!(detailType).map(value => `'${value}'`).join(', ');
    return `${key.name} IN (${partitions}) AND ${byType}`;
  }

  private checkNames(): void {
    const names = this.keys.map(key => key.name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice) invalid('partitionKeys', `${show(twice)} twice`, 'give each key once');
    if (!names.includes('receipt_date')) invalid('partitionKeys', show(names), 'every archive has PartitionKey.receiptDate(): without it each query reads everything');
  }

  private checkActivePartitions(): void {
    const active = this.keys.reduce((product, key) => product * key._model.cardinality, DAYS_OPEN_AT_ONCE);
    if (active <= MAX_ACTIVE_PARTITIONS) return;
    const factors = this.keys.map(key => `${key._model.cardinality} of ${key.name}`).join(' x ');
    invalid('partitionKeys', `${factors} x ${DAYS_OPEN_AT_ONCE} for the turn of the day = ${active} active partitions`,
      `Firehose takes ${MAX_ACTIVE_PARTITIONS} a stream: list fewer values, the rest stays queryable in '${OTHER}'`);
  }

  private checkJqLength(): void {
    const length = this.metadataExtractionQuery?.length ?? 0;
    if (length <= MAX_JQ_LENGTH) return;
    invalid('partitionKeys', `a jq query of ${length} characters`,
      `Firehose takes ${MAX_JQ_LENGTH}: list fewer values, the rest stays queryable in '${OTHER}'`);
  }
}

/** The parameters of a table with projected partitions. */
export function projectionParameters(
  location: string,
  columns: readonly { readonly name: string; readonly projection: { readonly [name: string]: string } }[],
): { [name: string]: string } {
  const settings = columns.flatMap(({ name, projection }) =>
    Object.entries(projection).map(([setting, value]) => [`projection.${name}.${setting}`, value]));
  return {
    'projection.enabled': 'true',
    ...Object.fromEntries(settings),
    'storage.location.template': `${location}${columns.map(({ name }) => `${name}=\${${name}}/`).join('')}`,
  };
}

/** What an archive is partitioned by unless its user says otherwise. */
export function defaultPartitionKeys(): PartitionKey[] {
  return [PartitionKey.eventType(), PartitionKey.receiptDate()];
}

/** A Firehose stream to S3: processors, partitions, buffers, objects, and errors beside them. */

import { DeliveryBuffer, DeliveryBuffers, StreamRecord } from './delivery-buffer';
import type { DeliveryStreamConfiguration } from './delivery-stream-configuration';
import type { JqEngine } from '../engines';
import { ErrorRecordWriter, FailedRecord } from './error-records';
import type { Ledger } from '../ledger';
import type { Extraction } from './metadata-extraction';
import type { S3Delivery } from './s3-delivery';
import type { KmsKey } from '../permissions/keys';

/** @see https://docs.aws.amazon.com/firehose/latest/dev/limits.html */
const MAX_ACTIVE_PARTITIONS = 500;

/** How much jq gets at a time. */
const BATCH_RECORDS = 2000;
const BATCH_BYTES = 32 * 1024 * 1024;

/** The kinds of error output that the simulator causes. */
export const FAILURES = {
  extraction: { type: 'metadata-extraction-failed', code: 'DynamicPartitioning.MetadataExtractionFailed' },
  partitions: { type: 'activePartitionExceeded', code: 'DynamicPartitioning.ActivePartitionsLimitExceeded' },
} as const;

interface PlacedRecord extends StreamRecord {
  readonly partitionKeys: { readonly [name: string]: string };
}

interface FailedStreamRecord extends StreamRecord, FailedRecord {}

/** What a stream works with. */
export interface DeliveryStreamProps {
  readonly configuration: DeliveryStreamConfiguration;
  readonly jq: JqEngine;
  readonly delivery: S3Delivery;
  readonly ledger: Ledger;
  readonly errorRecords: ErrorRecordWriter;
}

/** A stream that records are put on. */
export class DeliveryStream {
  public readonly arn: string;
  /** The key that whoever puts records must have the right to; absent: nobody needs one. */
  public readonly key?: KmsKey;
  private pending: StreamRecord[] = [];
  private readonly data: DeliveryBuffers<PlacedRecord>;
  private readonly errors: DeliveryBuffers<FailedStreamRecord>;
  public readonly configuration: DeliveryStreamConfiguration;

  public constructor(private readonly props: DeliveryStreamProps) {
    this.configuration = props.configuration;
    this.arn = this.configuration.arn;
    this.key = this.configuration.streamKey;
    this.data = new DeliveryBuffers(this.configuration.buffering, (buffer, at) => this.writeData(buffer, at));
    this.errors = new DeliveryBuffers(this.configuration.buffering, (buffer, at) => this.writeErrors(buffer, at));
  }

  /** What it took and has not yet processed. */
  public get held(): readonly StreamRecord[] {
    return this.pending;
  }

  /** Takes a record that arrives now or, after retries, later; `process` does the work. */
  public put(record: StreamRecord): void {
    this.pending.push(record);
  }

  /** Processes, in the order of their arrival, the records that have arrived by now. */
  public async process(now: Date): Promise<void> {
    const arrived = this.pending.filter(({ arrival }) => arrival <= now).sort((a, b) => a.arrival.getTime() - b.arrival.getTime());
    this.pending = this.pending.filter(({ arrival }) => arrival > now);
    for (const batch of batches(arrived)) {
      const extractions = await this.extract(batch);
      batch.forEach((record, index) => this.place(record, extractions[index]));
    }
  }

  /** Processes and delivers everything. The run ends now: what would arrive later, after retries, arrives now. */
  public async finish(now: Date): Promise<void> {
    this.pending = this.pending.map(record => record.arrival > now ? { ...record, arrival: now } : record);
    await this.process(now);
    this.data.deliverAll(now);
    this.errors.deliverAll(now);
  }

  private async extract(batch: StreamRecord[]): Promise<Extraction[]> {
    const { extraction } = this.configuration;
    return extraction ? extraction.extract(this.props.jq, batch.map(({ data }) => data)) : batch.map(() => ({ partitionKeys: {} }));
  }

  private place(record: StreamRecord, { partitionKeys, error }: Extraction): void {
    this.data.deliverDue(record.arrival);
    this.errors.deliverDue(record.arrival);
    if (partitionKeys === undefined) return this.fail(record, 'extraction', error);
    const key = JSON.stringify(partitionKeys);
    const partition = this.partition(partitionKeys, record.arrival);
    if (this.exceedsPartitions(key, partition)) {
      return this.fail(record, 'partitions', `more than ${MAX_ACTIVE_PARTITIONS} active partitions`);
    }
    const bytes = Buffer.byteLength(record.data) + this.configuration.delimiter.length;
    this.data.add(key, { ...record, partitionKeys }, record.arrival, bytes, partition);
  }

  /** The keys and the time: a partition of today is another than that of yesterday. */
  private partition(partitionKeys: { readonly [name: string]: string }, timestamp: Date): string {
    return this.configuration.extraction ? this.configuration.prefix.evaluate({ partitionKeys, timestamp, randomString: '' }) : '';
  }

  private exceedsPartitions(key: string, partition: string): boolean {
    return this.configuration.extraction !== undefined
      && !this.data.isActive(key, partition)
      && this.data.activePartitions >= MAX_ACTIVE_PARTITIONS;
  }

  private fail(record: StreamRecord, failure: keyof typeof FAILURES, errorMessage: string): void {
    const { type, code } = FAILURES[failure];
    this.errors.add(type, { ...record, errorCode: code, errorMessage }, record.arrival, Buffer.byteLength(record.data));
  }

  private writeData(buffer: DeliveryBuffer<PlacedRecord>, at: Date): void {
    const { prefix, delimiter, compression } = this.configuration;
    const { records, openedAt } = buffer;
    const written = this.props.delivery.write({
      prefix: prefix.evaluate({ timestamp: openedAt, partitionKeys: records[0].partitionKeys }),
      text: records.map(({ data }) => data + delimiter).join(''),
      gzip: compression === 'GZIP',
      at,
    });
    this.props.ledger.recordObject({ ...written, records: records.length, kind: 'events' });
    const { bucket, key } = written;
    for (const { delivery } of records) delivery.settle('archived', key, { bucket, key });
  }

  private writeErrors(buffer: DeliveryBuffer<FailedStreamRecord>, at: Date): void {
    const { errorRecords, delivery: s3, ledger } = this.props;
    const { records, openedAt, key: errorOutputType } = buffer;
    const written = s3.write({
      prefix: this.configuration.errorPrefix.evaluate({ timestamp: openedAt, errorOutputType }),
      text: errorRecords.content(records.map(record => errorRecords.line(record, at))),
      gzip: errorRecords.options.gzip ?? this.configuration.compression === 'GZIP',
      at,
    });
    ledger.recordObject({ ...written, records: records.length, kind: 'errors' });
    const { bucket, key } = written;
    for (const { delivery, errorMessage } of records) delivery.settle('failed', `${key}: ${errorMessage}`, { bucket, key });
  }
}

function batches(records: StreamRecord[]): StreamRecord[][] {
  const all: StreamRecord[][] = [];
  let bytes = Infinity;
  for (const record of records) {
    const batch = all[all.length - 1];
    if (batch && batch.length < BATCH_RECORDS && bytes + record.data.length <= BATCH_BYTES) {
      batch.push(record);
      bytes += record.data.length;
    } else {
      all.push([record]);
      bytes = record.data.length;
    }
  }
  return all;
}

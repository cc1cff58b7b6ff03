/**
 * What a stream would write of events that are made up: two in one object, because records are told apart only where there are two, and
 * an error record of each kind. A run need not send so many events at once, and none of them need fail.
 */

import { gzipSync } from 'node:zlib';
import { FAILURES } from './delivery-stream';
import type { DeliveryStreamConfiguration } from './delivery-stream-configuration';
import { ErrorRecordWriter } from './error-records';
import type { JqEngine, JsonObject, ObjectStore } from '../engines';
import { Delivery } from '../ledger';

/** What a trial wrote. */
export interface Trial {
  readonly logicalId: string;
  readonly events: readonly Delivery[];
  readonly errors: readonly Delivery[];
}

/** Writes them into a store of their own, with nobody's permissions; nothing of it is in a ledger. */
export async function tryStream(stream: DeliveryStreamConfiguration, jq: JqEngine, store: ObjectStore, at: Date): Promise<Trial> {
  const writer = new TrialWriter(stream, store, at);
  return { logicalId: stream.logicalId, events: await writer.events(jq), errors: writer.errors() };
}

class TrialWriter {
  private readonly bucket: string;

  public constructor(private readonly stream: DeliveryStreamConfiguration, private readonly store: ObjectStore, private readonly at: Date) {
    this.bucket = stream.bucketArn.split(':::')[1];
  }

  /** Nothing, where jq does not take them: what it takes is the app's to say. */
  public async events(jq: JqEngine): Promise<Delivery[]> {
    const { extraction, prefix, delimiter } = this.stream;
    const events = ['1', '2'].map(number => this.event(number));
    const records = events.map(event => JSON.stringify(event));
    const [first, second] = extraction ? await extraction.extract(jq, records) : [{ partitionKeys: {} }, { partitionKeys: {} }];
    if (first.partitionKeys === undefined || JSON.stringify(first) !== JSON.stringify(second)) return [];
    const key = this.put(prefix.evaluate({ timestamp: this.at, partitionKeys: first.partitionKeys }), records.map(record => record + delimiter).join(''));
    return events.map(event => this.delivery(event, 'archived', key));
  }

  public errors(): Delivery[] {
    const writer = new ErrorRecordWriter();
    return Object.values(FAILURES).map(({ type, code }) => {
      const event = this.event(type);
      const line = writer.line({ data: JSON.stringify(event), arrival: this.at, errorCode: code, errorMessage: 'made up' }, this.at);
      return this.delivery(event, 'failed', this.put(this.stream.errorPrefix.evaluate({ timestamp: this.at, errorOutputType: type }), writer.content([line])));
    });
  }

  private put(prefix: string, text: string): string {
    const { logicalId, compression, fileExtension } = this.stream;
    const gzip = compression === 'GZIP';
    const key = `${prefix}${logicalId}${fileExtension ?? (gzip ? '.gz' : '')}`;
    this.store.put(this.bucket, key, gzip ? gzipSync(text) : Buffer.from(text));
    return key;
  }

  private delivery(event: JsonObject, outcome: 'archived' | 'failed', key: string): Delivery {
    const delivery = new Delivery({ event, bus: '', arrival: this.at, deliveries: [] }, this.stream.logicalId, this.stream.arn);
    delivery.settle(outcome, key, { bucket: this.bucket, key });
    return delivery;
  }

  private event(what: string): JsonObject {
    return {
      'version': '0',
      'id': `${this.stream.logicalId} ${what}`,
      'detail-type': 'Made up',
      'source': 'dry.run',
      'account': '123456789012',
      'time': this.at.toISOString(),
      'region': 'us-east-1',
      'resources': ['arn:aws:dry:run:::a', 'arn:aws:dry:run:::b'],
      'detail': { what, Name: 1, name: [2.5, null, { Inner: true }] },
    };
  }
}

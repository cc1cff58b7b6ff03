/** Firehose's MetadataExtraction processor: jq on each record yields the partition keys of its object. */

import type { JqEngine, JqResult, Json } from '../engines';
import { jqObjectKeys } from './jq-object-keys';

/** @see https://docs.aws.amazon.com/firehose/latest/APIReference/API_ProcessorParameter.html */
const MAX_QUERY_LENGTH = 5120;

/** @see https://docs.aws.amazon.com/firehose/latest/dev/limits.html */
const MAX_KEYS = 50;

/** The partition keys of a record, or why there are none. */
export type Extraction =
  | { readonly partitionKeys: { readonly [name: string]: string }; readonly error?: undefined }
  | { readonly error: string; readonly partitionKeys?: undefined };

/** A jq query that yields partition keys. */
export class MetadataExtraction {
  /** The names of the partition keys. */
  public readonly keys: string[];

  public constructor(private readonly query: string) {
    if (query.length > MAX_QUERY_LENGTH) throw new Error(`a jq query of ${query.length} characters; Firehose takes ${MAX_QUERY_LENGTH}`);
    this.keys = jqObjectKeys(query);
    if (this.keys.length > MAX_KEYS) throw new Error(`${this.keys.length} partition keys; Firehose takes ${MAX_KEYS}`);
  }

  /** One result a record, in order. */
  public async extract(engine: JqEngine, records: string[]): Promise<Extraction[]> {
    const results = await engine.run(this.query, records);
    if (results.length !== records.length) throw new Error(`the jq engine gave ${results.length} results for ${records.length} records`);
    return results.map((result, index) => isJsonObject(records[index])
      ? this.partitionKeys(result)
      : { error: 'the record is not a JSON object' });
  }

  private partitionKeys(result: JqResult): Extraction {
    if (result.error !== undefined) return { error: result.error };
    const { output } = result;
    if (typeof output !== 'object' || output === null || Array.isArray(output)) return { error: 'jq did not yield an object' };
    const partitionKeys: { [name: string]: string } = {};
    for (const key of this.keys) {
      const value = partitionValue(output[key]);
      if (value === undefined) return { error: `partition key ${key}: got ${JSON.stringify(output[key])}` };
      partitionKeys[key] = value;
    }
    return { partitionKeys };
  }
}

/** Null and the empty string fail the record; numbers and booleans become text. */
function partitionValue(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function isJsonObject(record: string): boolean {
  return /^\s*\{/.test(record);
}

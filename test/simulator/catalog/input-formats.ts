/**
 * What stands between an object and the SerDe. Plain text goes through as it is. A log file of CloudTrail is one JSON object on one line,
 * of which AWS's own `CloudTrailInputFormat` makes a line for each of its `Records`.
 *
 * No engine outside AWS has that class: Trino refuses a table that names it. So the simulator plays its part for both sets of engines:
 * it turns each log file into JSON lines, and the engine's own text reader and the SerDe that the table declares read those. What it does to the
 * records is not published. It is taken from the declaration in Athena's guide, which works, and has string columns for fields that are
 * objects: so these are JSON text behind it. A file that holds no `Records` fails the query here, because nobody says what it does in Athena.
 */

import { gzipSync } from 'node:zlib';
import { JsonText, JsonTextObject, readFirstJson, writeJson } from './json-text';
import { textOfObject } from './text-lines';

/** What plain text is read by, and what the engines read log files by once they are lines. */
export const TEXT_INPUT = 'org.apache.hadoop.mapred.TextInputFormat';

export const CLOUDTRAIL_INPUT = 'com.amazon.emr.cloudtrail.CloudTrailInputFormat';

/**
 * The fields whose form differs from call to call, which the guide declares as strings.
 * @see https://docs.aws.amazon.com/athena/latest/ug/cloudtrail-serde.html
 */
const AS_TEXT = ['requestParameters', 'responseElements', 'additionalEventData', 'serviceEventDetails', 'edgeDeviceDetails'];

/** An object as the SerDe gets it. */
export type InputFormat = (key: string, body: Buffer) => Buffer;

const FORMATS: { [name: string]: InputFormat } = {
  [TEXT_INPUT]: (_key, body) => body,
  [CLOUDTRAIL_INPUT]: linesOfLogFile,
};

/** The input format that a table declares. */
export function openInputFormat(name: unknown): InputFormat {
  if (typeof name !== 'string' || !Object.hasOwn(FORMATS, name)) throw new Error(`the simulator does not know the InputFormat ${name}`);
  return FORMATS[name];
}

function linesOfLogFile(key: string, body: Buffer): Buffer {
  const text = recordsOf(key, body).map(record => `${writeJson(flattened(record))}\n`).join('');
  return key.endsWith('.gz') ? gzipSync(text) : Buffer.from(text);
}

function recordsOf(key: string, body: Buffer): JsonTextObject[] {
  const file = readFirstJson(textOfObject(key, body));
  const records = file instanceof Map ? file.get('Records') : undefined;
  if (!Array.isArray(records)) throw new Error(`HIVE_CURSOR_ERROR: ${key} is no log file of CloudTrail: it has no Records`);
  return records as JsonTextObject[];
}

function flattened(record: JsonTextObject): JsonText {
  return new Map([...record].map(([name, value]) => [name, AS_TEXT.includes(name) ? asText(value) : value]));
}

function asText(value: JsonText): JsonText {
  return value === null || typeof value === 'string' ? value : writeJson(value);
}

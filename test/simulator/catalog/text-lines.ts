/** An object as the lines that a SerDe is given. */

import { gunzipSync } from 'node:zlib';

/** Codecs that Athena knows by their extension and the simulator does not. */
const OTHER_CODECS = /\.(bz2|deflate|lz4|lzo|snappy|zst)$/;

/** An object's text: Athena picks the codec by the extension alone. */
export function textOfObject(key: string, body: Buffer): string {
  if (OTHER_CODECS.test(key)) throw new Error(`the simulator does not read ${key}: of the codecs it knows .gz`);
  if (!key.endsWith('.gz')) return body.toString('utf8');
  try {
    return gunzipSync(body).toString('utf8');
  } catch (error) {
    throw new Error(`HIVE_CURSOR_ERROR: ${key}: ${(error as Error).message}`);
  }
}

/** Makes a row of each line of an object; an error says which line it was. */
export function rowsOfLines<Row>(key: string, body: Buffer, row: (line: string) => Row): Row[] {
  const lines = textOfObject(key, body).split(/\r\n|\n|\r/);
  if (lines[lines.length - 1] === '') lines.pop();
  return lines.map((line, index) => {
    try {
      return row(line);
    } catch (error) {
      throw new Error(`HIVE_CURSOR_ERROR: ${key}, line ${index + 1}: ${(error as Error).message}`);
    }
  });
}

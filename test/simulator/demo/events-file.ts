/** Reads the events to send: JSON Lines, one event a line; an event for another bus than the default names it in `__bus`. */

import * as fs from 'node:fs';
import type { Json, JsonObject } from '../engines';

/** EventBridge's limit for an event. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MAX_EVENT_BYTES = 1_048_576;

/** An event and the bus to put it on. */
export interface EventToSend {
  readonly event: JsonObject;
  /** The event's text, exactly as it is published. @default - the event as JSON */
  readonly text?: string;
  /** The bus's name; absent, the account's default bus. */
  readonly bus?: string;
}

/** Something is wrong with what the user gave; the message is one line that says where and what. */
export class InputError extends Error {}

/** The events of a file, in its order. */
export function readEventsFile(file: string): EventToSend[] {
  const lines = textOf(file).split('\n').map((line, index) => ({ line: line.trim(), where: `${file}:${index + 1}` }));
  return lines.filter(({ line }) => line !== '').map(({ line, where }) => eventOf(line, where));
}

function textOf(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = { ENOENT: 'there is no such file', EISDIR: 'this is a folder, not a file' }[code ?? ''] ?? message;
    throw new InputError(`${file}: ${reason}`);
  }
}

function eventOf(line: string, where: string): EventToSend {
  const bytes = Buffer.byteLength(line);
  if (bytes > MAX_EVENT_BYTES) throw new InputError(`${where}: the event has ${bytes} bytes; EventBridge takes ${MAX_EVENT_BYTES}`);
  const value = parse(line, where);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new InputError(`${where}: an event is a JSON object, not ${line.slice(0, 40)}`);
  const { __bus: bus, ...event } = value;
  if (bus !== undefined && (typeof bus !== 'string' || bus === '')) throw new InputError(`${where}: __bus is ${JSON.stringify(bus)}, where the name of a bus belongs`);
  return bus === undefined ? { event, text: line } : { event, bus, ...textWithout(line, bus) };
}

/** The text without its first field, where that is the name of the bus; elsewhere the event is written anew. */
function textWithout(line: string, bus: string): { readonly text?: string } {
  const first = `{"__bus":${JSON.stringify(bus)},`;
  return line.startsWith(first) ? { text: `{${line.slice(first.length)}` } : {};
}

function parse(line: string, where: string): Json {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof RangeError) throw new InputError(`${where}: nested too deeply to be read here`);
    throw new InputError(`${where}: not JSON: ${(error as Error).message}`);
  }
}

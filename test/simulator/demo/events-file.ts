/**
 * Reads the events to send: JSON Lines, one event a line, or a JSON document, compressed by gzip or not. An event for another bus than the
 * default names it in `__bus`. Records of CloudTrail's become events, and what is neither is refused.
 */

import * as fs from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { FoundText, recognize } from './recognized-events';
import { JsonText, JsonTextObject, readFirstJson, writeJson } from '../catalog/json-text';
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

/** What a file holds. */
export interface EventsFile {
  readonly events: readonly EventToSend[];
  /** What was made of it, where that is not what stands there. */
  readonly remarks: readonly string[];
}

/** The events of a file, in its order. */
export function readEventsFile(file: string): EventToSend[] {
  return [...readFile(file).events];
}

/** The same, with what is to be said of it. */
export function readFile(file: string): EventsFile {
  const reader = new EventsReader();
  for (const found of documentsOf(textOf(file), file)) reader.read(found);
  return { events: reader.events, remarks: reader.remarks.map(remark => `${file}: ${remark}`) };
}

class EventsReader {
  public readonly events: EventToSend[] = [];
  private records = 0;
  private tooLarge = 0;

  public get remarks(): string[] {
    const plural = (count: number) => count === 1 ? 'a record of CloudTrail\'s' : `${count} records of CloudTrail's`;
    return [
      ...this.records > 0 ? [`${plural(this.records)}, sent as EventBridge does: with the detail type of the eventType, and eventID as the id`] : [],
      ...this.tooLarge > 0 ? [`${plural(this.tooLarge)} over 256 KB, not sent: EventBridge gets none of them`] : [],
    ];
  }

  public read(found: FoundText): void {
    const value = parse(found.text, found.where);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new InputError(`${found.where}: an event is a JSON object, not ${found.text.slice(0, 40)}`);
    const recognized = recognize(value, found, elementsOf);
    switch (recognized.kind) {
      case 'event': return void this.events.push(eventOf(value, found));
      case 'record': return this.readRecord(recognized.event);
      case 'record without an event': return void this.tooLarge++;
      case 'container': return recognized.contents.forEach(content => this.read(content));
      default: throw new InputError(`${found.where}: ${recognized.why}`);
    }
  }

  private readRecord(found: FoundText): void {
    this.records++;
    this.events.push(eventOf(parse(found.text, found.where) as JsonObject, found));
  }
}

/** The lines of a text, or, where the first is no JSON by itself, all of it; of an array that is all there is, the elements. */
function documentsOf(text: string, file: string): FoundText[] {
  const lines = text.split('\n').map((line, index) => ({ text: line.trim(), where: `${file}:${index + 1}` })).filter(line => line.text !== '');
  const documents = lines.length > 1 && !isJson(lines[0].text) && isJson(text) ? [{ text: text.trim(), where: file }] : lines;
  const [{ text: first, where }, ...others] = documents.length > 0 ? documents : [{ text: '', where: file }];
  if (others.length > 0 || !first.startsWith('[') || !isJson(first)) return documents;
  return (readFirstJson(first) as JsonText[]).map((element, index) => ({ text: writeJson(element), where: `${where}[${index}]` }));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text.trim());
    return true;
  } catch (error) {
    return error instanceof RangeError;
  }
}

/** The elements of a list of an object, as text. */
function elementsOf(text: string, list: string): string[] {
  const elements = (readFirstJson(text) as JsonTextObject).get(list);
  return Array.isArray(elements) ? elements.map(element => writeJson(element)) : [];
}

function textOf(file: string): string {
  try {
    const content = fs.readFileSync(file);
    return (content[0] === 0x1f && content[1] === 0x8b ? gunzipSync(content) : content).toString('utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reasons: { readonly [code: string]: string } = {
      ENOENT: 'there is no such file', EISDIR: 'this is a folder, not a file', Z_BUF_ERROR: 'it is cut off', Z_DATA_ERROR: 'it cannot be decompressed',
    };
    const reason = reasons[code ?? ''] ?? message;
    throw new InputError(`${file}: ${reason}`);
  }
}

function eventOf(value: JsonObject, { text, where }: FoundText): EventToSend {
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_EVENT_BYTES) throw new InputError(`${where}: the event has ${bytes} bytes; EventBridge takes ${MAX_EVENT_BYTES}`);
  const { __bus: bus, ...event } = value;
  if (bus !== undefined && (typeof bus !== 'string' || bus === '')) throw new InputError(`${where}: __bus is ${JSON.stringify(bus)}, where the name of a bus belongs`);
  return bus === undefined ? { event, text } : { event, bus, ...textWithout(text, bus) };
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

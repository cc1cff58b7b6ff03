/** What the demo prints: progress, the ledger, what lies in S3, what was fanned out and the answers of the queries. */

import { isJson } from '../bus/input-transformer';
import type { QueryResult } from '../engines';
import type { ReceivedRequest } from '../http/http-endpoint';
import type { FanOutCounts, Unmatched } from '../ledger';

/** The width for which a report is set. */
export const WIDTH = 120;

const MAX_ROWS = 10;

/** A column that is no wider than this, a time for example, is never cut. */
const SHORT_COLUMN = 24;

/** What a wider one keeps at least; a column for which not even that is left is not shown. */
const CUT_COLUMN = 14;

/** The width of a folder's name in the tree. */
const MAX_PATH = 84;

/** How many folders of one folder are shown. */
const MAX_FOLDERS = 12;

/** How many lines of a request's body are shown. */
const MAX_BODY_LINES = 16;

const GAP = '  ';

/** Where progress is shown. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Says what is being done: one line that changes on a terminal, else a line for each step. */
export class Progress {
  private shown = false;
  private step = '';

  constructor(private readonly stream: ProgressStream) {}

  /** Begins a step, or tells how far it is. */
  public say(step: string, detail = ''): void {
    if (this.stream.isTTY) this.stream.write(`\r\u001b[2K${cut(`${step}${detail}`, WIDTH - 1)}`);
    else if (step !== this.step) this.stream.write(`${step} ...\n`);
    this.step = step;
    this.shown = true;
  }

  /** Takes the line off the terminal. */
  public end(): void {
    if (this.shown && this.stream.isTTY) this.stream.write('\r\u001b[2K');
    this.shown = false;
    this.step = '';
  }
}

/** The counts of a run. */
export interface Counts {
  readonly sent: number;
  readonly unmatched: number;
  readonly unmatchedBecause: { readonly [reason in Unmatched]?: number };
  readonly matched: number;
  readonly archived: number;
  readonly failed: number;
  readonly deadLettered: number;
  readonly notFound: number;
  readonly lost: number;
  readonly objects: number;
  readonly bytes: number;
}

const UNMATCHED: { readonly [reason in Unmatched]: string } = {
  noPattern: 'that no pattern asks for',
  readOnly: 'read-only API calls, which includeReadOnlyApiCalls adds',
  ownCall: 'by the archive\'s own roles',
  disabled: 'while the rule is disabled',
  noRuleOnBus: 'on a bus without a rule of an archive',
};

/** What was asked of the catalog, such as `audit.events`; nothing, where the template has no table of the kind. */
export interface Asked {
  readonly events: readonly string[];
  readonly errors: readonly string[];
}

/** The ledger: what became of the events, as far as the catalog was asked for them. */
export function ledgerBlock(counts: Counts, asked?: Asked): string {
  const deliveries = counts.archived + counts.failed + counts.deadLettered + counts.notFound + counts.lost;
  const lines: [string, string, string][] = [
    ['sent', number(counts.sent), `${counts.sent === 1 ? 'event' : 'events'} put on the buses`],
    ['unmatched', number(counts.unmatched), reasons(counts.unmatchedBecause)],
    ['matched', number(counts.matched), `in ${counted(deliveries, 'delivery', 'deliveries')}${deliveries === counts.matched ? '' : ': what two rules match is delivered twice'}`],
    ['archived', number(counts.archived), `in ${counted(counts.objects, 'object')} of ${bytes(counts.bytes)} altogether${counts.archived ? `, ${found('events', asked)}` : ''}`],
    ['failed', number(counts.failed), counts.failed ? `kept as error records, ${found('errors', asked)}` : ''],
    ['dead-lettered', number(counts.deadLettered), counts.deadLettered ? 'kept in a queue' : ''],
    ...counts.notFound ? [['NOT FOUND', number(counts.notFound), 'written to S3, where no query finds them'] as [string, string, string]] : [],
    ...counts.lost ? [['LOST', number(counts.lost), 'kept nowhere'] as [string, string, string]] : [],
  ];
  const width = Math.max(...lines.map(([, count]) => count.length));
  return lines.map(([name, count, note]) => `  ${name.padEnd(14)}${count.padStart(width)}${GAP}${note}`.trimEnd()).join('\n');
}

/** Who finds them, or that nobody was asked. */
function found(kind: keyof Asked, asked?: Asked): string {
  if (!asked) return 'for which the catalog could not be asked';
  const relations = asked[kind];
  return relations.length > 0 ? `found again in ${relations.join(' and ')}` : 'for which the template has no table: nothing was asked';
}

function reasons(counts: Counts['unmatchedBecause']): string {
  return (Object.keys(UNMATCHED) as Unmatched[]).filter(reason => counts[reason]).map(reason => `${number(counts[reason]!)} ${UNMATCHED[reason]}`).join('; ');
}

/** What became of fan-out, and the first request of each API destination as it was received. */
export function fanOutBlock(fanOut: { readonly [destination: string]: FanOutCounts }, requests: readonly ReceivedRequest[], width = WIDTH): string {
  const lines = Object.entries(fanOut).map(([destination, { delivered, requests: sent, deadLettered, lost }]) => [
    destination, number(delivered), 'delivered', 'in', number(sent), sent === 1 ? 'request' : 'requests', number(deadLettered), 'dead-lettered',
    ...lost ? [number(lost), 'LOST: kept nowhere'] : [],
  ]);
  const sides = ['left', 'right', 'left', 'left', 'right', 'left', 'right', 'left', 'right', 'left'];
  const first = Object.keys(fanOut).flatMap(destination => requests.find(request => request.destination === destination) ?? []);
  return [aligned(lines, sides, '  '), ...first.map(request => requestText(request, width))].join('\n\n');
}

function requestText({ destination, method, url, headers, body }: ReceivedRequest, width: number): string {
  const bodyLines = (isJson(body) ? JSON.stringify(JSON.parse(body), null, 2) : body).split('\n');
  const more = bodyLines.length - MAX_BODY_LINES;
  const text = [
    `${method} ${url}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '',
    ...bodyLines.slice(0, MAX_BODY_LINES),
    ...more > 0 ? [`… ${number(more)} more ${more === 1 ? 'line' : 'lines'}`] : [],
  ];
  return [`  The first request to ${destination}, as received:`, ...text.map(line => cut(`    ${printable(line)}`, width).trimEnd())].join('\n');
}

/** An object in S3. */
export interface ReportedObject {
  readonly bucket: string;
  readonly key: string;
  readonly bytes: number;
  readonly records: number;
}

class Folder {
  public readonly folders = new Map<string, Folder>();
  public objects = 0;
  public records = 0;
  public bytes = 0;

  public add(path: string[], object: ReportedObject): void {
    this.objects++;
    this.records += object.records;
    this.bytes += object.bytes;
    const [name, ...rest] = path;
    if (name === undefined) return;
    const folder = this.folders.get(name) ?? new Folder();
    this.folders.set(name, folder);
    folder.add(rest, object);
  }

  public get totals(): string[] {
    return [number(this.records), this.records === 1 ? 'record' : 'records', number(this.objects), this.objects === 1 ? 'object' : 'objects', bytes(this.bytes)];
  }
}

/** The folders of S3, with what lies below each. */
export function objectTree(objects: readonly ReportedObject[]): string {
  const buckets = new Map<string, Folder>();
  for (const object of objects) {
    const bucket = buckets.get(object.bucket) ?? new Folder();
    buckets.set(object.bucket, bucket);
    bucket.add(object.key.split('/').slice(0, -1), object);
  }
  const lines = [...buckets].flatMap(([name, bucket]) => [folderLine('', `s3://${name}`, bucket), ...folderLines(bucket, '  ')]);
  return aligned(lines, ['left', 'right', 'left', 'right', 'left', 'right'], '  ');
}

function folderLines(parent: Folder, indent: string): string[][] {
  const folders = [...parent.folders].sort(([a], [b]) => a < b ? -1 : 1);
  const shown = folders.length > MAX_FOLDERS ? folders.slice(0, MAX_FOLDERS - 1) : folders;
  const lines = shown.flatMap(([name, folder]) => {
    const [path, last] = withOnlyChild(name, folder);
    return [folderLine(indent, path, last), ...folderLines(last, `${indent}  `)];
  });
  if (shown.length === folders.length) return lines;
  const rest = new Folder();
  for (const [, folder] of folders.slice(shown.length)) {
    rest.objects += folder.objects;
    rest.records += folder.records;
    rest.bytes += folder.bytes;
  }
  return [...lines, [`${indent}… ${folders.length - shown.length} more folders`, ...rest.totals]];
}

function folderLine(indent: string, path: string, folder: Folder): string[] {
  return [cut(`${indent}${printable(path)}/`, MAX_PATH), ...folder.totals];
}

/** A folder whose only content is one folder is shown with it on one line. */
function withOnlyChild(name: string, folder: Folder): [string, Folder] {
  const [child] = folder.folders;
  if (folder.folders.size !== 1 || child[1].objects !== folder.objects) return [name, folder];
  return withOnlyChild(`${name}/${child[0]}`, child[1]);
}

/** A query's answer as a table that fits the width; columns for which there is no room are named below it. */
export function queryTable(result: QueryResult, width = WIDTH): string {
  if (!result.rows.length) return `${GAP}(no rows)`;
  const names = result.columns.map(column => printable(column.name));
  const cells = result.rows.slice(0, MAX_ROWS).map(row => row.map(cellText));
  const widths = fit(names.map((name, index) => Math.max(...[name, ...cells.map(row => row[index])].map(length))), width - GAP.length);
  const sides = result.columns.map(({ type }) => ['bigint', 'integer', 'double'].includes(type) ? 'right' : 'left');
  const rows = [names, widths.map(size => '─'.repeat(size)), ...cells].map(row => widths.map((size, index) => cut(row[index], size)));
  const more = result.rows.length - cells.length;
  const hidden = names.slice(widths.length);
  return [
    aligned(rows, sides.slice(0, widths.length), GAP),
    ...more > 0 ? [`${GAP}… ${number(more)} more`] : [],
    ...hidden.length ? [`${GAP}(no room for ${hidden.join(', ')})`] : [],
  ].join('\n');
}

/** The widths of as many columns as there is room for; what room is left goes to those that are cut most. */
function fit(natural: number[], width: number): number[] {
  const widths: number[] = [];
  let room = width + GAP.length;
  for (const size of natural) {
    const least = size > SHORT_COLUMN ? CUT_COLUMN : size;
    if (room < least + GAP.length && widths.length) break;
    widths.push(least);
    room -= least + GAP.length;
  }
  for (; room > 0; room--) {
    const cutShort = widths.map((size, index) => size < natural[index] ? size : Infinity);
    const narrowest = cutShort.indexOf(Math.min(...cutShort));
    if (cutShort[narrowest] === Infinity) break;
    widths[narrowest]++;
  }
  return widths;
}

function aligned(rows: string[][], sides: string[], indent = ''): string {
  const widths = sides.map((_side, index) => Math.max(0, ...rows.map(row => length(row[index] ?? ''))));
  return rows.map(row => `${indent}${row.map((text, index) => {
    const space = ' '.repeat(widths[index] - length(text));
    return sides[index] === 'right' ? `${space}${text}` : `${text}${space}`;
  }).join(GAP)}`.trimEnd()).join('\n');
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '-';
  return printable(typeof value === 'object' ? JSON.stringify(value) : String(value));
}

/** Text without the characters that would break a line or a terminal. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, character => character === '\n' ? '↵' : '·');
}

function cut(text: string, width: number): string {
  const characters = [...text];
  return characters.length > width ? `${characters.slice(0, width - 1).join('')}…` : text;
}

function length(text: string): number {
  return [...text].length;
}

/** A number and what it counts. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${number(value)} ${value === 1 ? one : many}`;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}

function bytes(value: number): string {
  if (value < 1024) return `${value} B`;
  return value < 1024 * 1024 ? `${(value / 1024).toFixed(1)} KB` : `${(value / 1024 / 1024).toFixed(1)} MB`;
}

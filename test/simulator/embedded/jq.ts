/**
 * jq as WebAssembly. A call costs about a millisecond whatever it does, so records go in batches: the query is wrapped so that each
 * record yields exactly one line, either its outputs or its error.
 */

import type { JqEngine, JqResult, Json } from '../engines';
import { Jq, loadJq } from './jq-instance';

/** What a wrapped query yields for a record. */
type Line = { readonly outputs: Json[]; readonly error?: undefined } | { readonly error: string; readonly outputs?: undefined };

const EXIT_COMPILE_ERROR = 3;
const COMPACT = ['-c'];

const NOT_JSON = 'the record is not JSON: ';
const MAX_DEPTH = 256;
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

/** The escape of a high surrogate that no low one follows; jq 1.6 takes a low one by itself. */
const HALF_A_PAIR = /(?<!\\)(?:\\\\)*\\u[dD][89abAB][\dA-Fa-f]{2}(?!\\u[dD][c-fC-F][\dA-Fa-f]{2})/;

/** The wrapped query needs more than the bare one, and jq-web is no jq 1.6: that Firehose would fail too is not known. */
const BREAKDOWN = 'the embedded jq broke down on this record; jq 1.6, which Firehose runs, may not';

/** The engine behind Firehose's MetadataExtraction in the quick tests and the demo. */
export class EmbeddedJq implements JqEngine {
  /** One for the whole process, until it breaks down. */
  private static instance?: Promise<Jq>;

  private readonly compiled = new Set<string>();

  public async run(query: string, records: string[]): Promise<JqResult[]> {
    await this.requireCompiles(query);
    const results = new Array<JqResult>(records.length);
    const valid: number[] = [];
    records.forEach((record, index) => {
      const problem = jsonProblem(record);
      if (problem === undefined) valid.push(index);
      else results[index] = { error: problem };
    });
    const lines = await this.runBatch(query, valid.map(index => withDoubles(records[index])));
    valid.forEach((index, position) => { results[index] = toResult(lines[position]); });
    return results;
  }

  /** The wrapped query could compile where the bare one does not, so the bare one is tried first. */
  private async requireCompiles(query: string): Promise<void> {
    if (this.compiled.has(query)) return;
    try {
      await this.raw('null', query);
    } catch (error) {
      if ((error as JqError).exitCode === EXIT_COMPILE_ERROR) throw new Error(`jq does not compile ${query}: ${(error as JqError).message}`);
    }
    this.compiled.add(query);
  }

  /** One line a record. When jq stops in the middle of a batch, one call a record finds out where. */
  private async runBatch(query: string, records: string[]): Promise<Line[]> {
    if (records.length === 0) return [];
    try {
      const lines = parse(await this.raw(records.join('\n'), wrapped(query)));
      if (lines.length === records.length) return lines;
    } catch (error) {
      if (records.length === 1) return [{ error: (error as Error).message }];
    }
    if (records.length === 1) return [{ error: 'jq stopped without an output' }];
    const lines: Line[] = [];
    for (const record of records) lines.push(...await this.runBatch(query, [record]));
    return lines;
  }

  /** Runs jq, or throws what jq says. An instance that broke down is not used again. */
  private async raw(json: string, filter: string): Promise<string> {
    const jq = await (EmbeddedJq.instance ??= loadJq());
    // jq-web leaves jq's exit code as this process's own.
    const { exitCode } = process;
    try {
      return jq.raw(json, filter, [...COMPACT]) ?? '';
    } catch (error) {
      if ((error as JqError).exitCode !== undefined) throw error;
      EmbeddedJq.instance = undefined;
      throw new Error(BREAKDOWN);
    } finally {
      process.exitCode = exitCode;
    }
  }
}

interface JqError extends Error {
  readonly exitCode?: number;
}

function wrapped(query: string): string {
  return `try {outputs: [${query}\n]} catch {error: tostring}`;
}

function parse(text: string): Line[] {
  return text.split('\n').filter(Boolean).map(line => JSON.parse(line) as Line);
}

/** Firehose takes one output a record. */
function toResult(line: Line): JqResult {
  if (line.error !== undefined) return { error: line.error };
  if (line.outputs.length === 1) return { output: line.outputs[0] };
  return { error: `jq gave ${line.outputs.length} outputs for one record` };
}

/** What jq 1.6 does not read: newer ones, and this one, read some of it. @see https://github.com/jqlang/jq/blob/jq-1.6/src/jv_parse.c */
function jsonProblem(record: string): string | undefined {
  try {
    const value = JSON.parse(record) as Json;
    if (HALF_A_PAIR.test(record)) return `${NOT_JSON}Invalid \\uXXXX\\uXXXX surrogate pair escape`;
    return isTooDeep(value) ? `${NOT_JSON}Exceeds depth limit for parsing` : undefined;
  } catch (error) {
    return `${NOT_JSON}${(error as Error).message}`;
  }
}

/** With every number as the double that jq 1.6 takes it for; newer ones keep how it was written, such as 1.10. */
function withDoubles(record: string): string {
  return record.replace(STRING_OR_NUMBER, token => token.startsWith('"') ? token : doubleOf(token));
}

/** What is too great is the greatest there is. */
function doubleOf(number: string): string {
  const value = Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, Number(number)));
  return Object.is(value, -0) ? '-0' : String(value);
}

/** An object counts twice, because jq keeps its key while it reads the value. */
function isTooDeep(value: Json, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (depth >= MAX_DEPTH) return true;
  const step = Array.isArray(value) ? 1 : 2;
  return Object.values(value).some(each => isTooDeep(each, depth + step));
}

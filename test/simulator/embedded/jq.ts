/**
 * jq as WebAssembly. A call costs about a millisecond whatever it does, so records go in batches: the query is wrapped so that each
 * record yields exactly one line, either its outputs or its error.
 */

import jqWeb from 'jq-web';
import type { JqEngine, JqResult, Json } from '../engines';

/** What a wrapped query yields for a record. */
type Line = { readonly outputs: Json[]; readonly error?: undefined } | { readonly error: string; readonly outputs?: undefined };

const EXIT_COMPILE_ERROR = 3;
const COMPACT = ['-c'];

/** The engine behind Firehose's MetadataExtraction in the quick tests and the demo. */
export class EmbeddedJq implements JqEngine {
  private readonly compiled = new Set<string>();

  public async run(query: string, records: string[]): Promise<JqResult[]> {
    const jq = await jqWeb;
    this.requireCompiles(query, jq);
    const results = new Array<JqResult>(records.length);
    const valid: number[] = [];
    records.forEach((record, index) => {
      const problem = jsonProblem(record);
      if (problem === undefined) valid.push(index);
      else results[index] = { error: problem };
    });
    const lines = runBatch(query, valid.map(index => records[index]), jq);
    valid.forEach((index, position) => { results[index] = toResult(lines[position]); });
    return results;
  }

  /** The wrapped query could compile where the bare one does not, so the bare one is tried first. */
  private requireCompiles(query: string, jq: JqWeb): void {
    if (this.compiled.has(query)) return;
    try {
      raw(jq, 'null', query);
    } catch (error) {
      if ((error as JqError).exitCode === EXIT_COMPILE_ERROR) throw new Error(`jq does not compile ${query}: ${(error as JqError).message}`);
    }
    this.compiled.add(query);
  }
}

type JqWeb = Awaited<typeof jqWeb>;

interface JqError extends Error {
  readonly exitCode?: number;
}

/** One line a record. When jq stops in the middle of a batch, one call a record finds out where. */
function runBatch(query: string, records: string[], jq: JqWeb): Line[] {
  if (records.length === 0) return [];
  try {
    const lines = parse(raw(jq, records.join('\n'), wrapped(query)));
    if (lines.length === records.length) return lines;
  } catch (error) {
    // After that every later call fails too, whatever it is for.
    if ((error as Error).name === 'RuntimeError') throw new Error(`the embedded jq broke down on ${query}: ${(error as Error).message}`);
    if (records.length === 1) return [{ error: (error as Error).message }];
  }
  if (records.length === 1) return [{ error: 'jq stopped without an output' }];
  return records.flatMap(record => runBatch(query, [record], jq));
}

function wrapped(query: string): string {
  return `try {outputs: [${query}\n]} catch {error: tostring}`;
}

function raw(jq: JqWeb, json: string, filter: string): string {
  // jq-web leaves jq's exit code as this process's own.
  const { exitCode } = process;
  try {
    return jq.raw(json, filter, [...COMPACT]) ?? '';
  } finally {
    process.exitCode = exitCode;
  }
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

function jsonProblem(record: string): string | undefined {
  try {
    JSON.parse(record);
    return undefined;
  } catch (error) {
    return `the record is not JSON: ${(error as Error).message}`;
  }
}

/**
 * jq 1.6, the version that Firehose runs: its own C library, in a Java process that this one starts when it first needs it. What jq
 * makes of a record is jq's own text, and only parsed here.
 */

import { ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { installation } from './installation';
import type { JqEngine, JqResult, Json } from '../engines';

/** How long a batch of records may take, unless a test says otherwise: on jq 1.6 some queries never end. */
const TIME_LIMIT_MS = 60_000;

/** How long the process may take to start. */
const START_LIMIT_MS = 60_000;

/** A process that nobody has asked for so long goes; the next query starts another in half a second. */
const IDLE_MS = 5_000;

const JAVA_OPTIONS = ['-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:+SuppressFatalErrorMessage'];

/** How much is kept of what a process says before it ends. */
const LAST_WORDS = 500;

/** What the process makes of a record. */
type RawResult = { readonly outputs: string[]; readonly error?: undefined } | { readonly error: string; readonly outputs?: undefined };

/** What the process answers: a problem is that of a query which does not compile. */
type Answer = { readonly results: RawResult[]; readonly problem?: undefined } | { readonly problem: string; readonly results?: undefined };

/** What the process is asked. */
interface Batch {
  readonly query: string;
  readonly records: readonly string[];
}

/** Whoever waits for an answer. */
interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** The process is gone: the C library ends it where it finds a mistake of its own. */
class Breakdown extends Error {}

/** The engine behind Firehose's MetadataExtraction among the reference engines. */
export class Jq16 implements JqEngine {
  /** One for the whole Node process, until it breaks down or has nothing to do. */
  private static shared?: JqProcess;

  /** The batch before: the process takes one at a time. */
  private static last: Promise<unknown> = Promise.resolve();

  /** `timeLimit` is that of a batch, in milliseconds. */
  public constructor(private readonly timeLimit: number = TIME_LIMIT_MS) {}

  public run(query: string, records: string[]): Promise<JqResult[]> {
    const batch = { query, records: records.map(wellFormed) };
    const results = Jq16.last.then(() => this.runBatch(batch));
    Jq16.last = results.catch(() => undefined);
    return results;
  }

  private async runBatch(batch: Batch): Promise<JqResult[]> {
    try {
      if (!Jq16.shared?.usable) Jq16.shared = await JqProcess.start();
      return (await this.results(Jq16.shared, batch)).map(toResult);
    } catch (error) {
      if (!(error instanceof Breakdown) || batch.records.length === 0) throw error;
    }
    return (await this.runOneByOne(batch)).map(toResult);
  }

  private async runOneByOne({ query, records }: Batch): Promise<RawResult[]> {
    const results: RawResult[] = [];
    for (const record of records) {
      if (!Jq16.shared?.usable) Jq16.shared = await JqProcess.start();
      results.push(await this.resultOfOne(Jq16.shared, { query, records: [record] }));
    }
    return results;
  }

  private async resultOfOne(process: JqProcess, batch: Batch): Promise<RawResult> {
    try {
      return (await this.results(process, batch))[0];
    } catch (error) {
      if (!(error instanceof Breakdown)) throw error;
      return { error: `jq 1.6 broke down on this record: ${error.message}` };
    }
  }

  private async results(process: JqProcess, batch: Batch): Promise<RawResult[]> {
    const { results, problem } = await process.ask(batch, this.timeLimit);
    if (results === undefined) throw new Error(`jq does not compile ${batch.query}: ${problem}`);
    return results;
  }
}

/** A Java process, and whoever waits for it. */
class JqProcess {
  /** A process that answers. */
  public static async start(): Promise<JqProcess> {
    const process = new JqProcess();
    await process.ask({ query: '.', records: [] }, START_LIMIT_MS);
    return process;
  }

  /** Whether it takes another batch. */
  public usable = true;
  private readonly child: ChildProcessWithoutNullStreams;
  private waiting?: Waiting;
  private idle?: NodeJS.Timeout;
  private lastWords = '';

  private constructor() {
    const { java, classPath } = installation();
    // Without HOME, jq reads no ~/.jq. Java does without; a shim in its place would not.
    const env = { PATH: process.env.PATH, TZ: 'UTC', LANG: 'C.UTF-8' };
    this.child = spawn(java, [...JAVA_OPTIONS, `-Djava.io.tmpdir=${tmpdir()}`, '-cp', classPath, 'Jq'], { cwd: tmpdir(), env });
    this.letNodeEnd();
    createInterface(this.child.stdout).on('line', line => this.take()?.resolve(JSON.parse(line) as Answer));
    this.child.stderr.on('data', chunk => { this.lastWords = `${this.lastWords}${chunk}`.slice(-LAST_WORDS); });
    // Whoever waits hears of it by `close`.
    this.child.stdin.on('error', () => undefined);
    this.child.once('error', error => this.end(new Error(`${java}: ${error.message}`)));
    this.child.once('close', () => this.end(new Breakdown(this.lastWords.trim() || 'the process ended')));
  }

  /** Rejects with a `Breakdown` when the process ends, and with another error when the time is up. */
  public ask({ query, records }: Batch, timeLimit: number): Promise<Answer> {
    clearTimeout(this.idle);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.end(new Error(`jq 1.6 did not end within ${timeLimit} ms on ${query}`)), timeLimit);
      this.waiting = { resolve, reject, timer };
      this.child.stdin.write(`${JSON.stringify({ query, records })}\n`);
    });
  }

  /** Ends it, whatever it does. */
  private end(reason: Error): void {
    this.usable = false;
    this.take()?.reject(reason);
    this.child.kill('SIGKILL');
  }

  private take(): Waiting | undefined {
    const { waiting } = this;
    this.waiting = undefined;
    clearTimeout(waiting?.timer);
    clearTimeout(this.idle);
    this.idle = setTimeout(() => this.end(new Error('nobody asked')), IDLE_MS).unref();
    return waiting;
  }

  /** Node ends when nobody waits for an answer; the process sees its input end, and ends too. */
  private letNodeEnd(): void {
    this.child.unref();
    for (const stream of [this.child.stdin, this.child.stdout, this.child.stderr]) (stream as unknown as Socket).unref();
  }
}

/** Firehose takes one output a record. */
function toResult({ outputs, error }: RawResult): JqResult {
  if (error !== undefined) return { error };
  if (outputs.length === 1) return { output: JSON.parse(outputs[0]) as Json };
  return { error: `jq gave ${outputs.length} outputs for one record` };
}

/** As the text comes out of a stream of bytes. */
function wellFormed(record: string): string {
  return Buffer.from(record).toString();
}

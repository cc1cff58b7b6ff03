/** A process that answers lines with lines, asked synchronously: Node's own child processes answer in the next turn only. */

import { ChildProcess, execFileSync, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

/** How much is read at once. */
const CHUNK_BYTES = 65_536;

const LINE_FEED = 0x0a;

/** The two ends of something that one process writes and the other reads. */
interface Ends {
  readonly read: number;
  readonly write: number;
}

/** A process that writes one line for each line that it reads. It ends with this process, or when it is closed. */
export class LineProcess {
  private readonly child: ChildProcess;
  private readonly questions: number;
  private readonly answers: number;
  private readonly errors: number;
  private isOpen = true;

  constructor(private readonly program: string, args: readonly string[]) {
    const folder = fs.mkdtempSync(path.join(tmpdir(), 'line-process-'));
    try {
      const [questions, answers] = [fifo(path.join(folder, 'questions')), fifo(path.join(folder, 'answers'))];
      const errors = file(path.join(folder, 'errors'));
      this.questions = questions.write;
      this.answers = answers.read;
      this.errors = errors.read;
      this.child = start(program, args, [questions.read, answers.write, errors.write]);
    } finally {
      // What is open stays open without a name, and goes with whoever has it.
      fs.rmSync(folder, { recursive: true });
    }
  }

  /** The answer to a line. Throws, with what the process had to say, when it ended instead. */
  public ask(line: string): string {
    if (!this.isOpen) throw new Error(`${this.program} was closed`);
    try {
      this.write(Buffer.from(`${line}\n`));
      return this.readLine();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Ends the process. */
  public close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    for (const descriptor of [this.questions, this.answers, this.errors]) fs.closeSync(descriptor);
    this.child.kill();
  }

  private write(bytes: Buffer): void {
    try {
      for (let written = 0; written < bytes.length;) written += fs.writeSync(this.questions, bytes, written);
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === 'EPIPE' ? this.ended() : error;
    }
  }

  private readLine(): string {
    const chunks: Buffer[] = [];
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const length = fs.readSync(this.answers, chunk);
      if (length === 0) throw this.ended();
      chunks.push(chunk.subarray(0, length));
      if (chunk[length - 1] === LINE_FEED) return Buffer.concat(chunks).toString('utf8').slice(0, -1);
    }
  }

  private ended(): Error {
    const said = fs.readFileSync(this.errors, 'utf8').trim();
    return new Error(`${this.program} ${this.child.pid === undefined ? 'did not start' : `ended${said && `: ${said}`}`}`);
  }
}

/** Starts the process, with its own ends of what the two share. */
function start(program: string, args: readonly string[], stdio: number[]): ChildProcess {
  const child = spawn(program, args, { stdio });
  // That it did not start is seen at the first question, as any other end of it.
  child.once('error', () => undefined);
  child.unref();
  // The child has its own copies. With ours open, neither would ever see that the other is gone.
  for (const descriptor of stdio) fs.closeSync(descriptor);
  return child;
}

/** A new FIFO. To open one end waits for the other, but for who opens both at once. */
function fifo(name: string): Ends {
  execFileSync('mkfifo', [name]);
  const both = fs.openSync(name, 'r+');
  const ends = { read: fs.openSync(name, 'r'), write: fs.openSync(name, 'w') };
  fs.closeSync(both);
  return ends;
}

/** A new file, to be read from its start however much is written. */
function file(name: string): Ends {
  return { write: fs.openSync(name, 'w'), read: fs.openSync(name, 'r') };
}

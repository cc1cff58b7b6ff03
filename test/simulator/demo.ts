/** `npm run demo`: sends events through a template on local engines, and shows what became of them. */

import * as fs from 'node:fs';
import { constants, tmpdir } from 'node:os';
import * as path from 'node:path';
import type { AnsweredQuery } from './catalog/saved-queries';
import { DemoOptions, emptyFolder, readEvents, readOptions, readTemplate, synthesizeExample, USAGE } from './demo/demo-input';
import { EventToSend, InputError } from './demo/events-file';
import { counted, fanOutBlock, ledgerBlock, objectTree, Progress, queryTable, WIDTH } from './demo/report';
import { openEngines } from './engine-sets';
import type { Engines } from './engines';
import { Simulation } from './simulation';
import { SimulatedTemplate } from './template/template';

const MAX_UNACCOUNTED = 5;

/** By default they end a process without its event `exit`, by which servers and folders go. */
const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;

/** One run of the command; the folder is for what need not stay. */
class Demo {
  private readonly progress = new Progress(process.stderr);
  private readonly report: NodeJS.WriteStream;

  constructor(private readonly options: DemoOptions, private readonly folder: string) {
    this.report = options.json ? process.stderr : process.stdout;
  }

  /** Whether every event is accounted for and every query was answered. */
  public async run(): Promise<boolean> {
    const events = readEvents(this.options.events);
    const { engines, close } = await openEngines(this.options.engines, text => this.progress.say(text));
    try {
      return await this.runOn(engines, events);
    } finally {
      await close();
    }
  }

  private async runOn(engines: Engines, events: EventToSend[]): Promise<boolean> {
    const simulation = this.simulation(engines);
    try {
      await this.send(simulation, events);
      const answers = await this.query(simulation);
      if (this.options.json) process.stdout.write(`${JSON.stringify(summary(simulation, answers))}\n`);
      return answers !== undefined && simulation.ledger.unaccounted().length === 0;
    } finally {
      this.progress.end();
      await simulation.close();
    }
  }

  private simulation(engines: Engines): Simulation {
    const { template: file, out } = this.options;
    this.progress.say(file ? `Reading ${file}` : 'Synthesizing examples/quick-start');
    const { template, place } = file ? readTemplate(file) : synthesizeExample('quick-start', path.join(this.folder, 'cdk.out'));
    const folder = out ? emptyFolder(out) : path.join(this.folder, 's3');
    try {
      const deployed = SimulatedTemplate.parse(template, place);
      if (!deployed.ofType('AWS::Events::Rule').length) throw new Error('there is no rule in it, so nothing would happen to the events');
      return Simulation.create(deployed, { engines, folder, end: givenEnd() });
    } catch (error) {
      throw new InputError(`${file ?? 'examples/quick-start'}: ${(error as Error).message}`);
    }
  }

  private async send(simulation: Simulation, events: EventToSend[]): Promise<void> {
    this.progress.say(`Sending ${counted(events.length, 'event')}`);
    await simulation.sendAll(events);
    this.progress.say('Delivering what is still on its way');
    await simulation.finish();
    this.progress.end();
    const { ledger } = simulation;
    this.print('Events', ledgerBlock(ledger));
    this.print('Objects in S3', objectTree(ledger.writtenObjects) || '  none');
    if (Object.keys(ledger.fanOut).length) this.print('Fan-out', fanOutBlock(ledger.fanOut, simulation.requests, this.report.columns ?? WIDTH));
    const unaccounted = ledger.unaccounted();
    if (!unaccounted.length) return;
    const lines = unaccounted.slice(0, MAX_UNACCOUNTED).map(({ event, rule, outcome, detail }) => `  ${JSON.stringify(event.id)} of ${rule}: ${outcome}, ${detail}`);
    this.print(`Unaccounted for: ${unaccounted.length}`, lines.join('\n'));
  }

  /** The answers, or nothing when a query failed. */
  private async query(simulation: Simulation): Promise<AnsweredQuery[] | undefined> {
    this.progress.say(`Running ${counted(simulation.savedQueries().length, 'saved query', 'saved queries')}`);
    try {
      const answers = await simulation.runSavedQueries();
      this.progress.end();
      for (const { name, description, database, result } of answers) {
        this.print(`${name} (${database})`, [...description ? [`  ${description}`] : [], queryTable(result, this.report.columns ?? WIDTH)].join('\n'));
      }
      return answers;
    } catch (error) {
      this.progress.end();
      complain((error as Error).message);
      return undefined;
    }
  }

  private print(title: string, text: string): void {
    this.report.write(`\n${title}\n${text}\n`);
  }
}

/** For tests that compare runs: which events share a buffer depends on when they are sent. */
function givenEnd(): Date | undefined {
  return process.env.DEMO_END ? new Date(process.env.DEMO_END) : undefined;
}

/** What `--json` prints. Queries of the same name in two archives count together. */
function summary({ ledger }: Simulation, answers: AnsweredQuery[] = []): object {
  const { sent, unmatched, matched, archived, failed, deadLettered, objects, bytes, fanOut, partitions } = ledger;
  const queries: { [name: string]: { rows: number } } = {};
  for (const { name, result } of answers) queries[name] = { rows: (queries[name]?.rows ?? 0) + result.rows.length };
  return { sent, unmatched, matched, archived, failed, deadLettered, objects, bytes, fanOut, queries, partitions };
}

function complain(message: string): void {
  process.stderr.write(`error: ${message}\n`);
}

async function main(): Promise<number> {
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'event-audit-archive-'));
  process.once('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
  for (const signal of SIGNALS) process.once(signal, () => process.exit(128 + constants.signals[signal]));
  try {
    const options = readOptions(process.argv.slice(2));
    if (options.help) process.stdout.write(USAGE);
    return options.help || await new Demo(options, folder).run() ? 0 : 1;
  } catch (error) {
    complain((error as Error).message);
    return error instanceof InputError ? 2 : 1;
  }
}

// A reader that has seen enough, such as `head`, is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

void main().then(status => {
  process.exitCode = status;
});

/** `npm run demo`: sends events through a template on local engines, and shows what became of them. */

import * as fs from 'node:fs';
import { constants, tmpdir } from 'node:os';
import * as path from 'node:path';
import { DemoOptions, emptyFolder, readInput, readOptions, readTemplate, synthesizeExample, USAGE } from './demo/demo-input';
import { DryRun } from './demo/dry-run';
import { EventToSend, InputError } from './demo/events-file';
import { Progress, WIDTH } from './demo/report';
import { openEngines } from './engine-sets';
import type { Engines } from './engines';
import { Simulation } from './simulation';
import { SimulatedTemplate } from './template/template';

/** By default they end a process without its event `exit`, by which servers and folders go. */
const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;

/** One run of the command; the folder is for what need not stay. */
class Demo {
  private readonly progress = new Progress(process.stderr);
  private readonly report: NodeJS.WriteStream;

  constructor(private readonly options: DemoOptions, private readonly folder: string) {
    this.report = options.json ? process.stderr : process.stdout;
  }

  /** Whether every event is accounted for, every query was answered, and the template has no fault. */
  public async run(): Promise<boolean> {
    const { events, remarks } = readInput(this.options.events);
    if (remarks.length > 0) this.print('Read', remarks.map(remark => `  ${remark}`).join('\n'));
    const { engines, close } = await openEngines(this.options.engines, text => this.progress.say(text));
    try {
      return await this.runOn(engines, events);
    } finally {
      await close();
    }
  }

  private async runOn(engines: Engines, events: readonly EventToSend[]): Promise<boolean> {
    const simulation = this.simulation(engines);
    const print = (title: string, text: string) => this.print(title, text);
    const dryRun = new DryRun(simulation, { progress: this.progress, width: this.report.columns ?? WIDTH, print });
    try {
      const { isRight, figures, errors } = await dryRun.run(events);
      errors.forEach(complain);
      if (this.options.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
      return isRight;
    } finally {
      await simulation.close();
    }
  }

  private print(title: string, text: string): void {
    this.report.write(`\n${title}\n${text}\n`);
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
}

/** For tests that compare runs: which events share a buffer depends on when they are sent. */
function givenEnd(): Date | undefined {
  return process.env.DEMO_END ? new Date(process.env.DEMO_END) : undefined;
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

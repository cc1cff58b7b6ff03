/** `npm run demo`: sends events through a template on local engines, and shows what became of them. */

import * as fs from 'node:fs';
import { constants, tmpdir } from 'node:os';
import * as path from 'node:path';
import { DemoOptions, emptyFolder, readInput, readOptions, readTemplate, synthesizeExample, TemplateToRun, USAGE } from './demo/demo-input';
import { DryRun, DryRunProps } from './demo/dry-run';
import { EventToSend, InputError } from './demo/events-file';
import { Progress, WIDTH } from './demo/report';
import { runUpdateDry, UpdateDryRunResult } from './demo/update-dry-run';
import { openEngines } from './engine-sets';
import type { Engines } from './engines';
import { Simulation } from './simulation';
import { SimulatedTemplate } from './template/template';
import { StackUpdate } from './update/stack-update';

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
    const given = this.template();
    const print = (title: string, text: string) => this.print(title, text);
    const props = { progress: this.progress, width: this.report.columns ?? WIDTH, print };
    const update = this.options.before === undefined ? undefined : await this.update(this.options.before, given, events, engines, props);
    const simulation = this.simulation(given, engines);
    try {
      const { isRight, figures, errors } = await new DryRun(simulation, props).run(events);
      errors.forEach(complain);
      if (this.options.json) process.stdout.write(`${JSON.stringify({ ...figures, ...update && { update: update.figures } })}\n`);
      return isRight && (update?.isRight ?? true);
    } finally {
      await simulation.close();
    }
  }

  private print(title: string, text: string): void {
    this.report.write(`\n${title}\n${text}\n`);
  }

  private template(): TemplateToRun {
    const { template: file } = this.options;
    this.progress.say(file ? `Reading ${file}` : 'Synthesizing examples/quick-start');
    return file ? readTemplate(file) : synthesizeExample('quick-start', path.join(this.folder, 'cdk.out'));
  }

  private async update(
    before: string, after: TemplateToRun, events: readonly EventToSend[], engines: Engines, props: DryRunProps,
  ): Promise<UpdateDryRunResult> {
    const update = this.checked(before, () => {
      const { template, place } = readTemplate(before);
      SimulatedTemplate.parse(template, place);
      return StackUpdate.plan(template, after.template, { environment: { ...place, ...after.place } });
    });
    return runUpdateDry(update, events, props, { engines, folder: path.join(this.folder, 'update'), end: givenEnd() });
  }

  private simulation({ template, place }: TemplateToRun, engines: Engines): Simulation {
    const { out, template: file = 'examples/quick-start' } = this.options;
    const folder = out ? emptyFolder(out) : path.join(this.folder, 's3');
    return this.checked(file, () => {
      const deployed = SimulatedTemplate.parse(template, place);
      if (!deployed.ofType('AWS::Events::Rule').length) throw new Error('there is no rule in it, so nothing would happen to the events');
      return Simulation.create(deployed, { engines, folder, end: givenEnd() });
    });
  }

  /** What a file gives; what is wrong with it is the user's to know. */
  private checked<T>(file: string, read: () => T): T {
    try {
      return read();
    } catch (error) {
      throw error instanceof InputError ? error : new InputError(`${file}: ${(error as Error).message}`);
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

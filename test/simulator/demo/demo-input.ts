/** What the demo is given: its options, the template and the events; else the quick-start app and the sample events. */

import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { EventsFile, EventToSend, InputError, readFile } from './events-file';
import { ENGINE_SETS, EngineSet } from '../engine-sets';

export const USAGE = `Usage: npm run demo [-- OPTIONS]

Sends events through a synthesized template on this machine, without an AWS account: what the rules match is delivered, archived,
and answered by the template's saved queries. What goes to an API destination goes to a server on this machine, and nowhere else.
Without options: the app in examples/quick-start and the events in examples/events.

  --template FILE   a synthesized template, or a cdk.out folder that holds one
  --before FILE     the template that the stack has now: first it is updated, and the events are sent at each moment of the update too
  --events FILE     JSON Lines, one event a line; "__bus" names another bus than the default. May be given more than once. Taken too, also
                    compressed by gzip: a JSON document of events, CloudTrail's log files and records, and what lookup-events of CloudTrail,
                    receive-message of SQS and filter-log-events of CloudWatch Logs give; records become the events that EventBridge makes
  --engines NAME    embedded (the default: Node.js alone), or reference: AWS's event-ruler, jq 1.6, and Trino over moto's Glue and S3,
                    installed and started when they are not there (needs Python 3, Maven and a JDK 17 or newer; 1 GB to download)
  --json            the report to stderr, and as the last line of stdout the counts as JSON
  --out DIR         keep the objects in this folder, which must not exist or be empty
  --help            this text

What is archived is what a query of the template's own tables and views finds again, with its content equal as JSON. What cannot work
as it is declared, whether or not an event shows it, is a fault; what works, and keeps less than you may think, is said too.

With --before it says what CloudFormation replaces and removes and what stays behind, and what becomes of events that come meanwhile, in
the order of changes that is worst for them. It names who may then get older objects and no longer decrypt them.

Exit status: 0 when every event is accounted for, every query was answered and there is no fault, 1 when not, 2 when the input is wrong.
`;

const ROOT = path.resolve(__dirname, '..', '..', '..');
const EXAMPLES = path.join(ROOT, 'examples');
const SAMPLE_EVENTS = path.join(EXAMPLES, 'events');

/** The options. */
export interface DemoOptions {
  readonly template?: string;
  readonly before?: string;
  readonly events: readonly string[];
  readonly engines: EngineSet;
  readonly json: boolean;
  readonly out?: string;
  readonly help: boolean;
}

/** Reads the command line. */
export function readOptions(args: string[]): DemoOptions {
  try {
    const { values } = parseArgs({
      args,
      options: {
        template: { type: 'string' },
        before: { type: 'string' },
        events: { type: 'string', multiple: true },
        engines: { type: 'string', default: 'embedded' },
        json: { type: 'boolean' },
        out: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    const empty = Object.entries(values).find(([, value]) => value === '' || (Array.isArray(value) && value.includes('')));
    if (empty) throw new Error(`Option '--${empty[0]}' is empty`);
    const { template, before, events = [], json = false, out, help = false } = values;
    const engines = ENGINE_SETS.find(name => name === values.engines);
    if (!engines) throw new Error(`Option '--engines' is '${values.engines}', not one of ${ENGINE_SETS.join(', ')}`);
    const files = { template: template && fromHere(template), before: before && fromHere(before), out: out && fromHere(out) };
    return { ...files, events: events.map(fromHere), engines, json, help };
  } catch (error) {
    throw new InputError(`${(error as Error).message.split('\n')[0]} (see --help)`);
  }
}

/** A path from where the user is: `npm run`, with `--prefix` for example, moves to the package's folder. */
function fromHere(file: string): string {
  const here = process.env.npm_lifecycle_event === 'demo' ? process.env.INIT_CWD : undefined;
  return here === undefined || here === process.cwd() ? file : path.resolve(here, file);
}

/** The events to send: those of the files, else the sample events. */
export function readEvents(files: readonly string[]): EventToSend[] {
  return [...readInput(files).events];
}

/** The same, with what is to be said of the files. */
export function readInput(files: readonly string[]): EventsFile {
  const samples = () => fs.readdirSync(SAMPLE_EVENTS).filter(file => file.endsWith('.jsonl')).sort().map(file => path.join(SAMPLE_EVENTS, file));
  const read = (files.length ? files : samples()).map(readFile);
  const [events, remarks] = [read.flatMap(file => file.events), read.flatMap(file => file.remarks)];
  if (!events.length) throw new InputError(remarks.length ? `${remarks.join('; ')}: there is nothing to send` : `${files.join(', ')}: there is no event in it`);
  return { events, remarks };
}

/** Where a stack is deployed to, as far as it is known. */
type Place = { readonly account?: string; readonly region?: string };

/** A template and the place that it was made for. */
export interface TemplateToRun {
  readonly template: object;
  readonly place: Place;
}

/** What is read of a cloud assembly. */
interface Assembly {
  readonly artifacts?: { readonly [id: string]: { readonly environment?: string; readonly properties?: { readonly templateFile?: string } } };
}

/** A template's JSON, from a file or from a cloud assembly that holds one. */
export function readTemplate(file: string): TemplateToRun {
  if (!fs.existsSync(file)) throw new InputError(`${file}: there is no such file`);
  const templateFile = fs.statSync(file).isDirectory() ? onlyTemplate(file) : file;
  const template = parseTemplate(templateFile);
  return { template, place: { ...placeInTemplate(template), ...placeInManifest(templateFile) } };
}

/** The account and Region that a stack is for, where its app says so: they stand as literals in its template. */
function placeInTemplate(template: object): Place {
  const [, account] = /"CatalogId":"(\d{12})"/.exec(JSON.stringify(template)) ?? [];
  const [, region] = /"arn:[a-z-]+:events:([a-z0-9-]+):\d{12}:/.exec(JSON.stringify(template)) ?? [];
  return { ...account && { account }, ...region && { region } };
}

/** What the cloud assembly beside the template says of its stack. */
function placeInManifest(templateFile: string): Place {
  const manifest = path.join(path.dirname(templateFile), 'manifest.json');
  if (!fs.existsSync(manifest)) return {};
  const { artifacts = {} } = JSON.parse(fs.readFileSync(manifest, 'utf8')) as Assembly;
  const stack = Object.values(artifacts).find(({ properties }) => properties?.templateFile === path.basename(templateFile));
  const [, account, region] = /^aws:\/\/(\d{12})\/([a-z]{2}-[a-z0-9-]+)$/.exec(stack?.environment ?? '') ?? [];
  return { ...account && { account }, ...region && { region } };
}

/** Synthesizes an example's app into a folder, in a process of its own, and reads its template. */
export function synthesizeExample(name: string, folder: string): TemplateToRun {
  const { status, stderr, error } = spawnSync(process.execPath, ['--import', 'tsx', 'app.ts'], {
    cwd: path.join(EXAMPLES, name),
    env: { ...process.env, CDK_OUTDIR: folder },
    encoding: 'utf8',
  });
  if (error ?? status !== 0) throw new Error(`examples/${name} did not synthesize:\n${error?.message ?? stderr}`);
  return readTemplate(folder);
}

/** The folder for the objects. */
export function emptyFolder(folder: string): string {
  if (fs.existsSync(folder) && (!fs.statSync(folder).isDirectory() || fs.readdirSync(folder).length)) {
    throw new InputError(`${folder}: --out takes a folder that does not exist or is empty`);
  }
  return path.resolve(folder);
}

function onlyTemplate(folder: string): string {
  const templates = fs.readdirSync(folder).filter(name => name.endsWith('.template.json') && !name.endsWith('.nested.template.json')).sort();
  if (templates.length === 1) return path.join(folder, templates[0]);
  const found = templates.length ? `it holds ${templates.length} templates, name one: ${templates.join(', ')}` : 'it holds no *.template.json';
  throw new InputError(`${folder}: ${found}`);
}

function parseTemplate(file: string): object {
  try {
    const template: unknown = JSON.parse(fs.readFileSync(file, 'utf8'));
    if (typeof template === 'object' && template !== null && 'Resources' in template) return template;
  } catch (error) {
    throw new InputError(`${file}: not JSON: ${(error as Error).message.split('\n')[0]}`);
  }
  throw new InputError(`${file}: no CloudFormation template: it has no Resources`);
}

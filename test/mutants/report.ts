/**
 * Judges every mutant of the default and of the full archive, and prints who noticed how many, what is listed and what survives.
 *
 *     npx tsx test/mutants/report.ts [--only <regular expression of ids>] [--without <judge>] [--verdicts <file>]
 *
 * It ends with 1 when a mutant survives, or when an entry of the list covers none; with some of the mutants or without a judge, entries
 * may cover none. The figures are in `test-reports/mutants.json` too; `--verdicts` writes what became of each mutant, one a line.
 */

import { fork } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { Archive, archives as allArchives, sourceOf } from './archives';
import { archivesAsText, Assignment, Judged, WorkerOptions } from './assignments';
import { mutantsOf } from './generator';
import { Judge, JUDGES, Verdict } from './judges';
import { LISTED, Listed, listingOf } from './listed';
import type { Mutant } from './mutant';

const WORKERS = 2;

const SUMMARY = path.join('test-reports', 'mutants.json');

/** How many mutants a worker gets at a time. */
const ASSIGNED = 10;

/** What became of the mutants of an archive. */
interface Figures {
  readonly archive: string;
  readonly mutants: number;
  readonly killed: { readonly [judge in Judge]: number };
  readonly listed: number;
  readonly surviving: readonly string[];
}

/** A mutant with its verdict. */
interface JudgedMutant {
  readonly archive: string;
  readonly mutant: Mutant;
  readonly verdict: Verdict;
}

/** What the report is asked. */
export interface ReportOptions {
  readonly archives: readonly Archive[];
  /** Mutants by their ids. @default - all */
  readonly only?: RegExp;
  /** @default - all */
  readonly judges?: readonly Judge[];
}

/** What the report says. */
export interface Report {
  readonly figures: readonly Figures[];
  /** How many survivors each entry of the list covers. */
  readonly listed: ReadonlyMap<Listed, number>;
  readonly judged: readonly JudgedMutant[];
}

/** Judges the mutants, in processes of their own. */
export async function reportOn({ archives, only = /./, judges }: ReportOptions): Promise<Report> {
  const mutants = archives.map(archive => mutantsOf(sourceOf(archive)));
  const assignments = mutants.flatMap((list, archive) => portions(list.flatMap(({ id }, number) => only.test(id) ? [number] : []))
    .map(numbers => ({ archive, mutants: numbers })));
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'event-audit-archive-mutants-'));
  try {
    const judged = await judgeAll(assignments, { archives, folder, judges });
    return reportOf(archives, judged.flatMap(({ archive, mutants: numbers, verdicts }) => numbers.map((number, index) => ({
      archive: archives[archive].name, mutant: mutants[archive][number], verdict: verdicts[index],
    }))));
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function portions(numbers: number[]): number[][] {
  return Array.from({ length: Math.ceil(numbers.length / ASSIGNED) }, (_, index) => numbers.slice(index * ASSIGNED, (index + 1) * ASSIGNED));
}

async function judgeAll(
  assignments: Assignment[],
  { archives, folder, judges }: { archives: readonly Archive[]; folder: string; judges?: readonly Judge[] },
): Promise<Judged[]> {
  const file = path.join(folder, 'archives.json');
  fs.writeFileSync(file, archivesAsText(archives));
  const now = new Date();
  now.setUTCMinutes(0, 0, 0);
  const queue = [...assignments];
  const workers = Array.from({ length: WORKERS }, (_, index) =>
    work(queue, { archives: file, folder: path.join(folder, String(index)), now: now.toISOString(), judges }));
  return (await Promise.all(workers)).flat();
}

/** One worker, until nothing is left. */
function work(queue: Assignment[], options: WorkerOptions): Promise<Judged[]> {
  const done: Judged[] = [];
  const worker = fork(path.join(__dirname, 'worker.ts'), [JSON.stringify(options)], { execArgv: ['--import', 'tsx'] });
  const next = () => worker.send(queue.shift() ?? 'end');
  worker.on('message', (judged: Judged) => {
    done.push(judged);
    next();
  });
  next();
  return new Promise((resolve, reject) => {
    worker.on('error', reject);
    worker.on('exit', code => code === 0 ? resolve(done) : reject(new Error(`a worker ended with ${code}`)));
  });
}

/** Counts what became of the mutants. */
export function reportOf(archives: readonly Archive[], judged: readonly JudgedMutant[]): Report {
  const listed = new Map(LISTED.map(entry => [entry, 0]));
  const figures = archives.map(({ name }) => {
    const own = judged.filter(({ archive }) => archive === name);
    const unnoticed = own.filter(({ verdict }) => verdict.judge === undefined);
    const surviving = unnoticed.filter(({ mutant }) => {
      const entry = listingOf(mutant, name);
      if (entry) listed.set(entry, listed.get(entry)! + 1);
      return entry === undefined;
    });
    const killed = Object.fromEntries(JUDGES.map(judge => [judge, own.filter(({ verdict }) => verdict.judge === judge).length]));
    return {
      archive: name,
      mutants: own.length,
      killed: killed as Figures['killed'],
      listed: unnoticed.length - surviving.length,
      surviving: surviving.map(({ mutant }) => mutant.id).sort(),
    };
  });
  return { figures, listed, judged };
}

/** The entries that cover no survivor. */
export function staleEntries({ listed }: Report): Listed[] {
  return [...listed].filter(([, count]) => count === 0).map(([entry]) => entry);
}

function print(report: Report, stale: readonly Listed[], seconds: number): void {
  const columns = ['archive', 'mutants', ...JUDGES, 'listed', 'surviving'];
  const rows = report.figures.map(({ archive, mutants, killed, listed, surviving }) =>
    [archive, mutants, ...JUDGES.map(judge => killed[judge]), listed, surviving.length].map(String));
  const widths = columns.map((column, index) => Math.max(column.length, ...rows.map(row => row[index].length)));
  const lines = [columns, ...rows].map(row => row.map((cell, index) => index === 0 ? cell.padEnd(widths[index]) : cell.padStart(widths[index])).join('  '));
  console.log([...lines, '', ...report.figures.flatMap(({ archive, surviving }) => surviving.map(id => `survives: ${archive}: ${id}`))].join('\n'));
  for (const { type, path: place, kind } of stale) console.log(`listed, but nothing like it survives: ${type} ${place} ${kind}`);
  console.log(`${seconds} seconds`);
}

/** What is said of one mutant. */
function lineOf({ archive, mutant, verdict }: JudgedMutant): object {
  const listed = verdict.judge === undefined ? listingOf(mutant, archive)?.reason : undefined;
  return { archive, id: mutant.id, ...verdict, listed };
}

async function main(): Promise<void> {
  const { values: { only, without, verdicts } } = parseArgs({
    options: { only: { type: 'string' }, without: { type: 'string' }, verdicts: { type: 'string' } },
  });
  if (without !== undefined && !JUDGES.some(judge => judge === without)) throw new Error(`--without: got ${without}; the judges are ${JUDGES.join(', ')}`);
  const start = Date.now();
  const judges = JUDGES.filter(judge => judge !== without);
  const report = await reportOn({ archives: allArchives(), only: only === undefined ? undefined : new RegExp(only), judges });
  const stale = only === undefined && without === undefined ? staleEntries(report) : [];
  const seconds = Math.round((Date.now() - start) / 1000);
  print(report, stale, seconds);
  fs.mkdirSync(path.dirname(SUMMARY), { recursive: true });
  fs.writeFileSync(SUMMARY, `${JSON.stringify({ figures: report.figures, stale, seconds }, undefined, 2)}\n`);
  if (verdicts !== undefined) fs.writeFileSync(verdicts, report.judged.map(judged => `${JSON.stringify(lineOf(judged))}\n`).join(''));
  if (stale.length > 0 || report.figures.some(({ surviving }) => surviving.length > 0)) process.exitCode = 1;
}

if (require.main === module) void main();

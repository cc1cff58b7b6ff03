/**
 * Mutates the library's sources with Stryker, room by room, and writes into `figures` how many mutants the tests kill and which survive.
 *
 *     npm run mutants:sources [-- ROOM …]
 *
 * It ends with 1 when a room's tests kill less than 85 % of its mutants.
 */

import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ROOMS, testsOf } from './rooms';

const MIN_SCORE = 85;

const REPORTS = path.join('test-reports', 'stryker');
const FIGURES = path.join(__dirname, 'figures');

/** What is read of Stryker's report. @see https://github.com/stryker-mutator/mutation-testing-elements/tree/master/packages/report-schema */
interface StrykerReport {
  readonly files: { readonly [file: string]: { readonly mutants: readonly StrykerMutant[] } };
}

interface StrykerMutant {
  readonly status: string;
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly location: { readonly start: { readonly line: number } };
}

/** What became of a room's mutants. */
interface RoomFigures {
  readonly room: string;
  readonly killed: number;
  readonly survivors: string[];
}

function mutate(room: string): RoomFigures {
  // What is no room fails here, not in Stryker's own words.
  testsOf(room);
  fs.mkdirSync(REPORTS, { recursive: true });
  const { status } = spawnSync('npx', ['stryker', 'run'], { stdio: 'inherit', env: { ...process.env, STRYKER_ROOM: room } });
  if (status !== 0) throw new Error(`stryker ended with ${status}`);
  return figuresOf(room, JSON.parse(fs.readFileSync(path.join(REPORTS, `${room}.json`), 'utf8')) as StrykerReport);
}

/** As Stryker counts: a test that fails or never ends notices a mutant, and one with which no test can begin is none. */
function figuresOf(room: string, { files }: StrykerReport): RoomFigures {
  const mutants = Object.entries(files).flatMap(([file, { mutants: all }]) => all.map(mutant => ({ file, ...mutant })));
  const killed = mutants.filter(({ status }) => ['Killed', 'Timeout'].includes(status)).length;
  const survivors = mutants.filter(({ status }) => ['Survived', 'NoCoverage'].includes(status))
    .map(({ file, location, mutatorName, replacement = '' }) => `${file}:${location.start.line} ${mutatorName} ${replacement.replace(/\s+/g, ' ').slice(0, 100)}`);
  return { room, killed, survivors };
}

function score({ killed, survivors }: RoomFigures): number {
  return 100 * killed / (killed + survivors.length);
}

/** One file for each room: each can be measured alone. */
function write(figures: RoomFigures): void {
  const { room, killed, survivors } = figures;
  const summary = `${room}: ${killed} killed, ${survivors.length} surviving, ${score(figures).toFixed(1)} %`;
  fs.mkdirSync(FIGURES, { recursive: true });
  fs.writeFileSync(path.join(FIGURES, `${room}.txt`), [summary, '', ...survivors.sort(), ''].join('\n'));
  console.log(summary);
}

const rooms = process.argv.slice(2);
const measured = (rooms.length > 0 ? rooms : ROOMS).map(mutate);
measured.forEach(write);
process.exitCode = measured.some(room => score(room) < MIN_SCORE) ? 1 : 0;

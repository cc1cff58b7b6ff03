/** What the report and its workers tell one another. */

import { readFileSync } from 'node:fs';
import type { Archive } from './archives';
import type { Judge, Verdict } from './judges';

/** What a worker is started with. */
export interface WorkerOptions {
  /** A file with the archives, so that all processes have the same. */
  readonly archives: string;
  readonly folder: string;
  readonly now: string;
  readonly judges?: readonly Judge[];
}

/** Mutants of one archive, by their numbers. */
export interface Assignment {
  readonly archive: number;
  readonly mutants: readonly number[];
}

/** What became of an assignment. */
export interface Judged extends Assignment {
  readonly verdicts: readonly Verdict[];
}

/** The archives as they go from process to process. */
export function readArchives(file: string): Archive[] {
  const archives = JSON.parse(readFileSync(file, 'utf8')) as (Archive & { given: { id: string; ours?: string }[] })[];
  const given = ({ id, ours }: { id: string; ours?: string }) => ({ id, ours: ours === undefined ? undefined : new RegExp(ours) });
  return archives.map(archive => ({ ...archive, given: archive.given.map(given) }));
}

/** The archives as text. */
export function archivesAsText(archives: readonly Archive[]): string {
  return JSON.stringify(archives, (_name, value: unknown) => value instanceof RegExp ? value.source : value);
}

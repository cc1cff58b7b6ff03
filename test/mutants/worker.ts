/** A process that judges mutants: it gets their numbers from the report, and tells it the verdicts. */

import * as path from 'node:path';
import { Archive, sourceOf } from './archives';
import { Assignment, readArchives, WorkerOptions } from './assignments';
import { CfnLint } from './cfn-lint';
import { mutantsOf } from './generator';
import { Court, Verdict } from './judges';
import type { Mutant } from './mutant';
import { walkArchive } from '../simulator/permissions/walker';

class Worker {
  private readonly cfnLint = new CfnLint();
  private readonly archives: Archive[];
  private readonly courts = new Map<number, Promise<{ court: Court; mutants: Mutant[] }>>();

  public constructor(private readonly options: WorkerOptions) {
    this.archives = readArchives(options.archives);
  }

  public async judge({ archive, mutants: numbers }: Assignment): Promise<Verdict[]> {
    const open = this.courts.get(archive) ?? this.open(archive);
    this.courts.set(archive, open);
    const { court, mutants } = await open;
    const verdicts: Verdict[] = [];
    for (const number of numbers) verdicts.push(await court.judge(mutants[number], this.options.judges));
    return verdicts;
  }

  public async close(): Promise<void> {
    for (const open of this.courts.values()) await (await open).court.close();
    this.cfnLint.close();
  }

  private async open(index: number): Promise<{ court: Court; mutants: Mutant[] }> {
    const { folder, now } = this.options;
    const archive = this.archives[index];
    const court = await Court.open({
      archive, walk: walkArchive, cfnLint: this.cfnLint, folder: path.join(folder, archive.name), now: new Date(now),
    });
    return { court, mutants: mutantsOf(sourceOf(archive)) };
  }
}

if (require.main === module) {
  const worker = new Worker(JSON.parse(process.argv[2]) as WorkerOptions);
  process.on('message', (assignment: Assignment | 'end') => {
    if (assignment === 'end') void worker.close().then(() => process.disconnect());
    else void worker.judge(assignment).then(verdicts => process.send!({ ...assignment, verdicts }));
  });
}

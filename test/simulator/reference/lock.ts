/** Locks between processes: a link whose target is the number of the process that has it. */

import * as fs from 'node:fs';

/** How often a process that waits looks again, in milliseconds. */
const LOCK_POLL = 500;

/** Does something while no other process has the lock. */
export async function locked(lock: string, say: (text: string) => void, action: () => Promise<void>): Promise<void> {
  let waitsFor: number | undefined;
  for (let owner = take(lock); owner !== undefined; owner = take(lock)) {
    if (owner !== waitsFor) say(`Waiting for process ${owner}, which has ${lock}`);
    waitsFor = owner;
    await new Promise(resolve => setTimeout(resolve, LOCK_POLL));
  }
  try {
    await action();
  } finally {
    free(lock);
  }
}

/** Takes a lock, also that of a process which is gone; otherwise whose it is. A link is there at once with the number that it holds. */
function take(lock: string): number | undefined {
  try {
    fs.symlinkSync(String(process.pid), lock);
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const owner = ownerOf(lock);
  if (owner !== undefined && lives(owner)) return owner;
  free(lock);
  return take(lock);
}

function free(lock: string): void {
  try {
    fs.unlinkSync(lock);
  } catch {
    // Another process has freed it.
  }
}

/** None when it was given up in between. */
function ownerOf(lock: string): number | undefined {
  try {
    return Number(fs.readlinkSync(lock));
  } catch {
    return undefined;
  }
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

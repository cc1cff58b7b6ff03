/** Folders for the objects of the simulator's own tests, gone when the tests of a file are done. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A new folder, empty. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'simulation-'));
  folders.push(folder);
  return folder;
}

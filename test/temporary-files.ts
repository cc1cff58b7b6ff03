// What a run of the tests leaves among the temporary files goes with it: CDK leaves every assembly that it synthesizes there.

import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

const PREFIX = 'cdk-event-audit-archive-tests-';

export default function keepTogether(): void {
  // One process may run the tests many times.
  if (path.basename(tmpdir()).startsWith(PREFIX)) return;
  const folder = fs.mkdtempSync(path.join(tmpdir(), PREFIX));
  process.env.TMPDIR = folder;
  process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
}

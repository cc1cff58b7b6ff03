/**
 * Compares the public API, as it is compiled, with that of the last release. It ends with 1 when an app that uses the one could not use
 * the other; what `.compatignore` lists is let through.
 *
 *     npm run api-changes
 */

import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

const REPOSITORY = path.resolve(__dirname, '..', '..');

/** What of one package's API is missing or changed in another's, or nothing. */
export function breakingChanges(before: string, after: string): string {
  const { status, stdout, stderr } = spawnSync('npx', ['jsii-diff', before, after, '--keys', '--ignore-file', '.compatignore'], { cwd: REPOSITORY, encoding: 'utf8' });
  return status === 0 ? '' : stdout + stderr;
}

function lastRelease(): string | undefined {
  const { status, stdout } = spawnSync('git', ['describe', '--tags', '--abbrev=0', '--match', 'v*'], { cwd: REPOSITORY, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

function compareWith(release: string): string {
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'release-'));
  const checkout = path.join(folder, release);
  try {
    execFileSync('git', ['worktree', 'add', '--quiet', '--detach', checkout, release], { cwd: REPOSITORY });
    execFileSync('npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: checkout, stdio: 'inherit' });
    execFileSync('npx', ['jsii'], { cwd: checkout, stdio: 'inherit' });
    return breakingChanges(checkout, REPOSITORY);
  } finally {
    execFileSync('git', ['worktree', 'remove', '--force', checkout], { cwd: REPOSITORY });
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

if (require.main === module) {
  const release = lastRelease();
  const changes = release ? compareWith(release) : '';
  console.log(release ? changes || `Nothing of ${release} is missing or changed.` : 'There is no release yet to compare with.');
  process.exitCode = changes ? 1 : 0;
}

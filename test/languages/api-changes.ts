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
  const { error, status, signal, stdout, stderr } = spawnSync('npx', ['jsii-diff', before, after, '--keys', '--ignore-file', '.compatignore'],
    { cwd: REPOSITORY, encoding: 'utf8' });
  if (error) throw error;
  return status === 0 ? '' : (stdout + stderr).trim() || `jsii-diff ended with ${status ?? signal}`;
}

function lastRelease(): string | undefined {
  const [latest] = git('tag', '--list', 'v*', '--merged', 'HEAD', '--sort=-version:refname').split('\n');
  return latest || undefined;
}

/** A shallow clone has no tags that it was not given. */
function nothingToCompareWith(): string {
  return git('rev-parse', '--is-shallow-repository') === 'true'
    ? 'This clone is shallow and has no release: nothing was compared. Fetch the tags first: git fetch --unshallow --tags'
    : 'There is no release yet to compare with.';
}

function git(...command: string[]): string {
  return execFileSync('git', command, { cwd: REPOSITORY, encoding: 'utf8' }).trim();
}

function compareWith(release: string): string {
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'release-'));
  const checkout = path.join(folder, release);
  try {
    git('worktree', 'prune');
    git('worktree', 'add', '--quiet', '--detach', checkout, release);
    execFileSync('npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: checkout, stdio: 'inherit' });
    execFileSync('npx', ['jsii'], { cwd: checkout, stdio: 'inherit' });
    return breakingChanges(checkout, REPOSITORY);
  } finally {
    git('worktree', 'remove', '--force', checkout);
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

if (require.main === module) {
  const release = lastRelease();
  const changes = release ? compareWith(release) : '';
  console.log(release ? changes || `Nothing of ${release} is missing or changed.` : nothingToCompareWith());
  process.exitCode = changes ? 1 : 0;
}

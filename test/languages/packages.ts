/**
 * Builds the packages of every language from the sources, into `dist`:
 *
 *     npm run packages
 *
 * They are the npm tarball, the wheel and the Maven artifact, the Go module, and the sources of the NuGet package. A Go module is its
 * sources; they are compiled with the app that uses them. To compile C# takes a .NET SDK, which the release has.
 */

import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { removeComments } from './without-comments';
import { cacheFolder } from '../simulator/reference/installation';

const REPOSITORY = path.resolve(__dirname, '..', '..');

/** Where the packages are, in a folder for each language. */
export const PACKAGES = path.join(REPOSITORY, 'dist');

/** What Maven downloads, for those who build the package and those who use it. */
export const MAVEN_REPOSITORY = path.join(cacheFolder(), 'maven');

const PACKAGED = ['js', 'python', 'java'];
const SOURCES = ['go', 'dotnet'];

/** The tarball for npm. */
export function npmTarball(): string {
  return onlyFile(path.join(PACKAGES, 'js'), '.tgz');
}

/** The wheel for pip. */
export function wheel(): string {
  return onlyFile(path.join(PACKAGES, 'python'), '.whl');
}

function build(): void {
  // What is no source any more would be packed too.
  for (const folder of ['lib', 'dist']) fs.rmSync(path.join(REPOSITORY, folder), { recursive: true, force: true });
  run('jsii', '--fail-on-warnings');
  // Without it the other languages' documentation would show TypeScript.
  run('jsii-rosetta', 'extract', '--compile', '--strict');
  removeComments(path.join(REPOSITORY, 'lib'));
  // `files` says what goes into the npm package, and pacmak need not write another list.
  run('jsii-pacmak', '--no-npmignore', '--targets', ...PACKAGED);
  run('jsii-pacmak', '--no-npmignore', '--code-only', '--targets', ...SOURCES);
}

function run(...command: string[]): void {
  const env = { ...process.env, JSII_PACMAK_MAVEN_LOCAL_REPOSITORY: MAVEN_REPOSITORY };
  const { status } = spawnSync('npx', command, { cwd: REPOSITORY, stdio: 'inherit', env });
  if (status !== 0) throw new Error(`'${command.join(' ')}' ended with ${status}`);
}

function onlyFile(folder: string, extension: string): string {
  const names = fs.existsSync(folder) ? fs.readdirSync(folder).filter(name => name.endsWith(extension)) : [];
  if (names.length !== 1) throw new Error(`${folder} has ${names.length} files ${extension}: npm run packages`);
  return path.join(folder, names[0]);
}

if (require.main === module) build();

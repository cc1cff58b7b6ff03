// What the npm package weighs: its files, its dependencies, and what an import of it loads.

import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { npmTarball } from './packages';
import { withoutComments } from './without-comments';

const REPOSITORY = path.resolve(__dirname, '..', '..');

const MAX_BYTES = 300_000;

const folder = fs.mkdtempSync(path.join(tmpdir(), 'footprint-'));
const installed = path.join(folder, 'package');

beforeAll(() => {
  execFileSync('tar', ['xzf', npmTarball(), '-C', folder]);
  // The peers, as the library is developed with them.
  fs.symlinkSync(path.join(REPOSITORY, 'node_modules'), path.join(folder, 'node_modules'));
});

afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

function filesIn(root: string): string[] {
  const entries = fs.readdirSync(root, { recursive: true, withFileTypes: true });
  return entries.filter(entry => entry.isFile()).map(entry => path.relative(root, path.join(entry.parentPath, entry.name))).sort();
}

test('it holds what the sources are compiled to, what describes them, and nothing else', () => {
  const sources = filesIn(path.join(REPOSITORY, 'src')).map(file => path.join('lib', file.replace(/\.ts$/, '')));
  const compiled = sources.flatMap(file => [`${file}.js`, `${file}.d.ts`]);
  expect(filesIn(installed)).toEqual([...compiled, '.jsii', 'LICENSE', 'README.md', 'package.json'].sort());
});

test('it has the doc comments where they are read, and none in what runs', () => {
  for (const file of filesIn(installed).filter(name => name.endsWith('.js'))) {
    const program = fs.readFileSync(path.join(installed, file), 'utf8');
    expect(withoutComments(program)).toBe(program);
  }
  expect(fs.readFileSync(path.join(installed, 'lib', 'event-audit-archive.d.ts'), 'utf8')).toContain('* Keeps every event that matters');
});

test(`it is smaller than ${MAX_BYTES} bytes`, () => {
  expect(fs.statSync(npmTarball()).size).toBeLessThan(MAX_BYTES);
});

test('it has no dependency but its peers', () => {
  const { dependencies, bundledDependencies, bundleDependencies, optionalDependencies, peerDependencies } = JSON.parse(
    fs.readFileSync(path.join(installed, 'package.json'), 'utf8'));
  expect({ dependencies, bundledDependencies, bundleDependencies, optionalDependencies })
    .toEqual({ dependencies: undefined, bundledDependencies: undefined, bundleDependencies: undefined, optionalDependencies: undefined });
  expect(Object.keys(peerDependencies).sort()).toEqual(['aws-cdk-lib', 'constructs']);
});

/** What any app loads, and the files that hold nothing but the names of others. */
const LOADED_ANYHOW = /^(core|cx-api|cloud-assembly-schema|node_modules)\/|^(\.warnings\.jsii|index)\.js$|^[a-z0-9-]+\/(lib\/)?index\.js$/;

/** What a program loads of aws-cdk-lib beside that. */
function loadedBy(program: string): string[] {
  const script = `${program}; const loaded = Object.keys(require.cache).map(file => file.split('/aws-cdk-lib/')[1]).filter(Boolean);`
    + 'process.stdout.write(JSON.stringify(loaded))';
  const files = JSON.parse(execFileSync('node', ['-e', script], { cwd: folder, encoding: 'utf8' })) as string[];
  return files.filter(file => !LOADED_ANYHOW.test(file)).sort();
}

describe('an import', () => {
  const IMPORT = 'const { EventAuditArchive, FanOut, FanOutAuthorization, FanOutPayload, PartitionKey } = require("./package")';

  test('loads no service of aws-cdk-lib but the class that one of its own extends', () => {
    expect(loadedBy(IMPORT)).toEqual(['aws-events/lib/input.js']);
  });

  test('an archive loads the services that it uses', () => {
    const modules = loadedBy(`${IMPORT}; new EventAuditArchive(new (require('aws-cdk-lib').Stack)(), 'Audit')`).map(file => file.split('/')[0]);
    expect([...new Set(modules)].sort()).toEqual(['aws-athena', 'aws-events', 'aws-glue', 'aws-iam', 'aws-kinesisfirehose', 'aws-logs', 'aws-s3', 'aws-sqs']);
  });
});

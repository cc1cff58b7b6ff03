// A release takes nothing away: `npm run api-changes` compares with the last one, by what is tried here.

import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { breakingChanges } from './api-changes';

const REPOSITORY = path.resolve(__dirname, '..', '..');

const folder = fs.mkdtempSync(path.join(tmpdir(), 'api-changes-'));

afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

interface Assembly {
  readonly types: { readonly [name: string]: { methods: Array<{ readonly name: string }> } };
}

/** A package with the API that is compiled here, changed. */
function packageWith(name: string, change: (assembly: Assembly) => void): string {
  const target = path.join(folder, name);
  fs.mkdirSync(target);
  fs.copyFileSync(path.join(REPOSITORY, 'package.json'), path.join(target, 'package.json'));
  fs.symlinkSync(path.join(REPOSITORY, 'node_modules'), path.join(target, 'node_modules'));
  const assembly = JSON.parse(fs.readFileSync(path.join(REPOSITORY, '.jsii'), 'utf8')) as Assembly;
  change(assembly);
  fs.writeFileSync(path.join(target, '.jsii'), JSON.stringify(assembly));
  return target;
}

test('a method that is gone is found, one that is new is not', () => {
  const all = packageWith('all', () => undefined);
  const fewer = packageWith('fewer', ({ types }) => {
    const archive = types['cdk-event-audit-archive.EventAuditArchive'];
    archive.methods = archive.methods.filter(({ name }) => name !== 'addFanOut');
  });
  expect(breakingChanges(all, fewer)).toMatch(/METHOD.*addFanOut.*removed|addFanOut.*removed/is);
  expect(breakingChanges(fewer, all)).toBe('');
});

// The index of traps leads to tests that are there, and knows every test that is there for a trap.

import * as fs from 'node:fs';
import * as path from 'node:path';
import { Trap, TRAPS } from './index';

const TESTS = path.dirname(__dirname);

/** The name of a test, or that of a row of a table, at the beginning of its line. */
const NAMED = /^ *(?:test\(|\[|(?:\{ )?name: )'((?:[^'\\]|\\.)+)'/gm;

/** Whether a test, or a row of a table, has that name in a file. */
function isNamedIn(file: string, test: string): boolean {
  return read(file).includes(`'${test.replaceAll('\'', '\\\'')}'`);
}

function read(file: string): string {
  return fs.readFileSync(path.join(TESTS, file), 'utf8');
}

test.each(TRAPS.map((trap): [string, Trap] => [trap.trap, trap]))('%s: there is a test for it', (_name, { file, test: name }) => {
  expect(isNamedIn(file, name)).toBe(true);
});

test('a test that is not there is missed', () => {
  expect(isNamedIn(TRAPS[0].file, 'no such test')).toBe(false);
});

test('no trap is in the index twice', () => {
  const names = TRAPS.map(({ trap }) => trap);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test('every test for a trap is in the index', () => {
  const files = ['traps', 'reference'].flatMap(folder => fs.readdirSync(path.join(TESTS, folder)).map(name => `${folder}/${name}`))
    .filter(file => /^traps\/(?!index)|^reference\/traps-/.test(file));
  const named = files.flatMap(file => [...read(file).matchAll(NAMED)].map(([, name]) => `${file}: ${name.replace(/\\(.)/g, '$1')}`));
  const known = new Set(TRAPS.map(({ file, test: name }) => `${file}: ${name}`));
  expect(named.length).toBeGreaterThan(90);
  expect(named.filter(name => !known.has(name))).toEqual([]);
});

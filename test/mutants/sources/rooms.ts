/** The rooms of the library whose sources are mutated, and the tests that judge the mutants of each. */

import * as fs from 'node:fs';
import * as path from 'node:path';

const TESTS = path.resolve(__dirname, '..', '..');

/** What says nothing of one room alone. */
const OF_ALL = ['event-audit-archive.test.ts', 'end-to-end/every-event.test.ts', 'end-to-end/upgrades.test.ts'];

/** By the folder below `src`; its own tests first, because they kill most. */
const TESTS_OF: { readonly [room: string]: readonly string[] } = {
  'layout': ['layout', 'catalog', 'delivery', 'end-to-end/partition-keys.test.ts', ...OF_ALL],
  'events': ['events', 'capture', 'fan-out/subscription.test.ts', ...OF_ALL],
  'catalog': ['catalog', 'query', 'end-to-end/outcomes.test.ts', ...OF_ALL],
  'capture': ['capture', 'fan-out/on-event.test.ts', 'end-to-end/outcomes.test.ts', ...OF_ALL],
  'delivery': ['delivery', 'encryption.test.ts', 'end-to-end/outcomes.test.ts', ...OF_ALL],
  'fan-out': ['fan-out', 'encryption.test.ts', 'end-to-end/fan-out.test.ts', ...OF_ALL],
};

export const ROOMS: readonly string[] = Object.keys(TESTS_OF);

/** The files of the tests of a room. */
export function testsOf(room: string): string[] {
  if (!Object.hasOwn(TESTS_OF, room)) throw new Error(`got ${JSON.stringify(room)}; the rooms are ${ROOMS.join(', ')}`);
  return TESTS_OF[room].map(name => path.join(TESTS, name)).flatMap(file => fs.statSync(file).isDirectory() ? testFilesIn(file) : [file]);
}

function testFilesIn(folder: string): string[] {
  const names = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter(name => name.endsWith('.test.ts')).sort().map(name => path.join(folder, name));
}

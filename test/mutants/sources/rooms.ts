/** The rooms of the library whose sources are mutated, and the tests that judge the mutants of each. */

import * as fs from 'node:fs';
import * as path from 'node:path';

const TESTS = path.resolve(__dirname, '..', '..');

/** By the folder below `src`. Its own tests come first: they are quick and kill most, and the rest see only what survives them. */
const TESTS_OF: { readonly [room: string]: readonly string[] } = {
  'layout': ['layout', 'catalog', 'delivery', 'storage/given-bucket.test.ts'],
  'events': ['events', 'catalog', 'layout/layout.test.ts', 'capture', 'fan-out/subscription.test.ts'],
  'catalog': ['catalog', 'query', 'layout/layouts.test.ts', 'end-to-end/outcomes.test.ts', 'end-to-end/upgrades.test.ts'],
  'capture': ['capture', 'fan-out/on-event.test.ts', 'fan-out/subscription.test.ts'],
  'delivery': ['delivery', 'encryption.test.ts', 'event-audit-archive.test.ts'],
  'fan-out': ['fan-out', 'encryption.test.ts'],
  'trail': ['trail', 'query', 'layout/trail-logs.test.ts'],
  'watch': ['watch', 'capture/dedicated-stream.test.ts', 'end-to-end/tamper-alerts.test.ts'],
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

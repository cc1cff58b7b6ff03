import { spawnSync } from 'node:child_process';
import * as path from 'node:path';

const ROOT = path.resolve(__dirname, '..', '..');

/** Both runs end at the same moment. */
const DEMO_END = new Date().toISOString();

/** Everything that the demo prints: the report, and the counts. */
function demo(...args: string[]): { status: number | null; report: string; counts: { [name: string]: unknown } } {
  const command = ['--import', 'tsx', 'test/simulator/demo.ts', '--json', ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: ROOT, encoding: 'utf8', env: { ...process.env, DEMO_END } });
  return { status, report: stderr, counts: JSON.parse(stdout || '{}') };
}

test('the demo prints the same ledger, objects, requests and query results on both sets of engines', () => {
  const [embedded, reference] = [demo(), demo('--engines', 'reference')];
  expect(embedded.status).toBe(0);
  expect(embedded.counts).toMatchObject({ archived: expect.any(Number), failed: expect.any(Number), queries: expect.any(Object) });
  expect(embedded.report).toContain('receipt_date=');
  expect(reference).toEqual(embedded);
});

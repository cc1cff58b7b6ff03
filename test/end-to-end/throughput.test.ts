// What docs/throughput.md says: its query is run, its table is computed, and its example of partitions is synthesized.

import * as fs from 'node:fs';
import * as path from 'node:path';
import { anEvent, cleanUp, run } from './archive-run';
import { synthesize } from './recent-archive';
import { PartitionKey } from '../../src';
import { synthesisError } from '../synthesize';

afterAll(cleanUp);

const PAGE = fs.readFileSync(path.resolve(__dirname, '..', '..', 'docs', 'throughput.md'), 'utf8');
const [QUERY] = [.../```sql\n([^]*?)```/.exec(PAGE)!].slice(1);
const KIB = 1024;
const MIB = 1024 * KIB;

test('its query counts the events of the busiest minutes', async () => {
  const times = ['2026-11-19T12:00:00Z', '2026-11-19T12:00:59Z', '2026-11-19T12:00:30Z', '2026-11-19T12:01:00Z'];
  const archive = await run(synthesize().template.toJSON(), times.map(time => anEvent({ time, detail: { n: 1 } })));
  const rows = (await archive.rows(QUERY)).map(row => [row.minute, Number(row.events_per_second), Number(row.characters_of_detail)]);
  expect(rows).toEqual([['2026-11-19T12:00', 0.05, 7], ['2026-11-19T12:01', expect.closeTo(1 / 60), 7]]);
});

test('its table is the smaller of what bytes and requests allow', () => {
  const rows = [...PAGE.matchAll(/^\| ([\d.]+) KiB \| ([\d,]+)(?: a second)? \| ([\d,]+)(?: a second)? \|$/gm)].map(([, ...cells]) => cells.map(cell => Number(cell.replaceAll(',', ''))));
  expect(rows).toHaveLength(5);
  const within = (bytes: number, requests: number, size: number) => Math.min(requests, Math.floor(bytes / (size * KIB)));
  expect(rows).toEqual(rows.map(([size]) => [size, within(5 * MIB, 2000, size), within(MIB, 1000, size)]));
});

test('its example of partitions fails where it says so', () => {
  const keysFor = (accounts: number) => ({
    partitionKeys: [
      PartitionKey.eventType(),
      PartitionKey.account({ values: Array.from({ length: accounts }, (_, index) => String(100_000_000_000 + index)) }),
      PartitionKey.receiptDate(),
    ],
  });
  expect(() => synthesize(keysFor(30))).not.toThrow();
  expect(synthesisError(keysFor(31))).toContain('512');
});

test('each number has a source: every link leads to one that is named, and none is unused', () => {
  const used = new Set([...PAGE.matchAll(/\]\[([a-z0-9-]+)\]/g)].map(([, name]) => name));
  const named = new Map([...PAGE.matchAll(/^\[([a-z0-9-]+)\]: (\S+)$/gm)].map(([, name, url]) => [name, url]));
  expect([...used].sort()).toEqual([...named.keys()].sort());
  expect([...named.values()].filter(url => !/^https:\/\/(docs\.)?aws\.amazon\.com\//.test(url))).toEqual([]);
});

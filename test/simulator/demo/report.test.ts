import type { QueryResult } from '../engines';
import { counted, fanOutBlock, ledgerBlock, objectTree, Progress, queryTable } from './report';
import type { ReceivedRequest } from '../http/http-endpoint';

const COUNTS = {
  sent: 1200,
  unmatched: 200,
  unmatchedBecause: { readOnly: 150, noPattern: 50 },
  matched: 1000,
  archived: 997,
  failed: 2,
  deadLettered: 1,
  notFound: 0,
  lost: 0,
  objects: 12,
  bytes: 2_500_000,
};

function result(columns: { [name: string]: string }, ...rows: unknown[][]): QueryResult {
  return { columns: Object.entries(columns).map(([name, type]) => ({ name, type })), rows };
}

function lines(text: string): string[] {
  return text.split('\n');
}

test('the ledger stands in aligned columns', () => {
  expect(lines(ledgerBlock(COUNTS, { events: ['audit.events', 'more.events'], errors: ['audit.delivery_errors'] }))).toEqual([
    '  sent          1,200  events put on the buses',
    '  unmatched       200  50 that no pattern asks for; 150 read-only API calls, which includeReadOnlyApiCalls adds',
    '  matched       1,000  in 1,000 deliveries',
    '  archived        997  in 12 objects of 2.4 MB altogether, found again in audit.events and more.events',
    '  failed            2  kept as error records, found again in audit.delivery_errors',
    '  dead-lettered     1  kept in a queue',
  ]);
});

test('the ledger says no more of what was written than the catalog was asked', () => {
  const nobody = ledgerBlock(COUNTS, { events: [], errors: [] });
  expect(nobody).toContain('archived        997  in 12 objects of 2.4 MB altogether, for which the template has no table: nothing was asked\n');
  expect(nobody).toContain('failed            2  kept as error records, for which the template has no table: nothing was asked\n');
  expect(ledgerBlock(COUNTS)).toContain('archived        997  in 12 objects of 2.4 MB altogether, for which the catalog could not be asked\n');
  expect(ledgerBlock({ ...COUNTS, archived: 987, notFound: 10 })).toContain('NOT FOUND        10  written to S3, where no query finds them');
  expect(ledgerBlock({ ...COUNTS, archived: 0, failed: 0, deadLettered: 0 })).toMatch(/ archived +0 {2}in 12 objects of 2.4 MB altogether\n +failed +0\n +dead-lettered +0$/);
});

test('the ledger counts one of a thing as one', () => {
  const one = { ...COUNTS, sent: 1, unmatched: 0, unmatchedBecause: {}, matched: 1, archived: 1, failed: 0, deadLettered: 0, objects: 1, bytes: 512 };
  expect(lines(ledgerBlock(one, { events: ['audit.events'], errors: [] })).slice(0, 4)).toEqual([
    '  sent          1  event put on the buses',
    '  unmatched     0',
    '  matched       1  in 1 delivery',
    '  archived      1  in 1 object of 512 B altogether, found again in audit.events',
  ]);
  expect([counted(1, 'saved query', 'saved queries'), counted(2, 'saved query', 'saved queries')]).toEqual(['1 saved query', '2 saved queries']);
});

test('the ledger says when events were delivered twice, and when one is lost', () => {
  const text = ledgerBlock({ ...COUNTS, archived: 1007, lost: 3 });
  expect(text).toContain('matched       1,000  in 1,013 deliveries: what two rules match is delivered twice');
  expect(text).toContain('LOST              3  kept nowhere');
});

describe('fan-out', () => {
  const counts = (delivered: number, requests: number, deadLettered = 0, lost = 0) => ({ delivered, requests, deadLettered, lost });
  const request = (destination: string, body: string): ReceivedRequest => ({
    destination, method: 'POST', url: `https://${destination}/`, headers: { 'host': destination, 'x-key': 'key of Secret' }, body, attempt: 1, time: new Date(),
  });

  test('stands in aligned columns, with the first request of each API destination', () => {
    const fanOut = { confluent: counts(1200, 1203, 1), Topic: counts(1, 1) };
    expect(lines(fanOutBlock(fanOut, [request('confluent', '{"value":{"n":1}}'), request('confluent', 'second')]))).toEqual([
      '  confluent  1,200  delivered  in  1,203  requests  1  dead-lettered',
      '  Topic          1  delivered  in      1  request   0  dead-lettered',
      '',
      '  The first request to confluent, as received:',
      '    POST https://confluent/',
      '    host: confluent',
      '    x-key: key of Secret',
      '',
      '    {',
      '      "value": {',
      '        "n": 1',
      '      }',
      '    }',
    ]);
  });

  test('says when something is lost', () => {
    expect(fanOutBlock({ a: counts(0, 0, 0, 2) }, [])).toBe('  a  0  delivered  in  0  requests  0  dead-lettered  2  LOST: kept nowhere');
  });

  test('shows a long body in part, cut to the width', () => {
    const text = lines(fanOutBlock({ a: counts(1, 1) }, [request('a', JSON.stringify({ list: Array.from({ length: 100 }, () => 'x'.repeat(200)) }))], 60));
    expect(text).toHaveLength(24);
    expect(text[10]).toBe(`        "${'x'.repeat(50)}…`);
    expect(text[23]).toBe('    … 88 more lines');
  });

  test('shows a body that is no JSON as it is, without what would break a terminal', () => {
    expect(lines(fanOutBlock({ a: counts(1, 1) }, [request('a', '{"a":"b"c"}\u001b[31m')])).pop()).toBe('    {"a":"b"c"}·[31m');
  });
});

test('the tree counts what lies below each folder, and joins folders that hold but one', () => {
  const object = (key: string, records: number, bytes: number) => ({ bucket: 'archive', key, records, bytes });
  expect(lines(objectTree([
    object('events/json/type=a/date=1/o1.gz', 2, 100),
    object('events/json/type=a/date=1/o2.gz', 1, 100),
    object('events/json/type=b/date=1/o1.gz', 1000, 5000),
    object('errors/o1', 1, 20),
  ]))).toEqual([
    '  s3://archive/       1,004  records  4  objects  5.1 KB',
    '    errors/               1  record   1  object     20 B',
    '    events/json/      1,003  records  3  objects  5.1 KB',
    '      type=a/date=1/      3  records  2  objects   200 B',
    '      type=b/date=1/  1,000  records  1  object   4.9 KB',
  ]);
});

test('a folder of many folders is shortened, and nothing is left out of the counts', () => {
  const objects = Array.from({ length: 30 }, (_, index) => ({ bucket: 'b', key: `d=${index}/o`, records: 1, bytes: 1 }));
  const text = lines(objectTree(objects));
  expect(text).toHaveLength(13);
  expect(text[0]).toContain('30  records  30  objects');
  expect(text[12]).toMatch(/^ {4}… 19 more folders +19 {2}records +19 {2}objects +19 B$/);
});

test('a table has a column each, numbers to the right, null as a dash', () => {
  expect(lines(queryTable(result({ name: 'varchar', n: 'bigint', list: 'array(varchar)' }, ['a', 1, ['x']], [null, 1000, null])))).toEqual([
    '  name     n  list',
    '  ────  ────  ─────',
    '  a        1  ["x"]',
    '  -     1000  -',
  ]);
});

test('a table without rows says so', () => {
  expect(queryTable(result({ a: 'varchar' }))).toBe('  (no rows)');
});

test('of many rows the first ten are shown', () => {
  const text = lines(queryTable(result({ n: 'bigint' }, ...Array.from({ length: 1234 }, (_, index) => [index]))));
  expect(text).toHaveLength(13);
  expect(text[12]).toBe('  … 1,224 more');
});

test('long values are cut to the width, short columns are not', () => {
  const text = lines(queryTable(result({ time: 'varchar', detail: 'varchar', id: 'varchar' }, ['2026-01-02T03:04:05Z', 'x'.repeat(500), 'y'.repeat(36)]), 80));
  expect(text[2]).toMatch(/^ {2}2026-01-02T03:04:05Z {2}x+… {2}y+…$/);
  expect(Math.max(...text.map(line => line.length))).toBe(80);
});

test('columns for which there is no room are named', () => {
  const columns = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`column_${index}`, 'varchar']));
  const text = lines(queryTable(result(columns, Array.from({ length: 12 }, () => 'x'.repeat(50))), 120));
  expect(text[3]).toBe('  (no room for column_7, column_8, column_9, column_10, column_11)');
  expect(text[2].length).toBeLessThanOrEqual(120);
});

test('what would break a line or a terminal is replaced', () => {
  expect(lines(queryTable(result({ a: 'varchar' }, ['x\ny\u001b[31m\u202e\u2028z']), 80))[2]).toBe('  x↵y·[31m··z');
});

test('a character outside the basic plane is not cut in half', () => {
  const text = queryTable(result({ a: 'varchar', b: 'varchar' }, ['😀'.repeat(100), 'b']), 60);
  expect(text).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/);
});

test('progress is one changing line on a terminal, and a line for each step elsewhere', () => {
  for (const [isTTY, expected] of [[true, '\r\u001b[2KSending\r\u001b[2KSending, half\r\u001b[2K'], [false, 'Sending ...\n']] as const) {
    let written = '';
    const progress = new Progress({ isTTY, write: text => void (written += text) });
    progress.say('Sending');
    progress.say('Sending', ', half');
    progress.end();
    progress.end();
    expect(written).toBe(expected);
  }
});

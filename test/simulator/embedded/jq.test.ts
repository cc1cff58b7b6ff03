import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { EmbeddedJq } from './jq';

const jq = new EmbeddedJq();

test('each record has its result, in order', async () => {
  expect(await jq.run('{a:(.x // "none")}', ['{"x":"1"}', '{"x":null}', '{ "x":\n"ü😀" }'])).toEqual([
    { output: { a: '1' } }, { output: { a: 'none' } }, { output: { a: 'ü😀' } },
  ]);
});

test('a record on which jq fails fails alone', async () => {
  expect(await jq.run('{a:.x.y}', ['{"x":{"y":1}}', '{"x":"text"}', '{"x":{"y":2}}'])).toEqual([
    { output: { a: 1 } }, { error: expect.stringContaining('Cannot index string') }, { output: { a: 2 } },
  ]);
});

test('a record that is no JSON, or more than one, fails alone', async () => {
  const results = await jq.run('{a:.x}', ['{"x":1}', 'hello', '{"x":2}{"x":3}', '', '{"x":4}']);
  expect(results.map(({ output }) => output)).toEqual([{ a: 1 }, undefined, undefined, undefined, { a: 4 }]);
  expect(results[1].error).toContain('not JSON');
});

test('a record that stops jq fails alone: jq 1.6 parses 256 levels', async () => {
  const deep = `{"x":${'['.repeat(300)}${']'.repeat(300)}}`;
  expect(await jq.run('{a:1}', ['{}', deep, '{}'])).toEqual([{ output: { a: 1 } }, { error: expect.stringContaining('depth') }, { output: { a: 1 } }]);
  expect(await jq.run('{a:(if .halt then halt_error else 1 end)}', ['{}', '{"halt":1}'])).toEqual([{ output: { a: 1 } }, { error: expect.any(String) }]);
});

test('an object is two levels for jq 1.6, and half of a surrogate pair is no JSON for it', async () => {
  const objects = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
  expect(await jq.run('1', [objects(128), '"\\ud83d\\ude00"', '"\\\\ud83d"', '"\\ude00"'])).toEqual(Array(4).fill({ output: 1 }));
  expect(await jq.run('1', [objects(129), '"\\ud83d"', '"\\\\\\uD83D!"', '{"\\ud83d\\ud83d":1}'])).toEqual([
    { error: 'the record is not JSON: Exceeds depth limit for parsing' },
    ...Array(3).fill({ error: 'the record is not JSON: Invalid \\uXXXX\\uXXXX surrogate pair escape' }),
  ]);
});

test('a number is a double, however it is written', async () => {
  const results = await jq.run('tostring', ['1.10', '0.5e1', '-0.0', '{"a":["1.10",1.10]}']);
  expect(results.map(({ output }) => output)).toEqual(['1.1', '5', '-0', '{"a":["1.10",1.1]}']);
});

test('no output, or more than one, is a failure of the record', async () => {
  expect(await jq.run('empty', ['{}'])).toEqual([{ error: 'jq gave 0 outputs for one record' }]);
  expect(await jq.run('{a:(1,2)}', ['{}'])).toEqual([{ error: 'jq gave 2 outputs for one record' }]);
});

test('one record cannot take the next one\'s place', async () => {
  expect(await jq.run('{a:(input.x)}', ['{"x":1}', '{"x":2}'])).toEqual([{ error: expect.any(String) }, { error: expect.any(String) }]);
});

test('a query that jq does not compile is an error, even where the wrapped one would', async () => {
  await expect(jq.run('{a:', ['{}'])).rejects.toThrow('jq does not compile {a:');
  await expect(jq.run('1] | [2', ['{}'])).rejects.toThrow('jq does not compile');
  await expect(jq.run('{a:.x // "y"}', ['{}'])).rejects.toThrow('jq does not compile');
});

const HOSTILE = readFileSync(path.join(__dirname, '..', '..', '..', 'examples', 'events', 'hostile.jsonl'), 'utf8').trim().split('\n');
const ODD = [
  `{"detail":${'['.repeat(200)}${']'.repeat(200)}}`,
  `{"detail":${'{"a":'.repeat(120)}1${'}'.repeat(120)}}`,
  JSON.stringify({ detail: 'x'.repeat(20_000) }),
  '{"detail":"\\u0000"}',
  '{"detail":1e1000}',
];
const DETAIL_1 = '{"detail":1}';

test.each<[string, number | string | undefined]>([
  ['tonumber', 1],
  ['@json', '1'],
  ['. - 1', 0],
  ['tojson | gsub("#"; "y")', '1'],
  ['gsub("#"; "y")', undefined],
  ['test("x")', undefined],
  ['[splits(",")]', undefined],
  ['ltrimstr("x")', 1],
])('%s fails on nothing but the records that it cannot take', async (expression, ofOne) => {
  const results = await jq.run(`{a:(.detail | ${expression})}`, [...HOSTILE, ...ODD, DETAIL_1]);
  expect(results.map(({ error }) => error).filter(error => /broke down|Aborted|out of bounds/.test(error ?? ''))).toEqual([]);
  expect(results.pop()).toEqual(ofOne === undefined ? { error: expect.stringContaining('cannot be matched, as it is not a string') } : { output: { a: ofOne } });
});

test('a deep value comes out whole', async () => {
  const [deep] = await jq.run('{a:(.detail | tojson)}', ODD);
  expect(deep).toEqual({ output: { a: `${'['.repeat(200)}${']'.repeat(200)}` } });
});

test('a record on which the embedded jq breaks down fails alone, and says so', async () => {
  const levels = '{a:(if .levels then reduce range(.levels) as $level (.; [.]) | tojson | length else .x end)}';
  const print = [jest.spyOn(console, 'error'), jest.spyOn(console, 'warn')];
  expect(await jq.run(levels, ['{"x":1}', '{"levels":100000}', '{"x":2}', '{"levels":100000}', '{"x":3}'])).toEqual([
    { output: { a: 1 } },
    { error: 'the embedded jq broke down on this record; jq 1.6, which Firehose runs, may not' },
    { output: { a: 2 } },
    { error: 'the embedded jq broke down on this record; jq 1.6, which Firehose runs, may not' },
    { output: { a: 3 } },
  ]);
  expect(await new EmbeddedJq().run('{a:.x}', ['{"x":4}'])).toEqual([{ output: { a: 4 } }]);
  for (const spy of print) expect(spy).not.toHaveBeenCalled();
});

test('a breakdown that takes the whole instance with it takes no other record, nor the next query', async () => {
  const set = '{a:(.at as $at | [range(5)] | .[$at] = 1 | length)}';
  expect(await jq.run(set, ['{"at":4}', '{"at":1e10}', '{"at":5}'])).toEqual([
    { output: { a: 5 } }, { error: 'the embedded jq broke down on this record; jq 1.6, which Firehose runs, may not' }, { output: { a: 6 } },
  ]);
  expect(await jq.run('{a:.x}', ['{"x":1}'])).toEqual([{ output: { a: 1 } }]);
});

test('a failure leaves the exit code of this process alone', async () => {
  process.exitCode = undefined;
  await jq.run('{a:.x.y}', ['{"x":"text"}']);
  await jq.run('{a:halt_error}', ['{"x":"text"}']);
  expect(process.exitCode).toBeUndefined();
});

test('5,000 records take less than two seconds', async () => {
  const records = Array.from({ length: 5000 }, (_, index) => JSON.stringify({ 'id': index, 'detail-type': 'A', 'detail': { text: 'x'.repeat(500) } }));
  const start = Date.now();
  expect(await jq.run('{a:(({"A":"a"})[(."detail-type" // "") | tostring] // "other")}', records)).toHaveLength(5000);
  expect(Date.now() - start).toBeLessThan(2000);
});

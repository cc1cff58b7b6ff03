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

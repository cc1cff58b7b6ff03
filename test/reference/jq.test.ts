// jq 1.6 behind the simulator's interface: what it makes of a record, what happens when it breaks down, and where the embedded jq is another.

import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { EmbeddedJq } from '../simulator/embedded/jq';
import { Jq16 } from '../simulator/reference/jq';

const jq16 = new Jq16();
const embedded = new EmbeddedJq();

describe.each([['jq 1.6', jq16], ['the embedded jq', embedded]])('%s', (_name, jq) => {
  test('gives each record its result, in order', async () => {
    expect(await jq.run('{a:(.x // "none")}', ['{"x":"1"}', '{"x":null}', '{ "x":\n"ü😀" }', '{"x":{"y":[1.5,true]}}'])).toEqual([
      { output: { a: '1' } }, { output: { a: 'none' } }, { output: { a: 'ü😀' } }, { output: { a: { y: [1.5, true] } } },
    ]);
    expect(await jq.run('.', [])).toEqual([]);
  });

  test('fails a record alone: one that is no JSON, or two, or on which the query fails, stops, or yields nothing or more than one', async () => {
    const records = ['{"x":"a"}', '', 'hello', '{', '{}{}', '1 2', '{"x":5}', '{"x":"b"}'];
    const results = await jq.run('{a:(.x | ascii_downcase)}', records);
    expect(results.map(({ output }) => output)).toEqual([{ a: 'a' }, ...Array(6).fill(undefined), { a: 'b' }]);
    for (const index of [1, 2, 3, 4, 5]) expect(results[index].error).toContain('the record is not JSON');
    expect(await jq.run('empty', ['{}'])).toEqual([{ error: 'jq gave 0 outputs for one record' }]);
    expect(await jq.run('1, 2', ['{}'])).toEqual([{ error: 'jq gave 2 outputs for one record' }]);
    expect(await jq.run('1, error("x")', ['{}'])).toEqual([{ error: 'x' }]);
    expect(await jq.run('error({a: 1})', ['{}'])).toEqual([{ error: '{"a":1}' }]);
    expect(await jq.run('if . == 1 then halt else . end', ['1', '2'])).toEqual([{ error: 'jq stopped without an output' }, { output: 2 }]);
    expect(await jq.run('input', ['1', '2'])).toEqual([{ error: expect.any(String) }, { error: expect.any(String) }]);
  });

  test('refuses a query that does not compile', async () => {
    for (const query of ['{a:', '1] | [2', '{a:.x // "y"}', 'nosuch']) await expect(jq.run(query, ['{}'])).rejects.toThrow(`jq does not compile ${query}: `);
  });

  test('takes numbers for doubles', async () => {
    const numbers = ['1.10', '5.0', '-0', '0.1e1', '9007199254740993', '{"a":[1.10,"1.10"]}'];
    expect((await jq.run('tostring', numbers)).map(({ output }) => output)).toEqual([
      '1.1', '5', '-0', '1', '9007199254740992', '{"a":[1.1,"1.10"]}',
    ]);
  });
});

test('a record on which jq 1.6 breaks down fails alone, and the next query runs', async () => {
  const results = await jq16.run('[.x] | implode', ['{"x":65}', '{"x":-1}', '{"x":66}', '{"x":55296}', '{"x":67}']);
  const broken = { error: expect.stringMatching(/^jq 1\.6 broke down on this record: .*Assertion/) };
  expect(results).toEqual([{ output: 'A' }, broken, { output: 'B' }, broken, { output: 'C' }]);
  expect(await jq16.run('.x', ['{"x":1}'])).toEqual([{ output: 1 }]);
});

test('a query that does not end is an error, and those that wait behind it run', async () => {
  const endless = new Jq16(300).run('last(repeat(.))', ['1']);
  const next = jq16.run('.', ['2']);
  await expect(endless).rejects.toThrow(new Error('jq 1.6 did not end within 300 ms on last(repeat(.))'));
  expect(await next).toEqual([{ output: 2 }]);
});

test('nothing of this machine is in it: no environment, no ~/.jq', async () => {
  const [{ output }] = await jq16.run('$ENV | keys', ['null']);
  expect((output as string[]).filter(name => !['PATH', 'TZ', 'LANG', 'LD_LIBRARY_PATH', 'NLSPATH'].includes(name) && !name.startsWith('_'))).toEqual([]);
});

test('Node ends when it has its answers', () => {
  const program = `const { Jq16 } = require(${JSON.stringify(path.join(__dirname, '..', 'simulator', 'reference', 'jq.ts'))});
    new Jq16().run('.', ['1']).then(results => console.log(JSON.stringify(results)));`;
  const { stdout, status } = spawnSync(process.execPath, ['--import', 'tsx', '-e', program], { encoding: 'utf8', timeout: 50_000 });
  expect([stdout.trim(), status]).toEqual(['[{"output":1}]', 0]);
});

describe('the embedded jq is a newer one, and differs in', () => {
  const ok = (output: string) => ({ output });
  const fails = { error: expect.any(String) };

  test.each([
    ['an error of null, which on jq 1.6 is no error', '"a", error(null)', 'null', ok('a'), fails],
    ['the records nan and NaN, which no event has', 'type', 'NaN', ok('number'), fails],
    ['other forms of numbers that are no JSON', 'type', '01', ok('number'), fails],
    ['how great numbers are written', 'tostring', '100000000000000000001', ok('1e+20'), ok('100000000000000000000')],
    ['how numbers are written that are too great', 'tostring', '1e400', ok('1.7976931348623157e+308'), ok('1.7976931348623157E+308')],
    ['the codes of no characters', '[55296] | implode', 'null', fails, ok('\ufffd')],
  ])('%s', async (_what, query, record, on16, here) => {
    expect(await jq16.run(query, [record])).toEqual([on16]);
    expect(await embedded.run(query, [record])).toEqual([here]);
  });

  test.each([['an if without else', 'if . then "a" end', 'a'], ['newer functions', '{a: "a"} | pick(.a).a', 'a']])('%s, which jq 1.6 does not compile', async (_what, query, output) => {
    await expect(jq16.run(query, ['1'])).rejects.toThrow('jq does not compile');
    expect(await embedded.run(query, ['1'])).toEqual([{ output }]);
  });

  test('searches for nothing, which jq 1.6 never ends', async () => {
    await expect(new Jq16(300).run('"a" | gsub("^"; "b")', ['1'])).rejects.toThrow('did not end');
    expect(await embedded.run('"a" | gsub("^"; "b")', ['1'])).toEqual([{ output: 'ba' }]);
  });
});

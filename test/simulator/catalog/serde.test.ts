import { gzipSync } from 'node:zlib';
import { hiveType } from './hive-types';
import { Cell, openSerDe } from './serde';
import { ENVELOPE_SERDE, OPENX } from '../samples/sample-catalog';

type Parameters = { [name: string]: string };

const KEEP_CASE = { 'case.insensitive': 'FALSE' };
const IGNORE_MALFORMED = { ...KEEP_CASE, 'ignore.malformed.json': 'true' };

function read(body: string | Buffer, columns: { [name: string]: string }, parameters: Parameters = KEEP_CASE, key = 'o'): Cell[][] {
  const declared = Object.entries(columns).map(([name, type]) => ({ name, type: hiveType(type)! }));
  return openSerDe(OPENX, parameters, declared).rows(key, Buffer.from(body));
}

/** The one cell of a one-line object in a column `x`. */
function cell(json: string, type = 'string', parameters: Parameters = KEEP_CASE): Cell {
  return read(json, { x: type }, parameters)[0][0];
}

test.each<[string, string, string, Cell]>([
  ['a string stays itself', '{"x":"a \\"b\\" \\u00e9 \\n"}', 'string', 'a "b" é \n'],
  ['a nested object becomes compact text in its own order', '{"x": {"b": [1, null, true], "2": "é", "1": {}}}', 'string', '{"b":[1,null,true],"2":"é","1":{}}'],
  ['keys that differ by case are all kept', '{"x":{"UserName":1,"userName":2}}', 'string', '{"UserName":1,"userName":2}'],
  ['a key named __proto__ is a key', '{"x":{"__proto__":1}}', 'string', '{"__proto__":1}'],
  ['integers beyond 2^53 keep their digits', '{"x":{"n":12345678901234567890}}', 'string', '{"n":12345678901234567890}'],
  ['an array becomes text in a string column', '{"x":[1, "a"]}', 'string', '[1,"a"]'],
  ['a number becomes text', '{"x":1.50}', 'string', '1.50'],
  ['a number is written as Java writes it', '{"x":[1.5e3,1e3,-0.0,1E-7,0.000001,12345678901234567890,12.50e1]}', 'string', '[1.5E+3,1E+3,0.0,1E-7,0.000001,12345678901234567890,125.0]'],
  ['null is null', '{"x":null}', 'string', null],
  ['a missing key is null', '{"y":1}', 'string', null],
  ['the last of two equal keys wins', '{"x":1,"x":2}', 'string', '2'],
  ['an array of strings', '{"x":["a",null,{"b": 1}]}', 'array<string>', ['a', null, '{"b":1}']],
  ['a scalar becomes an array of one', '{"x":"a"}', 'array<string>', ['a']],
  ['an object becomes an array of one', '{"x":{"a": 1}}', 'array<string>', ['{"a":1}']],
  ['an empty string is no array', '{"x":""}', 'array<string>', null],
  ['a boolean is true for the word only', '{"x":"TRUE"}', 'boolean', true],
  ['a boolean is false for anything else', '{"x":[true]}', 'boolean', false],
  ['a bigint', '{"x":9223372036854775807}', 'bigint', 9223372036854775807n],
  ['a bigint in quotes', '{"x":"-12"}', 'bigint', -12n],
  ['a bigint without its fraction', '{"x":-1.9}', 'bigint', -1n],
  ['a bigint with an exponent', '{"x":"12.5e1"}', 'bigint', 125n],
  ['a bigint after a leading zero is octal', '{"x":"010"}', 'bigint', 8n],
  ['a bigint that is too big is null', '{"x":9223372036854775808}', 'bigint', null],
  ['a bigint that is a word is null', '{"x":"many"}', 'bigint', null],
  ['an int that is too big is null', '{"x":2147483648}', 'int', null],
  ['a double', '{"x":"1e3"}', 'double', 1000],
])('%s', (_case, json, type, expected) => expect(cell(json, type)).toEqual(expected));

test('an object can not become a number', () => {
  expect(() => cell('{"x":{}}', 'bigint')).toThrow('HIVE_CURSOR_ERROR: o, line 1: HIVE_BAD_DATA: an object or array can not be coerced to bigint');
});

test('without case.insensitive=FALSE keys are lower-cased and merged at every depth', () => {
  expect(cell('{"X":{"UserName":1,"userName":2,"Deep":[{"A":1,"a":2}]}}', 'string', {})).toBe('{"username":2,"deep":[{"a":2}]}');
});

test('without case.insensitive=FALSE every spelling of a key fills the column', () => {
  expect(read('{"errorCode":"a"}\n{"ErrorCode":"b"}\n{"ERRORCODE":"c"}', { errorcode: 'string' }, {})).toEqual([['a'], ['b'], ['c']]);
});

test('with case.insensitive=FALSE a column never matches a key with capitals', () => {
  expect(read('{"errorCode":"a"}', { errorcode: 'string' })).toEqual([[null]]);
});

test('a mapping fills a column from a key with a hyphen; without it the column is null', () => {
  const event = '{"detail-type":"Login","replay-name":"again"}';
  const columns = { detail_type: 'string', replay_name: 'string' };
  expect(read(event, columns, ENVELOPE_SERDE)).toEqual([['Login', 'again']]);
  expect(read(event, columns)).toEqual([[null, null]]);
});

test('every line is a row, with or without a newline at the end, and an empty line is a row of nulls', () => {
  expect(read('{"x":1}\r\n{"x":2}\n', { x: 'string' })).toEqual([['1'], ['2']]);
  expect(read('{"x":1}\n\n{"x":2}', { x: 'string' })).toEqual([['1'], [null], ['2']]);
});

test('of two objects on a line the second is silently lost', () => {
  expect(read('{"x":1}{"x":2}\n{"x":3}', { x: 'string' })).toEqual([['1'], ['3']]);
});

test('a line that is no JSON object is a row of nulls', () => {
  expect(read('hello\n42\n"x"', { x: 'string' })).toEqual([[null], [null], [null]]);
});

test('an array on a line fills the columns in their order', () => {
  expect(read('["a",1,2]', { x: 'string', y: 'bigint' })).toEqual([['a', 1n]]);
});

test.each(['{"x":1', '{"x":"a', '{"x":}', '{"x":1,}', '{"x" 1}', '[1', '{"x":"\\'])(
  'malformed JSON %s fails the query, and is a row of nulls with ignore.malformed.json', line => {
    expect(() => read(`{"x":0}\n${line}`, { x: 'string' })).toThrow(/^HIVE_CURSOR_ERROR: o, line 2: not JSON: expected /);
    expect(read(`{"x":0}\n${line}`, { x: 'string' }, IGNORE_MALFORMED)).toEqual([['0'], [null]]);
  });

test.each(['{x:1}', "{'x':1}", '{"x"=1}', '{"x":01}', '{"x":tru}', '{"x":/* */1}'])('what the SerDe tolerates beyond JSON counts as malformed here: %s', line => {
  expect(read(line, { x: 'string' }, IGNORE_MALFORMED)).toEqual([[null]]);
});

test('gzip is read when the key ends in .gz', () => {
  const body = Buffer.concat([gzipSync('{"x":1}\n'), gzipSync('{"x":2}\n')]);
  expect(read(body, { x: 'string' }, KEEP_CASE, 'a/o.gz')).toEqual([['1'], ['2']]);
});

test('gzip without .gz gives rows of junk and no error', () => {
  const rows = read(gzipSync('{"x":1}\n{"x":2}\n'), { x: 'string' }, IGNORE_MALFORMED, 'a/o');
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.every(([value]) => value === null)).toBe(true);
});

test('text that is named .gz fails the whole query', () => {
  expect(() => read('{"x":1}', { x: 'string' }, IGNORE_MALFORMED, 'a/o.gz')).toThrow('HIVE_CURSOR_ERROR: a/o.gz: incorrect header check');
});

test.each<[string, () => unknown, string]>([
  ['another SerDe', () => openSerDe('com.amazon.emr.hive.serde.CloudTrailSerde', {}, []), 'the simulator does not know the SerDe com.amazon.emr.hive.serde.CloudTrailSerde'],
  ['a parameter', () => read('{}', { x: 'string' }, { 'dots.in.keys': 'true' }), 'the simulator does not know the SerDe parameter dots.in.keys'],
  ['a mapping of no column', () => read('{}', { x: 'string' }, { 'mapping.y': 'z' }), 'the simulator does not know the SerDe parameter mapping.y'],
  ['a flag that is neither true nor false', () => read('{}', { x: 'string' }, { 'case.insensitive': 'no' }), 'case.insensitive is "no", where true or false is expected'],
  ['another codec', () => read('', { x: 'string' }, {}, 'o.snappy'), 'the simulator does not read o.snappy: of the codecs it knows .gz'],
])('what the simulator does not know is refused: %s', (_case, use, message) => expect(use).toThrow(message));

test('an event of a megabyte is read in a moment', () => {
  const detail = { text: 'x"\\é'.repeat(150_000), list: Array.from({ length: 20_000 }, (_, index) => ({ index })) };
  const started = Date.now();
  expect(JSON.parse(cell(JSON.stringify({ x: detail })) as string)).toEqual(detail);
  expect(Date.now() - started).toBeLessThan(2000);
});

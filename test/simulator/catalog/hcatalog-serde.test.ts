import { gzipSync } from 'node:zlib';
import { HCATALOG } from './hcatalog-serde';
import { hiveType } from './hive-types';
import { Cell, openSerDe } from './serde';

function read(body: string | Buffer, columns: { [name: string]: string }, parameters: { [name: string]: string } = {}, key = 'o'): Cell[][] {
  const declared = Object.entries(columns).map(([name, type]) => ({ name, type: hiveType(type)! }));
  return openSerDe(HCATALOG, parameters, declared).rows(key, Buffer.from(body));
}

test.each<[string, string, string, Cell]>([
  ['a string stays itself', '{"x":"a \\"b\\" \\u00e9"}', 'string', 'a "b" é'],
  ['a key is found whatever its case', '{"X":"a"}', 'string', 'a'],
  ['a number keeps its digits', '{"x":1.10}', 'string', '1.10'],
  ['a boolean becomes its word', '{"x":true}', 'string', 'true'],
  ['null is null', '{"x":null}', 'struct<a:string>', null],
  ['what is missing is null', '{"y":1}', 'array<string>', null],
  ['a struct has its declared fields, whatever their case and order', '{"x":{"B":{"c":"d","e":1},"A":"a","z":[1]}}', 'struct<a:string,b:struct<c:string,f:string>>', { a: 'a', b: { c: 'd', f: null } }],
  ['an empty object is a struct of nulls', '{"x":{}}', 'struct<a:string>', { a: null }],
  ['an array of structs', '{"x":[{"ARN":"a"},null]}', 'array<struct<arn:string>>', [{ arn: 'a' }, null]],
])('%s', (_case, line, type, expected) => {
  expect(read(line, { x: type })).toEqual([[expected]]);
});

test('a line is a row, in compressed objects too', () => {
  expect(read('{"x":"1"}\n{"x":"2"}\n', { x: 'string' })).toEqual([['1'], ['2']]);
  expect(read(gzipSync('{"x":"1"}\n{"x":"2"}'), { x: 'string' }, {}, 'o.gz')).toEqual([['1'], ['2']]);
});

test.each<[string, () => unknown, string]>([
  ['a line that is no JSON', () => read('{"x":"1"}\nnot JSON', { x: 'string' }), 'HIVE_CURSOR_ERROR: o, line 2: not JSON'],
  ['a line that is no object', () => read('["a"]', { x: 'string' }), 'the line is no JSON object'],
  ['an object in a text column', () => read('{"x":{"a":1}}', { x: 'string' }), 'does not know what org.apache.hive.hcatalog.data.JsonSerDe makes of the value of x in a column of type string'],
  ['a text in a struct column', () => read('{"x":"a"}', { x: 'struct<a:string>' }), 'in a column of type struct<a:string>'],
  ['a parameter', () => read('{}', { x: 'string' }, { 'case.insensitive': 'FALSE' }), 'the simulator does not know the SerDe parameter case.insensitive'],
])('%s is an error', (_case, use, message) => expect(use).toThrow(message));

test.each([
  ['struct<a:string,b:array<struct<c:bigint,d:string>>>', 'row(a varchar, b array(row(c bigint, d varchar)))', 'STRUCT("a" VARCHAR, "b" STRUCT("c" BIGINT, "d" VARCHAR)[])'],
])('%s is a type of all three', (hive, trino, duckdb) => expect(hiveType(hive)).toMatchObject({ hive, trino, duckdb }));

test.each(['struct<>', 'struct<a>', 'struct<a:map<string,string>>', 'struct<a string>', 'struct<a:string'])('%s is no type', name => expect(hiveType(name)).toBeUndefined());

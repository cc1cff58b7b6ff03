import { gunzipSync, gzipSync } from 'node:zlib';
import { CLOUDTRAIL_INPUT, openInputFormat, TEXT_INPUT } from './input-formats';

const lines = (file: string) => gunzipSync(openInputFormat(CLOUDTRAIL_INPUT)('o.json.gz', gzipSync(file))).toString('utf8');

test('a log file becomes a line for each of its records', () => {
  expect(lines('{"Records":[{"eventID":"1"},{"eventID":"2"}]}')).toBe('{"eventID":"1"}\n{"eventID":"2"}\n');
  expect(lines('{"Records":[]}')).toBe('');
});

test('fields of which each service makes its own are text, and nothing else is', () => {
  expect(lines('{"Records":[{"requestParameters":{"n":1.10,"b":[true]},"responseElements":null,"additionalEventData":"a","userIdentity":{"type":"Root"}}]}'))
    .toBe('{"requestParameters":"{\\"n\\":1.10,\\"b\\":[true]}","responseElements":null,"additionalEventData":"a","userIdentity":{"type":"Root"}}\n');
});

test('an object without compression stays so', () => {
  expect(String(openInputFormat(CLOUDTRAIL_INPUT)('o.json', Buffer.from('{"Records":[{"a":1}]}')))).toBe('{"a":1}\n');
});

test('plain text goes through as it is', () => {
  const body = Buffer.from('{"Records":[]}');
  expect(openInputFormat(TEXT_INPUT)('o', body)).toBe(body);
});

test.each<[string, () => unknown, string]>([
  ['a digest', () => lines('{"awsAccountId":"123456789012","logFiles":[]}'), 'o.json.gz is no log file of CloudTrail: it has no Records'],
  ['what is no gzip', () => openInputFormat(CLOUDTRAIL_INPUT)('o.gz', Buffer.from('{}')), 'HIVE_CURSOR_ERROR: o.gz'],
  ['another format', () => openInputFormat('x.Input'), 'the simulator does not know the InputFormat x.Input'],
  ['no format', () => openInputFormat(undefined), 'the simulator does not know the InputFormat undefined'],
])('%s is an error', (_case, use, message) => expect(use).toThrow(message));

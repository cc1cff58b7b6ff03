import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { EventToSend, InputError, readEventsFile } from './events-file';

let folder: string;
let file: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'events-file-'));
  file = path.join(folder, 'events.jsonl');
});

afterEach(() => fs.rmSync(folder, { recursive: true }));

function read(text: string): EventToSend[] {
  fs.writeFileSync(file, text);
  return readEventsFile(file);
}

test('each line is an event, and blank lines are none', () => {
  expect(read('\uFEFF{"id":"1"}\r\n\n  \n{"id":"2","detail":{"é":"\\u2028"}}')).toMatchObject([{ event: { id: '1' } }, { event: { id: '2', detail: { é: '\u2028' } } }]);
});

test('__bus names the bus and is no part of the event', () => {
  expect(read('{"__bus":"auth-events","id":"1"}')).toMatchObject([{ event: { id: '1' }, bus: 'auth-events' }]);
});

test('a __bus inside the event stays', () => {
  expect(read('{"detail":{"__bus":"x"}}')).toMatchObject([{ event: { detail: { __bus: 'x' } } }]);
});

test('an event of a megabyte is taken', () => {
  expect(read(JSON.stringify({ x: 'é'.repeat(524_284) }))).toHaveLength(1);
});

test.each<[string, string, string]>([
  ['text', '\n{"id":"1"}\nhello', ':3: not JSON: '],
  ['half an event', '{"id":', ':1: not JSON: '],
  ['an array', '[1]', ':1: an event is a JSON object, not [1]'],
  ['null', '{}\nnull', ':2: an event is a JSON object, not null'],
  ['a bus that is no string', '{"__bus":1}', ':1: __bus is 1, where the name of a bus belongs'],
  ['a bus without a name', '{"__bus":""}', ':1: __bus is "", where the name of a bus belongs'],
  ['an event over a megabyte', JSON.stringify({ x: 'é'.repeat(524_285) }), ':1: the event has 1048578 bytes; EventBridge takes 1048576'],
])('%s is an error with its line', (_case, text, message) => {
  const error = failure(() => read(text));
  expect(error.message).toContain(`${file}${message}`);
  expect(error.message).not.toContain('\n');
});

test('a file that is not there, or is a folder, is an error', () => {
  expect(failure(() => readEventsFile(file)).message).toBe(`${file}: there is no such file`);
  expect(failure(() => readEventsFile(folder)).message).toBe(`${folder}: this is a folder, not a file`);
});

function failure(act: () => unknown): InputError {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return error as InputError;
  }
  throw new Error('nothing failed');
}

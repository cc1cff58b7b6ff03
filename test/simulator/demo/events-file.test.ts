import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { EventToSend, InputError, readEventsFile, readFile } from './events-file';

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
  expect(read('\uFEFF{"id":"1","source":"a"}\r\n\n  \n{"id":"2","detail":{"é":"\\u2028"}}')).toMatchObject([{ event: { id: '1' } }, { event: { id: '2', detail: { é: '\u2028' } } }]);
});

test('__bus names the bus and is no part of the event', () => {
  expect(read('{"__bus":"auth-events","id":"1","source":"a"}')).toMatchObject([{ event: { id: '1', source: 'a' }, bus: 'auth-events' }]);
});

test('a __bus inside the event stays', () => {
  expect(read('{"detail":{"__bus":"x"}}')).toMatchObject([{ event: { detail: { __bus: 'x' } } }]);
});

test('an event of a megabyte is taken', () => {
  expect(read(JSON.stringify({ source: 'é'.repeat(524_281) + 'e' }))).toHaveLength(1);
});

test.each<[string, string, string]>([
  ['text', '\n{"source":"1"}\nhello', ':3: not JSON: '],
  ['half an event', '{"id":', ':1: not JSON: '],
  ['an array on a line', '{"source":"1"}\n[1]', ':2: an event is a JSON object, not [1]'],
  ['an element of an array', '[{"source":"1"},\n1]', '[1]: an event is a JSON object, not 1'],
  ['nothing of an event', '{"id":"1"}', ':1: no event, which has source, detail-type and detail, and no record of CloudTrail\'s, which has eventVersion, eventTime and eventSource'],
  ['what PutEvents takes', '[{"Source":"a","DetailType":"b","Detail":"{}"}]', ':1[0]: what PutEvents takes; give the event that EventBridge makes of it, with source, detail-type and detail'],
  ['a notification of S3\'s', '{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","eventTime":"t","eventName":"ObjectCreated:Put"}]}', ':1: Records[0]: no event, '],
  ['a record of an unknown type', JSON.stringify({ eventVersion: '1', eventTime: 't', eventSource: 's3.amazonaws.com', eventType: 'New' }), ':1: a record of CloudTrail\'s with the eventType "New", of which'],
  ['a message that is no JSON', '{"Messages":[{"Body":"hello"}]}', ':1: Messages[0].Body: not JSON: '],
  ['null', '{"source":"1"}\nnull', ':2: an event is a JSON object, not null'],
  ['a bus that is no string', '{"__bus":1,"source":"a"}', ':1: __bus is 1, where the name of a bus belongs'],
  ['a bus without a name', '{"__bus":"","source":"a"}', ':1: __bus is "", where the name of a bus belongs'],
  ['an event over a megabyte', JSON.stringify({ source: 'é'.repeat(524_283) }), ':1: the event has 1048579 bytes; EventBridge takes 1048576'],
])('%s is an error with its line', (_case, text, message) => {
  const error = failure(() => read(text));
  expect(error.message).toContain(`${file}${message}`);
  expect(error.message).not.toContain('\n');
});

describe('a record of CloudTrail\'s', () => {
  const record = (fields: object = {}) => ({
    eventVersion: '1.11', eventTime: '2026-11-19T12:00:00Z', eventSource: 's3.amazonaws.com', eventName: 'PutObject', eventType: 'AwsApiCall', awsRegion: 'eu-west-1', eventID: 'e1', recipientAccountId: '111122223333', ...fields,
  });
  const event = (detail: object, fields: object = {}) => ({
    'version': '0', 'id': 'e1', 'detail-type': 'AWS API Call via CloudTrail', 'source': 'aws.s3', 'account': '111122223333', 'time': '2026-11-19T12:00:00Z', 'region': 'eu-west-1', 'resources': [], detail, ...fields,
  });

  test.each<[string, () => string | Buffer]>([
    ['on a line', () => JSON.stringify(record())],
    ['on many lines', () => JSON.stringify(record(), null, 2)],
    ['in an array', () => JSON.stringify([record()], null, 1)],
    ['in a log file', () => JSON.stringify({ Records: [record()] })],
    ['in a log file, on many lines', () => JSON.stringify({ Records: [record()] }, null, 2)],
    ['in a compressed log file', () => gzipSync(JSON.stringify({ Records: [record()] }))],
    ['as lookup-events gives it', () => JSON.stringify({ Events: [{ EventId: 'e1', EventName: 'PutObject', CloudTrailEvent: JSON.stringify(record()) }], NextToken: 'x' }, null, 4)],
    ['as filter-log-events gives it', () => JSON.stringify({ events: [{ logStreamName: 'x', timestamp: 1, message: JSON.stringify(record()) }], searchedLogStreams: [] })],
  ])('%s is the event that EventBridge makes of it, and that is said', (_where, content) => {
    fs.writeFileSync(file, content());
    const { events, remarks } = readFile(file);
    expect(events.map(({ event: sent, text }) => [sent, JSON.parse(text!)])).toEqual([[event(record()), event(record())]]);
    expect(remarks).toEqual([`${file}: a record of CloudTrail's, sent as EventBridge does: with the detail type of the eventType, and eventID as the id`]);
  });

  test.each([
    ['AwsConsoleSignIn', 'signin.amazonaws.com', 'AWS Console Sign In via CloudTrail', 'aws.signin'],
    ['AwsConsoleAction', 'a.amazonaws.com', 'AWS Console Action via CloudTrail', 'aws.a'],
    ['AwsServiceEvent', 'kms.amazonaws.com', 'AWS Service Event via CloudTrail', 'aws.kms'],
    ['AwsCloudTrailInsight', undefined, 'AWS Insight via CloudTrail', 'aws.cloudtrail'],
    ['AwsVpceEvents', 's3.amazonaws.com', 'AWS Network Activity Event via CloudTrail', 'aws.s3'],
    [undefined, 's3.amazonaws.com', 'AWS API Call via CloudTrail', 'aws.s3'],
  ])('of the type %s from %s is a %s of %s', (eventType, eventSource, detailType, source) => {
    expect(read(JSON.stringify(record({ eventType, eventSource })))).toMatchObject([{ event: { 'detail-type': detailType, source } }]);
  });

  test('goes by its account, else by the caller\'s', () => {
    expect(read(JSON.stringify(record({ recipientAccountId: undefined, userIdentity: { accountId: '444455556666' } })))).toMatchObject([{ event: { account: '444455556666' } }]);
    expect(read(JSON.stringify(record({ recipientAccountId: undefined })))).toMatchObject([{ event: { account: null } }]);
  });

  test('keeps its digits, and not what EventBridge leaves out', () => {
    const [{ text }] = read(`{"Records":[${JSON.stringify(record()).slice(0, -1)},"requestParameters":{"big":12345678901234567890,"dec":1.10}}]}`);
    expect(text).toContain('"requestParameters":{"big":12345678901234567890,"dec":1.10}}');
    const [{ event: sent, text: sentText }] = read(JSON.stringify(record({ eventContext: { tags: {} } })).replace('"eventID"', '"big":12345678901234567890,"eventID"'));
    expect([Object.keys(sent.detail as object), sentText]).toEqual([expect.not.arrayContaining(['eventContext']), expect.stringContaining('"big":12345678901234567890')]);
  });

  test('over 256 KB is no event', () => {
    fs.writeFileSync(file, JSON.stringify({ Records: [record(), record({ requestParameters: { text: 'x'.repeat(256 * 1024) } })] }));
    const { events, remarks } = readFile(file);
    expect(events).toHaveLength(1);
    expect(remarks[1]).toBe(`${file}: a record of CloudTrail's over 256 KB, not sent: EventBridge gets none of them`);
  });
});

test.each([
  ['an array', (events: object[]) => JSON.stringify(events)],
  ['an array on many lines', (events: object[]) => JSON.stringify(events, null, 2)],
  ['messages of a dead-letter queue', (events: object[]) => JSON.stringify({ Messages: events.map(sent => ({ MessageId: 'm', Body: JSON.stringify(sent) })) }, null, 4)],
  ['events of a log group', (events: object[]) => JSON.stringify({ events: events.map(sent => ({ message: JSON.stringify(sent) })) })],
  ['an object with a list', (events: object[]) => JSON.stringify({ events })],
])('events are found in %s', (_where, content) => {
  const events = [{ 'source': 'a', 'detail-type': 'b', 'detail': { c: 1 } }, { source: 'b' }];
  fs.writeFileSync(file, content(events));
  expect(readFile(file)).toMatchObject({ events: events.map(event => ({ event })), remarks: [] });
});

test('an event on many lines is one', () => {
  expect(read(JSON.stringify({ source: 'a', detail: { b: 1 } }, null, 2))).toMatchObject([{ event: { source: 'a', detail: { b: 1 } } }]);
});

test('a compressed file that is cut off is an error', () => {
  fs.writeFileSync(file, gzipSync('{"source":"a"}').subarray(0, 20));
  expect(failure(() => readEventsFile(file)).message).toBe(`${file}: it is cut off`);
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

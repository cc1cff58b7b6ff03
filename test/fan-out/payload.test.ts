import * as fs from 'node:fs';
import * as path from 'node:path';
import { App, Aws, CfnParameter, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as fc from 'fast-check';
import { errorOf } from './synthesize-fan-out';
import { FanOutPayload } from '../../src/fan-out/payload';
import { InputTransformer } from '../simulator/bus/input-transformer';
import { readEventsFile } from '../simulator/demo/events-file';
import type { JsonObject } from '../simulator/engines';

const EVENTS_FOLDER = path.join(__dirname, '../../examples/events');

const CORPUS = fs.readdirSync(EVENTS_FOLDER)
  .filter(file => file.endsWith('.jsonl'))
  .flatMap(file => readEventsFile(path.join(EVENTS_FOLDER, file)).map(({ event }) => event));

const CONTEXT = { ruleArn: 'arn:aws:events:us-east-1:123456789012:rule/r', ruleName: 'r', ingestionTime: new Date('2026-11-20T10:00:00Z') };

const EVENT = { 'id': 'e', 'detail-type': 'Sign-in', 'resources': ['a', 'b'], 'detail': { user: { 'last-name': 'O"Neill', 'n_1': [{ x: 1 }] } } };

const wrap = (value: string) => `{"value":{"type":"JSON","data":${value}}}`;

const wrapped = (payload: FanOutPayload) => payload._within('prop', wrap);

/** What the template tells EventBridge of a target with this input. */
function declared(input: events.RuleTargetInput): { [property: string]: any } {
  const stack = new Stack(new App(), 'Test');
  const rule = new events.Rule(stack, 'Rule', { eventPattern: { source: ['a'] } });
  rule.addTarget(new targets.SqsQueue(new sqs.Queue(stack, 'Queue'), { message: input }));
  const [target] = Object.values(Template.fromStack(stack).findResources('AWS::Events::Rule'))[0].Properties.Targets as { [property: string]: any }[];
  return { input: target.Input, inputPath: target.InputPath, inputTransformer: target.InputTransformer };
}

/** The body that EventBridge makes of an event. */
function sender(payload: events.RuleTargetInput): (event: JsonObject | string) => string {
  const { input, inputPath, inputTransformer } = declared(payload);
  if (input !== undefined) return () => input;
  if (inputTransformer === undefined && inputPath === undefined) return event => typeof event === 'string' ? event : JSON.stringify(event);
  // A path alone sends what a template of nothing else but it would.
  const transformer = inputPath === undefined
    ? new InputTransformer({ template: inputTransformer.InputTemplate, paths: inputTransformer.InputPathsMap })
    : new InputTransformer({ template: '<it>', paths: { it: inputPath } });
  return event => transformer.render(event, CONTEXT);
}

/** The value at a path of names, or the empty string that EventBridge sends where there is none. */
function valueAt(event: unknown, ...names: string[]): unknown {
  let value = event;
  for (const name of names) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return '';
    value = (value as { [name: string]: unknown })[name];
  }
  return value;
}

const FIELDS = { 'id': '$.id', 'kind': '$.detail-type', 'who "\\user>"': '$.detail.userIdentity.arn', 'id again': '$.id', 'text': '$.detail.text' };

const fieldsOf = (event: object) => ({
  'id': valueAt(event, 'id'),
  'kind': valueAt(event, 'detail-type'),
  'who "\\user>"': valueAt(event, 'detail', 'userIdentity', 'arn'),
  'id again': valueAt(event, 'id'),
  'text': valueAt(event, 'detail', 'text'),
});

const TEMPLATE = '{\n  "kind": <kind>, "list": [1, <detail>, "a \\u003c b>"],\n  "event": <aws.events.event.json>\n}';

const templateOf = (event: object) => ({ kind: valueAt(event, 'detail-type'), list: [1, valueAt(event, 'detail'), 'a < b>'], event });

const PAYLOADS: [string, () => FanOutPayload, (event: object) => unknown][] = [
  ['the whole event', () => FanOutPayload.wholeEvent(), event => event],
  ['the detail', () => FanOutPayload.detail(), event => valueAt(event, 'detail')],
  ['chosen fields', () => FanOutPayload.fields(FIELDS), fieldsOf],
  ['a template', () => FanOutPayload.template(TEMPLATE, { kind: '$.detail-type', detail: '$.detail' }), templateOf],
];

describe('a payload renders as', () => {
  test.each<[string, events.RuleTargetInput, object]>([
    ['nothing but the event itself', FanOutPayload.wholeEvent(), {}],
    ['a path', FanOutPayload.detail(), { inputPath: '$.detail' }],
    ['a template of fields, with placeholders of its own', FanOutPayload.fields({ 'a"b>\n': '$.detail.a-b', 'c': '$.detail.a.b', 'd': '$.detail.a.b' }), {
      inputTransformer: {
        InputTemplate: '{"a\\"b>\\n":<f1>,"c":<f2>,"d":<f3>}',
        InputPathsMap: { f1: '$.detail.a-b', f2: '$.detail.a.b', f3: '$.detail.a.b' },
      },
    }],
    ['a text as it was written', FanOutPayload.template(' {"a" : <x>} ', { x: '$.resources[0]' }), {
      inputTransformer: { InputTemplate: ' {"a" : <x>} ', InputPathsMap: { x: '$.resources[0]' } },
    }],
    ['a text without paths', FanOutPayload.template('[<aws.events.event.json>]'), { inputTransformer: { InputTemplate: '[<aws.events.event.json>]' } }],
    ['the event within a partner\'s body', wrapped(FanOutPayload.wholeEvent()), { inputTransformer: { InputTemplate: wrap('<aws.events.event.json>') } }],
    ['the detail within a partner\'s body', wrapped(FanOutPayload.detail()), {
      inputTransformer: { InputTemplate: wrap('<detail>'), InputPathsMap: { detail: '$.detail' } },
    }],
    ['fields within a partner\'s body', wrapped(FanOutPayload.fields({ a: '$.id' })), {
      inputTransformer: { InputTemplate: wrap('{"a":<f1>}'), InputPathsMap: { f1: '$.id' } },
    }],
    ['a text within a partner\'s body', wrapped(FanOutPayload.template('<x>', { x: '$' })), {
      inputTransformer: { InputTemplate: wrap('<x>'), InputPathsMap: { x: '$' } },
    }],
  ])('%s', (_name, payload, expected) => {
    expect(declared(payload)).toEqual(expected);
  });

  test('text with what only the deployment knows in it', () => {
    const parameter = new CfnParameter(new Stack(new App(), 'Other'), 'P', { type: 'Number' });
    const payload = FanOutPayload.template(`{"account": "${Aws.ACCOUNT_ID}", "all": ${Aws.REGION}, "id": <id>}`, { id: '$.id' });
    expect(declared(payload).inputTransformer.InputTemplate).toEqual({
      'Fn::Join': ['', ['{"account": "', { Ref: 'AWS::AccountId' }, '", "all": ', { Ref: 'AWS::Region' }, ', "id": <id>}']],
    });
    expect(() => FanOutPayload.template(parameter.valueAsString, { id: '$.id' })).not.toThrow();
    expect(() => FanOutPayload.fields({ id: parameter.valueAsString })).not.toThrow();
  });
});

describe.each(PAYLOADS)('%s', (_name, payload, expected) => {
  test.each([['alone', () => payload(), (value: unknown) => value], ['in a partner\'s body', () => wrapped(payload()), (value: any) => value.value.data]])(
    'is JSON with the values of each event of the corpus, %s', (_form, input, unwrapped) => {
      const send = sender(input());
      expect(CORPUS.length).toBeGreaterThan(100);
      for (const event of CORPUS) expect(unwrapped(JSON.parse(send(event)))).toEqual(expected(event));
    });

  test('is JSON with the values of any event', () => {
    const [alone, within] = [sender(payload()), sender(wrapped(payload()))];
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('"', '\\', '<f1>', '<aws.events.event.json>', '"}', '\n', '\u2028'));
    const value = fc.oneof(text, fc.jsonValue({ noUnicodeString: false }));
    const detail = fc.oneof(value, fc.record({ userIdentity: fc.oneof(value, fc.record({ arn: value })), text: value }, { requiredKeys: [] }));
    const event = fc.record({ 'id': value, 'detail-type': text, 'detail': detail, 'extra': value }, { requiredKeys: [] });
    fc.assert(fc.property(event, generated => {
      const asSent = JSON.parse(JSON.stringify(generated));
      expect(JSON.parse(alone(JSON.stringify(generated)))).toEqual(expected(asSent));
      expect(JSON.parse(within(JSON.stringify(generated))).value.data).toEqual(expected(asSent));
    }), { numRuns: 300 });
  });
});

test('any names of fields come through, whatever is in them', () => {
  const names = fc.uniqueArray(fc.oneof(fc.string({ unit: 'binary', minLength: 1 }), fc.constantFrom('f1>', '"', '\\', 'aws.events.event.json', 'f1')), {
    minLength: 1, maxLength: 20,
  });
  fc.assert(fc.property(names.filter(given => !given.some(name => name === '__proto__' || name.includes('<'))), given => {
    const payload = FanOutPayload.fields(Object.fromEntries(given.map(name => [name, '$.id'])));
    expect(JSON.parse(sender(payload)(EVENT))).toEqual(Object.fromEntries(given.map(name => [name, 'e'])));
  }), { numRuns: 100 });
});

describe('what a payload avoids is real:', () => {
  test('a placeholder in quotes breaks on a quote', () => {
    const transformer = new InputTransformer({ template: '{"name": "<x>"}', paths: { x: '$.detail.user.last-name' } });
    expect(() => JSON.parse(transformer.render(EVENT, CONTEXT))).toThrow();
    const payload = FanOutPayload.template('{"name": <x>}', { x: '$.detail.user.last-name' });
    expect(JSON.parse(sender(payload)(EVENT))).toEqual({ name: 'O"Neill' });
  });

  test('fromObject makes a constant of the event\'s placeholder', () => {
    expect(declared(events.RuleTargetInput.fromObject({ data: '<aws.events.event.json>' }))).toEqual({ input: '{"data":"<aws.events.event.json>"}' });
  });

  test('fromObject gives two paths one placeholder', () => {
    const [one, other] = ['$.detail.a-b', '$.detail.a.b'];
    expect(() => declared(events.RuleTargetInput.fromObject({ one: events.EventField.fromPath(one), other: events.EventField.fromPath(other) })))
      .toThrow('Single key \'detail-a-b\' is used for two different JSON paths');
    expect(JSON.parse(sender(FanOutPayload.fields({ one, other }))({ detail: { 'a-b': 1, 'a': { b: 2 } } }))).toEqual({ one: 1, other: 2 });
  });

  test('a placeholder as a key is refused', () => {
    expect(() => new InputTransformer({ template: '{"<f1>":<f1>}', paths: { f1: '$.detail.user.last-name' } })).toThrow('EventBridge takes it as a value only');
  });
});

describe('paths', () => {
  test.each([
    ['$', EVENT],
    ['$.detail-type', 'Sign-in'],
    ['$.resources[1]', 'b'],
    ['$.detail.user.n_1[0].x', 1],
    ['$.detail.nothing.here', ''],
  ])('%s is followed', (given, expected) => {
    expect(JSON.parse(sender(FanOutPayload.fields({ it: given }))(EVENT))).toEqual({ it: expected });
  });

  const right = 'a path into the event has dots, names of letters, digits, - and _, and array indices, such as $.detail.items[0].instance-id';
  test.each(['detail.a', '$detail', '$.', '$..a', '$.a.', '$[0]', '$.a[*]', '$.a.*', '$.a[\'b\']', '$.a[-1]', '$.a b', '$.a/b', '$.é', ' $.a', ''])('%j is refused', given => {
    expect(errorOf(() => FanOutPayload.fields({ it: given }))).toBe(`FanOutPayload.fields.it: got ${JSON.stringify(given)}; ${right}`);
    expect(errorOf(() => FanOutPayload.template('<it>', { it: given }))).toBe(`FanOutPayload.template.paths.it: got ${JSON.stringify(given)}; ${right}`);
  });

  test('have at most 256 characters', () => {
    expect(() => FanOutPayload.fields({ it: `$.${'a'.repeat(254)}` })).not.toThrow();
    expect(errorOf(() => FanOutPayload.fields({ it: `$.${'a'.repeat(255)}` }))).toBe('FanOutPayload.fields.it: got a path of 257 characters; EventBridge takes 256');
  });
});

describe('fields are refused', () => {
  const many = (count: number, name: (index: number) => string) => Object.fromEntries(Array.from({ length: count }, (_, index) => [name(index), '$.id']));

  test.each<[string, { [name: string]: string }, string]>([
    ['without any', {}, 'FanOutPayload.fields: got no fields; give at least one, such as { time: \'$.time\' }'],
    ['without a name', { '': '$.id' }, 'FanOutPayload.fields: got ""; a field has a name, without <, which EventBridge may take for a placeholder'],
    ['with a < in a name', { 'a<b': '$.id' }, 'FanOutPayload.fields: got "a<b"; a field has a name, without <, which EventBridge may take for a placeholder'],
    ['past 100', many(101, index => `n${index}`), 'FanOutPayload.fields: got 101 paths; EventBridge takes 100'],
    ['past 8,192 bytes', many(10, index => `${index}${'é'.repeat(500)}`), 'FanOutPayload.fields: got a template of 10092 bytes; EventBridge takes 8192'],
  ])('%s', (_name, fields, message) => {
    expect(errorOf(() => FanOutPayload.fields(fields))).toBe(message);
  });

  test('not with 100', () => {
    expect(() => FanOutPayload.fields(many(100, index => `n${index}`))).not.toThrow();
  });
});

describe('a template is refused', () => {
  const quoted = 'EventBridge does not escape what it puts there, and a quote in the event would break the JSON: '
    + 'use it as a whole value, without quotes, as in {"name": <x>}';
  const others = 'the placeholders are <x>, <aws.events.event.json>: declare others in `paths`';
  const json = 'the text must be JSON when each placeholder is a value, whatever the value';
  const own = 'of EventBridge\'s own variables a payload takes <aws.events.event.json> only, the whole event';

  test.each<[string, string]>([
    ['{"a": "<x>"}', `<x> inside quotes; ${quoted}`],
    ['{"a": "say \\"<x>\\" loud"}', `<x> inside quotes; ${quoted}`],
    ['{"<x>": 1}', `<x> inside quotes; ${quoted}`],
    ['{"a": "\\u003cx>"}', `<x> inside quotes; ${quoted}`],
    ['{"a": "\\u003Cx>"}', `<x> inside quotes; ${quoted}`],
    ['"<x>', `<x> inside quotes; ${quoted}`],
    ['{"a": "1 < 2", "b": <x>}', '"\\"1 < 2\\""; EventBridge may take a < for a placeholder: write \\u003c'],
    ['{"a": <y>}', `<y>; ${others}`],
    ['{"a": <>}', `<>; ${others}`],
    ['{"a": < x >}', `< x >; ${others}`],
    ['{"a": <x}', `<x}; ${others}`],
    ['{"a": <aws.events.event>}', `<aws.events.event>; ${own}`],
    ['{"a": <aws.events.rule-name>}', `<aws.events.rule-name>; ${own}`],
    ['{"a": <AWS.events.event.json>}', `<AWS.events.event.json>; ${own}`],
    ['{<x>: 1}', '<x> as a key; EventBridge fills in values only'],
    ['{<x> : 1}', '<x> as a key; EventBridge fills in values only'],
    ['{<x>}', `"{<x>}"; ${json}`],
    ['{"a": 1<x>}', `"{\\"a\\": 1<x>}"; ${json}`],
    ['{"a": -<x>}', `"{\\"a\\": -<x>}"; ${json}`],
    ['{"a": <x><x>}', `"{\\"a\\": <x><x>}"; ${json}`],
    ['{"a": <x>,}', `"{\\"a\\": <x>,}"; ${json}`],
    ['user <x>', `"user <x>"; ${json}`],
    ['', `""; ${json}`],
  ])('when it is %j', (text, got) => {
    expect(errorOf(() => FanOutPayload.template(text, { x: '$.id' }))).toBe(`FanOutPayload.template: got ${got}`);
  });

  test.each<[string, { [name: string]: string }, string]>([
    ['aws.x', { 'aws.x': '$.id' }, 'FanOutPayload.template.paths: got "aws.x"; names that start with aws. are EventBridge\'s own'],
    ['AWS.x', { 'AWS.x': '$.id' }, 'FanOutPayload.template.paths: got "AWS.x"; names that start with aws. are EventBridge\'s own'],
    ['a.b', { 'a.b': '$.id' }, 'FanOutPayload.template.paths: got "a.b"; a name has letters, digits, - and _, at most 256 of them'],
    ['an empty name', { '': '$.id' }, 'FanOutPayload.template.paths: got ""; a name has letters, digits, - and _, at most 256 of them'],
    ['a path that is not used', { y: '$.id' }, 'FanOutPayload.template.paths: got "y"; the text does not use it: write <y> where its value belongs, or leave it out'],
  ])('with the path %s', (_name, paths, message) => {
    expect(errorOf(() => FanOutPayload.template('{}', paths))).toBe(message);
  });

  test('past 8,192 bytes, alone or within a partner\'s body', () => {
    const text = (bytes: number) => `"${'é'.repeat((bytes - 2) / 2)}"`;
    expect(() => FanOutPayload.template(text(8192))).not.toThrow();
    expect(errorOf(() => FanOutPayload.template(text(8194)))).toBe('FanOutPayload.template: got a template of 8194 bytes; EventBridge takes 8192');
    expect(errorOf(() => FanOutPayload.template(text(8192))._within('FanOut.x.payload', wrap)))
      .toBe('FanOut.x.payload: got a template of 8225 bytes; EventBridge takes 8192');
  });

  test('with more than 100 paths', () => {
    const paths = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`p${index}`, '$.id']));
    const text = `[${Object.keys(paths).map(name => `<${name}>`).join()}]`;
    expect(errorOf(() => FanOutPayload.template(text, paths))).toBe('FanOutPayload.template: got 101 paths; EventBridge takes 100');
  });
});

import type { JsonObject } from '../engines';
import { fanOutTarget, sendOne, simulateApiDestination } from '../samples/sample-fan-out';
import { sampleEvent, Template } from '../samples/sample-template';

const EVENT = sampleEvent('e-1', { detail: { user: 'u', nested: { list: [1, { a: 'b' }] } } });

function input(properties: JsonObject) {
  return (template: Template) => { Object.assign(fanOutTarget(template), properties); };
}

/** What a target with this input is sent. */
async function sent(properties: JsonObject): Promise<string> {
  const { requests } = await sendOne(input(properties), undefined, EVENT);
  return requests[0].body;
}

test('a target gets the whole event, unless it says otherwise', async () => {
  expect(await sent({})).toBe(JSON.stringify(EVENT));
});

test('a constant is sent as it stands', async () => {
  expect(await sent({ Input: '{ "a": "<aws.events.event.json>" }' })).toBe('{ "a": "<aws.events.event.json>" }');
});

test.each([
  ['$', JSON.stringify(EVENT)],
  ['$.detail', '{"user":"u","nested":{"list":[1,{"a":"b"}]}}'],
  ['$.detail-type', '"login"'],
  ['$.detail.nested.list[1].a', '"b"'],
])('the part at %s is sent', async (InputPath, body) => {
  expect(await sent({ InputPath })).toBe(body);
});

test('an event without that part is unaccounted for', async () => {
  const { ledger, requests } = await sendOne(input({ InputPath: '$.detail.absent' }), undefined, EVENT);
  expect(requests).toEqual([]);
  expect(ledger.unaccounted()).toEqual([expect.objectContaining({
    outcome: 'lost', detail: 'the event has nothing at $.detail.absent; what EventBridge sends then is not known',
  })]);
});

test('an event that is nested too deeply to be read is unaccounted for, and the others are sent', async () => {
  const simulation = simulateApiDestination(input({ InputPath: '$.detail' }));
  const deep = `{"id":"deep","detail-type":"login","source":"login.success","detail":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  await simulation.sendAll([{ event: sampleEvent('deep'), text: deep }, { event: sampleEvent('shallow') }]);
  await simulation.finish();
  await simulation.close();
  expect(simulation.requests.map(({ body }) => body)).toEqual(['{"user":"user-shallow"}']);
  expect(simulation.ledger.unaccounted()).toEqual([expect.objectContaining({ rule: 'FanOutRule', detail: 'the event is nested too deeply to be read here' })]);
});

test('a template knows the rule and when the event came', async () => {
  const InputTemplate = '{"rule":<aws.events.rule-name>,"arn":<aws.events.rule-arn>,"at":<aws.events.event.ingestion-time>,"user":<user>}';
  const body = JSON.parse(await sent({ InputTransformer: { InputTemplate, InputPathsMap: { user: '$.detail.user' } } })) as { [name: string]: string };
  expect(body).toEqual({
    rule: expect.stringMatching(/^Simulated-FanOutRule-\w+$/),
    arn: `arn:aws:events:us-east-1:123456789012:rule/${body.rule}`,
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    user: 'u',
  });
});

test('the archive\'s own target may have one, too', async () => {
  const { ledger, store } = await sendOne(t => { t.Resources.Rule.Properties.Targets[0].InputPath = '$.detail'; }, undefined, EVENT);
  expect(ledger.archived).toBe(1);
  expect(ledger.writtenObjects[0].records).toBe(1);
  expect(store.list(ledger.writtenObjects[0].bucket, 'events/')).toHaveLength(1);
});

test.each<[string, JsonObject, string]>([
  ['two kinds of input', { Input: '{}', InputPath: '$' },
    'FanOutRule.Targets[0].InputPath: got Input and InputPath; EventBridge takes only one of Input, InputPath, InputTransformer'],
  ['a constant that is no JSON', { Input: 'text' }, 'FanOutRule.Targets[0].Input: is not a valid JSON text'],
  ['a path that is not known', { InputPath: '$..user' }, 'FanOutRule.Targets[0].InputPath: the simulator does not know the path "$..user"; it knows $, .key and [index]'],
  ['a template with an unknown placeholder', { InputTransformer: { InputTemplate: '{"a":<b>}' } },
    'FanOutRule.Targets[0].InputTransformer: InputTemplate: contains invalid placeholder b'],
  ['no template', { InputTransformer: { InputPathsMap: {} } }, 'FanOutRule.Targets[0].InputTransformer.InputTemplate: missing'],
  ['a path that is no text', { InputTransformer: { InputTemplate: '{}', InputPathsMap: { a: ['$'] } } },
    'FanOutRule.Targets[0].InputTransformer.InputPathsMap.a: got ["$"]; a string is expected here'],
])('%s is refused', (_name, properties, message) => {
  expect(() => simulateApiDestination(input(properties))).toThrow(new Error(message));
});

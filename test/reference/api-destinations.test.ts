// The requests of API destinations as another emulator makes them of the same template and the same events: MiniStack's against ours.

import { Match } from 'aws-cdk-lib/aws-events';
import { altered, cleanUp, run } from '../end-to-end/archive-run';
import { canonical, differences } from '../end-to-end/canonical-json';
import { corpus, FAN_OUTS, FanOutWithParameters, PAYLOADS, secretsOf } from '../end-to-end/fan-out-samples';
import { DETAIL_TYPE, InputRecording, RECORDINGS } from '../simulator/bus/input-recordings';
import type { EventToSend } from '../simulator/demo/events-file';
import type { JsonObject } from '../simulator/engines';
import type { ReceivedRequest } from '../simulator/http/http-endpoint';
import { EmulatedFanOuts } from '../simulator/reference/emulator/emulated-fan-outs';
import { MiniStack } from '../simulator/reference/emulator/ministack';
import type { RecordedRequest } from '../simulator/reference/emulator/recording-server';
import { installation } from '../simulator/reference/installation';
import { SimulatedTemplate } from '../simulator/template/template';
import { synthesize } from '../synthesize';

/** Every authorization, and every payload within a partner's body and without. */
const PAIRS = [
  ['ApiKey', 'WholeEvent'], ['ApiKey', 'Detail'], ['SchemeAndHeaders', 'Fields'], ['Basic', 'Template'],
  ...Object.keys(PAYLOADS).map(payload => ['ConfluentCloud', payload]),
];
const DESTINATIONS = [...PAIRS.map(([kind, payload]) => `${kind}${payload}`), 'Parameters'];

const eventPatterns = [{ source: Match.prefix('') }];

const TEMPLATE = synthesize(stack => {
  const samples = PAIRS.map(([kind, payload]) =>
    [`${kind}${payload}`, FAN_OUTS[kind].make(stack, { payload: PAYLOADS[payload].make(), eventPatterns })] as const);
  const fanOut = { ...Object.fromEntries(samples), Parameters: new FanOutWithParameters(undefined, eventPatterns) };
  return { includeReadOnlyApiCalls: true, fanOut };
}).template.toJSON();

/** The destination from whose bodies the events are known as MiniStack delivers them: with ids and times of its own. */
const WHOLE_EVENTS = 'ApiKeyWholeEvent';

/** What PutEvents takes: only AWS publishes under its own sources, and a detail is an object. */
const EVENTS = corpus().filter(isPublishable).map(({ event }): EventToSend =>
  ({ event: { ...event, source: String(event.source).replace(/^aws\./, 'like-aws.') } }));

const EVENTS_AT_ONCE = 50;

/** A few seconds, unless the machine has much else to do. */
const SETUP_TIMEOUT = 300_000;

let ministack: MiniStack;
let emulated: EmulatedFanOuts;
let delivered: EventToSend[];
let simulated: readonly ReceivedRequest[];

beforeAll(async () => {
  ministack = await MiniStack.start(installation().python);
  emulated = await EmulatedFanOuts.deploy(ministack, SimulatedTemplate.parse(TEMPLATE), secretsOf(TEMPLATE));
  // Not all at once: MiniStack makes its requests side by side, and gives up those that have to wait.
  for (let sent = 0; sent < EVENTS.length; sent += EVENTS_AT_ONCE) {
    await emulated.send(EVENTS.slice(sent, sent + EVENTS_AT_ONCE));
    await Promise.all(DESTINATIONS.map(id => emulated.requests(destinationOf(id), Math.min(sent + EVENTS_AT_ONCE, EVENTS.length))));
  }
  const whole = await emulated.requests(destinationOf(WHOLE_EVENTS), EVENTS.length);
  delivered = whole.map(({ body }) => ({ event: JSON.parse(body) as JsonObject, text: body }));
  simulated = (await run(TEMPLATE, delivered, { secrets: secretsOf(TEMPLATE) })).simulation.requests;
}, SETUP_TIMEOUT);

afterAll(async () => {
  await emulated?.stop();
  await ministack?.stop();
  await cleanUp();
});

/** The requests of both for a destination, as they are compared. */
const comparedBefore = new Map<string, string[]>();
const theirs = async (id: string) => {
  const requests = await emulated.requests(destinationOf(id), EVENTS.length);
  if (!comparedBefore.has(id)) comparedBefore.set(id, requests.map(request => comparable(id, request)));
  return comparedBefore.get(id)!;
};
const ours = (id: string, requests = simulated) => requests.filter(({ destination }) => destination === destinationOf(id))
  .map(request => comparable(id, { ...request, path: request.url.replace(/^https:\/\/[^/]+/, '') }));

test('the events are those that were published, under other ids and at other times', () => {
  expect(EVENTS.length).toBeGreaterThan(500);
  const content = ({ event: { source, detail, resources = [], 'detail-type': detailType } }: EventToSend) =>
    canonical(JSON.stringify([source, detailType, resources, detail]));
  expect(differences(delivered.map(content), EVENTS.map(content))).toEqual([]);
});

test.each(DESTINATIONS)('both make the same requests for %s', async id => {
  expect(ours(id)).toHaveLength(EVENTS.length);
  expect(differences(await theirs(id), ours(id))).toEqual([]);
});

test.each<[string, string, string, (properties: any) => void]>([
  ['method', 'SchemeAndHeadersFields', 'AWS::Events::ApiDestination', properties => { properties.HttpMethod = 'POST'; }],
  ['path', 'ConfluentCloudDetail', 'AWS::Events::ApiDestination', properties => { properties.InvocationEndpoint += '/x'; }],
  ['key', 'ApiKeyDetail', 'AWS::Events::Connection', properties => { properties.AuthParameters.ApiKeyAuthParameters.ApiKeyValue = 'x'; }],
  ['password', 'BasicTemplate', 'AWS::Events::Connection', properties => { properties.AuthParameters.BasicAuthParameters.Password = 'x'; }],
  ['header', 'SchemeAndHeadersFields', 'AWS::Events::Rule', ({ Targets: [target] }) => { target.HttpParameters.HeaderParameters = {}; }],
  ['input', 'ConfluentCloudFields', 'AWS::Events::Rule', ({ Targets: [target] }) => delete target.InputTransformer],
  ['path parameter', 'Parameters', 'AWS::Events::Rule', ({ Targets: [target] }) => target.HttpParameters.PathParameterValues.reverse()],
  ['query parameter', 'Parameters', 'AWS::Events::Connection', ({ AuthParameters }) => AuthParameters.InvocationHttpParameters.QueryStringParameters.pop()],
  ['body parameter', 'Parameters', 'AWS::Events::Connection', ({ AuthParameters }) => AuthParameters.InvocationHttpParameters.BodyParameters.pop()],
])('another %s is no request that MiniStack makes', async (_what, id, type, alter) => {
  const other = altered(TEMPLATE, type, (properties, logicalId) => logicalId.includes(id) && alter(properties));
  const { simulation } = await run(other, delivered.slice(0, 10), { secrets: secretsOf(TEMPLATE) });
  const made = new Set(await theirs(id));
  const requests = ours(id, simulation.requests);
  expect([requests.length, requests.filter(request => made.has(request))]).toEqual([10, []]);
});

describe('MiniStack differs from AWS, too, where', () => {
  test('it finds no element of an array in an input transformer', async () => {
    const first = (body: string) => (JSON.parse(body) as { first: unknown }).first;
    const [theirValues, ourValues] = [
      (await emulated.requests(destinationOf('SchemeAndHeadersFields'), EVENTS.length)).map(({ body }) => first(body)),
      simulated.filter(({ destination }) => destination === destinationOf('SchemeAndHeadersFields')).map(({ body }) => first(body)),
    ];
    expect(new Set(theirValues)).toEqual(new Set(['']));
    expect(ourValues.filter(value => value !== '').length).toBeGreaterThan(50);
  });

  test('it puts spaces into a list or an object within a text, and delivers what became no JSON', async () => {
    const recorded = await EmulatedFanOuts.deploy(ministack, SimulatedTemplate.parse(recordedInputs()), {});
    await recorded.send(RECORDINGS.map(({ detail }, index) => ({ event: { 'source': `recording-${index}`, 'detail-type': DETAIL_TYPE, detail } })));
    const different: number[] = [];
    for (const [index, { got }] of RECORDINGS.entries()) {
      const [{ body }] = await recorded.requests(`Destination${index}`, 1);
      if (!isAsRecorded(body, got)) different.push(index);
    }
    await recorded.stop();
    const isExpected = ({ got }: InputRecording) => got === undefined || ('text' in got && /acc_id|ACTIVE/.test(got.text));
    expect(different).toEqual([...RECORDINGS.keys()].filter(index => isExpected(RECORDINGS[index])));
  });
});

/**
 * What is compared of a request. Left out, because it is MiniStack's own:
 * - the host, which is this machine;
 * - the spelling of JSON: MiniStack writes each body anew, with other white space and escapes, and so with another length. EventBridge's
 *   own is not documented;
 * - the spelling of query parameters: it writes a space as `+`, as forms do. Which one EventBridge writes is not documented;
 * - what `$.resources[0]` gives: EventBridge's documents have array indices among the paths of an input transformer.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
function comparable(id: string, { method, path, headers, body }: RecordedRequest): string {
  const { host, 'content-length': length, ...rest } = headers;
  expect([host, length]).toEqual([expect.any(String), String(Buffer.byteLength(body))]);
  const url = new URL(path, 'http://local');
  const content = JSON.parse(body) as { first?: unknown; value?: { data: { first?: unknown } } };
  if (id.endsWith('Fields')) delete (content.value?.data ?? content).first;
  return canonical(JSON.stringify({ method, path: url.pathname, query: [...url.searchParams].sort(), headers: rest, content }));
}

function destinationOf(id: string): string {
  const isIt = ([logicalId, { Type }]: [string, any]) => Type === 'AWS::Events::ApiDestination' && logicalId.includes(id);
  return Object.entries<any>(TEMPLATE.Resources).find(isIt)![0];
}

function isPublishable({ event: { source, detail, 'detail-type': detailType } }: EventToSend): boolean {
  const isObject = typeof detail === 'object' && detail !== null && !Array.isArray(detail);
  return isObject && [source, detailType].every(text => typeof text === 'string' && text !== '');
}

/** A rule and a destination for each recorded input. */
function recordedInputs(): object {
  const getAtt = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
  const apiKey = { ApiKeyName: 'X-Api-Key', ApiKeyValue: 'key' };
  const resources = RECORDINGS.flatMap(({ input }, index) => [
    [`Destination${index}`, {
      Type: 'AWS::Events::ApiDestination',
      Properties: { ConnectionArn: getAtt('Connection'), HttpMethod: 'POST', InvocationEndpoint: 'https://example.com/' },
    }],
    [`Rule${index}`, {
      Type: 'AWS::Events::Rule',
      Properties: { EventPattern: { source: [`recording-${index}`] }, Targets: [{ Id: 'Target', Arn: getAtt(`Destination${index}`), ...input }] },
    }],
  ]);
  const Connection = { Type: 'AWS::Events::Connection', Properties: { AuthorizationType: 'API_KEY', AuthParameters: { ApiKeyAuthParameters: apiKey } } };
  return { Resources: { Connection, ...Object.fromEntries(resources) as object } };
}

function isAsRecorded(body: string, got: InputRecording['got']): boolean {
  if (got === undefined) return false;
  return 'json' in got ? canonical(body) === canonical(JSON.stringify(got.json)) : body === got.text;
}

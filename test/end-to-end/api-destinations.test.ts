// The requests that EventBridge makes of a template's connections, API destinations and targets, to a real server on this machine.

import { SecretValue, Stack } from 'aws-cdk-lib';
import * as cdkEvents from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import { altered, anEvent, cleanUp, run, RunOptions } from './archive-run';
import { canonical, differences } from './canonical-json';
import { corpus, FAN_OUTS, FanOutSample, FanOutSampleOptions, FanOutWithParameters, PAYLOADS, secretsOf, withoutDetail } from './fan-out-samples';
import { synthesize } from './recent-archive';
import { FanOut, FanOutConfig, FanOutPayload } from '../../src';
import type { JsonObject } from '../simulator/engines';
import type { HttpAnswer, ReceivedRequest } from '../simulator/http/http-endpoint';
import type { Simulation } from '../simulator/simulation';

afterEach(cleanUp);

/** What EventBridge sends with every request. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html#eb-api-destination-headers */
const ALWAYS = {
  'user-agent': 'Amazon/EventBridge/ApiDestinations',
  'content-type': 'application/json; charset=utf-8',
  'range': 'bytes=0-1048575',
  'accept-encoding': 'gzip,deflate',
  'connection': 'close',
};

const { SchemeAndHeaders: SIEM, ConfluentCloud: CONFLUENT } = FAN_OUTS;

/** A template with fan-outs in it. */
function template(fanOut: (stack: Stack) => { [id: string]: FanOut }): object {
  return synthesize(stack => ({ includeReadOnlyApiCalls: true, fanOut: fanOut(stack) })).template.toJSON();
}

const only = (sample: FanOutSample, options?: FanOutSampleOptions): object => template(stack => ({ Mine: sample.make(stack, options) }));

async function deliver(json: object, events = [anEvent()], options: RunOptions = {}): Promise<Simulation> {
  return (await run(json, events, { secrets: secretsOf(json), ...options })).simulation;
}

/** The only counts of a run with one fan-out. */
const countsOf = ({ ledger }: Simulation) => Object.values(ledger.fanOut)[0];

describe('a request', () => {
  const sent = anEvent({ detail: { text: 'ünicode 🔒' } });

  /** All of the only request of a run. */
  async function requestOf(json: object): Promise<Partial<ReceivedRequest>> {
    const { requests } = await deliver(json, [sent]);
    expect(requests).toHaveLength(1);
    const { method, url, headers, body } = requests[0];
    return { method, url, headers, body };
  }

  function expected({ method, url, headers, body }: FanOutSample): Partial<ReceivedRequest> {
    const text = JSON.stringify(body(sent.event));
    return { method, url, headers: { ...ALWAYS, ...headers, 'content-length': String(Buffer.byteLength(text)) }, body: text };
  }

  test.each(Object.entries(FAN_OUTS))('of the fan-out %s is this and nothing else', async (_kind, sample) => {
    expect(await requestOf(only(sample))).toEqual(expected(sample));
  });

  test.each<[string, FanOutSample, string, (properties: any) => void]>([
    ['method', SIEM, 'AWS::Events::ApiDestination', properties => { properties.HttpMethod = 'POST'; }],
    ['URL', SIEM, 'AWS::Events::ApiDestination', properties => { properties.InvocationEndpoint += '&more'; }],
    ['name of the key\'s header', FAN_OUTS.ApiKey, 'AWS::Events::Connection', properties => { properties.AuthParameters.ApiKeyAuthParameters.ApiKeyName = 'X-Key'; }],
    ['key', SIEM, 'AWS::Events::Connection', properties => { properties.AuthParameters.ApiKeyAuthParameters.ApiKeyValue = 'Bearer'; }],
    ['password', CONFLUENT, 'AWS::Events::Connection', properties => { properties.AuthParameters.BasicAuthParameters.Password = 'x'; }],
    ['headers', SIEM, 'AWS::Events::Rule', ({ Targets: [target] }) => delete target.HttpParameters],
    ['wrapping', CONFLUENT, 'AWS::Events::Rule', ({ Targets: [target] }) => delete target.InputTransformer],
  ])('with another %s is another', async (_what, sample, type, alter) => {
    const json = altered(only(sample), type, properties => type === 'AWS::Events::Rule' && !isFanOut(properties) ? undefined : alter(properties));
    expect(await requestOf(json)).not.toEqual(expected(sample));
  });
});

describe('parameters', () => {
  const withParameters = (payload?: FanOutPayload): object => template(() => ({ Mine: new FanOutWithParameters(payload) }));

  test('of path, query, headers and body are all sent, encoded, and the connection\'s win', async () => {
    const sent = anEvent();
    const { requests: [{ method, url, headers, body }] } = await deliver(withParameters(), [sent]);
    expect(method).toBe('POST');
    expect(url).toBe('https://api.example.com/a%2Fb%20c/things/%3F%C3%A9%23?own=1&both=connection&target=1%202&key%20%26%20more=x%3Dy%26%C3%BC');
    expect(headers).toEqual({
      ...ALWAYS,
      'host': 'api.example.com',
      'authorization': `Basic ${Buffer.from('user:password').toString('base64')}`,
      'x-both': 'connection',
      'x-connection': 'c',
      'x-target': 't',
      'content-length': String(Buffer.byteLength(body)),
    });
    expect(JSON.parse(body)).toEqual({ ...sent.event, routing_key: 'k "1"', id: 'replaced' });
  });

  test('of the target are sent where the connection has none of that name', async () => {
    const json = altered(withParameters(), 'AWS::Events::Connection', ({ AuthParameters }) => { AuthParameters.InvocationHttpParameters = {}; });
    const sent = anEvent();
    const { requests: [{ url, headers, body }] } = await deliver(json, [sent]);
    expect(url).toBe('https://api.example.com/a%2Fb%20c/things/%3F%C3%A9%23?own=1&both=target&target=1%202');
    expect(headers).toMatchObject({ 'x-both': 'target' });
    expect(JSON.parse(body)).toEqual(sent.event);
  });

  test('for the body join a payload that is an object, and it stays JSON for every event', async () => {
    const events = corpus().filter(({ event: { detail } }) => typeof detail === 'object' && detail !== null && !Array.isArray(detail));
    const { requests } = await deliver(withParameters(FanOutPayload.detail()), events);
    expect(requests.length).toBeGreaterThan(500);
    for (const { body } of requests) expect(JSON.parse(body)).toMatchObject({ routing_key: 'k "1"', id: 'replaced' });
  });

  test('of OAuth are not known to the library, and a connection that has them is refused', () => {
    class OAuth extends FanOut {
      public bind(scope: Construct): FanOutConfig {
        const connection = new cdkEvents.Connection(scope, 'Connection', {
          authorization: cdkEvents.Authorization.oauth({
            authorizationEndpoint: 'https://login.example.com/token',
            clientId: 'id',
            clientSecret: SecretValue.unsafePlainText('secret'),
            httpMethod: cdkEvents.HttpMethod.POST,
          }),
        });
        const apiDestination = new cdkEvents.ApiDestination(scope, 'Destination', { connection, endpoint: 'https://api.example.com/' });
        return { target: new targets.ApiDestination(apiDestination) };
      }
    }
    return expect(deliver(template(() => ({ Mine: new OAuth() })))).rejects.toThrow('OAuthParameters: the simulator does not know this property');
  });
});

describe('a body', () => {
  const events = corpus().filter(({ event: { source } }) => typeof source === 'string');
  const eventPatterns = [{ source: cdkEvents.Match.prefix('') }];
  // The other kinds differ in their headers alone.
  const pairs = ['ApiKey', 'ConfluentCloud'].flatMap(kind => Object.keys(PAYLOADS).map(payload => [kind, payload] as const));
  const all = (some: typeof pairs): object => template(stack => Object.fromEntries(some.map(([kind, payload]) =>
    [`${kind}${payload}`, FAN_OUTS[kind].make(stack, { payload: PAYLOADS[payload].make(), eventPatterns })])));

  /** The bodies that a destination received, as JSON in an order of their own; one that is no JSON is itself. */
  function bodies(simulation: Simulation, id: string): string[] {
    return simulation.requests.filter(({ destination }) => destination.includes(id)).map(({ body }) => canonical(body));
  }

  test('is JSON with just what was asked for, for every event, of every kind', async () => {
    const simulation = await deliver(all(pairs), events);
    expect(events.length).toBeGreaterThan(550);
    for (const [kind, payload] of pairs) {
      const expected = events.map(({ event }) => canonical(JSON.stringify(FAN_OUTS[kind].body(PAYLOADS[payload].of(event)))));
      expect([kind, payload, differences(bodies(simulation, `${kind}${payload}`), expected)]).toEqual([kind, payload, []]);
    }
  });

  test.each<[string, string, string, string]>([
    ['with a text in quotes', 'ApiKey', 'Fields', '<f4>'],
    ['with the detail in quotes', 'ConfluentCloud', 'Detail', '<detail>'],
    ['with the time in quotes', 'Basic', 'Template', '<time>'],
  ])('%s is no JSON for some events', async (_what, kind, payload, placeholder) => {
    const broken = altered(all([[kind, payload]]), 'AWS::Events::Rule', ({ Targets: [{ InputTransformer }] }) => {
      if (InputTransformer) InputTransformer.InputTemplate = InputTransformer.InputTemplate.replace(placeholder, `"${placeholder}"`);
    });
    expect(bodies(await deliver(broken, events), `${kind}${payload}`).some(body => body.startsWith('no JSON'))).toBe(true);
  });

  test('that is a detail which the event does not have is not known, and the event is unaccounted for', async () => {
    const { event } = withoutDetail();
    const simulation = await deliver(all(pairs), [{ event }], { mayLose: true });
    const lost = Object.entries(simulation.ledger.fanOut).filter(([, counts]) => counts.lost > 0);
    expect(lost.map(([id]) => /ApiKeyDetail|ConfluentCloudDetail/.exec(id)?.[0])).toEqual(['ApiKeyDetail']);
    expect(bodies(simulation, 'ConfluentCloudDetail')).toEqual([canonical('{"value":{"type":"JSON","data":""}}')]);
    for (const kind of ['WholeEvent', 'Fields', 'Template']) {
      expect(bodies(simulation, `ApiKey${kind}`)).toEqual([canonical(JSON.stringify(PAYLOADS[kind].of(event)))]);
    }
  });
});

describe('an answer', () => {
  /** Every status that a server can end an exchange with. */
  const STATUSES = Array.from({ length: 400 }, (_, index) => 200 + index);
  const RETRIED = [401, 407, 409, 429, ...STATUSES.filter(status => status >= 500)];

  const events = STATUSES.map(status => anEvent({ detail: { status } }));
  const statusOf = ({ body }: ReceivedRequest) => (JSON.parse(body) as { detail: { status: number } }).detail.status;
  /** Each event gets its own status, and then is taken. */
  const inTurn = (request: ReceivedRequest, attempt: number): HttpAnswer =>
    attempt > 1 ? {} : { status: statusOf(request), headers: { Location: 'https://else.example.com/' } };

  test('of 401, 407, 409, 429 or 5xx is not the last, 2xx is, and any other sends the event to the queue', async () => {
    const { requests, deadLetters, ledger } = await deliver(only(FAN_OUTS.ApiKey), events, { http: { answer: inTurn } });
    const attempts = new Map<number, number>();
    for (const request of requests) attempts.set(statusOf(request), request.attempt);
    expect(STATUSES.filter(status => attempts.get(status) === 2)).toEqual(RETRIED);
    expect(STATUSES.filter(status => attempts.get(status) === 1)).toHaveLength(STATUSES.length - RETRIED.length);
    expect(new Set(requests.map(({ url }) => url))).toEqual(new Set([FAN_OUTS.ApiKey.url]));
    const inQueue = deadLetters.map(({ body }) => (JSON.parse(body) as { detail: { status: number } }).detail.status).sort();
    expect(inQueue).toEqual(STATUSES.filter(status => status >= 300 && !RETRIED.includes(status)));
    const counts = { delivered: STATUSES.length - inQueue.length, deadLettered: inQueue.length, lost: 0, requests: requests.length };
    expect(Object.values(ledger.fanOut)).toEqual([counts]);
  });

  test('is the last where the template allows no retry', async () => {
    const impatient = altered(only(FAN_OUTS.ApiKey), 'AWS::Events::Rule', ({ Targets: [target] }) => { target.RetryPolicy.MaximumRetryAttempts = 0; });
    const simulation = await deliver(impatient, events, { http: { answer: inTurn } });
    expect(countsOf(simulation)).toEqual({ delivered: 100, deadLettered: 300, lost: 0, requests: 400 });
    expect(simulation.deadLetters.filter(({ attributes }) => attributes.RETRY_ATTEMPTS === '0')).toHaveLength(RETRIED.length);
  });

  test('that says when to come back is believed, where that is later than the next retry', async () => {
    const busy: HttpAnswer = { status: 429, headers: { 'Retry-After': '120' } };
    const secondsOf = async (first: HttpAnswer) => {
      const { requests } = await deliver(only(SIEM), undefined, { http: { answer: (_request, attempt) => attempt === 1 ? first : {} } });
      return (requests[1].time.getTime() - requests[0].time.getTime()) / 1000;
    };
    expect(await secondsOf(busy)).toBe(120);
    expect(await secondsOf({ ...busy, headers: {} })).toBe(1);
  });

  test('that takes 4 seconds is in time, and one that takes 9 is not: after 5 the request is made again', async () => {
    const inSeconds = [4, 9].map(seconds => anEvent({ detail: { seconds } }));
    const secondsOf = ({ body }: ReceivedRequest) => (JSON.parse(body) as { detail: { seconds: number } }).detail.seconds;
    const [given, received] = [new Map<number, number>(), new Map<number, number>()];
    const answer = (request: ReceivedRequest, attempt: number): HttpAnswer => {
      (attempt === 1 ? given : received).set(secondsOf(request), Date.now());
      return { delayMilliseconds: attempt === 1 ? secondsOf(request) * 1000 : 0 };
    };
    const simulation = await deliver(only(FAN_OUTS.ApiKey), inSeconds, { http: { answer } });
    expect(countsOf(simulation)).toEqual({ delivered: 2, deadLettered: 0, lost: 0, requests: 3 });
    expect([...received.keys()]).toEqual([9]);
    const waited = received.get(9)! - given.get(9)!;
    expect([waited >= 4990, waited < 8500]).toEqual([true, true]);
  });
});

describe('the second queue', () => {
  const sent = anEvent({ detail: { text: 'a "quote"' } });

  /** The only message of a run, and why it is there. */
  async function messageOf(json: object, http: RunOptions['http']) {
    const { deadLetters } = await deliver(json, [sent], { http: { timeoutMilliseconds: 50, ...http } });
    expect(deadLetters).toHaveLength(1);
    return deadLetters[0];
  }

  const ARNS = {
    RULE_ARN: expect.stringMatching(/^arn:aws:events:us-east-1:123456789012:rule\/[\w-]+$/),
    TARGET_ARN: expect.stringMatching(/^arn:aws:events:us-east-1:123456789012:api-destination\/[\w-]+\/[0-9a-f-]{36}$/),
  };

  const answered = (status: number, more = {}): JsonObject =>
    ({ ERROR_CODE: 'ERROR_FROM_TARGET', ERROR_MESSAGE: `Unable to invoke ApiDestination endpoint: the endpoint answered ${status}`, ...more });
  const exhausted = (condition: string, retries: string): JsonObject => ({ RETRY_ATTEMPTS: retries, EXHAUSTED_RETRY_CONDITION: condition });

  test.each<[string, RunOptions['http'], JsonObject]>([
    ['is refused', { answer: () => ({ status: 400 }) }, answered(400)],
    ['is never taken', { answer: () => ({ status: 503 }) }, answered(503, exhausted('MaximumRetryAttempts', '185'))],
    ['is not taken within a day', { answer: () => ({ status: 503, headers: { 'Retry-After': '36000' } }) }, answered(503, exhausted('MaximumEventAgeInSeconds', '2'))],
    ['is not wanted again', { answer: () => ({ status: 503, headers: { 'Retry-After': '-1' } }) }, answered(503)],
    ['meets a closed port', { listens: false }, {
      ERROR_CODE: 'SDK_CLIENT_ERROR',
      ERROR_MESSAGE: 'Unable to invoke ApiDestination endpoint: API destination endpoint cannot be reached.',
      ...exhausted('MaximumRetryAttempts', '185'),
    }],
  ])('gets the whole event that %s, whatever was to be sent, and why', async (_what, http, why) => {
    const { queue, body, attributes } = await messageOf(only(CONFLUENT, { payload: FanOutPayload.fields({ text: '$.detail.text' }) }), http);
    expect(queue).toMatch(/FanOutDeadLetters/);
    expect(JSON.parse(body)).toEqual(sent.event);
    expect(attributes).toEqual({ ...ARNS, ...why });
  });

  test('gets the event that is never answered', async () => {
    const oneRetry = altered(only(SIEM), 'AWS::Events::Rule', ({ Targets: [target] }) => { target.RetryPolicy.MaximumRetryAttempts = 1; });
    expect((await messageOf(oneRetry, { answer: () => ({ delayMilliseconds: 'never' }) })).attributes).toEqual({
      ...ARNS,
      ERROR_CODE: 'UNKNOWN',
      ERROR_MESSAGE: 'Unable to invoke ApiDestination endpoint: Timeout calling endpoint for API Destination: socket closed.',
      ...exhausted('MaximumRetryAttempts', '1'),
    });
  });

  test('gets nothing that a target without it fails: that is lost', async () => {
    const withoutQueue = altered(only(SIEM), 'AWS::Events::Rule', properties => { if (isFanOut(properties)) delete properties.Targets[0].DeadLetterConfig; });
    const simulation = await deliver(withoutQueue, [sent], { http: { answer: () => ({ status: 400 }) }, mayLose: true });
    expect(countsOf(simulation)).toEqual({ delivered: 0, deadLettered: 0, lost: 1, requests: 1 });
  });
});

describe('the rate limit', () => {
  const LIMIT = 7;
  const limited = only(CONFLUENT, { rateLimitPerSecond: LIMIT });

  /** The most requests within a second of a burst, of which every third event is refused twice; and what became of the events. */
  async function burst(json: object) {
    const events = Array.from({ length: 100 }, (_, index) => anEvent({ detail: { index } }));
    const indexOf = ({ body }: ReceivedRequest) => (JSON.parse(body) as { value: { data: { detail: { index: number } } } }).value.data.detail.index;
    const answer = (request: ReceivedRequest, attempt: number): HttpAnswer => ({ status: indexOf(request) % 3 === 0 && attempt < 3 ? 429 : 200 });
    const simulation = await deliver(json, events, { start: new Date(), http: { answer } });
    const perSecond = new Map<number, number>();
    for (const { time } of simulation.requests) {
      const second = Math.floor(time.getTime() / 1000);
      perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
    }
    return { most: Math.max(...perSecond.values()), counts: countsOf(simulation), arrived: new Set(simulation.requests.map(indexOf)).size };
  }

  test('is never exceeded, retries included, and no event is lost for it', async () => {
    expect(await burst(limited)).toEqual({ most: LIMIT, counts: { delivered: 100, deadLettered: 0, lost: 0, requests: 168 }, arrived: 100 });
  });

  test('that is higher lets more through', async () => {
    const higher = altered(limited, 'AWS::Events::ApiDestination', properties => { properties.InvocationRateLimitPerSecond = 50; });
    expect((await burst(higher)).most).toBe(50);
  });
});

/** Whether a rule is a fan-out's, and not the archive's. */
function isFanOut({ Targets }: any): boolean {
  return JSON.stringify(Targets[0].Arn).includes('Destination');
}

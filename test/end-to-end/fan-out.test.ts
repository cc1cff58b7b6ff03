// Fan-outs and onEvent at work: real requests to a local server, messages to topics and queues, and the second dead-letter queue.

import type { Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { EventAuditArchiveProps, FanOut, FanOutAuthorization, FanOutConfig, FanOutPayload } from '../../src';
import { readEvents } from '../simulator/demo/demo-input';
import type { JsonObject } from '../simulator/engines';
import type { HttpAnswer } from '../simulator/http/http-endpoint';
import type { Extend } from '../synthesize';
import { altered, anEvent, cleanUp, Run, run, RunOptions } from './archive-run';
import { wrongIn } from './found';
import { synthesize } from './recent-archive';

afterAll(cleanUp);

const QUOTED = { text: 'a "quote",\na newline, <an> \\ and ünicode 🔒', number: 1.5, nothing: null, list: [1, { a: [] }] };
const ORDERS: EventAuditArchiveProps = { eventPatterns: [{ source: ['order'] }] };
const anOrder = (detail: JsonObject = QUOTED) => anEvent({ 'source': 'order', 'detail-type': 'Order Placed', detail });

const secret = (stack: Stack, id = 'Credentials') => new secretsmanager.Secret(stack, id);

function confluent(stack: Stack, payload?: FanOutPayload): FanOut {
  return FanOut.confluentCloud({
    restEndpoint: 'https://pkc-abcde.us-east-1.aws.confluent.cloud:443',
    clusterId: 'lkc-abc123',
    topic: 'audit',
    credentials: { secret: secretsmanager.Secret.fromSecretNameV2(stack, 'Confluent', 'confluent') },
    payload,
  });
}

function siem(stack: Stack, more: { payload?: FanOutPayload; rateLimitPerSecond?: number; eventPatterns?: events.EventPattern[] } = {}): FanOut {
  return FanOut.http({
    url: 'https://siem.example.com/v1/events?source=aws',
    authorization: FanOutAuthorization.apiKey({ headerName: 'Authorization', scheme: 'Bearer', secret: secret(stack), secretField: 'token' }),
    headers: { 'X-Tenant': 'acme' },
    ...more,
  });
}

function template(fanOut: (stack: Stack) => FanOut, extend?: Extend): object {
  return synthesize(stack => ({ ...ORDERS, fanOut: { Mine: fanOut(stack) } }), { extend }).template.toJSON();
}

/** The counts of the only destination. */
function counts({ simulation }: Run): object {
  return Object.values(simulation.ledger.fanOut)[0];
}

const answering = (...answers: HttpAnswer[]): RunOptions => ({
  http: { answer: (_request, attempt) => answers[Math.min(attempt, answers.length) - 1], timeoutMilliseconds: 50 },
});

describe('a request', () => {
  test('to Confluent Cloud is a record of JSON, with the key as user and password', async () => {
    const sent = anOrder();
    const { simulation } = await run(template(stack => confluent(stack)), [sent], { secrets: { 'arn:aws:secretsmanager:us-east-1:123456789012:secret:confluent': '{"username":"KEY","password":"s3cret"}' } });
    const [request] = simulation.requests;
    expect(simulation.requests).toHaveLength(1);
    expect(request).toMatchObject({ method: 'POST', url: 'https://pkc-abcde.us-east-1.aws.confluent.cloud:443/kafka/v3/clusters/lkc-abc123/topics/audit/records' });
    expect(request.headers).toMatchObject({
      'host': expect.stringMatching(/^pkc-abcde\.us-east-1\.aws\.confluent\.cloud(:443)?$/),
      'authorization': `Basic ${Buffer.from('KEY:s3cret').toString('base64')}`,
      'content-type': 'application/json; charset=utf-8',
    });
    expect(JSON.parse(request.body)).toEqual({ value: { type: 'JSON', data: sent.event } });
  });

  test('to any API has the method, the headers and the key that were asked for', async () => {
    const { simulation } = await run(template(stack => siem(stack)), [anOrder()], { secrets: { CredentialsF8F243AA: '{"token":"t0ken"}' } });
    const [request] = simulation.requests;
    expect(request).toMatchObject({ method: 'POST', url: 'https://siem.example.com/v1/events?source=aws' });
    expect(request.headers).toMatchObject({ 'host': 'siem.example.com', 'x-tenant': 'acme' });
    expect(request.headers.authorization).toBe('Bearer t0ken');
  });

  const payloads: [string, FanOutPayload, (event: JsonObject) => unknown][] = [
    ['the whole event', FanOutPayload.wholeEvent(), event => event],
    ['the detail', FanOutPayload.detail(), event => event.detail],
    ['fields', FanOutPayload.fields({ 'who?': '$.detail.text', 'n': '$.detail.number', 'list': '$.detail.list', 'missing': '$.detail.nobody' }),
      ({ detail }) => ({ 'who?': (detail as JsonObject).text, 'n': (detail as JsonObject).number, 'list': (detail as JsonObject).list, 'missing': '' })],
    ['a template', FanOutPayload.template('{"kind": "audit", "when": <time>, "all": [<aws.events.event.json>]}', { time: '$.time' }),
      event => ({ kind: 'audit', when: event.time, all: [event] })],
  ];

  test.each(payloads)('holds %s, whatever the event holds', async (_name, payload, expected) => {
    const sent = anOrder();
    const plain = await run(template(stack => siem(stack, { payload })), [sent]);
    expect(JSON.parse(plain.simulation.requests[0].body)).toEqual(expected(sent.event));
    const wrapped = await run(template(stack => confluent(stack, payload)), [sent]);
    expect(JSON.parse(wrapped.simulation.requests[0].body)).toEqual({ value: { type: 'JSON', data: expected(sent.event) } });
  });

  test('is made for every captured event of the samples, hostile ones included, and is JSON', async () => {
    const everything = synthesize(stack => ({
      fanOut: { Whole: siem(stack), Wrapped: confluent(stack, FanOutPayload.detail()) },
    })).template.toJSON();
    const { simulation } = await run(everything, readEvents([]));
    const bodies = simulation.requests.map(({ body }) => body);
    expect(bodies.length).toBe(2 * simulation.ledger.archived);
    expect(bodies.filter(body => !isJson(body))).toEqual([]);
  });
});

describe('what the partner answers', () => {
  const FAILURES: HttpAnswer[] = [{ status: 401 }, { status: 407 }, { status: 409 }, { status: 429 }, { status: 500 }, { status: 503 }, { delayMilliseconds: 'never' }];

  test.each(FAILURES)('%j is tried again, and the event arrives', async failure => {
    const done = await run(template(stack => siem(stack)), [anOrder()], answering(failure, failure, { status: 200 }));
    expect(counts(done)).toEqual({ delivered: 1, deadLettered: 0, lost: 0, requests: 3 });
  });

  test.each([400, 403, 404, 413, 422, 302])('%i puts the event into the second queue at once', async status => {
    const sent = anOrder();
    const done = await run(template(stack => siem(stack)), [sent], answering({ status }));
    expect(counts(done)).toEqual({ delivered: 0, deadLettered: 1, lost: 0, requests: 1 });
    const [message] = done.simulation.deadLetters;
    expect(message.queue).toMatch(/FanOutDeadLetters/);
    expect(JSON.parse(message.body)).toEqual(sent.event);
    expect(await wrongIn(done, [sent])).toEqual([]);
  });

  test('always 500 ends in the second queue, after 185 retries', async () => {
    const done = await run(template(stack => siem(stack)), [anOrder()], answering({ status: 500 }));
    expect(counts(done)).toEqual({ delivered: 0, deadLettered: 1, lost: 0, requests: 186 });
    expect(done.simulation.deadLetters[0].attributes).toMatchObject({ RETRY_ATTEMPTS: '185' });
  });

  test('is the fan-out\'s own affair: the archive has every event', async () => {
    const sent = [anOrder(), anOrder(), anOrder()];
    const done = await run(template(stack => siem(stack)), sent, answering({ status: 500 }));
    expect(await wrongIn(done, sent)).toEqual([]);
    expect(done.simulation.ledger).toMatchObject({ archived: 3, failed: 0, deadLettered: 0 });
  });

  test('is lost where the queue does not let the rule in', async () => {
    const closed = altered(template(stack => siem(stack)), 'AWS::SQS::QueuePolicy', ({ PolicyDocument }) => {
      PolicyDocument.Statement = PolicyDocument.Statement.filter((statement: any) => statement.Effect === 'Deny');
    });
    expect(counts(await run(closed, [anOrder()], { ...answering({ status: 400 }), mayLose: true }))).toMatchObject({ lost: 1 });
  });
});

describe('permissions', () => {
  test('to invoke the destination are what the rule needs', async () => {
    const powerless = altered(template(stack => siem(stack)), 'AWS::IAM::ManagedPolicy', ({ PolicyDocument }) => {
      PolicyDocument.Statement = PolicyDocument.Statement.map((statement: any) =>
        statement.Action === 'events:InvokeApiDestination' ? { ...statement, Action: 'events:PutEvents' } : statement);
    });
    const done = await run(powerless, [anOrder()]);
    expect(counts(done)).toEqual({ delivered: 0, deadLettered: 1, lost: 0, requests: 0 });
    expect(done.simulation.deadLetters[0].attributes.ERROR_CODE).toBe('NO_PERMISSIONS');
  });
});

describe('several buses', () => {
  test('are all passed on, those captured later too, and what no capture asks for is not', async () => {
    const json = template(stack => siem(stack), (archive, stack) => {
      archive.addCapture('Payments', { eventBus: new events.EventBus(stack, 'Payments', { eventBusName: 'payments' }), eventPatterns: [{ source: ['payment'] }] });
    });
    const passed = [anOrder(), { ...anEvent({ source: 'payment' }), bus: 'payments' }];
    const kept = [anEvent(), { ...anOrder(), bus: 'payments' }];
    const { simulation } = await run(json, [...passed, ...kept]);
    expect(simulation.requests.map(({ body }) => JSON.parse(body).id).sort()).toEqual(passed.map(({ event }) => event.id).sort());
  });

  test('with patterns of its own a fan-out gets just these, captured or not', async () => {
    const json = template(stack => siem(stack, { eventPatterns: [{ detailType: ['Alarm'] }] }));
    const alarm = anEvent({ 'detail-type': 'Alarm' });
    const { simulation } = await run(json, [anOrder(), alarm]);
    expect(simulation.requests.map(({ body }) => JSON.parse(body).id)).toEqual([alarm.event.id]);
    expect(simulation.ledger.archived).toBe(1);
  });

  test('what came from a partner is not passed on, though it is archived', async () => {
    const json = synthesize(stack => ({ fanOut: { Mine: siem(stack) } })).template.toJSON();
    const sent = [anOrder(), anEvent({ source: 'aws.partner/example.com/acme' })];
    const done = await run(json, sent);
    expect(counts(done)).toMatchObject({ delivered: 1 });
    expect(await wrongIn(done, sent)).toEqual([]);
  });
});

describe('a fan-out of the user\'s own', () => {
  class ToQueue extends FanOut {
    public bind(scope: Construct): FanOutConfig {
      return { target: new targets.SqsQueue(new sqs.Queue(scope, 'Queue')) };
    }
  }

  test('gets the events by whatever target it makes', async () => {
    const sent = anOrder();
    const { simulation } = await run(template(() => new ToQueue()), [sent, anEvent()]);
    expect(simulation.notifications.map(({ kind, body }) => [kind, JSON.parse(body)])).toEqual([['queue', sent.event]]);
  });
});

describe('onEvent', () => {
  const all = (stack: Stack): { [id: string]: events.IRuleTarget } => ({
    Topic: new targets.SnsTopic(new sns.Topic(stack, 'Topic'), { message: events.RuleTargetInput.fromText(`Placed: ${events.EventField.fromPath('$.detail-type')}`) }),
    Queue: new targets.SqsQueue(new sqs.Queue(stack, 'Queue')),
    Function: new targets.LambdaFunction(new lambda.Function(stack, 'Function', {
      runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => {};'),
    })),
  });
  const telling = (pattern: events.EventPattern): object => synthesize(ORDERS, {
    extend: (archive, stack) => {
      for (const [id, target] of Object.entries(all(stack))) archive.onEvent(id, { eventPattern: pattern, target });
    },
  }).template.toJSON();

  test('tells topics, queues and functions of just these events, archived or not', async () => {
    const told = anEvent({ 'detail-type': 'Bucket Created' });
    const { simulation } = await run(telling({ detailType: ['Bucket Created'] }), [told, anOrder()]);
    const [topic, ...others] = [...simulation.notifications].sort((a, b) => a.kind < b.kind ? 1 : -1);
    expect([topic.kind, topic.body]).toEqual(['topic', '"Placed: Bucket Created"']);
    expect(others.map(({ kind, body }) => [kind, JSON.parse(body)])).toEqual([['queue', told.event], ['function', told.event]]);
    expect(simulation.ledger.archived).toBe(1);
  });

  test('what a target does not take lies in the second queue', async () => {
    const { simulation } = await run(telling({ source: ['order'] }), [anOrder()], { faults: arn => arn.includes('firehose') ? 'ok' : 'error' });
    expect(simulation.deadLetters.map(({ queue }) => queue.includes('FanOutDeadLetters'))).toEqual([true, true, true]);
    expect(simulation.ledger).toMatchObject({ archived: 1, deadLettered: 0 });
  });

  test('a topic that lets nobody in gets nothing, and nothing is lost', async () => {
    const json = altered(telling({ source: ['order'] }), 'AWS::SNS::TopicPolicy', ({ PolicyDocument: { Statement } }) => { Statement[0].Action = 'sns:Subscribe'; });
    const { simulation } = await run(json, [anOrder()]);
    expect(simulation.notifications.map(({ kind }) => kind).sort()).toEqual(['function', 'queue']);
    expect(simulation.deadLetters).toHaveLength(1);
  });
});

test('under a key, what partners do not take still reaches the second queue', async () => {
  const json = synthesize(stack => ({ ...ORDERS, encryptionKey: new kms.Key(stack, 'Key'), fanOut: { Mine: siem(stack) } })).template.toJSON();
  expect(counts(await run(json, [anOrder()], answering({ status: 400 })))).toMatchObject({ deadLettered: 1 });
  const untagged = altered(json, 'AWS::KMS::Key', properties => delete properties.Tags);
  await expect(run(untagged, [anOrder()])).rejects.toThrow('EventBridgeApiDestinations');
});

test('a rate limit holds events back, and those that it holds back for too long lie in the queue', async () => {
  const json = altered(template(stack => siem(stack, { rateLimitPerSecond: 1 })), 'AWS::Events::Rule', ({ Targets }) => {
    Targets[0].RetryPolicy.MaximumEventAgeInSeconds = 60;
  });
  const burst = Array.from({ length: 100 }, () => anOrder({}));
  const done = await run(json, burst, { start: new Date() });
  const { delivered, deadLettered } = counts(done) as { delivered: number; deadLettered: number };
  expect([delivered > 50 && delivered < 70, delivered + deadLettered]).toEqual([true, 100]);
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

// Fan-outs of every kind with every kind of payload, and the events that they are tried with.

import * as fs from 'node:fs';
import * as path from 'node:path';
import { SecretValue, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import { ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { anEvent } from './archive-run';
import { FanOut, FanOutAuthorization, FanOutConfig, FanOutPayload } from '../../src';
import { EventToSend, readEventsFile } from '../simulator/demo/events-file';
import type { Json, JsonObject } from '../simulator/engines';

const EVENTS = path.join(__dirname, '..', '..', 'examples', 'events');

/** What the secrets hold. */
const SECRETS = { siem: '{"token":"t0ken/+=="}', kafka: '{"username":"KEY","password":"p@ss w0rd"}' };

/** What every kind of fan-out can be told. */
export interface FanOutSampleOptions {
  readonly payload?: FanOutPayload;
  readonly eventPatterns?: events.EventPattern[];
  readonly rateLimitPerSecond?: number;
}

/** A fan-out, and the request that it makes of every event; the body is JSON with the payload in it. */
export interface FanOutSample {
  readonly method: string;
  readonly url: string;
  /** The headers beside those that EventBridge always sends. */
  readonly headers: { readonly [name: string]: string };
  make(stack: Stack, options?: FanOutSampleOptions): FanOut;
  body(payload: Json): Json;
}

/** A payload, and what it is of an event. */
export interface PayloadSample {
  make(): FanOutPayload;
  of(event: JsonObject): Json;
}

function secret(stack: Stack, name: keyof typeof SECRETS): ISecret {
  const id = `${name}Secret`;
  const arn = `arn:aws:secretsmanager:us-east-1:123456789012:secret:${name}-AbCdEf`;
  return stack.node.tryFindChild(id) as ISecret | undefined ?? Secret.fromSecretCompleteArn(stack, id, arn);
}

/** The template's secrets with what they hold; the simulator refuses those that it does not refer to. */
export function secretsOf(json: object): { [name: string]: string } {
  const text = JSON.stringify(json);
  return Object.fromEntries(Object.entries(SECRETS).filter(([name]) => text.includes(`:secret:${name}-`)));
}

/** One for each way to reach a partner. */
export const FAN_OUTS: { readonly [kind: string]: FanOutSample } = {
  ApiKey: {
    make: (stack, options) => FanOut.http({
      url: 'https://siem.example.com',
      authorization: FanOutAuthorization.apiKey({ headerName: 'X-Api-Key', secret: secret(stack, 'siem'), secretField: 'token' }),
      ...options,
    }),
    method: 'POST',
    url: 'https://siem.example.com/',
    headers: { 'host': 'siem.example.com', 'x-api-key': 't0ken/+==' },
    body: payload => payload,
  },
  SchemeAndHeaders: {
    make: (stack, options) => FanOut.http({
      url: 'https://http-inputs.example.com:8443/v1/events%20in?source=aws&x=%26',
      httpMethod: events.HttpMethod.PUT,
      authorization: FanOutAuthorization.apiKey({ headerName: 'Authorization', scheme: 'Bearer', secret: secret(stack, 'siem'), secretField: 'token' }),
      headers: { 'X-Tenant': 'acme, inc. "1"', 'Content-Type': 'application/vnd.example+json' },
      ...options,
    }),
    method: 'PUT',
    url: 'https://http-inputs.example.com:8443/v1/events%20in?source=aws&x=%26',
    headers: {
      'host': 'http-inputs.example.com:8443',
      'authorization': 'Bearer t0ken/+==',
      'x-tenant': 'acme, inc. "1"',
      'content-type': 'application/vnd.example+json',
    },
    body: payload => payload,
  },
  Basic: {
    make: (stack, options) => FanOut.http({
      url: 'https://loki.example.com/push',
      httpMethod: events.HttpMethod.PATCH,
      authorization: FanOutAuthorization.basic({ secret: secret(stack, 'kafka') }),
      ...options,
    }),
    method: 'PATCH',
    url: 'https://loki.example.com/push',
    headers: { host: 'loki.example.com', authorization: basic('KEY:p@ss w0rd') },
    body: payload => payload,
  },
  ConfluentCloud: {
    make: (stack, options) => FanOut.confluentCloud({
      restEndpoint: 'https://pkc-abcde.us-east-1.aws.confluent.cloud:443',
      clusterId: 'lkc-abc123',
      topic: 'audit.events_1',
      credentials: { secret: secret(stack, 'kafka') },
      ...options,
    }),
    method: 'POST',
    url: 'https://pkc-abcde.us-east-1.aws.confluent.cloud:443/kafka/v3/clusters/lkc-abc123/topics/audit.events_1/records',
    headers: { host: 'pkc-abcde.us-east-1.aws.confluent.cloud:443', authorization: basic('KEY:p@ss w0rd') },
    body: payload => ({ value: { type: 'JSON', data: payload } }),
  },
};

/** One for each factory. What an event lacks is an empty string. */
export const PAYLOADS: { readonly [kind: string]: PayloadSample } = {
  WholeEvent: { make: () => FanOutPayload.wholeEvent(), of: event => event },
  Detail: { make: () => FanOutPayload.detail(), of: event => event.detail },
  Fields: {
    make: () => FanOutPayload.fields({ '>who? "x"': '$.detail.userIdentity.arn', 'type': '$.detail-type', 'first': '$.resources[0]', 'text': '$.detail.text', 'detail': '$.detail' }),
    of: event => ({
      '>who? "x"': at(event, 'detail', 'userIdentity', 'arn'),
      'type': at(event, 'detail-type'),
      'first': at(event, 'resources', 0),
      'text': at(event, 'detail', 'text'),
      'detail': at(event, 'detail'),
    }),
  },
  Template: {
    make: () => FanOutPayload.template('{"kind": "a \\"b\\" \\u003c c>", "when": <time>, "all": [ <aws.events.event.json>, <detail> ]}', { time: '$.time', detail: '$.detail' }),
    of: event => ({ kind: 'a "b" < c>', when: at(event, 'time'), all: [event, at(event, 'detail')] }),
  },
};

/** CDK's own connection, destination and target, which have more parameters than the library's fan-outs. */
export class FanOutWithParameters extends FanOut {
  public constructor(private readonly payload?: FanOutPayload, private readonly eventPatterns?: events.EventPattern[]) {
    super();
  }

  public bind(scope: Construct): FanOutConfig {
    const text = (value: string) => events.HttpParameter.fromString(value);
    const connection = new events.Connection(scope, 'Connection', {
      authorization: events.Authorization.basic('user', SecretValue.unsafePlainText('password')),
      headerParameters: { 'X-Both': text('connection'), 'X-Connection': text('c') },
      queryStringParameters: { 'both': text('connection'), 'key & more': text('x=y&ü') },
      bodyParameters: { routing_key: text('k "1"'), id: text('replaced') },
    });
    const apiDestination = new events.ApiDestination(scope, 'Destination', { connection, endpoint: 'https://api.example.com/*/things/*?own=1' });
    return {
      eventPatterns: this.eventPatterns,
      target: new targets.ApiDestination(apiDestination, {
        event: this.payload,
        headerParameters: { 'x-both': 'target', 'X-Target': 't', 'User-Agent': 'me', 'Range': 'bytes=0-1' },
        queryStringParameters: { both: 'target', target: '1 2' },
        pathParameterValues: ['a/b c', '?é#'],
      }),
    };
  }
}

const TEXTS = [
  'a "quote",\na newline, a \t tab and a \\ backslash', '\\"', '"}', '<aws.events.event.json> <detail> <f1> <x', '\u2028\u2029\u0000\u001f', 'ünicode 🔒 \u{10FFFF}',
  '{"looks":"like JSON"}', '{{resolve:secretsmanager:siem}}', '$.detail', '%20%', '*', '',
];

/** The events of the samples but for the archive's own deliveries, and what is most likely to break a text that is put together. */
export function corpus(): EventToSend[] {
  const files = fs.readdirSync(EVENTS).filter(file => file.endsWith('.jsonl') && file !== 'archive-own-calls.jsonl').sort();
  const samples = files.flatMap(file => readEventsFile(path.join(EVENTS, file)));
  const details: JsonObject[] = [
    ...TEXTS.map(text => ({ text, [text]: [text], userIdentity: { arn: text } })),
    ...[null, true, -1.5e300, [], {}, ['<f1>', { a: '"' }]].map(text => ({ text, userIdentity: { arn: text } })),
    { userIdentity: 'a string' },
    JSON.parse('{"__proto__":{"text":"x"},"constructor":"<f1>","":{"":""}}') as JsonObject,
  ];
  const shapes: Json[] = [null, 'a "string"\n<detail>', '', 0, false, ['an', { array: '"' }], []];
  return [
    ...samples.filter(({ bus }) => bus === undefined),
    ...details.map(detail => anEvent({ detail })),
    ...TEXTS.map(text => anEvent({ 'detail-type': text, 'time': text, 'resources': [text] })),
    ...shapes.map(detail => anEvent({ detail })),
  ];
}

/** An event without a detail, which PutEvents does not take. */
export function withoutDetail(): EventToSend {
  const { event: { detail: _detail, ...event } } = anEvent({ source: 'no.detail' });
  return { event };
}

function at(value: Json, ...keys: (string | number)[]): Json {
  const found = keys.reduce<Json | undefined>((parent, key) => {
    if (typeof key === 'number') return Array.isArray(parent) ? parent[key] : undefined;
    const isObject = typeof parent === 'object' && parent !== null && !Array.isArray(parent);
    return isObject && Object.hasOwn(parent, key) ? parent[key] : undefined;
  }, value);
  return found === undefined ? '' : found;
}

function basic(credentials: string): string {
  return `Basic ${Buffer.from(credentials).toString('base64')}`;
}

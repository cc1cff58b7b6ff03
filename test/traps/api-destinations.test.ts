// The traps of API destinations and of input templates: what EventBridge refuses, what it sends that is no JSON, and what it tells everybody.

import { SecretValue, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { FanOut, FanOutAuthorization, FanOutPayload, HttpFanOutOptions } from '../../src';
import { altered, anEvent, cleanUp, run } from '../end-to-end/archive-run';
import { errorOf, synthesizeFanOut } from '../fan-out/synthesize-fan-out';
import { InputTransformer } from '../simulator/bus/input-transformer';
import type { JsonObject } from '../simulator/engines';
import { synthesize } from '../synthesize';
import { withTarget } from './template-parts';

afterAll(cleanUp);

const URL = 'https://siem.example.com/events';

const siem = (options: Partial<HttpFanOutOptions> = {}, secretVersionId?: string) => (stack: Stack): FanOut => FanOut.http({
  url: URL,
  authorization: FanOutAuthorization.apiKey({ headerName: 'X-Api-Key', secret: new Secret(stack, 'Credentials'), secretVersionId }),
  ...options,
});

const templateOf = (fanOut: (stack: Stack) => FanOut): object => synthesize(stack => ({ fanOut: { Siem: fanOut(stack) } })).template.toJSON();

/** A destination as CDK makes it. */
function ofCdk(props: Partial<events.ApiDestinationProps>, apiKey: SecretValue = SecretValue.secretsManager('siem')): any {
  const stack = new Stack();
  const connection = new events.Connection(stack, 'Connection', { authorization: events.Authorization.apiKey('X-Api-Key', apiKey) });
  new events.ApiDestination(stack, 'Destination', { connection, endpoint: URL, ...props });
  return Template.fromStack(stack).toJSON();
}

/** With the target of the rule for the fan-out altered. */
function withFanOutTarget(template: object, alter: (target: any) => void): object {
  return withTarget(template, target => {
    if (JSON.stringify(target.Arn).includes('Destination')) alter(target);
  });
}

describe('a destination that EventBridge would refuse fails at synthesis, and CDK takes it:', () => {
  const long = `https://siem.example.com/${'x'.repeat(2048)}`;

  test.each<[string, Partial<HttpFanOutOptions>, RegExp, Partial<events.ApiDestinationProps>, JsonObject, RegExp]>([
    ['a rate below 1', { rateLimitPerSecond: 0 }, /rateLimitPerSecond: got 0/, { rateLimitPerSecond: 0 }, { InvocationRateLimitPerSecond: 0 }, /InvocationRateLimitPerSecond: got 0/],
    ['another scheme than https', { url: 'http://siem.example.com' }, /url: got "http:/, { endpoint: 'http://siem.example.com' },
      { InvocationEndpoint: 'http://siem.example.com' }, /is no URL that EventBridge takes/],
    ['a URL over 2,048 characters', { url: long }, /url: got /, { endpoint: long }, { InvocationEndpoint: long }, /is no URL that EventBridge takes/],
  ])('%s', async (_trap, options, refused, cdk, settings, atDeployment) => {
    expect(errorOf(() => synthesizeFanOut(siem(options)))).toMatch(refused);
    expect(Object.values<any>(ofCdk(cdk).Resources).find(({ Type }) => Type === 'AWS::Events::ApiDestination').Properties).toMatchObject(settings);
    const fallenIn = altered(templateOf(siem()), 'AWS::Events::ApiDestination', properties => Object.assign(properties, settings));
    await expect(run(fallenIn, [])).rejects.toThrow(atDeployment);
  });
});

test('a header that EventBridge removes from every request is refused', async () => {
  expect(errorOf(() => synthesizeFanOut(siem({ headers: { 'User-Agent': 'audit' } })))).toMatch('EventBridge sets this header itself, or removes it from every request');
  const fallenIn = withFanOutTarget(templateOf(siem({ headers: { 'X-Tenant': 'acme' } })), target => {
    target.HttpParameters.HeaderParameters['User-Agent'] = 'audit';
  });
  const { simulation: { requests: [{ headers }] } } = await run(fallenIn, [anEvent()]);
  expect(JSON.stringify(headers)).toContain('acme');
  expect(JSON.stringify(headers)).not.toContain('audit');
});

test('a secret is never in the template', () => {
  expect(JSON.stringify(templateOf(siem()))).toContain('{{resolve:secretsmanager:');
  const plain = SecretValue.unsafePlainText('hunter2');
  // @ts-expect-error a secret value is no secret
  expect(errorOf(() => FanOutAuthorization.apiKey({ headerName: 'X-Api-Key', secret: plain }))).toMatch('got a value that is no secret');
  expect(JSON.stringify(ofCdk({}, plain))).toContain('hunter2');
});

test('a rotated secret reaches the connection by its version: without one nothing in the template changes', () => {
  const versions = [1, 2].map(version => `${version}1111111-2222-3333-4444-555555555555`);
  const connectionOf = (template: any) => Object.values<any>(template.Resources).find(({ Type }) => Type === 'AWS::Events::Connection');
  const [before, after] = versions.map(version => connectionOf(templateOf(siem({}, version))));
  expect(after).not.toEqual(before);
  // Neither a stage nor a version: CloudFormation sees the same text whatever the secret holds.
  expect(JSON.stringify(connectionOf(templateOf(siem())))).toMatch(/:SecretString:[^:}]*::\}\}/);
  expect(JSON.stringify(before)).not.toMatch(/:SecretString:[^:}]*::\}\}/);
});

describe('a body', () => {
  const event = anEvent({ detail: { who: 'a "b"' } }).event;
  const MANY = Array.from({ length: 101 }, (_, index) => `p${index}`);
  const context = { ruleArn: 'arn:aws:events:us-east-1:123456789012:rule/a', ruleName: 'a', ingestionTime: new Date() };

  /** What a destination gets of the event. */
  const sent = async (payload: events.RuleTargetInput): Promise<unknown> => {
    const { inputTemplate, inputPathsMap } = payload.bind(new events.Rule(new Stack(), 'Rule', { schedule: events.Schedule.expression('rate(1 day)') }));
    const template = withFanOutTarget(templateOf(siem()), target => {
      target.InputTransformer = { InputTemplate: new Stack().resolve(inputTemplate), InputPathsMap: inputPathsMap };
    });
    return JSON.parse((await run(template, [{ event }])).simulation.requests[0].body);
  };

  test('is an object, and no text, as that of fromText is', async () => {
    expect(await sent(FanOutPayload.template('{"who": <who>}', { who: '$.detail.who' }))).toEqual({ who: 'a "b"' });
    expect(await sent(events.RuleTargetInput.fromText(`who: ${events.EventField.account}`))).toBe('who: 123456789012');
  });

  test('has the whole event: <aws.events.event> lacks the detail', () => {
    const render = (template: string) => JSON.parse(new InputTransformer({ template }).render(event, context));
    expect(errorOf(() => FanOutPayload.template('{"all": <aws.events.event>}'))).toMatch('a payload takes <aws.events.event.json> only');
    expect(render('{"all": <aws.events.event.json>}').all).toEqual(event);
    expect(render('{"all": <aws.events.event>}').all).not.toHaveProperty('detail');
  });

  test.each<[string, string, { [name: string]: string }, RegExp, RegExp]>([
    ['has no placeholder that is not declared', '{"a": <y>}', {}, /got <y>/, /invalid placeholder y/],
    ['has no names that are EventBridge\'s own', '{"a": <aws.x>}', { 'aws.x': '$.id' }, /names that start with aws\. are EventBridge's own/, /is not one that EventBridge takes/],
    ['has a template of at most 8,192 bytes', `"${'x'.repeat(8200)}"`, {}, /EventBridge takes 8192/, /EventBridge takes 1 to 8192/],
    ['has at most 100 paths', `[${MANY.map(name => `<${name}>`).join()}]`, Object.fromEntries(MANY.map(name => [name, '$.id'])), /got 101 paths/, /101 paths; EventBridge takes 100/],
  ])('%s', (_trap, text, paths, refused, atDeployment) => {
    expect(errorOf(() => FanOutPayload.template(text, paths))).toMatch(refused);
    expect(() => new InputTransformer({ template: text, paths })).toThrow(atDeployment);
  });
});


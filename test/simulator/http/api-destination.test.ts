import { ApiDestination } from './api-destination';
import { addApiDestination, authParameters, fanOutTarget, secret, sendOne, simulateApiDestination } from '../samples/sample-fan-out';
import { sampleEvent, sampleTemplate, Template } from '../samples/sample-template';
import type { SimulationOptions } from '../simulation';
import { Properties } from '../template/properties';
import { SimulatedTemplate } from '../template/template';

/** The one request that an event becomes. */
async function request(change?: (template: Template) => void, options?: Partial<SimulationOptions>, event = sampleEvent(1)) {
  const simulation = await sendOne(change, options, event);
  expect(simulation.requests).toHaveLength(1);
  return simulation.requests[0];
}

function destination(template: Template): any {
  return template.Resources.Destination.Properties;
}

const EVENTBRIDGE_HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  'user-agent': 'Amazon/EventBridge/ApiDestinations',
  'range': 'bytes=0-1048575',
  'accept-encoding': 'gzip,deflate',
  'connection': 'close',
};

test('a request is what EventBridge sends', async () => {
  const body = JSON.stringify(sampleEvent(1));
  expect(await request()).toEqual({
    destination: 'Destination',
    method: 'POST',
    url: 'https://api.example.com:8443/v1/events?a=b',
    headers: { ...EVENTBRIDGE_HEADERS, 'host': 'api.example.com:8443', 'content-length': String(body.length), 'x-api-key': 'key of Secret' },
    body,
    attempt: 1,
    time: expect.any(Date),
  });
});

test('a URL without a path has the shortest one', async () => {
  expect((await request(t => { destination(t).InvocationEndpoint = 'https://example.com'; })).url).toBe('https://example.com/');
});

test('the method is the destination\'s', async () => {
  expect((await request(t => { destination(t).HttpMethod = 'PUT'; })).method).toBe('PUT');
});

test('the body is as long as its bytes', async () => {
  const { headers, body } = await request(undefined, undefined, sampleEvent(1, { detail: { text: 'é😀' } }));
  expect(JSON.parse(body)).toEqual(sampleEvent(1, { detail: { text: 'é😀' } }));
  expect(headers['content-length']).toBe(String(Buffer.byteLength(body)));
});

describe('credentials', () => {
  test('of basic authentication are encoded', async () => {
    const { headers } = await request(t => {
      t.Resources.Connection.Properties.AuthorizationType = 'BASIC';
      t.Resources.Connection.Properties.AuthParameters = { BasicAuthParameters: { Username: secret('user'), Password: secret('password') } };
    }, { secrets: { Secret: '{"user":"üser","password":"p:w"}' } });
    expect(Buffer.from(headers.authorization.replace('Basic ', ''), 'base64').toString()).toBe('üser:p:w');
  });

  test('may stand after a word', async () => {
    const { headers } = await request(t => {
      authParameters(t).ApiKeyAuthParameters = { ApiKeyName: 'Authorization', ApiKeyValue: { 'Fn::Join': ['', ['Bearer ', secret('token')]] } };
    });
    expect(headers.authorization).toBe('Bearer token of Secret');
  });
});

describe('parameters', () => {
  const connectionParameters = (t: Template, kind: string, ...parameters: [string, string][]) => {
    authParameters(t).InvocationHttpParameters = { [kind]: parameters.map(([Key, Value]) => ({ Key, Value, IsValueSecret: true })) };
  };

  test('of the connection and of the target are headers, and the connection\'s win', async () => {
    const { headers } = await request(t => {
      connectionParameters(t, 'HeaderParameters', ['X-Both', 'connection'], ['X-Connection', 'c']);
      fanOutTarget(t).HttpParameters = { HeaderParameters: { 'x-both': 'target', 'X-Target': 't' } };
    });
    expect(headers).toMatchObject({ 'x-both': 'connection', 'x-connection': 'c', 'x-target': 't' });
  });

  test('replace the content type, and not what EventBridge insists on', async () => {
    const names = { 'Content-Type': 'application/cloudevents+json', 'user-agent': 'me', 'Range': 'bytes=0-1', 'Host': 'else', 'Content-Encoding': 'gzip', 'Date': 'today' };
    const { headers } = await request(t => { fanOutTarget(t).HttpParameters = { HeaderParameters: names }; });
    expect(headers).toMatchObject({ ...EVENTBRIDGE_HEADERS, 'content-type': 'application/cloudevents+json', 'host': 'api.example.com:8443' });
    expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['date']));
    expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['content-encoding']));
  });

  test('are added to the query, and the connection\'s win', async () => {
    const { url } = await request(t => {
      connectionParameters(t, 'QueryStringParameters', ['both', 'connection'], ['key', 'x y&z']);
      fanOutTarget(t).HttpParameters = { QueryStringParameters: { both: 'target' } };
    });
    expect(url).toBe('https://api.example.com:8443/v1/events?a=b&both=connection&key=x%20y%26z');
  });

  test('fill the path', async () => {
    const { url } = await request(t => {
      destination(t).InvocationEndpoint = 'https://example.com/*/events/*';
      fanOutTarget(t).HttpParameters = { PathParameterValues: ['eu', 'a b'] };
    });
    expect(url).toBe('https://example.com/eu/events/a%20b');
  });

  test('of the connection join the body, whose numbers keep their digits', async () => {
    const { body } = await request(t => {
      connectionParameters(t, 'BodyParameters', ['routing_key', 'k'], ['big', 'replaced']);
      fanOutTarget(t).Input = '{"n":12345678901234567890,"big":1}';
    });
    expect(body).toBe('{"n":12345678901234567890,"big":"replaced","routing_key":"k"}');
  });

  test('cannot join a body that is no object: such an event is unaccounted for', async () => {
    const simulation = await sendOne(t => {
      connectionParameters(t, 'BodyParameters', ['routing_key', 'k']);
      fanOutTarget(t).InputPath = '$.id';
    });
    expect(simulation.requests).toEqual([]);
    expect(simulation.ledger.unaccounted()).toEqual([expect.objectContaining({
      rule: 'FanOutRule', outcome: 'lost', detail: 'the body is no JSON object; what EventBridge makes of the connection\'s body parameters then is not known',
    })]);
  });
});

test('a body that is no JSON is sent all the same', async () => {
  const { body, headers } = await request(t => {
    fanOutTarget(t).InputTransformer = { InputTemplate: '{"user":"<user>"}', InputPathsMap: { user: '$.detail.user' } };
  }, undefined, sampleEvent(1, { detail: { user: 'a "quoted" one' } }));
  expect(body).toBe('{"user":"a "quoted" one"}');
  expect(headers['content-type']).toBe('application/json; charset=utf-8');
});

test('a destination without a rate takes 300 requests a second', () => {
  const template = SimulatedTemplate.parse(sampleTemplate(addApiDestination));
  expect(new ApiDestination(template.resource('Destination'), { headers: [], query: [], body: [] }).ratePerSecond).toBe(300);
});

test.each([
  'A-IM', 'Accept-Charset', 'Accept-Datetime', 'Accept-Encoding', 'Cache-Control', 'Connection', 'Content-Encoding', 'Content-Length', 'Content-MD5',
  'Date', 'Expect', 'Forwarded', 'From', 'Host', 'HTTP2-Settings', 'If-Match', 'If-Modified-Since', 'If-None-Match', 'If-Range',
  'If-Unmodified-Since', 'Max-Forwards', 'Origin', 'Pragma', 'Proxy-Authorization', 'Range', 'Referer', 'TE', 'Trailer', 'Transfer-Encoding',
  'Upgrade', 'User-Agent', 'Via', 'Warning',
])('the header %s of a connection is not sent', async name => {
  const template = SimulatedTemplate.parse(sampleTemplate(addApiDestination));
  const connection = { headers: [[name, 'mine'], ['X-Kept', 'mine']] as const, query: [], body: [] };
  const target = Properties.of(template.resource('FanOutRule')).objects('Targets')[0];
  const made = new ApiDestination(template.resource('Destination'), connection).requests(target)('{}');
  expect('headers' in made && made.headers.filter(([, value]) => value === 'mine').map(([header]) => header)).toEqual(['X-Kept']);
});

describe('the permission', () => {
  test.each<[string, (template: Template) => void]>([
    ['on another destination', t => { t.Resources.InvokePolicy.Properties.PolicyDocument.Statement[0].Resource = { 'Fn::GetAtt': ['Destination', 'ArnForPolicy'] }; }],
    ['for another action', t => { t.Resources.InvokePolicy.Properties.PolicyDocument.Statement[0].Action = 'events:PutEvents'; }],
    ['for another service', t => { t.Resources.InvokeRole.Properties.AssumeRolePolicyDocument.Statement.Principal.Service = 'sns.amazonaws.com'; }],
  ])('%s sends every event to the dead-letter queue', async (_name, change) => {
    const simulation = await sendOne(change);
    expect(simulation.requests).toEqual([]);
    expect(simulation.deadLetters).toEqual([expect.objectContaining({
      body: JSON.stringify(sampleEvent(1)),
      attributes: expect.objectContaining({ ERROR_CODE: 'NO_PERMISSIONS', TARGET_ARN: expect.stringMatching(/:api-destination\/[^/]+\/[0-9a-f-]{36}$/) }),
    })]);
    expect(simulation.ledger.fanOut).toEqual({ Destination: { delivered: 0, deadLettered: 1, lost: 0, requests: 0 } });
  });

  test('on every destination of that name is one', async () => {
    const { ledger } = await sendOne(t => {
      t.Resources.InvokePolicy.Properties.PolicyDocument.Statement[0].Resource = { 'Fn::Sub': '${Destination.ArnForPolicy}/*' };
    });
    expect(ledger.fanOut.Destination.delivered).toBe(1);
  });
});

describe('a key of the connection', () => {
  const withKey = (properties: object) => (template: Template) => {
    template.Resources.Key = { Type: 'AWS::KMS::Key', Properties: { Tags: [{ Key: 'EventBridgeApiDestinations', Value: 'true' }], ...properties } };
    template.Resources.Connection.Properties.KmsKeyIdentifier = { 'Fn::GetAtt': ['Key', 'Arn'] };
  };
  const policy = (condition: object, principal = 'arn:aws:iam::123456789012:root') => ({
    KeyPolicy: { Statement: [{ Effect: 'Allow', Principal: { AWS: principal }, Action: 'kms:*', Resource: '*', Condition: condition }] },
  });

  test('is used by Secrets Manager', async () => {
    expect((await request(withKey({}))).attempt).toBe(1);
    expect((await request(withKey(policy({ StringLike: { 'kms:ViaService': 'secretsmanager.*.amazonaws.com' } })))).attempt).toBe(1);
  });

  test.each<[string, object, RegExp]>([
    ['without the tag', { Tags: [] }, /^Connection\.KmsKeyIdentifier: the key arn:\S+ lacks the tag EventBridgeApiDestinations: true, without which EventBridge cannot use it$/],
    ['for other services', policy({ StringLike: { 'kms:ViaService': 's3.*.amazonaws.com' } }),
      /^Connection\.KmsKeyIdentifier: the policy of arn:\S+ does not let the account's roles kms:Decrypt by Secrets Manager$/],
    ['for another account', policy({}, 'arn:aws:iam::999999999999:root'), /does not let the account's roles kms:Decrypt by Secrets Manager$/],
  ])('%s is refused', (_name, properties, message) => {
    expect(() => simulateApiDestination(withKey(properties))).toThrow(message);
  });
});

test.each<[string, (template: Template) => void, string]>([
  ['OAuth', t => { authParameters(t).OAuthParameters = {}; }, 'Connection.AuthParameters.OAuthParameters: the simulator does not know this property'],
  ['a private API', t => { t.Resources.Connection.Properties.InvocationConnectivityParameters = {}; },
    'Connection.InvocationConnectivityParameters: the simulator does not know this property'],
  ['another kind of authorization', t => { t.Resources.Connection.Properties.AuthorizationType = 'OAUTH_CLIENT_CREDENTIALS'; },
    'Connection.AuthorizationType: got "OAUTH_CLIENT_CREDENTIALS"; the simulator knows API_KEY, BASIC'],
  ['credentials of another kind', t => { t.Resources.Connection.Properties.AuthorizationType = 'BASIC'; }, 'Connection.AuthParameters.BasicAuthParameters: missing'],
  ['a malformed reference', t => { authParameters(t).ApiKeyAuthParameters.ApiKeyValue = '{{resolve:secretsmanager:a:SecretBinary:x}}'; },
    'Connection.AuthParameters.ApiKeyAuthParameters.ApiKeyValue: malformed dynamic reference {{resolve:secretsmanager:a:SecretBinary:x}}'],
  ['a header that HTTP does not know', t => { authParameters(t).ApiKeyAuthParameters.ApiKeyName = 'X Key'; },
    'Connection.AuthParameters.ApiKeyAuthParameters.ApiKeyValue: Header name must be a valid HTTP token ["X Key"]'],
  ['a header twice', t => { authParameters(t).InvocationHttpParameters = { HeaderParameters: [{ Key: 'x-api-key', Value: 'b' }] }; },
    'Connection.AuthParameters: the header x-api-key is there twice; which of the two EventBridge sends is not known'],
  ['a connection from elsewhere', t => { destination(t).ConnectionArn = 'arn:aws:events:us-east-1:123456789012:connection/a/b'; },
    'Destination.ConnectionArn: the connection arn:aws:events:us-east-1:123456789012:connection/a/b is not in the template'],
  ['plain http', t => { destination(t).InvocationEndpoint = 'http://example.com'; },
    'Destination.InvocationEndpoint: "http://example.com" is no URL that EventBridge takes: https, at most 2048 characters'],
  ['a fragment', t => { destination(t).InvocationEndpoint = 'https://example.com/#a'; }, 'is no URL that EventBridge takes'],
  ['a URL that is too long', t => { destination(t).InvocationEndpoint = `https://example.com/${'x'.repeat(2029)}`; }, 'is no URL that EventBridge takes'],
  ['a method without a body', t => { destination(t).HttpMethod = 'GET'; }, 'Destination.HttpMethod: got "GET"; the simulator knows POST, PUT, PATCH'],
  ['a rate of nothing', t => { destination(t).InvocationRateLimitPerSecond = 0; }, 'Destination.InvocationRateLimitPerSecond: got 0; AWS accepts 1 to Infinity'],
  ['a wildcard without a value', t => { destination(t).InvocationEndpoint = 'https://example.com/*'; },
    'Destination: 1 wildcards in the path, and 0 PathParameterValues of the target'],
  ['a path into the event', t => { fanOutTarget(t).HttpParameters = { HeaderParameters: { a: '$.detail.a' } }; },
    'FanOutRule.Targets[0].HttpParameters.HeaderParameters: $.detail.a is a path into the event, which the simulator does not know here'],
  ['a path to an element of the event', t => { fanOutTarget(t).HttpParameters = { HeaderParameters: { a: '$[0]' } }; }, '$[0] is a path into the event'],
  ['the whole event as a parameter', t => { fanOutTarget(t).HttpParameters = { QueryStringParameters: { b: '$' } }; }, '$ is a path into the event'],
  ['a query parameter twice in two spellings', t => {
    destination(t).InvocationEndpoint = 'https://example.com/?a%20b=1';
    fanOutTarget(t).HttpParameters = { QueryStringParameters: { 'a b': 'c' } };
  }, 'Destination: the query parameter a b is in the URL too; which of the two EventBridge sends is not known'],
  ['a query parameter twice', t => { fanOutTarget(t).HttpParameters = { QueryStringParameters: { a: 'c' } }; },
    'Destination: the query parameter a is in the URL too; which of the two EventBridge sends is not known'],
  ['no role', t => { delete fanOutTarget(t).RoleArn; }, 'FanOutRule.Targets[0].RoleArn: missing'],
  ['a role from elsewhere', t => { fanOutTarget(t).RoleArn = 'arn:aws:iam::123456789012:role/elsewhere'; }, 'is not in the template: what it may do cannot be known'],
  ['parameters of a queue', t => { fanOutTarget(t).SqsParameters = { MessageGroupId: 'a' }; }, 'FanOutRule.Targets[0].SqsParameters: the simulator does not know this property'],
  ['HTTP parameters of a stream', t => { t.Resources.Rule.Properties.Targets[0].HttpParameters = {}; },
    'Rule.Targets[0].HttpParameters: the simulator knows them for API destinations only'],
])('%s is refused', (_name, change, message) => {
  expect(() => simulateApiDestination(change)).toThrow(message);
});

import { App, Aws, CfnParameter, Stack, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import { ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { errorOf, synthesizeFanOut, targetOf, warningsOf } from './synthesize-fan-out';
import { FanOutAuthorization } from '../../src/fan-out/authorization';
import { FanOut, FanOutConfig } from '../../src/fan-out/fan-out';
import type { HttpFanOutOptions } from '../../src/fan-out/http';
import type { ConfluentCloudFanOutOptions } from '../../src/fan-out/partners/confluent-cloud';
import { FanOutPayload } from '../../src/fan-out/payload';

const key = (secret: ISecret) => FanOutAuthorization.apiKey({ headerName: 'X-Api-Key', secret });

const http = (options: Partial<HttpFanOutOptions> = {}) => (_stack: Stack, secret: ISecret) =>
  FanOut.http({ url: 'https://siem.example/events?v=1', authorization: key(secret), ...options });

const httpError = (options: Partial<HttpFanOutOptions>) => errorOf(() => synthesizeFanOut(http(options)));

const CONFLUENT = { restEndpoint: 'https://pkc-abcde.us-east-1.aws.confluent.cloud:443', clusterId: 'lkc-abc123', topic: 'audit.events' };

const confluent = (options: Partial<ConfluentCloudFanOutOptions> = {}) => (_stack: Stack, secret: ISecret) =>
  FanOut.confluentCloud({ ...CONFLUENT, credentials: { secret }, ...options });

const confluentError = (options: Partial<ConfluentCloudFanOutOptions>) => errorOf(() => synthesizeFanOut(confluent(options)));

describe('a fan-out to an API', () => {
  test('is a connection, a destination, and a role that may invoke just that', () => {
    const { template } = synthesizeFanOut(http());
    const description = 'Sends audit events to an HTTPS API';
    template.hasResourceProperties('AWS::Events::Connection', { AuthorizationType: 'API_KEY', Description: description, Name: Match.absent() });
    template.hasResourceProperties('AWS::Events::ApiDestination', {
      ConnectionArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^SiemConnection'), 'Arn'] },
      Description: description,
      HttpMethod: 'POST',
      InvocationEndpoint: 'https://siem.example/events?v=1',
      InvocationRateLimitPerSecond: 300,
      Name: Match.absent(),
    });
    template.hasResourceProperties('AWS::IAM::ManagedPolicy', {
      Roles: [{ Ref: Match.stringLikeRegexp('^SiemRole') }],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [{
          Effect: 'Allow',
          Action: 'events:InvokeApiDestination',
          Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^SiemDestination'), 'Arn'] },
        }],
      },
    });
    template.hasResourceProperties('AWS::IAM::Role', {
      RoleName: Match.absent(),
      Policies: Match.absent(),
      ManagedPolicyArns: Match.absent(),
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { Service: 'events.amazonaws.com' },
          Condition: {
            ArnLike: {
              'aws:SourceArn': {
                'Fn::Join': ['', [
                  'arn:', { Ref: 'AWS::Partition' }, ':events:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':rule/*',
                ]],
              },
            },
            StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
          },
        }],
      },
    });
    template.resourceCountIs('AWS::IAM::Policy', 0);
  });

  test('is deleted with the stack, and nothing else in its scope is', () => {
    const stack = new Stack(new App(), 'Test');
    const scope = new Construct(stack, 'Siem');
    const topic = new sns.Topic(scope, 'Topic');
    http()(stack, new Secret(stack, 'Secret')).bind(scope);
    const template = Template.fromStack(stack);
    for (const type of ['AWS::Events::Connection', 'AWS::Events::ApiDestination', 'AWS::IAM::Role', 'AWS::IAM::ManagedPolicy']) {
      template.allResources(type, { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
    }
    expect(template.findResources('AWS::SNS::Topic')[stack.getLogicalId(topic.node.defaultChild as sns.CfnTopic)].DeletionPolicy).toBeUndefined();
  });

  test('is the target of rules', () => {
    const { template } = synthesizeFanOut(http());
    expect(targetOf(template)).toEqual({
      Id: 'Target0',
      Arn: { 'Fn::GetAtt': [expect.stringMatching(/^SiemDestination/), 'Arn'] },
      RoleArn: { 'Fn::GetAtt': [expect.stringMatching(/^SiemRole/), 'Arn'] },
    });
  });

  test('takes another method, rate, description, payload, headers and patterns', () => {
    const { template, config } = synthesizeFanOut(http({
      httpMethod: events.HttpMethod.PUT,
      rateLimitPerSecond: 1,
      description: 'To the SIEM',
      payload: FanOutPayload.detail(),
      headers: { 'Content-Type': 'application/vnd.siem+json', 'X-Team': 'security ops' },
      eventPatterns: [{ source: ['aws.iam'] }],
    }));
    template.hasResourceProperties('AWS::Events::Connection', { Description: 'To the SIEM' });
    template.hasResourceProperties('AWS::Events::ApiDestination', { Description: 'To the SIEM', HttpMethod: 'PUT', InvocationRateLimitPerSecond: 1 });
    expect(targetOf(template)).toMatchObject({
      InputPath: '$.detail',
      HttpParameters: { HeaderParameters: { 'Content-Type': 'application/vnd.siem+json', 'X-Team': 'security ops' } },
    });
    expect(config.eventPatterns).toEqual([{ source: ['aws.iam'] }]);
    expect(synthesizeFanOut(http()).config.eventPatterns).toBeUndefined();
  });

  test('with no headers declares none', () => {
    expect(targetOf(synthesizeFanOut(http({ headers: {} })).template)).not.toHaveProperty('HttpParameters');
  });

  test('lets tokens through', () => {
    const { template } = synthesizeFanOut((stack, secret) => http({
      url: `https://${Aws.REGION}.siem.example/*`,
      rateLimitPerSecond: Token.asNumber({ Ref: 'AWS::NoValue' }),
      description: new CfnParameter(stack, 'Description').valueAsString,
      headers: { 'X-Region': Aws.REGION },
    })(stack, secret));
    template.hasResourceProperties('AWS::Events::ApiDestination', {
      InvocationEndpoint: { 'Fn::Join': ['', ['https://', { Ref: 'AWS::Region' }, '.siem.example/*']] },
      InvocationRateLimitPerSecond: { Ref: 'AWS::NoValue' },
      Description: { Ref: 'Description' },
    });
    expect(targetOf(template).HttpParameters.HeaderParameters['X-Region']).toEqual({ Ref: 'AWS::Region' });
  });

  test('can be added to several archives', () => {
    const stack = new Stack(new App(), 'Test');
    const fanOut = http()(stack, new Secret(stack, 'Secret'));
    for (const id of ['One', 'Other']) new events.Rule(stack, `${id}Rule`, { eventPattern: { source: ['a'] }, targets: [fanOut.bind(new Construct(stack, id)).target] });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::Events::ApiDestination', 2);
    const arns = Object.values(template.findResources('AWS::Events::Rule')).map(rule => rule.Properties.Targets[0].Arn['Fn::GetAtt'][0]);
    expect(arns).toEqual([expect.stringMatching(/^OneDestination/), expect.stringMatching(/^OtherDestination/)]);
  });

  test('has no plain secret anywhere in the template', () => {
    for (const make of [http(), confluent()]) {
      const { template } = synthesizeFanOut(make);
      for (const connection of Object.values(template.findResources('AWS::Events::Connection'))) {
        const [parameters] = Object.values<{ [name: string]: unknown }>(connection.Properties.AuthParameters);
        const secrets = Object.entries(parameters).filter(([name]) => name !== 'ApiKeyName').map(([, value]) => JSON.stringify(value));
        expect(secrets.length).toBeGreaterThan(0);
        for (const secret of secrets) expect(secret).toMatch(/^\{"Fn::Join":\["",\["\{\{resolve:secretsmanager:",\{"Ref":"Secret\w+"\},":SecretString:\w*::\}\}"\]\]\}$/);
      }
    }
  });

  const none = 'where EventBridge has no API destinations';
  const disputed = 'where CloudFormation\'s schemas have no API destinations and other pages of AWS do: create one by hand to see';
  test.each([
    ...['us-gov-west-1', 'us-gov-east-1', 'ap-east-2', 'ap-southeast-5', 'ap-southeast-6', 'mx-central-1'].map(region => [region, none]),
    ...['ca-west-1', 'il-central-1'].map(region => [region, disputed]),
  ])('warns in %s, %s', (region, known) => {
    const warning = `fanOut: got a stack in Region ${region}, ${known}; `
      + 'extend FanOut to send the events to a queue, a topic or a function instead [ack: cdk-event-audit-archive:apiDestinationsUnavailable]';
    expect(warningsOf(synthesizeFanOut(http(), { stack: { env: { region } } }).stack)).toEqual([warning]);
    expect(warningsOf(synthesizeFanOut(confluent(), { stack: { env: { region } } }).stack)).toEqual([warning]);
  });

  test.each([undefined, 'us-east-1', 'cn-north-1', 'ap-southeast-7', 'ca-central-1'])('does not warn in %s', region => {
    expect(warningsOf(synthesizeFanOut(http(), { stack: { env: { region } } }).stack)).toEqual([]);
  });
});

describe('FanOut.http refuses', () => {
  const characters = 'EventBridge takes letters, digits, percent-encoded bytes and -()_.!~\';/?:@&=+$,';
  test.each<[string, string]>([
    ['', '""; give a URL that starts with https://'],
    ['siem.example', '"siem.example"; give a URL that starts with https://'],
    ['http://siem.example', '"http://siem.example"; give a URL that starts with https://'],
    ['https://', '"https://"; give a URL that starts with https://'],
    ['https://user:pass@siem.example', 'a URL with credentials; they would stand in the template: give them as a secret'],
    ['https://user@siem.example', 'a URL with credentials; they would stand in the template: give them as a secret'],
    ['https://siem.example/*/events', '"https://siem.example/*/events"; a * is a path parameter to EventBridge, and a fan-out fills in none'],
    ['https://siem.example/#here', `"https://siem.example/#here"; ${characters}`],
    ['https://siem.example/a b', `"https://siem.example/a b"; ${characters}`],
    [' https://siem.example', '" https://siem.example"; give a URL that starts with https://'],
    ['https:siem.example', '"https:siem.example"; give a URL that starts with https://'],
    ['https://siem.example/%zz', `"https://siem.example/%zz"; ${characters}`],
    [`https://siem.example/${'a'.repeat(2028)}`, 'a URL of 2049 characters; EventBridge takes 2048'],
  ])('the URL %s', (url, got) => {
    expect(httpError({ url })).toBe(`FanOut.http.url: got ${got}`);
  });

  test('no URL of 2,048 characters', () => {
    expect(() => synthesizeFanOut(http({ url: `https://siem.example/${'a'.repeat(2048 - 'https://siem.example/'.length)}` }))).not.toThrow();
  });

  test.each([0, -1, 1.5, NaN, Infinity])('a rate of %d', rateLimitPerSecond => {
    expect(httpError({ rateLimitPerSecond }))
      .toBe(`FanOut.http.rateLimitPerSecond: got ${rateLimitPerSecond}; give a whole number of requests a second, 1 to 2147483647`);
  });

  const credential = 'a credential comes from a secret: give it by `authorization`';
  const value = 'the value of a header has 1 to 512 printable ASCII characters';
  const dynamic = 'EventBridge would read this as a path into the event; a header here is the same in every request';
  test.each<[{ [name: string]: string }, string]>([
    [{ 'X Team': 'a' }, 'headers: got "X Team"; the name of an HTTP header has letters, digits and !#$%&\'*+-.^_`|~, at most 512 of them'],
    [{ 'Content-Encoding': 'gzip' }, 'headers: got "Content-Encoding"; EventBridge sets this header itself, or removes it from every request: use another, or leave it out'],
    [{ authorization: 'Bearer a' }, `headers: got "authorization"; ${credential}`],
    [{ 'x-API-key': 'a' }, `headers: got "x-API-key"; ${credential}`],
    [{ 'X-Team': 'a', 'x-team': 'b' }, 'headers: got "x-team" twice; the names of headers do not differ by case: give each once'],
    [{ 'X-Team': '' }, `headers.X-Team: got ""; ${value}`],
    [{ 'X-Team': 'a\r\nX-Other: b' }, `headers.X-Team: got "a\\r\\nX-Other: b"; ${value}`],
    [{ 'X-Team': 'é' }, `headers.X-Team: got "é"; ${value}`],
    [{ 'X-Team': '$.detail.team' }, `headers.X-Team: got "$.detail.team"; ${dynamic}`],
    [{ 'X-Team': '$' }, `headers.X-Team: got "$"; ${dynamic}`],
  ])('the headers %j', (headers, message) => {
    expect(httpError({ headers })).toBe(`FanOut.http.${message}`);
  });

  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html#eb-api-destination-headers
  test.each([
    'A-IM', 'Accept-Charset', 'Accept-Datetime', 'Accept-Encoding', 'Cache-Control', 'Connection', 'Content-Encoding', 'Content-Length', 'Content-MD5',
    'Date', 'Expect', 'Forwarded', 'From', 'Host', 'HTTP2-Settings', 'If-Match', 'If-Modified-Since', 'If-None-Match', 'If-Range', 'If-Unmodified-Since',
    'Max-Forwards', 'Origin', 'Pragma', 'Proxy-Authorization', 'Range', 'Referer', 'TE', 'Trailer', 'Transfer-Encoding', 'Upgrade', 'User-Agent', 'Via',
    'Warning',
  ])('the header %s, which would not be sent', name => {
    expect(httpError({ headers: { [name]: 'a' } })).toMatch(/; EventBridge sets this header itself, or removes it from every request: /);
  });

  test('a header whose name is a token', () => {
    expect(httpError({ headers: { [`X-${Aws.REGION}`]: 'a' } }))
      .toBe('FanOut.http.headers: got a token as a name; a template takes tokens as values only: give a literal name');
  });

  test('a header value of more than 512 characters, and not one that only looks like a path', () => {
    expect(httpError({ headers: { 'X-Team': 'a'.repeat(513) } })).toBe(`FanOut.http.headers.X-Team: got "${'a'.repeat(196)}...; ${value}`);
    expect(() => synthesizeFanOut(http({ headers: { 'X-Team': 'a'.repeat(512), 'X-Price': '$5' } }))).not.toThrow();
  });

  test('nothing that is as long as it may be', () => {
    expect(() => synthesizeFanOut(http({ headers: { ['X'.repeat(512)]: 'a' }, description: 'd'.repeat(512) }))).not.toThrow();
  });

  test.each(['a'.repeat(513), 'two\nlines'])('the description %j', description => {
    expect(httpError({ description })).toMatch(/^FanOut\.http\.description: got ".*; a description is one line of at most 512 characters$/);
  });
});

describe('a fan-out to Confluent Cloud', () => {
  test('posts each event as a JSON record to the topic', () => {
    const { template } = synthesizeFanOut(confluent());
    template.hasResourceProperties('AWS::Events::ApiDestination', {
      Description: 'Sends audit events to a topic of Confluent Cloud',
      HttpMethod: 'POST',
      InvocationEndpoint: 'https://pkc-abcde.us-east-1.aws.confluent.cloud:443/kafka/v3/clusters/lkc-abc123/topics/audit.events/records',
      InvocationRateLimitPerSecond: 300,
    });
    template.hasResourceProperties('AWS::Events::Connection', { AuthorizationType: 'BASIC' });
    expect(targetOf(template)).toMatchObject({ InputTransformer: { InputTemplate: '{"value":{"type":"JSON","data":<aws.events.event.json>}}' } });
    expect(targetOf(template).InputTransformer).not.toHaveProperty('InputPathsMap');
  });

  test('takes another payload, rate, credentials and patterns', () => {
    const { template, config } = synthesizeFanOut((stack, secret) => confluent({
      payload: FanOutPayload.detail(),
      rateLimitPerSecond: 50,
      credentials: { secret, usernameField: 'key', passwordField: 'secret' },
      eventPatterns: [{ source: ['aws.s3'] }],
    })(stack, secret));
    template.hasResourceProperties('AWS::Events::ApiDestination', { InvocationRateLimitPerSecond: 50 });
    expect(targetOf(template).InputTransformer).toEqual({
      InputTemplate: '{"value":{"type":"JSON","data":<detail>}}', InputPathsMap: { detail: '$.detail' },
    });
    template.hasResourceProperties('AWS::Events::Connection', {
      AuthParameters: {
        BasicAuthParameters: {
          Username: { 'Fn::Join': ['', Match.arrayWith([':SecretString:key::}}'])] }, Password: { 'Fn::Join': ['', Match.arrayWith([':SecretString:secret::}}'])] },
        },
      },
    });
    expect(config.eventPatterns).toEqual([{ source: ['aws.s3'] }]);
  });

  test.each([
    ['https://pkc.confluent.cloud', 'https://pkc.confluent.cloud/kafka/v3'],
    ['https://pkc.confluent.cloud/', 'https://pkc.confluent.cloud/kafka/v3'],
    ['https://pkc.confluent.cloud:443/', 'https://pkc.confluent.cloud:443/kafka/v3'],
  ])('takes the endpoint %s', (restEndpoint, start) => {
    const { template } = synthesizeFanOut(confluent({ restEndpoint }));
    template.hasResourceProperties('AWS::Events::ApiDestination', { InvocationEndpoint: `${start}/clusters/lkc-abc123/topics/audit.events/records` });
  });

  test('lets tokens through', () => {
    const { template } = synthesizeFanOut((stack, secret) => {
      const parameter = (id: string) => new CfnParameter(stack, id).valueAsString;
      return confluent({ restEndpoint: `https://${parameter('Host')}/`, clusterId: parameter('Cluster'), topic: parameter('Topic') })(stack, secret);
    });
    template.hasResourceProperties('AWS::Events::ApiDestination', {
      InvocationEndpoint: { 'Fn::Join': ['', ['https://', { Ref: 'Host' }, '/kafka/v3/clusters/', { Ref: 'Cluster' }, '/topics/', { Ref: 'Topic' }, '/records']] },
    });
  });

  const endpoint = 'give the cluster\'s REST endpoint without a path, such as https://pkc-abcde.us-east-1.aws.confluent.cloud:443';
  test.each([
    ['pkc.confluent.cloud:443', `"pkc.confluent.cloud:443"; ${endpoint}`],
    ['http://pkc.confluent.cloud', `"http://pkc.confluent.cloud"; ${endpoint}`],
    ['https://pkc.confluent.cloud/kafka', `"https://pkc.confluent.cloud/kafka"; ${endpoint}`],
    ['https://pkc.confluent.cloud?x=1', `"https://pkc.confluent.cloud?x=1"; ${endpoint}`],
    ['https://key:secret@pkc.confluent.cloud', 'a URL with credentials; they would stand in the template: give them as a secret'],
    ['https://*.confluent.cloud', '"https://*.confluent.cloud"; a * is a path parameter to EventBridge, and a fan-out fills in none'],
    [`https://${'a'.repeat(2000)}.cloud`, 'a URL of 2071 characters; EventBridge takes 2048'],
  ])('refuses the endpoint %s', (restEndpoint, got) => {
    expect(confluentError({ restEndpoint })).toBe(`FanOut.confluentCloud.restEndpoint: got ${got}`);
  });

  test.each(['', 'lkc/abc', 'lkc abc'])('refuses the cluster id %j', clusterId => {
    expect(confluentError({ clusterId }))
      .toBe(`FanOut.confluentCloud.clusterId: got ${JSON.stringify(clusterId)}; a cluster's id has letters, digits, - and _, such as lkc-abc123`);
  });

  test.each(['', '.', '..', 'a/b', 'a b', 'é', 'a'.repeat(250)])('refuses the topic %j', topic => {
    const shown = topic.length > 200 ? `"${'a'.repeat(196)}...` : JSON.stringify(topic);
    expect(confluentError({ topic }))
      .toBe(`FanOut.confluentCloud.topic: got ${shown}; the name of a Kafka topic has 1 to 249 letters, digits, ., _ and -, and is not . or ..`);
  });

  test.each(['...', 'a'.repeat(249), 'A_b-9.'])('takes the topic %s', topic => {
    expect(() => synthesizeFanOut(confluent({ topic }))).not.toThrow();
  });

  test('names its own prop when a rate, a field or a payload is wrong', () => {
    expect(confluentError({ rateLimitPerSecond: 0 }))
      .toBe('FanOut.confluentCloud.rateLimitPerSecond: got 0; give a whole number of requests a second, 1 to 2147483647');
    expect(errorOf(() => synthesizeFanOut((stack, secret) => confluent({ credentials: { secret, usernameField: '' } })(stack, secret))))
      .toBe('FanOut.confluentCloud.credentials.usernameField: got ""; give the name of a field in the secret\'s JSON, without colons and braces');
    expect(confluentError({ payload: FanOutPayload.template(`"${'a'.repeat(8190)}"`) }))
      .toBe('FanOut.confluentCloud.payload: got a template of 8225 bytes; EventBridge takes 8192');
  });
});

describe('a user\'s own fan-out', () => {
  class ToTopic extends FanOut {
    public bind(scope: Construct): FanOutConfig {
      return { target: new targets.SnsTopic(new sns.Topic(scope, 'Topic'), { message: FanOutPayload.fields({ at: '$.time' }) }), eventPatterns: [{ source: ['b'] }] };
    }
  }

  test('makes what it needs and returns any target', () => {
    const { template, config } = synthesizeFanOut(() => new ToTopic());
    template.resourceCountIs('AWS::Events::Connection', 0);
    expect(targetOf(template)).toMatchObject({
      Arn: { Ref: expect.stringMatching(/^SiemTopic/) }, InputTransformer: { InputTemplate: '{"at":<f1>}', InputPathsMap: { f1: '$.time' } },
    });
    expect(config.eventPatterns).toEqual([{ source: ['b'] }]);
  });

  test('may be made of a built-in one', () => {
    class WithPattern extends FanOut {
      constructor(private readonly inner: FanOut) {
        super();
      }

      public bind(scope: Construct): FanOutConfig {
        return { ...this.inner.bind(scope), eventPatterns: [{ source: ['c'] }] };
      }
    }
    const { template, config } = synthesizeFanOut((stack, secret) => new WithPattern(http()(stack, secret)));
    template.resourceCountIs('AWS::Events::ApiDestination', 1);
    expect(config.eventPatterns).toEqual([{ source: ['c'] }]);
  });
});

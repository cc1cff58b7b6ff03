import { App, Aws, CfnParameter, SecretValue, Stack } from 'aws-cdk-lib';
import { ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { errorOf, synthesizeFanOut } from './synthesize-fan-out';
import { FanOutAuthorization } from '../../src/fan-out/authorization';
import { FanOut } from '../../src/fan-out/fan-out';

const VERSION = '11111111-2222-3333-4444-555555555555';

const ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:siem-AbCdEf';

/** The connection as the template declares it. */
function connection(authorize: (secret: ISecret, stack: Stack) => FanOutAuthorization): { [property: string]: any } {
  const { template } = synthesizeFanOut((stack, secret) => FanOut.http({ url: 'https://siem.example', authorization: authorize(secret, stack) }));
  return Object.values(template.findResources('AWS::Events::Connection'))[0].Properties;
}

/** A reference to the secret that the test's stack creates. */
function reference(after: string, before = ''): object {
  return { 'Fn::Join': ['', [`${before}{{resolve:secretsmanager:`, { Ref: expect.stringMatching(/^Secret/) }, after]] };
}

const aSecret = () => new Secret(new Stack(new App(), 'Other'), 'Secret');

describe('an API key', () => {
  test('is the whole secret by default', () => {
    expect(connection(secret => FanOutAuthorization.apiKey({ headerName: 'X-Api-Key', secret }))).toMatchObject({
      AuthorizationType: 'API_KEY',
      AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'X-Api-Key', ApiKeyValue: reference(':SecretString:::}}') } },
    });
  });

  test('is a field in a version of the secret, after a scheme', () => {
    const { AuthParameters } = connection(secret => FanOutAuthorization.apiKey({
      headerName: 'Authorization', secret, secretField: 'hec token', scheme: 'Splunk', secretVersionId: VERSION,
    }));
    expect(AuthParameters).toEqual({
      ApiKeyAuthParameters: { ApiKeyName: 'Authorization', ApiKeyValue: reference(`:SecretString:hec token::${VERSION}}}`, 'Splunk ') },
    });
  });

  test.each<[string, (stack: Stack) => ISecret, unknown]>([
    ['by its full ARN', stack => Secret.fromSecretCompleteArn(stack, 'Given', ARN), `Bearer {{resolve:secretsmanager:${ARN}:SecretString:key::}}`],
    ['by its name', stack => Secret.fromSecretNameV2(stack, 'Given', 'prod/siem'), {
      'Fn::Join': ['', [
        'Bearer {{resolve:secretsmanager:arn:', { Ref: 'AWS::Partition' }, ':secretsmanager:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' },
        ':secret:prod/siem:SecretString:key::}}',
      ]],
    }],
    ['by a parameter', stack => Secret.fromSecretCompleteArn(stack, 'Given', new CfnParameter(stack, 'Arn').valueAsString), {
      'Fn::Join': ['', ['Bearer {{resolve:secretsmanager:', { Ref: 'Arn' }, ':SecretString:key::}}']],
    }],
  ])('comes from an imported secret, %s', (_name, secret, value) => {
    const { AuthParameters } = connection((_own, stack) => FanOutAuthorization.apiKey({
      headerName: 'Authorization', secret: secret(stack), secretField: 'key', scheme: 'Bearer',
    }));
    expect(AuthParameters.ApiKeyAuthParameters.ApiKeyValue).toEqual(value);
  });

  test('lets tokens through', () => {
    const { AuthParameters } = connection(secret => FanOutAuthorization.apiKey({
      headerName: `X-${Aws.REGION}`, secret, secretField: Aws.STACK_NAME, scheme: Aws.PARTITION, secretVersionId: Aws.STACK_ID,
    }));
    expect(AuthParameters.ApiKeyAuthParameters).toEqual({
      ApiKeyName: { 'Fn::Join': ['', ['X-', { Ref: 'AWS::Region' }]] },
      ApiKeyValue: {
        'Fn::Join': ['', [
          { Ref: 'AWS::Partition' }, ' {{resolve:secretsmanager:', { Ref: expect.stringMatching(/^Secret/) }, ':SecretString:', { Ref: 'AWS::StackName' },
          '::', { Ref: 'AWS::StackId' }, '}}',
        ]],
      },
    });
  });

  const name = 'the name of an HTTP header has letters, digits and !#$%&\'*+-.^_`|~, at most 512 of them';
  const ours = 'EventBridge sets this header itself, or removes it from every request: use another, or leave it out';
  test.each([
    ['', `""; ${name}`],
    ['X Api Key', `"X Api Key"; ${name}`],
    ['X-Api-Key:', `"X-Api-Key:"; ${name}`],
    ['Schlüssel', `"Schlüssel"; ${name}`],
    ['Host', `"Host"; ${ours}`],
    ['user-agent', `"user-agent"; ${ours}`],
    ['PROXY-AUTHORIZATION', `"PROXY-AUTHORIZATION"; ${ours}`],
    ['Content-Type', '"Content-Type"; the content type is no place for a key'],
  ])('is refused in the header %j', (headerName, got) => {
    expect(errorOf(() => FanOutAuthorization.apiKey({ headerName, secret: aSecret() }))).toBe(`FanOutAuthorization.apiKey.headerName: got ${got}`);
  });

  test('is refused in a header with a longer name than 512 characters', () => {
    const headerName = 'X'.repeat(513);
    expect(errorOf(() => FanOutAuthorization.apiKey({ headerName, secret: aSecret() })))
      .toBe(`FanOutAuthorization.apiKey.headerName: got "${'X'.repeat(196)}...; ${name}`);
  });

  test.each(['', 'Bearer ', 'Bearer xoxb-123', 'a:b'])('is refused after the scheme %j', scheme => {
    expect(errorOf(() => FanOutAuthorization.apiKey({ headerName: 'Authorization', secret: aSecret(), scheme })))
      .toBe(`FanOutAuthorization.apiKey.scheme: got ${JSON.stringify(scheme)}; a scheme is one word, such as Bearer; the key itself comes from the secret`);
  });

  test.each(['', 'a:b', '{a}', 'a}}'])('is refused from the field %j', secretField => {
    expect(errorOf(() => FanOutAuthorization.apiKey({ headerName: 'X-Api-Key', secret: aSecret(), secretField })))
      .toBe(`FanOutAuthorization.apiKey.secretField: got ${JSON.stringify(secretField)}; give the name of a field in the secret's JSON, without colons and braces`);
  });

  test.each(['', '1', 'AWSCURRENT', 'a'.repeat(31), 'a'.repeat(65), `${VERSION}:x`])('is refused from the version %j', secretVersionId => {
    expect(errorOf(() => FanOutAuthorization.apiKey({ headerName: 'X-Api-Key', secret: aSecret(), secretVersionId })))
      .toBe(`FanOutAuthorization.apiKey.secretVersionId: got ${JSON.stringify(secretVersionId)}; `
        + 'the id of a version has 32 to 64 characters, such as 11111111-2222-3333-4444-555555555555');
  });
});

test.each([32, 64])('a version has an id of %d characters', length => {
  expect(() => FanOutAuthorization.apiKey({ headerName: 'X-Api-Key', secret: aSecret(), secretVersionId: 'a'.repeat(length) })).not.toThrow();
});

describe('basic authentication', () => {
  test('takes the fields username and password by default', () => {
    expect(connection(secret => FanOutAuthorization.basic({ secret }))).toMatchObject({
      AuthorizationType: 'BASIC',
      AuthParameters: {
        BasicAuthParameters: { Username: reference(':SecretString:username::}}'), Password: reference(':SecretString:password::}}') },
      },
    });
  });

  test('takes other fields, of a version', () => {
    const { AuthParameters } = connection(secret => FanOutAuthorization.basic({
      secret, usernameField: 'key', passwordField: 'secret', secretVersionId: VERSION,
    }));
    expect(AuthParameters).toEqual({
      BasicAuthParameters: { Username: reference(`:SecretString:key::${VERSION}}}`), Password: reference(`:SecretString:secret::${VERSION}}}`) },
    });
  });

  test.each([
    [{ usernameField: 'a:b' }, 'usernameField: got "a:b"; give the name of a field in the secret\'s JSON, without colons and braces'],
    [{ passwordField: '' }, 'passwordField: got ""; give the name of a field in the secret\'s JSON, without colons and braces'],
    [{ secretVersionId: '7' }, 'secretVersionId: got "7"; the id of a version has 32 to 64 characters, such as 11111111-2222-3333-4444-555555555555'],
  ])('is refused with %j', (options, message) => {
    expect(errorOf(() => FanOutAuthorization.basic({ secret: aSecret(), ...options }))).toBe(`FanOutAuthorization.basic.${message}`);
  });
});

describe('a plain secret', () => {
  const refused = 'got a value that is no secret; give a secret of Secrets Manager, an ISecret';

  test('does not type-check, and fails at synthesis where nobody checks types', () => {
    // @ts-expect-error a string is no secret
    expect(errorOf(() => FanOutAuthorization.apiKey({ headerName: 'X-Api-Key', secret: 'hunter2' }))).toBe(`FanOutAuthorization.apiKey.secret: ${refused}`);
    // @ts-expect-error a secret value is no secret
    expect(errorOf(() => FanOutAuthorization.apiKey({ headerName: 'X-Api-Key', secret: SecretValue.unsafePlainText('hunter2') })))
      .toBe(`FanOutAuthorization.apiKey.secret: ${refused}`);
    // @ts-expect-error a string is no secret
    expect(errorOf(() => FanOutAuthorization.basic({ secret: 'hunter2' }))).toBe(`FanOutAuthorization.basic.secret: ${refused}`);
    // @ts-expect-error there is no secret
    expect(errorOf(() => FanOutAuthorization.basic({ usernameField: 'hunter2' }))).toBe(`FanOutAuthorization.basic.secret: ${refused}`);
  });

  test('that a secret of the user\'s own class holds does not reach the template', () => {
    const leaky = (stack: Stack) => {
      const secret = Secret.fromSecretCompleteArn(stack, 'Leaky', ARN);
      jest.spyOn(secret, 'secretValueFromJson').mockReturnValue(SecretValue.unsafePlainText('hunter2'));
      jest.spyOn(secret, 'secretValue', 'get').mockReturnValue(SecretValue.unsafePlainText('hunter2'));
      return secret;
    };
    const { AuthParameters } = connection((_own, stack) => FanOutAuthorization.basic({ secret: leaky(stack) }));
    expect(AuthParameters.BasicAuthParameters).toEqual({
      Username: `{{resolve:secretsmanager:${ARN}:SecretString:username::}}`,
      Password: `{{resolve:secretsmanager:${ARN}:SecretString:password::}}`,
    });
  });
});

import { Secrets, SecretValues } from './secrets';
import { sampleTemplate, Template } from '../samples/sample-template';
import { SimulatedTemplate } from '../template/template';

const ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:team/other-AbC123';

function resolve(text: string, given?: SecretValues, properties: object = {}): string {
  const template = SimulatedTemplate.parse(sampleTemplate((t: Template) => {
    if (given) t.Resources.Archive.Properties.Tags = [{ Key: 'refers', Value: { 'Fn::Sub': text.replace('$Secret', '${Secret}').replace('$Arn', ARN) } }];
    t.Resources.Secret = { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'team/own', ...properties } };
  }));
  const { ref } = template.resource('Secret');
  return new Secrets(template, given).resolve(text.replace('$Secret', ref).replace('$Arn', ARN));
}

test.each([
  ['{{resolve:secretsmanager:$Secret:SecretString:password::}}', 'password of Secret'],
  ['{{resolve:secretsmanager:team/own:SecretString:password::}}', 'password of Secret'],
  ['{{resolve:secretsmanager:$Arn:SecretString:password::}}', 'password of team/other'],
  ['{{resolve:secretsmanager:team/other:SecretString:password}}', 'password of team/other'],
  ['{{resolve:secretsmanager:$Secret}}', 'value of Secret'],
  ['{{resolve:secretsmanager:$Secret:SecretString}}', 'value of Secret'],
  ['{{resolve:secretsmanager:$Secret:SecretString:::}}', 'value of Secret'],
  ['{{resolve:secretsmanager:$Secret:SecretString:key:AWSCURRENT:}}', 'key of Secret'],
  ['{{resolve:secretsmanager:$Secret:SecretString:key:AWSPREVIOUS:}}', 'key of Secret, version AWSPREVIOUS'],
  ['{{resolve:secretsmanager:$Secret:SecretString:key::0a1b}}', 'key of Secret, version 0a1b'],
  ['Bearer {{resolve:secretsmanager:$Secret:SecretString:a::}}/{{resolve:secretsmanager:b}}', 'Bearer a of Secret/value of b'],
  ['no reference', 'no reference'],
])('%s is %s', (text, expected) => {
  expect(resolve(text)).toBe(expected);
});

test.each<[string, SecretValues]>([
  ['its logical id', { Secret: '{"key":"k-1"}' }],
  ['its name', { 'team/own': '{"key":"k-1"}' }],
])('a value is given by %s', (_name, given) => {
  const [own, other] = ['{{resolve:secretsmanager:$Secret:SecretString:key::}}', '{{resolve:secretsmanager:$Arn:SecretString:key::}}'];
  expect(resolve(own, given)).toBe('k-1');
  expect(resolve(`${own}, ${other}`, given)).toBe('k-1, key of team/other');
});

test('a value is given by an ARN, and a secret that is text has no fields', () => {
  expect(resolve('{{resolve:secretsmanager:team/other}}', { [ARN]: 'plain' })).toBe('plain');
  expect(() => resolve('{{resolve:secretsmanager:team/other:SecretString:key}}', { [ARN]: 'plain' })).toThrow(new Error('the secret team/other is no JSON, so it has no field key'));
  expect(() => resolve('{{resolve:secretsmanager:team/other:SecretString:key}}', { [ARN]: '{"a":1}' })).toThrow(new Error('the secret team/other has no field key'));
});

test.each<[string, string, SecretValues, string]>([
  ['another', '{{resolve:secretsmanager:$Secret}}, {{resolve:secretsmanager:team/other}}', { SecretABCD: 'x' }, 'SecretABCD, but to Secret, team/other'],
  ['the start of a logical id', '{{resolve:secretsmanager:$Secret}}', { Sec: 'x' }, 'Sec, but to Secret'],
  ['one that the template creates and does not use', '{{resolve:secretsmanager:team/other}}', { Secret: 'x' }, 'Secret, but to team/other'],
  ['one of two', '{{resolve:secretsmanager:$Secret}}', { Secret: 'x', [ARN]: 'y' }, `${ARN}, but to Secret`],
  ['any', 'no reference', { Secret: 'x' }, 'Secret, but to none'],
])('%s given, which the template does not refer to, is refused', (_name, text, given, names) => {
  expect(() => resolve(text, given)).toThrow(new Error(`the template does not refer to the given secret ${names}`));
});

test('what the template itself says is the value, unless another is given', () => {
  const text = '{{resolve:secretsmanager:$Secret:SecretString:a::}}';
  expect(resolve(text, undefined, { SecretString: '{"a":"declared"}' })).toBe('declared');
  expect(resolve(text, { Secret: '{"a":"given"}' }, { SecretString: '{"a":"declared"}' })).toBe('given');
});

test.each([
  '{{resolve:secretsmanager:}}',
  '{{resolve:secretsmanager:a:SecretBinary}}',
  '{{resolve:secretsmanager:a:SecretString:key:AWSCURRENT:0a1b}}',
  '{{resolve:secretsmanager:a:SecretString:key:::}}',
  '{{resolve:secretsmanager:arn:aws:sqs:us-east-1:123456789012:queue}}',
])('%s is malformed', text => {
  expect(() => resolve(text)).toThrow(new Error(`malformed dynamic reference ${text}`));
});

test.each(['{{resolve:secretsmanager:a', '{{resolve:ssm:/a}}'])('%s is no reference to a secret', text => {
  expect(() => resolve(text)).toThrow(new Error(`malformed dynamic reference in ${JSON.stringify(text)}`));
});

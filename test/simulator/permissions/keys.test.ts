import { Keys, KeyName } from './keys';
import { encrypted } from '../samples/sample-encryption';
import { sampleTemplate, Template } from '../samples/sample-template';
import { Properties } from '../template/properties';
import { SimulatedTemplate } from '../template/template';

const ALL_NAMES: KeyName[] = ['key id', 'key ARN', 'alias name', 'alias ARN'];

/** The keys of the encrypted template, after a change. */
function keysOf(change?: (template: Template) => void) {
  const template = SimulatedTemplate.parse(sampleTemplate(encrypted(change)));
  return { keys: new Keys(template), key: template.resource('Key') };
}

/** The key that a queue names, of all kinds of names or of some. */
function encrypting(name: unknown, change: (template: Template) => void = () => undefined, names = ALL_NAMES) {
  const template = SimulatedTemplate.parse(sampleTemplate(encrypted(t => {
    change(t);
    t.Resources.DeadLetters.Properties.KmsMasterKeyId = name;
  })));
  return new Keys(template).encrypting(Properties.of(template.resource('DeadLetters')), 'KmsMasterKeyId', names).arn;
}

function alias(properties: object): (template: Template) => void {
  return t => { t.Resources.Alias = { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/audit', TargetKeyId: { Ref: 'Key' }, ...properties } }; };
}

test('a key is found by its id and its ARN, and by the name and the ARN of an alias', () => {
  const { keys, key } = keysOf(alias({}));
  const { Arn: arn } = key.attributes;
  expect(arn).toBe(`arn:aws:kms:us-east-1:123456789012:key/${key.ref}`);
  for (const name of [key.ref, arn, 'alias/audit', 'arn:aws:kms:us-east-1:123456789012:alias/audit']) expect(keys.find(name)?.arn).toBe(arn);
  for (const name of ['alias/other', `${key.ref}2`, arn.replace('us-east-1', 'eu-west-1')]) expect(keys.find(name)).toBeUndefined();
});

test('a key of many Regions has an id that says so', () => {
  expect(keysOf().key.ref).toMatch(/^[0-9a-f]{8}-/);
  expect(keysOf(t => { t.Resources.Key.Properties.MultiRegion = true; }).key.ref).toMatch(/^mrk-[0-9a-f]{32}$/);
});

test('a key without a policy leaves everything to the policies of its account', () => {
  const verdict = (account: string) => {
    const { keys, key } = keysOf(t => { delete t.Resources.Key.Properties.KeyPolicy; });
    const principal = { identity: `arn:aws:iam::${account}:role/r` };
    return keys.find(key.ref)!.policy.verdict({ principal, action: 'kms:Decrypt', resource: key.attributes.Arn });
  };
  expect(verdict('123456789012')).toBe('delegated');
  expect(verdict('999999999999')).toBe('silent');
});

describe('a resource', () => {
  test.each<[string, unknown]>([
    ['the id', { Ref: 'Key' }],
    ['the ARN', { 'Fn::GetAtt': ['Key', 'Arn'] }],
    ['an alias', { Ref: 'Alias' }],
    ['an alias\'s ARN', 'arn:aws:kms:us-east-1:123456789012:alias/audit'],
  ])('may name a key by %s', (_name, name) => {
    expect(encrypting(name, alias({}))).toBe(keysOf().key.attributes.Arn);
  });

  test.each<[string, unknown, RegExp]>([
    ['the id', { Ref: 'Key' }, /^DeadLetters.KmsMasterKeyId: got the key id [-0-9a-f]+; expected here: none$/],
    ['the ARN', { 'Fn::GetAtt': ['Key', 'Arn'] }, /got the key ARN arn:aws:kms:us-east-1:123456789012:key\/[-0-9a-f]+; expected here: none$/],
    ['an alias', 'alias/audit', /got the alias name alias\/audit; expected here: none$/],
    ['an alias\'s ARN', 'arn:aws:kms:us-east-1:123456789012:alias/audit', /got the alias ARN arn:aws:kms:us-east-1:123456789012:alias\/audit; expected here: none$/],
  ])('may not name a key by %s where its service takes none such', (_name, name, message) => {
    expect(() => encrypting(name, alias({}), ['none' as KeyName])).toThrow(message);
  });

  test.each<[string, unknown, object, RegExp]>([
    ['of another template', 'alias/other', {}, /^DeadLetters.KmsMasterKeyId: the key alias\/other is not in the template: what its policy allows cannot be known$/],
    ['with text before the ARN of an alias', 'x arn:aws:kms:us-east-1:123456789012:alias/audit', {}, /^DeadLetters.KmsMasterKeyId: the key x arn:aws:kms:[^ ]+ is not in the template/],
    ['with text before its ARN', { 'Fn::Join': ['', ['x', { 'Fn::GetAtt': ['Key', 'Arn'] }]] }, {}, /^DeadLetters.KmsMasterKeyId: the key xarn:aws:kms:[^ ]+ is not in the template/],
    ['that is asymmetric', { Ref: 'Key' }, { KeySpec: 'RSA_2048' }, /^DeadLetters.KmsMasterKeyId: arn:aws:kms:[^ ]+ is no symmetric key for encryption$/],
    ['of another kind', { Ref: 'Key' }, { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }, /is no symmetric key for encryption$/],
    ['of another use', { Ref: 'Key' }, { KeyUsage: 'GENERATE_VERIFY_MAC' }, /is no symmetric key for encryption$/],
    ['that is disabled', { Ref: 'Key' }, { Enabled: 'false' }, /^DeadLetters.KmsMasterKeyId: the key arn:aws:kms:[^ ]+ is disabled$/],
  ])('cannot be encrypted by a key %s', (_name, name, properties, message) => {
    expect(() => encrypting(name, t => { Object.assign(t.Resources.Key.Properties, properties); })).toThrow(message);
  });
});

test.each<[string, unknown, string]>([
  ['an alias with text before it', 'xalias/audit', 'key id'],
  ['an alias\'s ARN with text before it', 'xarn:aws:kms:us-east-1:123456789012:alias/audit', 'key id'],
  ['an ARN of a key that holds the words of an alias\'s', 'arn:aws:kms:us-east-1:123456789012:key/arn:aws:kms:us-east-1:123456789012:alias/audit', 'key ARN'],
])('%s is not taken for one', (_name, name, kind) => {
  expect(() => encrypting(name, alias({}), ['none' as KeyName])).toThrow(`DeadLetters.KmsMasterKeyId: got the ${kind} ${name}; expected here: none`);
  expect(() => encrypting(name, alias({}))).toThrow(`DeadLetters.KmsMasterKeyId: the key ${name} is not in the template`);
});

test.each<[string, object, string]>([
  ['for a key from elsewhere', { TargetKeyId: 'elsewhere' }, 'Alias.TargetKeyId: the key elsewhere is not in the template'],
  ['for another alias', { TargetKeyId: 'alias/other' }, 'Alias.TargetKeyId: got the alias name alias/other; expected here: key id, key ARN'],
  ['that is not named as one', { AliasName: 'audit' }, 'Alias.AliasName: got "audit"; KMS takes alias/<name>, and keeps alias/aws/ for AWS'],
  ['with text before the prefix', { AliasName: 'xalias/a' }, 'Alias.AliasName: got "xalias/a"; KMS takes alias/<name>'],
  ['with a space', { AliasName: 'alias/a b' }, 'Alias.AliasName: got "alias/a b"; KMS takes alias/<name>'],
  ['with a line end', { AliasName: 'alias/a\n' }, 'Alias.AliasName: got "alias/a\\n"; KMS takes alias/<name>'],
  ['without a name', { AliasName: 'alias/' }, 'Alias.AliasName: got "alias/"; KMS takes alias/<name>'],
  ['of AWS', { AliasName: 'alias/aws/sqs' }, 'Alias.AliasName: got "alias/aws/sqs"'],
])('an alias %s is refused', (_name, properties, message) => {
  expect(() => keysOf(alias(properties))).toThrow(message);
});

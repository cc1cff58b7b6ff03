/** KMS keys of a template, and by which names resources refer to them. */

import type { JsonObject } from '../engines';
import { Policies, rootArn } from './policies';
import { Properties } from '../template/properties';
import type { SimulatedResource, SimulatedTemplate } from '../template/template';

/** A key of the template. */
export interface KmsKey {
  readonly arn: string;
  readonly policy: Policies;
  /** Whether it encrypts and decrypts with one key: what AWS's services need. */
  readonly isSymmetric: boolean;
  readonly isEnabled: boolean;
}

/** How a property may name a key. */
export type KeyName = 'key id' | 'key ARN' | 'alias name' | 'alias ARN';

/** The keys of a template, by everything that names them. */
export class Keys {
  private readonly byName = new Map<string, KmsKey>();

  public constructor(template: SimulatedTemplate) {
    for (const resource of template.ofType('AWS::KMS::Key')) {
      const key = readKey(resource);
      this.byName.set(resource.ref, key).set(key.arn, key);
    }
    for (const alias of template.ofType('AWS::KMS::Alias').map(resource => Properties.of(resource))) {
      const key = this.named(alias, 'TargetKeyId', ['key id', 'key ARN']);
      const name = aliasName(alias);
      this.byName.set(name, key).set(key.arn.replace(/:key\/.*$/, `:${name}`), key);
    }
  }

  /** A key by its id, its ARN, or the name or ARN of an alias; `undefined` for a key from elsewhere. */
  public find(name: string): KmsKey | undefined {
    return this.byName.get(name);
  }

  /** The names of a key's aliases, as the condition key `kms:ResourceAliases` has them. */
  public aliasesOf(arn: string): string[] {
    return [...this.byName].filter(([name, key]) => key.arn === arn && name.startsWith('alias/')).map(([name]) => name);
  }

  /** The key by which a service encrypts. Refuses one that it could not use, and one from elsewhere, because its policy is not known. */
  public encrypting(properties: Properties, property: string, names: readonly KeyName[]): KmsKey {
    const key = this.named(properties, property, names);
    if (!key.isSymmetric) properties.fail(property, `${key.arn} is no symmetric key for encryption`);
    if (!key.isEnabled) properties.fail(property, `the key ${key.arn} is disabled`);
    return key;
  }

  private named(properties: Properties, property: string, names: readonly KeyName[]): KmsKey {
    const name = properties.text(property);
    const kind = kindOf(name);
    if (!names.includes(kind)) properties.fail(property, `got the ${kind} ${name}; expected here: ${names.join(', ')}`);
    return this.find(name) ?? properties.fail(property, `the key ${name} is not in the template: what its policy allows cannot be known`);
  }
}

function readKey(resource: SimulatedResource): KmsKey {
  const properties = Properties.of(resource);
  const document = properties.optionalObject('KeyPolicy')?.json ?? defaultPolicy(resource.attributes.Arn);
  return {
    arn: resource.attributes.Arn,
    policy: new Policies('resource', [{ document, where: `${resource.logicalId}.KeyPolicy` }]),
    isSymmetric: (properties.optionalText('KeySpec') ?? 'SYMMETRIC_DEFAULT') === 'SYMMETRIC_DEFAULT'
      && (properties.optionalText('KeyUsage') ?? 'ENCRYPT_DECRYPT') === 'ENCRYPT_DECRYPT',
    isEnabled: properties.flag('Enabled', true),
  };
}

/** What KMS gives a key without a policy. @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html */
function defaultPolicy(keyArn: string): JsonObject {
  const [, partition, , , account] = keyArn.split(':');
  return { Statement: [{ Effect: 'Allow', Principal: { AWS: rootArn(partition, account) }, Action: 'kms:*', Resource: '*' }] };
}

/** @see https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html */
function aliasName(alias: Properties): string {
  const name = alias.text('AliasName');
  if (!/^alias\/(?!aws\/)[a-zA-Z0-9/_-]+$/.test(name)) alias.fail('AliasName', `got ${JSON.stringify(name)}; KMS takes alias/<name>, and keeps alias/aws/ for AWS`);
  return name;
}

function kindOf(name: string): KeyName {
  if (name.startsWith('alias/')) return 'alias name';
  if (!name.startsWith('arn:')) return 'key id';
  return /^arn:[^:]+:kms:[^:]+:[^:]+:alias\//.test(name) ? 'alias ARN' : 'key ARN';
}

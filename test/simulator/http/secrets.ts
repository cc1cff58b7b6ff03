/**
 * Dynamic references to Secrets Manager, `{{resolve:secretsmanager:…}}`, as CloudFormation resolves them when it deploys a connection.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
 */

import type { JsonObject } from '../engines';
import { Properties } from '../template/properties';
import type { SimulatedTemplate } from '../template/template';

const REFERENCE = /\{\{resolve:secretsmanager:([^{}]*)\}\}/g;

/** How many colons an ARN of a secret has, and a name has none. */
const ARN_PARTS = 7;

/** What secrets hold, by name, ARN, or the logical id of one that the template creates: text, or JSON text with fields. */
export type SecretValues = { readonly [secret: string]: string };

interface SecretReference {
  readonly secret: string;
  /** The field of the JSON text; empty for the whole text. */
  readonly field: string;
  /** Another version than the current one; else empty. */
  readonly version: string;
}

/** The secrets that a template refers to. Those of which nothing is given hold made-up values; one that it does not refer to is refused. */
export class Secrets {
  private readonly logicalIds: ReadonlyMap<string, string>;
  private readonly values: ReadonlyMap<string, string>;

  public constructor(template: SimulatedTemplate, given: SecretValues = {}) {
    const own = template.ofType('AWS::SecretsManager::Secret');
    this.logicalIds = new Map(own.flatMap(({ ref, logicalId }) => [[ref, logicalId], [nameOf(ref), logicalId]]));
    const referred = new Set(references(template).map(({ secret }) => this.idOf(secret)));
    const unused = Object.keys(given).find(secret => !referred.has(this.idOf(secret)));
    if (unused !== undefined) throw new Error(`the template does not refer to the given secret ${unused}, but to ${[...referred].join(', ') || 'none'}`);
    const declared = own.flatMap(resource => {
      const text = Properties.of(resource).optionalText('SecretString');
      return text === undefined ? [] : [[resource.logicalId, text] as const];
    });
    this.values = new Map([...declared, ...Object.entries(given).map(([secret, value]) => [this.idOf(secret), value] as const)]);
  }

  /** A text with the values in place of the references in it. Throws for a reference that CloudFormation would refuse. */
  public resolve(text: string): string {
    const resolved = text.replace(REFERENCE, (_reference, inner: string) => this.valueOf(parse(inner)));
    const rest = text.replace(REFERENCE, '');
    if (rest.includes('{{resolve:')) throw new Error(`malformed dynamic reference in ${JSON.stringify(text)}`);
    return resolved;
  }

  private valueOf({ secret, field, version }: SecretReference): string {
    const id = this.idOf(secret);
    const text = this.values.get(id);
    if (text === undefined) return `${field || 'value'} of ${id}${version && `, version ${version}`}`;
    return field === '' ? text : fieldOf(text, field, id);
  }

  /** One name for a secret, however it is referred to. */
  private idOf(secret: string): string {
    return this.logicalIds.get(secret) ?? nameOf(secret);
  }
}

/** What all properties of a template refer to. One that is malformed is refused where it is resolved. */
function references(template: SimulatedTemplate): SecretReference[] {
  const texts = [...JSON.stringify(template.resources.map(({ properties }) => properties)).matchAll(REFERENCE)];
  return texts.flatMap(([, inner]) => read(inner) ?? []);
}

function parse(inner: string): SecretReference {
  const reference = read(inner);
  if (!reference) throw new Error(`malformed dynamic reference {{resolve:secretsmanager:${inner}}}`);
  return reference;
}

/** Reads `secret-id:secret-string:json-key:version-stage:version-id`, of which only the first must be there; `undefined` when malformed. */
function read(inner: string): SecretReference | undefined {
  const parts = inner.split(':');
  const secret = parts.splice(0, parts[0] === 'arn' ? ARN_PARTS : 1).join(':');
  const [kind = '', field = '', stage = '', id = ''] = parts;
  const isWhole = secret !== '' && (!secret.startsWith('arn:') || /^arn:[^:]+:secretsmanager:[^:]+:[^:]+:secret:[^:]+$/.test(secret));
  if (!isWhole || !['', 'SecretString'].includes(kind) || parts.length > 4 || (stage !== '' && id !== '')) return undefined;
  return { secret, field, version: id || (stage === 'AWSCURRENT' ? '' : stage) };
}

/** The name in a secret's ARN, without the six characters that Secrets Manager adds; a name is its own. */
function nameOf(secret: string): string {
  return secret.replace(/^arn:(?:[^:]+:){5}(.+)-[A-Za-z0-9]{6}$/, '$1');
}

function fieldOf(text: string, field: string, secret: string): string {
  let value: JsonObject;
  try {
    value = JSON.parse(text) as JsonObject;
  } catch {
    throw new Error(`the secret ${secret} is no JSON, so it has no field ${field}`);
  }
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, field)) throw new Error(`the secret ${secret} has no field ${field}`);
  return String(value[field]);
}

/** EventBridge connections: the credentials and the parameters that go with every request of their API destinations. */

import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { Secrets } from './secrets';
import type { Permissions } from '../permissions/permissions';
import { Properties } from '../template/properties';
import type { SimulatedResource, SimulatedTemplate } from '../template/template';

/** By which EventBridge's own role knows the keys that it may use. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/encryption-connections.html */
const KEY_TAG = 'EventBridgeApiDestinations';
const KEY_ACTIONS = ['kms:Decrypt', 'kms:GenerateDataKey'];

/** Names and values, as they are sent. */
export type Parameters = readonly (readonly [name: string, value: string])[];

/** What a connection adds to a request. */
export interface ApiConnection {
  /** Credentials included. */
  readonly headers: Parameters;
  readonly query: Parameters;
  readonly body: Parameters;
}

/** Reads a connection; throws where EventBridge would refuse it, or could not read its credentials again. */
export function readConnection(resource: SimulatedResource, template: SimulatedTemplate, permissions: Permissions, secrets: Secrets): ApiConnection {
  const properties = Properties.of(resource);
  checkKey(resource, template, permissions);
  const auth = new ConnectionParameters(properties.object('AuthParameters'), secrets);
  const headers = [...auth.credentials(properties.oneOf('AuthorizationType', ['API_KEY', 'BASIC'])), ...auth.list('HeaderParameters')];
  const names = headers.map(([name]) => name.toLowerCase());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) properties.fail('AuthParameters', `the header ${twice} is there twice; which of the two EventBridge sends is not known`);
  return { headers, query: auth.list('QueryStringParameters'), body: auth.list('BodyParameters') };
}

class ConnectionParameters {
  public constructor(private readonly auth: Properties, private readonly secrets: Secrets) {}

  public credentials(type: 'API_KEY' | 'BASIC'): Parameters {
    if (type === 'BASIC') {
      const basic = this.auth.object('BasicAuthParameters');
      const credentials = `${this.text(basic, 'Username')}:${this.text(basic, 'Password')}`;
      return [['Authorization', `Basic ${Buffer.from(credentials, 'utf8').toString('base64')}`]];
    }
    const apiKey = this.auth.object('ApiKeyAuthParameters');
    return [this.header(apiKey, 'ApiKeyName', 'ApiKeyValue')];
  }

  public list(kind: 'HeaderParameters' | 'QueryStringParameters' | 'BodyParameters'): Parameters {
    const parameters = this.auth.optionalObject('InvocationHttpParameters')?.objects(kind) ?? [];
    return parameters.map(parameter => kind === 'HeaderParameters'
      ? this.header(parameter, 'Key', 'Value')
      : [this.text(parameter, 'Key'), this.text(parameter, 'Value')]);
  }

  private header(parameter: Properties, nameProperty: string, valueProperty: string): [string, string] {
    const name = this.text(parameter, nameProperty);
    const value = this.text(parameter, valueProperty);
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch (error) {
      parameter.fail(valueProperty, (error as Error).message);
    }
    return [name, value];
  }

  private text(properties: Properties, name: string): string {
    const text = properties.text(name);
    try {
      return this.secrets.resolve(text);
    } catch (error) {
      return properties.fail(name, (error as Error).message);
    }
  }
}

/** EventBridge keeps the credentials in a secret of its own, and reaches its key by a service-linked role, which looks for a tag. */
function checkKey(connection: SimulatedResource, template: SimulatedTemplate, permissions: Permissions): void {
  const properties = Properties.of(connection);
  if (!properties.has('KmsKeyIdentifier')) return;
  const key = permissions.keys.encrypting(properties, 'KmsKeyIdentifier', ['key id', 'key ARN', 'alias name', 'alias ARN']);
  const resource = template.ofType('AWS::KMS::Key').find(({ attributes }) => attributes.Arn === key.arn)!;
  const tags = Properties.of(resource).objects('Tags');
  if (!tags.some(tag => tag.text('Key') === KEY_TAG && tag.text('Value') === 'true')) {
    properties.fail('KmsKeyIdentifier', `the key ${key.arn} lacks the tag ${KEY_TAG}: true, without which EventBridge cannot use it`);
  }
  const { region, urlSuffix } = template.environment;
  const context = {
    'kms:viaservice': `secretsmanager.${region}.${urlSuffix}`,
    'kms:encryptioncontext:secretarn': connection.attributes.SecretArn,
    [`aws:resourcetag/${KEY_TAG}`]: 'true',
  };
  const missing = KEY_ACTIONS.find(action => !permissions.accountMay(key, action, context));
  if (missing) properties.fail('KmsKeyIdentifier', `the policy of ${key.arn} does not let the account's roles ${missing} by Secrets Manager`);
}

// How a fan-out identifies itself to the partner: by references to a secret, which only the deployment reads.

import { SecretValue } from 'aws-cdk-lib';
import type { CfnConnection, CfnConnectionProps } from 'aws-cdk-lib/aws-events';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { checkHeaderName, HTTP_TOKEN } from './headers';
import { LIMITS } from '../limits/limits';
import { invalid, isKnown, show } from '../private/validate';

const VERSION_ID_LENGTH = { shortest: LIMITS.secretVersionId.least, longest: LIMITS.secretVersionId.most };

/** Options of `FanOutAuthorization.apiKey`. */
export interface ApiKeyAuthorizationOptions {
  /**
   * The header that carries the key, for example `X-Api-Key` or `Authorization`. What is no header name, and a header that EventBridge
   * sets itself or removes from every request (such as `Host` or `Content-Type`), fails at synthesis.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html#eb-api-destination-headers
   */
  readonly headerName: string;

  /**
   * The secret that holds the key. The header's value has at most 512 characters with the scheme, and no colon or control character;
   * EventBridge refuses any other at deployment.
   */
  readonly secret: ISecret;

  /**
   * The field of the secret's JSON that is the key, for example `token`. Without colons and braces; anything else fails at synthesis.
   *
   * @default - the whole text of the secret
   */
  readonly secretField?: string;

  /**
   * The word before the key, for example `Bearer` or `Splunk`. A space follows it; anything but one word fails at synthesis.
   *
   * @default - the key alone
   */
  readonly scheme?: string;

  /**
   * The version of the secret, by its id (32 to 64 characters, anything else fails at synthesis). Change it to have a deployment take
   * the new value of a rotated secret.
   *
   * @default - the current version at the time of the deployment
   */
  readonly secretVersionId?: string;
}

/** Options of `FanOutAuthorization.basic`, and the credentials of partners that take a user name and a password. */
export interface BasicAuthorizationOptions {
  /**
   * The secret that holds both, as JSON. Each has at most 512 characters, and no colon or control character; EventBridge refuses any
   * other at deployment.
   */
  readonly secret: ISecret;

  /**
   * The field of the secret's JSON that is the user name. Without colons and braces; anything else fails at synthesis.
   *
   * @default 'username'
   */
  readonly usernameField?: string;

  /**
   * The field of the secret's JSON that is the password. Without colons and braces; anything else fails at synthesis.
   *
   * @default 'password'
   */
  readonly passwordField?: string;

  /**
   * The version of the secret, by its id (32 to 64 characters, anything else fails at synthesis). Change it to have a deployment take
   * the new values of a rotated secret.
   *
   * @default - the current version at the time of the deployment
   */
  readonly secretVersionId?: string;
}

/**
 * How a fan-out identifies itself to the endpoint. The value comes from Secrets Manager: the template holds a reference
 * (`{{resolve:secretsmanager:…}}`), and nothing else is accepted.
 *
 * CloudFormation reads the secret when it deploys the connection, with the rights of whoever deploys, and EventBridge keeps a copy. So
 * a secret that is rotated later does not reach the connection by itself: set another `secretVersionId` and deploy again. Do so before
 * the old value ends, because EventBridge de-authorizes a connection when the endpoint answers 401 or 407, until a deployment changes
 * it. EventBridge's copy is included in the price of API destinations; your own secret costs what Secrets Manager charges for one.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-target-connection-deauthorize.html
 */
export class FanOutAuthorization {
  /**
   * By a key in a header: `<headerName>: [<scheme> ]<key>`.
   *
   * @param options the header, and the secret that holds the key
   */
  public static apiKey(options: ApiKeyAuthorizationOptions): FanOutAuthorization {
    const prop = 'FanOutAuthorization.apiKey';
    const { headerName, scheme } = options;
    checkHeaderName(`${prop}.headerName`, headerName);
    if (headerName.toLowerCase() === 'content-type') invalid(`${prop}.headerName`, show(headerName), 'the content type is no place for a key');
    if (scheme !== undefined && isKnown(scheme) && !HTTP_TOKEN.test(scheme)) {
      invalid(`${prop}.scheme`, show(scheme), 'a scheme is one word, such as Bearer; the key itself comes from the secret');
    }
    const key = secretText(prop, options, 'secretField', options.secretField);
    return new FanOutAuthorization(headerName, 'API_KEY', {
      apiKeyAuthParameters: { apiKeyName: headerName, apiKeyValue: scheme === undefined ? key : `${scheme} ${key}` },
    });
  }

  /**
   * By a user name and a password: HTTP's basic authentication.
   *
   * @param options the secret that holds both
   */
  public static basic(options: BasicAuthorizationOptions): FanOutAuthorization {
    return FanOutAuthorization._basic('FanOutAuthorization.basic', options);
  }

  /**
   * Basic authentication for a partner, whose errors name the partner's own prop.
   * @internal
   */
  public static _basic(prop: string, options: BasicAuthorizationOptions): FanOutAuthorization {
    return new FanOutAuthorization('Authorization', 'BASIC', {
      basicAuthParameters: {
        username: secretText(prop, options, 'usernameField', options.usernameField ?? 'username'),
        password: secretText(prop, options, 'passwordField', options.passwordField ?? 'password'),
      },
    });
  }

  /** @internal */
  public readonly _headerName: string;

  /** @internal */
  public readonly _connectionProps: CfnConnectionProps;

  private constructor(headerName: string, authorizationType: string, authParameters: CfnConnection.AuthParametersProperty) {
    this._headerName = headerName;
    this._connectionProps = { authorizationType, authParameters };
  }
}

/** What both kinds of options say of the secret. */
interface SecretOptions {
  readonly secret: ISecret;
  readonly secretVersionId?: string;
}

/**
 * A reference to the text in a secret. It is made of the secret's ARN, and not by the secret's own methods, which an `ISecret` of the
 * user's could have return anything.
 */
function secretText(prop: string, options: SecretOptions, fieldProp: string, field?: string): string {
  const { secret, secretVersionId } = options;
  if (!secret?.secretArn) invalid(`${prop}.secret`, 'a value that is no secret', 'give a secret of Secrets Manager, an ISecret');
  if (field !== undefined && isKnown(field) && !/^[^:{}]+$/.test(field)) {
    invalid(`${prop}.${fieldProp}`, show(field), 'give the name of a field in the secret\'s JSON, without colons and braces');
  }
  checkVersionId(`${prop}.secretVersionId`, secretVersionId);
  return SecretValue.secretsManager(secret.secretArn, { jsonField: field, versionId: secretVersionId }).unsafeUnwrap();
}

function checkVersionId(prop: string, id: string | undefined): void {
  if (id === undefined || !isKnown(id)) return;
  const { shortest, longest } = VERSION_ID_LENGTH;
  if (!/^[\w-]+$/.test(id) || id.length < shortest || id.length > longest) {
    invalid(prop, show(id), `the id of a version has ${shortest} to ${longest} characters, such as 11111111-2222-3333-4444-555555555555`);
  }
}

// Events by every kind of identity that CloudTrail knows, and what the library calls each.

import * as path from 'node:path';
import { EventToSend, readEventsFile } from '../simulator/demo/events-file';
import type { JsonObject } from '../simulator/engines';

/** The events; what each is its id says. */
export const IDENTITY_EVENTS: readonly EventToSend[] = readEventsFile(path.join(__dirname, 'identities.jsonl'));

const ACCOUNT = '111122223333';
const SSO = `arn:aws:sts::${ACCOUNT}:assumed-role/AWSReservedSSO_Admin_0123`;
const ADA = `arn:aws:iam::${ACCOUNT}:user/ada`;

/** Who did what, by the event's id. Everything else is of Ada, or names nobody. */
const NAMED: { readonly [id: string]: string } = {
  'idc-empty-arn-0001': 'IdentityCenterUser e0b4f9c0-1234',
  'idc-no-arn-0002': 'IdentityCenterUser f1f4f9c0-9999',
  'idc-signin-0003': 'IdentityCenterUser e0b4f9c0-1234',
  'sso-john-0004': `${SSO}/john@example.com`,
  'sso-mary-0005': `${SSO}/mary@example.com`,
  'saml-grafana-200-0006': 'SAMLUser some.user@example.com',
  'anonymous-0007': 'anonymous',
  'xaccount-0008': 'AWSAccount AROAOTHER:sess (999988887777)',
  'service-0009': 'ec2.amazonaws.com',
  'rotate-0010': 'AWS Internal',
  'root-0011': `arn:aws:iam::${ACCOUNT}:root`,
  'assumedroot-0012': `arn:aws:sts::${ACCOUNT}:assumed-root`,
  'federated-0013': `arn:aws:sts::${ACCOUNT}:federated-user/fed (arn:aws:iam::${ACCOUNT}:user/broker)`,
  'webid-0014': 'WebIdentityUser sub (accounts.google.com)',
  'slr-0015': `arn:aws:sts::${ACCOUNT}:assumed-role/AWSServiceRoleForAutoScaling/AutoScaling`,
  'cf-by-user-0016': ADA,
  'uid-null-0017': 'unknown',
  'uid-string-0018': 'unknown',
  'cognito-0019': `arn:aws:sts::${ACCOUNT}:assumed-role/Cognito_Auth/CognitoIdentityCredentials (cognito-identity.amazonaws.com)`,
  'onbehalf-0020': `${SSO}/kim@example.com for u-kim`,
  's3key-0033': 'unknown',
  'emptydetail-0034': 'unknown',
  'nulls-0035': 'unknown',
  'weirdtype-0041': 'unknown',
  'longtype-0042': 'unknown',
  'dup-1': 'IdentityCenterUser e0b4f9c0-1234',
};

/** Who did what, by the event's id. */
export const WHO_BY_ID: { readonly [id: string]: string } = Object.fromEntries(
  IDENTITY_EVENTS.map(({ event: { id } }) => [String(id), NAMED[String(id)] ?? ADA]),
);

/** More identities, as documents and public reports have them, and what each is called. */
export const MORE_IDENTITIES: ReadonlyArray<readonly [identity: JsonObject, who: string]> = [
  [{ type: 'IAMUser', accountId: ACCOUNT, accessKeyId: '', userName: 'ada' }, `IAMUser ada (${ACCOUNT})`],
  [{ type: 'IAMUser', principalId: 'AIDAEXAMPLE', accountId: ACCOUNT, userName: 'ada' }, `IAMUser ada (${ACCOUNT})`],
  [{ type: 'IAMUser', accountId: ACCOUNT, userName: 'HIDDEN_DUE_TO_SECURITY_REASONS' }, `IAMUser HIDDEN_DUE_TO_SECURITY_REASONS (${ACCOUNT})`],
  [{ type: 'Root', principalId: ACCOUNT, accountId: ACCOUNT }, `Root (${ACCOUNT})`],
  [{ type: 'Root', accountId: ACCOUNT, invokedBy: 'support.amazonaws.com' }, `Root (${ACCOUNT})`],
  [{ type: 'Unknown', principalId: ACCOUNT, arn: '', accountId: ACCOUNT, userName: 'exampleuser' }, `Unknown exampleuser (${ACCOUNT})`],
  [{ type: 'Unknown', principalId: ACCOUNT, arn: '', accountId: ACCOUNT }, `Unknown (${ACCOUNT})`],
  [{ type: 'Unknown', principalId: ACCOUNT, arn: '', accountId: ACCOUNT, userName: 'demo', onBehalfOf: { userId: 'f12bb510' } }, 'IdentityCenterUser f12bb510'],
  [{ type: 'Unknown', invokedBy: 'delivery.logs.amazonaws.com' }, 'delivery.logs.amazonaws.com'],
  [{ type: 'Unknown', principalId: 'Anonymous' }, 'anonymous'],
  [{ type: 'Directory', accountId: ACCOUNT, userName: 'corp\\ada' }, `Directory corp\\ada (${ACCOUNT})`],
  [{ type: 'AWSAccount', principalId: '', accountId: '999988887777' }, 'AWSAccount (999988887777)'],
  [{ type: 'AWSAccount', principalId: '' }, 'anonymous'],
  [{ type: 'AWSAccount', accountId: 'anonymous' }, 'anonymous'],
  [{ type: 'AWSAccount', principalId: 'AIDAOTHER', accountId: '999988887777', invokedBy: 'athena.amazonaws.com' }, 'AWSAccount AIDAOTHER (999988887777)'],
  [{ type: 'AWSService', invokedBy: '' }, 'AWSService'],
  [{ type: 'SAMLUser', principalId: 'hash=:ada', userName: 'arn:aws:iam::111122223333:root', identityProvider: 'hash=' }, 'SAMLUser arn:aws:iam::111122223333:root (hash=)'],
  [{ type: 'WebIdentityUser', principalId: 'accounts.google.com:aud:sub', identityProvider: 'accounts.google.com' }, 'WebIdentityUser accounts.google.com:aud:sub (accounts.google.com)'],
  [{ type: 'IdentityCenterUser', arn: 'arn:aws:identitystore:::user/e0b4', onBehalfOf: { userId: 'e0b4' } }, 'IdentityCenterUser e0b4'],
  [{ type: 'IdentityCenterUser', accountId: ACCOUNT, onBehalfOf: { userId: '' } }, `IdentityCenterUser (${ACCOUNT})`],
  [{ type: 'FederatedUser', arn: `arn:aws:sts::${ACCOUNT}:federated-user/fed`, sessionContext: { sessionIssuer: {} } }, `arn:aws:sts::${ACCOUNT}:federated-user/fed`],
  [{ type: 'AssumedRole', arn: '', principalId: 'AROA:s', sessionContext: { sessionIssuer: { arn: 'arn:role' } } }, 'arn:role AROA:s'],
  [{ type: 'AssumedRole', sessionContext: { sessionIssuer: { arn: 'arn:role' } } }, 'arn:role'],
  [{ type: 'AssumedRole', arn: 'arn:session', onBehalfOf: { userId: '' }, sessionContext: { sourceIdentity: 'ada' } }, 'arn:session for ada'],
  [{ type: 'AssumedRole', arn: 'arn:session', onBehalfOf: { userId: 'u-1' }, sessionContext: { sourceIdentity: 'ada' } }, 'arn:session for u-1'],
  [{ type: 'AssumedRole', arn: 'arn:session', sessionContext: { webIdFederationData: { federatedProvider: 'oidc' }, sourceIdentity: 'ada' } }, 'arn:session (oidc) for ada'],
  [{ type: 'AssumedRole', arn: 'arn:session', sessionContext: { webIdFederationData: { federatedProvider: '' }, sourceIdentity: '' } }, 'arn:session'],
  [{ type: 'AssumedRole', principalId: '', sessionContext: { sessionIssuer: { arn: 'arn:role' } } }, 'arn:role'],
  [{ type: 'AssumedRole', principalId: 'AROA:s', sessionContext: { sessionIssuer: { arn: '' } } }, 'AssumedRole AROA:s'],
  [{ type: 'AssumedRole', sessionContext: { sessionIssuer: { arn: '' } } }, 'AssumedRole'],
  [{ type: 'FederatedUser', arn: 'arn:fed', sessionContext: { sessionIssuer: { arn: '' } } }, 'arn:fed'],
  [{ type: 'IAMUser', userName: '', principalId: 'AIDA', accountId: '' }, 'IAMUser AIDA'],
  [{ type: 'SAMLUser', userName: 'ada', identityProvider: '', accountId: ACCOUNT }, `SAMLUser ada (${ACCOUNT})`],
  [{ type: '', invokedBy: 'a.amazonaws.com' }, 'a.amazonaws.com'],
  [{ type: 'Unknown', userName: '', principalId: ACCOUNT, accountId: ACCOUNT, invokedBy: 'b.amazonaws.com' }, 'b.amazonaws.com'],
  [{ type: 'Unknown', principalId: '', accountId: ACCOUNT, invokedBy: 'c.amazonaws.com' }, 'c.amazonaws.com'],
  [{ type: 'Unknown', userName: 'ada', invokedBy: 'd.amazonaws.com' }, 'Unknown ada'],
  [{ type: 'Unknown', principalId: 'AIDA', invokedBy: 'e.amazonaws.com' }, 'Unknown AIDA'],
  [{ type: 'Unknown', userName: 'eve', principalId: 'Anonymous' }, 'Unknown eve'],
  [{ type: 'Unknown', userName: '', principalId: 'Anonymous', accountId: ACCOUNT }, 'anonymous'],
  [{ type: 'AWSAccount', principalId: 'AROA', accountId: 'anonymous' }, 'AWSAccount AROA (anonymous)'],
  [{ type: 'AWSAccount', principalId: '', accountId: '' }, 'anonymous'],
  [{ accountId: ACCOUNT, invokedBy: '' }, `unknown (${ACCOUNT})`],
  [{ type: '', userName: 'ada' }, 'unknown ada'],
  [{}, 'unknown'],
];

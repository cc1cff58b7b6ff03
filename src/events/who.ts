// Who did something, by what CloudTrail says of the identity: one SQL expression and one set of fields for everything that asks. A field that
// is empty counts as absent. docs/who.md has the same as a table.

/** The SQL that reads a field of `userIdentity`, null where it is absent or empty. */
export type IdentityField = (path: string) => string;

/** A field of a record that stands as JSON text in the column `detail`. */
export const inDetail = (path: string): string => `nullif(json_extract_scalar(detail, '$.${path}'), '')`;

const IN_USER_IDENTITY: IdentityField = path => inDetail(`userIdentity.${path}`);

/** A field of the column of the table over a trail's log files. */
const IN_COLUMN: IdentityField = path => `nullif(useridentity.${path.toLowerCase()}, '')`;

/** Who did it, of an archived event. */
export const WHO = whoSql(IN_USER_IDENTITY);

/** Who did it, of a record in a trail's log file. */
export const WHO_LOGGED = whoSql(IN_COLUMN);

/**
 * Whether an AWS service did it as itself or by its service-linked role: `yes` or `no`. What a service does with somebody's rights is that
 * somebody's, whatever `invokedBy` says.
 */
export const BY_AWS_SERVICE = `CASE
    WHEN ${IN_USER_IDENTITY('type')} = 'AWSService' THEN 'yes'
    WHEN ${IN_USER_IDENTITY('type')} IS NULL AND ${IN_USER_IDENTITY('invokedBy')} IS NOT NULL THEN 'yes'
    WHEN ${IN_USER_IDENTITY('sessionContext.sessionIssuer.arn')} LIKE '%:role/aws-service-role/%' THEN 'yes'
    ELSE 'no'
  END`;

/**
 * The same for what cannot choose between fields, such as EventBridge's input transformer: side by side they name somebody, whatever the
 * kind of identity. Paths into an event, by what each says.
 */
export const WHO_FIELDS: { readonly [name: string]: string } = {
  who: '$.detail.userIdentity.arn',
  identity: '$.detail.userIdentity.type',
  userName: '$.detail.userIdentity.userName',
  principalId: '$.detail.userIdentity.principalId',
  identityAccount: '$.detail.userIdentity.accountId',
  identityProvider: '$.detail.userIdentity.identityProvider',
  federatedProvider: '$.detail.userIdentity.sessionContext.webIdFederationData.federatedProvider',
  sessionIssuer: '$.detail.userIdentity.sessionContext.sessionIssuer.arn',
  sourceIdentity: '$.detail.userIdentity.sessionContext.sourceIdentity',
  onBehalfOf: '$.detail.userIdentity.onBehalfOf.userId',
  invokedBy: '$.detail.userIdentity.invokedBy',
  accessKeyId: '$.detail.userIdentity.accessKeyId',
};

/**
 * One text for every kind of identity: the ARN, a session's with the session; without one, the type and a name. So no name that somebody
 * chose, such as that of a SAML assertion, can pass for an ARN.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
 */
function whoSql(field: IdentityField): string {
  const [type, arn, account, invokedBy, userName] = ['type', 'arn', 'accountId', 'invokedBy', 'userName'].map(field);
  const issuer = field('sessionContext.sessionIssuer.arn');
  const person = field('onBehalfOf.userId');
  // Of a sign-in it is the number of the account, which names nobody.
  const principal = `nullif(${field('principalId')}, ${account})`;
  const provider = `CASE WHEN ${type} = 'FederatedUser' THEN ${issuer} ELSE ${field('sessionContext.webIdFederationData.federatedProvider')} END`;
  return `coalesce(
    CASE WHEN ${type} = 'IdentityCenterUser' OR ${arn} IS NULL THEN 'IdentityCenterUser ' || ${person} END,
    coalesce(${arn}, ${issuer} || ' ' || ${principal}, ${issuer})
      || coalesce(' (' || ${provider} || ')', '')
      || coalesce(' for ' || coalesce(${person}, ${field('sessionContext.sourceIdentity')}), ''),
    CASE WHEN coalesce(${type}, 'Unknown') IN ('AWSService', 'Unknown') AND coalesce(${userName}, ${principal}) IS NULL THEN ${invokedBy} END,
    CASE WHEN lower(coalesce(${userName}, ${principal}, ${account}, CASE WHEN ${type} = 'AWSAccount' THEN 'anonymous' END)) IN ('anonymous', 'anonymous_principal')
      THEN 'anonymous' END,
    coalesce(${type}, 'unknown')
      || coalesce(' ' || coalesce(${userName}, ${principal}), '')
      || coalesce(' (' || coalesce(${field('identityProvider')}, ${account}) || ')', '')
  )`;
}

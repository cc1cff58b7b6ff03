// Who did something, by what CloudTrail says of the identity: one SQL expression and one set of fields for everything that asks. A field that
// is empty counts as absent. docs/who.md has the same as a table.

/** The SQL that reads a field of `userIdentity`. */
type IdentityField = (path: string) => string;

/** A field of a record that stands as JSON text in the column `detail`. */
export const inDetail = (path: string): string => `json_extract_scalar(detail, '$.${path}')`;

/** The same, null where it is empty. */
export const givenInDetail = (path: string): string => orNull(inDetail(path));

const IN_USER_IDENTITY: IdentityField = path => inDetail(`userIdentity.${path}`);

/** A field of the column of the table over a trail's log files. */
const IN_COLUMN: IdentityField = path => `useridentity.${path.toLowerCase()}`;

const ISSUER = 'sessionContext.sessionIssuer.arn';

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
    WHEN ${orNull(IN_USER_IDENTITY('type'))} IS NULL AND ${orNull(IN_USER_IDENTITY('invokedBy'))} IS NOT NULL THEN 'yes'
    WHEN ${IN_USER_IDENTITY(ISSUER)} LIKE '%:role/aws-service-role/%' THEN 'yes'
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
  const given = (path: string) => orNull(field(path));
  // The principal of some sign-ins is the number of the account, which names nobody.
  const name = `coalesce(${given('userName')}, nullif(${given('principalId')}, ${field('accountId')}))`;
  const federated = `CASE WHEN ${field('type')} = 'FederatedUser' THEN ${field(ISSUER)} ELSE ${field('sessionContext.webIdFederationData.federatedProvider')} END`;
  return `coalesce(
    CASE WHEN ${field('type')} = 'IdentityCenterUser' OR ${given('arn')} IS NULL THEN 'IdentityCenterUser ' || ${given('onBehalfOf.userId')} END,
    coalesce(${given('arn')}, ${given(ISSUER)} || ' ' || ${given('principalId')}, ${given(ISSUER)})
      || coalesce(' (' || ${orNull(federated)} || ')', '')
      || coalesce(' for ' || coalesce(${given('onBehalfOf.userId')}, ${given('sessionContext.sourceIdentity')}), ''),
    CASE WHEN coalesce(${given('type')}, 'Unknown') IN ('AWSService', 'Unknown') AND ${name} IS NULL THEN ${given('invokedBy')} END,
    CASE WHEN lower(coalesce(${given('userName')}, ${given('principalId')}, ${given('accountId')}, CASE WHEN ${field('type')} = 'AWSAccount' THEN 'anonymous' END))
      IN ('anonymous', 'anonymous_principal') THEN 'anonymous' END,
    coalesce(${given('type')}, 'unknown')
      || coalesce(' ' || ${name}, '')
      || coalesce(' (' || coalesce(${given('identityProvider')}, ${given('accountId')}) || ')', '')
  )`;
}

function orNull(text: string): string {
  return `nullif(${text}, '')`;
}

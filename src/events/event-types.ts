// The detail types that the library knows by itself.

/** The detail type of an API call. */
export const API_CALL = 'AWS API Call via CloudTrail';

/** The detail types of a console sign-in. EventBridge's guide has the second, the events themselves mostly the first. */
export const SIGN_INS: readonly string[] = ['AWS Console Sign In via CloudTrail', 'AWS Console Signin via CloudTrail'];

/** The detail type of what a service does by itself, and of sign-ins to IAM Identity Center. */
export const SERVICE_EVENT = 'AWS Service Event via CloudTrail';

/** The detail type of what CloudTrail finds unusual. */
export const INSIGHT = 'AWS Insight via CloudTrail';

/** The detail type of a call through a VPC endpoint. */
export const NETWORK_ACTIVITY = 'AWS Network Activity Event via CloudTrail';

/**
 * The detail types that CloudTrail sends to EventBridge; both spellings of the sign-in are in use. The list only ever grows: a value
 * that left it would hide the objects in its partition.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
export const CLOUDTRAIL_DETAIL_TYPES: readonly string[] = [
  API_CALL,
  ...SIGN_INS,
  'AWS Console Action via CloudTrail',
  SERVICE_EVENT,
  INSIGHT,
  NETWORK_ACTIVITY,
];

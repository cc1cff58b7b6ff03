// The detail types that the library knows by itself.

/** The detail type of an API call. */
export const API_CALL = 'AWS API Call via CloudTrail';

/**
 * The detail types that CloudTrail sends to EventBridge; both spellings of the sign-in are in use. The list only ever grows: a value
 * that left it would hide the objects in its partition.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
export const CLOUDTRAIL_DETAIL_TYPES: readonly string[] = [
  API_CALL,
  'AWS Console Sign In via CloudTrail',
  'AWS Console Signin via CloudTrail',
  'AWS Console Action via CloudTrail',
  'AWS Service Event via CloudTrail',
  'AWS Insight via CloudTrail',
  'AWS Network Activity Event via CloudTrail',
];

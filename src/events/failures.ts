// What a failed call is, by what CloudTrail records of it.

import { givenInDetail, inDetail } from './who';

/** The `errorCode` that some services record with a call that succeeded, one by one: a pattern has no other way to leave them out. */
export const CODES_OF_SUCCESS: readonly string[] = ['', '200', '201', '202', '204'];

/** The same and what may come. */
const SUCCESS = '2[0-9][0-9]';

/** What says that a call would have succeeded: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonParameters.html and KMS's DryRun. */
const DRY_RUN = '(Client[.])?DryRunOperation(Exception)?';

/** The error of an archived call, null or empty without one. There is a message without a code, but not where something succeeded. */
export const ERROR = `coalesce(${givenInDetail('errorCode')}, ${inDetail('errorMessage')})`;

/** Whether an archived call failed. */
export const IS_FAILURE = `NOT regexp_like(${ERROR}, '^(${SUCCESS}|${DRY_RUN})?$')`;

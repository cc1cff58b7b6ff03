// What the patterns of the vocabulary can be narrowed by.

/** Which API calls. Without any of it: all that CloudTrail sends to EventBridge. What is given holds at once. */
export interface CloudTrailApiCallOptions {
  /**
   * The services, each by the name that CloudTrail's `eventSource` begins with. That is `s3` for `s3.amazonaws.com`; CloudWatch is
   * `monitoring` there. An empty list fails at synthesis, and so does a name with a dot.
   *
   * @default - calls of every service
   */
  readonly services?: string[];

  /**
   * The names of the calls, such as `CreateBucket`. Those of some services end with a version, such as Lambda's
   * `UpdateEventSourceMapping20150331`: give these by `eventNamePrefixes`.
   *
   * @default - calls of every name
   */
  readonly eventNames?: string[];

  /**
   * What the names of calls may begin with, beside those in `eventNames`. With a prefix of a call by which the archive itself delivers,
   * such as `Put`, the archive's own deliveries cannot be left out of the pattern, and there is a warning.
   *
   * @default - none
   */
  readonly eventNamePrefixes?: string[];

  /**
   * The event sources to leave out, whole as CloudTrail records them. An example is `sts.amazonaws.com`. What does not end with
   * `.amazonaws.com`, such as `sts` or `aws.sts`, fails at synthesis, because it would leave out nothing. It does not go with `services`,
   * beside which it would widen the pattern: that fails too.
   *
   * @default - none
   */
  readonly excludeEventSources?: string[];

  /**
   * Whether to leave out the calls that AWS services make as themselves (an identity of the type `AWSService`). What a service does with
   * somebody's rights stays in, such as what CloudFormation creates for a user.
   *
   * @default false
   */
  readonly excludeCallsByAwsServices?: boolean;

  /**
   * Whether to keep only calls that failed, those with an `errorCode`. Some services put their errors into `responseElements`, where this
   * does not look. An empty code is none, and neither is `200` or another code of success. A dry run of EC2 has a code
   * (`Client.DryRunOperation`) and stays in, though the saved queries count no failure.
   *
   * @default false
   */
  readonly onlyErrors?: boolean;

  /**
   * Whether to leave out the calls that CloudTrail marks as read-only. A call without the mark stays in. EventBridge holds most reads back
   * anyway, unless `includeReadOnlyApiCalls` is set, but not those of data, nor those of other names than `Get…`, `List…` and `Describe…`.
   *
   * @default false
   */
  readonly onlyWrites?: boolean;
}

/** Which sign-ins. Without any of it: all that is recorded of signing in. What is given holds at once. */
export interface ConsoleSignInOptions {
  /**
   * Whether to keep only sign-ins that failed, for whatever reason.
   *
   * @default false
   */
  readonly onlyFailures?: boolean;

  /**
   * Whether to keep only sign-ins, successful or not, without a second factor. Federated sign-ins always say that there was none, whatever
   * the identity provider asked for.
   *
   * @default false
   */
  readonly withoutMfa?: boolean;
}

/** Which events of sign-ins to IAM Identity Center. Without any of it: all of each sign-in. */
export interface IdentityCenterSignInOptions {
  /**
   * Whether to keep only credentials that were not right, such as a wrong password. A sign-in that fails has no other end.
   *
   * @default false
   */
  readonly onlyFailures?: boolean;
}

/** Which findings of GuardDuty. */
export interface GuardDutyFindingOptions {
  /**
   * The least severity. Medium begins at 4, high at 7, critical at 9. GuardDuty's scale is from 0.1 to 10: another number fails at
   * synthesis.
   *
   * @default - findings of every severity
   * @see https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html
   */
  readonly minSeverity?: number;
}

/** A pattern of your own. At least one of the props is to be given. What is given holds at once. */
export interface CustomEventOptions {
  /**
   * The source, such as `aws.ssm`, or what your application calls itself.
   *
   * @default - any source
   */
  readonly source?: string;

  /**
   * The detail types, of which an event has one.
   *
   * @default - any detail type
   */
  readonly detailTypes?: string[];

  /**
   * Conditions on the event itself, by the field's name: a list of values or operators for each, as EventBridge takes them.
   *
   * @default - any detail
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
   */
  readonly detail?: { [field: string]: any };
}

/** Which controls of the CIS AWS Foundations Benchmark. */
export interface CisFoundationsOptions {
  /**
   * The controls by their ids. `3.n` (v1.2), `4.n` (v1.4 to v5) and `5.n` (v6 and v7) are the same control, for n from 1 to 15, but `3.n`
   * only to 14. Another id, or an empty list, fails at synthesis.
   *
   * @default - all 15
   */
  readonly controls?: string[];
}

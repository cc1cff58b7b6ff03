// The vocabulary of what an auditor asks for: patterns of events, and nothing else.

import type { EventPattern } from 'aws-cdk-lib/aws-events';
import type {
  CisFoundationsOptions, CloudTrailApiCallOptions, ConsoleSignInOptions, CustomEventOptions, GuardDutyFindingOptions, IdentityCenterSignInOptions,
} from './audit-event-options';
import { checkedEventSources, checkedServices, eventNames, given } from './audit-event-values';
import {
  BUCKET_POLICY_CHANGES, CONFIG_CHANGES, IAM_POLICY_CHANGES, KEY_DISABLING_AND_DELETION, NETWORK_ACL_CHANGES, NETWORK_GATEWAY_CHANGES,
  ORGANIZATIONS_CHANGES, ROOT_ACTIVITY, ROUTE_TABLE_CHANGES, SECURITY_GROUP_CHANGES, SIGN_IN_FAILURES, SIGN_INS_WITHOUT_MFA, TRAIL_CHANGES,
  UNAUTHORIZED_API_CALLS, VPC_CHANGES,
} from './cis-controls';
import { patternOf, patternOfCalls, patternsOf } from './cis-foundations';
import {
  anythingBut, apiCalls, callsOf, CREDENTIAL_VERIFICATION, failedLogin, IDENTITY_CENTER_SIGN_IN, identityCenterSignIns, loginWithoutMfa, ofServices,
  records, signIns,
} from './cloudtrail-patterns';
import { INSIGHT } from './event-types';
import { CODES_OF_SUCCESS } from './failures';
import { EVERYTHING, toEventPattern } from './patterns';
import { invalid, isKnown, show } from '../private/validate';

/**
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html
 */
const INSTANCE_STATES: readonly string[] = ['pending', 'running', 'stopping', 'stopped', 'shutting-down', 'terminated'];

/** The severities of GuardDuty's findings. */
const LEAST_SEVERITY = 0.1;
const GREATEST_SEVERITY = 10;

/**
 * @see https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-s3.html
 */
const OBJECT_EVENTS: readonly string[] = [
  'Object Created', 'Object Deleted', 'Object Restore Initiated', 'Object Restore Completed', 'Object Restore Expired', 'Object Tags Added',
  'Object Tags Deleted', 'Object ACL Updated', 'Object Storage Class Changed', 'Object Access Tier Changed',
];

/**
 * Patterns of the events that auditors ask for, to be given as `eventPatterns`, or to anything else that takes a pattern. Each documents
 * where its events come from.
 *
 * What CloudTrail records reaches only the default bus, as best effort, only where a trail logs events of that category, and never over 256
 * KB. Calls of IAM, Organizations, Route 53 and Account Management appear in us-east-1 alone, and so does root's sign-in. The read-only
 * management calls (`Get…`, `List…`, `Describe…`) match no pattern unless `includeReadOnlyApiCalls` is set. An event that several patterns
 * match is archived for each.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 *
 * @example
 * import { AuditEvents, EventAuditArchive } from 'cdk-event-audit-archive';
 *
 * new EventAuditArchive(this, 'Audit', {
 *   eventPatterns: [
 *     AuditEvents.cloudTrailApiCalls({ excludeEventSources: ['sts.amazonaws.com'], excludeCallsByAwsServices: true }),
 *     AuditEvents.consoleSignIns(),
 *     AuditEvents.guardDutyFindings({ minSeverity: 4 }),
 *   ],
 * });
 */
export class AuditEvents {
  /** Every event on the bus, which is what an archive without patterns takes. */
  public static everything(): EventPattern {
    return toEventPattern(EVERYTHING);
  }

  /**
   * Every event of some sources: AWS services or applications of yours. Of an AWS service, such as `aws.ec2`, that is what it sends itself
   * and its API calls by CloudTrail. No source, or an empty one, fails at synthesis.
   *
   * @param sources the sources, of which an event has one
   */
  public static fromSources(...sources: string[]): EventPattern {
    return { source: given('AuditEvents.fromSources sources', sources, '"aws.ec2"') };
  }

  /**
   * Every event of some detail types, of whichever source. No detail type, or an empty one, fails at synthesis.
   *
   * @param detailTypes the detail types, of which an event has one
   */
  public static detailTypes(...detailTypes: string[]): EventPattern {
    return { detailType: given('AuditEvents.detailTypes detailTypes', detailTypes, '"Parameter Store Change"') };
  }

  /**
   * API calls as CloudTrail records them (`AWS API Call via CloudTrail`), those that failed included. Management calls need a trail, calls
   * on data (an object of S3, an invocation of Lambda) one that asks for them, at a cost: EventBridge bills these too.
   *
   * The options fail at synthesis when a list is empty or has an empty string.
   *
   * @param options which calls
   *
   * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
   *
   * @example
   * import { AuditEvents } from 'cdk-event-audit-archive';
   *
   * const whatUsersChange = AuditEvents.cloudTrailApiCalls({ services: ['iam', 's3'], onlyWrites: true, excludeCallsByAwsServices: true });
   */
  public static cloudTrailApiCalls(options: CloudTrailApiCallOptions = {}): EventPattern {
    const method = 'AuditEvents.cloudTrailApiCalls';
    const { services, excludeEventSources, excludeCallsByAwsServices, onlyErrors, onlyWrites } = options;
    if (services && excludeEventSources) {
      invalid(`${method} excludeEventSources`, `${show(excludeEventSources)} beside services`, 'name the services to take, or the event sources to leave out');
    }
    const eventName = eventNames(method, options);
    return apiCalls({
      ...services && ofServices(checkedServices(`${method} services`, services)),
      ...excludeEventSources && { eventSource: anythingBut(checkedEventSources(`${method} excludeEventSources`, excludeEventSources)) },
      ...eventName && { eventName },
      // Never by `invokedBy`: that is there too when a service acts with somebody's rights.
      ...excludeCallsByAwsServices && { userIdentity: { type: anythingBut(['AWSService']) } },
      ...onlyErrors && { errorCode: [{ 'anything-but': [...CODES_OF_SUCCESS] }] },
      // The field is optional, and `anything-but` takes no booleans.
      ...onlyWrites && { readOnly: [false, { exists: false }] },
    }, services);
  }

  /**
   * What CloudTrail Insights finds unusual (`AWS Insight via CloudTrail`): rates of calls and of errors. It needs a trail with Insights on,
   * which CloudTrail bills by the events that it analyzes. Each comes twice, at the start and at the end (`detail.insightDetails.state`).
   *
   * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-insights-events-with-cloudtrail.html
   */
  public static cloudTrailInsights(): EventPattern {
    return { detailType: [INSIGHT] };
  }

  /**
   * Sign-ins to the AWS Management Console under both spellings of their detail type, which AWS's own documents differ in. Without options,
   * all that is recorded of signing in, such as a second factor that is asked for. It needs a trail that logs management events. Root
   * appears in us-east-1, others there or in the Region of the endpoint where they signed in.
   *
   * `onlyFailures` has failed sign-ins of root, IAM users and federated users. Sign-ins to IAM Identity Center, failed ones too, are in
   * `identityCenterSignIns`; the console that a person opens there is a sign-in of a role here.
   *
   * @param options which sign-ins
   *
   * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
   */
  public static consoleSignIns(options: ConsoleSignInOptions = {}): EventPattern {
    return signIns({ ...options.onlyFailures && failedLogin(), ...options.withoutMfa && loginWithoutMfa() });
  }

  /**
   * Sign-ins to IAM Identity Center, each a sequence of events (`CredentialChallenge`, `CredentialVerification`, `UserAuthentication`), and those
   * of WorkSpaces users, which are recorded alike. They are service events, so `consoleSignIns` has none of them.
   *
   * It needs a trail that logs management events, in the account and the Region of Identity Center. With an external identity provider there is
   * `UserAuthentication` alone: what failed at the provider is recorded there. The archive's saved query *Sign-ins* makes a row of each sequence.
   *
   * @param options which events
   *
   * @see https://docs.aws.amazon.com/singlesignon/latest/userguide/understanding-sign-in-events.html
   */
  public static identityCenterSignIns(options: IdentityCenterSignInOptions = {}): EventPattern {
    return options.onlyFailures
      ? identityCenterSignIns([CREDENTIAL_VERIFICATION], { serviceEventDetails: { [CREDENTIAL_VERIFICATION]: ['Failure'] } })
      : identityCenterSignIns(IDENTITY_CENTER_SIGN_IN);
  }

  /**
   * Whatever the account's root user does: calls, sign-ins, failed ones too, and actions in the console, in every record that CloudTrail
   * has. It includes what an AWS service does with root's rights, which `cisRootActivity` leaves out. It needs a trail. Sign-ins and calls
   * of global services appear in us-east-1 only.
   */
  public static rootActivity(): EventPattern {
    return records({ userIdentity: { type: ['Root'] } });
  }

  /**
   * EC2 instances that enter a state (`EC2 Instance State-change Notification`), in the Region where they are, without a trail. The event
   * does not say who did it: that is in the API call. An unknown state, or an empty list, fails at synthesis.
   *
   * @param states of `pending`, `running`, `stopping`, `stopped`, `shutting-down` and `terminated`, all by default
   *
   * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html
   */
  public static ec2StateChanges(states?: string[]): EventPattern {
    const pattern = { source: ['aws.ec2'], detailType: ['EC2 Instance State-change Notification'] };
    if (!states) return pattern;
    const state = given('AuditEvents.ec2StateChanges states', states, '"stopped"', text => INSTANCE_STATES.includes(text)
      ? undefined
      : `the states are ${INSTANCE_STATES.join(', ')}`);
    return { ...pattern, detail: { state } };
  }

  /**
   * Parameters that are created, updated, deleted or labelled (`Parameter Store Change`), without a trail. The event has the parameter's
   * name and no value, and does not say who did it.
   *
   * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-cwe.html
   */
  public static parameterStoreChanges(): EventPattern {
    return { source: ['aws.ssm'], detailType: ['Parameter Store Change'] };
  }

  /**
   * Calls that create an S3 bucket, a directory bucket included, and attempts at it, which have an `errorCode`. It needs a trail that logs
   * management events; they appear in the Region where the bucket is made.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html
   */
  public static s3BucketCreations(): EventPattern {
    return callsOf(['s3', 's3express'], ['CreateBucket']);
  }

  /**
   * What S3 itself says of objects: created, deleted (also by lifecycle rules, of which CloudTrail has nothing), restored, tagged, moved to
   * another class, their ACL updated. It needs no trail, but a bucket that sends its notifications to EventBridge. EventBridge bills each.
   * Never turn that on for the archive's own bucket.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html
   */
  public static s3ObjectEvents(): EventPattern {
    return { source: ['aws.s3'], detailType: [...OBJECT_EVENTS] };
  }

  /**
   * Calls that create, change or delete what feeds a Lambda function from a queue or a stream. One that disables it has
   * `detail.requestParameters.enabled` false. It needs a trail that logs management events.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/logging-using-cloudtrail.html
   */
  public static lambdaEventSourceMappingChanges(): EventPattern {
    const prefixes = ['CreateEventSourceMapping', 'UpdateEventSourceMapping', 'DeleteEventSourceMapping'];
    // The names end with the version of the API: UpdateEventSourceMapping20150331.
    return callsOf(['lambda'], prefixes.map(prefix => ({ prefix })));
  }

  /**
   * Calls that create, change, tag or delete an Amazon Data Firehose stream, or turn its encryption on or off. It needs a trail that logs
   * management events. The calls that only describe or list streams are left out, and so are deliveries of records.
   *
   * @see https://docs.aws.amazon.com/firehose/latest/dev/monitoring-using-cloudtrail.html
   */
  public static deliveryStreamChanges(): EventPattern {
    return callsOf(['firehose'], [
      'CreateDeliveryStream', 'UpdateDestination', 'DeleteDeliveryStream', 'StartDeliveryStreamEncryption', 'StopDeliveryStreamEncryption',
      'TagDeliveryStream', 'UntagDeliveryStream',
    ]);
  }

  /**
   * Findings of GuardDuty, new ones and further occurrences (`GuardDuty Finding`), in the Region of the finding, without a trail. An
   * account that administers GuardDuty for others gets theirs too.
   *
   * @param options which findings
   *
   * @see https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html
   */
  public static guardDutyFindings(options: GuardDutyFindingOptions = {}): EventPattern {
    const { minSeverity } = options;
    const pattern = { source: ['aws.guardduty'], detailType: ['GuardDuty Finding'] };
    if (minSeverity === undefined) return pattern;
    const isSeverity = typeof minSeverity === 'number' && minSeverity >= LEAST_SEVERITY && minSeverity <= GREATEST_SEVERITY;
    if (isKnown(minSeverity) && !isSeverity) {
      const got = typeof minSeverity === 'number' ? String(minSeverity) : show(minSeverity);
      invalid('AuditEvents.guardDutyFindings minSeverity', got, `GuardDuty's severities are numbers from ${LEAST_SEVERITY} to ${GREATEST_SEVERITY}`);
    }
    return { ...pattern, detail: { severity: [{ numeric: ['>=', minSeverity] }] } };
  }

  /**
   * Findings that Security Hub takes in or updates, one an event, without a trail. Those of Security Hub CSPM are in the format ASFF
   * (`Security Hub Findings - Imported`), those of Security Hub in OCSF (`Findings Imported V2`). Where both are on, one finding can come
   * in both formats. Updates are frequent: it can be many.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-securityhub.html
   */
  public static securityHubFindings(): EventPattern {
    return { source: ['aws.securityhub'], detailType: ['Security Hub Findings - Imported', 'Findings Imported V2'] };
  }

  /**
   * Changes that AWS Config sees, in the Regions where it records, without a trail: of a resource's configuration, and of its compliance
   * with a rule. The configuration before and after is in the event, which can make it large.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-config.html
   */
  public static configChanges(): EventPattern {
    return { source: ['aws.config'], detailType: ['Config Configuration Item Change', 'Config Rules Compliance Change'] };
  }

  /**
   * What AWS Health says about AWS services and the account's own resources, reports of abuse included, without a trail. AWS may send the
   * same to a second Region as a backup: `detail.communicationId` tells which are the same.
   *
   * @see https://docs.aws.amazon.com/health/latest/ug/cloudwatch-events-health.html
   */
  public static healthEvents(): EventPattern {
    return { source: ['aws.health'], detailType: ['AWS Health Event', 'AWS Health Abuse Event'] };
  }

  /**
   * Findings of IAM Access Analyzer: access from outside, access from within, and access that nobody uses, in the Region of the analyzer,
   * without a trail. They need an analyzer of that kind; the latter two are billed.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-access-analyzer.html
   */
  public static accessAnalyzerFindings(): EventPattern {
    return {
      source: ['aws.access-analyzer'],
      detailType: ['Access Analyzer Finding', 'Internal Access Finding', 'Unused Access Finding for IAM entities'],
    };
  }

  /**
   * Events by what you name, for what this class has no word for. Nothing at all, an empty list, string or object fails at synthesis.
   *
   * @param options which events
   *
   * @example
   * import { AuditEvents } from 'cdk-event-audit-archive';
   *
   * const failedDeployments = AuditEvents.custom({
   *   source: 'aws.codepipeline',
   *   detailTypes: ['CodePipeline Pipeline Execution State Change'],
   *   detail: { 'state': ['FAILED'] },
   * });
   */
  public static custom(options: CustomEventOptions): EventPattern {
    const { source, detailTypes, detail } = options;
    if (source === undefined && !detailTypes && !detail) {
      invalid('AuditEvents.custom', 'neither source nor detailTypes nor detail', 'give at least one, or use AuditEvents.everything');
    }
    if (source === '') invalid('AuditEvents.custom source', show(source), 'a source has a name, such as "aws.ssm"');
    if (detail && isKnown(detail) && Object.keys(detail).length === 0) {
      invalid('AuditEvents.custom detail', show(detail), 'give a condition on at least one field, or leave the prop out');
    }
    return {
      ...source !== undefined && { source: [source] },
      ...detailTypes && { detailType: given('AuditEvents.custom detailTypes', detailTypes, '"Parameter Store Change"') },
      ...detail && { detail },
    };
  }

  /**
   * The monitoring controls of the CIS AWS Foundations Benchmark, 15 of them, in as few patterns as EventBridge's default quota allows.
   * That is six for all. What each asks for is said at its own method (`cisUnauthorizedApiCalls` and so on), and where that is stricter
   * than the benchmark.
   *
   * They need a trail that logs management events in all Regions. Controls 2, 3, 4, 6 and 15 show something in us-east-1 only, or mostly; 1
   * and 3 miss the read-only calls unless `includeReadOnlyApiCalls` is set. An event that two of the patterns match, such as a call by root
   * that is refused, is archived twice. The 16th, that Security Hub is on, is nothing that events tell.
   *
   * @param options which controls
   *
   * @see https://www.cisecurity.org/benchmark/amazon_web_services
   * @see https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html
   *
   * @example
   * import { AuditEvents, EventAuditArchive } from 'cdk-event-audit-archive';
   *
   * new EventAuditArchive(this, 'Audit', { eventPatterns: AuditEvents.cisFoundations() });
   */
  public static cisFoundations(options: CisFoundationsOptions = {}): EventPattern[] {
    return patternsOf('AuditEvents.cisFoundations controls', options.controls);
  }

  /**
   * Calls that were refused for want of a permission. It is control 3.1, 4.1 or 5.1, by the benchmark's version. Refused reads need
   * `includeReadOnlyApiCalls`.
   *
   * Stricter than the benchmark: every `errorCode` that ends with `UnauthorizedOperation` or has `AccessDenied` in it, so that
   * `VpceAccessDenied` counts too, in every record of CloudTrail, and without the exceptions of its later versions (`HeadBucket`, and the
   * delivery of logs). `VpceAccessDenied` needs a trail that logs network activity.
   */
  public static cisUnauthorizedApiCalls(): EventPattern {
    return patternOf(UNAUTHORIZED_API_CALLS);
  }

  /**
   * Console sign-ins without a second factor. It is control 3.2, 4.2 or 5.2, by the benchmark's version.
   *
   * Stricter than the benchmark: a sign-in that says nothing about a second factor counts, and so do both spellings of the detail type;
   * `YES` counts as `Yes`. Federated sign-ins always say that there was none; the benchmark's variant for single sign-on, which leaves them
   * out, is not used.
   */
  public static cisSignInsWithoutMfa(): EventPattern {
    return patternOf(SIGN_INS_WITHOUT_MFA);
  }

  /**
   * Use of the root user, failed sign-ins included. It is control 3.3, 4.3 or 5.3, by the benchmark's version. What an AWS service does for
   * root is left out, as there: see `rootActivity`. Root's reads need `includeReadOnlyApiCalls`.
   */
  public static cisRootActivity(): EventPattern {
    return patternOf(ROOT_ACTIVITY);
  }

  /**
   * Changes of IAM policies. It is control 3.4, 4.4 or 5.4, by the benchmark's version. They appear in us-east-1 only.
   *
   * Stricter than the benchmark: `SetDefaultPolicyVersion`, `UpdateAssumeRolePolicy` and the calls for permissions boundaries too.
   */
  public static cisIamPolicyChanges(): EventPattern {
    return patternOfCalls(IAM_POLICY_CHANGES);
  }

  /**
   * Changes of CloudTrail's own configuration. It is control 3.5, 4.5 or 5.5, by the benchmark's version.
   *
   * Stricter than the benchmark: `PutEventSelectors` and `PutInsightSelectors` too, by which a trail logs less and is not stopped.
   */
  public static cisTrailChanges(): EventPattern {
    return patternOfCalls(TRAIL_CHANGES);
  }

  /**
   * Console sign-ins that failed. It is control 3.6, 4.6 or 5.6, by the benchmark's version.
   *
   * Stricter than the benchmark: any failure, not only one with the message `Failed authentication`, and both spellings of the detail type.
   */
  public static cisSignInFailures(): EventPattern {
    return patternOf(SIGN_IN_FAILURES);
  }

  /**
   * Customer managed keys that are disabled or scheduled for deletion. It is control 3.7, 4.7 or 5.7, by the benchmark's version. The
   * deletion itself, days later, is no call by anybody, and not in it.
   *
   * Stricter than the benchmark: `DeleteImportedKeyMaterial` too, after which a key is of no use at once.
   */
  public static cisKeyDisablingAndDeletion(): EventPattern {
    return patternOfCalls(KEY_DISABLING_AND_DELETION);
  }

  /**
   * Changes of the ACL, policy, CORS, lifecycle or replication of S3 buckets. It is control 3.8, 4.8 or 5.8, by the benchmark's version.
   * Directory buckets, whose calls are those of the service `s3express`, are not in it.
   *
   * Stricter than the benchmark: public access blocks, versioning, Object Lock and default encryption too.
   */
  public static cisBucketPolicyChanges(): EventPattern {
    return patternOfCalls(BUCKET_POLICY_CHANGES);
  }

  /**
   * Changes of AWS Config's own configuration. It is control 3.9, 4.9 or 5.9, by the benchmark's version.
   *
   * Stricter than the benchmark: `DeleteConfigurationRecorder` too.
   */
  public static cisConfigChanges(): EventPattern {
    return patternOfCalls(CONFIG_CHANGES);
  }

  /**
   * Changes of security groups. It is control 3.10, 4.10 or 5.10, by the benchmark's version. `ModifySecurityGroupRules`, which the
   * benchmark has since v5, is in it.
   */
  public static cisSecurityGroupChanges(): EventPattern {
    return patternOfCalls(SECURITY_GROUP_CHANGES);
  }

  /** Changes of network ACLs. It is control 3.11, 4.11 or 5.11, by the benchmark's version. */
  public static cisNetworkAclChanges(): EventPattern {
    return patternOfCalls(NETWORK_ACL_CHANGES);
  }

  /**
   * Changes of network gateways. It is control 3.12, 4.12 or 5.12, by the benchmark's version.
   *
   * Stricter than the benchmark: NAT, VPN, transit and egress-only internet gateways too.
   */
  public static cisNetworkGatewayChanges(): EventPattern {
    return patternOfCalls(NETWORK_GATEWAY_CHANGES);
  }

  /**
   * Changes of route tables. It is control 3.13, 4.13 or 5.13, by the benchmark's version.
   *
   * Stricter than the benchmark: `AssociateRouteTable` too.
   */
  public static cisRouteTableChanges(): EventPattern {
    return patternOfCalls(ROUTE_TABLE_CHANGES);
  }

  /** Changes of VPCs and their peering. It is control 3.14, 4.14 or 5.14, by the benchmark's version. */
  public static cisVpcChanges(): EventPattern {
    return patternOfCalls(VPC_CHANGES);
  }

  /**
   * Changes of the organization itself. It is control 4.15 or 5.15, by the benchmark's version; v1.2 has none. They appear in us-east-1
   * only, in the management account but for what a member does itself, such as leaving.
   */
  public static cisOrganizationsChanges(): EventPattern {
    return patternOfCalls(ORGANIZATIONS_CHANGES);
  }

  private constructor() {}
}

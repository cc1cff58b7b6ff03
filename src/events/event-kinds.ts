// The kinds of events of which the library knows how they look: what is fixed in each, and what a field of it may hold.

import { CALL_CONTROLS } from './cis-controls';
import { IDENTITY_CENTER_SIGN_IN } from './cloudtrail-patterns';
import { ABSENT, Value } from './conditions';
import { API_CALL, INSIGHT, NETWORK_ACTIVITY, SERVICE_EVENT, SIGN_INS } from './event-types';

/** A kind of event. */
export interface EventKind {
  /** What each such event has, by the path of the field. */
  readonly fixed: { readonly [path: string]: Value };
  /** The fields that hold nothing but one of these values. Any other field may hold anything. */
  readonly closed?: { readonly [path: string]: readonly Value[] };
  /** What a field mostly holds, where that is not left to what patterns suggest. */
  readonly usual?: { readonly [path: string]: readonly Value[] };
  /** The fields and objects that none has. */
  readonly without?: readonly string[];
  /** Whether it is a record of some service, which then stands both in `source` and in `eventSource`. */
  readonly isOfAnyService?: boolean;
}

const IDENTITIES = ['IAMUser', 'AssumedRole', 'Root', 'FederatedUser', 'AWSService', 'AWSAccount', 'SAMLUser', 'WebIdentityUser', 'IdentityCenterUser'];

const API_CALL_FIELDS = {
  'detail.userIdentity.type': IDENTITIES,
  'detail.readOnly': [false, true, ABSENT],
};

const USUAL = { 'detail.errorCode': ['AccessDenied', 'Client.UnauthorizedOperation'] };

/** A call of a service that is not named here: of those that patterns name. */
const ANY_CALL: EventKind = {
  fixed: { 'detail-type': API_CALL, 'detail.eventType': 'AwsApiCall' },
  closed: API_CALL_FIELDS,
  usual: USUAL,
  isOfAnyService: true,
};

/** Calls that there are, by their services, beside those that the CIS controls list. */
const CALLS: { readonly [service: string]: readonly string[] } = {
  s3: ['CreateBucket', 'DeleteBucket', 'PutObject', 'DeleteObject'],
  s3express: ['CreateBucket'],
  lambda: ['CreateEventSourceMapping20150331', 'UpdateEventSourceMapping20150331', 'DeleteEventSourceMapping20150331', 'Invoke'],
  firehose: ['CreateDeliveryStream', 'UpdateDestination', 'DeleteDeliveryStream', 'DescribeDeliveryStream', 'ListDeliveryStreams'],
  sts: ['AssumeRole'],
  ssm: ['PutParameter', 'DeleteParameter'],
  kms: ['Decrypt', 'GenerateDataKey'],
  ec2: ['RunInstances', 'StopInstances', 'TerminateInstances', 'DescribeInstances'],
  iam: ['CreateUser', 'CreateAccessKey', 'CreateRole'],
};

const NAMED_CALLS: EventKind[] = [
  ...Object.entries(CALLS).flatMap(([service, names]) => names.map(name => namedCall(service, name))),
  ...CALL_CONTROLS.flatMap(({ service, listed }) => listed.map(name => namedCall(service, name))),
];

function namedCall(service: string, name: string): EventKind {
  return {
    fixed: { ...ofService(service), ...ANY_CALL.fixed, 'detail.eventName': name },
    closed: API_CALL_FIELDS,
    usual: USUAL,
  };
}

/** The fields in which a record says which service made it. */
export function ofService(service: string): { readonly [path: string]: Value } {
  return { 'source': `aws.${service}`, 'detail.eventSource': `${service}.amazonaws.com` };
}

/** Of a sign-in that fails there is an `errorMessage` and no `errorCode`. */
const SIGN_IN_KINDS: EventKind[] = SIGN_INS.map(type => ({
  fixed: { ...ofService('signin'), 'detail-type': type, 'detail.eventType': 'AwsConsoleSignIn', 'detail.eventName': 'ConsoleLogin' },
  closed: {
    'detail.userIdentity.type': ['IAMUser', 'AssumedRole', 'Root'],
    'detail.responseElements.ConsoleLogin': ['Success', 'Failure'],
    'detail.additionalEventData.MFAUsed': ['No', 'Yes'],
    'detail.readOnly': [false],
  },
  without: ['detail.errorCode', 'detail.requestParameters', 'detail.userIdentity.invokedBy'],
}));

/** A service's own records name no type; those of sign-ins to IAM Identity Center do, and say how each step went. */
const IDENTITY_CENTER_KINDS: EventKind[] = IDENTITY_CENTER_SIGN_IN.map(eventName => ({
  fixed: { ...ofService('signin'), 'detail-type': SERVICE_EVENT, 'detail.eventType': 'AwsServiceEvent', 'detail.eventName': eventName },
  closed: {
    'detail.userIdentity.type': ['IdentityCenterUser', 'Unknown'],
    [`detail.serviceEventDetails.${eventName}`]: ['Success', 'Failure'],
    'detail.readOnly': [false],
  },
  without: ['detail.errorCode', 'detail.requestParameters', 'detail.responseElements', 'detail.userIdentity.invokedBy'],
}));

const OTHER_RECORDS: EventKind[] = [
  {
    fixed: { 'detail-type': SERVICE_EVENT, 'detail.eventType': 'AwsServiceEvent', 'detail.userIdentity.type': ABSENT },
    closed: { 'detail.readOnly': [false] },
    without: ['detail.errorCode', 'detail.requestParameters'],
    isOfAnyService: true,
  },
  {
    fixed: { 'source': 'aws.cloudtrail', 'detail-type': INSIGHT, 'detail.eventType': 'AwsCloudTrailInsight' },
    without: ['detail.userIdentity', 'detail.eventName', 'detail.eventSource', 'detail.errorCode', 'detail.readOnly', 'detail.requestParameters'],
  },
  {
    fixed: { 'detail-type': NETWORK_ACTIVITY, 'detail.eventType': 'AwsVpceEvents' },
    closed: { ...API_CALL_FIELDS, 'detail.errorCode': [ABSENT, 'VpceAccessDenied'] },
    isOfAnyService: true,
  },
];

/** What services send themselves: detail types by their sources. */
const NATIVE: { readonly [source: string]: readonly string[] } = {
  'aws.ec2': ['EC2 Instance State-change Notification'],
  'aws.ssm': ['Parameter Store Change'],
  'aws.s3': ['Object Created', 'Object Deleted'],
  'aws.guardduty': ['GuardDuty Finding'],
  'aws.securityhub': ['Security Hub Findings - Imported', 'Findings Imported V2'],
  'aws.config': ['Config Configuration Item Change', 'Config Rules Compliance Change'],
  'aws.health': ['AWS Health Event', 'AWS Health Abuse Event'],
  'aws.access-analyzer': ['Access Analyzer Finding', 'Internal Access Finding', 'Unused Access Finding for IAM entities'],
};

/** The fields by which CloudTrail's records are told apart, and which no service's own event has. */
export const RECORD_FIELDS: readonly string[] = ['detail.eventSource', 'detail.eventName', 'detail.eventType'];

const NATIVE_KINDS: EventKind[] = Object.entries(NATIVE).flatMap(([source, types]) => types.map(type => ({
  fixed: { 'source': source, 'detail-type': type },
  without: [...RECORD_FIELDS, 'detail.userIdentity', 'detail.errorCode', 'detail.readOnly'],
})));

/** All kinds, those first that tell a reader most. */
export const EVENT_KINDS: readonly EventKind[] = [
  ...NAMED_CALLS, ...SIGN_IN_KINDS, ...IDENTITY_CENTER_KINDS, ...NATIVE_KINDS, ...OTHER_RECORDS, ANY_CALL,
];

// For each pattern of the vocabulary: which of the sample events it must match, said apart from the pattern, and what is nearly such an
// event and must not match. The samples are those that the demo sends; what is near one of them differs in what its name says.

import type { EventPattern } from 'aws-cdk-lib/aws-events';
import { AuditEvents } from '../../src';
import { readEvents } from '../simulator/demo/demo-input';
import type { JsonObject } from '../simulator/engines';

/** Events by what they differ in from a sample. */
export type Variations = { readonly [difference: string]: JsonObject };

/** What a pattern must match, and what it must not. */
export interface AuditEventCase {
  /** The call that gives the pattern. */
  readonly name: string;
  readonly pattern: EventPattern;
  /** Whether a sample is meant. */
  readonly isMeant: (event: any) => boolean;
  /** What is no sample, and must match as well. */
  readonly matches: Variations;
  readonly nearMisses: Variations;
}

/** A control that lists calls of one service. */
export interface CisCallCase {
  readonly number: number;
  /** The method of the control. */
  readonly name: string;
  readonly pattern: EventPattern;
  readonly service: string;
  /** The calls in the benchmark, as its texts are usually abridged. */
  readonly benchmark: string;
  /** The calls that the library adds. */
  readonly stricter: string;
  /** What is named nearly like one, of the same service. */
  readonly lookAlikes: readonly string[];
}

/** All sample events, whichever bus they are for. */
export const SAMPLES: readonly JsonObject[] = readEvents([]).map(({ event }) => event);

/** The names that stand for `{Put,Delete}BucketPolicy` and the like. */
export function namesIn(abridged: string): string[] {
  return abridged.split(' ').filter(Boolean).flatMap(expanded);
}

function expanded(name: string): string[] {
  const [, before, choices, after] = /^(.*?)\{(.*?)\}(.*)$/.exec(name) ?? [];
  return choices === undefined ? [name] : choices.split(',').flatMap(choice => expanded(`${before}${choice}${after}`));
}

/** A copy with other values at some paths; `undefined` takes the field out. */
export function changed(event: JsonObject, changes: { readonly [path: string]: unknown }): JsonObject {
  const copy = structuredClone(event) as any;
  for (const [path, value] of Object.entries(changes)) {
    const steps = path.split('.');
    const last = steps.pop()!;
    const parent = steps.reduce((node, step) => (node[step] ??= {}), copy);
    if (value === undefined) delete parent[last];
    else parent[last] = value;
  }
  return copy;
}

/** The first sample that is so. */
export function sample(isSuch: (event: any) => boolean): JsonObject {
  const found = SAMPLES.find(isSuch);
  if (!found) throw new Error(`there is no such sample: ${isSuch}`);
  return found;
}

/** Fields of a record, whatever shape the event has. */
const type = (event: any): string => event['detail-type'];
const record = (event: any): any => event.detail ?? {};
const identity = (event: any): any => record(event).userIdentity ?? {};

const SIGN_IN_TYPES = ['AWS Console Sign In via CloudTrail', 'AWS Console Signin via CloudTrail'];

/** A detail type in a list matches as by itself: one of the hostile samples has it so. */
const isCall = (event: any): boolean => [type(event)].flat().includes('AWS API Call via CloudTrail');
const isCallOf = (service: string, ...names: string[]) => (event: any): boolean =>
  isCall(event) && record(event).eventSource === `${service}.amazonaws.com` && (names.length === 0 || names.includes(record(event).eventName));
const isRecord = (event: any): boolean => / via CloudTrail$/.test(type(event)) && record(event).eventVersion !== undefined;
const isSignIn = (event: any): boolean => SIGN_IN_TYPES.includes(type(event)) && event.source === 'aws.signin';
const isLogin = (event: any): boolean => isSignIn(event) && record(event).eventName === 'ConsoleLogin';
const isOfIdentityCenter = (event: any): boolean => type(event) === 'AWS Service Event via CloudTrail' && event.source === 'aws.signin'
  && ['CredentialChallenge', 'CredentialVerification', 'UserAuthentication'].includes(record(event).eventName);
const isNative = (source: string, ...types: string[]) => (event: any): boolean => event.source === source && types.includes(type(event));

const call = (service: string, name: string): JsonObject => sample(isCallOf(service, name));
const login = (result: string, mfa: string): JsonObject =>
  sample(event => isLogin(event) && record(event).responseElements.ConsoleLogin === result && record(event).additionalEventData.MFAUsed === mfa);

const DISABLE_KEY = call('kms', 'DisableKey');
const ASSUME_ROLE = call('sts', 'AssumeRole');
const BY_SERVICE = sample(event => isCall(event) && identity(event).type === 'AWSService');
const FOR_USER = sample(event => isCall(event) && identity(event).type === 'AssumedRole' && identity(event).invokedBy !== undefined);
const READ = sample(event => isCall(event) && record(event).readOnly === true && !record(event).errorCode);
const WRITE = sample(event => isCall(event) && record(event).readOnly === false && !record(event).errorCode);
const DENIED = sample(event => isCall(event) && record(event).errorCode === 'AccessDenied');
const ATTACH_DENIED = sample(event => isCallOf('iam', 'AttachUserPolicy')(event) && record(event).errorCode);
const FAILED_LOGIN = login('Failure', 'No');
const LOGIN_WITHOUT_MFA = login('Success', 'No');
const LOGIN_WITH_MFA = login('Success', 'Yes');
const AUTHENTICATION = sample(event => isOfIdentityCenter(event) && record(event).eventName === 'UserAuthentication');
const WRONG_CREDENTIAL = sample(event => isOfIdentityCenter(event) && record(event).serviceEventDetails.CredentialVerification === 'Failure');
const CHECK_MFA = sample(event => record(event).eventName === 'CheckMfa');
const ROOT_CALL = sample(event => isCall(event) && identity(event).type === 'Root' && !identity(event).invokedBy);
const STOPPED = sample(event => type(event) === 'EC2 Instance State-change Notification' && event.detail.state === 'stopped');
const PARAMETER = sample(event => type(event) === 'Parameter Store Change');
const CREATE_BUCKET = call('s3', 'CreateBucket');
const OBJECT = sample(event => type(event) === 'Object Created');
const MAPPING = call('lambda', 'UpdateEventSourceMapping20150331');
const STREAM = call('firehose', 'UpdateDestination');
const FINDING = sample(event => type(event) === 'GuardDuty Finding' && record(event).severity >= 7);
const HUB_FINDING = sample(event => type(event) === 'Security Hub Findings - Imported');
const COMPLIANCE = sample(event => type(event) === 'Config Rules Compliance Change');
const HEALTH = sample(event => type(event) === 'AWS Health Event');
const ACCESS = sample(event => type(event) === 'Access Analyzer Finding');
const INSIGHT = sample(event => type(event) === 'AWS Insight via CloudTrail');

const ERROR = 'detail.errorCode';
const MFA = 'detail.additionalEventData.MFAUsed';
const ISSUED_TO = 'detail.userIdentity.invokedBy';

/** An event that looks like another's, but came from elsewhere. */
const others = (event: JsonObject): Variations => ({
  'another source': changed(event, { source: 'my.app' }),
  'another detail type': changed(event, { 'detail-type': 'Something Else' }),
  'a detail type in lower case': changed(event, { 'detail-type': String(event['detail-type']).toLowerCase() }),
});

/** The same record under each of CloudTrail's detail types. */
const ofEachType = (event: JsonObject): Variations => Object.fromEntries([
  ...SIGN_IN_TYPES,
  ...['API Call', 'Console Action', 'Service Event', 'Insight', 'Network Activity Event'].map(kind => `AWS ${kind} via CloudTrail`),
].map(each => [each, changed(event, { 'detail-type': each })]));

const GENERAL: AuditEventCase[] = [
  {
    name: 'everything()',
    pattern: AuditEvents.everything(),
    isMeant: event => typeof event.source === 'string',
    matches: { 'a source that is empty': changed(PARAMETER, { source: '' }) },
    nearMisses: { 'no source': changed(PARAMETER, { source: undefined }) },
  },
  {
    name: 'fromSources(aws.ec2, login.failed)',
    pattern: AuditEvents.fromSources('aws.ec2', 'login.failed'),
    isMeant: event => ['aws.ec2', 'login.failed'].includes(event.source),
    matches: { 'a type that nobody knows': changed(STOPPED, { 'detail-type': 'New' }) },
    nearMisses: {
      'a longer source': changed(STOPPED, { source: 'aws.ec2spot' }),
      'another case': changed(STOPPED, { source: 'AWS.EC2' }),
      'the event source in the place of the source': changed(STOPPED, { source: 'ec2.amazonaws.com' }),
    },
  },
  {
    name: 'detailTypes(Parameter Store Change, GuardDuty Finding)',
    pattern: AuditEvents.detailTypes('Parameter Store Change', 'GuardDuty Finding'),
    isMeant: event => ['Parameter Store Change', 'GuardDuty Finding'].includes(type(event)),
    matches: { 'another source': changed(PARAMETER, { source: 'my.app' }) },
    nearMisses: {
      'another case': changed(PARAMETER, { 'detail-type': 'parameter store change' }),
      'a blank at the end': changed(PARAMETER, { 'detail-type': 'Parameter Store Change ' }),
      'no detail type': changed(PARAMETER, { 'detail-type': undefined }),
    },
  },
  {
    name: 'custom(source, detailTypes, detail)',
    pattern: AuditEvents.custom({ source: 'aws.ssm', detailTypes: ['Parameter Store Change'], detail: { operation: ['Delete', { prefix: 'Upd' }] } }),
    isMeant: event => isNative('aws.ssm', 'Parameter Store Change')(event) && ['Delete', 'Update'].includes(event.detail.operation),
    matches: {},
    nearMisses: { ...others(changed(PARAMETER, { 'detail.operation': 'Delete' })), 'another detail': changed(PARAMETER, { 'detail.operation': 'Create' }) },
  },
];

const API_CALLS: AuditEventCase[] = [
  {
    name: 'cloudTrailApiCalls()',
    pattern: AuditEvents.cloudTrailApiCalls(),
    isMeant: isCall,
    matches: {},
    nearMisses: {
      'a service event': changed(DISABLE_KEY, { 'detail-type': 'AWS Service Event via CloudTrail' }),
      'another spelling': changed(DISABLE_KEY, { 'detail-type': 'AWS API call via CloudTrail' }),
      'a native event': STOPPED,
    },
  },
  {
    name: 'cloudTrailApiCalls(services)',
    pattern: AuditEvents.cloudTrailApiCalls({ services: ['kms', 'monitoring'] }),
    isMeant: event => isCallOf('kms')(event) || isCallOf('monitoring')(event),
    matches: {},
    nearMisses: {
      'another service': ASSUME_ROLE,
      'another event source': changed(DISABLE_KEY, { 'detail.eventSource': 'kms.amazonaws.com.example.com' }),
      'no event source': changed(DISABLE_KEY, { 'detail.eventSource': undefined }),
      'an application that says it is the service': changed(DISABLE_KEY, { source: 'my.kms' }),
      'a native event of the service': changed(STOPPED, { source: 'aws.kms' }),
    },
  },
  {
    name: 'cloudTrailApiCalls(eventNames, eventNamePrefixes)',
    pattern: AuditEvents.cloudTrailApiCalls({ eventNames: ['DisableKey'], eventNamePrefixes: ['UpdateEventSourceMapping'] }),
    isMeant: event => isCall(event) && ['DisableKey', 'UpdateEventSourceMapping20150331'].includes(record(event).eventName),
    matches: { 'the next version': changed(MAPPING, { 'detail.eventName': 'UpdateEventSourceMapping20310331' }) },
    nearMisses: {
      'a service event': changed(DISABLE_KEY, { 'detail-type': 'AWS Service Event via CloudTrail' }),
      'a longer name': changed(DISABLE_KEY, { 'detail.eventName': 'DisableKeyRotation' }),
      'another case': changed(DISABLE_KEY, { 'detail.eventName': 'disableKey' }),
      'no name': changed(DISABLE_KEY, { 'detail.eventName': undefined }),
      'the prefix within': changed(MAPPING, { 'detail.eventName': 'BatchUpdateEventSourceMapping' }),
    },
  },
  {
    name: 'cloudTrailApiCalls(excludeEventSources)',
    pattern: AuditEvents.cloudTrailApiCalls({ excludeEventSources: ['sts.amazonaws.com', 'ssm.amazonaws.com'] }),
    isMeant: event => isCall(event) && !['sts', 'ssm'].some(service => isCallOf(service)(event)),
    matches: {
      'no event source': changed(ASSUME_ROLE, { 'detail.eventSource': undefined }),
      'a source that begins alike': changed(ASSUME_ROLE, { 'detail.eventSource': 'ssmmessages.amazonaws.com' }),
    },
    nearMisses: { 'a source that is left out': ASSUME_ROLE },
  },
  {
    name: 'cloudTrailApiCalls(excludeCallsByAwsServices)',
    pattern: AuditEvents.cloudTrailApiCalls({ excludeCallsByAwsServices: true }),
    isMeant: event => isCall(event) && identity(event).type !== 'AWSService',
    matches: {
      'a service with somebody\'s rights': FOR_USER,
      'an identity without a type': changed(DISABLE_KEY, { 'detail.userIdentity': { accountId: '123456789012' } }),
      'no identity': changed(DISABLE_KEY, { 'detail.userIdentity': undefined }),
    },
    nearMisses: {
      'a service as itself': BY_SERVICE,
      'a service that does not say which': changed(BY_SERVICE, { [ISSUED_TO]: undefined }),
    },
  },
  {
    name: 'cloudTrailApiCalls(onlyErrors)',
    pattern: AuditEvents.cloudTrailApiCalls({ onlyErrors: true }),
    isMeant: event => isCall(event) && record(event).errorCode !== undefined,
    matches: {
      'an error of any kind': changed(DISABLE_KEY, { [ERROR]: 'NotFoundException' }),
      'an error by its number': changed(DISABLE_KEY, { [ERROR]: '404' }),
      'a number that is no text': changed(DISABLE_KEY, { [ERROR]: 404 }),
      'a dry run': changed(DISABLE_KEY, { [ERROR]: 'Client.DryRunOperation' }),
    },
    nearMisses: {
      ...Object.fromEntries(['', '200', '201', '202', '204'].map(code => [`a success by the code "${code}"`, changed(DENIED, { [ERROR]: code })])),
      'a success': changed(DENIED, { [ERROR]: undefined, 'detail.errorMessage': undefined }),
      'an error in the answer': changed(WRITE, { 'detail.responseElements': { errorCode: 'AccessDenied' } }),
    },
  },
  {
    name: 'cloudTrailApiCalls(onlyWrites)',
    pattern: AuditEvents.cloudTrailApiCalls({ onlyWrites: true }),
    isMeant: event => isCall(event) && record(event).readOnly !== true,
    matches: { 'a call that says nothing of it': changed(READ, { 'detail.readOnly': undefined }) },
    nearMisses: { 'a read': READ },
  },
  {
    name: 'cloudTrailApiCalls(all at once)',
    pattern: AuditEvents.cloudTrailApiCalls({
      services: ['s3', 'ec2', 'iam'], eventNames: ['AttachUserPolicy'], eventNamePrefixes: ['Run', 'Terminate'], excludeCallsByAwsServices: true, onlyErrors: true, onlyWrites: true,
    }),
    isMeant: event => ['s3', 'ec2', 'iam'].some(service => isCallOf(service)(event)) && /^(AttachUserPolicy$|Run|Terminate)/.test(record(event).eventName)
      && identity(event).type !== 'AWSService' && record(event).errorCode !== undefined && record(event).readOnly !== true,
    matches: {
      'a call of S3': changed(ATTACH_DENIED, { 'source': 'aws.s3', 'detail.eventSource': 's3.amazonaws.com' }),
      'nothing said of reading': changed(ATTACH_DENIED, { 'detail.readOnly': undefined }),
      'nothing said of the caller': changed(ATTACH_DENIED, { 'detail.userIdentity': undefined }),
    },
    nearMisses: Object.fromEntries(Object.entries({
      ...Object.fromEntries(['', '200', '201', '202', '204'].map(code => [`a success by the code "${code}"`, { [ERROR]: code }])),
      'a service event': { 'detail-type': 'AWS Service Event via CloudTrail' },
      'an application that says it is the service': { source: 'my.iam' },
      'another event source': { 'detail.eventSource': 'sts.amazonaws.com' },
      'a success': { [ERROR]: undefined },
      'a read': { 'detail.readOnly': true },
      'a service': { 'detail.userIdentity.type': 'AWSService' },
      'another name': { 'detail.eventName': 'AttachRolePolicy' },
      'another service': { 'source': 'aws.sts', 'detail.eventSource': 'sts.amazonaws.com' },
    }).map(([difference, changes]) => [difference, changed(ATTACH_DENIED, changes)])),
  },
  {
    name: 's3BucketCreations()',
    pattern: AuditEvents.s3BucketCreations(),
    isMeant: event => isCallOf('s3', 'CreateBucket')(event) || isCallOf('s3express', 'CreateBucket')(event),
    matches: {
      'an attempt': changed(CREATE_BUCKET, { [ERROR]: 'BucketAlreadyExists' }),
      'a service as caller': changed(CREATE_BUCKET, { 'detail.userIdentity': { type: 'AWSService', invokedBy: 'example.amazonaws.com' } }),
    },
    nearMisses: {
      ...others(CREATE_BUCKET),
      'the end of a bucket': call('s3', 'DeleteBucket'),
      'a look-alike': changed(CREATE_BUCKET, { 'detail.eventName': 'CreateBucketMetadataConfiguration' }),
      'another event source': changed(CREATE_BUCKET, { 'detail.eventSource': 's3-outposts.amazonaws.com' }),
      'another service\'s bucket': changed(CREATE_BUCKET, { 'source': 'aws.lightsail', 'detail.eventSource': 'lightsail.amazonaws.com' }),
    },
  },
  {
    name: 'lambdaEventSourceMappingChanges()',
    pattern: AuditEvents.lambdaEventSourceMappingChanges(),
    isMeant: event => isCall(event) && event.source === 'aws.lambda' && /^(Create|Update|Delete)EventSourceMapping/.test(record(event).eventName),
    matches: { 'no version': changed(MAPPING, { 'detail.eventName': 'DeleteEventSourceMapping' }) },
    nearMisses: {
      ...others(MAPPING),
      'a read': changed(MAPPING, { 'detail.eventName': 'GetEventSourceMapping20150331' }),
      'something else of a function': call('lambda', 'UpdateFunctionCode20150331v2'),
      'another service': changed(MAPPING, { 'detail.eventSource': 'pipes.amazonaws.com' }),
    },
  },
  {
    name: 'deliveryStreamChanges()',
    pattern: AuditEvents.deliveryStreamChanges(),
    isMeant: isCallOf('firehose', ...namesIn('{Create,Delete}DeliveryStream UpdateDestination {Start,Stop}DeliveryStreamEncryption {Tag,Untag}DeliveryStream')),
    matches: { 'an attempt': changed(STREAM, { [ERROR]: 'AccessDeniedException' }) },
    nearMisses: {
      ...others(STREAM),
      'a read': call('firehose', 'DescribeDeliveryStream'),
      'a delivery': call('firehose', 'PutRecordBatch'),
      'another event source': changed(STREAM, { 'detail.eventSource': 'kinesis.amazonaws.com' }),
      'another service': changed(STREAM, { 'source': 'aws.kinesis', 'detail.eventSource': 'kinesis.amazonaws.com' }),
    },
  },
];

const SIGN_INS: AuditEventCase[] = [
  {
    name: 'consoleSignIns()',
    pattern: AuditEvents.consoleSignIns(),
    isMeant: isSignIn,
    matches: { 'the spelling of EventBridge\'s guide': changed(LOGIN_WITH_MFA, { 'detail-type': 'AWS Console Signin via CloudTrail' }) },
    nearMisses: {
      ...others(LOGIN_WITH_MFA),
      'a third spelling': changed(LOGIN_WITH_MFA, { 'detail-type': 'AWS Console SignIn via CloudTrail' }),
      'a sign-in to Identity Center': sample(event => event.source === 'aws.signin' && type(event) === 'AWS Service Event via CloudTrail'),
    },
  },
  {
    name: 'consoleSignIns(onlyFailures)',
    pattern: AuditEvents.consoleSignIns({ onlyFailures: true }),
    isMeant: event => isLogin(event) && record(event).responseElements.ConsoleLogin === 'Failure',
    matches: { 'another reason': changed(FAILED_LOGIN, { 'detail.errorMessage': 'Account locked' }) },
    nearMisses: {
      ...others(FAILED_LOGIN),
      'a success': LOGIN_WITHOUT_MFA,
      'another event': changed(FAILED_LOGIN, { 'detail.eventName': 'SwitchRole' }),
      'no answer': changed(FAILED_LOGIN, { 'detail.responseElements': null }),
      'another step of it': changed(CHECK_MFA, { 'detail.responseElements': { CheckMfa: 'Failure' } }),
    },
  },
  {
    name: 'consoleSignIns(withoutMfa)',
    pattern: AuditEvents.consoleSignIns({ withoutMfa: true }),
    isMeant: event => isLogin(event) && record(event).additionalEventData.MFAUsed !== 'Yes',
    matches: {
      'nothing said of it': changed(LOGIN_WITH_MFA, { [MFA]: undefined }),
      'no additional data': changed(LOGIN_WITH_MFA, { 'detail.additionalEventData': undefined }),
      'additional data that are null': changed(LOGIN_WITH_MFA, { 'detail.additionalEventData': null }),
      'another word': changed(LOGIN_WITH_MFA, { [MFA]: 'Unknown' }),
    },
    nearMisses: {
      ...others(LOGIN_WITHOUT_MFA),
      'a second factor': LOGIN_WITH_MFA,
      'a second factor, spelt as of old': changed(LOGIN_WITH_MFA, { [MFA]: 'YES' }),
      'another step of it': CHECK_MFA,
    },
  },
  {
    name: 'consoleSignIns(onlyFailures, withoutMfa)',
    pattern: AuditEvents.consoleSignIns({ onlyFailures: true, withoutMfa: true }),
    isMeant: event => isLogin(event) && record(event).responseElements.ConsoleLogin === 'Failure' && record(event).additionalEventData.MFAUsed !== 'Yes',
    matches: { 'nothing said of a second factor': changed(FAILED_LOGIN, { [MFA]: undefined }) },
    nearMisses: {
      ...others(FAILED_LOGIN),
      'a success': LOGIN_WITHOUT_MFA,
      'a second factor': changed(FAILED_LOGIN, { [MFA]: 'Yes' }),
      'a second factor, spelt as of old': changed(FAILED_LOGIN, { [MFA]: 'YES' }),
      'another event': changed(FAILED_LOGIN, { 'detail.eventName': 'SwitchRole' }),
    },
  },
  {
    name: 'identityCenterSignIns()',
    pattern: AuditEvents.identityCenterSignIns(),
    isMeant: isOfIdentityCenter,
    matches: {
      'a sign-in to WorkSpaces, whose user has a name only': changed(AUTHENTICATION, { 'detail.userIdentity': { type: 'Unknown', userName: 'ada' } }),
      'one that failed at an identity provider': changed(AUTHENTICATION, { 'detail.serviceEventDetails': { UserAuthentication: 'Failure' } }),
    },
    nearMisses: {
      ...others(AUTHENTICATION),
      'a sign-in to the console': LOGIN_WITH_MFA,
      'something else of the service': changed(AUTHENTICATION, { 'detail.eventName': 'UserIdentification' }),
    },
  },
  {
    name: 'identityCenterSignIns(onlyFailures)',
    pattern: AuditEvents.identityCenterSignIns({ onlyFailures: true }),
    isMeant: event => isOfIdentityCenter(event) && record(event).serviceEventDetails.CredentialVerification === 'Failure',
    matches: { 'another credential': changed(WRONG_CREDENTIAL, { 'detail.additionalEventData.CredentialType': 'TOTP' }) },
    nearMisses: {
      ...others(WRONG_CREDENTIAL),
      'a credential that was right': changed(WRONG_CREDENTIAL, { 'detail.serviceEventDetails.CredentialVerification': 'Success' }),
      'another step of it': changed(WRONG_CREDENTIAL, { 'detail.eventName': 'CredentialChallenge' }),
      'the sign-in': AUTHENTICATION,
      'a failure of the console': FAILED_LOGIN,
    },
  },
];

const OF_SERVICES: AuditEventCase[] = [
  {
    name: 'cloudTrailInsights()',
    pattern: AuditEvents.cloudTrailInsights(),
    isMeant: event => type(event) === 'AWS Insight via CloudTrail',
    matches: {},
    nearMisses: { 'another spelling': changed(INSIGHT, { 'detail-type': 'AWS Insights via CloudTrail' }), 'a call': DISABLE_KEY },
  },
  {
    name: 'rootActivity()',
    pattern: AuditEvents.rootActivity(),
    isMeant: event => isRecord(event) && identity(event).type === 'Root',
    matches: {
      ...ofEachType(ROOT_CALL),
      'a session of AssumeRoot': changed(ROOT_CALL, { 'detail.userIdentity.sessionContext.assumedRoot': 'true' }),
      'by a service': changed(ROOT_CALL, { [ISSUED_TO]: 'cloudformation.amazonaws.com' }),
    },
    nearMisses: {
      'a user called root': changed(ROOT_CALL, { 'detail.userIdentity.type': 'IAMUser', 'detail.userIdentity.userName': 'root' }),
      'a session that root gave': changed(ROOT_CALL, { 'detail.userIdentity.type': 'FederatedUser' }),
      'no type': changed(ROOT_CALL, { 'detail.userIdentity.type': undefined }),
      'no record of CloudTrail': changed(ROOT_CALL, { 'detail-type': 'My Audit' }),
    },
  },
  {
    name: 'ec2StateChanges()',
    pattern: AuditEvents.ec2StateChanges(),
    isMeant: isNative('aws.ec2', 'EC2 Instance State-change Notification'),
    matches: {},
    nearMisses: { ...others(STOPPED), 'the call': changed(call('ec2', 'StopInstances'), { 'detail.state': 'stopped' }) },
  },
  {
    name: 'ec2StateChanges(stopped, terminated)',
    pattern: AuditEvents.ec2StateChanges(['stopped', 'terminated']),
    isMeant: event => isNative('aws.ec2', 'EC2 Instance State-change Notification')(event) && ['stopped', 'terminated'].includes(event.detail.state),
    matches: {},
    nearMisses: { ...others(STOPPED), 'another state': changed(STOPPED, { 'detail.state': 'stopping' }), 'no state': changed(STOPPED, { 'detail.state': undefined }) },
  },
  {
    name: 'parameterStoreChanges()',
    pattern: AuditEvents.parameterStoreChanges(),
    isMeant: isNative('aws.ssm', 'Parameter Store Change'),
    matches: {},
    nearMisses: { ...others(PARAMETER), 'the call': call('ssm', 'PutParameter') },
  },
  {
    name: 's3ObjectEvents()',
    pattern: AuditEvents.s3ObjectEvents(),
    isMeant: event => event.source === 'aws.s3' && /^Object [A-Z]/.test(type(event)),
    matches: {},
    nearMisses: { ...others(OBJECT), 'the call': call('s3', 'PutObject'), 'another service\'s object': changed(OBJECT, { source: 'aws.s3-outposts' }) },
  },
  {
    name: 'guardDutyFindings()',
    pattern: AuditEvents.guardDutyFindings(),
    isMeant: isNative('aws.guardduty', 'GuardDuty Finding'),
    matches: { 'no severity': changed(FINDING, { 'detail.severity': undefined }) },
    nearMisses: others(FINDING),
  },
  {
    name: 'guardDutyFindings(minSeverity)',
    pattern: AuditEvents.guardDutyFindings({ minSeverity: 7 }),
    isMeant: event => isNative('aws.guardduty', 'GuardDuty Finding')(event) && event.detail.severity >= 7,
    matches: { 'just so severe': changed(FINDING, { 'detail.severity': 7.0 }), 'the greatest': changed(FINDING, { 'detail.severity': 10 }) },
    nearMisses: { ...others(FINDING), 'a little less': changed(FINDING, { 'detail.severity': 6.9 }), 'no severity': changed(FINDING, { 'detail.severity': undefined }) },
  },
  {
    name: 'securityHubFindings()',
    pattern: AuditEvents.securityHubFindings(),
    isMeant: isNative('aws.securityhub', 'Security Hub Findings - Imported', 'Findings Imported V2'),
    matches: {},
    nearMisses: { ...others(HUB_FINDING), 'somebody\'s action': changed(HUB_FINDING, { 'detail-type': 'Security Hub Findings - Custom Action' }) },
  },
  {
    name: 'configChanges()',
    pattern: AuditEvents.configChanges(),
    isMeant: isNative('aws.config', 'Config Configuration Item Change', 'Config Rules Compliance Change'),
    matches: {},
    nearMisses: {
      ...others(COMPLIANCE),
      'an evaluation': changed(COMPLIANCE, { 'detail-type': 'Config Rules Re-evaluation Status' }),
      'a snapshot': changed(COMPLIANCE, { 'detail-type': 'Config Configuration Snapshot Delivery Status' }),
      'the call': call('config', 'StopConfigurationRecorder'),
    },
  },
  {
    name: 'healthEvents()',
    pattern: AuditEvents.healthEvents(),
    isMeant: isNative('aws.health', 'AWS Health Event', 'AWS Health Abuse Event'),
    matches: {},
    nearMisses: { ...others(HEALTH), 'a mock': changed(HEALTH, { source: 'awsmock.health' }) },
  },
  {
    name: 'accessAnalyzerFindings()',
    pattern: AuditEvents.accessAnalyzerFindings(),
    isMeant: isNative('aws.access-analyzer', 'Access Analyzer Finding', 'Internal Access Finding', 'Unused Access Finding for IAM entities'),
    matches: {},
    nearMisses: { ...others(ACCESS), 'a preview': changed(ACCESS, { 'detail-type': 'Access Preview State Change' }) },
  },
];

/** The controls that are not lists of calls. */
const CIS_APART: AuditEventCase[] = [
  {
    name: 'cisUnauthorizedApiCalls()',
    pattern: AuditEvents.cisUnauthorizedApiCalls(),
    isMeant: event => isRecord(event) && /AccessDenied|UnauthorizedOperation$/.test(record(event).errorCode ?? ''),
    matches: {
      ...ofEachType(DENIED),
      'an exception': changed(DENIED, { [ERROR]: 'AccessDeniedException' }),
      'EC2\'s code': changed(DENIED, { [ERROR]: 'Client.UnauthorizedOperation' }),
      'a policy of an endpoint': changed(DENIED, { 'detail-type': 'AWS Network Activity Event via CloudTrail', [ERROR]: 'VpceAccessDenied' }),
      'what the benchmark lets pass': changed(DENIED, { 'detail.eventName': 'HeadBucket', 'detail.sourceIPAddress': 'delivery.logs.amazonaws.com' }),
    },
    nearMisses: {
      'a success': changed(DENIED, { [ERROR]: undefined }),
      'another error': changed(DENIED, { [ERROR]: 'ThrottlingException' }),
      'another case': changed(DENIED, { [ERROR]: 'accessdenied' }),
      'a longer code': changed(DENIED, { [ERROR]: 'Client.UnauthorizedOperationOther' }),
      'no record of CloudTrail': changed(DENIED, { 'detail-type': 'My Audit' }),
      'the code in the message': changed(DENIED, { [ERROR]: 'Other', 'detail.errorMessage': 'AccessDenied' }),
    },
  },
  { ...SIGN_INS[2], name: 'cisSignInsWithoutMfa()', pattern: AuditEvents.cisSignInsWithoutMfa() },
  {
    name: 'cisRootActivity()',
    pattern: AuditEvents.cisRootActivity(),
    isMeant: event => isRecord(event) && identity(event).type === 'Root' && !identity(event).invokedBy && record(event).eventType !== 'AwsServiceEvent',
    matches: {
      ...ofEachType(ROOT_CALL),
      'a sign-in that fails': sample(event => isLogin(event) && identity(event).type === 'Root' && event.detail.responseElements.ConsoleLogin === 'Failure'),
      'a global record': changed(ROOT_CALL, { 'detail.awsRegion': 'global' }),
    },
    nearMisses: {
      'by a service': changed(ROOT_CALL, { [ISSUED_TO]: 'AWS Internal' }),
      'a service event': changed(ROOT_CALL, { 'detail-type': 'AWS Service Event via CloudTrail', 'detail.eventType': 'AwsServiceEvent' }),
      'a user called root': changed(ROOT_CALL, { 'detail.userIdentity.type': 'IAMUser', 'detail.userIdentity.userName': 'root' }),
      'no record of CloudTrail': changed(ROOT_CALL, { 'detail-type': 'My Audit' }),
    },
  },
  { ...SIGN_INS[1], name: 'cisSignInFailures()', pattern: AuditEvents.cisSignInFailures() },
];

/** The controls that are, with the benchmark's lists. */
export const CIS_CALLS: readonly CisCallCase[] = [
  {
    number: 4,
    name: 'cisIamPolicyChanges()',
    pattern: AuditEvents.cisIamPolicyChanges(),
    service: 'iam',
    benchmark: '{Put,Delete}{Group,Role,User}Policy {Create,Delete}Policy {Create,Delete}PolicyVersion {Attach,Detach}{Role,User,Group}Policy',
    stricter: 'SetDefaultPolicyVersion UpdateAssumeRolePolicy {Put,Delete}{Role,User}PermissionsBoundary',
    lookAlikes: ['GetPolicy', 'GetRolePolicy', 'ListPolicies', 'TagPolicy', 'CreateRole', 'UpdateAccountPasswordPolicy'],
  },
  {
    number: 5,
    name: 'cisTrailChanges()',
    pattern: AuditEvents.cisTrailChanges(),
    service: 'cloudtrail',
    benchmark: '{Create,Update,Delete}Trail {Start,Stop}Logging',
    stricter: 'Put{Event,Insight}Selectors',
    lookAlikes: ['DescribeTrails', 'GetTrailStatus', 'GetEventSelectors', 'StopImport', 'CreateEventDataStore'],
  },
  {
    number: 7,
    name: 'cisKeyDisablingAndDeletion()',
    pattern: AuditEvents.cisKeyDisablingAndDeletion(),
    service: 'kms',
    benchmark: 'DisableKey ScheduleKeyDeletion',
    stricter: 'DeleteImportedKeyMaterial',
    lookAlikes: ['DisableKeyRotation', 'CancelKeyDeletion', 'EnableKey', 'DescribeKey', 'DeleteAlias'],
  },
  {
    number: 8,
    name: 'cisBucketPolicyChanges()',
    pattern: AuditEvents.cisBucketPolicyChanges(),
    service: 's3',
    benchmark: 'PutBucket{Acl,Policy,Cors,Lifecycle,Replication} DeleteBucket{Policy,Cors,Lifecycle,Replication}',
    stricter: '{Put,Delete}{Bucket,Account}PublicAccessBlock PutBucketVersioning {PutBucket,Put}ObjectLockConfiguration {Put,Delete}BucketEncryption',
    lookAlikes: ['GetBucketPolicy', 'PutObjectAcl', 'DeleteBucket', 'PutBucketTagging', 'GetBucketPolicyStatus'],
  },
  {
    number: 9,
    name: 'cisConfigChanges()',
    pattern: AuditEvents.cisConfigChanges(),
    service: 'config',
    benchmark: 'StopConfigurationRecorder PutConfigurationRecorder {Put,Delete}DeliveryChannel',
    stricter: 'DeleteConfigurationRecorder',
    lookAlikes: ['StartConfigurationRecorder', 'DescribeConfigurationRecorders', 'DescribeDeliveryChannels', 'PutConfigRule'],
  },
  {
    number: 10,
    name: 'cisSecurityGroupChanges()',
    pattern: AuditEvents.cisSecurityGroupChanges(),
    service: 'ec2',
    benchmark: '{Authorize,Revoke}SecurityGroup{Ingress,Egress} {Create,Delete}SecurityGroup ModifySecurityGroupRules',
    stricter: '',
    lookAlikes: ['DescribeSecurityGroups', 'DescribeSecurityGroupRules', 'UpdateSecurityGroupRuleDescriptionsIngress'],
  },
  {
    number: 11,
    name: 'cisNetworkAclChanges()',
    pattern: AuditEvents.cisNetworkAclChanges(),
    service: 'ec2',
    benchmark: '{Create,Delete}NetworkAcl {Create,Delete,Replace}NetworkAclEntry ReplaceNetworkAclAssociation',
    stricter: '',
    lookAlikes: ['DescribeNetworkAcls', 'CreateNetworkInterface'],
  },
  {
    number: 12,
    name: 'cisNetworkGatewayChanges()',
    pattern: AuditEvents.cisNetworkGatewayChanges(),
    service: 'ec2',
    benchmark: '{Create,Delete}CustomerGateway {Create,Delete,Attach,Detach}InternetGateway',
    stricter: '{Create,Delete}EgressOnlyInternetGateway {Create,Delete}NatGateway {Create,Delete,Attach,Detach}VpnGateway '
      + '{Create,Modify,Delete}TransitGateway {Create,Modify,Delete}TransitGatewayVpcAttachment',
    lookAlikes: ['DescribeInternetGateways', 'CreateVpnConnection', 'SearchTransitGatewayRoutes', 'CreateInstanceConnectEndpoint'],
  },
  {
    number: 13,
    name: 'cisRouteTableChanges()',
    pattern: AuditEvents.cisRouteTableChanges(),
    service: 'ec2',
    benchmark: '{Create,Delete,Replace}Route {Create,Delete}RouteTable ReplaceRouteTableAssociation DisassociateRouteTable',
    stricter: 'AssociateRouteTable',
    lookAlikes: ['DescribeRouteTables', 'CreateRouteServer', 'EnableVgwRoutePropagation'],
  },
  {
    number: 14,
    name: 'cisVpcChanges()',
    pattern: AuditEvents.cisVpcChanges(),
    service: 'ec2',
    benchmark: '{Create,Delete}Vpc ModifyVpcAttribute {Create,Accept,Reject,Delete}VpcPeeringConnection {Attach,Detach}ClassicLinkVpc {Enable,Disable}VpcClassicLink',
    stricter: '',
    lookAlikes: ['DescribeVpcs', 'CreateVpcEndpoint', 'DescribeVpcAttribute', 'CreateDefaultVpc'],
  },
  {
    number: 15,
    name: 'cisOrganizationsChanges()',
    pattern: AuditEvents.cisOrganizationsChanges(),
    service: 'organizations',
    benchmark: '{Accept,Decline}Handshake {Attach,Detach,Create,Update,Delete}Policy {Enable,Disable}PolicyType CreateAccount '
      + '{Create,Update,Delete}OrganizationalUnit InviteAccountToOrganization MoveAccount RemoveAccountFromOrganization LeaveOrganization DeleteOrganization',
    stricter: '',
    lookAlikes: ['DescribePolicy', 'ListAccounts', 'CreateGovCloudAccount', 'DescribeOrganization'],
  },
];

/** A call as one of the service's samples, but with another name. */
export function renamed(service: string, eventName: string): JsonObject {
  return changed(sample(isCallOf(service)), { 'detail.eventName': eventName });
}

function caseOf({ name, pattern, service, benchmark, stricter, lookAlikes }: CisCallCase): AuditEventCase {
  const names = namesIn(`${benchmark} ${stricter}`);
  const own = renamed(service, names[0]);
  const others_ = ['sts', 's3', 'iam', 'organizations', 'ec2'].filter(other => other !== service);
  return {
    name,
    pattern,
    isMeant: isCallOf(service, ...names),
    matches: {
      ...Object.fromEntries(names.map(each => [each, renamed(service, each)])),
      'an attempt': changed(own, { [ERROR]: 'AccessDenied' }),
      'a service as caller': changed(own, { 'detail.userIdentity': { type: 'AWSService', invokedBy: 'example.amazonaws.com' } }),
    },
    nearMisses: {
      ...others(own),
      ...Object.fromEntries(lookAlikes.map(each => [each, renamed(service, each)])),
      ...Object.fromEntries(others_.map(other => [`${names[0]} of ${other}`, renamed(other, names[0])])),
      'a name in lower case': renamed(service, names[0].toLowerCase()),
      'a name with a version': renamed(service, `${names[0]}20150331`),
      'no name': changed(own, { 'detail.eventName': undefined }),
      'no event source': changed(own, { 'detail.eventSource': undefined }),
    },
  };
}

/** Each control, by the part of its ids after the dot. */
export const CIS_CASES: ReadonlyMap<number, AuditEventCase> = new Map([
  ...[1, 2, 3, 6].map((number, index): [number, AuditEventCase] => [number, CIS_APART[index]]),
  ...CIS_CALLS.map((each): [number, AuditEventCase] => [each.number, caseOf(each)]),
]);

/** Every pattern of the vocabulary. */
export const AUDIT_EVENT_CASES: readonly AuditEventCase[] = [...GENERAL, ...API_CALLS, ...SIGN_INS, ...OF_SERVICES, ...CIS_CASES.values()];

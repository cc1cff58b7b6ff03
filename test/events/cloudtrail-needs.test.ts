// What patterns need: a trail, and what appears in us-east-1 alone.

import { CfnParameter, Stack } from 'aws-cdk-lib';
import { AUDIT_EVENT_CASES } from './audit-event-samples';
import { AuditEvents } from '../../src';
import { askedOfUsEast1, needsCloudTrail } from '../../src/events/cloudtrail-needs';
import { fromEventPattern, Pattern } from '../../src/events/patterns';

const API_CALL = 'AWS API Call via CloudTrail';
const PARAMETER = 'Parameter Store Change';
const TOKEN = { Ref: 'Parameter' };

/** The patterns of the vocabulary that are of what services or applications send themselves, or of everything. */
const WITHOUT_TRAIL = [
  'everything', 'fromSources', 'detailTypes', 'custom', 'ec2StateChanges', 'parameterStoreChanges', 's3ObjectEvents', 'guardDutyFindings', 'securityHubFindings',
  'configChanges', 'healthEvents', 'accessAnalyzerFindings',
];

describe('CloudTrail', () => {
  test.each(AUDIT_EVENT_CASES.map(({ name, pattern }): [string, Pattern] => [name, fromEventPattern(pattern)]))('is needed, or not, by AuditEvents.%s', (name, pattern) => {
    expect(needsCloudTrail(pattern)).toBe(!WITHOUT_TRAIL.includes(name.split('(')[0]));
  });

  test.each<[string, Pattern]>([
    ['a list of its detail types', { 'detail-type': [API_CALL, 'AWS Console Signin via CloudTrail', 'AWS Insight via CloudTrail'] }],
    ['one in any case', { 'detail-type': [{ 'equals-ignore-case': 'aws api call VIA cloudtrail' }] }],
    ['how they end', { 'detail-type': [{ suffix: 'via CloudTrail' }] }],
    ['how they end, by a wildcard', { 'detail-type': [{ wildcard: 'AWS *via CloudTrail' }] }],
    ['how one begins', { 'detail-type': [{ prefix: 'AWS Console Sign' }] }],
    ['an event source', { source: ['aws.s3'], detail: { eventSource: ['s3.amazonaws.com'], eventName: ['CreateBucket'] } }],
    ['any source of AWS', { 'source': [{ prefix: 'aws.' }], 'detail-type': [API_CALL] }],
    ['its types in each alternative', { $or: [{ 'detail-type': [API_CALL] }, { source: ['aws.s3'], detail: { eventSource: ['s3.amazonaws.com'] } }] }],
  ])('is needed by a pattern with %s', (_what, pattern) => {
    expect(needsCloudTrail(pattern)).toBe(true);
  });

  test.each<[string, Pattern]>([
    ['another type beside its own', { 'detail-type': [API_CALL, PARAMETER] }],
    ['every type but one', { 'detail-type': [{ 'anything-but': PARAMETER }] }],
    ['a beginning that others have too', { 'detail-type': [{ prefix: 'AWS ' }] }],
    ['a type that a token stands for', { 'detail-type': [API_CALL, TOKEN] }],
    ['its type, of an application', { 'source': ['my.app'], 'detail-type': [API_CALL] }],
    ['a source alone', { source: ['aws.s3'] }],
    ['an event source that no service has', { detail: { eventSource: ['shop'] } }],
    ['an event source that may be missing', { detail: { eventSource: [{ exists: false }, 's3.amazonaws.com'] } }],
    ['its type in one alternative', { $or: [{ 'detail-type': [API_CALL] }, { source: ['order'] }] }],
  ])('is not needed by a pattern with %s', (_what, pattern) => {
    expect(needsCloudTrail(pattern)).toBe(false);
  });
});

const GLOBAL = 'IAM, Organizations, Account Management, Route 53 and CloudFront';
const ROOT_SIGN_INS = 'root\'s sign-ins';
const OTHER_SIGN_INS = 'the sign-ins of others that do not go by this Region\'s own endpoint';

describe('us-east-1', () => {
  test.each<[string, Pattern, string[]]>([
    ['IAM\'s calls', fromEventPattern(AuditEvents.cisIamPolicyChanges()), ['the API calls of IAM']],
    ['those of several services', fromEventPattern(AuditEvents.cloudTrailApiCalls({ services: ['s3', 'route53', 'account'] })), ['the API calls of Account Management and Route 53']],
    ['a service by its source', { source: ['aws.organizations', 'aws.ec2'] }, ['the API calls of Organizations']],
    ['a service by its event source', { detail: { eventSource: ['cloudfront.amazonaws.com'] } }, ['the API calls of CloudFront']],
    ['a service in an alternative', { '$or': [{ source: ['aws.iam'] }, { source: ['order'] }], 'detail-type': [API_CALL] }, ['the API calls of IAM']],
    ['calls of IAM by root', { source: ['aws.iam'], detail: { userIdentity: { type: ['Root'] } } }, ['the API calls of IAM']],
    ['sign-ins', fromEventPattern(AuditEvents.consoleSignIns()), [ROOT_SIGN_INS, OTHER_SIGN_INS]],
    ['sign-ins by their source', { source: ['aws.signin'] }, [ROOT_SIGN_INS, OTHER_SIGN_INS]],
    ['sign-ins of root', fromEventPattern(AuditEvents.consoleSignIns({ withoutMfa: true })), [ROOT_SIGN_INS, OTHER_SIGN_INS]],
    ['sign-ins of users', { 'detail-type': ['AWS Console Sign In via CloudTrail'], 'detail': { userIdentity: { type: ['IAMUser'] } } }, [OTHER_SIGN_INS]],
    ['sign-ins beside calls', { 'detail-type': [API_CALL, 'AWS Console Sign In via CloudTrail'] }, [ROOT_SIGN_INS, OTHER_SIGN_INS]],
    ['root', fromEventPattern(AuditEvents.rootActivity()), [`root's calls of ${GLOBAL}`, ROOT_SIGN_INS]],
    ['root, by nothing else', { detail: { userIdentity: { type: ['Root'] } } }, [`root's calls of ${GLOBAL}`, ROOT_SIGN_INS]],
  ])('has what a pattern on %s asks for', (_what, pattern, parts) => {
    expect(askedOfUsEast1(pattern)).toEqual(parts);
  });

  test('has the calls of IAM and Organizations in one pattern of the CIS controls, and nothing of five of their six but sign-ins and root', () => {
    expect(AuditEvents.cisFoundations().map(pattern => askedOfUsEast1(fromEventPattern(pattern)))).toEqual([
      [],
      [ROOT_SIGN_INS, OTHER_SIGN_INS],
      [`root's calls of ${GLOBAL}`, ROOT_SIGN_INS],
      [ROOT_SIGN_INS, OTHER_SIGN_INS],
      ['the API calls of IAM and Organizations'],
      [],
    ]);
  });

  test.each<[string, Pattern]>([
    ['everything', fromEventPattern(AuditEvents.everything())],
    ['calls of no service in particular', { 'detail-type': [API_CALL] }],
    ['calls of every service but one', fromEventPattern(AuditEvents.cloudTrailApiCalls({ excludeEventSources: ['sts.amazonaws.com'] }))],
    ['what AWS sends', { source: [{ prefix: 'aws.' }] }],
    ['calls of services of every Region', fromEventPattern(AuditEvents.cloudTrailApiCalls({ services: ['s3', 'sts'] }))],
    ['what IAM\'s Access Analyzer finds', fromEventPattern(AuditEvents.accessAnalyzerFindings())],
    ['another type of event of such a service', { 'source': ['aws.account'], 'detail-type': ['Region Opt-In Status Change'] }],
    ['failed calls, which sign-ins are not', fromEventPattern(AuditEvents.cisUnauthorizedApiCalls())],
    ['a service that a token stands for', { source: [TOKEN] }],
  ])('has nothing in particular for a pattern on %s', (_what, pattern) => {
    expect(askedOfUsEast1(pattern)).toEqual([]);
  });

  test('is not guessed at where a token stands', () => {
    const stack = new Stack();
    const source = new CfnParameter(stack, 'Source').valueAsString;
    expect(askedOfUsEast1(stack.resolve({ source: [source], detail: { eventSource: [source] } }))).toEqual([]);
  });
});

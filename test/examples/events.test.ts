// The sample events are data that everything else trusts: these tests hold them to the shapes that EventBridge and CloudTrail really send.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

type Json = Record<string, any>;

const DIRECTORY = join(__dirname, '../../examples/events');
const KIB = 1024;
const MAXIMUM_EVENT_BYTES = 256 * KIB;
const MAXIMUM_CORPUS_BYTES = 1_500_000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const SECONDS_IN_2026 = /^2026-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

const FILES = readdirSync(DIRECTORY).filter((name) => name.endsWith('.jsonl')).sort();
const LINES = new Map(FILES.map((name) => [name, readFileSync(join(DIRECTORY, name), 'utf8').replace(/\n$/, '').split('\n')]));
const EVENTS = new Map([...LINES].map(([name, lines]): [string, Json[]] => [name, lines.map((line) => JSON.parse(line))]));
const ALL = [...EVENTS.values()].flat();
const HOSTILE = EVENTS.get('hostile.jsonl') ?? [];
const REAL = ALL.filter((event) => !HOSTILE.includes(event));
const API_CALLS = REAL.filter((event) => event['detail-type'] === 'AWS API Call via CloudTrail');
const TRAIL = REAL.filter((event) => String(event['detail-type']).endsWith(' via CloudTrail'));

const times = (type: string) => REAL.filter((event) => event['detail-type'] === type).length;
const bytes = (event: Json) => Buffer.byteLength(JSON.stringify(event));

function depth(value: unknown): number {
  return value !== null && typeof value === 'object' ? 1 + Math.max(0, ...Object.values(value).map(depth)) : 0;
}

/** Every key of every object in the value, and every string. */
function walk(value: unknown, found = { keys: [] as string[][], strings: [] as string[], empty: new Set<string>() }): typeof found {
  if (typeof value === 'string') found.strings.push(value);
  if (value === null || typeof value !== 'object') return found;
  if (Object.keys(value).length === 0) found.empty.add(Array.isArray(value) ? 'array' : 'object');
  if (!Array.isArray(value)) found.keys.push(Object.keys(value));
  for (const child of Object.values(value)) walk(child, found);
  return found;
}

describe('the corpus', () => {
  test('has at least 300 events of at least 15 detail types', () => {
    expect(ALL.length).toBeGreaterThanOrEqual(300);
    expect(new Set(REAL.map((event) => event['detail-type'])).size).toBeGreaterThanOrEqual(15);
  });

  test.each(FILES)('%s has one JSON object a line and ends with a line break', (name) => {
    for (const event of EVENTS.get(name)!) expect(event).toEqual(expect.objectContaining({ source: expect.any(String) }));
    expect(readFileSync(join(DIRECTORY, name), 'utf8')).toMatch(/[^\n]\n$/);
  });

  test('has no carriage return and no separator that a line reader could split at', () => {
    for (const lines of LINES.values()) for (const line of lines) expect(/[\r\u2028\u2029\u0085]/.test(line)).toBe(false);
  });

  test('gives every event an id of its own', () => {
    expect(new Set(ALL.map((event) => event.id)).size).toBe(ALL.length);
    for (const event of ALL) expect(event.id).toMatch(UUID);
  });

  test('has no event of 256 KB and stays below 1.5 MB', () => {
    const sizes = [...LINES.values()].flat().map((line) => Buffer.byteLength(line));
    expect(Math.max(...sizes)).toBeLessThan(MAXIMUM_EVENT_BYTES);
    expect(sizes.reduce((sum, size) => sum + size + 1, 0)).toBeLessThan(MAXIMUM_CORPUS_BYTES);
  });

  test('is described file by file in the README', () => {
    const readme = readFileSync(join(DIRECTORY, 'README.md'), 'utf8');
    for (const name of FILES) expect(readme).toContain(`\`${name}\``);
  });
});

describe('an envelope', () => {
  test('has the fields that EventBridge gives it, and no others', () => {
    for (const event of REAL) {
      expect(event).toEqual({
        ...('__bus' in event ? { __bus: 'auth-events' } : {}),
        'version': '0',
        'id': expect.stringMatching(UUID),
        'detail-type': expect.stringMatching(/./),
        'source': expect.stringMatching(/./),
        'account': '123456789012',
        'time': expect.stringMatching(SECONDS_IN_2026),
        'region': expect.stringMatching(/^[a-z]{2}-[a-z]+-\d$/),
        'resources': expect.any(Array),
        'detail': expect.any(Object),
      });
    }
  });

  test('has a time in the ten days before 2026-11-20', () => {
    for (const { time } of REAL) expect(time >= '2026-11-10' && time < '2026-11-20').toBe(true);
  });

  test('names a bus in the application\'s sign-ins only', () => {
    const sent = ALL.filter((event) => '__bus' in event);
    expect(sent).toEqual(EVENTS.get('login-events.jsonl'));
    const bySource = (kind: string) => sent.filter((event) => event.source === `login.${kind}` && event['detail-type'] === 'string' && event.detail.customEvent.loginEvent).length;
    expect(['success', 'failed', 'refresh'].map(bySource)).toEqual([20, 12, 12]);
  });
});

describe('a CloudTrail record', () => {
  const ALWAYS = ['eventTime', 'eventVersion', 'awsRegion', 'eventID', 'eventType', 'eventCategory'];
  const ALWAYS_BUT_IN_INSIGHTS = ['userIdentity', 'eventSource', 'eventName', 'sourceIPAddress'];

  test('has the fields that are always present, at version 1.11', () => {
    for (const { 'detail-type': type, detail } of TRAIL) {
      expect(Object.keys(detail)).toEqual(expect.arrayContaining(ALWAYS));
      expect(detail.eventVersion).toBe('1.11');
      expect(detail.eventID).toMatch(UUID);
      const present = ALWAYS_BUT_IN_INSIGHTS.filter((field) => field in detail);
      expect(present).toEqual(type === 'AWS Insight via CloudTrail' ? [] : ALWAYS_BUT_IN_INSIGHTS);
    }
  });

  test('agrees with its envelope on time, Region and service', () => {
    for (const { source, time, region, detail } of TRAIL) {
      expect([detail.eventTime, detail.awsRegion]).toEqual([time, region]);
      if (detail.eventSource) expect(`${source.replace('aws.', '')}.amazonaws.com`).toBe(detail.eventSource);
    }
  });

  test('has the event type and category of its detail type', () => {
    const kinds = new Set(TRAIL.map(({ 'detail-type': type, detail }) => `${type.replace(' via CloudTrail', '')}: ${detail.eventType}, ${detail.eventCategory}`));
    expect([...kinds].sort()).toEqual([
      'AWS API Call: AwsApiCall, Data',
      'AWS API Call: AwsApiCall, Management',
      'AWS Console Sign In: AwsConsoleSignIn, Management',
      'AWS Console Signin: AwsConsoleSignIn, Management',
      'AWS Insight: AwsCloudTrailInsight, Insight',
      'AWS Network Activity Event: AwsVpceEvent, NetworkActivity',
      'AWS Network Activity Event: AwsVpceEvents, NetworkActivity',
      'AWS Service Event: AwsServiceEvent, Management',
    ]);
  });

  test('identifies its caller with the members that the type of identity has', () => {
    const members: Record<string, string[]> = {
      Root: ['principalId', 'arn', 'accountId'],
      IAMUser: ['accountId', 'userName'],
      AssumedRole: ['principalId', 'arn', 'accountId'],
      FederatedUser: ['principalId', 'arn', 'accountId'],
      AWSService: ['invokedBy'],
      AWSAccount: ['principalId', 'accountId'],
      SAMLUser: ['principalId', 'userName', 'identityProvider'],
      WebIdentityUser: ['principalId', 'userName', 'identityProvider'],
      IdentityCenterUser: ['accountId', 'onBehalfOf', 'credentialId'],
    };
    for (const { detail } of TRAIL.filter((event) => event.detail.userIdentity?.type)) {
      expect(Object.keys(detail.userIdentity)).toEqual(expect.arrayContaining(members[detail.userIdentity.type]));
      if (detail.userIdentity.type === 'AssumedRole') expect(detail.userIdentity).not.toHaveProperty('userName');
    }
    expect(new Set(API_CALLS.map((event) => event.detail.userIdentity.type))).toEqual(new Set(Object.keys(members)));
  });

  test('never has response elements when it is a read that gives out no credentials', () => {
    for (const { detail } of API_CALLS.filter((event) => event.detail.readOnly && event.detail.eventSource !== 'sts.amazonaws.com')) {
      expect(detail.responseElements).toBeNull();
    }
  });
});

describe('the API calls', () => {
  test('are at least 120, of which about 20 failed', () => {
    expect(API_CALLS.length).toBeGreaterThanOrEqual(120);
    const codes = API_CALLS.map((event) => event.detail.errorCode).filter(Boolean);
    expect(codes.length).toBeGreaterThanOrEqual(20);
    expect(codes).toEqual(expect.arrayContaining(['AccessDenied', 'AccessDeniedException', 'Client.UnauthorizedOperation']));
  });

  test('cover the services that the use cases name', () => {
    const sources = new Set(API_CALLS.map((event) => event.source));
    for (const name of ['iam', 's3', 'ec2', 'kms', 'lambda', 'ssm', 'sts', 'cloudtrail', 'config', 'organizations', 'sqs', 'firehose']) expect(sources).toContain(`aws.${name}`);
    expect(API_CALLS.filter((event) => event.detail.eventName === 'UpdateEventSourceMapping20150331' && event.detail.requestParameters.enabled === false).length).toBeGreaterThan(0);
  });

  test('hold null parameters, and parameters that were too large', () => {
    expect(API_CALLS.some((event) => event.detail.requestParameters === null && event.detail.responseElements === null)).toBe(true);
    expect(API_CALLS.some((event) => event.detail.requestParameters?.omitted === true && event.detail.requestParameters.reason === 'requestParameters too large')).toBe(true);
  });

  test('show one principal, and only one, that calls the same S3 API more than ten times in a minute', () => {
    const calls = new Map<string, number>();
    for (const { time, detail } of API_CALLS.filter((event) => event.source === 'aws.s3')) {
      const key = `${detail.userIdentity.principalId} ${detail.eventName} ${time.slice(0, 16)}`;
      calls.set(key, (calls.get(key) ?? 0) + 1);
    }
    const flagged = [...calls].filter(([, count]) => count > 10);
    expect(flagged).toEqual([[expect.stringMatching(/:nightly-scan GetBucketAcl 2026-11-17T02:14$/), 14]]);
    expect([...calls.values()]).toContain(10);
  });

  test('show each call of Firehose by root, an IAM user, a role and another AWS service', () => {
    const made = new Set(API_CALLS.map((event) => `${event.detail.eventName} ${event.detail.userIdentity.type} ${event.detail.readOnly}`));
    const writes = ['CreateDeliveryStream', 'UpdateDestination', 'DeleteDeliveryStream', 'StartDeliveryStreamEncryption', 'StopDeliveryStreamEncryption', 'TagDeliveryStream'];
    const reads = ['DescribeDeliveryStream', 'ListDeliveryStreams'];
    for (const type of ['Root', 'IAMUser', 'AssumedRole', 'AWSService']) {
      for (const name of writes) expect(made).toContain(`${name} ${type} false`);
      for (const name of reads) expect(made).toContain(`${name} ${type} true`);
    }
  });
});

describe('the other events', () => {
  test('have console sign-ins that succeed and fail, with and without MFA, of root, users and federation, under both spellings', () => {
    const signIns = EVENTS.get('console-sign-ins.jsonl')!;
    const seen = new Set(signIns.filter(({ detail }) => detail.eventName === 'ConsoleLogin').map(({ detail }) =>
      `${detail.userIdentity.type} ${detail.responseElements.ConsoleLogin} ${detail.additionalEventData.SamlProviderArn ? 'SAML' : detail.additionalEventData.MFAUsed}`));
    for (const kind of ['Root Success Yes', 'Root Success No', 'Root Failure No', 'IAMUser Success Yes', 'IAMUser Success No', 'IAMUser Failure No', 'AssumedRole Success SAML']) {
      expect(seen).toContain(kind);
    }
    expect(times('AWS Console Signin via CloudTrail')).toBe(2);
  });

  test('have the parameter that the Parameter Store example asks for', () => {
    expect(REAL).toContainEqual(expect.objectContaining({
      'detail-type': 'Parameter Store Change',
      'source': 'aws.ssm',
      'region': 'us-east-1',
      'resources': ['arn:aws:ssm:us-east-1:123456789012:parameter/foo'],
      'detail': { operation: 'Create', name: 'foo', type: 'String', description: 'Sample Parameter' },
    }));
  });

  test.each([
    'AWS Service Event via CloudTrail', 'AWS Insight via CloudTrail', 'AWS Network Activity Event via CloudTrail', 'EC2 Instance State-change Notification', 'Object Created', 'Object Deleted',
    'GuardDuty Finding', 'Security Hub Findings - Imported', 'Config Rules Compliance Change', 'AWS Health Event', 'Access Analyzer Finding', 'Athena Query State Change',
    'Glue Data Catalog Table State Change', 'CodePipeline Pipeline Execution State Change', 'ECS Task State Change', 'ECR Image Scan', 'KMS CMK Rotation',
    'Trusted Advisor Check Item Refresh Notification', 'Macie Finding',
  ])('have a few of %s', (type) => {
    expect(times(type)).toBeGreaterThanOrEqual(2);
  });

  test('have findings in each range of GuardDuty\'s severity', () => {
    const severities = EVENTS.get('guardduty-findings.jsonl')!.map((event) => event.detail.severity);
    for (const [least, below] of [[0.1, 4], [4, 7], [7, 9], [9, 11]]) {
      expect(severities.some((severity) => severity >= least && severity < below)).toBe(true);
    }
  });
});

describe('the hostile events', () => {
  const LISTED = [...new Set(REAL.map((event) => event['detail-type']))];
  const string = (test_: (text: string) => boolean) => (event: Json) => walk(event.detail).strings.some(test_);
  const keys = (test_: (names: string[]) => boolean) => (event: Json) => walk(event.detail).keys.some(test_);
  const type = (test_: (text: string) => boolean) => (event: Json) => typeof event['detail-type'] === 'string' && test_(event['detail-type']);

  test('are at least 40', () => {
    expect(HOSTILE.length).toBeGreaterThanOrEqual(40);
  });

  test('are mostly such as a bus accepts', () => {
    const accepted = HOSTILE.filter((event) => typeof event['detail-type'] === 'string' && event['detail-type'] !== ''
      && typeof event.detail === 'object' && !Array.isArray(event.detail));
    expect(HOSTILE.length - accepted.length).toBeLessThanOrEqual(8);
    for (const event of accepted) expect(event['detail-type'].length).toBeLessThanOrEqual(128);
  });

  test.each<[string, (event: Json) => boolean]>([
    ['an emoji', string((text) => /\p{Extended_Pictographic}/u.test(text))],
    ['a quote and a backslash', string((text) => text.includes('"') && text.includes('\\'))],
    ['line breaks', string((text) => text.includes('\n') && text.includes('\r'))],
    ['a tab', string((text) => text.includes('\t'))],
    ['control characters', string((text) => text.includes('\u0001') && text.includes('\u001f'))],
    ['a NUL', string((text) => text.includes('\0'))],
    ['a line separator', string((text) => text.includes('\u2028'))],
    ['angle brackets and dollars', string((text) => /<.*>.*\$/.test(text))],
    ['the end of one record and the start of the next', (event) => JSON.stringify(event).includes('{"a":"}{"}')],
    ['JSON in a string', string((text) => text.startsWith('{"') && Boolean(JSON.parse(text)))],
    ['keys that differ by case only', keys((names) => names.includes('UserName') && names.includes('userName'))],
    ['keys with dots, dashes and spaces', keys((names) => names.includes('a.b') && names.includes('c-d') && names.includes('e f'))],
    ['__proto__ and constructor as keys', keys((names) => names.includes('__proto__') && names.includes('constructor'))],
    ['an empty object and an empty array', (event) => walk(event.detail).empty.size === 2],
    ['nested nulls', (event) => event.detail.b?.d?.e === null],
    ['sixty levels', (event) => depth(event.detail) >= 60],
    ['numbers that lose something when they are read', (event) => event.detail.unsafe === '9007199254740993' && event.detail.exponent === '1e21'],
    ['an empty detail', (event) => JSON.stringify(event.detail) === '{}'],
    ['a detail type with a slash', type((text) => text.includes('/'))],
    ['a detail type with a comma', type((text) => text.includes(','))],
    ['a detail type with an equals sign', type((text) => text.includes('='))],
    ['a detail type that goes up a folder', type((text) => text.includes('..'))],
    ['a detail type of 128 characters', type((text) => text.length === 128)],
    ['a listed detail type in another case', type((text) => LISTED.some((listed) => text !== listed && text.toLowerCase() === listed.toLowerCase()))],
    ['a listed detail type with a blank before or after it', type((text) => !LISTED.includes(text) && LISTED.includes(text.trim()))],
    ['a listed detail type with a blank too many in it', type((text) => !LISTED.includes(text) && LISTED.includes(text.replace(/ +/g, ' ')))],
    ['a replay name', (event) => typeof event['replay-name'] === 'string'],
    ['no resources', (event) => !('resources' in event)],
    ['no time', (event) => !('time' in event)],
    ['no region', (event) => !('region' in event)],
    ['about 120 KB', (event) => Math.abs(bytes(event) - 120 * KIB) < KIB],
    ['about 250 KB', (event) => Math.abs(bytes(event) - 250 * KIB) < KIB],
  ])('have one with %s', (_, is) => {
    expect(HOSTILE.some(is)).toBe(true);
  });

  test('have a number written 1.10, which a careless reader shortens', () => {
    expect(LINES.get('hostile.jsonl')!.some((line) => line.includes(':1.10,'))).toBe(true);
  });
});

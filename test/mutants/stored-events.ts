/**
 * Objects for the tables of a template, beyond those that a short run writes: on the first and the last day of each table and around
 * them, in each partition, and with rows for each branch of the saved queries.
 */

import { gzipSync } from 'node:zlib';
import { IDENTITY_EVENTS, MORE_IDENTITIES } from '../events/identities';
import type { JsonObject, ObjectStore } from '../simulator/engines';
import { Properties } from '../simulator/template/properties';
import type { SimulatedResource, SimulatedTemplate } from '../simulator/template/template';

const DAY = 24 * 3600 * 1000;

/** How many days ago a query's window may begin. */
const DAYS_AGO = [0, 1, 2, 7, 8];

/** More than any saved query shows. */
const MANY = 1010;

/** Every kind of identity, and what tells an AWS service from somebody. */
const IDENTITIES: readonly JsonObject[] = [
  ...IDENTITY_EVENTS.map(sent => (sent.event.detail as JsonObject).userIdentity).filter((identity): identity is JsonObject => typeof identity === 'object' && identity !== null),
  ...MORE_IDENTITIES.map(([identity]) => identity),
  { invokedBy: 'service' },
  { type: 'AWSService' },
];

const SIGN_IN = 'AWS Console Sign In via CloudTrail';

const PERSON: JsonObject = { type: 'IdentityCenterUser', onBehalfOf: { userId: 'u-1' } };

/** Fills the store; with `many`, with more failed calls and error records than a query shows. */
export function storeEvents(template: SimulatedTemplate, store: ObjectStore, now: Date, many = false): void {
  for (const table of template.ofType('AWS::Glue::Table')) {
    const location = Location.of(table);
    location?.folders(now).forEach((folder, index) => {
      const isFirst = index === 0;
      if (location.holdsLogs) {
        return store.put(location.bucket, `${folder}object-${index}.json.gz`, gzipSync(JSON.stringify({ Records: logRecords(index, now) })));
      }
      if (location.hasTypes) {
        const others = folder.replace(/event_type=[^/]+/, 'event_type=other');
        store.put(location.bucket, `${others}sign-in-${index}.gz`, gzipSync(JSON.stringify(signIn(`sign-in-${index}`, {}))));
      }
      // No sign-in is in the partition of calls, which is the first.
      const hasSignIns = location.hasTypes ? folder.includes('event_type=other/') : isFirst;
      const events = () => [...eventLines(index, now, isFirst && many), ...hasSignIns ? signInLines(many) : []];
      const lines = location.holdsErrors ? errorLines(index, isFirst && many) : events();
      store.put(location.bucket, `${folder}${location.holdsErrors ? `type-${index % 2}/deep/` : ''}object-${index}.gz`, gzipSync(lines.join('\n')));
    });
  }
}

/** Where a table's objects lie, by its projection. */
class Location {
  public static of(table: SimulatedResource): Location | undefined {
    const parameters = Properties.of(table).object('TableInput').optionalObject('Parameters')?.json ?? {};
    const template = parameters['storage.location.template'];
    return typeof template === 'string' ? new Location(template, parameters) : undefined;
  }

  public readonly bucket: string;
  public readonly holdsErrors: boolean;
  /** Whether it is that of a trail's log files. */
  public readonly holdsLogs: boolean;
  /** Whether the events lie by their types. */
  public readonly hasTypes: boolean;
  private readonly path: string;

  private constructor(template: string, private readonly parameters: JsonObject) {
    const [, bucket, path] = /^s3:\/\/([^/]+)\/(.*)$/.exec(template)!;
    [this.bucket, this.path] = [bucket, path];
    this.holdsErrors = path.includes('error_date=');
    this.holdsLogs = path.includes('/CloudTrail/');
    this.hasTypes = path.includes('event_type=');
  }

  /** One folder with all first values, and one more for each other value of each key. */
  public folders(now: Date): string[] {
    const keys = [...this.path.matchAll(/\$\{([^}]+)\}/g)].map(([, key]) => key);
    const values = new Map(keys.map(key => [key, this.values(key, now)]));
    const first = new Map(keys.map(key => [key, values.get(key)![0]]));
    const others = keys.flatMap(key => values.get(key)!.slice(1).map(value => new Map([...first, [key, value]])));
    return [first, ...others].map(partition => this.path.replace(/\$\{([^}]+)\}/g, (_all, key: string) => partition.get(key)!));
  }

  private values(key: string, now: Date): string[] {
    const setting = (name: string) => String(this.parameters[`projection.${key}.${name}`]);
    if (setting('type') === 'enum') return [...setting('values').split(','), 'not_listed'];
    if (setting('type') === 'integer') return ['12', '00', '01', '23', '24'];
    const [from, to] = setting('range').split(',').map(bound => bound === 'NOW' ? now.getTime() : Date.parse(bound.replace(/\//g, '-')));
    const recent = to === now.getTime() ? DAYS_AGO.map(days => to - days * DAY) : [];
    const days = [...recent, to, to - DAY, to + DAY, from, from + DAY, from - DAY].map(time => new Date(time).toISOString().slice(0, 10));
    return [...new Set(days)].map(day => setting('format') === 'yyyy/MM/dd' ? day.replace(/-/g, '/') : day);
  }
}

function eventLines(folder: number, now: Date, many: boolean): string[] {
  const rows = folder === 0 ? variedEvents(now) : [apiCall(`f${folder}`, { errorCode: 'AccessDenied' }), event(`f${folder}-other`, {}), signIn(`f${folder}-in`, {})];
  const more = many ? Array.from({ length: MANY }, (_, index) => apiCall(`many-${index}`, { errorCode: 'Throttling', eventName: `Call${index}` }, timeOf(index))) : [];
  return [...[...rows, ...more].map(row => JSON.stringify(row)), ...folder === 0 ? ['{"id": "cut off', 'no JSON', ''] : []];
}

function signInLines(many: boolean): string[] {
  const rows = [...IDENTITIES.map((userIdentity, index) => signIn(`who-in-${99 - index}`, { userIdentity })), ...signIns()];
  const more = many ? Array.from({ length: MANY }, (_, index) => ({ ...signIn(`many-in-${index}`, {}), time: timeOf(index) })) : [];
  return [...rows, ...more].map(row => JSON.stringify(row));
}

function timeOf(index: number): string {
  return `2026-10-0${index % 9}T00:00:00Z`;
}

/** Rows by which each condition, each branch and each order of the saved queries is told from another. */
function variedEvents(now: Date): JsonObject[] {
  const identities = IDENTITIES.flatMap((userIdentity, index) => [
    apiCall(`who-${99 - index}`, { userIdentity }), apiCall(`who-fails-${99 - index}`, { userIdentity, errorCode: 'Denied' }),
  ]);
  return [
    ...identities,
    ...failures(),
    apiCall('nobody', {}),
    apiCall('twice', { errorCode: 'Denied', eventName: 'Twice' }),
    apiCall('twice', { errorCode: 'Denied', eventName: 'Twice' }),
    apiCall('z-fails', { errorCode: 'Denied', errorMessage: 'not allowed', sourceIPAddress: '192.0.2.1', eventName: 'DeleteTrail', eventSource: 'cloudtrail.amazonaws.com' }),
    apiCall('a-fails', { errorCode: 'Failed', errorMessage: 'not found', sourceIPAddress: '192.0.2.2', eventName: 'GetThing', eventSource: 'b.amazonaws.com' }),
    apiCall('early', { userIdentity: { arn: 'arn:caller' }, eventSource: 'a.amazonaws.com' }, '2026-09-01T00:00:00Z'),
    apiCall('late', { userIdentity: { arn: 'arn:caller' }, eventSource: 'a.amazonaws.com', eventName: 'Late' }, '2026-11-02T00:00:00Z'),
    ...['b', 'a', 'd', 'c'].map(name => apiCall(`same-${name}`, { userIdentity: { arn: `arn:${name}` }, eventSource: `${name}.amazonaws.com` })),
    ...['b', 'a'].map(name => apiCall(`twice-as-${name}`, { userIdentity: { arn: 'arn:d' }, eventSource: `${name}.amazonaws.com` })),
    ...['2', '1', '4', '3'].map(account => ({ ...apiCall(`of-${account}`, { userIdentity: { arn: 'arn:accounts' } }), account })),
    event('no-call', { 'detail': { errorCode: 'Denied', eventSource: 'x' }, 'replay-name': 'again', 'resources': ['arn:1', 'arn:2'] }),
    event('text', { detail: 'text' }),
    event('nested', { detail: { Name: 1, name: 2, NAME: [1.10, { A: 1, a: 2 }] } }),
    event('missing', { 'detail': null, 'account': null, 'region': 'eu-west-1', 'detail-type': null }),
    event('ahead', { time: '2031-01-01T00:00:00Z' }),
    event('ahead-today', { time: `${now.toISOString().slice(0, 10)}T23:59:59Z` }),
    event('timeless', { time: null }),
    ...['d', 'a', 'c', 'b'].map(name => event(`kind-${name}`, { 'detail-type': `Kind ${name}`, 'source': name === 'a' ? 'z' : name })),
    ...['s', 'q', 'r'].map(name => event(`source-${name}`, { 'detail-type': 'Kind b', 'source': name })),
    ...Array.from({ length: 100 }, (_, index) => event(`old-${index}`, { time: '2026-08-01T00:00:00Z' })),
  ];
}

/** What counts as a failure and what does not, and failures that differ in one column, by which they are in order. */
function failures(): JsonObject[] {
  const codes = ['200', '204', '2000', '1200', '', '403', 'Client.DryRunOperation', 'DryRunOperation', 'DryRunOperationException', 'Client.DryRun'];
  const one = { userIdentity: { arn: 'arn:one' }, errorCode: 'Denied' };
  const differing = ['b', 'a', 'd', 'c'].flatMap((name): JsonObject[] => [
    apiCall(`by-source-${name}`, { ...one, eventSource: `source-${name}` }),
    apiCall(`by-name-${name}`, { ...one, eventName: `Name${name}` }),
    apiCall(`by-error-${name}`, { ...one, errorCode: `Error${name}` }),
    apiCall(`by-service-${name}`, { ...one, userIdentity: { arn: 'arn:one', invokedBy: name } }),
    { ...apiCall(`by-account-${name}`, one), account: name },
    apiCall(`by-time-${name}`, { ...one, userIdentity: { arn: `arn:time-${name}` } }, `2026-10-1${name.charCodeAt(0) - 96}T00:00:00Z`),
    ...Array.from({ length: name.charCodeAt(0) - 95 }, (_, index) => apiCall(`by-count-${name}-${index}`, { ...one, userIdentity: { arn: `arn:count-${name}` } })),
  ]);
  return [
    ...codes.map((errorCode, index) => apiCall(`code-${index}`, { ...one, errorCode, eventName: `Code${index}`, errorMessage: errorCode === '' ? '' : `message ${index}` })),
    apiCall('message', { ...one, errorCode: null, errorMessage: 'a message alone' }),
    apiCall('message-and-no-code', { ...one, errorCode: '', errorMessage: 'a message beside no code' }),
    apiCall('no-message', { ...one, errorCode: null, errorMessage: '' }),
    ...['b', 'a'].map((text, index) => apiCall(`example-${text}`, { ...one, eventName: 'Examples', errorMessage: text, sourceIPAddress: text }, timeOf(index + 1))),
    ...differing,
    ...['Denied', null].map(errorCode => ({ ...apiCall(`network-${errorCode}`, { ...one, errorCode }), 'detail-type': 'AWS Network Activity Event via CloudTrail' })),
  ];
}

/** Sign-ins by all that may be said of them. */
function signIns(): JsonObject[] {
  const ofPerson = { userIdentity: PERSON, responseElements: null };
  const step = (id: string, eventName: string, outcome: string, more: JsonObject): JsonObject => ({
    ...signIn(id, { ...ofPerson, eventName, serviceEventDetails: { [eventName]: outcome }, additionalEventData: more }),
    'detail-type': 'AWS Service Event via CloudTrail',
  });
  return [
    ...['Yes', 'YES', 'No', 'Perhaps'].map(MFAUsed => signIn(`mfa-${MFAUsed}`, { additionalEventData: { MFAUsed } })),
    signIn('failed', { responseElements: { ConsoleLogin: 'Failure' }, errorMessage: 'Failed authentication', userAgent: 'browser', sourceIPAddress: '192.0.2.7' }),
    ...[1, 2].map(() => signIn('twice-in', {})),
    signIn('failed-by-message', { responseElements: null, errorMessage: 'Failed authentication' }),
    signIn('failed-by-code', { responseElements: null, errorCode: 'Failed' }),
    signIn('failed-beside-no-code', { responseElements: null, errorCode: '', errorMessage: 'beside no code' }),
    ...['200', 'Client.DryRunOperation', 'DryRunOperationException'].map(errorCode => signIn(`code-${errorCode}`, { responseElements: null, errorCode })),
    signIn('no-message-in', { responseElements: null, errorCode: '', errorMessage: '' }),
    signIn('no-result', { responseElements: null }),
    { ...signIn('other-spelling', {}), 'detail-type': 'AWS Console Signin via CloudTrail' },
    signIn('other-step', { eventName: 'CheckMfa' }),
    signIn('other-service', { eventSource: 'other.amazonaws.com' }),
    { ...signIn('late-in', {}), time: '2026-11-20T00:00:00Z' },
    step('w1-a', 'CredentialChallenge', 'Success', { AuthWorkflowID: 'w1', CredentialType: 'PASSWORD', UserName: 'ada' }),
    step('w1-b', 'CredentialVerification', 'Success', { AuthWorkflowID: 'w1', CredentialType: 'PASSWORD' }),
    step('w1-c', 'UserAuthentication', 'Success', { AuthWorkflowID: 'w1', CredentialType: 'PASSWORD,TOTP' }),
    step('w2-a', 'CredentialChallenge', 'Success', { AuthWorkflowID: 'w2', CredentialType: 'PASSWORD', UserName: 'eve' }),
    step('w2-c', 'CredentialChallenge', 'Success', { AuthWorkflowID: 'w2', CredentialType: 'TOTP', UserName: 'EVE' }),
    step('w2-b', 'CredentialVerification', 'Failure', { AuthWorkflowID: 'w2', CredentialType: 'PASSWORD' }),
    step('w3', 'UserAuthentication', 'Success', { CredentialType: 'PASSWORD' }),
    step('w5', 'UserAuthentication', 'Success', { AuthWorkflowID: '', UserName: '', CredentialType: 'PASSWORD' }),
    step('w6', 'UserAuthentication', 'Success', { AuthWorkflowID: '', UserName: 'liz', CredentialType: 'PASSWORD' }),
    signIn('named-elsewhere', { userIdentity: { type: 'IAMUser', userName: 'ada' }, additionalEventData: { UserName: '' } }),
    signIn('named-nowhere', { userIdentity: { type: 'IAMUser', userName: '' } }),
    step('w4', 'UserAuthentication', 'Failure', { CredentialType: 'EXTERNAL_IDP', UserName: 'kim' }),
  ];
}

function signIn(id: string, detail: JsonObject): JsonObject {
  return event(id, {
    'detail-type': SIGN_IN,
    'source': 'aws.signin',
    'detail': { eventSource: 'signin.amazonaws.com', eventName: 'ConsoleLogin', responseElements: { ConsoleLogin: 'Success' }, ...detail },
  });
}

function apiCall(id: string, detail: JsonObject, time?: string): JsonObject {
  return event(id, {
    'detail-type': 'AWS API Call via CloudTrail',
    'source': 'aws.s3',
    'detail': { eventSource: 's3.amazonaws.com', eventName: 'PutObject', ...detail },
    ...time === undefined ? {} : { time },
  });
}

function event(id: string, fields: JsonObject): JsonObject {
  const envelope = { 'version': '0', id, 'detail-type': 'Something happened', 'source': 'my.app', 'account': '123456789012', 'time': '2026-11-01T00:00:00Z' };
  return { ...envelope, region: 'us-east-1', resources: [], detail: {}, ...fields };
}

/** Records of a trail in the window of the completeness queries, and one after it. */
function logRecords(folder: number, now: Date): JsonObject[] {
  const record = (eventID: string, hoursAgo: number, more: JsonObject = {}): JsonObject => ({
    eventID,
    eventTime: new Date(now.getTime() - hoursAgo * 3600 * 1000).toISOString(),
    eventSource: 's3.amazonaws.com',
    eventName: 'PutObject',
    eventType: 'AwsApiCall',
    readOnly: false,
    userIdentity: { type: 'IAMUser', arn: 'arn:caller', sessionContext: { sessionIssuer: { arn: 'arn:issuer' } } },
    requestParameters: { bucketName: `bucket-${folder}` },
    resources: [{ ARN: 'arn:aws:s3:::bucket', accountId: '123456789012', type: 'AWS::S3::Bucket' }],
    ...more,
  });
  const identities = IDENTITIES.map((userIdentity, index) => record(`logged-${folder}-${index}`, 2, { userIdentity }));
  return [...identities, record(`logged-${folder}`, 2), record(`read-${folder}`, 2, { readOnly: true, eventName: 'ListBuckets' }), record(`late-${folder}`, 0)];
}

/** Error records in every spelling, and broken in every way that the view copes with. */
function errorLines(folder: number, many: boolean): string[] {
  const encoded = (value: object | string) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64');
  const record = (id: string, fields: JsonObject): JsonObject => ({
    attemptsMade: 3, arrivalTimestamp: 1790000000123, attemptEndingTimestamp: 1790000001123, rawData: encoded(event(id, {})), ...fields,
  });
  const records = [
    record(`z-${folder}`, { errorCode: 'A', errorMessage: 'a' }),
    record(`y-${folder}`, { ErrorCode: 'B', ErrorMessage: 'b', attemptsMade: '4', arrivalTimestamp: '1790000000124' }),
    record(`x-${folder}`, { lastErrorCode: 'C', lastErrorMessage: 'c', lambdaARN: 'arn:lambda', sequenceNumber: '1', dataCatalogTable: { tableName: 't' } }),
    record(`w-${folder}`, { errorCode: 'D', lastErrorCode: 'E', errorMessage: 'd', lastErrorMessage: 'e', attemptsMade: 'often', arrivalTimestamp: 'late' }),
    { ...record('', { errorCode: 'F', errorMessage: 'f' }), rawData: 'no base64' },
    { ...record('', { errorCode: 'G', errorMessage: 'g' }), rawData: encoded('no JSON') },
  ];
  const more = many ? Array.from({ length: MANY }, (_, index) => record(`many-${index}`, { errorCode: 'H' })) : [];
  return [...[...records, ...more].map(line => JSON.stringify(line)), '{"errorCode": "cut off'];
}

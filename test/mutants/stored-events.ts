/**
 * Objects for the tables of a template, beyond those that a short run writes: on the first and the last day of each table and around
 * them, in each partition, and with rows for each branch of the saved queries.
 */

import { gzipSync } from 'node:zlib';
import type { JsonObject, ObjectStore } from '../simulator/engines';
import { Properties } from '../simulator/template/properties';
import type { SimulatedResource, SimulatedTemplate } from '../simulator/template/template';

const DAY = 24 * 3600 * 1000;

/** How many days ago a query's window may begin. */
const DAYS_AGO = [0, 1, 2, 7, 8];

/** More than any saved query shows. */
const MANY = 1010;

const PRINCIPAL_FIELDS: readonly JsonObject[] = [
  { sessionContext: { sessionIssuer: { arn: 'arn:issuer' } } }, { arn: 'arn:caller' }, { invokedBy: 'service' }, { userName: 'name' }, { principalId: 'AIDA' },
];

/** Fills the store; with `many`, with more failed calls and error records than a query shows. */
export function storeEvents(template: SimulatedTemplate, store: ObjectStore, now: Date, many = false): void {
  for (const table of template.ofType('AWS::Glue::Table')) {
    const location = Location.of(table);
    location?.folders(now).forEach((folder, index) => {
      const isFirst = index === 0;
      if (location.holdsLogs) {
        return store.put(location.bucket, `${folder}object-${index}.json.gz`, gzipSync(JSON.stringify({ Records: logRecords(index, now) })));
      }
      const lines = location.holdsErrors ? errorLines(index, isFirst && many) : eventLines(index, isFirst && many);
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
  private readonly path: string;

  private constructor(template: string, private readonly parameters: JsonObject) {
    const [, bucket, path] = /^s3:\/\/([^/]+)\/(.*)$/.exec(template)!;
    [this.bucket, this.path] = [bucket, path];
    this.holdsErrors = path.includes('error_date=');
    this.holdsLogs = path.includes('/CloudTrail/');
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

function eventLines(folder: number, many: boolean): string[] {
  const rows = folder === 0 ? variedEvents() : [apiCall(`f${folder}`, { errorCode: 'AccessDenied' }), event(`f${folder}-other`, {})];
  const failures = many ? Array.from({ length: MANY }, (_, index) => apiCall(`many-${index}`, { errorCode: 'Throttling' }, `2026-10-0${index % 9}T00:00:00Z`)) : [];
  return [...[...rows, ...failures].map(row => JSON.stringify(row)), ...folder === 0 ? ['{"id": "cut off', 'no JSON', ''] : []];
}

/** Rows by which each condition, each branch and each order of the saved queries is told from another. */
function variedEvents(): JsonObject[] {
  const principals = PRINCIPAL_FIELDS.flatMap((_, index) => {
    const userIdentity = Object.assign({}, ...PRINCIPAL_FIELDS.slice(index)) as JsonObject;
    return [apiCall(`who-${9 - index}`, { userIdentity }), apiCall(`who-fails-${9 - index}`, { userIdentity, errorCode: 'Denied' })];
  });
  return [
    ...principals,
    apiCall('nobody', {}),
    apiCall('twice', { errorCode: 'Denied', eventName: 'Twice' }),
    apiCall('twice', { errorCode: 'Denied', eventName: 'Twice' }),
    apiCall('z-fails', { errorCode: 'Denied', errorMessage: 'not allowed', sourceIPAddress: '192.0.2.1', eventName: 'DeleteTrail', eventSource: 'cloudtrail.amazonaws.com' }),
    apiCall('a-fails', { errorCode: 'Failed', errorMessage: 'not found', sourceIPAddress: '192.0.2.2', eventName: 'GetThing', eventSource: 'b.amazonaws.com' }),
    apiCall('early', { userIdentity: { arn: 'arn:caller' }, eventSource: 'a.amazonaws.com' }, '2026-09-01T00:00:00Z'),
    apiCall('late', { userIdentity: { arn: 'arn:caller' }, eventSource: 'a.amazonaws.com', eventName: 'Late' }, '2026-11-02T00:00:00Z'),
    ...['b', 'a', 'd', 'c'].map(name => apiCall(`same-${name}`, { userIdentity: { arn: `arn:${name}` }, eventSource: `${name}.amazonaws.com` })),
    ...['b', 'a'].map(name => apiCall(`twice-as-${name}`, { userIdentity: { arn: 'arn:d' }, eventSource: `${name}.amazonaws.com` })),
    event('no-call', { 'detail': { errorCode: 'Denied', eventSource: 'x' }, 'replay-name': 'again', 'resources': ['arn:1', 'arn:2'] }),
    event('text', { detail: 'text' }),
    event('nested', { detail: { Name: 1, name: 2, NAME: [1.10, { A: 1, a: 2 }] } }),
    event('missing', { 'detail': null, 'account': null, 'region': 'eu-west-1', 'detail-type': null }),
    ...['d', 'a', 'c', 'b'].map(name => event(`kind-${name}`, { 'detail-type': `Kind ${name}`, 'source': name === 'a' ? 'z' : name })),
    ...['s', 'q', 'r'].map(name => event(`source-${name}`, { 'detail-type': 'Kind b', 'source': name })),
    ...Array.from({ length: 100 }, (_, index) => event(`old-${index}`, { time: '2026-08-01T00:00:00Z' })),
  ];
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
  return [record(`logged-${folder}`, 2), record(`read-${folder}`, 2, { readOnly: true, eventName: 'ListBuckets' }), record(`late-${folder}`, 0)];
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

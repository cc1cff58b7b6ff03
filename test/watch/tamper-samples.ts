// Records of calls that change or remove what an archive consists of, as CloudTrail writes them. The table is made from facts on the services'
// records, never from the library's own, so that a name that is missing or wrong there shows.

import { namesIn } from '../events/audit-event-samples';
import type { Json, JsonObject } from '../simulator/engines';

/** What the records name: physical names, ids, ARNs and URLs by what they are of. */
export type Names = { readonly [what: string]: string };

/** A call, and what of the record says what it is about. */
export interface TamperSample {
  readonly service: string;
  readonly eventName: string;
  /** The names that it uses. A call without any concerns the whole account. */
  readonly uses: readonly string[];
  readonly isData: boolean;
  readonly requestParameters: Json;
  readonly resources?: Json;
}

type Request = (names: Names) => Json;

/** Calls with the same kind of request, by their abridged names. */
interface Row {
  readonly service: string;
  readonly calls: string;
  readonly request: Request;
  readonly resources?: Request;
  readonly isData?: boolean;
}

const QUERY = 'SELECT 1';

/** What S3 writes of every request. */
function s3(bucket: string, more: JsonObject = {}): Request {
  return names => ({ bucketName: names[bucket], Host: `${names[bucket]}.s3.us-east-1.amazonaws.com`, ...more });
}

function inBucket(bucket: string): Request {
  return names => [
    { accountId: '123456789012', type: 'AWS::S3::Object', ARN: `arn:aws:s3:::${names[bucket]}/events/a.gz` },
    { accountId: '123456789012', type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${names[bucket]}` },
  ];
}

/** What S3 writes of a request by way of an access point, which somebody may have made for it. */
const byAccessPoint: Request = () => ({
  bucketName: 'arn:aws:s3:us-east-1:123456789012:accesspoint/way-in',
  Host: 'way-in-123456789012.s3-accesspoint.us-east-1.amazonaws.com',
  key: 'events/a.gz',
});

function accessPointTo(bucket: string): Request {
  const accessPoint = { accountId: '123456789012', type: 'AWS::S3::AccessPoint', ARN: 'arn:aws:s3:us-east-1:123456789012:accesspoint/way-in' };
  return names => [...inBucket(bucket)(names) as Json[], accessPoint];
}

const keyListed: Request = ({ keyArn }) => [{ accountId: '123456789012', type: 'AWS::KMS::Key', ARN: keyArn }];

const BUCKETS = ['bucket', 'accessLogs', 'results'];

const ROWS: readonly Row[] = [
  ...BUCKETS.flatMap((bucket): Row[] => [
    {
      service: 's3',
      calls: 'DeleteBucket {Put,Delete}BucketPolicy PutBucketAcl {Put,Delete}BucketLifecycle PutBucketObjectLockConfiguration {Put,Delete}BucketReplication '
        + '{Put,Delete}BucketEncryption {Put,Delete}BucketPublicAccessBlock {Put,Delete}BucketOwnershipControls PutBucketLogging PutBucketNotification',
      request: s3(bucket),
    },
    { service: 's3', calls: 'PutBucketVersioning', request: s3(bucket, { versioning: '', VersioningConfiguration: { Status: 'Suspended' } }) },
    {
      service: 's3',
      calls: 'DeleteObject PutObjectRetention PutObjectLegalHold PutObjectAcl UpdateObjectEncryption',
      request: s3(bucket, { key: 'events/a.gz' }),
      resources: inBucket(bucket),
      isData: true,
    },
    { service: 's3', calls: 'DeleteObjects', request: s3(bucket, { delete: '' }), isData: true },
    {
      service: 's3',
      calls: 'DeleteObject DeleteObjects PutObjectRetention PutObjectLegalHold PutObjectAcl',
      request: byAccessPoint,
      resources: accessPointTo(bucket),
      isData: true,
    },
  ]),
  { service: 's3', calls: 'PutObject CopyObject CompleteMultipartUpload', request: byAccessPoint, resources: accessPointTo('bucket'), isData: true },
  { service: 's3', calls: 'PutObject CopyObject CompleteMultipartUpload', request: s3('bucket', { key: 'events/a.gz' }), resources: inBucket('bucket'), isData: true },
  { service: 's3', calls: '{Put,Delete}AccountPublicAccessBlock', request: () => ({ publicAccessBlock: '', Host: '123456789012.s3-control.us-east-1.amazonaws.com' }) },
  { service: 'firehose', calls: 'DeleteDeliveryStream UpdateDestination {Start,Stop}DeliveryStreamEncryption', request: ({ stream }) => ({ deliveryStreamName: stream }) },
  { service: 'events', calls: 'PutRule', request: ({ rule }) => ({ name: rule, state: 'DISABLED', eventPattern: '{}' }) },
  { service: 'events', calls: 'EnableRule DisableRule DeleteRule', request: ({ rule }) => ({ name: rule, force: false }) },
  { service: 'events', calls: 'DisableRule DeleteRule', request: ({ rule }) => ({ name: rule, eventBusName: 'default' }) },
  { service: 'events', calls: 'DisableRule', request: ({ rule }) => ({ name: rule, eventBusName: 'arn:aws:events:us-east-1:123456789012:event-bus/default' }) },
  { service: 'events', calls: 'PutTargets', request: ({ rule }) => ({ rule, targets: [{ id: 'Target0', arn: 'arn:aws:sqs:us-east-1:999999999999:elsewhere' }] }) },
  { service: 'events', calls: 'RemoveTargets', request: ({ rule }) => ({ rule, ids: ['Target0'] }) },
  { service: 'events', calls: 'PutRule EnableRule DisableRule DeleteRule', request: ({ ruleOnBus, bus }) => ({ name: ruleOnBus, eventBusName: bus }) },
  { service: 'events', calls: '{Put,Remove}Targets', request: ({ ruleOnBus, bus }) => ({ rule: ruleOnBus, eventBusName: `arn:aws:events:us-east-1:123456789012:event-bus/${bus}` }) },
  { service: 'events', calls: '{Update,Delete}EventBus', request: ({ bus }) => ({ name: bus }) },
  { service: 'events', calls: 'DeactivateEventSource', request: ({ bus }) => ({ name: bus }) },
  ...['stackName', 'stackId'].map((stack): Row => (
    { service: 'cloudformation', calls: 'DeleteStack SetStackPolicy UpdateTerminationProtection', request: names => ({ stackName: names[stack] }) })),
  { service: 'events', calls: 'UpdateEventBus', request: () => ({ name: 'default', kmsKeyIdentifier: 'arn:aws:kms:us-east-1:123456789012:key/theirs' }) },
  // Without a bus it is the default bus.
  ...[{} as JsonObject, { eventBusName: 'default' }, { eventBusName: 'arn:aws:events:us-east-1:123456789012:event-bus/default' }].map((bus): Row => (
    { service: 'events', calls: '{Put,Remove}Permission', request: () => ({ ...bus, statementId: 'anybody', principal: '*', action: 'events:PutEvents' }) })),
  { service: 'events', calls: '{Put,Remove}Permission', request: ({ bus }) => ({ eventBusName: bus, statementId: 'partner' }) },
  { service: 'events', calls: '{Put,Remove}Permission', request: ({ bus }) => ({ eventBusName: `arn:aws:events:us-east-1:123456789012:event-bus/${bus}`, statementId: 'partner' }) },
  { service: 'events', calls: '{Update,Delete}Archive', request: ({ eventArchive }) => ({ archiveName: eventArchive }) },
  { service: 'events', calls: 'DisableRule DeleteRule', request: ({ eventArchive }) => ({ name: `Events-Archive-${eventArchive}`, force: true }) },
  { service: 'events', calls: '{Put,Remove}Targets', request: ({ eventArchive, bus }) => ({ rule: `Events-Archive-${eventArchive}`, eventBusName: bus, force: true }) },
  { service: 'events', calls: '{Update,Delete}Connection DeauthorizeConnection', request: ({ connection }) => ({ name: connection }) },
  { service: 'events', calls: '{Update,Delete}ApiDestination', request: ({ apiDestination }) => ({ name: apiDestination }) },
  ...['queue', 'fanOutQueue'].flatMap((queue): Row[] => [
    { service: 'sqs', calls: 'PurgeQueue DeleteQueue SetQueueAttributes {Add,Remove}Permission', request: names => ({ queueUrl: names[queue] }) },
    { service: 'sqs', calls: 'DeleteMessage DeleteMessageBatch', request: names => ({ queueUrl: names[queue] }), isData: true },
    { service: 'sqs', calls: 'PurgeQueue', request: names => ({ queueUrl: names[queue].replace('sqs.us-east-1.amazonaws.com', 'queue.amazonaws.com') }) },
  ]),
  { service: 'sqs', calls: 'StartMessageMoveTask', request: ({ queueArn }) => ({ sourceArn: queueArn }) },
  ...['keyId', 'keyArn'].map((key): Row => ({
    service: 'kms',
    calls: 'DisableKey ScheduleKeyDeletion PutKeyPolicy DisableKeyRotation RevokeGrant DeleteImportedKeyMaterial UpdatePrimaryRegion',
    request: names => ({ keyId: names[key] }),
    resources: keyListed,
  })),
  { service: 'kms', calls: 'ScheduleKeyDeletion', request: () => ({ keyId: 'alias/audit', pendingWindowInDays: 7 }), resources: keyListed },
  { service: 'kms', calls: 'DisableKey ScheduleKeyDeletion PutKeyPolicy', request: ({ topicKeyId }) => ({ keyId: topicKeyId }) },
  // A call that failed lists no resources.
  { service: 'kms', calls: 'DisableKey', request: ({ keyId }) => ({ keyId }) },
  {
    service: 'kms',
    calls: '{Update,Delete}Alias',
    request: () => ({ aliasName: 'alias/of-the-users-own' }),
    resources: ({ keyArn }) => [{ accountId: '123456789012', ARN: 'arn:aws:kms:us-east-1:123456789012:alias/of-the-users-own' }, { accountId: '123456789012', ARN: keyArn }],
  },
  { service: 'kms', calls: '{Update,Delete}Alias', request: ({ alias }) => ({ aliasName: alias }) },
  { service: 'glue', calls: '{Update,Delete}Database', request: ({ database }) => ({ name: database }) },
  { service: 'glue', calls: 'DeleteDatabase', request: ({ database }) => ({ catalogId: '123456789012', name: database.toUpperCase() }) },
  { service: 'glue', calls: 'DeleteTable', request: ({ database }) => ({ databaseName: database, name: 'events' }) },
  { service: 'glue', calls: 'UpdateTable', request: ({ database }) => ({ databaseName: database, tableInput: { name: 'events' } }) },
  { service: 'glue', calls: 'BatchDeleteTable', request: ({ database }) => ({ databaseName: database, tablesToDelete: ['events', 'delivery_errors'] }) },
  {
    service: 'glue',
    calls: 'DeletePartition BatchDeletePartition UpdatePartition BatchUpdatePartition DeleteTableVersion BatchDeleteTableVersion',
    request: ({ database }) => ({ databaseName: database, tableName: 'events' }),
  },
  { service: 'glue', calls: '{Put,Delete}ResourcePolicy', request: () => ({ policyInJson: '{}' }) },
  { service: 'glue', calls: 'DeleteResourcePolicy', request: () => null },
  { service: 'glue', calls: 'PutResourcePolicy', request: () => ({ resourceArn: 'arn:aws:glue:us-east-1:123456789012:catalog' }) },
  { service: 'glue', calls: '{Put,Delete}ResourcePolicy', request: ({ database }) => ({ resourceArn: `arn:aws:glue:us-east-1:123456789012:database/${database}` }) },
  { service: 'glue', calls: '{Put,Delete}ResourcePolicy', request: ({ database }) => ({ resourceArn: `arn:aws:glue:us-east-1:123456789012:table/${database}/events` }) },
  { service: 'glue', calls: 'PutDataCatalogEncryptionSettings', request: () => ({ catalogId: '123456789012' }) },
  { service: 'athena', calls: '{Update,Delete}WorkGroup', request: ({ workGroup }) => ({ workGroup }) },
  { service: 'athena', calls: '{Update,Delete}NamedQuery', request: ({ namedQuery }) => ({ namedQueryId: namedQuery, queryString: QUERY }) },
  { service: 'athena', calls: '{Update,Delete}DataCatalog', request: ({ dataCatalog }) => ({ name: dataCatalog }) },
  ...['trail', 'trailArn'].flatMap((trail): Row[] => [
    { service: 'cloudtrail', calls: 'StopLogging DeleteTrail UpdateTrail', request: names => ({ name: names[trail] }) },
    { service: 'cloudtrail', calls: 'PutEventSelectors PutInsightSelectors', request: names => ({ trailName: names[trail], eventSelectors: [{ includeManagementEvents: false }] }) },
  ]),
  {
    service: 'logs',
    calls: 'DeleteLogGroup DeleteLogStream {Put,Delete}RetentionPolicy {Put,Delete}MetricFilter {Put,Delete}SubscriptionFilter {A,Disa}ssociateKmsKey',
    request: ({ logGroup }) => ({ logGroupName: logGroup }),
  },
  { service: 'logs', calls: '{A,Disa}ssociateKmsKey', request: ({ logGroup }) => ({ resourceIdentifier: `arn:aws:logs:us-east-1:123456789012:log-group:${logGroup}` }) },
  { service: 'logs', calls: 'UpdateDeliveryConfiguration DeleteDelivery', request: ({ logDelivery }) => ({ id: logDelivery }) },
  { service: 'logs', calls: '{Put,Delete}DeliverySource', request: ({ logSource }) => ({ name: logSource }) },
  { service: 'logs', calls: '{Put,Delete}DeliveryDestination', request: ({ logDestination }) => ({ name: logDestination }) },
  { service: 'logs', calls: '{Put,Delete}ResourcePolicy', request: ({ logPolicy }) => ({ policyName: logPolicy }) },
  { service: 'monitoring', calls: 'DeleteAlarms DisableAlarmActions', request: ({ alarm, compositeAlarm }) => ({ alarmNames: ['somebody-elses', alarm, compositeAlarm] }) },
  { service: 'monitoring', calls: 'PutMetricAlarm SetAlarmState', request: ({ alarm }) => ({ alarmName: alarm, actionsEnabled: false }) },
  { service: 'monitoring', calls: 'PutCompositeAlarm', request: ({ compositeAlarm }) => ({ alarmName: compositeAlarm }) },
  {
    service: 'iam',
    calls: 'DeleteRole {Put,Delete,Attach,Detach}RolePolicy UpdateAssumeRolePolicy {Put,Delete}RolePermissionsBoundary',
    request: ({ role }) => ({ roleName: role, policyName: 'extra' }),
  },
  { service: 'iam', calls: 'DeleteRole', request: ({ role }) => ({ roleName: role.toLowerCase() }) },
  { service: 'iam', calls: '{Create,Delete}PolicyVersion SetDefaultPolicyVersion DeletePolicy', request: ({ policyArn }) => ({ policyArn, versionId: 'v2' }) },
  ...['topicArn', 'ownTopicArn'].flatMap((topic): Row[] => [
    { service: 'sns', calls: 'DeleteTopic SetTopicAttributes {Add,Remove}Permission', request: names => ({ topicArn: names[topic] }) },
    { service: 'sns', calls: 'PutDataProtectionPolicy', request: names => ({ resourceArn: names[topic], dataProtectionPolicy: '{}' }) },
    { service: 'sns', calls: 'Unsubscribe SetSubscriptionAttributes', request: names => ({ subscriptionArn: `${names[topic]}:6b0e71bd-7e97-4d97-80ce-4a0994e55286` }) },
  ]),
  ...['database.name', 'table.databaseName', 'tableWithColumns.databaseName', 'dataCellsFilter.databaseName'].flatMap((path): Row[] => {
    const [kind, field] = path.split('.');
    const resource: Request = ({ database }) => ({ [kind]: { [field]: database } });
    return [
      { service: 'lakeformation', calls: '{Grant,Revoke}Permissions', request: names => ({ resource: resource(names), permissions: ['DROP'] }) },
      { service: 'lakeformation', calls: 'Batch{Grant,Revoke}Permissions', request: names => ({ entries: [{ id: '1', resource: { catalog: {} } }, { id: '2', resource: resource(names) }] }) },
    ];
  }),
  { service: 'lakeformation', calls: 'RegisterResource DeregisterResource UpdateResource', request: ({ bucket }) => ({ resourceArn: `arn:aws:s3:::${bucket}` }) },
  { service: 'lakeformation', calls: 'RegisterResource DeregisterResource UpdateResource', request: ({ bucket }) => ({ resourceArn: `arn:aws:s3:::${bucket}/events/` }) },
  { service: 'lakeformation', calls: 'PutDataLakeSettings', request: () => ({ dataLakeSettings: {} }) },
];

/** A call for each row and name. */
export function tamperSamples(names: Names): TamperSample[] {
  return ROWS.flatMap(({ service, calls, request, resources, isData = false }) => {
    const used = new Set<string>();
    const noted = new Proxy(names, {
      get: (target, name: string) => {
        used.add(name);
        if (!Object.hasOwn(target, name)) throw new Error(`the samples need a name: ${name}`);
        return target[name];
      },
    });
    const [requestParameters, listed] = [request(noted), resources?.(noted)];
    return namesIn(calls).map(eventName => ({ service, eventName, uses: [...used], isData, requestParameters, resources: listed }));
  });
}

/** Other resources of the same kinds, named nearly the same. */
export function nearNames(names: Names): Names[] {
  return [
    Object.fromEntries(Object.entries(names).map(([what, name]) => [what, `${name}2`])),
    Object.fromEntries(Object.entries(names).map(([what, name]) => [what, name.replace(/[^:/]+$/, last => `x${last}`)])),
  ];
}

export const SOMEBODY = 'arn:aws:iam::123456789012:role/Somebody';

let lastId = 0;

/** The event of a call. */
export function tamperEvent(sample: TamperSample, issuerArn: string = SOMEBODY, more: JsonObject = {}): JsonObject {
  const { service, eventName, isData, requestParameters, resources } = sample;
  const eventID = `00000000-0000-4000-8000-${String(++lastId).padStart(12, '0')}`;
  return {
    'version': '0',
    'id': eventID,
    'detail-type': 'AWS API Call via CloudTrail',
    'source': `aws.${service}`,
    'account': '123456789012',
    'time': '2026-11-19T12:00:00Z',
    'region': 'us-east-1',
    'resources': [],
    'detail': {
      eventVersion: '1.11',
      userIdentity: {
        type: 'AssumedRole',
        principalId: 'AROAEXAMPLE:session',
        arn: `${issuerArn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/session`,
        accountId: '123456789012',
        accessKeyId: 'ASIAEXAMPLE',
        sessionContext: {
          sessionIssuer: { type: 'Role', principalId: 'AROAEXAMPLE', arn: issuerArn, accountId: '123456789012', userName: issuerArn.split('/').pop()! },
          attributes: { creationDate: '2026-11-19T11:00:00Z', mfaAuthenticated: 'false' },
        },
      },
      eventTime: '2026-11-19T12:00:00Z',
      eventSource: `${service}.amazonaws.com`,
      eventName,
      awsRegion: 'us-east-1',
      sourceIPAddress: '198.51.100.7',
      userAgent: 'aws-cli/2.31.0',
      requestParameters,
      responseElements: null,
      requestID: eventID,
      eventID,
      readOnly: false,
      ...(resources === undefined ? {} : { resources }),
      eventType: 'AwsApiCall',
      managementEvent: !isData,
      recipientAccountId: '123456789012',
      eventCategory: isData ? 'Data' : 'Management',
      ...more,
    },
  };
}

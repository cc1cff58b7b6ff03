// What a call against the archive looks like in CloudTrail: for each kind of resource the calls, and where their records name it. The names
// of the fields are those of the services' requests, of which CloudTrail writes the first letter in lower case.

import { Aws, Fn } from 'aws-cdk-lib';
import {
  ABSENT, always, anyCase, ARN_BEFORE_NAME, endsWith, MAX_STACK_NAME, named, PARAMETERS, RecordedFields, RecordedValue, startsWith, TamperCalls, text,
} from './recorded-calls';

const LONGEST_S3_ARN_BEFORE_NAME = 'arn:aws-us-gov:s3:::'.length;

/** A bucket, and what is set for all buckets of the account. */
export function bucketCalls(bucketName: RecordedValue): TamperCalls[] {
  return [
    named('s3', [
      'DeleteBucket', 'PutBucketPolicy', 'DeleteBucketPolicy', 'PutBucketAcl', 'PutBucketLifecycle', 'DeleteBucketLifecycle', 'PutBucketVersioning',
      'PutBucketObjectLockConfiguration', 'PutBucketReplication', 'DeleteBucketReplication', 'PutBucketEncryption', 'DeleteBucketEncryption',
      'PutBucketPublicAccessBlock', 'DeleteBucketPublicAccessBlock', 'PutBucketOwnershipControls', 'DeleteBucketOwnershipControls', 'PutBucketLogging',
      'PutBucketNotification',
    ], 'bucketName', [bucketName]),
    always('s3', ['PutAccountPublicAccessBlock', 'DeleteAccountPublicAccessBlock']),
  ];
}

const OBJECT_CALLS = ['DeleteObject', 'PutObjectRetention', 'PutObjectLegalHold', 'PutObjectAcl', 'UpdateObjectEncryption'];

/**
 * The objects of a bucket, or those below a prefix. `DeleteObjects` names no key, and so is told of for a whole bucket only: below a prefix the
 * record of `DeleteObject` for each of its keys is.
 */
export function objectCalls(bucketName: RecordedValue, prefix?: string): TamperCalls[] {
  return [{ service: 's3', eventNames: prefix === undefined ? [...OBJECT_CALLS, 'DeleteObjects'] : OBJECT_CALLS, ways: inBucket(bucketName, prefix) }];
}

/**
 * What overwrites an object, or adds one that nobody delivered. Among the resources of a copy there may be the object that was copied, so that
 * they say something only where the request names an access point.
 */
export function writingCalls(bucketName: RecordedValue, prefix: string | undefined, exceptRole: RecordedValue): TamperCalls {
  const [requested, listed] = inBucket(bucketName, prefix);
  const ways = [requested, { ...listed, [`${PARAMETERS}.bucketName`]: [startsWith('arn:', 4), endsWith('-s3alias', 8)] }];
  return { service: 's3', eventNames: ['PutObject', 'CopyObject', 'CompleteMultipartUpload'], ways, exceptRole };
}

/**
 * Objects, by the request, or by the resources where the request names an access point: the bucket stands among them then too.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-monitoring-logging.html
 */
function inBucket(bucketName: RecordedValue, prefix?: string): RecordedFields[] {
  const requested = { [`${PARAMETERS}.bucketName`]: [bucketName] };
  const arn = Fn.join('', ['arn:', Aws.PARTITION, ':s3:::', bucketName.match as string]);
  const longest = LONGEST_S3_ARN_BEFORE_NAME + bucketName.longest;
  if (prefix === undefined) return [requested, { 'resources.ARN': [text(arn, longest)] }];
  return [
    { ...requested, [`${PARAMETERS}.key`]: [startsWith(prefix, prefix.length)] },
    { 'resources.ARN': [startsWith(`${arn}/${prefix}`, longest + 1 + prefix.length)] },
  ];
}

/** Where Lake Formation governs a bucket. */
export function dataLocationCalls(bucketArn: string): TamperCalls {
  const longest = LONGEST_S3_ARN_BEFORE_NAME + 63;
  return named('lakeformation', ['RegisterResource', 'DeregisterResource', 'UpdateResource'], 'resourceArn', [text(bucketArn, longest), startsWith(`${bucketArn}/`, longest + 1)]);
}

export function streamCalls(name: RecordedValue): TamperCalls[] {
  return [named('firehose', ['DeleteDeliveryStream', 'UpdateDestination', 'StartDeliveryStreamEncryption', 'StopDeliveryStreamEncryption'], 'deliveryStreamName', [name])];
}

/** A bus as the records of calls on its rules name it: by its name or its ARN, and the default bus by nothing too. */
export function busNames(bus: RecordedValue | undefined): RecordedValue[] {
  if (!bus) return [ABSENT, text('default', 7), endsWith(':event-bus/default', 18)];
  return [bus, endsWith(`:event-bus/${bus.match as string}`, bus.longest + ':event-bus/'.length)];
}

/** The stack, by its name or its id. CloudFormation deletes by the role that the stack was deployed with, whose own calls may be no alerts. */
export function stackCalls(name: string, id: string): TamperCalls {
  const idLongest = ARN_BEFORE_NAME + 'stack//'.length + MAX_STACK_NAME + 36;
  return named('cloudformation', ['DeleteStack', 'SetStackPolicy', 'UpdateTerminationProtection'], 'stackName', [text(name, MAX_STACK_NAME), text(id, idLongest)]);
}

/** A rule. To enable one that takes read-only calls too may leave it without them: `EnableRule` says nothing of that state. */
export function ruleCalls(name: RecordedValue, bus?: readonly RecordedValue[]): TamperCalls[] {
  const onBus: RecordedFields = bus ? { [`${PARAMETERS}.eventBusName`]: bus } : {};
  return [
    { service: 'events', eventNames: ['PutRule', 'EnableRule', 'DisableRule', 'DeleteRule'], ways: [{ [`${PARAMETERS}.name`]: [name], ...onBus }] },
    { service: 'events', eventNames: ['PutTargets', 'RemoveTargets'], ways: [{ [`${PARAMETERS}.rule`]: [name], ...onBus }] },
  ];
}

/**
 * A bus that carries events to the archive, or alerts, which is the default bus if none is named: another key, say, keeps them from its rules, a
 * partner's events can be refused, and who is let in by its policy can send events that nobody else could.
 */
export function busCalls(bus?: RecordedValue): TamperCalls[] {
  return [
    named('events', ['UpdateEventBus', 'DeleteEventBus', 'DeactivateEventSource'], 'name', [bus ?? text('default', 7)]),
    ...busPolicyCalls(busNames(bus)),
  ];
}

export function busPolicyCalls(bus: readonly RecordedValue[]): TamperCalls[] {
  return [named('events', ['PutPermission', 'RemovePermission'], 'eventBusName', bus)];
}

/**
 * An archive of EventBridge's, and the rule that EventBridge has for it on the bus, which can be deleted by force. AWS does not document its
 * name; this is what it is called.
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteRule.html
 */
export function eventArchiveCalls(name: RecordedValue): TamperCalls[] {
  const rule = text(`Events-Archive-${name.match as string}`, 'Events-Archive-'.length + name.longest);
  return [named('events', ['UpdateArchive', 'DeleteArchive'], 'archiveName', [name]), ...ruleCalls(rule)];
}

export function connectionCalls(name: RecordedValue): TamperCalls[] {
  return [named('events', ['UpdateConnection', 'DeleteConnection', 'DeauthorizeConnection'], 'name', [name])];
}

export function apiDestinationCalls(name: RecordedValue): TamperCalls[] {
  return [named('events', ['UpdateApiDestination', 'DeleteApiDestination'], 'name', [name])];
}

/** A queue, by the end of its URL: it has several hosts. */
export function queueCalls(account: string, name: string, arn: string, longest: number = 80): TamperCalls[] {
  return [
    named('sqs', ['PurgeQueue', 'DeleteQueue', 'SetQueueAttributes', 'AddPermission', 'RemovePermission', 'DeleteMessage', 'DeleteMessageBatch'], 'queueUrl',
      [endsWith(`/${account}/${name}`, longest + '/123456789012/'.length)]),
    named('sqs', ['StartMessageMoveTask'], 'sourceArn', [text(arn, ARN_BEFORE_NAME + longest)]),
  ];
}

/**
 * A key, by its id or its ARN in the request, and by its ARN where the record lists resources. Of an alias that is made one of another key, that
 * key is listed, so that only the request tells of the alias.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/ct-updatealias.html
 */
export function keyCalls(id: string, arn: string, alias?: RecordedValue): TamperCalls[] {
  const [idLongest, arnLongest] = ['mrk-'.length + 36, ARN_BEFORE_NAME + 'key/mrk-'.length + 36];
  const listed = { 'resources.ARN': [text(arn, arnLongest)] };
  return [
    {
      service: 'kms',
      eventNames: ['DisableKey', 'ScheduleKeyDeletion', 'PutKeyPolicy', 'DisableKeyRotation', 'RevokeGrant', 'DeleteImportedKeyMaterial', 'UpdatePrimaryRegion'],
      ways: [{ [`${PARAMETERS}.keyId`]: [text(id, idLongest), text(arn, arnLongest)] }, listed],
    },
    { service: 'kms', eventNames: ['UpdateAlias', 'DeleteAlias'], ways: alias ? [listed, { [`${PARAMETERS}.aliasName`]: [alias] }] : [listed] },
  ];
}

export function aliasCalls(name: RecordedValue): TamperCalls[] {
  return [named('kms', ['UpdateAlias', 'DeleteAlias'], 'aliasName', [name])];
}

/** A database with all that is in it, and what is set for the catalog as a whole. */
export function databaseCalls(name: string, longest: number): TamperCalls[] {
  const database = anyCase(name, longest);
  const arn = (resource: string) => Fn.join(':', ['arn', Aws.PARTITION, 'glue', Aws.REGION, Aws.ACCOUNT_ID, resource]);
  const arnLongest = ARN_BEFORE_NAME + 'database/'.length + longest;
  return [
    named('glue', ['UpdateDatabase', 'DeleteDatabase'], 'name', [database]),
    named('glue', [
      'DeleteTable', 'UpdateTable', 'BatchDeleteTable', 'DeletePartition', 'BatchDeletePartition', 'UpdatePartition', 'BatchUpdatePartition',
      'DeleteTableVersion', 'BatchDeleteTableVersion',
    ], 'databaseName', [database]),
    named('glue', ['PutResourcePolicy', 'DeleteResourcePolicy'], 'resourceArn', [
      ABSENT, text(arn('catalog'), ARN_BEFORE_NAME + 7), text(arn(`database/${name}`), arnLongest), startsWith(arn(`table/${name}/`), arnLongest),
    ]),
    always('glue', ['PutDataCatalogEncryptionSettings']),
    lakeFormationCalls(['GrantPermissions', 'RevokePermissions'], 'resource', database),
    lakeFormationCalls(['BatchGrantPermissions', 'BatchRevokePermissions'], 'entries.resource', database),
    always('lakeformation', ['PutDataLakeSettings']),
  ];
}

function lakeFormationCalls(eventNames: readonly string[], resource: string, database: RecordedValue): TamperCalls {
  const fields = ['database.name', 'table.databaseName', 'tableWithColumns.databaseName', 'dataCellsFilter.databaseName'];
  return { service: 'lakeformation', eventNames, ways: fields.map(field => ({ [`${PARAMETERS}.${resource}.${field}`]: [database] })) };
}

export function workGroupCalls(name: RecordedValue): TamperCalls[] {
  return [named('athena', ['UpdateWorkGroup', 'DeleteWorkGroup'], 'workGroup', [name])];
}

export function namedQueryCalls(id: RecordedValue): TamperCalls[] {
  return [named('athena', ['UpdateNamedQuery', 'DeleteNamedQuery'], 'namedQueryId', [id])];
}

export function dataCatalogCalls(name: RecordedValue): TamperCalls[] {
  return [named('athena', ['UpdateDataCatalog', 'DeleteDataCatalog'], 'name', [name])];
}

/** A trail, which each call takes by its name or its ARN. */
export function trailCalls(names: readonly RecordedValue[]): TamperCalls[] {
  return [
    named('cloudtrail', ['StopLogging', 'DeleteTrail', 'UpdateTrail'], 'name', names),
    named('cloudtrail', ['PutEventSelectors', 'PutInsightSelectors'], 'trailName', names),
  ];
}

export function logGroupCalls(name: string, arn: string, longest: number): TamperCalls[] {
  return [
    named('logs', [
      'DeleteLogGroup', 'DeleteLogStream', 'PutRetentionPolicy', 'DeleteRetentionPolicy', 'PutMetricFilter', 'DeleteMetricFilter', 'PutSubscriptionFilter',
      'DeleteSubscriptionFilter', 'AssociateKmsKey', 'DisassociateKmsKey',
    ], 'logGroupName', [text(name, longest)]),
    // The ARN that CloudFormation gives ends in `:*`, the one in these calls does not, or may.
    named('logs', ['AssociateKmsKey', 'DisassociateKmsKey'], 'resourceIdentifier', [text(arn, ARN_BEFORE_NAME + longest), text(Fn.select(0, Fn.split(':*', arn)), ARN_BEFORE_NAME + longest)]),
  ];
}

export function logDeliveryCalls(id: RecordedValue): TamperCalls[] {
  return [named('logs', ['UpdateDeliveryConfiguration', 'DeleteDelivery'], 'id', [id])];
}

/** Each end of a delivery of logs. */
export function logDeliveryEndCalls(end: 'Source' | 'Destination', name: RecordedValue): TamperCalls[] {
  return [named('logs', [`PutDelivery${end}`, `DeleteDelivery${end}`], 'name', [name])];
}

export function logPolicyCalls(name: RecordedValue): TamperCalls[] {
  return [named('logs', ['PutResourcePolicy', 'DeleteResourcePolicy'], 'policyName', [name])];
}

export function alarmCalls(name: RecordedValue): TamperCalls[] {
  return [
    named('monitoring', ['DeleteAlarms', 'DisableAlarmActions'], 'alarmNames', [name]),
    named('monitoring', ['PutMetricAlarm', 'PutCompositeAlarm', 'SetAlarmState'], 'alarmName', [name]),
  ];
}

export function roleCalls(name: string, longest: number): TamperCalls[] {
  return [named('iam', [
    'DeleteRole', 'PutRolePolicy', 'DeleteRolePolicy', 'AttachRolePolicy', 'DetachRolePolicy', 'UpdateAssumeRolePolicy', 'PutRolePermissionsBoundary',
    'DeleteRolePermissionsBoundary',
  ], 'roleName', [anyCase(name, longest)])];
}

export function policyCalls(arn: string, longest: number): TamperCalls[] {
  return [named('iam', ['CreatePolicyVersion', 'DeletePolicyVersion', 'SetDefaultPolicyVersion', 'DeletePolicy'], 'policyArn', [text(arn, ARN_BEFORE_NAME + 'policy/'.length + longest)])];
}

/** A topic and its subscriptions, whose ARNs begin with the topic's. */
export function topicCalls(arn: string, longest: number = ARN_BEFORE_NAME + 256): TamperCalls[] {
  return [
    named('sns', ['DeleteTopic', 'SetTopicAttributes', 'AddPermission', 'RemovePermission'], 'topicArn', [text(arn, longest)]),
    // A policy on the messages' contents can deny them.
    named('sns', ['PutDataProtectionPolicy'], 'resourceArn', [text(arn, longest)]),
    named('sns', ['Unsubscribe', 'SetSubscriptionAttributes'], 'subscriptionArn', [startsWith(`${arn}:`, longest + 1)]),
  ];
}

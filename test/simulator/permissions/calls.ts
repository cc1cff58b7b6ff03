/**
 * The calls to AWS that the pipeline makes, and what each must be allowed: a table of facts, each with the document of AWS that says so.
 * Beside what is allowed stands what must be refused: the same call with one thing changed. Names in braces are what a place in a
 * template (places.ts) gives.
 */

import { BUSES } from './calls-of-buses';
import type { JsonObject } from '../engines';
import { DELIVERY_TOPIC_CALLS } from './delivery-topic-calls';
import { EVENT_ARCHIVE_CALLS } from './event-archive-calls';
import type { Place } from './places';
import { trailCalls } from './trail-calls';
import { trailReadingCalls } from './trail-reading-calls';

/** Where AWS says what is needed. */
const DOCS = 'https://docs.aws.amazon.com';
const FIREHOSE = `${DOCS}/firehose/latest/dev/controlling-access.html#using-iam-s3`;
const FIREHOSE_ROLE = `${DOCS}/firehose/latest/dev/controlling-access.html#firehose-assume-role`;
const FIREHOSE_OTHER_ACCOUNT = `${DOCS}/firehose/latest/dev/controlling-access.html#cross-account-delivery-s3`;
const FIREHOSE_KEYS = `${DOCS}/firehose/latest/dev/encryption.html#sse-with-direct-put`;
const FIREHOSE_TARGET = `${DOCS}/eventbridge/latest/userguide/eb-custom-bus-target-firehose.html`;
const TARGET_ROLES = `${DOCS}/eventbridge/latest/userguide/eb-events-iam-roles.html`;
const CONFUSED_DEPUTY = `${DOCS}/eventbridge/latest/userguide/cross-service-confused-deputy-prevention.html`;
const DEAD_LETTERS = `${DOCS}/eventbridge/latest/userguide/eb-rule-dlq.html`;
const TARGET_POLICIES = `${DOCS}/eventbridge/latest/userguide/eb-use-resource-based.html`;
const TOPIC_ROLES = `${DOCS}/eventbridge/latest/userguide/eb-custom-bus-target-sns.html`;
const CDK_QUEUES = `${DOCS}/cdk/api/v2/docs/aws-cdk-lib.aws_sqs.QueueGrants.html`;
const QUEUE_KEYS = `${DOCS}/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html`;
const SQS_TLS = `${DOCS}/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html`;
const CONNECTION_KEYS = `${DOCS}/aws-managed-policy/latest/reference/AmazonEventBridgeApiDestinationsServiceRolePolicy.html`;
const LOG_KEYS = `${DOCS}/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html`;
const KEY_POLICIES = `${DOCS}/kms/latest/developerguide/key-policy-default.html`;
const KEYS_FOR_OTHERS = `${DOCS}/kms/latest/developerguide/key-policy-modifying-external-accounts.html`;
const BUCKET_KEYS = `${DOCS}/AmazonS3/latest/userguide/bucket-key.html`;
const OBJECT_KEYS = `${DOCS}/AmazonS3/latest/userguide/UsingKMSEncryption.html#encryption-context`;
const S3_TLS = `${DOCS}/AmazonS3/latest/userguide/security-best-practices.html`;
const S3_TLS_VERSION = `${DOCS}/AmazonS3/latest/userguide/amazon-s3-policy-keys.html`;
const ACCESS_LOGS = `${DOCS}/AmazonS3/latest/userguide/enable-server-access-logging.html`;
const ATHENA_S3 = `${DOCS}/athena/latest/ug/s3-permissions.html`;
const ATHENA_POLICY = `${DOCS}/aws-managed-policy/latest/reference/AmazonAthenaFullAccess.html`;
const ATHENA_WORK_GROUPS = `${DOCS}/athena/latest/ug/example-policies-workgroup.html`;
const ATHENA_CATALOGS = `${DOCS}/athena/latest/ug/datacatalogs-example-policies.html`;
const ATHENA_ACTIONS = `${DOCS}/service-authorization/latest/reference/list_amazonathena.html`;
const ATHENA_GLUE = `${DOCS}/athena/latest/ug/fine-grained-access-to-glue-resources.html`;
const ATHENA_KEYS = `${DOCS}/athena/latest/ug/encryption.html`;

/** Who calls: a service in its own name, or a role or user. The policies of some are not the template's: `policy` is what they have then. */
export type Caller = { readonly service: string } | { readonly identity: string; readonly policy?: JsonObject };

/** What else a request says; an absent key is `undefined`. */
export type CallContext = { readonly [key: string]: string | undefined };

/** A call. Several actions or resources are as many calls. */
interface CallParts {
  readonly caller: Caller;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly context?: CallContext;
}

/** How a call that must be refused differs from one that is allowed. */
export interface NearMiss extends Partial<CallParts> {
  readonly what: string;
}

/** A row of the table. */
export interface Call extends CallParts {
  readonly place: Place;
  readonly what: string;
  readonly source: string;
  /** What AWS does not say of it. */
  readonly unsure?: string;
  /** A permission that nobody needs and that is given by somebody else than the library: it may be there or not. */
  readonly needless?: boolean;
  readonly refused?: readonly NearMiss[];
}

const ALL = { Effect: 'Allow', Action: '*', Resource: '*' };
const ADMINISTRATOR: Caller = { identity: 'arn:{partition}:iam::{account}:role/administrator', policy: ALL };
const STRANGER: Caller = { identity: 'arn:{partition}:iam::{otherAccount}:role/administrator', policy: ALL };
const EVENTBRIDGE: Caller = { service: 'events.amazonaws.com' };
const ANOTHER_SERVICE: Caller = { service: 'sns.amazonaws.com' };
const ROLE: Caller = { identity: '{role}' };
const PERSON: Caller = { identity: '{person}' };

/** The role that EventBridge has in each account for connections, as AWS gives its policy; what it says of secrets is left out. */
const CONNECTION_ROLE: Caller = {
  identity: 'arn:{partition}:iam::{account}:role/aws-service-role/apidestinations.events.amazonaws.com/AWSServiceRoleForAmazonEventBridgeApiDestinations',
  policy: {
    Effect: 'Allow',
    Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'],
    Resource: 'arn:{partition}:kms:*:*:key/*',
    Condition: {
      StringLike: {
        'kms:ViaService': 'secretsmanager.*.amazonaws.com',
        'kms:EncryptionContext:SecretARN': 'arn:{partition}:secretsmanager:*:*:secret:events!connection/*',
      },
      StringEquals: { 'aws:ResourceTag/EventBridgeApiDestinations': 'true' },
    },
  },
};

/** By which a rule is known, and the same for others than the rule's account and Region. */
const OF_RULE: CallContext = { 'aws:SourceArn': '{rule}', 'aws:SourceAccount': '{account}' };
const OF_OTHERS: readonly NearMiss[] = [
  { what: 'for another account', context: { 'aws:SourceAccount': '{otherAccount}' } },
  { what: 'for a rule of another account', context: { 'aws:SourceArn': 'arn:{partition}:events:{region}:{otherAccount}:rule/any' } },
  { what: 'for a rule in another Region', context: { 'aws:SourceArn': 'arn:{partition}:events:{otherRegion}:{account}:rule/any' } },
  { what: 'for what is no rule', context: { 'aws:SourceArn': 'arn:{partition}:events:{region}:{account}:event-bus/any' } },
  { what: 'for another service', context: { 'aws:SourceArn': 'arn:{partition}:pipes:{region}:{account}:rule/any' } },
  { what: 'for nobody', context: { 'aws:SourceArn': undefined, 'aws:SourceAccount': undefined } },
];
const BY_OTHERS: readonly NearMiss[] = [
  { what: 'by another service', caller: ANOTHER_SERVICE },
  { what: 'by another account', caller: STRANGER },
];

/** How S3 uses a key for an object; with a bucket key the bucket is the context, otherwise the object. */
const BY_S3: CallContext = { 'kms:ViaService': '{s3}', 'kms:EncryptionContext:aws:s3:arn': '{bucket}' };
const KEY_MISUSE: readonly NearMiss[] = [
  { what: 'of another bucket', context: { 'kms:EncryptionContext:aws:s3:arn': '{bucket}-other' } },
  { what: 'of an object in another bucket', context: { 'kms:EncryptionContext:aws:s3:arn': '{bucket}-other/object' } },
  { what: 'by nobody\'s bucket', context: { 'kms:EncryptionContext:aws:s3:arn': undefined } },
  { what: 'by S3 in another Region', context: { 'kms:ViaService': 's3.{otherRegion}.amazonaws.com' } },
  { what: 'by another service', context: { 'kms:ViaService': 'sqs.{region}.amazonaws.com' } },
  { what: 'directly', context: { 'kms:ViaService': undefined } },
  { what: 'with another key', resources: ['{key}-other'] },
  { what: 'to other ends', actions: ['kms:Encrypt', 'kms:CreateGrant', 'kms:ScheduleKeyDeletion', 'kms:PutKeyPolicy', 'kms:DisableKey'] },
];

/** What changes, opens or unlocks what is archived. Nobody of the pipeline may. */
const OBJECT_CHANGES = [
  's3:DeleteObject', 's3:DeleteObjectVersion', 's3:PutObjectRetention', 's3:PutObjectLegalHold', 's3:BypassGovernanceRetention', 's3:PutObjectAcl',
  's3:PutObjectTagging', 's3:DeleteObjectTagging', 's3:RestoreObject', 's3:GetObjectVersion', 's3:ReplicateDelete', 's3:ObjectOwnerOverrideToBucketOwner',
];
const BUCKET_CHANGES = [
  's3:DeleteBucket', 's3:PutBucketPolicy', 's3:DeleteBucketPolicy', 's3:PutLifecycleConfiguration', 's3:PutBucketObjectLockConfiguration', 's3:PutBucketVersioning',
  's3:PutEncryptionConfiguration', 's3:PutBucketLogging', 's3:PutBucketNotification', 's3:ListBucketVersions',
];

const DELIVERY: readonly Call[] = [
  {
    place: 'stream',
    what: 'Firehose takes its role',
    caller: { service: 'firehose.amazonaws.com' },
    actions: ['sts:AssumeRole'],
    resources: ['{role}'],
    context: { 'sts:ExternalId': '{account}' },
    source: FIREHOSE_ROLE,
    refused: [
      { what: 'for another account', context: { 'sts:ExternalId': '{otherAccount}' } },
      { what: 'for nobody', context: { 'sts:ExternalId': undefined } },
      { what: 'with tags of a session', actions: ['sts:TagSession'] },
      ...BY_OTHERS,
    ],
  },
  {
    place: 'stream',
    what: 'Firehose looks at the bucket',
    caller: ROLE,
    actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
    resources: ['{bucket}'],
    source: FIREHOSE,
    refused: [{ what: 'of another name', resources: ['{bucket}-other'] }, { what: 'and changes it', actions: BUCKET_CHANGES }],
  },
  {
    place: 'stream',
    what: 'Firehose writes events and errors',
    caller: ROLE,
    actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
    resources: ['{bucket}/{object}', '{bucket}/{errorObject}'],
    source: FIREHOSE,
    refused: [
      { what: 'beside the archive', resources: ['{bucket}/{root}other/object', '{bucket}/{root}object', '{bucket}/other/{object}'] },
      { what: 'to another bucket', resources: ['{bucket}-other/{object}', '{bucket}-other/{errorObject}'] },
      { what: 'and changes what is there', actions: OBJECT_CHANGES },
    ],
  },
  {
    place: 'stream',
    what: 'a stream of an earlier layout drains',
    caller: ROLE,
    actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
    resources: ['{bucket}/{oldObject}'],
    source: FIREHOSE,
  },
  {
    place: 'stream of another account',
    what: 'Firehose hands its objects over',
    caller: ROLE,
    actions: ['s3:PutObjectAcl'],
    resources: ['{bucket}/{object}', '{bucket}/{errorObject}'],
    context: { 's3:x-amz-acl': 'bucket-owner-full-control' },
    source: FIREHOSE_OTHER_ACCOUNT,
    refused: [
      { what: 'to everybody', context: { 's3:x-amz-acl': 'public-read' } },
      { what: 'to nobody in particular', context: { 's3:x-amz-acl': undefined } },
      { what: 'beside the archive', resources: ['{bucket}/{root}other/object'] },
    ],
  },
  {
    place: 'bucket of another account',
    what: 'nobody else of the archive\'s account gets more than Firehose',
    caller: ADMINISTRATOR,
    actions: ['s3:GetObject', 's3:PutObject'],
    resources: ['{bucket}/{object}', '{bucket}/{errorObject}'],
    source: FIREHOSE_OTHER_ACCOUNT,
    refused: [
      { what: 'beside the archive', resources: ['{bucket}/{root}other/object'] },
      { what: 'and changes what is there', actions: OBJECT_CHANGES },
      { what: 'in a third account', caller: { identity: 'arn:{partition}:iam::{thirdAccount}:role/administrator', policy: ALL } },
    ],
  },
  {
    place: 'key of another account',
    what: 'the archive\'s account uses the bucket\'s key',
    caller: ADMINISTRATOR,
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: ['{key}'],
    context: BY_S3,
    source: KEYS_FOR_OTHERS,
    refused: [
      ...KEY_MISUSE.filter(({ context }) => context && 'kms:ViaService' in context),
      { what: 'to other ends', actions: ['kms:Encrypt', 'kms:CreateGrant', 'kms:ScheduleKeyDeletion', 'kms:PutKeyPolicy'] },
      { what: 'in a third account', caller: { identity: 'arn:{partition}:iam::{thirdAccount}:role/administrator', policy: ALL } },
    ],
  },
  {
    place: 'stream key',
    what: 'S3 encrypts what Firehose writes',
    caller: ROLE,
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: ['{key}'],
    context: BY_S3,
    source: BUCKET_KEYS,
    unsure: 'that Firehose writes with the bucket\'s bucket key: its own document shows the object as the context',
    refused: KEY_MISUSE,
  },
  {
    place: 'stream key',
    what: 'S3 encrypts what Firehose writes without a bucket key',
    caller: ROLE,
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: ['{key}'],
    context: { ...BY_S3, 'kms:EncryptionContext:aws:s3:arn': '{bucket}/{object}' },
    source: FIREHOSE,
  },
  {
    place: 'error log',
    what: 'Firehose logs its errors',
    caller: ROLE,
    actions: ['logs:PutLogEvents'],
    // Those of the other streams of the archive are in the same group: a policy for each would change whenever one comes or goes.
    resources: ['{logStream}', '{logGroup}:log-stream:another'],
    source: FIREHOSE,
    refused: [
      { what: 'to a group of another name', resources: ['{logGroup}-other:log-stream:another'] },
      { what: 'to another group', resources: ['arn:{partition}:logs:{region}:{account}:log-group:other:log-stream:other'] },
      { what: 'and changes the log', actions: ['logs:DeleteLogStream', 'logs:CreateLogStream', 'logs:GetLogEvents'] },
    ],
  },
  {
    place: 'encrypted log',
    what: 'CloudWatch Logs encrypts the log',
    caller: { service: 'logs.{region}.amazonaws.com' },
    actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
    resources: ['{key}'],
    context: { 'kms:EncryptionContext:aws:logs:arn': '{logGroup}' },
    source: LOG_KEYS,
    unsure: 'which of these actions Logs calls, and that DescribeKey has an encryption context: this is the policy that its document gives',
    refused: [
      { what: 'of another account', context: { 'kms:EncryptionContext:aws:logs:arn': 'arn:{partition}:logs:{region}:{otherAccount}:log-group:any' } },
      { what: 'in another Region', context: { 'kms:EncryptionContext:aws:logs:arn': 'arn:{partition}:logs:{otherRegion}:{account}:log-group:any' } },
      { what: 'of what is no log group', context: { 'kms:EncryptionContext:aws:logs:arn': 'arn:{partition}:logs:{region}:{account}:destination:any' } },
      { what: 'without a context', context: { 'kms:EncryptionContext:aws:logs:arn': undefined } },
      { what: 'as Logs of another Region', caller: { service: 'logs.{otherRegion}.amazonaws.com' } },
      { what: 'to other ends', actions: ['kms:CreateGrant', 'kms:ScheduleKeyDeletion', 'kms:PutKeyPolicy'] },
      ...BY_OTHERS,
    ],
  },
];

const RULES: readonly Call[] = [
  {
    place: 'target role',
    what: 'EventBridge takes the role of a target',
    caller: EVENTBRIDGE,
    actions: ['sts:AssumeRole'],
    resources: ['{role}'],
    context: OF_RULE,
    source: CONFUSED_DEPUTY,
    refused: [...OF_OTHERS, ...BY_OTHERS, { what: 'with tags of a session', actions: ['sts:TagSession', 'sts:SetSourceIdentity'] }],
  },
  {
    place: 'stream as a target',
    what: 'EventBridge hands events to the stream',
    caller: ROLE,
    actions: ['firehose:PutRecord', 'firehose:PutRecordBatch'],
    resources: ['{stream}'],
    source: FIREHOSE_TARGET,
    unsure: 'which of the two calls a rule makes: the document is of AWS::EventsV2, and says PutRecordBatch',
    refused: [
      { what: 'of another name', resources: ['{stream}-other'] },
      { what: 'and changes the stream', actions: ['firehose:DeleteDeliveryStream', 'firehose:UpdateDestination', 'firehose:StopDeliveryStreamEncryption', 'firehose:DescribeDeliveryStream'] },
    ],
  },
  {
    place: 'encrypted stream as a target',
    what: 'who puts records on an encrypted stream uses its key',
    caller: ROLE,
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: ['{key}'],
    source: FIREHOSE_KEYS,
    unsure: 'the encryption context, of which the document says to assume nothing',
    refused: [
      { what: 'with another key', resources: ['{key}-other'] },
      { what: 'to other ends', actions: ['kms:Encrypt', 'kms:CreateGrant', 'kms:ScheduleKeyDeletion', 'kms:PutKeyPolicy', 'kms:DisableKey'] },
    ],
  },
  {
    place: 'API destination',
    what: 'EventBridge invokes the API destination',
    caller: ROLE,
    actions: ['events:InvokeApiDestination'],
    resources: ['{destination}'],
    source: TARGET_ROLES,
    refused: [
      { what: 'of another name', resources: ['{destination}-other', 'arn:{partition}:events:{region}:{account}:api-destination/other/1'] },
      { what: 'and changes it', actions: ['events:UpdateApiDestination', 'events:DeleteApiDestination', 'events:PutEvents'] },
    ],
  },
  {
    place: 'dead letters',
    what: 'EventBridge sends dead letters',
    caller: EVENTBRIDGE,
    actions: ['sqs:SendMessage'],
    resources: ['{queue}'],
    context: OF_RULE,
    source: DEAD_LETTERS,
    refused: [{ what: 'for another rule', context: { 'aws:SourceArn': '{rule}-other' } }],
  },
  {
    place: 'dead-letter queue',
    what: 'EventBridge sends dead letters',
    caller: EVENTBRIDGE,
    actions: ['sqs:SendMessage'],
    resources: ['{queue}'],
    context: OF_RULE,
    source: DEAD_LETTERS,
    refused: [
      ...OF_OTHERS.filter(({ context }) => context && 'aws:SourceArn' in context),
      { what: 'and takes them away', actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:PurgeQueue', 'sqs:SetQueueAttributes'] },
      ...BY_OTHERS,
    ],
  },
  {
    place: 'encrypted queue',
    what: 'EventBridge writes to the encrypted queue',
    caller: EVENTBRIDGE,
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: ['{key}'],
    context: OF_RULE,
    source: QUEUE_KEYS,
    unsure: 'that EventBridge names the rule to KMS: its document of queues shows the service principal alone',
    refused: [...OF_OTHERS, { what: 'to other ends', actions: ['kms:Encrypt', 'kms:CreateGrant', 'kms:PutKeyPolicy'] }, ...BY_OTHERS],
  },
  {
    place: 'connection key',
    what: 'EventBridge keeps the credentials of the connection',
    caller: CONNECTION_ROLE,
    actions: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'],
    resources: ['{key}'],
    source: CONNECTION_KEYS,
    context: { 'kms:ViaService': 'secretsmanager.{region}.amazonaws.com', 'kms:EncryptionContext:SecretARN': '{secret}', 'aws:ResourceTag/EventBridgeApiDestinations': '{tag}' },
  },
  {
    place: 'topic',
    what: 'EventBridge publishes to the topic',
    caller: EVENTBRIDGE,
    actions: ['sns:Publish'],
    resources: ['{topic}'],
    source: TARGET_POLICIES,
    refused: [{ what: 'and changes it', actions: ['sns:Subscribe', 'sns:SetTopicAttributes', 'sns:DeleteTopic'] }, ...BY_OTHERS],
  },
  {
    place: 'topic by a role',
    what: 'EventBridge publishes to the topic with a role',
    caller: ROLE,
    actions: ['sns:Publish'],
    resources: ['{topic}'],
    source: TOPIC_ROLES,
    refused: [
      { what: 'and changes it', actions: ['sns:Subscribe', 'sns:SetTopicAttributes', 'sns:DeleteTopic'] },
      { what: 'and to another topic', resources: ['{topic}-other'] },
      { what: 'for whatever rule, of whatever account', caller: EVENTBRIDGE },
      ...BY_OTHERS,
    ],
  },
  {
    place: 'topic key by a role',
    what: 'EventBridge encrypts what it publishes with a role',
    caller: ROLE,
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: ['{key}'],
    source: TOPIC_ROLES,
    unsure: 'that a delivery by a role to an encrypted topic never fails, of which another page of the guide warns',
    refused: [
      { what: 'with another key', resources: ['{key}-other'] },
      { what: 'to other ends', actions: ['kms:Encrypt', 'kms:CreateGrant', 'kms:ScheduleKeyDeletion', 'kms:PutKeyPolicy', 'kms:DisableKey'] },
      { what: 'for whatever rule, of whatever account', caller: EVENTBRIDGE },
      ...BY_OTHERS,
    ],
  },
  {
    place: 'queue',
    what: 'EventBridge sends to the queue',
    caller: EVENTBRIDGE,
    actions: ['sqs:SendMessage'],
    resources: ['{queue}'],
    context: OF_RULE,
    source: TARGET_POLICIES,
    refused: [
      { what: 'for another rule', context: { 'aws:SourceArn': '{rule}-other' } },
      ...OF_OTHERS.filter(({ context }) => context && 'aws:SourceArn' in context),
      { what: 'and takes messages away', actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:PurgeQueue', 'sqs:SetQueueAttributes'] },
      ...BY_OTHERS,
    ],
  },
  {
    place: 'queue',
    what: 'CDK\'s target of a queue allows beside that',
    caller: EVENTBRIDGE,
    actions: ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl'],
    resources: ['{queue}'],
    context: OF_RULE,
    needless: true,
    source: CDK_QUEUES,
  },
  {
    place: 'function',
    what: 'EventBridge invokes the function',
    caller: EVENTBRIDGE,
    actions: ['lambda:InvokeFunction'],
    resources: ['{function}'],
    context: OF_RULE,
    source: TARGET_POLICIES,
    refused: [
      { what: 'for another rule', context: { 'aws:SourceArn': '{rule}-other' } },
      ...OF_OTHERS.filter(({ context }) => context && 'aws:SourceArn' in context),
      { what: 'and changes it', actions: ['lambda:UpdateFunctionCode', 'lambda:DeleteFunction', 'lambda:GetFunction'] },
      ...BY_OTHERS,
    ],
  },
];

const RESOURCES: readonly Call[] = [
  {
    place: 'bucket',
    what: 'the account\'s administrator uses the bucket',
    caller: ADMINISTRATOR,
    actions: ['s3:ListBucket', 's3:GetBucketPolicy'],
    resources: ['{bucket}'],
    source: S3_TLS,
    refused: [{ what: 'in another account', caller: STRANGER }],
  },
  {
    place: 'bucket',
    what: 'the account\'s administrator uses objects',
    caller: ADMINISTRATOR,
    actions: ['s3:GetObject', 's3:DeleteObject'],
    resources: ['{bucket}/object'],
    source: S3_TLS,
    refused: [{ what: 'in another account', caller: STRANGER }, { what: 'as a service', caller: ANOTHER_SERVICE }],
  },
  ...bucketUse('bucket with TLS only', S3_TLS, { what: 'without TLS', context: { 'aws:SecureTransport': 'false' } }),
  ...bucketUse('bucket with new TLS only', S3_TLS_VERSION, { what: 'with TLS 1.1', context: { 's3:TlsVersion': '1.1' } }),
  {
    place: 'queue with TLS only',
    what: 'the account\'s administrator uses the queue',
    caller: ADMINISTRATOR,
    actions: ['sqs:SendMessage', 'sqs:ReceiveMessage', 'sqs:PurgeQueue'],
    resources: ['{queue}'],
    source: SQS_TLS,
    refused: [{ what: 'without TLS', context: { 'aws:SecureTransport': 'false' } }, { what: 'in another account', caller: STRANGER }],
  },
  {
    place: 'access logs',
    what: 'S3 delivers access logs',
    caller: { service: 'logging.s3.amazonaws.com' },
    actions: ['s3:PutObject'],
    resources: ['{destination}/{prefix}2026-11-19-00-00-00-AB'],
    context: { 'aws:SourceArn': '{source}', 'aws:SourceAccount': '{account}' },
    source: ACCESS_LOGS,
    refused: [
      { what: 'of a bucket of another service\'s', context: { 'aws:SourceArn': 'arn:{partition}:sqs:::any' } },
      { what: 'of another account', context: { 'aws:SourceAccount': '{otherAccount}' } },
      { what: 'of nobody', context: { 'aws:SourceArn': undefined, 'aws:SourceAccount': undefined } },
      { what: 'to another folder', resources: ['{destination}/other/x', '{destination}/x'] },
      { what: 'and takes them away', actions: ['s3:GetObject', 's3:DeleteObject'] },
      { what: 'as another service', caller: { service: 'delivery.logs.amazonaws.com' } },
      { what: 'as another account', caller: STRANGER },
    ],
  },
  {
    place: 'access logs by name',
    what: 'S3 delivers access logs',
    caller: { service: 'logging.s3.amazonaws.com' },
    actions: ['s3:PutObject'],
    resources: ['{destination}/{prefix}2026-11-19-00-00-00-AB'],
    context: { 'aws:SourceArn': '{source}', 'aws:SourceAccount': '{account}' },
    source: ACCESS_LOGS,
    refused: [{ what: 'of another bucket', context: { 'aws:SourceArn': '{source}-other' } }, { what: 'to another folder beside it', resources: ['{destination}/{parent}other/x'] }],
  },
  {
    place: 'key',
    what: 'the key\'s account administers it',
    caller: ADMINISTRATOR,
    source: KEY_POLICIES,
    resources: ['{key}'],
    actions: ['kms:PutKeyPolicy', 'kms:DescribeKey', 'kms:CreateGrant', 'kms:ScheduleKeyDeletion', 'kms:EnableKeyRotation', 'kms:TagResource', 'kms:Encrypt'],
    refused: [{ what: 'in another account', caller: STRANGER }, { what: 'as a service', caller: ANOTHER_SERVICE }],
  },
];

const READING: readonly Call[] = [
  {
    place: 'reader',
    what: 'a reader reads events and errors',
    caller: PERSON,
    actions: ['s3:GetObject'],
    resources: ['{bucket}/{object}', '{bucket}/{errorObject}', '{bucket}/{oldObject}'],
    source: ATHENA_S3,
    refused: [
      { what: 'beside the archive', resources: ['{bucket}/{root}other/object', '{bucket}/other/{object}'] },
      { what: 'of another bucket', resources: ['{bucket}-other/{object}'] },
      { what: 'and changes them', actions: [...OBJECT_CHANGES, 's3:PutObject', 's3:AbortMultipartUpload'] },
    ],
  },
  {
    place: 'reader',
    what: 'a reader lists events',
    caller: PERSON,
    actions: ['s3:ListBucket'],
    resources: ['{bucket}'],
    context: { 's3:prefix': '{root}events/' },
    source: ATHENA_S3,
    refused: [
      { what: 'of another bucket', resources: ['{bucket}-other'] },
      { what: 'and everything else', context: { 's3:prefix': undefined } },
      { what: 'and what lies beside them', context: { 's3:prefix': '{root}other/' } },
      { what: 'and what begins alike', context: { 's3:prefix': '{root}e' } },
      { what: 'and changes the bucket', actions: BUCKET_CHANGES },
    ],
  },
  { place: 'reader', what: 'a reader lists a day', caller: PERSON, actions: ['s3:ListBucket'], resources: ['{bucket}'], context: { 's3:prefix': '{object}' }, source: ATHENA_S3 },
  { place: 'reader', what: 'a reader lists errors', caller: PERSON, actions: ['s3:ListBucket'], resources: ['{bucket}'], context: { 's3:prefix': '{root}errors/' }, source: ATHENA_S3 },
  {
    place: 'reader',
    what: 'a reader finds the bucket',
    caller: PERSON,
    actions: ['s3:GetBucketLocation'],
    resources: ['{bucket}'],
    source: ATHENA_POLICY,
    refused: [{ what: 'and others', resources: ['{bucket}-other'] }],
  },
  {
    place: 'reader key',
    what: 'S3 decrypts what a reader reads',
    caller: PERSON,
    actions: ['kms:Decrypt'],
    resources: ['{key}'],
    context: BY_S3,
    source: BUCKET_KEYS,
    refused: [...KEY_MISUSE, { what: 'and encrypts', actions: ['kms:GenerateDataKey'] }],
  },
  {
    place: 'reader key',
    what: 'S3 decrypts what was written without a bucket key',
    caller: PERSON,
    actions: ['kms:Decrypt'],
    resources: ['{key}'],
    context: { ...BY_S3, 'kms:EncryptionContext:aws:s3:arn': '{bucket}/{object}' },
    source: OBJECT_KEYS,
  },
];

/** As the call is refused for somebody who may only read. */
const NO_QUERIES: readonly Call[] = [{
  place: 'reader only',
  what: 'a reader reads',
  caller: PERSON,
  actions: ['s3:GetObject'],
  resources: ['{bucket}/{object}'],
  source: ATHENA_S3,
  refused: [
    { what: 'and asks Athena', actions: ['athena:StartQueryExecution', 'athena:GetQueryResults', 'athena:ListWorkGroups', 'glue:GetTable', 'kms:DescribeKey'], resources: ['*'] },
  ],
}];

const QUERYING: readonly Call[] = [
  {
    place: 'analyst',
    what: 'an analyst works in the workgroup',
    caller: PERSON,
    resources: ['{workGroup}'],
    source: ATHENA_WORK_GROUPS,
    actions: [
      'athena:BatchGetNamedQuery', 'athena:BatchGetQueryExecution', 'athena:GetNamedQuery', 'athena:GetQueryExecution', 'athena:GetQueryResults', 'athena:GetQueryResultsStream',
      'athena:GetWorkGroup', 'athena:ListNamedQueries', 'athena:ListQueryExecutions', 'athena:StartQueryExecution', 'athena:StopQueryExecution',
    ],
    refused: [
      { what: 'and in others', resources: ['arn:{partition}:athena:{region}:{account}:workgroup/primary', '{workGroup}-other'] },
      { what: 'and changes it', actions: ['athena:UpdateWorkGroup', 'athena:DeleteWorkGroup', 'athena:CreateNamedQuery', 'athena:UpdateNamedQuery', 'athena:DeleteNamedQuery'] },
    ],
  },
  {
    place: 'analyst',
    what: 'an analyst sees the data catalog',
    caller: PERSON,
    resources: ['arn:{partition}:athena:{region}:{account}:datacatalog/AwsDataCatalog'],
    source: ATHENA_CATALOGS,
    actions: ['athena:GetDataCatalog', 'athena:GetDatabase', 'athena:GetTableMetadata', 'athena:ListDatabases', 'athena:ListTableMetadata'],
    refused: [
      { what: 'and others', resources: ['arn:{partition}:athena:{region}:{account}:datacatalog/other'] },
      { what: 'and changes it', actions: ['athena:DeleteDataCatalog', 'athena:UpdateDataCatalog'] },
    ],
  },
  {
    place: 'analyst',
    what: 'an analyst chooses in the console',
    caller: PERSON,
    actions: ['athena:ListDataCatalogs', 'athena:ListWorkGroups'],
    resources: ['*'],
    source: ATHENA_ACTIONS,
    refused: [{ what: 'and makes more', actions: ['athena:CreateWorkGroup', 'athena:CreateDataCatalog'] }],
  },
  {
    place: 'analyst',
    what: 'Athena looks up databases',
    caller: PERSON,
    actions: ['glue:GetDatabase', 'glue:GetDatabases'],
    source: ATHENA_GLUE,
    resources: ['arn:{partition}:glue:{region}:{account}:catalog', 'arn:{partition}:glue:{region}:{account}:database/default', 'arn:{partition}:glue:{region}:{account}:database/{database}'],
    refused: [{ what: 'of others', resources: ['arn:{partition}:glue:{region}:{account}:database/other', 'arn:{partition}:glue:{otherRegion}:{account}:catalog'] }],
  },
  {
    place: 'analyst',
    what: 'Athena looks up tables and partitions',
    caller: PERSON,
    source: ATHENA_GLUE,
    actions: ['glue:BatchGetPartition', 'glue:GetPartition', 'glue:GetPartitions', 'glue:GetTable', 'glue:GetTables'],
    resources: ['arn:{partition}:glue:{region}:{account}:catalog', 'arn:{partition}:glue:{region}:{account}:database/{database}', 'arn:{partition}:glue:{region}:{account}:table/{database}/events'],
    refused: [
      { what: 'of others', resources: ['arn:{partition}:glue:{region}:{account}:table/other/events', 'arn:{partition}:glue:{region}:{account}:table/default/events'] },
      { what: 'and changes them', actions: ['glue:CreateTable', 'glue:UpdateTable', 'glue:DeleteTable', 'glue:BatchDeletePartition', 'glue:DeleteDatabase'] },
    ],
  },
  {
    place: 'analyst',
    what: 'Athena looks at the results bucket',
    caller: PERSON,
    actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
    resources: ['{results}'],
    source: ATHENA_POLICY,
    refused: [{ what: 'and changes it', actions: BUCKET_CHANGES }, { what: 'and another', resources: ['{results}-other'] }],
  },
  {
    place: 'analyst',
    what: 'Athena writes results and reads them',
    caller: PERSON,
    resources: ['{results}/0a1b2c3d.csv', '{results}/tables/0a1b2c3d'],
    source: ATHENA_POLICY,
    actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:PutObject'],
    refused: [{ what: 'and deletes them', actions: OBJECT_CHANGES }, { what: 'elsewhere', resources: ['{results}-other/0a1b2c3d.csv'] }],
  },
  {
    place: 'results key',
    what: 'S3 encrypts the results',
    caller: PERSON,
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: ['{key}'],
    context: BY_S3,
    source: BUCKET_KEYS,
    refused: KEY_MISUSE,
  },
  {
    place: 'results key',
    what: 'S3 encrypts results without a bucket key',
    caller: PERSON,
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: ['{key}'],
    context: { ...BY_S3, 'kms:EncryptionContext:aws:s3:arn': '{bucket}/0a1b2c3d.csv' },
    source: ATHENA_KEYS,
  },
  {
    place: 'former results key',
    what: 'S3 decrypts older results',
    caller: PERSON,
    actions: ['kms:Decrypt'],
    resources: ['{key}'],
    context: BY_S3,
    source: BUCKET_KEYS,
    refused: [...KEY_MISUSE, { what: 'and encrypts', actions: ['kms:GenerateDataKey'] }],
  },
  {
    place: 'former results key',
    what: 'S3 decrypts older results without a bucket key',
    caller: PERSON,
    actions: ['kms:Decrypt'],
    resources: ['{key}'],
    context: { ...BY_S3, 'kms:EncryptionContext:aws:s3:arn': '{bucket}/0a1b2c3d.csv' },
    source: ATHENA_KEYS,
  },
  {
    place: 'described key',
    what: 'Athena looks at the key of its results',
    caller: PERSON,
    actions: ['kms:DescribeKey'],
    resources: ['{key}'],
    source: ATHENA_KEYS,
    unsure: 'that Athena calls DescribeKey: no document of Athena\'s lists it',
    refused: [{ what: 'and uses it directly', actions: ['kms:Encrypt', 'kms:ReEncryptFrom', 'kms:GenerateDataKey', 'kms:Decrypt'] }, { what: 'and at another', resources: ['{key}-other'] }],
  },
];

/** All rows. */
export const CALLS: readonly Call[] = [
  ...DELIVERY, ...RULES, ...BUSES, ...RESOURCES, ...READING, ...NO_QUERIES, ...QUERYING,
  ...DELIVERY_TOPIC_CALLS, ...EVENT_ARCHIVE_CALLS, ...trailCalls(BY_OTHERS), ...trailReadingCalls(KEY_MISUSE),
];

/** That an administrator can use a bucket and its objects, but not in one way. */
function bucketUse(place: Place, source: string, refused: NearMiss): Call[] {
  const use = { place, caller: ADMINISTRATOR, source, refused: [refused] };
  return [
    { ...use, what: 'the account\'s administrator uses the bucket', actions: ['s3:ListBucket', 's3:PutBucketPolicy'], resources: ['{bucket}'] },
    {
      ...use,
      what: 'the account\'s administrator uses objects',
      actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
      resources: ['{bucket}/object', '{bucket}/a/b'],
    },
  ];
}

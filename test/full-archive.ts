// Two templates for tests that go through everything that a template says: the default archive, and one that uses all that there is.

import { Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { CatalogOptions, EventAuditArchiveProps, QueryOptions, StorageOptions, TrailOptions } from '../src';
import { EventAuditArchive, FanOut, FanOutAuthorization, FanOutPayload, PartitionKey } from '../src';
import { synthesize } from './synthesize';

/** Where the full archive is, and where the simulator puts a template unless it is told otherwise. */
const ENV = { account: '123456789012', region: 'us-east-1' };

const DAY = 24 * 3600 * 1000;

const PARAMETER_CHANGE = 'Parameter Store Change';

let byDefault: object | undefined;
let full: object | undefined;
let unwatched: object | undefined;

/** The template of an archive without props. It is made once: copy it before a change. */
export function defaultArchive(): object {
  byDefault ??= synthesize().template.toJSON();
  return byDefault;
}

/** The template of an archive with everything that the library can do. It is made once: copy it before a change. */
export function fullArchive(): object {
  full ??= synthesize(fullProps, { stack: { env: ENV }, extend }).template.toJSON();
  return full;
}

/** Makes the full archive in a stack. */
export function fullArchiveIn(stack: Stack): EventAuditArchive {
  const archive = new EventAuditArchive(stack, 'Audit', fullProps(stack));
  extend(archive, stack);
  return archive;
}

/** The same without tamper alerts: their patterns name every other resource, and have tests of their own for each call that they know. */
export function fullArchiveWithoutTamperAlerts(): object {
  const props = (stack: Stack) => ({ ...fullProps(stack), tamperAlerts: undefined, deployingRole: undefined });
  unwatched ??= synthesize(props, { stack: { env: ENV }, extend }).template.toJSON();
  return unwatched;
}

function fullProps(stack: Stack): EventAuditArchiveProps {
  const encryptionKey = new kms.Key(stack, 'Key');
  return {
    eventPatterns: [
      { source: ['aws.ssm'], detailType: [PARAMETER_CHANGE] },
      { source: ['order'], detail: { amount: [{ numeric: ['>', 100] }], state: [{ 'anything-but': ['draft'] }] } },
      { detailType: ['AWS API Call via CloudTrail'] },
    ],
    includeReadOnlyApiCalls: true,
    eventArchive: { retention: Duration.days(30) },
    partitionKeys: [
      PartitionKey.eventType({ values: [PARAMETER_CHANGE], retiredValues: ['GuardDuty Finding'] }),
      PartitionKey.source({ values: ['aws.ssm'] }),
      PartitionKey.account({ values: [ENV.account] }),
      PartitionKey.region({ values: [ENV.region] }),
      PartitionKey.fromJq('tenant', '.detail.tenant', { values: ['42', 'true'], retiredValues: ['initech'] }),
      PartitionKey.receiptDate(),
      PartitionKey.receiptHour(),
    ],
    delivery: { bufferInterval: Duration.seconds(120), bufferSize: Size.mebibytes(64), errorLogRetention: logs.RetentionDays.SIX_MONTHS },
    storage: storage(stack, encryptionKey),
    encryptionKey,
    catalog: catalog(),
    query: query(),
    trail: trail(stack),
    fanOut: fanOuts(stack),
    consoleLinks: true,
    tamperAlerts: new sns.Topic(stack, 'Alerts', { masterKey: new kms.Key(stack, 'AlertsKey', { removalPolicy: RemovalPolicy.DESTROY }) }),
    deployingRole: iam.Role.fromRoleName(stack, 'DeployingRole', 'deploys'),
  };
}

/**
 * A bucket that is given, because only that takes a prefix; the archive's own is in the default template. What only that takes, a topic
 * for deliveries, is in a test of its own.
 */
function storage(stack: Stack, encryptionKey: kms.Key): StorageOptions {
  const common = { blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL, enforceSSL: true };
  return {
    bucket: new s3.Bucket(stack, 'Records', { ...common, versioned: true, encryption: s3.BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true }),
    prefix: 'audit/',
    accessLogsBucket: new s3.Bucket(stack, 'AccessLogs', { ...common, encryption: s3.BucketEncryption.S3_MANAGED }),
    retention: Duration.days(730),
    retentionByEventType: { [PARAMETER_CHANGE]: Duration.days(400), 'AWS API Call via CloudTrail': Duration.days(3650) },
    transitions: [
      { storageClass: s3.StorageClass.INFREQUENT_ACCESS, transitionAfter: Duration.days(30) },
      { storageClass: s3.StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: Duration.days(90) },
    ],
  };
}

function catalog(): CatalogOptions {
  return {
    databaseName: 'audit',
    // Yesterday, because with an hour beside so many keys a query over a few months takes more than Athena's 1,000,000 partitions.
    firstDate: new Date(Date.now() - DAY).toISOString().slice(0, 10),
    previousLayouts: [
      { partitionKeys: [PartitionKey.receiptDate()], firstDate: '2024-01-01', lastDate: '2024-12-31' },
      { partitionKeys: [PartitionKey.eventType({ values: [PARAMETER_CHANGE] }), PartitionKey.receiptDate()], firstDate: '2025-01-01', lastDate: '2025-12-31' },
    ],
  };
}

/** Everything that selectors can say. */
function trail(stack: Stack): TrailOptions {
  return {
    retention: Duration.days(3650),
    deliveryTopic: new sns.Topic(stack, 'LogTopic', { masterKey: new kms.Key(stack, 'LogTopicKey') }),
    dataEvents: [
      { resourceType: 'AWS::S3::Object', readWriteType: cloudtrail.ReadWriteType.READ_ONLY },
      { resourceType: 'AWS::SQS::Queue', eventNames: ['SendMessage'] },
      { resourceType: 'AWS::KinesisFirehose::DeliveryStream' },
      { resourceType: 'AWS::DynamoDB::Table', resourceArnPrefixes: [`arn:aws:dynamodb:${ENV.region}:${ENV.account}:table/orders`], excludeEventNames: ['GetItem'] },
    ],
    networkActivity: { eventSources: ['kms.amazonaws.com'], onlyDenied: true },
    insights: [cloudtrail.InsightType.API_CALL_RATE, cloudtrail.InsightType.API_ERROR_RATE],
  };
}

function query(): QueryOptions {
  return { bytesScannedLimit: Size.gibibytes(10), resultsRetention: Duration.days(7) };
}

/** Each kind of authorization, and each kind of payload alone and in a partner's body. */
function fanOuts(stack: Stack): { [id: string]: FanOut } {
  const secret = new secretsmanager.Secret(stack, 'Credentials');
  const confluent = { restEndpoint: 'https://pkc-abcde.us-east-1.aws.confluent.cloud:443', clusterId: 'lkc-abc123', credentials: { secret } };
  const fields = FanOutPayload.fields({ who: '$.detail.userIdentity.arn', at: '$.time' });
  const template = FanOutPayload.template('{"kind": "audit", "when": <time>, "all": <aws.events.event.json>}', { time: '$.time' });
  const apiKey = FanOutAuthorization.apiKey({ headerName: 'Authorization', scheme: 'Bearer', secret, secretField: 'token' });
  const basic = FanOutAuthorization.basic({ secret, usernameField: 'user', passwordField: 'pass', secretVersionId: '11111111-2222-3333-4444-555555555555' });
  return {
    Siem: FanOut.http({
      url: 'https://siem.example.com/v1/events?source=aws',
      authorization: apiKey,
      headers: { 'X-Tenant': 'acme' },
      rateLimitPerSecond: 50,
      description: 'Sends events to the SIEM',
    }),
    Tickets: FanOut.http({
      url: 'https://tickets.example.com/events',
      authorization: basic,
      httpMethod: events.HttpMethod.PUT,
      payload: fields,
      eventPatterns: [{ source: ['order'], detailType: events.Match.prefix('Order ') }],
    }),
    Confluent: FanOut.confluentCloud({ ...confluent, topic: 'audit', rateLimitPerSecond: 100 }),
    ConfluentDetail: FanOut.confluentCloud({ ...confluent, topic: 'details', payload: FanOutPayload.detail(), eventPatterns: [{ source: ['order'] }] }),
    ConfluentTemplate: FanOut.confluentCloud({ ...confluent, topic: 'templates', payload: template, eventPatterns: [{ source: ['order'] }] }),
  };
}

/** What is not a prop but a call. */
function extend(archive: EventAuditArchive, stack: Stack): void {
  const orders = new events.EventBus(stack, 'Orders', { eventBusName: 'orders' });
  archive.addCapture('Orders', { eventBus: orders, eventPatterns: [{ source: ['order'], detailType: events.Match.equalsIgnoreCase('order placed') }] });
  archive.addCapture('Busy', { eventBus: orders, eventPatterns: [{ source: ['click'] }], dedicatedStream: true });
  archive.addCapture('Paused', { eventBus: orders, eventPatterns: [{ source: ['stock'] }], enabled: false });

  const bills = archive.addEventBus('Bills', { eventBusName: 'bills', eventPatterns: [{ source: ['bill'] }] });
  archive.acceptEventsFrom({ accounts: ['222222222222', '333333333333'], eventBus: bills });
  archive.acceptEventsFrom({ organizationId: 'o-a1b2c3d4e5' });

  const secret = new secretsmanager.Secret(stack, 'PlainKey');
  archive.addFanOut('PlainKey', FanOut.http({
    url: 'https://plain.example.com/events',
    authorization: FanOutAuthorization.apiKey({ headerName: 'X-Api-Key', secret }),
    payload: FanOutPayload.detail(),
    eventPatterns: [{ source: ['order'] }],
  }));

  tell(archive, stack);
  archive.grantRead(person(stack, 'Reader'));
  archive.grantQuery(person(stack, 'Analyst'));
}

/** Every kind of target that the simulator knows. */
function tell(archive: EventAuditArchive, stack: Stack): void {
  const eventPattern = { source: ['aws.ssm'] };
  archive.onEvent('ToTopic', { eventPattern, target: new targets.SnsTopic(new sns.Topic(stack, 'Topic')), description: 'Tells of parameters' });
  archive.onEvent('ToQueue', { eventPattern, target: new targets.SqsQueue(new sqs.Queue(stack, 'Queue')), includeReadOnlyApiCalls: true });
  const code = lambda.Code.fromInline('exports.handler = async () => undefined;');
  // The function's own role is nothing of the archive's.
  const role = iam.Role.fromRoleArn(stack, 'FunctionRole', `arn:aws:iam::${ENV.account}:role/function`, { mutable: false });
  const told = new lambda.Function(stack, 'Function', { code, runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', role });
  archive.onEvent('ToFunction', { eventPattern, target: new targets.LambdaFunction(told), enabled: false });
}

function person(stack: Stack, id: string): iam.Role {
  return new iam.Role(stack, id, { assumedBy: new iam.AccountRootPrincipal() });
}

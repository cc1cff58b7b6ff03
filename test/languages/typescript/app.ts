// The same app in four languages: their templates are compared. The seconds that the stream buffers can be given, so that a value out
// of range can be tried.

import { Annotations, App, Duration, Size, Stack } from 'aws-cdk-lib';
import * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { AuditEvents, EventAuditArchive, EventForwarder, FanOut, FanOutAuthorization, FanOutConfig, FanOutPayload, PartitionKey } from 'cdk-event-audit-archive';

/** A fan-out of the user's own: to a queue that it makes. */
class QueueFanOut extends FanOut {
  public bind(scope: Construct): FanOutConfig {
    return {
      target: new targets.SqsQueue(new sqs.Queue(scope, 'Queue', { enforceSSL: true })),
      eventPatterns: [{ detailType: ['Login'] }],
    };
  }
}

const app = new App();
const stack = new Stack(app, 'Languages');

const authEvents = new events.EventBus(stack, 'AuthEvents');
const clicks = new events.EventBus(stack, 'Clicks');
const central = events.EventBus.fromEventBusArn(stack, 'Central', 'arn:aws:events:eu-west-1:123456789012:event-bus/audit');
const confluent = secretsmanager.Secret.fromSecretNameV2(stack, 'ConfluentCredentials', 'confluent');
const siem = secretsmanager.Secret.fromSecretNameV2(stack, 'SiemToken', 'siem');
const bufferSeconds = Number(process.argv[2] ?? 60);

const archive = new EventAuditArchive(stack, 'Audit', {
  eventBus: authEvents,
  eventPatterns: [
    { source: ['login.success'] },
    { source: ['login.failed'], detail: { attempts: events.Match.greaterThan(3) } },
  ],
  eventArchive: { retention: Duration.days(30) },
  partitionKeys: [
    PartitionKey.eventType({ values: ['Login', 'Logout'] }),
    PartitionKey.fromJq('tenant', '.detail.tenant', { values: ['blue', 'green'], retiredValues: ['red'] }),
    PartitionKey.receiptDate(),
  ],
  delivery: { bufferInterval: Duration.seconds(bufferSeconds), bufferSize: Size.mebibytes(64) },
  storage: {
    retention: Duration.days(7 * 365),
    retentionByEventType: { Logout: Duration.days(90) },
    deliveryTopic: new sns.Topic(stack, 'Delivered'),
  },
  catalog: {
    databaseName: 'audit',
    previousLayouts: [{ partitionKeys: [PartitionKey.receiptDate()], lastDate: '2026-06-30' }],
  },
  query: { bytesScannedLimit: Size.gibibytes(100), resultsRetention: Duration.days(7) },
  encryptionKey: new kms.Key(stack, 'Key', { enableKeyRotation: true }),
  fanOut: {
    Confluent: FanOut.confluentCloud({
      restEndpoint: 'https://pkc-abcde.us-east-1.aws.confluent.cloud:443',
      clusterId: 'lkc-abc123',
      topic: 'audit',
      credentials: { secret: confluent },
      payload: FanOutPayload.detail(),
      eventPatterns: [{ source: ['login.failed'] }],
    }),
    Own: new QueueFanOut(),
  },
  trail: {
    retention: Duration.days(3650),
    deliveryTopic: new sns.Topic(stack, 'Logged'),
    includeKmsReads: false,
    dataEvents: [
      { resourceType: 'AWS::Lambda::Function' },
      {
        resourceType: 'AWS::DynamoDB::Table',
        resourceArnPrefixes: ['arn:aws:dynamodb:us-east-1:123456789012:table/orders'],
        excludeEventNames: ['PutItem', 'UpdateItem'],
        readWriteType: cloudtrail.ReadWriteType.WRITE_ONLY,
      },
    ],
    networkActivity: { eventSources: ['s3.amazonaws.com', 'kms.amazonaws.com'], onlyDenied: true },
    insights: [cloudtrail.InsightType.API_CALL_RATE, cloudtrail.InsightType.API_ERROR_RATE],
    organization: { organizationId: 'o-a1b2c3d4e5', managementAccountId: '111111111111', accounts: ['222222222222', '111111111111'] },
  },
  tamperAlerts: new sns.Topic(stack, 'Alerts'),
  deployingRole: iam.Role.fromRoleName(stack, 'Deploying', 'deploys'),
  consoleLinks: true,
});

archive.addCapture('Account', {
  eventPatterns: [
    { source: ['aws.ssm'], detailType: ['Parameter Store Change'] },
    AuditEvents.cloudTrailApiCalls({ services: ['iam', 's3'], onlyWrites: true, excludeCallsByAwsServices: true }),
    AuditEvents.consoleSignIns({ withoutMfa: true }),
    AuditEvents.identityCenterSignIns({ onlyFailures: true }),
    AuditEvents.ec2StateChanges(['stopped', 'terminated']),
    AuditEvents.fromSources('aws.health', 'aws.trustedadvisor'),
    AuditEvents.guardDutyFindings({ minSeverity: 4.5 }),
    AuditEvents.custom({ source: 'aws.s3', detail: { reason: ['DeleteObject'] } }),
  ],
  includeReadOnlyApiCalls: true,
});

archive.addCapture('Controls', { eventPatterns: AuditEvents.cisFoundations({ controls: ['4.1', '4.3', '4.5'] }) });

archive.addCapture('Clicks', { eventBus: clicks, eventPatterns: [{ source: ['click'] }], dedicatedStream: true });

const orders = archive.addEventBus('Orders', {
  eventBusName: 'orders',
  eventPatterns: [{ source: ['order'], detail: { state: ['placed', 'paid'], currency: ['EUR'], amount: events.Match.greaterThan(100) } }],
});
archive.acceptEventsFrom({ accounts: ['333333333333', '222222222222'], eventBus: orders });
archive.acceptEventsFrom({ organizationId: 'o-a1b2c3d4e5' });

const forwarder = new EventForwarder(stack, 'ToCentral', {
  destinationEventBus: central,
  eventBus: orders,
  eventPatterns: [{ source: ['order'], detail: { state: ['paid'], currency: ['EUR'] } }],
});

archive.addFanOut('Siem', FanOut.http({
  url: 'https://siem.example.com/events',
  authorization: FanOutAuthorization.apiKey({ headerName: 'Authorization', scheme: 'Bearer', secret: siem, secretField: 'token' }),
  headers: { 'X-Origin': 'audit' },
  payload: FanOutPayload.fields({ when: '$.time', what: '$.detail-type', who: '$.detail.user' }),
  rateLimitPerSecond: 50,
}));

archive.onEvent('Locked', {
  eventPattern: { source: ['login.locked'] },
  target: new targets.SqsQueue(new sqs.Queue(stack, 'LockedAccounts', { enforceSSL: true })),
});

archive.grantQuery(new iam.Role(stack, 'Auditor', { assumedBy: new iam.AccountRootPrincipal() }));

archive.metricDeadLetters().createAlarm(stack, 'DeadLetters', { threshold: 1, evaluationPeriods: 1 });
forwarder.metricDeadLetters().createAlarm(stack, 'NotForwarded', { threshold: 1, evaluationPeriods: 1 });
archive.dedicatedStream('Clicks').metricThrottledRecords().createAlarm(stack, 'Throttled', { threshold: 1, evaluationPeriods: 3 });
archive.metricDataFreshness({ period: Duration.minutes(1) }).createAlarm(stack, 'Late', { threshold: 900, evaluationPeriods: 3 });

Annotations.of(archive).acknowledgeWarning('cdk-event-audit-archive:overlappingPatterns', 'Nothing is sent to this archive.');
Annotations.of(archive).acknowledgeWarning('cdk-event-audit-archive:readOnlyApiCalls', 'Nothing is sent to this archive.');

app.synth();

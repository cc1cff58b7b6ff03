// The same app in four languages: their templates are compared. The seconds that the stream buffers can be given, so that a value out
// of range can be tried.

import { App, Duration, Size, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { AuditEvents, EventAuditArchive, FanOut, FanOutAuthorization, FanOutConfig, FanOutPayload, PartitionKey } from 'cdk-event-audit-archive';

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
const confluent = secretsmanager.Secret.fromSecretNameV2(stack, 'ConfluentCredentials', 'confluent');
const siem = secretsmanager.Secret.fromSecretNameV2(stack, 'SiemToken', 'siem');
const bufferSeconds = Number(process.argv[2] ?? 60);

const archive = new EventAuditArchive(stack, 'Audit', {
  eventBus: authEvents,
  eventPatterns: [
    { source: ['login.success'] },
    { source: ['login.failed'], detail: { attempts: events.Match.greaterThan(3) } },
  ],
  partitionKeys: [
    PartitionKey.eventType({ values: ['Login', 'Logout'] }),
    PartitionKey.fromJq('tenant', '.detail.tenant', { values: ['blue', 'green'], retiredValues: ['red'] }),
    PartitionKey.receiptDate(),
  ],
  delivery: { bufferInterval: Duration.seconds(bufferSeconds), bufferSize: Size.mebibytes(64) },
  storage: { retention: Duration.days(7 * 365), retentionByEventType: { Logout: Duration.days(90) } },
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
  consoleLinks: true,
});

archive.addCapture('Account', {
  eventPatterns: [
    { source: ['aws.ssm'], detailType: ['Parameter Store Change'] },
    AuditEvents.cloudTrailApiCalls({ services: ['iam', 's3'], onlyWrites: true, excludeCallsByAwsServices: true }),
    AuditEvents.consoleSignIns({ withoutMfa: true }),
    AuditEvents.ec2StateChanges(['stopped', 'terminated']),
    AuditEvents.fromSources('aws.health', 'aws.trustedadvisor'),
    AuditEvents.guardDutyFindings({ minSeverity: 4.5 }),
    AuditEvents.custom({ source: 'aws.s3', detail: { reason: ['DeleteObject'] } }),
  ],
  includeReadOnlyApiCalls: true,
});

archive.addCapture('Controls', { eventPatterns: AuditEvents.cisFoundations({ controls: ['4.1', '4.3', '4.5'] }) });

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
archive.metricDataFreshness({ period: Duration.minutes(1) }).createAlarm(stack, 'Late', { threshold: 900, evaluationPeriods: 3 });

app.synth();

// Who created, changed, described, listed or deleted a stream of Amazon Data Firehose, from where, and when: kept for seven years.
//
// The calls need a CloudTrail trail that logs management events, reads included. Deploy it, do something with a stream, and some minutes
// later the saved query "Firehose calls" finds it. User names and passwords in the calls, such as those of a Redshift destination, CloudTrail
// empties itself.

import { Annotations, App, Duration, Stack } from 'aws-cdk-lib';
import * as athena from 'aws-cdk-lib/aws-athena';
import { AuditEvents, EventAuditArchive, PartitionKey } from 'cdk-event-audit-archive';

const app = new App();
const stack = new Stack(app, 'FirehoseApiCalls');

const audit = new EventAuditArchive(stack, 'Audit', {
  // All but the deliveries of records (PutRecord, PutRecordBatch), which are data events.
  eventPatterns: [AuditEvents.cloudTrailApiCalls({
    services: ['firehose'],
    eventNamePrefixes: ['Create', 'Update', 'Delete', 'Describe', 'List', 'Start', 'Stop', 'Tag', 'Untag'],
  })],
  includeReadOnlyApiCalls: true,
  // By the day of arrival alone: these are few calls. A lifecycle rule deletes them; one that moves them to a cheaper class would not, because
  // S3 leaves objects under 128 KB where they are.
  partitionKeys: [PartitionKey.receiptDate()],
  storage: { retention: Duration.days(7 * 365) },
});
Annotations.of(audit).acknowledgeWarning('cdk-event-audit-archive:cloudTrailNeeded', 'The account has a trail that logs management events, reads included.');
Annotations.of(audit).acknowledgeWarning('cdk-event-audit-archive:readOnlyApiCalls', 'Those of Firehose are few.');

new athena.CfnNamedQuery(stack, 'FirehoseCalls', {
  name: 'Firehose calls',
  description: 'Who did what with a stream of Firehose in the last 90 days, from where, and when; the latest first.',
  database: audit.databaseName,
  workGroup: audit.workGroupName,
  queryString: `SELECT DISTINCT time, json_extract_scalar(detail, '$.eventName') AS call,
  json_extract_scalar(detail, '$.requestParameters.deliveryStreamName') AS stream,
  json_extract_scalar(detail, '$.userIdentity.type') AS identity_type,
  coalesce(nullif(json_extract_scalar(detail, '$.userIdentity.arn'), ''), json_extract_scalar(detail, '$.userIdentity.onBehalfOf.userId'),
    json_extract_scalar(detail, '$.userIdentity.invokedBy'), json_extract_scalar(detail, '$.userIdentity.userName'),
    json_extract_scalar(detail, '$.userIdentity.principalId'), json_extract_scalar(detail, '$.userIdentity.accountId')) AS identity,
  json_extract_scalar(detail, '$.sourceIPAddress') AS source_address,
  json_extract_scalar(detail, '$.errorCode') AS error_code, account, region, id
FROM ${audit.databaseName}.${audit.tableName}
WHERE receipt_date >= date_format(current_date - interval '90' day, '%Y-%m-%d')
  AND detail_type = 'AWS API Call via CloudTrail' AND source = 'aws.firehose'
ORDER BY time DESC`,
});

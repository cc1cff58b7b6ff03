// Every event of the AWS services in the account, and who changed which parameter of Parameter Store.
//
// Deploy it, open the output AuditConsoleLinksSendTestEvent… and create a parameter named `foo`: two minutes later the saved query
// "Parameter Store changes" in the output AuditConsoleLinksSavedQueries… finds it.

import { App, Duration, Stack } from 'aws-cdk-lib';
import * as athena from 'aws-cdk-lib/aws-athena';
import { EventAuditArchive, PartitionKey } from 'cdk-event-audit-archive';

const app = new App();
const stack = new Stack(app, 'AuditAwsServices');

const audit = new EventAuditArchive(stack, 'Audit', {
  partitionKeys: [PartitionKey.eventType({ values: ['Parameter Store Change'] }), PartitionKey.receiptDate()],
  delivery: { bufferInterval: Duration.seconds(60) },
  consoleLinks: true,
});

new athena.CfnNamedQuery(stack, 'ParameterStoreChanges', {
  name: 'Parameter Store changes',
  description: 'What happened to the parameter foo in the last seven days, the latest first.',
  database: audit.databaseName,
  workGroup: audit.workGroupName,
  queryString: `SELECT time, json_extract_scalar(detail, '$.operation') AS operation, json_extract_scalar(detail, '$.type') AS type, account, region, id
FROM ${audit.databaseName}.${audit.tableName}
WHERE receipt_date >= date_format(current_date - interval '7' day, '%Y-%m-%d')
  AND event_type IN ('parameter_store_change', 'other') AND detail_type = 'Parameter Store Change'
  AND json_extract_scalar(detail, '$.name') = 'foo'
ORDER BY time DESC`,
});

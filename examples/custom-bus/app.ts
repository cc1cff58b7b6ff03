// An application's own bus, of which only the successful logins are kept. The application sends everything and knows nothing of this:
// what is kept changes here, by the pattern.

import { App, Duration, Size, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { EventAuditArchive, PartitionKey } from 'cdk-event-audit-archive';

const app = new App();
const stack = new Stack(app, 'CustomBus');

const authEvents = new events.EventBus(stack, 'AuthEvents', { eventBusName: 'auth-events' });

new EventAuditArchive(stack, 'Logins', {
  eventBus: authEvents,
  eventPatterns: [{ source: ['login.success'] }],
  // By the day and hour of arrival alone: no dynamic partitioning, and so smaller buffers.
  partitionKeys: [PartitionKey.receiptDate(), PartitionKey.receiptHour()],
  delivery: { bufferInterval: Duration.minutes(5), bufferSize: Size.mebibytes(5) },
});

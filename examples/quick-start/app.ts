// Two archives: everything on the account's default bus, and of an application's own bus only the successful logins.

import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { EventAuditArchive } from 'cdk-event-audit-archive';

const app = new App();
const stack = new Stack(app, 'QuickStart');

const audit = new EventAuditArchive(stack, 'Audit');

const logins = new EventAuditArchive(stack, 'Logins', {
  eventBus: new events.EventBus(stack, 'AuthEvents', { eventBusName: 'auth-events' }),
  eventPatterns: [{ source: ['login.success'] }],
});

new CfnOutput(stack, 'AuditWorkGroup', { value: audit.workGroupName });
new CfnOutput(stack, 'LoginsWorkGroup', { value: logins.workGroupName });

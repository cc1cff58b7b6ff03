// Two archives: everything on the account's default bus, of which the console sign-ins are passed on to an API as well; and of an
// application's own bus only the successful logins.

import { Annotations, App, CfnOutput, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { EventAuditArchive, FanOut, FanOutAuthorization, FanOutPayload } from 'cdk-event-audit-archive';

const app = new App();
const stack = new Stack(app, 'QuickStart');

const audit = new EventAuditArchive(stack, 'Audit', {
  fanOut: {
    Siem: FanOut.http({
      url: 'https://siem.example.com/v1/sign-ins',
      authorization: FanOutAuthorization.apiKey({
        headerName: 'Authorization',
        scheme: 'Bearer',
        secret: secretsmanager.Secret.fromSecretNameV2(stack, 'SiemToken', 'siem-token'),
      }),
      payload: FanOutPayload.fields({
        id: '$.id',
        time: '$.time',
        account: '$.account',
        // Who: a sign-in that fails has no ARN, except root's.
        identity: '$.detail.userIdentity.type',
        arn: '$.detail.userIdentity.arn',
        userName: '$.detail.userIdentity.userName',
        principalId: '$.detail.userIdentity.principalId',
        result: '$.detail.responseElements.ConsoleLogin',
        address: '$.detail.sourceIPAddress',
      }),
      eventPatterns: [{ detailType: ['AWS Console Sign In via CloudTrail', 'AWS Console Signin via CloudTrail'] }],
    }),
  },
});

Annotations.of(audit).acknowledgeWarning('cdk-event-audit-archive:cloudTrailNeeded', 'The account has a trail that logs management events.');

const logins = new EventAuditArchive(stack, 'Logins', {
  eventBus: new events.EventBus(stack, 'AuthEvents', { eventBusName: 'auth-events' }),
  eventPatterns: [{ source: ['login.success'] }],
});

new CfnOutput(stack, 'AuditWorkGroup', { value: audit.workGroupName });
new CfnOutput(stack, 'LoginsWorkGroup', { value: logins.workGroupName });

// One archive for two accounts and two Regions. Its own bus takes what forwarders send it: from the workloads' account, and from us-east-1,
// the only Region where IAM, Organizations, Route 53 and sign-ins of the root user appear. Each account is a partition of its own.
//
// Put your account ids in; each account needs a trail that logs management events in these Regions. Deploy `Archive` first.

import { Annotations, App, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { AuditEvents, EventAuditArchive, EventForwarder, PartitionKey } from 'cdk-event-audit-archive';

const AUDIT_ACCOUNT = '111111111111';
const WORKLOADS_ACCOUNT = '222222222222';
const HOME_REGION = 'eu-west-1';
const GLOBAL_REGION = 'us-east-1';

const app = new App();

// What is worth keeping is said once, for the archive and for those who forward to it.
const wherever = [
  AuditEvents.cloudTrailApiCalls({ onlyWrites: true, excludeCallsByAwsServices: true }),
  AuditEvents.consoleSignIns(),
  AuditEvents.identityCenterSignIns(),
  AuditEvents.guardDutyFindings({ minSeverity: 7 }),
];

const home = new Stack(app, 'Archive', { env: { account: AUDIT_ACCOUNT, region: HOME_REGION } });
const audit = new EventAuditArchive(home, 'Audit', {
  eventPatterns: wherever,
  partitionKeys: [PartitionKey.account({ values: [AUDIT_ACCOUNT, WORKLOADS_ACCOUNT] }), PartitionKey.eventType(), PartitionKey.receiptDate()],
});
acknowledge(audit);

// A stack elsewhere can refer to the bus because it has a name.
const bus = audit.addEventBus('Organization', { eventBusName: 'organization-audit' });
// For all accounts of an organization: `organizationId` in the place of `accounts`.
audit.acceptEventsFrom({ accounts: [WORKLOADS_ACCOUNT], eventBus: bus });

for (const [name, account, region] of [
  ['WorkloadsHome', WORKLOADS_ACCOUNT, HOME_REGION],
  ['WorkloadsGlobal', WORKLOADS_ACCOUNT, GLOBAL_REGION],
  ['AuditGlobal', AUDIT_ACCOUNT, GLOBAL_REGION],
]) {
  const stack = new Stack(app, name, { env: { account, region } });
  acknowledge(new EventForwarder(stack, 'ToArchive', { destinationEventBus: bus, eventPatterns: wherever }));
}

// What the patterns need, and that only their reader knows to be there: archive and forwarders warn of it alike.
function acknowledge(construct: IConstruct): void {
  Annotations.of(construct).acknowledgeWarning('cdk-event-audit-archive:cloudTrailNeeded', 'Each account has a trail that logs management events.');
  Annotations.of(construct).acknowledgeWarning('cdk-event-audit-archive:usEast1Needed', 'AuditGlobal and WorkloadsGlobal forward from us-east-1.');
}

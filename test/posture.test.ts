import { archives, givenIn } from './mutants/archives';
import { POSTURE, postureFindings } from './posture';
import { SimulatedTemplate } from './simulator/template/template';

const [BY_DEFAULT, FULL] = archives();

interface Resource {
  Properties: any;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
  DependsOn?: string[];
}

/** The names of the rows that the archive violates after a change, each with the resource's id without its hash. */
function findings(archive: typeof FULL, change: (resource: (id: RegExp) => Resource) => void = () => undefined): string[] {
  const copy = JSON.parse(JSON.stringify(archive.template)) as { Resources: { [logicalId: string]: Resource } };
  const find = (id: RegExp) => {
    const found = Object.keys(copy.Resources).filter(logicalId => id.test(logicalId));
    expect(found).toHaveLength(1);
    return copy.Resources[found[0]];
  };
  change(find);
  const template = SimulatedTemplate.parse(copy);
  return postureFindings(template, givenIn(template, archive.given)).map(finding => finding.replace(/^(\w+?)[0-9A-F]{8}(?:Encrypted)?: ([^:]+):.*/, '$2: $1'));
}

describe('no finding', () => {
  test('in the default archive', () => {
    expect(findings(BY_DEFAULT)).toEqual([]);
  });

  test('in the full archive', () => {
    expect(findings(FULL)).toEqual([]);
  });
});

const ARCHIVE = /^AuditStorageArchive[0-9A-F]{8}$/;
const ARCHIVE_POLICY = /^AuditStorageArchivePolicy/;
const LOGS = /^AuditStorageAccessLogsBucket[0-9A-F]{8}$/;
const LOGS_POLICY = /^AuditStorageAccessLogsBucketPolicy/;
const QUEUE = /^AuditDeadLettersQueue[0-9A-F]{8}$/;
const QUEUE_POLICY = /^AuditDeadLettersQueuePolicy/;
const STREAM = /^AuditDeliveryStream/;
const RULE = /^AuditCaptureRule4840169e/;
const WORK_GROUP = /^AuditQueryWorkGroup/;
const BUS = /^AuditEventBusesBills[0-9A-F]{8}$/;
const TRAIL = /^AuditTrail[0-9A-F]{8}$/;
const LOG_FILES = /^AuditTrailLogFiles[0-9A-F]{8}$/;
const TARGET_ROLE = /^AuditTargetRole/;

const managementEvents = (get: (id: RegExp) => Resource): object[] => get(TRAIL).Properties.AdvancedEventSelectors[0].FieldSelectors;

/** For each row, changes by which it is violated and nothing else is, and what is found. */
const CONTROLS: [row: string, archive: typeof FULL, finding: string, change: Parameters<typeof findings>[1]][] = [
  ['kept', BY_DEFAULT, 'AuditDeliveryWritePolicy', get => { delete get(/WritePolicy/).DeletionPolicy; }],
  ['kept', BY_DEFAULT, 'AuditStorageArchive', get => { get(ARCHIVE).UpdateReplacePolicy = 'Delete'; }],
  ['kept with its events', BY_DEFAULT, 'AuditDeadLettersQueue', get => { get(QUEUE).DeletionPolicy = 'RetainExceptOnCreate'; }],
  ['kept with its events', BY_DEFAULT, 'AuditDeliveryStreamjsoneventtypereceiptdatedynamic', get => { get(STREAM).DeletionPolicy = 'RetainExceptOnCreate'; }],
  ['kept with its events', FULL, 'AuditTrailLogFiles', get => { get(LOG_FILES).DeletionPolicy = 'RetainExceptOnCreate'; }],
  ['no orphans', BY_DEFAULT, 'AuditStorageArchive', get => { get(ARCHIVE).DeletionPolicy = 'Retain'; }],
  ['not kept', BY_DEFAULT, 'AuditCatalogDatabase', get => { get(/CatalogDatabase/).DeletionPolicy = 'Retain'; }],
  ['not public', BY_DEFAULT, 'AuditStorageArchive', get => { get(ARCHIVE).Properties.PublicAccessBlockConfiguration.BlockPublicPolicy = false; }],
  ['not public', BY_DEFAULT, 'AuditStorageArchive', get => { delete get(ARCHIVE).Properties.PublicAccessBlockConfiguration; }],
  ['no ACLs', BY_DEFAULT, 'AuditStorageArchive', get => { get(ARCHIVE).Properties.OwnershipControls.Rules[0].ObjectOwnership = 'ObjectWriter'; }],
  ['versions', BY_DEFAULT, 'AuditStorageArchive', get => { get(ARCHIVE).Properties.VersioningConfiguration.Status = 'Suspended'; }],
  ['versions', FULL, 'AuditTrailLogFiles', get => { get(LOG_FILES).Properties.VersioningConfiguration.Status = 'Suspended'; }],
  ['versions', BY_DEFAULT, 'AuditStorageAccessLogsBucket', get => { delete get(LOGS).Properties.VersioningConfiguration; }],
  ['versions end', BY_DEFAULT, 'AuditStorageAccessLogsBucket', get => { delete get(LOGS).Properties.LifecycleConfiguration.Rules[0].NoncurrentVersionExpiration; }],
  ['versions end', BY_DEFAULT, 'AuditStorageAccessLogsBucket', get => { get(LOGS).Properties.LifecycleConfiguration.Rules.pop(); }],
  ['lockable', FULL, 'AuditTrailLogFiles', get => { delete get(LOG_FILES).Properties.ObjectLockEnabled; }],
  ['lockable', BY_DEFAULT, 'AuditStorageArchive', get => { delete get(ARCHIVE).Properties.ObjectLockEnabled; }],
  ['one key', BY_DEFAULT, 'AuditDeadLettersQueue', get => { get(QUEUE).Properties.SqsManagedSseEnabled = false; }],
  ['one key', FULL, 'AuditDeliveryErrorLog', get => { delete get(/ErrorLog[0-9A-F]{8}$/).Properties.KmsKeyId; }],
  ['one key', FULL, 'AuditTrail', get => { delete get(TRAIL).Properties.KMSKeyId; }],
  ['encrypted access logs', BY_DEFAULT, 'AuditStorageAccessLogsBucket', get => { delete get(LOGS).Properties.BucketEncryption; }],
  ['bucket key', FULL, 'AuditQueryResultsBucket', get => {
    get(/ResultsBucket[0-9A-F]{8}$/).Properties.BucketEncryption.ServerSideEncryptionConfiguration[0].BucketKeyEnabled = false;
  }],
  ['TLS for buckets', BY_DEFAULT, 'AuditStorageArchive', get => { get(ARCHIVE_POLICY).Properties.PolicyDocument.Statement.splice(0, 1); }],
  ['TLS for buckets', BY_DEFAULT, 'AuditStorageArchive', get => {
    get(ARCHIVE_POLICY).Properties.PolicyDocument.Statement[1].Condition.NumericLessThan['s3:TlsVersion'] = 1.1;
  }],
  ['TLS for queues', BY_DEFAULT, 'AuditDeadLettersQueue', get => { get(QUEUE_POLICY).Properties.PolicyDocument.Statement[0].Action = 'sqs:ReceiveMessage'; }],
  ['access logs', BY_DEFAULT, 'AuditStorageArchive', get => { get(ARCHIVE).Properties.LoggingConfiguration.LogFilePrefix = 'elsewhere/'; }],
  ['access logs', BY_DEFAULT, 'AuditStorageArchive', get => { delete get(LOGS_POLICY).Properties.PolicyDocument.Statement[2].Condition.StringEquals; }],
  ['unfinished uploads', BY_DEFAULT, 'AuditStorageArchive', get => { get(ARCHIVE).Properties.LifecycleConfiguration.Rules[0].Status = 'Disabled'; }],
  ['log retention', BY_DEFAULT, 'AuditDeliveryErrorLog', get => { delete get(/ErrorLog[0-9A-F]{8}$/).Properties.RetentionInDays; }],
  ['dead letters', BY_DEFAULT, 'AuditDeadLettersQueue', get => { get(QUEUE).Properties.MessageRetentionPeriod = 1_209_599; }],
  ['dead letters', BY_DEFAULT, 'AuditDeadLettersQueue', get => { delete get(QUEUE).Properties.MaximumMessageSize; }],
  ['queues are not public', BY_DEFAULT, 'AuditDeadLettersQueue', get => { delete get(QUEUE_POLICY).Properties.PolicyDocument.Statement[1].Condition; }],
  ['retries', BY_DEFAULT, 'AuditCaptureRule4840169e', get => { get(RULE).Properties.Targets[0].RetryPolicy.MaximumRetryAttempts = 184; }],
  ['retries', BY_DEFAULT, 'AuditCaptureRule4840169e', get => { delete get(RULE).Properties.Targets[0].DeadLetterConfig; }],
  ['replays', FULL, 'AuditCapturesBusyEventArchiveRulee70f6f8a', get => { delete get(/CapturesBusyEventArchive/).Properties.RetentionDays; }],
  ['replays', FULL, 'AuditCapturesBusyEventArchiveRulee70f6f8a', get => { get(/CapturesBusyEventArchive/).Properties.EventPattern.source = ['clack']; }],
  ['replays', FULL, 'AuditCapturesBusyEventArchiveRulee70f6f8a', get => { get(/CapturesBusyEventArchive/).Properties.SourceArn = 'arn:aws:events:us-east-1:123456789012:event-bus/default'; }],
  ['S3 is tried again', BY_DEFAULT, 'AuditDeliveryStreamjsoneventtypereceiptdatedynamic', get => {
    get(STREAM).Properties.ExtendedS3DestinationConfiguration.DynamicPartitioningConfiguration.RetryOptions.DurationInSeconds = 0;
  }],
  ['delivery log', BY_DEFAULT, 'AuditDeliveryStreamjsoneventtypereceiptdatedynamic', get => {
    get(STREAM).Properties.ExtendedS3DestinationConfiguration.CloudWatchLoggingOptions.Enabled = false;
  }],
  ['own log stream', FULL, 'AuditDeliveryDedicatedBusyStreamjsoneventtypeeventsourceeventaccounteventregiontenantreceiptdatereceipthourdynamic', get => {
    get(/DedicatedBusyStream/).Properties.ExtendedS3DestinationConfiguration.CloudWatchLoggingOptions = get(STREAM).Properties.ExtendedS3DestinationConfiguration.CloudWatchLoggingOptions;
  }],
  ['table location', BY_DEFAULT, 'AuditCatalogTablejsoneventtypereceiptdate', get => {
    get(/^AuditCatalogTable/).Properties.TableInput.StorageDescriptor.Location['Fn::Join'][1][2] = '/events/';
  }],
  ['order of creation', BY_DEFAULT, 'AuditCaptureRule4840169e', get => { delete get(RULE).DependsOn; }],
  ['order of creation', BY_DEFAULT, 'AuditDeliveryStreamjsoneventtypereceiptdatedynamic', get => { delete get(STREAM).DependsOn; }],
  ['order of creation', BY_DEFAULT, 'AuditCatalogEventsView', get => { delete get(/CatalogEventsView/).DependsOn; }],
  ['order of creation', FULL, 'AuditOnEventToTopic', get => { delete get(/^AuditOnEventToTopic/).DependsOn; }],
  ['order of creation', FULL, 'AuditTrail', get => { delete get(TRAIL).DependsOn; }],
  ['workgroup', BY_DEFAULT, 'AuditQueryWorkGroup', get => { get(WORK_GROUP).Properties.WorkGroupConfiguration.EnforceWorkGroupConfiguration = false; }],
  ['workgroup', BY_DEFAULT, 'AuditQueryWorkGroup', get => { delete get(WORK_GROUP).Properties.WorkGroupConfiguration.EngineVersion; }],
  ['workgroup can go', BY_DEFAULT, 'AuditQueryWorkGroup', get => { delete get(WORK_GROUP).Properties.RecursiveDeleteOption; }],
  ...['IsLogging', 'IsMultiRegionTrail', 'IncludeGlobalServiceEvents', 'EnableLogFileValidation'].map((property): (typeof CONTROLS)[number] =>
    ['whole trail', FULL, 'AuditTrail', get => { get(TRAIL).Properties[property] = false; }]),
  ['all management events', FULL, 'AuditTrail', get => { managementEvents(get).push({ Field: 'readOnly', Equals: ['false'] }); }],
  ['all management events', FULL, 'AuditTrail', get => { managementEvents(get).push({ Field: 'eventSource', NotEquals: ['kms.amazonaws.com'] }); }],
  ['all management events', FULL, 'AuditTrail', get => { managementEvents(get).push({ Field: 'eventSource', NotEquals: ['rdsdata.amazonaws.com'] }); }],
  ['cold log files', FULL, 'AuditTrailLogFiles', get => { get(LOG_FILES).Properties.LifecycleConfiguration.Rules[1].Transitions[0].StorageClass = 'DEEP_ARCHIVE'; }],
  ['cold log files', FULL, 'AuditTrailLogFiles', get => { get(LOG_FILES).Properties.LifecycleConfiguration.Rules[1].Status = 'Disabled'; }],
  ['cold log files', FULL, 'AuditTrailLogFiles', get => { delete get(LOG_FILES).Properties.LifecycleConfiguration.TransitionDefaultMinimumObjectSize; }],
  ['confused deputy', BY_DEFAULT, 'AuditTargetRole', get => { delete get(TARGET_ROLE).Properties.AssumeRolePolicyDocument.Statement[0].Condition.StringEquals; }],
  ['confused deputy', BY_DEFAULT, 'AuditTargetRole', get => { delete get(TARGET_ROLE).Properties.AssumeRolePolicyDocument.Statement[0].Condition.ArnLike; }],
  ['confused deputy', BY_DEFAULT, 'AuditDeliveryRole', get => { delete get(/DeliveryRole/).Properties.AssumeRolePolicyDocument.Statement[0].Condition; }],
  ['the writer cannot destroy', BY_DEFAULT, 'AuditDeliveryRole', get => { get(/WritePolicy/).Properties.PolicyDocument.Statement[1].Action.push('s3:DeleteObject'); }],
  ['the writer cannot destroy', BY_DEFAULT, 'AuditDeliveryRole', get => { get(/WritePolicy/).Properties.PolicyDocument.Statement[1].Resource = '*'; }],
  ['attached', FULL, 'ReaderDefaultPolicy', get => { get(/ReaderDefaultPolicy/).Properties.Roles = []; }],
  ['secrets', FULL, 'AuditFanOutSiemConnection', get => { get(/SiemConnection/).Properties.AuthParameters.ApiKeyAuthParameters.ApiKeyValue = 'Bearer abc'; }],
  ['bus queue', FULL, 'AuditEventBusesBills', get => { get(/EventBusErrorsDeadLettersQueue[0-9A-F]{8}$/).Properties.SqsManagedSseEnabled = false; }],
  ['bus log', FULL, 'AuditEventBusesBills', get => { get(BUS).Properties.LogConfig.IncludeDetail = 'FULL'; }],
  ['buses are not public', FULL, 'AuditAcceptedEventsOrganization21f7354e', get => { delete get(/AcceptedEventsOrganization/).Properties.Statement.Condition; }],
  ['buses are not public', FULL, 'AuditAcceptedEventsAccountsaf6cd134', get => { get(/AcceptedEventsAccounts/).Properties.Statement.Action = 'events:*'; }],
  ['key first', FULL, 'AuditDeliveryStreamjsoneventtypeeventsourceeventaccounteventregiontenantreceiptdatereceipthourdynamic', get => { get(STREAM).DependsOn = (get(STREAM).DependsOn as string[]).filter(id => !id.includes('KeyPolicy')); }],
  ['said', BY_DEFAULT, 'AuditDeliveryStreamjsoneventtypereceiptdatedynamic', get => { delete get(STREAM).Properties.ExtendedS3DestinationConfiguration.EncryptionConfiguration; }],
  ['said', BY_DEFAULT, 'AuditDeliveryStreamjsoneventtypereceiptdatedynamic', get => { get(STREAM).Properties.ExtendedS3DestinationConfiguration.EncryptionConfiguration = {}; }],
  ['said', FULL, 'AuditFanOutConfluentDetailDestination', get => { delete get(/ConfluentDetailDestination/).Properties.InvocationRateLimitPerSecond; }],
];

test.each(CONTROLS)('%s, %#: found when it is not so', (row, archive, finding, change) => {
  expect(findings(archive, change)).toEqual([`${row}: ${finding}`]);
});

test('every row has such a control, a sentence and a source', () => {
  expect([...new Set(CONTROLS.map(([row]) => row))]).toEqual(POSTURE.map(({ name }) => name));
  expect(POSTURE.filter(({ requires, source }) => !/ /.test(requires) || !/https:\/\//.test(source))).toEqual([]);
});

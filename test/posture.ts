/**
 * What an auditor looks for in a template, though no event ever shows it. Each row says what must be declared, names who says so, and
 * reads the template as deployed, by resource type: how it is declared does not matter.
 */

import { isDeepStrictEqual } from 'node:util';
import { AuditedArchive, keptResources } from './posture/audited-archive';
import { anyone, canDestroy, hasAccessLogs, isOpen, refusesInsecure, trustsOthers } from './posture/requests';
import { bucketKey, encryptionRules, SERVICE_KEY, storesOf, UNENCRYPTED } from './posture/stores';
import { prerequisitesOf } from './simulator/template/prerequisites';
import { Properties } from './simulator/template/properties';
import type { SimulatedResource, SimulatedTemplate } from './simulator/template/template';

/** One thing that must be declared. */
export interface PostureRow {
  readonly name: string;
  /** What must hold, as a sentence. */
  readonly requires: string;
  /** The control or the document that asks for it. */
  readonly source: string;
  /** The resources for which it does not hold, by their logical id. */
  readonly violations: (archive: AuditedArchive) => SimulatedResource[];
}

/** The rows that a template violates, one finding for each row and resource: `<logical id>: <row>: <sentence>`. */
export function postureFindings(template: SimulatedTemplate, given: readonly string[] = []): string[] {
  const archive = new AuditedArchive(template, given);
  return POSTURE.flatMap(row => row.violations(archive).map(({ logicalId }) => `${logicalId}: ${row.name}: ${row.requires}`));
}

/** The rows. */
export const POSTURE: readonly PostureRow[] = [
  {
    name: 'kept',
    requires: 'what holds data, or writes it, stays when the stack goes or the resource is replaced',
    source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html',
    violations: archive => keptResources(archive).filter(({ deletionPolicy, updateReplacePolicy }) =>
      !['Retain', 'RetainExceptOnCreate'].includes(deletionPolicy ?? '') || updateReplacePolicy !== 'Retain'),
  },
  {
    name: 'kept with its events',
    requires: 'what CloudFormation would delete with events in it, or could not delete because CloudTrail has written to it, stays when its creation is rolled back too',
    source: 'https://docs.aws.amazon.com/firehose/latest/APIReference/API_DeleteDeliveryStream.html',
    violations: archive => archive.resources.filter(resource => holdsEventsAtOnce(archive, resource) && resource.deletionPolicy === 'RetainExceptOnCreate'),
  },
  {
    name: 'no orphans',
    requires: 'what is kept and holds no events yet goes when its creation is rolled back, so that a first deployment that fails leaves nothing behind',
    source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html',
    violations: archive => keptResources(archive).filter(resource => !holdsEventsAtOnce(archive, resource) && resource.deletionPolicy === 'Retain'),
  },
  {
    name: 'not kept',
    requires: 'what holds no data goes with the stack, so that the stack can be created again',
    source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html',
    violations: archive => {
      const kept = new Set(keptResources(archive));
      const goes = (policy: string | undefined) => policy === undefined || policy === 'Delete';
      return archive.resources.filter(resource => !kept.has(resource) && !(goes(resource.deletionPolicy) && goes(resource.updateReplacePolicy)));
    },
  },
  {
    name: 'not public',
    requires: 'a bucket blocks public access in all four ways',
    source: 'Security Hub S3.8, https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-8',
    violations: archive => archive.without('AWS::S3::Bucket', bucket => {
      const block = bucket.optionalObject('PublicAccessBlockConfiguration');
      return ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'].every(way => block?.flag(way));
    }),
  },
  {
    name: 'no ACLs',
    requires: 'the owner of a bucket owns its objects, and ACLs are off',
    source: 'Security Hub S3.12, https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-12',
    violations: archive => archive.without('AWS::S3::Bucket', bucket => {
      const rules = bucket.optionalObject('OwnershipControls')?.objects('Rules') ?? [];
      return rules.some(rule => rule.optionalText('ObjectOwnership') === 'BucketOwnerEnforced');
    }),
  },
  {
    name: 'versions',
    requires: 'the archive bucket, and that of the access logs, keep versions',
    source: 'Security Hub S3.14, https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-14',
    violations: archive => [...archive.archiveBuckets, ...archive.ofType('AWS::S3::Bucket').filter(bucket => archive.logBuckets.includes(bucket))]
      .filter(bucket => !keepsVersions(Properties.of(bucket))),
  },
  {
    name: 'versions end',
    requires: 'where objects expire in a bucket with versions, the versions go later, and the markers that are left of them',
    source: 'Security Hub S3.10, https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-10',
    violations: archive => archive.without('AWS::S3::Bucket', bucket => {
      const rules = lifecycleRules(bucket).filter(rule => rule.text('Status') === 'Enabled');
      const expiring = rules.filter(rule => rule.has('ExpirationInDays'));
      return !keepsVersions(bucket) || expiring.length === 0
        || (expiring.every(rule => rule.optionalObject('NoncurrentVersionExpiration')?.has('NoncurrentDays')) && rules.some(rule => rule.has('ExpiredObjectDeleteMarker')));
    }),
  },
  {
    name: 'lockable',
    requires: 'the archive bucket has Object Lock, which replaces the bucket when it is turned on later',
    source: 'Security Hub S3.15, https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-15',
    violations: archive => archive.archiveBuckets.filter(bucket => !Properties.of(bucket).flag('ObjectLockEnabled')),
  },
  {
    name: 'one key',
    requires: 'every store is encrypted, and all of them by the same key: that of its service, or one of the account',
    source: 'Security Hub SQS.1 and DataFirehose.1, and S3.17 for one of the account, https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-controls-reference.html;'
      + ' for the key of S3, https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html',
    violations: archive => {
      const stores = storesOf(archive);
      const [key] = stores.map(store => store.key).filter(name => name !== SERVICE_KEY && name !== UNENCRYPTED);
      return stores.filter(store => store.key !== (key ?? SERVICE_KEY)).map(({ resource }) => resource);
    },
  },
  {
    name: 'encrypted access logs',
    requires: 'a bucket for access logs says that S3 encrypts it, with the only key that S3 delivers there by',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html',
    violations: archive => archive.ofType('AWS::S3::Bucket').filter(bucket => archive.logBuckets.includes(bucket) && bucketKey(Properties.of(bucket)) !== SERVICE_KEY),
  },
  {
    name: 'bucket key',
    requires: 'where KMS encrypts, a bucket key spares calls to it',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html',
    violations: archive => archive.without('AWS::S3::Bucket', bucket => encryptionRules(bucket).every(rule =>
      rule.optionalObject('ServerSideEncryptionByDefault')?.optionalText('SSEAlgorithm') !== 'aws:kms' || rule.flag('BucketKeyEnabled'))),
  },
  {
    name: 'TLS for buckets',
    requires: 'a bucket refuses requests without TLS, or with TLS before 1.2',
    source: 'Security Hub S3.5, https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-5; for the version, https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html',
    violations: archive => archive.ofType('AWS::S3::Bucket').filter(bucket => !refusesInsecure(archive, bucket)),
  },
  {
    name: 'TLS for queues',
    requires: 'a queue refuses requests without TLS',
    source: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html',
    violations: archive => archive.ofType('AWS::SQS::Queue').filter(({ attributes: { Arn: resource }, ...queue }) => {
      const policy = archive.queuePolicy({ attributes: { Arn: resource }, ...queue });
      const principals = [{ service: 'events.amazonaws.com' }, anyone(archive)];
      return ['sqs:DeleteMessage', 'sqs:ReceiveMessage', 'sqs:SendMessage'].some(action => principals.some(principal =>
        policy.verdict({ principal, action, resource, context: { 'aws:securetransport': 'false' } }) !== 'denied'));
    }),
  },
  {
    name: 'access logs',
    requires: 'a bucket has its requests logged, in a place of its own that nobody else writes to',
    source: 'Security Hub S3.9, https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-9',
    violations: archive => archive.ofType('AWS::S3::Bucket').filter(bucket => !archive.logBuckets.includes(bucket) && !hasAccessLogs(archive, bucket)),
  },
  {
    name: 'unfinished uploads',
    requires: 'a bucket drops uploads that were never finished',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpu-abort-incomplete-mpu-lifecycle-config.html',
    violations: archive => archive.without('AWS::S3::Bucket', bucket => lifecycleRules(bucket).some(rule => !rule.has('Prefix')
      && rule.text('Status') === 'Enabled' && rule.optionalObject('AbortIncompleteMultipartUpload')?.has('DaysAfterInitiation'))),
  },
  {
    name: 'log retention',
    requires: 'a log group says how long it keeps its logs',
    source: 'Security Hub CloudWatch.16, https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html#cloudwatch-16',
    violations: archive => archive.without('AWS::Logs::LogGroup', logGroup => logGroup.has('RetentionInDays')),
  },
  {
    name: 'dead letters',
    requires: 'a dead-letter queue keeps messages as long, and takes them as large, as SQS lets it',
    source: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html',
    violations: archive => archive.without('AWS::SQS::Queue', queue =>
      queue.optionalNumber('MessageRetentionPeriod') === 14 * 24 * 3600 && queue.optionalNumber('MaximumMessageSize') === 1024 * 1024),
  },
  {
    name: 'queues are not public',
    requires: 'nobody but rules of the account sends to a dead-letter queue',
    source: 'Security Hub SQS.3, https://docs.aws.amazon.com/securityhub/latest/userguide/sqs-controls.html#sqs-3',
    violations: archive => archive.ofType('AWS::SQS::Queue').filter(queue => isOpen(archive, queue)),
  },
  {
    name: 'retries',
    requires: 'a rule tries as long and as often as EventBridge lets it, and has a dead-letter queue',
    source: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html',
    violations: archive => archive.without('AWS::Events::Rule', rule => rule.objects('Targets').length > 0 && rule.objects('Targets').every(target => {
      const retries = target.optionalObject('RetryPolicy');
      return (retries?.optionalNumber('MaximumEventAgeInSeconds') ?? 86_400) === 86_400
        && (retries?.optionalNumber('MaximumRetryAttempts') ?? 185) === 185
        && target.optionalObject('DeadLetterConfig')?.optionalText('Arn') !== undefined;
    })),
  },
  {
    name: 'replays',
    requires: 'EventBridge keeps for replays, and for a time that is said, what a rule on the same bus asks for',
    source: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive.html',
    violations: archive => archive.without('AWS::Events::Archive', eventArchive => {
      const bus = eventArchive.text('SourceArn').split(':event-bus/')[1];
      return (eventArchive.optionalNumber('RetentionDays') ?? 0) > 0 && archive.ofType('AWS::Events::Rule').map(rule => Properties.of(rule)).some(rule =>
        (rule.optionalText('EventBusName') ?? 'default') === bus && isDeepStrictEqual(rule.json.EventPattern, eventArchive.json.EventPattern));
    }),
  },
  {
    name: 'S3 is tried again',
    requires: 'a stream tries S3 for as long as Firehose does by itself, 300 seconds',
    source: 'https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_kinesisfirehose.DynamicPartitioningProps.html',
    violations: archive => archive.without('AWS::KinesisFirehose::DeliveryStream', stream => {
      const partitioning = stream.object('ExtendedS3DestinationConfiguration').optionalObject('DynamicPartitioningConfiguration');
      return (partitioning?.optionalObject('RetryOptions')?.optionalNumber('DurationInSeconds') ?? 300) === 300;
    }),
  },
  {
    name: 'delivery log',
    requires: 'a stream logs what goes wrong',
    source: 'https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-logs.html',
    violations: archive => archive.without('AWS::KinesisFirehose::DeliveryStream', stream =>
      stream.object('ExtendedS3DestinationConfiguration').optionalObject('CloudWatchLoggingOptions')?.flag('Enabled') ?? false),
  },
  {
    name: 'own log stream',
    requires: 'no two streams log to one log stream, or nobody knows whose errors these are',
    source: 'https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-logs.html',
    violations: archive => {
      const logStream = (stream: SimulatedResource) => Properties.of(stream).object('ExtendedS3DestinationConfiguration').optionalObject('CloudWatchLoggingOptions')?.json;
      const streams = archive.ofType('AWS::KinesisFirehose::DeliveryStream');
      return streams.filter((stream, index) => streams.slice(0, index).some(other => isDeepStrictEqual(logStream(other), logStream(stream))));
    },
  },
  {
    name: 'table location',
    requires: 'a table says that it lies where its partitions lie, which is what readers other than Athena go by',
    source: 'https://docs.aws.amazon.com/glue/latest/webapi/API_StorageDescriptor.html',
    violations: archive => archive.without('AWS::Glue::Table', table => {
      const input = table.object('TableInput');
      const partitions = input.optionalObject('Parameters')?.optionalText('storage.location.template');
      const location = input.optionalObject('StorageDescriptor')?.optionalText('Location');
      return partitions === undefined || location === `${partitions.split(/[^/]*\$/)[0]}`;
    }),
  },
  {
    name: 'order of creation',
    requires: 'a rule waits for what its target\'s role may do, a stream for what its role may do, a trail for what lets it write, and a table for its database, which they do not name',
    source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html',
    violations: archive => archive.resources.filter(resource =>
      prerequisitesOf(archive.template, resource).some(({ logicalId }) => !resource.waitsFor.includes(logicalId))),
  },
  {
    name: 'workgroup',
    requires: 'a workgroup imposes its settings, publishes its metrics, and stays on the engine that the queries were written for',
    source: 'Security Hub Athena.4, https://docs.aws.amazon.com/athena/latest/ug/workgroups-settings-override.html',
    violations: archive => archive.without('AWS::Athena::WorkGroup', workGroup => {
      const settings = workGroup.object('WorkGroupConfiguration');
      return settings.flag('EnforceWorkGroupConfiguration') && settings.flag('PublishCloudWatchMetricsEnabled')
        && settings.optionalObject('EngineVersion')?.optionalText('SelectedEngineVersion') === 'Athena engine version 3';
    }),
  },
  {
    name: 'workgroup can go',
    requires: 'a workgroup that was used can be deleted',
    source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-athena-workgroup.html',
    violations: archive => archive.without('AWS::Athena::WorkGroup', workGroup => workGroup.flag('RecursiveDeleteOption')),
  },
  {
    name: 'whole trail',
    requires: 'a trail logs, in all Regions and of the services that have none, and its log files can be validated',
    source: 'Security Hub CloudTrail.1 and CloudTrail.4, https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html',
    violations: archive => archive.without('AWS::CloudTrail::Trail', trail =>
      ['IsLogging', 'IsMultiRegionTrail', 'IncludeGlobalServiceEvents', 'EnableLogFileValidation'].every(property => trail.flag(property))),
  },
  {
    name: 'all management events',
    requires: 'a trail logs management events that read and that write, of every service, KMS and the Data API of RDS included',
    source: 'Security Hub CloudTrail.1 and AWS Config, https://docs.aws.amazon.com/config/latest/developerguide/multi-region-cloudtrail-enabled.html',
    violations: archive => archive.without('AWS::CloudTrail::Trail', trail => !trail.has('AdvancedEventSelectors')
      || trail.objects('AdvancedEventSelectors').some(selector => isDeepStrictEqual(selector.json.FieldSelectors, [{ Field: 'eventCategory', Equals: ['Management'] }]))),
  },
  {
    name: 'cold log files',
    requires: 'log files of a trail move to the cheapest class that Athena reads, and those that are too small for that do not',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html',
    violations: archive => {
      const logged = archive.ofType('AWS::CloudTrail::Trail').map(trail => Properties.of(trail).text('S3BucketName'));
      return archive.ofType('AWS::S3::Bucket').filter(bucket => logged.includes(bucket.ref) && !movesLogFiles(Properties.of(bucket)));
    },
  },
  {
    name: 'confused deputy',
    requires: 'a service takes a role for this account and for nobody else',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html',
    violations: archive => archive.ofType('AWS::IAM::Role').filter(role => trustsOthers(archive, role)),
  },
  {
    name: 'the writer cannot destroy',
    requires: 'a role that writes the archive cannot delete, unlock or reopen anything of it, nor write elsewhere in the bucket',
    source: 'https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3',
    violations: archive => archive.ofType('AWS::IAM::Role').filter(role => canDestroy(archive, role)),
  },
  {
    name: 'attached',
    requires: 'a policy is somebody\'s',
    source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-policy.html',
    violations: ({ template }) => [...template.ofType('AWS::IAM::ManagedPolicy'), ...template.ofType('AWS::IAM::Policy')]
      .filter(policy => ['Groups', 'Roles', 'Users'].every(property => Properties.of(policy).texts(property).length === 0)),
  },
  {
    name: 'secrets',
    requires: 'credentials of a connection come from Secrets Manager, and not from the template',
    source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html',
    violations: archive => archive.without('AWS::Events::Connection', connection => {
      const parameters = connection.object('AuthParameters');
      const [apiKey, basic] = [parameters.optionalObject('ApiKeyAuthParameters'), parameters.optionalObject('BasicAuthParameters')];
      return [apiKey?.optionalText('ApiKeyValue'), basic?.optionalText('Password')].every(text => text === undefined || text.includes('{{resolve:secretsmanager:'));
    }),
  },
  {
    name: 'bus queue',
    requires: 'a bus with a key of the account has a queue for what the key kept from it, and the queue needs no such key',
    source: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-dlq.html',
    violations: archive => archive.without('AWS::Events::EventBus', bus => {
      const arn = bus.optionalObject('DeadLetterConfig')?.text('Arn');
      const queue = archive.busQueues.find(({ attributes }) => attributes.Arn === arn);
      return !bus.has('KmsKeyIdentifier') || (queue !== undefined && Properties.of(queue).flag('SqsManagedSseEnabled'));
    }),
  },
  {
    name: 'bus log',
    requires: 'a bus logs its errors, and nothing of what the events hold',
    source: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-logs.html',
    violations: archive => archive.without('AWS::Events::EventBus', bus => {
      const log = bus.optionalObject('LogConfig');
      return log?.optionalText('Level') === 'ERROR' && log.optionalText('IncludeDetail') === 'NONE';
    }),
  },
  {
    name: 'buses are not public',
    requires: 'others may put events on a bus, and no more, and only by their account or organization',
    source: 'Security Hub EventBridge.3, https://docs.aws.amazon.com/securityhub/latest/userguide/eventbridge-controls.html#eventbridge-3',
    violations: archive => archive.without('AWS::Events::EventBusPolicy', policy => {
      const { Action: action, Principal: principal, Condition: condition } = policy.object('Statement').json as { Action?: unknown; Principal?: unknown; Condition?: unknown };
      const named = !JSON.stringify(principal).includes('"*"') || /"StringEquals":\{"aws:PrincipalOrgID":"o-[a-z0-9]{10,32}"\}/.test(JSON.stringify(condition));
      return action === 'events:PutEvents' && named;
    }),
  },
  {
    name: 'key first',
    requires: 'a stream that a key encrypts waits for the right to the key of those who put records on it, so that a key can be given later',
    source: 'https://docs.aws.amazon.com/firehose/latest/dev/encryption.html#sse-with-direct-put',
    violations: archive => archive.ofType('AWS::KinesisFirehose::DeliveryStream').filter(stream => !waitsForRightToKey(archive, stream)),
  },
  {
    name: 'said',
    requires: 'what AWS may keep where an update does not say it is said, be it the default',
    source: 'https://docs.aws.amazon.com/firehose/latest/APIReference/API_UpdateDestination.html',
    violations: archive => [
      ...archive.without('AWS::KinesisFirehose::DeliveryStream', stream => {
        const destination = stream.object('ExtendedS3DestinationConfiguration');
        return KEPT_SETTINGS.every(name => destination.has(name)) && Object.keys(destination.object('EncryptionConfiguration').json).length === 1;
      }),
      ...archive.without('AWS::Events::ApiDestination', destination => destination.has('InvocationRateLimitPerSecond')),
    ],
  },
];

/** Those of a destination that has neither a file extension nor a time zone of its own. Dynamic partitioning is another stream. */
const KEPT_SETTINGS = [
  'BufferingHints', 'CloudWatchLoggingOptions', 'CompressionFormat', 'EncryptionConfiguration', 'ErrorOutputPrefix', 'Prefix', 'ProcessingConfiguration',
];

function waitsForRightToKey({ template }: AuditedArchive, stream: SimulatedResource): boolean {
  const key = Properties.of(stream).optionalObject('DeliveryStreamEncryptionConfigurationInput')?.optionalText('KeyARN');
  if (key === undefined) return true;
  const targets = template.ofType('AWS::Events::Rule').flatMap(rule => Properties.of(rule).objects('Targets'));
  const senders = new Set(targets.filter(target => target.text('Arn') === stream.attributes.Arn).map(target => target.optionalText('RoleArn')));
  const roles = template.ofType('AWS::IAM::Role').filter(({ attributes }) => senders.has(attributes.Arn));
  return roles.every(({ ref }) => template.ofType('AWS::IAM::ManagedPolicy').some(policy => stream.waitsFor.includes(policy.logicalId)
    && Properties.of(policy).texts('Roles').includes(ref) && JSON.stringify(policy.properties.PolicyDocument).includes(key)));
}

function movesLogFiles(bucket: Properties): boolean {
  const transitions = lifecycleRules(bucket).filter(rule => rule.text('Status') === 'Enabled').flatMap(rule => rule.objects('Transitions'));
  return bucket.optionalObject('LifecycleConfiguration')?.optionalText('TransitionDefaultMinimumObjectSize') === 'all_storage_classes_128K'
    && transitions.length === 1
    && transitions.every(transition => transition.text('StorageClass') === 'GLACIER_IR' && transition.optionalNumber('TransitionInDays') === 90);
}

/** Streams and queues, with which their events would go, and the buckets of trails with their policies. */
function holdsEventsAtOnce(archive: AuditedArchive, { type, ref, properties }: SimulatedResource): boolean {
  const logged = archive.ofType('AWS::CloudTrail::Trail').map(trail => trail.properties.S3BucketName);
  return ['AWS::KinesisFirehose::DeliveryStream', 'AWS::SQS::Queue', 'AWS::SQS::QueuePolicy'].includes(type)
    || (type === 'AWS::S3::Bucket' && logged.includes(ref))
    || (type === 'AWS::S3::BucketPolicy' && logged.includes(properties.Bucket));
}

function keepsVersions(bucket: Properties): boolean {
  return bucket.optionalObject('VersioningConfiguration')?.text('Status') === 'Enabled';
}

function lifecycleRules(bucket: Properties): Properties[] {
  return bucket.optionalObject('LifecycleConfiguration')?.objects('Rules') ?? [];
}

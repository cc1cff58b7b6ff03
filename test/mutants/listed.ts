/** The mutants that nobody notices because they cannot matter, each with the reason. A reason is true of everything that its patterns cover. */

import { wildcards } from './alterations';
import type { Mutant } from './mutant';

/** Mutants that cannot matter. In the patterns `*` stands for anything. */
export interface Listed {
  /** Of one archive only, by its name. @default - of all */
  readonly archive?: string;
  readonly type: string;
  /** The logical id. @default - any */
  readonly resource?: string;
  readonly path: string;
  /** What stands there, as JSON. @default - anything */
  readonly value?: string;
  readonly kind: string;
  readonly reason: string;
}

const FOR_PEOPLE = 'a description is for people; nothing reads it';
const BY_THE_USER = 'whom a bus is open to is what the user says, which no template tells; many-buses.test.ts holds the template against it';
const DEFAULT = 'it says what CloudFormation and the service do without it';

/** The list. An entry that covers no survivor fails the report. */
export const LISTED: readonly Listed[] = [
  // Event buses.
  ...[['Principal.AWS[*]', 'remove'], ['Principal.AWS[*].Fn::Join[*][*]', 'character'], ['Condition.StringEquals.aws:PrincipalOrgID', 'character']].map(([path, kind]) => ({
    type: 'AWS::Events::EventBusPolicy', path: `Properties.Statement.${path}`, kind, reason: BY_THE_USER,
  })),
  { type: 'AWS::Events::EventBusPolicy', path: 'Properties.StatementId', kind: 'character', reason: 'a name that no other statement has; nothing refers to it' },
  { type: 'AWS::Logs::*', path: 'Properties.Name', kind: 'character', reason: 'what refers to a delivery\'s part does so by its Ref or ARN' },
  { type: 'AWS::Logs::ResourcePolicy', path: 'Properties.PolicyName', kind: 'character', reason: 'the policy\'s name is for people; nothing refers to it' },
  // For people.
  ...['delete', 'character'].map(kind => ({ type: '*', path: 'Properties.Description', kind, reason: FOR_PEOPLE })),
  ...['AWS::Athena::WorkGroup', 'AWS::Events::*', 'AWS::IAM::*'].map(type => ({ type, path: 'Properties.Description', kind: 'empty', reason: FOR_PEOPLE })),
  { type: 'AWS::Glue::*', path: 'Properties.*Input.Description', kind: '*', reason: FOR_PEOPLE },
  { type: 'AWS::Glue::Table', path: 'Properties.TableInput.*[*].Comment', kind: '*', reason: 'a column\'s comment is for people; nothing reads it' },
  { type: 'AWS::Athena::NamedQuery', path: 'Properties.QueryString', kind: 'token * --*', reason: 'a comment in a query is for people; Athena skips it' },
  { type: 'AWS::S3::Bucket', path: 'Properties.LifecycleConfiguration.Rules[*].Id', kind: '*', reason: 'the name of a lifecycle rule; S3 makes one up where there is none' },
  ...['delete', 'character'].map(kind => ({ type: 'AWS::CloudTrail::Trail', path: 'Properties.AdvancedEventSelectors[*].Name', kind, reason: 'the name of a selector is for people; CloudTrail does without' })),
  { type: 'AWS::Events::Rule', path: 'Properties.Targets[*].Id', kind: 'character', reason: 'it only tells the targets of one rule apart, and each rule has one' },

  // Said although it is the default: deletions only.
  { type: '*', path: 'DeletionPolicy', value: '"Delete"', kind: 'delete', reason: DEFAULT },
  { type: '*', path: 'UpdateReplacePolicy', value: '"Delete"', kind: 'delete', reason: DEFAULT },
  { type: '*', path: 'Properties.*PolicyDocument.Version', kind: 'delete', reason: 'without it IAM takes 2008-10-17, which lacks policy variables only, and the simulator refuses these' },
  { type: 'AWS::IAM::ManagedPolicy', path: 'Properties.Path', value: '"/"', kind: 'delete', reason: DEFAULT },
  { type: 'AWS::KinesisFirehose::DeliveryStream', path: 'Properties.DeliveryStreamType', value: '"DirectPut"', kind: 'delete', reason: DEFAULT },
  {
    archive: 'full',
    type: 'AWS::Events::Rule',
    path: 'DependsOn[0]',
    kind: 'remove',
    reason: 'the right to the stream\'s key: the rule waits for its stream, and that for this policy',
  },
  ...['+1', '-1', 'x10'].map(kind => ({
    type: 'AWS::Events::ApiDestination',
    path: 'Properties.InvocationRateLimitPerSecond',
    kind,
    reason: 'how many requests a second EventBridge makes is measured nowhere here; fan-out.test.ts holds it against the prop',
  })),
  {
    type: 'AWS::KinesisFirehose::DeliveryStream',
    path: 'Properties.ExtendedS3DestinationConfiguration.DynamicPartitioningConfiguration.RetryOptions*',
    kind: 'delete',
    reason: `${DEFAULT}: 300 seconds`,
  },
  {
    type: 'AWS::KinesisFirehose::DeliveryStream',
    path: 'Properties.ExtendedS3DestinationConfiguration.ProcessingConfiguration.Processors[1].Parameters',
    kind: 'delete',
    reason: 'the delimiter; without it Firehose appends a newline, which is what it says',
  },
  {
    type: 'AWS::KinesisFirehose::DeliveryStream',
    path: 'Properties.ExtendedS3DestinationConfiguration.ProcessingConfiguration.Processors[1].Parameters[0]',
    kind: 'remove',
    reason: 'the delimiter; without it Firehose appends a newline, which is what it says',
  },
  { type: 'AWS::Events::Rule', path: 'Properties.State', value: '"ENABLED"', kind: 'delete', reason: DEFAULT },
  { type: 'AWS::Events::Rule', path: 'Properties.Targets[*].RetryPolicy*', kind: 'delete', reason: `${DEFAULT}: 24 hours and 185 attempts` },
  ...['*_date', 'day'].map(column => ({
    type: 'AWS::Glue::Table', path: `Properties.TableInput.Parameters.projection.${column}.interval*`, kind: 'delete', reason: 'for a format that ends in days the step is one day',
  })),
  {
    archive: 'full', type: 'AWS::Glue::Table', path: 'Properties.TableInput.StorageDescriptor.SerdeInfo.Parameters', value: '{}', kind: 'delete', reason: 'it is empty: the SerDe of log files takes none',
  },

  // Declared for others than those of whom the pipeline consists.
  { type: 'AWS::Glue::Table', path: 'Properties.TableInput.Parameters.classification', kind: 'delete', reason: 'it tells Glue\'s jobs and crawlers the format; Athena goes by the SerDe' },
  { type: 'AWS::Glue::Table', path: 'Properties.TableInput.StorageDescriptor.Compressed', kind: '*', reason: 'Glue keeps it; Athena goes by the extension of the object' },
  {
    archive: 'default',
    type: 'AWS::S3::Bucket',
    path: 'Properties.BucketEncryption.ServerSideEncryptionConfiguration[0].BucketKeyEnabled',
    kind: '*',
    reason: 'a bucket key spares calls to KMS, and where S3 encrypts by its own key there are none',
  },

  // Other words for the same.
  {
    type: 'AWS::Glue::Table',
    resource: '*UniqueEventsView*',
    path: 'Properties.TableInput.ViewOriginalText.*.originalSql',
    kind: 'token * \',\' alter',
    reason: 'it stands between the resources in the text by which copies are ordered, and any other text would do',
  },
  { type: 'AWS::Athena::NamedQuery', path: 'Properties.QueryString', kind: 'token * AS delete', reason: 'AS before an alias can be left out' },
  { type: 'AWS::Glue::Table', path: 'Properties.TableInput.ViewOriginalText.*.originalSql', kind: 'token * AS delete', reason: 'AS before an alias can be left out' },
  {
    type: 'AWS::KinesisFirehose::DeliveryStream',
    path: 'Properties.ExtendedS3DestinationConfiguration.ProcessingConfiguration.Processors[0].Parameters[0].ParameterValue',
    kind: 'token * "" alter',
    reason: 'what is no text is looked up as another text that is not listed, and so is `other` all the same',
  },
  { type: 'AWS::Events::Rule', path: 'Properties.EventPattern.source', value: '[{"prefix":""}]', kind: 'delete', reason: 'it asks for any source, and every event has one' },

  // What the full archive happens to be.
  ...['+1', '-1', 'x10'].map(kind => ({
    archive: 'full',
    type: 'AWS::Events::Archive',
    path: 'Properties.RetentionDays',
    kind,
    reason: 'how long EventBridge keeps is what the user says, which no template tells; event-archives.test.ts holds the template against it',
  })),
  ...['AuditCaptureRule7777d90a*', 'AuditFanOut*Rule7777d90a*', 'AuditCaptureRule81de3bbb*', 'AuditFanOut*Rule81de3bbb*', 'AuditFanOut*Rule37d9f4d5*', 'AuditFanOut*Rule94de606e*']
    .flatMap(resource => ['delete', 'value ENABLED'].map(kind => ({
      archive: 'full',
      type: 'AWS::Events::Rule',
      resource,
      path: 'Properties.State',
      value: '"ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"',
      kind,
      reason: 'the states differ in the calls that CloudTrail sends, and the rule asks for another source or another type',
    }))),
  ...['AuditCapturesOrdersRule*', 'AuditCapturesBusyRule*', 'AuditFanOut*Bus6b93dcf0Rule*'].map(resource => ({
    archive: 'full',
    type: 'AWS::Events::Rule',
    resource,
    path: 'Properties.State',
    value: '"ENABLED"',
    kind: 'value ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS',
    reason: 'the states differ in the calls that CloudTrail sends, and these rules ask for the sources `order` and `click`, which none of them has',
  })),
  ...['175 event_source', '189 event_account', '203 event_region', '217 tenant', '231 receipt_hour'].map(token => ({
    archive: 'full',
    type: 'AWS::Glue::Table',
    path: 'Properties.TableInput.ViewOriginalText.*.originalSql',
    kind: `token ${token} alter`,
    reason: 'a union takes the names of its columns from its first branch, and this is the second',
  })),
  ...['194 1 +1', '204 0 delete'].map(token => ({
    archive: 'full',
    type: 'AWS::KinesisFirehose::DeliveryStream',
    path: 'Properties.ExtendedS3DestinationConfiguration.ProcessingConfiguration.Processors[0].Parameters[0].ParameterValue',
    kind: `token ${token}`,
    reason: 'the user\'s path yields one value or none: the first of two is the first of one, and none is `other` as null is',
  })),
  {
    archive: 'full',
    type: 'AWS::Events::ApiDestination',
    resource: 'AuditFanOutConfluent*',
    path: 'Properties.ConnectionArn',
    kind: 'redirect AuditFanOutConfluent*',
    reason: 'the three Confluent fan-outs have the same credentials, so that their connections send the same',
  },
  { archive: 'full', type: 'AWS::IAM::Policy', path: 'Properties.PolicyName', kind: 'character', reason: 'it only tells the policies of one role apart, and each role has one' },
  {
    archive: 'full', type: 'AWS::SNS::TopicPolicy', path: 'Properties.PolicyDocument.Statement[0].Sid', kind: '*', reason: 'a name that CDK\'s own target gives its statement; nothing reads it',
  },
  ...['Action[1]', 'Action[2]'].map(action => ({
    archive: 'full',
    type: 'AWS::SQS::QueuePolicy',
    resource: 'QueuePolicy*',
    path: `Properties.PolicyDocument.Statement[0].${action}`,
    kind: 'remove',
    reason: 'CDK\'s own target lets EventBridge read about the queue too, and EventBridge only sends',
  })),
];

/** The entry that covers a mutant of an archive. */
export function listingOf(mutant: Mutant, archive: string, list = LISTED): Listed | undefined {
  return list.find(entry => (entry.archive ?? archive) === archive
    && wildcards(entry.type).test(mutant.type)
    && wildcards(entry.resource ?? '*').test(mutant.logicalId)
    && wildcards(entry.path).test(mutant.path)
    && wildcards(entry.value ?? '*').test(JSON.stringify(mutant.value))
    && wildcards(entry.kind).test(mutant.kind));
}

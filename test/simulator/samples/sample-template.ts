/**
 * A template as the construct makes it, written by hand and small, for the simulator's own tests: a test changes one thing in it and
 * sees what becomes of the events.
 */

import { gunzipSync } from 'node:zlib';
import { EmbeddedJq } from '../embedded/jq';
import { EmbeddedPatterns } from '../embedded/patterns';
import type { Engines, Json, JsonObject, QueryEngine } from '../engines';
import { Simulation, SimulationOptions } from '../simulation';
import { temporaryFolder } from './temporary-folder';
import { SimulatedTemplate } from '../template/template';

/** A template whose parts a test may change. */
export interface Template {
  Resources: { [logicalId: string]: { Type: string; Properties: { [name: string]: any }; [attribute: string]: unknown } };
  [section: string]: any;
}

/** The query engine of tests that query nothing. */
const NO_SQL: QueryEngine = {
  open: async () => undefined,
  query: async () => { throw new Error('no query engine in this test'); },
  close: async () => undefined,
};

export const TEST_ENGINES: Engines = { name: 'without SQL', patterns: new EmbeddedPatterns(), jq: new EmbeddedJq(), sql: NO_SQL };

const JQ = '{event_type:(({"AWS API Call via CloudTrail":"aws_api_call_via_cloudtrail","login":"login"})[(."detail-type" // "") | tostring] // "other")}';

/** The template, after a test's change. */
export function sampleTemplate(change: (template: Template) => void = () => undefined): Template {
  const template: Template = { Resources: { ...storage(), ...delivery(), ...capture(), ...catalog() } };
  change(template);
  return template;
}

/** A run of the sample template; what the test is about is in the change and in the options. */
export function simulate(change?: (template: Template) => void, options: Partial<SimulationOptions> = {}): Simulation {
  const folder = temporaryFolder();
  return Simulation.create(SimulatedTemplate.parse(sampleTemplate(change)), { engines: TEST_ENGINES, folder, ...options });
}

/** An event with an id of its own. */
export function sampleEvent(id: string | number, changes: JsonObject = {}): JsonObject {
  return {
    'version': '0',
    'id': String(id),
    'detail-type': 'login',
    'source': 'login.success',
    'account': '123456789012',
    'time': '2026-11-20T10:00:00Z',
    'region': 'us-east-1',
    'resources': [],
    'detail': { user: `user-${id}` },
    ...changes,
  };
}

/** Sends events to the default bus and ends the run. */
export async function run(simulation: Simulation, ...events: JsonObject[]): Promise<Simulation> {
  await simulation.sendAll(events.map(event => ({ event })));
  await simulation.finish();
  return simulation;
}

/** The text of every object of a bucket whose key starts with `prefix`, by key. */
export function objects({ store, ledger }: Simulation, prefix: string): { [key: string]: string } {
  const buckets = [...new Set(ledger.writtenObjects.map(({ bucket }) => bucket))];
  return Object.fromEntries(buckets.flatMap(bucket => store.list(bucket, prefix).map(({ key }) => {
    const body = store.get(bucket, key);
    return [key, (key.endsWith('.gz') ? gunzipSync(body) : body).toString('utf8')];
  })));
}

/** The stream's destination, for a test to change. */
export function destination(template: Template): any {
  return template.Resources.Stream.Properties.ExtendedS3DestinationConfiguration;
}

function storage(): Template['Resources'] {
  return {
    Archive: {
      Type: 'AWS::S3::Bucket',
      Properties: {
        BucketEncryption: { ServerSideEncryptionConfiguration: [{ BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
        LifecycleConfiguration: { Rules: [{ Id: 'Abort', Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } }] },
        ObjectLockEnabled: true,
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
        VersioningConfiguration: { Status: 'Enabled' },
      },
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    },
    ArchivePolicy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: {
        Bucket: { Ref: 'Archive' },
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            deny({ Bool: { 'aws:SecureTransport': 'false' } }, [getAtt('Archive', 'Arn'), join(getAtt('Archive', 'Arn'), '/*')]),
            deny({ NumericLessThan: { 's3:TlsVersion': 1.2 } }, [getAtt('Archive', 'Arn'), join(getAtt('Archive', 'Arn'), '/*')]),
          ],
        },
      },
    },
  };
}

function delivery(): Template['Resources'] {
  return {
    ErrorLog: { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 365 } },
    ErrorLogStream: { Type: 'AWS::Logs::LogStream', Properties: { LogGroupName: { Ref: 'ErrorLog' } } },
    DeliveryRole: role('firehose.amazonaws.com', { StringEquals: { 'sts:ExternalId': { Ref: 'AWS::AccountId' } } }),
    DeliveryPolicy: managedPolicy('DeliveryRole', [
      { Effect: 'Allow', Action: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'], Resource: getAtt('Archive', 'Arn') },
      {
        Effect: 'Allow',
        Action: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
        Resource: [join(getAtt('Archive', 'Arn'), '/errors/*'), join(getAtt('Archive', 'Arn'), '/events/*')],
      },
      { Effect: 'Allow', Action: 'logs:PutLogEvents', Resource: logStreamArns() },
    ]),
    Stream: {
      Type: 'AWS::KinesisFirehose::DeliveryStream',
      DependsOn: ['DeliveryPolicy'],
      Properties: {
        DeliveryStreamType: 'DirectPut',
        DeliveryStreamEncryptionConfigurationInput: { KeyType: 'AWS_OWNED_CMK' },
        ExtendedS3DestinationConfiguration: {
          BucketARN: getAtt('Archive', 'Arn'),
          RoleARN: getAtt('DeliveryRole', 'Arn'),
          Prefix: 'events/json__event_type__receipt_date/event_type=!{partitionKeyFromQuery:event_type}/receipt_date=!{timestamp:yyyy-MM-dd}/',
          ErrorOutputPrefix: 'errors/error_date=!{timestamp:yyyy-MM-dd}/!{firehose:error-output-type}/',
          BufferingHints: { IntervalInSeconds: 300, SizeInMBs: 128 },
          CompressionFormat: 'GZIP',
          CloudWatchLoggingOptions: { Enabled: true, LogGroupName: { Ref: 'ErrorLog' }, LogStreamName: { Ref: 'ErrorLogStream' } },
          DynamicPartitioningConfiguration: { Enabled: true, RetryOptions: { DurationInSeconds: 300 } },
          ProcessingConfiguration: {
            Enabled: true,
            Processors: [
              processor('MetadataExtraction', { MetadataExtractionQuery: JQ, JsonParsingEngine: 'JQ-1.6' }),
              processor('AppendDelimiterToRecord', { Delimiter: '\\n' }),
            ],
          },
        },
      },
    },
  };
}

function capture(): Template['Resources'] {
  return {
    DeadLetters: { Type: 'AWS::SQS::Queue', Properties: { MessageRetentionPeriod: 1_209_600, MaximumMessageSize: 1_048_576, SqsManagedSseEnabled: true } },
    DeadLettersPolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'DeadLetters' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { ...deny({ Bool: { 'aws:SecureTransport': 'false' } }, getAtt('DeadLetters', 'Arn')), Action: 'sqs:*' },
            {
              Effect: 'Allow',
              Action: 'sqs:SendMessage',
              Principal: { Service: 'events.amazonaws.com' },
              Resource: getAtt('DeadLetters', 'Arn'),
              Condition: { ArnEquals: { 'aws:SourceArn': [getAtt('Rule', 'Arn')] } },
            },
          ],
        },
      },
    },
    RulesRole: role('events.amazonaws.com'),
    RulesPolicy: managedPolicy('RulesRole', [
      { Effect: 'Allow', Action: ['firehose:PutRecord', 'firehose:PutRecordBatch'], Resource: getAtt('Stream', 'Arn') },
    ]),
    Rule: {
      Type: 'AWS::Events::Rule',
      DependsOn: ['RulesPolicy'],
      Properties: {
        EventPattern: { source: [{ prefix: '' }] },
        State: 'ENABLED',
        Targets: [{
          Arn: getAtt('Stream', 'Arn'),
          Id: 'Archive',
          RoleArn: getAtt('RulesRole', 'Arn'),
          DeadLetterConfig: { Arn: getAtt('DeadLetters', 'Arn') },
          RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
        }],
      },
    },
  };
}

function catalog(): Template['Resources'] {
  return {
    Database: { Type: 'AWS::Glue::Database', Properties: { CatalogId: { Ref: 'AWS::AccountId' }, DatabaseInput: { Name: 'audit' } } },
    WorkGroup: {
      Type: 'AWS::Athena::WorkGroup',
      Properties: {
        Name: 'audit',
        WorkGroupConfiguration: { ResultConfiguration: { OutputLocation: 's3://results-of-queries/' } },
      },
    },
    LatestEvents: {
      Type: 'AWS::Athena::NamedQuery',
      Properties: { Name: 'Latest events', Database: { Ref: 'Database' }, WorkGroup: { Ref: 'WorkGroup' }, QueryString: 'SELECT 1' },
    },
  };
}

function role(service: string, condition?: JsonObject): Template['Resources'][string] {
  const trust = { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole', ...condition && { Condition: condition } };
  return { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [trust] } } };
}

function managedPolicy(roleId: string, statements: JsonObject[]): Template['Resources'][string] {
  return {
    Type: 'AWS::IAM::ManagedPolicy',
    Properties: { Path: '/', Roles: [{ Ref: roleId }], PolicyDocument: { Version: '2012-10-17', Statement: statements } },
  };
}

function processor(type: string, parameters: { [name: string]: string }): Json {
  return { Type: type, Parameters: Object.entries(parameters).map(([ParameterName, ParameterValue]) => ({ ParameterName, ParameterValue })) };
}

function deny(condition: JsonObject, resource: Json): JsonObject {
  return { Effect: 'Deny', Principal: { AWS: '*' }, Action: 's3:*', Resource: resource, Condition: condition };
}

function logStreamArns(): Json {
  const arn = ['arn:', { Ref: 'AWS::Partition' }, ':logs:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':log-group:', { Ref: 'ErrorLog' }];
  return { 'Fn::Join': ['', [...arn, ':log-stream:*']] };
}

function getAtt(logicalId: string, attribute: string): Json {
  return { 'Fn::GetAtt': [logicalId, attribute] };
}

function join(...parts: Json[]): Json {
  return { 'Fn::Join': ['', parts] };
}

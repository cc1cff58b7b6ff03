import { Duration, Size, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { EventAuditArchiveProps, PartitionKey } from '../../src';
import { synthesisError, synthesize } from '../synthesize';

const byDate = { partitionKeys: [PartitionKey.receiptDate()] };

function destination(template: Template): { [key: string]: any } {
  const [stream] = Object.values(template.findResources('AWS::KinesisFirehose::DeliveryStream'));
  return stream.Properties.ExtendedS3DestinationConfiguration;
}

function streamId(props: EventAuditArchiveProps): string {
  return Object.keys(synthesize(props).template.findResources('AWS::KinesisFirehose::DeliveryStream'))[0];
}

/** The actions of the role's policy, by the resources that they are allowed on. */
function deliveryActions(template: Template): { [resource: string]: string[] } {
  const [policy] = Object.values(template.findResources('AWS::IAM::ManagedPolicy', {
    Properties: { Roles: [{ Ref: Match.stringLikeRegexp('^AuditDeliveryRole') }] },
  }));
  return Object.fromEntries(policy.Properties.PolicyDocument.Statement.map(({ Effect, Action, Resource }: any) => {
    expect(Effect).toBe('Allow');
    return [JSON.stringify(Resource).replace(/Audit(\w+?)[0-9A-F]{8}/g, '$1'), [Action].flat()];
  }));
}

describe('the stream', () => {
  test('partitions by jq, puts a newline after each record and compresses', () => {
    const { template } = synthesize();
    template.hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
      DeliveryStreamType: 'DirectPut',
      DeliveryStreamEncryptionConfigurationInput: { KeyType: 'AWS_OWNED_CMK' },
      DeliveryStreamName: Match.absent(),
      ExtendedS3DestinationConfiguration: {
        BufferingHints: { IntervalInSeconds: 300, SizeInMBs: 128 },
        CompressionFormat: 'GZIP',
        EncryptionConfiguration: { NoEncryptionConfig: 'NoEncryption' },
        FileExtension: Match.absent(),
        CustomTimeZone: Match.absent(),
        Prefix: 'events/json__event_type__receipt_date/event_type=!{partitionKeyFromQuery:event_type}/receipt_date=!{timestamp:yyyy-MM-dd}/',
        ErrorOutputPrefix: 'errors/error_date=!{timestamp:yyyy-MM-dd}/!{firehose:error-output-type}/',
        DynamicPartitioningConfiguration: { Enabled: true, RetryOptions: { DurationInSeconds: 300 } },
        ProcessingConfiguration: {
          Enabled: true,
          Processors: [
            {
              Type: 'MetadataExtraction',
              Parameters: [
                { ParameterName: 'MetadataExtractionQuery', ParameterValue: Match.stringLikeRegexp('^\\{event_type:\\(.*\\)\\}$') },
                { ParameterName: 'JsonParsingEngine', ParameterValue: 'JQ-1.6' },
              ],
            },
            { Type: 'AppendDelimiterToRecord', Parameters: [{ ParameterName: 'Delimiter', ParameterValue: '\\n' }] },
          ],
        },
      },
    });
  });

  test('with a date alone does without dynamic partitioning, and keeps the newline', () => {
    const { template } = synthesize(byDate);
    expect(destination(template).DynamicPartitioningConfiguration).toBeUndefined();
    expect(destination(template).Prefix).toBe('events/json__receipt_date/receipt_date=!{timestamp:yyyy-MM-dd}/');
    expect(destination(template).ProcessingConfiguration).toEqual({
      Enabled: true,
      Processors: [{ Type: 'AppendDelimiterToRecord', Parameters: [{ ParameterName: 'Delimiter', ParameterValue: '\\n' }] }],
    });
  });

  test('has an error log that is kept for a year, or as long as asked', () => {
    const { template } = synthesize();
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 365 });
    expect(destination(template).CloudWatchLoggingOptions).toEqual({
      Enabled: true,
      LogGroupName: { Ref: Object.keys(template.findResources('AWS::Logs::LogGroup'))[0] },
      LogStreamName: { Ref: Object.keys(template.findResources('AWS::Logs::LogStream'))[0] },
    });
    synthesize({ delivery: { errorLogRetention: logs.RetentionDays.ONE_MONTH } }).template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
  });

  test('waits for the policy of its role', () => {
    synthesize().template.hasResource('AWS::KinesisFirehose::DeliveryStream', { DependsOn: [Match.stringLikeRegexp('^AuditDeliveryWritePolicy')] });
  });
});

describe('the delivery role', () => {
  test('may do what AWS documents for delivery, and nothing else', () => {
    expect(deliveryActions(synthesize().template)).toEqual({
      '{"Fn::GetAtt":["StorageArchive","Arn"]}': ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
      '[{"Fn::Join":["",[{"Fn::GetAtt":["StorageArchive","Arn"]},"/errors/*"]]},{"Fn::Join":["",[{"Fn::GetAtt":["StorageArchive","Arn"]},"/events/*"]]}]':
        ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
      '{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},":logs:",{"Ref":"AWS::Region"},":",{"Ref":"AWS::AccountId"},":log-group:",{"Ref":"DeliveryErrorLog"},":log-stream:*"]]}':
        ['logs:PutLogEvents'],
    });
  });

  test('cannot delete, unlock or open an object', () => {
    const actions = Object.values(deliveryActions(synthesize().template)).flat();
    expect(actions.filter(action => /Delete|Retention|LegalHold|Acl|Policy|\*/.test(action))).toEqual([]);
  });

  test('reaches every layout\'s objects, so that a stream that is replaced can drain', () => {
    expect(deliveryActions(synthesize().template)).toEqual(deliveryActions(synthesize(byDate).template));
  });

  test('is assumed by Firehose for this account', () => {
    synthesize().template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [{
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { Service: 'firehose.amazonaws.com' },
          Condition: { StringEquals: { 'sts:ExternalId': { Ref: 'AWS::AccountId' } } },
        }],
      },
    });
  });
});

describe('a change that Firehose cannot make in place', () => {
  test('of layout makes a new stream and leaves the old one its role and policy', () => {
    const before = synthesize().template;
    const after = synthesize(byDate).template;
    const ids = (template: Template, type: string) => Object.keys(template.findResources(type)).filter(id => !id.startsWith('AuditTargetPutPolicy'));
    const [oldStream] = Object.values(before.findResources('AWS::KinesisFirehose::DeliveryStream'));
    expect(ids(after, 'AWS::KinesisFirehose::DeliveryStream')).not.toEqual(ids(before, 'AWS::KinesisFirehose::DeliveryStream'));
    expect(oldStream).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    for (const type of ['AWS::IAM::Role', 'AWS::IAM::ManagedPolicy', 'AWS::Logs::LogGroup', 'AWS::S3::Bucket', 'AWS::SQS::Queue']) {
      expect(ids(after, type)).toEqual(ids(before, type));
    }
  });

  test('is none of those that it can', () => {
    const settings: EventAuditArchiveProps[] = [
      { delivery: { bufferInterval: Duration.seconds(60), bufferSize: Size.mebibytes(64) } },
      { partitionKeys: [PartitionKey.eventType({ values: ['Parameter Store Change'] }), PartitionKey.receiptDate()] },
    ];
    expect(settings.map(streamId)).toEqual(settings.map(() => streamId({})));
  });
});

test('a prefix that Firehose would not take fails', () => {
  const keys = ['a', 'b'].map(letter => PartitionKey.fromJq(letter.repeat(64), '.detail.x', { values: [letter.repeat(64)] }));
  expect(synthesisError(stack => ({
    storage: { bucket: new s3.Bucket(stack, 'Mine'), prefix: 'p'.repeat(250) },
    partitionKeys: [...keys, PartitionKey.receiptDate()],
  }))).toBe('partitionKeys: got an S3 prefix of up to 693 characters; Firehose takes 512: give fewer keys, or shorter names and values');
});

describe('the buffer', () => {
  test('takes what Firehose takes', () => {
    expect(destination(synthesize({ delivery: { bufferInterval: Duration.minutes(15), bufferSize: Size.mebibytes(64) } }).template).BufferingHints)
      .toEqual({ IntervalInSeconds: 900, SizeInMBs: 64 });
    const smallest = { ...byDate, delivery: { bufferInterval: Duration.seconds(0), bufferSize: Size.mebibytes(1) } };
    expect(destination(synthesize(smallest).template).BufferingHints)
      .toEqual({ IntervalInSeconds: 0, SizeInMBs: 1 });
  });

  test('lets through what only the deployment knows', () => {
    const bufferInterval = Duration.seconds(Token.asNumber({ Ref: 'Seconds' }));
    expect(destination(synthesize({ delivery: { bufferInterval } }).template).BufferingHints.IntervalInSeconds).toEqual({ Ref: 'Seconds' });
  });

  test.each<[EventAuditArchiveProps, string]>([
    [{ delivery: { bufferInterval: Duration.seconds(30) } },
      'delivery.bufferInterval: got 30 seconds; with dynamic partitioning Firehose accepts 60 to 900 seconds'],
    [{ delivery: { bufferInterval: Duration.hours(1) } },
      'delivery.bufferInterval: got 3600 seconds; with dynamic partitioning Firehose accepts 60 to 900 seconds'],
    [{ delivery: { bufferInterval: Duration.millis(60_500) } },
      'delivery.bufferInterval: got 60.5 seconds; with dynamic partitioning Firehose accepts 60 to 900 whole seconds'],
    [{ delivery: { bufferSize: Size.kibibytes(64.5 * 1024) } },
      'delivery.bufferSize: got 64.5 MiB; with dynamic partitioning Firehose accepts 64 to 128 whole MiB'],
    [{ delivery: { bufferSize: Size.mebibytes(5) } }, 'delivery.bufferSize: got 5 MiB; with dynamic partitioning Firehose accepts 64 to 128 MiB'],
    [{ ...byDate, delivery: { bufferInterval: Duration.seconds(901) } }, 'delivery.bufferInterval: got 901 seconds; Firehose accepts 0 to 900 seconds'],
    [{ ...byDate, delivery: { bufferSize: Size.mebibytes(129) } }, 'delivery.bufferSize: got 129 MiB; Firehose accepts 1 to 128 MiB'],
  ])('%#: refuses the rest', (props, message) => {
    expect(synthesisError(props)).toBe(message);
  });
});

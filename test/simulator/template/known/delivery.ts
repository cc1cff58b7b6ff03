/** Firehose, and the logs that it writes. */

import { executed, fields, inert, KnownResources, listOf, tags } from '../known-properties';

/** What the simulator knows of it. */
export const DELIVERY: KnownResources = {
  'AWS::KinesisFirehose::DeliveryStream': {
    properties: {
      DeliveryStreamName: executed,
      DeliveryStreamType: executed,
      DeliveryStreamEncryptionConfigurationInput: fields({ KeyType: executed, KeyARN: executed }),
      ExtendedS3DestinationConfiguration: fields({
        BucketARN: executed,
        RoleARN: executed,
        Prefix: executed,
        ErrorOutputPrefix: executed,
        EncryptionConfiguration: fields({ KMSEncryptionConfig: fields({ AWSKMSKeyARN: executed }), NoEncryptionConfig: executed }),
        BufferingHints: fields({ IntervalInSeconds: executed, SizeInMBs: executed }),
        CompressionFormat: executed,
        FileExtension: executed,
        CustomTimeZone: executed,
        CloudWatchLoggingOptions: fields({ Enabled: executed, LogGroupName: executed, LogStreamName: executed }),
        DynamicPartitioningConfiguration: fields({
          Enabled: executed,
          RetryOptions: fields({ DurationInSeconds: inert('the object store never fails, so nothing is retried') }),
        }),
        ProcessingConfiguration: fields({
          Enabled: executed,
          Processors: listOf({ Type: executed, Parameters: listOf({ ParameterName: executed, ParameterValue: executed }) }),
        }),
        S3BackupMode: executed,
      }),
      Tags: tags,
    },
    identity: naming => {
      const name = naming.name('DeliveryStreamName', 64);
      return { ref: name, attributes: { Arn: naming.arn('firehose', `deliverystream/${name}`) } };
    },
  },
  'AWS::Logs::LogGroup': {
    properties: {
      LogGroupName: executed,
      KmsKeyId: executed,
      RetentionInDays: inert('a run is shorter than any retention'),
      LogGroupClass: inert('changes what logs cost, not what is delivered'),
      Tags: tags,
    },
    identity: naming => {
      const name = naming.name('LogGroupName', 512);
      return { ref: name, attributes: { Arn: naming.arn('logs', `log-group:${name}:*`), LogGroupName: name } };
    },
  },
  'AWS::Logs::LogStream': {
    properties: { LogGroupName: executed, LogStreamName: executed },
    identity: naming => ({ ref: naming.name('LogStreamName', 512), attributes: {} }),
  },
};

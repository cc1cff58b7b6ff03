// A Firehose stream into the archive: how it buffers, partitions and encrypts. Every stream of an archive is made here, and so alike.

import { Duration, Size, SizeRoundingBehavior } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as firehose from 'aws-cdk-lib/aws-kinesisfirehose';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Layout } from '../layout/layout';
import type { ArchiveLocation } from '../layout/location';
import { LIMITS } from '../limits/limits';
import type { EncryptionKey } from '../private/encryption-key';
import { invalid, isKnown } from '../private/validate';

const rangeOf = ({ least, most }: { readonly least: number; readonly most: number }) => [least, most] as const;
const BUFFER_SIZE_MIB = { dynamic: rangeOf(LIMITS.dynamicBufferSize), plain: rangeOf(LIMITS.bufferSize) };
const BUFFER_INTERVAL_SECONDS = { dynamic: rangeOf(LIMITS.dynamicBufferInterval), plain: rangeOf(LIMITS.bufferInterval) };

const DEFAULT_BUFFER_INTERVAL = Duration.seconds(300);
const DEFAULT_BUFFER_SIZE = Size.mebibytes(128);

/** How long Firehose tries to write a partition before the records go to the error prefix, as its documentation has it by default. */
const PARTITION_RETRY_SECONDS = 300;

/** The error objects are partitioned by date only: the set of their types is open. */
const ERROR_PARTITIONS = 'error_date=!{timestamp:yyyy-MM-dd}/!{firehose:error-output-type}/';

/** What all streams of an archive have in common. */
export interface StreamProps {
  readonly bufferInterval?: Duration;
  readonly bufferSize?: Size;
  readonly location: ArchiveLocation;
  readonly layout: Layout;
  readonly encryption?: EncryptionKey;
}

/** Where a stream logs its errors. */
export interface StreamLog {
  readonly logGroup: logs.LogGroup;
  readonly logStream: logs.LogStream;
}

/** Creates a stream. What Firehose cannot change in place is in the logical id, so that such a change makes a new stream beside the old one. */
export function createStream(scope: Construct, props: StreamProps, role: iam.Role, { logGroup, logStream }: StreamLog): firehose.CfnDeliveryStream {
  const { layout, location, encryption } = props;
  layout.checkPrefixBelow(location.events);
  return new firehose.CfnDeliveryStream(scope, `Stream-${layout.id}-${layout.dynamicPartitioning ? 'dynamic' : 'plain'}`, {
    deliveryStreamType: 'DirectPut',
    deliveryStreamEncryptionConfigurationInput: streamEncryption(encryption?.key),
    extendedS3DestinationConfiguration: {
      bucketArn: location.bucket.bucketArn,
      roleArn: role.roleArn,
      prefix: `${location.events}${layout.prefix}`,
      errorOutputPrefix: `${location.errors}${ERROR_PARTITIONS}`,
      bufferingHints: bufferingHints(props),
      compressionFormat: layout.format.compression,
      encryptionConfiguration: objectEncryption(encryption?.key),
      cloudWatchLoggingOptions: { enabled: true, logGroupName: logGroup.logGroupName, logStreamName: logStream.logStreamName },
      ...partitioning(layout),
    },
  });
}

function streamEncryption(key?: kms.IKey): firehose.CfnDeliveryStream.DeliveryStreamEncryptionConfigurationInputProperty {
  return key ? { keyType: 'CUSTOMER_MANAGED_CMK', keyArn: key.keyArn } : { keyType: 'AWS_OWNED_CMK' };
}

/**
 * Without a key the objects are encrypted as their bucket has it. It is said, because Firehose keeps a former key where an update does not.
 * @see https://docs.aws.amazon.com/firehose/latest/APIReference/API_UpdateDestination.html
 */
function objectEncryption(key?: kms.IKey): firehose.CfnDeliveryStream.EncryptionConfigurationProperty {
  return key ? { kmsEncryptionConfig: { awskmsKeyArn: key.keyArn } } : { noEncryptionConfig: 'NoEncryption' };
}

function partitioning(layout: Layout): Partial<firehose.CfnDeliveryStream.ExtendedS3DestinationConfigurationProperty> {
  const delimiter = processor('AppendDelimiterToRecord', { Delimiter: layout.format.delimiter });
  const query = layout.metadataExtractionQuery;
  if (query === undefined) return { processingConfiguration: { enabled: true, processors: [delimiter] } };
  return {
    dynamicPartitioningConfiguration: { enabled: true, retryOptions: { durationInSeconds: PARTITION_RETRY_SECONDS } },
    processingConfiguration: {
      enabled: true,
      processors: [processor('MetadataExtraction', { MetadataExtractionQuery: query, JsonParsingEngine: 'JQ-1.6' }), delimiter],
    },
  };
}

function processor(type: string, parameters: { [name: string]: string }): firehose.CfnDeliveryStream.ProcessorProperty {
  return { type, parameters: Object.entries(parameters).map(([parameterName, parameterValue]) => ({ parameterName, parameterValue })) };
}

function bufferingHints(props: StreamProps): firehose.CfnDeliveryStream.BufferingHintsProperty {
  const mode = props.layout.dynamicPartitioning ? 'dynamic' : 'plain';
  const context = mode === 'dynamic' ? 'with dynamic partitioning Firehose accepts' : 'Firehose accepts';
  const intervalInSeconds = (props.bufferInterval ?? DEFAULT_BUFFER_INTERVAL).toSeconds({ integral: false });
  const sizeInMBs = (props.bufferSize ?? DEFAULT_BUFFER_SIZE).toMebibytes({ rounding: SizeRoundingBehavior.NONE });
  requireWithin('delivery.bufferInterval', intervalInSeconds, 'seconds', BUFFER_INTERVAL_SECONDS[mode], context);
  requireWithin('delivery.bufferSize', sizeInMBs, 'MiB', BUFFER_SIZE_MIB[mode], context);
  return { intervalInSeconds, sizeInMBs };
}

function requireWithin(prop: string, value: number, unit: string, [min, max]: readonly [number, number], context: string): void {
  const whole = Number.isInteger(value);
  if (!isKnown(value) || (whole && value >= min && value <= max)) return;
  invalid(prop, `${value} ${unit}`, `${context} ${min} to ${max} ${whole ? '' : 'whole '}${unit}`);
}

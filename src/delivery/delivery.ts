// The Firehose stream that writes the archive, and the role it writes with.

import { Aws, Duration, RemovalPolicy, Size, SizeRoundingBehavior, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as firehose from 'aws-cdk-lib/aws-kinesisfirehose';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledgeFolders } from './rule-packs';
import { deliveryStatements } from '../layout/delivery-permission';
import type { Layout } from '../layout/layout';
import type { ArchiveLocation } from '../layout/location';
import { EncryptionKey, objectKeyStatement } from '../private/encryption-key';
import { applyToAll } from '../private/removal';
import { invalid, isKnown } from '../private/validate';

/** @see https://docs.aws.amazon.com/firehose/latest/APIReference/API_BufferingHints.html */
const BUFFER_SIZE_MIB = { dynamic: [64, 128], plain: [1, 128] } as const;
const BUFFER_INTERVAL_SECONDS = { dynamic: [60, 900], plain: [0, 900] } as const;

const DEFAULT_BUFFER_INTERVAL = Duration.seconds(300);
const DEFAULT_BUFFER_SIZE = Size.mebibytes(128);

/** How long Firehose tries to write a partition before the records go to the error prefix, as its documentation has it by default. */
const PARTITION_RETRY_SECONDS = 300;

const KEY_ACTIONS = ['kms:Decrypt', 'kms:GenerateDataKey'];

/** The error objects are partitioned by date only: the set of their types is open. */
const ERROR_PARTITIONS = 'error_date=!{timestamp:yyyy-MM-dd}/!{firehose:error-output-type}/';

/** How the events get into the archive. */
export interface DeliveryOptions {
  /**
   * How long Firehose collects events before it writes an object: the shorter, the sooner an event is queryable and the more small
   * objects there are. With dynamic partitioning (as by default) 60 to 900 seconds, and an event can take half as long again; with a
   * date alone 0 to 900 seconds. Anything else fails at synthesis.
   *
   * @default Duration.seconds(300)
   * @see https://docs.aws.amazon.com/firehose/latest/APIReference/API_BufferingHints.html
   */
  readonly bufferInterval?: Duration;

  /**
   * How much Firehose collects, before compression, before it writes an object ahead of the interval. With dynamic partitioning (as
   * by default) 64 to 128 MiB; with a date alone 1 to 128 MiB. Anything else fails at synthesis.
   *
   * @default Size.mebibytes(128)
   * @see https://docs.aws.amazon.com/firehose/latest/APIReference/API_BufferingHints.html
   */
  readonly bufferSize?: Size;

  /**
   * The queue that takes the events which EventBridge could not hand to Firehose after 24 hours and 185 attempts, or had no right to.
   *
   * It must be a standard queue in the Region of the bus, encrypted by SQS or with a key of yours: a FIFO queue, another Region, or
   * the key alias/aws/sqs fails at synthesis. Its policy gets one statement for the archive's rules, and its key's policy one for
   * EventBridge; where either is imported, a warning shows the statement to add. Set its retention to 14 days, SQS's maximum.
   *
   * @default - a queue encrypted by SQS, with TLS only, that keeps messages for 14 days
   */
  readonly deadLetterQueue?: sqs.IQueue;

  /**
   * How long Firehose's own error log is kept. The records that failed are not in it: they lie below `errors/` in the bucket.
   *
   * @default logs.RetentionDays.ONE_YEAR
   */
  readonly errorLogRetention?: logs.RetentionDays;
}

/** What the delivery needs of the other stages. */
export interface DeliveryProps extends DeliveryOptions {
  readonly location: ArchiveLocation;
  readonly layout: Layout;
  readonly encryption?: EncryptionKey;
  readonly removalPolicy: RemovalPolicy;
}

/** The stream, its role and its error log. */
export class Delivery extends Construct {
  public readonly stream: firehose.CfnDeliveryStream;
  public readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: DeliveryProps) {
    super(scope, id);
    this.role = new iam.Role(this, 'Role', {
      description: 'Firehose writes the event archive with this role',
      // Firehose gives the account's id as the external id.
      assumedBy: new iam.ServicePrincipal('firehose.amazonaws.com', { conditions: { StringEquals: { 'sts:ExternalId': Stack.of(this).account } } }),
    });
    props.encryption?.allowLogs();
    const logGroup = new logs.LogGroup(this, 'ErrorLog', {
      retention: props.errorLogRetention ?? logs.RetentionDays.ONE_YEAR,
      encryptionKey: props.encryption?.key,
    });
    const logStream = new logs.LogStream(this, 'ErrorLogStream', { logGroup });
    const policy = this.writePolicy(props, logGroup, logStream);

    const { layout, location } = props;
    layout.checkPrefixBelow(location.events);
    // What Firehose cannot change in place is in the logical id, so that such a change makes a new stream beside the old one.
    this.stream = new firehose.CfnDeliveryStream(this, `Stream-${layout.id}-${layout.dynamicPartitioning ? 'dynamic' : 'plain'}`, {
      deliveryStreamType: 'DirectPut',
      deliveryStreamEncryptionConfigurationInput: streamEncryption(props.encryption?.key),
      extendedS3DestinationConfiguration: {
        bucketArn: location.bucket.bucketArn,
        roleArn: this.role.roleArn,
        prefix: `${location.events}${layout.prefix}`,
        errorOutputPrefix: `${location.errors}${ERROR_PARTITIONS}`,
        bufferingHints: bufferingHints(props),
        compressionFormat: layout.format.compression,
        encryptionConfiguration: objectEncryption(props.encryption?.key),
        cloudWatchLoggingOptions: { enabled: true, logGroupName: logGroup.logGroupName, logStreamName: logStream.logStreamName },
        ...partitioning(layout),
      },
    });
    this.stream.node.addDependency(policy);
    applyToAll(this, props.removalPolicy);
  }

  private writePolicy(props: DeliveryProps, logGroup: logs.LogGroup, logStream: logs.LogStream): iam.ManagedPolicy {
    const { location } = props;
    const key = objectKeyOf(props);
    const logStreamArn = `arn:${Aws.PARTITION}:logs:${Aws.REGION}:${Aws.ACCOUNT_ID}:log-group:${logGroup.logGroupName}:log-stream:${logStream.logStreamName}`;
    const policy = new iam.ManagedPolicy(this, 'WritePolicy', {
      description: 'Lets Firehose write to the event archive, and no more',
      roles: [this.role],
      statements: [
        ...deliveryStatements(location),
        new iam.PolicyStatement({ actions: ['logs:PutLogEvents'], resources: [logStreamArn] }),
        ...(key ? [objectKeyStatement(key, location.bucket.bucketArn, KEY_ACTIONS)] : []),
      ],
    });
    acknowledgeFolders(policy, location);
    return policy;
  }
}

/** The key that the objects are written with: the one that Firehose names, else that of the bucket. */
function objectKeyOf({ encryption, location: { bucket } }: DeliveryProps): kms.IKey | undefined {
  return encryption?.key ?? bucket.encryptionKey;
}

function streamEncryption(key?: kms.IKey): firehose.CfnDeliveryStream.DeliveryStreamEncryptionConfigurationInputProperty {
  return key ? { keyType: 'CUSTOMER_MANAGED_CMK', keyArn: key.keyArn } : { keyType: 'AWS_OWNED_CMK' };
}

/** Without a key the objects are encrypted as their bucket has it. */
function objectEncryption(key?: kms.IKey): firehose.CfnDeliveryStream.EncryptionConfigurationProperty | undefined {
  return key && { kmsEncryptionConfig: { awskmsKeyArn: key.keyArn } };
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

function bufferingHints(props: DeliveryProps): firehose.CfnDeliveryStream.BufferingHintsProperty {
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

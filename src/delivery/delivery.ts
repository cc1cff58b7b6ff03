// The Firehose stream that writes the archive, and the role it writes with.

import { Aws, Duration, RemovalPolicy, Size, SizeRoundingBehavior, Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as firehose from 'aws-cdk-lib/aws-kinesisfirehose';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ERRORS_FOLDER, ERRORS_PREFIX, EVENTS_FOLDER, Layout } from '../layout/layout';
import { applyToAll } from '../private/removal';
import { invalid, isKnown } from '../private/validate';

/** @see https://docs.aws.amazon.com/firehose/latest/APIReference/API_BufferingHints.html */
const BUFFER_SIZE_MIB = { dynamic: [64, 128], plain: [1, 128] } as const;
const BUFFER_INTERVAL_SECONDS = { dynamic: [60, 900], plain: [0, 900] } as const;

const DEFAULT_BUFFER_INTERVAL = Duration.seconds(300);
const DEFAULT_BUFFER_SIZE = Size.mebibytes(128);

/** How long Firehose tries to write a partition before the records go to the error prefix, as its documentation has it by default. */
const PARTITION_RETRY_SECONDS = 300;

/** What AWS documents for delivery to S3. None of it deletes, unlocks or opens an object. */
const BUCKET_ACTIONS = ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'];
const OBJECT_ACTIONS = ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'];

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
  readonly bucket: s3.Bucket;
  readonly layout: Layout;
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
    const logGroup = new logs.LogGroup(this, 'ErrorLog', { retention: props.errorLogRetention ?? logs.RetentionDays.ONE_YEAR });
    const logStream = new logs.LogStream(this, 'ErrorLogStream', { logGroup });
    const policy = this.writePolicy(props.bucket, logGroup, logStream);

    const { layout } = props;
    // What Firehose cannot change in place is in the logical id, so that such a change makes a new stream beside the old one.
    this.stream = new firehose.CfnDeliveryStream(this, `Stream-${layout.id}-${layout.dynamicPartitioning ? 'dynamic' : 'plain'}`, {
      deliveryStreamType: 'DirectPut',
      deliveryStreamEncryptionConfigurationInput: { keyType: 'AWS_OWNED_CMK' },
      extendedS3DestinationConfiguration: {
        bucketArn: props.bucket.bucketArn,
        roleArn: this.role.roleArn,
        prefix: layout.prefix,
        errorOutputPrefix: ERRORS_PREFIX,
        bufferingHints: bufferingHints(props),
        compressionFormat: layout.format.compression,
        cloudWatchLoggingOptions: { enabled: true, logGroupName: logGroup.logGroupName, logStreamName: logStream.logStreamName },
        ...partitioning(layout),
      },
    });
    this.stream.node.addDependency(policy);
    applyToAll(this, props.removalPolicy);
  }

  private writePolicy(bucket: s3.Bucket, logGroup: logs.LogGroup, logStream: logs.LogStream): iam.ManagedPolicy {
    const objects = [bucket.arnForObjects(`${ERRORS_FOLDER}*`), bucket.arnForObjects(`${EVENTS_FOLDER}*`)];
    const logStreamArn = `arn:${Aws.PARTITION}:logs:${Aws.REGION}:${Aws.ACCOUNT_ID}:log-group:${logGroup.logGroupName}:log-stream:${logStream.logStreamName}`;
    const policy = new iam.ManagedPolicy(this, 'WritePolicy', {
      description: 'Lets Firehose write to the event archive, and no more',
      roles: [this.role],
      statements: [
        new iam.PolicyStatement({ actions: BUCKET_ACTIONS, resources: [bucket.bucketArn] }),
        new iam.PolicyStatement({ actions: OBJECT_ACTIONS, resources: objects }),
        new iam.PolicyStatement({ actions: ['logs:PutLogEvents'], resources: [logStreamArn] }),
      ],
    });
    const bucketId = Stack.of(this).resolve((bucket.node.defaultChild as s3.CfnBucket).logicalId);
    for (const folder of [ERRORS_FOLDER, EVENTS_FOLDER]) {
      Validations.of(policy).acknowledge({
        id: `AwsSolutions-IAM5[Resource::<${bucketId}.Arn>/${folder}*]`,
        reason: `Firehose names the objects that it writes below ${folder}; the role reaches no other.`,
      });
    }
    return policy;
  }
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

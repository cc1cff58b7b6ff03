/** What a Firehose stream's template says, checked as Firehose checks it when the stream is created. */

import { MetadataExtraction } from './metadata-extraction';
import { Prefix } from './prefix';
import type { KmsKey } from '../permissions/keys';
import type { Permissions } from '../permissions/permissions';
import { Properties } from '../template/properties';
import type { SimulatedResource, SimulatedTemplate } from '../template/template';

/** @see https://docs.aws.amazon.com/firehose/latest/APIReference/API_BufferingHints.html */
const BUFFERING = {
  dynamic: { sizeInMiB: [64, 128], intervalInSeconds: [60, 900], defaultSize: 128 },
  plain: { sizeInMiB: [1, 128], intervalInSeconds: [0, 900], defaultSize: 5 },
} as const;
const HINTS = [['SizeInMBs', 'IntervalInSeconds'], ['IntervalInSeconds', 'SizeInMBs']] as const;
const DEFAULT_INTERVAL = 300;
const MIB = 1024 * 1024;

/** @see https://docs.aws.amazon.com/firehose/latest/APIReference/API_ExtendedS3DestinationConfiguration.html */
const FILE_EXTENSION = /^$|^\.[0-9a-z!\-_.*'()]{1,127}$/;

/**
 * Whoever deploys gives Firehose a grant on the stream's key, through Firehose.
 * @see https://docs.aws.amazon.com/firehose/latest/APIReference/API_DeliveryStreamEncryptionConfigurationInput.html
 */
const GRANT = 'kms:CreateGrant';

/** How an object's content is compressed. */
export type Compression = 'GZIP' | 'UNCOMPRESSED';

/** A stream to S3, ready to be simulated. */
export interface DeliveryStreamConfiguration {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly bucketArn: string;
  readonly roleArn: string;
  readonly prefix: Prefix;
  readonly errorPrefix: Prefix;
  readonly buffering: { readonly bytes: number; readonly milliseconds: number };
  readonly compression: Compression;
  /** By which records are encrypted until they are delivered; absent: by a key of AWS's. */
  readonly streamKey?: KmsKey;
  /** By which Firehose has S3 encrypt the objects; absent: as the bucket has it. */
  readonly objectKey?: KmsKey;
  /** Replaces the extension that the compression gives. */
  readonly fileExtension?: string;
  /** Present when partitioning is dynamic. */
  readonly extraction?: MetadataExtraction;
  /** What follows each record. */
  readonly delimiter: string;
  /** Where Firehose logs errors, when it does. */
  readonly logStreamArn?: string;
}

/** Reads and checks a stream. */
export function readDeliveryStream(resource: SimulatedResource, template: SimulatedTemplate, permissions: Permissions): DeliveryStreamConfiguration {
  const stream = Properties.of(resource);
  stream.oneOf('DeliveryStreamType', ['DirectPut'], 'DirectPut');
  const streamKey = readStreamKey(stream, permissions);
  const destination = stream.object('ExtendedS3DestinationConfiguration');
  destination.oneOf('CustomTimeZone', ['UTC'], 'UTC');
  destination.oneOf('S3BackupMode', ['Disabled'], 'Disabled');
  const processing = readProcessors(destination);
  const dynamic = destination.optionalObject('DynamicPartitioningConfiguration')?.flag('Enabled') ?? false;
  checkPartitioning(destination, dynamic, processing.extraction);
  return {
    logicalId: resource.logicalId,
    name: resource.ref,
    arn: resource.attributes.Arn,
    bucketArn: destination.text('BucketARN'),
    roleArn: destination.text('RoleARN'),
    ...readPrefixes(destination, processing.extraction),
    buffering: readBuffering(destination, dynamic),
    compression: destination.oneOf('CompressionFormat', ['GZIP', 'UNCOMPRESSED'], 'UNCOMPRESSED'),
    streamKey,
    objectKey: readObjectKey(destination, permissions),
    fileExtension: readFileExtension(destination),
    ...processing,
    logStreamArn: readLogStream(destination, template),
  };
}

/** The key of the customer's by which records are encrypted until they are delivered. */
function readStreamKey(stream: Properties, permissions: Permissions): KmsKey | undefined {
  const encryption = stream.optionalObject('DeliveryStreamEncryptionConfigurationInput');
  if (!encryption) return undefined;
  if (encryption.oneOf('KeyType', ['AWS_OWNED_CMK', 'CUSTOMER_MANAGED_CMK']) === 'AWS_OWNED_CMK') {
    if (encryption.has('KeyARN')) encryption.fail('KeyARN', 'the simulator knows a key with CUSTOMER_MANAGED_CMK only');
    return undefined;
  }
  const key = permissions.keys.encrypting(encryption, 'KeyARN', ['key ARN']);
  const context = { 'kms:viaservice': `firehose.${key.arn.split(':')[3]}.amazonaws.com`, 'kms:grantisforawsresource': 'true' };
  if (!permissions.accountMay(key, GRANT, context)) encryption.fail('KeyARN', `the policy of ${key.arn} does not let the account ${GRANT}, which Firehose needs`);
  return key;
}

/** Without a key of the stream's own, which is what `NoEncryption` says too, the bucket's default encryption applies. */
function readObjectKey(destination: Properties, permissions: Permissions): KmsKey | undefined {
  const encryption = destination.optionalObject('EncryptionConfiguration');
  const byKey = encryption?.optionalObject('KMSEncryptionConfig');
  if (!encryption?.has('NoEncryptionConfig')) return byKey && permissions.keys.encrypting(byKey, 'AWSKMSKeyARN', ['key ARN']);
  encryption.oneOf('NoEncryptionConfig', ['NoEncryption']);
  return byKey && encryption.fail('NoEncryptionConfig', 'Firehose takes this or a key, and not both');
}

function readProcessors(destination: Properties): Pick<DeliveryStreamConfiguration, 'extraction' | 'delimiter'> {
  const processing = destination.optionalObject('ProcessingConfiguration');
  let extraction: MetadataExtraction | undefined;
  let delimiter = '';
  if (!processing?.flag('Enabled')) return { extraction, delimiter };
  for (const processor of processing.objects('Processors')) {
    const type = processor.oneOf('Type', ['MetadataExtraction', 'AppendDelimiterToRecord']);
    if (type === 'MetadataExtraction') extraction = readMetadataExtraction(processor);
    else delimiter = readDelimiter(processor);
  }
  return { extraction, delimiter };
}

function readMetadataExtraction(processor: Properties): MetadataExtraction {
  const parameters = readParameters(processor, ['MetadataExtractionQuery', 'JsonParsingEngine']);
  if (parameters.JsonParsingEngine !== 'JQ-1.6') processor.fail('Parameters', `JsonParsingEngine: got ${parameters.JsonParsingEngine}; Firehose has JQ-1.6`);
  const query = parameters.MetadataExtractionQuery ?? processor.fail('Parameters', 'MetadataExtractionQuery is missing');
  return at(processor, 'Parameters', () => new MetadataExtraction(query));
}

/** The template holds a backslash and an `n`, which mean a newline; so does a processor without the parameter. */
function readDelimiter(processor: Properties): string {
  const { Delimiter: delimiter = '\\n' } = readParameters(processor, ['Delimiter']);
  if (delimiter !== '\\n') processor.fail('Parameters', `Delimiter: got ${JSON.stringify(delimiter)}; the simulator knows "\\\\n" only`);
  return '\n';
}

function readParameters(processor: Properties, known: string[]): { [name: string]: string | undefined } {
  return Object.fromEntries(processor.objects('Parameters').map(parameter =>
    [parameter.oneOf('ParameterName', known), parameter.text('ParameterValue')]));
}

function checkPartitioning(destination: Properties, dynamic: boolean, extraction?: MetadataExtraction): void {
  if (!dynamic && extraction) destination.fail('ProcessingConfiguration', 'MetadataExtraction needs dynamic partitioning');
  if (!dynamic) return;
  if (!extraction) destination.fail('DynamicPartitioningConfiguration', 'dynamic partitioning needs the MetadataExtraction processor');
  for (const prefix of ['Prefix', 'ErrorOutputPrefix']) destination.text(prefix);
}

function readPrefixes(destination: Properties, extraction?: MetadataExtraction): Pick<DeliveryStreamConfiguration, 'prefix' | 'errorPrefix'> {
  const prefix = at(destination, 'Prefix', () => Prefix.forData(destination.optionalText('Prefix')));
  const keys = extraction?.keys ?? [];
  const unknown = prefix.partitionKeys.find(key => !keys.includes(key));
  if (unknown !== undefined) destination.fail('Prefix', `no MetadataExtraction query yields the partition key ${unknown}`);
  const unused = keys.find(key => !prefix.partitionKeys.includes(key));
  if (unused !== undefined) destination.fail('Prefix', `the partition key ${unused} of the MetadataExtraction query is not used`);
  if (destination.optionalText('Prefix')?.includes('!{')) destination.text('ErrorOutputPrefix');
  const errorPrefix = at(destination, 'ErrorOutputPrefix', () => Prefix.forErrors(destination.optionalText('ErrorOutputPrefix')));
  return { prefix, errorPrefix };
}

function readBuffering(destination: Properties, dynamic: boolean): { bytes: number; milliseconds: number } {
  const limits = dynamic ? BUFFERING.dynamic : BUFFERING.plain;
  const hints = destination.optionalObject('BufferingHints');
  for (const [hint, other] of HINTS) if (hints?.has(hint) && !hints.has(other)) hints.fail(other, `missing; Firehose takes ${hint} with it only`);
  return {
    bytes: (hints?.numberWithin('SizeInMBs', limits.sizeInMiB, limits.defaultSize) ?? limits.defaultSize) * MIB,
    milliseconds: (hints?.numberWithin('IntervalInSeconds', limits.intervalInSeconds, DEFAULT_INTERVAL) ?? DEFAULT_INTERVAL) * 1000,
  };
}

function readFileExtension(destination: Properties): string | undefined {
  const extension = destination.optionalText('FileExtension');
  if (extension !== undefined && !FILE_EXTENSION.test(extension)) destination.fail('FileExtension', `got ${JSON.stringify(extension)}`);
  return extension || undefined;
}

function readLogStream(destination: Properties, template: SimulatedTemplate): string | undefined {
  const logging = destination.optionalObject('CloudWatchLoggingOptions');
  if (!logging?.flag('Enabled')) return undefined;
  const [group, stream] = [logging.text('LogGroupName'), logging.text('LogStreamName')];
  const logGroup = template.ofType('AWS::Logs::LogGroup').find(({ ref }) => ref === group)
    ?? logging.fail('LogGroupName', `there is no log group ${group} in the template`);
  const logStream = template.ofType('AWS::Logs::LogStream').find(({ ref, properties }) => ref === stream && properties.LogGroupName === group)
    ?? logging.fail('LogStreamName', `there is no log stream ${stream} in the log group ${group} of the template`);
  return logGroup.attributes.Arn.replace(/\*$/, `log-stream:${logStream.ref}`);
}

function at<T>(properties: Properties, name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    return properties.fail(name, (error as Error).message);
  }
}

/** What holds data in a template, and what encrypts it. */

import type { AuditedArchive } from './audited-archive';
import { Properties } from '../simulator/template/properties';
import type { SimulatedResource } from '../simulator/template/template';

/** What a service uses when nobody names a key. */
export const SERVICE_KEY = 'the key of the service';

/** What encrypts nothing. */
export const UNENCRYPTED = 'nothing';

/** Something that holds data, and what encrypts it. */
export interface Store {
  readonly resource: SimulatedResource;
  readonly key: string;
}

/** Every store, but for access logs, which S3 delivers only to buckets that it encrypts itself, and for what a key kept from a bus. */
export function storesOf(archive: AuditedArchive): Store[] {
  const { logBuckets, busQueues, permissions: { keys } } = archive;
  const arnOf = (name: string) => keys.find(name)?.arn ?? name;
  const stores = (type: string, keyOf: (properties: Properties) => string) => archive.ofType(type)
    .filter(resource => !logBuckets.includes(resource) && !busQueues.includes(resource))
    .map(resource => ({ resource, key: arnOf(keyOf(Properties.of(resource))) }));
  return [
    ...stores('AWS::S3::Bucket', bucketKey),
    ...stores('AWS::SQS::Queue', queue => queue.optionalText('KmsMasterKeyId') ?? (queue.flag('SqsManagedSseEnabled') ? SERVICE_KEY : UNENCRYPTED)),
    ...stores('AWS::Logs::LogGroup', logGroup => logGroup.optionalText('KmsKeyId') ?? SERVICE_KEY),
    ...stores('AWS::Events::EventBus', bus => bus.optionalText('KmsKeyIdentifier') ?? SERVICE_KEY),
    ...stores('AWS::Events::Connection', connection => connection.optionalText('KmsKeyIdentifier') ?? SERVICE_KEY),
    ...stores('AWS::Events::Archive', eventArchive => eventArchive.optionalText('KmsKeyIdentifier') ?? SERVICE_KEY),
    ...stores('AWS::KinesisFirehose::DeliveryStream', streamKey),
    ...stores('AWS::KinesisFirehose::DeliveryStream', stream =>
      stream.object('ExtendedS3DestinationConfiguration').optionalObject('EncryptionConfiguration')?.optionalObject('KMSEncryptionConfig')?.optionalText('AWSKMSKeyARN') ?? SERVICE_KEY),
    ...stores('AWS::Athena::WorkGroup', resultsKey),
    ...stores('AWS::CloudTrail::Trail', trail => trail.optionalText('KMSKeyId') ?? SERVICE_KEY),
  ];
}

/** What encrypts the objects of a bucket. */
export function bucketKey(bucket: Properties): string {
  const [byDefault] = encryptionRules(bucket).map(rule => rule.optionalObject('ServerSideEncryptionByDefault'));
  if (byDefault?.optionalText('SSEAlgorithm') === 'aws:kms') return byDefault.optionalText('KMSMasterKeyID') ?? 'alias/aws/s3';
  return byDefault?.optionalText('SSEAlgorithm') === 'AES256' ? SERVICE_KEY : UNENCRYPTED;
}

function streamKey(stream: Properties): string {
  const encryption = stream.optionalObject('DeliveryStreamEncryptionConfigurationInput');
  if (!encryption) return UNENCRYPTED;
  return encryption.optionalText('KeyType') === 'AWS_OWNED_CMK' ? SERVICE_KEY : encryption.optionalText('KeyARN') ?? UNENCRYPTED;
}

function resultsKey(workGroup: Properties): string {
  const encryption = workGroup.object('WorkGroupConfiguration').optionalObject('ResultConfiguration')?.optionalObject('EncryptionConfiguration');
  if (encryption?.optionalText('EncryptionOption') === 'SSE_S3') return SERVICE_KEY;
  return encryption?.optionalText('KmsKey') ?? UNENCRYPTED;
}

/** What a bucket says of encryption. */
export function encryptionRules(bucket: Properties): Properties[] {
  return bucket.optionalObject('BucketEncryption')?.objects('ServerSideEncryptionConfiguration') ?? [];
}

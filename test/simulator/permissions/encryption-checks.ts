/** What must be right about keys before the first event comes: AWS would refuse to create these resources, or never write to them. */

import type { Permissions } from './permissions';
import { Properties } from '../template/properties';
import type { SimulatedResource, SimulatedTemplate } from '../template/template';

/**
 * What CloudWatch Logs asks of a key, in the words of the policy that its documentation gives.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
const LOG_ACTIONS = ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];

/** Checks the log groups, the workgroups, the buckets of access logs and the roles of streams; throws at the first whose encryption cannot work. */
export function checkEncryption(template: SimulatedTemplate, permissions: Permissions): void {
  for (const logGroup of template.ofType('AWS::Logs::LogGroup')) checkLogGroup(logGroup, permissions);
  for (const workGroup of template.ofType('AWS::Athena::WorkGroup')) checkWorkGroup(workGroup, permissions);
  const buckets = template.ofType('AWS::S3::Bucket');
  for (const bucket of buckets) checkAccessLogs(bucket, buckets);
  for (const stream of template.ofType('AWS::KinesisFirehose::DeliveryStream')) checkStreamRole(stream, permissions);
}

/** CloudWatch Logs tries the key when the log group is created. */
function checkLogGroup(logGroup: SimulatedResource, permissions: Permissions): void {
  const properties = Properties.of(logGroup);
  if (!properties.has('KmsKeyId')) return;
  const key = permissions.keys.encrypting(properties, 'KmsKeyId', ['key ARN']);
  const arn = logGroup.attributes.Arn.replace(/:\*$/, '');
  const service = `logs.${arn.split(':')[3]}.amazonaws.com`;
  const missing = permissions.missingOnKey(key, service, LOG_ACTIONS, { 'kms:encryptioncontext:aws:logs:arn': arn });
  if (missing) properties.fail('KmsKeyId', `the policy of ${key.arn} does not let ${service} ${missing} for ${arn}`);
}

function checkWorkGroup(workGroup: SimulatedResource, permissions: Permissions): void {
  const results = Properties.of(workGroup).optionalObject('WorkGroupConfiguration')?.optionalObject('ResultConfiguration');
  const encryption = results?.optionalObject('EncryptionConfiguration');
  if (!encryption) return;
  if (encryption.oneOf('EncryptionOption', ['SSE_S3', 'SSE_KMS']) === 'SSE_KMS') permissions.keys.encrypting(encryption, 'KmsKey', ['key id', 'key ARN']);
  else if (encryption.has('KmsKey')) encryption.fail('KmsKey', 'Athena takes a key with SSE_KMS only');
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html */
function checkAccessLogs(bucket: SimulatedResource, buckets: SimulatedResource[]): void {
  const logging = Properties.of(bucket).optionalObject('LoggingConfiguration');
  const name = logging?.optionalText('DestinationBucketName');
  const destination = buckets.find(({ ref }) => ref === name);
  const [rule] = destination ? Properties.of(destination).optionalObject('BucketEncryption')?.objects('ServerSideEncryptionConfiguration') ?? [] : [];
  if (rule?.optionalObject('ServerSideEncryptionByDefault')?.text('SSEAlgorithm') === 'aws:kms') {
    logging!.fail('DestinationBucketName', `${name} is encrypted by a key; S3 delivers access logs to buckets that it encrypts itself`);
  }
}

/** What encrypts a bucket from elsewhere is not in the template; but that the role means the key behind an alias, and has no right to it, is. */
function checkStreamRole(stream: SimulatedResource, permissions: Permissions): void {
  const role = Properties.of(stream).object('ExtendedS3DestinationConfiguration').text('RoleARN');
  const named = permissions.aliasNamedBy(role);
  if (named) throw new Error(`${named.where}: ${named.alias} is an alias, by which IAM matches no key: Firehose cannot write with it`);
}

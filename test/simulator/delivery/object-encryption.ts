/** How the objects of a template's buckets are encrypted, and what KMS is asked when one is written. */

import type { Keys, KmsKey } from '../permissions/keys';
import type { RequestContext } from '../permissions/policy-conditions';
import { Properties } from '../template/properties';
import type { SimulatedResource, SimulatedTemplate } from '../template/template';

/** The key that S3 has in every account: its policy lets in all of the account who come through S3. */
const AWS_MANAGED_KEY = 'alias/aws/s3';

/** How a bucket encrypts objects whose writer says nothing of it. */
interface BucketEncryption {
  /** Absent where S3 uses a key of its own. */
  readonly key?: KmsKey;
  /** Whether S3 has one data key for the whole bucket; `undefined` where that is not known. */
  readonly bucketKey?: boolean;
}

/** What an object is encrypted by, and the calls to KMS, all of which must be allowed. */
export interface KeyUse {
  readonly key: KmsKey;
  readonly contexts: RequestContext[];
}

/** The encryption of every bucket of a template. */
export class ObjectEncryption {
  private readonly buckets: ReadonlyMap<string, BucketEncryption>;

  public constructor(template: SimulatedTemplate, keys: Keys) {
    this.buckets = new Map(template.ofType('AWS::S3::Bucket').map(bucket => [bucket.attributes.Arn, readBucket(bucket, keys)]));
  }

  /** The use of a key for an object: the key that the writer names, else the bucket's; `undefined` where neither is there. */
  public keyFor(bucketArn: string, objectArn: string, writersKey?: KmsKey): KeyUse | undefined {
    const bucket = this.buckets.get(bucketArn);
    const key = writersKey ?? bucket?.key;
    return key && { key, contexts: contexts(key, bucketArn, objectArn, bucket?.bucketKey) };
  }
}

/**
 * With a bucket key S3 gives the bucket as the encryption context, otherwise the object. Where it is not known which, both must do.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#encryption-context
 */
function contexts(key: KmsKey, bucketArn: string, objectArn: string, bucketKey?: boolean): RequestContext[] {
  const arns = bucketKey === undefined ? [bucketArn, objectArn] : [bucketKey ? bucketArn : objectArn];
  return s3Names(key).flatMap(name => arns.map(arn => ({ 'kms:viaservice': name, 'kms:encryptioncontext:aws:s3:arn': arn })));
}

/** KMS's name for S3. Its documentation has one for all Regions; whether it is so in China is not known, so there both must do. */
function s3Names({ arn }: KmsKey): string[] {
  const [, partition, , region] = arn.split(':');
  const name = `s3.${region}.amazonaws.com`;
  return partition === 'aws-cn' ? [name, `${name}.cn`] : [name];
}

function readBucket(bucket: SimulatedResource, keys: Keys): BucketEncryption {
  const rules = Properties.of(bucket).optionalObject('BucketEncryption')?.objects('ServerSideEncryptionConfiguration') ?? [];
  // S3 takes one rule; without any it encrypts by itself.
  if (rules.length > 1) Properties.of(bucket).fail('BucketEncryption', `${rules.length} rules; S3 takes one`);
  const [rule] = rules;
  // Whether S3 then uses a bucket key for a writer's own key is not known.
  if (!rule) return {};
  const byDefault = rule.optionalObject('ServerSideEncryptionByDefault');
  const bucketKey = rule.flag('BucketKeyEnabled');
  if (!byDefault) return { bucketKey };
  if (byDefault.oneOf('SSEAlgorithm', ['AES256', 'aws:kms']) === 'aws:kms') return { key: bucketsKey(byDefault, keys), bucketKey };
  if (byDefault.has('KMSMasterKeyID')) byDefault.fail('KMSMasterKeyID', 'S3 takes a key with aws:kms only');
  // A bucket key beside AES256: whether S3 uses it for a writer's own key is not known.
  return bucketKey ? {} : { bucketKey };
}

function bucketsKey(byDefault: Properties, keys: Keys): KmsKey | undefined {
  const name = byDefault.optionalText('KMSMasterKeyID') ?? AWS_MANAGED_KEY;
  return name === AWS_MANAGED_KEY ? undefined : keys.encrypting(byDefault, 'KMSMasterKeyID', ['key id', 'key ARN', 'alias name', 'alias ARN']);
}

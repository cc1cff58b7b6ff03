// What every bucket of the archive has in common.

import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';

/** Private, TLS 1.2 or newer only, encrypted by S3, owned by the account whoever writes. */
export const PRIVATE_BUCKET: s3.BucketProps = {
  blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
  encryption: s3.BucketEncryption.S3_MANAGED,
  objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
};

/** The same, encrypted by a key where there is one. A bucket key spares most of the calls to KMS. */
export function privateBucket(encryptionKey?: kms.IKey): s3.BucketProps {
  if (!encryptionKey) return PRIVATE_BUCKET;
  return { ...PRIVATE_BUCKET, encryption: s3.BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true };
}

// What Firehose needs to write the archive's objects: the delivery role has it, and the bucket of another account must grant it too.

import * as iam from 'aws-cdk-lib/aws-iam';
import type { ArchiveLocation } from './location';

/** What AWS documents for delivery to S3. None of it deletes, unlocks or opens an object. */
const BUCKET_ACTIONS = ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'];
const OBJECT_ACTIONS = ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'];

/**
 * The statements of a role's policy, or of the bucket's where there are principals; `named` says how they name a folder. They reach every
 * layout, so that an old stream drains.
 */
export function deliveryStatements(
  location: ArchiveLocation, principals?: iam.IPrincipal[], named = (folder: string) => folder,
): iam.PolicyStatement[] {
  const { bucket, errors, events, isOfAnotherAccount } = location;
  const objects = [errors, events].map(folder => bucket.arnForObjects(`${named(folder)}*`));
  return [
    new iam.PolicyStatement({ principals, actions: BUCKET_ACTIONS, resources: [bucket.bucketArn] }),
    new iam.PolicyStatement({ principals, actions: OBJECT_ACTIONS, resources: objects }),
    ...(isOfAnotherAccount ? [ownershipStatement(objects, principals)] : []),
  ];
}

/**
 * To a bucket of another account Firehose hands its objects over by an ACL, which opens them to nobody else.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3
 */
function ownershipStatement(resources: string[], principals?: iam.IPrincipal[]): iam.PolicyStatement {
  return new iam.PolicyStatement({
    principals,
    actions: ['s3:PutObjectAcl'],
    resources,
    conditions: { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } },
  });
}

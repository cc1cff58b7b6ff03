// What Firehose needs to write the archive's objects: the delivery role has it, and the bucket of another account must grant it too.

import * as iam from 'aws-cdk-lib/aws-iam';
import type { ArchiveLocation } from './location';

/** What AWS documents for delivery to S3. None of it deletes, unlocks or opens an object. */
const BUCKET_ACTIONS = ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'];
const OBJECT_ACTIONS = ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'];

/** The statements of a role's policy, or of the bucket's where there are principals. They reach every layout, so that an old stream drains. */
export function deliveryStatements({ bucket, errors, events }: ArchiveLocation, principals?: iam.IPrincipal[]): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({ principals, actions: BUCKET_ACTIONS, resources: [bucket.bucketArn] }),
    new iam.PolicyStatement({ principals, actions: OBJECT_ACTIONS, resources: [errors, events].map(folder => bucket.arnForObjects(`${folder}*`)) }),
  ];
}

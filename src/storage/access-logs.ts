// The bucket that takes S3's access logs of the archive's other buckets: a bucket with Object Lock cannot take its own.

import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { PRIVATE_BUCKET } from '../private/private-bucket';
import { applyToAll } from '../private/removal';

/** A year, as most audit regimes ask of access logs. */
const RETENTION = Duration.days(365);

/** The access-log bucket. It lets S3 in by its policy, whatever the feature flags say of ACLs. */
export class AccessLogs extends Construct {
  public readonly bucket: s3.Bucket;

  constructor(scope: Construct, id: string, props: { readonly removalPolicy: RemovalPolicy }) {
    super(scope, id);
    this.bucket = new s3.Bucket(this, 'Bucket', {
      ...PRIVATE_BUCKET,
      lifecycleRules: [{ id: 'ExpireAccessLogs', expiration: RETENTION, abortIncompleteMultipartUploadAfter: Duration.days(7) }],
    });
    applyToAll(this, props.removalPolicy);
  }

  /** Has S3 log the requests to a bucket, below `prefix`. */
  public receiveFrom(source: s3.Bucket, prefix: string): void {
    (source.node.defaultChild as s3.CfnBucket).loggingConfiguration = {
      destinationBucketName: this.bucket.bucketName,
      logFilePrefix: prefix,
    };
    this.bucket.addToResourcePolicy(new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('logging.s3.amazonaws.com')],
      actions: ['s3:PutObject'],
      resources: [this.bucket.arnForObjects(`${prefix}*`)],
      conditions: {
        ArnLike: { 'aws:SourceArn': source.bucketArn },
        StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
      },
    }));
  }
}

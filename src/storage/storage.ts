// Where the events are kept: the archive bucket and its access logs.

import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { AccessLogs } from './access-logs';
import { PRIVATE_BUCKET } from '../private/private-bucket';
import { applyToAll } from '../private/removal';

/** The buckets of record. */
export class Storage extends Construct {
  public readonly bucket: s3.Bucket;
  public readonly accessLogs: AccessLogs;

  constructor(scope: Construct, id: string, props: { readonly removalPolicy: RemovalPolicy }) {
    super(scope, id);
    this.accessLogs = new AccessLogs(this, 'AccessLogs', props);
    this.bucket = new s3.Bucket(this, 'Archive', {
      ...PRIVATE_BUCKET,
      bucketKeyEnabled: true,
      versioned: true,
      // Enabled now, without a default retention, because enabling it later replaces the bucket.
      objectLockEnabled: true,
      lifecycleRules: [{ id: 'AbortIncompleteUploads', abortIncompleteMultipartUploadAfter: Duration.days(7) }],
    });
    this.accessLogs.receiveFrom(this.bucket, 'archive/');
    applyToAll(this, props.removalPolicy);
  }
}

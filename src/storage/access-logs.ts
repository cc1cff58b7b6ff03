// Where S3's access logs of the archive's buckets go: a bucket with Object Lock cannot take its own.

import { Annotations, Duration, Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { UNDO_DAYS } from './retention';
import { judgePolicyOf } from '../limits/policies';
import { encryptionOf } from '../private/bucket-encryption';
import { checkReference } from '../private/named-elsewhere';
import { privateBucket } from '../private/private-bucket';
import { readableStatement } from '../private/readable-statement';
import { applyToAll, Removal } from '../private/removal';
import { invalid, isElsewhere, warningId } from '../private/validate';

/** A year, as most audit regimes ask of access logs. */
const RETENTION = Duration.days(365);

const PROP = 'storage.accessLogsBucket';

/** Takes the access logs of the archive's buckets. */
export interface AccessLogs {
  readonly bucket: s3.IBucket;
  /** Below which they lie: empty, or with a slash at the end. */
  readonly folder: string;
  /** Has S3 log the requests to a bucket, below `prefix`. */
  receiveFrom(source: s3.Bucket, prefix: string): void;
}

/** The archive's own access-log bucket. It lets S3 in by its policy, whatever the feature flags say of ACLs. */
export class OwnAccessLogs extends Construct implements AccessLogs {
  public readonly bucket: s3.Bucket;
  public readonly folder = '';

  constructor(scope: Construct, id: string, props: { readonly removalPolicy: Removal }) {
    super(scope, id);
    this.bucket = new s3.Bucket(this, 'Bucket', {
      ...privateBucket(),
      // Who deletes an access log must not get rid of it at once.
      versioned: true,
      lifecycleRules: [
        {
          id: 'ExpireAccessLogs',
          expiration: RETENTION,
          noncurrentVersionExpiration: Duration.days(UNDO_DAYS),
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
        { id: 'DeleteMarkers', expiredObjectDeleteMarker: true },
      ],
    });
    acknowledgeOwnKey(this.bucket);
    applyToAll(this, props.removalPolicy);
  }

  public receiveFrom(source: s3.Bucket, prefix: string): void {
    logTo(this.bucket, source, prefix);
    this.bucket.addToResourcePolicy(logStatement(this, this.bucket, prefix, source.bucketArn));
  }
}

/** What is known of a given access-log bucket. */
export interface GivenAccessLogsProps {
  readonly bucket: s3.IBucket;
  /** What no other archive writes below, with a slash at the end. */
  readonly folder: string;
}

/** A bucket that somebody else owns. */
export class GivenAccessLogs extends Construct implements AccessLogs {
  public readonly bucket: s3.IBucket;
  public readonly folder: string;
  /** A policy in another stack cannot name the sources: the stacks would depend on each other. */
  private readonly namesSources: boolean;

  constructor(scope: Construct, id: string, { bucket, folder }: GivenAccessLogsProps) {
    super(scope, id);
    this.bucket = bucket;
    this.folder = folder;
    this.check();
    this.namesSources = bucket.node.defaultChild !== undefined && Stack.of(bucket) === Stack.of(this);
    if (!this.namesSources) this.allowAnySource();
    judgePolicyOf(this, PROP, bucket);
  }

  public receiveFrom(source: s3.Bucket, prefix: string): void {
    logTo(this.bucket, source, `${this.folder}${prefix}`);
    if (this.namesSources) this.bucket.addToResourcePolicy(logStatement(this, this.bucket, `${this.folder}${prefix}`, source.bucketArn));
  }

  /** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html#server-access-logging-overview */
  private check(): void {
    const { region, account } = Stack.of(this);
    const { env, node: { defaultChild } } = this.bucket;
    if (isElsewhere(region, env.region)) {
      invalid(PROP, `a bucket in Region ${env.region}`, `S3 delivers access logs within the Region of the archive, ${region}`);
    }
    if (isElsewhere(account, env.account)) {
      invalid(PROP, `a bucket of account ${env.account}`, `S3 delivers access logs within the account of the archive, ${account}`);
    }
    for (const refusal of this.encryptionRefused()) throw new Error(refusal);
    // Its resource may be changed until the app is complete.
    this.node.addValidation({ validate: () => this.encryptionRefused() });
    if (defaultChild instanceof s3.CfnBucket && defaultChild.objectLockEnabled === true) {
      invalid(PROP, 'a bucket with Object Lock', 'S3 delivers no access logs there: give a bucket without');
    }
    checkReference(this, PROP, { what: 'a bucket', reference: this.bucket.bucketName, name: 'bucketName' });
  }

  private encryptionRefused(): string[] {
    const { key, usesWritersAccount } = encryptionOf(this, this.bucket);
    if (!key && !usesWritersAccount) return [];
    return [`${PROP}: got a bucket encrypted by KMS; S3 delivers access logs only where S3 itself encrypts them: give a bucket with BucketEncryption.S3_MANAGED`];
  }

  private allowAnySource(): void {
    const { partition } = Stack.of(this);
    const statement = logStatement(this, this.bucket, this.folder, `arn:${partition}:s3:::*`);
    if (this.bucket.addToResourcePolicy(statement).statementAdded) return;
    Annotations.of(this).addWarningV2(warningId('accessLogsBucketPolicy'),
      `${PROP}: the policy of an imported bucket cannot be changed from here; without this statement in it, or where another key than S3's own encrypts the bucket, S3 delivers no access logs: ${readableStatement(this, statement)}`);
  }
}

/** What packs of cdk-nag find in a bucket without a customer's key. */
function acknowledgeOwnKey(bucket: s3.Bucket): void {
  const reason = 'S3 delivers access logs only to buckets that it encrypts itself (SSE-S3).';
  const packs = ['HIPAA.Security', 'NIST.800.53.R5', 'PCI.DSS.321'];
  Validations.of(bucket).acknowledge(...packs.map(pack => ({ id: `${pack}-S3DefaultEncryptionKMS`, reason })));
}

function logTo(destination: s3.IBucket, source: s3.Bucket, prefix: string): void {
  (source.node.defaultChild as s3.CfnBucket).loggingConfiguration = { destinationBucketName: destination.bucketName, logFilePrefix: prefix };
}

function logStatement(scope: Construct, destination: s3.IBucket, prefix: string, sourceArn: string): iam.PolicyStatement {
  return new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal('logging.s3.amazonaws.com')],
    actions: ['s3:PutObject'],
    resources: [destination.arnForObjects(`${prefix}*`)],
    conditions: {
      ArnLike: { 'aws:SourceArn': sourceArn },
      StringEquals: { 'aws:SourceAccount': Stack.of(scope).account },
    },
  });
}

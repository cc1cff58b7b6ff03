/** How Firehose writes an object: with its role, below an evaluated prefix, compressed. */

import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { DeliveryStreamConfiguration } from './delivery-stream-configuration';
import type { ObjectStore } from './engines';
import type { Permissions } from './permissions';
import { objectTimestamp } from './prefix';
import { Properties } from './properties';
import type { SimulatedResource } from './template';

/**
 * What AWS documents for delivery to S3.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3
 */
const BUCKET_ACTIONS = ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'];
const OBJECT_ACTIONS = ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'];
const LOG_ACTIONS = ['logs:PutLogEvents'];

/** A stream's version begins with 1, and nothing changes it here. */
const STREAM_VERSION = 1;

/** An object, before it has a name. */
export interface S3Content {
  readonly prefix: string;
  readonly text: string;
  readonly gzip: boolean;
  readonly at: Date;
}

/** Refuses a bucket whose default encryption needs a key, because the simulator knows nothing of keys' policies. */
export function checkBucketEncryption(bucket: SimulatedResource): void {
  const rules = Properties.of(bucket).optionalObject('BucketEncryption')?.objects('ServerSideEncryptionConfiguration') ?? [];
  for (const rule of rules) rule.optionalObject('ServerSideEncryptionByDefault')?.oneOf('SSEAlgorithm', ['AES256']);
}

/** Writes a stream's objects. */
export class S3Delivery {
  public readonly bucket: string;

  public constructor(
    private readonly stream: DeliveryStreamConfiguration,
    private readonly permissions: Permissions,
    private readonly store: ObjectStore,
  ) {
    this.bucket = /^arn:[^:]+:s3:::([^/]+)$/.exec(stream.bucketArn)?.[1] ?? this.fail(`BucketARN: ${stream.bucketArn} is no bucket's ARN`);
    if (!permissions.knowsRole(stream.roleArn)) this.fail(`RoleARN: the role ${stream.roleArn} is not in the template`);
  }

  /** Writes an object; throws when the role may not, because then no delivery can happen. */
  public write(content: S3Content): { key: string; bytes: number } {
    const name = `${this.stream.name}-${STREAM_VERSION}-${objectTimestamp(content.at)}-${randomUUID()}`;
    const key = `${content.prefix}${name}${this.stream.fileExtension ?? (content.gzip ? '.gz' : '')}`;
    this.requirePermissions(key);
    const body = Buffer.from(content.text, 'utf8');
    const stored = content.gzip ? gzipSync(body) : body;
    this.store.put(this.bucket, key, stored);
    return { key, bytes: stored.length };
  }

  private requirePermissions(key: string): void {
    const { bucketArn, logStreamArn } = this.stream;
    this.requireTrust();
    this.requireActions(BUCKET_ACTIONS, bucketArn);
    this.requireActions(OBJECT_ACTIONS, `${bucketArn}/${key}`);
    if (logStreamArn) this.requireActions(LOG_ACTIONS, logStreamArn);
  }

  private requireTrust(): void {
    const { arn, roleArn } = this.stream;
    const [, , , , account] = arn.split(':');
    const context = { 'sts:externalid': account, 'aws:sourceaccount': account, 'aws:sourcearn': arn };
    if (!this.permissions.mayAssume(roleArn, 'firehose.amazonaws.com', context)) this.fail(`firehose.amazonaws.com may not sts:AssumeRole ${roleArn}`);
  }

  private requireActions(actions: string[], resource: string): void {
    const missing = actions.find(action => !this.permissions.may(this.stream.roleArn, action, resource));
    if (missing) this.fail(`the delivery role may not ${missing} on ${resource}`);
  }

  private fail(message: string): never {
    throw new Error(`${this.stream.logicalId}: ${message}`);
  }
}

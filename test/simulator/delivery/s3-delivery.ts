/** How Firehose writes an object: with its role, below an evaluated prefix, compressed. */

import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { BucketNotifications } from './bucket-notifications';
import type { DeliveryStreamConfiguration } from './delivery-stream-configuration';
import type { ObjectStore } from '../engines';
import type { WrittenObject } from '../ledger';
import type { ObjectEncryption } from './object-encryption';
import { objectTimestamp } from './prefix';
import type { Permissions } from '../permissions/permissions';
import type { RequestContext } from '../permissions/policy-conditions';

/**
 * What AWS documents for delivery to S3, and to objects that are encrypted by a key.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3
 */
const BUCKET_ACTIONS = ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'];
const OBJECT_ACTIONS = ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'];
const KEY_ACTIONS = ['kms:Decrypt', 'kms:GenerateDataKey'];
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

/** An object, after it was written. */
export type WrittenContent = Pick<WrittenObject, 'bucket' | 'key' | 'bytes' | 'encryptedBy'>;

/** Writes a stream's objects. */
export class S3Delivery {
  public readonly bucket: string;

  public constructor(
    private readonly stream: DeliveryStreamConfiguration,
    private readonly permissions: Permissions,
    private readonly encryption: ObjectEncryption,
    private readonly store: ObjectStore,
    private readonly notifications: BucketNotifications,
  ) {
    this.bucket = /^arn:[^:]+:s3:::([^/]+)$/.exec(stream.bucketArn)?.[1] ?? this.fail(`BucketARN: ${stream.bucketArn} is no bucket's ARN`);
    if (!permissions.knowsRole(stream.roleArn)) this.fail(`RoleARN: the role ${stream.roleArn} is not in the template`);
  }

  /** Writes an object; throws when the role may not, because then no delivery can happen. */
  public write(content: S3Content): WrittenContent {
    const name = `${this.stream.name}-${STREAM_VERSION}-${objectTimestamp(content.at)}-${randomUUID()}`;
    const key = `${content.prefix}${name}${this.stream.fileExtension ?? (content.gzip ? '.gz' : '')}`;
    this.requirePermissions(key);
    const body = Buffer.from(content.text, 'utf8');
    const stored = content.gzip ? gzipSync(body) : body;
    this.store.put(this.bucket, key, stored);
    this.notifications.created(this.stream.bucketArn, { key, size: stored.length, at: content.at });
    const use = this.encryption.keyFor(this.stream.bucketArn, `${this.stream.bucketArn}/${key}`, this.stream.objectKey);
    return { bucket: this.bucket, key, bytes: stored.length, encryptedBy: use?.key.arn };
  }

  private requirePermissions(key: string): void {
    const { bucketArn, logStreamArn } = this.stream;
    const objectArn = `${bucketArn}/${key}`;
    this.requireTrust();
    this.requireActions(BUCKET_ACTIONS, bucketArn);
    this.requireActions(OBJECT_ACTIONS, objectArn);
    this.requireKey(objectArn);
    if (logStreamArn) this.requireActions(LOG_ACTIONS, logStreamArn);
  }

  private requireTrust(): void {
    const { arn, roleArn } = this.stream;
    const [, , , , account] = arn.split(':');
    const context = { 'sts:externalid': account, 'aws:sourceaccount': account, 'aws:sourcearn': arn };
    if (!this.permissions.mayAssume(roleArn, 'firehose.amazonaws.com', context)) this.fail(`firehose.amazonaws.com may not sts:AssumeRole ${roleArn}`);
  }

  /** S3 asks KMS in the name of the role. */
  private requireKey(objectArn: string): void {
    const use = this.encryption.keyFor(this.stream.bucketArn, objectArn, this.stream.objectKey);
    for (const context of use?.contexts ?? []) this.requireActions(KEY_ACTIONS, use!.key.arn, context);
  }

  private requireActions(actions: string[], resource: string, context: RequestContext = {}): void {
    const missing = actions.find(action => !this.permissions.may(this.stream.roleArn, action, resource, context));
    const circumstances = Object.entries(context).map(([name, value]) => `, ${name} ${value}`).join('');
    if (missing) this.fail(`the delivery role may not ${missing} on ${resource}${circumstances}`);
  }

  private fail(message: string): never {
    throw new Error(`${this.stream.logicalId}: ${message}`);
  }
}

// A bucket that somebody else owns, in which the archive writes below a prefix: what is certainly wrong, and what its owner must see to.

import { Annotations, CfnResource, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct, IConstruct } from 'constructs';
import type { Kept } from './retention';
import { deliveryStatements } from '../layout/delivery-permission';
import { ArchiveLocation, isPrefix, rootOf } from '../layout/location';
import { judgePolicyOf } from '../limits/policies';
import { encryptionOf, onceComplete, warnOfUnknownEncryption } from '../private/bucket-encryption';
import { addJoined } from '../private/joined-statements';
import { checkReference } from '../private/named-elsewhere';
import { readableStatement } from '../private/readable-statement';
import { invalid, isKnown, show, warningId } from '../private/validate';

/** Leaves room for the rest of Firehose's prefix, which may have 512 characters once it is evaluated. */
const MAX_PREFIX_LENGTH = 256;

/** What the user says of the bucket. */
export interface GivenBucket {
  readonly bucket: s3.IBucket;
  readonly prefix?: string;
  readonly encryptionKey?: kms.IKey;
  /** Every retention that is given. */
  readonly kept: readonly Kept[];
}

/** The part of a given bucket below a prefix, or all of it. The bucket stays as it is, except its policy, where that is needed and can be changed. */
export function givenLocation(scope: Construct, { bucket, prefix, encryptionKey, kept }: GivenBucket): ArchiveLocation {
  checkReference(scope, 'storage.bucket', { what: 'a bucket', reference: bucket.bucketName, name: 'bucketName' });
  const location = new ArchiveLocation(bucket, checkedRoot(prefix), isOfAnotherAccount(scope, bucket));
  checkRegion(scope, bucket, encryptionKey);
  if (location.isOfAnotherAccount) allowDelivery(scope, location);
  if (!encryptionKey) checkEncryption(scope, location);
  checkLock(scope, bucket, kept);
  return location;
}

/** Warns when the bucket sends its events to EventBridge, which is known only when the whole app is. */
export function warnOfNotifications(scope: Construct, bucket: s3.IBucket): void {
  scope.node.addValidation({ validate: () => findNotifications(scope, bucket) });
}

function checkedRoot(prefix?: string): string {
  if (prefix === undefined) {
    invalid('storage.prefix', 'nothing', 'with storage.bucket give the prefix below which the archive writes, for example audit/, '
      + 'or an empty one for a bucket that is the archive\'s as a whole, such as one that another archive left');
  }
  if (!isKnown(prefix)) invalid('storage.prefix', 'a token', 'the prefix is needed at synthesis: give a literal one, for example audit/');
  if (prefix.length > MAX_PREFIX_LENGTH) invalid('storage.prefix', `${prefix.length} characters`, `give ${MAX_PREFIX_LENGTH} at most`);
  if (!isPrefix(prefix)) {
    invalid('storage.prefix', show(prefix), 'give names of A-Z, a-z, 0-9, dot, hyphen and underscore with a slash between them, '
      + 'none of which begins with a dot or an underscore (Athena would skip it), for example audit/');
  }
  return rootOf(prefix);
}

function isOfAnotherAccount(scope: Construct, bucket: s3.IBucket): boolean {
  const accounts = [Stack.of(scope).account, bucket.env.account];
  return accounts.every(isKnown) && accounts[0] !== accounts[1];
}

/** The archive's account as principal leaves it to that account which of its roles may do this. */
function allowDelivery(scope: Construct, location: ArchiveLocation): void {
  const { bucket } = location;
  const statements = deliveryStatements(location, [new iam.AccountPrincipal(Stack.of(scope).account)], folder => ofCallersAccount(scope, folder));
  const missing = [
    ...statements.filter(statement => !addJoined(bucket, statement, added => bucket.addToResourcePolicy(added).statementAdded)),
    ...allowKey(scope, location),
  ];
  judgePolicyOf(scope, 'storage.bucket', bucket);
  // The resource of the bucket may be given another key until the app is complete.
  const { key } = encryptionOf(scope, bucket);
  onceComplete(scope, () => {
    if (encryptionOf(scope, bucket).key !== key) allowKey(scope, location);
  });
  if (missing.length === 0) return;
  Annotations.of(scope).addWarningV2(warningId('storageBucketPolicy'),
    'storage.bucket: the policy of an imported bucket or key cannot be changed from here; in another account they need these statements, and Object '
    + 'Ownership must be BucketOwnerEnforced; a KMS key that the import does not name must let the archive\'s account use it too: '
    + missing.map(statement => readableStatement(scope, statement)).join(', '));
}

/**
 * A folder that is named after the archive's account, as a policy says it of each account that calls: then one statement serves all.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalaccount
 */
function ofCallersAccount(scope: Construct, folder: string): string {
  const { account } = Stack.of(scope);
  return folder.split('/').map(name => name === account ? '${aws:PrincipalAccount}' : name).join('/');
}

/** The bucket's own key must let the account in as well; its policy names no resource. What could not be added is the result. */
function allowKey(scope: Construct, { bucket }: ArchiveLocation): iam.PolicyStatement[] {
  const { key } = encryptionOf(scope, bucket);
  if (!key) return [];
  const statement = new iam.PolicyStatement({
    principals: [new iam.AccountPrincipal(Stack.of(scope).account)],
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: ['*'],
    conditions: { StringLike: { 'kms:ViaService': `s3.${key.env.region}.amazonaws.com*` } },
  });
  judgePolicyOf(scope, 'storage.bucket', key);
  return addJoined(key, statement, added => key.addToResourcePolicy(added, true).statementAdded) ? [] : [statement];
}

/** Where Firehose names no key, the bucket's own encryption must be one that the delivery role can use, and that the owner can undo. */
function checkEncryption(scope: Construct, location: ArchiveLocation): void {
  for (const refusal of encryptionRefused(scope, location)) throw new Error(refusal);
  scope.node.addValidation({ validate: () => encryptionRefused(scope, location) });
  warnOfUnknownEncryption(scope, location.bucket, 'storage.bucket', 'Firehose cannot write to it and drops events after 24 hours, because its role has no right to the key');
}

/**
 * A key without its account is looked for in that of whoever writes.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionByDefault.html
 */
function encryptionRefused(scope: Construct, location: ArchiveLocation): string[] {
  const { bucket } = location;
  if (!location.isOfAnotherAccount || !encryptionOf(scope, bucket).usesWritersAccount) return [];
  return [`storage.bucket: got a bucket of account ${bucket.env.account} that encrypts with the aws/s3 key, or another without an account, of whoever writes; `
    + 'its owner cannot read what another account writes so: have it encrypt by BucketEncryption.S3_MANAGED or with a key by its ARN'];
}

/** S3 encrypts with keys of the bucket's own Region. */
function checkRegion(scope: Construct, { env }: s3.IBucket, encryptionKey?: kms.IKey): void {
  const { region } = Stack.of(scope);
  if (!encryptionKey || !isKnown(region) || !isKnown(env.region) || env.region === region) return;
  invalid('storage.bucket', `a bucket in Region ${env.region} with an encryptionKey in ${region}`, 'S3 encrypts with keys of the bucket\'s Region: leave one of the two out');
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html */
function checkLock(scope: Construct, bucket: s3.IBucket, kept: readonly Kept[]): void {
  const locked = lockedDays(bucket);
  if (locked === undefined) return;
  const tooShort = kept.find(({ days }) => isKnown(days) && days < locked);
  if (tooShort) invalid(tooShort.prop, `${tooShort.days} days`, `the bucket locks each object for ${locked} days by default: give that or more`);
  Annotations.of(scope).addWarningV2(warningId('storageBucketObjectLock'),
    'storage.bucket: the bucket locks each object by default; whether Firehose can write to such a bucket is not documented: try it before you rely on it');
}

/** The days of the default retention, as far as synthesis knows them. */
function lockedDays(bucket: s3.IBucket): number | undefined {
  const { defaultChild } = bucket.node;
  if (!(defaultChild instanceof s3.CfnBucket)) return undefined;
  const lock = Stack.of(bucket).resolve(defaultChild.objectLockConfiguration) as LockConfiguration | undefined;
  const { days, years } = lock?.rule?.defaultRetention ?? {};
  return days ?? (years === undefined ? undefined : years * 365);
}

/** What is read of a bucket's Object Lock. */
interface LockConfiguration {
  readonly rule?: { readonly defaultRetention?: { readonly days?: number; readonly years?: number } };
}

function findNotifications(scope: Construct, bucket: s3.IBucket): string[] {
  const resources: Array<IConstruct | undefined> = [...bucket.node.findAll(), bucket.node.defaultChild];
  if (resources.some(resource => resource && sendsToEventBridge(resource))) {
    Annotations.of(scope).addWarningV2(warningId('storageBucketNotifications'),
      'storage: the bucket sends its events to EventBridge; each object that the archive writes is an event, and where the archive '
      + 'takes that too, each object causes the next: turn these notifications off, or leave the bucket\'s events out with eventPatterns');
  }
  return [];
}

/** What stands in the template of a bucket, or of CDK's custom resource for its notifications. */
interface Rendered {
  readonly Resources?: { readonly [logicalId: string]: { readonly Properties?: { readonly NotificationConfiguration?: Notifications } } };
}

interface Notifications {
  readonly EventBridgeConfiguration?: { readonly EventBridgeEnabled?: boolean };
}

/** Reads the template and not the constructs, because what was overridden, or is decided late, stands only there. */
function sendsToEventBridge(resource: IConstruct): boolean {
  if (!CfnResource.isCfnResource(resource)) return false;
  const { Resources = {} } = Stack.of(resource).resolve(resource._toCloudFormation()) as Rendered;
  return Object.values(Resources).some(({ Properties }) => {
    const toEventBridge = Properties?.NotificationConfiguration?.EventBridgeConfiguration;
    return toEventBridge !== undefined && toEventBridge.EventBridgeEnabled !== false;
  });
}

// A bucket that somebody else owns, in which the archive writes below a prefix: what is certainly wrong, and what its owner must see to.

import { Annotations, CfnResource, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct, IConstruct } from 'constructs';
import { deliveryStatements } from '../layout/delivery-permission';
import { ArchiveLocation } from '../layout/location';
import { readableStatement } from '../private/readable-statement';
import { invalid, isKnown, show, warningId } from '../private/validate';

/** Leaves room for the rest of Firehose's prefix, which may have 512 characters once it is evaluated. */
const MAX_PREFIX_LENGTH = 256;

/** Athena skips what begins with an underscore or a dot. */
const SEGMENT = /^[A-Za-z0-9-][A-Za-z0-9._-]*$/;

/** The part of a given bucket below a prefix. The bucket stays as it is, but for its policy where that is needed and can be changed. */
export function givenLocation(scope: Construct, bucket: s3.IBucket, prefix?: string): ArchiveLocation {
  const location = new ArchiveLocation(bucket, rootOf(prefix));
  if (isOfAnotherAccount(scope, bucket)) allowDelivery(scope, location);
  // Whether there are notifications is known only when the whole app is.
  scope.node.addValidation({ validate: () => warnOfNotifications(scope, bucket) });
  return location;
}

/** The prefix with its slash at the end. */
function rootOf(prefix?: string): string {
  if (prefix === undefined) {
    invalid('storage.prefix', 'nothing', 'with storage.bucket give the prefix below which the archive writes, for example audit/');
  }
  if (!isKnown(prefix)) invalid('storage.prefix', 'a token', 'the prefix is needed at synthesis: give a literal one, for example audit/');
  if (prefix.length > MAX_PREFIX_LENGTH) invalid('storage.prefix', `${prefix.length} characters`, `give ${MAX_PREFIX_LENGTH} at most`);
  const root = prefix.replace(/\/$/, '');
  if (!root.split('/').every(segment => SEGMENT.test(segment))) {
    invalid('storage.prefix', show(prefix), 'give names of A-Z, a-z, 0-9, dot, hyphen and underscore with a slash between them, '
      + 'none of which begins with a dot or an underscore (Athena would skip it), for example audit/');
  }
  return `${root}/`;
}

function isOfAnotherAccount(scope: Construct, bucket: s3.IBucket): boolean {
  const accounts = [Stack.of(scope).account, bucket.env.account];
  return accounts.every(isKnown) && accounts[0] !== accounts[1];
}

/** The archive's account as principal leaves it to that account which of its roles may do this. */
function allowDelivery(scope: Construct, location: ArchiveLocation): void {
  const statements = deliveryStatements(location, [new iam.AccountPrincipal(Stack.of(scope).account)]);
  const missing = statements.filter(statement => !location.bucket.addToResourcePolicy(statement).statementAdded);
  if (missing.length === 0) return;
  Annotations.of(scope).addWarningV2(warningId('storageBucketPolicy'),
    'storage.bucket: the policy of an imported bucket cannot be changed from here; in another account it needs these statements, Object Ownership '
    + 'must be BucketOwnerEnforced, and where a KMS key encrypts it, the key\'s policy must let the archive\'s account use it: '
    + missing.map(statement => readableStatement(scope, statement)).join(', '));
}

function warnOfNotifications(scope: Construct, bucket: s3.IBucket): string[] {
  const resources: Array<IConstruct | undefined> = [...bucket.node.findAll(), bucket.node.defaultChild];
  if (resources.some(resource => resource && sendsToEventBridge(resource))) {
    Annotations.of(scope).addWarningV2(warningId('storageBucketNotifications'),
      'storage.bucket: the bucket sends its events to EventBridge; each object that the archive writes is an event, and where the archive '
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

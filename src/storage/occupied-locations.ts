// Which part of which bucket each archive of an app has: two archives in one place would find one another's events.

import { Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import type { ArchiveLocation } from '../layout/location';
import { invalid, isKnown, show } from '../private/validate';

/**
 * What a bucket is known by: its name where synthesis knows it, else what makes it, else the token that stands for its name, which says
 * nothing in another stack: an account's id, for example, is another one there.
 */
type BucketIdentity = string | IConstruct;

/** An archive, and the part of a bucket that it has. */
interface Occupant {
  readonly archive: IConstruct;
  readonly location: ArchiveLocation;
  readonly identity: BucketIdentity;
}

/** By the app's root. */
const OCCUPANTS = new WeakMap<IConstruct, Occupant[]>();

/** Whether two constructs stand for one bucket, as far as synthesis can tell. */
export function isSameBucket(scope: IConstruct, one: s3.IBucket, other: s3.IBucket): boolean {
  return one === other || identityOf(scope, one) === identityOf(scope, other);
}

/** Takes the location for an archive; fails when another has it, or when one would lie in the other's folders. */
export function occupy(archive: IConstruct, location: ArchiveLocation): void {
  const { root } = archive.node;
  const identity = identityOf(archive, location.bucket);
  const occupants = OCCUPANTS.get(root) ?? [];
  const other = occupants.find(occupant =>
    (occupant.identity === identity || occupant.location.bucket === location.bucket) && clash(location, occupant.location));
  if (other) {
    const { archive: { node: { path } }, location: { events, errors } } = other;
    invalid('storage.bucket with storage.prefix', `${nameOf(location.bucket)} with ${show(location.root)}`,
      `the archive at ${path} has the folders ${show(events)} and ${show(errors)} in it: give a prefix apart from these`);
  }
  OCCUPANTS.set(root, [...occupants, { archive, location, identity }]);
}

function clash(one: ArchiveLocation, other: ArchiveLocation): boolean {
  return one.root === other.root || liesIn(one, other) || liesIn(other, one);
}

function liesIn(inner: ArchiveLocation, outer: ArchiveLocation): boolean {
  return [outer.events, outer.errors].some(folder => inner.root.startsWith(folder));
}

function identityOf(scope: IConstruct, bucket: s3.IBucket): BucketIdentity {
  return literalName(bucket) ?? bucket.node.defaultChild ?? `${Stack.of(scope).node.addr} ${bucket.bucketName}`;
}

function nameOf(bucket: s3.IBucket): string {
  return show(literalName(bucket) ?? bucket.node.path);
}

function literalName(bucket: s3.IBucket): string | undefined {
  const { defaultChild } = bucket.node;
  const name = defaultChild instanceof s3.CfnBucket ? defaultChild.bucketName : bucket.bucketName;
  return isKnown(name) ? name : undefined;
}

// The part of a bucket that is the archive's: all of its own bucket, or what lies below a prefix of somebody else's.

import type * as s3 from 'aws-cdk-lib/aws-s3';

/** Names with a slash between them; Athena skips what begins with an underscore or a dot, and a wildcard would widen what is granted. */
const SEGMENT = /^[A-Za-z0-9-][A-Za-z0-9._-]*$/;

/** Whether a prefix has the form that the archive takes: empty, for all of a bucket, or names; a slash at the end may be left out. */
export function isPrefix(prefix: string): boolean {
  return prefix === '' || prefix.replace(/\/$/, '').split('/').every(segment => SEGMENT.test(segment));
}

/** The prefix with its slash at the end, if it is not empty. */
export function rootOf(prefix: string): string {
  return prefix === '' ? '' : `${prefix.replace(/\/$/, '')}/`;
}

/** Where the objects lie. */
export class ArchiveLocation {
  /** Every layout's objects, as a key prefix in the bucket. */
  public readonly events: string;
  /** What Firehose could not deliver: beside the events, never below them. */
  public readonly errors: string;

  /** `root` is empty, or ends in a slash. */
  constructor(public readonly bucket: s3.IBucket, public readonly root: string = '', public readonly isOfAnotherAccount: boolean = false) {
    this.events = `${root}events/`;
    this.errors = `${root}errors/`;
  }

  /** A folder as Athena names it. */
  public uriOf(folder: string): string {
    return `s3://${this.bucket.bucketName}/${folder}`;
  }
}

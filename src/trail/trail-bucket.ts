// Where a trail writes its log files, and what becomes of them as they grow old.

import { Duration } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { daysOf } from '../private/days';
import { privateBucket } from '../private/private-bucket';
import { isKnown } from '../private/validate';

/** After so many days log files are hardly read: CloudTrail's own event history ends there too. */
const COLD_AFTER = Duration.days(90);

/** A move at 90 days pays for itself after 9 months, and S3 bills 90 days there in any case. */
const LEAST_RETENTION_TO_MOVE = 365;

/** How long a deletion can be undone, as in the archive. */
const UNDO_DAYS = 30;

/** What is known of the bucket. */
export interface TrailBucketProps {
  readonly encryptionKey?: kms.IKey;
  readonly retention?: Duration;
}

/** Creates it. */
export function createTrailBucket(scope: Construct, id: string, { encryptionKey, retention }: TrailBucketProps): s3.Bucket {
  const days = retention && daysOf('trail.retention', retention, 1, 'S3 expires objects after whole days, at least 1');
  return new s3.Bucket(scope, id, {
    ...privateBucket(encryptionKey),
    versioned: true,
    // Enabled now, without a default retention, because enabling it later replaces the bucket.
    objectLockEnabled: true,
    lifecycleRules: [
      { id: 'AbortIncompleteUploads', abortIncompleteMultipartUploadAfter: Duration.days(7) },
      ...isWorthMoving(days) ? [moveToCold()] : [],
      ...retention ? expiration(retention, days) : [],
    ],
    // The default, said so that nobody changes it unawares: below that size the move costs more than it saves.
    transitionDefaultMinimumObjectSize: s3.TransitionDefaultMinimumObjectSize.ALL_STORAGE_CLASSES_128_K,
  });
}

function moveToCold(): s3.LifecycleRule {
  return { id: 'ColdLogFiles', transitions: [{ storageClass: s3.StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: COLD_AFTER }] };
}

function isWorthMoving(days?: number): boolean {
  return days === undefined || !isKnown(days) || days >= LEAST_RETENTION_TO_MOVE;
}

/** S3 takes no rule for delete markers beside days. */
function expiration(retention: Duration, days?: number): s3.LifecycleRule[] {
  const isShort = days !== undefined && isKnown(days) && days < UNDO_DAYS;
  return [
    { id: 'ExpireLogFiles', expiration: retention, noncurrentVersionExpiration: isShort ? retention : Duration.days(UNDO_DAYS) },
    { id: 'DeleteMarkers', expiredObjectDeleteMarker: true },
  ];
}

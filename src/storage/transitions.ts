// When events move to a cheaper storage class, as a lifecycle rule of S3, and what S3 and Athena make of it.

import { Annotations } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { ruleId } from './retention';
import type { ArchiveLocation } from '../layout/location';
import { daysOf } from '../private/days';
import { invalid, isKnown, show, warningId } from '../private/validate';

const PROP = 'storage.transitions';

/** S3's own names of the classes. */
const INFREQUENT_ACCESS = 'STANDARD_IA';
const ONE_ZONE_INFREQUENT_ACCESS = 'ONEZONE_IA';
const INTELLIGENT_TIERING = 'INTELLIGENT_TIERING';
const GLACIER_INSTANT_RETRIEVAL = 'GLACIER_IR';
const GLACIER = 'GLACIER';
const DEEP_ARCHIVE = 'DEEP_ARCHIVE';

/**
 * How many days S3 keeps an object before it moves to one of these classes, and in one of these before it moves on.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
 */
const INFREQUENT_ACCESS_CLASSES = [INFREQUENT_ACCESS, ONE_ZONE_INFREQUENT_ACCESS];
const INFREQUENT_ACCESS_DAYS = 30;

/** Where S3 moves objects from a class. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html */
const NEXT_CLASSES: ReadonlyMap<string, readonly string[]> = new Map([
  [INFREQUENT_ACCESS, [INTELLIGENT_TIERING, ONE_ZONE_INFREQUENT_ACCESS, GLACIER_INSTANT_RETRIEVAL, GLACIER, DEEP_ARCHIVE]],
  [INTELLIGENT_TIERING, [ONE_ZONE_INFREQUENT_ACCESS, GLACIER_INSTANT_RETRIEVAL, GLACIER, DEEP_ARCHIVE]],
  [ONE_ZONE_INFREQUENT_ACCESS, [GLACIER, DEEP_ARCHIVE]],
  [GLACIER_INSTANT_RETRIEVAL, [GLACIER, DEEP_ARCHIVE]],
  [GLACIER, [DEEP_ARCHIVE]],
  [DEEP_ARCHIVE, []],
]);

/** Where every object begins, and what is no class; one that came later than this library is let through. */
const NO_DESTINATIONS = ['', 'STANDARD'];

/** What Athena skips. @see https://docs.aws.amazon.com/athena/latest/ug/querying-glacier.html */
const NOT_QUERYABLE = [GLACIER, DEEP_ARCHIVE];

/** A transition that was checked. */
interface Step {
  readonly storageClass: string;
  readonly days: number;
}

/** The rule for the events, where there are transitions; error records stay where they are. */
export function transitionRules(transitions: s3.Transition[], location: ArchiveLocation): s3.LifecycleRule[] {
  if (transitions.length === 0) return [];
  return [{ id: ruleId('MoveEvents', location.events), prefix: location.events, transitions }];
}

/** The age of the last transition in days; fails where S3 would refuse one. */
export function lastTransition(transitions: s3.Transition[]): number | undefined {
  const steps = transitions.map(stepOf);
  steps.slice(1).forEach((step, index) => checkOrder(steps[index], step, `${PROP}[${index + 1}]`));
  return steps[steps.length - 1]?.days;
}

/** What is legal, and less than it seems. */
export function warnOfTransitions(scope: Construct, transitions: s3.Transition[]): void {
  if (transitions.length === 0) return;
  Annotations.of(scope).addWarningV2(warningId('smallObjectsStay'),
    `${PROP}: S3 moves no object under 128 KB by default, and an archive with many partitions has many of these: they stay in S3 Standard; a longer delivery.bufferInterval makes larger objects`);
  const skipped = transitions.map(({ storageClass }) => storageClass.value).filter(storageClass => NOT_QUERYABLE.includes(storageClass));
  if (skipped.length === 0) return;
  Annotations.of(scope).addWarningV2(warningId('transitionNotQueryable'),
    `${PROP}: Athena skips what is in ${skipped.join(' or ')}, so queries no longer find the events that have moved there; in StorageClass.GLACIER_INSTANT_RETRIEVAL they do`);
}

function stepOf({ storageClass, transitionAfter, transitionDate }: s3.Transition, index: number): Step {
  const prop = `${PROP}[${index}]`;
  if (transitionDate) invalid(`${prop}.transitionDate`, transitionDate.toISOString(), 'events arrive every day: give transitionAfter, the age at which an object moves');
  if (NO_DESTINATIONS.includes(storageClass.value)) {
    invalid(`${prop}.storageClass`, show(storageClass.value), `S3 moves objects to ${[...NEXT_CLASSES.keys()].join(', ')}`);
  }
  if (!transitionAfter) invalid(`${prop}.transitionAfter`, 'nothing', 'give the age at which an object moves');
  const days = daysOf(`${prop}.transitionAfter`, transitionAfter, 0, 'S3 moves objects after whole days');
  if (INFREQUENT_ACCESS_CLASSES.includes(storageClass.value) && isKnown(days) && days < INFREQUENT_ACCESS_DAYS) {
    invalid(`${prop}.transitionAfter`, `${days} days`, `S3 moves objects to ${storageClass.value} after ${INFREQUENT_ACCESS_DAYS} days or more`);
  }
  return { storageClass: storageClass.value, days };
}

function checkOrder(before: Step, { storageClass, days }: Step, prop: string): void {
  const next = NEXT_CLASSES.get(before.storageClass);
  if (next && NEXT_CLASSES.has(storageClass) && !next.includes(storageClass)) {
    invalid(`${prop}.storageClass`, `${storageClass} after ${before.storageClass}`, `from there S3 moves objects to ${next.join(', ') || 'no other class'}`);
  }
  if (!isKnown(days) || !isKnown(before.days)) return;
  if (days <= before.days) invalid(`${prop}.transitionAfter`, `${days} days after ${before.days} days`, 'give the transitions in the order of their time, each later than the one before');
  if (INFREQUENT_ACCESS_CLASSES.includes(before.storageClass) && days < before.days + INFREQUENT_ACCESS_DAYS) {
    invalid(`${prop}.transitionAfter`, `${days} days`,
      `S3 keeps objects in ${before.storageClass} for ${INFREQUENT_ACCESS_DAYS} days, here from ${before.days} days on: give ${before.days + INFREQUENT_ACCESS_DAYS} days or more`);
  }
}

// Durations as S3's lifecycle rules take them.

import type { Duration } from 'aws-cdk-lib';
import { invalid, isKnown } from './validate';

/** A duration in days, or an error that names the prop; `right` is what S3 takes. A token stays one. */
export function daysOf(prop: string, duration: Duration, least: number, right: string): number {
  const days = duration.toDays({ integral: false });
  if (isKnown(days) && (days < least || !Number.isInteger(days))) invalid(prop, `${days} days`, right);
  return days;
}

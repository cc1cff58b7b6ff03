// Durations as S3's lifecycle rules, and EventBridge's archives, take them.

import type { Duration } from 'aws-cdk-lib';
import { invalid, isKnown } from './validate';
import { LIMITS } from '../limits/limits';

/** A duration in days, or an error that names the prop; `right` is what S3 takes. A token stays one. */
export function daysOf(prop: string, duration: Duration, least: number, right: string): number {
  const days = duration.toDays({ integral: false });
  if (isKnown(days) && (days < least || !Number.isInteger(days))) invalid(prop, `${days} days`, right);
  const { most } = LIMITS.integer;
  if (isKnown(days) && days > most) invalid(prop, `${days} days`, `give ${most} days at most`);
  return days;
}

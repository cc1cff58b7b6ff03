// What S3 does by itself with the archive's objects as they grow old: the lifecycle rules below the archive's folders.

import { Duration, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { Kept, Retention, RETENTION, retentionRules, retentionsOf } from './retention';
import { lastTransition, transitionRules, warnOfTransitions } from './transitions';
import type { Layouts } from '../layout/layouts';
import type { ArchiveLocation } from '../layout/location';
import { LIMITS } from '../limits/limits';
import { invalid, isKnown } from '../private/validate';

const MAX_RULES = LIMITS.lifecycleRules.most;

/** What the user says of the lifecycle. */
export interface LifecycleOptions extends Retention {
  readonly transitions?: s3.Transition[];
}

/** Adds the rules to the archive's bucket. */
export function addLifecycle(scope: Construct, options: LifecycleOptions, location: ArchiveLocation, layouts: Layouts): void {
  const { transitions = [] } = options;
  checkLongest(retentionsOf(options), lastTransition(transitions));
  const rules = [...retentionRules(options, location, layouts), ...transitionRules(transitions, location)];
  if (rules.length === 0) return;
  const { bucket } = location;
  if (!(bucket instanceof s3.Bucket)) refuse(options);
  for (const rule of rules) bucket.addLifecycleRule(rule);
  warnOfTransitions(scope, transitions);
  // Others may add rules to the same bucket later.
  scope.node.addValidation({ validate: () => tooManyRules(bucket) });
}

/** S3 would not refuse it, but what has expired never moves. A single type may well expire before the others move. */
function checkLongest(retentions: Kept[], last?: number): void {
  if (last === undefined || !isKnown(last)) return;
  const tooShort = retentions.find(({ prop, days }) => prop === RETENTION && isKnown(days) && days <= last);
  if (tooShort) invalid(RETENTION, `${tooShort.days} days`, `the last of storage.transitions is at ${last} days: keep objects longer than that`);
}

function refuse({ retention, retentionByEventType = {}, transitions = [] }: LifecycleOptions): never {
  const right = 'its lifecycle cannot be changed from here: set it where the bucket is made';
  if (retention) invalid('storage.retention', `${shown(retention)} with an imported bucket`, right);
  const types = Object.keys(retentionByEventType).length;
  if (types > 0) invalid('storage.retentionByEventType', `${types} with an imported bucket`, right);
  return invalid('storage.transitions', `${transitions.length} with an imported bucket`, right);
}

function shown(retention: Duration): string {
  const days = retention.toDays();
  return isKnown(days) ? `${days} days` : 'a token';
}

function tooManyRules(bucket: s3.Bucket): string[] {
  const { lifecycleConfiguration } = bucket.node.defaultChild as s3.CfnBucket;
  const { rules } = Stack.of(bucket).resolve(lifecycleConfiguration) as { rules: unknown[] };
  if (rules.length <= MAX_RULES) return [];
  return [`storage: got ${rules.length} lifecycle rules in the archive's bucket; S3 takes ${MAX_RULES}: `
    + 'with retentionByEventType each partition of each layout needs one, so list fewer values'];
}

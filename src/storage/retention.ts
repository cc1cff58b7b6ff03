// How long events and error records are kept, as S3's lifecycle rules. Where two of its expirations overlap the shorter one counts, so
// no two rules here overlap: a type can be kept longer than the rest as well as shorter.

import { Duration } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { DatedLayout, Layouts } from '../layout/layouts';
import type { ArchiveLocation } from '../layout/location';
import type { PartitionKey } from '../layout/partition-key';
import { OTHER } from '../layout/partition-values';
import { daysOf } from '../private/days';
import { shortHash } from '../private/names';
import { invalid, isKnown, show } from '../private/validate';

/** How long a deletion can be undone: the deleted object is there so long, as a noncurrent version. */
export const UNDO_DAYS = 30;

export const RETENTION = 'storage.retention';
const BY_TYPE = 'storage.retentionByEventType';

/** What the user says of retention. */
export interface Retention {
  readonly retention?: Duration;
  readonly retentionByEventType?: { [detailType: string]: Duration };
}

/** What is kept for how long; `prop` is what the user said it by. */
export interface Kept {
  readonly prop: string;
  readonly days: number;
}

/** Objects that expire. */
interface Expiration {
  readonly name: string;
  readonly prefix: string;
  readonly retention: Duration;
}

/** Every retention that is given, checked. */
export function retentionsOf({ retention, retentionByEventType = {} }: Retention): Kept[] {
  const given: Array<readonly [string, Duration | undefined]> = [
    [RETENTION, retention],
    ...Object.entries(retentionByEventType).map(([detailType, after]) => [propOf(detailType), after] as const),
  ];
  return given.flatMap(([prop, after]) => after === undefined ? [] : [{ prop, days: daysOf(prop, after, 1, 'S3 expires objects after whole days, at least 1') }]);
}

/** The rules. Delete markers have one of their own, because S3 does not take them beside days. */
export function retentionRules(given: Retention, location: ArchiveLocation, layouts: Layouts): s3.LifecycleRule[] {
  const { retention } = given;
  const expirations = [
    ...eventExpirations(given, location, layouts),
    ...(retention ? [{ name: 'Errors', prefix: location.errors, retention }] : []),
  ];
  const folders = [location.events, location.errors].filter(folder => expirations.some(({ prefix }) => prefix.startsWith(folder)));
  return [
    ...expirations.map(expirationRule),
    ...folders.map(prefix => ({ id: ruleId('DeleteMarkers', prefix), prefix, expiredObjectDeleteMarker: true })),
  ];
}

/** The name of a rule; two archives may have theirs in one bucket, where each needs a name of its own. */
export function ruleId(name: string, prefix: string): string {
  return `${name}-${shortHash(prefix)}`;
}

function expirationRule({ name, prefix, retention }: Expiration): s3.LifecycleRule {
  return {
    id: ruleId(`Expire-${name}`, prefix),
    prefix,
    expiration: retention,
    noncurrentVersionExpiration: isShorter(retention, UNDO_DAYS) ? retention : Duration.days(UNDO_DAYS),
  };
}

function isShorter(retention: Duration, days: number): boolean {
  const given = retention.toDays();
  return isKnown(given) && given < days;
}

function eventExpirations({ retention, retentionByEventType = {} }: Retention, location: ArchiveLocation, layouts: Layouts): Expiration[] {
  const byType = Object.entries(retentionByEventType);
  if (byType.length === 0) return retention ? [{ name: 'Events', prefix: location.events, retention }] : [];
  checkTypes(byType, layouts.current.keys[0]);
  return layouts.all.flatMap(({ layout }) => layoutExpirations({ layout, byType, retention, folder: `${location.events}${layout.folder}` }));
}

interface LayoutRetention extends Pick<DatedLayout, 'layout'> {
  readonly byType: ReadonlyArray<[string, Duration]>;
  readonly retention?: Duration;
  readonly folder: string;
}

/** One expiration for each partition of a layout that begins with the type, or one for all of another. */
function layoutExpirations({ layout, byType, retention, folder }: LayoutRetention): Expiration[] {
  const [{ name: column, _model: { partitionsOfDetailType, projection } }] = layout.keys;
  if (!partitionsOfDetailType) return retention ? [{ name: 'Events', prefix: folder, retention }] : [];
  const ofPartition = new Map(byType.map(([detailType, own]) => [ownPartition(partitionsOfDetailType, detailType), own]));
  return projection.values.split(',').flatMap(partition => {
    const own = ofPartition.get(partition) ?? retention;
    return own ? [{ name: partition, prefix: `${folder}${column}=${partition}/`, retention: own }] : [];
  });
}

/** The types must be apart in S3, where rules go by prefix. */
function checkTypes(byType: ReadonlyArray<[string, Duration]>, { name, _model: { partitionsOfDetailType } }: PartitionKey): void {
  if (!partitionsOfDetailType) {
    invalid(BY_TYPE, `partition keys that begin with ${name}`, 'S3 tells types apart by the first folder only: give PartitionKey.eventType() first in partitionKeys');
  }
  const seen = new Map<string, [string, Duration]>();
  for (const [detailType, retention] of byType) {
    const partition = ownPartition(partitionsOfDetailType, detailType);
    if (partition === undefined) invalid(BY_TYPE, show(detailType), 'the type has no partition of its own: list it in PartitionKey.eventType({ values })');
    const [otherType, other] = seen.get(partition) ?? [detailType, retention];
    if (other.toDays() !== retention.toDays()) {
      invalid(propOf(detailType), `${retention.toDays()} days, and ${other.toDays()} days for ${show(otherType)}`, `both types are in the partition ${partition}: give both the same`);
    }
    seen.set(partition, [detailType, retention]);
  }
}

function ownPartition(partitionsOfDetailType: (detailType: string) => string[], detailType: string): string | undefined {
  return partitionsOfDetailType(detailType).find(partition => partition !== OTHER);
}

function propOf(detailType: string): string {
  return `${BY_TYPE}[${show(detailType)}]`;
}

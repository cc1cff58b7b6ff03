/**
 * Writes what a CloudTrail trail writes: log files at the paths that CloudTrail gives them, each a gzipped `{"Records":[…]}`, and beside them
 * digests and Insights, which are no log files.
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
 */

import { gzipSync } from 'node:zlib';
import type { JsonObject, ObjectStore } from '../engines';

/** Where the trail writes to. */
export interface TrailPlace {
  readonly bucket: string;
  /** Of an organization trail. */
  readonly organizationId?: string;
}

/** One delivery of CloudTrail: the records of an account and a Region. */
export interface LogFile {
  readonly account: string;
  readonly region: string;
  readonly delivered: Date;
  readonly records: readonly JsonObject[];
}

let written = 0;

/** Writes a log file, and says where it is. */
export function writeLogFile(store: ObjectStore, place: TrailPlace, { account, region, delivered, records }: LogFile): string {
  const key = keyOf(place, 'CloudTrail', account, region, delivered, '');
  // CloudTrail writes one line, and no line end behind it.
  store.put(place.bucket, key, gzipSync(JSON.stringify({ Records: records })));
  return key;
}

/** Writes a digest of log files, as a trail with log validation does each hour. It has no `Records`. */
export function writeDigest(store: ObjectStore, place: TrailPlace, account: string, region: string, delivered: Date): string {
  const key = keyOf(place, 'CloudTrail-Digest', account, region, delivered, 'trail_');
  store.put(place.bucket, key, gzipSync(JSON.stringify({ awsAccountId: account, digestEndTime: delivered.toISOString(), logFiles: [] })));
  return key;
}

/** Writes an Insights file. Its events are no API calls. */
export function writeInsights(store: ObjectStore, place: TrailPlace, { account, region, delivered, records }: LogFile): string {
  const key = keyOf(place, 'CloudTrail-Insight', account, region, delivered, '');
  store.put(place.bucket, key, gzipSync(JSON.stringify({ Records: records })));
  return key;
}

function keyOf(place: TrailPlace, kind: string, account: string, region: string, delivered: Date, trail: string): string {
  const { organizationId } = place;
  const minute = delivered.toISOString().slice(0, 16);
  const day = minute.slice(0, 10).replace(/-/g, '/');
  const unique = String(++written).padStart(16, 'A');
  const file = `${account}_${kind}_${region}_${trail}${minute.replace(/[-:]/g, '')}Z_${unique}.json.gz`;
  return `AWSLogs/${organizationId === undefined ? '' : `${organizationId}/`}${account}/${kind}/${region}/${day}/${file}`;
}

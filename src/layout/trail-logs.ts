// How a CloudTrail trail lies in S3: where its log files are, and the table by which Athena reads them without a crawler.

import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { DateRange, Projection } from './date-range';
import type { ObjectFormat } from './record-format';
import { REGIONS } from './regions';

/** The log files of one trail. */
export interface TrailLogs {
  readonly bucket: s3.IBucket;
  /** The accounts whose log files are there: the trail's own, or those of the organization that are to be read. */
  readonly accounts: readonly string[];
  /** Of an organization trail: the organization, which is a folder of its own. */
  readonly organizationId?: string;
  /** Of a trail of a single Region: that one. Else the trail records all of them. */
  readonly region?: string;
  /** The key by which the trail encrypts its log files, if it does. */
  readonly encryptionKey?: kms.IKey;
}

/** The table over a trail's log files. */
export const TRAIL_LOGS_TABLE = 'cloudtrail_logs';

/**
 * Each log file is one JSON object whose `Records` are the rows.
 * @see https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table-partition-projection.html
 */
export const TRAIL_LOG_FORMAT: ObjectFormat = {
  inputFormat: 'com.amazon.emr.cloudtrail.CloudTrailInputFormat',
  outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
  serdeLibrary: 'org.apache.hive.hcatalog.data.JsonSerDe',
  serdeParameters: {},
};

/** A folder level of the log files. */
export interface TrailPartition {
  readonly name: string;
  readonly projection: Projection;
  readonly comment: string;
}

/** The folder that holds the log files of all accounts. Digests, Insights and network activity events lie beside them, in folders of other names. */
export function trailLogsFolder({ organizationId }: Pick<TrailLogs, 'organizationId'>): string {
  return `AWSLogs/${organizationId === undefined ? '' : `${organizationId}/`}`;
}

/** Where the log files of an account, a Region and a day lie below that folder. */
export const TRAIL_PARTITION_FOLDER = '${account}/CloudTrail/${region}/${day}/';

/** The partition columns, none of which an injected projection: a query need not name them. */
export function trailPartitions({ accounts, region }: TrailLogs, dates: DateRange): TrailPartition[] {
  const { range, ...daily } = dates.projection;
  return [
    { name: 'account', projection: listed(accounts), comment: 'The account whose log file it is' },
    { name: 'region', projection: listed(region === undefined ? REGIONS : [region]), comment: 'The Region whose log file it is' },
    {
      name: 'day',
      projection: { ...daily, format: 'yyyy/MM/dd', range: range.replace(/-/g, '/') },
      comment: 'The day (UTC, yyyy/MM/dd) of the log file; its events can be of the day before',
    },
  ];
}

function listed(values: readonly string[]): Projection {
  return { type: 'enum', values: values.join(',') };
}

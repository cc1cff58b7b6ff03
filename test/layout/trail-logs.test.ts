import { App, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { DateRange } from '../../src/layout/date-range';
import { REGIONS } from '../../src/layout/regions';
import { TrailLogs, trailLogsFolder, trailPartitions } from '../../src/layout/trail-logs';

const bucket = s3.Bucket.fromBucketName(new Stack(new App(), 'Test'), 'Bucket', 'trail-logs');

const logs = (given: Partial<TrailLogs> = {}): TrailLogs => ({ bucket, accounts: ['123456789012'], ...given });

const projections = (given?: Partial<TrailLogs>) =>
  Object.fromEntries(trailPartitions(logs(given), new DateRange('2026-11-01')).map(({ name, projection }) => [name, projection]));

test('no Region that CDK knows is missing, and none is there twice', () => {
  expect(RegionInfo.regions.map(({ name }) => name).filter(name => !REGIONS.includes(name))).toEqual([]);
  expect(new Set(REGIONS).size).toBe(REGIONS.length);
});

test('the folders are those of CloudTrail', () => {
  expect(trailLogsFolder(logs())).toBe('AWSLogs/');
  expect(trailLogsFolder(logs({ organizationId: 'o-exampleorgid' }))).toBe('AWSLogs/o-exampleorgid/');
});

test('a query need not name any of the partition columns', () => {
  expect(projections()).toEqual({
    account: { type: 'enum', values: '123456789012' },
    region: { type: 'enum', values: REGIONS.join(',') },
    day: { 'type': 'date', 'format': 'yyyy/MM/dd', 'range': '2026/11/01,NOW', 'interval': '1', 'interval.unit': 'DAYS' },
  });
  expect(projections({ region: 'eu-west-1', accounts: ['111111111111', '222222222222'] })).toMatchObject({
    account: { values: '111111111111,222222222222' },
    region: { values: 'eu-west-1' },
  });
});

import type { CaptureOptions } from '../../src';
import { archiveWithTrail } from '../end-to-end/trail-samples';
import { Extend, synthesize } from '../synthesize';

const NAMES = ['API calls in the trail that the archive lacks', 'Archived API calls that the trail lacks'];

const queries = (template: any): any[] => Object.values<any>(template.Resources).filter(({ Type }) => Type === 'AWS::Athena::NamedQuery').map(({ Properties }) => Properties);

const tables = (template: any): any[] => Object.values<any>(template.Resources).filter(({ Type }) => Type === 'AWS::Glue::Table').map(({ Properties }) => Properties.TableInput);

test('an archive with a trail has the table and two more queries, and nothing else', () => {
  const [plain, withTrail] = [synthesize().template.toJSON(), archiveWithTrail()];
  expect(queries(withTrail).map(({ Name }) => Name).slice(-2)).toEqual(NAMES);
  expect(queries(withTrail)).toHaveLength(queries(plain).length + 2);
  expect(tables(withTrail).map(({ Name }) => Name).filter(name => !tables(plain).map(({ Name }) => Name).includes(name))).toEqual(['cloudtrail_logs']);
  expect(queries(plain).some(({ Name }) => NAMES.includes(Name))).toBe(false);
});

test('the queries are within what Athena takes of a query, for an organization too', () => {
  const accounts = Array.from({ length: 2000 }, (_, index) => String(100_000_000_000 + index));
  const template = archiveWithTrail({ organization: { organizationId: 'o-exampleorgid', managementAccountId: '111111111111', accounts } });
  for (const { QueryString } of queries(template)) expect(JSON.stringify(QueryString).length).toBeLessThan(262_144);
});

test('the calls that EventBridge holds back are no gaps, unless a capture that is enabled takes them', () => {
  const leavesOut = (options: CaptureOptions, extend?: Extend) => {
    const lacking = queries(archiveWithTrail({}, options, extend)).find(({ Name }) => Name === NAMES[0]);
    return JSON.stringify(lacking.QueryString).includes("eventname LIKE 'Describe%'");
  };
  const reads = { includeReadOnlyApiCalls: true };
  const added = (...each: CaptureOptions[]): Extend => archive =>
    each.forEach((options, index) => archive.addCapture(`More${index}`, { eventPatterns: [{ source: [`aws.${index}`] }], ...reads, ...options }));
  const paused = { enabled: false };
  expect([leavesOut({}), leavesOut({}, added(paused)), leavesOut({ ...reads, ...paused })]).toEqual([true, true, true]);
  expect([leavesOut(reads), leavesOut({}, added(paused, {})), leavesOut(reads, added(paused))]).toEqual([false, false, false]);
});

test('the table is declared as Athena\'s guide declares it', () => {
  const table = tables(archiveWithTrail({ organization: { organizationId: 'o-exampleorgid', managementAccountId: '111111111111', accounts: ['111111111111'] } })).find(({ Name }) => Name === 'cloudtrail_logs');
  expect(table).toMatchObject({
    TableType: 'EXTERNAL_TABLE',
    Parameters: {
      'classification': 'cloudtrail',
      'projection.enabled': 'true',
      'projection.account.values': '111111111111',
      'storage.location.template': { 'Fn::Join': ['', ['s3://', expect.anything(), '/AWSLogs/o-exampleorgid/${account}/CloudTrail/${region}/${day}/']] },
    },
    PartitionKeys: ['account', 'region', 'day'].map(Name => expect.objectContaining({ Name, Type: 'string' })),
    StorageDescriptor: {
      InputFormat: 'com.amazon.emr.cloudtrail.CloudTrailInputFormat',
      OutputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
      SerdeInfo: { SerializationLibrary: 'org.apache.hive.hcatalog.data.JsonSerDe' },
    },
  });
  const columns = table.StorageDescriptor.Columns.map((column: any) => column.Name);
  expect(columns).toContain('eventid');
  expect(table.PartitionKeys.filter(({ Name }: any) => columns.includes(Name))).toEqual([]);
});

test('the table comes after its database and goes with the stack: the log files are the trail\'s', () => {
  const [table] = Object.values<any>((archiveWithTrail() as any).Resources).filter(({ Properties }) => Properties.TableInput?.Name === 'cloudtrail_logs');
  expect(table).toMatchObject({ DependsOn: [expect.stringMatching(/^AuditCatalogDatabase/)], DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
});

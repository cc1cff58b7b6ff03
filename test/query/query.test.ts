import { Duration, Size } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { EventAuditArchiveProps } from '../../src';
import { synthesisError, synthesize } from '../synthesize';

test('the workgroup enforces its settings and encrypts the results', () => {
  const { template, archive } = synthesize();
  template.hasResourceProperties('AWS::Athena::WorkGroup', {
    Name: archive.databaseName,
    RecursiveDeleteOption: true,
    WorkGroupConfiguration: {
      EnforceWorkGroupConfiguration: true,
      PublishCloudWatchMetricsEnabled: true,
      BytesScannedCutoffPerQuery: Match.absent(),
      EngineVersion: { SelectedEngineVersion: 'Athena engine version 3' },
      ResultConfiguration: {
        EncryptionConfiguration: { EncryptionOption: 'SSE_S3' },
        OutputLocation: { 'Fn::Join': ['', ['s3://', { Ref: Match.stringLikeRegexp('^AuditQueryResults') }, '/']] },
      },
    },
  });
});

test('a scan limit and the retention of results can be set', () => {
  const { template } = synthesize({ query: { bytesScannedLimit: Size.gibibytes(10), resultsRetention: Duration.days(1) } });
  template.hasResourceProperties('AWS::Athena::WorkGroup', { WorkGroupConfiguration: { BytesScannedCutoffPerQuery: 10 * 1024 ** 3 } });
  template.hasResourceProperties('AWS::S3::Bucket', { LifecycleConfiguration: { Rules: [Match.objectLike({ Id: 'ExpireResults', ExpirationInDays: 1 })] } });
});

test('the smallest scan limit is Athena\'s', () => {
  synthesize({ query: { bytesScannedLimit: Size.bytes(10_000_000) } }).template
    .hasResourceProperties('AWS::Athena::WorkGroup', { WorkGroupConfiguration: { BytesScannedCutoffPerQuery: 10_000_000 } });
});

test.each<[EventAuditArchiveProps, string]>([
  [{ query: { bytesScannedLimit: Size.bytes(9_999_999) } },
    'query.bytesScannedLimit: got 9999999 bytes; Athena accepts 10,000,000 bytes or more, Size.mebibytes(10) for example, up to 8 EiB'],
  [{ query: { resultsRetention: Duration.hours(36) } }, 'query.resultsRetention: got 1.5 days; S3 expires objects after whole days, at least 1'],
  [{ query: { resultsRetention: Duration.days(0) } }, 'query.resultsRetention: got 0 days; S3 expires objects after whole days, at least 1'],
])('%#: refuses what Athena and S3 would refuse', (props, message) => {
  expect(synthesisError(props)).toBe(message);
});

test('there are six saved queries, in the workgroup, each within a window', () => {
  const { template } = synthesize();
  const queries = Object.values(template.findResources('AWS::Athena::NamedQuery')).map(query => query.Properties);
  expect(queries.map(query => query.Name)).toEqual(['Latest events', 'Events by type and day', 'API calls by principal', 'Failed API calls', 'Sign-ins', 'Delivery errors']);
  for (const query of queries) {
    expect(query.WorkGroup).toEqual({ Ref: Object.keys(template.findResources('AWS::Athena::WorkGroup'))[0] });
    expect(query.QueryString).toMatch(/(receipt|error)_date >= date_format\(current_date - interval '\d' day, '%Y-%m-%d'\)/);
    expect(query.QueryString).not.toMatch(/;\s*$/);
    expect(query.Description).toBeTruthy();
  }
});

// The table over a trail's log files: what it shows of a record, and what becomes of the comparison where the table or a query is wrong.

import { altered, cleanUp } from './archive-run';
import { ask, call, compared, LACKING } from './compared-trail';
import { FIRST_DATE } from './recent-archive';
import { ACCOUNT, archiveWithTrail, asEvent, REGION } from './trail-samples';

afterAll(cleanUp);

/** The parts of a joined text, in those of which that are known something is replaced. */
const replacedIn = (parts: unknown[], from: RegExp | string, to: string) => parts.map(part => typeof part === 'string' ? part.replace(from, to) : part);

test('the table has what the records say: text, JSON text, structs and the partition', async () => {
  const record = call('CreateBucket', { addendum: null, additionalEventData: { SignatureVersion: 'SigV4', bytes: 1e21 } });
  const archive = await compared({ files: [{ records: [record] }] });
  const [row] = await archive.rows(`
SELECT account, region, day, eventid, readonly, requestparameters, responseelements, additionaleventdata, useridentity, resources, tlsdetails, addendum,
  useridentity.sessioncontext.sessionissuer.username AS issuer, json_extract_scalar(requestparameters, '$.bucketName') AS bucket
FROM cloudtrail_logs WHERE eventname = 'CreateBucket'`);
  expect(row).toMatchObject({
    account: ACCOUNT,
    region: REGION,
    day: expect.stringMatching(/^\d{4}\/\d\d\/\d\d$/),
    eventid: record.eventID,
    readonly: 'false',
    responseelements: null,
    issuer: 'Admin',
    bucket: 'records',
    resources: [['arn:aws:s3:::records', ACCOUNT, 'AWS::S3::Bucket']],
    tlsdetails: ['TLSv1.3', 'TLS_AES_128_GCM_SHA256', 's3.amazonaws.com'],
    addendum: null,
  });
  expect(JSON.parse(String(row.requestparameters))).toEqual(record.requestParameters);
  expect(row.useridentity).toEqual(['AssumedRole', 'AROAEXAMPLE:ann', `arn:aws:sts::${ACCOUNT}:assumed-role/Admin/ann`, ACCOUNT, null, null, null, null, null, [
    ['true', '2026-11-21T08:00:00Z'], ['Role', 'AROAEXAMPLE', `arn:aws:iam::${ACCOUNT}:role/Admin`, ACCOUNT, 'Admin'], null, [null], null,
  ]]);
});

describe('and it shows', () => {
  const records = [call('CreateBucket'), call('CreateBucket')];
  const events = [asEvent(records[0])];
  const lacking = async (template: object) => (await ask(await compared({ template, events, files: [{ records }] }), LACKING)).summary.calls_lacking;

  const TABLE_BREAKS: [string, (parameters: { [name: string]: string }) => void][] = [
    ['does not project the Region', parameters => { parameters['projection.region.values'] = 'eu-west-1'; }],
    ['does not project the account', parameters => { parameters['projection.account.values'] = '222222222222'; }],
    ['looks in the folders of the archive\'s dates', parameters => { parameters['projection.day.format'] = 'yyyy-MM-dd'; parameters['projection.day.range'] = `${FIRST_DATE},NOW`; }],
    ['looks among the digests', parameters => {
      const join = (parameters['storage.location.template'] as any)['Fn::Join'];
      join[1] = replacedIn(join[1], '/CloudTrail/', '/CloudTrail-Digest/');
    }],
  ];

  test.each(TABLE_BREAKS)('when the table %s', async (_name, breakIt) => {
    const template = altered(archiveWithTrail(), 'AWS::Glue::Table', ({ TableInput }) => {
      if (TableInput.Name === 'cloudtrail_logs') breakIt(TableInput.Parameters);
    });
    expect(await lacking(archiveWithTrail())).toBe(1);
    expect(await lacking(template)).toBe(0);
  });

  test('when the table reads log files as lines', async () => {
    const template = altered(archiveWithTrail(), 'AWS::Glue::Table', ({ TableInput }) => {
      if (TableInput.Name !== 'cloudtrail_logs') return;
      TableInput.StorageDescriptor.InputFormat = 'org.apache.hadoop.mapred.TextInputFormat';
      TableInput.Parameters.classification = 'json';
    });
    expect(await lacking(template)).toBe(0);
  });

  const QUERY_BREAKS: [string, string, RegExp | string, string, number][] = [
    ['compares with what others sent', LACKING, "AND (source LIKE 'aws.%' AND source NOT LIKE 'aws.partner/%')", '', 0],
    ['looks at today\'s partition only', LACKING, /receipt_date >= date_format\(current_date - interval '2' day/, "receipt_date > date_format(current_date - interval '0' day", 2],
  ];

  const withQuery = (query: string, from: RegExp | string, to: string) => altered(archiveWithTrail(), 'AWS::Athena::NamedQuery', properties => {
    if (properties.Name !== query) return;
    const join = properties.QueryString['Fn::Join'];
    const parts = join[1];
    join[1] = replacedIn(parts, from, to);
    expect(join[1]).not.toEqual(parts);
  });

  test('when the query leaves out the partition `other`, in which a type was before it was listed', async () => {
    const gaps = async (template: object) => {
      const archive = await compared({ template, events, files: [{ records: [records[0]] }] });
      const { store, ledger: { writtenObjects: [{ bucket, key }] } } = archive.simulation;
      store.put(bucket, key.replace(/event_type=[^/]+/, 'event_type=other'), store.get(bucket, key));
      store.put(bucket, key, Buffer.alloc(0));
      return (await ask(archive, LACKING)).summary.calls_lacking;
    };
    expect(await gaps(archiveWithTrail())).toBe(0);
    expect(await gaps(withQuery(LACKING, ", 'other')", ')'))).toBe(1);
  });

  test.each(QUERY_BREAKS)('when the query %s', async (_name, query, from, to, count) => {
    const template = withQuery(query, from, to);
    const forged = asEvent(records[1], { source: 'mine' });
    const archive = await compared({ template, events: [...events, forged], files: [{ records }] });
    expect((await ask(archive, query)).summary.calls_lacking).toBe(count);
  });
});

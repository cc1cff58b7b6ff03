import { anApiCall, anEvent, cleanUp, Row, Run, run } from './archive-run';
import { synthesize } from './recent-archive';

const ROLE = 'arn:aws:iam::123456789012:role/Deploy';

afterAll(cleanUp);

const template = synthesize().template.toJSON();

async function answer(archive: Run, name: string): Promise<Row[]> {
  const { result } = (await archive.savedQueries()).find(query => query.name === name)!;
  return result.rows.map(row => Object.fromEntries(result.columns.map((column, index) => [column.name, row[index]])));
}

/** The same event once more, as EventBridge may deliver it. */
const call = anApiCall('s3', 'CreateBucket', ROLE, { errorCode: 'AccessDenied', errorMessage: 'no', sourceIPAddress: '192.0.2.1' });
const other = anApiCall('s3', 'DeleteBucket', ROLE);
const events = [
  call, call, other,
  anApiCall('iam', 'CreateUser', ROLE, { userIdentity: { type: 'AWSService', invokedBy: 'config.amazonaws.com' } }),
  anApiCall('iam', 'CreateUser', ROLE, { userIdentity: { type: 'Root' } }),
  anEvent({ time: '2026-11-19T13:00:00Z' }),
];

test('latest events: the last that happened stands first', async () => {
  const rows = await answer(await run(template, events), 'Latest events');
  expect(rows).toHaveLength(6);
  expect(rows[0].time).toBe('2026-11-19T13:00:00Z');
});

test('events by type and day count an event once, however often it was delivered', async () => {
  const rows = await answer(await run(template, events), 'Events by type and day');
  expect(rows.map(row => [row.detail_type, row.source, Number(row.events)])).toEqual([
    ['AWS API Call via CloudTrail', 'aws.iam', 2], ['AWS API Call via CloudTrail', 'aws.s3', 2], ['Parameter Store Change', 'aws.ssm', 1],
  ]);
});

test('API calls by principal name the role behind a session, and count a call once', async () => {
  const rows = await answer(await run(template, events), 'API calls by principal');
  expect(rows.map(row => [row.principal, row.event_source, Number(row.calls), Number(row.different_calls), Number(row.failed_calls)])).toEqual([
    [ROLE, 's3.amazonaws.com', 2, 2, 1],
    ['config.amazonaws.com', 'iam.amazonaws.com', 1, 1, 0],
    ['unknown', 'iam.amazonaws.com', 1, 1, 0],
  ]);
});

test('failed API calls say who, what, why and from where', async () => {
  const rows = await answer(await run(template, [call, other]), 'Failed API calls');
  expect(rows).toEqual([expect.objectContaining({
    principal: ROLE, event_source: 's3.amazonaws.com', event_name: 'CreateBucket', error_code: 'AccessDenied', error_message: 'no', source_ip_address: '192.0.2.1',
  })]);
});

test('each looks at its window, and no further back', async () => {
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
  const older = synthesize({ catalog: { firstDate: daysAgo(12) } }).template.toJSON();
  const archive = await run(older, [call], { start: new Date(Date.now() - 60_000) });
  const [{ key }] = archive.simulation.store.list(archive.simulation.ledger.writtenObjects[0].bucket);
  const { bucket } = archive.simulation.ledger.writtenObjects[0];
  const body = archive.simulation.store.get(bucket, key);
  for (const days of [1, 2, 9]) archive.simulation.store.put(bucket, key.replace(/receipt_date=[^/]+/, `receipt_date=${daysAgo(days)}`), body);
  expect(await answer(archive, 'Latest events')).toHaveLength(2);
  expect(await answer(archive, 'Events by type and day')).toHaveLength(3);
  expect(await answer(archive, 'Failed API calls')).toHaveLength(3);
  expect(await archive.rows('SELECT id FROM events')).toHaveLength(4);
});

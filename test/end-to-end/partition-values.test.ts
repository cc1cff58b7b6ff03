import { altered, anApiCall, anEvent, cleanUp, Row, Run, run } from './archive-run';
import { synthesize } from './recent-archive';
import { PartitionKey } from '../../src';

afterAll(cleanUp);

const withValues = (values: string[], retiredValues: string[] = []): object =>
  synthesize({ partitionKeys: [PartitionKey.eventType({ values, retiredValues }), PartitionKey.receiptDate()] }).template.toJSON();

const TYPES = ['Parameter Store Change', 'GuardDuty Finding', 'EC2 Instance State-change Notification'];
const corpus = (length: number) => Array.from({ length }, (_, index) => index % 4 === 3
  ? anApiCall('s3', 'CreateBucket', 'arn:aws:iam::123456789012:role/Somebody', index % 8 === 3 ? { errorCode: 'AccessDenied' } : {})
  : anEvent({ 'detail-type': TYPES[index % 4] }));

/** Everything that users see: the views and the saved queries, but for the partition, which is where the rows lie and not what they say. */
async function answers(archive: Run): Promise<{ [name: string]: Row[] }> {
  const queries = await archive.savedQueries();
  return {
    events: await archive.rows('SELECT id, detail_type, source, detail, receipt_date FROM events ORDER BY id'),
    delivery_errors: await archive.rows('SELECT * FROM delivery_errors'),
    filtered: await archive.rows("SELECT id FROM events WHERE event_type IN ('parameter_store_change', 'other') AND detail_type = 'Parameter Store Change' ORDER BY id"),
    ...Object.fromEntries(queries.map(({ name, result }) => [name, result.rows as unknown as Row[]])),
  };
}

test('a value that is listed, and then retired, changes no answer, whether events came before or after', async () => {
  const [first, second, third] = [corpus(24), corpus(24), corpus(24)];
  const none = withValues([]);
  const listed = withValues(['Parameter Store Change']);
  const retired = withValues([], ['Parameter Store Change']);

  const unchanged = await run(none, [...first, ...second, ...third]);
  const { folder } = await run(none, first);
  await run(listed, second, { folder });
  const changed = await run(retired, third, { folder });

  expect(Object.keys(changed.simulation.ledger.partitions).some(partition => partition.startsWith('event_type=parameter_store_change'))).toBe(false);
  const expected = await answers(unchanged);
  expect(expected.events).toHaveLength(72);
  expect(expected.filtered).toHaveLength(18);
  expect(expected['Failed API calls'].map(row => Object.values(row)).flat()).toContain(9);
  expect(await answers(changed)).toEqual(expected);
});

test('a value that is dropped instead of retired hides its partition', async () => {
  const events = corpus(24);
  const { folder } = await run(withValues(['Parameter Store Change']), events);
  const dropped = await run(withValues([]), [], { folder });
  expect(await dropped.rows('SELECT id FROM events')).toHaveLength(24 - 6);
});

test('a filter on its own partition alone misses what came before the value was listed', async () => {
  const [before, after] = [corpus(24), corpus(24)];
  const { folder } = await run(withValues([]), before);
  const archive = await run(withValues(['Parameter Store Change']), after, { folder });
  expect(await archive.rows("SELECT id FROM events WHERE event_type = 'parameter_store_change'")).toHaveLength(6);
  expect((await answers(archive)).filtered).toHaveLength(12);
});

test('whatever is missing, empty, of another type or not listed goes to `other`', async () => {
  const odd = [undefined, null, '', 5, true, [], ['Parameter Store Change'], { a: 1 }, 'parameter store change', ' Parameter Store Change', '__proto__', 'toString', 'other', '../x', 'a/b=c']
    .map(detailType => {
      const { event } = anEvent();
      return { event: Object.fromEntries(Object.entries({ ...event, 'detail-type': detailType }).filter(([, value]) => value !== undefined)) as typeof event };
    });
  const archive = await run(withValues(['Parameter Store Change', '5', 'true']), [...odd, anEvent()], { start: new Date(Date.now() - 60_000) });
  expect(await archive.rows('SELECT event_type, count(*) AS n FROM events GROUP BY event_type ORDER BY event_type'))
    .toEqual([{ event_type: 'other', n: expect.anything() }, { event_type: 'parameter_store_change', n: expect.anything() }]);
  expect(Object.values(archive.simulation.ledger.partitions)).toEqual([odd.length, 1]);
});

test('a projection that says what the jq does not write finds nothing, so the two come from one model', async () => {
  const template = altered(withValues(['Parameter Store Change']), 'AWS::KinesisFirehose::DeliveryStream', properties => {
    const [{ Parameters: [query] }] = properties.ExtendedS3DestinationConfiguration.ProcessingConfiguration.Processors;
    query.ParameterValue = query.ParameterValue.replace('parameter_store_change', 'Parameter_Store_Change');
  });
  expect(await (await run(template, [anEvent()])).rows('SELECT id FROM events')).toEqual([]);
});

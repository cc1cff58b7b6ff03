import { altered, anApiCall, anEvent, cleanUp } from './archive-run';
import { synthesize } from './recent-archive';
import { dryRun } from '../simulator/samples/dry-runs';
import { testEngines } from '../test-engines';

afterAll(cleanUp);

// What the dry run asks of the catalog, asked of every set of engines that is there; what it makes of the answers is in alterations.test.ts.

const template = synthesize().template.toJSON();
const events = [anEvent(), anEvent({ detail: { userName: 'a', UserName: 'b' }, resources: [] }), anApiCall('s3', 'PutObject', 'arn:aws:iam::123456789012:role/Admin')];

test('a dry run of an archive finds what it wrote, and what it would write of an event that fails', async () => {
  const { status, complaints, figures } = await dryRun(template, events, { engines: testEngines() });
  expect({ status, complaints }).toEqual({ status: 0, complaints: '' });
  expect(figures).toMatchObject({ archived: 3, notFound: 0, faults: [], notes: [] });
});

test('a dry run of an archive whose table lacks a partition does not find what is there, nor its error records', async () => {
  const closed = altered(template, 'AWS::Glue::Table', ({ TableInput: { Parameters: parameters } }) => {
    if (parameters['projection.event_type.values']) parameters['projection.event_type.values'] = 'other';
    if (parameters['projection.error_date.range']) parameters['projection.error_date.range'] = '2025-01-01,2025-01-02';
  });
  const { status, complaints, figures } = await dryRun(closed, events, { engines: testEngines() });
  expect([status, figures]).toEqual([1, expect.objectContaining({ archived: 2, notFound: 1 })]);
  expect(complaints).toMatch(/not found, s3:\S+event_type=aws_api_call_via_cloudtrail\S+ .* does not read this object[^]*no query would find its error records/);
});

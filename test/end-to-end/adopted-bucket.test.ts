// What an archive leaves behind when its stack goes: the bucket stays, and an archive that is given it finds what lies in it, and goes on there.

import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { altered, anEvent, cleanUp, Run, run } from './archive-run';
import { wrongIn } from './found';
import { FIRST_DATE, synthesize } from './recent-archive';
import { EventAuditArchive, EventAuditArchiveProps, PartitionKey, StorageOptions } from '../../src';

afterAll(cleanUp);

const date = PartitionKey.receiptDate();
const events = (count: number) => Array.from({ length: count }, (_, index) => anEvent(index % 2 ? {} : { 'detail-type': 'Unheard of' }));

const before = events(6);
const after = events(6);

/** An archive whose stack is gone: the folder in which its bucket is, and the bucket's name. */
async function left(props: EventAuditArchiveProps = {}): Promise<{ folder: string; bucketName: string }> {
  const { folder, simulation } = await run(synthesize(props).template.toJSON(), before);
  return { folder, bucketName: simulation.ledger.writtenObjects[0].bucket };
}

/** The template of an archive in another stack, by other ids. */
function successor(storage: (stack: Stack) => StorageOptions, { catalog, ...props }: EventAuditArchiveProps = {}): object {
  const stack = new Stack(new App(), 'Successor');
  new EventAuditArchive(stack, 'Records', { ...props, catalog: { firstDate: FIRST_DATE, ...catalog }, storage: storage(stack) });
  return Template.fromStack(stack).toJSON();
}

const adopting = (bucketName: string, prefix = '') => (stack: Stack): StorageOptions => ({ bucket: s3.Bucket.fromBucketName(stack, 'Left', bucketName), prefix });

const keysIn = ({ simulation: { store, ledger } }: Run) => store.list(ledger.writtenObjects[0].bucket).map(({ key }) => key);

test('an archive that adopts the bucket finds every event, old and new, once', async () => {
  const { folder, bucketName } = await left();
  const archive = await run(successor(adopting(bucketName)), after, { folder });
  expect(await wrongIn(archive, [...before, ...after])).toEqual([]);
  expect(new Set(archive.simulation.ledger.writtenObjects.map(({ bucket }) => bucket))).toEqual(new Set([bucketName]));
  expect(keysIn(archive).filter(key => !key.startsWith('events/json__event_type__receipt_date/'))).toEqual([]);
  const unique = await archive.rows(`SELECT id FROM unique_events WHERE receipt_date >= '${FIRST_DATE}'`);
  expect(unique.map(({ id }) => id).sort()).toEqual([...before, ...after].map(({ event }) => event.id).sort());
});

test.each<[string, (bucketName: string) => (stack: Stack) => StorageOptions]>([
  ['in a bucket of its own', () => () => ({})],
  ['below a prefix of the same bucket', bucketName => adopting(bucketName, 'audit')],
])('an archive %s finds none of the old ones', async (_where, storage) => {
  const { folder, bucketName } = await left();
  expect(await wrongIn(await run(successor(storage(bucketName)), after, { folder }), after)).toEqual([]);
});

test('an archive with other partition keys finds the old events where it lists the keys that they were written by, and not without', async () => {
  const { folder, bucketName } = await left({ partitionKeys: [date] });
  const found = async (props: EventAuditArchiveProps, published: typeof after) =>
    wrongIn(await run(successor(adopting(bucketName), props), [], { folder }), published);
  expect(await found({ catalog: { previousLayouts: [{ partitionKeys: [date] }] } }, before)).toEqual([]);
  expect(await found({}, [])).toEqual([]);
});

test('what could not be delivered is found too', async () => {
  const failing = altered(synthesize().template.toJSON(), 'AWS::KinesisFirehose::DeliveryStream', properties => {
    const [{ Parameters: [query] }] = properties.ExtendedS3DestinationConfiguration.ProcessingConfiguration.Processors;
    query.ParameterValue = '{event_type:null}';
  });
  const { folder, simulation } = await run(failing, before);
  const [{ bucket }] = simulation.ledger.writtenObjects;
  const archive = await run(successor(adopting(bucket)), [], { folder });
  expect(await archive.rows('SELECT error_date FROM delivery_errors')).toHaveLength(before.length);
});

test('a role that writes the adopted bucket reaches the folders of events and errors alone, as in a bucket of its own', async () => {
  const { folder, bucketName } = await left();
  const astray = altered(successor(adopting(bucketName)), 'AWS::KinesisFirehose::DeliveryStream', properties => {
    const destination = properties.ExtendedS3DestinationConfiguration;
    destination.Prefix = destination.Prefix.replace('events/', 'other/');
  });
  await expect(run(astray, after, { folder })).rejects.toThrow('the delivery role may not s3:');
});

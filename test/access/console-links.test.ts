import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { ConsoleLinks } from '../../src/access/console-links';
import { ArchiveLocation } from '../../src/layout/location';
import { SimulatedTemplate } from '../simulator/template/template';

interface Options {
  readonly region?: string;
  readonly root?: string;
  readonly eventBus?: (stack: Stack) => events.IEventBus;
}

function template({ region, root, eventBus }: Options = {}): { [section: string]: any } {
  const stack = new Stack(new App(), 'Test', { env: { region } });
  const bucket = new s3.Bucket(stack, 'Archive');
  new ConsoleLinks(stack, 'ConsoleLinks', { location: new ArchiveLocation(bucket, root), workGroupName: 'test_audit', eventBus: eventBus?.(stack) });
  return Template.fromStack(stack).toJSON();
}

/** The links as deployed, by their names; each must be a URL. */
function links(json: object, place: { partition?: string; region?: string } = {}): { [name: string]: string } {
  const { outputs, resources } = SimulatedTemplate.parse(json, place);
  const bucket = resources.find(({ type }) => type === 'AWS::S3::Bucket')!.ref;
  return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [
    name.replace(/^ConsoleLinks(.*)[0-9A-F]{8}$/, '$1'), new URL(String(value)).href.replace(bucket, '<bucket>'),
  ]));
}

const expected = (host: string, region: string) => ({
  SendTestEvent: `https://${host}/systems-manager/parameters/create?region=${region}&tab=Table`,
  Bucket: `https://${host}/s3/buckets/<bucket>?region=${region}&prefix=events/`,
  SavedQueries: `https://${host}/athena/home?region=${region}#/query-editor/saved-queries`,
  WorkGroup: `https://${host}/athena/home?region=${region}#/workgroups/details/test_audit`,
});

const PLACES = [
  ['aws', 'eu-central-1', 'console.aws.amazon.com'],
  ['aws-cn', 'cn-north-1', 'console.amazonaws.cn'],
  ['aws-us-gov', 'us-gov-west-1', 'console.amazonaws-us-gov.com'],
];

test.each(PLACES)('a template without a Region leads to the console of %s when it is deployed there', (partition, region, host) => {
  expect(links(template(), { partition, region })).toEqual(expected(host, region));
});

test.each(PLACES)('in %s with a known Region the links are literal, and there is no mapping', (_partition, region, host) => {
  const json = template({ region });
  expect(json.Mappings).toBeUndefined();
  expect(links(json)).toEqual(expected(host, region));
});

test('a template without a Region would lead elsewhere with another mapping', () => {
  const json = template();
  const [mapping] = Object.values<any>(json.Mappings);
  mapping['aws-cn'].console = 'console.aws.amazon.com';
  expect(links(json, { partition: 'aws-cn', region: 'cn-north-1' })).not.toEqual(expected('console.amazonaws.cn', 'cn-north-1'));
});

test('the mapping is the archive\'s own, so that two archives can share a stack', () => {
  const stack = new Stack(new App(), 'Test');
  for (const id of ['One', 'Two']) {
    new ConsoleLinks(stack, id, { location: new ArchiveLocation(s3.Bucket.fromBucketName(stack, `Bucket${id}`, id)), workGroupName: id });
  }
  const json = Template.fromStack(stack).toJSON();
  expect(Object.keys(json.Mappings)).toHaveLength(2);
  expect(Object.keys(json.Outputs)).toHaveLength(8);
});

test('every output says where it leads', () => {
  expect(Object.values<any>(template().Outputs).map(({ Description }) => Description).sort()).toEqual([
    'Send a test event: creating a parameter sends a Parameter Store Change event to the default bus',
    'The Athena workgroup',
    'The archived events',
    'The saved queries: choose the archive\'s workgroup there',
  ]);
});

test.each<[string, boolean, (stack: Stack) => events.IEventBus]>([
  ['a custom bus', false, stack => new events.EventBus(stack, 'Bus')],
  ['the default bus by its name', true, stack => events.EventBus.fromEventBusName(stack, 'Bus', 'default')],
])('an archive of %s has a link to send a test event: %p', (_name, has, eventBus) => {
  const names = Object.keys(links(template({ eventBus })));
  expect(names.includes('SendTestEvent')).toBe(has);
  expect(names).toEqual(expect.arrayContaining(['Bucket', 'SavedQueries', 'WorkGroup']));
});

test('a prefix is encoded in the link to the bucket', () => {
  expect(links(template({ root: 'a b&c=d#e/' }), {}).Bucket).toContain('&prefix=a%20b%26c%3Dd%23e/events/');
});

test('a partition whose console is not known is an error', () => {
  expect(() => template({ region: 'us-iso-east-1' })).toThrow('consoleLinks: got true in us-iso-east-1, which is in the partition aws-iso; '
    + 'the console\'s address is known in aws, aws-cn, aws-us-gov: leave the links out');
});

test('a Region that CDK does not know yet is looked up by the deployment', () => {
  expect(links(template({ region: 'eu-new-1' }), { partition: 'aws', region: 'eu-new-1' })).toEqual(expected('console.aws.amazon.com', 'eu-new-1'));
});

// Every prop that can be changed later, turned on, off and over: what becomes of the events that come while CloudFormation updates the stack.

import { App, Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { altered, anApiCall, anEvent, cleanUp, newFolder } from './archive-run';
import { synthesize } from './recent-archive';
import type { EventAuditArchive, EventAuditArchiveProps } from '../../src';
import { EventForwarder, FanOut, FanOutAuthorization, FanOutPayload, PartitionKey } from '../../src';
import { EventBusNetwork } from '../simulator/bus/event-bus-network';
import { SimulatedResource, SimulatedTemplate } from '../simulator/template/template';
import { attachedPolicies } from '../simulator/update/attached-policies';
import { momentsOf } from '../simulator/update/moments';
import { StackUpdate } from '../simulator/update/stack-update';
import { Gap, runUpdate } from '../simulator/update/update-run';
import { testEngines } from '../test-engines';

afterAll(cleanUp);

const ENV = { account: '123456789012', region: 'us-east-1' };

/** What an archive is made with: its props, and the calls on it. */
interface Archive {
  readonly props?: EventAuditArchiveProps;
  readonly calls?: (archive: EventAuditArchive) => void;
}

/** What is in the stack beside the archive, before and after. */
function things(stack: Stack) {
  const [key, otherKey] = ['Key', 'OtherKey'].map(id => new kms.Key(stack, id));
  return {
    key,
    otherKey,
    bus: new events.EventBus(stack, 'Bus', { eventBusName: 'clicks' }),
    bucket: new s3.Bucket(stack, 'Records'),
    encryptedBucket: new s3.Bucket(stack, 'Encrypted', { encryption: s3.BucketEncryption.KMS, encryptionKey: key }),
    logs: new s3.Bucket(stack, 'Logs', { encryption: s3.BucketEncryption.S3_MANAGED }),
    queue: new sqs.Queue(stack, 'Queue', { encryption: sqs.QueueEncryption.SQS_MANAGED }),
    topic: new sns.Topic(stack, 'Topic'),
    otherTopic: new sns.Topic(stack, 'OtherTopic'),
    secret: new secretsmanager.Secret(stack, 'Secret'),
  };
}
type Things = ReturnType<typeof things>;
type MakeArchive = (given: Things) => Archive;

const PATTERNS = [{ source: ['aws.ssm'] }, { source: ['order'] }];
const date = PartitionKey.receiptDate();

function template(make: MakeArchive): object {
  let calls: Archive['calls'];
  return synthesize(stack => {
    const archive = make(things(stack));
    calls = archive.calls;
    return { eventPatterns: PATTERNS, ...archive.props };
  }, { stack: { env: ENV }, extend: archive => calls?.(archive) }).template.toJSON();
}

/** Events that the archives ask for, on each bus. */
const sent = () => [
  ...['aws.ssm', 'order', 'shipment'].flatMap(source => [anEvent({ source }), { ...anEvent({ source }), bus: 'clicks' }]),
  { ...anEvent(), bus: 'orders' },
  anApiCall('cloudformation', 'DeleteStack', 'arn:aws:iam::123456789012:role/mallory', { managementEvent: true, requestParameters: { stackName: 'Test' } }),
];

/** What happens on the way from one template to another, in short. */
async function gapsOf(before: object, after: object): Promise<string[]> {
  const update = StackUpdate.plan(before, after, { environment: ENV });
  return (await runUpdate(update, sent(), { engines: testEngines(), folder: newFolder() })).gaps.map(inShort);
}

function inShort({ kind, moment, events: count, what }: Gap): string {
  return `${kind} ${count}, ${moment}: ${what}`;
}

const plain: MakeArchive = () => ({});
const withProps = (props: (given: Things) => EventAuditArchiveProps): MakeArchive => given => ({ props: props(given) });
const withCalls = (calls: (archive: EventAuditArchive, given: Things) => void): MakeArchive => given => ({ calls: archive => calls(archive, given) });
const clicks = (dedicatedStream: boolean) => withCalls((archive, { bus }) => archive.addCapture('Clicks', { eventBus: bus, dedicatedStream }));
const orders = (...names: string[]) => withCalls(archive => names.forEach((eventBusName, index) => archive.addEventBus(`Bus${index}`, { eventBusName })));
const siem = (more: object = {}, authorization?: FanOutAuthorization) => withProps(({ secret }) => ({
  fanOut: { Siem: FanOut.http({ url: 'https://siem.example.com/v1', authorization: authorization ?? FanOutAuthorization.apiKey({ headerName: 'X-Key', secret }), ...more }) },
}));
const keyed = withProps(({ key }) => ({ encryptionKey: key }));
const dated = withProps(() => ({ partitionKeys: [date] }));

const CHANGES: [string, MakeArchive, MakeArchive][] = [
  ['eventBus', plain, withProps(({ bus }) => ({ eventBus: bus }))],
  ['eventPatterns, one more', withProps(() => ({ eventPatterns: [PATTERNS[0]] })), plain],
  ['eventPatterns, another', withProps(() => ({ eventPatterns: [PATTERNS[0], { source: ['shipment'] }] })), plain],
  ['eventPatterns, everything instead', plain, withProps(() => ({ eventPatterns: undefined }))],
  ['includeReadOnlyApiCalls', plain, withProps(() => ({ includeReadOnlyApiCalls: true }))],
  ['enabled', plain, withProps(() => ({ enabled: false }))],
  ['eventArchive', plain, withProps(() => ({ eventArchive: { retention: Duration.days(7) } }))],
  ['partitionKeys', plain, dated],
  ['partitionKeys, by another', plain, withProps(() => ({ partitionKeys: [PartitionKey.source({ values: ['order'] }), date] }))],
  ['partitionKeys, a value more', plain, withProps(() => ({ partitionKeys: [PartitionKey.eventType({ values: ['Parameter Store Change'] }), date] }))],
  ['delivery, buffers and log', plain, withProps(() => ({
    delivery: { bufferInterval: Duration.seconds(60), bufferSize: Size.mebibytes(64), errorLogRetention: logs.RetentionDays.ONE_MONTH },
  }))],
  ['delivery.deadLetterQueue', plain, withProps(({ queue }) => ({ delivery: { deadLetterQueue: queue } }))],
  ['storage.bucket', plain, withProps(({ bucket }) => ({ storage: { bucket, prefix: 'audit' } }))],
  ['storage.bucket with a key', plain, withProps(({ encryptedBucket }) => ({ storage: { bucket: encryptedBucket, prefix: 'audit' } }))],
  ['storage.prefix', withProps(({ bucket }) => ({ storage: { bucket, prefix: 'a' } })), withProps(({ bucket }) => ({ storage: { bucket, prefix: 'b' } }))],
  ['storage.accessLogsBucket', plain, withProps(given => ({ storage: { accessLogsBucket: given.logs } }))],
  ['storage, lifecycle', plain, withProps(() => ({
    storage: {
      retention: Duration.days(900),
      transitions: [{ storageClass: s3.StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: Duration.days(90) }],
    },
  }))],
  ['storage.deliveryTopic', plain, withProps(({ topic }) => ({ storage: { deliveryTopic: topic } }))],
  ['catalog', plain, withProps(() => ({ catalog: { databaseName: 'audit', previousLayouts: [{ partitionKeys: [date] }] } }))],
  ['query', plain, withProps(() => ({ query: { bytesScannedLimit: Size.gibibytes(1), resultsRetention: Duration.days(3) } }))],
  ['fanOut', plain, siem()],
  ['fanOut, with other settings', siem(), given => ({
    props: {
      fanOut: {
        Siem: FanOut.http({
          url: 'https://siem.example.com/v2',
          authorization: FanOutAuthorization.basic({ secret: given.secret, usernameField: 'u', passwordField: 'p' }),
          payload: FanOutPayload.detail(),
          headers: { 'X-Tenant': 'acme' },
          rateLimitPerSecond: 10,
        }),
      },
    },
  })],
  ['fanOut.eventPatterns', siem(), siem({ eventPatterns: [{ source: ['order'] }] })],
  ['fanOut, with a key', siem(), given => ({ props: { ...siem()(given).props, encryptionKey: given.key } })],
  ['encryptionKey', plain, keyed],
  ['encryptionKey, another', keyed, withProps(({ otherKey }) => ({ encryptionKey: otherKey }))],
  ['tamperAlerts', plain, withProps(({ topic }) => ({ tamperAlerts: topic }))],
  ['tamperAlerts, another topic', withProps(({ topic }) => ({ tamperAlerts: topic })), withProps(({ otherTopic }) => ({ tamperAlerts: otherTopic }))],
  ['trail', plain, withProps(() => ({ trail: {} }))],
  ['consoleLinks', plain, withProps(() => ({ consoleLinks: true }))],
  ['removalPolicy', plain, withProps(() => ({ removalPolicy: RemovalPolicy.DESTROY }))],
  ['addCapture', plain, clicks(false)],
  ['addCapture with a stream', plain, clicks(true)],
  ['dedicatedStream', clicks(false), clicks(true)],
  ['addEventBus', plain, withCalls(archive => archive.addEventBus('Orders'))],
  ['addEventBus, one more', orders('orders'), orders('orders', 'more')],
  ['addEventBus, another name', orders('orders'), orders('bills')],
  ['onEvent', plain, withCalls((archive, { topic }) => archive.onEvent('Told', { eventPattern: { source: ['order'] }, target: new targets.SnsTopic(topic) }))],
  ['acceptEventsFrom', plain, withCalls(archive => archive.acceptEventsFrom({ organizationId: 'o-a1b2c3d4e5' }))],
  ['grants', plain, withCalls((archive, { topic }) => { archive.grantQuery(new iam.Role(Stack.of(topic), 'Analyst', { assumedBy: new iam.AccountRootPrincipal() })); })],
];

const UNLOGGED = /^unusable 0, .*\.LogConfig: nobody gets the bus's ERROR_LOGS: /;

/** What else there is to say of a change, by its name: of turning it on, and of turning it off. */
const EXCEPTIONS: { readonly [name: string]: { readonly on?: readonly RegExp[]; readonly off?: readonly RegExp[] } } = {
  // The old rule goes after the new one is there.
  'eventPatterns, everything instead': { on: [/^twice 2, .*: the archive$/], off: [/^twice 2, .*: the archive$/] },
  // The key's policy is the first thing that changes. Only Firehose's error log misses it; that of a former key that is listed stays.
  'encryptionKey': { off: [/^unusable 0, .*: AuditDeliveryErrorLog\w+\.KmsKeyId: the policy of /] },
  'encryptionKey, another': { on: [/^unusable 0, .*: AuditDeliveryErrorLog\w+\.KmsKeyId: /], off: [/^unusable 0, .*: AuditDeliveryErrorLog\w+\.KmsKeyId: /] },
  'fanOut, with a key': {
    off: [/^unusable 0, .*: AuditDeliveryErrorLog\w+\.KmsKeyId: /, /^unusable 0, .*: AuditFanOutSiemConnection\w+Encrypted\.KmsKeyIdentifier: .* lacks the tag /],
  },
  // Of a bus that is just made what goes wrong is not logged yet, and of one that goes not any more.
  'addEventBus': { on: [UNLOGGED], off: [UNLOGGED] },
  'addEventBus, one more': { on: [UNLOGGED], off: [UNLOGGED] },
  'addEventBus, another name': { on: [UNLOGGED, UNLOGGED], off: [UNLOGGED, UNLOGGED] },
};

describe('no event is lost or dead-lettered on the way', () => {
  test.each(CHANGES)('when it is turned on: %s', async (name, before, after) => {
    expect(await gapsOf(template(before), template(after))).toEqual((EXCEPTIONS[name]?.on ?? []).map(text => expect.stringMatching(text)));
  });

  test.each(CHANGES)('when it is turned off: %s', async (name, after, before) => {
    expect(await gapsOf(template(before), template(after))).toEqual((EXCEPTIONS[name]?.off ?? []).map(text => expect.stringMatching(text)));
  });
});

describe('what keeps it so', () => {
  /** The template with a resource of another logical id: what refers to it goes along. */
  function renamed(json: object, from: RegExp, to: RegExp, other: object): object {
    const idIn = (resources: object, id: RegExp) => Object.keys(resources).find(name => id.test(name))!;
    const [old, now] = [idIn((json as any).Resources, from), idIn((other as any).Resources, to)];
    return JSON.parse(JSON.stringify(json).replaceAll(`"${old}"`, `"${now}"`));
  }

  test('the right to the key of the stream comes before the stream', async () => {
    const hasty = JSON.parse(JSON.stringify(template(keyed))) as { Resources: { [id: string]: any } };
    for (const { Type, DependsOn } of Object.values(hasty.Resources)) {
      if (Type === 'AWS::KinesisFirehose::DeliveryStream') DependsOn.splice(DependsOn.findIndex((id: string) => id.includes('KeyPolicy')), 1);
    }
    expect(await gapsOf(template(plain), hasty)).toEqual([1, 2].map(() => expect.stringMatching(/^deadLettered 1, after AuditDeliveryStream\w+: AuditCaptureRule\w+: NO_PERMISSIONS: /)));
  });

  test('another key is another policy', async () => {
    const [before, after] = [template(keyed), template(withProps(({ otherKey }) => ({ encryptionKey: otherKey })))];
    expect(await gapsOf(before, renamed(after, /KeyPolicy/, /KeyPolicy/, before)))
      .toEqual(expect.arrayContaining([expect.stringMatching(/^deadLettered 1, .*: NO_PERMISSIONS: \S+ may not kms:Decrypt on /)]));
  });

  test('another topic of tamper alerts is another policy', async () => {
    const [before, after] = (['topic', 'otherTopic'] as const).map(name => template(withProps(given => ({ tamperAlerts: given[name] }))));
    expect(await gapsOf(before, renamed(after, /PublishPolicy/, /PublishPolicy/, before)))
      .toEqual(expect.arrayContaining([expect.stringMatching(/^deadLettered 1, .*: NO_PERMISSIONS: \S+ may not sns:Publish on /)]));
  });

  test('other streams are another policy', async () => {
    const [before, after] = [template(plain), template(dated)];
    expect(await gapsOf(before, renamed(after, /AuditTargetPutPolicy/, /AuditTargetPutPolicy/, before)))
      .toEqual(expect.arrayContaining([expect.stringMatching(/^deadLettered 1, .*: NO_PERMISSIONS: \S+ may not firehose:PutRecord on /)]));
  });

  test('that there is no key is said', async () => {
    const silent = altered(template(plain), 'AWS::KinesisFirehose::DeliveryStream', ({ ExtendedS3DestinationConfiguration: to }) => { delete to.EncryptionConfiguration; });
    expect(await gapsOf(template(keyed), silent)).toContainEqual(expect.stringMatching(/^lost 2, .*: the delivery role may not kms:Decrypt on /));
  });

  test('a connection with a key is another one than without: in place EventBridge would keep the key', async () => {
    const withKey = template(given => ({ props: { ...siem()(given).props, encryptionKey: given.key } }));
    const without = template(siem());
    const update = StackUpdate.plan(renamed(withKey, /SiemConnection/, /SiemConnection/, without), without, { environment: ENV });
    expect(update.keptProperties).toEqual([expect.stringMatching(/^AuditFanOutSiemConnection\w+\.KmsKeyIdentifier$/)]);
    expect(StackUpdate.plan(withKey, without, { environment: ENV }).keptProperties).toEqual([]);
  });

  test('deliveries of buses are made, and removed, one after the other; one that stays is in nobody\'s way', async () => {
    const hasty = (...names: string[]) => withResource(template(orders(...names)), /EventBusesBus1ErrorDelivery/, resource => { delete resource.DependsOn; });
    const refused = async (before: object, after: object) => (await gapsOf(before, after)).filter(gap => gap.startsWith('refused'));
    const conflict = (what: string) => [expect.stringMatching(new RegExp(`^refused 0, the update: AuditEventBusesBus1ErrorDelivery\\w+\\.DependsOn: AuditEventBusesBus0ErrorDelivery\\w+ has .* ${what} at the same time$`))];
    expect(await refused(template(plain), hasty('orders', 'more'))).toEqual(conflict('changed'));
    expect(await refused(template(orders('orders', 'more')), hasty('bills', 'less'))).toEqual(conflict('changed'));
    expect(await refused(hasty('orders', 'more'), template(plain))).toEqual(conflict('removed'));
    expect(await refused(template(orders('orders')), hasty('orders', 'more'))).toEqual([]);
    expect(await refused(hasty('orders', 'more'), template(orders('orders')))).toEqual([]);
    expect(await refused(template(orders('orders', 'more')), template(orders('bills', 'less')))).toEqual([]);
  });

  test('a trail comes after the policy of its bucket, also while another takes the place of both', async () => {
    const trailed = template(withProps(() => ({ trail: {} })));
    const moved = withResource(trailed, /TrailLogFiles\w{8}$/, resource => { if (resource.Type === 'AWS::S3::Bucket') resource.Properties.BucketName = 'another'; });
    expect(await gapsOf(trailed, moved)).toEqual([]);
    const hasty = withResource(moved, /Trail\w{8}$/, resource => { if (resource.Type === 'AWS::CloudTrail::Trail') delete resource.DependsOn; });
    expect(await gapsOf(trailed, hasty)).toContainEqual(expect.stringMatching(/DependsOn: AuditTrailLogFilesPolicy\w+ may come after the trail/));
  });

  test('a rule waits for the policy of its topic, but not for a policy that names the rule', async () => {
    const told = template(withCalls((archive, { topic }) => archive.onEvent('Told', { eventPattern: { source: ['order'] }, target: new targets.SnsTopic(topic) })));
    const hasty = withResource(told, /OnEventTold/, resource => { delete resource.DependsOn; });
    expect(await gapsOf(template(plain), hasty)).toEqual(expect.arrayContaining([expect.stringMatching(/^deadLettered 1, .* does not let events.amazonaws.com sns:Publish$/)]));
    const queued = template(withCalls((archive, { queue }) => archive.onEvent('Told', { eventPattern: { source: ['order'] }, target: new targets.SqsQueue(queue) })));
    expect(await gapsOf(template(plain), queued)).toEqual(expect.arrayContaining([expect.stringMatching(/^deadLettered 1, .* does not let events.amazonaws.com sqs:SendMessage /)]));
  });

  function withResource(json: object, id: RegExp, alter: (resource: any) => void): object {
    const copy = JSON.parse(JSON.stringify(json)) as { Resources: { [id: string]: any } };
    for (const [name, resource] of Object.entries(copy.Resources)) if (id.test(name)) alter(resource);
    expect(copy).not.toEqual(json);
    return copy;
  }
});

describe('with the former key among the previous ones', () => {
  const over: [string, (given: Things) => EventAuditArchiveProps][] = [
    ['another key', ({ key, otherKey }) => ({ encryptionKey: otherKey, previousEncryptionKeys: [key] })],
    ['no key', ({ key }) => ({ previousEncryptionKeys: [key] })],
  ];
  const archiveWith = (props: (given: Things) => EventAuditArchiveProps): MakeArchive => given => ({
    props: { ...siem()(given).props, ...props(given) }, calls: archive => { archive.addEventBus('Orders', { eventBusName: 'orders' }); },
  });

  test.each(over)('nothing is lost or unusable on the way to %s, nor with another layout', async (_name, props) => {
    const before = template(archiveWith(({ key }) => ({ encryptionKey: key })));
    expect(await gapsOf(before, template(archiveWith(props)))).toEqual([]);
    expect(await gapsOf(before, template(archiveWith(given => ({ ...props(given), partitionKeys: [date] }))))).toEqual([]);
  });
});

describe('what is lost nevertheless', () => {
  test('is nothing, but the events of a bus are in its own queue for a moment, while the policy of its former key is changed', async () => {
    const withBus = (id: 'key' | 'otherKey'): MakeArchive => given => ({
      props: { encryptionKey: given[id] }, calls: archive => { archive.addEventBus('Orders', { eventBusName: 'orders' }); },
    });
    const gaps = await gapsOf(template(withBus('key')), template(withBus('otherKey')));
    expect(gaps.filter(gap => !gap.includes('AuditDeliveryErrorLog'))).toEqual([
      expect.stringMatching(/^deadLettered 1, after Key\w+: AuditEventBusesOrders\w+\.KmsKeyIdentifier: the policy of \S+ does not let events\.amazonaws\.com /),
    ]);
  });

  test('is what a stream had buffered that is deleted', async () => {
    const destroyed = (make: MakeArchive): MakeArchive => given => ({ props: { ...make(given).props, removalPolicy: RemovalPolicy.DESTROY } });
    expect(await gapsOf(template(destroyed(plain)), template(destroyed(dated)))).toEqual([expect.stringMatching(/^lost 2, .*: the stream was deleted, with what it had buffered$/)]);
  });

  test.each<[string, (given: Things) => EventAuditArchiveProps]>([
    ['bucket', ({ bucket }) => ({ storage: { bucket, prefix: 'audit' } })],
    ['key', ({ otherKey }) => ({ encryptionKey: otherKey })],
  ])('is what a stream had buffered that is kept, when the %s changes with the layout: its role has lost the right', async (_name, props) => {
    const before = keyed;
    const after = withProps(given => ({ encryptionKey: given.key, partitionKeys: [date], ...props(given) }));
    expect(await gapsOf(template(before), template(after))).toContainEqual(expect.stringMatching(/^lost 2, .*: the delivery role may not /));
  });
});

describe('however many dedicated streams there are, a role has at most', () => {
  const streams = (count: number): MakeArchive => withCalls(archive => {
    for (let index = 0; index < count; index++) archive.addCapture(`Bus${index}`, { eventPatterns: [{ source: [`bus-${index}`] }], dedicatedStream: true });
  });
  const both = (make: MakeArchive, props: EventAuditArchiveProps): MakeArchive => given => ({ ...make(given), props });

  /** The most managed policies that each role has at any moment, and has when all is done. */
  function policies(before: object, after: object): { [role: string]: string } {
    const counts = momentsOf(StackUpdate.plan(before, after, { environment: ENV })).map(({ template: json }) => attachedPolicies(json));
    const most = [...counts[0].keys()].map(role => [role.slice(0, -8), `${Math.max(...counts.map(each => each.get(role)!))}, then ${counts[counts.length - 1].get(role)}`]);
    return Object.fromEntries(most);
  }

  test.each([1, 5, 9])('two policies for them on the way, and one in the end: %d', count => {
    const before = template(streams(count));
    const expected = { AuditDeliveryRole: '1, then 1', AuditTargetRole: '2, then 1' };
    expect(policies(before, template(both(streams(count), { partitionKeys: [date] })))).toEqual(expected);
    expect(policies(before, template(streams(count - 1)))).toEqual(expected);
    expect(policies(template(plain), before)).toEqual(expected);
  });

  test('two more with a key: its own, and a former one on the way', () => {
    const withKey = (id: 'key' | 'otherKey'): MakeArchive => given => ({ ...streams(5)(given), props: { encryptionKey: given[id], partitionKeys: id === 'key' ? [date] : undefined } });
    expect(policies(template(withKey('key')), template(withKey('otherKey')))).toEqual({ AuditDeliveryRole: '1, then 1', AuditTargetRole: '4, then 2' });
  });

  test('no more after streams came and went', () => {
    const versions = [9, 0, 9, 3, 9].map(count => template(streams(count)));
    let leftBehind: readonly SimulatedResource[] = [];
    versions.slice(1).forEach((after, index) => {
      leftBehind = StackUpdate.plan(versions[index], after, { environment: ENV, leftBehind }).leftBehind;
    });
    expect(new Set(leftBehind.map(({ type: kept }) => kept))).toEqual(new Set(['AWS::KinesisFirehose::DeliveryStream', 'AWS::Logs::LogStream']));
  });
});

test('a forwarder to another bus reaches the old one until its rules have gone over', async () => {
  const [one, other] = ['one', 'other'].map(name => `arn:aws:events:eu-west-1:111122223333:event-bus/${name}`);
  const forwarding = (bus: string) => {
    const stack = new Stack(new App(), 'Sender', { env: ENV });
    new EventForwarder(stack, 'Forwarder', { destinationEventBus: events.EventBus.fromEventBusArn(stack, 'To', bus), eventPatterns: PATTERNS });
    return JSON.parse(JSON.stringify(Template.fromStack(stack).toJSON())) as { Resources: { [id: string]: any } };
  };
  const owner = new Stack(new App(), 'Owner');
  for (const eventBusName of ['one', 'other']) {
    const bus = new events.EventBus(owner, eventBusName, { eventBusName });
    bus.addToResourcePolicy(new iam.PolicyStatement({ sid: 'Let', principals: [new iam.AccountPrincipal(ENV.account)], actions: ['events:PutEvents'], resources: [bus.eventBusArn] }));
  }
  const network = new EventBusNetwork();
  network.join(SimulatedTemplate.parse(Template.fromStack(owner).toJSON(), { account: '111122223333', region: 'eu-west-1' }), { receive: () => undefined });
  const gaps = async (before: object, after: object) => {
    const update = StackUpdate.plan(before, after, { environment: ENV });
    return (await runUpdate(update, sent(), { engines: testEngines(), folder: newFolder(), network })).gaps.map(inShort);
  };
  expect(await gaps(forwarding(one), forwarding(other))).toEqual([]);
  const inPlace = JSON.parse(JSON.stringify(forwarding(other)).replaceAll(policyOf(forwarding(other)), policyOf(forwarding(one))));
  expect(await gaps(forwarding(one), inPlace)).toContainEqual(expect.stringMatching(/^deadLettered 1, .*: NO_PERMISSIONS: \S+ may not events:PutEvents on /));

  function policyOf({ Resources }: { Resources: object }): string {
    return Object.keys(Resources).find(id => id.startsWith('ForwarderPutPolicy'))!;
  }
});

import { Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { altered, anApiCall, anEvent, cleanUp, run, Run } from './archive-run';
import { wrongIn } from './found';
import { synthesize } from './recent-archive';
import type { EventAuditArchiveProps } from '../../src';
import type { Faults } from '../simulator/bus/rule-target';
import type { EventToSend } from '../simulator/demo/events-file';
import { SimulatedTemplate } from '../simulator/template/template';
import type { Extend } from '../synthesize';

afterAll(cleanUp);

const ARCHIVE = 'AWS::Events::Archive';
const RULE = 'AWS::Events::Rule';

const eventArchive = { retention: Duration.days(30) };

function template(props: EventAuditArchiveProps | ((stack: Stack) => EventAuditArchiveProps) = {}, extend?: Extend): object {
  return synthesize(stack => ({ eventArchive, ...typeof props === 'function' ? props(stack) : props }), { extend }).template.toJSON();
}

/** Replays everything, and waits until it is delivered. */
async function replay({ simulation }: Run, name: string, rules?: string[]): Promise<void> {
  simulation.replay(name, rules);
  await simulation.finish();
}

const found = async (archive: Run) => (await archive.rows('SELECT id, replay_name FROM events')).map(({ id, replay_name: name }) => `${id} ${name}`).sort();
const idsOf = (published: EventToSend[], name: string | null) => published.map(({ event: { id } }) => `${id} ${name}`);
const kept = ({ simulation: { eventArchives } }: Run) => eventArchives.flatMap(archive => archive.events.map(({ id }) => id));

describe('a replay', () => {
  const published = [anEvent(), anEvent({ source: 'aws.s3' }), anEvent()];

  test('is archived with its name, beside what was there', async () => {
    const archive = await run(template(), published);
    await replay(archive, 'again');
    expect(await found(archive)).toEqual([...idsOf(published, null), ...idsOf(published, 'again')].sort());
    expect(await archive.rows('SELECT count(DISTINCT id) AS n FROM events')).toEqual([{ n: expect.anything() }]);
    expect(String((await archive.rows('SELECT count(DISTINCT id) AS n FROM events'))[0].n)).toBe('3');
    expect(archive.simulation.ledger).toMatchObject({ sent: 6, matched: 6, archived: 6, lost: 0 });
  });

  test('is not kept for the next', async () => {
    const archive = await run(template(), published);
    await replay(archive, 'again');
    await replay(archive, 'and-again');
    expect(await found(archive)).toEqual([null, 'again', 'and-again'].flatMap(name => idsOf(published, name)).sort());
    expect(kept(archive)).toHaveLength(3);
  });

  test('brings back what never reached S3', async () => {
    let broken = true;
    const faults: Faults = (_target, attempt) => broken && attempt > 0 ? 'throttled' : 'ok';
    const archive = await run(template(), published, { faults });
    expect(archive.simulation.ledger).toMatchObject({ archived: 0, deadLettered: 3 });
    expect(await found(archive)).toEqual([]);
    broken = false;
    await replay(archive, 'repair');
    expect(await wrongIn(archive, published.map(({ event }) => ({ event: { ...event, 'replay-name': 'repair' } })))).toEqual([]);

    broken = true;
    const without = await run(synthesize().template.toJSON(), published, { faults });
    broken = false;
    await replay(without, 'repair');
    expect(await found(without)).toEqual([]);
  });

  test('goes to every rule, or to those that it names', async () => {
    const json = template({}, (given, stack) => {
      given.onEvent('Told', { eventPattern: { source: ['aws.ssm'] }, target: new targets.SnsTopic(new sns.Topic(stack, 'Topic')) });
    });
    const archive = await run(json, published);
    const rules = SimulatedTemplate.parse(json).ofType(RULE).map(({ logicalId }) => logicalId).filter(id => id.startsWith('AuditCapture'));
    await replay(archive, 'for-the-archive', rules);
    expect(archive.simulation.notifications).toHaveLength(2);
    expect(archive.simulation.ledger.archived).toBe(6);
    await replay(archive, 'for-all');
    expect(archive.simulation.notifications).toHaveLength(4);
    expect(archive.simulation.ledger.archived).toBe(9);
  });
});

describe('EventBridge keeps', () => {
  const buses: Extend = (archive, stack) => {
    archive.addCapture('Orders', { eventBus: new events.EventBus(stack, 'Orders', { eventBusName: 'orders' }), eventPatterns: [{ source: ['order'] }, { source: ['stock'] }] });
  };
  const order = (source: string, bus?: string): EventToSend => ({ ...anEvent({ source }), bus });

  test('what each rule asks for, on its bus, and nothing else', async () => {
    const json = template({ eventPatterns: [{ source: ['aws.ssm'] }] }, buses);
    const wanted = [anEvent(), order('order', 'orders'), order('stock', 'orders')];
    const archive = await run(json, [...wanted, order('order'), order('aws.ssm', 'orders'), order('click', 'orders')]);
    expect(kept(archive).sort()).toEqual(wanted.map(({ event }) => event.id).sort());
    await replay(archive, 'again');
    expect(await found(archive)).toEqual([null, 'again'].flatMap(name => idsOf(wanted, name)).sort());
  });

  test('not the archive\'s own deliveries, which the guard leaves out of its pattern too', async () => {
    const json = template();
    const { attributes: { Arn: role } } = SimulatedTemplate.parse(json).ofType('AWS::IAM::Role').find(({ logicalId }) => logicalId.startsWith('AuditDeliveryRole'))!;
    const [own, others] = [role, 'arn:aws:iam::123456789012:role/Somebody'].map(arn => anApiCall('s3', 'PutObject', arn));
    expect(kept(await run(json, [own, others]))).toEqual([others.event.id]);
    const unguarded = altered(json, ARCHIVE, properties => { delete properties.EventPattern.detail; });
    expect(kept(await run(unguarded, [own, others]))).toHaveLength(2);
  });

  test('no read-only calls, even where the rules take them', async () => {
    const read = anApiCall('s3', 'GetBucketAcl', 'arn:aws:iam::123456789012:role/Somebody', { managementEvent: true });
    const archive = await run(template({ includeReadOnlyApiCalls: true }), [read]);
    expect([archive.simulation.ledger.archived, kept(archive).length]).toEqual([1, 0]);
  });

  test('what happens while a capture is paused', async () => {
    const archive = await run(template({ enabled: false }), [anEvent(), anEvent()]);
    expect([archive.simulation.ledger.archived, kept(archive).length]).toEqual([0, 2]);
  });

  test('what an event\'s text says, where a stream of its own takes it', async () => {
    const json = template({}, (archive, stack) => {
      archive.addCapture('Clicks', { eventBus: new events.EventBus(stack, 'Clicks', { eventBusName: 'clicks' }), dedicatedStream: true });
    });
    const clicks = [{ ...anEvent({ source: 'click', detail: { text: '"\n💥' } }), bus: 'clicks' }];
    const archive = await run(json, clicks);
    await replay(archive, 'again');
    expect(await found(archive)).toEqual([null, 'again'].flatMap(name => idsOf(clicks, name)).sort());
    expect(new Set((await archive.rows('SELECT detail FROM events')).map(({ detail }) => detail)).size).toBe(1);
  });
});

describe('with a key', () => {
  const encrypted = () => template(stack => ({ encryptionKey: new kms.Key(stack, 'Key') }));

  test('events are kept and replayed', async () => {
    const published = [anEvent()];
    const archive = await run(encrypted(), published);
    await replay(archive, 'again');
    expect(await found(archive)).toEqual([null, 'again'].flatMap(name => idsOf(published, name)).sort());
  });

  test.each(['kms:DescribeKey', 'kms:ReEncrypt*'])('there is no archive of EventBridge without %s', async action => {
    const without = altered(encrypted(), 'AWS::KMS::Key', ({ KeyPolicy }) => {
      KeyPolicy.Statement = KeyPolicy.Statement.filter((statement: any) => ![statement.Action].flat().includes(action) || statement.Principal.AWS || !String(statement.Principal.Service).startsWith('events'));
    });
    await expect(run(without, [anEvent()])).rejects.toThrow('KmsKeyIdentifier: the policy of');
  });
});

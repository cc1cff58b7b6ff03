import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { EventAuditArchiveProps } from '../../src';
import { PartitionKey } from '../../src';
import { altered, anEvent, cleanUp, run } from '../end-to-end/archive-run';
import { wrongIn } from '../end-to-end/found';
import { synthesize } from '../end-to-end/recent-archive';
import { postureFindings } from '../posture';
import type { EventToSend } from '../simulator/demo/events-file';
import { walkArchive } from '../simulator/permissions/walker';
import { Properties } from '../simulator/template/properties';
import { SimulatedTemplate } from '../simulator/template/template';
import { PropsOrFactory, synthesisError, warnings } from '../synthesize';

afterAll(cleanUp);

const STREAM = 'AWS::KinesisFirehose::DeliveryStream';

/** An archive of logins, and of clicks on a bus and by a stream of their own. */
function template(props: PropsOrFactory = {}, dedicatedStream = true): object {
  const propsOf = typeof props === 'function' ? props : () => props;
  const archived = (stack: Stack): EventAuditArchiveProps => ({ eventPatterns: [{ source: ['login'] }], ...propsOf(stack) });
  return synthesize(archived, {
    extend: (archive, stack) => {
      const eventBus = new events.EventBus(stack, 'Clicks', { eventBusName: 'clicks' });
      archive.addCapture('Clicks', { eventBus, eventPatterns: [{ source: ['click'] }], dedicatedStream });
    },
  }).template.toJSON();
}

const click = (): EventToSend => ({ ...anEvent({ source: 'click' }), bus: 'clicks' });
const login = () => anEvent({ source: 'login' });

/** The archive's own stream, and that of the clicks. */
function streamsOf(json: object): [main: any, dedicated: any] {
  const streams = Object.entries<any>((json as { Resources: object }).Resources).filter(([, { Type }]) => Type === STREAM);
  const [dedicated, main] = [true, false].map(own => streams.filter(([id]) => id.includes('Clicks') === own));
  expect([main, dedicated].map(({ length }) => length)).toEqual([1, 1]);
  return [main[0][1], dedicated[0][1]];
}

describe('a stream of its own', () => {
  test.each<[string, PropsOrFactory]>([
    ['as the archive is by default', {}],
    ['with a key', stack => ({ encryptionKey: new kms.Key(stack, 'Key') })],
    ['by date alone, destroyed with the stack', { partitionKeys: [PartitionKey.receiptDate()], removalPolicy: RemovalPolicy.DESTROY }],
  ])('is like the archive\'s but for its log stream, %s', (_name, props) => {
    const [main, dedicated] = streamsOf(template(props));
    const logStreamOf = (stream: any) => stream.Properties.ExtendedS3DestinationConfiguration.CloudWatchLoggingOptions.LogStreamName;
    expect(logStreamOf(dedicated)).toEqual({ Ref: expect.stringMatching(/^AuditDeliveryDedicatedClicksErrorLogStream/) });
    const alike = JSON.parse(JSON.stringify(dedicated));
    alike.Properties.ExtendedS3DestinationConfiguration.CloudWatchLoggingOptions.LogStreamName = logStreamOf(main);
    expect({ ...alike, DependsOn: [] }).toEqual({ ...main, DependsOn: [] });
    expect(dedicated.DependsOn).toEqual(expect.arrayContaining(main.DependsOn));
  });

  test('adds no role, and changes nothing of what is there', () => {
    const [without, within] = [template({}, false), template()] as { Resources: { [id: string]: any } }[];
    const added = Object.keys(within.Resources).filter(id => !(id in without.Resources)).map(id => id.replace(/[0-9A-F]{8}$/, ''));
    expect(added.sort()).toEqual([
      'AuditDeliveryDedicatedClicksErrorLogStream',
      'AuditDeliveryDedicatedClicksLogPolicy',
      'AuditDeliveryDedicatedClicksStreamjsoneventtypereceiptdatedynamic',
      'AuditTargetDedicatedClicksPutPolicyStreamjsoneventtypereceiptdatedynamic',
    ]);
    const changed = Object.keys(without.Resources).filter(id => JSON.stringify(without.Resources[id]) !== JSON.stringify(within.Resources[id]));
    expect(changed).toEqual([expect.stringMatching(/^AuditCapturesClicksRule/)]);
  });

  test('is replaced with the archive\'s when the layout changes, and what it logs to stays', () => {
    const ids = (json: object) => Object.keys((json as { Resources: object }).Resources).filter(id => id.includes('Dedicated'));
    const [before, after] = [ids(template()), ids(template({ partitionKeys: [PartitionKey.receiptDate()] }))];
    expect(before.filter(id => after.includes(id))).toEqual(before.filter(id => /ErrorLogStream|LogPolicy/.test(id)));
  });

  test.each<[string, PropsOrFactory]>([['', {}], [', with a key', stack => ({ encryptionKey: new kms.Key(stack, 'Key') })]])('asks for no right that is not needed, and its rules wait for theirs%s', (_name, props) => {
    const json = template(props);
    const findings = (changed: object) => {
      const parsed = SimulatedTemplate.parse(changed);
      const given = parsed.resources.map(({ logicalId }) => logicalId).filter(id => !id.startsWith('Audit'));
      return [...walkArchive(parsed, given), ...postureFindings(parsed, given)];
    };
    expect(findings(json)).toEqual([]);
    const hasty = JSON.parse(JSON.stringify(json)) as { Resources: { [id: string]: any } };
    for (const [id, resource] of Object.entries(hasty.Resources)) {
      if (/Clicks(Rule|Stream)/.test(id)) resource.DependsOn = resource.DependsOn.filter((other: string) => !other.includes('Dedicated'));
    }
    expect(findings(hasty)).toEqual([expect.stringMatching(/DedicatedClicksStream.*: order of creation/), expect.stringMatching(/ClicksRule.*: order of creation/)]);
  });
});

describe('events of both streams', () => {
  const published = [login(), click(), login(), click(), click()];

  test('are in the same partitions and one table, and the ledger counts them together', async () => {
    const archive = await run(template(), published, { start: new Date(Date.now() - 60_000) });
    expect(archive.simulation.ledger).toMatchObject({ sent: 5, matched: 5, archived: 5, lost: 0 });
    expect(await wrongIn(archive, published)).toEqual([]);
    const { writtenObjects } = archive.simulation.ledger;
    const [folders, names] = [/[^/]+$/, /^.*\//].map(part => new Set(writtenObjects.map(({ key }) => key.replace(part, ''))));
    expect(folders.size).toBe(1);
    // Firehose begins the name of an object with that of its stream.
    expect([...names].map(name => /Clicks/.test(name)).sort()).toEqual([false, true]);
    expect(writtenObjects.map(({ records }) => records).sort()).toEqual([2, 3]);
  });

  test('fail apart', async () => {
    const json = template();
    const { attributes: { Arn: failing } } = SimulatedTemplate.parse(json).ofType(STREAM).find(({ logicalId }) => logicalId.includes('Clicks'))!;
    const archive = await run(json, published, { faults: target => target === failing ? 'throttled' : 'ok' });
    expect(archive.simulation.ledger).toMatchObject({ matched: 5, archived: 2, deadLettered: 3, lost: 0 });
    expect(await wrongIn(archive, published.filter(({ event }) => event.source === 'login'))).toEqual([]);
    const shared = await run(template({}, false), published, { faults: target => target === failing ? 'throttled' : 'ok' });
    expect(shared.simulation.ledger).toMatchObject({ archived: 5, deadLettered: 0 });
  });

  test('are not archived without the right to their stream, and nobody else\'s is needed', async () => {
    const without = (id: RegExp) => {
      const json = altered(template(), 'AWS::IAM::ManagedPolicy', (properties, logicalId) => { if (id.test(logicalId)) properties.PolicyDocument.Statement[0].Action = 'none:Such'; });
      return run(json, published);
    };
    expect((await without(/DedicatedClicksPutPolicy/)).simulation.ledger).toMatchObject({ archived: 2, deadLettered: 3 });
    expect((await without(/AuditTargetPutPolicy/)).simulation.ledger).toMatchObject({ archived: 3, deadLettered: 2 });
    await expect(without(/DedicatedClicksLogPolicy/)).rejects.toThrow('logs:PutLogEvents');
  });

  test('are encrypted by the key, and archived with the one right to it', async () => {
    const json = template(stack => ({ encryptionKey: new kms.Key(stack, 'Key') }));
    const archive = await run(json, published);
    expect(await wrongIn(archive, published)).toEqual([]);
    expect(archive.simulation.ledger.writtenObjects.filter(({ encryptedBy }) => encryptedBy === undefined)).toEqual([]);
    const keyless = altered(json, 'AWS::IAM::ManagedPolicy', ({ PolicyDocument }, logicalId) => { if (/^AuditTargetPutPolicy/.test(logicalId)) PolicyDocument.Statement.pop(); });
    expect((await run(keyless, published)).simulation.ledger).toMatchObject({ archived: 0, deadLettered: 5 });
  });
});

describe('its metrics', () => {
  test('are those of its stream alone, and the archive\'s those of its own', () => {
    const { archive, stack, template: json } = synthesize({}, {
      extend: given => {
        given.addCapture('Clicks', { eventPatterns: [{ source: ['click'] }], dedicatedStream: true });
        const dedicated = given.dedicatedStream('Clicks');
        for (const [name, metric] of Object.entries({
          Freshness: dedicated.metricDataFreshness(), Delivered: dedicated.metricDeliveredRecords(), Throttled: dedicated.metricThrottledRecords({ label: 'mine' }),
        })) metric.createAlarm(given, name, { threshold: 1, evaluationPeriods: 1 });
      },
    });
    const dimension = { Dimensions: [{ Name: 'DeliveryStreamName', Value: { Ref: Match.stringLikeRegexp('^AuditDeliveryDedicatedClicksStream') } }] };
    for (const [MetricName, Statistic] of [['DeliveryToS3.DataFreshness', 'Maximum'], ['DeliveryToS3.Records', 'Sum']]) {
      json.hasResourceProperties('AWS::CloudWatch::Alarm', { Namespace: 'AWS/Firehose', MetricName, Statistic, ...dimension });
    }
    json.hasResourceProperties('AWS::CloudWatch::Alarm', { Metrics: [Match.objectLike({ Label: 'mine', MetricStat: { Metric: Match.objectLike({ MetricName: 'ThrottledRecords', ...dimension }) } })] });
    expect(stack.resolve(archive.metricDataFreshness().dimensions)).toEqual({ DeliveryStreamName: stack.resolve(archive.deliveryStreamName) });
    const { deliveryStreamName, deliveryStreamArn } = archive.dedicatedStream('Clicks');
    expect(stack.resolve([deliveryStreamName, deliveryStreamArn])).toEqual([
      { Ref: expect.stringMatching(/DedicatedClicks/) }, { 'Fn::GetAtt': [expect.stringMatching(/DedicatedClicks/), 'Arn'] },
    ]);
  });

  test.each(['Clicks', 'Nobody'])('cannot be had of a capture without one: %s', id => {
    expect(synthesisError({ eventPatterns: [{ source: ['login'] }] }, {
      extend: archive => {
        archive.addCapture('Clicks', { eventPatterns: [{ source: ['click'] }] });
        archive.dedicatedStream(id);
      },
    })).toBe(`dedicatedStream: got "${id}"; give the id of a capture that was added before, with dedicatedStream: true`);
  });
});

test('more streams than a role takes policies for by default are warned of, once', () => {
  const found = (count: number) => warnings({ eventPatterns: [{ source: ['login'] }] }, {
    extend: archive => {
      for (let index = 0; index < count; index++) archive.addCapture(`Bus${index}`, { eventPatterns: [{ source: [`bus-${index}`] }], dedicatedStream: true });
    },
  });
  expect(found(9)).toEqual([]);
  expect(found(11)).toEqual([expect.stringMatching(/^addCapture: got more than 9 captures with dedicatedStream; .* \[ack: cdk-event-audit-archive:dedicatedStreamsOverDefaultQuota\]$/)]);
});

test('every stream of the template has a name of its own, by which objects are told apart', () => {
  const names = SimulatedTemplate.parse(template()).ofType(STREAM).map(stream => Properties.of(stream).optionalText('DeliveryStreamName') ?? stream.ref);
  expect(new Set(names).size).toBe(2);
});

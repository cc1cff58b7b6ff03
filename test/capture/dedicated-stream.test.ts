import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { EventAuditArchiveProps } from '../../src';
import { EventAuditArchive, PartitionKey } from '../../src';
import { postureFindings } from '../posture';
import { walkArchive } from '../simulator/permissions/walker';
import { Properties } from '../simulator/template/properties';
import { SimulatedTemplate } from '../simulator/template/template';
import { PropsOrFactory, synthesisError, synthesize, warnings } from '../synthesize';

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

  test('adds no role and no policy, and changes nothing of what is there but the right to put', () => {
    const [without, within] = [template({}, false), template()] as { Resources: { [id: string]: any } }[];
    const named = (ids: string[]) => ids.map(id => id.replace(/[0-9A-F]{8}([0-9a-f]{8})?$/, '')).sort();
    const [added, gone] = [[within, without], [without, within]].map(([{ Resources }, others]) =>
      Object.keys(Resources).filter(id => !(id in others.Resources)));
    expect(named(added)).toEqual([
      'AuditDeliveryDedicatedClicksErrorLogStream',
      'AuditDeliveryDedicatedClicksStreamjsoneventtypereceiptdatedynamic',
      'AuditTargetPutPolicy',
    ]);
    expect(named(gone)).toEqual(['AuditTargetPutPolicy']);
    const properties = ({ Resources }: typeof within, id: string) => JSON.stringify(Resources[id].Properties);
    const changed = Object.keys(without.Resources).filter(id => id in within.Resources && properties(without, id) !== properties(within, id));
    expect(changed).toEqual([expect.stringMatching(/^AuditCapturesClicksRule/)]);
  });

  test('is replaced with the archive\'s when the layout changes, and what it logs to stays', () => {
    const ids = (json: object) => Object.keys((json as { Resources: object }).Resources).filter(id => id.includes('Dedicated'));
    const [before, after] = [ids(template()), ids(template({ partitionKeys: [PartitionKey.receiptDate()] }))];
    expect(before.filter(id => after.includes(id))).toEqual(before.filter(id => /ErrorLogStream/.test(id)));
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
      if (/Clicks(Rule|Stream)/.test(id)) resource.DependsOn = resource.DependsOn.filter((other: string) => !/WritePolicy|PutPolicy/.test(other));
    }
    expect(findings(hasty)).toEqual([expect.stringMatching(/DedicatedClicksStream.*: order of creation/), expect.stringMatching(/ClicksRule.*: order of creation/)]);
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

describe('many streams', () => {
  const withStreams = (count: number) => ({
    extend: (archive: EventAuditArchive) => {
      for (let index = 0; index < count; index++) archive.addCapture(`Bus${index}`, { eventPatterns: [{ source: [`bus-${index}`] }], dedicatedStream: true });
    },
  });

  test.each([0, 1, 20])('take one policy of each role: %d', count => {
    const policies = Object.values(synthesize({ eventPatterns: [{ source: ['login'] }] }, withStreams(count)).template.findResources('AWS::IAM::ManagedPolicy'));
    expect(policies.flatMap(({ Properties: { Roles } }) => Roles.map(({ Ref }: any) => Ref.slice(0, -8))).sort()).toEqual(['AuditDeliveryRole', 'AuditTargetRole']);
  });

  test('fit in greater number where their names are short', () => {
    const app = new App();
    const stack = new Stack(app, 'T', { env: { account: '123456789012', region: 'eu-west-1' } });
    const archive = new EventAuditArchive(stack, 'A', { eventPatterns: [{ source: ['login'] }] });
    for (let index = 0; index < 46; index++) archive.addCapture(`B${index}`, { eventPatterns: [{ source: [`bus-${index}`] }], dedicatedStream: true });
    expect(() => app.synth()).not.toThrow();
    expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('PutPolicy'))).toEqual([]);
  });

  test('fill a policy in the end', () => {
    const { template: json } = synthesize({ eventPatterns: [{ source: ['login'] }] }, withStreams(43));
    const document = JSON.stringify(Object.values(json.findResources('AWS::IAM::ManagedPolicy')).find(({ Properties: { Description } }) => Description.includes('put events'))!.Properties.PolicyDocument);
    expect(JSON.stringify(JSON.parse(document).Statement[0].Resource).match(/Fn::GetAtt/g)).toHaveLength(44);
    expect(document.replace(/\{"Fn::GetAtt":\[[^\]]*\]\}/g, `"arn:aws-us-gov:firehose:ap-southeast-1:123456789012:deliverystream/${'n'.repeat(64)}"`).length).toBeLessThanOrEqual(6144);
    expect(warnings({ eventPatterns: [{ source: ['login'] }] }, withStreams(44))).toContainEqual(expect.stringMatching(
      /addCapture: got between \d+ and \d+ characters in the policy Test\/Audit\/Target\/PutPolicy, which only the deployment knows; IAM takes 6144: .* \[ack: cdk-event-audit-archive:policySizeUnknown\]$/));
    expect(synthesisError({ eventPatterns: [{ source: ['login'] }] }, withStreams(90))).toMatch(
      /addCapture: got about \d+ characters in the policy Test\/Audit\/Target\/PutPolicy; IAM takes 6144: use fewer dedicated streams/);
  });
});

test('every stream of the template has a name of its own, by which objects are told apart', () => {
  const names = SimulatedTemplate.parse(template()).ofType(STREAM).map(stream => Properties.of(stream).optionalText('DeliveryStreamName') ?? stream.ref);
  expect(new Set(names).size).toBe(2);
});

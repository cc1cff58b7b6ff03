// Archives, captures, fan-outs and the like that are named by whatever a construct can be: each language that the name gets into still reads it.

import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as fc from 'fast-check';
import { anApiCall, anEvent, cleanUp, run } from './archive-run';
import { FIRST_DATE } from './recent-archive';
import { EventAuditArchive, FanOut, FanOutConfig } from '../../src';
import { serversOfThisCommand } from '../simulator/reference/shared-servers';
import { Properties } from '../simulator/template/properties';
import { SimulatedTemplate } from '../simulator/template/template';

/** What one of the languages reads as more than text: input templates, JSON, SQL, jq, Firehose's prefixes, CloudFormation, patterns, regular expressions. */
const HOSTILE = [
  'Audit <prod>', '<aws.events.event.json>', '<what>', '>', 'say "hi"', '\\', '\\"', '\'', '\'; DROP TABLE events; --', '/*', '*/', '--', '${AWS::Region}', '$.detail', '!{timestamp:yyyy}',
  '!{firehose:error-output-type}', '\\(env)', '.[0]', '*', '**', '(', '[a-z', '{', '}', '%s', 'a\nb', '\r\n', '\t', '\u0000', '\u001f', '\u2028', '\u00a0', 'é', '日本語', '🔐', '\ud800',
  'aws:', '$or', '#', '?', '&', '=', ',', ';', ':', '@', '..', '.', '_', '-', 'x'.repeat(600),
];

const id = fc.array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 5 })), { minLength: 1, maxLength: 4 })
  .map(parts => parts.join(' '))
  // A logical id comes from what is left of letters and digits.
  .map(text => /[a-z\d]/i.test(text) ? text : `${text}a`);

afterAll(cleanUp);

class ToTopic extends FanOut {
  public constructor(private readonly topic: sns.ITopic) {
    super();
  }

  public bind(): FanOutConfig {
    return { target: new targets.SnsTopic(this.topic) };
  }
}

/** Everything that a user names, by one name. */
function namedBy(name: string): object {
  const stack = new Stack(new App(), 'Test', { env: { account: '123456789012', region: 'us-east-1' } });
  const topic = new sns.Topic(stack, 'Topic');
  const archive = new EventAuditArchive(stack, name, {
    catalog: { firstDate: FIRST_DATE },
    encryptionKey: new kms.Key(stack, 'Key'),
    storage: { accessLogsBucket: new s3.Bucket(stack, 'Logs') },
    tamperAlerts: new sns.Topic(stack, 'Alerts'),
    fanOut: { [name]: new ToTopic(topic) },
    trail: {},
  });
  archive.addCapture(name, { eventPatterns: [{ source: ['shop'] }], dedicatedStream: true });
  archive.addEventBus(`${name} bus`, { eventPatterns: [{ source: ['orders'] }] });
  archive.onEvent(name, { eventPattern: { source: ['aws.ssm'] }, target: new targets.SnsTopic(topic) });
  return Template.fromStack(stack).toJSON();
}

test('whatever the name, the template runs, every query answers, and an alert is JSON', async () => {
  await fc.assert(fc.asyncProperty(id, async name => {
    const template = namedBy(name);
    const { simulation, rows, savedQueries } = await run(template, [
      anEvent(), anEvent({ source: 'shop' }),
      anApiCall('s3', 'PutBucketPolicy', 'arn:aws:iam::123456789012:role/Somebody', { requestParameters: { bucketName: bucketIn(template) } }),
    ]);
    expect(simulation.deadLetters).toEqual([]);
    const alerts = simulation.notifications.filter(({ destination }) => destination.startsWith('Alerts')).map(({ body }) => JSON.parse(body));
    expect(alerts).toEqual([expect.objectContaining({
      what: 'PutBucketPolicy',
      alert: expect.stringMatching(/^Tampering with the event audit archive Test\/[^<>]+, or an attempt at it$/),
    })]);
    expect(await rows('SELECT count(*) AS events FROM events')).toEqual([{ events: 4 }]);
    expect((await savedQueries()).length).toBeGreaterThan(5);
  }), { numRuns: serversOfThisCommand() ? 2 : 8, examples: [...HOSTILE.slice(0, 3)].map(name => [name]) });
}, 600_000);

test('the alert shows the name as far as an input template can have it', async () => {
  const template = namedBy('Audit <prod> "eu"');
  const call = anApiCall('s3', 'DeleteBucketPolicy', 'arn:aws:iam::123456789012:role/Somebody', { requestParameters: { bucketName: bucketIn(template) } });
  const { simulation } = await run(template, [call]);
  const [alert] = simulation.notifications.filter(({ destination }) => destination.startsWith('Alerts'));
  expect(JSON.parse(alert.body).alert).toBe('Tampering with the event audit archive Test/Audit (prod) "eu", or an attempt at it');
});

/** The archive's bucket, as it is called once it is deployed. */
function bucketIn(template: object): string {
  const [stream] = SimulatedTemplate.parse(template).ofType('AWS::KinesisFirehose::DeliveryStream');
  return Properties.of(stream).object('ExtendedS3DestinationConfiguration').text('BucketARN').split(':::')[1];
}

// The examples, each deployed and used as its first lines say.

import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import * as vm from 'node:vm';
import { altered, anApiCall, anEvent, cleanUp, Run, run } from '../end-to-end/archive-run';
import { wrongIn } from '../end-to-end/found';
import { FIRST_DATE } from '../end-to-end/recent-archive';
import type { Notification } from '../simulator/bus/notifications';
import { readEvents, synthesizeExample } from '../simulator/demo/demo-input';
import type { EventToSend } from '../simulator/demo/events-file';
import type { JsonObject } from '../simulator/engines';
import { dryRun } from '../simulator/samples/dry-runs';
import { SimulatedTemplate } from '../simulator/template/template';

const folder = fs.mkdtempSync(path.join(tmpdir(), 'event-audit-archive-examples-'));

afterAll(async () => {
  await cleanUp();
  fs.rmSync(folder, { recursive: true, force: true });
});

const templates = new Map<string, object>();

/** Synthesized once each. */
function templateOf(name: string): object {
  const template = templates.get(name) ?? synthesizeExample(name, path.join(folder, name)).template;
  templates.set(name, template);
  return template;
}

test.each(['audit-aws-services', 'custom-bus', 'firehose-api-calls', 'notifications', 'quick-start'])('a dry run of %s has nothing to complain of', async name => {
  const { status, complaints, figures } = await dryRun(templateOf(name), readEvents([]));
  expect({ status, complaints }).toEqual({ status: 0, complaints: '' });
  expect(figures.archived).toBeGreaterThan(0);
});

describe('audit-aws-services', () => {
  const template = templateOf('audit-aws-services');
  const samples = readEvents([]).filter(({ bus }) => bus === undefined);

  test('has links to send a test event, to the bucket and to the saved queries, as the outputs of its stack', () => {
    const { outputs } = SimulatedTemplate.parse(template, { region: 'eu-west-1' });
    const hrefs = Object.entries(outputs).map(([name, href]) => [name.replace(/[0-9A-F]{8}$/, ''), new URL(String(href)).href]);
    expect(Object.fromEntries(hrefs)).toEqual({
      AuditConsoleLinksSendTestEvent: 'https://console.aws.amazon.com/systems-manager/parameters/create?region=eu-west-1&tab=Table',
      AuditConsoleLinksBucket: expect.stringMatching(/^https:\/\/console\.aws\.amazon\.com\/s3\/buckets\/[a-z0-9-]+\?region=eu-west-1&prefix=events\/$/),
      AuditConsoleLinksSavedQueries: 'https://console.aws.amazon.com/athena/home?region=eu-west-1#/query-editor/saved-queries',
      AuditConsoleLinksWorkGroup: expect.stringMatching(/^https:\/\/console\.aws\.amazon\.com\/athena\/home\?region=eu-west-1#\/workgroups\/details\/auditawsservices_audit_[0-9a-f]{8}$/),
    });
  });

  test('answers who changed the parameter foo, without a crawler or any other step', async () => {
    const sent = [
      anEvent({ time: '2026-11-19T12:00:01Z', resources: ['arn:aws:ssm:us-east-1:123456789012:parameter/foo'], detail: { operation: 'Create', name: 'foo', type: 'String', description: '' } }),
      anEvent({ time: '2026-11-19T12:00:02Z', detail: { operation: 'Update', name: 'foo', type: 'SecureString' } }),
      anEvent({ detail: { operation: 'Create', name: 'bar', type: 'String' } }),
    ];
    const archive = await run(template, sent);
    const [answer] = (await archive.savedQueries()).filter(({ name }) => name === 'Parameter Store changes');
    expect(answer.result.rows.map(row => row.slice(0, 3))).toEqual([
      ['2026-11-19T12:00:02Z', 'Update', 'SecureString'],
      ['2026-11-19T12:00:01Z', 'Create', 'String'],
    ]);
    expect(Object.keys(archive.simulation.ledger.partitions)).toEqual([expect.stringMatching(/^event_type=parameter_store_change\/receipt_date=/)]);
  });

  test('archives every sample event of the default bus but read-only calls, which it has not asked for, and its own deliveries', async () => {
    const archive = await run(template, samples);
    const { sent, archived, unmatchedBecause } = archive.simulation.ledger;
    expect(archived).toBe(sent - unmatchedBecause.readOnly! - unmatchedBecause.ownCall!);
    const [answer] = (await archive.savedQueries()).filter(({ name }) => name === 'Parameter Store changes');
    const published = samples.filter(({ event }) => event['detail-type'] === 'Parameter Store Change' && (event.detail as any)?.name === 'foo');
    expect(answer.result.rows).toHaveLength(published.length);
    expect(published.length).toBeGreaterThan(0);
  });
});

describe('custom-bus', () => {
  const template = templateOf('custom-bus');
  const samples = readEvents([]);

  test('keeps of all that the application sends only the successful logins, by the day and hour of their arrival', async () => {
    const archive = await run(template, samples);
    const logins = samples.filter(({ event, bus }) => bus === 'auth-events' && event.source === 'login.success');
    expect(logins.length).toBeGreaterThan(0);
    expect(await wrongIn(archive, logins)).toEqual([]);
    const partitions = Object.keys(archive.simulation.ledger.partitions);
    expect(partitions.filter(partition => !/^receipt_date=\d{4}-\d{2}-\d{2}\/receipt_hour=\d{2}$/.test(partition))).toEqual([]);
    const hours = await archive.rows(`SELECT receipt_hour, count(*) AS logins FROM events WHERE receipt_date >= '${FIRST_DATE}' GROUP BY receipt_hour ORDER BY receipt_hour`);
    expect(hours.map(({ receipt_hour: hour }) => `/receipt_hour=${hour}`).filter(end => !partitions.some(partition => partition.endsWith(end)))).toEqual([]);
  });

  test('changes what it keeps by its pattern, and nothing in the application', async () => {
    const copy = JSON.parse(JSON.stringify(template));
    for (const { Type, Properties } of Object.values<any>(copy.Resources)) if (Type === 'AWS::Events::Rule') Properties.EventPattern.source = ['login.failed'];
    const archive = await run(copy, samples);
    expect(await wrongIn(archive, samples.filter(({ event, bus }) => bus === 'auth-events' && event.source === 'login.failed'))).toEqual([]);
  });
});

describe('notifications', () => {
  const template = templateOf('notifications');
  const samples = readEvents([]).filter(({ bus }) => bus === undefined);
  const deployed = SimulatedTemplate.parse(template);
  const [mapping] = deployed.ofType('AWS::Lambda::EventSourceMapping');

  /** What the example's topic and function got of events. */
  async function told(sent: EventToSend[]): Promise<readonly Notification[]> {
    const { simulation } = await run(template, sent);
    expect(simulation.deadLetters).toEqual([]);
    return simulation.notifications;
  }

  const bodies = (notifications: readonly Notification[], kind: Notification['kind']) => notifications.filter(each => each.kind === kind).map(({ body }) => body);

  /** A change of an event source mapping. */
  function update(requestParameters: JsonObject, more: JsonObject = {}): EventToSend {
    return anApiCall('lambda', 'UpdateEventSourceMapping20150331', 'arn:aws:iam::123456789012:role/OnCall', {
      requestParameters,
      responseElements: { eventSourceArn: 'arn:aws:sqs:us-east-1:123456789012:orders', functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:worker' },
      sourceIPAddress: '198.51.100.144',
      ...more,
    });
  }

  /** Runs a function's code as it stands in the template, and returns what it publishes. */
  async function published(functionId: RegExp, payload: string): Promise<any[]> {
    const [[, { Properties }]] = Object.entries<any>((template as any).Resources).filter(([id]) => functionId.test(id));
    const sent: unknown[] = [];
    class SNSClient {
      public async send({ input }: { input: unknown }): Promise<void> {
        sent.push(input);
      }
    }
    class PublishCommand {
      constructor(public readonly input: unknown) {}
    }
    const exported: { handler?: (event: unknown) => Promise<void> } = {};
    const required = (name: string) => name === '@aws-sdk/client-sns' ? { SNSClient, PublishCommand } : undefined;
    vm.runInNewContext(Properties.Code.ZipFile, { exports: exported, require: required, process: { env: { TOPIC: 'the topic' } }, encodeURIComponent });
    await exported.handler!(JSON.parse(payload));
    return sent;
  }

  test('tells of each bucket that is created, and of none that is not', async () => {
    const isCreation = ({ event: { detail } }: EventToSend) => (detail as any)?.eventName === 'CreateBucket' && (detail as any)?.eventSource === 's3.amazonaws.com';
    const created = samples.filter(isCreation);
    const failed = anApiCall('s3', 'CreateBucket', 'arn:aws:iam::123456789012:role/Deploy', { errorCode: 'BucketAlreadyExists', requestParameters: { bucketName: 'taken' } });
    const read = anApiCall('s3', 'GetBucketAcl', 'arn:aws:iam::123456789012:role/Deploy', { requestParameters: { bucketName: 'example-corp-invoices' } });
    const texts = bodies(await told([...created, failed, read]), 'topic');
    expect(created.length).toBeGreaterThan(1);
    expect(texts).toHaveLength(created.length);
    expect(JSON.parse(texts[0])).toEqual({
      told: 'A bucket was created',
      bucket: 'example-corp-invoices',
      region: 'eu-west-1',
      account: '123456789012',
      time: '2026-11-10T08:49:18Z',
      by: {
        identity: 'IAMUser',
        arn: 'arn:aws:iam::123456789012:user/automation/ci-deployer',
        name: 'ci-deployer',
        principal: 'AIDAYRZXA5CTGNEXAMPLE',
        account: '123456789012',
        person: '',
        service: '',
        from: '192.0.2.200',
      },
    });
  });

  test('tells when its own mapping is disabled, and of no other mapping, nor another change, nor a failed attempt', async () => {
    const uUID = mapping.ref;
    const texts = bodies(await told([
      update({ uUID, enabled: false }),
      update({ uUID, enabled: true }),
      update({ uUID, batchSize: 5 }),
      update({ uUID: '3f6a8b52-1c0d-4e7f-9a21-6b5c4d3e2f10', enabled: false }),
      update({ uUID, enabled: false }, { errorCode: 'AccessDeniedException', responseElements: null }),
      ...samples.filter(({ event }) => String((event.detail as any)?.eventName).startsWith('UpdateEventSourceMapping')),
    ]), 'topic');
    expect(texts.map(text => JSON.parse(text))).toEqual([{
      told: 'Orders wait, because their function was disabled',
      queue: 'arn:aws:sqs:us-east-1:123456789012:orders',
      function: 'arn:aws:lambda:us-east-1:123456789012:function:worker',
      time: '2026-11-19T12:00:00Z',
      by: expect.objectContaining({ identity: 'AssumedRole', arn: 'arn:aws:iam::123456789012:role/OnCall/session', name: '', from: '198.51.100.144' }),
    }]);
  });

  test('tells of instances that are stopped or terminated, by what its function makes of them', async () => {
    const states = samples.filter(({ event }) => event['detail-type'] === 'EC2 Instance State-change Notification');
    const ended = states.filter(({ event }) => ['stopped', 'terminated'].includes((event.detail as any).state));
    expect(ended.length).toBeLessThan(states.length);
    const payloads = bodies(await told(states), 'function');
    expect(payloads).toHaveLength(ended.length);
    const { region, time, detail } = ended[0].event as any;
    expect(await published(/^Teller[0-9A-F]{8}$/, payloads[0])).toEqual([{
      TopicArn: 'the topic',
      Subject: `Instance ${detail.state}`,
      Message: `The instance ${detail['instance-id']} in ${region} (account 123456789012) is ${detail.state} since ${time}: `
        + `https://${region}.console.aws.amazon.com/ec2/home?region=${region}#InstanceDetails:instanceId=${detail['instance-id']}`,
    }]);
  });

  test('sends what can be read whatever is in an event', async () => {
    const odd = 'a "quoted" \\ <name>\n{"b":1}';
    const notifications = await told([
      anApiCall('s3', 'CreateBucket', odd, { requestParameters: { bucketName: odd }, sourceIPAddress: odd }),
      anApiCall('s3', 'CreateBucket', odd, { requestParameters: null, userIdentity: { type: 'AWSService', invokedBy: 'cloudformation.amazonaws.com' } }),
      anEvent({ 'detail-type': 'EC2 Instance State-change Notification', 'source': 'aws.ec2', 'region': odd, 'detail': { 'instance-id': odd, 'state': 'stopped' } }),
      anEvent({ 'detail-type': 'EC2 Instance State-change Notification', 'source': 'aws.ec2', 'detail': { state: 'terminated' } }),
    ]);
    const [named, unnamed] = bodies(notifications, 'topic').map(body => JSON.parse(body));
    expect(named).toMatchObject({ bucket: odd, by: { from: odd } });
    expect(unnamed).toMatchObject({ bucket: '', region: 'us-east-1', by: { identity: 'AWSService', arn: '', service: 'cloudformation.amazonaws.com', from: '' } });
    const payloads = bodies(notifications, 'function').map(body => JSON.parse(body));
    expect(payloads).toEqual([expect.objectContaining({ instance: odd, region: odd }), expect.objectContaining({ instance: '', state: 'terminated' })]);
  });

  test('archives what it tells of, and everything else', async () => {
    const archive = await run(template, samples);
    const { sent, archived, unmatchedBecause, fanOut } = archive.simulation.ledger;
    expect(archived).toBe(sent - unmatchedBecause.readOnly! - (unmatchedBecause.ownCall ?? 0));
    expect(Object.values(fanOut).map(({ deadLettered, lost }) => deadLettered + lost)).toEqual([0, 0]);
  });
});

describe('firehose-api-calls', () => {
  const template = templateOf('firehose-api-calls');
  const samples = readEvents([]).filter(({ bus }) => bus === undefined);
  const calls = samples.filter(({ event }) => event.source === 'aws.firehose' && !/^PutRecord/.test((event.detail as any).eventName));

  async function answer(archive: Run): Promise<readonly (readonly unknown[])[]> {
    return (await archive.savedQueries()).find(({ name }) => name === 'Firehose calls')!.result.rows;
  }

  test('keeps all calls of Firehose but deliveries, the read-only ones too, and nothing else', async () => {
    const deliveries = [anApiCall('firehose', 'PutRecordBatch', 'arn:aws:iam::123456789012:role/App')];
    const archive = await run(template, [...samples, ...deliveries]);
    expect(await wrongIn(archive, calls)).toEqual([]);
    expect([...new Set(calls.map(({ event }) => (event.detail as any).eventName))]).toEqual(expect.arrayContaining([
      'CreateDeliveryStream', 'UpdateDestination', 'DescribeDeliveryStream', 'ListDeliveryStreams', 'DeleteDeliveryStream',
    ]));
  });

  test('answers who did what with a stream, from where and when', async () => {
    const archive = await run(template, samples);
    const rows = await answer(archive);
    expect(rows).toHaveLength(calls.length);
    expect(new Set(rows.map(([, , , type]) => type))).toEqual(new Set(['Root', 'IAMUser', 'AssumedRole', 'FederatedUser', 'AWSService']));
    expect(rows.map(row => row.slice(0, 7))).toEqual(expect.arrayContaining([
      ['2026-11-10T14:48:19Z', 'CreateDeliveryStream', 'clicks-1', 'Root', 'arn:aws:iam::123456789012:root', '203.0.113.215', null],
      ['2026-11-13T07:00:45Z', 'DescribeDeliveryStream', 'clicks-4', 'AWSService', 'cloudformation.amazonaws.com', 'cloudformation.amazonaws.com', null],
      ['2026-11-16T03:19:13Z', 'DeleteDeliveryStream', expect.any(String), 'IAMUser', expect.stringContaining('user/old-contractor'), '203.0.113.212', 'AccessDeniedException'],
    ]));
  });

  test('has no credentials of a destination, because the calls have none', async () => {
    const archive = await run(template, calls);
    const redshift = await archive.rows('SELECT json_extract_scalar(detail, \'$.requestParameters.redshiftDestinationConfiguration.username\') AS username, '
      + 'json_extract_scalar(detail, \'$.requestParameters.redshiftDestinationConfiguration.password\') AS password FROM events '
      + `WHERE receipt_date >= '${FIRST_DATE}' AND detail LIKE '%redshiftDestinationConfiguration%'`);
    expect(redshift).toEqual([{ username: '', password: '' }]);
  });

  test('loses the read-only calls without the state of its rule', async () => {
    const archive = await run(altered(template, 'AWS::Events::Rule', properties => { properties.State = 'ENABLED'; }), calls);
    const kept = (await answer(archive)).map(([, call]) => String(call));
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.filter(call => /^(Describe|List)/.test(call))).toEqual([]);
  });

  test('deletes the records after seven years', () => {
    const expirations = JSON.stringify(template).match(/"ExpirationInDays":\d+/g);
    expect(expirations).toContain('"ExpirationInDays":2555');
  });
});

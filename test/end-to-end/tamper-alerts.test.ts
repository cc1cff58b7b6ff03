import type { Stack } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { altered, cleanUp, run } from './archive-run';
import { WHO_FIELDS } from '../../src/events/who';
import { IDENTITY_EVENTS, MORE_IDENTITIES, WHO_BY_ID } from '../events/identities';
import type { EventToSend } from '../simulator/demo/events-file';
import type { Json, JsonObject } from '../simulator/engines';
import { SimulatedTemplate } from '../simulator/template/template';
import { synthesize } from '../synthesize';
import { nearNames, Names, SOMEBODY, tamperEvent, TamperSample, tamperSamples } from '../watch/tamper-samples';
import { DEPLOYING_ROLE, watchedArchive } from '../watch/watched-archive';

const RULE = 'AWS::Events::Rule';

const { template, names, deliveryRole } = watchedArchive();
const samples = tamperSamples(names);

afterAll(cleanUp);

/** The alerts on each event, in the order of the events. */
async function alertsOn(events: readonly JsonObject[], tried: object = template): Promise<any[][]> {
  const { simulation } = await run(tried, events.map((event): EventToSend => ({ event })));
  const alerts = simulation.notifications.filter(({ kind, destination }) => kind === 'topic' && destination.startsWith('Alerts')).map(({ body }) => JSON.parse(body));
  expect(simulation.deadLetters).toEqual([]);
  return events.map(({ id }) => alerts.filter(({ eventId }) => eventId === id));
}

function nameOf({ service, eventName, requestParameters }: TamperSample): string {
  return `${service} ${eventName} ${JSON.stringify(requestParameters)}`;
}

/** The samples on which there are not so many alerts. */
async function wrong(tried: readonly TamperSample[], expected: number, issuer?: string, more?: JsonObject): Promise<string[]> {
  const alerts = await alertsOn(tried.map(sample => tamperEvent(sample, issuer, more)));
  return tried.filter((_sample, index) => alerts[index].length !== expected).map(nameOf);
}

describe('each call', () => {
  const root = { userIdentity: { type: 'Root', principalId: '123456789012', arn: 'arn:aws:iam::123456789012:root', accountId: '123456789012' } };
  const denied = { errorCode: 'AccessDenied', errorMessage: 'not authorized to perform this' };
  const near = nearNames(names).flatMap(others => tamperSamples(others).filter(({ uses }) => uses.length > 0));
  const calls = [...new Set(samples.map(({ service, eventName }) => `${service} ${eventName}`))];
  const isOf = (call: string) => ({ service, eventName }: TamperSample) => call === `${service} ${eventName}`;

  test.each(calls)('%s is told of once', async call => {
    expect(await wrong(samples.filter(isOf(call)), 1)).toEqual([]);
  });

  test.each(calls)('%s is told of by root, and when it was denied', async call => {
    expect(await wrong(samples.filter(isOf(call)), 1, SOMEBODY, root)).toEqual([]);
    expect(await wrong(samples.filter(isOf(call)), 1, SOMEBODY, denied)).toEqual([]);
  });

  test.each(calls)('%s by the deploying role is not', async call => {
    expect(await wrong(samples.filter(isOf(call)), 0, DEPLOYING_ROLE)).toEqual([]);
  });

  test.each([...new Set(near.map(({ service, eventName }) => `${service} ${eventName}`))])('%s on another resource, named nearly so, is not', async call => {
    expect(await wrong(near.filter(isOf(call)), 0)).toEqual([]);
  });

  test('by the same name from another service is not', async () => {
    expect(await wrong(samples.map(sample => ({ ...sample, service: 'dynamodb' })), 0)).toEqual([]);
  });

  test('is not any call', async () => {
    expect(await wrong(samples.map(sample => ({ ...sample, eventName: `Tag${sample.eventName}` })), 0)).toEqual([]);
  });
});

test('the delivery itself is not told of, whatever else the delivery role does is', async () => {
  const writes = samples.filter(({ eventName }) => ['PutObject', 'CopyObject', 'CompleteMultipartUpload'].includes(eventName));
  expect(writes).toHaveLength(6);
  expect(await wrong(writes, 0, deliveryRole)).toEqual([]);
  expect(await wrong(samples.filter(sample => !writes.includes(sample)), 1, deliveryRole)).toEqual([]);
});

test('usual work is not told of', async () => {
  const { bucket, results, accessLogs, database, workGroup, queue, keyArn, logGroup, stream, rule, alarm, role, topicArn } = names;
  const usual: [string, string, JsonObject][] = [
    ['s3', 'PutObject', { bucketName: results, key: 'a.csv' }],
    ['s3', 'PutObject', { bucketName: accessLogs, key: 'archive/a' }],
    ['s3', 'GetObject', { bucketName: bucket, key: 'events/a.gz' }],
    ['s3', 'ListObjects', { bucketName: bucket }],
    ['athena', 'StartQueryExecution', { workGroup, queryString: '***OMITTED***' }],
    ['athena', 'CreateNamedQuery', { workGroup, database, name: 'mine' }],
    ['glue', 'GetTable', { databaseName: database, name: 'events' }],
    ['sqs', 'ReceiveMessage', { queueUrl: queue }],
    ['kms', 'GenerateDataKey', { keyId: keyArn }],
    ['logs', 'PutLogEvents', { logGroupName: logGroup }],
    ['firehose', 'PutRecordBatch', { deliveryStreamName: stream }],
    ['events', 'DescribeRule', { name: rule }],
    ['monitoring', 'EnableAlarmActions', { alarmNames: [alarm] }],
    ['iam', 'PassRole', { roleName: role }],
    ['sns', 'Publish', { topicArn }],
  ];
  const events = usual.map(([service, eventName, requestParameters]) =>
    tamperEvent({ service, eventName, requestParameters, uses: [], isData: false }));
  // A copy out of the archive, which lists what was copied.
  const copied = [
    { accountId: '123456789012', type: 'AWS::S3::Object', ARN: `arn:aws:s3:::${bucket}/events/a.gz` },
    { accountId: '123456789012', type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${bucket}` },
  ];
  const copy = { 'bucketName': 'elsewhere', 'key': 'a.gz', 'x-amz-copy-source': `${bucket}/events/a.gz` };
  events.push(tamperEvent({ service: 's3', eventName: 'CopyObject', requestParameters: copy, resources: copied, uses: [], isData: true }));
  events.push(tamperEvent({ service: 'cloudformation', eventName: 'ExecuteChangeSet', requestParameters: { stackName: names.stackName }, uses: [], isData: false }));
  expect((await alertsOn(events)).flat()).toEqual([]);
});

test('the message says what was done, by whom, when, from where, and with what error', async () => {
  const stopped = samples.find(({ eventName }) => eventName === 'StopLogging')!;
  const [[alert], [onlyWhat]] = await alertsOn([
    tamperEvent(stopped, SOMEBODY, { errorCode: 'AccessDenied', errorMessage: 'a "quoted" reason\nof two lines' }),
    tamperEvent(samples.find(({ service }) => service === 'kms')!),
  ]);
  expect(alert).toEqual({
    alert: 'Tampering with the event audit archive Test/Audit, or an attempt at it',
    what: 'StopLogging',
    service: 'cloudtrail.amazonaws.com',
    who: 'arn:aws:sts::123456789012:assumed-role/Somebody/session',
    identity: 'AssumedRole',
    userName: '',
    principalId: 'AROAEXAMPLE:session',
    identityAccount: '123456789012',
    identityProvider: '',
    federatedProvider: '',
    sessionIssuer: 'arn:aws:iam::123456789012:role/Somebody',
    sourceIdentity: '',
    onBehalfOf: '',
    invokedBy: '',
    accessKeyId: 'ASIAEXAMPLE',
    from: '198.51.100.7',
    when: '2026-11-19T12:00:00Z',
    account: '123456789012',
    region: 'us-east-1',
    error: 'AccessDenied',
    errorMessage: 'a "quoted" reason\nof two lines',
    request: { name: 'the-trail' },
    resources: '',
    eventId: expect.any(String),
  });
  expect(onlyWhat).toMatchObject({ error: '', errorMessage: '', resources: [{ ARN: names.keyArn }] });
});

test('the message names somebody, whatever the kind of identity, and tells apart whom the saved queries tell apart', async () => {
  const sample = samples.find(({ eventName }) => eventName === 'StopLogging')!;
  const samplesOf = IDENTITY_EVENTS.map(({ event }) => [(event.detail as any)?.userIdentity, WHO_BY_ID[String(event.id)]] as const);
  const identities = [...samplesOf, ...MORE_IDENTITIES].filter(([, who]) => !['unknown', 'anonymous', 'AWSService', 'AssumedRole'].includes(who));
  const alerts = await alertsOn(identities.map(([userIdentity]) => tamperEvent(sample, SOMEBODY, { userIdentity })));
  const said = alerts.map(([alert]) => Object.keys(WHO_FIELDS).map(field => alert[field]));
  const type = Object.keys(WHO_FIELDS).indexOf('identity');
  expect(identities.filter((_identity, index) => said[index].every((text, field) => text === '' || field === type))).toEqual([]);
  const asked = new Map(identities.map(([, who], index) => [JSON.stringify(said[index]), who]));
  expect(new Set(asked.values())).toEqual(new Set(identities.map(([, who]) => who)));
});

describe('of what is given', () => {
  const keyOf = (stack: Stack, what: string) => new kms.Key(stack, `${what}Key`);
  const given = synthesize(stack => ({
    eventPatterns: [{ source: ['order'] }],
    storage: {
      bucket: new s3.Bucket(stack, 'Records', { bucketName: 'records', encryptionKey: keyOf(stack, 'Bucket') }),
      prefix: 'audit',
      accessLogsBucket: new s3.Bucket(stack, 'Logs', { bucketName: 'access-logs' }),
    },
    delivery: { deadLetterQueue: new sqs.Queue(stack, 'Undelivered', { queueName: 'undelivered', encryptionMasterKey: keyOf(stack, 'Queue') }) },
    tamperAlerts: new sns.Topic(stack, 'Alerts', { masterKey: new kms.Alias(stack, 'Alias', { aliasName: 'alias/alerts', targetKey: keyOf(stack, 'Topic') }) }),
  }), {
    extend: (archive, stack) => {
      archive.addCapture('Orders', { eventBus: new EventBus(stack, 'Bus', { eventBusName: 'orders' }), eventPatterns: [{ source: ['order'] }] });
    },
  }).template.toJSON();
  const [results] = SimulatedTemplate.parse(given).ofType('AWS::S3::Bucket').filter(({ logicalId }) => logicalId.startsWith('AuditQuery'));
  const [logged] = (results.properties as any).LoggingConfiguration.LogFilePrefix.split('/');

  test.each<[string, string, JsonObject, number]>([
    ['s3', 'DeleteBucketPolicy', { bucketName: 'records' }, 1],
    ['s3', 'DeleteObject', { bucketName: 'records', key: 'audit/events/a.gz' }, 1],
    ['s3', 'PutObject', { bucketName: 'records', key: 'audit/events/a.gz' }, 1],
    ['s3', 'DeleteObject', { bucketName: 'records', key: 'bills/audit/a.gz' }, 0],
    ['s3', 'PutObject', { bucketName: 'records', key: 'auditors/a.gz' }, 0],
    ['s3', 'DeleteObjects', { bucketName: 'records', delete: '' }, 0],
    ['events', 'UpdateEventBus', { name: 'default' }, 1],
    ['events', 'UpdateEventBus', { name: 'others' }, 0],
    ['events', 'PutPermission', { principal: '*', action: 'events:PutEvents', statementId: 'anybody' }, 1],
    ['events', 'PutPermission', { eventBusName: 'orders', principal: '*', action: 'events:PutEvents', statementId: 'anybody' }, 1],
    ['events', 'RemovePermission', { eventBusName: 'others', statementId: 'anybody' }, 0],
    ['s3', 'PutBucketLogging', { bucketName: 'access-logs' }, 1],
    ['s3', 'DeleteObject', { bucketName: 'access-logs', key: `${logged}/query-results/a` }, 1],
    ['s3', 'DeleteObject', { bucketName: 'access-logs', key: 'others/a' }, 0],
    ['sqs', 'PurgeQueue', { queueUrl: 'https://sqs.us-east-1.amazonaws.com/123456789012/undelivered' }, 1],
    ['sqs', 'PurgeQueue', { queueUrl: 'https://sqs.us-east-1.amazonaws.com/999999999999/undelivered' }, 0],
    ['lakeformation', 'UpdateResource', { resourceArn: 'arn:aws:s3:::records/audit/' }, 1],
  ])('%s %s %j is told of %d times', async (service, eventName, requestParameters, times) => {
    const [alerts] = await alertsOn([tamperEvent({ service, eventName, requestParameters, uses: [], isData: false })], given);
    expect(alerts).toHaveLength(times);
  });

  test('a bucket that is adopted as a whole is watched as a whole', async () => {
    const adopted = synthesize(stack => ({
      storage: { bucket: s3.Bucket.fromBucketName(stack, 'Left', 'left'), prefix: '' }, tamperAlerts: new sns.Topic(stack, 'Alerts'),
    })).template.toJSON();
    const call = (eventName: string, requestParameters: JsonObject) => tamperEvent({ service: 's3', eventName, requestParameters, uses: [], isData: false });
    const calls = [
      call('DeleteObject', { bucketName: 'left', key: 'events/a.gz' }), call('PutObject', { bucketName: 'left', key: 'a.gz' }),
      call('DeleteObjects', { bucketName: 'left', delete: '' }), call('DeleteBucketPolicy', { bucketName: 'left' }), call('DeleteObject', { bucketName: 'left2', key: 'a' }),
    ];
    expect((await alertsOn(calls, adopted)).map(({ length }) => length)).toEqual([1, 1, 1, 1, 0]);
  });

  const keys = SimulatedTemplate.parse(given).ofType('AWS::KMS::Key').map(({ logicalId, ref, attributes }): [string, string, string] => [logicalId, ref, attributes.Arn]);
  test.each(keys)('calls on the key %s are told of once, by its id and its ARN', async (_logicalId, id, arn) => {
    const listed = [{ accountId: '123456789012', type: 'AWS::KMS::Key', ARN: arn }];
    const calls = ['ScheduleKeyDeletion', 'DisableKey', 'PutKeyPolicy'].flatMap(eventName => [
      tamperEvent({ service: 'kms', eventName, requestParameters: { keyId: id }, uses: [], isData: false }),
      tamperEvent({ service: 'kms', eventName, requestParameters: { keyId: arn }, resources: listed, uses: [], isData: false }),
      tamperEvent({ service: 'kms', eventName, requestParameters: { keyId: `${arn}2` }, uses: [], isData: false }),
    ]);
    expect((await alertsOn(calls, given)).map(({ length }) => length)).toEqual([1, 1, 0, 1, 1, 0, 1, 1, 0]);
  });

  test('there are three such keys', () => {
    expect(keys.map(([logicalId]) => logicalId.replace(/Key.*/, ''))).toEqual(expect.arrayContaining(['Bucket', 'Queue', 'Topic']));
    expect(keys).toHaveLength(3);
  });

  test('the alias of a key is told of once, also when it is made one of another key', async () => {
    const aliasArn = 'arn:aws:kms:us-east-1:123456789012:alias/alerts';
    const listing = (...arns: string[]) => arns.map(ARN => ({ accountId: '123456789012', type: 'AWS::KMS::Key', ARN }));
    const [, , topicKey] = keys.find(([logicalId]) => logicalId.startsWith('TopicKey'))!;
    const theirs = 'arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555';
    const call = (eventName: string, aliasName: string, resources: JsonObject[]) =>
      tamperEvent({ service: 'kms', eventName, requestParameters: { aliasName }, resources, uses: [], isData: false });
    const alerts = await alertsOn([
      call('UpdateAlias', 'alias/alerts', listing(aliasArn, theirs)),
      call('DeleteAlias', 'alias/alerts', listing(aliasArn, topicKey)),
      call('UpdateAlias', 'alias/alerts2', listing(`${aliasArn}2`, theirs)),
    ], given);
    expect(alerts.map(({ length }) => length)).toEqual([1, 1, 0]);
  });
});

/** The name of what a message has, by the path that it comes from, as its template joins the two. */
function namesByPath({ InputTemplate, InputPathsMap }: { InputTemplate: string; InputPathsMap: { [name: string]: string } }): Map<string, string> {
  return new Map([...InputTemplate.matchAll(/"(\w+)":<([\w-]+)>/g)].map(([, name, placeholder]) => [InputPathsMap[placeholder], name]));
}

function valueAt(event: JsonObject, path: string): unknown {
  return path.split('.').slice(1).reduce<any>((value, step) => value?.[step], event);
}

describe('whatever a call holds, the alert arrives, and is JSON', () => {
  const [{ properties }] = SimulatedTemplate.parse(template).ofType(RULE).filter(({ logicalId }) => logicalId.startsWith('AuditTamperAlerts'));
  const transformer = (properties as any).Targets[0].InputTransformer;
  const namesOf = namesByPath(transformer);
  /** By these the call is found. */
  const FOUND_BY = ['$.account', '$.detail.eventName', '$.detail.eventSource', '$.detail.requestParameters', '$.detail.eventID'];
  const read = [...namesOf.keys()].filter(path => !FOUND_BY.includes(path));
  const HOSTILE: readonly Json[] = [
    '"', '\\', '\\"', '\n\r\t', '\u0000\u001f\u007f', '<what> <aws.events.event.json> <', '${AWS::Region}', '🔐 é \u2028', '{"alert":"none"}', '', null, 7, true,
    [], ['"', { '"': '\n' }], { '<what>': '"' },
  ];

  /** The call with other values at the paths that the alert reads. */
  function holding(value: Json, more: JsonObject = {}): JsonObject {
    const event: any = tamperEvent({
      service: 's3', eventName: 'PutBucketPolicy', requestParameters: { bucketName: names.bucket, bucketPolicy: value, ...more }, uses: [], isData: false,
    });
    for (const path of read) {
      const steps = path.split('.').slice(1);
      const last = steps.pop()!;
      let parent = event;
      for (const step of steps) {
        if (typeof parent[step] !== 'object' || parent[step] === null) parent[step] = {};
        parent = parent[step];
      }
      parent[last] = structuredClone(value);
    }
    return event;
  }

  test('with each value as it was', async () => {
    const calls = HOSTILE.map(value => holding(value));
    const alerts = await alertsOn(calls);
    expect(alerts.map(({ length }) => length)).toEqual(HOSTILE.map(() => 1));
    for (const [index, [alert]] of alerts.entries()) {
      expect(alert.request.bucketPolicy).toEqual(HOSTILE[index]);
      for (const path of read) expect([path, alert[namesOf.get(path)!]]).toEqual([path, valueAt(calls[index], path)]);
    }
  });

  test('which a message with a value in quotes does not', async () => {
    const quoting = altered(template, RULE, ({ Targets: [target] }) => {
      if (target.InputTransformer) target.InputTransformer.InputTemplate = target.InputTransformer.InputTemplate.replace(/"error":(<[\w-]+>)/, '"error":"$1"');
    });
    const { simulation } = await run(quoting, [{ event: holding('"') }]);
    expect(simulation.deadLetters.map(({ attributes }) => attributes.ERROR_CODE)).toEqual(['INVALID_JSON']);
  });

  test('also of a call as large as EventBridge takes from CloudTrail, which the topic takes', async () => {
    const empty = JSON.stringify(holding('x', { filler: '' })).length;
    const agent = holding('x'.repeat(1000), { filler: '' });
    (agent.detail as any).userAgent = 'x'.repeat(100_000);
    const [[alert], [other]] = await alertsOn([holding('x', { filler: '"'.repeat((256 * 1024 - empty) / 2) }), agent]);
    expect(alert.request.filler.length).toBeGreaterThan(125_000);
    expect(other.what).toBe('PutBucketPolicy');
  });
});

describe('the rules that tell', () => {
  const rules = SimulatedTemplate.parse(template).ofType(RULE).filter(({ logicalId }) => logicalId.startsWith('AuditTamperAlerts'));

  /** The template in which one of the rules no longer is in force. */
  const disabled = (without: string) => altered(template, RULE, (properties, logicalId) => {
    if (logicalId === without) properties.State = 'DISABLED';
  });

  const named = rules.map(({ logicalId, properties }): [string, string] => [logicalId, properties.Name as string]);
  test.each(named)('%s is watched by another, so that its end is told of', async (logicalId, name) => {
    const watched: Names = { ...names, rule: name };
    const calls = tamperSamples(watched).filter(({ service, uses }) => service === 'events' && uses.includes('rule'));
    expect(calls.map(({ eventName }) => eventName)).toEqual(expect.arrayContaining(['PutRule', 'DisableRule', 'DeleteRule', 'PutTargets', 'RemoveTargets']));
    const events = calls.map(sample => tamperEvent(sample));
    expect((await alertsOn(events)).map(({ length }) => length)).toEqual(calls.map(() => 1));
    expect((await alertsOn(events, disabled(logicalId))).map(({ length }) => length)).toEqual(calls.map(() => 1));
  });

  test('a rule that is not in force tells of nothing', async () => {
    const without = rules.reduce((tried, { logicalId }) => altered(tried, RULE, (properties, id) => {
      if (id === logicalId) properties.State = 'DISABLED';
    }), template);
    expect((await alertsOn(samples.map(sample => tamperEvent(sample)), without)).flat()).toEqual([]);
  });
});

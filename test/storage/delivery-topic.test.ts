import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as s3n from 'aws-cdk-lib/aws-s3-notifications';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EventAuditArchive, EventAuditArchiveProps } from '../../src';
import { altered, anEvent, cleanUp, run, Run } from '../end-to-end/archive-run';
import { synthesize } from '../end-to-end/recent-archive';
import { postureFindings } from '../posture';
import { DELIVERY_TOPIC_CALLS } from '../simulator/permissions/delivery-topic-calls';
import { concreteCalls, walkArchive } from '../simulator/permissions/walker';
import { SimulatedTemplate } from '../simulator/template/template';
import { PropsOrFactory, synthesisError, warnings } from '../synthesize';

afterAll(cleanUp);

const ENV = { account: '123456789012', region: 'eu-west-1' };
const POLICY = 'AWS::SNS::TopicPolicy';
const FOREIGN = `arn:aws:sns:eu-west-1:${ENV.account}:deliveries`;

const told = (topicOf: (stack: Stack) => sns.ITopic) => (stack: Stack): EventAuditArchiveProps => ({ storage: { deliveryTopic: topicOf(stack) } });
const plain = told(stack => new sns.Topic(stack, 'Deliveries'));
const encrypted = told(stack => new sns.Topic(stack, 'Deliveries', { masterKey: new kms.Key(stack, 'Key') }));
const templateOf = (props: PropsOrFactory): object => synthesize(props).template.toJSON();

/** What the topic got, its test message aside. */
function deliveries({ simulation: { objectNotifications } }: Run): any[] {
  const bodies = objectNotifications.map(({ destination, body }) => ({ destination, ...JSON.parse(body) }));
  expect(bodies[0]).toMatchObject({ Service: 'Amazon S3', Event: 's3:TestEvent' });
  return bodies.slice(1).flatMap(({ destination, Records: records }) => records.map((record: object) => ({ destination, ...record })));
}

/** What an object's key is to whoever reads such a message. */
const keyIn = (delivery: any) => decodeURIComponent(delivery.s3.object.key.replaceAll('+', ' '));

/** The template with a stream that fails the records of one source. */
function failing(template: object): object {
  return altered(template, 'AWS::KinesisFirehose::DeliveryStream', properties => {
    const [{ Parameters: [query] }] = properties.ExtendedS3DestinationConfiguration.ProcessingConfiguration.Processors;
    query.ParameterValue = '{event_type:(if .source == "fails" then null else "other" end)}';
  });
}

/** The template with a bucket that waits for nobody. */
function hasty(template: object): object {
  const copy = JSON.parse(JSON.stringify(template)) as { Resources: { [id: string]: { Type: string; DependsOn?: string[] } } };
  for (const resource of Object.values(copy.Resources)) if (resource.Type === 'AWS::S3::Bucket') delete resource.DependsOn;
  return copy;
}

describe('S3 tells the topic', () => {
  test.each<[string, PropsOrFactory]>([['', plain], [' that is encrypted', encrypted]])('%s of each object of events, once, and of no other object', async (_name, props) => {
    const archive = await run(failing(templateOf(props)), [anEvent(), anEvent({ source: 'fails' }), anEvent()]);
    const { store, ledger: { writtenObjects } } = archive.simulation;
    const [events, errors] = ['events', 'errors'].map(kind => writtenObjects.filter(object => object.kind === kind));
    expect([events.length > 0, errors.length > 0]).toEqual([true, true]);
    const found = deliveries(archive);
    expect(found.map(keyIn).sort()).toEqual(events.map(({ key }) => key).sort());
    for (const delivery of found) {
      const { eventSource, eventName, destination, s3: { bucket, object } } = delivery;
      expect({ eventSource, eventName, destination }).toEqual({ eventSource: 'aws:s3', eventName: 'ObjectCreated:Put', destination: expect.stringMatching(/^Deliveries/) });
      expect(store.get(bucket.name, keyIn(delivery)).length).toBe(object.size);
    }
  });

  test('of errors as well, if the filter did not keep these out', async () => {
    const unfiltered = altered(failing(templateOf(plain)), 'AWS::S3::Bucket', ({ NotificationConfiguration }) => {
      delete NotificationConfiguration?.TopicConfigurations[0].Filter;
    });
    const archive = await run(unfiltered, [anEvent(), anEvent({ source: 'fails' })]);
    expect(deliveries(archive).map(keyIn).filter(key => key.startsWith('errors/'))).toHaveLength(1);
  });

  test('by the bucket\'s own configuration: no function, no custom resource, nothing on EventBridge', () => {
    const { template } = synthesize(plain);
    template.resourceCountIs('AWS::Lambda::Function', 0);
    template.resourceCountIs('Custom::S3BucketNotifications', 0);
    expect(JSON.stringify(template.toJSON())).not.toContain('EventBridgeConfiguration');
    const [without, within] = [synthesize({}).template.toJSON(), template.toJSON()].map(({ Resources }) => Object.keys(Resources));
    expect(within.filter(id => !without.includes(id))).toEqual([expect.stringMatching(/^Deliveries/), expect.stringMatching(/^DeliveriesPolicy/)]);
  });
});

describe('the bucket cannot be deployed', () => {
  const REFUSED = 'Unable to validate the following destination configurations: ';

  test.each<[string, object, string]>([
    ['before the topic\'s policy', hasty(templateOf(plain)), 'may come after AuditStorageArchive'],
    ['without a statement for S3', altered(templateOf(plain), POLICY, ({ PolicyDocument }) => { PolicyDocument.Statement[0].Principal.Service = 'events.amazonaws.com'; }), 'sns:Publish'],
    ['for another account', altered(templateOf(plain), POLICY, ({ PolicyDocument }) => { PolicyDocument.Statement[0].Condition.StringEquals['aws:SourceAccount'] = '999999999999'; }), 'sns:Publish'],
    ['for another bucket', altered(templateOf(plain), POLICY, ({ PolicyDocument }) => { PolicyDocument.Statement[0].Condition.ArnLike['aws:SourceArn'] = 'arn:aws:s3:::other'; }), 'sns:Publish'],
    ['without the key', altered(templateOf(encrypted), 'AWS::KMS::Key', ({ KeyPolicy }) => { KeyPolicy.Statement.pop(); }), 'does not let s3.amazonaws.com kms:Decrypt'],
  ])('%s', async (_name, template, message) => {
    await expect(run(template, [anEvent()])).rejects.toThrow(REFUSED);
    await expect(run(template, [anEvent()])).rejects.toThrow(message);
  });
});

test.each<[string, PropsOrFactory]>([['', plain], [' and its key', encrypted]])('the policies of the topic%s let in S3 alone, and ask for no more than is needed', (_name, props) => {
  for (const stack of [{}, { env: ENV }]) {
    const template = SimulatedTemplate.parse(synthesize(props, { stack }).template.toJSON());
    const given = template.resources.map(({ logicalId }) => logicalId).filter(id => !id.startsWith('Audit'));
    expect([...walkArchive(template, []), ...postureFindings(template, given)]).toEqual([]);
  }
});

test('every call that a topic takes is asked for', () => {
  const asked = new Set(concreteCalls(SimulatedTemplate.parse(templateOf(encrypted))).map(({ what }) => what));
  const rows = DELIVERY_TOPIC_CALLS.flatMap(({ what, refused = [] }) => [what, ...refused.map(miss => `${what} ${miss.what}`)]);
  expect(rows.filter(what => !asked.has(what))).toEqual([]);
});

test.each<[string, (statement: any) => void]>([
  ['anybody\'s account', statement => { delete statement.Condition.StringEquals; }],
  ['anything as a source', statement => { delete statement.Condition.ArnLike; }],
  ['more than publishing', statement => { statement.Action = ['sns:Publish', 'sns:Subscribe']; }],
  ['any service', statement => { statement.Principal = { Service: ['s3.amazonaws.com', 'lambda.amazonaws.com'] }; }],
])('a policy that allows %s is found', (_name, change) => {
  const template = altered(templateOf(plain), POLICY, ({ PolicyDocument }) => change(PolicyDocument.Statement[0]));
  expect(walkArchive(SimulatedTemplate.parse(template), [])).not.toEqual([]);
});

test('a topic of another stack is told as well', () => {
  const app = new App();
  const topics = new Stack(app, 'Topics', { env: ENV });
  const deliveryTopic = new sns.Topic(topics, 'Deliveries', { masterKey: new kms.Key(topics, 'Key') });
  const stack = new Stack(app, 'Test', { env: ENV });
  new EventAuditArchive(stack, 'Audit', { storage: { deliveryTopic } });
  expect(Object.keys(Template.fromStack(topics).findResources(POLICY))).toHaveLength(1);
  expect(JSON.stringify(Template.fromStack(stack).findResources('AWS::S3::Bucket'))).toContain('s3:ObjectCreated:*');
  expect(stack.dependencies.map(({ node: { id } }) => id)).toEqual(['Topics']);
});

describe('what cannot be changed from here is warned of', () => {
  const publish = `{"Action":"sns:Publish","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::*"},"StringEquals":{"aws:SourceAccount":"${ENV.account}"}},`
    + `"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Resource":"${FOREIGN}"}`;
  const encrypt = `{"Action":["kms:Decrypt","kms:GenerateDataKey"],"Condition":{"StringEquals":{"aws:SourceAccount":"${ENV.account}"}},`
    + '"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Resource":"*"}';
  const text = (what: string, statement: string, id: string) =>
    `storage.deliveryTopic: the policy of ${what} cannot be changed from here; without this statement in it the bucket cannot be deployed: `
    + `${statement} [ack: cdk-event-audit-archive:${id}]`;

  test('an imported topic', () => {
    expect(warnings(told(stack => sns.Topic.fromTopicArn(stack, 'Topic', FOREIGN)), { stack: { env: ENV } })).toEqual([
      text('an imported topic', `${publish}; if a KMS key encrypts the topic, its policy needs this one: ${encrypt}`, 'deliveryTopicPolicy'),
    ]);
  });

  test('an imported topic with a key', () => {
    const topic = told(stack => sns.Topic.fromTopicAttributes(stack, 'Topic', { topicArn: FOREIGN, keyArn: `arn:aws:kms:eu-west-1:${ENV.account}:key/1` }));
    expect(warnings(topic, { stack: { env: ENV } })).toEqual([text('an imported topic', publish, 'deliveryTopicPolicy'), text('the topic\'s imported key', encrypt, 'deliveryTopicKeyPolicy')]);
  });

  test('and nothing else', () => {
    for (const props of [plain, encrypted]) expect(warnings(props, { stack: { env: ENV } })).toEqual([]);
  });
});

describe('bad input', () => {
  test.each<[string, PropsOrFactory, string]>([
    ['a FIFO topic', told(stack => new sns.Topic(stack, 'Topic', { fifo: true })), 'storage.deliveryTopic: got a FIFO topic; S3 gives no message group, which such a topic needs: give a standard topic'],
    ['an imported FIFO topic', told(stack => sns.Topic.fromTopicArn(stack, 'Topic', `${FOREIGN}.fifo`)), 'storage.deliveryTopic: got a FIFO topic; S3 gives no message group, which such a topic needs: give a standard topic'],
    ['another Region', told(stack => sns.Topic.fromTopicArn(stack, 'Topic', 'arn:aws:sns:us-east-1:123456789012:x')),
      'storage.deliveryTopic: got a topic in Region us-east-1; S3 tells topics in the Region of the bucket, eu-west-1'],
    ['the key of SNS', told(stack => new sns.Topic(stack, 'Topic', { masterKey: kms.Alias.fromAliasName(stack, 'Key', 'alias/aws/sns') })),
      'storage.deliveryTopic: got a topic encrypted with alias/aws/sns; S3 cannot use that key: give a topic without encryption or with a key of your own'],
    ['a given bucket', stack => ({ storage: { bucket: new s3.Bucket(stack, 'Mine'), prefix: 'audit', deliveryTopic: new sns.Topic(stack, 'Topic') } }),
      'storage.deliveryTopic: got a topic with storage.bucket; the notifications of a bucket are its owner\'s matter: have it tell the topic of objects that are created below audit/events/'],
  ])('%s', (_name, props, message) => {
    expect(synthesisError(props, { stack: { env: ENV } })).toBe(message);
  });

  test('other notifications of the bucket, which would replace this one', () => {
    const error = synthesisError(plain, {
      stack: { env: ENV },
      extend: (archive, stack) => { archive.bucket.addEventNotification(s3.EventType.OBJECT_REMOVED, new s3n.SnsDestination(new sns.Topic(stack, 'Other'))); },
    });
    expect(error).toContain('storage.deliveryTopic: got a bucket that has other notifications as well; CDK\'s custom resource for them replaces this one: subscribe to the topic instead');
  });
});

// What another stack makes, and what only the synthesis knows: an error that says what to do, and not one of CDK's from deep within.

import { App, Lazy, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { ENV } from './whole-apps';
import { EventAuditArchive, EventForwarder } from '../../src';

/** What is made in a stack of something that another stack makes, with a name or without. */
function synthesizeWith(elsewhere: Partial<typeof ENV>, make: (stack: Stack, other: Stack) => void): void {
  const app = new App();
  make(new Stack(app, 'Test', { env: ENV }), new Stack(app, 'Other', { env: { ...ENV, ...elsewhere } }));
  app.synth();
}

const OTHER_ACCOUNT = { account: '222222222222' };
const OTHER_REGION = { region: 'us-east-1' };

describe('without a name it cannot be referred to from another account or Region', () => {
  test.each<[string, Partial<typeof ENV>, (name?: string) => (stack: Stack, other: Stack) => void, string]>([
    ['a forwarder\'s bus', OTHER_REGION, eventBusName => (stack, other) =>
      new EventForwarder(stack, 'Forwarder', { destinationEventBus: new events.EventBus(other, 'Bus', { eventBusName }) }),
    'destinationEventBus: got a bus without a name, of a stack in another account or Region; a reference to it needs a name there: give it a literal eventBusName'],
    ['a bucket', OTHER_ACCOUNT, bucketName => (stack, other) =>
      new EventAuditArchive(stack, 'Audit', { storage: { bucket: new s3.Bucket(other, 'Bucket', { bucketName }), prefix: 'audit' } }),
    'storage.bucket: got a bucket without a name, of a stack in another account or Region; a reference to it needs a name there: give it a literal bucketName'],
    ['a queue', OTHER_ACCOUNT, queueName => (stack, other) =>
      new EventAuditArchive(stack, 'Audit', { delivery: { deadLetterQueue: new sqs.Queue(other, 'Queue', { queueName }) } }),
    'delivery.deadLetterQueue: got a queue without a name, of a stack in another account or Region; a reference to it needs a name there: give it a literal queueName'],
    ['a topic', OTHER_ACCOUNT, topicName => (stack, other) =>
      new EventAuditArchive(stack, 'Audit', { storage: { deliveryTopic: new sns.Topic(other, 'Topic', { topicName }) } }),
    'storage.deliveryTopic: got a topic without a name, of a stack in another account or Region; a reference to it needs a name there: give it a literal topicName'],
    ['a trail\'s topic', OTHER_ACCOUNT, topicName => (stack, other) =>
      new EventAuditArchive(stack, 'Audit', { trail: { deliveryTopic: new sns.Topic(other, 'Topic', { topicName }) } }),
    'trail.deliveryTopic: got a topic without a name, of a stack in another account or Region; a reference to it needs a name there: give it a literal topicName'],
  ])('%s', (_name, elsewhere, make, message) => {
    expect(() => synthesizeWith(elsewhere, make())).toThrow(message);
    expect(() => synthesizeWith(elsewhere, make('given-name'))).not.toThrow();
    expect(() => synthesizeWith({}, make())).not.toThrow();
  });

  test('and a stack of no known place is another one', () => {
    const app = new App();
    const eventBus = new events.EventBus(new Stack(app, 'Other', { env: ENV }), 'Bus');
    expect(() => new EventAuditArchive(new Stack(app, 'Test'), 'Audit', { eventBus })).toThrow('eventBus: got a bus without a name, of a stack in another account or Region; ');
  });
});

describe('a pattern that only the synthesis knows', () => {
  const lazily = <T>(value: T) => Lazy.any({ produce: () => value }) as unknown as T;

  test.each<[string, (stack: Stack) => void, string]>([
    ['is an error', stack => new EventAuditArchive(stack, 'Audit', { eventPatterns: [{ source: ['a'] }, lazily({ source: ['b'] })] }),
      'eventPatterns[1]: got a token; the pattern is needed when the construct is made: give an object, whose values may be tokens'],
    ['is an error in a forwarder', stack => new EventForwarder(stack, 'Forwarder', {
      destinationEventBus: events.EventBus.fromEventBusArn(stack, 'There', 'arn:aws:events:us-east-1:111111111111:event-bus/there'),
      eventPatterns: [lazily({ source: ['b'] })],
    }), 'eventPatterns[0]: got a token; '],
    ['is an error of onEvent', stack => new EventAuditArchive(stack, 'Audit').onEvent('Told', { eventPattern: lazily({ source: ['a'] }), target: { bind: () => ({ arn: 'arn' }) } }),
      'onEvent("Told").eventPattern: got a token; '],
    ['is an error as a list', stack => new EventAuditArchive(stack, 'Audit', { eventPatterns: lazily([{ source: ['a'] }]) }),
      'eventPatterns: got a token; the patterns are needed when the construct is made: give a list of objects, whose values may be tokens'],
  ])('%s', (_name, make, message) => {
    expect(() => make(new Stack(new App(), 'Test'))).toThrow(message);
  });

  test('in part is none', () => {
    expect(() => new EventAuditArchive(new Stack(new App(), 'Test'), 'Audit', { eventPatterns: [{ source: Lazy.list({ produce: () => ['a'] }) }] })).not.toThrow();
  });
});

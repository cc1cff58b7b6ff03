// The policies that several archives share: whole apps at the limit of each, and one past it.

import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { ENV, errorsOf, roomFor, warningsOf } from './whole-apps';
import { EventAuditArchive, EventForwarder, FanOut, FanOutConfig } from '../../src';

const OWNER = { account: '999999999999', region: 'eu-west-1' };
const accounts = (count: number) => Array.from({ length: count }, (_, index) => String(200000000001 + index));
const patternsOf = (archive: number, count: number) => Array.from({ length: count }, (_, index) => ({ source: [`archive${archive}.source${index}`] }));

/** A statement of somebody else, of any length. */
const padded = (resource: string, padding: number) => new iam.PolicyStatement({
  sid: 'x'.repeat(padding), principals: [new iam.AccountRootPrincipal()], actions: ['sqs:SendMessage'], resources: [resource],
});

/** Sends to a queue of the user's. */
class ToQueue extends FanOut {
  constructor(private readonly queue: sqs.IQueue) {
    super();
  }

  public bind(): FanOutConfig {
    return { target: new targets.SqsQueue(this.queue) };
  }
}

/** A new app with a stack in it, and what is in that. */
function appWith(fill: (stack: Stack) => void): App {
  const app = new App();
  fill(new Stack(app, 'Test', { env: ENV }));
  return app;
}

describe('the policy of an archive\'s queue in a Region', () => {
  const reported = (count: number, env?: { readonly region: string; readonly account?: string }) => {
    const app = new App();
    const stack = new Stack(app, 'Test', { env });
    new EventAuditArchive(stack, 'Audit', { eventPatterns: patternsOf(0, count) });
    const errors = errorsOf(app);
    return { errors, warnings: errors.length === 0 ? warningsOf(stack).filter(text => text.includes(' bytes ')) : [] };
  };
  const bytes = ({ errors, warnings }: ReturnType<typeof reported>) => [...errors, ...warnings].flatMap(text => text.match(/\d+(?= and|(?: and \d+)? bytes)/g) ?? []).map(Number);

  test('that is not known is an error where it is too large in the Region with the shortest name', () => {
    const [nowhere, shortest] = [reported(85), reported(85, { region: 'us-east-1' })];
    expect(nowhere.errors).toEqual([expect.stringMatching(/^\[Test\/Audit\/DeadLetters\] eventPatterns: got about \d+ bytes in the policy of the queue /)]);
    expect(shortest.errors).toHaveLength(1);
  });

  test.each([78, 80])('that is not known is a warning where others take it: %d rules', count => {
    const { errors, warnings } = reported(count);
    expect(errors).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(new RegExp('^eventPatterns: got between \\d+ and \\d+ bytes in the policy of the queue Test/Audit/DeadLetters/Queue '
      + `\\(${count} rules, 2 statements\\), which only the deployment knows; SQS takes 8192: give stacks an env, and resources names, that are known at synthesis, or join patterns, `
      + 'or use several archives with queues of their own \\[ack: cdk-event-audit-archive:policySizeUnknown\\]$'))]);
    expect(reported(count, { region: 'eu-west-1' })).toEqual({ errors: [], warnings: [] });
    const [least, most] = bytes(reported(count));
    expect([least <= 8192, most > 8192]).toEqual([true, true]);
  });

  test('that is known is judged by its name', () => {
    expect(reported(80, { region: 'us-gov-west-1' }).errors).toHaveLength(1);
    expect(reported(70)).toEqual({ errors: [], warnings: [] });
  });
});

describe('a dead-letter queue that archives share', () => {
  const sharing = (archives: number, each: number, fill: (queue: sqs.Queue) => void = () => undefined) => appWith(stack => {
    const deadLetterQueue = new sqs.Queue(stack, 'Shared');
    for (let index = 0; index < archives; index++) {
      new EventAuditArchive(stack, `Audit${index}`, { eventPatterns: patternsOf(index, each), delivery: { deadLetterQueue } });
    }
    fill(deadLetterQueue);
  });

  test('has one statement for the rules of all, and of forwarders', () => {
    const app = sharing(12, 2, queue => new EventForwarder(Stack.of(queue), 'Forwarder', {
      destinationEventBus: events.EventBus.fromEventBusArn(Stack.of(queue), 'There', 'arn:aws:events:us-east-1:111111111111:event-bus/there'),
      deadLetterQueue: queue,
    }));
    const template = Template.fromStack(app.node.findChild('Test') as Stack);
    const [{ Properties: { PolicyDocument: { Statement } } }] = Object.values<any>(template.findResources('AWS::SQS::QueuePolicy'))
      .filter(({ Properties }) => Properties.PolicyDocument.Statement.length === 1);
    expect(Statement[0].Condition.ArnLike['aws:SourceArn']).toHaveLength(12 * 2 + 1);
  });

  test('takes 8,192 bytes from all of them', () => {
    const report = (padding: number) => errorsOf(sharing(3, 10, queue => queue.addToResourcePolicy(padded(queue.queueArn, padding))));
    const room = roomFor(8192, 9000, report);
    expect(room).toBeGreaterThan(1000);
    expect(report(room)).toEqual([]);
    expect(report(room + 1)).toEqual(['[Test/Audit0/DeadLetters] delivery.deadLetterQueue: got about 8193 bytes in the policy of the queue Test/Shared '
      + '(30 rules, 2 statements, shared by 3 archives or forwarders); SQS takes 8192: join patterns, or use several archives with queues of their own']);
  });

  test('takes 20 statements', () => {
    const report = (others: number) => errorsOf(sharing(1, 1, queue => {
      for (let index = 0; index < others; index++) queue.addToResourcePolicy(padded(queue.queueArn, index + 1));
    }));
    expect(report(19)).toEqual([]);
    expect(report(20)).toEqual([expect.stringContaining('got 21 statements in the policy of the queue Test/Shared (1 rules, 21 statements); SQS takes 20: ')]);
  });

  test('lets in the rules of archives in other stacks by one statement too', () => {
    const app = new App();
    const deadLetterQueue = new sqs.Queue(new Stack(app, 'Queues', { env: ENV }), 'Shared');
    for (let index = 0; index < 25; index++) new EventAuditArchive(new Stack(app, `Test${index}`, { env: ENV }), 'Audit', { delivery: { deadLetterQueue } });
    expect(errorsOf(app)).toEqual([]);
    Template.fromStack(Stack.of(deadLetterQueue)).hasResourceProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: { Statement: [{ Condition: { ArnLike: { 'aws:SourceArn': [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':events:eu-west-1:111111111111:rule/*']] }] } } }] },
    });
  });
});

describe('a log-archive bucket that archives of many accounts write to', () => {
  const sharing = (count: number, prefixOf: (account: string) => string, fill: (bucket: s3.Bucket) => void = () => undefined) => {
    const app = new App();
    const owner = new Stack(app, 'Owner', { env: OWNER });
    const encryptionKey = new kms.Key(owner, 'Key', { alias: 'log-archive' });
    const bucket = new s3.Bucket(owner, 'Logs', { bucketName: 'example-corp-log-archive', enforceSSL: true, encryptionKey });
    for (const account of accounts(count)) {
      new EventAuditArchive(new Stack(app, `Of${account}`, { env: { ...ENV, account } }), 'Audit', { storage: { bucket, prefix: prefixOf(account) } });
    }
    fill(bucket);
    return app;
  };
  const policyOf = (app: App) => Object.values<any>(Template.fromStack(app.node.findChild('Owner') as Stack).findResources('AWS::S3::BucketPolicy'))[0].Properties.PolicyDocument.Statement;

  test('has the same statements for all accounts where the prefix has the account\'s id', () => {
    const statements = policyOf(sharing(40, account => `audit/${account}`));
    expect(statements).toHaveLength(4);
    for (const { Principal } of statements.slice(1)) expect(Principal.AWS).toHaveLength(40);
    expect(JSON.stringify(statements)).toContain('/audit/${aws:PrincipalAccount}/events/*');
    expect(JSON.stringify(statements)).not.toMatch(/audit\/\d/);
  });

  test('has one statement about the bucket for all accounts, whatever the prefixes are', () => {
    const app = sharing(27, account => `team-${account.slice(-2)}`);
    expect(errorsOf(app)).toEqual([]);
    expect(policyOf(app).filter(({ Action }: any) => Action.includes?.('s3:ListBucket'))).toHaveLength(1);
  });

  test('has one statement for all of them in the policy of its key', () => {
    const app = sharing(30, account => account);
    const [{ Properties: { KeyPolicy: { Statement } } }] = Object.values<any>(Template.fromStack(app.node.findChild('Owner') as Stack).findResources('AWS::KMS::Key'));
    expect(Statement).toHaveLength(2);
    expect(Statement[1].Principal.AWS).toHaveLength(30);
  });

  test('takes 20 KB', () => {
    const report = (padding: number) => errorsOf(sharing(2, account => account, bucket => {
      bucket.addToResourcePolicy(padded(bucket.bucketArn, padding));
    }));
    const room = roomFor(20_480, 21_000, report);
    expect(report(room)).toEqual([]);
    expect(report(room + 1)).toEqual(['[Of200000000001/Audit/Storage] storage.bucket: got about 20481 bytes in the policy of the bucket Owner/Logs '
      + '(5 statements, shared by 2 archives or forwarders); S3 takes 20480: '
      + 'give each archive a storage.prefix that ends with its account\'s id, so that all accounts share the statements, or use several buckets']);
  });

  test('has no room for very many accounts with prefixes of any name', () => {
    expect(errorsOf(sharing(45, account => `team-${account.slice(-2)}`))).toEqual([expect.stringContaining('bytes in the policy of the bucket Owner/Logs (92 statements, shared by 45 archives')]);
  });
});

describe('a key', () => {
  test('takes 32 KB of policy', () => {
    const report = (padding: number) => errorsOf(appWith(stack => {
      const encryptionKey = new kms.Key(stack, 'Key');
      for (const name of ['A', 'B']) new EventAuditArchive(stack, name, { encryptionKey, eventPatterns: [{ source: [name] }] });
      encryptionKey.addToResourcePolicy(padded('*', padding));
    }));
    const room = roomFor(32_768, 33_000, report);
    expect(report(room)).toEqual([]);
    expect(report(room + 1)).toEqual([expect.stringMatching(/^\[Test\/A\] encryptionKey: got (about )?32769 bytes in the policy of the key Test\/Key \(\d+ statements, shared by \d+ archives or forwarders\); KMS takes 32768: use several keys$/)]);
  });

  test('that is given by its alias is judged too', () => {
    const app = appWith(stack => {
      const key = new kms.Key(stack, 'Key');
      const topic = new sns.Topic(stack, 'Topic', { masterKey: key.addAlias('alias/topic') });
      new EventAuditArchive(stack, 'Audit', { storage: { deliveryTopic: topic } });
      key.addToResourcePolicy(padded('*', 40_000));
    });
    expect(errorsOf(app)).toEqual([expect.stringContaining('bytes in the policy of the key Test/Key ')]);
  });
});

describe('a topic', () => {
  const report = (fill: (topic: sns.Topic) => void) => errorsOf(appWith(stack => {
    const topic = new sns.Topic(stack, 'Topic');
    for (const name of ['A', 'B']) new EventAuditArchive(stack, name, { storage: { deliveryTopic: topic }, eventPatterns: [{ source: [name] }] });
    fill(topic);
  }));

  test('takes 30 KB of policy', () => {
    const withPadding = (padding: number) => report(topic => topic.addToResourcePolicy(padded(topic.topicArn, padding)));
    const room = roomFor(30_720, 31_000, withPadding);
    expect(withPadding(room)).toEqual([]);
    expect(withPadding(room + 1)).toEqual([expect.stringMatching(/^\[Test\/A\S+\] storage.deliveryTopic: got about 30721 bytes in the policy of the topic Test\/Topic .*; SNS takes 30720: give archives topics of their own$/)]);
  });

  test('takes 100 statements', () => {
    const withOthers = (count: number) => report(topic => {
      for (let index = 0; index < count; index++) topic.addToResourcePolicy(padded(topic.topicArn, index + 1));
    });
    expect(withOthers(99)).toEqual([]);
    expect(withOthers(100)).toEqual([expect.stringContaining('got 101 statements in the policy of the topic')]);
  });
});

describe('a queue that onEvent sends to', () => {
  const report = (count: number) => errorsOf(appWith(stack => {
    const target = new targets.SqsQueue(new sqs.Queue(stack, 'Target'));
    const archive = new EventAuditArchive(stack, 'Audit');
    for (let index = 0; index < count; index++) archive.onEvent(`E${index}`, { eventPattern: { source: [`source${index}`] }, target });
  }));

  test('takes 20 statements, one for each rule', () => {
    expect(report(20)).toEqual([]);
    expect(report(21)).toEqual(['[Test/Audit/OnEvent/E0] onEvent("E0").target: got 21 statements in the policy of the queue Test/Target (21 statements); SQS takes 20: '
      + 'join patterns, or use several targets']);
  });
});

describe('a bus', () => {
  const accepting = (padding: number) => appWith(stack => {
    for (const name of ['A', 'B']) {
      const archive = new EventAuditArchive(stack, name, { eventPatterns: [{ source: [name] }] });
      archive.acceptEventsFrom({ accounts: accounts(50).map(account => (name === 'A' ? account : account.replace(/^2/, '3'))) });
    }
    new events.CfnEventBusPolicy(stack, 'Other', { statementId: 'x'.repeat(padding), statement: { Effect: 'Allow' } });
  });
  const report = (padding: number) => {
    const app = accepting(padding);
    expect(errorsOf(app)).toEqual([]);
    return warningsOf(app.node.findChild('Test') as Stack);
  };

  test('takes 10,240 characters of policy from all archives and others by default', () => {
    const room = roomFor(10_240, 10_000, report);
    expect(report(room)).toEqual([]);
    expect(report(room + 1)).toEqual([expect.stringMatching(/^acceptEventsFrom: got (about )?10241 characters in the policy of the bus default \(3 statements\); EventBridge's default quota is 10240: have it raised before you deploy, or give the organizationId of the accounts instead \[ack: cdk-event-audit-archive:busPolicyOverDefaultQuota\]$/)]);
  });

  test('that is another one is counted apart', () => {
    const app = appWith(stack => {
      const archive = new EventAuditArchive(stack, 'Audit');
      archive.acceptEventsFrom({ accounts: accounts(150) });
      archive.acceptEventsFrom({ accounts: accounts(150), eventBus: archive.addEventBus('Bills') });
    });
    expect(errorsOf(app)).toEqual([]);
    expect(warningsOf(app.node.findChild('Test') as Stack)).toEqual([]);
  });
});

describe('a second policy', () => {
  const denying = (resource: string) => new iam.PolicyDocument({ statements: [padded(resource, 1)] });

  test.each<[string, (stack: Stack, elsewhere: Stack) => void, string]>([
    ['of a given queue', (stack, elsewhere) => {
      const deadLetterQueue = new sqs.Queue(stack, 'Mine');
      new EventAuditArchive(stack, 'Audit', { delivery: { deadLetterQueue } });
      new sqs.CfnQueuePolicy(elsewhere, 'Second', { queues: [deadLetterQueue.queueUrl], policyDocument: denying(deadLetterQueue.queueArn) });
    }, 'delivery.deadLetterQueue: the queue Test/Mine has 2 policies: Test/Mine/Policy, Elsewhere/Second; '],
    ['of the archive\'s own queue', stack => {
      const { deadLetterQueue } = new EventAuditArchive(stack, 'Audit');
      new sqs.QueuePolicy(stack, 'Second', { queues: [deadLetterQueue] }).document.addStatements(padded(deadLetterQueue.queueArn, 1));
    }, 'eventPatterns: the queue Test/Audit/DeadLetters/Queue has 2 policies: Test/Audit/DeadLetters/Queue/Policy, Test/Second; '],
    ['of a forwarder\'s queue', stack => {
      const destinationEventBus = events.EventBus.fromEventBusArn(stack, 'There', 'arn:aws:events:us-east-1:111111111111:event-bus/there');
      const { deadLetterQueue } = new EventForwarder(stack, 'Forwarder', { destinationEventBus });
      new sqs.CfnQueueInlinePolicy(stack, 'Second', { queue: deadLetterQueue.queueUrl, policyDocument: denying(deadLetterQueue.queueArn) });
    }, 'eventPatterns: the queue Test/Forwarder/DeadLetters/Queue has 2 policies: '],
    ['of a topic', stack => {
      const topic = new sns.Topic(stack, 'Topic');
      new EventAuditArchive(stack, 'Audit', { storage: { deliveryTopic: topic } });
      new sns.TopicPolicy(stack, 'Second', { topics: [topic] }).document.addStatements(padded(topic.topicArn, 1));
    }, 'storage.deliveryTopic: the topic Test/Topic has 2 policies: Test/Topic/Policy, Test/Second; '],
    ['of a bucket', stack => {
      const accessLogsBucket = new s3.Bucket(stack, 'Logs');
      new EventAuditArchive(stack, 'Audit', { storage: { accessLogsBucket } });
      new s3.CfnBucketPolicy(stack, 'Second', { bucket: accessLogsBucket.bucketName, policyDocument: denying(accessLogsBucket.bucketArn) });
    }, 'storage.accessLogsBucket: the bucket Test/Logs has 2 policies: Test/Logs/Policy, Test/Second; '],
    ['of a queue that onEvent sends to', (stack, elsewhere) => {
      const queue = new sqs.Queue(stack, 'Target');
      new sqs.QueuePolicy(elsewhere, 'Second', { queues: [queue] }).document.addStatements(padded(queue.queueArn, 1));
      new EventAuditArchive(stack, 'Audit').onEvent('E', { eventPattern: { source: ['a'] }, target: new targets.SqsQueue(queue) });
    }, 'onEvent("E").target: the queue Test/Target has 2 policies: Test/Target/Policy, Elsewhere/Second; '],
    ['of a topic that onEvent sends to', stack => {
      const topic = new sns.Topic(stack, 'Target');
      new sns.TopicPolicy(stack, 'Second', { topics: [topic] }).document.addStatements(padded(topic.topicArn, 1));
      new EventAuditArchive(stack, 'Audit').onEvent('E', { eventPattern: { source: ['a'] }, target: new targets.SnsTopic(topic) });
    }, 'onEvent("E").target: the topic Test/Target has 2 policies: Test/Target/Policy, Test/Second; '],
    ['of a queue of a fan-out', stack => {
      const queue = new sqs.Queue(stack, 'Target');
      new sqs.QueuePolicy(stack, 'Second', { queues: [queue] }).document.addStatements(padded(queue.queueArn, 1));
      new EventAuditArchive(stack, 'Audit').addFanOut('F', new ToQueue(queue));
    }, 'fanOut.F: the queue Test/Target has 2 policies: Test/Target/Policy, Test/Second; '],
  ])('%s is found in the whole app', (_name, fill, text) => {
    const app = new App();
    const stack = new Stack(app, 'Test', { env: ENV });
    fill(stack, new Stack(app, 'Elsewhere', { env: ENV }));
    expect(errorsOf(app)).toEqual([]);
    expect(warningsOf(stack)).toEqual([expect.stringContaining(text)]);
    expect(warningsOf(stack)).toEqual([expect.stringContaining('[ack: cdk-event-audit-archive:severalPolicies]')]);
  });

  test('of a topic that a role sends to is nobody\'s matter here', () => {
    const app = appWith(stack => {
      const topic = new sns.Topic(stack, 'Target');
      for (const id of ['First', 'Second']) new sns.TopicPolicy(stack, id, { topics: [topic] }).document.addStatements(padded(topic.topicArn, 1));
      new EventAuditArchive(stack, 'Audit').onEvent('E', { eventPattern: { source: ['a'] }, target: new targets.SnsTopic(topic, { authorizeUsingRole: true }) });
    });
    expect(errorsOf(app)).toEqual([]);
    expect(warningsOf(app.node.findChild('Test') as Stack)).toEqual([]);
  });

  test('of something that the archive has no part in is nobody\'s matter here', () => {
    const app = appWith(stack => {
      new EventAuditArchive(stack, 'Audit');
      const other = new sqs.Queue(stack, 'Other');
      for (const id of ['First', 'Second']) new sqs.CfnQueuePolicy(stack, id, { queues: [other.queueUrl], policyDocument: denying(other.queueArn) });
      other.addToResourcePolicy(padded(other.queueArn, 10_000));
    });
    expect(errorsOf(app)).toEqual([]);
    expect(warningsOf(app.node.findChild('Test') as Stack)).toEqual([]);
  });
});

// Where an archive can be: several in a stack and in an app, in nested stacks and stages, in every partition, with or without a known place.

import { App, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import { anEvent, cleanUp, run } from './archive-run';
import { wrongIn } from './found';
import { FIRST_DATE } from './recent-archive';
import { EventAuditArchive, PartitionKey } from '../../src';
import type { Environment } from '../simulator/template/environment';

afterAll(cleanUp);

const bus = (stack: Stack, name: string) => new events.EventBus(stack, name, { eventBusName: name });

describe('several archives', () => {
  test('in one stack keep apart, and each finds its own', async () => {
    const stack = new Stack(new App(), 'Two');
    const [first, second] = ['First', 'Second'].map(id => new EventAuditArchive(stack, id, { eventBus: bus(stack, `${id}Bus`), catalog: { firstDate: FIRST_DATE } }));
    const [toFirst, toSecond] = ['FirstBus', 'SecondBus'].map(name => ({ ...anEvent(), bus: name }));
    const archives = await run(Template.fromStack(stack).toJSON(), [toFirst, toSecond]);
    const idsIn = async (archive: EventAuditArchive) => (await archives.rows(`SELECT id FROM ${archive.databaseName}.events`)).map(({ id }) => id);
    expect(await idsIn(first)).toEqual([toFirst.event.id]);
    expect(await idsIn(second)).toEqual([toSecond.event.id]);
    expect(await archives.savedQueries()).toHaveLength(12);
  });

  test('on one bus each have every event', async () => {
    const stack = new Stack(new App(), 'Two');
    const archives = ['First', 'Second'].map(id => new EventAuditArchive(stack, id, { catalog: { firstDate: FIRST_DATE } }));
    const done = await run(Template.fromStack(stack).toJSON(), [anEvent()]);
    for (const archive of archives) expect(await done.rows(`SELECT id FROM ${archive.databaseName}.events`)).toHaveLength(1);
  });

  test('in one app and account have names of their own', () => {
    const app = new App();
    const archives = [
      new EventAuditArchive(new Stack(app, 'One'), 'Audit'),
      new EventAuditArchive(new Stack(app, 'Two'), 'Audit'),
      new EventAuditArchive(new Stack(new Stage(app, 'Test'), 'One'), 'Audit'),
      new EventAuditArchive(new Stack(new Stage(app, 'Prod'), 'One'), 'Audit'),
      new EventAuditArchive(new NestedStack(new Stack(app, 'Three'), 'One'), 'Audit'),
    ];
    expect(new Set(archives.map(({ databaseName }) => databaseName)).size).toBe(archives.length);
    expect(archives.map(({ databaseName }) => databaseName).filter(name => !/^[a-z0-9_]{1,64}$/.test(name))).toEqual([]);
  });
});

describe('an archive', () => {
  test('in a nested stack archives, with the key and the bus of its parent', async () => {
    const parent = new Stack(new App(), 'Parent');
    const nested = new NestedStack(parent, 'Nested');
    new EventAuditArchive(nested, 'Audit', { eventBus: bus(parent, 'orders'), catalog: { firstDate: FIRST_DATE } });
    const template = Template.fromStack(nested).toJSON();
    const [parameter] = Object.keys(template.Parameters);
    const sent = { ...anEvent(), bus: 'orders' };
    expect(await wrongIn(await run(template, [sent], { environment: { parameters: { [parameter]: 'orders' } } }), [sent])).toEqual([]);
  });

  test('in a nested stack with a key of its parent makes no cycle', () => {
    const parent = new Stack(new App(), 'Parent');
    const encryptionKey = new kms.Key(parent, 'Key');
    const nested = new NestedStack(parent, 'Nested');
    new EventAuditArchive(nested, 'Audit', { encryptionKey, catalog: { firstDate: FIRST_DATE } });
    const parameters = Object.keys(Template.fromStack(nested).toJSON().Parameters);
    expect(parameters).toEqual([expect.stringMatching(/^referencetoParentKey.*Arn$/)]);
    expect(JSON.stringify(Template.fromStack(parent).findResources('AWS::KMS::Key'))).not.toContain('Nested');
  });

  test('in a stage archives', async () => {
    const stage = new Stage(new App(), 'Prod', { env: { account: '111122223333', region: 'eu-central-1' } });
    const stack = new Stack(stage, 'Audit');
    new EventAuditArchive(stack, 'Archive', { catalog: { firstDate: FIRST_DATE } });
    const sent = [anEvent()];
    const environment = { account: '111122223333', region: 'eu-central-1' };
    expect(await wrongIn(await run(Template.fromStack(stack).toJSON(), sent, { environment }), sent)).toEqual([]);
  });

  const places: [string, Partial<Environment>][] = [
    ['aws', { region: 'eu-west-1' }],
    ['aws-cn', { partition: 'aws-cn', region: 'cn-north-1', urlSuffix: 'amazonaws.com.cn' }],
    ['aws-us-gov', { partition: 'aws-us-gov', region: 'us-gov-west-1' }],
  ];

  test.each(places)('that knows neither account nor Region archives in %s, keys and all', async (_partition, environment) => {
    const stack = new Stack(new App(), 'Anywhere');
    new EventAuditArchive(stack, 'Audit', {
      encryptionKey: new kms.Key(stack, 'Key'),
      partitionKeys: [PartitionKey.eventType(), PartitionKey.receiptDate(), PartitionKey.receiptHour()],
      catalog: { firstDate: FIRST_DATE },
    });
    const template = Template.fromStack(stack).toJSON();
    const sent = [anEvent(), anEvent()];
    expect(await wrongIn(await run(template, sent, { environment }), sent)).toEqual([]);
    const { simulation } = await run(template, sent, { environment, faults: () => 'error' });
    expect(simulation.ledger.deadLettered).toBe(2);
  });

  test('names no partition, account or Region where its stack does not', () => {
    const stack = new Stack(new App(), 'Anywhere');
    new EventAuditArchive(stack, 'Audit', { encryptionKey: new kms.Key(stack, 'Key') });
    const text = JSON.stringify(Template.fromStack(stack).toJSON().Resources);
    expect(text).not.toMatch(/arn:aws|us-east-1|\d{12}/);
  });
});

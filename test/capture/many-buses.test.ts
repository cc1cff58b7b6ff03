// Buses of all kinds in one archive: those that it creates, those that others may send to, and partners'.

import { Aws, Fn, Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { EventAuditArchiveProps } from '../../src';
import { altered, anEvent, cleanUp, run } from '../end-to-end/archive-run';
import { wrongIn } from '../end-to-end/found';
import { Extend, synthesisError, synthesize, warnings } from '../synthesize';

afterAll(cleanUp);

const ENV = { account: '123456789012', region: 'us-east-1' };
const PARTNER = 'aws.partner/example.com/1';
const partnerBus = (stack: Stack) => events.EventBus.fromEventBusName(stack, 'Partner', PARTNER);
const withKey = (stack: Stack): EventAuditArchiveProps => ({ encryptionKey: new kms.Key(stack, 'Key') });

describe('default, custom, own and partner buses', () => {
  const extend: Extend = (archive, stack) => {
    archive.addCapture('Orders', { eventBus: new events.EventBus(stack, 'Orders', { eventBusName: 'orders' }), eventPatterns: [{ source: ['order'] }] });
    archive.addEventBus('Bills', { eventBusName: 'bills', eventPatterns: [{ source: ['bill'] }] });
    archive.addCapture('Partner', { eventBus: partnerBus(stack), eventPatterns: [{ source: [PARTNER] }] });
  };
  const on = (source: string, bus?: string) => ({ ...anEvent({ source }), bus });

  test.each([['AWS\'s keys', {}], ['a key', withKey]])('are archived by the patterns of each, and by no others: with %s', async (_name, props) => {
    const { template } = synthesize(stack => ({ eventPatterns: [{ source: ['aws.ssm'] }], ...typeof props === 'function' && props(stack) }), { extend });
    const sources: [string, string?][] = [['aws.ssm'], ['order', 'orders'], ['bill', 'bills'], [PARTNER, PARTNER]];
    const wanted = sources.map(([source, bus]) => on(source, bus));
    const others = sources.flatMap(([, bus]) => sources.filter(([, own]) => own !== bus).map(([source]) => on(source, bus)));
    const archive = await run(template.toJSON(), [...wanted, ...others]);
    expect(await wrongIn(archive, wanted)).toEqual([]);
    expect(archive.simulation.ledger.unmatchedBecause).toEqual({ noPattern: 12 });
  });
});

describe('a bus that the archive creates', () => {
  const json = (props: Parameters<typeof synthesize>[0] = {}) => synthesize(props, { extend: archive => { archive.addEventBus('Bills'); } }).template;

  test('logs its errors, without contents, to a log group that is kept for a year', () => {
    const template = json();
    template.hasResourceProperties('AWS::Events::EventBus', { LogConfig: { Level: 'ERROR', IncludeDetail: 'NONE' }, KmsKeyIdentifier: Match.absent(), DeadLetterConfig: Match.absent() });
    template.resourcePropertiesCountIs('AWS::Logs::LogGroup', { RetentionInDays: 365 }, 2);
    json({ delivery: { errorLogRetention: logs.RetentionDays.ONE_WEEK } }).resourcePropertiesCountIs('AWS::Logs::LogGroup', { RetentionInDays: 7 }, 2);
  });

  test('shares log group and queue with the next one', () => {
    const { template } = synthesize(withKey, { extend: archive => ['A', 'B'].forEach(id => archive.addEventBus(id)) });
    template.resourceCountIs('AWS::Logs::ResourcePolicy', 1);
    template.resourceCountIs('AWS::Logs::Delivery', 2);
    template.resourceCountIs('AWS::SQS::Queue', 2);
  });

  test('waits with its delivery for that of the bus before, because CloudWatch Logs takes one at a time', async () => {
    const template = synthesize({}, { extend: archive => ['A', 'B', 'C'].forEach(id => archive.addEventBus(id)) }).template.toJSON();
    await expect(run(template, [])).resolves.toBeDefined();
    const third = Object.keys(template.Resources).find(id => /^AuditEventBusesCErrorDelivery/.test(id))!;
    delete template.Resources[third].DependsOn;
    await expect(run(template, [])).rejects.toThrow(/AuditEventBusesC\S*.DependsOn: AuditEventBusesA\S* has the same source or destination/);
  });

  test('changes no logical id of an archive without one', () => {
    const ids = Object.keys(synthesize().template.toJSON().Resources);
    expect(Object.keys(json().toJSON().Resources)).toEqual(expect.arrayContaining(ids));
  });

  test('warns of nothing', () => {
    expect(warnings(withKey, { extend: archive => { archive.addEventBus('Bills'); } })).toEqual([]);
  });

  test.each<[string, string, (properties: any, id: string) => void, RegExp]>([
    ['the delivery of its log', 'AWS::Logs::DeliverySource', properties => { properties.LogType = 'INFO_LOGS'; }, /LogConfig: nobody gets the bus's ERROR_LOGS/],
    ['the level', 'AWS::Events::EventBus', properties => { properties.LogConfig.Level = 'OFF'; }, /Errors\w+ waits for what the level OFF does not log/],
    ['the right of the delivery', 'AWS::Logs::ResourcePolicy', properties => {
      properties.PolicyDocument['Fn::Join'][1][0] = properties.PolicyDocument['Fn::Join'][1][0].replace('logs:PutLogEvents', 'logs:PutRetentionPolicy');
    }, /no resource policy lets delivery.logs.amazonaws.com logs:PutLogEvents/],
    ['the destination', 'AWS::Logs::DeliveryDestination', properties => { properties.DestinationResourceArn = 'arn:aws:logs:us-east-1:123456789012:log-group:other'; }, /is no log group of the template/],
    ['a right to its key', 'AWS::KMS::Key', properties => { properties.KeyPolicy.Statement = properties.KeyPolicy.Statement.filter(({ Action }: any) => Action !== 'kms:DescribeKey'); },
      /does not let events.amazonaws.com kms:DescribeKey/],
    ['the right to encrypt the log', 'AWS::KMS::Key', properties => {
      properties.KeyPolicy.Statement = properties.KeyPolicy.Statement.filter(({ Principal }: any) => Principal.Service !== 'delivery.logs.amazonaws.com');
    }, /does not let delivery.logs.amazonaws.com kms:Decrypt/],
    ['a queue that needs no such key', 'AWS::SQS::Queue', properties => {
      properties.SqsManagedSseEnabled = undefined;
      properties.KmsMasterKeyId = { 'Fn::GetAtt': ['Key961B73FD', 'Arn'] };
    }, /needs the key whose failure it is for/],
    ['the right to send there', 'AWS::SQS::QueuePolicy', properties => { properties.PolicyDocument.Statement[1].Condition.ArnLike['aws:SourceArn'] = 'arn:aws:events:us-east-1:123456789012:rule/*'; },
      /DeadLetterConfig: the policy of \S+ does not let \S+:event-bus\/\S+ send messages/],
  ])('needs %s', async (_name, type, alter, message) => {
    const template = json(withKey).toJSON();
    await expect(run(template, [])).resolves.toBeDefined();
    await expect(run(altered(template, type, alter), [])).rejects.toThrow(message);
  });
});

test('a bus is open to exactly those who are named, for PutEvents alone', () => {
  const { template } = synthesize({}, {
    stack: { env: ENV },
    extend: archive => archive.acceptEventsFrom({ accounts: ['333333333333', '222222222222'], organizationId: 'o-a1b2c3d4e5' }),
  });
  const root = (account: string) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::${account}:root`]] });
  const statement = { Effect: 'Allow', Action: 'events:PutEvents', Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':events:us-east-1:123456789012:event-bus/default']] } };
  expect(Object.values<any>(template.findResources('AWS::Events::EventBusPolicy')).map(({ Properties }) => Properties.Statement)).toEqual([
    { ...statement, Principal: { AWS: [root('222222222222'), root('333333333333')] } },
    { ...statement, Principal: { AWS: '*' }, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } } },
  ]);
});

describe('bad input', () => {
  test.each<[string, Extend, string]>([
    ['a bus twice', archive => ['A', 'A'].forEach(id => archive.addEventBus(id)), 'addEventBus: got the id "A" twice; give each an id of its own'],
    ['a bus and a capture of one id', archive => {
      archive.addCapture('A', { eventPatterns: [{ source: ['a'] }] });
      archive.addEventBus('A');
    }, 'addCapture: got the id "A" twice; give each an id of its own'],
    ['a bus that every account has', archive => { archive.addEventBus('A', { eventBusName: 'default' }); },
      'addEventBus("A").eventBusName: got "default"; give 1 to 256 of A-Z, a-z, 0-9, dot, hyphen and underscore, and not default, which every account has'],
    ['two buses of one name', archive => ['A', 'B'].forEach(id => archive.addEventBus(id, { eventBusName: 'orders', eventPatterns: [{ source: [id] }] })),
      'addEventBus("B").eventBusName: got "orders"; addEventBus("A").eventBusName is the same: a Region has one bus of a name'],
    ['a bus by a partner\'s name', archive => { archive.addEventBus('A', { eventBusName: PARTNER }); }, `addEventBus("A").eventBusName: got "${PARTNER}"; `],
    ['a bus without a pattern', archive => { archive.addEventBus('A', { eventPatterns: [] }); }, 'addCapture("A").eventPatterns: got an empty list; '],
    ['nobody', archive => archive.acceptEventsFrom({}), 'acceptEventsFrom: got neither accounts nor an organizationId; '
      + 'say who may send events: accounts by their 12 digits, or the id of an organization'],
    ['an empty list', archive => archive.acceptEventsFrom({ accounts: [] }), 'acceptEventsFrom.accounts: got an empty list; give at least one account, or leave the prop out'],
    ['everybody', archive => archive.acceptEventsFrom({ accounts: ['*'] }), 'acceptEventsFrom.accounts[0]: got "*"; give an account\'s id: 12 digits'],
    ['11 digits', archive => archive.acceptEventsFrom({ accounts: ['222222222222', '22222222222'] }), 'acceptEventsFrom.accounts[1]: got "22222222222"; give an account\'s id: 12 digits'],
    ['the own account', archive => archive.acceptEventsFrom({ accounts: [ENV.account] }),
      `acceptEventsFrom.accounts[0]: got the archive's own account ${ENV.account}; within the account, in every Region, the sender's role is enough: leave it out`],
    ['an account twice', archive => archive.acceptEventsFrom({ accounts: ['222222222222', '222222222222'] }),
      'acceptEventsFrom.accounts[1]: got "222222222222" twice on the same bus; name each sender once'],
    ['an account twice, in two calls', archive => ['3', '2'].forEach(last => archive.acceptEventsFrom({ accounts: ['222222222222', `33333333333${last}`] })),
      'acceptEventsFrom.accounts[0]: got "222222222222" twice on the same bus; name each sender once'],
    ['an organization twice', archive => ['', ''].forEach(() => archive.acceptEventsFrom({ organizationId: 'o-a1b2c3d4e5' })),
      'acceptEventsFrom.organizationId: got "o-a1b2c3d4e5" twice on the same bus; name each sender once'],
    ['no organization', archive => archive.acceptEventsFrom({ organizationId: 'ou-a1b2-c3d4e5f6' }),
      'acceptEventsFrom.organizationId: got "ou-a1b2-c3d4e5f6"; give an organization\'s id: o- and 10 to 32 lower-case letters or digits'],
    ['a list of the deployment\'s', archive => archive.acceptEventsFrom({ accounts: Fn.split(',', Fn.importValue('Accounts')) }),
      'acceptEventsFrom.accounts: got a list that only the deployment knows; give the accounts one by one; each of them may be a token'],
    ['a partner\'s bus', (archive, stack) => archive.acceptEventsFrom({ accounts: ['222222222222'], eventBus: partnerBus(stack) }),
      'acceptEventsFrom.eventBus: got a partner\'s bus; it takes that partner\'s events only, and has no policy: give the default bus or a bus of yours'],
    ['a bus elsewhere', (archive, stack) => archive.acceptEventsFrom({
      accounts: ['222222222222'], eventBus: events.EventBus.fromEventBusArn(stack, 'There', 'arn:aws:events:eu-west-1:123456789012:event-bus/there'),
    }), 'acceptEventsFrom.eventBus: got a bus in Region eu-west-1; '],
  ])('%s', (_name, extend, message) => {
    expect(synthesisError({}, { stack: { env: ENV }, extend })).toContain(message);
  });

  test('the own account where only the deployment knows it', () => {
    expect(synthesisError({}, { extend: archive => archive.acceptEventsFrom({ accounts: [Aws.ACCOUNT_ID] }) })).toContain('acceptEventsFrom.accounts[0]: got the archive\'s own account; ');
  });

  test('an account on two buses, and two organizations, are none', () => {
    const { template } = synthesize({}, {
      stack: { env: ENV },
      extend: archive => {
        archive.acceptEventsFrom({ accounts: ['333333333333', '222222222222'], organizationId: 'o-a1b2c3d4e5' });
        archive.acceptEventsFrom({ organizationId: 'o-zzzzzzzzzz' });
        archive.acceptEventsFrom({ accounts: ['222222222222', '333333333333'], eventBus: archive.addEventBus('Bills') });
      },
    });
    const ids = Object.values<any>(template.findResources('AWS::Events::EventBusPolicy')).map(({ Properties }) => Properties.StatementId);
    expect(new Set(ids).size).toBe(4);
  });
});

// The keys that encrypted before: what is older can be read, what a replaced stream still holds is written, and services decrypt what they keep.

import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EventAuditArchive, EventAuditArchiveProps, FanOut, FanOutAuthorization, PartitionKey } from '../src';
import { anEvent, cleanUp, newFolder } from './end-to-end/archive-run';
import type { Elsewhere } from './simulator/permissions/access';
import { walkArchive } from './simulator/permissions/walker';
import { SimulatedTemplate } from './simulator/template/template';
import { lostReaders } from './simulator/update/lost-readers';
import { StackUpdate } from './simulator/update/stack-update';
import { runUpdate } from './simulator/update/update-run';
import { Extend, synthesisError, synthesize, warnings } from './synthesize';
import { testEngines } from './test-engines';

afterAll(cleanUp);

const ENV = { account: '123456789012', region: 'us-east-1' };

interface Keys {
  readonly current: kms.Key;
  readonly former: kms.Key;
  readonly first: kms.Key;
}
type Make = (keys: Keys, stack: Stack) => EventAuditArchiveProps;

const extend: Extend = (archive, stack) => {
  archive.grantRead(new iam.Role(stack, 'Reader', { assumedBy: new iam.AccountRootPrincipal() }));
  archive.grantQuery(new iam.Role(stack, 'Analyst', { assumedBy: new iam.AccountRootPrincipal() }));
  archive.addEventBus('Own');
};

function templateOf(make: Make, options: { extend?: Extend } = { extend }): any {
  return synthesize(stack => {
    const [current, former, first] = ['Current', 'Former', 'First'].map(id => new kms.Key(stack, id));
    return { eventPatterns: [{ source: ['order'] }], ...make({ current, former, first }, stack) };
  }, { stack: { env: ENV }, ...options }).template.toJSON();
}

/** What is wrong with the policies when older objects are encrypted by two other keys. */
function findings(json: any): string[] {
  const template = SimulatedTemplate.parse(json);
  const formerKeys = ['Former', 'First'].map(id => template.ofType('AWS::KMS::Key').find(({ logicalId }) => logicalId.startsWith(id))!.attributes.Arn);
  const elsewhere: Elsewhere = { formerKeys };
  return walkArchive(template, template.resources.map(({ logicalId }) => logicalId).filter(logicalId => !logicalId.startsWith('Audit')), elsewhere);
}

function siem(stack: Stack): FanOut {
  return FanOut.http({ url: 'https://siem.example.com/', authorization: FanOutAuthorization.basic({ secret: new secretsmanager.Secret(stack, 'Secret') }) });
}

const everything = (previous: boolean): Make => ({ current, former, first }, stack) => ({
  encryptionKey: current,
  ...previous && { previousEncryptionKeys: [former, first] },
  eventArchive: { retention: Duration.days(30) },
  trail: {},
  fanOut: { Siem: siem(stack) },
});

describe('with former keys', () => {
  test('the roles of the archive, its readers and services have what they need, and nothing else', () => {
    expect(findings(templateOf(everything(true)))).toEqual([]);
  });

  test('without an own bus, replays or a trail it is the same', () => {
    expect(findings(templateOf(({ current, former, first }) => ({ encryptionKey: current, previousEncryptionKeys: [former, first] }), {
      extend: archive => {
        archive.grantRead(new iam.Role(Stack.of(archive), 'Reader', { assumedBy: new iam.AccountRootPrincipal() }));
      },
    }))).toEqual([]);
  });

  test('that nobody named, readers, the delivery role and services are found to lack them', () => {
    const found = findings(templateOf(everything(false)));
    const key = SimulatedTemplate.parse(templateOf(everything(false))).ofType('AWS::KMS::Key').find(({ logicalId }) => logicalId.startsWith('First'))!.attributes.Arn;
    for (const who of [/DeliveryRole\S+/, /Reader\S+/, /Analyst\S+/, /logs\.us-east-1\.amazonaws\.com/, /events\.amazonaws\.com/, /cloudtrail\.amazonaws\.com/]) {
      expect(found).toContainEqual(expect.stringMatching(new RegExp(`${who.source} may not kms:\\w+ on ${key}`)));
    }
    for (const what of ['a reader reads', 'older results', 'log files that an analyst reads', 'S3 encrypts what Firehose writes']) {
      expect(found).toContainEqual(expect.stringContaining(what));
    }
  });

  test('and none any more, who reads has what reading takes', () => {
    const template = templateOf(({ former, first }) => ({ previousEncryptionKeys: [former, first] }));
    expect(findings(template).filter(finding => !finding.includes('KeyPolicy'))).toEqual([]);
    expect(JSON.stringify(template.Resources)).toContain('kms:Decrypt');
    expect(findings(templateOf(() => ({})))).not.toEqual([]);
  });

  test('the key of connections keeps its tag', () => {
    const tags = (template: any) => Object.entries<any>(template.Resources).filter(([, { Type, Properties }]) => Type === 'AWS::KMS::Key' && Properties.Tags).map(([id]) => id.slice(0, -8));
    expect(tags(templateOf(everything(true)))).toEqual(['Current', 'Former', 'First']);
    expect(tags(templateOf(everything(false)))).toEqual(['Current']);
  });

  test('a former key of the bucket that is current again is named once', () => {
    const template = templateOf(({ former, current }, stack) => ({
      storage: { bucket: new s3.Bucket(stack, 'Records', { encryptionKey: former }), prefix: 'audit' }, encryptionKey: current, previousEncryptionKeys: [former],
    }), { extend: archive => { archive.grantRead(new iam.Role(Stack.of(archive), 'Reader', { assumedBy: new iam.AccountRootPrincipal() })); } });
    const reader = Object.entries<any>(template.Resources).find(([id]) => id.includes('ReaderDefaultPolicy'))![1];
    expect(reader.Properties.PolicyDocument.Statement.filter(({ Action }: any) => Action === 'kms:Decrypt')).toHaveLength(2);
  });

  test('tamper alerts watch them', () => {
    const rules = (previous: boolean) => JSON.stringify(Object.values<any>(templateOf(({ current, former, first }, stack) => ({
      encryptionKey: current, ...previous && { previousEncryptionKeys: [former, first] }, tamperAlerts: new sns.Topic(stack, 'Alerts'),
    })).Resources).filter(({ Type }) => Type === 'AWS::Events::Rule'));
    expect(rules(true)).toMatch(/"Fn::GetAtt":\["Former\w+","Arn"\]/);
    expect(rules(false)).not.toMatch(/"Fn::GetAtt":\["Former\w+","Arn"\]/);
  });

  test('that are imported there is nothing to warn of', () => {
    const imported = (stack: Stack, id: string) => kms.Key.fromKeyArn(stack, id, `arn:aws:kms:us-east-1:123456789012:key/${id}`);
    expect(warnings(stack => ({ encryptionKey: new kms.Key(stack, 'Key'), previousEncryptionKeys: [imported(stack, 'a'), imported(stack, 'b')] }), { stack: { env: ENV } })).toEqual([]);
  });
});

describe('an update', () => {
  const gaps = async (before: Make, after: Make, more: { extend?: Extend } = {}) => {
    const update = StackUpdate.plan(templateOf(before, more), templateOf(after, more), { environment: ENV });
    return (await runUpdate(update, [anEvent({ source: 'order' })], { engines: testEngines(), folder: newFolder() })).gaps.map(({ kind, what }) => `${kind}: ${what}`);
  };
  const partitionKeys = [PartitionKey.receiptDate()];
  const before: Make = ({ former }) => ({ encryptionKey: former });

  test('of key and layout loses what the old stream holds, unless the old key is named as a former one', async () => {
    const after = (previous: boolean): Make => ({ current, former }) =>
      ({ encryptionKey: current, partitionKeys, ...previous && { previousEncryptionKeys: [former] } });
    expect(await gaps(before, after(false))).toContainEqual(expect.stringMatching(/^lost: .*the delivery role may not kms:/));
    expect(await gaps(before, after(true))).toEqual([]);
  });

  test('that takes the key away does too', async () => {
    const after = (previous: boolean): Make => ({ former }) => ({ partitionKeys, ...previous && { previousEncryptionKeys: [former] } });
    expect(await gaps(before, after(false))).toContainEqual(expect.stringMatching(/^lost: .*the delivery role may not kms:/));
    expect(await gaps(before, after(true))).toEqual([]);
  });

  test('of the key alone keeps buses, connections, replays and the trail usable too', async () => {
    const all = (props: Make): Make => (keys, stack) =>
      ({ ...props(keys, stack), eventArchive: { retention: Duration.days(30) }, trail: {}, fanOut: { Siem: siem(stack) } });
    const own = { extend: (archive: EventAuditArchive) => { archive.addEventBus('Own'); } };
    const after = (previous: boolean) => all(({ current, former }) =>
      ({ encryptionKey: current, ...previous && { previousEncryptionKeys: [former] } }));
    expect((await gaps(all(before), after(false), own)).length).toBeGreaterThan(1);
    expect(await gaps(all(before), after(true), own)).toEqual([]);
  });

  test('of the key alone keeps the error log usable at each moment', async () => {
    const after = (previous: boolean): Make => ({ current, former }) =>
      ({ encryptionKey: current, ...previous && { previousEncryptionKeys: [former] } });
    expect(await gaps(before, after(false))).toContainEqual(expect.stringMatching(/^unusable: AuditDeliveryErrorLog/));
    expect(await gaps(before, after(true))).toEqual([]);
  });
});

describe('an update that changes or takes away the key', () => {
  const granted: Extend = (archive, stack) => {
    extend(archive, stack);
    const group = new iam.Group(stack, 'Auditors');
    archive.grantQuery(group);
    archive.grantRead(new iam.User(stack, 'Bob', { groups: [group] }));
    archive.grantQuery(iam.Role.fromRoleName(stack, 'Imported', 'sso-auditor'));
    archive.grantRead(iam.User.fromUserName(stack, 'ImportedUser', 'carol'));
  };
  const trailed = (props: Make): Make => (keys, stack) => ({ trail: {}, ...props(keys, stack) });
  const lostBy = (before: Make, after: Make, more: { extend: Extend } = { extend: granted }) => {
    const update = StackUpdate.plan(templateOf(before, { extend: granted }), templateOf(after, more), { environment: ENV });
    const former = update.before.resources.find(({ logicalId }) => logicalId.startsWith('Former'))!.attributes.Arn;
    const lost = lostReaders(update);
    expect(lost.filter(({ key }) => key !== former)).toEqual([]);
    return lost;
  };
  const readers = (...of: Parameters<typeof lostBy>) => lostBy(...of).map(({ who, bucket }) => `${who.replace(/[0-9A-F]{8}$/, '')} ${bucket}`);
  const before: Make = ({ former }) => ({ encryptionKey: former });
  const after = (previous: boolean): Make => ({ current, former }) =>
    ({ encryptionKey: current, ...previous && { previousEncryptionKeys: [former] } });

  test('names everybody who was granted and can no longer read what is older, unless the key is given as a former one', () => {
    const lost = readers(before, after(false));
    const people = new Set(lost.map(each => each.split(' ')[0]));
    expect([...people].sort()).toEqual(['Analyst', 'Auditors', 'Bob', 'Reader', 'carol', 'sso-auditor']);
    expect(readers(before, after(true))).toEqual([]);
    expect(readers(before, () => ({})).length).toBe(lost.length);
    expect(readers(before, ({ former }) => ({ previousEncryptionKeys: [former] }))).toEqual([]);
  });

  test('names who reads the trail\'s logs too', () => {
    const buckets = (lost: string[]) => new Set(lost.map(each => each.split(' ')[1]));
    expect(buckets(readers(trailed(before), trailed(after(false)))).size).toBeGreaterThan(buckets(readers(before, after(false))).size);
    expect(readers(trailed(before), trailed(after(true)))).toEqual([]);
  });

  test('names nobody where no key changes, who has no grant any more, or where there was no key', () => {
    expect(readers(before, before)).toEqual([]);
    expect(readers(() => ({}), after(false))).toEqual([]);
    expect(readers(before, after(false), { extend: archive => { archive.addEventBus('Own'); } })).toEqual([]);
  });
});

describe('of an imported archive', () => {
  const imported = (attributes: (stack: Stack) => { encryptionKey?: kms.IKey; previousEncryptionKeys?: kms.IKey[] }) => {
    const stack = new Stack(new App(), 'Test', { env: ENV });
    const archive = EventAuditArchive.fromEventAuditArchiveAttributes(stack, 'Archive', {
      bucket: s3.Bucket.fromBucketName(stack, 'Bucket', 'records'),
      resultsBucket: s3.Bucket.fromBucketName(stack, 'Results', 'results'),
      databaseName: 'audit',
      workGroupName: 'audit',
      ...attributes(stack),
    });
    archive.grantQuery(new iam.Role(stack, 'Analyst', { assumedBy: new iam.AccountRootPrincipal() }));
    const [{ Properties: { PolicyDocument: { Statement } } }] = Object.values<any>(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    return Statement.filter(({ Action }: any) => JSON.stringify(Action).includes('kms:')).map(({ Action, Resource }: any) => [Action, Resource]);
  };
  const key = (id: string) => `arn:aws:kms:us-east-1:123456789012:key/${id}`;

  test('grants include them, to decrypt alone', () => {
    const keys = (stack: Stack, ...ids: string[]) => ids.map(id => kms.Key.fromKeyArn(stack, id, key(id)));
    expect(imported(stack => ({ encryptionKey: keys(stack, 'c')[0], previousEncryptionKeys: keys(stack, 'a', 'b') }))).toEqual([
      ['kms:Decrypt', key('c')],
      ['kms:Decrypt', [key('a'), key('b')]],
      [['kms:Decrypt', 'kms:GenerateDataKey'], key('c')],
      ['kms:Decrypt', [key('a'), key('b')]],
      ['kms:DescribeKey', key('c')],
    ]);
  });

  test('the same errors are given', () => {
    expect(() => imported(stack => {
      const encryptionKey = kms.Key.fromKeyArn(stack, 'a', key('a'));
      return { encryptionKey, previousEncryptionKeys: [encryptionKey] };
    })).toThrow('fromEventAuditArchiveAttributes("Archive").previousEncryptionKeys: got the encryptionKey (Test/a); give the keys that encrypted before it');
  });
});

test.each<[string, (stack: Stack) => EventAuditArchiveProps, string]>([
  ['the encryptionKey', stack => {
    const encryptionKey = new kms.Key(stack, 'Key');
    return { encryptionKey, previousEncryptionKeys: [encryptionKey.addAlias('alias/audit')] };
  }, 'previousEncryptionKeys: got the encryptionKey (Test/Key/Alias); give the keys that encrypted before it'],
  ['a key twice', stack => {
    const keyOf = (id: string) => kms.Key.fromKeyArn(stack, id, 'arn:aws:kms:us-east-1:123456789012:key/1');
    return { previousEncryptionKeys: [keyOf('One'), keyOf('Two')] };
  }, 'previousEncryptionKeys: got Test/Two twice; give each key once'],
])('%s among former keys is an error', (_what, props, message) => {
  expect(synthesisError(props, { stack: { env: ENV } })).toBe(message);
});

// What the archive's policies allow, held against the table of the calls that its pipeline makes (test/simulator/permissions/calls.ts).

import { App, NestedStack, RemovalPolicy, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { EventAuditArchive, EventAuditArchiveProps, FanOut, FanOutAuthorization, PartitionKey } from '../src';
import { defaultArchive, fullArchive } from './full-archive';
import { walkArchive, walkPermissions } from './simulator/permissions/walker';
import type { Environment } from './simulator/template/environment';
import { SimulatedTemplate } from './simulator/template/template';
import { Extend, synthesize } from './synthesize';

const ACCOUNT = '123456789012';
const OWNER = '222222222222';
const ENV = { account: ACCOUNT, region: 'us-east-1' };

/** What is wrong with the policies. What the archive does not make, by its id, is the app's. */
function findings(json: object, environment?: Partial<Environment>): string[] {
  const template = SimulatedTemplate.parse(json, environment);
  return walkArchive(template, template.resources.map(({ logicalId }) => logicalId).filter(logicalId => !logicalId.startsWith('Audit')));
}

/** A reader and an analyst, as most archives have them. */
const grants: Extend = (archive, stack) => {
  archive.grantRead(new iam.Role(stack, 'Reader', { assumedBy: new iam.AccountRootPrincipal() }));
  archive.grantQuery(new iam.User(stack, 'Analyst'));
};

function siem(stack: Stack): FanOut {
  const secret = new secretsmanager.Secret(stack, 'Secret');
  return FanOut.http({ url: 'https://siem.example.com/', authorization: FanOutAuthorization.basic({ secret }) });
}

test('the default archive and the full one allow what is needed, and nothing else', () => {
  expect(findings(defaultArchive())).toEqual([]);
  expect(findings(fullArchive())).toEqual([]);
});

test.each<[string, (stack: Stack) => EventAuditArchiveProps]>([
  ['with a key of its own', stack => ({ encryptionKey: new kms.Key(stack, 'Key'), fanOut: { Siem: siem(stack) } })],
  ['with an imported key', stack => ({ encryptionKey: kms.Key.fromKeyArn(stack, 'Key', `arn:aws:kms:us-east-1:${ACCOUNT}:key/0a1b2c3d`), fanOut: { Siem: siem(stack) } })],
  ['in a given bucket', stack => ({ storage: { bucket: new s3.Bucket(stack, 'Bucket'), prefix: 'audit' } })],
  ['in a given bucket with a key', stack => ({ storage: { bucket: new s3.Bucket(stack, 'Bucket', { encryptionKey: new kms.Key(stack, 'Key') }), prefix: 'audit' } })],
  ['in an imported bucket', stack => ({ storage: { bucket: s3.Bucket.fromBucketName(stack, 'Bucket', 'records'), prefix: 'teams/audit' } })],
  ['with access logs in a given bucket', stack => ({ storage: { accessLogsBucket: new s3.Bucket(stack, 'Logs') } })],
  ['that is destroyed with its stack', () => ({ removalPolicy: RemovalPolicy.DESTROY })],
  ['with previous layouts', () => ({ catalog: { previousLayouts: [{ partitionKeys: [PartitionKey.receiptDate()] }] } })],
  ['by date alone', () => ({ partitionKeys: [PartitionKey.receiptDate()] })],
  ['with a fan-out', stack => ({ fanOut: { Siem: siem(stack) } })],
])('an archive %s allows what is needed, and nothing else', (_name, props) => {
  expect(findings(synthesize(props, { stack: { env: ENV }, extend: grants }).template.toJSON())).toEqual([]);
  expect(findings(synthesize(props, { extend: grants }).template.toJSON())).toEqual([]);
});

test.each([
  ['aws-cn', 'cn-north-1', 'amazonaws.com.cn'],
  ['aws-us-gov', 'us-gov-west-1', 'amazonaws.com'],
])('in the partition %s it is the same', (partition, region, urlSuffix) => {
  const props = (stack: Stack): EventAuditArchiveProps => ({ encryptionKey: new kms.Key(stack, 'Key'), fanOut: { Siem: siem(stack) } });
  const place = { partition, region, urlSuffix };
  for (const stack of [{}, { env: { account: ACCOUNT, region } }]) {
    expect(findings(synthesize(props, { stack, extend: grants }).template.toJSON(), place)).toEqual([]);
    expect(findings(synthesize(undefined, { stack, extend: grants }).template.toJSON(), place)).toEqual([]);
  }
});

test('in a stage, and in a nested stack, it is the same', () => {
  const staged = new Stack(new Stage(new App(), 'Prod', { env: ENV }), 'Test');
  const nested = new NestedStack(new Stack(new App(), 'Test'), 'Nested');
  for (const stack of [staged, nested]) {
    const archive = new EventAuditArchive(stack, 'Audit');
    grants(archive, stack);
    expect(findings(Template.fromStack(stack).toJSON())).toEqual([]);
  }
});

test('two archives in one bucket leave each other alone', () => {
  const stack = new Stack(new App(), 'Test');
  const bucket = new s3.Bucket(stack, 'Shared');
  const [orders, payments] = ['orders', 'payments'].map(name =>
    new EventAuditArchive(stack, name, { eventPatterns: [{ source: [name] }], storage: { bucket, prefix: `audit/${name}` } }));
  orders.grantRead(new iam.Role(stack, 'Reader', { assumedBy: new iam.AccountRootPrincipal() }));
  payments.grantQuery(new iam.Role(stack, 'Analyst', { assumedBy: new iam.AccountRootPrincipal() }));
  expect(findings(Template.fromStack(stack).toJSON())).toEqual([]);
});

describe('a bucket in another account', () => {
  /** A template that has what it asks of another stack. */
  function withOutputs(template: object, { outputs }: SimulatedTemplate): object {
    return JSON.parse(JSON.stringify(template), (_key, value) => value?.['Fn::GetStackOutput'] ? outputs[value['Fn::GetStackOutput'].OutputName] : value);
  }

  /** The templates of the archive and of the bucket's owner, after a change of the latter's policies. */
  function walk(change: (statements: any[]) => void = () => undefined, prefix = 'audit'): string[] {
    const app = new App();
    const owner = new Stack(app, 'Owner', { env: { ...ENV, account: OWNER } });
    const encryptionKey = new kms.Key(owner, 'Key', { alias: 'records' });
    const bucket = new s3.Bucket(owner, 'Bucket', { bucketName: 'records-of-all', encryption: s3.BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true });
    const stack = new Stack(app, 'Test', { env: ENV });
    new EventAuditArchive(stack, 'Audit', { storage: { bucket, prefix } });
    const [own, others] = [stack, owner].map(each => JSON.parse(JSON.stringify(Template.fromStack(each).toJSON())));
    const [policy] = Object.values<any>(others.Resources).filter(({ Type }) => Type === 'AWS::S3::BucketPolicy');
    change(policy.Properties.PolicyDocument.Statement);
    const theirs = SimulatedTemplate.parse(others, { account: OWNER });
    return walkPermissions(SimulatedTemplate.parse(withOutputs(own, theirs)), theirs);
  }

  test('lets Firehose in, and nobody else; two conditions stand on both sides, so that neither account relies on the other for them', () => {
    const policy = 'AuditDeliveryWritePolicy3C05AD1F.PolicyDocument';
    expect(walk()).toEqual([
      `${policy}.Statement[2].Condition.StringEquals.s3:x-amz-acl: no call needs it`,
      `${policy}.Statement[4].Condition.StringLike.kms:ViaService: no call needs it`,
    ]);
  });

  test('lets in whom it names by the account of whoever calls, into the folder of that account alone', () => {
    const needless = walk();
    expect(walk(undefined, `audit/${ACCOUNT}`)).toEqual(needless);
    const otherVariable = (statements: any[]) => {
      statements[1].Resource = JSON.parse(JSON.stringify(statements[1].Resource).replace(/aws:PrincipalAccount/g, 'aws:username'));
    };
    expect(walk(otherVariable, `audit/${ACCOUNT}`)).toContainEqual(expect.stringContaining('the simulator does not know the policy variable ${aws:username}'));
    expect(walk(undefined, `audit/${OWNER}`)).toEqual(needless);
  });

  test('keeps Firehose out without a statement of its policy', () => {
    expect(walk(statements => { statements.shift(); })).toContainEqual(expect.stringMatching(/DeliveryRole\S+ may not s3:ListBucket on arn:aws:s3:::records-of-all: /));
  });
});

test('access logs reach a bucket in another stack, from buckets of the account alone', () => {
  const app = new App();
  const logs = new Stack(app, 'Logs', { env: ENV });
  const accessLogsBucket = new s3.Bucket(logs, 'Logs', { bucketName: 'access-logs' });
  const stack = new Stack(app, 'Test', { env: ENV });
  new EventAuditArchive(stack, 'Audit', { storage: { accessLogsBucket } });
  const own = Template.fromStack(stack).toJSON();
  const others = SimulatedTemplate.parse(Template.fromStack(logs).toJSON());
  const exports = Object.fromEntries(Object.entries(others.outputs).map(([name, value]) => [`Logs:${name}`, String(value)]));
  expect(walkPermissions(SimulatedTemplate.parse(own, { exports }), others)).toEqual([]);
});

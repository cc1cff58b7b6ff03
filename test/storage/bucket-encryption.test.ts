// What encrypts a given bucket: the key that its template names, whenever and however that was said; and a warning where nobody can know.

import { App, Aspects, CfnParameter, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { EventAuditArchive, EventAuditArchiveProps } from '../../src';
import { walkArchive } from '../simulator/permissions/walker';
import { SimulatedTemplate } from '../simulator/template/template';
import { acknowledging, synthesisError, synthesize, warnings } from '../synthesize';

const ENV = { account: '123456789012', region: 'us-east-1' };
const KEY_ID = '0a1b2c3d-1111-2222-3333-444455556666';
const KEY_ARN = `arn:aws:kms:us-east-1:123456789012:key/${KEY_ID}`;
const UNKNOWN = 'storage.bucket: how the bucket is encrypted is not known here; if a KMS key of yours does it, Firehose cannot write to it and drops events '
  + 'after 24 hours, because its role has no right to the key: import the bucket by s3.Bucket.fromBucketAttributes with its encryptionKey; if it is SSE-S3 or '
  + 'the key aws/s3, acknowledge this warning [ack: cdk-event-audit-archive:bucketEncryptionUnknown]';

/** By which an L1 encrypts. */
function byKey(kmsMasterKeyId?: string): s3.CfnBucket.BucketEncryptionProperty {
  return { serverSideEncryptionConfiguration: [{ bucketKeyEnabled: true, serverSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId } }] };
}

/** Changes the resource of a bucket. */
type Change = (resource: s3.CfnBucket, stack: Stack) => void;

const CHANGES: [string, Change][] = [
  ['the ARN of a key of the app', (resource, stack) => { resource.bucketEncryption = byKey(new kms.Key(stack, 'Key').keyArn); }],
  ['the id of a key of the app', (resource, stack) => { resource.bucketEncryption = byKey(new kms.Key(stack, 'Key').keyId); }],
  ['a key\'s own resource', (resource, stack) => { resource.bucketEncryption = byKey(new kms.CfnKey(stack, 'Key').attrArn); }],
  ['an override', (resource, stack) => {
    const byDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: new kms.Key(stack, 'Key').keyArn };
    resource.addPropertyOverride('BucketEncryption.ServerSideEncryptionConfiguration', [{ BucketKeyEnabled: true, ServerSideEncryptionByDefault: byDefault }]);
  }],
  ['an alias of the app', (resource, stack) => { resource.bucketEncryption = byKey(new kms.Key(stack, 'Key').addAlias('alias/records').keyArn); }],
  ['the resource of an alias', (resource, stack) => {
    resource.bucketEncryption = byKey(new kms.CfnAlias(stack, 'Alias', { aliasName: 'alias/records', targetKeyId: new kms.CfnKey(stack, 'Key').ref }).ref);
  }],
  ['a key in the place of the bucket\'s own', (resource, stack) => { resource.bucketEncryption = byKey(new kms.Key(stack, 'Other').keyArn); }],
  ['no key any more', resource => { resource.bucketEncryption = undefined; }],
  ['a key from elsewhere', resource => { resource.bucketEncryption = byKey(KEY_ARN); }],
  ['a key from elsewhere by its id', resource => { resource.bucketEncryption = byKey(KEY_ID); }],
  ['an alias from elsewhere', resource => { resource.bucketEncryption = byKey('arn:aws:kms:us-east-1:123456789012:alias/records'); }],
  ['the key aws/s3', resource => { resource.bucketEncryption = byKey(); }],
];

/** What is wrong with the policies of an archive in a bucket whose resource is changed before or after. */
function findings(change: Change, when: 'before' | 'after' | 'by an aspect', encryptionKey?: (stack: Stack) => kms.IKey): string[] {
  const stack = new Stack(new App(), 'Test', { env: ENV });
  const bucket = new s3.Bucket(stack, 'Bucket', { encryptionKey: encryptionKey?.(stack) });
  const resource = bucket.node.defaultChild as s3.CfnBucket;
  if (when === 'before') change(resource, stack);
  const archive = new EventAuditArchive(stack, 'Audit', { storage: { bucket, prefix: 'audit' } });
  archive.grantRead(new iam.Role(stack, 'Reader', { assumedBy: new iam.AccountRootPrincipal() }));
  if (when === 'after') change(resource, stack);
  if (when === 'by an aspect') Aspects.of(resource).add({ visit: () => change(resource, stack) });
  const template = SimulatedTemplate.parse(Template.fromStack(stack).toJSON());
  expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
  return walkArchive(template, template.resources.map(({ logicalId }) => logicalId).filter(logicalId => !logicalId.startsWith('Audit')),
    { keysOfBuckets: {}, aliases: { [KEY_ARN]: ['alias/records'] } });
}

describe('the roles may use the key when the bucket\'s resource gets', () => {
  test.each(CHANGES)('%s before the archive', (_what, change) => {
    expect(findings(change, 'before')).toEqual([]);
    expect(findings(change, 'before', stack => new kms.Key(stack, 'First'))).toEqual([]);
  });

  test.each(CHANGES)('%s after the archive', (_what, change) => {
    expect(findings(change, 'after')).toEqual([]);
  });

  test('another key by an override of a part', () => {
    const change: Change = (resource, stack) => resource.addPropertyOverride(
      'BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault.KMSMasterKeyID', new kms.Key(stack, 'Other').keyArn);
    expect(findings(change, 'before', stack => new kms.Key(stack, 'First'))).toEqual([]);
  });

  test('a key by an aspect', () => {
    const key = (resource: s3.CfnBucket) => { resource.bucketEncryption = byKey(KEY_ARN); };
    expect(findings(key, 'by an aspect')).toEqual([]);
  });
});

test('a key of another stack is referred to across stacks, also where this stack has a resource of the same logical id', () => {
  const app = new App();
  const key = new kms.Key(new Stack(app, 'Keys', { env: ENV }), 'Key');
  const stack = new Stack(app, 'Test', { env: ENV });
  new kms.Key(stack, 'Key');
  const bucket = new s3.Bucket(stack, 'Bucket');
  new EventAuditArchive(stack, 'Audit', { storage: { bucket, prefix: 'audit' } });
  (bucket.node.defaultChild as s3.CfnBucket).bucketEncryption = byKey(key.keyArn);
  Template.fromStack(stack).hasResourceProperties('AWS::IAM::ManagedPolicy', {
    PolicyDocument: Match.objectLike({
      Statement: Match.arrayWith([Match.objectLike({
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: { 'Fn::ImportValue': Match.stringLikeRegexp('^Keys:ExportsOutputFnGetAttKey') },
      })]),
    }),
  });
});

describe('an encryption that is not known', () => {
  const imported = (stack: Stack) => s3.Bucket.fromBucketName(stack, 'Bucket', 'records');

  test.each<[string, (stack: Stack) => s3.IBucket]>([
    ['a bucket by its name', imported],
    ['a bucket by its ARN', stack => s3.Bucket.fromBucketArn(stack, 'Bucket', 'arn:aws:s3:::records')],
    ['a bucket by attributes without a key', stack => s3.Bucket.fromBucketAttributes(stack, 'Bucket', { bucketName: 'records', region: 'us-east-1' })],
    ['a bucket with a key by a parameter', stack => {
      const bucket = new s3.Bucket(stack, 'Bucket');
      (bucket.node.defaultChild as s3.CfnBucket).bucketEncryption = byKey(new CfnParameter(stack, 'Parameter').valueAsString);
      return bucket;
    }],
  ])('of %s is warned of', (_what, bucket) => {
    expect(warnings(stack => ({ storage: { bucket: bucket(stack), prefix: 'audit' } }), { stack: { env: ENV } })).toEqual([UNKNOWN]);
  });

  test('can be acknowledged', () => {
    expect(warnings(stack => ({ storage: { bucket: imported(stack), prefix: 'audit' } }), { stack: { env: ENV }, extend: acknowledging('bucketEncryptionUnknown') })).toEqual([]);
  });

  test.each<[string, (stack: Stack) => EventAuditArchiveProps]>([
    ['the import says the key', stack => ({
      storage: { bucket: s3.Bucket.fromBucketAttributes(stack, 'Bucket', { bucketName: 'records', encryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN) }), prefix: 'audit' },
    })],
    ['the archive has a key, by which Firehose has everything encrypted', stack => ({ encryptionKey: new kms.Key(stack, 'Key'), storage: { bucket: imported(stack), prefix: 'audit' } })],
    ['the archive has a bucket of its own', () => ({})],
  ])('is no matter where %s', (_what, props) => {
    expect(warnings(props, { stack: { env: ENV } })).toEqual([]);
  });

  test('of an imported archive is warned of when somebody is granted to read in a bucket of somebody else\'s', () => {
    const grant = (attributes: { prefix?: string; encryptionKey?: kms.IKey }) => {
      const stack = new Stack(new App(), 'Test', { env: ENV });
      const archive = EventAuditArchive.fromEventAuditArchiveAttributes(stack, 'Archive', {
        bucket: imported(stack), resultsBucket: s3.Bucket.fromBucketName(stack, 'Results', 'results'), databaseName: 'audit', workGroupName: 'audit', ...attributes,
      });
      const role = new iam.Role(stack, 'Reader', { assumedBy: new iam.AccountRootPrincipal() });
      archive.grantRead(role);
      archive.grantQuery(role);
      return Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => String(entry.data));
    };
    expect(grant({})).toEqual([]);
    expect(grant({ prefix: 'audit' })).toEqual([
      expect.stringMatching(/^fromEventAuditArchiveAttributes\("Archive"\).bucket: how the bucket is encrypted is not known here; if a KMS key of yours does it, who is granted to read or query the archive cannot:/),
    ]);
  });
});

describe('a bucket of another account', () => {
  const error = (bucket: (owner: Stack) => s3.IBucket, change?: Change) => synthesisError(stack => {
    const owner = new Stack(stack.node.root as App, 'Owner', { env: { ...ENV, account: '222222222222' } });
    const given = bucket(owner);
    if (change) Aspects.of(given).add({ visit: node => { if (node instanceof s3.CfnBucket) change(node, owner); } });
    return { storage: { bucket: given, prefix: 'audit' } };
  }, { stack: { env: ENV } });
  const REFUSED = 'storage.bucket: got a bucket of account 222222222222 that encrypts with the aws/s3 key, or another without an account, of whoever writes; its owner cannot '
    + 'read what another account writes so: have it encrypt by BucketEncryption.S3_MANAGED or with a key by its ARN';

  test.each<[string, (owner: Stack) => s3.IBucket]>([
    ['KMS_MANAGED', owner => new s3.Bucket(owner, 'Bucket', { bucketName: 'records', encryption: s3.BucketEncryption.KMS_MANAGED })],
    ['the name of an alias', owner => {
      const bucket = new s3.Bucket(owner, 'Bucket', { bucketName: 'records' });
      (bucket.node.defaultChild as s3.CfnBucket).bucketEncryption = byKey('alias/records');
      return bucket;
    }],
    ['the id of a key', owner => {
      const bucket = new s3.Bucket(owner, 'Bucket', { bucketName: 'records' });
      (bucket.node.defaultChild as s3.CfnBucket).bucketEncryption = byKey(new kms.Key(owner, 'Key').keyId);
      return bucket;
    }],
    ['aws/s3, as the import says', owner => s3.Bucket.fromBucketAttributes(owner, 'Bucket', {
      bucketName: 'records', account: '222222222222', encryptionKey: kms.Alias.fromAliasName(owner, 'Alias', 'alias/aws/s3'),
    })],
  ])('cannot encrypt by %s, which S3 looks for in the account of whoever writes', (_what, bucket) => {
    expect(error(bucket)).toBe(REFUSED);
  });

  test('cannot be made so afterwards', () => {
    const later = error(owner => new s3.Bucket(owner, 'Bucket', { bucketName: 'records' }), resource => { resource.bucketEncryption = byKey(); });
    expect(later).toContain(REFUSED);
  });

  test('can with a key of the archive\'s, by which Firehose has everything encrypted', () => {
    const app = new App();
    const bucket = new s3.Bucket(new Stack(app, 'Owner', { env: { ...ENV, account: '222222222222' } }), 'Bucket', { bucketName: 'records', encryption: s3.BucketEncryption.KMS_MANAGED });
    const stack = new Stack(app, 'Test', { env: ENV });
    new EventAuditArchive(stack, 'Audit', { encryptionKey: new kms.Key(stack, 'Key'), storage: { bucket, prefix: 'audit' } });
    expect(() => app.synth()).not.toThrow();
  });

  test('of the same account can encrypt by aws/s3', () => {
    expect(warnings(stack => ({ storage: { bucket: new s3.Bucket(stack, 'Bucket', { encryption: s3.BucketEncryption.KMS_MANAGED }), prefix: 'audit' } }))).toEqual([]);
  });
});

test('an access-log bucket that gets a key afterwards is an error too', () => {
  const { app, stack } = synthesizeLogs();
  expect(() => app.synth()).not.toThrow();
  const changed = synthesizeLogs();
  (changed.bucket.node.defaultChild as s3.CfnBucket).bucketEncryption = byKey(new kms.Key(changed.stack, 'Key').keyArn);
  expect(() => changed.app.synth()).toThrow('storage.accessLogsBucket: got a bucket encrypted by KMS; S3 delivers access logs only where S3 itself encrypts them');
  expect(stack).not.toBe(changed.stack);
});

function synthesizeLogs() {
  const app = new App();
  const stack = new Stack(app, 'Test', { env: ENV });
  const bucket = new s3.Bucket(stack, 'Logs');
  new EventAuditArchive(stack, 'Audit', { storage: { accessLogsBucket: bucket } });
  return { app, stack, bucket };
}

test('the archive\'s own buckets are read in the same way', () => {
  const { archive, stack } = synthesize({}, {
    extend: ({ bucket, resultsBucket }, scope) => {
      const key = new kms.Key(scope, 'Key').keyArn;
      for (const each of [bucket, resultsBucket]) (each.node.defaultChild as s3.CfnBucket).bucketEncryption = byKey(key);
    },
  });
  expect(archive.bucket.encryptionKey).toBeUndefined();
  const template = SimulatedTemplate.parse(Template.fromStack(stack).toJSON());
  expect(walkArchive(template, template.resources.map(({ logicalId }) => logicalId).filter(logicalId => !logicalId.startsWith('Audit')))).toEqual([]);
});

// Who may query an archive with a trail may read the log files of the table, and nothing else of the trail's bucket.

import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Judge } from './sample-archive';
import { ArchiveAccess } from '../../src/access/archive-access';
import { ArchiveLocation } from '../../src/layout/location';

const ANALYST = /^Analyst[0-9A-F]{8}$/;
const FILE = 'AWSLogs/o-exampleorgid/111111111111/CloudTrail/eu-west-1/2026/11/21/file.json.gz';
const S3 = { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' };

function granted(grant: 'grantRead' | 'grantQuery', withTrail = true): Stack {
  const stack = new Stack(new App(), 'Test');
  const trailBucket = new s3.Bucket(stack, 'Trail', { encryptionKey: new kms.Key(stack, 'BucketKey') });
  const access = new ArchiveAccess(stack, {
    location: new ArchiveLocation(new s3.Bucket(stack, 'Bucket')),
    resultsBucket: new s3.Bucket(stack, 'Results'),
    databaseName: 'audit_db',
    workGroupName: 'audit_group',
    encryptionKey: new kms.Key(stack, 'ArchiveKey'),
    formerKeys: [],
    ...withTrail && {
      trailLogs: {
        bucket: trailBucket,
        organizationId: 'o-exampleorgid',
        accounts: ['111111111111', '222222222222'],
        encryptionKey: new kms.Key(stack, 'TrailKey'),
      },
    },
  });
  access[grant](new iam.Role(stack, 'Analyst', { assumedBy: new iam.AccountRootPrincipal() }));
  return stack;
}

const judge = (grant: 'grantRead' | 'grantQuery') => new Judge(granted(grant));

const decrypting = (key: string, resource: string) => ({
  action: 'kms:Decrypt', resource: `{${key}}`, context: { ...S3, 'kms:EncryptionContext:aws:s3:arn': resource },
});

const NEEDED = [
  { action: 's3:GetObject', resource: `{Trail}/${FILE}` },
  { action: 's3:GetObject', resource: `{Trail}/${FILE.replace('111111111111', '222222222222')}` },
  { action: 's3:ListBucket', resource: '{Trail}', context: { 's3:prefix': 'AWSLogs/o-exampleorgid/222222222222/CloudTrail/us-east-1/2026/11/21/' } },
  { action: 's3:GetBucketLocation', resource: '{Trail}' },
  decrypting('TrailKey', `{Trail}/${FILE}`),
  decrypting('BucketKey', '{Trail}'),
];

const NEVER = [
  { action: 's3:GetObject', resource: `{Trail}/${FILE.replace('/CloudTrail/', '/CloudTrail-Digest/')}` },
  { action: 's3:GetObject', resource: '{Trail}/other/AWSLogs/111111111111/CloudTrail/file.json.gz' },
  { action: 's3:ListBucket', resource: '{Trail}', context: { 's3:prefix': '' } },
  { action: 's3:ListBucket', resource: '{Trail}', context: { 's3:prefix': 'AWSLogs/o-exampleorgid/222222222222/CloudTrail-Digest/' } },
  { action: 's3:PutObject', resource: `{Trail}/${FILE}` },
  { action: 's3:DeleteObject', resource: `{Trail}/${FILE}` },
  { action: 'kms:GenerateDataKey', resource: '{TrailKey}', context: { ...S3, 'kms:EncryptionContext:aws:s3:arn': '{Trail}' } },
  decrypting('TrailKey', '{Bucket}/object'),
  decrypting('ArchiveKey', `{Trail}/${FILE}`),
];

test('grantQuery allows what the table over the log files takes', () => {
  expect(NEEDED.filter(call => !judge('grantQuery').may(ANALYST, call))).toEqual([]);
});

test('and nothing else in that bucket', () => {
  expect(NEVER.filter(call => judge('grantQuery').may(ANALYST, call))).toEqual([]);
});

test('grantRead allows none of it', () => {
  expect([...NEEDED, ...NEVER].filter(call => judge('grantRead').may(ANALYST, call))).toEqual([]);
});

test('without a trail grantQuery says nothing of log files', () => {
  expect(JSON.stringify(Template.fromStack(granted('grantQuery', false)).toJSON())).not.toContain('/CloudTrail/');
  expect(JSON.stringify(Template.fromStack(granted('grantQuery')).toJSON())).toContain('/CloudTrail/');
});

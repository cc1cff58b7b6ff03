import { RemovalPolicy } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { synthesisError, synthesize } from '../synthesize';

const PRIVATE = { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true };

function logicalId(template: Template, pattern: RegExp): string {
  return Object.keys(template.findResources('AWS::S3::Bucket')).find(id => pattern.test(id))!;
}

test('the archive bucket is private, encrypted, versioned and ready for Object Lock, without a default retention', () => {
  const { template } = synthesize();
  expect(template.findResources('AWS::S3::Bucket')[logicalId(template, /^AuditStorageArchive/)].Properties).toEqual({
    BucketEncryption: { ServerSideEncryptionConfiguration: [{ BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
    LifecycleConfiguration: { Rules: [{ Id: 'AbortIncompleteUploads', Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } }] },
    LoggingConfiguration: { DestinationBucketName: { Ref: logicalId(template, /^AuditStorageAccessLogs/) }, LogFilePrefix: 'archive/' },
    ObjectLockEnabled: true,
    OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    PublicAccessBlockConfiguration: PRIVATE,
    VersioningConfiguration: { Status: 'Enabled' },
  });
});

test('every bucket is private, encrypted and takes TLS only', () => {
  const { template } = synthesize();
  const buckets = template.findResources('AWS::S3::Bucket');
  expect(Object.keys(buckets)).toHaveLength(3);
  for (const [id, bucket] of Object.entries(buckets)) {
    expect(bucket.Properties.PublicAccessBlockConfiguration).toEqual(PRIVATE);
    expect(bucket.Properties.BucketEncryption).toBeDefined();
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      Bucket: { Ref: id },
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          Match.objectLike({ Effect: 'Deny', Action: 's3:*', Condition: { NumericLessThan: { 's3:TlsVersion': 1.2 } } }),
        ]),
      },
    });
  }
});

test('S3 may write the access logs of exactly these buckets', () => {
  const { template } = synthesize();
  const [policy] = Object.values(template.findResources('AWS::S3::BucketPolicy', {
    Properties: { Bucket: { Ref: logicalId(template, /^AuditStorageAccessLogs/) } },
  }));
  const allowed = policy.Properties.PolicyDocument.Statement.filter((statement: any) => statement.Effect === 'Allow');
  expect(allowed.map((statement: any) => [statement.Principal, statement.Action, statement.Resource, statement.Condition])).toEqual(
    ([[/^AuditStorageArchive/, '/archive/*'], [/^AuditQueryResults/, '/query-results/*']] as const).map(([bucket, objects]) => [
      { Service: 'logging.s3.amazonaws.com' },
      's3:PutObject',
      { 'Fn::Join': ['', [{ 'Fn::GetAtt': [logicalId(template, /^AuditStorageAccessLogs/), 'Arn'] }, objects]] },
      { ArnLike: { 'aws:SourceArn': { 'Fn::GetAtt': [logicalId(template, bucket), 'Arn'] } }, StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    ]));
});

test('access logs expire after a year, query results after thirty days', () => {
  const { template } = synthesize();
  const expiry = (pattern: RegExp) => template.findResources('AWS::S3::Bucket')[logicalId(template, pattern)].Properties.LifecycleConfiguration.Rules[0].ExpirationInDays;
  expect(expiry(/^AuditStorageAccessLogs/)).toBe(365);
  expect(expiry(/^AuditQueryResults/)).toBe(30);
});

test('a deleted access log can be had back for 30 days, and nothing of one is stored for ever; a result is a copy, and has no versions', () => {
  const { template } = synthesize();
  const [logs, results] = [/^AuditStorageAccessLogs/, /^AuditQueryResults/].map(pattern => template.findResources('AWS::S3::Bucket')[logicalId(template, pattern)].Properties);
  expect(logs.VersioningConfiguration).toEqual({ Status: 'Enabled' });
  expect(logs.LifecycleConfiguration.Rules).toEqual([
    expect.objectContaining({ ExpirationInDays: 365, NoncurrentVersionExpiration: { NoncurrentDays: 30 }, Status: 'Enabled' }),
    expect.objectContaining({ ExpiredObjectDeleteMarker: true, Status: 'Enabled' }),
  ]);
  expect(results.VersioningConfiguration).toBeUndefined();
});

describe('what is kept when the stack is deleted', () => {
  const OF_RECORD = [
    'AWS::S3::Bucket', 'AWS::S3::BucketPolicy', 'AWS::SQS::Queue', 'AWS::SQS::QueuePolicy', 'AWS::KinesisFirehose::DeliveryStream',
    'AWS::Logs::LogGroup', 'AWS::Logs::LogStream',
  ];
  type Kept = { [id: string]: { DeletionPolicy?: string; UpdateReplacePolicy?: string } };
  const kept = (template: Template, ...policies: string[]): string[] => Object.entries(template.toJSON().Resources as Kept)
    .filter(([, { DeletionPolicy, UpdateReplacePolicy }]) => {
      expect(UpdateReplacePolicy).toBe(DeletionPolicy?.replace('RetainExceptOnCreate', 'Retain'));
      return policies.includes(DeletionPolicy ?? 'Delete');
    })
    .map(([id]) => id);
  const ALWAYS = ['AWS::SQS::Queue', 'AWS::SQS::QueuePolicy', 'AWS::KinesisFirehose::DeliveryStream'];

  test('by default is all that holds data, and what it needs', () => {
    const { template } = synthesize();
    expect(kept(template, 'Retain', 'RetainExceptOnCreate').sort()).toEqual([
      ...OF_RECORD.flatMap(type => Object.keys(template.findResources(type))),
      ...Object.keys(template.findResources('AWS::IAM::Role')).filter(id => id.startsWith('AuditDelivery')),
      ...Object.keys(template.findResources('AWS::IAM::ManagedPolicy')).filter(id => id.startsWith('AuditDelivery')),
    ].sort());
  });

  test('stays behind a first deployment that fails only where events would go with it, or where CloudTrail has written at once', () => {
    const { template } = synthesize({ trail: {} });
    expect(kept(template, 'Retain').sort()).toEqual([
      ...ALWAYS.flatMap(type => Object.keys(template.findResources(type))),
      ...['AWS::S3::Bucket', 'AWS::S3::BucketPolicy'].flatMap(type => Object.keys(template.findResources(type)).filter(id => id.startsWith('AuditTrail'))),
    ].sort());
  });

  test.each<[RemovalPolicy, string]>([
    [RemovalPolicy.RETAIN, 'Retain'], [RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, 'RetainExceptOnCreate'],
  ])('is what %s says, of each resource alike, where that is given', (removalPolicy, policy) => {
    const byDefault = kept(synthesize({ trail: {} }).template, 'Retain', 'RetainExceptOnCreate');
    expect(kept(synthesize({ trail: {}, removalPolicy }).template, policy)).toEqual(byDefault);
  });

  test('is nothing with DESTROY', () => {
    expect(kept(synthesize({ removalPolicy: RemovalPolicy.DESTROY }).template, 'Retain', 'RetainExceptOnCreate')).toEqual([]);
  });

  test('is no snapshot: nothing here has one', () => {
    expect(synthesisError({ removalPolicy: RemovalPolicy.SNAPSHOT }))
      .toBe('removalPolicy: got "snapshot"; the archive takes RemovalPolicy.RETAIN, RETAIN_ON_UPDATE_OR_DELETE or DESTROY');
  });
});

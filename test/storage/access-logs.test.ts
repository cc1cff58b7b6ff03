import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { EventAuditArchive, EventAuditArchiveProps } from '../../src';
import { PropsOrFactory, synthesisError, synthesize, warnings } from '../synthesize';

const ENV = { account: '111111111111', region: 'us-east-1' };

const inStack = (bucketProps: s3.BucketProps = {}): PropsOrFactory => stack => ({ storage: { accessLogsBucket: new s3.Bucket(stack, 'Logs', bucketProps) } });
const imported = (attributes: Omit<s3.BucketAttributes, 'bucketName'> = {}) => (stack: Stack): EventAuditArchiveProps =>
  ({ storage: { accessLogsBucket: s3.Bucket.fromBucketAttributes(stack, 'Logs', { bucketName: 'logs', ...attributes }) } });

/** What S3 may do by the policy of the log bucket. */
function logStatements(template: Template, logs: RegExp): object[] {
  const policies = Object.entries(template.findResources('AWS::S3::BucketPolicy')).filter(([id]) => logs.test(id));
  return policies.flatMap(([, policy]) => policy.Properties.PolicyDocument.Statement).filter(({ Effect }) => Effect === 'Allow');
}

describe('a given access-log bucket', () => {
  test('takes the logs of both buckets, in a folder of the archive, and none is created', () => {
    const { stack, template } = synthesize(inStack());
    const logs = stack.getLogicalId(stack.node.findChild('Logs').node.defaultChild as s3.CfnBucket);
    const buckets = Object.entries(template.findResources('AWS::S3::Bucket')).filter(([id]) => id !== logs);
    expect(buckets.map(([id, { Properties }]) => [id, Properties.LoggingConfiguration])).toEqual([
      [expect.stringMatching(/^AuditStorageArchive/), { DestinationBucketName: { Ref: logs }, LogFilePrefix: expect.stringMatching(/^test_audit_[0-9a-f]{8}\/archive\/$/) }],
      [expect.stringMatching(/^AuditQueryResults/), { DestinationBucketName: { Ref: logs }, LogFilePrefix: expect.stringMatching(/^test_audit_[0-9a-f]{8}\/query-results\/$/) }],
    ]);
    expect(logStatements(template, /^Logs/)).toEqual(buckets.map(([id, { Properties }]) => ({
      Effect: 'Allow',
      Principal: { Service: 'logging.s3.amazonaws.com' },
      Action: 's3:PutObject',
      Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': [logs, 'Arn'] }, `/${Properties.LoggingConfiguration.LogFilePrefix}*`]] },
      Condition: { ArnLike: { 'aws:SourceArn': { 'Fn::GetAtt': [id, 'Arn'] } }, StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    })));
    expect(warnings(inStack())).toEqual([]);
  });

  test('has a folder for each archive', () => {
    const stack = new Stack(new App(), 'Test');
    const accessLogsBucket = new s3.Bucket(stack, 'Logs');
    for (const id of ['A', 'B']) new EventAuditArchive(stack, id, { storage: { accessLogsBucket } });
    const prefixes = Object.values(Template.fromStack(stack).findResources('AWS::S3::Bucket'))
      .flatMap(({ Properties }) => Properties?.LoggingConfiguration?.LogFilePrefix ?? []);
    expect(new Set(prefixes).size).toBe(4);
  });

  test('takes the results\' logs only, where the archive\'s bucket is given too', () => {
    const { template } = synthesize(stack => ({
      storage: { bucket: new s3.Bucket(stack, 'Shared'), prefix: 'audit', accessLogsBucket: new s3.Bucket(stack, 'Logs') },
    }));
    expect(logStatements(template, /^Logs/)).toHaveLength(1);
    const logged = Object.entries(template.findResources('AWS::S3::Bucket')).filter(([, { Properties }]) => Properties?.LoggingConfiguration);
    expect(logged.map(([id]) => id)).toEqual([expect.stringMatching(/^AuditQueryResults/)]);
  });

  test('in another stack gets one statement that names no bucket, so that the stacks do not depend on each other', () => {
    const app = new App();
    const logsStack = new Stack(app, 'LogsStack');
    const accessLogsBucket = new s3.Bucket(logsStack, 'Logs');
    const stack = new Stack(app, 'Test');
    new EventAuditArchive(stack, 'Audit', { storage: { accessLogsBucket } });
    app.synth();
    expect(logsStack.dependencies).toEqual([]);
    expect(stack.dependencies).toEqual([logsStack]);
    expect(logStatements(Template.fromStack(logsStack), /^Logs/)).toEqual([{
      Effect: 'Allow',
      Principal: { Service: 'logging.s3.amazonaws.com' },
      Action: 's3:PutObject',
      Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': [expect.stringMatching(/^Logs/), 'Arn'] }, expect.stringMatching(/^\/test_audit_[0-9a-f]{8}\/\*$/)]] },
      Condition: {
        ArnLike: { 'aws:SourceArn': { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s3:::*']] } },
        StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
      },
    }]);
    Template.fromStack(stack).allResourcesProperties('AWS::S3::Bucket', {
      LoggingConfiguration: { DestinationBucketName: { 'Fn::ImportValue': Match.stringLikeRegexp('^LogsStack:ExportsOutputRefLogs') } },
    });
  });

  test('that is imported gets a warning with the statement', () => {
    const [text, ...more] = warnings(imported(), { stack: { env: ENV } });
    expect(more).toEqual([]);
    expect(text.replace(/audit_[0-9a-f]{8}/, 'audit_hash')).toBe(
      'storage.accessLogsBucket: the policy of an imported bucket cannot be changed from here; without this statement in it, '
      + 'or where another key than S3\'s own encrypts the bucket, S3 delivers no access logs: '
      + '{"Action":"s3:PutObject","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::*"},"StringEquals":{"aws:SourceAccount":"111111111111"}},'
      + '"Effect":"Allow","Principal":{"Service":"logging.s3.amazonaws.com"},"Resource":"arn:aws:s3:::logs/test_audit_hash/*"} '
      + '[ack: cdk-event-audit-archive:accessLogsBucketPolicy]');
  });

  test('is not touched beyond its policy', () => {
    const build = (withArchive: boolean): object => {
      const stack = new Stack(new App(), 'Test');
      const accessLogsBucket = new s3.Bucket(stack, 'Logs');
      if (withArchive) new EventAuditArchive(stack, 'Audit', { storage: { accessLogsBucket } });
      return Object.values(Template.fromStack(stack).findResources('AWS::S3::Bucket'))[0];
    };
    expect(build(true)).toEqual(build(false));
  });

  const KMS = 'storage.accessLogsBucket: got a bucket encrypted by KMS; S3 delivers access logs only where S3 itself encrypts them: give a bucket with BucketEncryption.S3_MANAGED';

  test.each<[string, PropsOrFactory, string]>([
    ['with a key', inStack({ encryption: s3.BucketEncryption.KMS }), KMS],
    ['with the key of the account', inStack({ encryption: s3.BucketEncryption.KMS_MANAGED }), KMS],
    ['with two layers of encryption', inStack({ encryption: s3.BucketEncryption.DSSE_MANAGED }), KMS],
    ['that is imported with a key', stack => imported({ encryptionKey: new kms.Key(stack, 'Key') })(stack), KMS],
    ['with Object Lock', inStack({ objectLockEnabled: true }), 'storage.accessLogsBucket: got a bucket with Object Lock; S3 delivers no access logs there: give a bucket without'],
    ['of another Region', imported({ region: 'eu-west-1' }),
      'storage.accessLogsBucket: got a bucket in Region eu-west-1; S3 delivers access logs within the Region of the archive, us-east-1'],
    ['of another account', imported({ account: '222222222222' }),
      'storage.accessLogsBucket: got a bucket of account 222222222222; S3 delivers access logs within the account of the archive, 111111111111'],
    ['that is the archive\'s own', stack => {
      const bucket = new s3.Bucket(stack, 'Shared');
      return { storage: { bucket, prefix: 'audit', accessLogsBucket: bucket } };
    }, 'storage.accessLogsBucket: got the same bucket as storage.bucket; access logs lie apart from what they are about: give another bucket'],
    ['that is the archive\'s own by name', stack => ({
      storage: { bucket: s3.Bucket.fromBucketName(stack, 'A', 'shared'), prefix: 'audit', accessLogsBucket: s3.Bucket.fromBucketName(stack, 'B', 'shared') },
    }), 'storage.accessLogsBucket: got the same bucket as storage.bucket; access logs lie apart from what they are about: give another bucket'],
  ])('%s fails', (_which, props, message) => {
    expect(synthesisError(props, { stack: { env: ENV } })).toBe(message);
  });

  test.each<[string, PropsOrFactory]>([
    ['encrypted by S3', inStack({ encryption: s3.BucketEncryption.S3_MANAGED })],
    ['of an account and a Region that only the deployment knows', imported()],
  ])('%s is taken', (_which, props) => {
    expect(() => synthesize(props)).not.toThrow();
  });
});

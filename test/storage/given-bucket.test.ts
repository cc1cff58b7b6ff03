import { App, Aws, CfnParameter, Duration, Fn, RemovalPolicy, Stack, Stage } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { EventAuditArchive } from '../../src';
import type { StorageOptions } from '../../src';
import { anEvent, cleanUp, run } from '../end-to-end/archive-run';
import { wrongIn } from '../end-to-end/found';
import { acknowledging, PropsOrFactory, synthesisError, synthesize, warnings } from '../synthesize';

afterAll(cleanUp);

const ENV = { account: '111111111111', region: 'us-east-1' };
const OTHER_ACCOUNT = { account: '222222222222', region: 'us-east-1' };

const shared = (prefix?: string): PropsOrFactory => stack => ({ storage: { bucket: s3.Bucket.fromBucketName(stack, 'Shared', 'shared'), prefix } });

describe('in a given bucket', () => {
  test('everything is below the prefix: what is written, what is read and what the role may reach', () => {
    const { stack, archive, template } = synthesize(shared('audit/prod'));
    expect(stack.resolve(archive.bucket.bucketName)).toBe('shared');
    template.hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
      ExtendedS3DestinationConfiguration: {
        Prefix: Match.stringLikeRegexp('^audit/prod/events/json__event_type__receipt_date/'),
        ErrorOutputPrefix: Match.stringLikeRegexp('^audit/prod/errors/'),
      },
    });
    const locations = Object.values(template.findResources('AWS::Glue::Table')).flatMap(table => table.Properties.TableInput.StorageDescriptor?.Location ?? []);
    expect(locations).toEqual(expect.arrayContaining(['s3://shared/audit/prod/errors/', 's3://shared/audit/prod/events/json__event_type__receipt_date/']));
    const objects = JSON.stringify(template.findResources('AWS::IAM::ManagedPolicy')).match(/:s3:::shared\/[^"]*/g);
    expect(objects).toEqual([':s3:::shared/audit/prod/errors/*', ':s3:::shared/audit/prod/events/*']);
  });

  test('a slash at the end of the prefix is one and the same', () => {
    expect(synthesize(shared('audit/prod/')).template.toJSON()).toEqual(synthesize(shared('audit/prod')).template.toJSON());
  });

  test('there is no archive bucket, and the query results are logged still', () => {
    const { template } = synthesize(shared('audit'));
    const buckets = template.findResources('AWS::S3::Bucket');
    expect(Object.keys(buckets)).toEqual([expect.stringMatching(/^AuditStorageAccessLogs/), expect.stringMatching(/^AuditQueryResults/)]);
    template.hasResourceProperties('AWS::S3::Bucket', { LoggingConfiguration: { LogFilePrefix: 'query-results/' } });
  });

  test('that this app makes, nothing of the bucket changes', () => {
    const build = (withArchive: boolean) => {
      const stack = new Stack(new App(), 'Test');
      const bucket = new s3.Bucket(stack, 'Shared', { removalPolicy: RemovalPolicy.DESTROY });
      if (withArchive) new EventAuditArchive(stack, 'Audit', { storage: { bucket, prefix: 'audit' }, encryptionKey: new kms.Key(stack, 'Key') });
      const resources = Template.fromStack(stack).toJSON().Resources as object;
      return Object.fromEntries(Object.entries(resources).filter(([id]) => id.startsWith('Shared')));
    };
    expect(build(true)).toEqual(build(false));
  });

  test('there is nothing to warn of', () => {
    expect(warnings(stack => ({
      storage: {
        bucket: s3.Bucket.fromBucketAttributes(stack, 'Shared', { bucketName: 'shared', encryptionKey: kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:us-east-1:111111111111:key/1') }),
        prefix: 'audit',
      },
    }), { stack: { env: ENV } })).toEqual([]);
  });

  test('cdk-nag has no unacknowledged finding, however the bucket is known', () => {
    const given: Array<(stack: Stack) => s3.IBucket> = [
      stack => s3.Bucket.fromBucketName(stack, 'Shared', 'shared'),
      stack => s3.Bucket.fromBucketArn(stack, 'Shared', 'arn:aws:s3:::shared'),
      stack => s3.Bucket.fromBucketName(stack, 'Shared', new CfnParameter(stack, 'Name').valueAsString),
      stack => s3.Bucket.fromBucketArn(stack, 'Shared', Fn.importValue('arn')),
      stack => new s3.Bucket(stack, 'Shared', { enforceSSL: true, serverAccessLogsPrefix: 'logs/' }),
      stack => new s3.Bucket(new Stack(stack.node.root as App, 'Other'), 'Shared', { enforceSSL: true, serverAccessLogsPrefix: 'logs/' }),
    ];
    for (const bucketOf of given) {
      const app = new App();
      const stack = new Stack(app, 'Nag');
      new EventAuditArchive(stack, 'Audit', { storage: { bucket: bucketOf(stack), prefix: 'audit' } });
      const checks = new AwsSolutionsChecks();
      const findings = () => checks.validateScope(app).violations.map(violation => violation.ruleName);
      expect(findings()).toEqual([]);
      // As in a real synthesis, after the references between stacks have become imports.
      app.synth();
      expect(findings()).toEqual([]);
      stack.node.findAll().forEach(({ node }) => {
        (node as unknown as { _metadata: unknown[] })._metadata = [];
      });
      expect(findings()).toEqual(expect.arrayContaining([expect.stringContaining('AwsSolutions-IAM5')]));
    }
  });
});

describe('the prefix', () => {
  const NAMES = 'give names of A-Z, a-z, 0-9, dot, hyphen and underscore with a slash between them, '
    + 'none of which begins with a dot or an underscore (Athena would skip it), for example audit/';

  test.each(['a', 'A-1/b.c_d/e', '-', 'x'.repeat(256)])('%p is taken', prefix => {
    expect(() => synthesize(shared(prefix))).not.toThrow();
  });

  test.each<[string | undefined, string]>([
    [undefined, 'storage.prefix: got nothing; with storage.bucket give the prefix below which the archive writes, for example audit/, '
      + 'or an empty one for a bucket that is the archive\'s as a whole, such as one that another archive left'],
    ['/', `storage.prefix: got "/"; ${NAMES}`],
    ['/audit', `storage.prefix: got "/audit"; ${NAMES}`],
    ['audit//', `storage.prefix: got "audit//"; ${NAMES}`],
    ['a//b', `storage.prefix: got "a//b"; ${NAMES}`],
    ['a/_b', `storage.prefix: got "a/_b"; ${NAMES}`],
    ['../a', `storage.prefix: got "../a"; ${NAMES}`],
    ['a b', `storage.prefix: got "a b"; ${NAMES}`],
    ['a/!{timestamp:yyyy}', `storage.prefix: got "a/!{timestamp:yyyy}"; ${NAMES}`],
    ['ä', `storage.prefix: got "ä"; ${NAMES}`],
    ['a\n', `storage.prefix: got "a\\n"; ${NAMES}`],
    ['x'.repeat(257), 'storage.prefix: got 257 characters; give 256 at most'],
  ])('%p fails', (prefix, message) => {
    expect(synthesisError(shared(prefix))).toBe(message);
  });

  test('that is a token fails', () => {
    expect(synthesisError(stack => ({
      storage: { bucket: s3.Bucket.fromBucketName(stack, 'Shared', 'shared'), prefix: new CfnParameter(stack, 'Prefix').valueAsString },
    }))).toBe('storage.prefix: got a token; the prefix is needed at synthesis: give a literal one, for example audit/');
  });

  test('without a bucket fails', () => {
    expect(synthesisError({ storage: { prefix: 'audit' } }))
      .toBe('storage.prefix: got "audit"; it goes with storage.bucket: a bucket of its own is the archive\'s as a whole');
  });
});

describe('two archives', () => {
  /** Makes an archive in each of two stacks, and says what went wrong. */
  function error(first: (stack: Stack) => StorageOptions, second: (stack: Stack) => StorageOptions, stages = false): string | undefined {
    const app = new App();
    const stacks = ['One', 'Two'].map(name => new Stack(stages ? new Stage(app, `${name}Stage`) : app, name));
    new EventAuditArchive(stacks[0], 'Audit', { storage: first(stacks[0]) });
    try {
      new EventAuditArchive(stacks[1], 'Audit', { storage: second(stacks[1]) });
    } catch (thrown) {
      return (thrown as Error).message;
    }
    return undefined;
  }
  const named = (prefix: string) => (stack: Stack): StorageOptions => ({ bucket: s3.Bucket.fromBucketName(stack, 'Shared', 'shared'), prefix });
  const clash = (root: string, other = root, path = 'One/Audit') => `storage.bucket with storage.prefix: got "shared" with "${root}"; `
    + `the archive at ${path} has the folders "${other}events/" and "${other}errors/" in it: give a prefix apart from these`;

  test('can share a bucket', () => {
    expect(error(named('a'), named('b'))).toBeUndefined();
    expect(error(named('a'), named('a/b'))).toBeUndefined();
    expect(error(named('a'), named('a/events.old'))).toBeUndefined();
  });

  test('cannot share a prefix of it, in one stack or two, or two stages', () => {
    expect(error(named('a'), named('a/'))).toBe(clash('a/'));
    expect(error(named('a'), named('a'), true)).toBe(clash('a/', 'a/', 'OneStage/One/Audit'));
    expect(synthesisError(stack => {
      const storage = named('a')(stack);
      new EventAuditArchive(stack, 'First', { storage });
      return { storage };
    })).toBe(clash('a/', 'a/', 'Test/First'));
  });

  test('cannot have one in the folders of the other', () => {
    expect(error(named('a'), named('a/events'))).toBe(clash('a/events/', 'a/'));
    expect(error(named('a'), named('a/errors/b'))).toBe(clash('a/errors/b/', 'a/'));
    expect(error(named('a/events/x'), named('a'))).toBe(clash('a/', 'a/events/x/'));
  });

  test('with the same prefix in buckets that differ, or in apps that differ, are two places', () => {
    expect(error(named('a'), stack => ({ bucket: s3.Bucket.fromBucketName(stack, 'Shared', 'other'), prefix: 'a' }))).toBeUndefined();
    expect(error(stack => ({ bucket: new s3.Bucket(stack, 'B'), prefix: 'a' }), stack => ({ bucket: new s3.Bucket(stack, 'B'), prefix: 'a' }))).toBeUndefined();
    for (const _app of [1, 2]) expect(() => synthesize(shared('a'))).not.toThrow();
  });

  test('are told apart by the bucket, however it is known', () => {
    const app = new App();
    const stack = new Stack(app, 'Test');
    const parameter = new CfnParameter(stack, 'Name').valueAsString;
    const twice: Array<[s3.IBucket, s3.IBucket, string]> = [
      [new s3.Bucket(stack, 'Named', { bucketName: 'shared' }), s3.Bucket.fromBucketName(stack, 'ByName', 'shared'), '"shared"'],
      [s3.Bucket.fromBucketName(stack, 'P1', parameter), s3.Bucket.fromBucketName(stack, 'P2', parameter), '"Test/P2"'],
    ];
    const unnamed = new s3.Bucket(stack, 'Unnamed');
    twice.push([unnamed, unnamed, '"Test/Unnamed"']);
    const both = new s3.Bucket(stack, 'Both');
    twice.push([both, s3.Bucket.fromCfnBucket(both.node.defaultChild as s3.CfnBucket), '"Test/Both/Resource/@FromCfnBucket"']);
    const low = new s3.CfnBucket(stack, 'Low');
    twice.push([s3.Bucket.fromCfnBucket(low), s3.Bucket.fromCfnBucket(low), '"Test/Low/@FromCfnBucket"']);
    twice.forEach(([one, other, name], index) => {
      new EventAuditArchive(stack, `One${index}`, { storage: { bucket: one, prefix: 'a' } });
      expect(() => new EventAuditArchive(stack, `Two${index}`, { storage: { bucket: other, prefix: 'a' } })).toThrow(
        `storage.bucket with storage.prefix: got ${name} with "a/"; the archive at Test/One${index} has the folders "a/events/" and "a/errors/" in it: give a prefix apart from these`);
    });
  });

  test('can be one in the other\'s own bucket, but not in its folders', () => {
    const stack = new Stack(new App(), 'Test');
    const { bucket } = new EventAuditArchive(stack, 'First');
    expect(() => new EventAuditArchive(stack, 'Second', { storage: { bucket, prefix: 'second' } })).not.toThrow();
    expect(() => new EventAuditArchive(stack, 'Third', { storage: { bucket, prefix: 'events/third' } }))
      .toThrow('storage.bucket with storage.prefix: got "Test/First/Storage/Archive" with "events/third/"; '
        + 'the archive at Test/First has the folders "events/" and "errors/" in it: give a prefix apart from these');
  });
});

describe('a bucket of another account', () => {
  test('that is imported must let the archive\'s account in: a warning has the statements', () => {
    const foreign = (env: { account?: string }): PropsOrFactory => stack => ({
      storage: { bucket: s3.Bucket.fromBucketAttributes(stack, 'Shared', { bucketName: 'shared', ...env }), prefix: 'audit' },
    });
    const extend = acknowledging('bucketEncryptionUnknown');
    expect(warnings(foreign({ account: OTHER_ACCOUNT.account }), { stack: { env: ENV }, extend })).toEqual([
      'storage.bucket: the policy of an imported bucket or key cannot be changed from here; in another account they need these statements, and Object '
      + 'Ownership must be BucketOwnerEnforced; a KMS key that the import does not name must let the archive\'s account use it too: '
      + '{"Action":["s3:GetBucketLocation","s3:ListBucket","s3:ListBucketMultipartUploads"],"Effect":"Allow",'
      + '"Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Resource":"arn:aws:s3:::shared"}, '
      + '{"Action":["s3:AbortMultipartUpload","s3:GetObject","s3:PutObject"],"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},'
      + '"Resource":["arn:aws:s3:::shared/audit/errors/*","arn:aws:s3:::shared/audit/events/*"]}, '
      + '{"Action":"s3:PutObjectAcl","Condition":{"StringEquals":{"s3:x-amz-acl":"bucket-owner-full-control"}},"Effect":"Allow",'
      + '"Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Resource":["arn:aws:s3:::shared/audit/errors/*","arn:aws:s3:::shared/audit/events/*"]} [ack: cdk-event-audit-archive:storageBucketPolicy]',
    ]);
    expect(warnings(foreign({ account: ENV.account }), { stack: { env: ENV }, extend })).toEqual([]);
    expect(warnings(foreign({}), { stack: { env: ENV }, extend })).toEqual([]);
    expect(warnings(foreign({ account: OTHER_ACCOUNT.account }), { extend })).toEqual([]);
  });

  test('that this app makes gets the statements, and no warning', () => {
    const app = new App();
    const theirs = new Stack(app, 'Theirs', { env: OTHER_ACCOUNT });
    const bucket = new s3.Bucket(theirs, 'Shared', { bucketName: 'shared' });
    const ours = new Stack(app, 'Ours', { env: ENV });
    new EventAuditArchive(ours, 'Audit', { storage: { bucket, prefix: 'audit' } });
    expect(warningsOf(app, 'Ours')).toEqual([]);
    Template.fromStack(theirs).hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: [
          { Effect: 'Allow', Action: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'], Principal: Match.anyValue(), Resource: Match.anyValue() },
          {
            Effect: 'Allow',
            Action: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
            Principal: { AWS: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::111111111111:root']] } },
            Resource: ['/audit/errors/*', '/audit/events/*'].map(objects => ({ 'Fn::Join': ['', [{ 'Fn::GetAtt': [Match.anyValue(), 'Arn'] }, objects]] })),
          },
          Match.objectLike({ Action: 's3:PutObjectAcl', Condition: { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } } }),
        ],
      },
    });
    // The delivery role has the same right, and no such right in a bucket of its own account.
    Template.fromStack(ours).hasResourceProperties('AWS::IAM::ManagedPolicy', {
      PolicyDocument: Match.objectLike({ Statement: Match.arrayWith([Match.objectLike({ Action: 's3:PutObjectAcl' })]) }),
    });
    expect(JSON.stringify(synthesize().template.toJSON())).not.toContain('PutObjectAcl');
  });

  test('with a key of this app has the key let the archive\'s account in, too', () => {
    const app = new App();
    const theirs = new Stack(app, 'Theirs', { env: OTHER_ACCOUNT });
    const bucket = new s3.Bucket(theirs, 'Shared', { bucketName: 'shared', encryptionKey: new kms.Key(theirs, 'Key', { alias: 'shared' }) });
    new EventAuditArchive(new Stack(app, 'Ours', { env: ENV }), 'Audit', { storage: { bucket, prefix: 'audit' } });
    Template.fromStack(theirs).hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: Match.objectLike({
        Statement: Match.arrayWith([{
          Effect: 'Allow',
          Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
          Principal: { AWS: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::111111111111:root']] } },
          Resource: '*',
          Condition: { StringLike: { 'kms:ViaService': 's3.us-east-1.amazonaws.com*' } },
        }]),
      }),
    });
  });
});

describe('a given bucket', () => {
  test('of another Region is refused with a key, because S3 uses keys of its own Region', () => {
    expect(synthesisError(stack => ({
      encryptionKey: new kms.Key(stack, 'Key'),
      storage: { bucket: s3.Bucket.fromBucketAttributes(stack, 'Far', { bucketName: 'far', region: 'eu-west-1' }), prefix: 'audit' },
    }), { stack: { env: ENV } })).toBe('storage.bucket: got a bucket in Region eu-west-1 with an encryptionKey in us-east-1; '
      + 'S3 encrypts with keys of the bucket\'s Region: leave one of the two out');
  });

  test('that locks objects by default gets a warning, and is refused with a shorter retention', () => {
    const locking = (stack: Stack) => new s3.Bucket(stack, 'Locking', { objectLockDefaultRetention: s3.ObjectLockRetention.compliance(Duration.days(365)) });
    expect(warnings(stack => ({ storage: { bucket: locking(stack), prefix: 'audit', retention: Duration.days(365) } }))).toEqual([
      'storage.bucket: the bucket locks each object by default; whether Firehose can write to such a bucket is not documented: try it before you rely on it'
      + ' [ack: cdk-event-audit-archive:storageBucketObjectLock]',
    ]);
    expect(synthesisError(stack => ({ storage: { bucket: locking(stack), prefix: 'audit', retention: Duration.days(364) } })))
      .toBe('storage.retention: got 364 days; the bucket locks each object for 365 days by default: give that or more');
    expect(synthesisError(stack => ({ storage: { bucket: locking(stack), prefix: 'audit', retention: Duration.hours(36) } })))
      .toBe('storage.retention: got 1.5 days; S3 expires objects after whole days, at least 1');
    expect(synthesisError(stack => ({ storage: { bucket: locking(stack), prefix: 'audit', retentionByEventType: { 'AWS API Call via CloudTrail': Duration.days(30) } } })))
      .toBe('storage.retentionByEventType["AWS API Call via CloudTrail"]: got 30 days; the bucket locks each object for 365 days by default: give that or more');
  });

  test('is one bucket wherever the same construct is given', () => {
    const app = new App();
    const bucket = s3.Bucket.fromBucketName(new Stack(app, 'Other'), 'Shared', Fn.importValue('bucket'));
    new EventAuditArchive(new Stack(app, 'One'), 'Audit', { storage: { bucket, prefix: 'a' } });
    expect(() => new EventAuditArchive(new Stack(app, 'Two'), 'Audit', { storage: { bucket, prefix: 'a' } })).toThrow('the archive at One/Audit has the folders');
  });

  test('by a name that holds the account is another bucket in another stack', () => {
    const app = new App();
    const archives = ['One', 'Two'].map(id => {
      const stack = new Stack(app, id);
      return () => new EventAuditArchive(stack, 'Audit', { storage: { bucket: s3.Bucket.fromBucketName(stack, 'Shared', `logs-${Aws.ACCOUNT_ID}`), prefix: 'a' } });
    });
    expect(() => archives.forEach(create => create())).not.toThrow();
  });

  test('under the archive\'s key is written and read, whatever key it has itself', async () => {
    for (const ownKey of [false, true]) {
      const { template, stack } = synthesize(scope => ({
        encryptionKey: new kms.Key(scope, 'Key'),
        storage: { bucket: new s3.Bucket(scope, 'Mine', ownKey ? { encryptionKey: new kms.Key(scope, 'BucketKey') } : {}), prefix: 'audit' },
      }), { extend: (archive, scope) => { archive.grantRead(new iam.Role(scope, 'Reader', { assumedBy: new iam.AccountRootPrincipal() })); } });
      expect(stack).toBeDefined();
      const sent = [anEvent()];
      expect(await wrongIn(await run(template.toJSON(), sent), sent)).toEqual([]);
      const [writer] = Object.entries(template.findResources('AWS::IAM::ManagedPolicy')).filter(([id]) => id.startsWith('AuditDeliveryWritePolicy'));
      expect(JSON.stringify(writer)).not.toContain('BucketKey');
      const readers = Object.entries<any>(template.findResources('AWS::IAM::Policy')).filter(([id]) => id.startsWith('Reader'));
      expect(JSON.stringify(readers)).toMatch(/"kms:Decrypt".*\["Key[0-9A-F]{8}","Arn"\]/);
    }
  });
});

test('the archive\'s own bucket gets a warning too when it is made to send its events to EventBridge', () => {
  expect(warnings({}, { extend: ({ bucket }) => bucket.enableEventBridgeNotification() }).filter(text => text.includes('storageBucketNotifications'))).toHaveLength(1);
});

describe('a bucket whose events go to EventBridge', () => {
  const WARNING = 'storage: the bucket sends its events to EventBridge; each object that the archive writes is an event, and where the archive '
    + 'takes that too, each object causes the next: turn these notifications off, or leave the bucket\'s events out with eventPatterns '
    + '[ack: cdk-event-audit-archive:storageBucketNotifications]';

  const low = (notificationConfiguration: s3.CfnBucket.NotificationConfigurationProperty) => (stack: Stack): s3.IBucket =>
    s3.Bucket.fromCfnBucket(new s3.CfnBucket(stack, 'Low', { notificationConfiguration }));
  const overridden = (stack: Stack): s3.IBucket => {
    const bucket = new s3.Bucket(stack, 'Shared');
    (bucket.node.defaultChild as s3.CfnBucket).addPropertyOverride('NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled', true);
    return bucket;
  };
  const imported = (stack: Stack): s3.IBucket => {
    const bucket = s3.Bucket.fromBucketName(stack, 'Shared', 'shared');
    bucket.enableEventBridgeNotification();
    return bucket;
  };

  test.each<[string, (stack: Stack) => s3.IBucket]>([
    ['by its props', stack => new s3.Bucket(stack, 'Shared', { eventBridgeEnabled: true })],
    ['by an override', overridden],
    ['as an import', imported],
    ['as an L1 construct', low({ eventBridgeConfiguration: { eventBridgeEnabled: true } })],
  ])('%s gets a warning', (_how, bucketOf) => {
    expect(warnings(stack => ({ storage: { bucket: bucketOf(stack), prefix: 'audit' } }), { extend: acknowledging('bucketEncryptionUnknown') })).toEqual([WARNING]);
  });

  test('gets one even where they are turned on after the archive was made', () => {
    const app = new App();
    const stack = new Stack(app, 'Test');
    const bucket = new s3.Bucket(stack, 'Shared');
    new EventAuditArchive(stack, 'Audit', { storage: { bucket, prefix: 'audit' } });
    bucket.enableEventBridgeNotification();
    expect(warningsOf(app, 'Test')).toEqual([WARNING]);
  });

  test.each<[string, (stack: Stack) => s3.IBucket]>([
    ['without notifications', stack => new s3.Bucket(stack, 'Shared')],
    ['with EventBridge turned off', low({ eventBridgeConfiguration: { eventBridgeEnabled: false } })],
    ['with notifications to a queue', stack => {
      const queue = new sqs.Queue(stack, 'Queue');
      return low({ queueConfigurations: [{ event: 's3:ObjectCreated:*', queue: queue.queueArn }] })(stack);
    }],
  ])('a bucket %s gets none', (_how, bucketOf) => {
    expect(warnings(stack => ({ storage: { bucket: bucketOf(stack), prefix: 'audit' } }))).toEqual([]);
  });
});

/** The warnings of a stack that is not the only one of its app, or not yet finished when its archive is made. */
function warningsOf(app: App, stack: string): string[] {
  return app.synth().getStackByName(stack).messages.filter(({ level }) => level === 'warning').map(({ entry }) => String(entry.data));
}

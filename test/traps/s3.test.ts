// S3's traps: access logs, what becomes of data when a bucket is replaced, and classes of storage.

import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as cxapi from 'aws-cdk-lib/cx-api';
import { altered } from '../end-to-end/archive-run';
import { defaultArchive } from '../full-archive';
import { SimulatedTemplate } from '../simulator/template/template';
import { PropsOrFactory, synthesisError, synthesize, warnings } from '../synthesize';

const BUCKET = 'AWS::S3::Bucket';

const bucketsOf = (template: object) => SimulatedTemplate.parse(template).ofType(BUCKET);

describe('access logs', () => {
  test('never go to a bucket with Object Lock, to which S3 delivers none', () => {
    const given: PropsOrFactory = stack => ({ storage: { accessLogsBucket: new s3.Bucket(stack, 'Logs', { objectLockEnabled: true }) } });
    expect(synthesisError(given)).toMatch('storage.accessLogsBucket: got a bucket with Object Lock');
    expect(lockedLogBuckets(defaultArchive())).toEqual([]);
    const everyLock = altered(defaultArchive(), BUCKET, properties => { properties.ObjectLockEnabled = true; });
    expect(lockedLogBuckets(everyLock)).toEqual([expect.stringMatching(/AccessLogs/)]);
  });

  test('make no cycle with the policy of their bucket', () => {
    const resources = (defaultArchive() as any).Resources;
    const [policy] = Object.keys(resources).filter(id => /AccessLogs.*Policy/.test(id));
    const [archive] = Object.keys(resources).filter(id => resources[id].Properties.ObjectLockEnabled);
    expect(() => SimulatedTemplate.parse(defaultArchive())).not.toThrow();
    const waiting = JSON.parse(JSON.stringify(defaultArchive()));
    waiting.Resources[archive].DependsOn = [policy];
    expect(() => SimulatedTemplate.parse(waiting)).toThrow('circular dependency');
  });

  test('come by a bucket policy whatever the feature flags, and never by an ACL', () => {
    const extend = (_archive: unknown, stack: Stack): void => { new s3.Bucket(stack, 'OfCdk', { serverAccessLogsBucket: new s3.Bucket(stack, 'LogsOfCdk') }); };
    for (const byPolicy of [true, false]) {
      const { template } = synthesize({}, { extend, app: { postCliContext: { [cxapi.S3_SERVER_ACCESS_LOGS_USE_BUCKET_POLICY]: byPolicy } } });
      const withAcl = Object.entries(template.findResources(BUCKET)).filter(([, { Properties = {} }]) => Properties.AccessControl).map(([id]) => id);
      expect(withAcl).toEqual(byPolicy ? [] : [expect.stringMatching(/^LogsOfCdk/)]);
    }
  });

  /** The buckets that take access logs and lock objects. */
  function lockedLogBuckets(template: object): string[] {
    const buckets = bucketsOf(template);
    const destinations = buckets.map(({ properties }: any) => properties.LoggingConfiguration?.DestinationBucketName);
    return buckets.filter(({ ref, properties }) => properties.ObjectLockEnabled && destinations.includes(ref)).map(({ logicalId }) => logicalId);
  }
});

describe('the archive bucket', () => {
  const archiveOf = (template: object): any => bucketsOf(template).find(({ logicalId }) => /StorageArchive/.test(logicalId))!;

  test('has Object Lock from the start, because enabling it later is another bucket', () => {
    const { properties } = archiveOf(defaultArchive());
    expect([properties.ObjectLockEnabled, properties.ObjectLockConfiguration, properties.BucketName]).toEqual([true, undefined, undefined]);
    const unlocked = altered(defaultArchive(), BUCKET, bucket => { delete bucket.ObjectLockEnabled; });
    expect(replacedBy(unlocked, defaultArchive())).toEqual(['ObjectLockEnabled']);
    expect(replacedBy(defaultArchive(), defaultArchive())).toEqual([]);
  });

  test('is kept when it is replaced, and when the stack goes', () => {
    const kept = (template: object) => [archiveOf(template).updateReplacePolicy, archiveOf(template).deletionPolicy];
    expect(kept(defaultArchive())).toEqual(['Retain', 'RetainExceptOnCreate']);
    expect(kept(synthesize({ removalPolicy: RemovalPolicy.DESTROY }).template.toJSON())).toEqual(['Delete', 'Delete']);
  });

  /** The changes by which CloudFormation makes a new bucket. */
  function replacedBy(before: object, after: object): string[] {
    const [old, next] = [before, after].map(template => archiveOf(template).properties);
    return ['BucketName', 'ObjectLockEnabled'].filter(property => old[property] !== next[property]);
  }
});

describe('a transition comes with a warning, of which CDK has none:', () => {
  const transitions = [{ storageClass: s3.StorageClass.GLACIER, transitionAfter: Duration.days(90) }];
  const byCdk = (_archive: unknown, stack: Stack): void => { new s3.Bucket(stack, 'OfCdk', { lifecycleRules: [{ transitions }] }); };

  test.each([
    ['objects under 128 KB stay where they are', 'S3 moves no object under 128 KB by default'],
    ['Athena skips what is in Glacier', 'Athena skips what is in GLACIER'],
  ])('%s', (_trap, warning) => {
    expect(warnings({ storage: { transitions } })).toContainEqual(expect.stringContaining(warning));
    expect(warnings({}, { extend: byCdk })).toEqual([]);
  });
});

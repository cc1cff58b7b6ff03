// What a user can say wrong of a trail, and what its bucket is like.

import { CfnParameter, Duration, Fn, Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import type { EventAuditArchiveProps, TrailDataEventOptions, TrailOptions } from '../../src';
import { certainlyBeginsWith } from '../../src/trail/beginnings';
import { Trail } from '../../src/trail/trail';
import { acknowledging, synthesisError, synthesize, warnings } from '../synthesize';

const TABLE = 'AWS::DynamoDB::Table';
const ARN = 'arn:aws:dynamodb:us-east-1:123456789012:table/a';
const ORGANIZATION = { organizationId: 'o-abcde12345', managementAccountId: '222222222222' };

const data = (options: Partial<TrailDataEventOptions>): TrailOptions => ({ dataEvents: [{ resourceType: TABLE, ...options }] });
const arns = (count: number) => Array.from({ length: count }, (_, index) => `${ARN}${index}`);

/** Values that only the deployment knows, as they resolve. */
const A = { Ref: 'A' };
const B = { Ref: 'B' };
const join = (...parts: unknown[]) => ({ 'Fn::Join': ['', parts] });

const LIST = Lazy.list({ produce: () => [ARN] });

const WRONG: [trail: TrailOptions, message: string][] = [
  [{ retention: Duration.hours(12) }, 'trail.retention: got 0.5 days; S3 expires objects after whole days, at least 1'],
  [{ includeGlobalServiceEvents: false }, 'trail.includeGlobalServiceEvents: got false; a trail of all Regions logs the global services too: give isMultiRegion: false as well'],
  [{ dataEvents: [] }, 'trail.dataEvents: got an empty list; leave it out for none'],
  [{ dataEvents: [{ resourceType: TABLE }, { resourceType: TABLE }] }, 'trail.dataEvents: got {"resourceType":"AWS::DynamoDB::Table"} twice; give each once'],
  [data({ resourceType: 'dynamodb' }), 'trail.dataEvents[0].resourceType: got "dynamodb"; give a type as CloudTrail names it, such as AWS::Lambda::Function'],
  [data({ readWriteType: cloudtrail.ReadWriteType.NONE }), 'trail.dataEvents[0].readWriteType: got NONE; leave the data events out'],
  [data({ resourceArns: [] }), 'trail.dataEvents[0].resourceArns: got an empty list; leave it out for all, or for none that is left out'],
  [data({ resourceArns: ['orders'] }), 'trail.dataEvents[0].resourceArns: got "orders"; give whole ARNs'],
  [data({ resourceArns: [ARN, ARN] }), `trail.dataEvents[0].resourceArns: got ${ARN} twice; give each once`],
  [data({ resourceArnPrefixes: [`${ARN}*`] }), `trail.dataEvents[0].resourceArnPrefixes: got "${ARN}*"; give what ARNs begin with, without an asterisk`],
  [data({ excludeResourceArnPrefixes: ['orders/'] }), 'trail.dataEvents[0].excludeResourceArnPrefixes: got "orders/"; give what ARNs begin with, without an asterisk'],
  [data({ eventNames: ['Put Item'] }), 'trail.dataEvents[0].eventNames: got "Put Item"; give the names of calls, such as DeleteItem'],
  [{ dataEvents: [{ resourceType: 'AWS::S3::Object', resourceArns: ['arn:aws:s3:::records'] }] },
    'trail.dataEvents[0].resourceArns: got "arn:aws:s3:::records"; no object has that ARN: give resourceArnPrefixes: [\'arn:aws:s3:::records/\'] for all objects'],
  [data({ excludeResourceArnPrefixes: LIST }), 'trail.dataEvents[0].excludeResourceArnPrefixes: got a token; the list is needed at synthesis'],
  [{ networkActivity: { eventSources: LIST } }, 'trail.networkActivity.eventSources: got a token; the list is needed at synthesis'],
  [{ organization: { ...ORGANIZATION, accounts: LIST } }, 'trail.organization.accounts: got a token; the list is needed at synthesis'],
  [data({ excludeEventNames: ['Get*'] }), 'trail.dataEvents[0].excludeEventNames: got "Get*"; give the names of calls, such as DeleteItem'],
  [{ networkActivity: { eventSources: [] } }, 'trail.networkActivity.eventSources: got an empty list; leave networkActivity out for none'],
  [{ networkActivity: { eventSources: ['s3'] } }, 'trail.networkActivity.eventSources: got "s3"; give services as events name them, such as s3.amazonaws.com'],
  [{ insights: [] }, 'trail.insights: got an empty list; leave it out for none'],
  [{ insights: [cloudtrail.InsightType.API_CALL_RATE, cloudtrail.InsightType.API_CALL_RATE] }, 'trail.insights: got ApiCallRateInsight twice; give each once'],
  [{ organization: { ...ORGANIZATION, organizationId: 'acme' } },
    'trail.organization.organizationId: got "acme"; give the organization\'s id, such as o-abcde12345: CloudTrail needs it to be let in to bucket and key'],
  [{ organization: { ...ORGANIZATION, managementAccountId: '2222' } },
    'trail.organization.managementAccountId: got "2222"; give the 12 digits of the management account: CloudTrail needs it to be let in to bucket and key'],
  // As JavaScript, Python and Java let it through.
  [{ organization: { ...ORGANIZATION, accounts: [] } }, 'trail.organization.accounts: got an empty list; leave it out for the archive\'s own account'],
  [{ organization: { ...ORGANIZATION, accounts: ['333333333333', '4444'] } }, 'trail.organization.accounts: got "4444"; give the 12 digits of an account'],
  [{ organization: { ...ORGANIZATION, accounts: ['333333333333', '333333333333'] } }, 'trail.organization.accounts: got 333333333333 twice; give each once'],
  [{ organization: {} as typeof ORGANIZATION }, 'trail.organization.organizationId: got nothing; give the organization\'s id'],
  [data({ resourceArns: arns(251) }), 'trail.dataEvents: got 256 ARNs in all selectors of the trail; CloudTrail takes 250: give what their ARNs begin with'],
  [data({ eventNames: Array.from({ length: 500 }, (_, index) => `Call${index}`) }), 'in all selectors of the trail; CloudTrail takes 500'],
  [data({ resourceArnPrefixes: [ARN], excludeResourceArnPrefixes: [ARN] }), `trail.dataEvents: got resources.ARN "${ARN}" both asked for and excluded`],
  [data({ eventNames: ['GetItem'], excludeEventNames: ['GetItem'] }), 'trail.dataEvents: got eventName "GetItem" both asked for and excluded'],
];

test.each(WRONG.map(([trail, message]): [string, TrailOptions] => [message, trail]))('%s', (message, trail) => {
  expect(synthesisError({ trail })).toContain(message);
});

describe('a trail of an organization', () => {
  const warned = (account?: string, managementAccountId = ORGANIZATION.managementAccountId) =>
    warnings({ trail: { organization: { ...ORGANIZATION, managementAccountId } } }, { stack: { env: { account, region: 'us-east-1' } } });

  test('warns outside the management account, where CloudFormation creates the trail and cannot start it', () => {
    expect(warned('111111111111')).toEqual([expect.stringContaining(
      'trail.organization.managementAccountId: got 222222222222, and the stack\'s account is 111111111111; CloudFormation creates the trail of a delegated '
      + 'administrator, fails to start it and rolls back: deploy the trail in the management account, or create it without CloudFormation and leave trail out')]);
  });

  test('does not warn in it, nor where an account is known to the deployment only', () => {
    expect(warned('222222222222')).toEqual([]);
    expect(warned()).toEqual([]);
    expect(warned('111111111111', Fn.importValue('ManagementAccount'))).toEqual([]);
  });

  test('lets that be acknowledged', () => {
    expect(warnings({ trail: { organization: ORGANIZATION } }, {
      stack: { env: { account: '111111111111' } }, extend: acknowledging('trailOfDelegatedAdministrator'),
    })).toEqual([]);
  });
});

describe('what is asked for and can never be selected, because all of it is excluded', () => {
  const OBJECT = 'AWS::S3::Object';
  const inShared = (asked: (bucket: s3.IBucket) => Partial<TrailDataEventOptions>) => (stack: Stack): EventAuditArchiveProps => {
    const bucket = s3.Bucket.fromBucketName(stack, 'Shared', 'shared');
    return { storage: { bucket, prefix: 'audit' }, trail: data({ resourceType: OBJECT, ...asked(bucket) }) };
  };

  test.each<[string, Partial<TrailDataEventOptions>, asked: string, excluded: string]>([
    ['a prefix', { resourceArnPrefixes: [`${ARN}bc`], excludeResourceArnPrefixes: [`${ARN}b`] }, `${ARN}bc`, `${ARN}b`],
    ['a resource', { resourceArns: [`${ARN}bc`], excludeResourceArnPrefixes: [`${ARN}x`, `${ARN}b`] }, `${ARN}bc`, `${ARN}b`],
    ['one of several', { resourceArnPrefixes: [`${ARN}c`, `${ARN}bc`], excludeResourceArnPrefixes: [`${ARN}b`] }, `${ARN}bc`, `${ARN}b`],
  ])('%s', (_what, options, asked, excluded) => {
    expect(synthesisError({ trail: data(options) })).toContain(`trail.dataEvents: got resources.ARN "${asked}" asked for, and all that begins with "${excluded}" excluded; `);
  });

  test.each<[string, (bucket: s3.IBucket) => Partial<TrailDataEventOptions>, key: string]>([
    ['a prefix of the archive\'s own', bucket => ({ resourceArnPrefixes: [bucket.arnForObjects('audit/events/')] }), 'audit/events/'],
    ['an object of the archive\'s own', bucket => ({ resourceArns: [bucket.arnForObjects('audit/events/1')] }), 'audit/events/1'],
  ])('%s, in a bucket whose ARN only the deployment knows', (_what, asked, key) => {
    const arn = (text: string) => JSON.stringify(join('arn:', { Ref: 'AWS::Partition' }, `:s3:::shared/${text}`));
    expect(synthesisError(inShared(asked))).toContain(`got resources.ARN ${arn(key)} asked for, and all that begins with ${arn('audit/')} excluded; `);
  });

  test('a prefix in a bucket of the app', () => {
    expect(synthesisError(stack => {
      const bucket = new s3.Bucket(stack, 'Shared', { versioned: true });
      return { storage: { bucket, prefix: 'audit' }, trail: data({ resourceType: OBJECT, resourceArnPrefixes: [bucket.arnForObjects('audit/events/')] }) };
    })).toMatch(/got resources\.ARN .*"Fn::GetAtt":\["Shared.*\/audit\/events\/"\]\]} asked for, and all that begins with .*\/audit\/"\]\]} excluded; /);
  });

  test.each<[string, (bucket: s3.IBucket) => string]>([
    ['the whole bucket', bucket => bucket.arnForObjects('')],
    ['another folder of it', bucket => bucket.arnForObjects('orders/')],
    ['a folder that the archive\'s begins like', bucket => bucket.arnForObjects('aud')],
    ['a token that may be anything', () => Fn.importValue('Prefix')],
    ['another bucket', bucket => new s3.Bucket(bucket.stack, 'Other').arnForObjects('audit/events/')],
  ])('not %s', (_what, prefix) => {
    expect(() => synthesize(inShared(bucket => ({ resourceArnPrefixes: [prefix(bucket)] }))).app.synth()).not.toThrow();
  });

  test('nor a prefix of which something is left, nor long values that only begin alike', () => {
    expect(() => synthesize({ trail: data({ resourceArnPrefixes: [ARN], excludeResourceArnPrefixes: [`${ARN}b`] }) }).app.synth()).not.toThrow();
    const long = ARN + 'x'.repeat(1000);
    expect(() => synthesize({ trail: data({ resourceArnPrefixes: [`${long}a`], excludeResourceArnPrefixes: [`${long}b`] }) }).app.synth()).not.toThrow();
  });
});

test.each<[unknown, unknown, boolean]>([
  ['ab', 'a', true], ['a', 'ab', false], ['ab', 'ab', true],
  [join(A, '/b'), A, true], [join(A, '/b'), join(A), true], [A, join(A, '/b'), false], [A, B, false], [A, 'a', false], ['a', A, false],
  [join('x', 'y', A, 'b'), join('xy', A), true], [join('x', A, 'b'), 'x', true], [join('x', A), 'xa', false],
  [join('xy', A), join('x', A), false], [join(A, 'bc', B), join(A, 'b'), true], [join(A, 'bc', B), join(A, 'b', B), false],
  [join(A, join('b', B)), join(A, 'b', B), true],
  [{ 'Fn::Join': ['-', ['a', A]] }, 'a', false], [{ 'Fn::Join': ['', { Ref: 'List' }] }, { 'Fn::Join': ['', { Ref: 'List' }] }, true],
])('%j certainly begins with %j: %s', (value, beginning, expected) => {
  expect(certainlyBeginsWith(value, beginning)).toBe(expected);
});

test('what is known at deployment only is let through', () => {
  const token = (text: string) => Lazy.string({ produce: () => text });
  const { template } = synthesize({
    trail: {
      retention: Duration.days(Lazy.number({ produce: () => 400 })),
      dataEvents: [{ resourceType: token(TABLE), resourceArns: [token(ARN)], resourceArnPrefixes: Lazy.list({ produce: () => [`${ARN}2`] }) }],
      networkActivity: { eventSources: [token('s3.amazonaws.com')] },
      organization: { organizationId: token('o-abcde12345'), managementAccountId: token('222222222222') },
    },
  });
  template.hasResourceProperties('AWS::CloudTrail::Trail', { IsOrganizationTrail: true });
});

test('lists of a parameter come into the selector as they are', () => {
  const { template } = synthesize(stack => {
    const parameter = new CfnParameter(stack, 'List', { type: 'CommaDelimitedList' }).valueAsList;
    return { trail: data({ resourceArns: parameter, eventNames: parameter, excludeEventNames: ['eth_getBalance'] }) };
  });
  template.hasResourceProperties('AWS::CloudTrail::Trail', {
    AdvancedEventSelectors: Match.arrayWith([Match.objectLike({
      FieldSelectors: Match.arrayWith([
        { Field: 'eventName', Equals: { Ref: 'List' }, NotEquals: ['eth_getBalance'] },
        { Field: 'resources.ARN', Equals: { Ref: 'List' } },
      ]),
    })]),
  });
});

describe('a topic that CloudTrail cannot tell', () => {
  const FIFO = 'a FIFO topic; CloudTrail gives no message group, which such a topic needs: give a standard topic';

  test.each<[string, (stack: Stack) => sns.ITopic, string]>([
    ['FIFO', stack => new sns.Topic(stack, 'Topic', { fifo: true }), FIFO],
    ['FIFO and imported', stack => sns.Topic.fromTopicArn(stack, 'Topic', 'arn:aws:sns:us-east-1:123456789012:told.fifo'), FIFO],
    ['encrypted by SNS\'s key', stack => new sns.Topic(stack, 'Topic', { masterKey: kms.Alias.fromAliasName(stack, 'Key', 'alias/aws/sns') }),
      'a topic encrypted with alias/aws/sns; CloudTrail cannot use that key: give a topic without encryption or with a key of your own'],
    ['encrypted by SNS\'s key, which is imported', stack => sns.Topic.fromTopicAttributes(stack, 'Topic', {
      topicArn: 'arn:aws:sns:us-east-1:123456789012:told', keyArn: 'arn:aws:kms:us-east-1:123456789012:alias/aws/sns',
    }), 'a topic encrypted with alias/aws/sns; CloudTrail cannot use that key: give a topic without encryption or with a key of your own'],
    ['encrypted by SNS\'s key, by its resource\'s property', stack => {
      const topic = new sns.Topic(stack, 'Topic');
      (topic.node.defaultChild as sns.CfnTopic).kmsMasterKeyId = 'alias/aws/sns';
      return topic;
    }, 'a topic encrypted with alias/aws/sns; CloudTrail cannot use that key: give a topic without encryption or with a key of your own'],
  ])('%s', (_what, topic, error) => {
    expect(synthesisError(stack => ({ trail: { deliveryTopic: topic(stack) } }))).toBe(`trail.deliveryTopic: got ${error}`);
  });
});

test('the limits are those of CloudTrail', () => {
  expect(() => synthesize({ trail: data({ resourceArns: arns(245) }) }).app.synth()).not.toThrow();
});

describe('the trail', () => {
  test('logs all Regions, validates its log files and has no name of its own', () => {
    synthesize({ trail: {} }).template.hasResourceProperties('AWS::CloudTrail::Trail', {
      IsLogging: true,
      IsMultiRegionTrail: true,
      IncludeGlobalServiceEvents: true,
      EnableLogFileValidation: true,
      IsOrganizationTrail: Match.absent(),
      TrailName: Match.absent(),
      KMSKeyId: Match.absent(),
      SnsTopicName: Match.absent(),
      InsightSelectors: Match.absent(),
    });
  });

  test('uses the key and tells the topic', () => {
    const { template } = synthesize(stack => ({ trail: { deliveryTopic: new sns.Topic(stack, 'Topic') }, encryptionKey: new kms.Key(stack, 'Key') }));
    template.hasResourceProperties('AWS::CloudTrail::Trail', {
      KMSKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] },
      SnsTopicName: { Ref: Match.stringLikeRegexp('^Topic') },
    });
  });

  test('says where its log files are, for the table over them', () => {
    const logsOf = (trail: TrailOptions) => (synthesize({ trail }, { stack: { env } }).archive.node.findChild('Trail') as Trail).logs;
    const env = { account: '111111111111', region: 'eu-west-1' };
    expect(logsOf({})).toMatchObject({ bucket: expect.any(s3.Bucket), accounts: ['111111111111'], organizationId: undefined, region: undefined });
    expect(logsOf({ isMultiRegion: false })).toMatchObject({ region: 'eu-west-1' });
    expect(logsOf({ organization: ORGANIZATION })).toMatchObject({ accounts: ['111111111111'], organizationId: 'o-abcde12345' });
    expect(logsOf({ organization: { ...ORGANIZATION, accounts: ['333333333333'] } })).toMatchObject({ accounts: ['333333333333'] });
  });

  test('is not there unless asked for', () => {
    synthesize().template.resourceCountIs('AWS::CloudTrail::Trail', 0);
  });
});

describe('the bucket of the log files', () => {
  /** Its properties, and what becomes of it. */
  function bucket(trail: TrailOptions, removalPolicy?: RemovalPolicy): any {
    const { template } = synthesize({ trail, removalPolicy });
    return Object.entries<any>(template.findResources('AWS::S3::Bucket')).find(([logicalId]) => logicalId.startsWith('AuditTrailLogFiles'))![1];
  }

  const rules = (trail: TrailOptions) => bucket(trail).Properties.LifecycleConfiguration.Rules;

  const ABORT = { Id: 'AbortIncompleteUploads', Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } };
  const COLD = { Id: 'ColdLogFiles', Status: 'Enabled', Transitions: [{ StorageClass: 'GLACIER_IR', TransitionInDays: 90 }] };
  const MARKERS = { Id: 'DeleteMarkers', Status: 'Enabled', ExpiredObjectDeleteMarker: true };
  const expire = (days: number, noncurrent: number) =>
    ({ Id: 'ExpireLogFiles', Status: 'Enabled', ExpirationInDays: days, NoncurrentVersionExpiration: { NoncurrentDays: noncurrent } });

  test('keeps versions, can be locked, and is itself kept unless it shall go', () => {
    expect(bucket({})).toMatchObject({
      Properties: { VersioningConfiguration: { Status: 'Enabled' }, ObjectLockEnabled: true },
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    });
    expect(bucket({}).Properties.ObjectLockConfiguration).toBeUndefined();
    expect(bucket({}, RemovalPolicy.DESTROY)).toMatchObject({ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
  });

  test('moves log files to the cheapest class that Athena reads, where that pays', () => {
    expect(bucket({}).Properties.LifecycleConfiguration.TransitionDefaultMinimumObjectSize).toBe('all_storage_classes_128K');
    expect(rules({})).toEqual([ABORT, COLD]);
    expect(rules({ retention: Duration.days(365) })).toEqual([ABORT, COLD, expire(365, 30), MARKERS]);
    expect(rules({ retention: Duration.days(364) })).toEqual([ABORT, expire(364, 30), MARKERS]);
    expect(rules({ retention: Duration.days(7) })).toEqual([ABORT, expire(7, 7), MARKERS]);
  });
});

// What CloudTrail is allowed for the archive's trail: what it needs, and nothing else; and what happens when it is not.

import { RemovalPolicy } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { deployed, ENV } from './trail-samples';
import { altered } from '../end-to-end/archive-run';
import { walkArchive } from '../simulator/permissions/walker';
import { Environment, SimulatedTemplate } from '../simulator/template/template';
import { PropsOrFactory, synthesize, warnings } from '../synthesize';

const ORGANIZATION = { organizationId: 'o-abcde12345', managementAccountId: '222222222222' };
const MEMBER: Partial<Environment> = { organization: { id: 'o-abcde12345', managementAccount: '222222222222' } };

/** A template as text can be changed. */
function synthesized(props: PropsOrFactory, env?: object): object {
  return JSON.parse(JSON.stringify(synthesize(props, { stack: env ? { env } : {} }).template.toJSON()));
}

function findings(json: object, environment?: Partial<Environment>): string[] {
  const template = SimulatedTemplate.parse(json, environment);
  return walkArchive(template, template.resources.map(({ logicalId }) => logicalId).filter(logicalId => !logicalId.startsWith('Audit')));
}

const ALL: PropsOrFactory = stack => ({
  trail: { deliveryTopic: new sns.Topic(stack, 'Topic', { masterKey: new kms.Key(stack, 'TopicKey') }) },
  encryptionKey: new kms.Key(stack, 'Key'),
});

describe('CloudTrail may do what it needs, and nothing else', () => {
  test.each<[string, PropsOrFactory, Partial<Environment>]>([
    ['without options', { trail: {} }, {}],
    ['with a key, and a topic with another', ALL, {}],
    ['with a topic that is not encrypted', stack => ({ trail: { deliveryTopic: new sns.Topic(stack, 'Topic') } }), {}],
    ['with access logs in a given bucket', stack => ({ trail: {}, storage: { accessLogsBucket: new s3.Bucket(stack, 'Logs') } }), {}],
    ['in an organization\'s management account', { trail: { organization: { ...ORGANIZATION, managementAccountId: ENV.account } } },
      { organization: { id: 'o-abcde12345', managementAccount: ENV.account } }],
    ['in an account that is a delegated administrator, with a key', stack => ({ trail: { organization: ORGANIZATION }, encryptionKey: new kms.Key(stack, 'Key') }), MEMBER],
    ['with DESTROY', { trail: {}, removalPolicy: RemovalPolicy.DESTROY }, {}],
  ])('%s', (_name, props, environment) => {
    for (const env of [undefined, ENV]) {
      const json = synthesized(props, env);
      expect(findings(json, environment)).toEqual([]);
      expect(() => deployed(json, environment)).not.toThrow();
    }
  });

  test.each([['aws-cn', 'cn-north-1', 'amazonaws.com.cn'], ['aws-us-gov', 'us-gov-west-1', 'amazonaws.com']])('in the partition %s', (partition, region, urlSuffix) => {
    const json = synthesized(ALL, { account: ENV.account, region });
    expect(findings(json, { partition, region, urlSuffix })).toEqual([]);
    expect(() => deployed(json, { partition, region, urlSuffix })).not.toThrow();
  });
});

describe('the trail cannot be created', () => {
  const ofTrail = (logicalId: string) => logicalId.startsWith('AuditTrail');

  /** The template without a statement of CloudTrail's that allows an action. */
  function without(type: string, document: string, action: RegExp): object {
    return altered(synthesized(ALL, ENV), type, properties => {
      const policy = properties[document];
      policy.Statement = policy.Statement.filter(({ Action, Principal }: any) => !(Principal?.Service === 'cloudtrail.amazonaws.com' && action.test(JSON.stringify(Action))));
    });
  }

  function withoutDependency(type: RegExp): object {
    const json = synthesized(ALL, ENV) as any;
    const [[, trail]] = Object.entries<any>(json.Resources).filter(([logicalId, { Type }]) => Type === 'AWS::CloudTrail::Trail' && ofTrail(logicalId));
    const before = trail.DependsOn.length;
    trail.DependsOn = trail.DependsOn.filter((logicalId: string) => !type.test(json.Resources[logicalId].Type));
    expect(trail.DependsOn).toHaveLength(before - 1);
    return json;
  }

  test.each<[string, object, string]>([
    ['when CloudTrail may not look at the bucket', without('AWS::S3::BucketPolicy', 'PolicyDocument', /GetBucketAcl/), 'incorrect S3 bucket policy'],
    ['when it may not write there', without('AWS::S3::BucketPolicy', 'PolicyDocument', /PutObject/), 'incorrect S3 bucket policy'],
    ['when it may not use the key', without('AWS::KMS::Key', 'KeyPolicy', /GenerateDataKey/), 'does not let CloudTrail kms:GenerateDataKey'],
    ['when it may not look at the key', without('AWS::KMS::Key', 'KeyPolicy', /DescribeKey/), 'does not let CloudTrail kms:DescribeKey'],
    ['when it may not tell the topic', without('AWS::SNS::TopicPolicy', 'PolicyDocument', /Publish/), 'does not let CloudTrail publish'],
    ['before the bucket\'s policy', withoutDependency(/BucketPolicy/), 'may come after the trail'],
    ['before the topic\'s policy', withoutDependency(/TopicPolicy/), 'may come after the trail'],
  ])('%s', (_name, json, message) => {
    expect(() => deployed(json)).toThrow(message);
  });

  test('for an organization that the account is not in, or another than it is in', () => {
    const json = synthesized({ trail: { organization: ORGANIZATION } }, ENV);
    expect(() => deployed(json)).toThrow('the account 123456789012 is in no organization');
    expect(() => deployed(json, { organization: { id: 'o-zzzzz98765', managementAccount: '222222222222' } })).toThrow('incorrect S3 bucket policy');
    expect(() => deployed(json, { organization: { id: 'o-abcde12345', managementAccount: '333333333333' } })).toThrow('incorrect S3 bucket policy');
  });
});

describe('what cannot be changed from here', () => {
  const env = { account: ENV.account, region: 'eu-west-1' };
  const condition = '"Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:cloudtrail:eu-west-1:123456789012:trail/*"}}';
  const rest = '"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"}';
  const intro = (what: string) => `trail.deliveryTopic: the policy of ${what} cannot be changed from here; without this statement in it the trail cannot be created: `;

  test('is told of: an imported topic and its key', () => {
    const topicArn = 'arn:aws:sns:eu-west-1:123456789012:told';
    const found = warnings(stack => ({
      trail: { deliveryTopic: sns.Topic.fromTopicAttributes(stack, 'Topic', { topicArn, keyArn: 'arn:aws:kms:eu-west-1:123456789012:key/1' }) },
    }), { stack: { env } });
    expect(found).toEqual([
      `${intro('an imported topic')}{"Action":"sns:Publish",${condition},${rest},"Resource":"${topicArn}"} [ack: cdk-event-audit-archive:trailTopicPolicy]`,
      `${intro('the topic\'s imported key')}{"Action":["kms:Decrypt","kms:GenerateDataKey*"],${condition},${rest},"Resource":"*"} [ack: cdk-event-audit-archive:trailTopicKeyPolicy]`,
    ]);
  });

  test('and what can be is not', () => {
    expect(warnings(ALL, { stack: { env } })).toEqual([]);
    expect(warnings({ trail: {} })).toEqual([]);
  });
});

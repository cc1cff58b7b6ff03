/** The sample template with everything encrypted by a key of its own that can be; a test takes away what somebody needs for it. */

import type { Json, JsonObject } from '../engines';
import type { Template } from './sample-template';

const KEY_ARN: Json = { 'Fn::GetAtt': ['Key', 'Arn'] };
const BUCKET_ARN: Json = { 'Fn::GetAtt': ['Archive', 'Arn'] };

/** Encrypts the sample template by a key, and then makes the test's change. */
export function encrypted(change: (template: Template) => void = () => undefined): (template: Template) => void {
  return template => {
    const { Archive, DeadLetters, DeliveryPolicy, ErrorLog, RulesPolicy, Stream, WorkGroup } = template.Resources;
    template.Resources.Key = key();
    Archive.Properties.BucketEncryption = byKey(KEY_ARN);
    DeadLetters.Properties = { KmsMasterKeyId: KEY_ARN, KmsDataKeyReusePeriodSeconds: 3600 };
    ErrorLog.Properties.KmsKeyId = KEY_ARN;
    Stream.Properties.DeliveryStreamEncryptionConfigurationInput = { KeyType: 'CUSTOMER_MANAGED_CMK', KeyARN: KEY_ARN };
    WorkGroup.Properties.WorkGroupConfiguration.ResultConfiguration.EncryptionConfiguration = { EncryptionOption: 'SSE_KMS', KmsKey: KEY_ARN };
    DeliveryPolicy.Properties.PolicyDocument.Statement.push(deliveryStatement());
    RulesPolicy.Properties.PolicyDocument.Statement.push({ Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: KEY_ARN });
    change(template);
  };
}

/** A bucket's default encryption by a key, with a bucket key. */
export function byKey(name: Json): JsonObject {
  return { ServerSideEncryptionConfiguration: [{ BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: name } }] };
}

/** The bucket's one rule of default encryption. */
export function bucketRule(template: Template): any {
  return template.Resources.Archive.Properties.BucketEncryption.ServerSideEncryptionConfiguration[0];
}

/** The statements of the key's policy: for the account, for EventBridge, for CloudWatch Logs. */
export function keyStatements(template: Template): { account: any; events: any; logs: any; all: any[] } {
  const all = template.Resources.Key.Properties.KeyPolicy.Statement;
  return { account: all[0], events: all[1], logs: all[2], all };
}

/** What the delivery role may do with the key. */
export function deliveryKeyStatement(template: Template): any {
  return template.Resources.DeliveryPolicy.Properties.PolicyDocument.Statement[3];
}

function key(): Template['Resources'][string] {
  return {
    Type: 'AWS::KMS::Key',
    Properties: {
      EnableKeyRotation: true,
      KeyPolicy: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { AWS: { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' } }, Action: 'kms:*', Resource: '*' },
          eventsStatement(),
          logsStatement(),
        ],
      },
    },
  };
}

function eventsStatement(): JsonObject {
  return {
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
    Resource: '*',
    Condition: {
      ArnLike: { 'aws:SourceArn': { 'Fn::Sub': 'arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/*' } },
      StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
    },
  };
}

function logsStatement(): JsonObject {
  const logGroups = { 'Fn::Sub': 'arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:*' };
  return {
    Effect: 'Allow',
    Principal: { Service: { 'Fn::Sub': 'logs.${AWS::Region}.amazonaws.com' } },
    Action: ['kms:Decrypt', 'kms:Describe*', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
    Resource: '*',
    Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': logGroups } },
  };
}

function deliveryStatement(): JsonObject {
  return {
    Effect: 'Allow',
    Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
    Resource: KEY_ARN,
    Condition: {
      StringEquals: { 'kms:ViaService': { 'Fn::Sub': 's3.${AWS::Region}.amazonaws.com' }, 'kms:EncryptionContext:aws:s3:arn': BUCKET_ARN },
    },
  };
}

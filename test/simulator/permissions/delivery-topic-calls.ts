/** The calls to AWS that S3 makes to tell a topic of objects, and what each must be allowed. */

import type { Call } from './calls';

const DOCS = 'https://docs.aws.amazon.com';
const DESTINATIONS = `${DOCS}/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html`;
const TOPIC_KEYS = `${DOCS}/sns/latest/dg/sns-key-management.html`;

const S3 = { service: 's3.amazonaws.com' };
const BY_OTHERS = [
  { what: 'by another service', caller: { service: 'lambda.amazonaws.com' } },
  { what: 'by another account', caller: { identity: 'arn:{partition}:iam::{otherAccount}:role/administrator', policy: { Effect: 'Allow', Action: '*', Resource: '*' } } },
];

/** The rows. */
export const DELIVERY_TOPIC_CALLS: readonly Call[] = [
  {
    place: 'delivery topic',
    what: 'S3 tells the topic of objects',
    caller: S3,
    actions: ['sns:Publish'],
    resources: ['{topic}'],
    context: { 'aws:SourceArn': '{bucket}', 'aws:SourceAccount': '{account}' },
    source: DESTINATIONS,
    refused: [
      { what: 'of another account', context: { 'aws:SourceAccount': '{otherAccount}' } },
      { what: 'of what is no bucket', context: { 'aws:SourceArn': 'arn:{partition}:sqs:{region}:{account}:any' } },
      { what: 'of nobody', context: { 'aws:SourceArn': undefined, 'aws:SourceAccount': undefined } },
      { what: 'and changes it', actions: ['sns:Subscribe', 'sns:SetTopicAttributes', 'sns:DeleteTopic'] },
      ...BY_OTHERS,
    ],
  },
  {
    place: 'delivery topic key',
    what: 'S3 tells the encrypted topic',
    caller: S3,
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: ['{key}'],
    context: { 'aws:SourceAccount': '{account}' },
    source: TOPIC_KEYS,
    unsure: 'that S3 names the bucket to KMS: of the conditions that the document of SNS allows, the account is asked for alone',
    refused: [
      { what: 'of another account', context: { 'aws:SourceAccount': '{otherAccount}' } },
      { what: 'of nobody', context: { 'aws:SourceAccount': undefined } },
      { what: 'to other ends', actions: ['kms:Encrypt', 'kms:CreateGrant', 'kms:PutKeyPolicy'] },
      ...BY_OTHERS,
    ],
  },
];

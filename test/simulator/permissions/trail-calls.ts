/** The calls that CloudTrail makes for a trail, in its own name. It says for which trail, and is let in by that. */

import type { Call, Caller, CallContext, NearMiss } from './calls';

const GUIDE = 'https://docs.aws.amazon.com/awscloudtrail/latest/userguide';
const BUCKETS = `${GUIDE}/create-s3-bucket-policy-for-cloudtrail.html`;
const KEYS = `${GUIDE}/create-kms-key-policy-for-cloudtrail.html`;
const TOPICS = `${GUIDE}/cloudtrail-permissions-for-sns-notifications.html`;

const CLOUDTRAIL: Caller = { service: 'cloudtrail.amazonaws.com' };
const OF_TRAIL: CallContext = { 'aws:SourceArn': '{trail}' };

/** The confused deputy: CloudTrail in the name of somebody else. */
const OF_OTHERS: readonly NearMiss[] = [
  { what: 'for a trail of another account', context: { 'aws:SourceArn': 'arn:{partition}:cloudtrail:{region}:{otherAccount}:trail/any' } },
  { what: 'for a trail of another Region', context: { 'aws:SourceArn': 'arn:{partition}:cloudtrail:{otherRegion}:{owner}:trail/any' } },
  { what: 'for what is no trail', context: { 'aws:SourceArn': 'arn:{partition}:cloudtrail:{region}:{owner}:eventdatastore/any' } },
  { what: 'for another service', context: { 'aws:SourceArn': 'arn:{partition}:config:{region}:{owner}:trail/any' } },
  { what: 'for nobody', context: { 'aws:SourceArn': undefined } },
];

const WITH_ACL: CallContext = { 's3:x-amz-acl': 'bucket-owner-full-control' };
const CONTEXT = 'kms:EncryptionContext:aws:cloudtrail:arn';
const KEY_MISUSE: NearMiss = { what: 'to other ends', actions: ['kms:Encrypt', 'kms:ReEncryptFrom', 'kms:CreateGrant', 'kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion'] };

/** The rows; `byOthers` are calls that others than the service make. */
export function trailCalls(byOthers: readonly NearMiss[]): Call[] {
  const refused = [...OF_OTHERS, ...byOthers];
  return [
    {
      place: 'trail',
      what: 'CloudTrail looks at the bucket',
      caller: CLOUDTRAIL,
      actions: ['s3:GetBucketAcl'],
      resources: ['{bucket}'],
      context: OF_TRAIL,
      source: BUCKETS,
      refused: [...refused, { what: 'and changes it', actions: ['s3:PutBucketAcl', 's3:PutBucketPolicy', 's3:DeleteBucket', 's3:ListBucket'] }],
    },
    {
      place: 'trail',
      what: 'CloudTrail writes log files',
      caller: CLOUDTRAIL,
      actions: ['s3:PutObject'],
      resources: ['{bucket}/AWSLogs/{owner}/CloudTrail/{region}/2026/11/19/log.json.gz', '{bucket}/AWSLogs/{owner}/CloudTrail-Digest/{otherRegion}/2026/11/19/digest.json.gz'],
      context: { ...OF_TRAIL, ...WITH_ACL },
      source: BUCKETS,
      refused: [
        ...refused,
        { what: 'for others to read', context: { 's3:x-amz-acl': 'public-read' } },
        { what: 'that are not the bucket owner\'s', context: { 's3:x-amz-acl': undefined } },
        { what: 'into the folder of another account', resources: ['{bucket}/AWSLogs/{otherAccount}/CloudTrail/{region}/2026/11/19/log.json.gz'] },
        { what: 'into the folder of another organization', resources: ['{bucket}/AWSLogs/o-anotherone0/{owner}/CloudTrail/{region}/2026/11/19/log.json.gz'] },
        { what: 'beside them', resources: ['{bucket}/object', '{bucket}/other/AWSLogs/{owner}/object'] },
        { what: 'and takes them away', actions: ['s3:GetObject', 's3:DeleteObject', 's3:PutObjectAcl', 's3:PutObjectRetention'] },
      ],
    },
    {
      place: 'trail of an organization',
      what: 'CloudTrail writes log files of the organization\'s accounts',
      caller: CLOUDTRAIL,
      actions: ['s3:PutObject'],
      resources: ['{bucket}/AWSLogs/{organization}/{owner}/CloudTrail/{region}/2026/11/19/log.json.gz', '{bucket}/AWSLogs/{organization}/{thirdAccount}/CloudTrail/{region}/2026/11/19/log.json.gz'],
      context: { ...OF_TRAIL, ...WITH_ACL },
      source: BUCKETS,
      refused,
    },
    {
      place: 'trail key',
      what: 'CloudTrail encrypts log files',
      caller: CLOUDTRAIL,
      actions: ['kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext'],
      resources: ['{key}'],
      context: { ...OF_TRAIL, [CONTEXT]: '{trail}' },
      source: KEYS,
      unsure: 'which of the two calls it makes: the document allows both',
      refused: [
        ...refused,
        { what: 'of another account', context: { [CONTEXT]: 'arn:{partition}:cloudtrail:{region}:{otherAccount}:trail/any' } },
        { what: 'of no trail', context: { [CONTEXT]: 'arn:{partition}:cloudtrail:{region}:{owner}:eventdatastore/any' } },
        { what: 'without a context', context: { [CONTEXT]: undefined } },
        KEY_MISUSE,
      ],
    },
    {
      place: 'trail key',
      what: 'CloudTrail encrypts log files of another Region',
      caller: CLOUDTRAIL,
      actions: ['kms:GenerateDataKey'],
      resources: ['{key}'],
      context: { ...OF_TRAIL, [CONTEXT]: 'arn:{partition}:cloudtrail:{otherRegion}:{owner}:trail/any' },
      source: KEYS,
      unsure: 'that the context names another Region than the trail\'s: the document has an asterisk there',
    },
    {
      place: 'trail key',
      what: 'CloudTrail looks at the key, and tries it with the bucket key',
      caller: CLOUDTRAIL,
      actions: ['kms:DescribeKey', 'kms:Decrypt'],
      resources: ['{key}'],
      context: OF_TRAIL,
      source: KEYS,
      unsure: 'that CloudTrail names the trail when it decrypts: the document recommends the condition for the key\'s policy, and shows it for DescribeKey',
      refused: [...refused, KEY_MISUSE],
    },
    {
      place: 'trail topic',
      what: 'CloudTrail tells the topic of log files',
      caller: CLOUDTRAIL,
      actions: ['sns:Publish'],
      resources: ['{topic}'],
      context: OF_TRAIL,
      source: TOPICS,
      refused: [...refused, { what: 'and changes it', actions: ['sns:Subscribe', 'sns:SetTopicAttributes', 'sns:DeleteTopic'] }],
    },
    {
      place: 'trail topic key',
      what: 'CloudTrail encrypts what it tells the topic',
      caller: CLOUDTRAIL,
      actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
      resources: ['{key}'],
      context: OF_TRAIL,
      source: TOPICS,
      unsure: 'that CloudTrail names the trail to KMS here: the document shows the service principal alone',
      refused: [...refused, KEY_MISUSE],
    },
    {
      place: 'trail topic key',
      what: 'CloudTrail may make the key\'s other data keys',
      caller: CLOUDTRAIL,
      actions: ['kms:GenerateDataKeyWithoutPlaintext'],
      resources: ['{key}'],
      context: OF_TRAIL,
      source: TOPICS,
      refused,
    },
  ];
}

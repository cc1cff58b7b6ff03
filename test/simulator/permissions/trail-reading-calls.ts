/** The calls that Athena makes for an analyst who compares an archive with its trail: on the log files, and on nothing beside them. */

import type { Call, CallContext, Caller, NearMiss } from './calls';

const DOCS = 'https://docs.aws.amazon.com';
const ATHENA_S3 = `${DOCS}/athena/latest/ug/s3-permissions.html`;
const ATHENA_POLICY = `${DOCS}/aws-managed-policy/latest/reference/AmazonAthenaFullAccess.html`;
const BUCKET_KEYS = `${DOCS}/AmazonS3/latest/userguide/bucket-key.html`;
const OBJECT_KEYS = `${DOCS}/AmazonS3/latest/userguide/UsingKMSEncryption.html#encryption-context`;

const PERSON: Caller = { identity: '{person}' };
const FOLDER = '{logs}{account}/CloudTrail/{region}/2026/11/19/';
const FILE = `${FOLDER}file.json.gz`;
const DIGEST = '{logs}{account}/CloudTrail-Digest/{region}/2026/11/19/file.json.gz';
const BY_S3: CallContext = { 'kms:ViaService': '{s3}', 'kms:EncryptionContext:aws:s3:arn': '{bucket}' };

/** The rows; `keyMisuse` are uses of a key that a reader has no right to. */
export function trailReadingCalls(keyMisuse: readonly NearMiss[]): Call[] {
  return [
    {
      place: 'analyst of a trail',
      what: 'an analyst reads log files',
      caller: PERSON,
      actions: ['s3:GetObject'],
      resources: [`{bucket}/${FILE}`],
      source: ATHENA_S3,
      refused: [
        { what: 'and digests', resources: [`{bucket}/${DIGEST}`] },
        { what: 'and what lies beside them', resources: [`{bucket}/other/${FILE}`] },
        { what: 'of another bucket', resources: [`{bucket}-other/${FILE}`] },
        { what: 'and changes them', actions: ['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion', 's3:PutObjectRetention', 's3:PutObjectAcl', 's3:GetObjectVersion'] },
      ],
    },
    {
      place: 'analyst of a trail',
      what: 'an analyst lists the log files of a day',
      caller: PERSON,
      actions: ['s3:ListBucket'],
      resources: ['{bucket}'],
      context: { 's3:prefix': FOLDER },
      source: ATHENA_S3,
      refused: [
        { what: 'and everything', context: { 's3:prefix': undefined } },
        { what: 'and digests', context: { 's3:prefix': DIGEST } },
        { what: 'of another bucket', resources: ['{bucket}-other'] },
        { what: 'and changes the bucket', actions: ['s3:DeleteBucket', 's3:PutBucketPolicy', 's3:PutLifecycleConfiguration', 's3:PutBucketVersioning', 's3:ListBucketVersions'] },
      ],
    },
    {
      place: 'analyst of a trail',
      what: 'an analyst finds the bucket of the log files',
      caller: PERSON,
      actions: ['s3:GetBucketLocation'],
      resources: ['{bucket}'],
      source: ATHENA_POLICY,
      refused: [{ what: 'and others', resources: ['{bucket}-other'] }],
    },
    {
      place: 'key of a trail\'s analyst',
      what: 'S3 decrypts the log files that an analyst reads',
      caller: PERSON,
      actions: ['kms:Decrypt'],
      resources: ['{key}'],
      context: BY_S3,
      source: BUCKET_KEYS,
      refused: [...keyMisuse, { what: 'and encrypts', actions: ['kms:GenerateDataKey'] }],
    },
    {
      place: 'key of a trail\'s analyst',
      what: 'S3 decrypts log files that were written without a bucket key',
      caller: PERSON,
      actions: ['kms:Decrypt'],
      resources: ['{key}'],
      context: { ...BY_S3, 'kms:EncryptionContext:aws:s3:arn': `{bucket}/${FILE}` },
      source: OBJECT_KEYS,
    },
  ];
}

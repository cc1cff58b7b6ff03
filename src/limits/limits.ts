// What AWS takes at most of all that props can reach, each once and with its source.

/** A limit. */
export interface Limit {
  readonly most: number;
  /** What is counted. */
  readonly unit: string;
  /** Who has the limit, as errors name it. */
  readonly service: string;
  /** Whether AWS raises it on request: then more is a warning, and else an error. */
  readonly isAdjustable?: boolean;
  readonly source: string;
}

const DOCS = 'https://docs.aws.amazon.com';
const IAM = `${DOCS}/IAM/latest/UserGuide/reference_iam-quotas.html`;
const SQS = `${DOCS}/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html`;
const SNS = `${DOCS}/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html`;
const EVENTBRIDGE = `${DOCS}/eventbridge/latest/userguide/eb-quota.html`;

/** The limits. */
export const LIMITS = {
  queuePolicyBytes: { most: 8192, unit: 'bytes', service: 'SQS', source: SQS },
  queuePolicyStatements: { most: 20, unit: 'statements', service: 'SQS', source: SQS },
  topicPolicyBytes: { most: 30_720, unit: 'bytes', service: 'SNS', source: SNS },
  topicPolicyStatements: { most: 100, unit: 'statements', service: 'SNS', source: SNS },
  bucketPolicyBytes: { most: 20_480, unit: 'bytes', service: 'S3', source: `${DOCS}/AmazonS3/latest/userguide/add-bucket-policy.html` },
  keyPolicyBytes: { most: 32_768, unit: 'bytes', service: 'KMS', source: `${DOCS}/kms/latest/developerguide/resource-limits.html` },
  busPolicyCharacters: { most: 10_240, unit: 'characters', service: 'EventBridge', isAdjustable: true, source: EVENTBRIDGE },
  rulesOnBus: { most: 300, unit: 'rules', service: 'EventBridge', isAdjustable: true, source: EVENTBRIDGE },
  wildcardRulesOnBus: { most: 30, unit: 'rules with wildcards', service: 'EventBridge', source: EVENTBRIDGE },
  trailsInRegion: { most: 5, unit: 'trails', service: 'CloudTrail', source: `${DOCS}/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html` },
  logPoliciesInRegion: { most: 10, unit: 'resource policies', service: 'CloudWatch Logs', source: `${DOCS}/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html` },
  managedPolicyCharacters: { most: 6144, unit: 'characters', service: 'IAM', source: IAM },
  managedPoliciesOfRole: { most: 10, unit: 'managed policies', service: 'IAM', isAdjustable: true, source: IAM },
  managedPoliciesOfUser: { most: 10, unit: 'managed policies', service: 'IAM', isAdjustable: true, source: IAM },
  managedPoliciesOfGroup: { most: 10, unit: 'managed policies', service: 'IAM', source: IAM },
  viewCharacters: { most: 409_600, unit: 'characters', service: 'Glue', source: `${DOCS}/glue/latest/webapi/API_TableInput.html` },
} as const satisfies { readonly [name: string]: Limit };

/** The Regions where a bus takes fewer rules. */
export const FEWER_RULES: ReadonlyMap<string, number> = new Map([['af-south-1', 100], ['eu-south-1', 100]]);

// What AWS takes at most of all that props can reach, each once and with its source.

/** A limit. */
export interface Limit {
  readonly most: number;
  readonly least?: number;
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
const EVENTBRIDGE_API = `${DOCS}/eventbridge/latest/APIReference`;
const FIREHOSE = `${DOCS}/firehose/latest/dev/limits.html`;
const FIREHOSE_API = `${DOCS}/firehose/latest/APIReference`;
const CLOUDTRAIL = `${DOCS}/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html`;

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
  trailsInRegion: { most: 5, unit: 'trails', service: 'CloudTrail', source: CLOUDTRAIL },
  logPoliciesInRegion: { most: 10, unit: 'resource policies', service: 'CloudWatch Logs', source: `${DOCS}/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html` },
  managedPolicyCharacters: { most: 6144, unit: 'characters', service: 'IAM', source: IAM },
  managedPoliciesOfRole: { most: 10, unit: 'managed policies', service: 'IAM', isAdjustable: true, source: IAM },
  managedPoliciesOfUser: { most: 10, unit: 'managed policies', service: 'IAM', isAdjustable: true, source: IAM },
  managedPoliciesOfGroup: { most: 10, unit: 'managed policies', service: 'IAM', source: IAM },
  viewCharacters: { most: 409_600, unit: 'characters', service: 'Glue', source: `${DOCS}/glue/latest/webapi/API_TableInput.html` },
  pattern: { most: 4096, unit: 'characters', service: 'EventBridge', source: `${EVENTBRIDGE_API}/API_PutRule.html` },
  patternByDefault: { most: 2048, unit: 'characters', service: 'EventBridge', isAdjustable: true, source: EVENTBRIDGE },
  patternCombinations: { most: 1000, unit: 'combinations', service: 'EventBridge', source: `${DOCS}/eventbridge/latest/userguide/eb-create-pattern-operators.html` },
  patternFields: { most: 256, unit: 'fields', service: 'EventBridge', source: 'https://github.com/aws/event-ruler' },
  eventAge: { most: 86_400, unit: 'seconds', service: 'EventBridge', source: `${EVENTBRIDGE_API}/API_RetryPolicy.html` },
  retryAttempts: { most: 185, unit: 'attempts', service: 'EventBridge', source: `${EVENTBRIDGE_API}/API_RetryPolicy.html` },
  inputTemplate: { most: 8192, unit: 'bytes', service: 'EventBridge', source: `${EVENTBRIDGE_API}/API_InputTransformer.html` },
  inputPaths: { most: 100, unit: 'paths', service: 'EventBridge', source: `${EVENTBRIDGE_API}/API_InputTransformer.html` },
  inputPath: { most: 256, unit: 'characters', service: 'EventBridge', source: `${EVENTBRIDGE_API}/API_InputTransformer.html` },
  apiDestinationUrl: { most: 2048, unit: 'characters', service: 'EventBridge', source: `${EVENTBRIDGE_API}/API_CreateApiDestination.html` },
  apiDestinationRate: { most: 300, unit: 'requests a second', service: 'EventBridge', isAdjustable: true, source: EVENTBRIDGE },
  eventBridgeDescription: { most: 512, unit: 'characters', service: 'EventBridge', source: `${EVENTBRIDGE_API}/API_PutRule.html` },
  header: { most: 512, unit: 'characters', service: 'EventBridge', source: `${EVENTBRIDGE_API}/API_ConnectionHeaderParameter.html` },
  secretVersionId: { least: 32, most: 64, unit: 'characters', service: 'Secrets Manager', source: `${DOCS}/secretsmanager/latest/apireference/API_GetSecretValue.html` },
  messageRetention: { most: 14, unit: 'days', service: 'SQS', source: `${DOCS}/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html` },
  messageBytes: { most: 1_048_576, unit: 'bytes', service: 'SQS', source: `${DOCS}/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html` },
  activePartitions: { most: 500, unit: 'active partitions', service: 'Firehose', source: FIREHOSE },
  jqQuery: { most: 5120, unit: 'characters', service: 'Firehose', source: `${FIREHOSE_API}/API_ProcessorParameter.html` },
  deliveryPrefix: { most: 512, unit: 'characters', service: 'Firehose', source: `${FIREHOSE_API}/API_ExtendedS3DestinationConfiguration.html` },
  bufferSize: { least: 1, most: 128, unit: 'MiB', service: 'Firehose', source: `${FIREHOSE_API}/API_BufferingHints.html` },
  dynamicBufferSize: { least: 64, most: 128, unit: 'MiB', service: 'Firehose', source: `${FIREHOSE_API}/API_BufferingHints.html` },
  bufferInterval: { least: 0, most: 900, unit: 'seconds', service: 'Firehose', source: `${FIREHOSE_API}/API_BufferingHints.html` },
  dynamicBufferInterval: { least: 60, most: 900, unit: 'seconds', service: 'Firehose', source: `${FIREHOSE_API}/API_BufferingHints.html` },
  lifecycleRules: { most: 1000, unit: 'lifecycle rules', service: 'S3', source: `${DOCS}/AmazonS3/latest/API/API_LifecycleConfiguration.html` },
  // The integers of most APIs: the days of S3's lifecycle rules and of EventBridge's archives, and rates.
  integer: { most: 2_147_483_647, unit: '', service: 'AWS', source: `${DOCS}/AmazonS3/latest/API/API_LifecycleExpiration.html` },
  selectorValues: { most: 500, unit: 'values', service: 'CloudTrail', source: CLOUDTRAIL },
  selectorResources: { most: 250, unit: 'ARNs', service: 'CloudTrail', source: CLOUDTRAIL },
  selectorValue: { most: 2048, unit: 'characters', service: 'CloudTrail', source: `${DOCS}/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html` },
  deliveryName: { most: 60, unit: 'characters', service: 'CloudWatch Logs', source: `${DOCS}/AmazonCloudWatchLogs/latest/APIReference/API_PutDeliverySource.html` },
  logicalId: { most: 255, unit: 'characters', service: 'CloudFormation', source: `${DOCS}/AWSCloudFormation/latest/UserGuide/resources-section-structure.html` },
  stackName: { most: 128, unit: 'characters', service: 'CloudFormation', source: `${DOCS}/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html` },
  // The greatest number of JavaScript below that of 64 bits.
  bytesScannedLimit: { least: 10_000_000, most: 2 ** 63 - 1024, unit: 'bytes', service: 'Athena', source: `${DOCS}/athena/latest/APIReference/API_WorkGroupConfiguration.html` },
} as const satisfies { readonly [name: string]: Limit };

/** The Regions where a bus takes fewer rules. */
export const FEWER_RULES: ReadonlyMap<string, number> = new Map([['af-south-1', 100], ['eu-south-1', 100]]);

/**
 * A CloudTrail trail as deployed: what it logs, and that it may write it. CloudTrail tries the latter when a trail is created, and refuses to
 * create one that may not.
 */

import { EventSelectors } from './event-selectors';
import type { JsonObject } from '../engines';
import type { Permissions } from '../permissions/permissions';
import type { Policies } from '../permissions/policies';
import { ResourcePolicies } from '../permissions/resource-policies';
import { Properties } from '../template/properties';
import type { SimulatedResource, SimulatedTemplate } from '../template/template';

const INSIGHT_TYPES = ['ApiCallRateInsight', 'ApiErrorRateInsight'] as const;

/** The services whose events have no Region of their own. @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html */
const GLOBAL_SOURCES = ['iam.amazonaws.com', 'sts.amazonaws.com', 'cloudfront.amazonaws.com'];

const CLOUDTRAIL = { service: 'cloudtrail.amazonaws.com' };

/** The trails of a template; throws at the first that CloudTrail would not create. */
export function readTrails(template: SimulatedTemplate, permissions: Permissions): Trail[] {
  return template.ofType('AWS::CloudTrail::Trail').map(trail => new Trail(trail, template, permissions));
}

/** One of them. */
export class Trail {
  private readonly properties: Properties;
  private readonly selectors: EventSelectors;
  private readonly insights: readonly string[];
  private readonly isMultiRegion: boolean;

  public constructor(private readonly trail: SimulatedResource, private readonly template: SimulatedTemplate, permissions: Permissions) {
    this.properties = Properties.of(trail);
    this.selectors = new EventSelectors(this.properties);
    this.isMultiRegion = this.properties.flag('IsMultiRegionTrail');
    if (this.isMultiRegion && !this.logsGlobalServices) this.properties.fail('IncludeGlobalServiceEvents', 'a trail of all Regions includes them');
    this.insights = this.readInsights();
    this.tryToWrite();
    this.tryTheKey(permissions);
    this.tryTheTopic();
  }

  public get logicalId(): string {
    return this.trail.logicalId;
  }

  /** Whether the trail writes this record of CloudTrail's, and so has EventBridge get it as an event. */
  public logs(record: JsonObject): boolean {
    if (!this.properties.flag('IsLogging') || !this.isAbout(record)) return false;
    if (record.eventCategory === 'Insight') return this.insights.includes(String((record.insightDetails as JsonObject | undefined)?.insightType));
    return this.selectors.select(record);
  }

  /** What is not logged although there is a trail, so that EventBridge gets no event of it from this one. */
  public get notes(): string[] {
    if (!this.properties.flag('IsLogging')) return [`${this.logicalId}: does not log: through this trail EventBridge gets no event of CloudTrail's`];
    if ([true, false].some(readOnly => this.selectors.selectManagement(readOnly))) return [];
    return [`${this.logicalId}: has no selector of management events: through this trail EventBridge gets no such call`];
  }

  /** By default a trail does; CloudFormation's default is the same. */
  private get logsGlobalServices(): boolean {
    return this.properties.flag('IncludeGlobalServiceEvents', true);
  }

  private get isOfOrganization(): boolean {
    return this.properties.flag('IsOrganizationTrail');
  }

  private isAbout({ recipientAccountId, awsRegion, eventSource }: JsonObject): boolean {
    const { account, region } = this.template.environment;
    if (recipientAccountId !== account && !this.isOfOrganization) return false;
    if (GLOBAL_SOURCES.includes(String(eventSource)) && !this.logsGlobalServices) return false;
    return this.isMultiRegion || awsRegion === region;
  }

  private readInsights(): string[] {
    const types = this.properties.objects('InsightSelectors').map(selector => selector.oneOf('InsightType', INSIGHT_TYPES));
    if (new Set(types).size < types.length) this.properties.fail('InsightSelectors', 'a type twice');
    const rate = types.includes('ApiCallRateInsight') && !this.selectors.selectManagement(false);
    const errors = types.includes('ApiErrorRateInsight') && ![true, false].some(readOnly => this.selectors.selectManagement(readOnly));
    if (rate || errors) this.properties.fail('InsightSelectors', 'the trail does not log the management events that CloudTrail looks at for it');
    return types;
  }

  /** @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html */
  private tryToWrite(): void {
    const name = this.properties.text('S3BucketName');
    const keys = this.logKeys();
    const bucket = this.template.ofType('AWS::S3::Bucket').find(({ ref }) => ref === name);
    if (!bucket) return;
    const policy = new ResourcePolicies(this.template).ofBucket(bucket.attributes.Arn)!;
    const missing = !this.may(policy, 's3:GetBucketAcl', bucket.attributes.Arn) ? 's3:GetBucketAcl'
      : keys.find(key => !this.may(policy, 's3:PutObject', `${bucket.attributes.Arn}/${key}`, { 's3:x-amz-acl': 'bucket-owner-full-control' }));
    if (missing) this.properties.fail('S3BucketName', `incorrect S3 bucket policy is detected for bucket ${name}: ${missing}`);
    this.mustWaitFor('AWS::S3::BucketPolicy', policyOf => policyOf.text('Bucket') === name);
  }

  /** Where CloudTrail writes. A trail of an organization that the account is not in cannot be created. */
  private logKeys(): string[] {
    const { account, region, organization } = this.template.environment;
    const prefix = this.properties.optionalText('S3KeyPrefix');
    const root = `${prefix === undefined ? '' : `${prefix}/`}AWSLogs/`;
    if (!this.isOfOrganization) return [`${root}${account}/CloudTrail/${region}/2026/11/19/log.json.gz`];
    if (!organization) return this.properties.fail('IsOrganizationTrail', `the account ${account} is in no organization`);
    return [organization.managementAccount, '111122223333'].map(member => `${root}${organization.id}/${member}/CloudTrail/${region}/2026/11/19/log.json.gz`);
  }

  /** @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html */
  private tryTheKey(permissions: Permissions): void {
    if (!this.properties.has('KMSKeyId')) return;
    const key = permissions.keys.encrypting(this.properties, 'KMSKeyId', ['key id', 'key ARN', 'alias name', 'alias ARN']);
    const context = { 'aws:sourcearn': this.trail.attributes.Arn };
    const missing = permissions.missingOnKey(key, CLOUDTRAIL.service, ['kms:DescribeKey', 'kms:Decrypt'], context)
      ?? permissions.missingOnKey(key, CLOUDTRAIL.service, ['kms:GenerateDataKey'], { ...context, 'kms:encryptioncontext:aws:cloudtrail:arn': this.trail.attributes.Arn });
    if (missing) this.properties.fail('KMSKeyId', `the policy of ${key.arn} does not let CloudTrail ${missing}`);
  }

  /** @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-permissions-for-sns-notifications.html */
  private tryTheTopic(): void {
    if (!this.properties.has('SnsTopicName')) return;
    const topic = this.trail.attributes.SnsTopicArn;
    const policy = new ResourcePolicies(this.template).ofTopic(topic);
    if (!policy) return;
    if (!this.may(policy, 'sns:Publish', topic)) this.properties.fail('SnsTopicName', `the policy of ${topic} does not let CloudTrail publish`);
    this.mustWaitFor('AWS::SNS::TopicPolicy', policyOf => policyOf.texts('Topics').includes(topic));
  }

  private may(policy: Policies, action: string, resource: string, context: { readonly [key: string]: string } = {}): boolean {
    const known = { 'aws:securetransport': 'true', 's3:tlsversion': '1.2', 'aws:sourcearn': this.trail.attributes.Arn, ...context };
    return policy.verdict({ principal: CLOUDTRAIL, action, resource, context: known }) === 'allowed';
  }

  /** A policy that comes after the trail is not there when CloudTrail tries it. */
  private mustWaitFor(type: string, concerns: (policy: Properties) => boolean): void {
    const late = this.template.ofType(type).find(policy => concerns(Properties.of(policy)) && !this.trail.waitsFor.includes(policy.logicalId));
    if (late) this.properties.fail('DependsOn', `${late.logicalId} may come after the trail, which then cannot be created`);
  }
}

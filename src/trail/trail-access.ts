// What CloudTrail must be allowed to do for a trail. The statements know the trail by its account and Region, not by its name: CloudTrail tries
// its rights when the trail is created, so that the policies come first, and the trail has no name before it is there.

import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { TrailOrganizationOptions } from './trail-options';
import { trailLogsFolder } from '../layout/trail-logs';

/** Says by statements what CloudTrail needs, for the trails of one account in the Region of a stack. */
export class TrailAccess {
  private readonly partition: string;
  private readonly region: string;
  private readonly owner: string;
  private readonly organizationId?: string;

  constructor(scope: Construct, organization?: TrailOrganizationOptions) {
    const { partition, region, account } = Stack.of(scope);
    this.partition = partition;
    this.region = region;
    this.owner = organization?.managementAccountId ?? account;
    this.organizationId = organization?.organizationId;
  }

  /**
   * An organization's trail may write as that of its owner's account alone, too, which it is when somebody makes it so.
   * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
   */
  public toBucket(bucket: s3.IBucket): iam.PolicyStatement[] {
    const ofOwner = `${trailLogsFolder({})}${this.owner}/`;
    const folders = this.organizationId === undefined ? [ofOwner] : [ofOwner, trailLogsFolder({ organizationId: this.organizationId })];
    return [
      this.statement(['s3:GetBucketAcl'], [bucket.bucketArn]),
      this.statement(['s3:PutObject'], folders.map(folder => bucket.arnForObjects(`${folder}*`)), { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } }),
    ];
  }

  /**
   * For `Decrypt` AWS's document names no context, so none is asked for: CloudTrail needs it where the bucket has a bucket key.
   * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
   */
  public toKey(): iam.PolicyStatement[] {
    const context = { StringLike: { 'kms:EncryptionContext:aws:cloudtrail:arn': `arn:${this.partition}:cloudtrail:*:${this.owner}:trail/*` } };
    return [
      this.statement(['kms:GenerateDataKey*'], ['*'], context),
      this.statement(['kms:Decrypt', 'kms:DescribeKey'], ['*']),
    ];
  }

  /** @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-permissions-for-sns-notifications.html */
  public toTopic(topic: sns.ITopic): iam.PolicyStatement {
    return this.statement(['sns:Publish'], [topic.topicArn]);
  }

  public toTopicKey(): iam.PolicyStatement {
    return this.statement(['kms:Decrypt', 'kms:GenerateDataKey*'], ['*']);
  }

  private statement(actions: string[], resources: string[], conditions: object = {}): iam.PolicyStatement {
    return new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('cloudtrail.amazonaws.com')],
      actions,
      resources,
      conditions: { ArnLike: { 'aws:SourceArn': `arn:${this.partition}:cloudtrail:${this.region}:${this.owner}:trail/*` }, ...conditions },
    });
  }
}

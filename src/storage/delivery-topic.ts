// The topic that S3 tells of each delivered object, by the bucket's own notification configuration. CDK's way is a function behind a custom
// resource, and EventBridge's would put each delivery on the bus that is archived.

import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { checkToldTopic, letTell } from '../private/told-topic';
import { invalid, isElsewhere } from '../private/validate';

const PROP = 'storage.deliveryTopic';

/** Has the bucket tell the topic of each object that is created below a folder. */
export function tellOfDeliveries(scope: Construct, topic: sns.ITopic, bucket: s3.Bucket, folder: string): void {
  check(scope, topic);
  const resource = bucket.node.defaultChild as s3.CfnBucket;
  resource.notificationConfiguration = {
    topicConfigurations: [{ event: 's3:ObjectCreated:*', topic: topic.topicArn, filter: { s3Key: { rules: [{ name: 'prefix', value: folder }] } } }],
  };
  // S3 tries to publish when the bucket is created, so the policy comes first.
  const policy = letTell(scope, topic, {
    prop: PROP,
    warning: 'deliveryTopic',
    toTopic: publishStatement(scope, topic),
    toKey: useOfKeyStatement(scope),
    otherwise: 'the bucket cannot be deployed',
  });
  if (policy) resource.node.addDependency(policy);
  bucket.node.addValidation({ validate: () => findOtherNotifications(bucket) });
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html#supported-notification-destinations */
function check(scope: Construct, topic: sns.ITopic): void {
  const { region } = Stack.of(scope);
  checkToldTopic(scope, topic, { prop: PROP, service: 'S3' });
  if (isElsewhere(region, topic.env.region)) invalid(PROP, `a topic in Region ${topic.env.region}`, `S3 tells topics in the Region of the bucket, ${region}`);
}

/**
 * Names no bucket: the bucket waits for this policy.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
 */
function publishStatement(scope: Construct, topic: sns.ITopic): iam.PolicyStatement {
  const { partition, account } = Stack.of(scope);
  return new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal('s3.amazonaws.com')],
    actions: ['sns:Publish'],
    resources: [topic.topicArn],
    conditions: { ArnLike: { 'aws:SourceArn': `arn:${partition}:s3:::*` }, StringEquals: { 'aws:SourceAccount': account } },
  });
}

function useOfKeyStatement(scope: Construct): iam.PolicyStatement {
  return new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal('s3.amazonaws.com')],
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: ['*'],
    conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
  });
}

/** What CDK adds for `addEventNotification` and the like puts its own configuration in the place of this one, and nobody is told any more. */
function findOtherNotifications(bucket: s3.Bucket): string[] {
  if (!bucket.node.tryFindChild('Notifications')) return [];
  return [`${PROP}: got a bucket that has other notifications as well; CDK's custom resource for them replaces this one: subscribe to the topic instead`];
}

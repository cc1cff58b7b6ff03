// The topic that S3 tells of each delivered object, by the bucket's own notification configuration. CDK's way is a function behind a custom
// resource, and EventBridge's would put each delivery on the bus that is archived.

import { Annotations, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { readableStatement } from '../private/readable-statement';
import { invalid, isKnown, warningId } from '../private/validate';

const PROP = 'storage.deliveryTopic';

/** The key that SNS has in every account. Nobody can change its policy, and that lets in no service. */
const AWS_MANAGED_KEY = 'alias/aws/sns';

/** Has the bucket tell the topic of each object that is created below a folder. */
export function tellOfDeliveries(scope: Construct, topic: sns.ITopic, bucket: s3.Bucket, folder: string): void {
  check(scope, topic);
  const resource = bucket.node.defaultChild as s3.CfnBucket;
  resource.notificationConfiguration = {
    topicConfigurations: [{ event: 's3:ObjectCreated:*', topic: topic.topicArn, filter: { s3Key: { rules: [{ name: 'prefix', value: folder }] } } }],
  };
  const { statementAdded, policyDependable } = topic.addToResourcePolicy(publishStatement(scope, topic));
  // S3 tries to publish when the bucket is created, so the policy comes first.
  if (policyDependable) resource.node.addDependency(policyDependable);
  if (!statementAdded) warn(scope, 'deliveryTopicPolicy', 'the policy of an imported topic', publishStatement(scope, topic));
  if (topic.masterKey) allowEncrypting(scope, topic.masterKey);
  bucket.node.addValidation({ validate: () => findOtherNotifications(bucket) });
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html#supported-notification-destinations */
function check(scope: Construct, topic: sns.ITopic): void {
  const { region } = Stack.of(scope);
  if (topic.fifo || topic.topicArn.endsWith('.fifo')) invalid(PROP, 'a FIFO topic', 'S3 tells standard topics only');
  if (isKnown(region) && isKnown(topic.env.region) && topic.env.region !== region) {
    invalid(PROP, `a topic in Region ${topic.env.region}`, `S3 tells topics in the Region of the bucket, ${region}`);
  }
  const { aliasName } = (topic.masterKey ?? {}) as Partial<kms.IAlias>;
  if (aliasName === AWS_MANAGED_KEY) {
    invalid(PROP, `a topic encrypted with ${AWS_MANAGED_KEY}`, 'S3 cannot use that key: give a topic that is not encrypted, or with a key of your own');
  }
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

/** SNS uses its key in the name of who publishes. @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html */
function allowEncrypting(scope: Construct, key: kms.IKey): void {
  const statement = new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal('s3.amazonaws.com')],
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: ['*'],
    conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
  });
  if (!key.addToResourcePolicy(statement, true).statementAdded) warn(scope, 'deliveryTopicKeyPolicy', 'the policy of an imported topic\'s key', statement);
}

function warn(scope: Construct, id: string, what: string, statement: iam.PolicyStatement): void {
  Annotations.of(scope).addWarningV2(warningId(id),
    `${PROP}: ${what} cannot be changed from here; without this statement in it the bucket cannot be deployed: ${readableStatement(scope, statement)}`);
}

/** What CDK adds for `addEventNotification` and the like puts its own configuration in the place of this one, and nobody is told any more. */
function findOtherNotifications(bucket: s3.Bucket): string[] {
  if (!bucket.node.tryFindChild('Notifications')) return [];
  return [`${PROP}: got a bucket that has other notifications as well; CDK's custom resource for them replaces this one: subscribe to the topic instead`];
}

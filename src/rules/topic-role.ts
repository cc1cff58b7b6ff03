// The role by which EventBridge tells a topic. In a topic's policy it cannot be said for which rules, or which account's, EventBridge may publish:
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions

import { RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { createTargetRole } from './target-role';
import { namedKey } from '../private/key-alias';
import { distinguishPolicy } from '../private/logical-ids';
import { applyToAll } from '../private/removal';

/** SNS uses its key in the name of who publishes. @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html */
export const TOPIC_KEY_ACTIONS = ['kms:Decrypt', 'kms:GenerateDataKey'];

/** The role, and the policy that a rule waits for. */
export class TopicRole extends Construct {
  public readonly role: iam.Role;
  public readonly policy: iam.ManagedPolicy;

  constructor(scope: Construct, id: string, topic: sns.ITopic) {
    super(scope, id);
    this.role = createTargetRole(this, 'EventBridge tells a topic with this role');
    const statements = [new iam.PolicyStatement({ actions: ['sns:Publish'], resources: [topic.topicArn] })];
    if (topic.masterKey) statements.push(keyStatement(topic.masterKey));
    this.policy = new iam.ManagedPolicy(this, 'PublishPolicy', {
      description: 'Lets EventBridge publish to a topic, and no more',
      roles: [this.role],
      statements,
    });
    distinguishPolicy(this.policy, statements.map(statement => statement.toStatementJson() as unknown));
    applyToAll(this, RemovalPolicy.DESTROY);
  }
}

function keyStatement(key: kms.IKey): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions: TOPIC_KEY_ACTIONS, ...namedKey(key) });
}

// Topics that an AWS service tells something: what such a topic cannot be, and what its policy, and that of its key, must say.

import { Annotations, Stack } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct, IDependable } from 'constructs';
import { aliasOf } from './key-alias';
import { checkReference } from './named-elsewhere';
import { readableStatement } from './readable-statement';
import { invalid, warningId } from './validate';
import { judgePolicyOf } from '../limits/policies';

/** The key that SNS has in every account. Nobody can change its policy, and that lets in no service. */
const AWS_MANAGED_KEY = 'alias/aws/sns';

/** The prop that has a topic, and the service that tells it, as errors name them. */
export interface ToldTopic {
  readonly prop: string;
  readonly service: string;
}

/** What a service needs to tell a topic. */
export interface ToldTopicAccess {
  readonly prop: string;
  /** What the ids of the warnings begin with. */
  readonly warning: string;
  readonly toTopic: iam.PolicyStatement;
  /** SNS uses its key in the name of who publishes. @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html */
  readonly toKey: iam.PolicyStatement;
  /** What happens without. */
  readonly otherwise: string;
}

/** Fails for a topic that no service can tell. */
export function checkToldTopic(scope: Construct, topic: sns.ITopic, { prop, service }: ToldTopic): void {
  if (topic.fifo || topic.topicArn.endsWith('.fifo')) {
    invalid(prop, 'a FIFO topic', `${service} gives no message group, which such a topic needs: give a standard topic`);
  }
  if (isByManagedKey(scope, topic)) {
    invalid(prop, `a topic encrypted with ${AWS_MANAGED_KEY}`, `${service} cannot use that key: give a topic without encryption or with a key of your own`);
  }
}

/** A topic's key may be given as an alias, or by name where the topic's own resource is changed. */
function isByManagedKey(scope: Construct, topic: sns.ITopic): boolean {
  if (topic.masterKey && aliasOf(topic.masterKey) === AWS_MANAGED_KEY) return true;
  const { kmsMasterKeyId } = (topic.node.defaultChild ?? {}) as Partial<sns.CfnTopic>;
  return JSON.stringify(Stack.of(scope).resolve(kmsMasterKeyId) ?? '').includes(AWS_MANAGED_KEY);
}

/** Lets a service tell a topic, or says in a warning what must be in policies that are not changed from here. What tells the topic waits for the result. */
export function letTell(scope: Construct, topic: sns.ITopic, { prop, warning, toTopic, toKey, otherwise }: ToldTopicAccess): IDependable | undefined {
  const ofUnknownKey = topic.masterKey ? '' : `; if a KMS key encrypts the topic, its policy needs this one: ${readableStatement(scope, toKey)}`;
  const warn = (id: string, what: string, statement: iam.PolicyStatement, more: string = '') => Annotations.of(scope).addWarningV2(warningId(`${warning}${id}`),
    `${prop}: the policy of ${what} cannot be changed from here; without this statement in it ${otherwise}: ${readableStatement(scope, statement)}${more}`);
  checkReference(scope, prop, { what: 'a topic', reference: topic.topicArn, name: 'topicName' });
  const { statementAdded, policyDependable } = topic.addToResourcePolicy(toTopic);
  if (statementAdded) judgePolicyOf(scope, prop, topic);
  else warn('Policy', 'an imported topic', toTopic, ofUnknownKey);
  if (topic.masterKey && !topic.masterKey.addToResourcePolicy(toKey, true).statementAdded) warn('KeyPolicy', 'the topic\'s imported key', toKey);
  if (topic.masterKey) judgePolicyOf(scope, prop, topic.masterKey);
  return policyDependable;
}

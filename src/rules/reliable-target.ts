// A rule's target as the archive has them all: the longest retries, a dead-letter queue, and permissions that are there before the rule.

import { Stack } from 'aws-cdk-lib';
import type * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, IConstruct } from 'constructs';

/** EventBridge's own maxima: 24 hours and 185 attempts. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html */
const LONGEST_RETRIES: events.CfnRule.RetryPolicyProperty = { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 };

/** Takes the dead letters of a rule. */
export interface DeadLetterReceiver {
  forRule(rule: events.Rule, bus?: events.IEventBus): events.CfnRule.DeadLetterConfigProperty;
}

/** Adds a target to a rule. What the target itself says of its retries and its dead-letter queue stands. */
export function addReliableTarget(rule: events.Rule, target: events.IRuleTarget, deadLetters: DeadLetterReceiver, bus?: events.IEventBus): void {
  rule.addTarget({
    bind: (boundRule, id) => {
      const config = target.bind(boundRule, id);
      if (config.role && Construct.isConstruct(config.role)) waitForPolicies(rule, config.role);
      return {
        ...config,
        deadLetterConfig: config.deadLetterConfig ?? deadLetters.forRule(rule, bus),
        retryPolicy: { ...LONGEST_RETRIES, ...config.retryPolicy },
      };
    },
  });
}

/**
 * Lets a rule wait for the policies below a construct: a missing permission is not retried, so without them the first events of a
 * deployment would go straight to the queue. Nothing else is waited for, because a queue's policy may name the rule.
 */
export function waitForPolicies(rule: events.Rule, root: IConstruct): void {
  for (const child of root.node.findAll()) {
    const isPolicy = child instanceof iam.CfnManagedPolicy || child instanceof iam.CfnPolicy;
    if (isPolicy && Stack.of(child) === Stack.of(rule)) rule.node.addDependency(child);
  }
}

// A rule's target as the archive has them all: the longest retries, a dead-letter queue, and permissions that are there before the rule.

import { CfnResource, Stack, Token } from 'aws-cdk-lib';
import type * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct, IConstruct } from 'constructs';
import { createTargetRole } from './target-role';
import { LIMITS } from '../limits/limits';
import { judgePolicyOf } from '../limits/policies';
import { distinguishPolicy } from '../private/logical-ids';

/** EventBridge's own maxima: 24 hours and 185 attempts. */
const MAXIMUM_EVENT_AGE_SECONDS = LIMITS.eventAge.most;
const MAXIMUM_RETRY_ATTEMPTS = LIMITS.retryAttempts.most;

/** Takes the dead letters of a rule. */
export interface DeadLetterReceiver {
  forRule(rule: events.Rule, bus?: events.IEventBus): events.CfnRule.DeadLetterConfigProperty;
  /** Takes those of rules in a stack of another Region or account. */
  elsewhere(stack: Stack): DeadLetterReceiver;
}

/** A target of the user's. */
export interface GivenTarget {
  readonly prop: string;
  readonly target: events.IRuleTarget;
}

/** Adds a target of the user's to a rule. CDK gives the policy of a queue or a topic a statement for each rule, unless a role sends. */
export function addGivenTarget(rule: events.Rule, { prop, target }: GivenTarget, deadLetters: DeadLetterReceiver, bus?: events.IEventBus): void {
  const bind = (boundRule: events.IRule, id?: string): events.RuleTargetConfig => {
    const config = target.bind(boundRule, id);
    if (config.targetResource && !config.role) judgePolicyOf(rule, prop, config.targetResource, { remedy: 'join patterns, or use several targets' });
    return config;
  };
  addReliableTarget(rule, { bind }, deadLetters, bus);
}

/** Adds a target to a rule. What the target itself says of its retries and its dead-letter queue stands. */
export function addReliableTarget(rule: events.Rule, target: events.IRuleTarget, deadLetters: DeadLetterReceiver, bus?: events.IEventBus): void {
  let isElsewhere = false;
  rule.addTarget({
    // CDK binds the target of another Region or account to a second rule beside it, to which the first forwards.
    bind: (boundRule, id) => {
      isElsewhere = boundRule !== rule;
      const config = target.bind(boundRule, id);
      if (config.role && Construct.isConstruct(config.role)) waitForPolicies(boundRule as events.Rule, config.role);
      if (config.targetResource) waitForOwnPolicy(boundRule as events.Rule, config.targetResource);
      const receiver = isElsewhere ? deadLetters.elsewhere(Stack.of(boundRule)) : deadLetters;
      return {
        ...config,
        deadLetterConfig: config.deadLetterConfig ?? receiver.forRule(boundRule as events.Rule, isElsewhere ? undefined : bus),
        retryPolicy: {
          maximumEventAgeInSeconds: config.retryPolicy?.maximumEventAgeInSeconds ?? MAXIMUM_EVENT_AGE_SECONDS,
          maximumRetryAttempts: config.retryPolicy?.maximumRetryAttempts ?? MAXIMUM_RETRY_ATTEMPTS,
        },
      };
    },
  });
  if (isElsewhere) forwardReliably(rule, deadLetters, bus);
}

/**
 * CDK forwards without a dead-letter queue, by a role below the rule; to another account in the Region without a role, which EventBridge asks for.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
 */
function forwardReliably(rule: events.Rule, deadLetters: DeadLetterReceiver, bus?: events.IEventBus): void {
  const resource = rule.node.defaultChild as events.CfnRule;
  const targets = Stack.of(rule).resolve(resource.targets) as events.CfnRule.TargetProperty[];
  const { arn, roleArn } = targets[targets.length - 1];
  const overrides = {
    DeadLetterConfig: { Arn: deadLetters.forRule(rule, bus).arn },
    RetryPolicy: { MaximumEventAgeInSeconds: MAXIMUM_EVENT_AGE_SECONDS, MaximumRetryAttempts: MAXIMUM_RETRY_ATTEMPTS },
    ...roleArn === undefined && { RoleArn: createForwardingRole(rule, arn).roleArn },
  };
  for (const [name, value] of Object.entries(overrides)) resource.addPropertyOverride(`Targets.${targets.length - 1}.${name}`, value);
  waitForPolicies(rule, rule);
}

function createForwardingRole(rule: events.Rule, busArn: string): iam.Role {
  const scope = new Construct(rule, 'Forwarding');
  const role = createTargetRole(scope, 'EventBridge forwards events to another account with this role');
  const policy = new iam.ManagedPolicy(scope, 'PutPolicy', {
    description: 'Lets EventBridge put events on a bus, and no more',
    roles: [role],
    statements: [new iam.PolicyStatement({ actions: ['events:PutEvents'], resources: [Token.asString(busArn)] })],
  });
  distinguishPolicy(policy, busArn);
  return role;
}

/**
 * Lets a rule wait for the policies below a construct: a missing permission is not retried, so without them the first events of a
 * deployment would go straight to the queue. Nothing else is waited for, because a queue's policy may name the rule; and nobody waits
 * but the rule itself, because CDK keeps the roles of some targets below it.
 */
export function waitForPolicies(rule: events.Rule, root: IConstruct): void {
  for (const policy of policiesBelow(root)) {
    if (Stack.of(policy) === Stack.of(rule)) waitFor(rule, policy);
  }
}

/**
 * Lets a rule wait for the policy that its target has itself, as a topic does, unless that names the rule: a queue's does. Whether it does is
 * known when all is said.
 */
function waitForOwnPolicy(rule: events.Rule, target: IConstruct): void {
  rule.node.addValidation({
    validate: () => {
      const policy = target.node.tryFindChild('Policy')?.node.defaultChild;
      const resource = rule.node.defaultChild as events.CfnRule;
      const isPolicy = policy instanceof sns.CfnTopicPolicy || policy instanceof sqs.CfnQueuePolicy;
      if (isPolicy && Stack.of(policy) === Stack.of(resource) && !names(policy.policyDocument, resource)) resource.addDependency(policy);
      return [];
    },
  });
}

function names(document: unknown, resource: CfnResource): boolean {
  const stack = Stack.of(resource);
  return JSON.stringify(stack.resolve(document)).includes(JSON.stringify(stack.resolve(resource.logicalId)));
}

/** Lets the rule's own resource wait, and nothing that stands below the rule. */
export function waitFor(rule: events.Rule, policy: CfnResource): void {
  rule.node.defaultChild!.node.addDependency(policy);
}

/** The policies of roles that stand below a construct. */
export function policiesBelow(root: IConstruct): CfnResource[] {
  return root.node.findAll().filter((child): child is iam.CfnManagedPolicy | iam.CfnPolicy =>
    child instanceof iam.CfnManagedPolicy || child instanceof iam.CfnPolicy);
}

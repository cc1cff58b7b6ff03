// The dead-letter queue behind rule targets: one statement in its policy for exactly the rules that use it.

import { Annotations, Aws, Duration, Lazy, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { applyToAll } from './removal';
import { invalid, isIntrinsic, isKnown, warningId } from './validate';

/** The longest that SQS keeps a message, in days. */
const RETENTION_DAYS = 14;

/** The largest message that SQS takes. Set, because its documents disagree on what it is unless set, and an event can be this large. */
const MAX_MESSAGE_BYTES = 1_048_576;

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html */
const MAX_POLICY_BYTES = 8192;

/** What stands in the policy beside the rules' ARNs, generously. */
const POLICY_FRAME_BYTES = 700;

/** The longest name that EventBridge takes for a rule; CloudFormation cuts the names that it makes to this. */
const MAX_RULE_NAME = 64;
const GENERATED_NAME_SUFFIX = 14;
const LONGEST_ARN_BEFORE_NAME = 'arn:aws-us-gov:events:ap-southeast-1:123456789012:rule/'.length;

/** Props of the dead-letter queue. */
export interface DeadLetterQueueProps {
  /** The user's queue, and the prop that it came by. */
  readonly given?: sqs.IQueue;
  readonly prop: string;
  readonly removalPolicy: RemovalPolicy;
}

/** Where EventBridge puts what it could not deliver. */
export class DeadLetterQueue extends Construct {
  public readonly queue: sqs.IQueue;
  private readonly rules: events.Rule[] = [];

  constructor(scope: Construct, id: string, props: DeadLetterQueueProps) {
    super(scope, id);
    if (props.given?.fifo) {
      invalid(props.prop, 'a FIFO queue', 'EventBridge delivers dead letters to a standard queue only');
    }
    this.queue = props.given ?? this.createQueue();
    this.allowRules();
    this.node.addValidation({ validate: () => this.policyTooLarge() });
    applyToAll(this, props.removalPolicy);
  }

  /** The dead-letter configuration of a rule's target; the queue accepts messages from this rule from now on. */
  public forRule(rule: events.Rule): events.CfnRule.DeadLetterConfigProperty {
    this.rules.push(rule);
    return { arn: this.queue.queueArn };
  }

  private createQueue(): sqs.Queue {
    const queue = new sqs.Queue(this, 'Queue', {
      retentionPeriod: Duration.days(RETENTION_DAYS),
      maxMessageSizeBytes: MAX_MESSAGE_BYTES,
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
    Validations.of(queue).acknowledge({ id: 'AwsSolutions-SQS3', reason: 'This queue is itself the dead-letter queue of EventBridge rule targets.' });
    return queue;
  }

  private allowRules(): void {
    const sameStack = Stack.of(this.queue) === Stack.of(this);
    const statement = this.sendStatement(sameStack ? Lazy.list({ produce: () => this.rules.map(rule => rule.ruleArn) }) : [this.anyRuleArn()]);
    if (this.queue.addToResourcePolicy(statement).statementAdded) return;
    Annotations.of(this).addWarningV2(warningId('deadLetterQueuePolicy'),
      'delivery.deadLetterQueue: the policy of an imported queue cannot be changed from here; without this statement in it dead letters '
      + `are lost: ${readable(Stack.of(this), this.sendStatement([this.anyRuleArn()]))}`);
  }

  private sendStatement(ruleArns: string[]): iam.PolicyStatement {
    return new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('events.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [this.queue.queueArn],
      conditions: { ArnLike: { 'aws:SourceArn': ruleArns } },
    });
  }

  /** For a policy that cannot name the rules: a queue of another stack would make the two stacks depend on one another. */
  private anyRuleArn(): string {
    return `arn:${Aws.PARTITION}:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:rule/*`;
  }

  private policyTooLarge(): string[] {
    const bytes = this.rules.reduce((sum, rule) => sum + this.estimatedArnLength(rule) + 3, POLICY_FRAME_BYTES);
    if (bytes <= MAX_POLICY_BYTES) return [];
    return [`eventPatterns: got ${this.rules.length} patterns, about ${bytes} bytes of queue policy; SQS takes ${MAX_POLICY_BYTES}: join patterns or use several archives`];
  }

  private estimatedArnLength(rule: events.Rule): number {
    const stack = Stack.of(this);
    const logicalId = stack.resolve((rule.node.defaultChild as events.CfnRule).logicalId) as string;
    const name = Math.min(MAX_RULE_NAME, `${stack.stackName}-${logicalId}`.length + GENERATED_NAME_SUFFIX);
    return LONGEST_ARN_BEFORE_NAME + name;
  }
}

/** A statement as a person can paste it: what only the deployment knows stands in angle brackets. */
function readable(stack: Stack, statement: iam.PolicyStatement): string {
  const known: { [ref: string]: string } = {
    'AWS::Partition': 'aws',
    'AWS::Region': isKnown(stack.region) ? stack.region : '<region>',
    'AWS::AccountId': isKnown(stack.account) ? stack.account : '<account>',
  };
  const parts = (value: unknown): string => {
    if (typeof value === 'string') return value;
    const { 'Ref': ref, 'Fn::Join': join } = value as { 'Ref'?: string; 'Fn::Join'?: [string, unknown[]] };
    return join ? join[1].map(parts).join(join[0]) : known[ref ?? ''] ?? '<queue ARN>';
  };
  return JSON.stringify(stack.resolve(statement.toStatementJson()), (_key, value) => isIntrinsic(value) ? parts(value) : value);
}

/** Topics, queues and functions as rules' targets: they get a message, and what becomes of it afterwards is not simulated. */

import { largestMessage } from './dead-letters';
import { AwsTarget, RuleTargetProps, TargetMessage } from './rule-target';
import type { TargetPolicies } from './target-policies';
import { Properties } from '../template/properties';
import type { SimulatedResource } from '../template/template';

/** What a topic takes. @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const MAX_TOPIC_BYTES = 256 * 1024;

/** What an asynchronous invocation takes. @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_PAYLOAD_BYTES = 1024 * 1024;

/** A message that a topic, a queue or a function got. */
export interface Notification {
  readonly kind: 'topic' | 'queue' | 'function';
  /** The logical id of the topic, queue or function. */
  readonly destination: string;
  readonly body: string;
  /** When it came, in the run's time; after retries that can be later than the end of the run. */
  readonly time: Date;
}

/** What sets one kind apart from another. */
interface NotificationKind {
  readonly kind: Notification['kind'];
  /** What a role must be allowed, where the target has one. */
  readonly action: string;
  missing(policies: TargetPolicies, resource: SimulatedResource, ruleArn: string): string | undefined;
  maximumBytes(properties: Properties): number;
}

/** The kinds, by the resource type of the target. */
const KINDS: { readonly [type: string]: NotificationKind } = {
  'AWS::SNS::Topic': {
    kind: 'topic',
    action: 'sns:Publish',
    missing: (policies, topic) => policies.missingOnTopic(topic),
    maximumBytes: () => MAX_TOPIC_BYTES,
  },
  'AWS::SQS::Queue': {
    kind: 'queue',
    action: 'sqs:SendMessage',
    missing: (policies, queue, ruleArn) => policies.missingOnQueue(queue, ruleArn),
    maximumBytes: largestMessage,
  },
  'AWS::Lambda::Function': {
    kind: 'function',
    action: 'lambda:InvokeFunction',
    missing: (policies, lambda, ruleArn) => policies.missingOnFunction(lambda, ruleArn),
    maximumBytes: () => MAX_PAYLOAD_BYTES,
  },
};

/** The resource types that can be such a target. */
export const NOTIFIED_TYPES: readonly string[] = Object.keys(KINDS);

/** What such a target works with beside what every target has. */
export interface NotificationTargetProps {
  readonly resource: SimulatedResource;
  readonly policies: TargetPolicies;
  readonly notifications: Notification[];
}

/** A topic, a queue or a function that gets a message for each event. */
export class NotificationTarget extends AwsTarget {
  protected override readonly missingPermission?: string;
  protected override readonly maximumBytes: number;
  private readonly kind: NotificationKind;

  public constructor(props: RuleTargetProps, private readonly own: NotificationTargetProps) {
    super(props, own.resource.logicalId);
    const { resource, policies } = own;
    const properties = Properties.of(resource);
    this.kind = KINDS[resource.type];
    const fifo = ['FifoTopic', 'FifoQueue'].find(property => properties.flag(property));
    if (fifo) properties.fail(fifo, 'EventBridge needs a message group for it, which the simulator does not know');
    this.maximumBytes = this.kind.maximumBytes(properties);
    this.missingPermission = props.properties.has('RoleArn') ? this.missingByRole(properties) : this.kind.missing(policies, resource, props.rule.arn);
  }

  protected override take({ body, delivery }: TargetMessage, at: Date): void {
    const { resource: { logicalId }, notifications } = this.own;
    notifications.push({ kind: this.kind.kind, destination: logicalId, body, time: at });
    delivery.settle('delivered', logicalId);
  }

  /**
   * With a role the resource's own policy is not asked, and the key's leaves it to the role's. AWS's guide warns that a delivery by a role may fail
   * where there is a key, and does not say when; its announcement of roles for all targets recommends them. A role that may use the key is taken to do.
   * @see https://aws.amazon.com/about-aws/whats-new/2025/03/amazon-eventbridge-iam-execution-role-all-targets/
   */
  private missingByRole(resource: Properties): string | undefined {
    return this.missingOfRole([this.kind.action]) ?? this.own.policies.missingOnKeyByRole(this.own.resource, resource, this.props.properties.text('RoleArn'));
  }
}

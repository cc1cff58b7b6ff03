// Telling somebody of an event: a rule of the user's own with any target, and the reliability of the archive's.

import { PhysicalName } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { checkDescription } from './api-destination';
import { withCheckedInput } from './target-input';
import type { CapturedEvents } from '../events/captured-events';
import { readPattern, toEventPattern } from '../events/patterns';
import { checkSize, givenPattern, setState, stateOf } from '../rules/archive-rule';
import { checkBus } from '../rules/event-bus';
import { addGivenTarget, DeadLetterReceiver } from '../rules/reliable-target';

/** What somebody is told of, and how. */
export interface EventRuleOptions {
  /**
   * Which events the target is told of. The pattern is taken as it is: the archive's own deliveries are not left out of it. It has at
   * most 4,096 characters, more fails at synthesis; over 2,048, the default quota, there is a warning. What EventBridge would refuse
   * fails at synthesis. Where its events need CloudTrail, or appear in us-east-1 only, there is a warning as for what is archived.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
   */
  readonly eventPattern: events.EventPattern;

  /**
   * What gets the events: a topic, a function, a queue, any target of a rule. It gets each event at least once, is tried for 24 hours
   * and 185 times, and what it did not take lies in the archive's `fanOutDeadLetterQueue`; retries and a dead-letter queue that
   * the target itself brings stand instead. A queue or a function of another stack is imported there by its ARN, or the two stacks would
   * depend on each other. To a target of the app in another Region or account, CDK forwards the events to a second rule beside it; what the
   * target did not take is in a queue there, named like the archive's. EventBridge does not forward what was forwarded to the archive's bus.
   *
   * An input that puts a field of the event into a text of a JSON object throws an error: EventBridge does not escape it, so that whoever
   * causes the event could break the message. Give the field as a value of its own. Fields that only AWS writes (`$.account`, `$.region`,
   * `$.time`, `$.id`) are no danger, nor are `$.source`, `$.detail-type` and, of AWS's own sources, fields of `$.detail` that the pattern names by plain
   * texts. Warns: the same in a mere text (`textOfEvent`).
   *
   * `targets.SnsTopic` opens its topic to EventBridge for rules of any account: give it `authorizeUsingRole: true`, and a role publishes instead.
   */
  readonly target: events.IRuleTarget;

  /**
   * The bus to listen to. It must be in the stack's account and Region, and an event bus of `AWS::Events`; else synthesis fails.
   *
   * @default - the archive's `eventBus`
   */
  readonly eventBus?: events.IEventBus;

  /**
   * Whether to hear of read-only management calls too (`Get…`, `List…`, `Describe…`). On a partner bus it fails at synthesis.
   *
   * @default false
   */
  readonly includeReadOnlyApiCalls?: boolean;

  /**
   * Whether the rule is on.
   *
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * What the rule is for, as EventBridge's console shows it. It is one line of at most 512 characters; more fails at synthesis.
   *
   * @default 'Tells of events'
   */
  readonly description?: string;
}

/** What the rule needs of the archive. */
export interface OnEventProps extends EventRuleOptions {
  readonly deadLetters: DeadLetterReceiver;
  /** Hears what the rule asks for. */
  asks(events: CapturedEvents): void;
}

/** Creates the rule. */
export function createOnEventRule(scope: Construct, id: string, props: OnEventProps): events.Rule {
  const prefix = `onEvent(${JSON.stringify(id)}).`;
  checkBus(scope, props.eventBus, props.includeReadOnlyApiCalls ?? false, prefix);
  checkDescription(`${prefix}description`, props.description);
  const { eventBus, enabled = true, includeReadOnlyApiCalls = false } = props;
  const pattern = givenPattern(scope, `${prefix}eventPattern`, readPattern(`${prefix}eventPattern`, props.eventPattern));
  const { prop, given, resolved } = pattern;
  checkSize(scope, prop, resolved);
  props.asks({ eventBus, patterns: [pattern], enabled, includeReadOnlyApiCalls });
  const rule = new events.Rule(scope, id, {
    // The policy of a target in another Region or account may name the rule; then it gets a name.
    ruleName: PhysicalName.GENERATE_IF_NEEDED,
    description: props.description ?? 'Tells of events',
    eventBus: props.eventBus,
    eventPattern: toEventPattern(given),
  });
  setState(rule, stateOf(props));
  const target = withCheckedInput(rule, `${prefix}target`, props.target, resolved);
  addGivenTarget(rule, { prop: `${prefix}target`, target }, props.deadLetters, props.eventBus);
  return rule;
}

// All that an archive tells others: its fan-outs, the rules of `onEvent`, and the queue for what neither took.

import type * as events from 'aws-cdk-lib/aws-events';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { FanOut } from './fan-out';
import { createOnEventRule, EventRuleOptions } from './on-event';
import { FanOutSubscription } from './subscription';
import type { CapturedEvents } from '../events/captured-events';
import type { EncryptionKey } from '../private/encryption-key';
import type { Removal } from '../private/removal';
import { roomFor } from '../private/rooms';
import { DeadLetterQueue } from '../rules/dead-letter-queue';
import type { DeadLetterReceiver } from '../rules/reliable-target';

/** What fan-outs need of the other stages. */
export interface FanOutsProps {
  /** The bus of the archive's own capture. */
  readonly eventBus?: events.IEventBus;
  /** The roles whose deliveries the guard leaves out. */
  readonly ownRoleArns: string[];
  readonly encryption?: EncryptionKey;
  readonly removalPolicy: Removal;
}

/** The fan-outs of one archive. */
export class FanOuts {
  /** Takes the dead letters. The queue is made when the first rule needs it. */
  public readonly receiver: DeadLetterReceiver = {
    forRule: rule => this.existingDeadLetters().forRule(rule),
    elsewhere: stack => this.existingDeadLetters().elsewhere(stack),
  };
  private readonly subscriptions: FanOutSubscription[] = [];
  private readonly onEvents: CapturedEvents[] = [];
  private deadLetters?: DeadLetterQueue;

  constructor(private readonly archive: Construct, private readonly props: FanOutsProps) {}

  /** The queue, if anything needs one. */
  public get queue(): sqs.IQueue | undefined {
    return this.deadLetters?.queue;
  }

  /** What fan-outs and rules of `onEvent` ask for by patterns of their own. */
  public get asked(): CapturedEvents[] {
    return [...this.subscriptions.flatMap(({ asked }) => asked), ...this.onEvents];
  }

  /** Adds a fan-out of what is captured so far. */
  public add(id: string, fanOut: FanOut, captured: readonly CapturedEvents[]): void {
    const { ownRoleArns, encryption } = this.props;
    const scope = roomFor(this.archive, 'FanOut', 'fanOut', id);
    const subscription = new FanOutSubscription(scope, id, { fanOut, deadLetters: this.receiver, ownRoleArns, encryption });
    this.subscriptions.push(subscription);
    for (const each of captured) subscription.follow(each);
  }

  /** Brings every fan-out the events of another capture. */
  public follow(captured: CapturedEvents): void {
    for (const subscription of this.subscriptions) subscription.follow(captured);
  }

  /** Adds a rule of the user's. */
  public onEvent(id: string, options: EventRuleOptions): events.Rule {
    const scope = roomFor(this.archive, 'OnEvent', 'onEvent', id);
    const eventBus = options.eventBus ?? this.props.eventBus;
    return createOnEventRule(scope, id, { ...options, eventBus, deadLetters: this.receiver, asks: asked => this.onEvents.push(asked) });
  }

  private existingDeadLetters(): DeadLetterQueue {
    const { encryption, removalPolicy } = this.props;
    this.deadLetters ??= new DeadLetterQueue(this.archive, 'FanOutDeadLetters', { prop: 'fanOut', rulesProp: 'fanOut and onEvent', encryption, removalPolicy });
    return this.deadLetters;
  }
}

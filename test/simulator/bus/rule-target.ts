/** A rule's target: what it is sent of an event, whether EventBridge may send it, the retries, and the way to the dead-letter queue. */

import type { DeadLetters } from './dead-letters';
import type { JsonObject } from '../engines';
import type { Delivery, Ledger, SentEvent } from '../ledger';
import { ExhaustedCondition, RetryPolicy } from './retry-policy';
import { TargetInput } from './target-input';
import type { Permissions } from '../permissions/permissions';
import type { Review } from '../review/review';
import type { Properties } from '../template/properties';

/**
 * What a target other than an API destination answers to an attempt, the first being 1: `throttled` and `error` are tried again.
 */
export type Faults = (targetArn: string, attempt: number, event: JsonObject) => 'ok' | 'throttled' | 'error';

/** The dead letters' `ERROR_CODE` for each. */
const FAULT_CODES = { throttled: 'THROTTLING', error: 'ERROR_FROM_TARGET' } as const;

/** What every kind of target works with. */
export interface RuleTargetProps {
  readonly rule: { readonly logicalId: string; readonly name: string; readonly arn: string };
  readonly properties: Properties;
  readonly permissions: Permissions;
  readonly deadLetters: DeadLetters;
  readonly ledger: Ledger;
  readonly faults: Faults;
}

/** An event on its way to a target. */
export interface TargetMessage {
  readonly event: JsonObject;
  /** The event as it was published: what a dead-letter queue gets. */
  readonly data: string;
  /** What the target gets. */
  readonly body: string;
  /** Whether EventBridge makes no JSON of it where it must, and so fails the event. */
  readonly isBroken: boolean;
  readonly arrival: Date;
  readonly delivery: Delivery;
}

/** Why a target did not get an event. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly attributes?: { readonly [name: string]: string };
}

/** A rule's target. */
export abstract class RuleTarget {
  /** Whether what it gets is archived; everything else is fan-out, and counted apart. */
  public readonly archives: boolean;
  /** Whether it sends events on to another bus, which EventBridge does once for each event. */
  public readonly forwards: boolean = false;
  /** The permission that is missing, in words; without it no event is ever tried. */
  protected abstract readonly missingPermission?: string;
  protected readonly arn: string;
  protected readonly retries: RetryPolicy;
  private readonly input: TargetInput;
  private readonly deadLetterQueue?: string;

  /** @param destination the logical id of what the events fan out to; absent for the archive's stream */
  protected constructor(protected readonly props: RuleTargetProps, private readonly destination?: string) {
    const { properties, ledger } = props;
    properties.text('Id');
    this.arn = properties.text('Arn');
    this.retries = new RetryPolicy(properties);
    this.input = new TargetInput(properties);
    this.deadLetterQueue = this.readDeadLetterQueue();
    this.archives = destination === undefined;
    if (destination !== undefined) ledger.recordDestination(destination);
  }

  /** Sends an event to the target, or, now or later, to the dead-letter queue. */
  public deliver(sent: SentEvent, data: string): void {
    const { ledger, rule } = this.props;
    const { event, arrival } = sent;
    const delivery = ledger.recordDelivery(sent, rule.logicalId, this.arn, this.destination);
    const input = this.input.render(data, { ruleArn: rule.arn, ruleName: rule.name, ingestionTime: arrival });
    if ('unknown' in input) return delivery.settle('lost', input.unknown);
    this.send({ event, data, body: input.text, isBroken: input.fails, arrival, delivery });
  }

  protected abstract send(message: TargetMessage): void;

  /** What can be known before any event comes: whether the target gets what is sent, and what becomes of what it does not take. */
  public review(): Review {
    const { deadLetterQueue: queue, arn, retries: { isShortened, maximumRetries, maximumAgeSeconds }, props: { rule, deadLetters } } = this;
    const isKnown = queue !== undefined && deadLetters.knows(queue);
    const [missing, obstacle] = [this.missingHere(), isKnown ? deadLetters.standingObstacle(queue, rule.arn) : undefined];
    const say = (...sentences: string[]) => sentences.map(sentence => `${rule.logicalId}: ${sentence}`);
    return {
      faults: [
        ...missing === undefined ? [] : say(`${arn} gets nothing: ${missing}`),
        ...obstacle === undefined ? [] : say(`what ${arn} does not take is lost: ${obstacle}`),
      ],
      notes: [
        ...queue === undefined ? say(`what ${arn} does not take is lost: the target has no dead-letter queue`) : [],
        ...queue !== undefined && !isKnown ? say(`whether ${queue} takes what ${arn} does not is not known: the queue is not in the template`) : [],
        ...isKnown ? deadLetters.weaknesses(queue) : [],
        ...isShortened ? say(`gives up on ${arn} after ${maximumRetries} retries or ${maximumAgeSeconds} seconds; without a RetryPolicy EventBridge does after 185, or 86400`) : [],
      ],
    };
  }

  /** The permission that is missing, as far as this template alone tells. */
  protected missingHere(): string | undefined {
    return this.missingPermission;
  }

  /** Sends an event to the dead-letter queue. */
  protected fail({ data, delivery }: TargetMessage, { code, message, attributes }: Failure): void {
    const { rule, deadLetters } = this.props;
    deadLetters.send(this.deadLetterQueue, data, {
      RULE_ARN: rule.arn,
      TARGET_ARN: this.arn,
      ERROR_CODE: code,
      ERROR_MESSAGE: message,
      ...attributes,
    }, delivery);
  }

  /** What the target's role lacks to do these actions on the target, or nothing. */
  protected missingOfRole(actions: readonly string[]): string | undefined {
    const { properties, permissions, rule } = this.props;
    const role = properties.text('RoleArn');
    if (!permissions.knowsRole(role)) properties.fail('RoleArn', `the role ${role} is not in the template: what it may do cannot be known`);
    const context = { 'aws:sourcearn': rule.arn, 'aws:sourceaccount': rule.arn.split(':')[4] };
    if (!permissions.mayAssume(role, 'events.amazonaws.com', context)) return `events.amazonaws.com may not sts:AssumeRole ${role}`;
    const missing = actions.find(action => !permissions.may(role, action, this.arn));
    return missing && `${role} may not ${missing} on ${this.arn}`;
  }

  private readDeadLetterQueue(): string | undefined {
    const config = this.props.properties.optionalObject('DeadLetterConfig');
    const arn = config?.text('Arn');
    const [, , service, region] = arn?.split(':') ?? [];
    const [, , , ruleRegion] = this.props.rule.arn.split(':');
    if (arn !== undefined && (service !== 'sqs' || region !== ruleRegion)) config!.fail('Arn', `${arn} is no queue of the rule's Region`);
    return arn;
  }
}

/** A target of AWS's own, which takes an event or refuses it at once. */
export abstract class AwsTarget extends RuleTarget {
  /** The most that the target takes. */
  protected abstract readonly maximumBytes: number;

  protected override send(message: TargetMessage): void {
    const result = this.try(message);
    if ('code' in result) this.fail(message, result);
    else this.take(message, new Date(message.arrival.getTime() + result.ageSeconds * 1000));
  }

  /** The target has the event. */
  protected abstract take(message: TargetMessage, at: Date): void;

  private try({ event, body, isBroken, delivery }: TargetMessage): { readonly ageSeconds: number } | Failure {
    if (this.missingPermission) return { code: 'NO_PERMISSIONS', message: this.missingPermission };
    if (isBroken) return { code: 'INVALID_JSON', message: `the input template yields no JSON: ${body.slice(0, 100)}` };
    const bytes = Buffer.byteLength(body);
    if (bytes > this.maximumBytes) return { code: 'SDK_CLIENT_ERROR', message: `a message of ${bytes} bytes; ${this.arn} takes ${this.maximumBytes}` };
    let ageSeconds = 0;
    for (let attempt = 1; ; attempt++) {
      delivery.requests++;
      const answer = this.props.faults(this.arn, attempt, event);
      if (answer === 'ok') return { ageSeconds };
      const next = this.retries.next(attempt, ageSeconds);
      if (typeof next === 'string') return exhausted(FAULT_CODES[answer], `the target failed ${attempt} times`, attempt, next);
      ageSeconds = next;
    }
  }
}

/** A failure after so many attempts, of which all but the first are retries. */
export function exhausted(code: string, message: string, attempts: number, condition: ExhaustedCondition): Failure {
  return { code, message, attributes: { RETRY_ATTEMPTS: String(Math.max(0, attempts - 1)), EXHAUSTED_RETRY_CONDITION: condition } };
}

/** A rule's target: the delivery of an event to it, the retries, and the way to the dead-letter queue. */

import type { DeadLetters } from './dead-letters';
import type { DeliveryStream } from './delivery-stream';
import type { JsonObject } from './engines';
import type { Ledger, SentEvent } from './ledger';
import type { Permissions } from './permissions';
import type { Properties } from './properties';

/** @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RetryPolicy.html */
const EVENT_AGE_SECONDS = [60, 86_400] as const;
const RETRY_ATTEMPTS = [0, 185] as const;

/** EventBridge backs off exponentially; so slowly that 185 attempts fit into 24 hours. */
const FIRST_DELAY_SECONDS = 1;
const LONGEST_DELAY_SECONDS = 450;

/** What a Firehose record may hold. @see https://docs.aws.amazon.com/firehose/latest/dev/limits.html */
const MAX_RECORD_BYTES = 1000 * 1024;

const STREAM_ACTIONS = ['firehose:PutRecord', 'firehose:PutRecordBatch'];

/**
 * What the target answers to an attempt, the first being 1: `throttled` and `error` are tried again.
 */
export type Faults = (targetArn: string, attempt: number, event: JsonObject) => 'ok' | 'throttled' | 'error';

/** What a target works with. */
export interface RuleTargetProps {
  readonly rule: { readonly logicalId: string; readonly arn: string };
  readonly properties: Properties;
  readonly streams: ReadonlyMap<string, DeliveryStream>;
  readonly permissions: Permissions;
  readonly deadLetters: DeadLetters;
  readonly ledger: Ledger;
  readonly faults: Faults;
}

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly attributes?: { readonly [name: string]: string };
}

/** A Firehose stream as a rule's target. */
export class RuleTarget {
  private readonly arn: string;
  private readonly stream: DeliveryStream;
  private readonly maximumAge: number;
  private readonly maximumRetries: number;
  private readonly deadLetterQueue?: string;
  /** The permission that the rule lacks. Such an event is never tried again. */
  private readonly missingPermission?: string;

  public constructor(private readonly props: RuleTargetProps) {
    const { properties, streams } = props;
    properties.text('Id');
    this.arn = properties.text('Arn');
    this.stream = streams.get(this.arn) ?? properties.fail('Arn', `the simulator cannot deliver to ${this.arn}: it is no Firehose stream of the template`);
    const retries = properties.optionalObject('RetryPolicy');
    this.maximumAge = retries?.numberWithin('MaximumEventAgeInSeconds', EVENT_AGE_SECONDS, EVENT_AGE_SECONDS[1]) ?? EVENT_AGE_SECONDS[1];
    this.maximumRetries = retries?.numberWithin('MaximumRetryAttempts', RETRY_ATTEMPTS, RETRY_ATTEMPTS[1]) ?? RETRY_ATTEMPTS[1];
    this.deadLetterQueue = this.readDeadLetterQueue();
    this.missingPermission = this.findMissingPermission();
  }

  /** Delivers an event, or sends it to the dead-letter queue. */
  public deliver(sent: SentEvent, data: string): void {
    const { ledger, rule, deadLetters } = this.props;
    const delivery = ledger.recordDelivery(sent, rule.logicalId, this.arn);
    const result = this.try(sent.event, data);
    if ('delaySeconds' in result) {
      this.stream.put({ data, arrival: new Date(sent.arrival.getTime() + result.delaySeconds * 1000), delivery });
      return;
    }
    deadLetters.send(this.deadLetterQueue, data, {
      RULE_ARN: rule.arn,
      TARGET_ARN: this.arn,
      ERROR_CODE: result.code,
      ERROR_MESSAGE: result.message,
      ...result.attributes,
    }, delivery);
  }

  private try(event: JsonObject, data: string): { readonly delaySeconds: number } | Failure {
    if (this.missingPermission) return { code: 'NO_PERMISSIONS', message: this.missingPermission };
    const bytes = Buffer.byteLength(data);
    if (bytes > MAX_RECORD_BYTES) {
      return { code: 'SDK_CLIENT_ERROR', message: `a record of ${bytes} bytes; Firehose takes ${MAX_RECORD_BYTES}` };
    }
    let delaySeconds = 0;
    for (let attempt = 1; ; attempt++) {
      const answer = this.props.faults(this.arn, attempt, event);
      if (answer === 'ok') return { delaySeconds };
      const code = answer === 'throttled' ? 'THROTTLING' : 'ERROR_FROM_TARGET';
      if (attempt > this.maximumRetries) return exhausted(code, attempt, 'MaximumRetryAttempts');
      delaySeconds += Math.min(FIRST_DELAY_SECONDS * 2 ** (attempt - 1), LONGEST_DELAY_SECONDS);
      if (delaySeconds > this.maximumAge) return exhausted(code, attempt, 'MaximumEventAgeInSeconds');
    }
  }

  private readDeadLetterQueue(): string | undefined {
    const config = this.props.properties.optionalObject('DeadLetterConfig');
    const arn = config?.text('Arn');
    const [, , service, region] = arn?.split(':') ?? [];
    const [, , , ruleRegion] = this.props.rule.arn.split(':');
    if (arn !== undefined && (service !== 'sqs' || region !== ruleRegion)) config!.fail('Arn', `${arn} is no queue of the rule's Region`);
    return arn;
  }

  private findMissingPermission(): string | undefined {
    const { properties, permissions, rule } = this.props;
    const role = properties.text('RoleArn');
    if (!permissions.knowsRole(role)) properties.fail('RoleArn', `the role ${role} is not in the template: what it may do cannot be known`);
    const context = { 'aws:sourcearn': rule.arn, 'aws:sourceaccount': rule.arn.split(':')[4] };
    if (!permissions.mayAssume(role, 'events.amazonaws.com', context)) return `events.amazonaws.com may not sts:AssumeRole ${role}`;
    const missing = STREAM_ACTIONS.find(action => !permissions.may(role, action, this.arn));
    return missing && `${role} may not ${missing} on ${this.arn}`;
  }
}

function exhausted(code: string, attempts: number, condition: string): Failure {
  const message = `the target failed ${attempts} times`;
  return { code, message, attributes: { RETRY_ATTEMPTS: String(attempts - 1), EXHAUSTED_RETRY_CONDITION: condition } };
}

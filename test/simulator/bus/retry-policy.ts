/** EventBridge's retries: how long and how often an event is tried again, and when. */

import type { Properties } from '../template/properties';

/** @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RetryPolicy.html */
const EVENT_AGE_SECONDS = [60, 86_400] as const;
const RETRY_ATTEMPTS = [0, 185] as const;

/** EventBridge backs off exponentially; so slowly that 185 attempts fit into 24 hours. */
const FIRST_DELAY_SECONDS = 1;
const LONGEST_DELAY_SECONDS = 450;

/** Which limit ended the retries. */
export type ExhaustedCondition = 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds';

/** A target's `RetryPolicy`. */
export class RetryPolicy {
  public readonly maximumAgeSeconds: number;
  public readonly maximumRetries: number;

  public constructor(target: Properties) {
    const policy = target.optionalObject('RetryPolicy');
    this.maximumAgeSeconds = policy?.numberWithin('MaximumEventAgeInSeconds', EVENT_AGE_SECONDS, EVENT_AGE_SECONDS[1]) ?? EVENT_AGE_SECONDS[1];
    this.maximumRetries = policy?.numberWithin('MaximumRetryAttempts', RETRY_ATTEMPTS, RETRY_ATTEMPTS[1]) ?? RETRY_ATTEMPTS[1];
  }

  /** Whether it gives up sooner than EventBridge would by itself. */
  public get isShortened(): boolean {
    return this.maximumAgeSeconds < EVENT_AGE_SECONDS[1] || this.maximumRetries < RETRY_ATTEMPTS[1];
  }

  /**
   * At which age of the event, in seconds, it is tried again, or the limit that forbids it.
   * @param attempt    the attempt that failed, the first being 1
   * @param ageSeconds the age of the event at that attempt
   * @param waitAtLeastSeconds what the target asked for
   */
  public next(attempt: number, ageSeconds: number, waitAtLeastSeconds = 0): number | ExhaustedCondition {
    if (attempt > this.maximumRetries) return 'MaximumRetryAttempts';
    const backOff = Math.min(FIRST_DELAY_SECONDS * 2 ** (attempt - 1), LONGEST_DELAY_SECONDS);
    const next = ageSeconds + Math.max(backOff, waitAtLeastSeconds);
    return next > this.maximumAgeSeconds ? 'MaximumEventAgeInSeconds' : next;
  }
}

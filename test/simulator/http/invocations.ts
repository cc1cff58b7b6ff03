/**
 * The invocations of an API destination: real requests, as many a second as the destination takes, with the back-off of the retries in
 * the run's time. In that time an event's retries may go on after the run's end: nothing waits for them.
 */

import type { HttpEndpoint, HttpOutcome, HttpRequest } from './http-endpoint';
import type { RetryPolicy } from '../bus/retry-policy';
import { exhausted, Failure, TargetMessage } from '../bus/rule-target';

const SECOND = 1000;

/** How many requests are under way at once. */
const CONCURRENCY = 32;

/**
 * Statuses below 500 after which EventBridge tries again. After 401 and 407 it de-authorizes the connection too, until somebody changes
 * that; as nobody does in a run, the event ends in the same place. How many of its attempts are then still requests is not known.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-target-connection-deauthorize.html
 */
const RETRIED_STATUSES = [401, 407, 409, 429];

/** As dead letters of EventBridge's have them; of other failures no dead letter could be seen, so `ERROR_FROM_TARGET` is a guess. */
const NO_ANSWER = {
  timeout: { code: 'UNKNOWN', message: 'Timeout calling endpoint for API Destination: socket closed.' },
  unreachable: { code: 'SDK_CLIENT_ERROR', message: 'API destination endpoint cannot be reached.' },
} as const;

/** One event's way to the destination. */
export interface Invocation {
  readonly message: TargetMessage;
  readonly request: HttpRequest;
  readonly retries: RetryPolicy;
  fail(failure: Failure): void;
}

interface DueInvocation extends Invocation {
  readonly attempt: number;
  /** The age of the event, in seconds, at which it is due. */
  readonly ageSeconds: number;
}

/** The queue of a destination. */
export class Invocations {
  private due: DueInvocation[] = [];
  private readonly rate: InvocationRate;

  public constructor(private readonly destination: string, ratePerSecond: number, private readonly endpoint: HttpEndpoint) {
    this.rate = new InvocationRate(ratePerSecond);
  }

  public add(invocation: Invocation): void {
    this.due.push({ ...invocation, attempt: 1, ageSeconds: 0 });
  }

  /** Makes every attempt that is due by a moment (in milliseconds), those included that only now turn out to be; without one, all. */
  public async process(until = Infinity): Promise<void> {
    for (let next = this.takeDue(until); next.length > 0; next = this.takeDue(until)) {
      await Promise.all(next.map(invocation => this.attempt(invocation)));
    }
  }

  private takeDue(until: number): DueInvocation[] {
    this.due.sort((a, b) => dueTime(a) - dueTime(b));
    const count = this.due.slice(0, CONCURRENCY).filter(invocation => dueTime(invocation) <= until).length;
    return this.due.splice(0, count);
  }

  private async attempt(invocation: DueInvocation): Promise<void> {
    const { message: { arrival, delivery }, request, retries, attempt } = invocation;
    const time = this.rate.nextFree(dueTime(invocation));
    const ageSeconds = (time - arrival.getTime()) / SECOND;
    if (ageSeconds > retries.maximumAgeSeconds) {
      return invocation.fail(exhausted('THROTTLING', 'the destination\'s rate limit left no room', attempt - 1, 'MaximumEventAgeInSeconds'));
    }
    this.rate.take(time);
    delivery.requests++;
    const outcome = await this.endpoint.send(request, { destination: this.destination, attempt, time: new Date(time) });
    if ('status' in outcome && outcome.status >= 200 && outcome.status < 300) return delivery.settle('delivered', request.url);
    this.again({ ...invocation, ageSeconds }, outcome);
  }

  private again(invocation: DueInvocation, outcome: HttpOutcome): void {
    const { attempt, ageSeconds, retries, message } = invocation;
    const failure = failureOf(outcome);
    const retryAfter = 'headers' in outcome ? secondsOf(outcome.headers['retry-after'], message.arrival.getTime() + ageSeconds * SECOND) : undefined;
    if (!isRetried(outcome) || (retryAfter ?? 0) < 0) return invocation.fail(failure);
    const next = retries.next(attempt, ageSeconds, retryAfter);
    if (typeof next === 'string') return invocation.fail(exhausted(failure.code, failure.message, attempt, next));
    this.due.push({ ...invocation, attempt: attempt + 1, ageSeconds: next });
  }
}

/** How many requests each second has: whoever comes first is served first, and the others wait for the next second. */
class InvocationRate {
  private readonly taken = new Map<number, number>();

  public constructor(private readonly perSecond: number) {}

  /** The first moment from this one on at which there is room. */
  public nextFree(time: number): number {
    let second = Math.floor(time / SECOND);
    while ((this.taken.get(second) ?? 0) >= this.perSecond) second++;
    return Math.max(time, second * SECOND);
  }

  public take(time: number): void {
    const second = Math.floor(time / SECOND);
    this.taken.set(second, (this.taken.get(second) ?? 0) + 1);
  }
}

function dueTime({ message, ageSeconds }: DueInvocation): number {
  return message.arrival.getTime() + ageSeconds * SECOND;
}

function isRetried(outcome: HttpOutcome): boolean {
  return 'noAnswer' in outcome || outcome.status >= 500 || RETRIED_STATUSES.includes(outcome.status);
}

function failureOf(outcome: HttpOutcome): Failure {
  const { code, message } = 'noAnswer' in outcome ? NO_ANSWER[outcome.noAnswer] : { code: 'ERROR_FROM_TARGET', message: `the endpoint answered ${outcome.status}` };
  return { code, message: `Unable to invoke ApiDestination endpoint: ${message}` };
}

/** What `Retry-After` asks for, in seconds: a number or a date. @see https://www.rfc-editor.org/rfc/rfc9110#name-retry-after */
function secondsOf(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^-?\d+$/.test(header.trim())) return Number(header);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / SECOND);
}

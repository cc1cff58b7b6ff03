// The fan-out to any HTTPS API.

import * as events from 'aws-cdk-lib/aws-events';
import { ApiDestinationSpecification, checkDescription, checkRateLimit, checkUrl } from './api-destination';
import type { FanOutAuthorization } from './authorization';
import { checkStaticHeaders } from './headers';
import { FanOutPayload } from './payload';

/** Options of `FanOut.http`. */
export interface HttpFanOutOptions {
  /**
   * Where the requests go. The URL begins with `https://` and has at most 2,048 characters, no credentials and no `*` (path parameters);
   * anything else fails at synthesis. The host is a public one. It stands in the template, so a URL that is itself the secret does not belong here.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateApiDestination.html
   */
  readonly url: string;

  /** How the requests are authorized. */
  readonly authorization: FanOutAuthorization;

  /**
   * The method of the requests.
   *
   * @default events.HttpMethod.POST
   */
  readonly httpMethod?: events.HttpMethod;

  /**
   * Headers that are the same in every request, by their names. They stand in the template, so nothing secret. Values are printable
   * ASCII, at most 512 characters. What EventBridge sets itself or removes (`Host`, `Content-Encoding`, …), `Authorization`, and the
   * header of the API key fail at synthesis.
   *
   * @default - what EventBridge sends by itself, such as `Content-Type: application/json; charset=utf-8`
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html#eb-api-destination-headers
   */
  readonly headers?: { [name: string]: string };

  /**
   * What is sent of each event.
   *
   * @default FanOutPayload.wholeEvent()
   */
  readonly payload?: FanOutPayload;

  /**
   * The most requests a second. It is a whole number of at least 1; anything else fails at synthesis. What comes faster waits, and what
   * waits for more than 24 hours goes to the dead-letter queue.
   *
   * @default - EventBridge's own limit, 300
   */
  readonly rateLimitPerSecond?: number;

  /**
   * Which events are sent, on every bus that the archive captures. In Python give each as `events.EventPattern(…)`: of a plain dict in a
   * list jsii drops `detail_type`, and the pattern matches more.
   *
   * @default - the events that are archived
   */
  readonly eventPatterns?: events.EventPattern[];

  /**
   * What the connection and the destination say of themselves in the console. It is one line, at most 512 characters; more fails at
   * synthesis.
   *
   * @default 'Sends audit events to an HTTPS API'
   */
  readonly description?: string;
}

/** What the options come to. */
export function httpSpecification(options: HttpFanOutOptions): ApiDestinationSpecification {
  const prop = 'FanOut.http';
  checkUrl(`${prop}.url`, options.url);
  checkStaticHeaders(`${prop}.headers`, options.headers ?? {}, options.authorization._headerName);
  checkRateLimit(`${prop}.rateLimitPerSecond`, options.rateLimitPerSecond);
  checkDescription(`${prop}.description`, options.description);
  return {
    url: options.url,
    httpMethod: options.httpMethod ?? events.HttpMethod.POST,
    authorization: options.authorization,
    headers: options.headers,
    input: options.payload ?? FanOutPayload.wholeEvent(),
    rateLimitPerSecond: options.rateLimitPerSecond,
    description: options.description ?? 'Sends audit events to an HTTPS API',
    eventPatterns: options.eventPatterns,
  };
}

// The fan-out to a Kafka topic of Confluent Cloud, by its REST API for producing records.

import * as events from 'aws-cdk-lib/aws-events';
import { invalid, isKnown, show } from '../../private/validate';
import { ApiDestinationSpecification, checkRateLimit, checkUrl } from '../api-destination';
import { BasicAuthorizationOptions, FanOutAuthorization } from '../authorization';
import { FanOutPayload } from '../payload';

/** Options of `FanOut.confluentCloud`. */
export interface ConfluentCloudFanOutOptions {
  /**
   * The cluster's REST endpoint, as its settings show it. It has `https` and no path, as in
   * `https://pkc-abcde.us-east-1.aws.confluent.cloud:443`; anything else fails at synthesis.
   */
  readonly restEndpoint: string;

  /** The cluster's id, for example `lkc-abc123`. It has letters, digits, `-` and `_`; anything else fails at synthesis. */
  readonly clusterId: string;

  /**
   * The topic, which must exist. Its name has 1 to 249 letters, digits, `.`, `_` and `-`, and is not `.` or `..`; anything else fails at
   * synthesis.
   */
  readonly topic: string;

  /** The cluster's API key as the user name, and its secret as the password. */
  readonly credentials: BasicAuthorizationOptions;

  /**
   * What is sent of each event, as the record's value.
   *
   * @default FanOutPayload.wholeEvent()
   */
  readonly payload?: FanOutPayload;

  /**
   * The most records a second. It is a whole number of at least 1; anything else fails at synthesis. What comes faster waits, and what
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
}

/** What the options come to. */
export function confluentCloudSpecification(options: ConfluentCloudFanOutOptions): ApiDestinationSpecification {
  const prop = 'FanOut.confluentCloud';
  checkEndpoint(`${prop}.restEndpoint`, options.restEndpoint);
  checkClusterId(`${prop}.clusterId`, options.clusterId);
  checkTopic(`${prop}.topic`, options.topic);
  checkRateLimit(`${prop}.rateLimitPerSecond`, options.rateLimitPerSecond);
  const url = `${options.restEndpoint.replace(/\/$/, '')}/kafka/v3/clusters/${options.clusterId}/topics/${options.topic}/records`;
  checkUrl(`${prop}.restEndpoint`, url);
  return {
    url,
    httpMethod: events.HttpMethod.POST,
    authorization: FanOutAuthorization._basic(`${prop}.credentials`, options.credentials),
    // Without a Schema Registry: the API takes JSON, STRING and BINARY alone.
    input: (options.payload ?? FanOutPayload.wholeEvent())._within(`${prop}.payload`, value => `{"value":{"type":"JSON","data":${value}}}`),
    rateLimitPerSecond: options.rateLimitPerSecond,
    description: 'Sends audit events to a topic of Confluent Cloud',
    eventPatterns: options.eventPatterns,
  };
}

function checkEndpoint(prop: string, endpoint: string): void {
  if (!isKnown(endpoint)) return;
  if (!/^https:\/\/[^/?#]+\/?$/.test(endpoint)) {
    invalid(prop, show(endpoint), 'give the cluster\'s REST endpoint without a path, such as https://pkc-abcde.us-east-1.aws.confluent.cloud:443');
  }
  checkUrl(prop, endpoint);
}

function checkClusterId(prop: string, id: string): void {
  if (isKnown(id) && !/^[A-Za-z0-9_-]+$/.test(id)) invalid(prop, show(id), 'a cluster\'s id has letters, digits, - and _, such as lkc-abc123');
}

/** @see https://kafka.apache.org/documentation/ */
function checkTopic(prop: string, topic: string): void {
  if (!isKnown(topic)) return;
  if (!/^[A-Za-z0-9._-]{1,249}$/.test(topic) || /^\.\.?$/.test(topic)) {
    invalid(prop, show(topic), 'the name of a Kafka topic has 1 to 249 letters, digits, ., _ and -, and is not . or ..');
  }
}

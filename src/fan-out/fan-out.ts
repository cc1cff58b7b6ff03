// Where else archived events go: a partner's API, or whatever target a user's own class makes.

import type * as events from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { ApiDestinationSpecification, ApiDestinationTarget } from './api-destination';
import { HttpFanOutOptions, httpSpecification } from './http';
import { ConfluentCloudFanOutOptions, confluentCloudSpecification } from './partners/confluent-cloud';

/** What a fan-out comes to in one archive. */
export interface FanOutConfig {
  /**
   * The target of the rules that the archive makes: any `IRuleTarget`. Its `bind` is called once for each rule. Dead-letter queue and
   * retries are the archive's, unless the target brings its own. Its input is checked as that of a target of `onEvent`.
   */
  readonly target: events.IRuleTarget;

  /**
   * Which events are sent, on every bus that the archive captures. In Python give each as `events.EventPattern(…)`: of a plain dict in a
   * list jsii drops `detail_type`, and the pattern matches more.
   *
   * @default - the events that are archived: what each capture asks for
   */
  readonly eventPatterns?: events.EventPattern[];
}

/**
 * Sends events on as they arrive, beside the archive and never through it. Each fan-out has rules of its own, the longest retries (24
 * hours, 185 attempts) and a dead-letter queue, so a partner that is down delays or loses nothing of the archive.
 *
 * The fan-outs to an API use EventBridge's API destinations: one request for each event, without compression, and the endpoint answers
 * within 5 seconds. What it answers with 401, 407, 409, 429 or 5xx, or too late, is sent again; after any other 4xx, or a redirect, the
 * event goes straight to the dead-letter queue. Any 2xx is taken for delivered, whatever the body says. An event may arrive more than
 * once, and not in order. It costs about 0.20 USD per million events. AWS GovCloud (US) and
 * some newer Regions have no API destinations.
 *
 * Warns: a stack whose Region is known to have none (`cdk-event-audit-archive:apiDestinationsUnavailable`).
 *
 * To send events anywhere else, extend this class: `bind` makes what it needs in `scope` and returns a target.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html
 *
 * @example
 * import * as events from 'aws-cdk-lib/aws-events';
 * import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
 * import { EventAuditArchive, FanOut, FanOutAuthorization } from 'cdk-event-audit-archive';
 *
 * declare const token: secretsmanager.Secret;
 *
 * const siem = FanOut.http({
 *   url: 'https://siem.example.com/events',
 *   authorization: FanOutAuthorization.apiKey({ headerName: 'Authorization', scheme: 'Bearer', secret: token }),
 *   // Without patterns it sends what is archived.
 *   eventPatterns: [{ detailType: ['AWS Console Sign In via CloudTrail'] }],
 * });
 *
 * new EventAuditArchive(this, 'Audit', { fanOut: { 'Siem': siem } });
 */
export abstract class FanOut {
  /**
   * To any HTTPS API.
   *
   * @param options where the requests go, how they are authorized, and what they hold
   */
  public static http(options: HttpFanOutOptions): FanOut {
    return new ApiDestinationFanOut(httpSpecification(options));
  }

  /**
   * To a Kafka topic of Confluent Cloud, one record for each event: `{"value": {"type": "JSON", "data": <payload>}}` to the cluster's
   * REST API.
   *
   * The API answers 200 also when it did not take the record, and says so by an `error_code` in the body, which EventBridge does not
   * read: such a record is neither sent again nor in the dead-letter queue. The archive in S3 is the record of what happened, the topic
   * is not. Records are plain JSON, without a Schema Registry, without keys, and not batched; a cluster takes at most 10 MB a second by
   * this API. Beside what EventBridge charges, Confluent charges for what comes in.
   *
   * @param options the cluster, the topic, the credentials, and what the records hold
   */
  public static confluentCloud(options: ConfluentCloudFanOutOptions): FanOut {
    return new ApiDestinationFanOut(confluentCloudSpecification(options));
  }

  /**
   * Makes what the fan-out needs. It is called once for each archive that the fan-out is added to, each time with a scope for this
   * fan-out in this archive alone.
   *
   * @param scope where to create resources
   */
  public abstract bind(scope: Construct): FanOutConfig;
}

/** The fan-outs to an API. */
class ApiDestinationFanOut extends FanOut {
  private readonly specification: ApiDestinationSpecification;

  constructor(specification: ApiDestinationSpecification) {
    super();
    this.specification = specification;
  }

  public bind(scope: Construct): FanOutConfig {
    return {
      target: new ApiDestinationTarget(scope, this.specification),
      eventPatterns: this.specification.eventPatterns,
    };
  }
}

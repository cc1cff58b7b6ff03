// An API destination as a rule's target: the connection with the credentials, the destination, and the role that may invoke just that.

import { Annotations, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { FanOutAuthorization } from './authorization';
import { LIMITS } from '../limits/limits';
import { applyToAll } from '../private/removal';
import { invalid, isKnown, show, warningId } from '../private/validate';
import { createTargetRole } from '../rules/target-role';

const MAX_URL_LENGTH = LIMITS.apiDestinationUrl.most;
const MAX_DESCRIPTION_LENGTH = LIMITS.eventBridgeDescription.most;
const DEFAULT_RATE_LIMIT = LIMITS.apiDestinationRate.most;
const URL_CHARACTERS = /^(%[0-9A-Fa-f]{2}|[-()_.!~*';/?:@&=+$,A-Za-z0-9])+$/;

/** What a fan-out to an API comes to, whoever the partner is. */
export interface ApiDestinationSpecification {
  readonly url: string;
  readonly httpMethod: events.HttpMethod;
  readonly authorization: FanOutAuthorization;
  readonly headers?: { [name: string]: string };
  readonly input: events.RuleTargetInput;
  readonly rateLimitPerSecond?: number;
  readonly description: string;
  readonly eventPatterns?: events.EventPattern[];
}

/** The resources of one fan-out, and the target of all its rules. */
export class ApiDestinationTarget implements events.IRuleTarget {
  private readonly destination: events.CfnApiDestination;
  private readonly role: iam.Role;
  private readonly specification: ApiDestinationSpecification;

  constructor(scope: Construct, specification: ApiDestinationSpecification) {
    this.specification = specification;
    warnWhereUnavailable(scope);
    const connection = new events.CfnConnection(scope, 'Connection', {
      ...specification.authorization._connectionProps,
      description: specification.description,
    });
    this.destination = new events.CfnApiDestination(scope, 'Destination', {
      connectionArn: connection.attrArn,
      description: specification.description,
      httpMethod: specification.httpMethod,
      invocationEndpoint: specification.url,
      // Said, because an update that does not say it may keep a former limit.
      invocationRateLimitPerSecond: specification.rateLimitPerSecond ?? DEFAULT_RATE_LIMIT,
    });
    this.role = createTargetRole(scope, 'EventBridge invokes an API destination with this role');
    const policy = new iam.ManagedPolicy(scope, 'InvokePolicy', {
      description: 'Lets EventBridge invoke the API destination, and no more',
      roles: [this.role],
      statements: [new iam.PolicyStatement({
        actions: ['events:InvokeApiDestination'],
        // With the id at its end, as a rule's target names it, and as CDK's own target and AWS's guides grant it. `ArnForPolicy` has no id;
        // AWS shows that form for changes to the destination only.
        resources: [this.destination.attrArn],
      })],
    });
    for (const own of [connection, this.destination, this.role, policy]) applyToAll(own, RemovalPolicy.DESTROY);
  }

  public bind(): events.RuleTargetConfig {
    const { headers, input } = this.specification;
    return {
      arn: this.destination.attrArn,
      role: this.role,
      targetResource: this.destination,
      input,
      httpParameters: headers && Object.keys(headers).length > 0 ? { headerParameters: headers } : undefined,
    };
  }
}

/** Fails when EventBridge would refuse the URL, or when it holds what belongs elsewhere. */
export function checkUrl(prop: string, url: string): void {
  if (!isKnown(url)) return;
  const { protocol, username, password } = URL.canParse(url) ? new URL(url) : { protocol: undefined, username: '', password: '' };
  if (protocol !== 'https:' || !url.startsWith('https://')) invalid(prop, show(url), 'give a URL that starts with https://');
  if (username !== '' || password !== '') invalid(prop, 'a URL with credentials', 'they would stand in the template: give them as a secret');
  if (url.includes('*')) invalid(prop, show(url), 'a * is a path parameter to EventBridge, and a fan-out fills in none');
  if (!URL_CHARACTERS.test(url)) invalid(prop, show(url), 'EventBridge takes letters, digits, percent-encoded bytes and -()_.!~\';/?:@&=+$,');
  if (url.length > MAX_URL_LENGTH) invalid(prop, `a URL of ${url.length} characters`, `EventBridge takes ${MAX_URL_LENGTH}`);
}

/** Fails when a rate limit is no whole number of at least 1. */
export function checkRateLimit(prop: string, limit: number | undefined): void {
  if (limit === undefined || !isKnown(limit)) return;
  const { most } = LIMITS.integer;
  if (!Number.isInteger(limit) || limit < 1 || limit > most) invalid(prop, String(limit), `give a whole number of requests a second, 1 to ${most}`);
}

/** Fails when EventBridge would refuse the description. */
export function checkDescription(prop: string, description: string | undefined): void {
  if (description === undefined || !isKnown(description)) return;
  if (description.length > MAX_DESCRIPTION_LENGTH || /[\r\n]/.test(description)) {
    invalid(prop, show(description), `a description is one line of at most ${MAX_DESCRIPTION_LENGTH} characters`);
  }
}

/** @see https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-eventbridge.html */
const GOVCLOUD = /^us-gov-/;

/** Where CloudFormation has no resource type AWS::Events::ApiDestination, by its schemas of each Region. @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-type-schemas.html */
const WITHOUT_RESOURCE_TYPE: ReadonlySet<string> = new Set(['ap-east-2', 'ap-southeast-5', 'ap-southeast-6', 'ca-west-1', 'il-central-1', 'mx-central-1']);

/** Of these, the Regions that other pages of AWS's list. */
const DISPUTED: ReadonlySet<string> = new Set(['ca-west-1', 'il-central-1']);

function warnWhereUnavailable(scope: Construct): void {
  const { region } = Stack.of(scope);
  if (!isKnown(region) || !(GOVCLOUD.test(region) || WITHOUT_RESOURCE_TYPE.has(region))) return;
  const known = DISPUTED.has(region)
    ? 'where CloudFormation\'s schemas have no API destinations and other pages of AWS do: create one by hand to see'
    : 'where EventBridge has no API destinations';
  Annotations.of(scope).addWarningV2(warningId('apiDestinationsUnavailable'),
    `fanOut: got a stack in Region ${region}, ${known}; extend FanOut to send the events to a queue, a topic or a function instead`);
}

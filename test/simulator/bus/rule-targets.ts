/** The targets that the simulator knows, by the resource that a target's ARN names. */

import type { EventBusNetwork } from './event-bus-network';
import { EventBusTarget } from './event-bus-target';
import { FirehoseTarget } from './firehose-target';
import { Notification, NotificationTarget, NOTIFIED_TYPES } from './notifications';
import type { RuleTarget, RuleTargetProps } from './rule-target';
import { TargetPolicies } from './target-policies';
import type { DeliveryStream } from '../delivery/delivery-stream';
import { readConnection } from '../http/api-connection';
import { ApiDestination } from '../http/api-destination';
import { ApiDestinationTarget, ApiDestinationTargetProps } from '../http/api-destination-target';
import type { HttpEndpoint } from '../http/http-endpoint';
import { Invocations } from '../http/invocations';
import type { Secrets } from '../http/secrets';
import type { Permissions } from '../permissions/permissions';
import { Properties } from '../template/properties';
import type { SimulatedResource, SimulatedTemplate } from '../template/template';

/** What the targets of a run share. */
export interface RuleTargetsProps {
  readonly template: SimulatedTemplate;
  readonly permissions: Permissions;
  readonly streams: ReadonlyMap<string, DeliveryStream>;
  readonly endpoint: HttpEndpoint;
  readonly secrets: Secrets;
  readonly network: EventBusNetwork;
}

/** Everything in a template that a rule can send to. */
export class RuleTargets {
  public readonly notifications: Notification[] = [];
  private readonly destinations: ReadonlyMap<string, ApiDestinationTargetProps>;
  private readonly notified: ReadonlyMap<string, SimulatedResource>;
  private readonly policies: TargetPolicies;

  public constructor(private readonly props: RuleTargetsProps) {
    const { template, permissions } = props;
    this.destinations = this.readDestinations();
    this.notified = new Map(NOTIFIED_TYPES.flatMap(type => template.ofType(type)).map(resource => [arnOf(resource), resource]));
    this.policies = new TargetPolicies(template, permissions);
  }

  /** The target of a rule; throws for one that the simulator cannot deliver to. */
  public create(target: RuleTargetProps): RuleTarget {
    const arn = target.properties.text('Arn');
    const destination = this.destinations.get(arn);
    if (destination) return new ApiDestinationTarget(target, destination);
    if (target.properties.has('HttpParameters')) target.properties.fail('HttpParameters', 'the simulator knows them for API destinations only');
    const stream = this.props.streams.get(arn);
    if (stream) return new FirehoseTarget(target, stream);
    if (/^arn:[^:]+:events:[^:]+:\d{12}:event-bus\//.test(arn)) return new EventBusTarget(target, this.props.network);
    const resource = this.notified.get(arn);
    if (resource) return new NotificationTarget(target, { resource, policies: this.policies, notifications: this.notifications });
    return target.properties.fail('Arn', `the simulator cannot deliver to ${arn}: it is no Firehose stream, API destination, topic, queue or function of the template`);
  }

  /** Sends the requests that are due by a moment. */
  public async process(until: Date): Promise<void> {
    for (const { invocations } of this.destinations.values()) await invocations.process(until.getTime());
  }

  /** Sends all requests, and waits for the last retry. */
  public async finish(): Promise<void> {
    for (const { invocations } of this.destinations.values()) await invocations.process();
  }

  private readDestinations(): Map<string, ApiDestinationTargetProps> {
    const { template, permissions, secrets, endpoint } = this.props;
    const connections = new Map(template.ofType('AWS::Events::Connection')
      .map(resource => [resource.attributes.Arn, readConnection(resource, template, permissions, secrets)]));
    return new Map(template.ofType('AWS::Events::ApiDestination').map(resource => {
      const properties = Properties.of(resource);
      const arn = properties.text('ConnectionArn');
      const connection = connections.get(arn) ?? properties.fail('ConnectionArn', `the connection ${arn} is not in the template`);
      const destination = new ApiDestination(resource, connection);
      return [resource.attributes.Arn, { destination, invocations: new Invocations(destination.logicalId, destination.ratePerSecond, endpoint) }];
    }));
  }
}

/** A topic's ARN is what `Ref` gives. */
function arnOf({ attributes, ref }: SimulatedResource): string {
  return attributes.Arn ?? ref;
}

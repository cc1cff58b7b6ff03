/** An API destination as a rule's target. */

import type { ApiDestination, DestinationRequest } from './api-destination';
import type { Invocations } from './invocations';
import { RuleTarget, RuleTargetProps, TargetMessage } from '../bus/rule-target';

/** What such a target works with beside what every target has. */
export interface ApiDestinationTargetProps {
  readonly destination: ApiDestination;
  readonly invocations: Invocations;
}

/** Makes a request of each event. */
export class ApiDestinationTarget extends RuleTarget {
  protected override readonly missingPermission?: string;
  private readonly requestOf: (body: string) => DestinationRequest;

  public constructor(props: RuleTargetProps, private readonly own: ApiDestinationTargetProps) {
    super(props, own.destination.logicalId);
    this.requestOf = own.destination.requests(props.properties);
    this.missingPermission = this.missingOfRole(['events:InvokeApiDestination']);
  }

  /** A body that is no JSON is sent as it is: whether EventBridge fails such an event for an API destination too is not known. */
  protected override send(message: TargetMessage): void {
    if (this.missingPermission) return this.fail(message, { code: 'NO_PERMISSIONS', message: this.missingPermission });
    const request = this.requestOf(message.body);
    if ('unknown' in request) return message.delivery.settle('lost', request.unknown);
    this.own.invocations.add({ message, request, retries: this.retries, fail: failure => this.fail(message, failure) });
  }
}

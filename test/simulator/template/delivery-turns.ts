/**
 * Deliveries of logs, which must be made one after the other: CloudWatch Logs refuses (ConflictException) what is done to one source or
 * destination at a time, which CloudFormation does with whatever does not wait.
 * @see https://github.com/hashicorp/terraform-provider-aws/issues/42194
 */

import { Properties } from './properties';
import type { SimulatedResource } from './template';

/** Of resources that are created, changed or removed together, the first delivery that waits for no other of its source or destination. */
export function deliveryOutOfTurn(resources: readonly SimulatedResource[], what: 'created' | 'changed' | 'removed'): string | undefined {
  const deliveries = resources.filter(({ type }) => type === 'AWS::Logs::Delivery');
  for (const [index, delivery] of deliveries.entries()) {
    const beside = deliveries.slice(index + 1).find(other => haveSameEnd(delivery, other) && !areInTurn(delivery, other));
    if (beside) return `${beside.logicalId}.DependsOn: ${delivery.logicalId} has the same source or destination, and may be ${what} at the same time`;
  }
  return undefined;
}

function haveSameEnd(one: SimulatedResource, other: SimulatedResource): boolean {
  return ['DeliverySourceName', 'DeliveryDestinationArn'].some(end => Properties.of(one).text(end) === Properties.of(other).text(end));
}

function areInTurn(one: SimulatedResource, other: SimulatedResource): boolean {
  return one.waitsFor.includes(other.logicalId) || other.waitsFor.includes(one.logicalId);
}

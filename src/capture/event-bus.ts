// The bus that a capture listens to, and the buses that it cannot.

import { Stack } from 'aws-cdk-lib';
import type * as events from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { invalid, isKnown, show } from '../private/validate';

/** What must be known of the bus before a rule is put on it. */
export function checkBus(scope: Construct, bus: events.IEventBus | undefined, includeReadOnlyApiCalls: boolean): void {
  if (!bus) return;
  if (bus.eventBusArn.includes(':event-busv2/')) {
    invalid('eventBus', show(bus.eventBusArn), 'rules can be put on event buses of AWS::Events only (`:event-bus/`), not on those of AWS::EventsV2');
  }
  if (includeReadOnlyApiCalls && isPartnerBus(bus)) {
    invalid('includeReadOnlyApiCalls', `true on the partner bus ${partnerName(bus)}`, 'read-only API calls reach the default bus and custom buses only');
  }
  checkRegion(scope, bus);
}

/** A rule lives where its bus lives. */
function checkRegion(scope: Construct, bus: events.IEventBus): void {
  const stack = Stack.of(scope);
  for (const [what, own, other] of [['Region', stack.region, bus.env.region], ['account', stack.account, bus.env.account]]) {
    if (!isKnown(own) || !isKnown(other) || own === other) continue;
    invalid('eventBus', `a bus in ${what} ${other}`, `the archive's rules need a bus in the stack's own ${what}, ${own}`);
  }
}

function isPartnerBus(bus: events.IEventBus): boolean {
  return partnerName(bus).startsWith('aws.partner/');
}

/** The name of the bus, or of the partner's event source that it was made from, which has the same name. */
function partnerName(bus: events.IEventBus): string {
  return bus.eventSourceName || (isKnown(bus.eventBusName) ? bus.eventBusName : bus.eventBusArn.split(':event-bus/')[1] ?? '');
}

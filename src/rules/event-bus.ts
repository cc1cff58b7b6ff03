// The bus that a rule is put on, and the buses that none can be put on.

import { Stack } from 'aws-cdk-lib';
import type * as events from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { foreignReferences } from './foreign-references';
import { checkReference } from '../private/named-elsewhere';
import { invalid, isKnown, show } from '../private/validate';

/** The bus that every account has. */
const DEFAULT_BUS = 'default';

/** What must be known of the bus before a rule is put on it. `prefix` names the call that the props belong to. */
export function checkBus(scope: Construct, bus: events.IEventBus | undefined, includeReadOnlyApiCalls: boolean, prefix: string = ''): void {
  if (!bus) return;
  const prop = `${prefix}eventBus`;
  if (bus.eventBusArn.includes(':event-busv2/')) {
    invalid(prop, show(bus.eventBusArn), 'rules can be put on event buses of AWS::Events only (`:event-bus/`), not on those of AWS::EventsV2');
  }
  if (includeReadOnlyApiCalls && isPartnerBus(bus)) {
    invalid(`${prefix}includeReadOnlyApiCalls`, `true on the partner bus ${partnerName(bus)}`, 'read-only API calls reach the default bus and custom buses only');
  }
  checkPlace(scope, bus, prop);
  checkReference(scope, prop, { what: 'a bus', reference: bus.eventBusArn, name: 'eventBusName' });
}

/** Whether the bus takes a partner's events, by its name. */
export function isPartnerBus(bus: events.IEventBus | undefined): boolean {
  return bus !== undefined && partnerName(bus).startsWith('aws.partner/');
}

/** A text that is the same for the same bus: its name where synthesis knows it, else what its name refers to. */
export function busIdentity(scope: Construct, bus: events.IEventBus | undefined): string {
  if (!bus) return JSON.stringify(DEFAULT_BUS);
  const name = (bus.node.defaultChild as events.CfnEventBus | undefined)?.name ?? bus.eventBusName;
  const known = isKnown(name) ? name : bus.eventBusName;
  return `${JSON.stringify(Stack.of(scope).resolve(known))}${foreignReferences(scope, known)}`;
}

/** A rule lives where its bus lives. */
function checkPlace(scope: Construct, bus: events.IEventBus, prop: string): void {
  const stack = Stack.of(scope);
  for (const [what, own, other] of [['Region', stack.region, bus.env.region], ['account', stack.account, bus.env.account]]) {
    if (!isKnown(own) || !isKnown(other) || own === other) continue;
    invalid(prop, `a bus in ${what} ${other}`, `the archive's rules need a bus in the stack's own ${what}, ${own}`);
  }
}

/** The name of the bus, or of the partner's event source that it was made from, which has the same name. */
function partnerName(bus: events.IEventBus): string {
  return bus.eventSourceName || (isKnown(bus.eventBusName) ? bus.eventBusName : bus.eventBusArn.split(':event-bus/')[1] ?? '');
}

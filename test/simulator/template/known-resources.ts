/**
 * Every resource type that the simulator knows, every property of it, and what `Ref` and `Fn::GetAtt` give. A property is either
 * executed (here, or by the query engine where Glue and Athena are concerned) or known to have no effect on events. Anything else
 * is refused: a new property is added here together with the code that does what it says.
 */

import { BUS_LOGS } from './known/bus-logs';
import { BUS_POLICIES } from './known/bus-policies';
import { CATALOG } from './known/catalog';
import { DELIVERY } from './known/delivery';
import { EVENT_ARCHIVES } from './known/event-archives';
import { EVENTS } from './known/events';
import { IDENTITIES } from './known/identities';
import { KEYS } from './known/keys';
import { METRICS } from './known/metrics';
import { NOTIFICATIONS } from './known/notifications';
import { QUERIES } from './known/queries';
import { QUEUES } from './known/queues';
import { SECRETS } from './known/secrets';
import { STORAGE } from './known/storage';
import { TRAILS } from './known/trails';
import { inert, KnownResource, KnownResources } from './known-properties';

const TOOLKIT: KnownResources = {
  'AWS::CDK::Metadata': {
    properties: { Analytics: inert('counts constructs for the CDK team') },
    identity: naming => ({ ref: naming.logicalId, attributes: {} }),
  },
};

/** The types that the simulator knows. */
export const KNOWN_RESOURCES: KnownResources = {
  ...EVENT_ARCHIVES,
  ...EVENTS,
  ...BUS_POLICIES,
  ...BUS_LOGS,
  ...DELIVERY,
  ...STORAGE,
  ...QUEUES,
  ...NOTIFICATIONS,
  ...IDENTITIES,
  ...KEYS,
  ...SECRETS,
  ...CATALOG,
  ...QUERIES,
  ...METRICS,
  ...TRAILS,
  ...TOOLKIT,
};

/** What is known of a type; throws for one that is not known. */
export function knownResource(type: string, logicalId: string): KnownResource {
  if (!Object.hasOwn(KNOWN_RESOURCES, type)) throw new Error(`${logicalId}: the simulator does not know the resource type ${type}; ${wayOut(type)}`);
  return KNOWN_RESOURCES[type];
}

function wayOut(type: string): string {
  return type === 'AWS::CloudFormation::Stack' ? 'for an archive in the nested stack give its own *.nested.template.json' : 'give the archive a stack of its own';
}

/** Who else may use an event bus. */

import { executed, KnownResources, policyDocument } from '../known-properties';

/** What the simulator knows of it. */
export const BUS_POLICIES: KnownResources = {
  'AWS::Events::EventBusPolicy': {
    properties: { EventBusName: executed, StatementId: executed, Statement: policyDocument },
    identity: naming => ({ ref: `${naming.text('EventBusName') ?? 'default'}|${naming.text('StatementId')}`, attributes: {} }),
  },
};

/** What feeds functions beside rules: a user's own, and nothing of the archive's. What a pattern says of one is its id. */

import { inert, KnownResources, open, tags } from '../known-properties';

const POLLED = 'the function does not run, so nothing is polled for it';
const polled = inert(POLLED);

/** What the simulator knows of it. */
export const EVENT_SOURCE_MAPPINGS: KnownResources = {
  'AWS::Lambda::EventSourceMapping': {
    properties: {
      EventSourceArn: polled,
      FunctionName: polled,
      Enabled: polled,
      BatchSize: polled,
      MaximumBatchingWindowInSeconds: polled,
      FilterCriteria: open('inert', POLLED),
      FunctionResponseTypes: open('inert', POLLED),
      ScalingConfig: open('inert', POLLED),
      Tags: tags,
    },
    identity: naming => {
      const id = naming.uuid();
      return { ref: id, attributes: { Id: id, EventSourceMappingArn: naming.arn('lambda', `event-source-mapping:${id}`) } };
    },
  },
};

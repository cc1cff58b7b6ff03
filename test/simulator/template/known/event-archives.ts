/** EventBridge's own archives. */

import { description, executed, inert, KnownResources, open } from '../known-properties';

/** What the simulator knows of it. */
export const EVENT_ARCHIVES: KnownResources = {
  'AWS::Events::Archive': {
    properties: {
      ArchiveName: executed,
      Description: description,
      SourceArn: executed,
      EventPattern: open('executed', 'the pattern engine compiles it, and refuses what EventBridge would'),
      RetentionDays: inert('a run is shorter than any retention'),
      KmsKeyIdentifier: executed,
    },
    identity: naming => {
      const name = naming.name('ArchiveName', 48);
      return { ref: name, attributes: { Arn: naming.arn('events', `archive/${name}`) } };
    },
  },
};

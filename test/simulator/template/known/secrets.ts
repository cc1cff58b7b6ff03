/** Secrets Manager: what connections refer to. */

import { description, executed, inert, KnownResources, open, tags } from '../known-properties';

/** What the simulator knows of it. */
export const SECRETS: KnownResources = {
  'AWS::SecretsManager::Secret': {
    properties: {
      Name: executed,
      Description: description,
      SecretString: executed,
      GenerateSecretString: open('inert', 'the run gives the value, or it is made up'),
      KmsKeyId: inert('who deploys reads the secret, and the run has no one else who does'),
      Tags: tags,
    },
    identity: naming => {
      const [uuid, name] = [naming.uuid(), naming.text('Name')];
      const arn = naming.arn('secretsmanager', `secret:${name ?? `${naming.logicalId}-${uuid.replace(/-/g, '').slice(0, 12)}`}-${uuid.slice(0, 6)}`);
      return { ref: arn, attributes: { Id: arn } };
    },
  },
};

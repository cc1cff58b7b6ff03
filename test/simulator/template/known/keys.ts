/** KMS. */

import { description, executed, inert, KnownResources, policyDocument, tags } from '../known-properties';

/** What the simulator knows of it. */
export const KEYS: KnownResources = {
  'AWS::KMS::Key': {
    properties: {
      KeyPolicy: policyDocument,
      KeySpec: executed,
      KeyUsage: executed,
      Enabled: executed,
      MultiRegion: executed,
      Description: description,
      EnableKeyRotation: inert('a rotated key still decrypts what it encrypted'),
      RotationPeriodInDays: inert('a rotated key still decrypts what it encrypted'),
      PendingWindowInDays: inert('acts when the key is deleted'),
      Tags: tags,
    },
    identity: naming => {
      const isMultiRegion = String(naming.properties.MultiRegion) === 'true';
      const id = isMultiRegion ? `mrk-${naming.uuid().replace(/-/g, '')}` : naming.uuid();
      return { ref: id, attributes: { Arn: naming.arn('kms', `key/${id}`), KeyId: id } };
    },
  },
  'AWS::KMS::Alias': {
    properties: { AliasName: executed, TargetKeyId: executed },
    identity: naming => ({ ref: naming.text('AliasName') ?? naming.logicalId, attributes: {} }),
  },
};

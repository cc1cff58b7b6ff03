// A KMS key that is given as an alias: it has the type of a key, and not all that a key has.

import type * as kms from 'aws-cdk-lib/aws-kms';
import { isKnown } from './validate';

const ALIAS_ARN = /:(alias\/.+)$/;

/** The alias by which a key is given, if it is; a key that is imported by the ARN of an alias is one too. */
export function aliasOf(key: kms.IKey): string | undefined {
  const { aliasName } = key as Partial<kms.IAlias>;
  return aliasName ?? (isKnown(key.keyArn) ? ALIAS_ARN.exec(key.keyArn)?.[1] : undefined);
}

/** The key behind an alias; none where the alias is imported by its name, which fails when it is asked for its key. */
export function targetKeyOf(key: kms.IKey): kms.IKey | undefined {
  try {
    return (key as Partial<kms.IAlias>).aliasTargetKey;
  } catch {
    return undefined;
  }
}

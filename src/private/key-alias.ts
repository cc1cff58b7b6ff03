// A KMS key that is given as an alias: it has the type of a key, and not all that a key has.

import { Stack } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';

const ALIAS_ARN = /^arn:.*:(alias\/.+)$/s;

/** The aliases of the keys that AWS has in every account, which nobody can change. */
const AWS_MANAGED = 'alias/aws/';

/** The alias by which a key is given, if it is; a key that is imported by the ARN of an alias is one too. */
export function aliasOf(key: kms.IKey): string | undefined {
  const { aliasName } = key as Partial<kms.IAlias>;
  return aliasName ?? ALIAS_ARN.exec(key.keyArn)?.[1];
}

/** Whether a key is one of AWS's own in the account: their policies let in all of the account who come by the service. */
export function isAwsManaged(key: kms.IKey): boolean {
  return aliasOf(key)?.startsWith(AWS_MANAGED) ?? false;
}

/** The key itself, as far as it is known. */
export function keyItself(key: kms.IKey): kms.IKey {
  return targetKeyOf(key) ?? key;
}

/** The key behind an alias; none where the alias is imported by its name, which fails when it is asked for its key. */
export function targetKeyOf(key: kms.IKey): kms.IKey | undefined {
  try {
    return (key as Partial<kms.IAlias>).aliasTargetKey;
  } catch {
    return undefined;
  }
}

/** How a policy names a key. */
export interface NamedKey {
  readonly resources: string[];
  readonly conditions: { readonly [operator: string]: { readonly [key: string]: unknown } };
}

/**
 * The key's ARN, that of the key behind an alias, or any key that has the alias where nothing else is known: by the ARN of an alias IAM matches
 * no key.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
 */
export function namedKey(given: kms.IKey): NamedKey {
  const key = keyItself(given);
  const alias = aliasOf(key);
  if (alias === undefined) return { resources: [key.keyArn], conditions: {} };
  const { region, account } = key.env;
  const anyKey = Stack.of(key).formatArn({ service: 'kms', region, account, resource: 'key', resourceName: '*' });
  return { resources: [anyKey], conditions: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': alias } } };
}

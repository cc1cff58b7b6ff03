// The KMS key of something that is watched, which may be given as an alias: calls on a key are recorded by its id and its ARN, not by its alias.

import type * as kms from 'aws-cdk-lib/aws-kms';
import { RecordedValue, TamperCalls, text } from './recorded-calls';
import { aliasCalls, keyCalls } from './tamper-calls';
import { aliasOf, isAwsManaged, targetKeyOf } from '../private/key-alias';
import { isKnown } from '../private/validate';

/** The calls on a key. Who makes its alias one of another key changes what encrypts. */
export function callsOnKey(key: kms.IKey): TamperCalls[] {
  const alias = aliasOf(key);
  if (alias === undefined) return keyCalls(key.keyId, key.keyArn);
  if (isAwsManaged(key)) return [];
  const target = targetKeyOf(key);
  return target ? keyCalls(target.keyId, target.keyArn, recorded(alias)) : aliasCalls(recorded(alias));
}

/** The alias of a key of which nothing else is known, so that only the alias can be watched. */
export function aliasOfUnknownKey(key: kms.IKey): string | undefined {
  const alias = aliasOf(key);
  return alias === undefined || isAwsManaged(key) || targetKeyOf(key) ? undefined : alias;
}

function recorded(alias: string): RecordedValue {
  return text(alias, isKnown(alias) ? alias.length : 256);
}

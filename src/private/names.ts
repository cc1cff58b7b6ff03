// Names: of the resources that must have one, the database and the workgroup, and short ones that come from a long text.

import { createHash } from 'crypto';
import { Names } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Athena and Glue take more; this stays readable in a console's column. */
const MAX_LENGTH = 64;

/**
 * A name that reads like the construct's path: lower-case letters, digits and underscores, with a hash of the path at the end, so
 * that paths which differ only by case, or by characters that Glue does not take, have different names.
 */
export function uniqueName(scope: IConstruct, maxLength: number = MAX_LENGTH): string {
  const hash = scope.node.addr.slice(-8);
  // CDK leaves the id `Default` out of its names, and with a single part left, the hash too.
  const needsHash = scope.node.id === 'Default';
  const name = Names.uniqueResourceName(scope, {
    maxLength: maxLength - (needsHash ? hash.length + 1 : 0),
    separator: '_',
    allowedSpecialCharacters: '_',
  });
  return (needsHash ? `${name}_${hash}` : name).toLowerCase();
}

/** Eight characters that differ where the texts do. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

// Statements that stand once in a policy which several archives share, for the principals of all: policies are short of room.

import type * as iam from 'aws-cdk-lib/aws-iam';

/** By whose policy it is, then by what is said of the principals. */
const STANDING = new WeakMap<object, Map<string, iam.PolicyStatement>>();

/** Adds the statement, or its principals to the one that says the same of others. Returns whether the policy has it then. */
export function addJoined(holder: object, statement: iam.PolicyStatement, add: (statement: iam.PolicyStatement) => boolean): boolean {
  const { Principal: _principal, ...said } = statement.toStatementJson() as { readonly [element: string]: unknown };
  const standing = STANDING.get(holder) ?? new Map<string, iam.PolicyStatement>();
  STANDING.set(holder, standing);
  const text = JSON.stringify(said);
  const same = standing.get(text);
  if (same) {
    same.addPrincipals(...statement.principals);
    return true;
  }
  if (!add(statement)) return false;
  standing.set(text, statement);
  return true;
}

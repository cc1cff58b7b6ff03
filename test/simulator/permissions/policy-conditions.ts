/** IAM's condition operators, as far as the simulator knows them; any other is an error. */

import type { Json, JsonObject } from '../engines';

/** What is known of a request, by condition key in lower case: IAM's keys ignore case. */
export type RequestContext = { readonly [key: string]: string };

type Operator = (actual: string, expected: string) => boolean;

const OPERATORS: { readonly [name: string]: Operator } = {
  StringEquals: (actual, expected) => actual === expected,
  StringLike: (actual, expected) => glob(expected).test(actual),
  // IAM treats the two alike.
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
  Bool: (actual, expected) => actual.toLowerCase() === expected.toLowerCase(),
  NumericLessThan: (actual, expected) => Number(actual) < Number(expected),
};

/** A statement's `Condition`, checked for operators that the simulator does not know. */
export class PolicyConditions {
  private readonly tests: { readonly operator: Operator; readonly key: string; readonly expected: string[] }[];

  public constructor(condition: Json | undefined, where: string) {
    this.tests = Object.entries((condition ?? {}) as JsonObject).flatMap(([operator, keys]) => {
      if (!Object.hasOwn(OPERATORS, operator)) throw new Error(`${where}.${operator}: the simulator does not know this condition operator`);
      if (Object.keys(keys as JsonObject).length === 0) throw new Error(`${where}.${operator}: empty; IAM refuses such a policy`);
      return Object.entries(keys as JsonObject).map(([key, values]) => ({
        operator: OPERATORS[operator],
        key: key.toLowerCase(),
        expected: (Array.isArray(values) ? values : [values]).map(value => String(value)),
      }));
    });
  }

  /** Whether all conditions hold. A key that the request lacks fails its condition. */
  public hold(context: RequestContext): boolean {
    return this.tests.every(({ operator, key, expected }) => {
      const actual = Object.hasOwn(context, key) ? context[key] : undefined;
      return actual !== undefined && expected.some(value => operator(actual, value));
    });
  }
}

/** Text with `*` for any characters and `?` for one. */
export function glob(pattern: string): RegExp {
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.');
  return new RegExp(`^${source}$`, 's');
}

/** ARNs are compared part by part: a wildcard does not reach across a colon, save in the last part. */
function matchesArn(actual: string, expected: string): boolean {
  const [parts, patterns] = [arnParts(actual), arnParts(expected)];
  return parts.length === patterns.length && patterns.every((pattern, index) => glob(pattern).test(parts[index]));
}

function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/** IAM's condition operators, as far as the simulator knows them; any other is an error. */

import type { Json, JsonObject } from '../engines';

/** What is known of a request, by condition key in lower case: IAM's keys ignore case. Some keys have several values, or none. */
export type RequestContext = { readonly [key: string]: string | readonly string[] };

/** Whether a text is what a policy asks for. */
export type TextTest = (actual: string) => boolean;

/** Reads what a condition expects, once, into the test for what a request has. */
type Operator = (expected: string) => TextTest;

const OPERATORS: { readonly [name: string]: Operator } = {
  StringEquals: expected => actual => actual === expected,
  StringLike: textLike,
  // IAM treats the two alike.
  ArnEquals: arnLike,
  ArnLike: arnLike,
  Bool: expected => actual => actual.toLowerCase() === expected.toLowerCase(),
  NumericLessThan: expected => actual => Number(actual) < Number(expected),
};

/** Before an operator: of several values that a request has, one must be accepted. */
const FOR_ANY_VALUE = 'ForAnyValue:';

/** One value that a condition on a key accepts. */
interface Expected {
  readonly text: string;
  readonly accepts: TextTest;
}

/** A key of a request, and the values of which it must have one. */
interface ConditionTest {
  readonly operator: string;
  readonly key: string;
  /** The key in lower case, as requests have it. */
  readonly name: string;
  readonly expected: readonly Expected[];
}

/** A part of a condition, and the condition without it. */
export interface ConditionPart {
  readonly path: string;
  readonly without: PolicyConditions;
}

/** A statement's `Condition`, checked for operators that the simulator does not know. */
export class PolicyConditions {
  public static read(condition: Json | undefined, where: string): PolicyConditions {
    return new PolicyConditions(Object.entries((condition ?? {}) as JsonObject).flatMap(([operator, keys]) => {
      const test = operator.startsWith(FOR_ANY_VALUE) ? operator.slice(FOR_ANY_VALUE.length) : operator;
      if (!Object.hasOwn(OPERATORS, test)) throw new Error(`${where}.${operator}: the simulator does not know this condition operator`);
      if (Object.keys(keys as JsonObject).length === 0) throw new Error(`${where}.${operator}: empty; IAM refuses such a policy`);
      return Object.entries(keys as JsonObject).map(([key, values]) => ({
        operator,
        key,
        name: key.toLowerCase(),
        expected: (Array.isArray(values) ? values : [values]).map(value => ({ text: String(value), accepts: OPERATORS[test](String(value)) })),
      }));
    }));
  }

  private constructor(private readonly tests: readonly ConditionTest[]) {}

  /** Whether all conditions hold. A key that the request lacks fails its condition. */
  public hold(context: RequestContext): boolean {
    return this.tests.every(({ operator, name, expected }) => {
      const actual = Object.hasOwn(context, name) ? context[name] : [];
      // A key that may have several values takes a set operator. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
      if (typeof actual !== 'string' && !operator.startsWith(FOR_ANY_VALUE)) return false;
      return [actual].flat().some(value => expected.some(({ accepts }) => accepts(value)));
    });
  }

  /** Whether there is a condition on a key. */
  public askFor(key: string): boolean {
    return this.tests.some(({ name }) => name === key.toLowerCase());
  }

  /** Each key of the condition, and each of several values, with the condition as it is without that. */
  public parts(): ConditionPart[] {
    return this.tests.flatMap((test, index) => {
      const path = `Condition.${test.operator}.${test.key}`;
      const values = test.expected.length < 2 ? [] : test.expected.map(({ text }, value) => ({
        path: `${path}[${value}] ${text}`,
        without: new PolicyConditions(this.tests.map(other => other === test ? { ...test, expected: withoutAt(test.expected, value) } : other)),
      }));
      return [{ path, without: new PolicyConditions(withoutAt(this.tests, index)) }, ...values];
    });
  }
}

/** A list without one of its elements. */
export function withoutAt<T>(list: readonly T[], index: number): T[] {
  return list.filter((_element, other) => other !== index);
}

/** Text with `*` for any characters and `?` for one. */
export function textLike(pattern: string): TextTest {
  if (!/[*?]/.test(pattern)) return actual => actual === pattern;
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.');
  const expression = new RegExp(`^${source}$`, 's');
  return actual => expression.test(actual);
}

/**
 * ARNs are compared part by part: a wildcard does not reach across a colon, save in the last part.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
export function arnLike(pattern: string): TextTest {
  const patterns = arnParts(pattern).map(textLike);
  return actual => {
    const parts = arnParts(actual);
    return parts.length === patterns.length && patterns.every((matches, index) => matches(parts[index]));
  };
}

/** What ARNs consist of: the same few are compared again and again. */
const PARTS = new Map<string, readonly string[]>();

function arnParts(arn: string): readonly string[] {
  const known = PARTS.get(arn);
  if (known) return known;
  const parts = arn.split(':');
  const read = [...parts.slice(0, 5), parts.slice(5).join(':')];
  PARTS.set(arn, read);
  return read;
}

/**
 * What CloudTrail takes in the advanced event selectors of a trail, field by field, and how a field's operators decide.
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
 */

import type { Properties } from '../template/properties';

type Test = (actual: string, expected: string) => boolean;

/** Operators that select: of all their values one must fit. */
const SELECTING: { readonly [operator: string]: Test } = {
  Equals: (actual, expected) => actual === expected,
  StartsWith: (actual, expected) => actual.startsWith(expected),
  EndsWith: (actual, expected) => actual.endsWith(expected),
};

/** Operators that exclude: of all their values none may fit. */
const EXCLUDING: { readonly [operator: string]: Test } = {
  NotEquals: SELECTING.Equals,
  NotStartsWith: SELECTING.StartsWith,
  NotEndsWith: SELECTING.EndsWith,
};

const OPERATORS = [...Object.keys(SELECTING), ...Object.keys(EXCLUDING)];

/** What a field takes. */
interface KnownField {
  readonly operators: readonly string[];
  readonly values?: RegExp;
  /** One value only. */
  readonly single?: boolean;
  readonly required?: boolean;
}

const ANY: KnownField = { operators: OPERATORS };
const READ_ONLY: KnownField = { operators: ['Equals'], values: /^(true|false)$/, single: true };

/** The categories of events that a trail's selectors take, and the fields of each. */
export const CATEGORIES: { readonly [category: string]: { readonly [field: string]: KnownField } } = {
  Management: {
    eventCategory: { operators: ['Equals'], single: true, required: true },
    eventSource: { operators: ['NotEquals'], values: /^(kms|rdsdata)\.amazonaws\.com$/ },
    readOnly: READ_ONLY,
  },
  Data: {
    'eventCategory': { operators: ['Equals'], single: true, required: true },
    'resources.type': { operators: ['Equals'], values: /^AWS::\w+::\w+$/, single: true, required: true },
    'resources.ARN': { operators: OPERATORS, values: /^arn:/ },
    'readOnly': READ_ONLY,
    'eventName': ANY,
    'eventSource': ANY,
    'eventType': ANY,
    'sessionCredentialFromConsole': { operators: ['Equals', 'NotEquals'] },
    'userIdentity.arn': ANY,
  },
  NetworkActivity: {
    eventCategory: { operators: ['Equals'], single: true, required: true },
    eventSource: { operators: ['Equals'], values: /^[a-z0-9.-]+\.amazonaws\.com$/, single: true, required: true },
    eventName: ANY,
    errorCode: { operators: ['Equals'], values: /^VpceAccessDenied$/, single: true },
    vpcEndpointId: ANY,
  },
};

/** One field of a selector, with its operators. */
export class FieldSelector {
  public readonly field: string;
  public readonly values: readonly string[];
  private readonly operators: readonly (readonly [operator: string, values: readonly string[]])[];

  public constructor(private readonly properties: Properties) {
    this.field = properties.text('Field');
    this.operators = OPERATORS.filter(operator => properties.has(operator)).map(operator => [operator, properties.texts(operator)] as const);
    this.values = this.operators.flatMap(([, values]) => values);
    this.checkForm();
  }

  /** Throws what CloudTrail refuses of a field in events of a category. */
  public checkIn(category: string): void {
    if (!Object.hasOwn(CATEGORIES[category], this.field)) this.properties.fail('Field', `CloudTrail knows no ${this.field} of ${category} events in a trail`);
    const { operators, values, single } = CATEGORIES[category][this.field];
    const wrong = this.operators.find(([operator]) => !operators.includes(operator));
    if (wrong) this.properties.fail(wrong[0], `CloudTrail takes ${operators.join(', ')} for ${this.field} of ${category} events`);
    const unknown = values && this.values.find(value => !values.test(value));
    if (unknown !== undefined) this.properties.fail(this.operators[0][0], `got ${JSON.stringify(unknown)}; CloudTrail takes another for ${this.field} of ${category} events`);
    if (single && this.values.length > 1) this.properties.fail(this.operators[0][0], `CloudTrail takes one value for ${this.field} of ${category} events`);
  }

  /**
   * Whether an event agrees, by what it has in this field: nothing, a value, or several of which one is enough. What excludes lets an event
   * pass that has nothing there; no document says so.
   */
  public agrees(actual: readonly string[]): boolean {
    const fits = (tests: { readonly [operator: string]: Test }) => this.operators.some(([operator, values]) =>
      Object.hasOwn(tests, operator) && values.some(value => actual.some(text => tests[operator](text, value))));
    const selects = this.operators.some(([operator]) => Object.hasOwn(SELECTING, operator));
    return (!selects || fits(SELECTING)) && !fits(EXCLUDING);
  }

  private checkForm(): void {
    if (this.operators.length === 0) this.properties.fail('Equals', 'a field has no operator');
    for (const [operator, values] of this.operators) {
      if (values.length === 0) this.properties.fail(operator, 'an empty list');
      if (new Set(values).size < values.length) this.properties.fail(operator, 'a value twice');
      if (values.some(value => value.length === 0 || value.length > 2048)) this.properties.fail(operator, 'a value has 1 to 2,048 characters');
      if (values.some(value => value.includes('*'))) this.properties.fail(operator, 'selectors have no wildcards');
    }
    const conflict = this.operators.find(([operator, values]) => operator.startsWith('Not')
      && values.some(value => this.operators.find(([other]) => `Not${other}` === operator)?.[1].includes(value)));
    if (conflict) this.properties.fail(conflict[0], 'a value is asked for and excluded');
  }
}

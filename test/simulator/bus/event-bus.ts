/** EventBridge: which rules an event on a bus matches. */

import type { CompiledPattern, JsonObject, PatternEngine } from '../engines';
import type { Unmatched } from '../ledger';
import type { RuleTarget } from './rule-target';
import { Properties } from '../template/properties';
import type { SimulatedResource, SimulatedTemplate } from '../template/template';

/** @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html */
const STATES = ['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'] as const;
const MAX_PATTERN_LENGTH = 4096;

/** @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html */
const MAX_TARGETS = 5;

/** The bus that every account has. */
export const DEFAULT_BUS = 'default';

/** A rule, and where it sends what it matches. */
export class EventRule {
  public readonly logicalId: string;
  public readonly bus: string;
  /** Whether the archive gets what it matches; else it is a rule of a fan-out alone. */
  public readonly archives: boolean;
  private readonly state: typeof STATES[number];
  private readonly pattern: CompiledPattern;

  public constructor(resource: SimulatedResource, patterns: PatternEngine, public readonly targets: readonly RuleTarget[]) {
    const rule = Properties.of(resource);
    this.logicalId = resource.logicalId;
    this.bus = busOf(rule, resource.attributes.Arn);
    this.state = rule.oneOf('State', STATES, 'ENABLED');
    this.pattern = compiledPattern(rule, patterns);
    this.archives = targets.some(target => target.archives);
    if (targets.length > MAX_TARGETS) rule.fail('Targets', `${targets.length} targets; EventBridge takes ${MAX_TARGETS}`);
  }

  public matches(event: JsonObject): boolean {
    return this.obstacle(event) === undefined && this.pattern.matches(event);
  }

  /** Why the rule does not get an event that its pattern may well match. */
  public obstacle(event: JsonObject): 'disabled' | 'readOnly' | undefined {
    if (this.state === 'DISABLED') return 'disabled';
    return this.state === 'ENABLED' && isReadOnlyManagementEvent(event) ? 'readOnly' : undefined;
  }

  /** Whether it is its state alone that keeps an event from the rule. */
  public holdsBack(event: JsonObject): boolean {
    return this.obstacle(event) !== undefined && this.pattern.matches(event);
  }
}

/** What the rules of a bus make of an event. */
export interface Routing {
  readonly rules: EventRule[];
  /** Why no rule of the archive gets the event, where none does: what rules of a fan-out get of it does not count. */
  readonly unmatched?: Unmatched;
}

/** The buses of the account, with the template's rules on them. */
export class EventBuses {
  private readonly ownRoles: ReadonlySet<unknown>;

  public constructor(template: SimulatedTemplate, private readonly rules: readonly EventRule[]) {
    this.ownRoles = new Set(template.ofType('AWS::IAM::Role').map(({ attributes }) => attributes.Arn));
  }

  /** The rules that an event on a bus matches. */
  public route(event: JsonObject, bus: string): Routing {
    const onBus = this.rules.filter(rule => rule.bus === bus);
    const rules = onBus.filter(rule => rule.matches(event));
    return rules.some(rule => rule.archives) ? { rules } : { rules, unmatched: this.whyUnmatched(event, onBus.filter(rule => rule.archives)) };
  }

  private whyUnmatched(event: JsonObject, rules: EventRule[]): Unmatched {
    if (rules.length === 0) return 'noRuleOnBus';
    const [heldBack] = rules.filter(rule => rule.holdsBack(event));
    return heldBack?.obstacle(event) ?? (this.ownRoles.has(issuerOf(event)) ? 'ownCall' : 'noPattern');
  }
}

/** The ARN of the role behind a call, as CloudTrail records it. */
function issuerOf(event: JsonObject): unknown {
  return ['detail', 'userIdentity', 'sessionContext', 'sessionIssuer', 'arn']
    .reduce<unknown>((value, key) => typeof value === 'object' && value !== null ? (value as JsonObject)[key] : undefined, event);
}

/** The name of the bus that a rule is on: the template gives a name or an ARN. */
function busOf(rule: Properties, ruleArn: string): string {
  return busNamed(rule, 'EventBusName', rule.optionalText('EventBusName') ?? DEFAULT_BUS, ruleArn);
}

/** The name of a bus, by its name or its ARN. It is where what is made for it is: the resource of the other ARN. */
export function busNamed(properties: Properties, property: string, bus: string, resourceArn: string): string {
  if (!bus.startsWith('arn:')) return bus;
  const [, partition, , region, account] = resourceArn.split(':');
  const start = `arn:${partition}:events:${region}:${account}:event-bus/`;
  return bus.startsWith(start) ? bus.slice(start.length) : properties.fail(property, `${bus} is no event bus of the same account and Region`);
}

/** The `EventPattern` of a rule or an archive; throws what EventBridge would refuse. */
export function compiledPattern(rule: Properties, patterns: PatternEngine): CompiledPattern {
  const pattern = rule.object('EventPattern').json;
  const { length } = JSON.stringify(pattern);
  if (length > MAX_PATTERN_LENGTH) rule.fail('EventPattern', `${length} characters; EventBridge takes ${MAX_PATTERN_LENGTH}`);
  try {
    return patterns.compile(pattern);
  } catch (error) {
    return rule.fail('EventPattern', (error as Error).message);
  }
}

/** The two calls by such a name that every rule gets. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail-management.html */
const RECEIVED_READS = ['GetFederationToken', 'GetSessionToken'];

/**
 * CloudTrail's management events that only read: a rule gets them in one state only. Data events are not among them, nor are reads by
 * another name, such as AssumeRole or LookupEvents: it is the name that counts, not `readOnly`.
 */
export function isReadOnlyManagementEvent(event: JsonObject): boolean {
  if (event['detail-type'] !== 'AWS API Call via CloudTrail') return false;
  const detail = typeof event.detail === 'object' && event.detail !== null ? event.detail as JsonObject : {};
  const name = typeof detail.eventName === 'string' ? detail.eventName : '';
  if (detail.managementEvent === false) return false;
  if (detail.eventSource === 'sts.amazonaws.com' && RECEIVED_READS.includes(name)) return false;
  return /^(Get|List|Describe)/.test(name);
}

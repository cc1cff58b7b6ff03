/** EventBridge: which rules an event on a bus matches. */

import type { CompiledPattern, JsonObject, PatternEngine } from './engines';
import { Properties } from './properties';
import type { RuleTarget } from './rule-target';
import type { SimulatedResource, SimulatedTemplate } from './template';

/** @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html */
const STATES = ['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'] as const;
const MAX_PATTERN_LENGTH = 4096;

/** @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html */
const MAX_TARGETS = 5;

/** The bus that every account has. */
export const DEFAULT_BUS = 'default';

/** A rule, and where it sends what it matches. */
export class EventRule {
  public readonly bus: string;
  private readonly state: typeof STATES[number];
  private readonly pattern: CompiledPattern;

  public constructor(resource: SimulatedResource, patterns: PatternEngine, public readonly targets: readonly RuleTarget[]) {
    const rule = Properties.of(resource);
    this.bus = busOf(rule, resource.attributes.Arn);
    this.state = rule.oneOf('State', STATES, 'ENABLED');
    this.pattern = compile(rule, patterns);
    if (targets.length > MAX_TARGETS) rule.fail('Targets', `${targets.length} targets; EventBridge takes ${MAX_TARGETS}`);
  }

  public matches(event: JsonObject): boolean {
    if (this.state === 'DISABLED') return false;
    if (this.state === 'ENABLED' && isReadOnlyManagementEvent(event)) return false;
    return this.pattern.matches(event);
  }
}

/** The buses that the template knows, with their rules. */
export class EventBuses {
  private readonly names: ReadonlySet<string>;

  public constructor(template: SimulatedTemplate, private readonly rules: readonly EventRule[]) {
    const own = template.ofType('AWS::Events::EventBus').map(({ ref }) => ref);
    this.names = new Set([DEFAULT_BUS, ...own, ...rules.map(({ bus }) => bus)]);
  }

  /** The rules that an event on a bus matches. */
  public route(event: JsonObject, bus: string): EventRule[] {
    if (!this.names.has(bus)) throw new Error(`no rule of the template is on an event bus ${bus}; it knows ${[...this.names].join(', ')}`);
    return this.rules.filter(rule => rule.bus === bus && rule.matches(event));
  }
}

/** The name of the bus that a rule is on: the template gives a name or an ARN. */
function busOf(rule: Properties, ruleArn: string): string {
  const bus = rule.optionalText('EventBusName') ?? DEFAULT_BUS;
  if (!bus.startsWith('arn:')) return bus;
  const [, partition, , region, account] = ruleArn.split(':');
  const start = `arn:${partition}:events:${region}:${account}:event-bus/`;
  return bus.startsWith(start) ? bus.slice(start.length) : rule.fail('EventBusName', `${bus} is no event bus of the rule's account and Region`);
}

function compile(rule: Properties, patterns: PatternEngine): CompiledPattern {
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
function isReadOnlyManagementEvent(event: JsonObject): boolean {
  if (event['detail-type'] !== 'AWS API Call via CloudTrail') return false;
  const detail = typeof event.detail === 'object' && event.detail !== null ? event.detail as JsonObject : {};
  const name = typeof detail.eventName === 'string' ? detail.eventName : '';
  if (detail.managementEvent === false) return false;
  if (detail.eventSource === 'sts.amazonaws.com' && RECEIVED_READS.includes(name)) return false;
  return /^(Get|List|Describe)/.test(name);
}

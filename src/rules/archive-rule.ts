// A rule as the archive makes them: named by its pattern, with the guard composed on it, in the state that its options ask for.

import { Annotations, PhysicalName, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { foreignReferences } from './foreign-references';
import { CapturedPattern, identityOf } from '../events/captured-events';
import { guard } from '../events/guard';
import { checkPattern, DEFAULT_PATTERN_QUOTA, LONGEST_ROLE_ARN, Pattern, patternLength, readPattern, toEventPattern } from '../events/patterns';
import { LIMITS } from '../limits/limits';
import { complexityOf, REFUSED_COMPLEXITY } from '../private/event-pattern-complexity';
import { shortHash } from '../private/names';
import { invalid, isKnown, warningId } from '../private/validate';

const MAX_PATTERN_LENGTH = LIMITS.pattern.most;

/** The state in which a rule receives the read-only management calls as well. */
const WITH_READ_ONLY_CALLS = 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';

/** Reads the patterns of a prop; fails when EventBridge would refuse one, or when there is none, or one twice. */
export function givenPatterns(scope: Construct, prop: string, patterns: events.EventPattern[], whenNone: string): CapturedPattern[] {
  if (!isKnown(patterns)) invalid(prop, 'a token', 'the patterns are needed when the construct is made: give a list of objects, whose values may be tokens');
  if (patterns.length === 0) invalid(prop, 'an empty list', `give at least one pattern, or leave the prop out ${whenNone}`);
  const given = patterns.map((pattern, index) => givenPattern(scope, `${prop}[${index}]`, readPattern(`${prop}[${index}]`, pattern)));
  const texts = given.map(identityOf);
  texts.forEach((text, index) => {
    const first = texts.indexOf(text);
    if (first !== index) invalid(`${prop}[${index}]`, `the same pattern as ${prop}[${first}]`, 'its events would be delivered twice: give each pattern once');
  });
  return given;
}

/** Reads a pattern. */
export function givenPattern(scope: Construct, prop: string, given: Pattern): CapturedPattern {
  const resolved = Stack.of(scope).resolve(given) as Pattern;
  checkPattern(prop, resolved);
  return { prop, given, resolved, references: foreignReferences(scope, given) };
}

/** Props of a rule. */
export interface ArchiveRuleProps {
  readonly pattern: CapturedPattern;
  /** The roles whose deliveries the guard leaves out. */
  readonly ownRoleArns: readonly string[];
  readonly eventBus?: events.IEventBus;
  readonly description: string;
  readonly state: string;
  /** Whether the rule's events are archived: then deliveries that cannot be left out can cause one another. */
  readonly archives: boolean;
}

/** Creates a rule, without a target. A pattern that is added or moved touches no other rule, because its name comes from the pattern. */
export function createArchiveRule(scope: Construct, props: ArchiveRuleProps): events.Rule {
  const { pattern: { prop, given, resolved }, ownRoleArns } = props;
  const guarded = guard(given, [...ownRoleArns], resolved);
  checkSize(scope, prop, guard(resolved, ownRoleArns.map(() => LONGEST_ROLE_ARN)).pattern, ' with what the archive adds');
  if (guarded.unsound && props.archives) warnOfUnguarded(scope, prop, guarded.unsound);
  const rule = new events.Rule(scope, `Rule${shortHash(identityOf(props.pattern))}`, {
    // The policy of a fan-out's target in another Region or account may name the rule; then it gets a name.
    ruleName: PhysicalName.GENERATE_IF_NEEDED,
    description: props.description,
    eventBus: props.eventBus,
    eventPattern: toEventPattern(guarded.pattern),
  });
  setState(rule, props.state);
  return rule;
}

/** What a rule's state comes from. */
export interface RuleSwitches {
  readonly enabled?: boolean;
  readonly includeReadOnlyApiCalls?: boolean;
}

/** The state of a rule. The L2 has no word for the one with read-only calls. */
export function stateOf({ enabled = true, includeReadOnlyApiCalls = false }: RuleSwitches): string {
  if (!enabled) return 'DISABLED';
  return includeReadOnlyApiCalls ? WITH_READ_ONLY_CALLS : 'ENABLED';
}

/** Sets the state of a rule. */
export function setState(rule: events.Rule, state: string): void {
  (rule.node.defaultChild as events.CfnRule).state = state;
}

/** Fails or warns when EventBridge would not take a pattern of this length, or with wildcards of this complexity. */
export function checkSize(scope: Construct, prop: string, pattern: Pattern, addition = ''): void {
  warnOfComplexity(scope, prop, pattern, addition);
  const length = patternLength(pattern);
  const got = `a pattern of ${length} characters${addition}`;
  if (length > MAX_PATTERN_LENGTH) invalid(prop, got, `EventBridge accepts ${MAX_PATTERN_LENGTH}: split it into several patterns`);
  if (length <= DEFAULT_PATTERN_QUOTA) return;
  Annotations.of(scope).addWarningV2(warningId('patternOverDefaultQuota'),
    `${prop}: got ${got}; EventBridge's default quota is ${DEFAULT_PATTERN_QUOTA}: have it raised before you deploy, or split the pattern`);
}

/** EventBridge says that a rule is too complex when it is deployed. */
function warnOfComplexity(scope: Construct, prop: string, pattern: Pattern, addition: string): void {
  if (complexityOf(pattern) < REFUSED_COMPLEXITY) return;
  Annotations.of(scope).addWarningV2(warningId('complexPattern'),
    `${prop}: got wildcards of the complexity ${REFUSED_COMPLEXITY} or more${addition}, by the measure of AWS's event-ruler; EventBridge is known to refuse such rules as too `
    + 'complex: give fewer wildcards on a field, fewer characters that repeat after one, or a prefix or suffix instead');
}

function warnOfUnguarded(scope: Construct, prop: string, reason: string): void {
  Annotations.of(scope).addWarningV2(warningId('unguardedPattern'),
    `${prop}: the archive's own deliveries cannot be left out of this pattern, because ${reason}; where a trail logs data events of the `
    + 'archive\'s bucket or stream, each delivery is archived and causes the next: leave those resources out of the trail, or split the pattern');
}

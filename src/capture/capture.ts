// What is archived: one rule on the bus for each pattern, each with the guard.

import { createHash } from 'crypto';
import { Annotations, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { checkBus } from './event-bus';
import { guard } from '../events/guard';
import { canonical, checkPattern, EVERYTHING, fromEventPattern, LONGEST_ROLE_ARN, Pattern, patternLength, toEventPattern } from '../events/patterns';
import { invalid, warningId } from '../private/validate';

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const DEFAULT_PATTERN_QUOTA = 2048;

/** @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html */
const MAX_PATTERN_LENGTH = 4096;

/** The state in which a rule receives the read-only management calls as well. */
const WITH_READ_ONLY_CALLS = 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';

/** Which events are archived. */
export interface CaptureOptions {
  /**
   * The bus to listen to: a custom bus, a partner bus, or the default. It must be in the stack's account and Region, and an event bus
   * of `AWS::Events`; a bus of `AWS::EventsV2` (`:event-busv2/` in its ARN) fails at synthesis.
   *
   * @default - the account's default bus
   */
  readonly eventBus?: events.IEventBus;

  /**
   * Which events to archive; each pattern becomes a rule of its own, and an event that two of them match is archived twice, with the
   * same `id`. The archive leaves its own deliveries out of each (see the README).
   *
   * A pattern has at most 4,096 characters with what the archive adds to it (about 600, where it can match the archive's own
   * deliveries), more fails at synthesis; over 2,048, the default quota, there is a warning. An empty list, an empty pattern, or the
   * same pattern twice fails at synthesis, and so does what EventBridge would refuse. The dead-letter queue's policy names each rule, which
   * limits an archive to about 65 patterns on the default bus, fewer on a bus with a long name; past it synthesis fails. A bus takes 300
   * rules of all its users.
   *
   * @default - everything on the bus
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
   */
  readonly eventPatterns?: events.EventPattern[];

  /**
   * Whether to archive the read-only management calls too (`Get…`, `List…`, `Describe…`), which EventBridge otherwise leaves out:
   * the rules then have the state `ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS`. It needs a CloudTrail trail that logs them, and in
   * most accounts they are the greater part of all calls, with the cost of ingestion and storage that goes with it. On a partner bus
   * it fails at synthesis.
   *
   * @default false
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
   */
  readonly includeReadOnlyApiCalls?: boolean;

  /**
   * Whether events are captured. `false` disables the rules and keeps everything else: what is archived stays, and stays queryable;
   * what happens meanwhile is not archived.
   *
   * @default true
   */
  readonly enabled?: boolean;
}

/** What the capture needs of the other stages. */
export interface CaptureProps extends CaptureOptions {
  readonly target: RuleConsumer;
  /** The roles whose deliveries the guard leaves out. */
  readonly ownRoleArns: string[];
}

/** Takes what a rule matches. */
export interface RuleConsumer {
  addTo(rule: events.Rule, bus?: events.IEventBus): void;
}

/** The rules on one bus. */
export class Capture extends Construct {
  public readonly rules: events.Rule[];

  constructor(scope: Construct, id: string, props: CaptureProps) {
    super(scope, id);
    checkBus(this, props.eventBus, props.includeReadOnlyApiCalls ?? false);
    const given = props.eventPatterns?.map(fromEventPattern) ?? [EVERYTHING];
    const resolved = given.map(pattern => Stack.of(this).resolve(pattern) as Pattern);
    checkPatterns(resolved);
    this.rules = given.map((pattern, index) => this.createRule(pattern, resolved[index], `eventPatterns[${index}]`, props));
  }

  /** A rule for the pattern as it was given: it is judged as it resolves now, and emitted with its tokens. */
  private createRule(given: Pattern, resolved: Pattern, prop: string, props: CaptureProps): events.Rule {
    const guarded = guard(given, props.ownRoleArns, resolved);
    this.checkLength(prop, guard(resolved, props.ownRoleArns.map(() => LONGEST_ROLE_ARN)).pattern);
    if (guarded.unsound) this.warnOfUnguarded(prop, guarded.unsound);
    // Named by its pattern, not by its place in the list: a pattern that is added or moved touches no other rule.
    const rule = new events.Rule(this, `Rule${createHash('sha256').update(canonical(resolved)).digest('hex').slice(0, 8)}`, {
      description: 'Archives events for audit',
      eventBus: props.eventBus,
      eventPattern: toEventPattern(guarded.pattern),
      enabled: props.enabled,
    });
    if (props.includeReadOnlyApiCalls && (props.enabled ?? true)) {
      (rule.node.defaultChild as events.CfnRule).state = WITH_READ_ONLY_CALLS;
    }
    props.target.addTo(rule, props.eventBus);
    return rule;
  }

  private checkLength(prop: string, pattern: Pattern): void {
    const length = patternLength(pattern);
    const got = `a pattern of ${length} characters with what the archive adds`;
    if (length > MAX_PATTERN_LENGTH) invalid(prop, got, `EventBridge accepts ${MAX_PATTERN_LENGTH}: split it into several patterns`);
    if (length <= DEFAULT_PATTERN_QUOTA) return;
    Annotations.of(this).addWarningV2(warningId('patternOverDefaultQuota'),
      `${prop}: got ${got}; EventBridge's default quota is ${DEFAULT_PATTERN_QUOTA}: have it raised before you deploy, or split the pattern`);
  }

  private warnOfUnguarded(prop: string, reason: string): void {
    Annotations.of(this).addWarningV2(warningId('unguardedPattern'),
      `${prop}: the archive's own deliveries cannot be left out of this pattern, because ${reason}; where a trail logs data events of the `
      + 'archive\'s bucket or stream, each delivery is archived and causes the next: leave those resources out of the trail, or split the pattern');
  }
}

function checkPatterns(patterns: Pattern[]): void {
  if (patterns.length === 0) invalid('eventPatterns', 'an empty list', 'give at least one pattern, or leave the prop out to archive everything on the bus');
  patterns.forEach((pattern, index) => checkPattern(`eventPatterns[${index}]`, pattern));
  const texts = patterns.map(canonical);
  texts.forEach((text, index) => {
    const first = texts.indexOf(text);
    if (first !== index) invalid(`eventPatterns[${index}]`, `the same pattern as eventPatterns[${first}]`, 'its events would be archived twice: give each pattern once');
  });
}

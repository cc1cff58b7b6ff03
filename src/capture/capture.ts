// What is archived: one rule on the bus for each pattern, each with the guard.

import type * as events from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import type { EventArchives } from './event-archives';
import { CapturedEvents, CapturedPattern, identityOf } from '../events/captured-events';
import { EVERYTHING } from '../events/patterns';
import { invalid } from '../private/validate';
import { createArchiveRule, givenPattern, givenPatterns, stateOf } from '../rules/archive-rule';
import { busIdentity, checkBus } from '../rules/event-bus';

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
   * Which events to archive. Each pattern becomes a rule of its own, and an event that two of them match is archived twice, with the
   * same `id`: where that can be, a warning shows an event. So it does where patterns need CloudTrail, and in another Region than us-east-1
   * where they ask for what appears there only. The archive leaves its own deliveries out of each (see the README).
   *
   * In Python give each as `events.EventPattern(…)`: of a plain dict in a list jsii drops `detail_type`, and the pattern matches more.
   *
   * A pattern has at most 4,096 characters with what the archive adds to it (about 600, where it can match the archive's own
   * deliveries), more fails at synthesis; over 2,048, the default quota, there is a warning. An empty list, an empty pattern, or the
   * same pattern twice fails at synthesis, and so does what EventBridge would refuse. The dead-letter queue's policy names each rule, which
   * limits an archive to 65 patterns or a few more on the default bus, fewer on a bus with a long name; past it synthesis fails. By default a
   * bus takes 300 rules of all its users (100 in af-south-1 and eu-south-1): with more in the app there is a warning. More than 30 rules with
   * wildcards on a bus are an error.
   *
   * @default - everything on the bus
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
   */
  readonly eventPatterns?: events.EventPattern[];

  /**
   * Whether to archive the read-only management calls too (`Get…`, `List…`, `Describe…`), which EventBridge otherwise leaves out. The
   * rules then have the state `ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS`. It needs a CloudTrail trail that logs them, and in most
   * accounts they are the greater part of all calls, with the cost of ingestion and storage that goes with it, of which there is a warning.
   * On a partner bus it fails at synthesis.
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
  /** Keeps what the rules ask for on the bus too. */
  readonly eventArchives?: EventArchives;
  /** The roles whose deliveries the guard leaves out. */
  readonly ownRoleArns: string[];
  /** What errors put before the names of the props: the call that they were given to. */
  readonly prefix?: string;
  /** The archive's other captures. */
  readonly others?: readonly CapturedEvents[];
}

/** Takes what a rule matches. */
export interface RuleConsumer {
  addTo(rule: events.Rule, bus?: events.IEventBus): void;
}

/** The rules on one bus. */
export class Capture extends Construct {
  public readonly rules: events.Rule[];
  public readonly captured: CapturedEvents;

  constructor(scope: Construct, id: string, props: CaptureProps) {
    super(scope, id);
    const { eventBus, enabled = true, includeReadOnlyApiCalls = false, prefix = '' } = props;
    checkBus(this, eventBus, includeReadOnlyApiCalls, prefix);
    const patterns = props.eventPatterns
      ? givenPatterns(this, `${prefix}eventPatterns`, props.eventPatterns, 'to archive everything on the bus')
      : [givenPattern(this, `${prefix}eventPatterns`, EVERYTHING)];
    this.captured = { eventBus, patterns, enabled, includeReadOnlyApiCalls };
    for (const pattern of patterns) this.checkCapturedOnce(pattern, props.others ?? []);
    this.rules = patterns.map(pattern => this.createRule(pattern, props));
  }

  private createRule(pattern: CapturedPattern, props: CaptureProps): events.Rule {
    const { ownRoleArns, eventBus } = props;
    const rule = createArchiveRule(this, {
      pattern, ownRoleArns, eventBus, description: 'Archives events for audit', state: stateOf(props), archives: true,
    });
    props.target.addTo(rule, eventBus);
    props.eventArchives?.keepFor(this, rule, eventBus);
    return rule;
  }

  private checkCapturedOnce(pattern: CapturedPattern, others: readonly CapturedEvents[]): void {
    const bus = busIdentity(this, this.captured.eventBus);
    const same = others.filter(({ eventBus }) => busIdentity(this, eventBus) === bus)
      .flatMap(({ patterns }) => patterns)
      .find(other => identityOf(other) === identityOf(pattern));
    if (same) invalid(pattern.prop, `the same pattern on the same bus as ${same.prop}`, 'its events would be delivered twice: give each pattern once');
  }
}

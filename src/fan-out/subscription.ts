// A fan-out at work: its target, and the rules that bring it the events of every bus that the archive captures.

import { Annotations, CfnResource, Lazy, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import type { FanOut, FanOutConfig } from './fan-out';
import { withCheckedInput } from './target-input';
import { CapturedEvents, CapturedPattern, identityOf, matchesPartners, withoutPartners } from '../events/captured-events';
import type { EncryptionKey } from '../private/encryption-key';
import { endLogicalId } from '../private/logical-ids';
import { shortHash } from '../private/names';
import { shownText } from '../private/shown-text';
import { invalid, show, warningId } from '../private/validate';
import { createArchiveRule, givenPatterns, setState, stateOf } from '../rules/archive-rule';
import { busIdentity, isPartnerBus } from '../rules/event-bus';
import { addGivenTarget, DeadLetterReceiver, policiesBelow, waitFor } from '../rules/reliable-target';

/** What a subscription needs of the other stages. */
export interface FanOutSubscriptionProps {
  readonly fanOut: FanOut;
  readonly deadLetters: DeadLetterReceiver;
  /** The roles whose deliveries the guard leaves out. */
  readonly ownRoleArns: readonly string[];
  readonly encryption?: EncryptionKey;
}

/** The rules of one fan-out. Without patterns of its own it follows each capture; with some, it has them on each captured bus. */
export class FanOutSubscription extends Construct {
  private readonly config: FanOutConfig;
  private readonly policies: CfnResource[];
  private readonly ownPatterns?: CapturedPattern[];
  /** The captures that each rule follows, by the bus and the pattern of the rule. */
  private readonly followed = new Map<string, CapturedEvents[]>();
  private readonly captures: CapturedEvents[] = [];

  constructor(scope: Construct, id: string, private readonly props: FanOutSubscriptionProps) {
    super(scope, id);
    this.config = this.bound();
    this.encryptConnections();
    this.policies = policiesBelow(this).filter(policy => Stack.of(policy) === Stack.of(this));
    const { eventPatterns } = this.config;
    this.ownPatterns = eventPatterns && givenPatterns(this, `${this.prop}.eventPatterns`, eventPatterns, 'to pass on what the archive captures');
    // Captures may still come.
    this.node.addValidation({ validate: () => this.warnOfNoEvents() });
  }

  /** Brings the fan-out the events of a capture, too. */
  public follow(captured: CapturedEvents): void {
    this.captures.push(captured);
    for (const pattern of this.ownPatterns ?? this.mirrored(captured)) this.followBy(pattern, captured);
  }

  /** What it asks for by patterns of its own. */
  public get asked(): CapturedEvents[] {
    const { ownPatterns } = this;
    return ownPatterns ? this.captures.map(captured => ({ ...captured, patterns: ownPatterns, includeReadOnlyApiCalls: false })) : [];
  }

  private get prop(): string {
    return shownText(`fanOut.${this.node.id}`);
  }

  private bound(): FanOutConfig {
    const config = this.props.fanOut.bind(this) as FanOutConfig | undefined;
    return config?.target ? config : invalid(this.prop, `${show(config)} of its bind`, 'bind returns what the fan-out comes to: { target, eventPatterns? }');
  }

  /** Whoever made a connection below here: its credentials are the archive's, and encrypted as everything is. */
  private encryptConnections(): void {
    const { encryption } = this.props;
    const connections = this.node.findAll().filter((child): child is events.CfnConnection => child instanceof events.CfnConnection);
    const withoutKey = connections.filter(connection => connection.kmsKeyIdentifier === undefined);
    if (!encryption || withoutKey.length === 0) return;
    encryption.allowConnections();
    for (const connection of withoutKey) {
      connection.kmsKeyIdentifier = encryption.key.keyArn;
      // Without the key it is another connection: in place EventBridge would keep the key, by what users of its API report. One with a name
      // cannot be made beside the old one.
      if (connection.name === undefined) endLogicalId(connection, 'Encrypted');
    }
  }

  /** What the capture asks for, but nothing that came from a partner, who may be the one that is told. */
  private mirrored({ eventBus, patterns }: CapturedEvents): CapturedPattern[] {
    if (isPartnerBus(eventBus)) return [];
    const kept = patterns.map(withoutPartners).filter((pattern): pattern is CapturedPattern => pattern !== undefined);
    for (const pattern of kept.filter(matchesPartners)) this.warnOfPartners(pattern);
    return kept;
  }

  /** One rule for a pattern on a bus, however many captures ask for it. */
  private followBy(pattern: CapturedPattern, captured: CapturedEvents): void {
    const bus = busIdentity(this, captured.eventBus);
    const name = `${bus} ${identityOf(pattern)}`;
    const captures = this.followed.get(name);
    if (captures) captures.push(captured);
    else this.createRule(pattern, bus, captured.eventBus, this.startFollowing(name, captured));
  }

  private startFollowing(name: string, captured: CapturedEvents): CapturedEvents[] {
    const captures = [captured];
    this.followed.set(name, captures);
    return captures;
  }

  private createRule(pattern: CapturedPattern, bus: string, eventBus: events.IEventBus | undefined, captures: readonly CapturedEvents[]): void {
    const { ownRoleArns, deadLetters } = this.props;
    const rule = createArchiveRule(this.scopeOf(bus), {
      pattern, ownRoleArns, eventBus, description: shownText(`Fans out events to ${this.node.id}`), state: stateOf({}), archives: false,
    });
    setState(rule, Lazy.string({ produce: () => stateFor(captures) }));
    const target = withCheckedInput(this, this.prop, this.config.target, pattern.resolved);
    addGivenTarget(rule, { prop: this.prop, target }, deadLetters, eventBus);
    for (const policy of this.policies) waitFor(rule, policy);
  }

  /** A pattern's rule is named by the pattern, and can be there once for each bus. */
  private scopeOf(bus: string): Construct {
    const id = `Bus${shortHash(bus)}`;
    return this.node.tryFindChild(id) as Construct | undefined ?? new Construct(this, id);
  }

  private warnOfPartners({ prop }: CapturedPattern): void {
    Annotations.of(this).addWarningV2(warningId('partnersEventsPassedOn'),
      `${this.prop}: the events of partners (aws.partner/) cannot be left out of ${prop}, because of the operators in its condition on the source; `
      + 'a partner that is told of its own events may answer with the next: give the fan-out eventPatterns of its own');
  }

  private warnOfNoEvents(): string[] {
    if (this.followed.size === 0) {
      Annotations.of(this).addWarningV2(warningId('fanOutWithoutEvents'),
        `${this.prop}: nothing is passed on, because every captured bus or pattern is a partner's: give the fan-out eventPatterns of its own`);
    }
    return [];
  }
}

/** A rule is on when any capture that it follows is, and takes what any of them takes. */
function stateFor(captures: readonly CapturedEvents[]): string {
  const enabled = captures.filter(capture => capture.enabled);
  return stateOf({ enabled: enabled.length > 0, includeReadOnlyApiCalls: enabled.some(capture => capture.includeReadOnlyApiCalls) });
}

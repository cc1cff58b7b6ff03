// A fan-out at work: its target, and the rules that bring it the events of every bus that the archive captures.

import { Lazy } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import type { FanOut, FanOutConfig } from './fan-out';
import { CapturedEvents, CapturedPattern, withoutPartners } from '../events/captured-events';
import { canonical } from '../events/patterns';
import type { EncryptionKey } from '../private/encryption-key';
import { shortHash } from '../private/names';
import { createArchiveRule, GivenPattern, givenPatterns, stateOf } from '../rules/archive-rule';
import { busIdentity, isPartnerBus } from '../rules/event-bus';
import { addReliableTarget, DeadLetterReceiver, waitForPolicies } from '../rules/reliable-target';

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
  public readonly rules: events.Rule[] = [];
  private readonly config: FanOutConfig;
  private readonly ownPatterns?: GivenPattern[];
  /** The captures on each bus. */
  private readonly captures = new Map<string, CapturedEvents[]>();
  private readonly followed = new Set<string>();

  constructor(scope: Construct, id: string, private readonly props: FanOutSubscriptionProps) {
    super(scope, id);
    this.config = props.fanOut._bindWith(this, { encryptionKey: props.encryption?.key });
    if (this.node.findAll().some(child => child instanceof events.CfnConnection && child.kmsKeyIdentifier)) props.encryption?.allowConnections();
    const { eventPatterns } = this.config;
    this.ownPatterns = eventPatterns && givenPatterns(this, `fanOut.${id}.eventPatterns`, eventPatterns, 'to pass on what the archive captures');
  }

  /** Brings the fan-out the events of a capture, too. */
  public follow(captured: CapturedEvents): void {
    const bus = busIdentity(this, captured.eventBus);
    const onSameBus = this.captures.get(bus);
    if (onSameBus) onSameBus.push(captured);
    else this.captures.set(bus, [captured]);
    if (!this.ownPatterns) this.mirror(captured, bus);
    else if (!onSameBus) this.createRules(this.ownPatterns, captured.eventBus, bus, Lazy.string({ produce: () => this.stateOn(bus) }));
  }

  /** What the capture asks for, but nothing that came from a partner, who may be the one that is told. */
  private mirror(captured: CapturedEvents, bus: string): void {
    if (isPartnerBus(captured.eventBus)) return;
    const patterns = captured.patterns.map(withoutPartners).filter((pattern): pattern is CapturedPattern => pattern !== undefined);
    this.createRules(patterns, captured.eventBus, bus, stateOf(captured));
  }

  private createRules(patterns: readonly GivenPattern[], eventBus: events.IEventBus | undefined, bus: string, state: string): void {
    const scope = this.scopeOf(bus);
    for (const pattern of patterns) {
      // Two captures can differ in nothing but what came from partners.
      const name = `${bus} ${canonical(pattern.resolved)}`;
      if (this.followed.has(name)) continue;
      this.followed.add(name);
      const rule = createArchiveRule(scope, {
        pattern, ownRoleArns: this.props.ownRoleArns, eventBus, description: `Fans out events to ${this.node.id}`, state, archives: false,
      });
      addReliableTarget(rule, this.config.target, this.props.deadLetters, eventBus);
      waitForPolicies(rule, this);
      this.rules.push(rule);
    }
  }

  /** A pattern's rule is named by the pattern, and can be there once for each bus. */
  private scopeOf(bus: string): Construct {
    const id = `Bus${shortHash(bus)}`;
    return this.node.tryFindChild(id) as Construct | undefined ?? new Construct(this, id);
  }

  /** The rules of a bus are on when a capture of that bus is, and take what any of them takes. */
  private stateOn(bus: string): string {
    const enabled = (this.captures.get(bus) ?? []).filter(capture => capture.enabled);
    return stateOf({ enabled: enabled.length > 0, includeReadOnlyApiCalls: enabled.some(capture => capture.includeReadOnlyApiCalls) });
  }
}

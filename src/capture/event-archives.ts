// EventBridge's own archives beside this one: they keep what the rules ask for on the bus, from where it can be replayed.

import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { daysOf } from '../private/days';
import type { EncryptionKey } from '../private/encryption-key';

/** How EventBridge keeps events for replays. */
export interface EventArchiveOptions {
  /**
   * How long EventBridge keeps an event: whole days, at least one. Anything else fails at synthesis. It costs 0.10 USD per GB that is archived
   * and 0.023 USD per GB-month (us-east-1), and what is replayed is charged like a custom event. A few weeks are enough to notice that
   * something went wrong and to mend it; the archive in S3 is what keeps events for years.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateArchive.html
   */
  readonly retention: Duration;
}

/** EventBridge's archives of an archive: one for each rule, because each has one pattern. */
export class EventArchives {
  private readonly retentionDays: number;

  constructor({ retention }: EventArchiveOptions, private readonly encryption?: EncryptionKey) {
    this.retentionDays = daysOf('eventArchive.retention', retention, 1, 'give whole days, at least one');
    encryption?.allowEventArchives();
  }

  /** Has EventBridge keep what a rule asks for. It goes with the rule: kept, it would go on collecting, and costing, for nobody. */
  public keepFor(scope: Construct, rule: events.Rule, bus?: events.IEventBus): void {
    const archive = new events.CfnArchive(scope, `EventArchive-${rule.node.id}`, {
      description: 'Keeps for replays what is archived for audit',
      sourceArn: bus?.eventBusArn ?? Stack.of(scope).formatArn({ service: 'events', resource: 'event-bus', resourceName: 'default' }),
      // The rule's own, with the guard, whatever becomes of it before it is rendered.
      eventPattern: (rule.node.defaultChild as events.CfnRule).eventPattern,
      retentionDays: this.retentionDays,
      kmsKeyIdentifier: this.encryption?.key.keyArn,
    });
    archive.applyRemovalPolicy(RemovalPolicy.DESTROY);
  }
}

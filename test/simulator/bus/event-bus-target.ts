/** A bus as a rule's target: in another account or Region, or another one here. */

import type { EventBusNetwork } from './event-bus-network';
import { AwsTarget, RuleTargetProps, TargetMessage } from './rule-target';

/** What PutEvents takes. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html */
const MAX_EVENT_BYTES = 1024 * 1024;

/** Forwards events to a bus, where their rules decide anew. */
export class EventBusTarget extends AwsTarget {
  public override readonly forwards = true;
  protected override readonly maximumBytes = MAX_EVENT_BYTES;

  public constructor(props: RuleTargetProps, private readonly network: EventBusNetwork) {
    super(props, props.properties.text('Arn'));
    const changed = ['Input', 'InputPath', 'InputTransformer'].find(property => props.properties.has(property));
    if (changed) props.properties.fail(changed, 'what a bus makes of an altered event is not known');
  }

  /** Asked for each event, because the other templates of a run come after this one. */
  protected override get missingPermission(): string | undefined {
    const { properties, rule } = this.props;
    return this.missingHere() ?? this.network.obstacle(this.arn, properties.text('RoleArn'), rule.arn);
  }

  protected override missingHere(): string | undefined {
    return this.missingOfRole(['events:PutEvents']);
  }

  protected override take({ event, data, delivery }: TargetMessage, at: Date): void {
    this.network.forward(this.arn, event, data, at);
    delivery.settle('delivered', this.arn);
  }
}

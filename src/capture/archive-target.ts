// How a rule reaches the stream: the role that EventBridge assumes, the retries, and the queue for what cannot be delivered.

import { RemovalPolicy } from 'aws-cdk-lib';
import type * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as firehose from 'aws-cdk-lib/aws-kinesisfirehose';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { applyToAll } from '../private/removal';
import { addReliableTarget, DeadLetterReceiver, waitForPolicies } from '../rules/reliable-target';
import { createTargetRole } from '../rules/target-role';

/** What the target needs of the other stages. */
export interface ArchiveTargetProps {
  readonly stream: firehose.CfnDeliveryStream;
  readonly deadLetters: DeadLetterReceiver;
  /** The key by which the stream is encrypted, if it is not AWS's own. */
  readonly streamKey?: kms.IKey;
}

/** The one target of all the archive's rules. */
export class ArchiveTarget extends Construct {
  public readonly role: iam.Role;
  private readonly policy: iam.ManagedPolicy;
  private readonly props: ArchiveTargetProps;

  constructor(scope: Construct, id: string, props: ArchiveTargetProps) {
    super(scope, id);
    this.props = props;
    this.role = createTargetRole(this, 'EventBridge hands events to the archive with this role');
    // Named by the stream: when another takes its place, the new policy comes before the rules change, and the old one goes after.
    this.policy = new iam.ManagedPolicy(this, `PutPolicy-${props.stream.node.id}`, {
      description: 'Lets EventBridge put events into the archive, and no more',
      roles: [this.role],
      statements: putStatements(props),
    });
    applyToAll(this, RemovalPolicy.DESTROY);
  }

  /** Sends what the rule matches to the archive. */
  public addTo(rule: events.Rule, bus?: events.IEventBus): void {
    const { stream, deadLetters } = this.props;
    addReliableTarget(rule, { bind: () => ({ arn: stream.attrArn, role: this.role, targetResource: stream }) }, deadLetters, bus);
    waitForPolicies(rule, this.policy);
  }
}

/**
 * Who puts records on a stream with a customer's key must have the right to that key; with what context Firehose asks, AWS does not say.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/encryption.html#sse-with-direct-put
 */
function putStatements({ stream, streamKey }: ArchiveTargetProps): iam.PolicyStatement[] {
  const put = new iam.PolicyStatement({ actions: ['firehose:PutRecord', 'firehose:PutRecordBatch'], resources: [stream.attrArn] });
  if (!streamKey) return [put];
  return [put, new iam.PolicyStatement({ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [streamKey.keyArn] })];
}

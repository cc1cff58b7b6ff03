// How a rule reaches a stream: the role that EventBridge assumes, the retries, and the queue for what cannot be delivered.

import { Annotations, RemovalPolicy } from 'aws-cdk-lib';
import type * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as firehose from 'aws-cdk-lib/aws-kinesisfirehose';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { RuleConsumer } from './capture';
import { applyToAll } from '../private/removal';
import { warningId } from '../private/validate';
import { addReliableTarget, DeadLetterReceiver, waitForPolicies } from '../rules/reliable-target';
import { createTargetRole } from '../rules/target-role';

/** How many managed policies IAM lets a role have, unless that is raised: one is the archive's own stream's. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const DEFAULT_POLICIES_QUOTA = 10;

/** What the target needs of the other stages. */
export interface ArchiveTargetProps {
  readonly stream: firehose.CfnDeliveryStream;
  readonly deadLetters: DeadLetterReceiver;
  /** The key by which every stream is encrypted, if it is not AWS's own. */
  readonly streamKey?: kms.IKey;
}

/** The target of all the archive's rules but those with a stream of their own, for which it makes further targets. All share the role. */
export class ArchiveTarget extends Construct implements RuleConsumer {
  public readonly role: iam.Role;
  private readonly policy: iam.ManagedPolicy;
  private readonly props: ArchiveTargetProps;
  private policies = 1;

  constructor(scope: Construct, id: string, props: ArchiveTargetProps) {
    super(scope, id);
    this.props = props;
    this.role = createTargetRole(this, 'EventBridge hands events to the archive with this role');
    this.policy = this.putPolicy(this, props.stream, keyStatements(props));
    applyToAll(this, RemovalPolicy.DESTROY);
  }

  /** Sends what the rule matches to the archive. */
  public addTo(rule: events.Rule, bus?: events.IEventBus): void {
    this.join(rule, this.props.stream, [this.policy], bus);
  }

  /** The target for rules whose events go to another stream, by the name of the capture that has it. */
  public forStream(id: string, stream: firehose.CfnDeliveryStream): RuleConsumer {
    const scope = new Construct(this.node.tryFindChild('Dedicated') as Construct | undefined ?? new Construct(this, 'Dedicated'), id);
    const policy = this.putPolicy(scope, stream);
    applyToAll(scope, RemovalPolicy.DESTROY);
    this.countPolicy();
    // The right to the key stands in the archive's own policy.
    return { addTo: (rule, bus) => this.join(rule, stream, [this.policy, policy], bus) };
  }

  private join(rule: events.Rule, stream: firehose.CfnDeliveryStream, policies: iam.ManagedPolicy[], bus?: events.IEventBus): void {
    addReliableTarget(rule, { bind: () => ({ arn: stream.attrArn, role: this.role, targetResource: stream }) }, this.props.deadLetters, bus);
    for (const policy of policies) waitForPolicies(rule, policy);
  }

  /**
   * Named by the stream, and one for each: when another stream takes its place, or a rule goes over to another, the new policy comes before
   * the rule changes, and the old one goes after.
   */
  private putPolicy(scope: Construct, stream: firehose.CfnDeliveryStream, more: iam.PolicyStatement[] = []): iam.ManagedPolicy {
    return new iam.ManagedPolicy(scope, `PutPolicy-${stream.node.id}`, {
      description: 'Lets EventBridge put events into the archive, and no more',
      roles: [this.role],
      statements: [new iam.PolicyStatement({ actions: ['firehose:PutRecord', 'firehose:PutRecordBatch'], resources: [stream.attrArn] }), ...more],
    });
  }

  private countPolicy(): void {
    if (++this.policies !== DEFAULT_POLICIES_QUOTA + 1) return;
    Annotations.of(this).addWarningV2(warningId('dedicatedStreamsOverDefaultQuota'),
      `addCapture: got more than ${DEFAULT_POLICIES_QUOTA - 1} captures with dedicatedStream; IAM's default quota is ${DEFAULT_POLICIES_QUOTA} managed `
      + 'policies a role, and each stream has one for the rules\' role and one for its own: have it raised before you deploy, or use several archives');
  }
}

/**
 * Who puts records on a stream with a customer's key must have the right to that key; with what context Firehose asks, AWS does not say.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/encryption.html#sse-with-direct-put
 */
function keyStatements({ streamKey }: ArchiveTargetProps): iam.PolicyStatement[] {
  if (!streamKey) return [];
  return [new iam.PolicyStatement({ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [streamKey.keyArn] })];
}

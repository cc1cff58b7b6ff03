// How a rule reaches a stream: the role that EventBridge assumes, the retries, and the queue for what cannot be delivered.

import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import type * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as firehose from 'aws-cdk-lib/aws-kinesisfirehose';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { RuleConsumer } from './capture';
import { distinguishPolicy } from '../private/logical-ids';
import { applyToAll } from '../private/removal';
import { addReliableTarget, DeadLetterReceiver, waitForPolicies } from '../rules/reliable-target';
import { createTargetRole } from '../rules/target-role';

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
  private readonly policies: iam.ManagedPolicy[];
  private readonly puts = new iam.PolicyStatement({ actions: ['firehose:PutRecord', 'firehose:PutRecordBatch'] });
  private readonly props: ArchiveTargetProps;
  private readonly streams: firehose.CfnDeliveryStream[] = [];

  constructor(scope: Construct, id: string, props: ArchiveTargetProps) {
    super(scope, id);
    this.props = props;
    this.role = createTargetRole(this, 'EventBridge hands events to the archive with this role');
    this.policies = [this.putPolicy(), ...(props.streamKey ? [this.keyPolicy(props.streamKey)] : [])];
    this.reach(props.stream);
    applyToAll(this, RemovalPolicy.DESTROY);
  }

  /** Sends what the rule matches to the archive. */
  public addTo(rule: events.Rule, bus?: events.IEventBus): void {
    this.join(rule, this.props.stream, bus);
  }

  /** The target for rules whose events go to another stream. */
  public forStream(stream: firehose.CfnDeliveryStream): RuleConsumer {
    this.reach(stream);
    return { addTo: (rule, bus) => this.join(rule, stream, bus) };
  }

  private join(rule: events.Rule, stream: firehose.CfnDeliveryStream, bus?: events.IEventBus): void {
    addReliableTarget(rule, { bind: () => ({ arn: stream.attrArn, role: this.role, targetResource: stream }) }, this.props.deadLetters, bus);
    for (const policy of this.policies) waitForPolicies(rule, policy);
  }

  /** Lets the role put events on a stream too, which is encrypted only after the role has the right to the key. */
  private reach(stream: firehose.CfnDeliveryStream): void {
    const [putPolicy, keyPolicy] = this.policies;
    this.streams.push(stream);
    this.puts.addResources(stream.attrArn);
    if (keyPolicy) stream.node.addDependency(keyPolicy);
    const names = this.streams.map(({ logicalId }) => Stack.of(this).resolve(logicalId) as string);
    distinguishPolicy(putPolicy, names.sort());
  }

  /**
   * One for all streams, and another when these change: so the new one comes before a rule goes over to another stream, the old one goes
   * after, and the role never has more than these two of it.
   */
  private putPolicy(): iam.ManagedPolicy {
    return new iam.ManagedPolicy(this, 'PutPolicy', {
      description: 'Lets EventBridge put events into the archive, and no more',
      roles: [this.role],
      statements: [this.puts],
    });
  }

  /**
   * Who puts records on a stream with a customer's key must have the right to that key; with what context Firehose asks, AWS does not say.
   * The policy names no stream, so that the streams can wait for it, and is another one for another key: while a stream changes its key, the
   * role has the right to both.
   * @see https://docs.aws.amazon.com/firehose/latest/dev/encryption.html#sse-with-direct-put
   */
  private keyPolicy(key: kms.IKey): iam.ManagedPolicy {
    const policy = new iam.ManagedPolicy(this, 'KeyPolicy', {
      description: 'Lets EventBridge put events into the encrypted streams of the archive, and no more',
      roles: [this.role],
      statements: [new iam.PolicyStatement({ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key.keyArn] })],
    });
    distinguishPolicy(policy, [key.node.path, key.keyArn]);
    return policy;
  }
}

// The dead-letter queue behind rule targets: one statement in its policy for exactly the rules that use it.

import { Annotations, Duration, Lazy, Names, Stack, Validations } from 'aws-cdk-lib';
import type * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { LIMITS } from '../limits/limits';
import { judgePolicyOf } from '../limits/policies';
import { EncryptionKey, eventBridgeStatement } from '../private/encryption-key';
import { isAwsManaged } from '../private/key-alias';
import { checkReference } from '../private/named-elsewhere';
import { readableStatement } from '../private/readable-statement';
import { applyToAll, Removal } from '../private/removal';
import { invalid, isElsewhere, warningId } from '../private/validate';

/** The longest that SQS keeps a message, in days. */
const RETENTION_DAYS = LIMITS.messageRetention.most;

/** The largest message that SQS takes. Set, because its documents disagree on what it is unless set, and an event can be this large. */
const MAX_MESSAGE_BYTES = LIMITS.messageBytes.most;

/** Whose messages a queue takes, by the statement that all archives and forwarders share which were given the queue. */
const SOURCES = new WeakMap<sqs.IQueue, Set<events.Rule | string>>();

/** Props of the dead-letter queue. */
export interface DeadLetterQueueProps {
  /** The user's queue, if there is one. */
  readonly given?: sqs.IQueue;
  /** The prop that it came by, and the one that says how many rules there are: what errors name. */
  readonly prop: string;
  readonly rulesProp: string;
  readonly encryption?: EncryptionKey;
  readonly removalPolicy: Removal;
}

/** Where EventBridge puts what it could not deliver. */
export class DeadLetterQueue extends Construct {
  public readonly queue: sqs.IQueue;
  private readonly prop: string;
  /** A policy in another stack cannot name the rules: the stacks would depend on each other. */
  private readonly namesRules: boolean;
  private readonly rulesProp: string;
  private readonly removalPolicy: Removal;

  constructor(scope: Construct, id: string, props: DeadLetterQueueProps) {
    super(scope, id);
    this.prop = props.prop;
    this.rulesProp = props.rulesProp;
    this.removalPolicy = props.removalPolicy;
    if (props.given) this.check(props.given);
    this.queue = props.given ?? createDeadLetterQueue(this, props.encryption?.key);
    this.namesRules = Stack.of(this.queue) === Stack.of(this);
    acknowledgeRedrive(this.queue);
    this.allowSending(props);
    this.allowEncrypting(props);
    applyToAll(this, props.removalPolicy);
  }

  /** The dead-letter configuration of a rule's target; the queue accepts messages from this rule from now on. */
  public forRule(rule: events.Rule): events.CfnRule.DeadLetterConfigProperty {
    if (this.namesRules) SOURCES.get(this.queue)?.add(rule);
    return { arn: this.queue.queueArn };
  }

  /** The queue beside rules of another Region or account: EventBridge delivers dead letters within the Region. The key is not for these. */
  public elsewhere(stack: Stack): DeadLetterQueue {
    const { prop, rulesProp, removalPolicy } = this;
    const id = Names.uniqueId(this);
    return stack.node.tryFindChild(id) as DeadLetterQueue | undefined ?? new DeadLetterQueue(stack, id, { prop, rulesProp, removalPolicy });
  }

  private check(queue: sqs.IQueue): void {
    const { region } = Stack.of(this);
    if (queue.fifo || queue.queueArn.endsWith('.fifo')) {
      invalid(this.prop, 'a FIFO queue', 'EventBridge delivers dead letters to a standard queue only');
    }
    if (isElsewhere(region, queue.env.region)) {
      invalid(this.prop, `a queue in Region ${queue.env.region}`, `EventBridge delivers dead letters within the Region of the bus, ${region}`);
    }
    const { encryptionMasterKey, encryptionType } = queue;
    if (encryptionType === sqs.QueueEncryption.KMS_MANAGED || (encryptionMasterKey && isAwsManaged(encryptionMasterKey))) {
      invalid(this.prop, 'a queue encrypted with alias/aws/sqs', 'EventBridge cannot use that key: give a queue encrypted by SQS or with a key of your own');
    }
    checkReference(this, this.prop, { what: 'a queue', reference: queue.queueArn, name: 'queueName' });
  }

  private allowSending({ given, prop, rulesProp }: DeadLetterQueueProps): void {
    const shared = SOURCES.get(this.queue);
    const sources = shared ?? new Set<events.Rule | string>();
    const produce = () => [...sources].map(source => typeof source === 'string' ? source : source.ruleArn);
    if (!shared && !this.queue.addToResourcePolicy(this.sendStatement(Lazy.list({ produce }))).statementAdded) {
      return this.warn('deadLetterQueuePolicy', 'the policy of an imported queue', this.sendStatement([this.anyRuleArn()]), this.unknownKeyNeeds());
    }
    SOURCES.set(this.queue, sources);
    if (!this.namesRules) sources.add(this.anyRuleArn());
    judgePolicyOf(this, given ? prop : rulesProp, this.queue, { detail: () => `${sources.size} rules` });
  }

  /** A queue with a key of its own takes nothing from EventBridge unless the key does too. */
  private allowEncrypting({ encryption }: DeadLetterQueueProps): void {
    const key = this.queue.encryptionMasterKey;
    if (!key) return;
    if (key === encryption?.key) return encryption.allowEventBridge();
    const statement = eventBridgeStatement(this);
    if (!key.addToResourcePolicy(statement, true).statementAdded) this.warn('deadLetterQueueKeyPolicy', 'the policy of an imported queue\'s key', statement);
  }

  /** An import need not say that a key encrypts the queue. */
  private unknownKeyNeeds(): string {
    if (this.queue.encryptionMasterKey) return '';
    return `; if a KMS key encrypts the queue, its policy needs this one: ${readableStatement(this, eventBridgeStatement(this))}`;
  }

  private warn(id: string, what: string, statement: iam.PolicyStatement, more: string = ''): void {
    Annotations.of(this).addWarningV2(warningId(id),
      `${this.prop}: ${what} cannot be changed from here; without this statement in it dead letters are lost: ${readableStatement(this, statement)}${more}`);
  }

  private sendStatement(ruleArns: string[]): iam.PolicyStatement {
    return new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('events.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [this.queue.queueArn],
      conditions: { ArnLike: { 'aws:SourceArn': ruleArns } },
    });
  }

  /** The archive's account and Region, wherever the queue is. */
  private anyRuleArn(): string {
    const { partition, region, account } = Stack.of(this);
    return `arn:${partition}:events:${region}:${account}:rule/*`;
  }
}

/** Creates a queue that keeps events of any size for as long as SQS can. */
export function createDeadLetterQueue(scope: Construct, encryptionMasterKey?: kms.IKey): sqs.Queue {
  const queue = new sqs.Queue(scope, 'Queue', {
    retentionPeriod: Duration.days(RETENTION_DAYS),
    maxMessageSizeBytes: MAX_MESSAGE_BYTES,
    encryption: encryptionMasterKey ? sqs.QueueEncryption.KMS : sqs.QueueEncryption.SQS_MANAGED,
    encryptionMasterKey,
    enforceSSL: true,
  });
  acknowledgeRedrive(queue);
  return queue;
}

/** That a dead-letter queue has none of its own is inherent, whichever pack of cdk-nag finds it. */
function acknowledgeRedrive(queue: sqs.IQueue): void {
  const reason = 'This queue is itself a dead-letter queue, of EventBridge\'s.';
  Validations.of(queue).acknowledge(...['AwsSolutions-SQS3', 'Serverless-SQSRedrivePolicy'].map(id => ({ id, reason })));
}

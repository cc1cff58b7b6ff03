/** Dead-letter queues of rule targets: what EventBridge could not deliver, if the queue takes it. */

import type { Delivery } from '../ledger';
import type { KmsKey } from '../permissions/keys';
import type { Permissions } from '../permissions/permissions';
import { Properties } from '../template/properties';
import type { SimulatedResource, SimulatedTemplate } from '../template/template';

/** What SQS takes in a message, attributes included, where the queue says so. */
const MAX_MESSAGE_BYTES = 1024 * 1024;

/** What it takes unless the queue says more: its documents have this and the maximum, and only the lower one can be relied on. */
const DEFAULT_MESSAGE_BYTES = 256 * 1024;

/** How long SQS keeps a message by itself: four days. @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
const DEFAULT_RETENTION_SECONDS = 4 * 24 * 3600;

/** The key that SQS has in every account. Nobody can change its policy, and that does not let EventBridge use it. */
const AWS_MANAGED_KEY = 'alias/aws/sqs';

/**
 * What SQS asks of KMS in the name of who sends a message.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
 */
const KEY_ACTIONS = ['kms:Decrypt', 'kms:GenerateDataKey'];

/** A message in a dead-letter queue. */
export interface DeadLetter {
  readonly queue: string;
  /** The event's JSON. */
  readonly body: string;
  /** `RULE_ARN`, `TARGET_ARN`, `ERROR_CODE`, `ERROR_MESSAGE`, and after retries `RETRY_ATTEMPTS`, `EXHAUSTED_RETRY_CONDITION`. */
  readonly attributes: { readonly [name: string]: string };
}

/** A queue, and what encrypts its messages where SQS does not do so by itself. */
interface Queue {
  readonly properties: Properties;
  readonly key?: KmsKey | typeof AWS_MANAGED_KEY;
}

/** The dead-letter queues of a template. */
export class DeadLetters {
  public readonly messages: DeadLetter[] = [];
  private readonly queues: ReadonlyMap<string, Queue>;

  public constructor(template: SimulatedTemplate, private readonly permissions: Permissions) {
    this.queues = new Map(template.ofType('AWS::SQS::Queue').map(queue => [queue.attributes.Arn, readQueue(queue, permissions)]));
  }

  /** Puts an event on the queue, or, where that cannot be, loses it. */
  public send(queue: string | undefined, body: string, attributes: DeadLetter['attributes'], delivery: Delivery): void {
    const why = `${attributes.ERROR_CODE}: ${attributes.ERROR_MESSAGE}`;
    const obstacle = this.obstacle(queue, body, attributes);
    if (queue === undefined || obstacle) return delivery.settle('lost', `${why}; ${obstacle}`);
    this.messages.push({ queue, body, attributes });
    delivery.settle('deadLettered', why);
  }

  /** Whether the queue is in the template; of any other it cannot be known whether it takes an event. */
  public knows(queue: string): boolean {
    return this.queues.has(queue);
  }

  /** Why a queue takes nothing of a rule's, whatever the event. */
  public standingObstacle(queue: string, ruleArn: string): string | undefined {
    const { properties, key } = this.queueAt(queue);
    if (properties.flag('FifoQueue')) return `the dead-letter queue ${queue} is a FIFO queue`;
    if (!this.permissions.queueAccepts(queue, ruleArn)) return `the policy of ${queue} does not let ${ruleArn} send messages`;
    return key && this.keyObstacle(queue, key, ruleArn);
  }

  /** What a queue that takes messages may still lose of them. */
  public weaknesses(queue: string): string[] {
    const { properties } = this.queueAt(queue);
    const seconds = properties.optionalNumber('MessageRetentionPeriod') ?? DEFAULT_RETENTION_SECONDS;
    const bytes = largestMessage(properties);
    return [
      ...seconds < DEFAULT_RETENTION_SECONDS ? [`${queue} keeps messages for ${seconds} seconds only`] : [],
      ...bytes < DEFAULT_MESSAGE_BYTES ? [`${queue} takes no message over ${bytes} bytes: larger events are lost`] : [],
    ];
  }

  private obstacle(queue: string | undefined, body: string, attributes: DeadLetter['attributes']): string | undefined {
    if (queue === undefined) return 'the target has no dead-letter queue';
    const standing = this.standingObstacle(queue, attributes.RULE_ARN);
    if (standing) return standing;
    const { properties } = this.queueAt(queue);
    const limit = largestMessage(properties);
    const bytes = messageBytes(body, attributes);
    return bytes > limit ? `a message of ${bytes} bytes is too large for ${queue}` : undefined;
  }

  private queueAt(arn: string): Queue {
    const queue = this.queues.get(arn);
    if (!queue) throw new Error(`the dead-letter queue ${arn} is not in the template: whether it takes the event cannot be known`);
    return queue;
  }

  private keyObstacle(queue: string, key: KmsKey | typeof AWS_MANAGED_KEY, ruleArn: string): string | undefined {
    if (key === AWS_MANAGED_KEY) return `the key ${key} of ${queue} does not let events.amazonaws.com use it`;
    const context = { 'aws:sourcearn': ruleArn, 'aws:sourceaccount': ruleArn.split(':')[4] };
    const missing = this.permissions.missingOnKey(key, 'events.amazonaws.com', KEY_ACTIONS, context);
    return missing && `the policy of ${key.arn}, the key of ${queue}, does not let events.amazonaws.com ${missing} for ${ruleArn}`;
  }
}

function readQueue(resource: SimulatedResource, { keys }: Permissions): Queue {
  const properties = Properties.of(resource);
  const name = properties.optionalText('KmsMasterKeyId');
  if (name === undefined) return { properties };
  if (properties.flag('SqsManagedSseEnabled')) properties.fail('SqsManagedSseEnabled', 'SQS encrypts a queue by itself or by a key, and not both');
  if (name === AWS_MANAGED_KEY) return { properties, key: name };
  return { properties, key: keys.encrypting(properties, 'KmsMasterKeyId', ['key id', 'key ARN', 'alias name', 'alias ARN']) };
}

/** The bytes of the largest message that a queue takes, by its properties. */
export function largestMessage(queue: Properties): number {
  return queue.numberWithin('MaximumMessageSize', [1024, MAX_MESSAGE_BYTES], DEFAULT_MESSAGE_BYTES);
}

function messageBytes(body: string, attributes: DeadLetter['attributes']): number {
  const attributeText = Object.entries(attributes).map(([name, value]) => `${name}String${value}`).join('');
  return Buffer.byteLength(body) + Buffer.byteLength(attributeText);
}

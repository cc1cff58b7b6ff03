// Buses that the archive creates: what goes wrong on them is logged, and what a key keeps from them is in a queue.

import { Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { LIMITS } from '../limits/limits';
import type { EncryptionKey } from '../private/encryption-key';
import { nameLike, shortHash, uniqueName } from '../private/names';
import { applyToAll, Removal } from '../private/removal';
import { invalid, isKnown, show } from '../private/validate';
import { createDeadLetterQueue } from '../rules/dead-letter-queue';

const MAX_DELIVERY_NAME = LIMITS.deliveryName.most;

/** Which events of a bus of the archive's own are archived, and what it is called. */
export interface AddEventBusOptions {
  /**
   * The name of the bus, by which applications send to it. It is 1 to 256 of A-Z, a-z, 0-9, dot, hyphen and underscore. Anything else,
   * `default`, or the name of another bus of the archive, is an error at synthesis.
   *
   * Another name later is another bus, with a delivery of its errors of its own. A name that only the deployment knows, such as a
   * parameter's, must not change: CloudWatch Logs does not let a delivery source go over to another bus.
   *
   * @default - made from the stack's name and the construct's path
   */
  readonly eventBusName?: string;

  /**
   * Which events to archive, each pattern by a rule of its own, as in the archive's own props.
   *
   * @default - everything on the bus
   */
  readonly eventPatterns?: events.EventPattern[];

  /**
   * Whether to archive the read-only management calls too (`Get…`, `List…`, `Describe…`) that are forwarded to the bus.
   *
   * @default false
   */
  readonly includeReadOnlyApiCalls?: boolean;

  /**
   * Whether events are captured.
   *
   * @default true
   */
  readonly enabled?: boolean;
}

/** What own buses need of the other stages. */
export interface OwnBusesProps {
  readonly encryption?: EncryptionKey;
  readonly errorLogRetention?: logs.RetentionDays;
  readonly removalPolicy: Removal;
}

/** What all own buses of an archive share. */
interface Shared {
  /** Where their errors are delivered, once the log group lets the delivery in. */
  readonly destination: logs.CfnDeliveryDestination;
  readonly deadLetters?: sqs.IQueue;
}

/** The buses that an archive creates. Their log group and queue are made with the first. */
export class OwnBuses {
  private shared?: Shared;
  private lastDelivery?: logs.CfnDelivery;
  private readonly names = new Map<string, string>();

  constructor(private readonly archive: Construct, private readonly props: OwnBusesProps) {}

  /** Creates a bus. */
  public create(scope: Construct, id: string, { eventBusName }: AddEventBusOptions): events.EventBus {
    if (eventBusName !== undefined) this.checkName(`addEventBus(${show(id)}).eventBusName`, eventBusName);
    const { encryption } = this.props;
    this.shared ??= this.createShared();
    const { destination, deadLetters } = this.shared;
    const name = eventBusName ?? uniqueName(scope, { id });
    const bus = new events.EventBus(scope, id, {
      eventBusName: name,
      description: 'Events for an event archive',
      deadLetterQueue: deadLetters,
      logConfig: { level: events.Level.ERROR, includeDetail: events.IncludeDetail.NONE },
    });
    // Not by the L2, which names the bus in the policy of its key, and so makes a cycle of a key that names what it encrypts.
    if (encryption) (bus.node.defaultChild as events.CfnEventBus).kmsKeyIdentifier = encryption.key.keyArn;
    this.deliverErrors(bus, name, destination);
    return bus;
  }

  /**
   * A bus has one source, which never goes over to another bus, so that the source has another name, and is another resource, just when the
   * bus has another name. Deliveries to one destination come one after the other: CloudWatch Logs refuses two at a time.
   * @see https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2513
   * @see https://github.com/hashicorp/terraform-provider-aws/issues/42194
   */
  private deliverErrors(bus: events.EventBus, busName: string, destination: logs.CfnDeliveryDestination): void {
    const name = isKnown(busName) ? nameLike(busName, MAX_DELIVERY_NAME) : uniqueName(bus, { maxLength: MAX_DELIVERY_NAME });
    const hash = shortHash(name);
    const source = new logs.CfnDeliverySource(bus, `Errors-${hash}`, {
      name,
      resourceArn: bus.eventBusArn,
      logType: 'ERROR_LOGS',
    });
    const delivery = new logs.CfnDelivery(bus, `ErrorDelivery-${hash}`, { deliverySourceName: source.ref, deliveryDestinationArn: destination.attrArn });
    if (this.lastDelivery) delivery.addDependency(this.lastDelivery);
    this.lastDelivery = delivery;
  }

  /** @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html */
  private checkName(prop: string, name: string): void {
    if (!isKnown(name)) return;
    if (!/^[A-Za-z0-9._-]{1,256}$/.test(name) || name === 'default') {
      invalid(prop, show(name), 'give 1 to 256 of A-Z, a-z, 0-9, dot, hyphen and underscore, and not default, which every account has');
    }
    const other = this.names.get(name);
    if (other !== undefined) invalid(prop, show(name), `${other} is the same: a Region has one bus of a name`);
    this.names.set(name, prop);
  }

  private createShared(): Shared {
    const scope = new Construct(this.archive, 'EventBusErrors');
    const { encryption, removalPolicy, errorLogRetention = logs.RetentionDays.ONE_YEAR } = this.props;
    const logGroup = new logs.LogGroup(scope, 'Log', { retention: errorLogRetention, encryptionKey: encryption?.key });
    applyToAll(logGroup, removalPolicy);
    const name = uniqueName(scope, { maxLength: MAX_DELIVERY_NAME });
    const policy = letDeliveryIn(scope, logGroup, name);
    const destination = new logs.CfnDeliveryDestination(scope, 'Destination', { name, destinationResourceArn: logGroupArn(scope, logGroup) });
    destination.node.addDependency(policy);
    if (!encryption) return { destination };
    encryption.allowEventBuses();
    return { destination, deadLetters: this.createQueue(scope) };
  }

  /** Not encrypted by the archive's key: what is put there is what could not be encrypted by it. */
  private createQueue(scope: Construct): sqs.IQueue {
    const deadLetters = new Construct(scope, 'DeadLetters');
    const queue = createDeadLetterQueue(deadLetters);
    const { partition, region, account } = Stack.of(scope);
    queue.addToResourcePolicy(new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('events.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
      // AWS does not say which ARN EventBridge gives for a bus: that of the bus, or of one of its rules.
      conditions: { ArnLike: { 'aws:SourceArn': [`arn:${partition}:events:${region}:${account}:event-bus/*`, `arn:${partition}:events:${region}:${account}:rule/*`] } },
    }));
    applyToAll(deadLetters, this.props.removalPolicy);
    return queue;
  }
}

/** The log group takes what the service delivers in the account's name. @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-CloudWatchLogs.html */
function letDeliveryIn(scope: Construct, logGroup: logs.LogGroup, policyName: string): logs.CfnResourcePolicy {
  const stack = Stack.of(scope);
  const statement = new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal('delivery.logs.amazonaws.com')],
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [`${logGroupArn(scope, logGroup)}:log-stream:*`],
    conditions: {
      ArnLike: { 'aws:SourceArn': `arn:${stack.partition}:logs:${stack.region}:${stack.account}:*` },
      StringEquals: { 'aws:SourceAccount': stack.account },
    },
  });
  return new logs.CfnResourcePolicy(scope, 'LogPolicy', {
    policyName,
    policyDocument: stack.toJsonString({ Version: '2012-10-17', Statement: [statement.toStatementJson()] }),
  });
}

function logGroupArn(scope: Construct, { logGroupName }: logs.LogGroup): string {
  const { partition, region, account } = Stack.of(scope);
  return `arn:${partition}:logs:${region}:${account}:log-group:${logGroupName}`;
}

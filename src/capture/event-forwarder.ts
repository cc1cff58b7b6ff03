// What an archive in another account or Region is to hear of: forwarded from a bus here to a bus there.

import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { Construct } from 'constructs';
import { CapturedPattern, identityOf } from '../events/captured-events';
import { EVERYTHING, toEventPattern } from '../events/patterns';
import { judgeAllBelow } from '../limits/counts';
import { EncryptionKey } from '../private/encryption-key';
import { distinguishPolicy } from '../private/logical-ids';
import { checkReference } from '../private/named-elsewhere';
import { shortHash } from '../private/names';
import { applyToAll, checkedRemovalPolicy } from '../private/removal';
import { invalid, isKnown, show } from '../private/validate';
import { checkSize, givenPattern, givenPatterns, setState, stateOf } from '../rules/archive-rule';
import { DeadLetterQueue } from '../rules/dead-letter-queue';
import { busIdentity, checkBus, isPartnerBus } from '../rules/event-bus';
import { warnOfPatterns } from '../rules/pattern-warnings';
import { OF_FORWARDER } from '../rules/pattern-words';
import { addReliableTarget, waitForPolicies } from '../rules/reliable-target';
import { createTargetRole } from '../rules/target-role';

/** Props of `EventForwarder`. */
export interface EventForwarderProps {
  /**
   * The bus that gets the events: the one that the archive listens to, in another account or Region, or another one here. In another
   * account it must let this account in, by `acceptEventsFrom` of the archive. Not every Region can be sent to from every other one.
   *
   * A default bus is imported by its ARN. A bus that another stack of the app makes in another account or Region needs an `eventBusName`
   * there. The bus that the forwarder listens to, a partner's bus, or one of `AWS::EventsV2` fails at synthesis.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-region.html
   */
  readonly destinationEventBus: events.IEventBus;

  /**
   * The bus to listen to. It must be in the stack's account and Region, and an event bus of `AWS::Events`; else synthesis fails.
   *
   * @default - the account's default bus
   */
  readonly eventBus?: events.IEventBus;

  /**
   * Which events to forward, by the same rules as the patterns of an archive: those of `AuditEvents`, or your own. Each pattern becomes a
   * rule, and an event that two of them match is sent, billed and archived twice, with the same `id`: where that can be, a warning shows an
   * event. So it does where patterns need CloudTrail and no trail is known, or ask in another Region for what appears in us-east-1 only.
   * The pattern of the archive's own capture decides there once more.
   *
   * In Python give each as `events.EventPattern(…)`: of a plain dict in a list jsii drops `detail_type`, and the pattern matches more.
   *
   * Where the archive writes into a bucket of this account and a trail here logs that bucket's data events, leave these out, by the trail's
   * selectors or by the patterns: each delivery would be forwarded and archived, and cause the next.
   *
   * A pattern has at most 4,096 characters, more fails at synthesis; over 2,048, the default quota, there is a warning. An empty list, an
   * empty pattern, the same pattern twice, or what EventBridge would refuse fails at synthesis.
   *
   * @default - everything on the bus
   */
  readonly eventPatterns?: events.EventPattern[];

  /**
   * Whether to forward the read-only management calls too (`Get…`, `List…`, `Describe…`). Most accounts make far more of these than of all
   * others, and each that goes to another account is billed, of which there is a warning. On a partner bus it fails at synthesis. Whether
   * the rules of the bus that gets them must ask for them too, AWS does not say: set it on the archive's capture as well.
   *
   * @default false
   */
  readonly includeReadOnlyApiCalls?: boolean;

  /**
   * Whether events are forwarded. What happens while it is `false` does not reach the archive.
   *
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * The queue for events that could not be forwarded after 24 hours and 185 attempts, or at once where a permission is missing. A FIFO
   * queue, one in another Region, or one encrypted with `alias/aws/sqs` fails at synthesis. Where it is imported, a warning shows the
   * statement that its policy needs.
   *
   * @default - a queue encrypted by SQS, with TLS only, that keeps messages for 14 days
   */
  readonly deadLetterQueue?: sqs.IQueue;

  /**
   * The KMS key that encrypts the forwarder's own dead-letter queue: a symmetric key of this account and Region, or an alias that names its key,
   * else synthesis fails. What EventBridge needs is added to its policy, and where it is imported, a warning shows it.
   *
   * @default - encrypted with a key that SQS owns
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * What becomes of the dead-letter queue when the forwarder is deleted. Rules and role hold no data and are always deleted. `SNAPSHOT`
   * fails at synthesis.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * Forwards events to the bus of an archive in another account or Region. It stands in a stack where the events happen. IAM,
 * Organizations, Route 53 and sign-ins of the root user appear only in us-east-1: an archive elsewhere needs a forwarder there.
 *
 * An event keeps its `id`, `account`, `region` and `time`, so the archive says where it came from. EventBridge forwards an event once:
 * what came to a bus by a forwarder is not sent on by another one, so each forwarder sends straight to the archive's bus.
 *
 * Events that are sent to another account are billed to the sending one as custom events: 1.00 USD per million in us-east-1, each
 * 64 KB counting as one.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
 *
 * @example
 * import * as events from 'aws-cdk-lib/aws-events';
 * import { AuditEvents, EventForwarder } from 'cdk-event-audit-archive';
 *
 * new EventForwarder(this, 'ToAudit', {
 *   destinationEventBus: events.EventBus.fromEventBusArn(this, 'AuditBus', 'arn:aws:events:eu-west-1:111122223333:event-bus/default'),
 *   eventPatterns: [AuditEvents.consoleSignIns(), AuditEvents.cloudTrailApiCalls({ services: ['iam', 'organizations'] })],
 * });
 */
export class EventForwarder extends Construct {
  /** The queue for events that EventBridge could not forward. Each message is an event, its attributes say why. */
  public readonly deadLetterQueue: sqs.IQueue;

  /** The rules that forward, in the order of `eventPatterns`. */
  public readonly rules: events.IRule[];

  /**
   * Creates the forwarder. Its id is part of the rules' logical ids: another id later replaces the rules, and what happens while both
   * are there is forwarded twice.
   *
   * @param scope where the forwarder belongs
   * @param id    its name there
   * @param props what is forwarded, and where to
   */
  constructor(scope: Construct, id: string, props: EventForwarderProps) {
    super(scope, id);
    const { eventBus, destinationEventBus, encryptionKey, enabled = true, includeReadOnlyApiCalls = false } = props;
    const removalPolicy = checkedRemovalPolicy(props.removalPolicy);
    checkBus(this, eventBus, includeReadOnlyApiCalls);
    checkDestination(this, eventBus, destinationEventBus);
    const patterns = props.eventPatterns
      ? givenPatterns(this, 'eventPatterns', props.eventPatterns, 'to forward everything on the bus')
      : [givenPattern(this, 'eventPatterns', EVERYTHING)];

    const deadLetters = new DeadLetterQueue(this, 'DeadLetters', {
      given: props.deadLetterQueue,
      prop: 'deadLetterQueue',
      rulesProp: 'eventPatterns',
      encryption: encryptionKey && new EncryptionKey(this, encryptionKey),
      removalPolicy,
    });
    const role = createTargetRole(this, 'EventBridge forwards events to an event archive with this role');
    const policy = new iam.ManagedPolicy(this, 'PutPolicy', {
      description: 'Lets EventBridge put events on the bus of an event archive, and no more',
      roles: [role],
      statements: [new iam.PolicyStatement({ actions: ['events:PutEvents'], resources: [destinationEventBus.eventBusArn] })],
    });
    distinguishPolicy(policy, destinationEventBus.eventBusArn);
    for (const each of [role, policy]) applyToAll(each, RemovalPolicy.DESTROY);
    this.deadLetterQueue = deadLetters.queue;
    this.rules = patterns.map(pattern => {
      const rule = createRule(this, pattern, props);
      addReliableTarget(rule, { bind: () => ({ arn: destinationEventBus.eventBusArn, role }) }, deadLetters, eventBus);
      waitForPolicies(rule, policy);
      return rule;
    });
    judgeAllBelow(this);
    warnOfPatterns(this, OF_FORWARDER, () => ({ captured: [{ eventBus, patterns, enabled, includeReadOnlyApiCalls }], asked: [] }));
  }

  /**
   * The number of events that wait in `deadLetterQueue`, which should be none: by default the maximum over 5 minutes.
   *
   * @param props what differs from that, such as the period or the label
   */
  public metricDeadLetters(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.deadLetterQueue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', ...props });
  }
}

function checkDestination(scope: Construct, source: events.IEventBus | undefined, destination: events.IEventBus): void {
  const prop = 'destinationEventBus';
  checkReference(scope, prop, { what: 'a bus', reference: destination.eventBusArn, name: 'eventBusName' });
  const arn = destination.eventBusArn;
  if (arn.includes(':event-busv2/')) invalid(prop, show(arn), 'events are forwarded to event buses of AWS::Events only (`:event-bus/`), not to those of AWS::EventsV2');
  if (isPartnerBus(destination)) invalid(prop, 'a partner\'s bus', 'it takes that partner\'s events only: give the bus that the archive listens to');
  checkPartition(scope, prop, arn);
  if (isSameBus(scope, source, destination)) {
    invalid(prop, 'the bus that the forwarder listens to', 'its events would come back to it: give the archive\'s bus in another account or Region');
  }
}

/** Accounts of China, of GovCloud and of the rest of the world do not reach one another. */
function checkPartition(scope: Construct, prop: string, arn: string): void {
  const { region } = Stack.of(scope);
  const own = isKnown(region) ? RegionInfo.get(region).partition : undefined;
  const [, partition] = arn.split(':');
  if (own === undefined || !isKnown(arn) || partition === own) return;
  invalid(prop, show(arn), `events do not leave a partition: from ${region} give a bus of ${own}`);
}

/** By name, account and Region; what only the deployment knows is the same when its token is. */
function isSameBus(scope: Construct, source: events.IEventBus | undefined, destination: events.IEventBus): boolean {
  const { account, region } = source?.env ?? Stack.of(scope);
  return destination.env.account === account && destination.env.region === region && busIdentity(scope, source) === busIdentity(scope, destination);
}

/**
 * A rule without a guard: what an archive's own deliveries cause is recorded in its account and Region, where no forwarder sends it on. In a
 * bucket of another account it is recorded there too, without the role by which a guard could tell it: the props say what to do.
 */
function createRule(scope: Construct, pattern: CapturedPattern, props: EventForwarderProps): events.Rule {
  checkSize(scope, pattern.prop, pattern.resolved);
  const rule = new events.Rule(scope, `Rule${shortHash(identityOf(pattern))}`, {
    description: 'Forwards events to an event archive',
    eventBus: props.eventBus,
    eventPattern: toEventPattern(pattern.given),
  });
  setState(rule, stateOf(props));
  return rule;
}

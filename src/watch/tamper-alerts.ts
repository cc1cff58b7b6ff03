// Tamper alerts: a topic is told when somebody changes or removes what the archive consists of, or tries to.

import { Annotations, AspectPriority, Aspects, IResource, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct, IConstruct } from 'constructs';
import { RecordedValue, startsWith, TamperCalls, text } from './recorded-calls';
import {
  bucketCalls, busCalls, busNames, dataLocationCalls, objectCalls, queueCalls, ruleCalls, stackCalls, topicCalls, writingCalls,
} from './tamper-calls';
import { tamperPatterns } from './tamper-patterns';
import { aliasOfUnknownKey, callsOnKey } from './watched-keys';
import { callsOnResourcesBelow } from './watched-resources';
import { LONGEST_ROLE_ARN, toEventPattern } from '../events/patterns';
import { WHO_FIELDS } from '../events/who';
import type { ArchiveLocation } from '../layout/location';
import { encryptionOf } from '../private/bucket-encryption';
import { keyItself } from '../private/key-alias';
import { uniqueName } from '../private/names';
import { readableStatement } from '../private/readable-statement';
import { textInTemplate } from '../private/shown-text';
import { checkToldTopic } from '../private/told-topic';
import { invalid, isElsewhere, isKnown, warningId } from '../private/validate';
import { foreignReferences } from '../rules/foreign-references';
import { GLOBAL_EVENTS_REGION, regionWithoutGlobalEvents } from '../rules/global-events';
import { addReliableTarget, DeadLetterReceiver, waitForPolicies } from '../rules/reliable-target';
import { TOPIC_KEY_ACTIONS, TopicRole } from '../rules/topic-role';

const PROP = 'tamperAlerts';

/** A rule's name has 64 characters, of which a hyphen and the rule's number take some. */
const MAX_FIRST_NAME = 60;

const { fromPath } = events.EventField;

/** What a message says beside the archive: paths into the event, of which one that leads nowhere gives an empty text. */
const MESSAGE: { readonly [name: string]: string } = {
  what: '$.detail.eventName',
  service: '$.detail.eventSource',
  ...WHO_FIELDS,
  from: '$.detail.sourceIPAddress',
  when: '$.detail.eventTime',
  account: '$.account',
  region: '$.detail.awsRegion',
  error: '$.detail.errorCode',
  errorMessage: '$.detail.errorMessage',
  request: '$.detail.requestParameters',
  resources: '$.detail.resources',
  eventId: '$.detail.eventID',
};

/** What the user says of the alerts. */
export interface TamperAlertsOptions {
  readonly tamperAlerts?: sns.ITopic;
  readonly deployingRole?: iam.IRole;
}

/** What the alerts need of the other stages. */
export interface TamperAlertsProps {
  readonly location: ArchiveLocation;
  /** The role that writes there. */
  readonly deliveryRoleArn: string;
  /** What may be given, and so not stand below the archive. */
  readonly accessLogsBucket?: s3.IBucket;
  readonly encryptionKey?: kms.IKey;
  readonly formerKeys: readonly kms.IKey[];
  readonly deadLetterQueue: sqs.IQueue;
  /** Takes the alerts that the topic did not. */
  readonly deadLetters: DeadLetterReceiver;
}

/** Watches the archive, if that is asked for. */
export function watchForTampering(archive: Construct, { tamperAlerts, deployingRole }: TamperAlertsOptions, props: TamperAlertsProps): void {
  if (tamperAlerts) new TamperAlerts(archive, 'TamperAlerts', { ...props, topic: tamperAlerts, deployingRole });
  else if (deployingRole) invalid('deployingRole', 'a role without tamperAlerts', 'it is the role whose calls are no alerts: give the topic too, or leave the role out');
}

/** What the user says and what the other stages have. */
interface TamperRulesProps extends TamperAlertsProps {
  readonly topic: sns.ITopic;
  readonly deployingRole?: iam.IRole;
}

/** Something, and the prop that has it. */
type Named<T> = [prop: string, value: T];

/** The rules that tell the topic. */
class TamperAlerts extends Construct {
  private readonly rules: events.Rule[] = [];
  /** The name of the first rule, with which those of the others begin. Patterns name it, and a rule that refers to itself is a cycle. */
  private readonly name: string;
  private readonly teller: TopicRole;

  constructor(private readonly archive: Construct, id: string, private readonly props: TamperRulesProps) {
    super(archive, id);
    this.checkTopic();
    this.warnOfIam();
    this.warnOfElsewhere();
    this.warnOfAliases();
    this.name = uniqueName(this, { maxLength: MAX_FIRST_NAME });
    this.teller = new TopicRole(this, 'Teller', props.topic);
    this.warnOfForeignKey();
    // There are two at least. Made now, so that the queue for what the topic did not take is there at once.
    this.rules.push(this.createRule(0), this.createRule(1));
    // What is added to the archive later is watched too: how many rules that takes is known when all is there.
    Aspects.of(archive).add({ visit: node => node === archive && this.setPatterns() }, { priority: AspectPriority.MUTATING });
  }

  private setPatterns(): void {
    const stack = Stack.of(this);
    const patterns = tamperPatterns({
      calls: this.watchedCalls(),
      // What is done to a rule another tells of: the first watches all others, and the second the first.
      pinned: [startsWith(`${this.name}-`, this.name.length + 1), text(this.name, this.name.length)].map(name => ruleCalls(name, busNames(undefined))),
      exceptRoles: this.props.deployingRole ? [roleArn(this.props.deployingRole.roleArn)] : [],
      identityOf: value => `${JSON.stringify(stack.resolve(value))}${foreignReferences(this, value)}`,
    });
    patterns.forEach((pattern, number) => {
      this.rules[number] ??= this.createRule(number);
      this.rules[number].addEventPattern(toEventPattern(pattern));
    });
  }

  private watchedCalls(): TamperCalls[] {
    const { location, accessLogsBucket, deadLetterQueue, topic, deliveryRoleArn } = this.props;
    const own = new Set<IConstruct>(this.rules.map(rule => rule.node.defaultChild!));
    const bucket = text(location.bucket.bucketName, 63);
    const root = location.root === '' ? undefined : location.root;
    return [
      ...callsOnResourcesBelow(this.archive, own),
      ...bucketCalls(bucket),
      ...objectCalls(bucket, root),
      writingCalls(bucket, root, roleArn(deliveryRoleArn)),
      dataLocationCalls(location.bucket.bucketArn),
      ...(accessLogsBucket ? this.callsOnAccessLogs(accessLogsBucket) : []),
      ...queueCalls(deadLetterQueue.env.account, deadLetterQueue.queueName, deadLetterQueue.queueArn),
      ...topicCalls(topic.topicArn),
      ...this.keys().flatMap(([, key]) => callsOnKey(key)),
      ...busCalls(),
      stackCalls(Stack.of(this).stackName, Stack.of(this).stackId),
    ];
  }

  /** What encrypts, by the prop that has it. An access-logs bucket has no key: S3 delivers there without only. */
  private keys(): Named<kms.IKey>[] {
    const { location, encryptionKey, formerKeys, deadLetterQueue, topic } = this.props;
    const keys: Named<kms.IKey | undefined>[] = [
      ['encryptionKey', encryptionKey], ...formerKeys.map((key): Named<kms.IKey> => ['previousEncryptionKeys', key]),
      ['storage.bucket', encryptionOf(this.archive, location.bucket).key],
      ['delivery.deadLetterQueue', deadLetterQueue.encryptionMasterKey], [PROP, topic.masterKey],
    ];
    return keys.filter((entry): entry is Named<kms.IKey> => entry[1] !== undefined);
  }

  /** In a bucket that is given they lie in a folder that is named after the archive. */
  private callsOnAccessLogs({ bucketName }: s3.IBucket): TamperCalls[] {
    const bucket = text(bucketName, 63);
    return [...bucketCalls(bucket), ...objectCalls(bucket, `${uniqueName(this.archive)}/`)];
  }

  private createRule(number: number): events.Rule {
    const ruleName = number === 0 ? this.name : `${this.name}-${number + 1}`;
    const rule = new events.Rule(this, `Rule${number + 1}`, { ruleName, description: 'Tells of tampering with the event audit archive' });
    const { topic, deadLetters } = this.props;
    addReliableTarget(rule, { bind: () => ({ arn: topic.topicArn, role: this.teller.role, input: this.message() }) }, deadLetters);
    waitForPolicies(rule, this.teller);
    return rule;
  }

  private message(): events.RuleTargetInput {
    const fields = Object.entries(MESSAGE).map(([name, path]) => [name, fromPath(path)]);
    return events.RuleTargetInput.fromObject({
      alert: `Tampering with the event audit archive ${textInTemplate(this.archive.node.path)}, or an attempt at it`,
      ...Object.fromEntries(fields),
    });
  }

  private checkTopic(): void {
    const { topic } = this.props;
    const { region, account } = Stack.of(this);
    checkToldTopic(this, topic, { prop: PROP, service: 'EventBridge' });
    for (const [what, own, other] of [['Region', region, topic.env.region], ['account', account, topic.env.account]]) {
      if (isElsewhere(own, other)) invalid(PROP, `a topic in ${what} ${other}`, `the archive's rules need a topic in the stack's own ${what}, ${own}`);
    }
  }

  /** A key of another account must let this one in; its own account's keys leave that to IAM, unless somebody changed that. */
  private warnOfForeignKey(): void {
    const { masterKey } = this.props.topic;
    const { account, partition } = Stack.of(this);
    if (!masterKey || !isElsewhere(account, keyItself(masterKey).env.account)) return;
    const statement = new iam.PolicyStatement({
      principals: [new iam.ArnPrincipal(`arn:${partition}:iam::${account}:root`)], actions: TOPIC_KEY_ACTIONS, resources: ['*'],
    });
    Annotations.of(this).addWarningV2(warningId('tamperAlertsTopicKeyPolicy'),
      `${PROP}: the policy of the topic's key cannot be changed from here; without this statement in it no alert arrives: ${readableStatement(this, statement)}`);
  }

  private warnOfIam(): void {
    const region = regionWithoutGlobalEvents(this);
    if (region === undefined) return;
    Annotations.of(this).addWarningV2(warningId('tamperAlertsOfIam'),
      `${PROP}: IAM's calls reach the event bus of ${GLOBAL_EVENTS_REGION} only, so that none on the archive's roles and policies is told of in ${region}: `
      + `forward them from there to the default bus of this account in ${region}, by an EventForwarder in ${GLOBAL_EVENTS_REGION}`);
  }

  /** What is done to a resource is recorded where the resource is. */
  private warnOfElsewhere(): void {
    const { account, region } = Stack.of(this);
    const { location, deadLetterQueue } = this.props;
    const given: Named<IResource>[] = [
      ['storage.bucket', location.bucket], ['delivery.deadLetterQueue', deadLetterQueue],
      ...this.keys().map(([prop, key]): Named<IResource> => [`the key of ${prop}`, keyItself(key)]),
    ];
    const elsewhere = given.flatMap(([what, { env }]) => {
      const where = [...(isElsewhere(account, env.account) ? [`account ${env.account}`] : []), ...(isElsewhere(region, env.region) ? [`Region ${env.region}`] : [])];
      return where.length > 0 ? [`${what} (${where.join(', ')})`] : [];
    });
    if (elsewhere.length === 0) return;
    Annotations.of(this).addWarningV2(warningId('tamperAlertsOfOtherAccounts'),
      `${PROP}: calls on ${elsewhere.join(', ')} are recorded there, so that none which is made there is told of here: forward them from there to the `
      + `default bus of ${isKnown(account) ? `account ${account}` : 'this account'} in ${isKnown(region) ? `Region ${region}` : 'this Region'} by an EventForwarder`);
  }

  /** Records of calls on a key name no alias. */
  private warnOfAliases(): void {
    const unknown = this.keys().flatMap(([prop, key]) => {
      const alias = aliasOfUnknownKey(key);
      return alias === undefined ? [] : [isKnown(alias) ? `${prop} (${alias})` : prop];
    });
    if (unknown.length === 0) return;
    Annotations.of(this).addWarningV2(warningId('tamperAlertsOfAliases'),
      `${PROP}: the key of ${unknown.join(', ')} is known by its alias only, so that calls on the alias are told of, and none on the key: `
      + 'give it with the key itself, or with an alias by kms.Alias.fromAliasAttributes, which names its key');
  }
}

/** A role's ARN, which has a path if it is long. */
function roleArn(arn: string): RecordedValue {
  return text(arn, isKnown(arn) ? arn.length : LONGEST_ROLE_ARN.length);
}

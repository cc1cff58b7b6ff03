// The props of the archive. Each section is described where it is made to work.

import type { RemovalPolicy } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { CaptureOptions } from './capture/capture';
import type { EventArchiveOptions } from './capture/event-archives';
import type { CatalogOptions } from './catalog/catalog';
import type { DeliveryOptions } from './delivery/delivery';
import type { FanOut } from './fan-out/fan-out';
import type { PartitionKey } from './layout/partition-key';
import type { QueryOptions } from './query/query';
import type { StorageOptions } from './storage/storage';
import type { TrailOptions } from './trail/trail-options';

/** Props of `EventAuditArchive`. All are optional: without any, everything on the account's default bus is archived. */
export interface EventAuditArchiveProps extends CaptureOptions {
  /**
   * EventBridge's own archive beside this one, from which events can be replayed: what never reached S3 is archived later, and what was
   * archived is sent once more, to a new fan-out, say. Each rule of each capture, partner buses included, gets an archive of EventBridge on its bus, with the
   * same pattern, from the deployment on.
   *
   * A replay (`aws events start-replay`) sends the events to their bus again, where every rule gets them, those of fan-outs and
   * `onEvent` too, unless the replay names rules (`FilterArns`): give those of `rules`. What is archived so has the replay's name in
   * `replay_name`, and the `id` that it had before: count distinct ids. EventBridge does not keep replays once more. An event takes up to 10
   * minutes until it can be replayed.
   *
   * Not in it are CloudTrail's read-only calls, as far as AWS documents: the state of a rule that takes them is nothing that an
   * EventBridge archive has. With `enabled: false` EventBridge goes on keeping events, so that what happens meanwhile can be replayed into the
   * archive later. EventBridge makes a managed rule on the bus for each. They go when their rule goes, whatever the `removalPolicy`: they would go
   * on collecting. With `encryptionKey` that key encrypts them.
   *
   * @default - none
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive.html
   */
  readonly eventArchive?: EventArchiveOptions;

  /**
   * What the archive is partitioned by, in the order of the S3 folders. Every archive has `PartitionKey.receiptDate()`; with that
   * alone there is no dynamic partitioning, which is cheaper, and every query reads all types of a day.
   *
   * Another set or order of keys is another layout: new events are written beside the old ones, by a new stream, into another table.
   * The old objects stay where they are; list the keys of the past in `catalog.previousLayouts`, and the view `events` shows them too.
   * Values can be added to a key at any time.
   *
   * Without `receiptDate()`, with a key twice, or past Firehose's 500 active partitions or 5,120 characters of jq, synthesis fails.
   *
   * @default [PartitionKey.eventType(), PartitionKey.receiptDate()]
   */
  readonly partitionKeys?: PartitionKey[];

  /**
   * How the events get into the archive: buffering, the dead-letter queue, the error log.
   *
   * @default - objects of 300 seconds or 128 MiB, a dead-letter queue of its own
   */
  readonly delivery?: DeliveryOptions;

  /**
   * Where the events are kept, and for how long: the bucket, retention, storage classes, access logs.
   *
   * @default - a private bucket of its own, in which everything is kept for ever, and another for its access logs
   */
  readonly storage?: StorageOptions;

  /**
   * How the archive appears in the Glue Data Catalog.
   *
   * @default - a database of its own, named after the stack and the construct
   */
  readonly catalog?: CatalogOptions;

  /**
   * How the archive is queried in Athena.
   *
   * @default - a workgroup of its own without a scan limit, results kept for 30 days
   */
  readonly query?: QueryOptions;

  /**
   * Where the events go beside the archive, by names of yours: Confluent Cloud, any HTTPS API, or a class of your own. The names are
   * part of the resources' logical ids, so another name replaces the resources. Each has rules of its own on every captured bus, and what
   * a partner did not take after 24 hours and 185 attempts lies in `fanOutDeadLetterQueue`, whose policy has room for about 65 rules:
   * patterns times buses of all fan-outs, and targets of `onEvent`; more fail at synthesis. `addFanOut` adds more.
   *
   * @default - nowhere
   */
  readonly fanOut?: { [id: string]: FanOut };

  /**
   * The KMS key that encrypts what the archive holds.
   *
   * It encrypts events and error records, query results, the dead-letter queues of rules, the streams' buffers, their error log, a trail's log
   * files, what is kept for replays, own buses and their log, and the credentials of connections. S3 delivers access logs with its own key only.
   * The dead-letter queue of own buses stays with SQS's key: it takes what `encryptionKey` kept from them.
   *
   * It is a symmetric key of the archive's account and Region, or an alias that names its key (`key.addAlias`), of which the key itself is used; else
   * synthesis fails. Its policy must leave permissions to IAM, as it
   * does by default; what services need beside that is added to it, and where the key is imported, warnings show the statements to
   * add. Who deploys needs `kms:CreateGrant` on it, by which Firehose uses it for its buffer. A key costs 1 USD a month and 0.03 USD for
   * 10,000 requests (us-east-1); bucket keys keep the requests few.
   *
   * @default - encrypted with keys that AWS owns, at no cost
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * The keys that encrypted what the archive holds before `encryptionKey` was changed or taken away.
   *
   * Objects stay encrypted with the key that they were written with. With this, who is granted to read or query can read them too, the
   * delivery role can write out what a replaced stream still holds, tamper alerts watch the keys, and the policies of keys of this app go on
   * letting CloudWatch Logs and EventBridge decrypt what they keep. Leave the statements in the policy of an imported key, and each key enabled, for as
   * long as something is kept that it encrypts. A former key of a given `storage.bucket` belongs here too.
   *
   * The `encryptionKey` among them, or a key twice, is an error at synthesis.
   *
   * @default - there was never another key
   */
  readonly previousEncryptionKeys?: kms.IKey[];

  /**
   * The topic that is told when somebody changes or removes what the archive consists of, or tries to. That is: its buckets and their objects,
   * stream, queues, rules, buses with their policies, catalog, workgroup, saved queries, roles, policies, error log and connections, the stack, the
   * `encryptionKey` and the keys of a given bucket or queue (a key that is known by an alias's name only is not, of which a warning tells), the topic
   * itself and its key, and what is added later; not an `EventForwarder`, whose calls are recorded where it stands. A message is JSON:
   * the call, by whom, when, from where, with what request, and the error if it failed. Rules on the default bus find the calls, and tell of
   * each other: eight for the default archive, more with what is added.
   *
   * It needs a CloudTrail trail that logs management events. One that logs data events beside them finds changes of objects and the deletion of
   * messages. IAM's calls reach `us-east-1` only, and calls on what is in another account or Region are recorded there, of which warnings tell.
   * What CloudTrail does not deliver, or a denied call whose record does not name what it was about, is not told of; nor is, in a given
   * `storage.bucket`, what lies outside the prefix. Who turns off all of these rules at once, or the trail, may go unnoticed: keep another trail elsewhere.
   *
   * The topic must be a standard one of the stack's account and Region, and not encrypted with `alias/aws/sns`; else synthesis fails. EventBridge
   * publishes with a role, which has the rights to the topic and its key, so that the topic's own policy lets in no rule of anybody's. SNS bills
   * messages and deliveries; the rules cost nothing.
   *
   * @default - nobody is told
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
   */
  readonly tamperAlerts?: sns.ITopic;

  /**
   * The role whose calls on the archive are expected, and are no tamper alerts: that by which CloudFormation deploys the stack. With CDK's
   * bootstrap it is `cdk-hnb659fds-cfn-exec-role-<account>-<region>`. Without it, each deployment that changes the archive is told of. With it, what
   * anybody does by that role is not: watch who can assume it or pass it, and who can update the stack, which CloudFormation does by the role that
   * the stack has. Of a call to delete the stack the topic is told, if the rules are still there when the record comes. It has no effect on what is archived. Without
   * `tamperAlerts` it fails at synthesis.
   *
   * @default - everybody's calls are told of
   */
  readonly deployingRole?: iam.IRole;

  /**
   * A CloudTrail trail, for an account that has none: all its Regions and management events, with log files of its own beside the
   * archive. Without any trail EventBridge gets no event of CloudTrail's, and so neither does the archive. `trail: {}` creates it. The log
   * files lie in a bucket of their own, private, versioned, with Object Lock enabled, kept as `removalPolicy` says and encrypted by
   * `encryptionKey` where that is given.
   *
   * The first trail of an account costs nothing for management events but their storage; those of a second one cost 2 USD for 100,000
   * (us-east-1). A Region takes five trails. By default it logs all management events, as AWS Config's `multi-region-cloudtrail-enabled` and
   * Security Hub's CloudTrail.1 ask for, and of data events those that tamper with what is archived. Wrong options are errors at synthesis;
   * what synthesis cannot know, such as rights in an organization, is one at deployment.
   *
   * @default - none is created: there is one already, or no event comes from CloudTrail
   */
  readonly trail?: TrailOptions;

  /**
   * Whether the stack has outputs that are links into the AWS console. They lead to where a test event is sent (by creating a parameter,
   * which sends a `Parameter Store Change`; on the default bus only), to the archived objects, to the saved queries and to the workgroup.
   * In another partition than aws, aws-cn and aws-us-gov, where the console's address is not known, it fails at synthesis.
   *
   * @default false
   */
  readonly consoleLinks?: boolean;

  /**
   * What becomes of the data when the construct or the stack is deleted, or a resource is replaced: of the buckets, the dead-letter
   * queues, the streams with their role and error log, and their policies. By default they stay. What a deployment created that fails and is
   * rolled back goes again, except streams and queues, with which events of an update would go, and the trail's bucket, into which
   * CloudTrail writes at once. A bucket that is in use by then cannot be deleted, and stays. After a first deployment that failed, the stream
   * that stays has lost its role: the events of these minutes are lost, and it is yours to delete.
   *
   * With `RETAIN` all of it stays in every case; with `RETAIN_ON_UPDATE_OR_DELETE` all of it goes when its creation is rolled back. With
   * `DESTROY` a bucket must be empty to be deleted, and a stream that is replaced or deleted loses what it had buffered. Database, tables,
   * views, workgroup, saved queries and rules hold no data and are always deleted. `SNAPSHOT` is an error at synthesis.
   *
   * @default - kept; what a failed deployment had created is deleted, except streams, queues and the trail's bucket
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
   */
  readonly removalPolicy?: RemovalPolicy;
}

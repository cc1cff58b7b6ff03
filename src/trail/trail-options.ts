// What a user says of the trail that the archive creates.

import type { Duration } from 'aws-cdk-lib';
import type * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import type * as sns from 'aws-cdk-lib/aws-sns';

/** Data events that a trail logs, which are what is done within a resource, such as the invocation of a function. */
export interface TrailDataEventOptions {
  /**
   * The type of the resources, for example `AWS::Lambda::Function` or `AWS::S3::Object`. It is what CloudTrail has in `resources.type`: any type
   * of that form is taken, because AWS adds types all the time. Anything else fails at synthesis.
   *
   * Of `AWS::S3::Object`, `AWS::KinesisFirehose::DeliveryStream` and `AWS::SQS::Queue` the archive's own deliveries are left out:
   * else each delivery would be an event, and each such event a delivery. Who reads objects in the archive's buckets, or puts records into
   * its streams, is left out with them. What deletes or unlocks what is archived is logged all the same, and of the archive's queues
   * everything but sending.
   *
   * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html#logging-data-events
   */
  readonly resourceType: string;

  /**
   * The resources, by their exact ARNs. The objects of a bucket go by `resourceArnPrefixes`. An empty list fails at synthesis, and so
   * does what is no ARN. With prefixes as well, what is in either list is logged.
   *
   * @default - all resources of the type
   */
  readonly resourceArns?: string[];

  /**
   * The resources, by what their ARNs begin with. All objects of a bucket are `arn:aws:s3:::bucket/`: without the slash it would be those of
   * `bucket-2`, too. An asterisk fails at synthesis, because CloudTrail takes it for itself.
   *
   * @default - all resources of the type
   */
  readonly resourceArnPrefixes?: string[];

  /**
   * The resources that are left out, by what their ARNs begin with. What is asked for must not all lie in what is left out, the archive's
   * own deliveries included: where that is certain, synthesis fails.
   *
   * @default - none but the archive's own deliveries
   */
  readonly excludeResourceArnPrefixes?: string[];

  /**
   * The calls, such as `DeleteItem`, by their exact names.
   *
   * @default - all calls
   */
  readonly eventNames?: string[];

  /**
   * The calls that are left out.
   *
   * @default - none
   */
  readonly excludeEventNames?: string[];

  /**
   * Whether calls that read are logged, those that write, or both. `NONE` fails at synthesis.
   *
   * @default ReadWriteType.ALL
   */
  readonly readWriteType?: cloudtrail.ReadWriteType;
}

/** Network activity events that a trail logs, which are calls to AWS through VPC endpoints. */
export interface TrailNetworkActivityOptions {
  /**
   * The services, as events name them. For example `s3.amazonaws.com` or `kms.amazonaws.com`: AWS adds services all the time, so that
   * only the form is checked, and an empty list, or a name without `.amazonaws.com`, fails at synthesis.
   *
   * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-network-events-with-cloudtrail.html
   */
  readonly eventSources: string[];

  /**
   * Whether only those calls are logged that the policy of an endpoint denied (`VpceAccessDenied`).
   *
   * @default false
   */
  readonly onlyDenied?: boolean;
}

/** The organization all of whose accounts a trail logs. */
export interface TrailOrganizationOptions {
  /**
   * The organization's id, such as `o-abcde12345`: the log files of its accounts lie in a folder of that name, in which CloudTrail must be
   * allowed to write. Anything else fails at synthesis.
   */
  readonly organizationId: string;

  /**
   * The organization's management account. It owns the trail, and CloudTrail comes to bucket, key and topic in its name. Anything but 12
   * digits is an error at synthesis.
   *
   * Warns: where the stack is in another account, because CloudFormation cannot start the trail of a delegated administrator.
   */
  readonly managementAccountId: string;

  /**
   * The accounts whose log files the table `cloudtrail_logs` shows, and the saved queries compare: 12 digits each, the archive's own among them if it
   * is to be seen. Of an account that is not listed, the trail has the log files all the same. An empty list, an account twice, or
   * something else than 12 digits fails at synthesis.
   *
   * @default - the archive's own account
   */
  readonly accounts?: string[];
}

/** The CloudTrail trail that the archive creates, for accounts that have none. */
export interface TrailOptions {
  /**
   * How long log files are kept, from the day on which they were written. Whole days, at least one; anything else fails at synthesis.
   * A deletion, whoever made it, can be undone for 30 days, or for the retention where that is shorter.
   * The saved queries compare up to two days: with less than three, log files that have expired look like a gap.
   *
   * Log files of 128 KB or more move to S3 Glacier Instant Retrieval after 90 days, unless they are kept for less than 365 days. It is the
   * cheapest class that Athena reads: in the classes below it, which cost a tenth, log files could no longer be compared with the archive.
   * With the prices of us-east-1 (per GB and month 0.023 USD in Standard, 0.0125 in Standard-IA, 0.004 here; the move 0.02 USD for 1,000 objects;
   * less than 128 KB billed as 128 KB) an object of 128 KB saves 0.0000023 USD a month, and has paid for its move of 0.00002 USD after 9 months;
   * one of 1 MB after 5 weeks. An object of 20 KB, as most are in a quiet Region, would cost more there than in Standard (0.00000049
   * against 0.00000044 USD): S3 leaves it where it is. Reading costs 0.03 USD per GB there.
   *
   * @default - for ever
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
   */
  readonly retention?: Duration;

  /**
   * A topic that is told of each log file. Its policy gets a statement for CloudTrail, and so does the policy of its key; where topic or
   * key are imported, warnings show the statements to add: without them the trail cannot be created. A FIFO topic, or one that is encrypted
   * with `alias/aws/sns`, fails at synthesis. SNS bills each message, and CloudTrail writes log files about every 5 minutes, in each Region
   * and account with events.
   *
   * @default - nobody is told
   * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-permissions-for-sns-notifications.html
   */
  readonly deliveryTopic?: sns.ITopic;

  /**
   * Whether all Regions of the account are logged, or only that of the archive.
   *
   * @default true
   */
  readonly isMultiRegion?: boolean;

  /**
   * Whether events of services without a Region, such as IAM and STS, are logged. Without them a trail of all Regions fails at
   * synthesis.
   *
   * @default true
   */
  readonly includeGlobalServiceEvents?: boolean;

  /**
   * Whether calls that use KMS keys are logged: `Decrypt`, `Encrypt` and `GenerateDataKey`. CloudTrail records them as reads; they are more
   * than 99 percent of what KMS does. Calls that change a key, such as `DisableKey`, are logged either way: with `false` by a second selector
   * of management events.
   *
   * With `false` the AWS Config rule `multi-region-cloudtrail-enabled` is NON_COMPLIANT and Security Hub's control CloudTrail.1 fails, unless another
   * trail logs these calls.
   *
   * Cost: in the first trail of an account their storage, about 0.1 GB for a million calls; in each further trail 2 USD for 100,000
   * (us-east-1). EventBridge delivers them too: a million in the archive are 0.24 USD for Firehose, unless `eventPatterns` leave them out.
   *
   * @default true
   * @see https://docs.aws.amazon.com/config/latest/developerguide/multi-region-cloudtrail-enabled.html
   */
  readonly includeKmsReads?: boolean;

  /**
   * Whether calls to the Data API of RDS are logged, such as `ExecuteStatement`. Costs, and the finding that `false` causes, are those of
   * `includeKmsReads`.
   *
   * @default true
   * @see https://docs.aws.amazon.com/config/latest/developerguide/multi-region-cloudtrail-enabled.html
   */
  readonly includeRdsDataApi?: boolean;

  /**
   * The data events that are logged. They cost 0.10 USD for 100,000 (us-east-1). An empty list, or the same entry twice, fails at synthesis, and
   * so do more than 500 values or 250 ARNs in all selectors of the trail together.
   *
   * Whatever is given here, the trail logs who deletes, unlocks or opens objects in the archive's buckets (`DeleteObject`, `DeleteObjects`,
   * `PutObjectRetention`, `PutObjectLegalHold`, `PutObjectAcl`, `UpdateObjectEncryption`), and who but the archive writes where events are
   * kept. As a rule nobody does, so that it costs nothing. In a given bucket deletions beside the archive's prefix are logged too,
   * because `DeleteObjects` names the bucket alone.
   *
   * @default - only those on the archive's own objects
   */
  readonly dataEvents?: TrailDataEventOptions[];

  /**
   * The network activity events that are logged. They cost 0.10 USD for 100,000 (us-east-1).
   *
   * @default - none
   */
  readonly networkActivity?: TrailNetworkActivityOptions;

  /**
   * The kinds of unusual activity that CloudTrail looks for in management events. Each kind costs 0.35 USD for 100,000 events that are
   * looked at (us-east-1). An empty list, or a kind twice, fails at synthesis.
   *
   * @default - none
   * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/insights-events-costs.html
   */
  readonly insights?: cloudtrail.InsightType[];

  /**
   * Makes it a trail of all accounts of an organization. Deploy it in the organization's management account, once Organizations has all
   * features on and trusts CloudTrail. What synthesis cannot know is an error at deployment.
   *
   * CloudTrail itself lets a delegated administrator create such a trail, and CloudFormation does not get further: it starts the trail by its
   * name, which the administrator's account does not have, and rolls back.
   *
   * The archive gets the events of its own account only, as any bus does: those of other accounts need forwarding from there.
   *
   * @default - a trail of the archive's account
   * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-an-organizational-trail-prepare.html
   * @see https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1932
   */
  readonly organization?: TrailOrganizationOptions;
}

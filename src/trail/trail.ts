// The CloudTrail trail of an archive, for accounts that have none: without a trail EventBridge gets no event from CloudTrail.

import { Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { AccessLogPlace, OwnPlaces, OwnPlacesProps } from './own-places';
import { TrailAccess } from './trail-access';
import { createTrailBucket } from './trail-bucket';
import { checkTrail, faultsOf } from './trail-checks';
import type { TrailOptions } from './trail-options';
import { selectorsOf } from './trail-selectors';
import type { TrailLogs } from '../layout/trail-logs';
import type { EncryptionKey } from '../private/encryption-key';
import { allowOnFormer } from '../private/former-keys';
import { applyToAll, Removal } from '../private/removal';
import { letTell } from '../private/told-topic';

/** What the trail needs of the other stages. */
export interface TrailProps extends TrailOptions, OwnPlacesProps {
  readonly accessLogs: AccessLogReceiver;
  readonly encryption?: EncryptionKey;
  readonly formerKeys: readonly kms.IKey[];
  readonly removalPolicy: Removal;
}

/** Takes the access logs of a bucket. */
export interface AccessLogReceiver extends AccessLogPlace {
  receiveFrom(source: s3.Bucket, prefix: string): void;
}

/** The trail with its bucket. */
export class Trail extends Construct {
  /** Where its log files are, for those who read them. */
  public readonly logs: TrailLogs;

  constructor(scope: Construct, id: string, props: TrailProps) {
    super(scope, id);
    checkTrail(this, props);
    const access = new TrailAccess(this, props.organization);
    const bucket = this.createBucket(props, access);
    const trail = this.createTrail(scope, bucket, props);
    for (const statement of props.encryption ? access.toKey() : []) props.encryption!.allow(statement);
    for (const statement of access.toKey()) allowOnFormer(props.formerKeys, statement);
    // CloudTrail tries to write, and to tell the topic, when the trail is created.
    trail.node.addDependency(bucket.policy!);
    const toldBy = props.deliveryTopic && letTell(this, props.deliveryTopic, {
      prop: 'trail.deliveryTopic',
      warning: 'trailTopic',
      toTopic: access.toTopic(props.deliveryTopic),
      toKey: access.toTopicKey(),
      otherwise: 'the trail cannot be created',
    });
    if (toldBy) trail.node.addDependency(toldBy);

    const { account, region } = Stack.of(this);
    this.logs = {
      bucket,
      accounts: props.organization?.accounts ?? [account],
      organizationId: props.organization?.organizationId,
      region: props.isMultiRegion ?? true ? undefined : region,
      encryptionKey: props.encryption?.key,
    };
  }

  private createBucket({ encryption, retention, accessLogs, removalPolicy }: TrailProps, access: TrailAccess): s3.Bucket {
    const bucket = createTrailBucket(this, 'LogFiles', { encryptionKey: encryption?.key, retention });
    accessLogs.receiveFrom(bucket, 'trail/');
    for (const statement of access.toBucket(bucket)) bucket.addToResourcePolicy(statement);
    // CloudTrail writes into it when the trail is created, so that it is never empty, and could not go when that is rolled back.
    applyToAll(bucket, removalPolicy ?? RemovalPolicy.RETAIN);
    return bucket;
  }

  private createTrail(archive: Construct, bucket: s3.Bucket, props: TrailProps): cloudtrail.CfnTrail {
    const own = new OwnPlaces(archive, props);
    const advancedEventSelectors = Lazy.any({ produce: () => selectorsOf(props, own) });
    this.node.addValidation({ validate: () => faultsOf(this, advancedEventSelectors) });
    return new cloudtrail.CfnTrail(this, 'Resource', {
      s3BucketName: bucket.bucketName,
      isLogging: true,
      isMultiRegionTrail: props.isMultiRegion ?? true,
      includeGlobalServiceEvents: props.includeGlobalServiceEvents ?? true,
      enableLogFileValidation: true,
      isOrganizationTrail: props.organization && true,
      kmsKeyId: props.encryption?.key.keyArn,
      snsTopicName: props.deliveryTopic?.topicArn,
      advancedEventSelectors,
      insightSelectors: props.insights?.map(({ value }) => ({ insightType: value })),
    });
  }
}

// Where the archive delivers to, as a trail knows it: the ARNs of its streams and queues, and what its objects' ARNs begin with.

import { CfnResource, Stack } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { ArchiveLocation } from '../layout/location';

/** What is known of the archive's places beside the resources that it makes itself. */
export interface OwnPlacesProps {
  /** The events, in a bucket that may be given. */
  readonly location: ArchiveLocation;
  /** The access logs, in a bucket that may be given. */
  readonly accessLogs: AccessLogPlace;
  readonly deadLetterQueue: sqs.IQueue;
  /** By which Firehose writes the events. */
  readonly writer: iam.IRole;
}

/** Where access logs lie. */
export interface AccessLogPlace {
  readonly bucket: s3.IBucket;
  /** Empty, or with a slash at the end. */
  readonly folder: string;
}

/** The places. They are read when the template is written, because an archive can be extended until then. */
export class OwnPlaces {
  constructor(private readonly archive: Construct, private readonly props: OwnPlacesProps) {}

  /** What the ARNs of objects begin with that the archive or a service of AWS writes for it. */
  public get objects(): string[] {
    const { location, accessLogs } = this.props;
    const shared = [location.bucket.arnForObjects(location.root), accessLogs.bucket.arnForObjects(accessLogs.folder)];
    return this.distinct([...shared, ...this.own('AWS::S3::Bucket').map(arn => `${arn}/`)]);
  }

  /** The same for all objects of these buckets. `DeleteObjects` names a bucket and no object, so that a folder would miss it. */
  public get bucketsObjects(): string[] {
    const { location, accessLogs } = this.props;
    const shared = [location.bucket, accessLogs.bucket].map(bucket => bucket.bucketArn);
    return this.distinct([...shared, ...this.own('AWS::S3::Bucket')].map(arn => `${arn}/`));
  }

  /** What the ARNs of archived events and of error records begin with. */
  public get events(): string {
    const { bucket, root } = this.props.location;
    return bucket.arnForObjects(root);
  }

  public get streams(): string[] {
    return this.own('AWS::KinesisFirehose::DeliveryStream');
  }

  public get queues(): string[] {
    return this.distinct([this.props.deadLetterQueue.queueArn, ...this.own('AWS::SQS::Queue')]);
  }

  /** What the ARN of whoever has taken the writer's role begins with: its name, without the path. */
  public get writerSessions(): string {
    const { partition, account } = Stack.of(this.archive);
    return `arn:${partition}:sts::${account}:assumed-role/${this.props.writer.roleName}/`;
  }

  /** Different tokens may stand for the same ARN. */
  public distinct(arns: string[]): string[] {
    const stack = Stack.of(this.archive);
    return [...new Map(arns.map(arn => [JSON.stringify(stack.resolve(arn)), arn])).values()];
  }

  private own(type: string): string[] {
    return this.archive.node.findAll()
      .filter((child): child is CfnResource => CfnResource.isCfnResource(child) && child.cfnResourceType === type)
      .map(resource => resource.getAtt('Arn').toString());
  }
}

/** A template as the rows of the posture read it: what is the archive's own, and what its resources have to do with one another. */

import { Permissions } from '../simulator/permissions/permissions';
import { documentOf, Policies, PolicyDocument } from '../simulator/permissions/policies';
import { Properties } from '../simulator/template/properties';
import type { SimulatedResource, SimulatedTemplate } from '../simulator/template/template';

/** What holds data, or is needed to write it, by its type; roles and their policies are found by their use. */
const KEPT_TYPES = [
  'AWS::KinesisFirehose::DeliveryStream', 'AWS::Logs::LogGroup', 'AWS::Logs::LogStream', 'AWS::S3::Bucket', 'AWS::S3::BucketPolicy',
  'AWS::SQS::Queue', 'AWS::SQS::QueuePolicy',
];

/** A template, without what the archive was given. */
export class AuditedArchive {
  public readonly permissions: Permissions;

  public constructor(public readonly template: SimulatedTemplate, private readonly given: readonly string[]) {
    this.permissions = new Permissions(template);
  }

  public ofType(type: string): SimulatedResource[] {
    return this.template.ofType(type).filter(({ logicalId }) => !this.given.includes(logicalId));
  }

  public get resources(): SimulatedResource[] {
    return this.template.resources.filter(({ logicalId }) => !this.given.includes(logicalId));
  }

  public get account(): string {
    return this.template.environment.account;
  }

  /** The resources of a type whose properties do not hold. */
  public without(type: string, holds: (properties: Properties, resource: SimulatedResource) => boolean): SimulatedResource[] {
    return this.ofType(type).filter(resource => !holds(Properties.of(resource), resource));
  }

  /** The buckets that a stream or a trail writes to. */
  public get archiveBuckets(): SimulatedResource[] {
    const written = this.streams.map(stream => stream.text('BucketARN'));
    const logged = this.template.ofType('AWS::CloudTrail::Trail').map(trail => Properties.of(trail).text('S3BucketName'));
    return this.ofType('AWS::S3::Bucket').filter(({ ref, attributes }) => written.includes(attributes.Arn) || logged.includes(ref));
  }

  /** The buckets that others name for their access logs. */
  public get logBuckets(): SimulatedResource[] {
    const named = this.template.ofType('AWS::S3::Bucket').map(bucket => loggingOf(bucket)?.optionalText('DestinationBucketName'));
    return this.template.ofType('AWS::S3::Bucket').filter(({ ref }) => named.includes(ref));
  }

  /** The queues for what could not be processed on a bus. */
  public get busQueues(): SimulatedResource[] {
    const named = this.template.ofType('AWS::Events::EventBus').map(bus => Properties.of(bus).optionalObject('DeadLetterConfig')?.text('Arn'));
    return this.template.ofType('AWS::SQS::Queue').filter(({ attributes }) => named.includes(attributes.Arn));
  }

  /** What each stream says of where it writes. */
  public get streams(): Properties[] {
    return this.template.ofType('AWS::KinesisFirehose::DeliveryStream').map(stream => Properties.of(stream).object('ExtendedS3DestinationConfiguration'));
  }

  public bucketPolicy({ ref }: SimulatedResource): Policies {
    return this.policies('AWS::S3::BucketPolicy', policy => policy.text('Bucket') === ref);
  }

  public queuePolicy({ ref }: SimulatedResource): Policies {
    return this.policies('AWS::SQS::QueuePolicy', policy => policy.texts('Queues').includes(ref));
  }

  private policies(type: string, concerns: (policy: Properties) => boolean): Policies {
    const documents: PolicyDocument[] = this.template.ofType(type)
      .filter(policy => concerns(Properties.of(policy)))
      .map(policy => documentOf(policy, 'PolicyDocument'));
    return new Policies('resource', documents);
  }
}

/** What stays when the stack goes. */
export function keptResources(archive: AuditedArchive): SimulatedResource[] {
  const writers = archive.streams.map(stream => stream.text('RoleARN'));
  const roles = archive.ofType('AWS::IAM::Role').filter(({ attributes }) => writers.includes(attributes.Arn));
  const policies = archive.ofType('AWS::IAM::ManagedPolicy').filter(policy => roles.some(({ ref }) => Properties.of(policy).texts('Roles').includes(ref)));
  return [...KEPT_TYPES.flatMap(type => archive.ofType(type)), ...roles, ...policies];
}

/** Where a bucket has its requests logged. */
export function loggingOf(bucket: SimulatedResource): Properties | undefined {
  return Properties.of(bucket).optionalObject('LoggingConfiguration');
}

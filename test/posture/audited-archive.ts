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

/** What a resource needs from its first moment, be it named or not. */
export function prerequisitesOf({ template }: AuditedArchive, resource: SimulatedResource): SimulatedResource[] {
  const properties = Properties.of(resource);
  const policiesOf = (roles: string[]) => {
    const names = template.ofType('AWS::IAM::Role').filter(({ attributes }) => roles.includes(attributes.Arn)).map(({ ref }) => ref);
    const policies = [...template.ofType('AWS::IAM::ManagedPolicy'), ...template.ofType('AWS::IAM::Policy')];
    return policies.filter(policy => Properties.of(policy).texts('Roles').some(name => names.includes(name)));
  };
  // A role serves several streams, and need not wait for the policies of the others.
  const naming = (policies: SimulatedResource[], names: (string | undefined)[]) => policies.filter(policy => {
    const document = JSON.stringify(policy.properties.PolicyDocument);
    return names.some(name => name !== undefined && document.includes(name));
  });
  switch (resource.type) {
    case 'AWS::Glue::Table': return template.ofType('AWS::Glue::Database').filter(({ ref }) => ref === properties.text('DatabaseName'));
    case 'AWS::Events::Rule': return properties.objects('Targets').flatMap(target => {
      const arn = target.text('Arn');
      const stream = template.ofType('AWS::KinesisFirehose::DeliveryStream').find(({ attributes }) => attributes.Arn === arn);
      const key = stream && Properties.of(stream).optionalObject('DeliveryStreamEncryptionConfigurationInput')?.optionalText('KeyARN');
      return naming(policiesOf(target.texts('RoleArn')), [arn, key]);
    });
    case 'AWS::KinesisFirehose::DeliveryStream': {
      const destination = properties.object('ExtendedS3DestinationConfiguration');
      return naming(policiesOf(destination.texts('RoleARN')), [destination.text('BucketARN'), destination.optionalObject('CloudWatchLoggingOptions')?.text('LogStreamName')]);
    }
    case 'AWS::CloudTrail::Trail': return [
      ...template.ofType('AWS::S3::BucketPolicy').filter(policy => Properties.of(policy).text('Bucket') === properties.text('S3BucketName')),
      ...template.ofType('AWS::SNS::TopicPolicy').filter(policy => Properties.of(policy).texts('Topics').includes(resource.attributes.SnsTopicArn)),
    ];
    case 'AWS::Logs::DeliveryDestination': return template.ofType('AWS::Logs::ResourcePolicy');
    default: return [];
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

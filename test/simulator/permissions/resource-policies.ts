/** The policies that the resources of a template have themselves: who may take a role, and use a bucket, a queue, a topic or a function. */

import { documentOf, Policies, PolicyDocument } from './policies';
import type { JsonObject } from '../engines';
import { Properties } from '../template/properties';
import type { SimulatedResource, SimulatedTemplate } from '../template/template';

/** Resource policies, by the resource's ARN; `undefined` for a resource from elsewhere. */
export class ResourcePolicies {
  private readonly roles: ReadonlyMap<string, Policies>;
  private readonly buckets: ReadonlyMap<string, Policies>;
  private readonly queues: ReadonlyMap<string, Policies>;

  public constructor(private readonly template: SimulatedTemplate) {
    this.roles = new Map(template.ofType('AWS::IAM::Role')
      .map(role => [role.attributes.Arn, new Policies('trust', [documentOf(role, 'AssumeRolePolicyDocument')])]));
    this.buckets = new Map(template.ofType('AWS::S3::Bucket')
      .map(({ ref, attributes }) => [attributes.Arn, this.attached('AWS::S3::BucketPolicy', policy => policy.text('Bucket') === ref)]));
    this.queues = new Map(template.ofType('AWS::SQS::Queue')
      .map(({ ref, attributes }) => [attributes.Arn, this.attached('AWS::SQS::QueuePolicy', policy => policy.texts('Queues').includes(ref))]));
  }

  public ofRole(arn: string): Policies | undefined {
    return this.roles.get(arn);
  }

  /** A bucket's policy, by its own ARN or that of an object in it. */
  public ofBucket(arn: string): Policies | undefined {
    return this.buckets.get(bucketArn(arn));
  }

  public ofQueue(arn: string): Policies | undefined {
    return this.queues.get(arn);
  }

  public ofTopic(arn: string): Policies | undefined {
    if (!this.template.ofType('AWS::SNS::Topic').some(({ ref }) => ref === arn)) return undefined;
    return this.attached('AWS::SNS::TopicPolicy', policy => policy.texts('Topics').includes(arn));
  }

  public ofFunction(arn: string): Policies | undefined {
    const found = this.template.ofType('AWS::Lambda::Function').find(({ attributes }) => attributes.Arn === arn);
    return found && new Policies('resource', this.template.ofType('AWS::Lambda::Permission')
      .filter(permission => [arn, found.ref].includes(Properties.of(permission).text('FunctionName')))
      .map(permission => ({ document: statementOf(permission, arn), where: permission.logicalId })));
  }

  private attached(type: string, concerns: (policy: Properties) => boolean): Policies {
    const documents = this.template.ofType(type).filter(policy => concerns(Properties.of(policy)));
    return new Policies('resource', documents.map((policy): PolicyDocument => documentOf(policy, 'PolicyDocument')));
  }
}

/** The name of an event bus, by its ARN. */
export function nameOfBus(arn: string): string {
  return arn.slice(arn.indexOf(':event-bus/') + ':event-bus/'.length);
}

/** The statements of a template on the policy of an event bus: each is a resource of its own, and one by the same id takes another's place. */
export function busPolicy(template: SimulatedTemplate, arn: string): PolicyDocument[] {
  const policies = template.ofType('AWS::Events::EventBusPolicy').map(resource => ({ resource, properties: Properties.of(resource) }))
    .filter(({ properties }) => (properties.optionalText('EventBusName') ?? 'default') === nameOfBus(arn));
  const ids = policies.map(({ properties }) => properties.text('StatementId'));
  return policies.map(({ resource, properties }, index) => {
    const id = ids[index];
    const statement = properties.object('Statement').json;
    if (!/^[a-zA-Z0-9_-]{1,64}$/.test(id)) properties.fail('StatementId', `EventBridge takes no ${id}`);
    if (ids.indexOf(id) !== index) properties.fail('StatementId', `${id} names another statement on the bus, whose place this one would take`);
    if (statement.Sid !== undefined && statement.Sid !== id) properties.fail('Statement.Sid', `${JSON.stringify(statement.Sid)} is not the StatementId ${id}`);
    return { document: { Statement: [statement] }, where: resource.logicalId };
  });
}

/** A bucket's ARN, from its own or that of an object in it. */
export function bucketArn(arn: string): string {
  return arn.split('/')[0];
}

/** The statement that Lambda makes of a permission. @see https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html */
function statementOf(permission: SimulatedResource, functionArn: string): JsonObject {
  const properties = Properties.of(permission);
  const sourceArn = properties.optionalText('SourceArn');
  const sourceAccount = properties.optionalText('SourceAccount');
  return {
    Statement: [{
      Effect: 'Allow',
      Principal: { Service: properties.text('Principal') },
      Action: properties.text('Action'),
      Resource: functionArn,
      Condition: {
        ...sourceArn !== undefined && { ArnLike: { 'aws:SourceArn': sourceArn } },
        ...sourceAccount !== undefined && { StringEquals: { 'aws:SourceAccount': sourceAccount } },
      },
    }],
  };
}

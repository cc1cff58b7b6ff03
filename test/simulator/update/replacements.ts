/**
 * Which changes of a resource make CloudFormation replace it, and which it can make in no way. Listed from CloudFormation's schemas, as
 * `@aws-cdk/aws-service-spec` 0.1.216 has them, for the properties that the simulator knows.
 */

import type { Json, JsonObject } from '../engines';
import { KNOWN_RESOURCES } from '../template/known-resources';
import type { SimulatedResource } from '../template/template';

/** The properties by which a resource is replaced, by its type. A type that is not listed cannot be updated here. */
export const REPLACED_BY: { readonly [type: string]: readonly string[] } = {
  'AWS::Athena::NamedQuery': ['Database', 'Description', 'Name', 'QueryString', 'WorkGroup'],
  'AWS::Athena::WorkGroup': ['Name'],
  'AWS::CDK::Metadata': [],
  'AWS::CloudTrail::Trail': ['TrailName'],
  'AWS::CloudWatch::Alarm': ['AlarmName'],
  'AWS::CloudWatch::CompositeAlarm': ['AlarmName'],
  'AWS::CloudWatch::Dashboard': ['DashboardName'],
  'AWS::Events::ApiDestination': ['Name'],
  'AWS::Events::Archive': ['ArchiveName', 'SourceArn'],
  'AWS::Events::Connection': ['Name'],
  'AWS::Events::EventBus': ['EventSourceName', 'Name'],
  'AWS::Events::EventBusPolicy': ['EventBusName', 'StatementId'],
  'AWS::Events::Rule': ['EventBusName', 'Name'],
  'AWS::Glue::Database': ['CatalogId', 'DatabaseInput.Name', 'DatabaseName'],
  'AWS::Glue::Table': ['CatalogId', 'DatabaseName', 'TableInput.Name'],
  'AWS::IAM::Group': ['GroupName'],
  'AWS::IAM::ManagedPolicy': ['Description', 'ManagedPolicyName', 'Path'],
  'AWS::IAM::Policy': [],
  'AWS::IAM::Role': ['Path', 'RoleName'],
  'AWS::IAM::User': ['UserName'],
  'AWS::KMS::Alias': ['AliasName'],
  'AWS::KMS::Key': [],
  'AWS::KinesisFirehose::DeliveryStream': ['DeliveryStreamName', 'DeliveryStreamType'],
  'AWS::Lambda::EventSourceMapping': ['EventSourceArn', 'StartingPosition'],
  'AWS::Lambda::Function': ['FunctionName', 'PackageType'],
  'AWS::Lambda::Permission': ['Action', 'EventSourceToken', 'FunctionName', 'FunctionUrlAuthType', 'Principal', 'PrincipalOrgID', 'SourceAccount', 'SourceArn'],
  'AWS::Logs::Delivery': ['DeliveryDestinationArn', 'DeliverySourceName'],
  'AWS::Logs::DeliveryDestination': ['DeliveryDestinationType', 'DestinationResourceArn', 'Name', 'OutputFormat'],
  'AWS::Logs::DeliverySource': ['Name'],
  'AWS::Logs::LogGroup': ['LogGroupName'],
  'AWS::Logs::LogStream': ['LogGroupName', 'LogStreamName'],
  'AWS::Logs::ResourcePolicy': ['PolicyName'],
  'AWS::S3::Bucket': ['BucketName', 'ObjectLockEnabled'],
  'AWS::S3::BucketPolicy': ['Bucket'],
  'AWS::SNS::Subscription': ['Endpoint', 'Protocol', 'TopicArn'],
  'AWS::SNS::Topic': ['FifoTopic', 'TopicName'],
  'AWS::SNS::TopicPolicy': [],
  'AWS::SQS::Queue': ['FifoQueue', 'QueueName'],
  'AWS::SQS::QueuePolicy': [],
  'AWS::SecretsManager::Secret': ['Name'],
};

/**
 * What a service refuses to change, though its schema has it as a change in place.
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutDeliverySource.html
 */
const REFUSED: { readonly [type: string]: readonly string[] } = {
  'AWS::Logs::DeliverySource': ['ResourceArn'],
};

/** The first property whose change replaces the resource. */
export function replacingProperty(before: SimulatedResource, after: SimulatedResource): string | undefined {
  if (!Object.hasOwn(REPLACED_BY, after.type)) throw new Error(`${after.logicalId}: the simulator does not know which changes replace a ${after.type}`);
  return REPLACED_BY[after.type].find(path => differs(before, after, path));
}

/** The first property whose change the service refuses. */
export function refusedProperty(before: SimulatedResource, after: SimulatedResource): string | undefined {
  return REFUSED[after.type]?.find(path => differs(before, after, path));
}

/** The types that are known and not listed. */
export function unlistedTypes(): string[] {
  return Object.keys(KNOWN_RESOURCES).filter(type => !Object.hasOwn(REPLACED_BY, type));
}

/** Whether two values are the same JSON, in whatever order their keys are. */
export function isSame(one: Json | undefined, other: Json | undefined): boolean {
  return canonical(one) === canonical(other);
}

/** The value at a path of properties. */
export function valueAt(properties: Json | undefined, path: string): Json | undefined {
  return path.split('.').reduce<Json | undefined>((value, name) => (isObject(value) ? value[name] : undefined), properties);
}

function differs(before: SimulatedResource, after: SimulatedResource, path: string): boolean {
  return !isSame(valueAt(before.properties, path), valueAt(after.properties, path));
}

function canonical(value: Json | undefined): string | undefined {
  const sorted = (object: JsonObject) => Object.fromEntries(Object.entries(object).sort(([a], [b]) => a < b ? -1 : 1));
  return JSON.stringify(value, (_key, part: Json) => isObject(part) ? sorted(part) : part);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

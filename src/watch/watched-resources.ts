// Which resources are watched for tampering: all that stand below the archive, by their type.

import { CfnResource, Fn, Stack, Token } from 'aws-cdk-lib';
import type * as athena from 'aws-cdk-lib/aws-athena';
import type * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as events from 'aws-cdk-lib/aws-events';
import type * as glue from 'aws-cdk-lib/aws-glue';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as firehose from 'aws-cdk-lib/aws-kinesisfirehose';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { IConstruct } from 'constructs';
import { ARN_BEFORE_NAME, MAX_STACK_NAME, RecordedValue, TamperCalls, text } from './recorded-calls';
import {
  alarmCalls, aliasCalls, apiDestinationCalls, bucketCalls, busCalls, busNames, busPolicyCalls, connectionCalls, databaseCalls,
  dataCatalogCalls, eventArchiveCalls, keyCalls, logDeliveryCalls, logDeliveryEndCalls, logGroupCalls, logPolicyCalls, namedQueryCalls, objectCalls,
  policyCalls, queueCalls, roleCalls, ruleCalls, streamCalls, topicCalls, trailCalls, workGroupCalls,
} from './tamper-calls';
import { isKnown } from '../private/validate';

/** CloudFormation adds a hyphen and twelve characters to the names that it makes, and a hyphen between their parts. */
const ADDED_TO_GENERATED_NAMES = 14;

/** A row: the calls on a resource of a type. */
type Row<T extends CfnResource = CfnResource> = (resource: T) => TamperCalls[];

/** The resource types that can stand below an archive, with the calls on them. */
const ROWS: { readonly [type: string]: Row<any> } = {
  'AWS::S3::Bucket': (bucket: s3.CfnBucket) => {
    const name = text(bucket.ref, longest(bucket, bucket.bucketName, 63));
    return [...bucketCalls(name), ...objectCalls(name)];
  },
  'AWS::KinesisFirehose::DeliveryStream': (stream: firehose.CfnDeliveryStream) => streamCalls(text(stream.ref, longest(stream, stream.deliveryStreamName, 64))),
  'AWS::Events::Rule': (rule: events.CfnRule) => {
    const bus = busOf(rule.eventBusName);
    return [...ruleCalls(text(ruleName(rule), longest(rule, rule.name, 64)), busNames(bus)), ...busCalls(bus)];
  },
  'AWS::Events::EventBus': (bus: events.CfnEventBus) => busCalls(text(bus.ref, longest(bus, bus.name, 256))),
  'AWS::Events::EventBusPolicy': (policy: events.CfnEventBusPolicy) => busPolicyCalls(busNames(busOf(policy.eventBusName))),
  'AWS::Events::Archive': (archive: events.CfnArchive) => eventArchiveCalls(text(archive.ref, longest(archive, archive.archiveName, 48))),
  'AWS::Events::Connection': (connection: events.CfnConnection) => connectionCalls(text(connection.ref, longest(connection, connection.name, 64))),
  'AWS::Events::ApiDestination': (destination: events.CfnApiDestination) => apiDestinationCalls(text(destination.ref, longest(destination, destination.name, 64))),
  'AWS::SQS::Queue': (queue: sqs.CfnQueue) => queueCalls(Stack.of(queue).account, queue.attrQueueName, queue.attrArn, longest(queue, queue.queueName, 80)),
  'AWS::KMS::Key': (key: kms.CfnKey) => keyCalls(key.ref, key.attrArn),
  'AWS::KMS::Alias': (alias: kms.CfnAlias) => aliasCalls(text(alias.ref, longest(alias, alias.aliasName, 256))),
  'AWS::Glue::Database': (database: glue.CfnDatabase) => databaseCalls(database.ref, longest(database, (database.databaseInput as glue.CfnDatabase.DatabaseInputProperty).name, 255)),
  'AWS::Athena::WorkGroup': (workGroup: athena.CfnWorkGroup) => workGroupCalls(text(workGroup.ref, longest(workGroup, workGroup.name, 128))),
  'AWS::Athena::NamedQuery': (query: athena.CfnNamedQuery) => namedQueryCalls(text(query.ref, 36)),
  'AWS::Athena::DataCatalog': (catalog: athena.CfnDataCatalog) => dataCatalogCalls(text(catalog.ref, longest(catalog, catalog.name, 256))),
  'AWS::CloudTrail::Trail': (trail: cloudtrail.CfnTrail) => {
    const name = longest(trail, trail.trailName, 128);
    return trailCalls([text(trail.ref, name), text(trail.attrArn, ARN_BEFORE_NAME + 'trail/'.length + name)]);
  },
  'AWS::Logs::LogGroup': (group: logs.CfnLogGroup) => logGroupCalls(group.ref, group.attrArn, longest(group, group.logGroupName, 512)),
  'AWS::Logs::Delivery': (delivery: logs.CfnDelivery) => logDeliveryCalls(text(delivery.attrDeliveryId, 64)),
  'AWS::Logs::DeliverySource': (source: logs.CfnDeliverySource) => logDeliveryEndCalls('Source', text(source.ref, longest(source, source.name, 60))),
  'AWS::Logs::DeliveryDestination': (destination: logs.CfnDeliveryDestination) =>
    logDeliveryEndCalls('Destination', text(destination.ref, longest(destination, destination.name, 60))),
  'AWS::Logs::ResourcePolicy': (policy: logs.CfnResourcePolicy) => logPolicyCalls(text(policy.ref, longest(policy, policy.policyName, 255))),
  'AWS::CloudWatch::Alarm': (alarm: cloudwatch.CfnAlarm) => alarmCalls(text(alarm.ref, longest(alarm, alarm.alarmName, 255))),
  'AWS::CloudWatch::CompositeAlarm': (alarm: cloudwatch.CfnCompositeAlarm) => alarmCalls(text(alarm.ref, longest(alarm, alarm.alarmName, 255))),
  'AWS::IAM::Role': (role: iam.CfnRole) => roleCalls(role.ref, longest(role, role.roleName, 64)),
  'AWS::IAM::ManagedPolicy': (policy: iam.CfnManagedPolicy) => policyCalls(policy.ref, longest(policy, policy.managedPolicyName, 128)),
  'AWS::SNS::Topic': (topic: sns.CfnTopic) => topicCalls(topic.ref, ARN_BEFORE_NAME + longest(topic, topic.topicName, 256)),
};

/** The resource types that need no row, and why. */
export const WITHOUT_ROW: { readonly [type: string]: string } = {
  'AWS::S3::BucketPolicy': 'calls on it name the bucket',
  'AWS::SQS::QueuePolicy': 'calls on it name the queue',
  'AWS::SNS::TopicPolicy': 'calls on it name the topic',
  'AWS::SNS::Subscription': 'calls on it name the topic, in the ARN of the subscription',
  'AWS::Logs::LogStream': 'calls on it name the log group',
  'AWS::Glue::Table': 'calls on it name the database',
  'AWS::IAM::Policy': 'it belongs to a role, which calls on it name',
  'AWS::Lambda::Permission': 'it belongs to a function, which is the user\'s',
  'AWS::CloudWatch::Dashboard': 'it shows, and holds nothing',
};

/** Whether resources of a type are watched. */
export function isWatched(type: string): boolean {
  return Object.hasOwn(ROWS, type);
}

/** The calls on what stands below a construct, but for some resources. */
export function callsOnResourcesBelow(root: IConstruct, except: ReadonlySet<IConstruct>): TamperCalls[] {
  return root.node.findAll()
    .filter((child): child is CfnResource => CfnResource.isCfnResource(child) && !except.has(child) && isWatched(child.cfnResourceType))
    .flatMap(resource => ROWS[resource.cfnResourceType](resource));
}

/** On another bus than the default, `Ref` is `bus|rule`. @see https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1131 */
function ruleName(rule: events.CfnRule): string {
  return busOf(rule.eventBusName) ? Fn.select(1, Fn.split('|', rule.ref)) : rule.ref;
}

/** The bus, unless it is the default. */
function busOf(name: string | undefined): RecordedValue | undefined {
  return name === undefined || name === 'default' ? undefined : text(name, isKnown(name) ? name.length : 256);
}

/** How long the name of a resource can be: what is given, or what CloudFormation makes of the stack's name and the logical id. */
function longest(resource: CfnResource, given: string | undefined, maximum: number): number {
  const stack = Stack.of(resource);
  // CDK's own constructs give a token that comes to nothing.
  const name = stack.resolve(given) as unknown;
  if (name !== undefined) return typeof name === 'string' ? name.length : maximum;
  const { stackName } = stack;
  const logicalId = stack.resolve(resource.logicalId) as string;
  return Math.min(maximum, (Token.isUnresolved(stackName) ? MAX_STACK_NAME : stackName.length) + logicalId.length + ADDED_TO_GENERATED_NAMES);
}

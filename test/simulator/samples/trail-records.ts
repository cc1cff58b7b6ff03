/** Records as CloudTrail writes them into log files, of every category, as far as a trail's selectors look at them. */

import type { JsonObject } from '../engines';
import { Properties } from '../template/properties';
import type { SimulatedTemplate } from '../template/template';

/** Somebody of the account. */
const SOMEBODY = 'arn:aws:sts::123456789012:assumed-role/Somebody/session';

/** What anybody may have done: a call that writes, unless the changes say otherwise. */
export function aRecord(category: string, eventSource: string, eventName: string, changes: JsonObject = {}): JsonObject {
  return {
    eventVersion: '1.11',
    userIdentity: { type: 'AssumedRole', arn: SOMEBODY, accountId: '123456789012' },
    eventTime: '2026-11-19T12:00:00Z',
    eventSource,
    eventName,
    awsRegion: 'us-east-1',
    sourceIPAddress: '192.0.2.1',
    readOnly: false,
    eventType: category === 'NetworkActivity' ? 'AwsVpceEvents' : 'AwsApiCall',
    managementEvent: category === 'Management',
    recipientAccountId: '123456789012',
    eventCategory: category,
    ...changes,
  };
}

/** A management event. */
export function aCall(service: string, eventName: string, changes?: JsonObject): JsonObject {
  return aRecord('Management', `${service}.amazonaws.com`, eventName, changes);
}

/** A data event on an object of a bucket. */
export function onObject(eventName: string, bucketArn: string, key: string, changes: JsonObject = {}): JsonObject {
  const resources: JsonObject[] = [{ type: 'AWS::S3::Object', ARN: `${bucketArn}/${key}` }, { accountId: '123456789012', type: 'AWS::S3::Bucket', ARN: bucketArn }];
  return aRecord('Data', 's3.amazonaws.com', eventName, { resources, ...changes });
}

/** A data event on many objects of a bucket, such as DeleteObjects: it has no ARN of an object. */
export function onObjects(eventName: string, bucketArn: string): JsonObject {
  const resources: JsonObject[] = [{ type: 'AWS::S3::Object', ARNPrefix: `${bucketArn}/` }, { accountId: '123456789012', type: 'AWS::S3::Bucket', ARN: bucketArn }];
  return aRecord('Data', 's3.amazonaws.com', eventName, { resources });
}

/** A data event on a resource that is not in S3. */
export function onResource(type: string, arn: string, eventName: string, changes: JsonObject = {}): JsonObject {
  const eventSource = `${type.split('::')[1].toLowerCase()}.amazonaws.com`;
  return aRecord('Data', eventSource, eventName, { resources: [{ accountId: '123456789012', type, ARN: arn }], ...changes });
}

/** A call through a VPC endpoint. */
export function throughEndpoint(service: string, eventName: string, changes: JsonObject = {}): JsonObject {
  return aRecord('NetworkActivity', `${service}.amazonaws.com`, eventName, { vpcEndpointId: 'vpce-0123456789abcdef0', ...changes });
}

/** Unusual activity. */
export function anInsight(insightType: string): JsonObject {
  const { eventSource, eventName, userIdentity, ...rest } = aRecord('Insight', 'ec2.amazonaws.com', 'RunInstances');
  return { ...rest, eventType: 'AwsCloudTrailInsight', insightDetails: { state: 'Start', eventSource, eventName, insightType, insightContext: {} } };
}

/** What can happen to the buckets, streams and queues of a template, to others, and elsewhere: what trails of it are told apart by. */
export function recordsAbout(template: SimulatedTemplate): JsonObject[] {
  const arns = (type: string, other: string) => [...template.ofType(type).map(({ attributes }) => attributes.Arn), other];
  const writers = ['Somebody', ...template.ofType('AWS::IAM::Role').flatMap(({ ref }) => [ref, `${ref}-2`])]
    .map(name => ({ userIdentity: { type: 'AssumedRole', arn: `arn:aws:sts::123456789012:assumed-role/${name}/session` } }));
  return [
    ...['us-east-1', 'eu-west-1'].flatMap(awsRegion => [
      ...['ec2', 'iam', 'kms', 'rdsdata', 'glue'].flatMap(service => [true, false].map(readOnly => aCall(service, 'AnyCall', { awsRegion, readOnly }))),
      ...['kms', 's3', 'ec2'].flatMap(service => [throughEndpoint(service, 'AnyCall', { awsRegion }), throughEndpoint(service, 'Denied', { awsRegion, errorCode: 'VpceAccessDenied' })]),
    ]),
    ...['ApiCallRateInsight', 'ApiErrorRateInsight'].map(anInsight),
    ...arns('AWS::S3::Bucket', 'arn:aws:s3:::another').flatMap(bucket => [bucket, `${bucket}-2`]).flatMap(bucket => [
      ...['DeleteObject', 'PutObjectRetention', 'PutObjectLegalHold', 'PutObjectAcl', 'UpdateObjectEncryption', 'GetObject']
        .flatMap(name => ['events/x', 'audit/events/x', 'other/x', ...accessLogFolders(template).map(folder => `${folder}x`)].map(key => onObject(name, bucket, key, { readOnly: name === 'GetObject' }))),
      ...['PutObject', 'CopyObject', 'CompleteMultipartUpload'].flatMap(name => ['events/x', 'audit/events/x'].flatMap(key => writers.map(writer => onObject(name, bucket, key, writer)))),
      onObjects('DeleteObjects', bucket),
    ]),
    ...arns('AWS::KinesisFirehose::DeliveryStream', 'arn:aws:firehose:us-east-1:123456789012:deliverystream/another')
      .flatMap(stream => ['PutRecord', 'PutRecordBatch'].map(name => onResource('AWS::KinesisFirehose::DeliveryStream', stream, name))),
    ...arns('AWS::SQS::Queue', 'arn:aws:sqs:us-east-1:123456789012:another')
      .flatMap(queue => ['SendMessage', 'SendMessageBatch', 'DeleteMessage'].map(name => onResource('AWS::SQS::Queue', queue, name))),
    ...['orders', 'others'].flatMap(table => ['GetItem', 'PutItem']
      .map(name => onResource('AWS::DynamoDB::Table', `arn:aws:dynamodb:us-east-1:123456789012:table/${table}`, name, { readOnly: name === 'GetItem' }))),
  ];
}

/** Where buckets have their requests logged. */
function accessLogFolders(template: SimulatedTemplate): string[] {
  return template.ofType('AWS::S3::Bucket').flatMap(bucket => Properties.of(bucket).optionalObject('LoggingConfiguration')?.optionalText('LogFilePrefix') ?? []);
}

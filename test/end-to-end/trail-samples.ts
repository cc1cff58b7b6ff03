// An archive beside a trail's log files, and API calls that are in the one, in the other, or in both.

import { randomUUID } from 'node:crypto';
import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { FIRST_DATE } from './recent-archive';
import { ArchiveTarget } from '../../src/capture/archive-target';
import { CaptureOptions } from '../../src/capture/capture';
import { Captures } from '../../src/capture/captures';
import { Catalog, EVENTS_VIEW } from '../../src/catalog/catalog';
import { DELIVERY_ERRORS } from '../../src/catalog/delivery-errors';
import { Delivery } from '../../src/delivery/delivery';
import { defaultPartitionKeys } from '../../src/layout/layout';
import { Layouts } from '../../src/layout/layouts';
import type { TrailLogs } from '../../src/layout/trail-logs';
import { Query } from '../../src/query/query';
import { DeadLetterQueue } from '../../src/rules/dead-letter-queue';
import { Storage } from '../../src/storage/storage';
import type { EventToSend } from '../simulator/demo/events-file';
import type { JsonObject } from '../simulator/engines';

export const ACCOUNT = '123456789012';
export const REGION = 'us-east-1';

/** What differs from a trail of all Regions in one account, beside an archive of everything. */
export interface ArchiveWithTrailProps extends CaptureOptions {
  readonly logs?: Partial<Omit<TrailLogs, 'bucket'>>;
}

/** The template of an archive with a table over the log files of a trail. The trail's bucket is `trail-logs`. */
export function archiveWithTrail({ logs: given, ...capture }: ArchiveWithTrailProps = {}): object {
  const stack = new Stack(new App(), 'Test');
  const archive = new Construct(stack, 'Audit');
  const removalPolicy = RemovalPolicy.RETAIN;
  const layouts = Layouts.of(defaultPartitionKeys(), { firstDate: FIRST_DATE });
  const logs: TrailLogs = { bucket: new s3.Bucket(stack, 'TrailLogs', { bucketName: TRAIL_BUCKET }), prefix: '', accounts: [stack.account], ...given };
  const { location, accessLogs } = new Storage(archive, 'Storage', { layouts, removalPolicy });
  const catalog = new Catalog(archive, 'Catalog', { location, layouts });
  catalog.addTrailLogs(logs);
  const delivery = new Delivery(archive, 'Delivery', { location, layout: layouts.current, removalPolicy });
  const deadLetters = new DeadLetterQueue(archive, 'DeadLetters', { prop: 'delivery.deadLetterQueue', rulesProp: 'eventPatterns', removalPolicy });
  const target = new ArchiveTarget(archive, 'Target', { stream: delivery.stream, deadLetters });
  const ownRoleArns = [delivery.role.roleArn, target.role.roleArn];
  new Captures(archive, { target, ownRoleArns }).addFirst(capture);
  new Query(archive, 'Query', {
    accessLogs,
    databaseName: catalog.databaseName,
    eventsView: EVENTS_VIEW,
    deliveryErrorsView: DELIVERY_ERRORS.name,
    layouts,
    trail: { logs, includeReadOnlyApiCalls: capture.includeReadOnlyApiCalls ?? false, ownRoleArns },
    removalPolicy,
  });
  return Template.fromStack(stack).toJSON();
}

export const TRAIL_BUCKET = 'trail-logs';

/** A record as CloudTrail writes it; what is given replaces what it has. */
export function aRecord(fields: JsonObject = {}): JsonObject {
  return {
    eventVersion: '1.11',
    userIdentity: {
      type: 'AssumedRole',
      principalId: 'AROAEXAMPLE:ann',
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Admin/ann`,
      accountId: ACCOUNT,
      sessionContext: {
        sessionIssuer: { type: 'Role', principalId: 'AROAEXAMPLE', arn: `arn:aws:iam::${ACCOUNT}:role/Admin`, accountId: ACCOUNT, userName: 'Admin' },
        webIdFederationData: {},
        attributes: { creationDate: '2026-11-21T08:00:00Z', mfaAuthenticated: 'true' },
      },
    },
    eventTime: '2026-11-21T09:00:00Z',
    eventSource: 's3.amazonaws.com',
    eventName: 'CreateBucket',
    awsRegion: REGION,
    sourceIPAddress: '192.0.2.1',
    userAgent: 'aws-cli/2',
    requestParameters: { 'bucketName': 'records', 'Host': 's3.amazonaws.com', 'x-amz-acl': ['private', 1.10] },
    responseElements: null,
    requestID: 'EXAMPLE',
    eventID: randomUUID(),
    readOnly: false,
    resources: [{ ARN: 'arn:aws:s3:::records', accountId: ACCOUNT, type: 'AWS::S3::Bucket' }],
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: ACCOUNT,
    eventCategory: 'Management',
    tlsDetails: { tlsVersion: 'TLSv1.3', cipherSuite: 'TLS_AES_128_GCM_SHA256', clientProvidedHostHeader: 's3.amazonaws.com' },
    ...fields,
  };
}

/** The event by which EventBridge tells of a record; what is given replaces what it has. */
export function asEvent(record: JsonObject, fields: JsonObject = {}): EventToSend {
  const service = String(record.eventSource).replace('.amazonaws.com', '');
  return {
    event: {
      'version': '0',
      'id': randomUUID(),
      'detail-type': 'AWS API Call via CloudTrail',
      'source': `aws.${service}`,
      'account': record.recipientAccountId,
      'time': record.eventTime,
      'region': record.awsRegion,
      'resources': [],
      'detail': record,
      ...fields,
    },
  };
}

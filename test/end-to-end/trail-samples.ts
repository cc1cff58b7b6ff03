// An archive beside a trail's log files, and API calls that are in the one, in the other, or in both.

import { randomUUID } from 'node:crypto';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { FIRST_DATE } from './recent-archive';
import type { EventAuditArchiveProps, TrailOptions } from '../../src';
import type { EventToSend } from '../simulator/demo/events-file';
import type { JsonObject } from '../simulator/engines';
import { Extend, synthesize } from '../synthesize';

export const ACCOUNT = '123456789012';
export const REGION = 'us-east-1';

/** The template of an archive of everything with a trail of all Regions, or what is given. The trail's bucket is `trail-logs`. */
export function archiveWithTrail(trail: TrailOptions = {}, props: EventAuditArchiveProps = {}, more?: Extend): object {
  const nameBucket = ({ node }: Construct) => (node.findChild('Trail').node.findChild('LogFiles').node.defaultChild as s3.CfnBucket).bucketName = TRAIL_BUCKET;
  const extend: Extend = (archive, stack) => {
    nameBucket(archive);
    more?.(archive, stack);
  };
  return synthesize({ catalog: { firstDate: FIRST_DATE }, trail, ...props }, { extend }).template.toJSON();
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

/** What buckets have to do with an archive: where access logs and results go, and how long events stay. */

import type { DeliveryStreamConfiguration } from '../delivery/delivery-stream-configuration';
import type { ResourcePolicies } from '../permissions/resource-policies';
import { Properties } from '../template/properties';
import type { SimulatedResource, SimulatedTemplate } from '../template/template';

/**
 * CloudTrail keeps management events for so many days for everybody, without an archive.
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html
 */
const EVENT_HISTORY_DAYS = 90;

const LOGGING = { service: 'logging.s3.amazonaws.com' };

/**
 * The buckets whose access logs S3 could not deliver.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
 */
export function accessLogFaults(template: SimulatedTemplate, policies: ResourcePolicies): string[] {
  const buckets = template.ofType('AWS::S3::Bucket');
  return buckets.flatMap(bucket => {
    const logging = Properties.of(bucket).optionalObject('LoggingConfiguration');
    const destination = buckets.find(({ ref }) => ref === logging?.optionalText('DestinationBucketName'));
    if (!logging || !destination) return [];
    const resource = `${destination.attributes.Arn}/${logging.optionalText('LogFilePrefix') ?? ''}2026-11-30-00-00-00-0123456789ABCDEF`;
    const context = {
      'aws:securetransport': 'true', 's3:tlsversion': '1.3', 'aws:sourcearn': bucket.attributes.Arn, 'aws:sourceaccount': template.environment.account,
    };
    const request = { principal: LOGGING, action: 's3:PutObject', resource, context };
    if (policies.ofBucket(destination.attributes.Arn)?.verdict(request) === 'allowed') return [];
    return [`${bucket.logicalId}: has no access logs: the policy of ${destination.logicalId} does not let ${LOGGING.service} ${request.action} for it`];
  });
}

/** The workgroups that write the results of queries where the events are: who may query could then write there. */
export function resultsFaults(template: SimulatedTemplate, streams: readonly DeliveryStreamConfiguration[]): string[] {
  const buckets = streams.map(({ bucketArn }) => bucketArn.split(':::')[1]);
  return template.ofType('AWS::Athena::WorkGroup').flatMap(workGroup => {
    const location = Properties.of(workGroup).optionalObject('WorkGroupConfiguration')?.optionalObject('ResultConfiguration')?.optionalText('OutputLocation');
    const bucket = location?.split('/')[2];
    return bucket !== undefined && buckets.includes(bucket) ? [`${workGroup.logicalId}: writes the results of queries into the archive's bucket: ${location}`] : [];
  });
}

/** The buckets whose lifecycle deletes events sooner than they go from CloudTrail's own history. */
export function lifecycleNotes(template: SimulatedTemplate, streams: readonly DeliveryStreamConfiguration[]): string[] {
  return template.ofType('AWS::S3::Bucket').flatMap(bucket => {
    const writing = streams.filter(({ bucketArn }) => bucketArn === bucket.attributes.Arn);
    const folders = writing.flatMap(({ prefix, errorPrefix }) => [prefix.literal, errorPrefix.literal]);
    return expirationsOf(bucket)
      .filter(({ prefix, days }) => days < EVENT_HISTORY_DAYS && folders.some(folder => folder.startsWith(prefix) || prefix.startsWith(folder)))
      .map(({ prefix, days }) => `${bucket.logicalId}: S3 deletes what is below "${prefix}" after ${days === 1 ? 'a day' : `${days} days`}`);
  });
}

function expirationsOf(bucket: SimulatedResource): { readonly prefix: string; readonly days: number }[] {
  const rules = Properties.of(bucket).optionalObject('LifecycleConfiguration')?.objects('Rules') ?? [];
  return rules.filter(rule => rule.text('Status') === 'Enabled').flatMap(rule => {
    const days = rule.optionalNumber('ExpirationInDays');
    return days === undefined ? [] : [{ prefix: rule.optionalText('Prefix') ?? '', days }];
  });
}

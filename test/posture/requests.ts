/** Requests that nobody should make, and whether the policies of a template refuse them. */

import { AuditedArchive, loggingOf } from './audited-archive';
import { rootArn } from '../simulator/permissions/policies';
import type { RequestContext } from '../simulator/permissions/policy-conditions';
import type { SimulatedResource } from '../simulator/template/template';

/** What another account, or a part of one's own that has no business here, looks like. */
const OTHER_ACCOUNT = '999999999999';

const TLS: RequestContext = { 'aws:securetransport': 'true', 's3:tlsversion': '1.3' };
const BUCKET_ACTIONS = ['s3:ListBucket', 's3:PutBucketPolicy'];
const OBJECT_ACTIONS = ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'];

/** What would let a writer undo what it wrote, or the evidence of it. */
const DESTRUCTIVE_ACTIONS = [
  's3:BypassGovernanceRetention', 's3:DeleteObject', 's3:DeleteObjectVersion', 's3:PutObjectAcl', 's3:PutObjectLegalHold', 's3:PutObjectRetention',
];
const DESTRUCTIVE_BUCKET_ACTIONS = [
  's3:DeleteBucket', 's3:DeleteBucketPolicy', 's3:PutBucketObjectLockConfiguration', 's3:PutBucketPolicy', 's3:PutBucketVersioning', 's3:PutLifecycleConfiguration',
];

/** Somebody of the account who may do anything, as far as their own policies go. */
export function anyone({ template: { environment: { partition, account } } }: AuditedArchive): { readonly identity: string } {
  return { identity: `arn:${partition}:iam::${account}:role/Administrator` };
}

/** Whether a bucket takes requests by TLS 1.2 and later only. */
export function refusesInsecure(archive: AuditedArchive, bucket: SimulatedResource): boolean {
  const policy = archive.bucketPolicy(bucket);
  const { Arn: arn } = bucket.attributes;
  const requests = [...BUCKET_ACTIONS.map(action => ({ action, resource: arn })), ...OBJECT_ACTIONS.map(action => ({ action, resource: `${arn}/any/object` }))];
  return [anyone(archive), { service: 'logging.s3.amazonaws.com' }].every(principal => requests.every(request => {
    const isDenied = (context: RequestContext) => policy.verdict({ principal, ...request, context }) === 'denied';
    return isDenied({ ...TLS, 'aws:securetransport': 'false' }) && isDenied({ ...TLS, 's3:tlsversion': '1.1' }) && !isDenied({ ...TLS, 's3:tlsversion': '1.2' });
  }));
}

/** S3 may write below the bucket's prefix for this bucket, and neither elsewhere nor for anybody else. */
export function hasAccessLogs(archive: AuditedArchive, bucket: SimulatedResource): boolean {
  const logging = loggingOf(bucket);
  const [name, prefix] = [logging?.optionalText('DestinationBucketName'), logging?.optionalText('LogFilePrefix')];
  const destination = archive.template.ofType('AWS::S3::Bucket').find(({ ref }) => ref === name);
  if (!destination || !prefix) return false;
  const isAllowed = (key: string, source: string, account: string) => archive.bucketPolicy(destination).verdict({
    principal: { service: 'logging.s3.amazonaws.com' },
    action: 's3:PutObject',
    resource: `${destination.attributes.Arn}/${key}`,
    context: { ...TLS, 'aws:sourcearn': source, 'aws:sourceaccount': account },
  }) === 'allowed';
  const { Arn: arn } = bucket.attributes;
  return isAllowed(`${prefix}log`, arn, archive.account)
    && !isAllowed(`${prefix}log`, `${arn}-of-another`, archive.account)
    && !isAllowed(`${prefix}log`, arn, OTHER_ACCOUNT)
    && !isAllowed('elsewhere/log', arn, archive.account);
}

/** Whether a queue takes messages from another account, or from another service. */
export function isOpen(archive: AuditedArchive, queue: SimulatedResource): boolean {
  const { partition, region } = archive.template.environment;
  const { Arn: resource } = queue.attributes;
  const policy = archive.queuePolicy(queue);
  const foreignRule = { ...TLS, 'aws:sourcearn': `arn:${partition}:events:${region}:${OTHER_ACCOUNT}:rule/any`, 'aws:sourceaccount': OTHER_ACCOUNT };
  const isAllowed = (principal: { service: string } | { identity: string }, action: string, context: RequestContext) =>
    policy.verdict({ principal, action, resource, context }) === 'allowed';
  return isAllowed({ service: 'events.amazonaws.com' }, 'sqs:SendMessage', foreignRule)
    || isAllowed({ service: 's3.amazonaws.com' }, 'sqs:SendMessage', TLS)
    || isAllowed({ identity: rootArn(partition, OTHER_ACCOUNT) }, 'sqs:ReceiveMessage', TLS);
}

/** A service in whose trust there is a hole: it comes for another account, or for something else of this one. */
export function trustsOthers(archive: AuditedArchive, role: SimulatedResource): boolean {
  const { template: { environment: { partition, region } }, account } = archive;
  const arn = (service: string, place: string, owner: string) => `arn:${partition}:${service}:${place}:${owner}:rule/any`;
  const context = (sourceArn: string, sourceAccount: string): RequestContext => ({
    'aws:sourcearn': sourceArn, 'aws:sourceaccount': sourceAccount, 'sts:externalid': sourceAccount,
  });
  const holes = [
    context(arn('events', region, OTHER_ACCOUNT), OTHER_ACCOUNT),
    context(arn('events', region, account), OTHER_ACCOUNT),
  ];
  const eventsOnly = [
    context(arn('events', region, OTHER_ACCOUNT), account),
    context(arn('events', 'eu-north-1', account), account),
    context(arn('s3', region, account), account),
  ];
  const mayAssume = (service: string, requests: RequestContext[]) =>
    requests.some(request => archive.permissions.mayAssume(role.attributes.Arn, service, request));
  return mayAssume('firehose.amazonaws.com', holes) || mayAssume('events.amazonaws.com', [...holes, ...eventsOnly]);
}

/** Whether a role can undo what it wrote, or write where it has no business. */
export function canDestroy(archive: AuditedArchive, role: SimulatedResource): boolean {
  const { permissions } = archive;
  const may = (action: string, resource: string) => permissions.may(role.attributes.Arn, action, resource);
  return archive.streams.map(stream => stream.text('BucketARN')).some(bucket => may('s3:PutObject', `${bucket}/elsewhere/object`)
    || DESTRUCTIVE_BUCKET_ACTIONS.some(action => may(action, bucket))
    || ['events/object', 'errors/object', 'audit/events/object', 'audit/errors/object'].some(key => DESTRUCTIVE_ACTIONS.some(action => may(action, `${bucket}/${key}`))));
}

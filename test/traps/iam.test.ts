// The trap of the writer that can destroy: CDK gives a delivery role every right to the bucket.

import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as firehose from 'aws-cdk-lib/aws-kinesisfirehose';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { defaultArchive } from '../full-archive';
import { Permissions } from '../simulator/permissions/permissions';
import { SimulatedTemplate } from '../simulator/template/template';

/** What an archive's writer never does. */
const DESTRUCTIVE = [
  's3:DeleteObject', 's3:DeleteObjectVersion', 's3:PutObjectRetention', 's3:PutObjectLegalHold', 's3:BypassGovernanceRetention', 's3:PutObjectAcl',
  's3:PutBucketPolicy', 's3:PutLifecycleConfiguration',
];

test('the delivery role cannot delete or unlock what it wrote, as the one that CDK makes can', () => {
  expect(allowedTo(defaultArchive(), ['s3:PutObject'])).toEqual(['s3:PutObject']);
  expect(allowedTo(defaultArchive(), DESTRUCTIVE)).toEqual([]);
  expect(allowedTo(streamOfCdk(), DESTRUCTIVE)).toEqual(expect.arrayContaining(['s3:DeleteObject', 's3:PutObjectRetention', 's3:PutObjectLegalHold']));
});

/** Which of some actions the role of the one stream may do to the archive's objects, or to its bucket. */
function allowedTo(json: object, actions: string[]): string[] {
  const template = SimulatedTemplate.parse(json);
  const permissions = new Permissions(template);
  const [{ properties: { ExtendedS3DestinationConfiguration: { RoleARN: role, BucketARN: bucket } } }] = template.ofType('AWS::KinesisFirehose::DeliveryStream') as any[];
  return actions.filter(action => [`${bucket}/events/json/x.gz`, bucket].some(resource => permissions.may(role, action, resource)));
}

function streamOfCdk(): object {
  const stack = new Stack(new App(), 'OfCdk');
  new firehose.DeliveryStream(stack, 'Stream', { destination: new firehose.S3Bucket(new s3.Bucket(stack, 'Archive')) });
  return Template.fromStack(stack).toJSON();
}

/** S3. */

import { description, executed, fields, inert, KnownFields, KnownResources, listOf, policyDocument, tags } from '../known-properties';

const laterThanARun = inert('acts after days, and a run is shorter');
const lifecycleTransition: KnownFields = { StorageClass: laterThanARun, TransitionInDays: laterThanARun };
const privacy = inert('keeps others out, and the simulator sends no one else');

/** What the simulator knows of it. */
export const STORAGE: KnownResources = {
  'AWS::S3::Bucket': {
    properties: {
      BucketName: executed,
      BucketEncryption: fields({
        ServerSideEncryptionConfiguration: listOf({
          BucketKeyEnabled: executed,
          ServerSideEncryptionByDefault: fields({ SSEAlgorithm: executed, KMSMasterKeyID: executed }),
        }),
      }),
      LifecycleConfiguration: fields({
        Rules: listOf({
          Id: description,
          Status: executed,
          Prefix: laterThanARun,
          AbortIncompleteMultipartUpload: fields({ DaysAfterInitiation: laterThanARun }),
          ExpirationInDays: laterThanARun,
          ExpiredObjectDeleteMarker: laterThanARun,
          NoncurrentVersionExpiration: fields({ NoncurrentDays: laterThanARun, NewerNoncurrentVersions: laterThanARun }),
          NoncurrentVersionTransitions: listOf({ ...lifecycleTransition, NewerNoncurrentVersions: laterThanARun }),
          ObjectSizeGreaterThan: laterThanARun,
          ObjectSizeLessThan: laterThanARun,
          Transitions: listOf(lifecycleTransition),
        }),
        TransitionDefaultMinimumObjectSize: laterThanARun,
      }),
      LoggingConfiguration: fields({
        DestinationBucketName: executed,
        LogFilePrefix: inert('access logs are not events'),
      }),
      NotificationConfiguration: fields({
        TopicConfigurations: listOf({
          Event: executed,
          Topic: executed,
          Filter: fields({ S3Key: fields({ Rules: listOf({ Name: executed, Value: executed }) }) }),
        }),
      }),
      // ObjectLockConfiguration is left out: how Firehose writes to a bucket with a default retention is not known.
      ObjectLockEnabled: inert('without a default retention it locks nothing by itself'),
      OwnershipControls: fields({ Rules: listOf({ ObjectOwnership: privacy }) }),
      PublicAccessBlockConfiguration: fields({
        BlockPublicAcls: privacy, BlockPublicPolicy: privacy, IgnorePublicAcls: privacy, RestrictPublicBuckets: privacy,
      }),
      VersioningConfiguration: fields({ Status: inert('every object gets a key of its own, so no version is ever hidden') }),
      Tags: tags,
    },
    identity: naming => {
      const name = naming.lowerCaseName('BucketName', 63);
      const { partition, region, urlSuffix } = naming.environment;
      return {
        ref: name,
        attributes: {
          Arn: `arn:${partition}:s3:::${name}`,
          DomainName: `${name}.s3.${urlSuffix}`,
          RegionalDomainName: `${name}.s3.${region}.${urlSuffix}`,
        },
      };
    },
  },
  'AWS::S3::BucketPolicy': {
    properties: { Bucket: executed, PolicyDocument: policyDocument },
    identity: naming => ({ ref: naming.text('Bucket') ?? naming.logicalId, attributes: {} }),
  },
};

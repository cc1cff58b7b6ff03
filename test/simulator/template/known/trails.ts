/** CloudTrail: which events it logs, and where it writes them. */

import { description, executed, inert, KnownResources, listOf, tags } from '../known-properties';

/** What the simulator knows of it. Basic event selectors are left out: the advanced ones say the same, and more. */
export const TRAILS: KnownResources = {
  'AWS::CloudTrail::Trail': {
    properties: {
      TrailName: executed,
      S3BucketName: executed,
      S3KeyPrefix: executed,
      IsLogging: executed,
      IsMultiRegionTrail: executed,
      IsOrganizationTrail: executed,
      IncludeGlobalServiceEvents: executed,
      KMSKeyId: executed,
      SnsTopicName: executed,
      AdvancedEventSelectors: listOf({
        Name: description,
        FieldSelectors: listOf({
          Field: executed,
          Equals: executed,
          StartsWith: executed,
          EndsWith: executed,
          NotEquals: executed,
          NotStartsWith: executed,
          NotEndsWith: executed,
        }),
      }),
      InsightSelectors: listOf({ InsightType: executed }),
      EnableLogFileValidation: inert('adds digests beside the log files'),
      Tags: tags,
    },
    identity: naming => {
      const { partition, region, account, organization } = naming.environment;
      const name = naming.name('TrailName', 128);
      const owner = String(naming.properties.IsOrganizationTrail) === 'true' ? organization?.managementAccount ?? account : account;
      const topic = naming.text('SnsTopicName') ?? '';
      return {
        ref: name,
        attributes: {
          Arn: `arn:${partition}:cloudtrail:${region}:${owner}:trail/${name}`,
          SnsTopicArn: topic.startsWith('arn:') ? topic : naming.arn('sns', topic),
        },
      };
    },
  },
};

/** The places of a trail at which CloudTrail makes calls: its bucket, its key, its topic and the topic's key. */

import type { Access, JoinedTemplate } from './access';
import type { FoundPlace, Names } from './places';
import { Properties } from '../template/properties';
import type { SimulatedResource } from '../template/template';

/** Those of one trail. */
export function trailPlaces(trail: SimulatedResource, template: JoinedTemplate, access: Access): FoundPlace[] {
  const properties = Properties.of(trail);
  const names: Names = { trail: trail.attributes.Arn, owner: trail.attributes.Arn.split(':')[4] };
  return [
    ...bucketPlaces(properties, template, access, names),
    ...keyPlaces(properties, access, names),
    ...topicPlaces(trail, properties, access, names),
  ];
}

function bucketPlaces(trail: Properties, { environment: { organization } }: JoinedTemplate, access: Access, names: Names): FoundPlace[] {
  const found = access.bucketNamed(trail.text('S3BucketName'));
  if (!found) return [];
  const inBucket = { ...names, bucket: found.resource.attributes.Arn };
  return [
    { place: 'trail', names: inBucket },
    ...trail.flag('IsOrganizationTrail') && organization ? [{ place: 'trail of an organization' as const, names: { ...inBucket, organization: organization.id } }] : [],
  ];
}

function keyPlaces(trail: Properties, access: Access, names: Names): FoundPlace[] {
  const name = trail.optionalText('KMSKeyId');
  const key = name === undefined ? undefined : access.keyNamed(name);
  return key === undefined ? [] : [{ place: 'trail key', names: { ...names, key } }];
}

function topicPlaces(trail: SimulatedResource, properties: Properties, access: Access, names: Names): FoundPlace[] {
  const topic = properties.has('SnsTopicName') ? access.resourceOf(trail.attributes.SnsTopicArn) : undefined;
  if (!topic) return [];
  const name = Properties.of(topic).optionalText('KmsMasterKeyId');
  const key = name === undefined ? undefined : access.keyNamed(name);
  return [
    { place: 'trail topic', names: { ...names, topic: topic.ref } },
    ...key === undefined ? [] : [{ place: 'trail topic key' as const, names: { ...names, key } }],
  ];
}

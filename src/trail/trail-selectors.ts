// The advanced event selectors of a trail: an event is logged when any of them selects it, and a selector does when all its fields agree.
// Of a field's values one must fit, and none of those that exclude.

import * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import type { OwnPlaces } from './own-places';
import type { TrailDataEventOptions, TrailOptions } from './trail-options';

type Selector = cloudtrail.CfnTrail.AdvancedEventSelectorProperty;
type FieldSelector = cloudtrail.CfnTrail.AdvancedFieldSelectorProperty;

const OBJECTS = 'AWS::S3::Object';
const STREAMS = 'AWS::KinesisFirehose::DeliveryStream';
const QUEUES = 'AWS::SQS::Queue';

const KMS = 'kms.amazonaws.com';
const RDS_DATA_API = 'rdsdata.amazonaws.com';

/** What deletes, unlocks, opens or re-encrypts an object: what somebody does who wants it gone. */
const TAMPERING = ['DeleteObject', 'DeleteObjects', 'PutObjectRetention', 'PutObjectLegalHold', 'PutObjectAcl', 'UpdateObjectEncryption'];

/** What makes an object, or a new version of one. */
const WRITING = ['PutObject', 'CopyObject', 'CompleteMultipartUpload'];

/** How EventBridge puts messages into a queue. */
const SENDING = ['SendMessage', 'SendMessageBatch'];

/** All selectors of a trail. */
export function selectorsOf(options: TrailOptions, own: OwnPlaces): Selector[] {
  const { dataEvents = [] } = options;
  return [
    ...managementEvents(options),
    ...tampering(own),
    ...dataEvents.flatMap(data => dataEvent(data, own)),
    ...dataEvents.some(({ resourceType }) => resourceType === QUEUES) ? [queueTampering(own)] : [],
    ...networkActivity(options),
  ];
}

/** All in one selector, as the controls want it. What leaves out a service leaves out its reads and writes alike, so that without reads KMS takes two. */
function managementEvents({ includeKmsReads = true, includeRdsDataApi = true }: TrailOptions): Selector[] {
  const category = equal('eventCategory', 'Management');
  const rds = includeRdsDataApi ? [] : [RDS_DATA_API];
  if (includeKmsReads) return [{ name: 'Management events', fieldSelectors: [category, ...withoutSources(rds)] }];
  return [
    { name: 'Management events except those of KMS', fieldSelectors: [category, ...withoutSources([KMS, ...rds])] },
    { name: 'Management events that write, those of KMS included', fieldSelectors: [category, equal('readOnly', 'false'), ...withoutSources(rds)] },
  ];
}

function withoutSources(sources: string[]): FieldSelector[] {
  return sources.length === 0 ? [] : [{ field: 'eventSource', notEquals: sources }];
}

function tampering(own: OwnPlaces): Selector[] {
  return [
    {
      name: 'Objects of the archive that are deleted, unlocked or opened',
      fieldSelectors: [...dataOf(OBJECTS), equal('eventName', ...TAMPERING), { field: 'resources.ARN', startsWith: own.bucketsObjects }],
    },
    {
      name: 'Objects of the archive that somebody else writes',
      fieldSelectors: [
        ...dataOf(OBJECTS),
        equal('eventName', ...WRITING),
        { field: 'resources.ARN', startsWith: [own.events] },
        { field: 'userIdentity.arn', notStartsWith: [own.writerSessions] },
      ],
    },
  ];
}

function dataEvent(data: TrailDataEventOptions, own: OwnPlaces): Selector[] {
  const { resourceType, eventNames, excludeEventNames, readWriteType = cloudtrail.ReadWriteType.ALL } = data;
  const names = given({ field: 'eventName', equalTo: eventNames, notEquals: excludeEventNames });
  const access = readWriteType === cloudtrail.ReadWriteType.ALL ? [] : [equal('readOnly', String(readWriteType === cloudtrail.ReadWriteType.READ_ONLY))];
  return [{ name: `Data events of ${resourceType}`, fieldSelectors: [...dataOf(resourceType), ...names, ...access, ...resources(data, own)] }];
}

/** The resources that are asked for, without the archive's own deliveries. */
function resources(data: TrailDataEventOptions, own: OwnPlaces): FieldSelector[] {
  const { resourceType, resourceArns, resourceArnPrefixes, excludeResourceArnPrefixes = [] } = data;
  const ownArns = resourceType === STREAMS ? own.streams : resourceType === QUEUES ? own.queues : [];
  const ownPrefixes = resourceType === OBJECTS ? own.objects : [];
  return given({
    field: 'resources.ARN',
    equalTo: resourceArns,
    startsWith: resourceArnPrefixes,
    notEquals: ownArns,
    notStartsWith: own.distinct([...excludeResourceArnPrefixes, ...ownPrefixes]),
  });
}

/** Who takes messages out of the archive's queues. */
function queueTampering(own: OwnPlaces): Selector {
  return {
    name: 'Messages that somebody takes out of the queues of the archive',
    fieldSelectors: [...dataOf(QUEUES), { field: 'eventName', notEquals: SENDING }, equal('resources.ARN', ...own.queues)],
  };
}

/** One selector for each service: a selector takes one. */
function networkActivity({ networkActivity: activity }: TrailOptions): Selector[] {
  return (activity?.eventSources ?? []).map(source => ({
    name: `Network activity of ${source}`,
    fieldSelectors: [
      equal('eventCategory', 'NetworkActivity'),
      equal('eventSource', source),
      ...activity!.onlyDenied ? [equal('errorCode', 'VpceAccessDenied')] : [],
    ],
  }));
}

function dataOf(resourceType: string): FieldSelector[] {
  return [equal('eventCategory', 'Data'), equal('resources.type', resourceType)];
}

function equal(field: string, ...equalTo: string[]): FieldSelector {
  return { field, equalTo };
}

/** A field with the operators that have values; none without any. */
function given({ field, ...operators }: FieldSelector): FieldSelector[] {
  const filled = Object.fromEntries(Object.entries(operators).filter(([, values]) => values !== undefined && values.length > 0));
  return Object.keys(filled).length === 0 ? [] : [{ field, ...filled }];
}

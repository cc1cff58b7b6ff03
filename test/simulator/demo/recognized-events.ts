/**
 * What people have of events: events themselves, records of CloudTrail's as its log files and `lookup-events` give them, messages of a
 * dead-letter queue, lines of a log group. A record becomes the event that EventBridge makes of it; what is nothing of these is refused.
 */

import { JsonTextObject, readFirstJson, writeJson } from '../catalog/json-text';
import type { Json, JsonObject } from '../engines';

/** What EventBridge takes of CloudTrail. @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html */
const MAX_RECORD_EVENT_BYTES = 256 * 1024;

/** The detail types, by the record's type. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html */
const DETAIL_TYPES: { readonly [eventType: string]: string } = {
  AwsApiCall: 'AWS API Call via CloudTrail',
  AwsConsoleSignIn: 'AWS Console Sign In via CloudTrail',
  AwsConsoleAction: 'AWS Console Action via CloudTrail',
  AwsServiceEvent: 'AWS Service Event via CloudTrail',
  AwsCloudTrailInsight: 'AWS Insight via CloudTrail',
  AwsVpceEvents: 'AWS Network Activity Event via CloudTrail',
};

/** Lists that hold what is sought, and the text of an element that is it; without one, the element is. */
const CONTAINERS: readonly (readonly [list: string, text?: string])[] = [
  ['Records'], ['Events', 'CloudTrailEvent'], ['Messages', 'Body'], ['events', 'message'], ['Events'], ['events'],
];

/** A JSON text, and where it stands. */
export interface FoundText {
  readonly text: string;
  readonly where: string;
}

/** What a text turned out to be. */
export type Recognized =
  | { readonly kind: 'event' }
  | { readonly kind: 'record'; readonly event: FoundText }
  | { readonly kind: 'record without an event' }
  | { readonly kind: 'container'; readonly contents: readonly FoundText[] }
  | { readonly kind: 'nothing'; readonly why: string };

/** Recognizes an object. Its elements are given as texts, so that numbers keep their digits. */
export function recognize(value: JsonObject, { text, where }: FoundText, elementsOf: (text: string, list: string) => readonly string[]): Recognized {
  if (['source', 'detail-type', 'detail'].some(field => Object.hasOwn(value, field))) return { kind: 'event' };
  if (isRecord(value)) return eventOfRecord(value, { text, where });
  const [list, member] = CONTAINERS.find(([name, field]) => isListOf(value[name], field)) ?? [];
  if (list !== undefined) {
    const elements = member === undefined ? elementsOf(text, list) : (value[list] as JsonObject[]).map(element => String(element[member]));
    return { kind: 'container', contents: elements.map((element, index) => ({ text: element, where: `${where}: ${list}[${index}]${member === undefined ? '' : `.${member}`}` })) };
  }
  return { kind: 'nothing', why: whyNothing(value) };
}

function isListOf(value: Json | undefined, field?: string): boolean {
  return Array.isArray(value) && value.every(element => isObject(element) && (field === undefined || typeof element[field] === 'string'));
}

/** S3's own notifications have such fields too, and `aws:s3` as their source. */
function isRecord({ eventVersion, eventTime, eventSource, eventType }: JsonObject): boolean {
  const isOfService = eventSource === undefined ? eventType === 'AwsCloudTrailInsight' : typeof eventSource === 'string' && eventSource.endsWith('.amazonaws.com');
  return eventVersion !== undefined && typeof eventTime === 'string' && isOfService;
}

/** The event has the record as its detail, without `eventContext`, which EventBridge does not send. */
function eventOfRecord(record: JsonObject, { text, where }: FoundText): Recognized {
  const { eventType = 'AwsApiCall', eventSource, eventID, eventTime, awsRegion, recipientAccountId, userIdentity, eventContext } = record;
  const detailType = DETAIL_TYPES[String(eventType)];
  if (detailType === undefined) return { kind: 'nothing', why: `a record of CloudTrail's with the eventType ${JSON.stringify(eventType)}, of which the detail type is not known; give the event itself` };
  const envelope = {
    'version': '0',
    'id': eventID ?? null,
    'detail-type': detailType,
    'source': `aws.${typeof eventSource === 'string' ? eventSource.split('.')[0] : 'cloudtrail'}`,
    'account': recipientAccountId ?? (isObject(userIdentity) ? userIdentity.accountId : undefined) ?? null,
    'time': eventTime,
    'region': awsRegion ?? null,
    'resources': [],
  };
  const detail = eventContext === undefined ? text.trim() : without('eventContext', text);
  const event = `${JSON.stringify(envelope).slice(0, -1)},"detail":${detail}}`;
  return Buffer.byteLength(event) > MAX_RECORD_EVENT_BYTES ? { kind: 'record without an event' } : { kind: 'record', event: { text: event, where } };
}

/** An object's text without a member, and its numbers as they were written. */
function without(member: string, text: string): string {
  const members = readFirstJson(text) as JsonTextObject;
  members.delete(member);
  return writeJson(members);
}

function whyNothing(value: JsonObject): string {
  if (Object.hasOwn(value, 'DetailType') || Array.isArray(value.Entries)) return 'what PutEvents takes; give the event that EventBridge makes of it, with source, detail-type and detail';
  return 'no event, which has source, detail-type and detail, and no record of CloudTrail\'s, which has eventVersion, eventTime and eventSource';
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

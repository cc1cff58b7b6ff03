// What CloudTrail documents of advanced event selectors: what they select, and what it refuses.

import { EventSelectors } from './event-selectors';
import type { JsonObject } from '../engines';
import { aCall, onObject, onObjects, onResource, throughEndpoint } from '../samples/trail-records';
import { Properties } from '../template/properties';

type Field = { Field: string; [operator: string]: string | string[] };

const DATA: Field[] = [{ Field: 'eventCategory', Equals: ['Data'] }, { Field: 'resources.type', Equals: ['AWS::S3::Object'] }];
const MANAGEMENT: Field = { Field: 'eventCategory', Equals: ['Management'] };
const NETWORK: Field[] = [{ Field: 'eventCategory', Equals: ['NetworkActivity'] }, { Field: 'eventSource', Equals: ['kms.amazonaws.com'] }];

const BUCKET = 'arn:aws:s3:::orders';

function selectors(...lists: Field[][]): EventSelectors {
  const properties = { AdvancedEventSelectors: lists.map(FieldSelectors => ({ FieldSelectors })) };
  const resource = { logicalId: 'Trail', type: 'AWS::CloudTrail::Trail', properties, dependsOn: [], waitsFor: [], ref: 'trail', attributes: {} };
  return new EventSelectors(Properties.of(resource));
}

describe('an event is selected', () => {
  test.each<[string, Field, boolean[]]>([
    // Of: GetObject, PutObject, DeleteObject.
    ['by an exact value', { Field: 'eventName', Equals: ['PutObject'] }, [false, true, false]],
    ['by one of several', { Field: 'eventName', Equals: ['PutObject', 'GetObject'] }, [true, true, false]],
    ['by its beginning', { Field: 'eventName', StartsWith: ['Put', 'Del'] }, [false, true, true]],
    ['by its end', { Field: 'eventName', EndsWith: ['tObject'] }, [true, true, false]],
    ['unless it is excluded', { Field: 'eventName', NotEquals: ['PutObject', 'GetObject'] }, [false, false, true]],
    ['unless its beginning is', { Field: 'eventName', NotStartsWith: ['Put', 'Del'] }, [true, false, false]],
    ['unless its end is', { Field: 'eventName', NotEndsWith: ['tObject'] }, [false, false, true]],
    ['by one operator that selects or another', { Field: 'eventName', Equals: ['GetObject'], StartsWith: ['Put'] }, [true, true, false]],
    ['by one that selects, unless one excludes', { Field: 'eventName', EndsWith: ['tObject'], NotStartsWith: ['Get'] }, [false, true, false]],
    ['unless one that excludes or another does', { Field: 'eventName', NotEquals: ['GetObject'], NotStartsWith: ['Put'] }, [false, false, true]],
  ])('%s', (_name, field, expected) => {
    const records = ['GetObject', 'PutObject', 'DeleteObject'].map(name => onObject(name, BUCKET, 'a'));
    expect(records.map(record => selectors([...DATA, field]).select(record))).toEqual(expected);
  });

  test('by all fields of a selector, and by any selector', () => {
    const reads: Field = { Field: 'readOnly', Equals: ['true'] };
    const gets: Field = { Field: 'eventName', Equals: ['GetObject'] };
    const get = onObject('GetObject', BUCKET, 'a', { readOnly: true });
    const getThatWrites = onObject('GetObject', BUCKET, 'a');
    expect([get, getThatWrites].map(record => selectors([...DATA, reads, gets]).select(record))).toEqual([true, false]);
    expect([get, getThatWrites].map(record => selectors([...DATA, reads], [...DATA, gets]).select(record))).toEqual([true, true]);
  });

  test('by the resource that has the type: the bucket, which objects\' records name too, does not count', () => {
    const here: Field = { Field: 'resources.ARN', StartsWith: [`${BUCKET}/`] };
    expect(selectors([...DATA, here]).select(onObject('GetObject', BUCKET, 'a'))).toBe(true);
    expect(selectors([...DATA, here]).select(onObject('GetObject', `${BUCKET}-2`, 'a'))).toBe(false);
    expect(selectors([...DATA, { Field: 'resources.ARN', Equals: [BUCKET] }]).select(onObject('GetObject', BUCKET, 'a'))).toBe(false);
    expect(selectors([...DATA, here]).select(onObjects('DeleteObjects', BUCKET))).toBe(true);
    expect(selectors(DATA).select(onResource('AWS::SQS::Queue', 'arn:aws:sqs:us-east-1:123456789012:q', 'SendMessage'))).toBe(false);
  });

  test('by its category only', () => {
    const records = [aCall('kms', 'Decrypt', { readOnly: true }), onObject('GetObject', BUCKET, 'a'), throughEndpoint('kms', 'Decrypt')];
    const selected = (...lists: Field[][]) => records.map(record => selectors(...lists).select(record));
    expect([selected([MANAGEMENT]), selected(DATA), selected(NETWORK)]).toEqual([[true, false, false], [false, true, false], [false, false, true]]);
  });

  test('without selectors when it is a management event', () => {
    const resource = { logicalId: 'Trail', type: '', properties: {}, dependsOn: [], waitsFor: [], ref: '', attributes: {} };
    const none = new EventSelectors(Properties.of(resource));
    expect([aCall('kms', 'Decrypt'), onObject('GetObject', BUCKET, 'a')].map(record => none.select(record))).toEqual([true, false]);
  });

  test('without the field, where that is excluded; no document says it', () => {
    const field: Field = { Field: 'userIdentity.arn', NotStartsWith: ['arn:aws:sts::123456789012:assumed-role/Writer/'] };
    const byService: JsonObject = { userIdentity: { type: 'AWSService', invokedBy: 's3.amazonaws.com' } };
    expect(selectors([...DATA, field]).select(onObject('PutObject', BUCKET, 'a', byService))).toBe(true);
  });
});

describe('CloudTrail refuses', () => {
  const EQUALS_ARNS = (count: number): Field => ({ Field: 'resources.ARN', Equals: Array.from({ length: count }, (_, index) => `${BUCKET}/${index}`) });

  test.each<[string, Field[], string]>([
    ['a selector without a category', [{ Field: 'readOnly', Equals: ['true'] }], 'no eventCategory'],
    ['a category that is for event data stores', [{ Field: 'eventCategory', Equals: ['Insight'] }], 'a trail has no selector for Insight events'],
    ['two categories', [{ Field: 'eventCategory', Equals: ['Management', 'Data'] }], 'one value for eventCategory'],
    ['data events of no type', [DATA[0]], 'no resources.type, which Data events need'],
    ['two types', [DATA[0], { Field: 'resources.type', Equals: ['AWS::S3::Object', 'AWS::SQS::Queue'] }], 'one value for resources.type'],
    ['a type by its beginning', [DATA[0], { Field: 'resources.type', StartsWith: ['AWS::S3'] }], 'takes Equals for resources.type'],
    ['network activity of no service', [NETWORK[0]], 'no eventSource, which NetworkActivity events need'],
    ['network activity of two services', [NETWORK[0], { Field: 'eventSource', Equals: ['kms.amazonaws.com', 's3.amazonaws.com'] }], 'one value for eventSource'],
    ['another error than a denial', [...NETWORK, { Field: 'errorCode', Equals: ['AccessDenied'] }], 'got "AccessDenied"'],
    ['management events of one service', [MANAGEMENT, { Field: 'eventSource', Equals: ['kms.amazonaws.com'] }], 'takes NotEquals for eventSource'],
    ['management events without a service that is not KMS or RDS', [MANAGEMENT, { Field: 'eventSource', NotEquals: ['ec2.amazonaws.com'] }], 'got "ec2.amazonaws.com"'],
    ['management events by name', [MANAGEMENT, { Field: 'eventName', Equals: ['RunInstances'] }], 'CloudTrail knows no eventName of Management events'],
    ['neither reads nor writes', [MANAGEMENT, { Field: 'readOnly', Equals: ['maybe'] }], 'got "maybe"'],
    ['a field twice', [...DATA, { Field: 'eventName', Equals: ['A'] }, { Field: 'eventName', Equals: ['B'] }], 'a field twice'],
    ['a field without an operator', [...DATA, { Field: 'eventName' }], 'a field has no operator'],
    ['an empty list', [...DATA, { Field: 'eventName', Equals: [] }], 'an empty list'],
    ['a value twice', [...DATA, { Field: 'eventName', Equals: ['A', 'A'] }], 'a value twice'],
    ['a wildcard', [...DATA, { Field: 'eventName', Equals: ['Put*'] }], 'no wildcards'],
    ['a value that is too long', [...DATA, { Field: 'eventName', Equals: ['A'.repeat(2049)] }], '1 to 2,048 characters'],
    ['a value that is asked for and excluded', [...DATA, { Field: 'eventName', Equals: ['A'], NotEquals: ['A'] }], 'asked for and excluded'],
    ['what is no ARN', [...DATA, { Field: 'resources.ARN', StartsWith: ['orders/'] }], 'got "orders/"'],
    ['more than 250 resources', [...DATA, EQUALS_ARNS(251)], 'got 251 ARNs'],
    ['more than 500 values', [...DATA, { Field: 'eventName', Equals: Array.from({ length: 499 }, (_, index) => `A${index}`) }], 'got 501 values'],
  ])('%s', (_name, fields, message) => {
    expect(() => selectors(fields)).toThrow(message);
  });

  test('no selectors at all, where there are said to be some', () => {
    expect(() => selectors()).toThrow('an empty list');
  });

  test('and takes as many as fit', () => {
    expect(() => selectors([...DATA, EQUALS_ARNS(250)])).not.toThrow();
    expect(() => selectors([...DATA, { Field: 'eventName', Equals: Array.from({ length: 498 }, (_, index) => `A${index}`) }])).not.toThrow();
  });
});

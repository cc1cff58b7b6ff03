/**
 * The advanced event selectors of a trail: which events it logs. An event is logged when a selector selects it, and a selector does when all
 * its fields agree.
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html
 */

import { CATEGORIES, FieldSelector } from './field-selectors';
import type { Json, JsonObject } from '../engines';
import type { Properties } from '../template/properties';

/** @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html */
const MAX_VALUES = 500;
const MAX_RESOURCES = 250;

/** The selectors of a trail. */
export class EventSelectors {
  private readonly selectors: readonly Selector[];

  /** Throws what CloudTrail would refuse. Without selectors a trail logs management events, and nothing else. */
  public constructor(trail: Properties) {
    this.selectors = trail.objects('AdvancedEventSelectors').map(selector => new Selector(selector));
    const fields = this.selectors.flatMap(selector => selector.fields);
    const count = (counted: readonly FieldSelector[]) => counted.reduce((sum, { values }) => sum + values.length, 0);
    if (count(fields) > MAX_VALUES) trail.fail('AdvancedEventSelectors', `got ${count(fields)} values; CloudTrail takes ${MAX_VALUES}`);
    const resources = count(fields.filter(({ field }) => field === 'resources.ARN'));
    if (resources > MAX_RESOURCES) trail.fail('AdvancedEventSelectors', `got ${resources} ARNs; CloudTrail takes ${MAX_RESOURCES}`);
    if (trail.has('AdvancedEventSelectors') && this.selectors.length === 0) trail.fail('AdvancedEventSelectors', 'an empty list');
  }

  public select(record: JsonObject): boolean {
    if (this.selectors.length === 0) return record.eventCategory === 'Management';
    return this.selectors.some(selector => selector.selects(record));
  }

  /** Whether management events are logged that are reads, or writes. */
  public selectManagement(readOnly: boolean): boolean {
    return this.select({ eventCategory: 'Management', eventSource: 'ec2.amazonaws.com', readOnly });
  }
}

class Selector {
  public readonly fields: readonly FieldSelector[];

  public constructor(properties: Properties) {
    this.fields = properties.objects('FieldSelectors').map(field => new FieldSelector(field));
    const names = this.fields.map(({ field }) => field);
    if (new Set(names).size < names.length) properties.fail('FieldSelectors', 'a field twice');
    const category = this.fields.find(({ field }) => field === 'eventCategory')?.values[0] ?? properties.fail('FieldSelectors', 'no eventCategory');
    if (!Object.hasOwn(CATEGORIES, category)) properties.fail('FieldSelectors', `a trail has no selector for ${category} events`);
    for (const field of this.fields) field.checkIn(category);
    const missing = Object.entries(CATEGORIES[category]).find(([field, { required }]) => required && !names.includes(field));
    if (missing) properties.fail('FieldSelectors', `no ${missing[0]}, which ${category} events need`);
  }

  /** What a record says of its resources counts for those of the type that is asked for. */
  public selects(record: JsonObject): boolean {
    const type = this.fields.find(({ field }) => field === 'resources.type')?.values[0];
    return this.fields.every(field => field.agrees(valuesOf(record, field.field, type)));
  }
}

/** What a record has in a field. Calls on a bucket that are about many objects, such as DeleteObjects, have an `ARNPrefix` instead of an ARN. */
function valuesOf(record: JsonObject, field: string, type?: string): string[] {
  const resources = (record.resources ?? []) as JsonObject[];
  if (field === 'resources.type') return resources.map(resource => String(resource.type));
  if (field === 'resources.ARN') return resources.filter(resource => resource.type === type).map(({ ARN: arn, ARNPrefix: prefix }) => String(arn ?? prefix));
  const value = field.split('.').reduce<Json | undefined>((object, name) => (object as JsonObject | undefined)?.[name], record);
  return value === undefined || value === null ? [] : [String(value)];
}

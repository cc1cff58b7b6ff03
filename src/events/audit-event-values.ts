// What users name in the vocabulary of events, checked.

import type { CloudTrailApiCallOptions } from './audit-event-options';
import { invalid, isKnown, show } from '../private/validate';

/** Checks a list, and each value in it by a test that says what would be right. */
export function given(prop: string, values: string[], example: string, wrongWith: (value: string) => string | undefined = () => undefined): string[] {
  if (!isKnown(values)) return values;
  if (values.length === 0) invalid(prop, 'an empty list', `give at least one, such as ${example}`);
  values.forEach((value, index) => {
    if (!isKnown(value)) return;
    const right = typeof value !== 'string' || value === '' ? `give a text such as ${example}` : wrongWith(value);
    if (right) invalid(`${prop}[${index}]`, show(value), right);
  });
  return [...values];
}

export function checkedServices(prop: string, services: string[]): string[] {
  if (!isKnown(services)) invalid(prop, 'a list that only the deployment knows', 'give a list of services, in which each may be a token');
  return given(prop, services, '"s3"', service => /^[a-z0-9-]+$/.test(service)
    ? undefined
    : 'a service is named as CloudTrail\'s eventSource begins: "s3" for s3.amazonaws.com');
}

/** In China they end so too. A list that leaves out what no call has leaves out nothing, and nobody would see it. */
const EVENT_SOURCE = /^[a-z0-9][a-z0-9.-]*\.amazonaws\.com$/;

export function checkedEventSources(prop: string, eventSources: string[]): string[] {
  return given(prop, eventSources, '"sts.amazonaws.com"', eventSource => EVENT_SOURCE.test(eventSource)
    ? undefined
    : 'an event source is named whole, as CloudTrail records it: "sts.amazonaws.com"');
}

/** The condition on the name of a call: one of the names, or a name that begins so. */
export function eventNames(method: string, options: CloudTrailApiCallOptions): unknown[] | undefined {
  const { eventNames: names, eventNamePrefixes: prefixes } = options;
  const known = names && given(`${method} eventNames`, names, '"CreateBucket"');
  if (!prefixes) return known;
  if (!isKnown(prefixes) || !isKnown(names)) {
    const prop = isKnown(prefixes) ? 'eventNames' : 'eventNamePrefixes';
    invalid(`${method} ${prop}`, 'a list that only the deployment knows', 'beside prefixes give a list of texts, in which each may be a token');
  }
  return [...known ?? [], ...given(`${method} eventNamePrefixes`, prefixes, '"UpdateEventSourceMapping"').map(prefix => ({ prefix }))];
}

/** What a template's settings come to when no run lasts long enough to show it: when objects move and go, and where a query ends. */

import type { JsonObject } from '../simulator/engines';
import { Properties } from '../simulator/template/properties';
import type { SimulatedResource, SimulatedTemplate } from '../simulator/template/template';

/** What S3's lifecycle does to an object, by the day of its life. */
type Fate = { [event: string]: number };

/** The years after a run, as facts that two templates can be compared by. */
export function afterwards(template: SimulatedTemplate): JsonObject {
  return {
    objects: Object.fromEntries(template.ofType('AWS::S3::Bucket').map(bucket => [bucket.logicalId, fatesIn(bucket)])),
    queries: Object.fromEntries(template.ofType('AWS::Athena::WorkGroup').map(workGroup => [workGroup.logicalId, limitsOf(workGroup)])),
  };
}

/** Below each prefix of its rules: what becomes of an object, of an older version of it, and of an upload that is never finished. */
function fatesIn(bucket: SimulatedResource): JsonObject {
  const rules = (Properties.of(bucket).optionalObject('LifecycleConfiguration')?.objects('Rules') ?? []).filter(rule => rule.text('Status') === 'Enabled');
  const prefixes = [...new Set(['', ...rules.map(rule => rule.optionalText('Prefix') ?? '')])].sort();
  return Object.fromEntries(prefixes.map(prefix => {
    const covering = rules.filter(rule => prefix.startsWith(rule.optionalText('Prefix') ?? ''));
    return [prefix, covering.reduce<Fate>((fate, rule) => sooner(fate, fateBy(rule)), {})];
  }));
}

function fateBy(rule: Properties): Fate {
  const transitions = rule.objects('Transitions').map(transition => [`to ${transition.text('StorageClass')}`, transition.numberWithin('TransitionInDays', [0, Infinity], 0)]);
  const noncurrent = rule.optionalObject('NoncurrentVersionExpiration');
  const uploads = rule.optionalObject('AbortIncompleteMultipartUpload');
  return {
    ...Object.fromEntries(transitions) as Fate,
    ...given('expires', rule.optionalNumber('ExpirationInDays')),
    ...given('old version goes', noncurrent && noncurrent.numberWithin('NoncurrentDays', [1, Infinity], 0)),
    ...given('unfinished upload goes', uploads && uploads.numberWithin('DaysAfterInitiation', [1, Infinity], 0)),
    ...given('marker without versions goes', rule.flag('ExpiredObjectDeleteMarker') ? 0 : undefined),
  };
}

function given(event: string, day: number | undefined): Fate {
  return day === undefined ? {} : { [event]: day };
}

/** Of two rules for the same, the sooner one counts. */
function sooner(a: Fate, b: Fate): Fate {
  const days = [...Object.entries(a), ...Object.entries(b)];
  return Object.fromEntries(days.map(([event]) => [event, Math.min(...days.filter(([name]) => name === event).map(([, day]) => day))]));
}

/** At how many bytes a query ends, and where its results go. */
function limitsOf(workGroup: SimulatedResource): JsonObject {
  const settings = Properties.of(workGroup).object('WorkGroupConfiguration');
  return {
    bytes: settings.optionalNumber('BytesScannedCutoffPerQuery') ?? null,
    results: settings.optionalObject('ResultConfiguration')?.optionalText('OutputLocation') ?? null,
  };
}

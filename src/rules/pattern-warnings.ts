// What a user should know of the patterns of an archive, or of a forwarder to one, taken together: each warning comes once, and names the
// patterns that it is about.

import { Annotations, CfnResource, Stack } from 'aws-cdk-lib';
import type * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import { Construct } from 'constructs';
import { busIdentity, isPartnerBus } from './event-bus';
import { GLOBAL_EVENTS_REGION, regionWithoutGlobalEvents } from './global-events';
import type { PatternWords } from './pattern-words';
import type { CapturedEvents, CapturedPattern } from '../events/captured-events';
import { askedOfUsEast1, needsCloudTrail } from '../events/cloudtrail-needs';
import { MatchedEvents } from '../events/shared-event';
import { show, warningId } from '../private/validate';

/** What a warning names, before it says how many more there are. */
const MOST_NAMED = 5;

/** What is asked for. */
export interface AskedEvents {
  /** What is archived, or forwarded to where it is. */
  readonly captured: readonly CapturedEvents[];
  /** What fan-outs and rules of `onEvent` ask for beside that. */
  readonly asked: readonly CapturedEvents[];
}

/**
 * Warns at synthesis, when all is there that asks for events. What is disabled asks for nothing. The warnings are those of a construct below
 * who asks: one that comes later than its acknowledgement CDK looks up by the constructs above it only.
 */
export function warnOfPatterns(asker: Construct, words: PatternWords, read: () => AskedEvents): void {
  const scope = new Construct(asker, 'Patterns');
  scope.node.addValidation({
    validate: () => {
      const { captured, asked } = read();
      const capturedNow = captured.filter(({ enabled }) => enabled);
      const all = [...capturedNow, ...asked.filter(({ enabled }) => enabled)];
      if (!hasTrail(scope)) warnOfTrail(scope, words, all);
      warnOfRegion(scope, words, all);
      warnOfReads(scope, words, all);
      warnOfOverlaps(scope, words, capturedNow);
      return [];
    },
  });
}

/** Whether the app has a trail, the archive's own or another, that logs in this account and Region. That of an organization is taken to be of this account's. */
function hasTrail(scope: Construct): boolean {
  const { account, region } = Stack.of(scope);
  return scope.node.root.node.findAll().some(child => {
    if (!CfnResource.isCfnResource(child) || child.cfnResourceType !== 'AWS::CloudTrail::Trail') return false;
    const { isLogging, isMultiRegionTrail, isOrganizationTrail } = child as cloudtrail.CfnTrail;
    const { account: itsAccount, region: itsRegion } = Stack.of(child);
    return isLogging !== false && (itsAccount === account || isOrganizationTrail === true) && (itsRegion === region || isMultiRegionTrail === true);
  });
}

function warnOfTrail(scope: Construct, words: PatternWords, asked: readonly CapturedEvents[]): void {
  const needing = asked.map(each => ({ ...each, patterns: each.patterns.filter(({ resolved }) => needsCloudTrail(resolved)) }));
  const props = propsOf(needing);
  if (props.length === 0) return;
  const isForwarded = needing.some(({ eventBus, patterns }) => patterns.length > 0 && isAnotherBus(scope, eventBus));
  warn(scope, 'cloudTrailNeeded', `${listed(props)}: these events come from CloudTrail, and no trail is known here; without a trail that logs events of `
    + 'their category (management events, or data events, network activity or Insights where a pattern asks for these) they never come. Where there '
    + `is one, of the organization for example, acknowledge this; ${words.trail}${isForwarded ? `. ${words.trailOnAnotherBus}` : ''}`);
}

function warnOfRegion(scope: Construct, words: PatternWords, asked: readonly CapturedEvents[]): void {
  const region = regionWithoutGlobalEvents(scope);
  if (region === undefined) return;
  const missing = new Map<string, string>();
  let isForwarded = false;
  for (const { eventBus, patterns } of asked) {
    for (const { prop, resolved } of patterns) {
      const parts = askedOfUsEast1(resolved);
      if (parts.length === 0) continue;
      missing.set(prop, `${prop}: ${parts.join(', ')}`);
      isForwarded ||= isAnotherBus(scope, eventBus);
    }
  }
  if (missing.size === 0) return;
  warn(scope, 'usEast1Needed', `in ${region} part of what is asked for does not come, because it appears on the default bus of ${GLOBAL_EVENTS_REGION} `
    + `only: ${listed([...missing.values()], '; ')}. ${words.otherRegion(isForwarded)}`);
}

function warnOfReads(scope: Construct, words: PatternWords, asked: readonly CapturedEvents[]): void {
  const reading = asked.filter(({ includeReadOnlyApiCalls }) => includeReadOnlyApiCalls);
  if (reading.length === 0) return;
  warn(scope, 'readOnlyApiCalls', `includeReadOnlyApiCalls: of ${listed(propsOf(reading))} the read-only calls ${words.reads}. They need a trail that logs reads`);
}

function warnOfOverlaps(scope: Construct, words: PatternWords, captured: readonly CapturedEvents[]): void {
  const overlaps = [...overlapsOf(scope, captured)];
  if (overlaps.length === 0) return;
  warn(scope, 'overlappingPatterns', `${listed(overlaps, '; ')}. What several patterns on a bus match is ${words.duplicates}. Query `
    + 'unique_events, count distinct ids, or narrow the patterns');
}

/** A pattern on its bus, and what it matches. */
interface OnBus {
  readonly pattern: CapturedPattern;
  readonly bus: string;
  readonly matched: MatchedEvents;
}

function* overlapsOf(scope: Construct, captured: readonly CapturedEvents[]): Generator<string> {
  const all: OnBus[] = captured.flatMap(({ eventBus, patterns, includeReadOnlyApiCalls }) => {
    const bus = busIdentity(scope, eventBus);
    return patterns.map(pattern => ({ pattern, bus, matched: new MatchedEvents(pattern.resolved, includeReadOnlyApiCalls) }));
  });
  for (const [index, some] of all.entries()) {
    for (const other of all.slice(index + 1)) {
      const shared = some.bus === other.bus && haveSameReferences(some, other) && some.matched.sharedWith(other.matched);
      if (shared) yield `${some.pattern.prop} and ${other.pattern.prop} both match ${described(shared)}`;
    }
  }
}

/** Before synthesis, references to different things in other stacks can resolve to the same text. */
function haveSameReferences(some: OnBus, other: OnBus): boolean {
  const [ofSome, ofOther] = [some.pattern.references, other.pattern.references];
  return ofSome === '' || ofOther === '' || ofSome === ofOther;
}

/** What tells a reader which event is meant. */
function described(event: object): string {
  const { source, 'detail-type': detailType, detail: { eventName, errorCode, userIdentity } = {} } = event as DescribedEvent;
  const facts = Object.entries({ 'source': source, 'detail-type': detailType, eventName, errorCode, 'userIdentity.type': userIdentity?.type })
    .filter(([, value]) => value !== undefined);
  return facts.length > 0 ? `an event with ${facts.map(([name, value]) => `${name} ${show(value)}`).join(', ')}` : `the event ${show(event)}`;
}

/** The fields that are shown. */
interface DescribedEvent {
  readonly 'source'?: unknown;
  readonly 'detail-type'?: unknown;
  readonly 'detail'?: { readonly eventName?: unknown; readonly errorCode?: unknown; readonly userIdentity?: { readonly type?: unknown } };
}

function isAnotherBus(scope: Construct, eventBus: CapturedEvents['eventBus']): boolean {
  return busIdentity(scope, eventBus) !== busIdentity(scope, undefined) && !isPartnerBus(eventBus);
}

function propsOf(asked: readonly CapturedEvents[]): string[] {
  return [...new Set(asked.flatMap(({ patterns }) => patterns.map(({ prop }) => prop)))];
}

function listed(texts: readonly string[], separator = ', '): string {
  const more = texts.length - MOST_NAMED;
  return texts.slice(0, MOST_NAMED).join(separator) + (more > 0 ? `${separator}and ${more} more` : '');
}

function warn(scope: Construct, id: string, text: string): void {
  Annotations.of(scope).addWarningV2(warningId(id), text);
}

// What a capture takes from a bus, for those who follow it; and what a partner gets of that.

import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { canonical, Json, Pattern } from './patterns';
import { EventPatternMatcher } from '../private/event-pattern-matcher';
import { hasIntrinsic } from '../private/validate';

/** A pattern as it was given, by which prop, and as it resolves now: the latter is judged, the former emitted, with its tokens. */
export interface CapturedPattern {
  readonly prop: string;
  readonly given: Pattern;
  readonly resolved: Pattern;
  /** What it refers to in other stacks. */
  readonly references: string;
}

/** A text that is the same for patterns that match the same, but for the order of their keys and values. */
export function identityOf({ resolved, references }: CapturedPattern): string {
  return `${canonical(resolved)}${references}`;
}

/** The events of one capture. */
export interface CapturedEvents {
  readonly eventBus?: IEventBus;
  readonly patterns: readonly CapturedPattern[];
  readonly enabled: boolean;
  readonly includeReadOnlyApiCalls: boolean;
}

/** How the sources of all partners' events begin. */
const PARTNER = 'aws.partner/';
const ANY_SOURCE: readonly Json[] = [{ prefix: '' }];
const NO_PARTNER: readonly Json[] = [{ 'anything-but': { prefix: PARTNER } }];

/**
 * The pattern without what came from a partner: a partner that is told of its own events may answer with the next. Nothing, when
 * nothing is left. Where the pattern's condition on the source has operators that cannot be joined with this one, it stands.
 */
export function withoutPartners(pattern: CapturedPattern): CapturedPattern | undefined {
  const { given, resolved } = pattern;
  // Beside a condition on the source in an `$or`, another one would take its place.
  if (branchesOf(resolved).some(hasSource)) return pattern;
  if (resolved.source === undefined || isEverything(resolved.source)) return withSources(pattern, NO_PARTNER, NO_PARTNER);
  const [givenSources, sources] = [given.source, resolved.source];
  if (!isList(givenSources) || !isList(sources) || givenSources.length !== sources.length || !sources.some(isPartners)) return pattern;
  const kept = sources.filter(value => !isPartners(value));
  return kept.length === 0 ? undefined : withSources(pattern, givenSources.filter((_value, index) => !isPartners(sources[index])), kept);
}

/** Whether a pattern can match what came from a partner, as far as its conditions on the source say. */
export function matchesPartners({ resolved }: CapturedPattern): boolean {
  return takesPartners(resolved);
}

function takesPartners(pattern: Pattern): boolean {
  const { source = ANY_SOURCE } = pattern;
  const branches = branchesOf(pattern);
  return !hasIntrinsic(source)
    && new EventPatternMatcher({ source }).matches({ source: `${PARTNER}example.com/source` })
    && (branches.length === 0 || branches.some(takesPartners));
}

/** The alternatives of a pattern's own `$or`. */
function branchesOf({ $or: branches }: Pattern): readonly Pattern[] {
  return Array.isArray(branches) ? branches as readonly Pattern[] : [];
}

function hasSource(pattern: Pattern): boolean {
  return pattern.source !== undefined || branchesOf(pattern).some(hasSource);
}

function withSources(pattern: CapturedPattern, givenSources: readonly Json[], sources: readonly Json[]): CapturedPattern {
  const { given, resolved } = pattern;
  return { ...pattern, given: { ...given, source: givenSources }, resolved: { ...resolved, source: sources } };
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** `[{"prefix": ""}]`, by which a pattern asks for every event. */
function isEverything(source: Json): boolean {
  return JSON.stringify(source) === '[{"prefix":""}]';
}

function isPartners(value: Json): boolean {
  const text = typeof value === 'string' ? value : (value as { readonly prefix?: Json } | null)?.prefix;
  return typeof text === 'string' && text.startsWith(PARTNER);
}

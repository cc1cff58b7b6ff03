// The patterns that find calls against the archive in CloudTrail's records: as few as EventBridge's default quota for a pattern allows.

import type { RecordedFields, RecordedValue, TamperCalls } from './recorded-calls';
import { API_CALL } from '../events/event-types';
import { DEFAULT_PATTERN_QUOTA, Json, Pattern, withValueAt } from '../events/patterns';

/** From this length on the resources of a branch are divided, so that the rest of a pattern can be filled by others. */
const DIVIDED_FROM = 900;

/** What the patterns are made of. */
export interface TamperPatternsProps {
  readonly calls: readonly TamperCalls[];
  /** Calls that the first patterns must have, each its own. */
  readonly pinned: readonly (readonly TamperCalls[])[];
  /** The roles whose calls are expected. */
  readonly exceptRoles: readonly RecordedValue[];
  /** The same text for values that deploy the same. */
  identityOf(value: unknown): string;
}

/** The patterns, one for each rule. */
export function tamperPatterns({ calls, pinned, exceptRoles, identityOf }: TamperPatternsProps): Pattern[] {
  const merged = groupsOf(calls, identityOf).flatMap(group => divided(group, identityOf));
  const workers = new Set(merged.flatMap(({ exceptRole }) => exceptRole ?? []));
  return [
    ...packed(merged.filter(({ exceptRole }) => !exceptRole), exceptRoles, pinned),
    ...[...workers].flatMap(worker => packed(merged.filter(({ exceptRole }) => exceptRole === worker), [...exceptRoles, worker], [])),
  ];
}

/** Calls that differ in the resource only, which the first field of each of their ways names, together, and each but once. */
function groupsOf(all: readonly TamperCalls[], identityOf: TamperPatternsProps['identityOf']): TamperCalls[][] {
  const groups = new Map<string, Map<string, TamperCalls>>();
  for (const calls of all) {
    const { service, eventNames, ways, exceptRole } = calls;
    const alike = ways.map(way => Object.entries(way).map(([path, values], index) => [path, index === 0 ? [] : matchesOf(values)]));
    const key = identityOf([service, eventNames, alike, matchesOf(exceptRole ? [exceptRole] : [])]);
    const group = groups.get(key) ?? new Map<string, TamperCalls>();
    groups.set(key, group.set(identityOf(ways.map(way => Object.values(way).map(matchesOf))), calls));
  }
  return [...groups.values()].map(group => [...group.values()]);
}

/** A group as one, or in parts if it is about many resources. */
function divided(group: readonly TamperCalls[], identityOf: TamperPatternsProps['identityOf']): TamperCalls[] {
  const calls = joined(group, identityOf);
  if (group.length === 1 || lengthOf(calls) <= DIVIDED_FROM) return [calls];
  const half = Math.ceil(group.length / 2);
  return [group.slice(0, half), group.slice(half)].flatMap(part => divided(part, identityOf));
}

/** Each way leads to the resources of all. */
function joined([first, ...others]: readonly TamperCalls[], identityOf: TamperPatternsProps['identityOf']): TamperCalls {
  if (others.length === 0) return first;
  const ways = first.ways.map((way, index) => {
    const [path] = Object.keys(way);
    const values = [first, ...others].flatMap(calls => calls.ways[index][path]);
    return { ...way, [path]: unique(values, identityOf) };
  });
  return { ...first, ways };
}

function matchesOf(values: readonly RecordedValue[]): Json[] {
  return values.map(({ match }) => match);
}

function unique(values: readonly RecordedValue[], identityOf: TamperPatternsProps['identityOf']): RecordedValue[] {
  const identities = values.map(({ match }) => identityOf(match));
  return values.filter((_value, index) => identities.indexOf(identities[index]) === index);
}

/** Puts each where it first fits, the longest first, so that the short ones fill what these leave. */
function packed(all: readonly TamperCalls[], exceptRoles: readonly RecordedValue[], pinned: readonly (readonly TamperCalls[])[]): Pattern[] {
  const frame = JSON.stringify(framed([{}, {}], exceptRoles, standIn)).length;
  const bins = pinned.map(calls => [...calls]);
  for (const calls of [...all].sort((one, other) => lengthOf(other) - lengthOf(one))) {
    const room = bins.find(bin => [...bin, calls].reduce((sum, each) => sum + lengthOf(each), frame) <= DEFAULT_PATTERN_QUOTA);
    if (room) room.push(calls);
    else bins.push([calls]);
  }
  const valueOf = ({ match }: RecordedValue) => match;
  return bins.map(bin => framed(bin.flatMap(calls => branchesOf(calls, valueOf)), exceptRoles, valueOf));
}

/** `$or` shares no field with what stands beside it, which would widen both; alone, a branch needs none. */
function framed(branches: readonly Pattern[], exceptRoles: readonly RecordedValue[], valueOf: (value: RecordedValue) => Json): Pattern {
  const byOthers: Pattern = { userIdentity: { sessionContext: { sessionIssuer: { arn: [{ exists: false }, { 'anything-but': exceptRoles.map(valueOf) }] } } } };
  return {
    'source': [{ prefix: 'aws.' }],
    'detail-type': [API_CALL],
    'detail': { ...(branches.length === 1 ? branches[0] : { $or: branches }), ...(exceptRoles.length > 0 ? byOthers : {}) },
  };
}

function branchesOf({ service, eventNames, ways }: TamperCalls, valueOf: (value: RecordedValue) => Json): Pattern[] {
  return ways.map(way => nested(way, valueOf, { eventSource: [`${service}.amazonaws.com`], eventName: eventNames }));
}

function nested(fields: RecordedFields, valueOf: (value: RecordedValue) => Json, beside: Pattern): Pattern {
  return Object.entries(fields).reduce((pattern, [path, values]) => withValueAt(pattern, path.split('.'), values.map(valueOf)), beside);
}

/** A comma after each. */
function lengthOf(calls: TamperCalls): number {
  return branchesOf(calls, standIn).reduce((sum, branch) => sum + JSON.stringify(branch).length + 1, 0);
}

function standIn({ longest }: RecordedValue): string {
  return 'x'.repeat(longest);
}

// Patterns for controls of the CIS AWS Foundations Benchmark, each by itself, and for a selection of them with as few patterns as can be.

import type { EventPattern } from 'aws-cdk-lib/aws-events';
import {
  CallControl, CALL_CONTROLS, CIS_CHAPTERS, ROOT_ACTIVITY, SECURITY_HUB_IDS, SIGN_IN_FAILURES, SIGN_INS_WITHOUT_MFA, UNAUTHORIZED_API_CALLS,
} from './cis-controls';
import { callsOf, failedLogin, loginWithoutMfa, records, signIns } from './cloudtrail-patterns';
import { DEFAULT_PATTERN_QUOTA, fromEventPattern, patternLength } from './patterns';
import { invalid, show } from '../private/validate';

/** The patterns that cannot be joined with others: a pattern's conditions all hold at once. */
const APART: { readonly [number: number]: () => EventPattern } = {
  [UNAUTHORIZED_API_CALLS]: () => records({ errorCode: [{ suffix: 'UnauthorizedOperation' }, { wildcard: '*AccessDenied*' }] }),
  [SIGN_INS_WITHOUT_MFA]: () => signIns(loginWithoutMfa()),
  [ROOT_ACTIVITY]: () => records({
    userIdentity: { type: ['Root'], invokedBy: [{ exists: false }] },
    eventType: [{ 'anything-but': ['AwsServiceEvent'] }],
  }),
  [SIGN_IN_FAILURES]: () => signIns(failedLogin()),
};

/** The pattern of a control that is not a list of calls. */
export function patternOf(number: number): EventPattern {
  return APART[number]();
}

/** The pattern of a control that is one. */
export function patternOfCalls(control: CallControl): EventPattern {
  return joined([control]);
}

/** The patterns of the controls with these ids; of all when there are none. */
export function patternsOf(prop: string, ids: readonly string[] = allIds()): EventPattern[] {
  if (ids.length === 0) invalid(prop, 'an empty list', 'name at least one control, such as "4.5", or leave the prop out for all');
  const numbers = new Set(ids.map((id, index) => numberOf(`${prop}[${index}]`, id)));
  const apart = Object.keys(APART).map(Number).filter(number => numbers.has(number)).map(patternOf);
  return [...apart, ...packed(CALL_CONTROLS.filter(({ number }) => numbers.has(number)))];
}

function allIds(): string[] {
  const { chapter, last } = CIS_CHAPTERS[CIS_CHAPTERS.length - 1];
  return Array.from({ length: last }, (_, index) => `${chapter}.${index + 1}`);
}

/** The part of an id after the dot, which is the same in all versions. */
function numberOf(prop: string, id: string): number {
  if (SECURITY_HUB_IDS.includes(id)) invalid(prop, show(id), 'it asks for Security Hub to be on, of which no event tells');
  // A number in the place of a text is refused: 4.10 would be 4.1.
  const [, chapter, number] = (typeof id === 'string' && /^(\d)\.([1-9]\d?)$/.exec(id)) || [];
  const known = CIS_CHAPTERS.find(each => String(each.chapter) === chapter && Number(number) <= each.last);
  return known ? Number(number) : invalid(prop, show(id), `the controls are ${CIS_CHAPTERS.map(range).join(', ')}`);
}

function range({ chapter, versions, last }: typeof CIS_CHAPTERS[number]): string {
  return `${chapter}.1 to ${chapter}.${last} (${versions})`;
}

/** Controls side by side in one pattern, up to the length that EventBridge takes by default. */
function packed(controls: readonly CallControl[]): EventPattern[] {
  const groups: CallControl[][] = [];
  for (const control of controls) {
    const last = groups[groups.length - 1];
    if (last && isShort(joined([...last, control]))) last.push(control);
    else groups.push([control]);
  }
  return groups.map(joined);
}

function isShort(pattern: EventPattern): boolean {
  return patternLength(fromEventPattern(pattern)) <= DEFAULT_PATTERN_QUOTA;
}

/**
 * Any of the calls, of any of the services. That is no more than the controls ask for: where a service has a call by a name that is listed
 * for another, it is listed for that service too.
 */
function joined(controls: readonly CallControl[]): EventPattern {
  const services = new Set(controls.map(({ service }) => service));
  const eventNames = new Set(controls.flatMap(({ listed, added }) => [...listed, ...added]));
  return callsOf([...services], [...eventNames]);
}

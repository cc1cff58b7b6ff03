// Whether two patterns match one event: the event is made up, of a kind that there is, and then judged by both patterns as they are emitted.

import { ABSENT, Condition, Conditions, conditionsOf, eventOf, suggestedBy, Value, valueFor } from './conditions';
import { EventKind, EVENT_KINDS, ofService, RECORD_FIELDS } from './event-kinds';
import { CLOUDTRAIL_DETAIL_TYPES } from './event-types';
import { guard } from './guard';
import { canonical, isObject, Json, Pattern } from './patterns';
import { EventPatternMatcher } from '../private/event-pattern-matcher';
import { hasIntrinsic, isIntrinsic } from '../private/validate';

/** Stand for the roles whose deliveries the guard leaves out: none of the events is theirs. */
const OWN_ROLES = ['arn:aws:iam::123456789012:role/delivery', 'arn:aws:iam::123456789012:role/rules'];

/** The calls that EventBridge holds back from a rule that has not asked for them. */
const HELD_BACK = /^(Get|List|Describe)/;

/** Where a record says which service made it. */
const SERVICE_FIELDS = ['source', 'detail.eventSource'];

/** Which of these there are, and what they hold, differs from service to service. */
const SERVICES_OWN = /^(resources$|detail\.(requestParameters|responseElements|additionalEventData|serviceEventDetails|resources)(\.|$))/;

/** Names of services for records of which neither pattern names one. */
const ANY_SERVICES = ['ec2', 's3', 'kms'];

/** One choice of a pattern's alternatives, and the kinds of events that meet it. */
interface Choice {
  readonly conditions: Conditions;
  readonly kinds: ReadonlySet<EventKind>;
}

/** A pattern that events can be made up for. */
export class MatchedEvents {
  private readonly choices: readonly Choice[];
  private readonly matcher: EventPatternMatcher;

  /**
   * @param pattern       as it resolves
   * @param includesReads whether EventBridge sends it the read-only management calls
   */
  constructor(private readonly pattern: Pattern, private readonly includesReads: boolean) {
    const known = withStandIns(pattern);
    this.choices = conditionsOf(known).map(conditions => ({
      conditions,
      kinds: new Set(EVENT_KINDS.filter(kind => kind.isOfAnyService || filled(kind, conditions).length > 0)),
    }));
    this.matcher = new EventPatternMatcher(guard(known, OWN_ROLES).pattern);
  }

  /** An event that both match, if one is found. It is no accident: what a token stands for changes nothing in it. */
  public sharedWith(other: MatchedEvents): object | undefined {
    if (!agreeOnTokens(this.pattern, other.pattern)) return undefined;
    for (const some of this.choices) {
      for (const others of other.choices) {
        const shared = candidates(some, others).find(event => this.matches(event, other));
        if (shared) return shared;
      }
    }
    return undefined;
  }

  private matches(event: object, other: MatchedEvents): boolean {
    const { eventName, readOnly } = (event as { readonly detail?: { readonly eventName?: Value; readonly readOnly?: Value } }).detail ?? {};
    const isHeldBack = readOnly === true || HELD_BACK.test(String(eventName));
    return (!isHeldBack || (this.includesReads && other.includesReads)) && this.matcher.matches(event) && other.matcher.matches(event);
  }
}

function candidates({ conditions, kinds }: Choice, others: Choice): object[] {
  if (!areOfOneService(conditions, others.conditions)) return [];
  const common = [...kinds].filter(kind => others.kinds.has(kind));
  return [...common.flatMap(kind => ofKind(kind, conditions, others.conditions)), ...asAsked(conditions, others.conditions)];
}

/** Events of a kind that meet both patterns' conditions. */
function ofKind(kind: EventKind, some: Conditions, others: Conditions): object[] {
  if (!kind.isOfAnyService) return filled(kind, some, others);
  const naming = [[some, others], [others, some]].filter(([one]) => namesCalls(one));
  if (naming.length > 0 && !naming.some(([one, another]) => callsAreKnown(one, another))) return [];
  return servicesIn([some, others]).flatMap(service => filled({ ...kind, fixed: { ...kind.fixed, ...ofService(service) } }, some, others));
}

function namesCalls(conditions: Conditions): boolean {
  return conditions.get('detail.eventName')?.isPositive ?? false;
}

/** A call that only one pattern names, and whose service it does not name, need not be a call of the services that the other asks for. */
function callsAreKnown(naming: Conditions, other: Conditions): boolean {
  return SERVICE_FIELDS.some(path => naming.get(path)?.isPositive) || !SERVICE_FIELDS.some(path => other.has(path));
}

/** What only one pattern asks of a service's own fields, without saying of which, need not be what the service has that the other asks for. */
function areOfOneService(some: Conditions, others: Conditions): boolean {
  return [[some, others], [others, some]].every(([one, other]) =>
    namesService(one) || !hasOwnFields(one, other) || !(namesService(other) || hasOwnFields(other, one)));
}

/** Whether it asks of such fields what the other does not. */
function hasOwnFields(conditions: Conditions, others: Conditions): boolean {
  return [...conditions].some(([path, condition]) => SERVICES_OWN.test(path) && condition.isPositive && !others.has(path));
}

function namesService(conditions: Conditions): boolean {
  const type = conditions.get('detail-type');
  const isNative = (type?.isPositive ?? false) && !CLOUDTRAIL_DETAIL_TYPES.some(each => type!.takes(each));
  return isNative || namesCalls(conditions) || SERVICE_FIELDS.some(path => conditions.get(path)?.isPositive);
}

function servicesIn(both: readonly Conditions[]): string[] {
  const named = both.flatMap(conditions => SERVICE_FIELDS.flatMap(path => suggestedBy(listOf(conditions.get(path)))))
    .flatMap(text => /^(?:aws\.([a-z0-9-]+)|([a-z0-9-]+)\.amazonaws\.com)$/.exec(String(text))?.slice(1).filter(Boolean) ?? []);
  return [...new Set([...named, ...ANY_SERVICES])];
}

/** An event of neither a known service nor CloudTrail, such as an application sends. */
function asAsked(some: Conditions, others: Conditions): object[] {
  if ([...some.keys(), ...others.keys()].some(path => RECORD_FIELDS.includes(path))) return [];
  const alone = [some, others].flatMap(each => filled({ fixed: {} }, each));
  const events = [...alone, ...speakOfTheSame(some, others) ? filled({ fixed: {} }, some, others) : []];
  return events.filter(event => !CLOUDTRAIL_DETAIL_TYPES.includes((event as { readonly 'detail-type': string })['detail-type']));
}

/** Fields that one pattern names and fields that another names are those of one event where both name its type, or at least its source. */
function speakOfTheSame(some: Conditions, others: Conditions): boolean {
  const [bothNameType, bothNameSource] = ['detail-type', 'source'].map(path => [some, others].every(each => each.get(path)?.isPositive));
  const neitherNamesType = ![some, others].some(each => each.has('detail-type'));
  return bothNameType || (bothNameSource && neitherNamesType);
}

/** An event with what the kind has, and values by the conditions for what it leaves open; none, where no value is found. */
function filled({ fixed, closed = {}, usual = {}, without = [] }: EventKind, ...all: readonly Conditions[]): object[] {
  const values = new Map<string, Value>(Object.entries(fixed));
  for (const path of new Set([...values.keys(), ...all.flatMap(conditions => [...conditions.keys()])])) {
    const conditions = all.flatMap(each => listOf(each.get(path)));
    const isMissing = without.some(missing => path === missing || path.startsWith(`${missing}.`));
    const possible = path in fixed ? [fixed[path]] : closed[path] ?? [...usual[path] ?? [], ...suggestedBy(conditions)];
    const found = valueFor(conditions, isMissing ? [ABSENT] : possible);
    if (!found) return [];
    values.set(path, found.value);
  }
  return [eventOf(values)];
}

function listOf(condition: Condition | undefined): Condition[] {
  return condition ? [condition] : [];
}

/** Whether what tokens stand for makes no difference: where one of the patterns has one, the other asks for the same or for nothing. */
function agreeOnTokens(some: Pattern, others: Pattern): boolean {
  const [ofSome, ofOthers] = [fieldsOf(some), fieldsOf(others)];
  // What an alternative with a token leaves out, nobody knows.
  if ([...ofSome, ...ofOthers].some(([path, condition]) => path.endsWith('$or') && hasIntrinsic(condition))) return false;
  return [...ofSome].every(([path, condition]) => {
    const other = ofOthers.get(path);
    return other === undefined || !hasIntrinsic([condition, other]) || canonical(condition) === canonical(other);
  });
}

/** The conditions by their fields; the alternatives of an `$or` are one. */
function fieldsOf(pattern: Pattern, parent = ''): Map<string, Json> {
  return new Map(Object.entries(pattern).flatMap(([key, child]): [string, Json][] =>
    isObject(child) && !isIntrinsic(child) ? [...fieldsOf(child, `${parent}${key}.`)] : [[parent + key, child]]));
}

/** The pattern with a text in the place of each token, and of each operator that has one. */
function withStandIns(pattern: Pattern): Pattern {
  return Object.fromEntries(Object.entries(pattern).map(([key, child]): [string, Json] => {
    if (key === '$or') return [key, (child as readonly Pattern[]).map(withStandIns)];
    if (isIntrinsic(child)) return [key, [JSON.stringify(child)]];
    if (isObject(child)) return [key, withStandIns(child)];
    return [key, (child as readonly Json[]).map(entry => hasIntrinsic(entry) ? JSON.stringify(entry) : entry)];
  }));
}

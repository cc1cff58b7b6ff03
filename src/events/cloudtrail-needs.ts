// What a pattern needs that an account or a Region may not have: a CloudTrail trail, and the Region where global services appear.

import { API_CALL, CLOUDTRAIL_DETAIL_TYPES, SIGN_INS } from './event-types';
import { isObject, Json, Pattern } from './patterns';
import { relaxedTo } from './relaxed';
import { EventPatternMatcher } from '../private/event-pattern-matcher';
import { hasIntrinsic } from '../private/validate';

/** How every detail type of CloudTrail's events ends. */
const VIA_CLOUDTRAIL = ' via CloudTrail';

/** With what all detail types begin that begin so; that of the sign-in has two spellings. */
const STEMS = ['AWS Console Sign', ...CLOUDTRAIL_DETAIL_TYPES.map(type => type.slice(0, -VIA_CLOUDTRAIL.length))];

/**
 * The services whose calls CloudTrail records in one Region, by what their `eventSource` begins with. STS is none of them: it has endpoints
 * in every Region.
 *
 * @see https://repost.aws/knowledge-center/use-eventbridge-rule-across-regions
 * @see https://repost.aws/knowledge-center/eventbridge-rule-triggers-iam-single-region
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html#cloudtrail-concepts-global-service-events
 */
const GLOBAL_SERVICES: ReadonlyArray<{ readonly service: string; readonly name: string }> = [
  { service: 'iam', name: 'IAM' },
  { service: 'organizations', name: 'Organizations' },
  { service: 'account', name: 'Account Management' },
  { service: 'route53', name: 'Route 53' },
  { service: 'cloudfront', name: 'CloudFront' },
];

/**
 * Whether each event that a pattern can match is CloudTrail's, by its conditions on detail type and event source. What is not certain is
 * not said: a token may stand for any detail type.
 */
export function needsCloudTrail(pattern: Pattern): boolean {
  const branches = Array.isArray(pattern.$or) ? pattern.$or as readonly Pattern[] : [];
  if (branches.length > 0 && branches.every(branch => needsCloudTrail(withoutOr({ ...pattern, ...branch })))) return true;
  const { source, 'detail-type': detailType, detail } = pattern;
  if (isCertain(source) && !source.some(isOfAws)) return false;
  const eventSource = isObject(detail) ? detail.eventSource : undefined;
  return (isCertain(detailType) && detailType.every(isCloudTrails)) || (isCertain(eventSource) && eventSource.every(isServices));
}

function withoutOr({ $or: _alternatives, ...rest }: Pattern): Pattern {
  return rest;
}

function isCertain(condition: Json | undefined): condition is readonly Json[] {
  return Array.isArray(condition) && !hasIntrinsic(condition);
}

function isCloudTrails(entry: Json): boolean {
  if (typeof entry === 'string') return CLOUDTRAIL_DETAIL_TYPES.includes(entry);
  const { exactly, prefix, suffix, wildcard, 'equals-ignore-case': inAnyCase } = isObject(entry) ? entry : {} as Pattern;
  const whole = exactly ?? inAnyCase;
  if (typeof whole === 'string') return CLOUDTRAIL_DETAIL_TYPES.some(type => type.toLowerCase() === whole.toLowerCase());
  if (typeof prefix === 'string') return STEMS.some(stem => prefix.startsWith(stem));
  const end = suffix ?? wildcard;
  return typeof end === 'string' && end.endsWith(VIA_CLOUDTRAIL.trimStart());
}

/** An `eventSource` as CloudTrail has it, which no event has that a service sends itself. */
function isServices(entry: Json): boolean {
  return typeof entry === 'string' && entry.endsWith('.amazonaws.com');
}

/** An operator may fit the source of a service. */
function isOfAws(entry: Json): boolean {
  return typeof entry !== 'string' || entry.startsWith('aws.');
}

/** The fields of CloudTrail's records that are known beforehand. */
const KNOWN_FIELDS = ['source', 'detail-type', 'detail.eventSource', 'detail.eventType', 'detail.userIdentity.type'];

/** A sign-in that fails has an `errorMessage`, but no `errorCode`; a call may have one. */
const KNOWN_OF_SIGN_INS = [...KNOWN_FIELDS, 'detail.errorCode'];

const ROOT = 'Root';
const USER = 'IAMUser';
const IDENTITIES = [ROOT, USER, 'AssumedRole', 'FederatedUser', 'AWSService', 'AWSAccount'];

/** Stands for every service that is not global, and for every kind of event that is not CloudTrail's. */
const ANOTHER = 'another';

/**
 * What a pattern asks for that CloudTrail records in us-east-1 alone, and that will not come in another Region. A pattern that asks for
 * everything, or for calls of no service in particular, asks for none of it.
 */
export function askedOfUsEast1(pattern: Pattern): string[] {
  const calls = asked(pattern, KNOWN_FIELDS);
  const signIns = asked(pattern, KNOWN_OF_SIGN_INS);
  const services = GLOBAL_SERVICES.filter(({ service }) => IDENTITIES.some(identity => calls(call(service, identity), call(ANOTHER, identity))));
  const [{ service: anyGlobal }] = GLOBAL_SERVICES;
  const isOfRoot = services.length === 0 && calls(call(anyGlobal, ROOT), call(anyGlobal, USER));
  const rootSignsIn = SIGN_INS.some(type => signIns(signIn(type, ROOT), unlike(ROOT)) || signIns(signIn(type, ROOT), signIn(type, USER)));
  const othersSignIn = SIGN_INS.some(type => IDENTITIES.some(identity => identity !== ROOT && signIns(signIn(type, identity), unlike(identity))));
  return [
    ...services.length > 0 ? [`the API calls of ${listed(services)}`] : [],
    ...isOfRoot ? [`root's calls of ${listed(GLOBAL_SERVICES)}`] : [],
    ...rootSignsIn ? ['root\'s sign-ins'] : [],
    ...othersSignIn ? ['the sign-ins of others that do not go by this Region\'s own endpoint'] : [],
  ];
}

/** Whether a pattern asks for some event in particular: it matches that, and not another that differs in what makes it particular. */
function asked(pattern: Pattern, knownFields: readonly string[]): (some: object, other: object) => boolean {
  const matcher = new EventPatternMatcher(relaxedTo(knownFields, pattern));
  return (some, other) => matcher.matches(some) && !matcher.matches(other);
}

function call(service: string, identity: string): object {
  return recordOf(service, API_CALL, 'AwsApiCall', identity);
}

function signIn(detailType: string, identity: string): object {
  return recordOf('signin', detailType, 'AwsConsoleSignIn', identity);
}

/** An event that only a pattern on all kinds of events matches. */
function unlike(identity: string): object {
  return recordOf(ANOTHER, ANOTHER, ANOTHER, identity);
}

function recordOf(service: string, detailType: string, eventType: string, identity: string): object {
  return {
    'source': `aws.${service}`,
    'detail-type': detailType,
    'detail': { eventSource: `${service}.amazonaws.com`, eventType, userIdentity: { type: identity } },
  };
}

function listed(services: typeof GLOBAL_SERVICES): string {
  const names = services.map(({ name }) => name);
  return names.length === 1 ? names[0] : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;
}

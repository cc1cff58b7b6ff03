// What is certainly wrong with the options of a trail, before CloudTrail says so in the middle of a deployment.

import { Annotations, Stack } from 'aws-cdk-lib';
import * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import type { Construct } from 'constructs';
import { certainlyBeginsWith } from './beginnings';
import type { TrailDataEventOptions, TrailNetworkActivityOptions, TrailOptions, TrailOrganizationOptions } from './trail-options';
import { LIMITS } from '../limits/limits';
import { ACCOUNT_ID, ORGANIZATION_ID } from '../private/identifiers';
import { checkToldTopic } from '../private/told-topic';
import { invalid, isElsewhere, isKnown, show, warningId } from '../private/validate';

const MAX_VALUES = LIMITS.selectorValues.most;
const MAX_RESOURCES = LIMITS.selectorResources.most;
const MAX_LENGTH = LIMITS.selectorValue.most;

const OBJECTS = 'AWS::S3::Object';

/** Some services' calls have an underscore, such as eth_getBalance. */
const EVENT_NAME = /^\w+$/;

/** The lists of a data event, and what their values look like. */
const LISTS: ReadonlyArray<readonly [list: 'resourceArns' | 'resourceArnPrefixes' | 'excludeResourceArnPrefixes' | 'eventNames' | 'excludeEventNames', form: RegExp, right: string]> = [
  ['resourceArns', /^arn:[^*]+$/, 'give whole ARNs'],
  ['resourceArnPrefixes', /^arn:[^*]+$/, 'give what ARNs begin with, without an asterisk'],
  ['excludeResourceArnPrefixes', /^arn:[^*]+$/, 'give what ARNs begin with, without an asterisk'],
  ['eventNames', EVENT_NAME, 'give the names of calls, such as DeleteItem'],
  ['excludeEventNames', EVENT_NAME, 'give the names of calls, such as DeleteItem'],
];

/** Checks what can be known before the template is written. */
export function checkTrail(scope: Construct, options: TrailOptions): void {
  const { dataEvents, networkActivity, insights, organization, deliveryTopic, isMultiRegion = true, includeGlobalServiceEvents = true } = options;
  if (isMultiRegion && !includeGlobalServiceEvents) {
    invalid('trail.includeGlobalServiceEvents', 'false', 'a trail of all Regions logs the global services too: give isMultiRegion: false as well');
  }
  if (deliveryTopic) checkToldTopic(scope, deliveryTopic, { prop: 'trail.deliveryTopic', service: 'CloudTrail' });
  if (dataEvents) checkDataEvents(dataEvents);
  if (networkActivity) checkNetworkActivity(networkActivity);
  if (insights) checkDistinct('trail.insights', insights.map(({ value }) => value), 'leave it out for none');
  if (organization) {
    checkOrganization(organization);
    warnOfDelegatedAdministrator(scope, organization);
  }
}

function checkDataEvents(dataEvents: TrailDataEventOptions[]): void {
  checkDistinct('trail.dataEvents', dataEvents.map(show), 'leave it out for none');
  dataEvents.forEach((data, index) => checkDataEvent(`trail.dataEvents[${index}]`, data));
}

function checkDataEvent(prop: string, data: TrailDataEventOptions): void {
  const { resourceType, readWriteType } = data;
  if (isKnown(resourceType) && !/^AWS::[A-Za-z0-9]+::[A-Za-z0-9]+$/.test(resourceType)) {
    invalid(`${prop}.resourceType`, show(resourceType), 'give a type as CloudTrail names it, such as AWS::Lambda::Function');
  }
  if (readWriteType === cloudtrail.ReadWriteType.NONE) invalid(`${prop}.readWriteType`, 'NONE', 'leave the data events out');
  needKnown(`${prop}.excludeResourceArnPrefixes`, data.excludeResourceArnPrefixes);
  for (const [list, form, right] of LISTS) checkList(`${prop}.${list}`, data[list], form, right);
  const bucket = resourceType === OBJECTS && isKnown(data.resourceArns) && data.resourceArns?.find(arn => isKnown(arn) && !arn.includes('/'));
  if (bucket) invalid(`${prop}.resourceArns`, show(bucket), `no object has that ARN: give resourceArnPrefixes: ['${bucket}/'] for all objects of the bucket`);
}

/** A list that is joined with others, or makes more than one resource's property, cannot be a token; its texts can. */
function needKnown(prop: string, values: string[] | undefined): void {
  if (values !== undefined && !isKnown(values)) invalid(prop, 'a token', 'the list is needed at synthesis: give a list, whose texts may be tokens');
}

function checkList(prop: string, values: string[] | undefined, form: RegExp, right: string): void {
  if (values === undefined || !isKnown(values)) return;
  checkDistinct(prop, values, 'leave it out for all, or for none that is left out');
  const wrong = values.find(value => isKnown(value) && (!form.test(value) || value.length > MAX_LENGTH));
  if (wrong !== undefined) invalid(prop, show(wrong), right);
}

function checkNetworkActivity({ eventSources }: TrailNetworkActivityOptions): void {
  needKnown('trail.networkActivity.eventSources', eventSources);
  checkDistinct('trail.networkActivity.eventSources', eventSources, 'leave networkActivity out for none');
  const wrong = eventSources.find(source => isKnown(source) && !/^[a-z0-9.-]+\.amazonaws\.com$/.test(source));
  if (wrong !== undefined) invalid('trail.networkActivity.eventSources', show(wrong), 'give services as events name them, such as s3.amazonaws.com');
}

function checkOrganization({ organizationId, managementAccountId, accounts }: TrailOrganizationOptions): void {
  const right = 'CloudTrail needs it to be let in to bucket and key';
  if (isKnown(organizationId) && !ORGANIZATION_ID.test(organizationId)) {
    invalid('trail.organization.organizationId', show(organizationId), `give the organization's id, such as o-abcde12345: ${right}`);
  }
  if (isKnown(managementAccountId) && !ACCOUNT_ID.test(managementAccountId)) {
    invalid('trail.organization.managementAccountId', show(managementAccountId), `give the 12 digits of the management account: ${right}`);
  }
  if (accounts === undefined) return;
  const prop = 'trail.organization.accounts';
  needKnown(prop, accounts);
  checkDistinct(prop, accounts, 'leave it out for the archive\'s own account');
  const wrong = accounts.find(account => isKnown(account) && !ACCOUNT_ID.test(account));
  if (wrong !== undefined) invalid(prop, show(wrong), 'give the 12 digits of an account');
}

/**
 * CloudFormation creates the trail, which is the management account's, and then starts one of its own account by that name.
 * @see https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1932
 */
function warnOfDelegatedAdministrator(scope: Construct, { managementAccountId }: TrailOrganizationOptions): void {
  const { account } = Stack.of(scope);
  if (!isElsewhere(account, managementAccountId)) return;
  Annotations.of(scope).addWarningV2(warningId('trailOfDelegatedAdministrator'),
    `trail.organization.managementAccountId: got ${managementAccountId}, and the stack's account is ${account}; CloudFormation creates the trail of a delegated `
    + 'administrator, fails to start it and rolls back: deploy the trail in the management account, or create it without CloudFormation and leave trail out');
}

function checkDistinct(prop: string, values: string[], whenEmpty: string): void {
  if (values.length === 0) invalid(prop, 'an empty list', whenEmpty);
  const twice = values.find((value, index) => isKnown(value) && values.indexOf(value) !== index);
  if (twice !== undefined) invalid(prop, `${twice} twice`, 'give each once');
}

/** What is wrong with the selectors as a whole. It is known when the template is written, with the ARNs of all that the archive has then. */
export function faultsOf(scope: Construct, selectors: unknown): string[] {
  const fields = (Stack.of(scope).resolve(selectors) as cloudtrail.CfnTrail.AdvancedEventSelectorProperty[])
    .flatMap(({ fieldSelectors }) => fieldSelectors as cloudtrail.CfnTrail.AdvancedFieldSelectorProperty[]);
  return [...tooMany(fields), ...fields.flatMap(contradiction)];
}

function tooMany(fields: cloudtrail.CfnTrail.AdvancedFieldSelectorProperty[]): string[] {
  const count = (counted: typeof fields) => counted.flatMap(({ field: _field, ...operators }) => Object.values(operators).flat()).length;
  const [values, resources] = [count(fields), count(fields.filter(({ field }) => field === 'resources.ARN'))];
  const help = 'give what their ARNs begin with, or leave the resources out to log all of a type';
  return [
    ...values > MAX_VALUES ? [`trail.dataEvents: got ${values} values in all selectors of the trail; CloudTrail takes ${MAX_VALUES}: ${help}`] : [],
    ...resources > MAX_RESOURCES ? [`trail.dataEvents: got ${resources} ARNs in all selectors of the trail; CloudTrail takes ${MAX_RESOURCES}: ${help}`] : [],
  ];
}

/** A value that what is excluded takes all of selects nothing, whatever the others do: CloudTrail says so only where both are the same. */
function contradiction(selector: cloudtrail.CfnTrail.AdvancedFieldSelectorProperty): string[] {
  const { field, equalTo, notEquals, startsWith, notStartsWith } = selector;
  const excluded = [notEquals, notStartsWith].flatMap(known);
  const help = 'the archive\'s own deliveries are excluded too: leave one out';
  for (const value of [equalTo, startsWith].flatMap(known)) {
    if (excluded.some(other => isSame(value, other))) return [`trail.dataEvents: got ${field} ${show(value)} both asked for and excluded; ${help}`];
    const beginning = known(notStartsWith).find(other => certainlyBeginsWith(value, other));
    if (beginning === undefined) continue;
    return [`trail.dataEvents: got ${field} ${show(value)} asked for, and all that begins with ${show(beginning)} excluded; ${help}`];
  }
  return [];
}

function isSame(some: unknown, other: unknown): boolean {
  return JSON.stringify(some) === JSON.stringify(other);
}

/** The values of a list; none of one that only the deployment knows. */
function known(values: unknown): unknown[] {
  return Array.isArray(values) ? values : [];
}

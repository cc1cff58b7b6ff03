// What an account has so many of at most, whoever makes them: counted in the whole app where the library has a part in it.

import { CfnResource, Stack } from 'aws-cdk-lib';
import type * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import type * as events from 'aws-cdk-lib/aws-events';
import type * as glue from 'aws-cdk-lib/aws-glue';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, IConstruct } from 'constructs';
import { Counted, judge } from './findings';
import { FEWER_RULES, LIMITS } from './limits';
import { bytesOf, ownParts } from './policies';
import { areTogether, placeOf, referencesOf, RenderedApp, RenderedResource } from './rendered-app';
import { isKnown } from '../private/validate';

/** The most characters that a view has for a layout. */
const LONGEST_VIEW_LINE = 4000;

/** Judges what stands below an archive or forwarder, and what counts together with it. */
export function judgeAllBelow(root: Construct): void {
  ownParts(root);
  judge(new Construct(root, 'Limits'), app => {
    const isBelow = (resource: CfnResource) => resource.node.scopes.includes(root);
    return [rules, busPolicies, trails, logPolicies, views, managedPolicies].flatMap(count => count(app, isBelow));
  });
}

/** Whether a resource is one that the library has a part in. */
type IsOurs = (resource: CfnResource) => boolean;

function rules(app: RenderedApp, isBelow: IsOurs): Counted[] {
  const byBus = groupedBy(app.ofType<events.CfnRule>('AWS::Events::Rule'), busOf);
  return [...byBus.values()].filter(all => all.some(isBelow) && app.claims(`rules ${busOf(all[0])}`)).flatMap(all => {
    const { region } = Stack.of(all[0]);
    const most = FEWER_RULES.get(region) ?? LIMITS.rulesOnBus.most;
    const own = all.filter(isBelow).length;
    const common = { prop: 'eventPatterns', of: `on the bus ${nameOfBus(all[0])} (${own} from here, ${all.length - own} from elsewhere in the app)` };
    const canBeTooMany = all.length > LIMITS.wildcardRulesOnBus.most;
    const withWildcards = canBeTooMany ? all.filter(rule => hasWildcard(app.render(rule).properties.EventPattern)) : [];
    return [
      { ...common, count: all.length, limit: { ...LIMITS.rulesOnBus, most }, warning: 'rulesOverDefaultQuota', remedy: 'join patterns, or use several buses' },
      {
        ...common,
        count: withWildcards.length,
        limit: LIMITS.wildcardRulesOnBus,
        warning: areTogether(all) ? undefined : 'wildcardRules',
        remedy: 'use prefix, suffix or equals-ignore-case instead of wildcard, join patterns, or use several buses',
      },
    ];
  });
}

/** All that lets somebody send to a bus makes one policy. */
function busPolicies(app: RenderedApp, isBelow: IsOurs): Counted[] {
  const byBus = groupedBy(app.ofType<events.CfnEventBusPolicy>('AWS::Events::EventBusPolicy'), busOf);
  return [...byBus].filter(([bus, all]) => all.some(isBelow) && app.claims(`bus policy ${bus}`)).map(([, all]) => {
    const measured = app.measure(all, statements => bytesOf({
      Version: '2012-10-17', Statement: statements.map(({ StatementId, Statement }) => ({ Sid: StatementId, ...Statement as object })),
    }));
    return {
      prop: 'acceptEventsFrom',
      ...measured,
      limit: LIMITS.busPolicyCharacters,
      of: `in the policy of the bus ${nameOfBus(all[0])} (${all.length} statements)`,
      warning: 'busPolicyOverDefaultQuota',
      remedy: 'give the organizationId of the accounts instead',
    };
  });
}

/** The same for the same bus: where it is, and its name, or what has it. */
function busOf(rule: events.CfnRule | events.CfnEventBusPolicy): string {
  return `${placeOf(rule)} ${nameOfBus(rule)}`;
}

function nameOfBus(rule: events.CfnRule | events.CfnEventBusPolicy): string {
  const { eventBusName = 'default' } = rule;
  if (isKnown(eventBusName)) return eventBusName.split(':event-bus/').slice(-1)[0];
  const [bus] = referencesOf(rule, eventBusName);
  const { name } = (bus ?? {}) as Partial<events.CfnEventBus>;
  if (name !== undefined && isKnown(name)) return name;
  return bus ? bus.node.path.replace(/\/Resource$/, '') : JSON.stringify(Stack.of(rule).resolve(eventBusName));
}

function hasWildcard(pattern: unknown): boolean {
  if (typeof pattern !== 'object' || pattern === null) return false;
  return Object.entries(pattern).some(([key, value]) => (key === 'wildcard' && typeof value === 'string') || hasWildcard(value));
}

/** A trail of all Regions counts in each. */
function trails(app: RenderedApp, isBelow: IsOurs): Counted[] {
  const all = app.ofType<cloudtrail.CfnTrail>('AWS::CloudTrail::Trail');
  return all.filter(isBelow).flatMap(own => {
    const { account, region } = Stack.of(own);
    const counted = all.filter(other => placeOf(other) === placeOf(own)
      || (other.isMultiRegionTrail === true && isKnown(account) && Stack.of(other).account === account));
    if (!app.claims(`trails ${placeOf(own)}`)) return [];
    return [{
      prop: 'trail',
      count: counted.length,
      limit: LIMITS.trailsInRegion,
      of: `in ${isKnown(region) ? region : 'the Region'}, archives' and others of the app`,
      warning: areTogether(counted) ? undefined : 'trailsInRegion',
      remedy: 'leave trail out where another archive of the account has one',
    }];
  });
}

function logPolicies(app: RenderedApp, isBelow: IsOurs): Counted[] {
  const byPlace = groupedBy(app.ofType('AWS::Logs::ResourcePolicy'), placeOf);
  return [...byPlace].filter(([place, all]) => all.some(isBelow) && app.claims(`log policies ${place}`)).map(([, all]) => ({
    prop: 'addEventBus',
    count: all.length,
    limit: LIMITS.logPoliciesInRegion,
    of: 'of log groups in a Region, of which each archive with own buses has one',
    warning: areTogether(all) ? undefined : 'logPoliciesInRegion',
    remedy: 'add the buses to fewer archives, or make them with events.EventBus and capture them by addCapture',
  }));
}

/** A view has all layouts of the archive in its text. */
function views(app: RenderedApp, isBelow: IsOurs): Counted[] {
  const tables = app.ofType<glue.CfnTable>('AWS::Glue::Table').filter(isBelow);
  // A view has a line for each layout, and each layout a table: with fewer none is that long.
  if (tables.length < LIMITS.viewCharacters.most / LONGEST_VIEW_LINE) return [];
  return tables.map(table => {
    const inputOf = ({ TableInput }: RenderedResource['properties']) => TableInput as { readonly Name: string; readonly ViewOriginalText?: string };
    return {
      prop: 'catalog.previousLayouts',
      ...app.measure([table], ([properties]) => inputOf(properties).ViewOriginalText?.length ?? 0),
      limit: LIMITS.viewCharacters,
      of: `in the text of the view ${inputOf(app.render(table).properties).Name}`,
      remedy: 'list fewer layouts',
    };
  });
}

/** The policies of the archive's own roles. */
function managedPolicies(app: RenderedApp, isOurs: IsOurs): Counted[] {
  const all = app.ofType<iam.CfnManagedPolicy>('AWS::IAM::ManagedPolicy');
  return all.filter(isOurs).map(policy => ({
    prop: 'addCapture',
    ...app.measure([policy], ([{ PolicyDocument }]) => bytesOf(PolicyDocument)),
    limit: LIMITS.managedPolicyCharacters,
    of: `in the policy ${policy.node.path.replace(/\/Resource$/, '')}`,
    remedy: 'use fewer dedicated streams, or several archives',
  }));
}

function groupedBy<T extends IConstruct>(all: readonly T[], nameOf: (each: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const each of all) {
    const name = nameOf(each);
    groups.set(name, [...groups.get(name) ?? [], each]);
  }
  return groups;
}

/** The templates of which mutants are made, and what in them is not the library's. */

import type { MutantSource } from './generator';
import { defaultArchive, fullArchiveWithoutTamperAlerts } from '../full-archive';
import type { JsonObject } from '../simulator/engines';
import type { SimulatedTemplate } from '../simulator/template/template';

/** A template, as a report names it. */
export interface Archive {
  readonly name: string;
  readonly template: object;
  /** What the archive is given, and the parts of it that the library writes all the same. */
  readonly given: readonly Given[];
  /** A template whose resources it has too: their mutants are not needed again, where both say the same. */
  readonly besides?: object;
}

/** A resource that the user has, by its construct's id. */
export interface Given {
  readonly id: string;
  /** Where the library adds to it, by the path of what it adds. @default - nowhere */
  readonly ours?: RegExp;
}

/** What the full archive is given. Policies of CDK's own targets belong to `onEvent`, and those of people to the grants. */
const GIVEN: readonly Given[] = [
  { id: 'Key', ours: /^Properties\.(KeyPolicy\.Statement\[[1-9]\]|Tags)/ },
  { id: 'Records', ours: /^Properties\.LifecycleConfiguration/ },
  { id: 'RecordsPolicy' },
  { id: 'AccessLogs' },
  { id: 'AccessLogsPolicy', ours: /^Properties\.PolicyDocument\.Statement\[1\]/ },
  { id: 'Credentials' },
  { id: 'PlainKey' },
  { id: 'Orders' },
  { id: 'Topic' },
  { id: 'TopicPolicy', ours: /^Properties/ },
  { id: 'LogTopic' },
  { id: 'LogTopicPolicy', ours: /^Properties/ },
  { id: 'Alerts' },
  { id: 'AlertsKey' },
  { id: 'LogTopicKey', ours: /^Properties\.KeyPolicy\.Statement\[1\]/ },
  { id: 'Queue' },
  { id: 'QueuePolicy', ours: /^Properties/ },
  { id: 'Function' },
  { id: 'Reader' },
  { id: 'ReaderDefaultPolicy', ours: /^Properties/ },
  { id: 'Analyst' },
  { id: 'AnalystDefaultPolicy', ours: /^Properties/ },
];

/**
 * Of these no mutants are made, by the archive's name: the queries that compare the archive with a trail, which the tests of completeness
 * alter; and what says the same as another resource that is altered. That are the stream of a capture (held against the archive's own in
 * dedicated-stream.test.ts), the fan-outs' rules on the bus `bills`, on which nothing is sent that they ask for, and of the two views of
 * unique events, which one function writes, one in each archive.
 */
const ALTERED_ELSEWHERE: { readonly [archive: string]: RegExp } = {
  default: /^AuditCatalogAllUniqueEventsView/,
  full: /^Audit(Query\w*The(Trail|Archive)Lacks|DeliveryDedicatedBusyStream|FanOut\w*Busd54f1a1dRule|CatalogUniqueEventsView)/,
};

/** The default archive and the full one, but for tamper alerts; the templates are made in this process. */
export function archives(): Archive[] {
  const template = defaultArchive();
  return [{ name: 'default', template, given: [] }, { name: 'full', template: fullArchiveWithoutTamperAlerts(), given: GIVEN, besides: template }];
}

/** The archive as the generator takes it. A pattern that several rules have, such as those of fan-outs, is altered in the first of them. */
export function sourceOf({ name, template, given, besides }: Archive): MutantSource {
  const again = rulesOfEarlierPatterns(template);
  const isOurs = (logicalId: string, path: string) => {
    if (ALTERED_ELSEWHERE[name]?.test(logicalId)) return false;
    if (again.has(logicalId) && path.startsWith('Properties.EventPattern')) return false;
    const found = given.find(({ id }) => isOf(logicalId, id));
    return found === undefined || (found.ours?.test(path) ?? false);
  };
  return { template, besides, isOurs };
}

/** The rules that have the pattern of one that stands before them. */
function rulesOfEarlierPatterns(template: object): Set<string> {
  const { Resources: resources } = template as { Resources: { [logicalId: string]: { readonly Type: string; readonly Properties?: JsonObject } } };
  const patterns = Object.entries(resources)
    .filter(([, { Type: type }]) => type === 'AWS::Events::Rule')
    .map(([logicalId, { Properties: properties }]) => ({ logicalId, pattern: JSON.stringify(properties?.EventPattern) }));
  const first = new Map(patterns.reverse().map(({ logicalId, pattern }) => [pattern, logicalId]));
  return new Set(patterns.filter(({ logicalId, pattern }) => first.get(pattern) !== logicalId).map(({ logicalId }) => logicalId));
}

/** The logical ids of what the archive is given. */
export function givenIn({ resources }: SimulatedTemplate, given: readonly Given[]): string[] {
  return resources.map(({ logicalId }) => logicalId).filter(logicalId => given.some(({ id }) => isOf(logicalId, id)));
}

/** Those of them to which the library adds nothing. */
export function untouchedIn(template: SimulatedTemplate, given: readonly Given[]): string[] {
  return givenIn(template, given.filter(({ ours }) => ours === undefined));
}

/** CDK adds a hash of the path to a construct's id. */
function isOf(logicalId: string, id: string): boolean {
  return logicalId.startsWith(id) && /^[0-9A-F]{8}$/.test(logicalId.slice(id.length));
}

// The policies of resources that several archives, forwarders and others share: each takes so many bytes and statements in all, whoever
// they come from, and there is one of each.

import { Annotations, CfnResource } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct, IConstruct } from 'constructs';
import { Counted, judge } from './findings';
import { Limit, LIMITS } from './limits';
import { referencesOf, RenderedApp } from './rendered-app';
import { warningId } from '../private/validate';

/** Something of the user's in whose policy the library has a statement. */
export interface PolicyHolder {
  readonly node: IConstruct['node'];
}

/** How the policy of a type is declared, and how large it may be. */
interface PolicyKind {
  readonly what: string;
  /** The types of the resources that are policies; without any, it is a property of the holder. */
  readonly types: readonly string[];
  /** The property that names the holders, on the construct. */
  readonly holders: readonly string[];
  readonly document: string;
  readonly bytes: Limit;
  readonly statements?: Limit;
  readonly remedy: string;
}

const KINDS: { readonly [type: string]: PolicyKind } = {
  'AWS::SQS::Queue': {
    what: 'queue',
    types: ['AWS::SQS::QueuePolicy', 'AWS::SQS::QueueInlinePolicy'],
    holders: ['queues', 'queue'],
    document: 'PolicyDocument',
    bytes: LIMITS.queuePolicyBytes,
    statements: LIMITS.queuePolicyStatements,
    remedy: 'join patterns, or use several archives with queues of their own',
  },
  'AWS::SNS::Topic': {
    what: 'topic',
    types: ['AWS::SNS::TopicPolicy', 'AWS::SNS::TopicInlinePolicy'],
    holders: ['topics', 'topicArn'],
    document: 'PolicyDocument',
    bytes: LIMITS.topicPolicyBytes,
    statements: LIMITS.topicPolicyStatements,
    remedy: 'give archives topics of their own',
  },
  'AWS::S3::Bucket': {
    what: 'bucket',
    types: ['AWS::S3::BucketPolicy'],
    holders: ['bucket'],
    document: 'PolicyDocument',
    bytes: LIMITS.bucketPolicyBytes,
    remedy: 'give each archive a storage.prefix that ends with its account\'s id, so that all accounts share the statements, or use several buckets',
  },
  'AWS::KMS::Key': {
    what: 'key',
    types: [],
    holders: [],
    document: 'KeyPolicy',
    bytes: LIMITS.keyPolicyBytes,
    remedy: 'use several keys',
  },
};

/** Who has a part in a policy, by its holder. */
const PARTS = new WeakMap<CfnResource, Construct[]>();

/** The archives and forwarders. */
const OWNERS = new WeakSet<IConstruct>();

/** What errors say of a policy. */
interface JudgedOptions {
  /** What it is made of. */
  readonly detail?: () => string;
  /** What to do, where that is not what is right for most policies of the kind. */
  readonly remedy?: string;
}

/** A policy to judge. */
interface Judged extends JudgedOptions {
  readonly prop: string;
  readonly holder: CfnResource;
  readonly parts: readonly Construct[];
}

/** Counts what is below a construct as one part of the policies that it has statements in. */
export function ownParts(root: Construct): void {
  OWNERS.add(root);
}

/** Has the policy of a resource judged in which the scope has a statement. One that is imported is its owner's matter. */
export function judgePolicyOf(scope: Construct, prop: string, holder: PolicyHolder, options: JudgedOptions = {}): void {
  const { defaultChild } = holder.node;
  if (!CfnResource.isCfnResource(defaultChild)) return;
  // The policy of a key that is given by an alias is the key's.
  if (defaultChild.cfnResourceType === 'AWS::KMS::Alias') return judgePolicyOf(scope, prop, (holder as kms.IAlias).aliasTargetKey, options);
  if (!(defaultChild.cfnResourceType in KINDS)) return;
  const parts = PARTS.get(defaultChild);
  if (parts) return void parts.push(scope);
  const first = [scope];
  PARTS.set(defaultChild, first);
  judge(scope, app => counted(app, { prop, holder: defaultChild, parts: first, ...options }));
}

function counted(app: RenderedApp, { prop, holder, parts, detail, remedy }: Judged): Counted[] {
  const kind = KINDS[holder.cfnResourceType];
  const policies = kind.types.length === 0 ? [holder] : policiesOf(app, kind, holder);
  if (policies.length > 1) warnOfSeveral(parts[0], prop, kind, holder, policies);
  const owners = new Set(parts.map(ownerOf));
  return policies.flatMap(policy => {
    const { properties: { [kind.document]: document } } = app.render(policy);
    const details = [...detail ? [detail()] : [], `${statementsOf(document).length} statements`, ...owners.size > 1 ? [`shared by ${owners.size} archives or forwarders`] : []];
    const of = `in the policy of the ${kind.what} ${pathOf(holder)} (${details.join(', ')})`;
    const common = { prop, of, remedy: remedy ?? kind.remedy };
    return [
      { ...common, limit: kind.bytes, ...app.measure([policy], ([{ [kind.document]: each }]) => bytesOf(each)) },
      ...kind.statements ? [{ ...common, limit: kind.statements, count: statementsOf(document).length }] : [],
    ];
  });
}

function ownerOf(part: Construct): IConstruct {
  return part.node.scopes.reverse().find(scope => OWNERS.has(scope)) ?? part;
}

function policiesOf(app: RenderedApp, { types, holders }: PolicyKind, holder: CfnResource): CfnResource[] {
  return app.ofType(...types).filter(policy => {
    const values = policy as unknown as { readonly [property: string]: unknown };
    return holders.some(property => values[property] !== undefined && referencesOf(policy, values[property]).includes(holder));
  });
}

function warnOfSeveral(scope: Construct, prop: string, { what }: PolicyKind, holder: CfnResource, policies: readonly CfnResource[]): void {
  Annotations.of(scope).addWarningV2(warningId('severalPolicies'), `${prop}: the ${what} ${pathOf(holder)} has ${policies.length} policies: `
    + `${policies.map(pathOf).join(', ')}; a ${what} has one, so that one of them replaces the others, or cannot be deployed, and the archive's statement may be lost: `
    + `put all statements into one, by addToResourcePolicy of the ${what}`);
}

/** The path of the construct that a user made. */
function pathOf(resource: CfnResource): string {
  return resource.node.path.replace(/\/Resource$/, '');
}

/** How long a policy is as AWS counts it, without spaces. */
export function bytesOf(document: unknown): number {
  return Buffer.byteLength(JSON.stringify(document) ?? '');
}

function statementsOf(document: unknown): unknown[] {
  return [(document as { readonly Statement?: unknown }).Statement ?? []].flat();
}

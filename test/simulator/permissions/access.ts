/**
 * Who may do what, by all policies of templates that belong together: those of the caller and those of the resource, within an account
 * and across accounts. What a template does not hold is not judged, or taken as AWS has it by default.
 */

import { Identities } from './identities';
import { Keys } from './keys';
import { Policies, Principal, Statement, Verdict, verdictOf } from './policies';
import type { RequestContext } from './policy-conditions';
import { bucketArn, busPolicy, ResourcePolicies } from './resource-policies';
import type { JsonObject } from '../engines';
import { Properties } from '../template/properties';
import type { SimulatedResource, SimulatedTemplate } from '../template/template';

/** One of several templates. */
export type JoinedTemplate = SimulatedTemplate;

/** A call to AWS. */
export interface AccessCall {
  readonly principal: Principal;
  /** The caller's own policy, where it is not in a template. */
  readonly policy?: JsonObject;
  readonly action: string;
  readonly resource: string;
  /** By condition key in lower case. */
  readonly context: RequestContext;
}

/** What is known of other templates than those that are judged. */
export interface Elsewhere {
  /** The key that a bucket from elsewhere encrypts with, by the bucket's ARN: the ARN of the key. */
  readonly keysOfBuckets?: { readonly [bucketArn: string]: string };
  /** The names of the aliases of a key from elsewhere, by the key's ARN. */
  readonly aliases?: { readonly [keyArn: string]: readonly string[] };
  /** The ARNs of the keys with which older objects are encrypted. */
  readonly formerKeys?: readonly string[];
}

/** A resource, and where it is. */
export interface PlacedResource {
  readonly template: JoinedTemplate;
  readonly resource: SimulatedResource;
}

/** What a template's policies are, read once. */
interface TemplatePolicies {
  readonly template: JoinedTemplate;
  readonly identities: Identities;
  readonly keys: Keys;
  readonly resources: ResourcePolicies;
}

/** What is asked of both sides of a call: the caller, who is a service or has policies, and the resource. */
interface Sides {
  readonly own: readonly Statement[];
  readonly theirs: readonly Statement[];
}

/** How both sides come together. */
type Rule = (own: Verdict, theirs: Verdict) => boolean;

/** Everybody makes these calls over TLS, of the oldest version that is not refused. */
const TLS: RequestContext = { 'aws:securetransport': 'true', 's3:tlsversion': '1.2' };

const NO_STATEMENTS: readonly Statement[] = [];

/** Services whose resources have policies of their own. */
const WITH_POLICIES = ['events', 'kms', 'lambda', 's3', 'sns', 'sqs', 'sts'];

/** Services whose resources' policies must speak for a call, be it only to leave it to the account. */
const BY_RESOURCE = ['kms', 'sts'];

/** All policies of some templates. */
export class Access {
  private readonly policies: readonly TemplatePolicies[];
  private readonly buckets: ReadonlyMap<string, PlacedResource>;
  private readonly byArn: ReadonlyMap<string, SimulatedResource>;
  private readonly foreignPolicies = new Map<string, readonly Statement[]>();
  private readonly askedLists = new Set<readonly Statement[]>();
  private readonly cached = new Map<string, Policies | undefined>();

  public constructor(public readonly templates: readonly JoinedTemplate[], private readonly elsewhere: Elsewhere = {}) {
    this.policies = templates.map(template => ({
      template, identities: new Identities(template), keys: new Keys(template), resources: new ResourcePolicies(template),
    }));
    const placed = templates.flatMap(template => template.resources.map((resource): PlacedResource => ({ template, resource })));
    this.buckets = new Map(placed.filter(({ resource }) => resource.type === 'AWS::S3::Bucket').map(found => [found.resource.attributes.Arn, found]));
    this.byArn = new Map(placed.map(({ resource }) => [resource.attributes.Arn ?? resource.ref, resource]));
  }

  /** What may be said of a call; `undefined` where the caller's or the resource's policies are elsewhere. */
  public judge(call: AccessCall): Judgement | undefined {
    const { principal, policy } = call;
    const own = 'service' in principal ? NO_STATEMENTS : this.ownStatements(principal.identity, policy);
    const theirs = this.theirStatements(call);
    if (!own || !theirs) return undefined;
    if (!policy) this.askedLists.add(own);
    this.askedLists.add(theirs);
    const context = { ...TLS, ...identityContext(principal), 'kms:resourcealiases': this.aliasesOf(call.resource), ...call.context };
    return new Judgement({ ...call, action: call.action.toLowerCase(), context }, { own, theirs }, this.ruleFor(call));
  }

  /** The statements of all policies that were asked, about whatever call. Those which a call brought with it are not among them. */
  public get asked(): Statement[] {
    return [...this.askedLists].flat();
  }

  public resourceOf(arn: string): SimulatedResource | undefined {
    return this.byArn.get(arn);
  }

  public bucketNamed(name: string): PlacedResource | undefined {
    return [...this.buckets.values()].find(({ resource }) => resource.ref === name);
  }

  /** The ARN of a key, by whatever names it. */
  public keyNamed(name: string): string | undefined {
    return firstKnown(this.policies.map(({ keys }) => keys.find(name)?.arn)) ?? this.foreignKeyBehind(name);
  }

  /** The keys with which older objects are encrypted. */
  public get formerKeys(): readonly string[] {
    return this.elsewhere.formerKeys ?? [];
  }

  /** The key behind the ARN of an alias from elsewhere. */
  private foreignKeyBehind(name: string): string | undefined {
    const [, alias] = /^arn:.*:(alias\/.*)$/.exec(name) ?? [];
    return Object.entries(this.elsewhere.aliases ?? {}).find(([, aliases]) => aliases.includes(alias))?.[0];
  }

  private aliasesOf(arn: string): readonly string[] {
    return [...this.policies.flatMap(({ keys }) => keys.aliasesOf(arn)), ...this.elsewhere.aliases?.[arn] ?? []];
  }

  /** The account in whose template a bucket is. */
  public ownerOf(bucket: string): string | undefined {
    return this.buckets.get(bucket)?.template.environment.account;
  }

  /** The key that a bucket encrypts with, unless its objects' writer names another. */
  public keyOfBucket(bucket: string): string | undefined {
    const found = this.buckets.get(bucket);
    if (!found) return this.elsewhere.keysOfBuckets?.[bucket];
    const [rule] = Properties.of(found.resource).optionalObject('BucketEncryption')?.objects('ServerSideEncryptionConfiguration') ?? [];
    const name = rule?.optionalObject('ServerSideEncryptionByDefault')?.optionalText('KMSMasterKeyID');
    return name === undefined ? undefined : this.keyNamed(name) ?? foreignKey(name, found.template);
  }

  /** Whether the policy of a bucket or queue has a condition on a key. */
  public policyAsks(arn: string, key: string): boolean {
    return this.policyOf(arn.split(':')[2], arn)?.statements.some(statement => statement.asksFor(key)) ?? false;
  }

  /** The roles and users of a template that no service of the pipeline uses, and all of whose policies are known. */
  public people(template: JoinedTemplate): string[] {
    const streams = template.ofType('AWS::KinesisFirehose::DeliveryStream')
      .map(stream => Properties.of(stream).object('ExtendedS3DestinationConfiguration').text('RoleARN'));
    const targets = template.ofType('AWS::Events::Rule').flatMap(rule => Properties.of(rule).objects('Targets').map(target => target.optionalText('RoleArn')));
    const used = new Set([...streams, ...targets]);
    return this.policies.find(policies => policies.template === template)!.identities.known.filter(arn => !used.has(arn));
  }

  /** The logical ids of policies that nobody has. */
  public get unattached(): string[] {
    return this.policies.flatMap(({ identities }) => identities.unattached);
  }

  public statementsOf(identity: string): readonly Statement[] {
    return this.ownStatements(identity) ?? [];
  }

  private ownStatements(identity: string, policy?: JsonObject): readonly Statement[] | undefined {
    if (policy) return this.foreignStatements(policy);
    return this.policies.find(({ identities }) => identities.has(identity))?.identities.policiesOf(identity)?.statements;
  }

  private foreignStatements(policy: JsonObject): readonly Statement[] {
    const text = JSON.stringify(policy);
    const statements = this.foreignPolicies.get(text) ?? new Policies('identity', [{ document: { Statement: [policy] }, where: 'elsewhere' }]).statements;
    this.foreignPolicies.set(text, statements);
    return statements;
  }

  private theirStatements({ principal, action, resource }: AccessCall): readonly Statement[] | undefined {
    const service = serviceOf(action);
    if (!WITH_POLICIES.includes(service)) return NO_STATEMENTS;
    const policy = this.policyOf(service, resource);
    if (policy) return policy.statements;
    // A role or user may be asked for alone: a bucket without a policy says nothing, and a key leaves it to the account.
    return 'identity' in principal && ['events', 'kms', 's3'].includes(service) ? NO_STATEMENTS : undefined;
  }

  private policyOf(service: string, arn: string): Policies | undefined {
    const name = service === 's3' ? bucketArn(arn) : arn;
    const key = `${service} ${name}`;
    if (!this.cached.has(key)) this.cached.set(key, firstKnown(this.policies.map(policies => readPolicy(policies, service, name))));
    return this.cached.get(key);
  }

  /** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html */
  private ruleFor({ principal, action, resource }: AccessCall): Rule {
    if ('service' in principal) return (_own, theirs) => theirs === 'allowed';
    const service = serviceOf(action);
    const caller = accountOf(principal.identity);
    const owner = service === 's3' ? this.ownerOf(bucketArn(resource)) : accountOf(resource);
    // What a bus in no template lets in is its owner's matter.
    if (service === 'events' && !this.templates.some(({ environment }) => environment.account === owner)) return own => own === 'allowed';
    if (owner && owner !== caller) return (own, theirs) => own === 'allowed' && (theirs === 'allowed' || theirs === 'delegated');
    // A key from elsewhere is taken to have the default policy.
    if (service === 'kms' && !this.keyNamed(resource)) return own => own === 'allowed';
    if (BY_RESOURCE.includes(service)) return (own, theirs) => theirs === 'allowed' || (theirs === 'delegated' && own === 'allowed');
    return (own, theirs) => theirs === 'allowed' || own === 'allowed';
  }
}

/** A call, and whether it is allowed: as the policies are, and as they would be with less of one. */
export class Judgement {
  public readonly allowed: boolean;
  /** The statements that are about the call, whether their conditions hold or not. */
  private readonly about: Sides;
  private readonly covering: ReadonlySet<Statement>;

  public constructor(private readonly call: AccessCall, { own, theirs }: Sides, private readonly rule: Rule) {
    const about = (side: readonly Statement[]) => side.filter(statement => statement.concerns(call));
    this.about = { own: about(own), theirs: about(theirs) };
    this.covering = new Set(this.concerned.filter(statement => statement.holds(call)));
    this.allowed = this.decide();
  }

  /** The statements that are about the call, whether their conditions hold or not; those of the caller first. */
  public get concerned(): readonly Statement[] {
    return [...this.about.own, ...this.about.theirs];
  }

  /** Whether the call would be decided otherwise with less of a statement in its place, or with none there. */
  public changesWith(statement: Statement, less?: Statement): boolean {
    const instead = less?.covers(this.call) ? [less] : [];
    if (instead.length === 0 && !this.covering.has(statement)) return false;
    return this.allowed !== this.decide(other => other === statement ? instead : undefined);
  }

  /** An explicit `Deny` of either side wins. */
  private decide(instead: (statement: Statement) => readonly Statement[] | undefined = () => undefined): boolean {
    const { own, theirs } = this.about;
    const [mine, others] = [own, theirs].map(side => verdictOf(
      side.flatMap(statement => instead(statement) ?? (this.covering.has(statement) ? statement : [])), this.call.principal));
    return mine !== 'denied' && others !== 'denied' && this.rule(mine, others);
  }
}

/** A key from elsewhere in the account, which may be named by its id. */
function foreignKey(name: string, { environment: { partition, region, account } }: JoinedTemplate): string {
  return /^[a-z0-9-]+$/.test(name) ? `arn:${partition}:kms:${region}:${account}:key/${name}` : name;
}

function readPolicy({ template, keys, resources }: TemplatePolicies, service: string, arn: string): Policies | undefined {
  switch (service) {
    case 'events': return busPolicyOf(template, arn);
    case 'kms': return keys.find(arn)?.policy;
    case 'lambda': return resources.ofFunction(arn);
    case 's3': return resources.ofBucket(arn);
    case 'sns': return resources.ofTopic(arn);
    case 'sqs': return resources.ofQueue(arn);
    default: return resources.ofRole(arn);
  }
}

/** The policy of a bus that is in the account and Region of a template. */
function busPolicyOf(template: JoinedTemplate, arn: string): Policies | undefined {
  const { account, region } = template.environment;
  const documents = arn.includes(`:events:${region}:${account}:event-bus/`) ? busPolicy(template, arn) : [];
  return documents.length > 0 ? new Policies('resource', documents) : undefined;
}

function firstKnown<T>(found: readonly (T | undefined)[]): T | undefined {
  return found.find(value => value !== undefined);
}

function identityContext(principal: Principal): RequestContext {
  if ('service' in principal) return {};
  const account = accountOf(principal.identity);
  return { 'aws:principalarn': principal.identity, 'aws:principalaccount': account, 'kms:calleraccount': account };
}

function serviceOf(action: string): string {
  return action.split(':')[0].toLowerCase();
}

function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}

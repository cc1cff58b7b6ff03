/**
 * A small evaluator of IAM: may this role do this, may this service take this role, does this queue or bucket let them? An element
 * that it does not know is an error, because a wrong "yes" would prove what is not true.
 */

import type { Json, JsonObject } from './engines';
import { glob, PolicyConditions, RequestContext } from './policy-conditions';
import { Properties } from './properties';
import type { SimulatedResource, SimulatedTemplate } from './template';

/** Who asks: a service by its name, or a role by its ARN. */
export type Principal = { readonly service: string } | { readonly role: string };

/** What is asked. A trust policy names no resource. */
export interface AccessRequest {
  readonly principal: Principal;
  readonly action: string;
  readonly resource?: string;
  readonly context?: RequestContext;
}

/** What a policy says: an explicit `Deny` wins over every `Allow`. */
export type Verdict = 'allowed' | 'denied' | 'silent';

/** What is known of a request beyond what the caller gives. */
const TLS: RequestContext = { 'aws:securetransport': 'true', 's3:tlsversion': '1.3' };

/** What IAM wants in every statement of a kind of policy; another element of these three is malformed there. */
const REQUIRED_ELEMENTS = {
  identity: ['Effect', 'Action', 'Resource'],
  trust: ['Effect', 'Action', 'Principal'],
  resource: ['Effect', 'Action', 'Principal', 'Resource'],
} as const;
type PolicyKind = keyof typeof REQUIRED_ELEMENTS;
const OPTIONAL_ELEMENTS = ['Sid', 'Condition'];

/** A policy document, and where it stands. */
interface PolicyDocument {
  readonly document: Json;
  readonly where: string;
}

const KNOWN_PRINCIPALS = ['AWS', 'Service'];

/** The statements of one or more policy documents. */
export class Policies {
  private readonly statements: Statement[];

  public constructor(kind: PolicyKind, documents: PolicyDocument[]) {
    this.statements = documents.flatMap(({ document, where }) => {
      const { Statement: statements } = document as JsonObject;
      const list = Array.isArray(statements) ? statements : [statements];
      return list.map((statement, index) => new Statement(kind, statement as JsonObject, `${where}.Statement[${index}]`));
    });
  }

  public verdict(request: AccessRequest): Verdict {
    const effects = this.statements.filter(statement => statement.covers(request)).map(statement => statement.effect);
    return effects.includes('Deny') ? 'denied' : effects.includes('Allow') ? 'allowed' : 'silent';
  }
}

/** The roles, queue policies and bucket policies of a template. */
export class Permissions {
  private readonly identityPolicies = new Map<string, Policies>();
  private readonly trustPolicies = new Map<string, Policies>();
  private readonly queuePolicies = new Map<string, Policies>();
  private readonly bucketPolicies = new Map<string, Policies>();

  public constructor(template: SimulatedTemplate) {
    const managedPolicies = template.ofType('AWS::IAM::ManagedPolicy');
    for (const role of template.ofType('AWS::IAM::Role')) {
      const { Arn: arn } = role.attributes;
      this.identityPolicies.set(arn, new Policies('identity', identityDocuments(role, managedPolicies)));
      this.trustPolicies.set(arn, new Policies('trust', [documentOf(role, 'AssumeRolePolicyDocument')]));
    }
    const queuePolicies = template.ofType('AWS::SQS::QueuePolicy');
    for (const { ref, attributes } of template.ofType('AWS::SQS::Queue')) {
      this.queuePolicies.set(attributes.Arn, resourcePolicies(queuePolicies, policy => policy.texts('Queues').includes(ref)));
    }
    const bucketPolicies = template.ofType('AWS::S3::BucketPolicy');
    for (const { ref, attributes } of template.ofType('AWS::S3::Bucket')) {
      this.bucketPolicies.set(attributes.Arn, resourcePolicies(bucketPolicies, policy => policy.text('Bucket') === ref));
    }
  }

  /** Whether the role exists in the template; nothing can be said of a role from elsewhere. */
  public knowsRole(arn: string): boolean {
    return this.identityPolicies.has(arn);
  }

  /** Whether the role's trust policy lets a service take the role. */
  public mayAssume(role: string, service: string, context: RequestContext): boolean {
    return this.trustPolicies.get(role)?.verdict({ principal: { service }, action: 'sts:AssumeRole', context }) === 'allowed';
  }

  /** Whether the role's own policies allow an action, and the bucket's policy, where there is one, does not forbid it. */
  public may(role: string, action: string, resource: string): boolean {
    const context: RequestContext = { ...TLS, 'aws:principalarn': role, 'aws:principalaccount': role.split(':')[4] };
    const request: AccessRequest = { principal: { role }, action, resource, context };
    const bucketVerdict = this.bucketPolicies.get(resource.split('/')[0])?.verdict(request) ?? 'silent';
    return this.identityPolicies.get(role)?.verdict(request) === 'allowed' && bucketVerdict !== 'denied';
  }

  /** Whether a queue takes messages that EventBridge sends for a rule; `undefined` for a queue from elsewhere. */
  public queueAccepts(queue: string, ruleArn: string): boolean | undefined {
    const context: RequestContext = { ...TLS, 'aws:sourcearn': ruleArn, 'aws:sourceaccount': ruleArn.split(':')[4] };
    const request: AccessRequest = { principal: { service: 'events.amazonaws.com' }, action: 'sqs:SendMessage', resource: queue, context };
    const policies = this.queuePolicies.get(queue);
    return policies && policies.verdict(request) === 'allowed';
  }
}

/** One statement of a policy. */
class Statement {
  public readonly effect: 'Allow' | 'Deny';
  private readonly actions: RegExp[];
  private readonly resources?: RegExp[];
  private readonly principals?: JsonObject | '*';
  private readonly conditions: PolicyConditions;

  public constructor(kind: PolicyKind, statement: JsonObject, where: string) {
    const required: readonly string[] = REQUIRED_ELEMENTS[kind];
    const unknown = Object.keys(statement).find(element => !required.includes(element) && !OPTIONAL_ELEMENTS.includes(element));
    if (unknown) throw new Error(`${where}.${unknown}: the simulator does not know this element of such a policy`);
    const missing = required.find(element => texts(statement[element]).length === 0);
    if (missing) throw new Error(`${where}.${missing}: missing; IAM refuses such a policy`);
    if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') throw new Error(`${where}.Effect: Allow or Deny is expected here`);
    this.effect = statement.Effect;
    this.actions = texts(statement.Action).map(action => glob(action.toLowerCase()));
    this.resources = statement.Resource === undefined ? undefined : texts(statement.Resource).map(glob);
    this.principals = principals(statement.Principal, where);
    this.conditions = new PolicyConditions(statement.Condition, `${where}.Condition`);
  }

  public covers({ principal, action, resource, context = {} }: AccessRequest): boolean {
    return this.actions.some(pattern => pattern.test(action.toLowerCase()))
      && this.coversResource(resource)
      && this.coversPrincipal(principal)
      && this.conditions.hold(context);
  }

  private coversResource(resource: string | undefined): boolean {
    return this.resources === undefined || (resource !== undefined && this.resources.some(pattern => pattern.test(resource)));
  }

  /** A policy without principals is an identity's own. */
  private coversPrincipal(principal: Principal): boolean {
    if (this.principals === undefined || this.principals === '*') return true;
    const identities = texts(this.principals.AWS);
    if (identities.includes('*')) return true;
    if ('service' in principal) return texts(this.principals.Service).includes(principal.service);
    const account = principal.role.split(':')[4];
    return [principal.role, account, principal.role.replace(/:role\/.*/, ':root')].some(name => identities.includes(name));
  }
}

function principals(principal: Json | undefined, where: string): JsonObject | '*' | undefined {
  if (principal === undefined || principal === '*') return principal;
  const unknown = Object.keys(principal as JsonObject).find(kind => !KNOWN_PRINCIPALS.includes(kind));
  if (unknown) throw new Error(`${where}.Principal.${unknown}: the simulator does not know this kind of principal`);
  return principal as JsonObject;
}

function identityDocuments(role: SimulatedResource, managedPolicies: SimulatedResource[]): PolicyDocument[] {
  const properties = Properties.of(role);
  const attached = managedPolicies.filter(policy => Properties.of(policy).texts('Roles').includes(role.ref));
  const named = properties.texts('ManagedPolicyArns').map(arn => {
    const policy = managedPolicies.find(({ ref }) => ref === arn);
    return policy ?? properties.fail('ManagedPolicyArns', `the simulator does not know what ${arn} allows`);
  });
  const inline = properties.objects('Policies').map(policy => ({ document: policy.json.PolicyDocument, where: `${policy.where}.PolicyDocument` }));
  return [...new Set([...attached, ...named])].map(policy => documentOf(policy, 'PolicyDocument')).concat(inline);
}

function resourcePolicies(policies: SimulatedResource[], concerns: (policy: Properties) => boolean): Policies {
  return new Policies('resource', policies.filter(policy => concerns(Properties.of(policy))).map(policy => documentOf(policy, 'PolicyDocument')));
}

function documentOf(resource: SimulatedResource, property: string): PolicyDocument {
  return { document: Properties.of(resource).object(property).json, where: `${resource.logicalId}.${property}` };
}

function texts(value: Json | undefined): string[] {
  return value === undefined ? [] : (Array.isArray(value) ? value : [value]).map(element => String(element));
}

/**
 * Policy documents, and their verdict on a request, as IAM has it. An element that the simulator does not know is an error, because a
 * wrong "yes" would prove what is not true.
 */

import type { Json, JsonObject } from '../engines';
import { glob, PolicyConditions, RequestContext } from './policy-conditions';
import { Properties } from '../template/properties';
import type { SimulatedResource } from '../template/template';

/** Who asks: a service by its name, or a role or user by its ARN; the account as a whole has the ARN of its root. */
export type Principal = { readonly service: string } | { readonly identity: string };

/** What is asked. A trust policy names no resource. */
export interface AccessRequest {
  readonly principal: Principal;
  readonly action: string;
  readonly resource?: string;
  readonly context?: RequestContext;
}

/** What a policy says: an explicit `Deny` wins over every `Allow`; `delegated` leaves it to the policies of the account's identities. */
export type Verdict = 'allowed' | 'delegated' | 'denied' | 'silent';

/** What IAM wants in every statement of a kind of policy; another element of these three is malformed there. */
const REQUIRED_ELEMENTS = {
  identity: ['Effect', 'Action', 'Resource'],
  trust: ['Effect', 'Action', 'Principal'],
  resource: ['Effect', 'Action', 'Principal', 'Resource'],
} as const;
type PolicyKind = keyof typeof REQUIRED_ELEMENTS;
const OPTIONAL_ELEMENTS = ['Sid', 'Condition'];

/** A policy document, and where it stands. */
export interface PolicyDocument {
  readonly document: Json;
  readonly where: string;
}

/** What IAM fills in when somebody asks. */
const VARIABLE = /\$\{[^}]*\}/;

const KNOWN_PRINCIPALS = ['AWS', 'Service'];

/** The document that a property of a resource holds. */
export function documentOf(resource: SimulatedResource, property: string): PolicyDocument {
  return { document: Properties.of(resource).object(property).json, where: `${resource.logicalId}.${property}` };
}

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
    const covering = this.statements.filter(statement => statement.covers(request));
    if (covering.length === 0) return 'silent';
    if (covering.some(({ effect }) => effect === 'Deny')) return 'denied';
    return covering.some(statement => statement.reach(request.principal) === 'principal') ? 'allowed' : 'delegated';
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
    const [variable] = VARIABLE.exec(JSON.stringify([statement.Resource, statement.Condition])) ?? [];
    if (variable) throw new Error(`${where}: the simulator does not know the policy variable ${variable}`);
    this.effect = statement.Effect;
    this.actions = texts(statement.Action).map(action => glob(action.toLowerCase()));
    this.resources = statement.Resource === undefined ? undefined : texts(statement.Resource).map(glob);
    this.principals = principals(statement.Principal, where);
    this.conditions = new PolicyConditions(statement.Condition, `${where}.Condition`);
  }

  public covers({ principal, action, resource, context = {} }: AccessRequest): boolean {
    return this.actions.some(pattern => pattern.test(action.toLowerCase()))
      && this.coversResource(resource)
      && this.reach(principal) !== undefined
      && this.conditions.hold(context);
  }

  /** Whether the statement means the principal itself, or all of its account. A policy without principals is an identity's own. */
  public reach(principal: Principal): 'principal' | 'account' | undefined {
    if (this.principals === undefined || this.principals === '*') return 'principal';
    const named = texts(this.principals.AWS);
    if (named.includes('*')) return 'principal';
    if ('service' in principal) return texts(this.principals.Service).includes(principal.service) ? 'principal' : undefined;
    if (named.includes(principal.identity)) return 'principal';
    const [, partition, , , account] = principal.identity.split(':');
    return named.includes(account) || named.includes(rootArn(partition, account)) ? 'account' : undefined;
  }

  private coversResource(resource: string | undefined): boolean {
    return this.resources === undefined || (resource !== undefined && this.resources.some(pattern => pattern.test(resource)));
  }
}

/** By which a policy names all of an account. */
export function rootArn(partition: string, account: string): string {
  return `arn:${partition}:iam::${account}:root`;
}

function principals(principal: Json | undefined, where: string): JsonObject | '*' | undefined {
  if (principal === undefined || principal === '*') return principal;
  const kinds = Object.keys(principal as JsonObject);
  if (kinds.length === 0) throw new Error(`${where}.Principal: empty; IAM refuses such a policy`);
  const unknown = kinds.find(kind => !KNOWN_PRINCIPALS.includes(kind));
  if (unknown) throw new Error(`${where}.Principal.${unknown}: the simulator does not know this kind of principal`);
  const empty = kinds.find(kind => texts((principal as JsonObject)[kind]).length === 0);
  if (empty) throw new Error(`${where}.Principal.${empty}: empty; IAM refuses such a policy`);
  return principal as JsonObject;
}

function texts(value: Json | undefined): string[] {
  return value === undefined ? [] : (Array.isArray(value) ? value : [value]).map(element => String(element));
}

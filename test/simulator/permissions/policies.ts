/**
 * Policy documents, and their verdict on a request, as IAM has it. An element that the simulator does not know is an error, because a
 * wrong "yes" would prove what is not true.
 */

import type { Json, JsonObject } from '../engines';
import { arnLike, PolicyConditions, RequestContext, textLike, TextTest, withoutAt } from './policy-conditions';
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

/** What IAM fills in when somebody asks. Of these the simulator knows the caller's account, in the name of a resource. */
const VARIABLE = /\$\{[^}]*\}/;
const PRINCIPAL_ACCOUNT = '${aws:PrincipalAccount}';

const KNOWN_PRINCIPALS = ['AWS', 'Service'];

/** The document that a property of a resource holds. */
export function documentOf(resource: SimulatedResource, property: string): PolicyDocument {
  return { document: Properties.of(resource).object(property).json, where: `${resource.logicalId}.${property}` };
}

/** What IAM knows of versions; without one it takes the older. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html */
const VERSIONS: readonly unknown[] = [undefined, '2008-10-17', '2012-10-17'];

/** The statements of one or more policy documents. */
export class Policies {
  public readonly statements: readonly Statement[];

  public constructor(kind: PolicyKind, documents: PolicyDocument[]) {
    this.statements = documents.flatMap(({ document, where }) => {
      const { Statement: statements, Version: version } = document as JsonObject;
      if (!VERSIONS.includes(version)) throw new Error(`${where}.Version: ${String(version)} is no version of IAM's policies`);
      const list = Array.isArray(statements) ? statements : [statements];
      if (version !== VERSIONS[2] && JSON.stringify(list).includes(PRINCIPAL_ACCOUNT)) throw new Error(`${where}.Version: ${String(version)} takes a policy variable for a text`);
      if (list.some(statement => typeof statement !== 'object' || statement === null)) throw new Error(`${where}.Statement: missing; IAM refuses such a policy`);
      return list.map((statement, index) => Statement.read(kind, statement as JsonObject, `${where}.Statement[${index}]`));
    });
  }

  public verdict(request: AccessRequest): Verdict {
    return verdictOf(this.statements.filter(statement => statement.covers(request)), request.principal);
  }
}

/** What the statements that cover a request say of it. */
export function verdictOf(covering: readonly Statement[], principal: Principal): Verdict {
  if (covering.length === 0) return 'silent';
  if (covering.some(({ effect }) => effect === 'Deny')) return 'denied';
  return covering.some(statement => statement.reach(principal) === 'principal') ? 'allowed' : 'delegated';
}

/** A part of a statement, and the statement without it; none without all of it. */
export interface StatementPart {
  readonly path: string;
  readonly without?: Statement;
}

/** A text of a statement, and what it means. */
interface Pattern {
  readonly text: string;
  readonly matches: TextTest;
}

/** A resource of a statement, and what it means when somebody of an account asks; a service is of none. */
interface ResourcePattern {
  readonly text: string;
  readonly matches: (resource: string, account?: string) => boolean;
}

/** Whom a statement names, as `Principal` has it. A policy without principals is an identity's own. */
type Principals = { readonly [kind: string]: readonly string[] } | '*' | undefined;

interface StatementElements {
  readonly where: string;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly Pattern[];
  /** Absent in trust policies. */
  readonly resources?: readonly ResourcePattern[];
  readonly principals: Principals;
  readonly conditions: PolicyConditions;
}

/** One statement of a policy. */
export class Statement {
  public static read(kind: PolicyKind, statement: JsonObject, where: string): Statement {
    const required: readonly string[] = REQUIRED_ELEMENTS[kind];
    const unknown = Object.keys(statement).find(element => !required.includes(element) && !OPTIONAL_ELEMENTS.includes(element));
    if (unknown) throw new Error(`${where}.${unknown}: the simulator does not know this element of such a policy`);
    const missing = required.find(element => texts(statement[element]).length === 0);
    if (missing) throw new Error(`${where}.${missing}: missing; IAM refuses such a policy`);
    const { Effect: effect } = statement;
    if (effect !== 'Allow' && effect !== 'Deny') throw new Error(`${where}.Effect: Allow or Deny is expected here`);
    const resourceTexts = texts(statement.Resource).map(text => text.split(PRINCIPAL_ACCOUNT).join(''));
    const [variable] = VARIABLE.exec(JSON.stringify([resourceTexts, statement.Condition])) ?? [];
    if (variable) throw new Error(`${where}: the simulator does not know the policy variable ${variable}`);
    return new Statement({
      where,
      effect,
      actions: texts(statement.Action).map(text => ({ text, matches: textLike(text.toLowerCase()) })),
      resources: statement.Resource === undefined ? undefined : texts(statement.Resource).map(text => ({ text, matches: resourceLike(text) })),
      principals: principals(statement.Principal, where),
      conditions: PolicyConditions.read(statement.Condition, `${where}.Condition`),
    });
  }

  private constructor(private readonly elements: StatementElements) {}

  public get where(): string {
    return this.elements.where;
  }

  public get effect(): 'Allow' | 'Deny' {
    return this.elements.effect;
  }

  public covers(request: AccessRequest): boolean {
    return this.concerns(request) && this.holds(request);
  }

  /** Whether the statement is about the request, leaving its conditions out of account. */
  public concerns({ principal, action, resource }: AccessRequest): boolean {
    const { actions, resources } = this.elements;
    const name = action.toLowerCase();
    return actions.some(({ matches }) => matches(name))
      && (resources === undefined || (resource !== undefined && resources.some(({ matches }) => matches(resource, accountOf(principal)))))
      && this.reach(principal) !== undefined;
  }

  /** Whether the request is as the statement's conditions ask. */
  public holds({ context = {} }: AccessRequest): boolean {
    return this.elements.conditions.hold(context);
  }

  /** Whether the statement means the principal itself, or all of its account. */
  public reach(principal: Principal): 'principal' | 'account' | undefined {
    const { principals: named } = this.elements;
    if (named === undefined || named === '*') return 'principal';
    const { AWS: identities = [], Service: services = [] } = named;
    if (identities.includes('*')) return 'principal';
    if ('service' in principal) return services.includes(principal.service) ? 'principal' : undefined;
    if (identities.includes(principal.identity)) return 'principal';
    const [, partition, , , account] = principal.identity.split(':');
    return identities.includes(account) || identities.includes(rootArn(partition, account)) ? 'account' : undefined;
  }

  /** The texts of the resources that the statement names. */
  public get resources(): string[] {
    return (this.elements.resources ?? []).map(({ text }) => text);
  }

  /** The texts of the actions that the statement names. */
  public get actions(): string[] {
    return this.elements.actions.map(({ text }) => text);
  }

  /** Whether a condition of the statement asks for a key. */
  public asksFor(key: string): boolean {
    return this.elements.conditions.askFor(key);
  }

  /** Everything in the statement that there is more than one of, and each condition, with the statement as it is without that. */
  public parts(): StatementPart[] {
    const { actions, resources = [], conditions } = this.elements;
    return [
      ...oneLess(actions).map(([{ text }, index, rest]) => this.part(`Action[${index}] ${text}`, { actions: rest })),
      ...oneLess(resources).map(([{ text }, index, rest]) => this.part(`Resource[${index}] ${text}`, { resources: rest })),
      ...this.principalParts(),
      ...conditions.parts().map(({ path, without }) => this.part(path, { conditions: without })),
    ];
  }

  private principalParts(): StatementPart[] {
    const { principals: named } = this.elements;
    if (named === undefined || named === '*') return [];
    const all = Object.entries(named).flatMap(([kind, names]) => names.map(name => ({ kind, name })));
    return oneLess(all).map(([{ kind, name }, , rest]) => this.part(`Principal.${kind} ${name}`, { principals: byKind(rest) }));
  }

  private part(path: string, changed: Partial<StatementElements>): StatementPart {
    return { path: `${this.where}.${path}`, without: new Statement({ ...this.elements, ...changed }) };
  }
}

/**
 * The aliases that a statement names where the use of keys is allowed or denied: as a resource, an alias is itself and not its key.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
 */
export function aliasesIn({ actions, resources }: Statement): string[] {
  const areOnAliases = (action: string) => /^kms:\w*alias\w*$/i.test(action);
  if (!actions.some(action => /^kms:/i.test(action) && !areOnAliases(action))) return [];
  return resources.filter(resource => /^arn:[^:]+:kms:[^:]*:[^:]*:alias\//.test(resource));
}

/** Each element of a list of several, its place, and the list without it. */
function oneLess<T>(list: readonly T[]): [T, number, T[]][] {
  return list.length < 2 ? [] : list.map((element, index) => [element, index, withoutAt(list, index)]);
}

function byKind(list: readonly { readonly kind: string; readonly name: string }[]): Principals {
  return Object.fromEntries(KNOWN_PRINCIPALS.map(kind => [kind, list.filter(entry => entry.kind === kind).map(({ name }) => name)]));
}

/** A lone `*` is everything; in an ARN a wildcard stays in its part. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html */
function resourceLike(pattern: string): ResourcePattern['matches'] {
  if (pattern === '*') return () => true;
  if (!pattern.includes(PRINCIPAL_ACCOUNT)) return arnLike(pattern);
  return (resource, account) => account !== undefined && arnLike(pattern.split(PRINCIPAL_ACCOUNT).join(account))(resource);
}

function accountOf(principal: Principal): string | undefined {
  return 'identity' in principal ? principal.identity.split(':')[4] : undefined;
}

/** By which a policy names all of an account. */
export function rootArn(partition: string, account: string): string {
  return `arn:${partition}:iam::${account}:root`;
}

function principals(principal: Json | undefined, where: string): Principals {
  if (principal === undefined || principal === '*') return principal;
  const kinds = Object.keys(principal as JsonObject);
  if (kinds.length === 0) throw new Error(`${where}.Principal: empty; IAM refuses such a policy`);
  const unknown = kinds.find(kind => !KNOWN_PRINCIPALS.includes(kind));
  if (unknown) throw new Error(`${where}.Principal.${unknown}: the simulator does not know this kind of principal`);
  const empty = kinds.find(kind => texts((principal as JsonObject)[kind]).length === 0);
  if (empty) throw new Error(`${where}.Principal.${empty}: empty; IAM refuses such a policy`);
  return Object.fromEntries(kinds.map(kind => [kind, texts((principal as JsonObject)[kind])]));
}

function texts(value: Json | undefined): string[] {
  return value === undefined ? [] : (Array.isArray(value) ? value : [value]).map(element => String(element));
}

/**
 * Walks through all calls that a template's pipeline makes (calls.ts), and asks its policies. A policy is judged when a call of the table
 * asks it: those of the delivery role, of the roles of targets, and of who reads or queries the archive; of the buckets, queues, topics,
 * functions and keys that these use; and who may take the roles that services take. What else is in the template, such as a
 * function's own role or a reader's own trust policy, is not the pipeline's: it must be the app's, which `walkArchive` is told.
 */

import { Access, Elsewhere, Judgement } from './access';
import { Call, CallContext, Caller, CALLS, NearMiss } from './calls';
import { findPlaces, FoundPlace, Names, Place } from './places';
import { aliasesIn, Principal, Statement, StatementPart } from './policies';
import type { RequestContext } from './policy-conditions';
import type { Json, JsonObject } from '../engines';
import type { SimulatedResource, SimulatedTemplate } from '../template/template';

/** A call at a place. */
export interface ConcreteCall {
  readonly what: string;
  readonly source: string;
  readonly principal: Principal;
  /** What the caller's policies are, where they are not in the template. */
  readonly policy?: JsonObject;
  readonly action: string;
  readonly resource: string;
  readonly context: RequestContext;
  readonly expected: 'allowed' | 'refused' | 'either';
}

/**
 * What is wrong with the policies: calls that must be allowed and are not, calls that must be refused and are not, and each statement,
 * action, resource, principal and condition without which all calls would be decided alike. A call across accounts needs the
 * templates of both.
 */
export function walkPermissions(...templates: SimulatedTemplate[]): string[] {
  return findingsOf(() => new Walk(templates).findings());
}

/** The same for one template, and each policy that no call asked, unless it is that of a resource that the app gives, by its logical id. */
export function walkArchive(template: SimulatedTemplate, given: readonly string[] = [], elsewhere: Elsewhere = {}): string[] {
  return findingsOf(() => {
    const walk = new Walk([template], elsewhere);
    const ours = template.resources.filter(({ logicalId }) => !given.includes(logicalId));
    return [...walk.findings(), ...walk.unasked(ours)];
  });
}

/** The calls of the table at all places of the templates. */
export function concreteCalls(...templates: SimulatedTemplate[]): ConcreteCall[] {
  return findPlaces(new Access(templates)).flatMap(callsAt);
}

interface Judged {
  readonly call: ConcreteCall;
  readonly judgement: Judgement;
}

/** Policies that IAM would refuse, or that the simulator does not know, are findings too. */
class UnreadableTemplate extends Error {}

function findingsOf(walk: () => string[]): string[] {
  try {
    return walk();
  } catch (error) {
    if (error instanceof UnreadableTemplate) return [error.message];
    throw error;
  }
}

class Walk {
  private readonly judged: readonly Judged[];
  private readonly asked: readonly Statement[];
  private readonly unattached: readonly string[];

  public constructor(templates: readonly SimulatedTemplate[], elsewhere: Elsewhere = {}) {
    const access = readable(() => new Access(templates, elsewhere));
    const calls = distinct(readable(() => findPlaces(access)).flatMap(callsAt));
    this.judged = readable(() => calls.flatMap(call => {
      const judgement = access.judge(call);
      return judgement ? [{ call, judgement }] : [];
    }));
    this.asked = access.asked;
    this.unattached = access.unattached;
  }

  public findings(): string[] {
    const wrong = this.judged.filter(({ call: { expected }, judgement: { allowed } }) => expected !== 'either' && allowed !== (expected === 'allowed'));
    return [
      ...wrong.map(({ call }) => describe(call)),
      ...this.unattached.map(policy => `${policy}: nobody has this policy`),
      ...this.asked.flatMap(statement => aliasesIn(statement).map(alias => `${statement.where}: ${alias} is an alias, by which IAM matches no key`)),
      ...this.needless().map(path => `${path}: no call needs it`),
    ];
  }

  /** The policies of some resources that no call asked: whatever they allow, the pipeline does not need it. */
  public unasked(resources: readonly SimulatedResource[]): string[] {
    const asked = new Set(this.asked.map(({ where }) => where.replace(/\.Statement\[\d+\]$/, '')));
    return resources.flatMap(policiesOf).filter(where => !asked.has(where)).map(where => `${where}: no call asks this policy`);
  }

  /** The statements that make no difference to any call, and of the others the parts that do not. One policy may be several callers' own. */
  private needless(): string[] {
    const asked = [...this.callsOfStatements()];
    const needed = (part: (statement: Statement) => StatementPart[]) => neededPaths(asked.flatMap(([statement, judgements]) =>
      part(statement).map(({ path, without }) => ({ path, needed: judgements.some(judgement => judgement.changesWith(statement, without)) }))));
    const statements = needed(statement => [{ path: statement.where }]);
    const parts = needed(statement => statements.get(statement.where) ? statement.parts() : []);
    return [...statements, ...parts].filter(([, isNeeded]) => !isNeeded).map(([path]) => path);
  }

  /** The statements that were asked, and what each is about. */
  private callsOfStatements(): Map<Statement, Judgement[]> {
    const calls = new Map(this.asked.map((statement): [Statement, Judgement[]] => [statement, []]));
    for (const { judgement } of this.judged) for (const statement of judgement.concerned) calls.get(statement)?.push(judgement);
    return calls;
  }
}

/** Where a resource has policies: each object with statements, whatever property holds it, and what Lambda makes a statement of. */
function policiesOf({ logicalId, type, properties }: SimulatedResource): string[] {
  return type === 'AWS::Lambda::Permission' ? [logicalId] : policiesIn(properties, logicalId);
}

function policiesIn(value: Json, where: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((element, index) => policiesIn(element, `${where}[${index}]`));
  if (value.Statement !== undefined) return [where];
  return Object.entries(value).flatMap(([name, below]) => policiesIn(below, `${where}.${name}`));
}

/** What is needed by anybody who has it is needed. */
function neededPaths(parts: readonly { readonly path: string; readonly needed: boolean }[]): Map<string, boolean> {
  const paths = new Map<string, boolean>();
  for (const { path, needed } of parts) paths.set(path, needed || (paths.get(path) ?? false));
  return paths;
}

function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UnreadableTemplate((error as Error).message);
  }
}

const CALLS_AT: ReadonlyMap<Place, readonly Call[]> = new Map(CALLS.map(({ place }) => [place, CALLS.filter(call => call.place === place)]));

/** What was made of places before: a template's mutants have most of its places too. */
const MADE = new Map<string, readonly ConcreteCall[]>();
const MOST_KEPT = 5000;

function callsAt(found: FoundPlace): readonly ConcreteCall[] {
  const key = JSON.stringify(found);
  const calls = MADE.get(key) ?? makeCallsAt(found);
  if (MADE.size >= MOST_KEPT) MADE.clear();
  MADE.set(key, calls);
  return calls;
}

function makeCallsAt({ place, names }: FoundPlace): ConcreteCall[] {
  return (CALLS_AT.get(place) ?? []).flatMap(call => [
    ...concrete(call, names, call.needless ? 'either' : 'allowed'),
    ...(call.refused ?? []).flatMap(miss => concrete(missed(call, miss), names, 'refused')),
  ]);
}

function missed(call: Call, miss: NearMiss): Call {
  return { ...call, ...miss, context: { ...call.context, ...miss.context }, what: `${call.what} ${miss.what}` };
}

function concrete(call: Call, names: Names, expected: ConcreteCall['expected']): ConcreteCall[] {
  const { what, source, actions, resources } = call;
  const caller = callerAt(call.caller, names);
  const context = contextAt(call.context ?? {}, names);
  return actions.flatMap(action => resources.map(resource => ({
    what, source, ...caller, action, resource: filled(resource, names), context, expected,
  })));
}

function callerAt(caller: Caller, names: Names): Pick<ConcreteCall, 'principal' | 'policy'> {
  if ('service' in caller) return { principal: { service: filled(caller.service, names) } };
  return { principal: { identity: filled(caller.identity, names) }, policy: caller.policy && filledIn(caller.policy, names) as JsonObject };
}

function contextAt(context: CallContext, names: Names): RequestContext {
  const given = Object.entries(context).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(given.map(([key, value]) => [key.toLowerCase(), filled(value, names)]));
}

function filled(text: string, names: Names): string {
  if (!text.includes('{')) return text;
  return text.replace(/\{(\w+)\}/g, (_all, name: string) => {
    if (!Object.hasOwn(names, name)) throw new Error(`${text}: this place has no ${name}`);
    return names[name];
  });
}

function filledIn(value: Json, names: Names): Json {
  if (typeof value === 'string') return filled(value, names);
  if (Array.isArray(value)) return value.map(element => filledIn(element, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, below]) => [key, filledIn(below, names)]));
}

/** Rules that share a role or a topic make the same call of it. */
function distinct(calls: readonly ConcreteCall[]): ConcreteCall[] {
  return [...new Map(calls.map(call => [identityOf(call), call])).values()];
}

const IDENTITIES = new WeakMap<ConcreteCall, string>();

function identityOf(call: ConcreteCall): string {
  const identity = IDENTITIES.get(call) ?? JSON.stringify([call.principal, call.action, call.resource, call.context, call.expected]);
  IDENTITIES.set(call, identity);
  return identity;
}

function describe({ what, source, principal, action, resource, context, expected }: ConcreteCall): string {
  const who = 'service' in principal ? principal.service : principal.identity;
  const known = Object.entries(context).map(([key, value]) => `, ${key} ${value}`).join('');
  return `${who} may ${expected === 'allowed' ? 'not ' : ''}${action} on ${resource}${known}: ${what} (${source})`;
}

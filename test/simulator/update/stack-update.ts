/**
 * What CloudFormation makes of a stack when its template becomes another: which resources it creates, updates in place, replaces and
 * removes, and what stays behind.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
 */

import { keptBy, updated } from './kept-properties';
import { isSame, refusedProperty, replacingProperty } from './replacements';
import type { JsonObject } from '../engines';
import { deliveryOutOfTurn } from '../template/delivery-turns';
import { Environment, environmentOf } from '../template/environment';
import { SimulatedResource, SimulatedTemplate } from '../template/template';

/** What happens to a resource. */
export type ChangeKind = 'create' | 'update' | 'replace' | 'remove';

/** What happens to a resource, and what it is before and after. */
export interface Change {
  readonly kind: ChangeKind;
  readonly logicalId: string;
  readonly type: string;
  readonly before?: SimulatedResource;
  /** What it becomes, one after another: a rule gets its pattern and state first, and its targets then. */
  readonly forms: readonly SimulatedResource[];
  /** Whether what was before stays, though the stack has it no longer. */
  readonly isKept: boolean;
  /** The property that replaces it. */
  readonly because?: string;
}

/** What an update goes by. */
export interface UpdateOptions {
  readonly environment?: Partial<Environment>;
  /** What earlier updates left behind. */
  readonly leftBehind?: readonly SimulatedResource[];
}

/** What keeps a resource that goes. */
const KEEPING = ['Retain', 'RetainExceptOnCreate'];
const GOING = [undefined, 'Delete'];

/** An update of a stack from one template to another. */
export class StackUpdate {
  /** Reads both templates, or throws at what the simulator does not know. */
  public static plan(before: object, after: object, { environment, leftBehind = [] }: UpdateOptions = {}): StackUpdate {
    const place = environmentOf(environment);
    const old = SimulatedTemplate.parse(before, place);
    let generations = { ...place.generations };
    for (;;) {
      const next = SimulatedTemplate.parse(after, { ...place, generations });
      const renamed = next.resources.filter(resource => !hasNewName(resource.logicalId, place.generations, generations)
        && (isReplaced(old, resource) || isTaken(old, leftBehind, resource)));
      if (renamed.length === 0) return new StackUpdate(old, next, leftBehind);
      generations = { ...generations, ...Object.fromEntries(renamed.map(({ logicalId }) => [logicalId, (place.generations[logicalId] ?? 0) + 1])) };
    }
  }

  public readonly changes: readonly Change[];
  /** Why the update cannot be made. */
  public readonly obstacles: readonly string[];
  private readonly changed: ReadonlyMap<string, Change>;

  private constructor(
    public readonly before: SimulatedTemplate,
    public readonly after: SimulatedTemplate,
    public readonly earlierLeftBehind: readonly SimulatedResource[],
  ) {
    this.changes = [
      ...after.resources.flatMap(resource => this.changeOf(resource)),
      ...before.resources.flatMap(resource => this.removalOf(resource)),
    ];
    this.changed = new Map(this.changes.map(change => [change.logicalId, change]));
    this.obstacles = [...this.changes.flatMap(change => this.obstaclesOf(change)), ...this.outOfTurn()];
  }

  public change(logicalId: string): Change | undefined {
    return this.changed.get(logicalId);
  }

  /** What is there and in no stack any more, of this update and of earlier ones. */
  public get leftBehind(): SimulatedResource[] {
    return [...this.earlierLeftBehind, ...this.changes.filter(({ isKept }) => isKept).map(({ before }) => before!)];
  }

  /** The properties that stay as they were because the update does not say them, by the resource's logical id. */
  public get keptProperties(): string[] {
    return this.changes.flatMap(({ kind, before, logicalId }) =>
      kind === 'update' ? keptBy(before!, this.after.resource(logicalId)).map(path => `${logicalId}.${path}`) : []);
  }

  private changeOf(resource: SimulatedResource): Change[] {
    const { logicalId, type } = resource;
    const before = this.before.find(logicalId);
    if (!before) return [{ kind: 'create', logicalId, type, forms: [resource], isKept: false }];
    if (before.type !== type) throw new Error(`${logicalId}: it is a ${before.type} and cannot become a ${type}`);
    const because = replacingProperty(before, resource);
    if (because) return [{ kind: 'replace', logicalId, type, before, forms: [resource], isKept: staysBehind(resource, resource.updateReplacePolicy), because }];
    if (isSame(before.properties, resource.properties)) return [];
    return [{ kind: 'update', logicalId, type, before, forms: formsOf(before, updated(before, resource)), isKept: false }];
  }

  private removalOf(before: SimulatedResource): Change[] {
    const { logicalId, type } = before;
    if (this.after.find(logicalId)) return [];
    return [{ kind: 'remove', logicalId, type, before, forms: [], isKept: staysBehind(before, before.deletionPolicy) }];
  }

  /** What is made is made before anything is removed, and what does not change is in nobody's way. */
  private outOfTurn(): string[] {
    const made = this.changes.filter(({ kind }) => kind !== 'remove').map(({ logicalId }) => this.after.resource(logicalId));
    const gone = this.changes.filter(({ kind, isKept }) => (kind === 'remove' || kind === 'replace') && !isKept).map(({ before }) => before!);
    return [deliveryOutOfTurn(made, 'changed') ?? [], deliveryOutOfTurn(gone, 'removed') ?? []].flat();
  }

  /** @see https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2513 */
  private sourceOfTheSame({ type, properties }: SimulatedResource): SimulatedResource | undefined {
    if (type !== 'AWS::Logs::DeliverySource') return undefined;
    return this.before.ofType(type).find(source => source.properties.ResourceArn === properties.ResourceArn);
  }

  private obstaclesOf({ kind, before, logicalId, because }: Change): string[] {
    const after = this.after.find(logicalId);
    if (kind === 'update') {
      const refused = refusedProperty(before!, after!);
      return refused ? [`${logicalId}.${refused}: the service refuses another value in place`] : [];
    }
    if (kind === 'replace' && isSameThing(before!, after!)) {
      return [`${logicalId}: ${because} replaces it, and CloudFormation replaces nothing that has a name of the template's: give it another`];
    }
    const rival = kind === 'create' || kind === 'replace' ? this.sourceOfTheSame(after!) : undefined;
    if (rival) return [`${logicalId}: CloudWatch Logs takes one delivery source of a resource, and ${rival.logicalId} is there`];
    const other = kind === 'create' ? [...this.before.resources, ...this.earlierLeftBehind].find(resource => isSameThing(resource, after!)) : undefined;
    return other ? [`${logicalId}: there is a ${other.type} of its name already: ${other.logicalId}`] : [];
  }
}

/** Something else takes its place, by a property or by a name that it refers to. */
function isReplaced(old: SimulatedTemplate, after: SimulatedResource): boolean {
  const before = old.find(after.logicalId);
  return before !== undefined && before.type === after.type && replacingProperty(before, after) !== undefined;
}

/** It is new, and its name is that of something which is there: unless the template gives it, CloudFormation makes up another. */
function isTaken(old: SimulatedTemplate, leftBehind: readonly SimulatedResource[], after: SimulatedResource): boolean {
  return old.find(after.logicalId) === undefined && leftBehind.some(other => isSameThing(other, after));
}

function hasNewName(logicalId: string, before: Environment['generations'], after: Environment['generations']): boolean {
  return (before[logicalId] ?? 0) !== (after[logicalId] ?? 0);
}

/** What is known by a name is the same thing when it has the same. */
function isSameThing(one: SimulatedResource, other: SimulatedResource): boolean {
  return one.type === other.type && arnOf(one) !== undefined && arnOf(one) === arnOf(other);
}

function arnOf({ attributes, ref }: SimulatedResource): string | undefined {
  return attributes.Arn ?? (ref.startsWith('arn:') ? ref : undefined);
}

function staysBehind({ logicalId }: SimulatedResource, policy: string | undefined): boolean {
  if (policy !== undefined && KEEPING.includes(policy)) return true;
  if (GOING.includes(policy)) return false;
  throw new Error(`${logicalId}: the simulator does not know what ${policy} does with a resource that goes`);
}

/**
 * CloudFormation puts the rule, then takes off the targets whose ids it has no longer, and then puts those that it has.
 * @see https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-events
 */
function formsOf(before: SimulatedResource, after: SimulatedResource): SimulatedResource[] {
  if (after.type !== 'AWS::Events::Rule') return [after];
  const [old, own] = [before, after].map(({ properties: { Targets: targets = [] } }) => targets as JsonObject[]);
  const left = old.filter(target => own.some(({ Id: id }) => id === target.Id));
  const { Targets: _targets, ...rule } = after.properties;
  const isPut = !isSame(rule, { ...before.properties, Targets: undefined } as unknown as JsonObject);
  return [
    ...isPut && !isSame(old, own) ? [{ ...after, properties: { ...rule, Targets: old } }] : [],
    ...left.length < old.length ? [{ ...after, properties: { ...rule, Targets: left } }] : [],
    after,
  ];
}

// The resources of the whole app as the templates will have them, for what is judged when all of it is there.

import { CfnResource, DefaultTokenResolver, IResolvable, IResolveContext, Reference, Stack, Stage, StringConcat, Tokenization } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { Extreme, stoodIn } from './stand-ins';
import { isKnown } from '../private/validate';

/** By the app's root, for one pass of validation. */
const RENDERED = new WeakMap<IConstruct, RenderedApp>();

const STAGES = new WeakSet<IConstruct>();

/** All resources of an app. It is read by validations only: before them, aspects may still change something. */
export class RenderedApp {
  /** The app, read once in each pass of validation. */
  public static of(scope: IConstruct): RenderedApp {
    const { root } = scope.node;
    const app = RENDERED.get(root) ?? new RenderedApp(root);
    RENDERED.set(root, app);
    return app;
  }

  /** Has the app read anew whenever the scope's stage is validated: the stage itself is, before all that is in it. */
  public static readAnew(scope: IConstruct): void {
    const stage = Stage.of(scope) ?? scope.node.root;
    if (STAGES.has(stage)) return;
    STAGES.add(stage);
    stage.node.addValidation({
      validate: () => {
        RENDERED.delete(stage.node.root);
        return [];
      },
    });
  }

  private readonly byType = new Map<string, CfnResource[]>();
  private readonly claimed = new Set<string>();
  private readonly rendered = { longest: new Map<CfnResource, RenderedResource>(), shortest: new Map<CfnResource, RenderedResource>() };

  private constructor(root: IConstruct) {
    for (const child of root.node.findAll()) {
      if (!CfnResource.isCfnResource(child)) continue;
      const others = this.byType.get(child.cfnResourceType);
      if (others) others.push(child);
      else this.byType.set(child.cfnResourceType, [child]);
    }
  }

  /** The resources of some types, in the order of the tree. */
  public ofType<T extends CfnResource>(...types: string[]): T[] {
    return types.flatMap(type => (this.byType.get(type) ?? []) as T[]);
  }

  /** Whether a finding is new in this pass: what several archives share is reported by one of them. */
  public claims(finding: string): boolean {
    const isNew = !this.claimed.has(finding);
    this.claimed.add(finding);
    return isNew;
  }

  /** What a resource's properties are, with texts in the place of what only the deployment knows. */
  public render(resource: CfnResource, extreme: Extreme = 'longest'): RenderedResource {
    const known = this.rendered[extreme].get(resource) ?? renderedResource(resource, extreme);
    this.rendered[extreme].set(resource, known);
    return known;
  }

  /** The size of something that is made of resources: the most that it can have, and the least. */
  public measure(resources: readonly CfnResource[], sizeOf: (properties: RenderedResource['properties'][]) => number): Measured {
    const sizeWith = (extreme: Extreme) => sizeOf(resources.map(resource => this.render(resource, extreme).properties));
    return {
      count: sizeWith('longest'),
      least: () => sizeWith('shortest'),
      isEstimated: resources.some(resource => this.render(resource).isEstimated),
    };
  }
}

/** A size that may depend on what only the deployment knows. */
export interface Measured {
  readonly count: number;
  readonly least: () => number;
  readonly isEstimated: boolean;
}

/** A resource's properties. */
export interface RenderedResource {
  readonly properties: { readonly [name: string]: unknown };
  /** Whether some of it is estimated. */
  readonly isEstimated: boolean;
}

function renderedResource(resource: CfnResource, extreme: Extreme): RenderedResource {
  const { value, isEstimated } = stoodIn(resource, resource._toCloudFormation(), extreme);
  const { Resources } = value as { readonly Resources: { readonly [id: string]: { readonly Properties?: RenderedResource['properties'] } } };
  const [{ Properties = {} }] = Object.values(Resources);
  return { properties: Properties, isEstimated };
}

/** A text that is the same for what is certainly deployed to the same account and Region; without a known one, that of a stage. */
export function placeOf(construct: IConstruct): string {
  const { account, region } = Stack.of(construct);
  const isPlaced = isKnown(account) && isKnown(region);
  return `${account} ${region}${isPlaced ? '' : ` ${Stage.of(construct)?.node.path}`}`;
}

/** Whether resources are certainly in one account and Region. */
export function areTogether([first, ...others]: readonly CfnResource[]): boolean {
  const { account, region } = Stack.of(first);
  return (isKnown(account) && isKnown(region)) || others.every(other => Stack.of(other) === Stack.of(first));
}

/** The resources that a value of a resource refers to, in whatever stack; what only a policy names is not looked for. */
export function referencesOf(scope: IConstruct, value: unknown): IConstruct[] {
  const collector = new References();
  Tokenization.resolve(value, { scope, resolver: collector, preparing: false });
  return collector.found;
}

/** Resolves as CDK does, and notes what is referred to. A policy takes no more statements once it is resolved, so that none is. */
class References extends DefaultTokenResolver {
  public readonly found: IConstruct[] = [];

  constructor() {
    super(new StringConcat());
  }

  public override resolveToken(token: IResolvable, context: IResolveContext, postProcessor: Parameters<DefaultTokenResolver['resolveToken']>[2]): unknown {
    if (token instanceof iam.PolicyDocument) return { Statement: [] };
    if (Reference.isReference(token)) this.found.push(token.target);
    return super.resolveToken(token, context, postProcessor);
  }
}

/**
 * A synthesized CloudFormation template as it is after deployment: every resource with its properties resolved, in the order in which
 * CloudFormation would create them.
 */

import type { Json, JsonObject } from '../engines';
import { Environment, environmentOf } from './environment';
import { Intrinsics, NO_VALUE, Resolved, Scope } from './intrinsics';
import { checkKnown, fields } from './known-properties';
import { knownResource } from './known-resources';
import { Identity, Naming } from './physical-ids';

export type { Environment } from './environment';

/** A resource as deployed. */
export interface SimulatedResource extends Identity {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: JsonObject;
  /** What the template's own `DependsOn` names. */
  readonly dependsOn: readonly string[];
  /** The resources that CloudFormation creates before it: those that `DependsOn` names or a property refers to, and theirs. */
  readonly waitsFor: readonly string[];
  readonly deletionPolicy?: string;
  readonly updateReplacePolicy?: string;
}

/** A template that the simulator knows all of. */
export class SimulatedTemplate {
  /** Resolves a template, or throws at the first thing that the simulator does not know. */
  public static parse(json: object, environment?: Partial<Environment>): SimulatedTemplate {
    return new Deployment(json as JsonObject, environmentOf(environment)).run();
  }

  private readonly byId: ReadonlyMap<string, SimulatedResource>;

  /** @internal use `parse` */
  public constructor(
    public readonly environment: Environment,
    public readonly resources: readonly SimulatedResource[],
    public readonly outputs: { readonly [name: string]: Json },
  ) {
    this.byId = new Map(resources.map(resource => [resource.logicalId, resource]));
  }

  public resource(logicalId: string): SimulatedResource {
    const found = this.byId.get(logicalId);
    if (!found) throw new Error(`${logicalId}: there is no such resource in the template`);
    return found;
  }

  public find(logicalId: string): SimulatedResource | undefined {
    return this.byId.get(logicalId);
  }

  public ofType(type: string): SimulatedResource[] {
    return this.resources.filter(resource => resource.type === type);
  }
}

const KNOWN_SECTIONS = [
  'AWSTemplateFormatVersion', 'Conditions', 'Description', 'Mappings', 'Metadata', 'Outputs', 'Parameters', 'Resources', 'Rules',
];

const KNOWN_RESOURCE_ATTRIBUTES = ['Condition', 'DeletionPolicy', 'DependsOn', 'Metadata', 'Properties', 'Type', 'UpdateReplacePolicy'];

/** What to do about a value of another stack, which a template alone does not hold. */
const NAME_LITERALLY = 'name the bus or queue of the other stack literally';

/** One pass over a template: resources are created as others refer to them. */
class Deployment implements Scope {
  private readonly intrinsics = new Intrinsics(this);
  private readonly created = new Map<string, SimulatedResource>();
  /** What is being resolved right now, each because the one before refers to it. */
  private readonly underWay: string[] = [];
  /** What each resource needs, itself or by what it needs. */
  private readonly needs = new Map<string, Set<string>>();

  public constructor(private readonly json: JsonObject, private readonly environment: Environment) {
    refuseUnknown(json, KNOWN_SECTIONS, 'the template');
  }

  public run(): SimulatedTemplate {
    for (const name of Object.keys(this.section('Parameters'))) this.parameter(name, `Parameters.${name}`);
    for (const name of Object.keys(this.section('Conditions'))) this.condition(name, `Conditions.${name}`);
    for (const logicalId of Object.keys(this.section('Resources'))) {
      if (this.exists(logicalId)) this.create(logicalId, logicalId);
    }
    return new SimulatedTemplate(this.environment, [...this.created.values()], this.outputs());
  }

  public ref(name: string, where: string): Resolved {
    if (name === 'AWS::NoValue') return NO_VALUE;
    const pseudo = this.pseudoParameters();
    if (Object.hasOwn(pseudo, name)) return pseudo[name];
    if (Object.hasOwn(this.section('Parameters'), name)) return this.parameter(name, where);
    return this.create(name, where).ref;
  }

  public attribute(logicalId: string, attribute: string, where: string): Json {
    const resource = this.create(logicalId, where);
    if (!Object.hasOwn(resource.attributes, attribute)) {
      throw new Error(`${where}: the simulator does not know the attribute ${attribute} of ${resource.type}`);
    }
    return resource.attributes[attribute];
  }

  public condition(name: string, where: string): boolean {
    const conditions = this.section('Conditions');
    if (!Object.hasOwn(conditions, name)) throw new Error(`${where}: there is no condition ${name}`);
    return this.once(`the condition ${name}`, where, () => this.intrinsics.holds(conditions[name], `Conditions.${name}`));
  }

  public mapping(map: string, first: string, second: string, where: string): Json {
    const value = [map, first, second].reduce<Json | undefined>((object, key) => member(object, key), this.section('Mappings'));
    if (value === undefined) throw new Error(`${where}: there is no ${map}.${first}.${second} in the mappings`);
    return value;
  }

  public exported(name: string, where: string): Json {
    if (Object.hasOwn(this.environment.exports, name)) return this.environment.exports[name];
    throw new Error(`${where}: no stack of the environment exports ${name}; ${NAME_LITERALLY}`);
  }

  public stackOutput(stack: string, output: string, where: string): Json {
    const value = member(this.environment.stackOutputs as JsonObject, stack);
    const found = member(value, output);
    if (found === undefined) throw new Error(`${where}: no stack ${stack} of the environment has an output ${output}; ${NAME_LITERALLY}`);
    return found;
  }

  private create(logicalId: string, where: string): SimulatedResource {
    const needy = this.underWay.map(name => this.needs.get(name));
    const resource = this.created.get(logicalId) ?? this.createNow(logicalId, where);
    for (const needs of needy) for (const id of [logicalId, ...resource.waitsFor]) needs?.add(id);
    return resource;
  }

  private createNow(logicalId: string, where: string): SimulatedResource {
    if (!Object.hasOwn(this.section('Resources'), logicalId)) throw new Error(`${where}: ${logicalId} is neither a resource nor a parameter`);
    if (!this.exists(logicalId)) throw new Error(`${where}: ${logicalId} is not created, because its condition is false`);
    const resource = this.once(logicalId, where, () => this.deploy(logicalId, this.section('Resources')[logicalId]));
    this.created.set(logicalId, resource);
    return resource;
  }

  private deploy(logicalId: string, declaration: Json): SimulatedResource {
    if (!isObject(declaration) || typeof declaration.Type !== 'string') throw new Error(`${logicalId}: a resource needs a Type`);
    refuseUnknown(declaration, KNOWN_RESOURCE_ATTRIBUTES, logicalId);
    const { Type: type, Properties: given = {} } = declaration;
    const needs = new Set<string>();
    this.needs.set(logicalId, needs);
    const known = knownResource(type, logicalId);
    const dependsOn = this.dependencies(logicalId, declaration.DependsOn);
    const properties = this.intrinsics.resolve(given, logicalId);
    if (properties === NO_VALUE || !isObject(properties)) throw new Error(`${logicalId}: the properties must be an object`);
    checkKnown(fields(known.properties), properties, logicalId);
    return {
      logicalId,
      type,
      properties,
      dependsOn,
      waitsFor: [...needs],
      deletionPolicy: optionalText(declaration.DeletionPolicy),
      updateReplacePolicy: optionalText(declaration.UpdateReplacePolicy),
      ...known.identity(new Naming(this.environment, logicalId, properties)),
    };
  }

  private dependencies(logicalId: string, declared: Json = []): string[] {
    const names = (Array.isArray(declared) ? declared : [declared]).map(name => String(name));
    for (const name of names) {
      if (!Object.hasOwn(this.section('Resources'), name)) throw new Error(`${logicalId}.DependsOn: there is no resource ${name}`);
      if (this.exists(name)) this.create(name, `${logicalId}.DependsOn`);
    }
    return names;
  }

  /** Runs a step that may need others, and refuses to come back to where it started. */
  private once<T>(name: string, where: string, step: () => T): T {
    if (this.underWay.includes(name)) {
      const cycle = [...this.underWay.slice(this.underWay.indexOf(name)), name].join(' → ');
      throw new Error(`${where}: circular dependency: ${cycle}`);
    }
    this.underWay.push(name);
    try {
      return step();
    } finally {
      this.underWay.pop();
    }
  }

  private exists(logicalId: string): boolean {
    const condition = member(this.section('Resources')[logicalId], 'Condition');
    return condition === undefined || this.condition(String(condition), `${logicalId}.Condition`);
  }

  private parameter(name: string, where: string): Json {
    const declaration = this.section('Parameters')[name];
    const type = String(member(declaration, 'Type'));
    const given = Object.hasOwn(this.environment.parameters, name) ? this.environment.parameters[name] : undefined;
    // What Parameter Store holds is known only when it is given; unless somebody refers to it, it does not matter.
    if (type.startsWith('AWS::SSM::') && given === undefined) {
      if (where === `Parameters.${name}`) return null;
      throw new Error(`${where}: the parameter ${name} takes its value from Parameter Store; give the value`);
    }
    const value = given ?? member(declaration, 'Default');
    if (value === undefined) throw new Error(`${where}: the parameter ${name} has no default; give a value`);
    return /^(CommaDelimitedList|List<)/.test(type) ? String(value).split(',').map(element => element.trim()) : String(value);
  }

  private outputs(): { [name: string]: Json } {
    const outputs: { [name: string]: Json } = {};
    for (const [name, declaration] of Object.entries(this.section('Outputs'))) {
      const condition = member(declaration, 'Condition');
      if (condition !== undefined && !this.condition(String(condition), `Outputs.${name}.Condition`)) continue;
      const value = this.intrinsics.resolve(member(declaration, 'Value') ?? null, `Outputs.${name}.Value`);
      if (value !== NO_VALUE) outputs[name] = value;
    }
    return outputs;
  }

  private pseudoParameters(): { [name: string]: string } {
    const { account, region, partition, urlSuffix, stackName, stackId } = this.environment;
    return {
      'AWS::AccountId': account,
      'AWS::Partition': partition,
      'AWS::Region': region,
      'AWS::StackId': stackId,
      'AWS::StackName': stackName,
      'AWS::URLSuffix': urlSuffix,
    };
  }

  private section(name: string): JsonObject {
    const section = this.json[name] ?? {};
    return isObject(section) ? section : {};
  }
}

function refuseUnknown(object: JsonObject, known: readonly string[], where: string): void {
  const unknown = Object.keys(object).find(name => !known.includes(name));
  if (unknown) throw new Error(`${where}: the simulator does not know ${unknown} here`);
}

function member(object: Json | undefined, key: string): Json | undefined {
  return object !== undefined && isObject(object) && Object.hasOwn(object, key) ? object[key] : undefined;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function optionalText(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

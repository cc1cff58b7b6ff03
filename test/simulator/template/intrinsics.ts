/** CloudFormation's intrinsic functions. What cannot be resolved is an error that names the place in the template. */

import type { Json, JsonObject } from '../engines';

/** What `AWS::NoValue` resolves to: the property is left out. */
export const NO_VALUE = Symbol('AWS::NoValue');

/** A resolved value. */
export type Resolved = Json | typeof NO_VALUE;

/** What the functions look up in the template and around it. `where` is the place that asks. */
export interface Scope {
  ref(name: string, where: string): Resolved;
  attribute(logicalId: string, attribute: string, where: string): Json;
  condition(name: string, where: string): boolean;
  mapping(map: string, first: string, second: string, where: string): Json;
  exported(name: string, where: string): Json;
  stackOutput(stack: string, output: string, where: string): Json;
}

type Intrinsic = (argument: Json, where: string) => Resolved;

/** Dynamic references that stay as they are: their value never reaches the template. */
const SECRET_REFERENCE = /\{\{resolve:secretsmanager:[^}]*\}\}/g;

/** Resolves values of a template. */
export class Intrinsics {
  private readonly functions: { readonly [name: string]: Intrinsic } = {
    'Ref': (argument, where) => this.scope.ref(text(argument, where), where),
    'Fn::GetAtt': (argument, where) => this.getAtt(argument, where),
    'Fn::Join': (argument, where) => this.join(argument, where),
    'Fn::Sub': (argument, where) => this.sub(argument, where),
    'Fn::Base64': (argument, where) => Buffer.from(this.text(argument, where), 'utf8').toString('base64'),
    'Fn::Select': (argument, where) => this.select(argument, where),
    'Fn::Split': (argument, where) => this.split(argument, where),
    'Fn::If': (argument, where) => this.if(argument, where),
    'Fn::FindInMap': (argument, where) => this.findInMap(argument, where),
    'Fn::ImportValue': (argument, where) => this.scope.exported(this.text(argument, where), where),
    'Fn::GetStackOutput': (argument, where) => this.stackOutput(argument, where),
    'Fn::Equals': (argument, where) => this.equals(argument, where),
    'Fn::Not': (argument, where) => !this.conditions(argument, where, [1, 1])[0],
    'Fn::And': (argument, where) => this.conditions(argument, where, [2, 10]).every(Boolean),
    'Fn::Or': (argument, where) => this.conditions(argument, where, [2, 10]).some(Boolean),
  };

  public constructor(private readonly scope: Scope) {}

  /** A value without intrinsics. */
  public resolve(value: Json, where: string): Resolved {
    if (typeof value === 'string') return this.plain(value, where);
    if (Array.isArray(value)) return this.list(value, where);
    if (typeof value !== 'object' || value === null) return value;
    const name = intrinsicName(value, where);
    return name === undefined ? this.object(value, where) : this.call(name, value[name], `${where}.${name}`);
  }

  /** The value of a condition: a function that yields true or false, or the name of another condition. */
  public holds(value: Json, where: string): boolean {
    if (isObject(value) && Object.keys(value).length === 1 && typeof value.Condition === 'string') {
      return this.scope.condition(value.Condition, where);
    }
    const resolved = this.resolve(value, where);
    return typeof resolved === 'boolean' ? resolved : fail(where, 'a condition must be true or false');
  }

  private call(name: string, argument: Json, where: string): Resolved {
    if (!Object.hasOwn(this.functions, name)) fail(where, 'the simulator does not know this intrinsic function');
    return this.functions[name](argument, where);
  }

  private plain(value: string, where: string): string {
    if (value.replace(SECRET_REFERENCE, '').includes('{{resolve:')) fail(where, `cannot resolve the dynamic reference in ${JSON.stringify(value)}`);
    return value;
  }

  private object(value: JsonObject, where: string): JsonObject {
    const resolved: JsonObject = Object.create(null) as JsonObject;
    for (const [name, member] of Object.entries(value)) {
      const result = this.resolve(member, `${where}.${name}`);
      if (result !== NO_VALUE) resolved[name] = result;
    }
    return { ...resolved };
  }

  private list(value: Json[], where: string): Json[] {
    return value
      .map((element, index) => this.resolve(element, `${where}[${index}]`))
      .filter((element): element is Json => element !== NO_VALUE);
  }

  private json(value: Json, where: string): Json {
    const resolved = this.resolve(value, where);
    return resolved === NO_VALUE ? fail(where, 'AWS::NoValue cannot stand here') : resolved;
  }

  private text(value: Json, where: string): string {
    return text(this.json(value, where), where);
  }

  private texts(value: Json, where: string): string[] {
    const resolved = this.json(value, where);
    if (!Array.isArray(resolved)) return fail(where, 'a list is expected here');
    return resolved.map((element, index) => text(element, `${where}[${index}]`));
  }

  private getAtt(argument: Json, where: string): Json {
    const parts = typeof argument === 'string' ? splitOnce(argument, '.') : list(argument, where, [2, 2]);
    return this.scope.attribute(text(parts[0], where), this.text(parts[1], where), where);
  }

  private join(argument: Json, where: string): string {
    const [delimiter, values] = list(argument, where, [2, 2]);
    return this.plain(this.parts(values, where).join(text(delimiter, where)), where);
  }

  /** What is joined: a dynamic reference may be made of several parts, so it is looked at when they are one. */
  private parts(values: Json, where: string): string[] {
    if (!Array.isArray(values)) return this.texts(values, where);
    return values.flatMap((value, index) => typeof value === 'string' ? [value] : this.texts([value], `${where}[${index}]`));
  }

  private sub(argument: Json, where: string): string {
    const [template, variables]: Json[] = typeof argument === 'string' ? [argument, {}] : list(argument, where, [2, 2]);
    if (!isObject(variables)) return fail(where, 'the second argument must be a map');
    return this.plain(text(template, where).replace(/\$\{(!?)([^}]*)\}/g, (_all, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      return Object.hasOwn(variables, name) ? this.text(variables[name], `${where}.${name}`) : this.substitute(name, where);
    }), where);
  }

  private substitute(name: string, where: string): string {
    const [logicalId, attribute] = splitOnce(name, '.');
    return attribute === undefined
      ? this.text({ Ref: name }, where)
      : text(this.scope.attribute(logicalId, attribute, where), where);
  }

  private select(argument: Json, where: string): Json {
    const [index, values] = list(argument, where, [2, 2]);
    const position = Number(this.text(index, where));
    const resolved = this.json(values, where);
    if (!Array.isArray(resolved)) return fail(where, 'a list is expected here');
    return resolved[position] ?? fail(where, `there is no element ${position} in a list of ${resolved.length}`);
  }

  private split(argument: Json, where: string): string[] {
    const [delimiter, source] = list(argument, where, [2, 2]);
    return this.text(source, where).split(text(delimiter, where));
  }

  private if(argument: Json, where: string): Resolved {
    const [condition, then, otherwise] = list(argument, where, [3, 3]);
    return this.scope.condition(text(condition, where), where)
      ? this.resolve(then, `${where}[1]`)
      : this.resolve(otherwise, `${where}[2]`);
  }

  private findInMap(argument: Json, where: string): Json {
    const [map, first, second] = list(argument, where, [3, 3]).map(element => this.text(element, where));
    return this.scope.mapping(map, first, second, where);
  }

  private stackOutput(argument: Json, where: string): Json {
    if (!isObject(argument)) return fail(where, 'an object is expected here');
    const unknown = Object.keys(argument).find(name => !['StackName', 'OutputName', 'Region'].includes(name));
    if (unknown) fail(where, `the simulator does not know ${unknown} here`);
    return this.scope.stackOutput(this.text(argument.StackName, where), this.text(argument.OutputName, where), where);
  }

  private equals(argument: Json, where: string): boolean {
    const [left, right] = list(argument, where, [2, 2]).map(element => this.json(element, where));
    return JSON.stringify(left) === JSON.stringify(right);
  }

  private conditions(argument: Json, where: string, count: readonly [number, number]): boolean[] {
    return list(argument, where, count).map((element, index) => this.holds(element, `${where}[${index}]`));
  }
}

function intrinsicName(value: JsonObject, where: string): string | undefined {
  const names = Object.keys(value);
  const name = names.find(candidate => candidate.startsWith('Fn::')) ?? (names.length === 1 && names[0] === 'Ref' ? 'Ref' : undefined);
  if (name !== undefined && names.length > 1) fail(where, `${name} must be the only key of its object`);
  return name;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function list(value: Json, where: string, [min, max]: readonly [number, number]): Json[] {
  if (Array.isArray(value) && value.length >= min && value.length <= max) return value;
  return fail(where, `a list of ${min === max ? min : `${min} to ${max}`} is expected here`);
}

function text(value: Json, where: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return fail(where, `got ${JSON.stringify(value)}; a string is expected here`);
}

function splitOnce(value: string, separator: string): [string, ...string[]] {
  const at = value.indexOf(separator);
  return at < 0 ? [value] : [value.slice(0, at), value.slice(at + 1)];
}

function fail(where: string, message: string): never {
  throw new Error(`${where}: ${message}`);
}

/**
 * Reads a resource's resolved properties with the types that the simulator needs, and says where in the template a value is wrong.
 * Numbers and booleans may come as text, as CloudFormation allows.
 */

import type { Json, JsonObject } from '../engines';
import type { SimulatedResource } from './template';

/** An object of properties and its place in the template. */
export class Properties {
  public static of(resource: SimulatedResource): Properties {
    return new Properties(resource.logicalId, resource.properties);
  }

  private constructor(public readonly where: string, public readonly json: JsonObject) {}

  public has(name: string): boolean {
    return this.json[name] !== undefined;
  }

  public optionalText(name: string): string | undefined {
    const value = this.json[name];
    if (value === undefined) return undefined;
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    return this.wrong(name, 'a string');
  }

  public text(name: string): string {
    return this.optionalText(name) ?? this.missing(name);
  }

  public optionalNumber(name: string): number | undefined {
    const text = this.optionalText(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    return text.trim() === '' || !Number.isFinite(value) ? this.wrong(name, 'a number') : value;
  }

  /** A number between two limits, or the default. */
  public numberWithin(name: string, [min, max]: readonly [number, number], byDefault: number): number {
    const value = this.optionalNumber(name) ?? byDefault;
    if (value < min || value > max) return this.fail(name, `got ${value}; AWS accepts ${min} to ${max}`);
    return value;
  }

  public flag(name: string, byDefault = false): boolean {
    const text = this.optionalText(name)?.toLowerCase();
    if (text === undefined) return byDefault;
    return text === 'true' ? true : text === 'false' ? false : this.wrong(name, 'true or false');
  }

  /** One of some values; any other is refused, because the simulator does not know what it does. */
  public oneOf<T extends string>(name: string, known: readonly T[], byDefault?: T): T {
    const value = this.optionalText(name) ?? byDefault ?? this.missing(name);
    const found = known.find(candidate => candidate === value);
    return found ?? this.fail(name, `got ${JSON.stringify(value)}; the simulator knows ${known.join(', ')}`);
  }

  public optionalObject(name: string): Properties | undefined {
    const value = this.json[name];
    if (value === undefined) return undefined;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return this.wrong(name, 'an object');
    return new Properties(`${this.where}.${name}`, value);
  }

  public object(name: string): Properties {
    return this.optionalObject(name) ?? this.missing(name);
  }

  public objects(name: string): Properties[] {
    const value = this.json[name] ?? [];
    if (!Array.isArray(value)) return this.wrong(name, 'a list');
    return value.map((element, index) => {
      const named: JsonObject = { [`${name}[${index}]`]: element };
      return new Properties(this.where, named).object(`${name}[${index}]`);
    });
  }

  /** A list of strings; one string counts as a list of one. */
  public texts(name: string): string[] {
    const value: Json = this.json[name] ?? [];
    const list = Array.isArray(value) ? value : [value];
    if (!list.every(element => typeof element === 'string')) return this.wrong(name, 'a list of strings');
    return list as string[];
  }

  public fail(name: string, message: string): never {
    throw new Error(`${this.where}.${name}: ${message}`);
  }

  private missing(name: string): never {
    return this.fail(name, 'missing');
  }

  private wrong(name: string, expected: string): never {
    return this.fail(name, `got ${JSON.stringify(this.json[name])}; ${expected} is expected here`);
  }
}

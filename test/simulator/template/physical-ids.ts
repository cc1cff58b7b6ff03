/**
 * The names, ARNs and URLs that resources get, of the same form as AWS's: what a template builds from them must look the same here.
 */

import { createHash } from 'node:crypto';
import type { JsonObject } from '../engines';
import type { Environment } from './environment';

/** What `Ref` and `Fn::GetAtt` give for a resource. */
export interface Identity {
  readonly ref: string;
  readonly attributes: { readonly [name: string]: string };
}

/** What a resource's identity is made of. */
export class Naming {
  public constructor(
    public readonly environment: Environment,
    public readonly logicalId: string,
    public readonly properties: JsonObject,
  ) {}

  /** The name that the template gives, or one as CloudFormation makes it: stack, logical id and a suffix. */
  public name(property: string | undefined, maxLength: number): string {
    const given = property === undefined ? undefined : this.properties[property];
    if (typeof given === 'string') return given;
    const suffix = this.suffix(12);
    return `${`${this.environment.stackName}-${this.logicalId}`.slice(0, maxLength - suffix.length - 1)}-${suffix}`;
  }

  public lowerCaseName(property: string | undefined, maxLength: number): string {
    const name = this.name(property, maxLength);
    return name === this.properties[property ?? ''] ? name : name.toLowerCase().replace(/[^a-z0-9-]/g, '');
  }

  /** The name inside a nested object such as `TableInput`. */
  public nestedName(object: string, maxLength: number): string {
    const nested = this.properties[object] as JsonObject | undefined;
    return new Naming(this.environment, this.logicalId, nested ?? {}).lowerCaseName('Name', maxLength);
  }

  public arn(service: string, resource: string): string {
    const { partition, region, account } = this.environment;
    return `arn:${partition}:${service}:${region}:${account}:${resource}`;
  }

  /** IAM is global: its ARNs name no Region. */
  public iamArn(resource: string): string {
    return `arn:${this.environment.partition}:iam::${this.environment.account}:${resource}`;
  }

  public text(property: string): string | undefined {
    const value = this.properties[property];
    return typeof value === 'string' ? value : undefined;
  }

  public uuid(): string {
    const hex = this.hash('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
  }

  private get generation(): string {
    const generation = this.environment.generations[this.logicalId] ?? 0;
    return generation > 0 ? `/${generation}` : '';
  }

  private suffix(length: number): string {
    return this.hash('base64').replace(/[^A-Za-z0-9]/g, '').toUpperCase().slice(0, length);
  }

  private hash(encoding: 'hex' | 'base64'): string {
    return createHash('sha256').update(`${this.environment.stackId}/${this.logicalId}${this.generation}`).digest(encoding);
  }
}

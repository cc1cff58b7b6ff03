/** Finds every mutant of a template: each leaf of each property of each resource deleted and altered, each list short of an element. */

import { alterationsOf } from './alterations';
import { Mutant, pathOf, placeOf, replaced, Steps } from './mutant';
import { tokenAlterations } from './tokens';
import type { Json, JsonObject } from '../simulator/engines';

/** The parts of a resource that are altered. */
const ATTRIBUTES = ['Properties', 'DeletionPolicy', 'UpdateReplacePolicy', 'DependsOn', 'Condition'];

/** What another pseudo parameter can be mistaken for. */
const PSEUDO_PARAMETERS: { readonly [name: string]: string } = {
  'AWS::AccountId': 'AWS::Region',
  'AWS::Region': 'AWS::AccountId',
  'AWS::Partition': 'AWS::Region',
  'AWS::URLSuffix': 'AWS::Partition',
  'AWS::StackName': 'AWS::Region',
};

/** Of what mutants are made. */
export interface MutantSource {
  readonly template: object;
  /** Whether a place of a resource is the pipeline's, and not somebody else's who gave it the resource. @default - all is */
  readonly isOurs?: (logicalId: string, path: string) => boolean;
  /** What needs no mutants, because another template has the same: the same resource with the same value in the same place. */
  readonly besides?: object;
}

/** The mutants, always in the same order. */
export function mutantsOf({ template, isOurs = () => true, besides }: MutantSource): Mutant[] {
  const seen = new Set(besides ? allMutants(besides).map(({ key }) => key) : []);
  return allMutants(template)
    .filter(({ key, mutant: { logicalId, path } }) => !seen.has(key) && isOurs(logicalId, path))
    .map(({ mutant }) => mutant);
}

/** A mutant, and by what another template would have the same. */
interface Found {
  readonly mutant: Mutant;
  readonly key: string;
}

function allMutants(template: object): Found[] {
  const { Resources: resources } = template as { Resources: { [logicalId: string]: JsonObject } };
  const database = databaseOf(resources);
  return Object.entries(resources)
    .flatMap(([logicalId, resource]) => new ResourceMutants(logicalId, resource, resources).all())
    .map(mutant => ({ mutant, key: keyOf(mutant).split(database).join('<database>') }));
}

/** The database's name, which is in many texts and makes no other text of them. */
function databaseOf(resources: { [logicalId: string]: JsonObject }): string {
  const database = Object.values(resources).find(({ Type }) => Type === 'AWS::Glue::Database');
  return String((database?.Properties as any)?.DatabaseInput.Name ?? '\0');
}

function keyOf({ logicalId, type, place, kind, value }: Mutant): string {
  return [logicalId, type, place, kind, JSON.stringify(value)].join(' ');
}

class ResourceMutants {
  private readonly found: Mutant[] = [];
  private readonly type: string;

  public constructor(
    private readonly logicalId: string,
    private readonly resource: JsonObject,
    private readonly resources: { readonly [logicalId: string]: JsonObject },
  ) {
    this.type = String(resource.Type);
  }

  public all(): Mutant[] {
    for (const attribute of ATTRIBUTES) {
      const value = this.resource[attribute];
      if (value === undefined) continue;
      if (attribute === 'Properties') this.walk(value, [attribute]);
      else this.member(value, [attribute], 'delete');
    }
    return this.found;
  }

  private walk(value: Json, steps: Steps): void {
    if (Array.isArray(value)) value.forEach((element, index) => this.member(element, [...steps, index], 'remove'));
    else if (typeof value !== 'object' || value === null) this.plain(value, steps);
    else if (!this.intrinsic(value, steps)) for (const [name, child] of Object.entries(value)) this.member(child, [...steps, name], 'delete');
  }

  private member(value: Json, steps: Steps, deletion: string): void {
    this.add(steps, deletion, undefined, value);
    this.walk(value, steps);
  }

  private plain(value: Json, steps: Steps): void {
    const place = placeOf(steps);
    const byToken = typeof value === 'string' ? tokenAlterations(value, this.type, place) : [];
    if (byToken.length === 0) for (const { kind, value: other } of alterationsOf(value, this.type, place)) this.add(steps, kind, other, value);
    for (const { kind, text } of byToken) this.add(steps, kind, text, value);
    if (byToken.length > 0) this.add(steps, 'empty', '', value);
  }

  private intrinsic(value: JsonObject, steps: Steps): boolean {
    const [[name, argument] = ['', null]] = Object.entries(value);
    if (name === 'Ref' || name === 'Fn::GetAtt') this.redirected(name, argument, steps);
    else if (name === 'Fn::Base64' && typeof argument === 'string') this.json(argument, [...steps, name]);
    else if (name.startsWith('Fn::')) this.arguments(argument, [...steps, name]);
    else return false;
    return true;
  }

  /** What an intrinsic takes is altered, and taken away only where it is an element of a list of parts. */
  private arguments(value: Json, steps: Steps): void {
    if (!Array.isArray(value)) return this.walk(value, steps);
    value.forEach((element, index) => Array.isArray(element) ? this.parts(element, [...steps, index]) : this.walk(element, [...steps, index]));
  }

  /** A text as a part is the same when it is empty as when it is not there. */
  private parts(parts: Json[], steps: Steps): void {
    parts.forEach((part, index) => typeof part === 'string' ? this.plain(part, [...steps, index]) : this.member(part, [...steps, index], 'remove'));
  }

  private redirected(name: string, argument: Json, steps: Steps): void {
    const [target, ...rest] = Array.isArray(argument) ? argument.map(String) : [String(argument)];
    const other = PSEUDO_PARAMETERS[target] ?? this.siblingOf(target);
    if (other !== undefined) this.add(steps, `redirect ${other}`, { [name]: rest.length > 0 ? [other, ...rest] : other }, { [name]: argument });
  }

  /** The next resource of the same type. */
  private siblingOf(logicalId: string): string | undefined {
    const type = this.resources[logicalId]?.Type;
    const alike = Object.keys(this.resources).filter(id => this.resources[id].Type === type);
    const other = alike[(alike.indexOf(logicalId) + 1) % alike.length];
    return other === logicalId ? undefined : other;
  }

  /** A text that holds JSON: each leaf of that, too. */
  private json(text: string, steps: Steps): void {
    const json = JSON.parse(text) as Json;
    const inner = new ResourceMutants(this.logicalId, { Type: this.type }, this.resources);
    inner.walk(json, []);
    for (const { steps: within, kind, replacement, value } of inner.found) {
      this.add([...steps, ...within], kind, JSON.stringify(replaced(json, within, replacement)), value, steps);
    }
  }

  /** `at` is where the replacement goes, when that is not the place itself but the text that has it. */
  private add(steps: Steps, kind: string, replacement: Json | undefined, value: Json, at = steps): void {
    const { logicalId, type } = this;
    const path = pathOf(steps);
    this.found.push({ id: `${logicalId}.${path} ${kind}`, logicalId, type, path, place: placeOf(steps), value, kind, steps: at, replacement });
  }
}

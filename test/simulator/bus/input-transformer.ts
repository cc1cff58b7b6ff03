/**
 * EventBridge's input transformer: a template whose placeholders are filled with values of the event. Beyond its documentation it
 * does what LocalStack's tests recorded of AWS itself (tests/aws/services/events/test_events_inputs.snapshot.json).
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */

import type { JsonObject } from '../engines';
import { JsonPath } from './json-path';
import { JsonText, JsonTextObject, readFirstJson, writeJson } from '../catalog/json-text';

/** @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_InputTransformer.html */
const MAX_PATHS = 100;
const MAX_TEMPLATE_BYTES = 8192;
const PATH_NAME = /^(?!aws\.)[A-Za-z0-9_-]{1,256}$/i;

const PREDEFINED: { readonly [name: string]: (event: JsonText, context: TransformContext) => JsonText } = {
  'aws.events.rule-arn': (_event, { ruleArn }) => ruleArn,
  'aws.events.rule-name': (_event, { ruleName }) => ruleName,
  'aws.events.event.ingestion-time': (_event, { ingestionTime }) => ingestionTime.toISOString().replace(/\.\d+Z$/, 'Z'),
  'aws.events.event.json': event => event,
  'aws.events.event': envelopeOf,
};

/** What `<aws.events.event>` has, in AWS's own order, and the field of the event that it comes from. */
const ENVELOPE = {
  id: 'id', account: 'account', detailType: 'detail-type', time: 'time', source: 'source', region: 'region', resources: 'resources', version: 'version',
};

const STRING_OR_PLACEHOLDER = /"(?:\\[^]|[^"\\])*"|<[^<>]*>/g;
const PLACEHOLDER = /<([^<>]*)>/g;
const STRING_OR_SPACE = /"(?:\\[^]|[^"\\])*"|\s+/g;

/** An `InputTransformer`, as a template declares it. */
export interface InputTransformerProps {
  readonly template: string;
  /** The `InputPathsMap`. @default - no placeholders but the predefined ones */
  readonly paths?: { readonly [name: string]: string };
}

/** What the predefined placeholders say of the rule and of the moment. */
export interface TransformContext {
  readonly ruleArn: string;
  readonly ruleName: string;
  /** When the event came to the bus. */
  readonly ingestionTime: Date;
}

/** A template and its paths, checked as PutTargets would. */
export class InputTransformer {
  private readonly template: string;
  private readonly paths: ReadonlyMap<string, JsonPath>;
  /** Whether the template is a quoted string, or lines of them, and not JSON with values in it. */
  private readonly isText: boolean;

  public constructor({ template, paths = {} }: InputTransformerProps) {
    this.template = template;
    this.paths = readPaths(paths);
    const bytes = Buffer.byteLength(template);
    if (bytes < 1 || bytes > MAX_TEMPLATE_BYTES) throw new Error(`InputTemplate: ${bytes} bytes; EventBridge takes 1 to ${MAX_TEMPLATE_BYTES}`);
    for (const [, name] of template.matchAll(PLACEHOLDER)) this.checkName(name);
    if (template.replace(PLACEHOLDER, '').includes('<')) throw new Error('InputTemplate: a < that begins no placeholder; what EventBridge makes of it is not known');
    this.isText = isTextTemplate(template);
  }

  /**
   * The text that goes to the target. A value in quotes is not escaped, so it may be no JSON. Given the event's text, numbers keep
   * their digits.
   */
  public render(event: JsonObject | string, context: TransformContext): string {
    const read = readFirstJson(typeof event === 'string' ? event : JSON.stringify(event));
    const value = (name: string) => Object.hasOwn(PREDEFINED, name) ? PREDEFINED[name](read, context) : this.paths.get(name)!.find(read);
    const asValue = (found: JsonText | undefined) => found === undefined ? '""' : writeJson(found);
    const filled = this.template.replace(STRING_OR_PLACEHOLDER, token => token.startsWith('"')
      ? token.replace(PLACEHOLDER, (_placeholder, name: string) => this.inQuotes(value(name)))
      : asValue(value(token.slice(1, -1))));
    return this.isText || !isJson(filled) ? filled : filled.replace(STRING_OR_SPACE, part => part.startsWith('"') ? part : '');
  }

  /** Whether EventBridge would fail the event over such a text: a template of JSON must yield JSON, a string is taken as it comes. */
  public fails(rendered: string): boolean {
    return !this.isText && !isJson(rendered);
  }

  private inQuotes(value: JsonText | undefined): string {
    if (value === undefined) return '';
    if (typeof value === 'string') return value;
    const json = writeJson(value);
    return this.isText ? json.replace(/"/g, '') : json;
  }

  private checkName(name: string): void {
    if (!this.paths.has(name) && !Object.hasOwn(PREDEFINED, name)) throw new Error(`InputTemplate: contains invalid placeholder ${name}`);
  }
}

/** Whether a text is JSON and nothing else. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function readPaths(paths: { readonly [name: string]: string }): Map<string, JsonPath> {
  const entries = Object.entries(paths);
  if (entries.length > MAX_PATHS) throw new Error(`InputPathsMap: ${entries.length} paths; EventBridge takes ${MAX_PATHS}`);
  return new Map(entries.map(([name, path]) => {
    if (!PATH_NAME.test(name)) throw new Error(`InputPathsMap: the name ${JSON.stringify(name)} is not one that EventBridge takes`);
    try {
      return [name, new JsonPath(path)];
    } catch (error) {
      throw new Error(`InputPathsMap.${name}: ${(error as Error).message}`);
    }
  }));
}

/** What kind of template it is, seen with every placeholder filled; anything but JSON or quoted lines is refused. */
function isTextTemplate(template: string): boolean {
  const sample = template.replace(STRING_OR_PLACEHOLDER, token => token.startsWith('"') ? token : '0');
  if (sample.split('\n').every(line => isJson(line) && typeof JSON.parse(line) === 'string')) return true;
  if (!isJson(sample)) throw new Error('InputTemplate: neither JSON with its placeholders filled nor a string in quotes; EventBridge takes no other');
  JSON.parse(sample, (key, value: unknown) => {
    if (key.includes('<')) throw new Error(`InputTemplate: the placeholder ${key} stands as a key; EventBridge takes it as a value only`);
    return value;
  });
  return false;
}

function envelopeOf(event: JsonText): JsonTextObject {
  const fields = event instanceof Map ? event : new Map<string, JsonText>();
  return new Map(Object.entries(ENVELOPE).flatMap(([name, field]) => fields.has(field) ? [[name, fields.get(field)!]] : []));
}

// What EventBridge takes as an input transformer, checked at synthesis: PutTargets refuses part of it, and the rest yields broken JSON.

import { Tokenization } from 'aws-cdk-lib';
import { LIMITS } from '../limits/limits';
import { invalid, isKnown, show } from '../private/validate';

/** The variable that EventBridge fills with the whole event as JSON. */
export const WHOLE_EVENT = 'aws.events.event.json';

const MAX_TEMPLATE_BYTES = LIMITS.inputTemplate.most;
const MAX_PATHS = LIMITS.inputPaths.most;
const MAX_PATH_LENGTH = LIMITS.inputPath.most;

/**
 * Dots, names and array indices. EventBridge's own list has wildcards and slashes too, without saying what they yield; it has no names
 * in brackets. It refuses no path when a rule is created, so a wrong one shows only in what is sent.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
const PATH = /^\$(\.[A-Za-z0-9_-]+(\[\d+\])*)*$/;

/** One of each kind of JSON value that can take the place of a placeholder. */
const SAMPLES = ['{"a":1}', '"text"', '1', 'null'];

const STRINGS = /"(?:\\[^]|[^"\\])*"?/g;

/** Strings, ended or not, and what stands between angle brackets outside them. */
const STRINGS_AND_PLACEHOLDERS = /"(?:\\[^]|[^"\\])*"?|<[^<>"]*>?/g;

/** A template and where its placeholders come from. */
export interface InputTemplate {
  readonly text: string;
  readonly paths: { readonly [name: string]: string };
}

/** Fails when a path is none that EventBridge follows. */
export function checkPath(prop: string, path: string): void {
  if (!isKnown(path)) return;
  if (!PATH.test(path)) {
    invalid(prop, show(path), 'a path into the event has dots, names of letters, digits, - and _, and array indices, such as $.detail.items[0].instance-id');
  }
  if (path.length > MAX_PATH_LENGTH) invalid(prop, `a path of ${path.length} characters`, `EventBridge takes ${MAX_PATH_LENGTH}`);
}

/** Fails when EventBridge would refuse the template for its size. */
export function checkSize(prop: string, template: InputTemplate): void {
  const paths = Object.keys(template.paths).length;
  if (paths > MAX_PATHS) invalid(prop, `${paths} paths`, `EventBridge takes ${MAX_PATHS}`);
  const bytes = Buffer.byteLength(template.text);
  if (bytes > MAX_TEMPLATE_BYTES) invalid(prop, `a template of ${bytes} bytes`, `EventBridge takes ${MAX_TEMPLATE_BYTES}`);
}

/** Fails when a template that a person wrote is not JSON for every event. */
export function checkTemplate(prop: string, template: InputTemplate): void {
  for (const [name, path] of Object.entries(template.paths)) {
    checkName(`${prop}.paths`, name);
    checkPath(`${prop}.paths.${name}`, path);
  }
  checkSize(prop, template);
  const text = withoutTokens(template.text);
  for (const match of text.matchAll(STRINGS_AND_PLACEHOLDERS)) {
    if (match[0].startsWith('"')) checkString(prop, match[0]);
    else checkPlaceholder(prop, match[0], text.slice(match.index + match[0].length), Object.keys(template.paths));
  }
  if (!SAMPLES.every(sample => isJson(filled(text, sample)))) {
    invalid(prop, show(template.text), 'the text must be JSON when each placeholder is a value, whatever the value');
  }
  const unused = isKnown(template.text) ? Object.keys(template.paths).find(name => !text.includes(`<${name}>`)) : undefined;
  if (unused !== undefined) invalid(`${prop}.paths`, show(unused), `the text does not use it: write <${unused}> where its value belongs, or leave it out`);
}

/** @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_InputTransformer.html */
function checkName(prop: string, name: string): void {
  if (/^aws\./i.test(name)) invalid(prop, show(name), 'names that start with aws. are EventBridge\'s own');
  if (!/^[A-Za-z0-9_-]{1,256}$/.test(name)) invalid(prop, show(name), 'a name has letters, digits, - and _, at most 256 of them');
}

function checkString(prop: string, text: string): void {
  // Whether EventBridge looks for placeholders before or after it reads a \u003c is not known.
  const [placeholder] = /<[\w.-]+>/.exec(text.replace(/\\u003c/gi, '<')) ?? [];
  if (placeholder) {
    invalid(prop, `${placeholder} inside quotes`, 'EventBridge does not escape what it puts there, and a quote in the event would break the JSON: '
      + `use it as a whole value, without quotes, as in {"name": ${placeholder}}`);
  }
  if (text.includes('<')) invalid(prop, show(text), 'EventBridge may take a < for a placeholder: write \\u003c');
}

function checkPlaceholder(prop: string, placeholder: string, after: string, names: string[]): void {
  const name = placeholder.slice(1, -1);
  if (/^<aws\./i.test(placeholder) && name !== WHOLE_EVENT) {
    invalid(prop, placeholder, `of EventBridge's own variables a payload takes <${WHOLE_EVENT}> only, the whole event`);
  }
  if (name !== WHOLE_EVENT && !(placeholder.endsWith('>') && names.includes(name))) {
    invalid(prop, placeholder, `the placeholders are ${[...names, WHOLE_EVENT].map(each => `<${each}>`).join(', ')}: declare others in \`paths\``);
  }
  if (/^\s*:/.test(after)) invalid(prop, `${placeholder} as a key`, 'EventBridge fills in values only');
}

/** The placeholders that stand inside quotes, by name. */
export function placeholdersInQuotes(text: string): string[] {
  return [...text.matchAll(STRINGS)].flatMap(([string]) => [...string.matchAll(/<([^<>]+)>/g)].map(([, name]) => name));
}

/** Whether a template is a text, or lines of text, each in quotes: EventBridge makes a message of it, and no JSON object. */
export function isText(template: string): boolean {
  return template.split('\n').every(line => line.trim().startsWith('"') && isJson(line));
}

function filled(text: string, sample: string): string {
  return text.replace(STRINGS_AND_PLACEHOLDERS, match => match.startsWith('"') ? match : sample);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The text with a 0 for each token: it fits inside a string, and as a value. */
function withoutTokens(text: string): string {
  return Tokenization.reverseString(text)
    .mapTokens({ mapToken: () => '0' })
    .join({ join: (left, right) => `${left ?? ''}${right ?? ''}` }) ?? '';
}

// What a target that the user brings is sent of an event: whoever causes the event must not be able to keep the message from arriving.

import { Annotations, Stack } from 'aws-cdk-lib';
import type * as events from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { isText, placeholdersInQuotes } from './input-template';
import { isObject, Json, Pattern } from '../events/patterns';
import { invalid, warningId } from '../private/validate';

/** What EventBridge writes, whoever sends the event, and what CloudTrail does: without anything that JSON escapes. */
const OF_EVENTBRIDGE: ReadonlySet<string> = new Set(['$.version', '$.id', '$.account', '$.region', '$.time']);
const OF_CLOUDTRAIL: ReadonlySet<string> = new Set(['$.detail.eventID', '$.detail.eventTime', '$.detail.awsRegion']);
const VARIABLES_OF_AWS: ReadonlySet<string> = new Set(['aws.events.rule-arn', 'aws.events.rule-name', 'aws.events.event.ingestion-time']);

/** The target, whose input is checked where it is bound to a rule with the pattern. */
export function withCheckedInput(scope: Construct, prop: string, target: events.IRuleTarget, pattern: Pattern): events.IRuleTarget {
  return {
    bind: (rule, id) => {
      const config = target.bind(rule, id);
      if (config.input) checkInput(scope, prop, config.input.bind(rule), pattern);
      return config;
    },
  };
}

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html */
function checkInput(scope: Construct, prop: string, { inputTemplate, inputPathsMap = {} }: events.RuleTargetInputProperties, pattern: Pattern): void {
  if (inputTemplate === undefined) return;
  const text = literalText(Stack.of(scope).resolve(inputTemplate));
  const free = placeholdersInQuotes(text).filter(name => !VARIABLES_OF_AWS.has(name)).map(name => inputPathsMap[name] ?? name)
    .find(path => !isHarmless(path, pattern));
  if (free === undefined) return;
  const remedy = `give the field as a value of its own, as in RuleTargetInput.fromObject({ field: EventField.fromPath('${free}') })`;
  if (!isText(text)) {
    invalid(prop, `${free} within a text in JSON`, 'EventBridge does not escape what it puts there, so that a quote or a line break in it breaks the JSON and nobody '
      + `is told: ${remedy}`);
  }
  Annotations.of(scope).addWarningV2(warningId('textOfEvent'),
    `${prop}: got a text with ${free}; EventBridge does not escape what it puts there, and AWS does not say what becomes of a text with a quote or a line break: ${remedy}`);
}

/** The template, with a 0 for what only the deployment knows: that fits inside a string, and as a value. */
function literalText(resolved: unknown): string {
  if (typeof resolved === 'string') return resolved;
  const [separator, parts] = (resolved as { 'Fn::Join'?: [string, unknown[]] })['Fn::Join'] ?? ['', [resolved]];
  return parts.map(part => typeof part === 'string' ? part : '0').join(separator);
}

/**
 * Whether nobody can choose what an event that the pattern matches has at a path. A pattern matches a list too, where one of its elements does,
 * and a list has quotes: so what a producer writes below `detail` is never bound, nor is what a caller may give as a list.
 */
function isHarmless(path: string, pattern: Pattern): boolean {
  if (OF_EVENTBRIDGE.has(path)) return true;
  const [root, ...below] = path.split('.').slice(1);
  if (root !== 'detail') return ['source', 'detail-type'].includes(root) && below.length === 0 && isBound(pattern, [root]);
  return isOfAws(pattern) && (OF_CLOUDTRAIL.has(path) || (below[0] !== 'requestParameters' && isBound(pattern, [root, ...below])));
}

/** Whether the pattern names sources of AWS only. A partner's events begin alike. */
function isOfAws({ source }: Pattern): boolean {
  return Array.isArray(source) && source.every(name => typeof name === 'string' && name.startsWith('aws.') && !name.startsWith('aws.partner/'));
}

/** Whether the pattern names plain texts only at a path. */
function isBound(pattern: Json | undefined, [name, ...below]: readonly string[]): boolean {
  if (name !== undefined) return isObject(pattern) && isBound(pattern[name], below);
  return Array.isArray(pattern) && pattern.every(value => typeof value === 'string' && JSON.stringify(value) === `"${value}"`);
}

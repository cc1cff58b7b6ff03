// What a target that the user brings is sent of an event: whoever causes the event must not be able to keep the message from arriving.

import { Annotations, Stack } from 'aws-cdk-lib';
import type * as events from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { isText, placeholdersInQuotes } from './input-template';
import { isObject, Json, Pattern } from '../events/patterns';
import { invalid, warningId } from '../private/validate';

/** What AWS alone writes, without anything that JSON escapes. */
const OF_AWS: ReadonlySet<string> = new Set(['$.version', '$.id', '$.account', '$.region', '$.time', '$.detail.eventID', '$.detail.eventTime', '$.detail.awsRegion']);
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
    .find(path => !OF_AWS.has(path) && !isBound(pattern, path.split('.').slice(1)));
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

/** Whether the pattern lets through plain texts only at a path. */
function isBound(pattern: Json | undefined, [name, ...below]: readonly string[]): boolean {
  if (name !== undefined) return isObject(pattern) && isBound(pattern[name], below);
  return Array.isArray(pattern) && pattern.every(value => typeof value === 'string' && JSON.stringify(value) === `"${value}"`);
}

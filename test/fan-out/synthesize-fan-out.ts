// Synthesizes a stack with one fan-out in it, and a rule for its target.

import { App, Stack, StackProps } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import { ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { FanOut, FanOutConfig } from '../../src/fan-out/fan-out';

export interface SynthesizedFanOut {
  readonly stack: Stack;
  readonly config: FanOutConfig;
  readonly rule: events.Rule;
  readonly template: Template;
}

export interface FanOutSynthesisOptions {
  readonly stack?: StackProps;
}

export function synthesizeFanOut(make: (stack: Stack, secret: ISecret) => FanOut, options: FanOutSynthesisOptions = {}): SynthesizedFanOut {
  const stack = new Stack(new App(), 'Test', options.stack);
  const fanOut = make(stack, new Secret(stack, 'Secret'));
  const config = fanOut.bind(new Construct(stack, 'Siem'));
  const rule = new events.Rule(stack, 'Rule', { eventPattern: { source: ['a'] } });
  rule.addTarget(config.target);
  return { stack, config, rule, template: Template.fromStack(stack) };
}

/** The one target of the one rule, as the template declares it. */
export function targetOf(template: Template): { [property: string]: any } {
  return Object.values(template.findResources('AWS::Events::Rule'))[0].Properties.Targets[0];
}

/** What the user sees when a factory refuses its options. */
export function errorOf(factory: () => unknown): string {
  try {
    factory();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
}

/** The texts of the warnings, without what CDK adds to acknowledge them by. */
export function warningsOf(stack: Stack): string[] {
  return Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(message => String(message.entry.data));
}

// Synthesizes a stack with one archive in it, as the tests want it.

import { Annotations as Acknowledged, App, AppProps, Stack, StackProps } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { EventAuditArchive, EventAuditArchiveProps } from '../src';

/** A stack with an archive, and what it came to. */
export interface Synthesized {
  readonly app: App;
  readonly stack: Stack;
  readonly archive: EventAuditArchive;
  readonly template: Template;
}

/** The props, or what makes them of things in the same stack. */
export type PropsOrFactory = EventAuditArchiveProps | ((stack: Stack) => EventAuditArchiveProps);

export interface SynthesizeOptions {
  readonly app?: AppProps;
  readonly stack?: StackProps;
  /** What is done with the archive before synthesis. */
  readonly extend?: Extend;
}

export type Extend = (archive: EventAuditArchive, stack: Stack) => void;

export function synthesize(props?: PropsOrFactory, options: SynthesizeOptions = {}): Synthesized {
  const { app, stack, archive } = build(props, options);
  return { app, stack, archive, template: Template.fromStack(stack) };
}

/** What the user sees when synthesis fails. */
export function synthesisError(props: PropsOrFactory, options: SynthesizeOptions = {}): string {
  try {
    build(props, options).app.synth();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('synthesis did not fail');
}

/** The texts of the warnings, without what CDK adds to acknowledge them by. */
export function warnings(props: PropsOrFactory, options: SynthesizeOptions = {}): string[] {
  return Annotations.fromStack(synthesize(props, options).stack).findWarning('*', Match.anyValue()).map(message => String(message.entry.data));
}

/** Acknowledges warnings of the archive, by their ids without what all begin with. */
export function acknowledging(...ids: string[]): Extend {
  return archive => {
    for (const id of ids) Acknowledged.of(archive).acknowledgeWarning(`cdk-event-audit-archive:${id}`);
  };
}

function build(props: PropsOrFactory | undefined, options: SynthesizeOptions): Omit<Synthesized, 'template'> {
  const app = new App(options.app);
  const stack = new Stack(app, 'Test', options.stack);
  const archive = typeof props === 'function' ? new EventAuditArchive(stack, 'Audit', props(stack)) : new EventAuditArchive(stack, 'Audit', props);
  options.extend?.(archive, stack);
  return { app, stack, archive };
}

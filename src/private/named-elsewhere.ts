// What a stack of another account or Region makes: it must have a name by which it can be referred to from here.

import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { invalid } from './validate';

/** A resource of the user's. */
export interface NamedElsewhere {
  /** What it is, with its article. */
  readonly what: string;
  /** By what the library refers to it. */
  readonly reference: string;
  /** The prop that gives it a name. */
  readonly name: string;
}

/** Fails where CDK could not write a reference, which it says in words of its own, deep in a template. */
export function checkReference(scope: IConstruct, prop: string, { what, reference, name }: NamedElsewhere): void {
  try {
    Stack.of(scope).resolve(reference);
  } catch (error) {
    if (!(error as Error).message.includes('cross-environment')) throw error;
    invalid(prop, `${what} without a name, of a stack in another account or Region`, `a reference to it needs a name there: give it a literal ${name}`);
  }
}

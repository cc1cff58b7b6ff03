// Apps that are just within a limit, and one past it.

import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';

export const ENV = { account: '111111111111', region: 'eu-west-1' };

/** What is wrong with an app: the errors of its validation, or none. */
export function errorsOf(app: App): string[] {
  try {
    app.synth();
    return [];
  } catch (error) {
    return (error as Error).message.split('\n').slice(1).map(line => line.trim());
  }
}

/** The texts of a stack's warnings. */
export function warningsOf(stack: Stack): string[] {
  return Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => String(entry.data));
}

/** By how much something can be padded to be just within a limit, found by what an error or a warning says of a padding that is too large. */
export function roomFor(limit: number, tooMuch: number, report: (padding: number) => string[]): number {
  const [, counted] = /got (?:about )?(\d+) /.exec(report(tooMuch).find(text => text.includes(' got ')) ?? '') ?? [];
  if (counted === undefined) throw new Error(`a padding of ${tooMuch} is within the limit`);
  return tooMuch - (Number(counted) - limit);
}

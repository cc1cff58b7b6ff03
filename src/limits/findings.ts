// What is over a limit, as an error or, where AWS raises the limit on request or it may not be passed, a warning that can be acknowledged.

import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Limit } from './limits';
import { RenderedApp } from './rendered-app';
import { warningId } from '../private/validate';

/** Something that was counted. */
export interface Counted {
  readonly prop: string;
  /** The most that it can be. */
  readonly count: number;
  /** The least that it can be, where that may be another number. */
  readonly least?: () => number;
  readonly limit: Limit;
  /** Whether the count is estimated. */
  readonly isEstimated?: boolean;
  /** What has so many, and why. */
  readonly of: string;
  readonly remedy: string;
  /** The name of the warning, where the limit can be raised or may not be passed; without one there is an error. */
  readonly warning?: string;
}

/** Judges something when the whole app is there. The scope is below what a user acknowledges warnings of. */
export function judge(scope: Construct, find: (app: RenderedApp) => Counted[]): void {
  RenderedApp.readAnew(scope);
  scope.node.addValidation({ validate: () => find(RenderedApp.of(scope)).flatMap(counted => report(scope, counted)) });
}

function report(scope: Construct, counted: Counted): string[] {
  const { prop, count, least, limit: { most, unit, service, isAdjustable }, isEstimated, of, remedy, warning } = counted;
  if (count <= most) return [];
  const shortest = least?.() ?? count;
  if (warning === undefined && shortest <= most) {
    Annotations.of(scope).addWarningV2(warningId('policySizeUnknown'), `${prop}: got between ${shortest} and ${count} ${unit} ${of}, which only the deployment knows; `
      + `${service} takes ${most}: give stacks an env, and resources names, that are known at synthesis, or ${remedy}`);
    return [];
  }
  const text = `${prop}: got ${isEstimated ? 'about ' : ''}${count} ${unit} ${of}; `
    + `${isAdjustable ? `${service}'s default quota is ${most}: have it raised before you deploy, or` : `${service} takes ${most}:`} ${remedy}`;
  if (warning === undefined) return [text];
  Annotations.of(scope).addWarningV2(warningId(warning), text);
  return [];
}

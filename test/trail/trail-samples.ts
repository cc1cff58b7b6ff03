// Archives with a trail as deployed, and what becomes of records of what happened to their resources.

import type { TrailOptions } from '../../src';
import type { JsonObject } from '../simulator/engines';
import { Permissions } from '../simulator/permissions/permissions';
import { Environment, SimulatedTemplate } from '../simulator/template/template';
import { readTrails, Trail } from '../simulator/trail/trail';
import { PropsOrFactory, synthesize, SynthesizeOptions } from '../synthesize';

/** A deployed archive with its trail. */
export interface Trailed {
  readonly trail: Trail;
  readonly template: SimulatedTemplate;
  /** The ARN of the only resource whose logical id fits. */
  arn(logicalId: RegExp): string;
}

/** The archive that has all that there is, under the names that tests use. */
export const ENV = { account: '123456789012', region: 'us-east-1' };
export const ARCHIVE = /^AuditStorageArchive[0-9A-F]{8}$/;
export const ACCESS_LOGS = /^AuditStorageAccessLogsBucket[0-9A-F]{8}$/;
export const RESULTS = /^AuditQueryResultsBucket[0-9A-F]{8}$/;
export const LOG_FILES = /^AuditTrailLogFiles[0-9A-F]{8}$/;
export const QUEUE = /^AuditDeadLettersQueue[0-9A-F]{8}$/;
export const STREAM = /^AuditDeliveryStream/;
export const TRAIL = /^AuditTrail[0-9A-F]{8}$/;

/** Synthesizes an archive and deploys its template. */
export function trailed(trail: TrailOptions = {}, props: PropsOrFactory = {}, options: SynthesizeOptions = {}): Trailed {
  const { template } = synthesize(stack => ({ ...typeof props === 'function' ? props(stack) : props, trail }), { stack: { env: ENV }, ...options });
  return deployed(template.toJSON());
}

/** Deploys a template. */
export function deployed(json: object, environment?: Partial<Environment>): Trailed {
  const template = SimulatedTemplate.parse(json, environment);
  const [trail] = readTrails(template, new Permissions(template));
  const arn = (logicalId: RegExp) => {
    const found = template.resources.filter(resource => logicalId.test(resource.logicalId));
    expect(found).toHaveLength(1);
    return found[0].attributes.Arn;
  };
  return { trail, template, arn };
}

/** The names of the records' calls that are logged. */
export function logged(trail: Trail, records: JsonObject[]): string[] {
  return records.filter(record => trail.logs(record)).map(({ eventName }) => String(eventName));
}

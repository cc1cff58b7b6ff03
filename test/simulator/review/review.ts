/**
 * Reads a template for what no event of a run need show. A fault is what cannot work as it is declared: something is refused, comes too
 * late, or is written where it must not be. A note is what works, and keeps less than the reader may think.
 */

import { accessLogFaults, lifecycleNotes, resultsFaults } from './buckets';
import type { DeliveryStreamConfiguration } from '../delivery/delivery-stream-configuration';
import type { Permissions } from '../permissions/permissions';
import { ResourcePolicies } from '../permissions/resource-policies';
import { prerequisitesOf } from '../template/prerequisites';
import { Properties } from '../template/properties';
import type { SimulatedResource, SimulatedTemplate } from '../template/template';
import type { Trail } from '../trail/trail';

/** What was found, each as a sentence that begins with what it is about. */
export interface Review {
  readonly faults: readonly string[];
  readonly notes: readonly string[];
}

/** What is read. */
export interface ReviewedTemplate {
  readonly template: SimulatedTemplate;
  readonly permissions: Permissions;
  readonly streams: readonly DeliveryStreamConfiguration[];
  readonly targets: readonly { review(): Review }[];
  readonly trails: readonly Trail[];
}

/** Reads a template. */
export function review({ template, streams, targets, trails }: ReviewedTemplate): Review {
  const ofTargets = targets.map(target => target.review());
  const policies = new ResourcePolicies(template);
  const arns = new Set(streams.map(({ arn }) => arn));
  const archives = (rule: SimulatedResource) => Properties.of(rule).objects('Targets').some(target => arns.has(target.text('Arn')));
  const rules = template.ofType('AWS::Events::Rule');
  return {
    faults: [
      ...ofTargets.flatMap(({ faults }) => faults),
      ...late(template, [...rules.filter(archives), ...template.ofType('AWS::KinesisFirehose::DeliveryStream')]),
      ...accessLogFaults(template, policies),
      ...resultsFaults(template, streams),
    ],
    notes: [
      ...new Set(ofTargets.flatMap(({ notes }) => notes)),
      ...late(template, rules.filter(rule => !archives(rule))),
      ...trails.flatMap(trail => trail.notes),
      ...lifecycleNotes(template, streams),
    ],
  };
}

/** What may be there before the policy that lets its role work: what it may not do until then is dead-lettered, or lost. */
function late(template: SimulatedTemplate, workers: readonly SimulatedResource[]): string[] {
  return workers.flatMap(resource => prerequisitesOf(template, resource)
    .filter(({ logicalId }) => !resource.waitsFor.includes(logicalId))
    .map(({ logicalId }) => `${resource.logicalId}: may be created before ${logicalId}, which lets its role work; it needs a DependsOn`));
}

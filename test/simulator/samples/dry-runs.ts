/** Dry runs as the demo makes them, without a process of their own for each. */

import { temporaryFolder } from './temporary-folder';
import { DryRun } from '../demo/dry-run';
import type { EventToSend } from '../demo/events-file';
import { Progress } from '../demo/report';
import { embeddedEngines } from '../embedded/engines';
import { Simulation, SimulationOptions } from '../simulation';
import type { Environment } from '../template/environment';
import { SimulatedTemplate } from '../template/template';

/** What the command would end with, and what it would say. */
export interface Told {
  readonly status: number;
  readonly text: string;
  /** The sections that a template without a fault does not have. */
  readonly complaints: string;
  readonly figures: { readonly [name: string]: unknown };
}

export interface DryRunOptions extends Partial<Pick<SimulationOptions, 'engines' | 'faults'>> {
  readonly environment?: Partial<Environment>;
}

const COMPLAINTS = /^(Unaccounted for|Faults of the template|To be aware of): |^error: /;

/** Makes a dry run. */
export async function dryRun(template: object, events: readonly EventToSend[], { environment, ...options }: DryRunOptions = {}): Promise<Told> {
  const sections: string[] = [];
  const told = (status: number, figures: object = {}): Told => ({
    status, text: sections.join('\n\n'), complaints: sections.filter(section => COMPLAINTS.test(section)).join('\n'), figures: figures as Told['figures'],
  });
  let simulation: Simulation;
  try {
    const deployed = SimulatedTemplate.parse(template, environment);
    simulation = Simulation.create(deployed, { engines: embeddedEngines(), folder: temporaryFolder(), ...options });
  } catch (error) {
    sections.push(`error: ${(error as Error).message}`);
    return told(2);
  }
  try {
    const print = (title: string, text: string) => sections.push(`${title}\n${text}`);
    const progress = new Progress({ write: () => undefined });
    const { isRight, figures, errors } = await new DryRun(simulation, { progress, width: 200, print }).run(events);
    sections.push(...errors.map(error => `error: ${error}`));
    return told(isRight ? 0 : 1, figures);
  } finally {
    await simulation.close();
  }
}

// Runs several templates at once, each in an account and a Region, whose buses reach one another.

import { closeAfterwards, newFolder, Row } from './archive-run';
import type { DeadLetter } from '../simulator/bus/dead-letters';
import { EventBusNetwork, Organizations } from '../simulator/bus/event-bus-network';
import { Simulation } from '../simulator/simulation';
import type { Environment } from '../simulator/template/environment';
import { SimulatedTemplate } from '../simulator/template/template';
import { testEngines } from '../test-engines';

/** A template, and where it goes. */
export interface PlacedTemplate {
  readonly name: string;
  readonly template: object;
  readonly environment: Partial<Environment>;
}

/** The runs of templates that belong together. */
export interface Deployed {
  run(name: string): Simulation;
  /** Delivers what is under way, at the sources first. */
  finish(): Promise<void>;
  /** What a query of the first database of a template gives. */
  rows(name: string, sql: string): Promise<Row[]>;
  /** Those of all templates, in their order. */
  deadLetters(): DeadLetter[];
}

/** Deploys the templates; the one with the archive comes first. */
export async function deploy(templates: readonly PlacedTemplate[], organizations?: Organizations): Promise<Deployed> {
  const network = new EventBusNetwork(organizations);
  const engines = testEngines();
  const runs = new Map(templates.map(({ name, template, environment }) => {
    const simulation = Simulation.create(SimulatedTemplate.parse(template, environment), { engines, network, folder: newFolder() });
    closeAfterwards(simulation);
    return [name, simulation];
  }));
  const run = (name: string) => runs.get(name)!;
  return {
    run,
    finish: async () => {
      for (const simulation of [...runs.values()].reverse()) await simulation.finish();
      expect([...runs.values()].flatMap(({ ledger }) => ledger.unaccounted())).toEqual([]);
    },
    rows: async (name, sql) => {
      const simulation = run(name);
      await engines.sql.open(simulation.catalog(), simulation.store);
      const [database] = simulation.savedQueries().map(query => query.database);
      const { columns, rows } = await engines.sql.query(database, sql);
      return rows.map(row => Object.fromEntries(columns.map((column, index) => [column.name, row[index]])));
    },
    deadLetters: () => [...runs.values()].flatMap(simulation => [...simulation.deadLetters]),
  };
}

/** What the catalog of a template shows, and what its saved queries answer, over objects that are the same for every mutant. */

import * as path from 'node:path';
import { storeEvents } from './stored-events';
import { GlueTable } from '../simulator/catalog/glue-tables';
import { GlueView } from '../simulator/catalog/glue-views';
import { runQueries, SimulatedQuery } from '../simulator/catalog/saved-queries';
import { FileObjectStore } from '../simulator/delivery/object-store';
import { DuckDbQueryEngine } from '../simulator/embedded/sql';
import type { GlueResource, ObjectStore, QueryEngine } from '../simulator/engines';
import type { Simulation } from '../simulator/simulation';
import type { SimulatedTemplate } from '../simulator/template/template';

/** The template that mutants are compared with, and what it wrote. */
export interface AnswersProps {
  readonly template: SimulatedTemplate;
  readonly simulation: Simulation;
  readonly folder: string;
  readonly now: Date;
  /** What time it is for SQL's `current_date`. @default - the time of this machine */
  readonly clock?: () => Date;
}

/** A set of objects with the baseline's catalog over them. */
interface Shelf {
  readonly store: ObjectStore;
  readonly engine: QueryEngine;
}

/** Judges what can be asked of a template that writes the same objects as the baseline. */
export class Answers {
  private readonly catalog: GlueResource[];
  private readonly queries: readonly SimulatedQuery[];
  private readonly shelves = new Map<'few' | 'many', Promise<Shelf>>();
  private readonly remembered = new Map<string, Promise<string>>();
  private now: Date;

  public constructor(private readonly baseline: AnswersProps) {
    this.now = baseline.now;
    this.catalog = baseline.simulation.catalog();
    this.queries = baseline.simulation.savedQueries();
  }

  /**
   * What is another than in the baseline, if anything is. Throws what the query engine refuses. `current_date` is that of this machine:
   * what was answered on another day is no measure any more.
   */
  public async difference(simulation: Simulation): Promise<string | undefined> {
    const { clock = () => new Date() } = this.baseline;
    const time = clock();
    if (dayOf(time) !== dayOf(this.now)) await this.startAgain(time);
    const found = await this.differenceOfTheDay(simulation);
    return dayOf(clock()) === dayOf(time) ? found : this.difference(simulation);
  }

  /** Forgets all answers, and has objects of the new day. */
  private async startAgain(now: Date): Promise<void> {
    await this.close();
    this.shelves.clear();
    this.remembered.clear();
    this.now = now;
  }

  private async differenceOfTheDay(simulation: Simulation): Promise<string | undefined> {
    return await this.differenceOfCatalog(simulation.catalog()) ?? this.differenceOfQueries(simulation.savedQueries());
  }

  public async close(): Promise<void> {
    for (const shelf of this.shelves.values()) await (await shelf).engine.close();
  }

  private async differenceOfCatalog(catalog: GlueResource[]): Promise<string | undefined> {
    const changed = catalog.filter((resource, index) => JSON.stringify(resource) !== JSON.stringify(this.catalog[index]));
    if (catalog.length !== this.catalog.length) return 'the catalog has more or less in it';
    for (const resource of changed) {
      const before = this.catalog[catalog.indexOf(resource)];
      if (await this.isAnother(before, resource)) return `${resource.logicalId} shows something else`;
    }
    // What is declared otherwise and shows the same must still be a catalog.
    if (changed.length > 0 && await this.whole(catalog) !== await this.once('whole', () => this.whole(this.catalog))) return 'the catalog shows something else';
    return undefined;
  }

  /** What can be seen of one resource alone, which takes no new catalog. */
  private async isAnother(before: GlueResource, after: GlueResource): Promise<boolean> {
    if (after.type === 'AWS::Glue::Database') return false;
    if (GlueView.describes(before) !== GlueView.describes(after)) return true;
    const show = (resource: GlueResource) => GlueView.describes(resource) ? this.view(resource) : this.table(resource);
    return await show(after) !== await this.once(`resource ${before.logicalId}`, () => show(before));
  }

  private async table(resource: GlueResource): Promise<string> {
    const { store } = await this.shelf('few');
    const table = GlueTable.parse(resource);
    const { database, name, columns, partitionKeys, needsFilter } = table;
    return text({ database, name, columns, partitionKeys, needsFilter, rows: needsFilter ? [] : table.rows(store, undefined, this.now) });
  }

  private async view(resource: GlueResource): Promise<string> {
    const { engine } = await this.shelf('few');
    const { database, name, columns, schema, sql } = GlueView.parse(resource);
    const result = await this.once(`${schema} ${sql}`, async () => unordered(await engine.query(schema, sql)));
    return text({ database, name, columns, result });
  }

  /** Every table and view as a query sees it. */
  private async whole(catalog: GlueResource[]): Promise<string> {
    const engine = new DuckDbQueryEngine();
    try {
      await engine.open(catalog, (await this.shelf('few')).store);
      const tables = catalog.filter(({ type }) => type === 'AWS::Glue::Table').map(resource => (GlueView.describes(resource) ? GlueView : GlueTable).parse(resource));
      const contents: string[] = [];
      for (const { database, name } of tables) contents.push(unordered(await engine.query(database, `SELECT * FROM "${name}"`)));
      return text(contents);
    } finally {
      await engine.close();
    }
  }

  private async differenceOfQueries(queries: readonly SimulatedQuery[]): Promise<string | undefined> {
    for (const [index, query] of queries.entries()) {
      const before = this.queries[index];
      if (query.sql === before?.sql && query.database === before.database) continue;
      for (const amount of ['few', 'many'] as const) {
        if (await this.answer(query, amount) !== await this.answer(before, amount)) return `${query.name} answers something else`;
      }
    }
    return undefined;
  }

  private async answer(query: SimulatedQuery, amount: 'few' | 'many'): Promise<string> {
    const { engine } = await this.shelf(amount);
    return this.once(`${amount} ${query.database} ${query.sql}`, async () => {
      const [{ result }] = await runQueries([query], engine);
      return text(result);
    });
  }

  private shelf(amount: 'few' | 'many'): Promise<Shelf> {
    const shelf = this.shelves.get(amount) ?? this.fill(amount);
    this.shelves.set(amount, shelf);
    return shelf;
  }

  private async fill(amount: 'few' | 'many'): Promise<Shelf> {
    const { template, simulation, folder } = this.baseline;
    const store = new FileObjectStore(path.join(folder, amount, dayOf(this.now)));
    for (const { bucket, key } of simulation.ledger.writtenObjects) store.put(bucket, key, simulation.store.get(bucket, key));
    storeEvents(template, store, this.now, amount === 'many');
    const engine = new DuckDbQueryEngine();
    await engine.open(this.catalog, store);
    return { store, engine };
  }

  private once(key: string, make: () => Promise<string>): Promise<string> {
    const made = this.remembered.get(key) ?? make();
    this.remembered.set(key, made);
    return made;
  }
}

/** The day in UTC. */
function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

function unordered({ columns, rows }: { columns: unknown; rows: unknown[][] }): string {
  return text({ columns, rows: rows.map(row => JSON.stringify(row)).sort() });
}

function text(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) => typeof member === 'bigint' ? `${member}n` : member);
}

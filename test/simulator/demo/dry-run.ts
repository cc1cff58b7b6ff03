/** A dry run: events go through a template, the catalog is asked for them, the saved queries are answered, and all of it is told. */

import type { EventToSend } from './events-file';
import { counted, fanOutBlock, ledgerBlock, objectTree, Progress, queryTable } from './report';
import type { AnsweredQuery } from '../catalog/saved-queries';
import type { AskedCatalog, Simulation } from '../simulation';

/** How many of a list are shown. */
const MAX_SHOWN = 5;

/** Where a dry run is told. */
export interface DryRunProps {
  readonly progress: Progress;
  readonly width: number;
  readonly print: (title: string, text: string) => void;
}

/** What a dry run came to. */
export interface DryRunResult {
  /** Whether every event is accounted for, every query was answered, and the template has no fault. */
  readonly isRight: boolean;
  /** What `--json` prints: the errors are among its faults. */
  readonly figures: object;
  /** What went wrong beside what the report has. */
  readonly errors: readonly string[];
}

/** One dry run. */
export class DryRun {
  private readonly errors: string[] = [];
  private readonly faults: string[] = [];
  private readonly notes: readonly string[];

  public constructor(private readonly simulation: Simulation, private readonly props: DryRunProps) {
    const { faults, notes } = simulation.review();
    this.faults.push(...faults);
    this.notes = notes;
  }

  public async run(events: readonly EventToSend[]): Promise<DryRunResult> {
    const { progress } = this.props;
    try {
      await this.send(events);
      progress.say('Asking the catalog');
      const asked = await this.tried(() => this.ask());
      this.faults.unshift(...this.nothingArchived());
      progress.end();
      this.tell(asked);
      const answers = asked && await this.tried(() => this.query());
      return { isRight: this.isRight(), figures: this.figures(asked, answers), errors: this.errors };
    } finally {
      progress.end();
    }
  }

  private async send(events: readonly EventToSend[]): Promise<void> {
    this.props.progress.say(`Sending ${counted(events.length, 'event')}`);
    await this.simulation.sendAll(events);
    this.props.progress.say('Delivering what is still on its way');
    await this.simulation.finish();
  }

  private async ask(): Promise<AskedCatalog> {
    this.faults.push(...await this.simulation.tryStreams());
    return this.simulation.askCatalog();
  }

  /** A template by which everything goes elsewhere archives nothing, although every event is accounted for. */
  private nothingArchived(): string[] {
    const { ledger, injectsFaults } = this.simulation;
    if (injectsFaults || ledger.matched === 0 || ledger.archived > 0) return [];
    const [first] = (['deadLettered', 'failed', 'notFound', 'lost'] as const).flatMap(outcome => ledger.archiveDeliveries(outcome));
    return first ? [`nothing was archived of ${counted(ledger.matched, 'event')} that matched; the first one: ${first.detail}`] : [];
  }

  private tell(asked: AskedCatalog | undefined): void {
    const { simulation: { ledger, requests }, props: { print, width } } = this;
    print('Events', ledgerBlock(ledger, asked));
    print('Objects in S3', objectTree(ledger.writtenObjects) || '  none');
    if (Object.keys(ledger.fanOut).length) print('Fan-out', fanOutBlock(ledger.fanOut, requests, width));
    const unaccounted = ledger.unaccounted().map(({ event, rule, outcome, detail }) => `${JSON.stringify(event.id)} of ${rule}: ${OUTCOMES[outcome] ?? outcome}, ${detail}`);
    this.list('Unaccounted for', unaccounted);
    this.list('Faults of the template', this.faults);
    this.list('To be aware of', this.notes);
  }

  private list(title: string, lines: readonly string[]): void {
    if (lines.length === 0) return;
    const more = lines.length - MAX_SHOWN;
    this.props.print(`${title}: ${lines.length}`, [...lines.slice(0, MAX_SHOWN), ...more > 0 ? [`… ${more} more`] : []].map(line => `  ${line}`).join('\n'));
  }

  private async query(): Promise<AnsweredQuery[]> {
    const { simulation, props: { progress, print, width } } = this;
    progress.say(`Running ${counted(simulation.savedQueries().length, 'saved query', 'saved queries')}`);
    const answers = await simulation.runSavedQueries();
    progress.end();
    for (const { name, description, database, result } of answers) {
      print(`${name} (${database})`, [...description ? [`  ${description}`] : [], queryTable(result, width)].join('\n'));
    }
    return answers;
  }

  /** What a step gives; nothing, when it failed, which is then among the errors. */
  private async tried<T>(step: () => Promise<T>): Promise<T | undefined> {
    try {
      return await step();
    } catch (error) {
      this.errors.push((error as Error).message);
      return undefined;
    }
  }

  private isRight(): boolean {
    return this.errors.length === 0 && this.faults.length === 0 && this.simulation.ledger.unaccounted().length === 0;
  }

  /** No more than is known: what the catalog was not asked for is no figure, nor is the answer of a query that was not run. */
  private figures(asked: AskedCatalog = { events: [], errors: [] }, answers?: readonly AnsweredQuery[]): object {
    const { sent, unmatched, matched, archived, failed, deadLettered, notFound, lost, objects, bytes, fanOut, partitions } = this.simulation.ledger;
    const [knowsArchived, knowsFailed] = [isKnown(archived, asked.events), isKnown(failed, asked.errors)];
    return {
      ...{ sent, unmatched, matched, asked },
      ...knowsArchived && { archived },
      ...knowsFailed && { failed },
      ...knowsArchived && knowsFailed && { notFound },
      ...{ deadLettered, lost, objects, bytes, fanOut, ...answers && { queries: rowsOf(answers) }, partitions },
      ...{ faults: [...this.errors, ...this.faults], notes: this.notes },
    };
  }
}

/** How many of what was written queries find: none of nothing, else only who was asked knows. */
function isKnown(written: number, asked: readonly string[]): boolean {
  return written === 0 || asked.length > 0;
}

/** Queries of the same name in two archives count together. */
function rowsOf(answers: readonly AnsweredQuery[]): { readonly [name: string]: { readonly rows: number } } {
  const queries: { [name: string]: { rows: number } } = {};
  for (const { name, result } of answers) queries[name] = { rows: (queries[name]?.rows ?? 0) + result.rows.length };
  return queries;
}

const OUTCOMES: { readonly [outcome: string]: string } = { pending: 'still on its way', notFound: 'not found' };

// All layouts of an archive: the current one, in which it writes, and those of its past, which stay queryable. The view over all of
// them has the columns of each.

import { checkedDate, DateRange } from './date-range';
import { Layout } from './layout';
import type { PartitionKey } from './partition-key';
import { OTHER } from './partition-values';
import { invalid, show } from '../private/validate';

/** A layout that the archive had before its keys were changed. */
export interface PreviousLayout {
  /** The partition keys as they were, in their order and with their values, the retired ones included. */
  readonly partitionKeys: PartitionKey[];

  /**
   * The first day (UTC, `yyyy-MM-dd`) on which there are objects in this layout. Athena looks into a folder for each day and value, so
   * the nearer to the truth the faster; what arrived before it is not found. What is no day, or a day to come, fails at synthesis.
   *
   * @default - the `firstDate` of the catalog
   */
  readonly firstDate?: string;

  /**
   * The last day (UTC, `yyyy-MM-dd`) on which an object was written in this layout. The old stream writes out what it has buffered for
   * up to 15 minutes after the deployment that changed the keys, so give that day, or the next where midnight was near: what was
   * written after it is not found. Before `firstDate`, to come, or no day, it fails at synthesis.
   *
   * @default - today, whenever that is
   */
  readonly lastDate?: string;
}

/** What is known of the archive's past. */
export interface History {
  readonly firstDate?: string;
  readonly previousLayouts?: PreviousLayout[];
}

/** A layout, and the days on which objects were written in it. */
export interface DatedLayout {
  readonly layout: Layout;
  readonly dates: DateRange;
}

/** A partition column of the view. */
export interface PartitionColumn {
  readonly name: string;
  readonly comment: string;
}

/** The layouts in the order of their time, the current one last. */
export class Layouts {
  /** The layouts of an archive with these keys and this past. */
  public static of(keys: PartitionKey[], { firstDate, previousLayouts = [] }: History = {}): Layouts {
    const first = checkedDate('catalog.firstDate', firstDate);
    const previous = previousLayouts.map((given, index): DatedLayout => {
      const prop = `catalog.previousLayouts[${index}]`;
      return { layout: new Layout(given.partitionKeys, `${prop}.partitionKeys`), dates: datesOf(given, prop, first) };
    });
    return new Layouts(new Layout(keys), new DateRange(first), previous);
  }

  public readonly all: readonly DatedLayout[];

  private constructor(public readonly current: Layout, public readonly dates: DateRange, previous: readonly DatedLayout[]) {
    this.all = [...previous, { layout: current, dates }];
    previous.forEach(({ layout }, index) => this.checkOnce(layout, `catalog.previousLayouts[${index}]`, index));
  }

  /** The partition columns of all layouts; a key that came later stands behind those that were there before it. */
  public get columns(): PartitionColumn[] {
    const keys = new Map(this.all.flatMap(({ layout }) => layout.keys).map(key => [key.name, key]));
    return [...keys.values()].map(({ name, _model: { comment } }) => ({ name, comment }));
  }

  /** A layout's partition columns as the view selects them. What a layout has no key for is `other`, which every filter lists. */
  public selectOf(layout: Layout): string[] {
    const names = layout.keys.map(({ name }) => name);
    return this.columns.map(({ name }) => names.includes(name) ? name : `CAST('${OTHER}' AS varchar) AS ${name}`);
  }

  /** The SQL that finds events of detail types wherever they were put: a type may have been in `other` before it was listed. */
  public filterOn(...detailTypes: string[]): string {
    const byType = detailTypes.length === 1 ? `detail_type = '${detailTypes[0]}'` : `detail_type IN (${detailTypes.map(type => `'${type}'`).join(', ')})`;
    const keys = this.all.flatMap(({ layout }) => layout.keys).filter(key => key._model.partitionsOfDetailType);
    if (keys.length === 0) return byType;
    const own = keys.flatMap(key => detailTypes.flatMap(key._model.partitionsOfDetailType!)).filter(value => value !== OTHER);
    const partitions = [...new Set([...own, OTHER])].map(value => `'${value}'`).join(', ');
    return `${keys[0].name} IN (${partitions}) AND ${byType}`;
  }

  private checkOnce(layout: Layout, prop: string, index: number): void {
    const first = this.all.findIndex(({ layout: { id } }) => id === layout.id);
    if (first !== index) invalid(prop, `the layout ${show(layout.id)} again`, `it is that of catalog.previousLayouts[${first}] already: give each once`);
    if (layout.id === this.current.id) invalid(prop, `the layout ${show(layout.id)}`, 'it is the archive\'s current one: list only those that it had before');
  }
}

function datesOf({ firstDate, lastDate }: PreviousLayout, prop: string, archiveFirst?: string): DateRange {
  const dates = new DateRange(checkedDate(`${prop}.firstDate`, firstDate) ?? archiveFirst, checkedDate(`${prop}.lastDate`, lastDate));
  if (lastDate !== undefined && lastDate < dates.firstDate) {
    invalid(`${prop}.lastDate`, show(lastDate), `the layout's first day is ${dates.firstDate}: give that or a later one`);
  }
  return dates;
}

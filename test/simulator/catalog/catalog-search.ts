/**
 * Asks a catalog for what was written to S3. Events are sought in each table that has columns of theirs, by what people query of it: the
 * view that shows all of the table's columns, where there is one, else the table. Error records are sought in the tables that have a
 * column `rawdata`, and in the views over these. What is found is equal as JSON to what was sent; nothing else counts.
 */

import { ErrorRows, EventColumn, eventColumns, EventRows, FoundRows } from './found-rows';
import { GlueTable } from './glue-tables';
import { GlueView } from './glue-views';
import type { PartitionFilter } from './partition-projection';
import type { GlueResource, ObjectStore, QueryEngine } from '../engines';
import type { Delivery, ObjectPlace } from '../ledger';

/** A table is one of events when it has columns for as many of an event's fields as this: CloudTrail's log files have one that is called the same. */
const EVENT_COLUMNS = 2;

/** Firehose's name for the record, in error records. */
const RAW_DATA = 'rawdata';

/** A table or view, and the columns that are asked for. */
interface Relation {
  readonly database: string;
  readonly name: string;
  readonly columns: readonly EventColumn[];
  /** The columns of text that a query can be narrowed by. */
  readonly texts: ReadonlySet<string>;
}

/** Tables of a database that the same relations stand for. */
interface Group {
  readonly tables: readonly GlueTable[];
  /** What people query: views over the tables, else the tables. */
  readonly relations: readonly Relation[];
}

/** What is sought: events, or error records with events in them. */
interface Kind {
  isIn(table: GlueTable): boolean;
  isShownBy(view: GlueView, table: GlueTable): boolean;
  columns(of: GlueTable | GlueView): EventColumn[];
  read(columns: readonly EventColumn[], rows: readonly unknown[][]): FoundRows;
}

const EVENTS: Kind = {
  isIn: table => EVENTS.columns(table).length >= EVENT_COLUMNS,
  isShownBy: (view, { columns }) => columns.every(({ name }) => view.columns.some(column => column.name === name)),
  columns: relation => eventColumns(typedColumns(relation)),
  read: (columns, rows) => new EventRows(columns, rows),
};

const ERRORS: Kind = {
  isIn: ({ columns }) => columns.some(({ name }) => name === RAW_DATA),
  isShownBy: ({ sql }, { name }) => new RegExp(`\\b${name}\\b`).test(sql),
  columns: relation => typedColumns(relation).filter(({ type }) => type === 'varchar').map(({ name }) => ({ name, field: name, isList: false })),
  read: (_columns, rows) => new ErrorRows(rows),
};

/** What a search came to. */
export interface SearchResult {
  /** What was asked, such as `audit.events`; nothing, when the catalog has nothing of the kind. */
  readonly asked: readonly string[];
  /** What was not found, and why. */
  readonly missing: ReadonlyMap<Delivery, string>;
}

/** Searches in a catalog that is open. */
export class CatalogSearch {
  private readonly tables: readonly GlueTable[];
  private readonly views: readonly GlueView[];

  public constructor(catalog: readonly GlueResource[], private readonly store: ObjectStore, private readonly engine: QueryEngine) {
    const declared = catalog.filter(({ type }) => type === 'AWS::Glue::Table');
    this.tables = declared.filter(resource => !GlueView.describes(resource)).map(GlueTable.parse);
    this.views = declared.filter(GlueView.describes).map(GlueView.parse);
  }

  /** Seeks events that were written as records. */
  public async events(deliveries: readonly Delivery[]): Promise<SearchResult> {
    return this.search(EVENTS, deliveries);
  }

  /** Seeks events that were written as error records. */
  public async errors(deliveries: readonly Delivery[]): Promise<SearchResult> {
    return this.search(ERRORS, deliveries);
  }

  /** The tables of events that read an object. */
  public readersOf(object: ObjectPlace): string[] {
    const reads = (table: GlueTable) => table.objects(this.store, filterOf(table, [object])).some(read => nameOf(read) === nameOf(object));
    return this.tables.filter(table => EVENTS.isIn(table) && reads(table)).map(titleOf);
  }

  private async search(kind: Kind, deliveries: readonly Delivery[]): Promise<SearchResult> {
    const groups = grouped(this.tables.filter(table => kind.isIn(table)).map(table => {
      const views = this.views.filter(view => view.database === table.database && kind.isShownBy(view, table));
      return { tables: [table], relations: (views.length > 0 ? views : [table]).map(relation => relationOf(kind, relation)) };
    }));
    return new Search(kind, groups, deliveries, this.store, this.engine).result();
  }
}

/** One search. */
class Search {
  private readonly answers = new Map<string, Promise<unknown[][]>>();

  public constructor(
    private readonly kind: Kind,
    private readonly groups: readonly Group[],
    private readonly deliveries: readonly Delivery[],
    private readonly store: ObjectStore,
    private readonly engine: QueryEngine,
  ) {}

  /** By one relation of each group first; where that is not enough, by the one that finds most. */
  public async result(): Promise<SearchResult> {
    const first = this.groups.map(({ relations: [relation] }) => relation);
    if (this.groups.length === 0 || this.deliveries.length === 0) return { asked: first.map(titleOf), missing: new Map() };
    const missing = await this.missingIn(first);
    if (missing.length === 0) return { asked: first.map(titleOf), missing: new Map() };
    const widest: Relation[] = [];
    for (const group of this.groups) widest.push(await this.widestOf(group));
    return { asked: widest.map(titleOf), missing: await this.explained(await this.missingIn(widest), widest) };
  }

  private async missingIn(relations: readonly Relation[]): Promise<Delivery[]> {
    const found = await this.rowsOf(relations);
    return this.deliveries.filter(({ event: { event } }) => !found.some(rows => rows.take(event)));
  }

  private async widestOf({ relations }: Group): Promise<Relation> {
    const misses: number[] = [];
    for (const relation of relations) misses.push((await this.missingIn([relation])).length);
    return relations[misses.indexOf(Math.min(...misses))];
  }

  private async explained(missing: readonly Delivery[], asked: readonly Relation[]): Promise<Map<Delivery, string>> {
    if (missing.length === 0) return new Map();
    const tables = this.groups.flatMap(group => group.tables);
    const read = tables.map(table => new Set(table.objects(this.store, this.filterOf(table)).map(nameOf)));
    const [shown, kept] = [await this.rowsOf(asked), await this.rowsOf(tables.map(table => relationOf(this.kind, table)))];
    const because = ({ event: { event }, object }: Delivery): string => {
      const near = shown.map((rows, index) => ({ title: titleOf(asked[index]), text: rows.nearest(event) })).find(({ text }) => text !== undefined);
      if (near) return `${near.title} ${near.text}`;
      const finding = kept.findIndex(rows => rows.take(event));
      if (finding >= 0) return `${titleOf(tables[finding])} shows it, and ${asked.map(titleOf).join(' and ')} does not`;
      const reading = read.findIndex(names => names.has(nameOf(object!)));
      if (reading >= 0) return `${titleOf(tables[reading])} reads this object, and shows no such event`;
      return `${tables.map(titleOf).join(', ')} does not read this object`;
    };
    return new Map(missing.map(delivery => [delivery, because(delivery)]));
  }

  private async rowsOf(relations: readonly Relation[]): Promise<FoundRows[]> {
    const found: FoundRows[] = [];
    for (const relation of relations) found.push(this.kind.read(relation.columns, await this.answer(relation)));
    return found;
  }

  private async answer(relation: Relation): Promise<unknown[][]> {
    const key = titleOf(relation);
    const answer = this.answers.get(key) ?? this.engine.query(relation.database, this.sqlOf(relation)).then(({ rows }) => rows);
    this.answers.set(key, answer);
    return answer;
  }

  /** Asks as people do: for the partitions in which the objects are, so that the rest of the archive is not read. */
  private sqlOf(relation: Relation): string {
    const group = this.groups.find(({ relations, tables }) => [...relations, ...tables].some(of => titleOf(of) === titleOf(relation)))!;
    const conditions = [...this.partitionsOf(group.tables)].filter(([column]) => relation.texts.has(column))
      .map(([column, values]) => `${quoted(column)} IN (${[...values].map(literal).join(', ')})`);
    const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
    return `SELECT ${relation.columns.map(({ name }) => quoted(name)).join(', ')} FROM ${quoted(relation.name)}${where}`;
  }

  /** The values of each partition column in the places of the objects; a column that not every table has is left out. */
  private partitionsOf(tables: readonly GlueTable[]): Map<string, Set<string>> {
    const places = this.deliveries.flatMap(({ object }) => object ?? []);
    const names = tables.map(({ partitionKeys }) => partitionKeys.map(({ name }) => name));
    const columns = names[0].filter(name => names.every(others => others.includes(name)));
    return new Map(columns.map(column => {
      const values = tables.flatMap(table => places.map(({ bucket, key }) => table.partitionAt(bucket, key)?.get(column) ?? ''));
      return [column, new Set(values)];
    }));
  }

  private filterOf(table: GlueTable): PartitionFilter {
    return filterOf(table, this.deliveries.flatMap(({ object }) => object ?? []));
  }
}

/** What a query must say of the columns whose values only it knows: here, those of the objects that were written. */
function filterOf(table: GlueTable, objects: readonly ObjectPlace[]): PartitionFilter {
  if (!table.needsFilter) return new Map();
  const partitions = objects.map(({ bucket, key }) => table.partitionAt(bucket, key));
  return new Map(table.injectedColumns.map(column => [column, [...new Set(partitions.map(partition => partition?.get(column) ?? ''))]]));
}

/** Tables that the same relations stand for are one group: the layouts of one archive are. */
function grouped(groups: readonly Group[]): Group[] {
  const byRelations = new Map<string, Group>();
  for (const { relations, tables } of groups) {
    const key = relations.map(titleOf).join(' ');
    byRelations.set(key, { relations, tables: [...byRelations.get(key)?.tables ?? [], ...tables] });
  }
  return [...byRelations.values()];
}

function relationOf(kind: Kind, relation: GlueTable | GlueView): Relation {
  const partitions = relation instanceof GlueTable ? relation.partitionKeys.filter(({ type }) => type.trino === 'varchar') : [];
  const texts = [...partitions, ...typedColumns(relation).filter(({ type }) => type === 'varchar')];
  return { database: relation.database, name: relation.name, columns: kind.columns(relation), texts: new Set(texts.map(({ name }) => name)) };
}

/** The columns with their types by Trino's names. */
function typedColumns(relation: GlueTable | GlueView): readonly { readonly name: string; readonly type: string }[] {
  return relation instanceof GlueTable ? relation.columns.map(({ name, type }) => ({ name, type: type.trino })) : relation.columns;
}

function titleOf({ database, name }: { readonly database: string; readonly name: string }): string {
  return `${database}.${name}`;
}

function nameOf({ bucket, key }: ObjectPlace): string {
  return `s3://${bucket}/${key}`;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function literal(value: string): string {
  return `'${value.replaceAll('\'', '\'\'')}'`;
}

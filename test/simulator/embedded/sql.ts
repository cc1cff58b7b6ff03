/**
 * Answers Athena's SQL with DuckDB, in this process: the tables that the template declares are loaded from the objects that the
 * pipeline wrote, the views run their own SQL, and a query runs as it was written but for its dialect (trino-dialect.ts).
 *
 * Known differences from Athena, each in test/reference/sql-dialect.test.ts: a comparison of a number or date with a string literal,
 * `varchar || bigint`, a rounding cast of '1.5' to bigint and a division by zero pass here; numbers that json_extract_scalar
 * yields are written again (1.10 becomes 1.1), and it finds nothing in JSON that is cut off or goes on after its end; base64 that is no
 * UTF-8 is an error in from_utf8; timestamps have no time zone but UTC, and always three digits of a second; decimals are divided and
 * rounded by DuckDB's rules; the text of a double in CAST(… AS varchar) is DuckDB's; regular expressions are RE2's; no maps, no lambdas.
 */

import { DuckDBConnection, DuckDBInstance, DuckDBValue, LIST, STRUCT } from '@duckdb/node-api';
import * as duckdb from '@duckdb/node-api';
import { readResult } from './query-result';
import { Node, nodesOf, readTree, writeTree } from './syntax-tree';
import { CATALOG, equalityFilter, outputNames, parseable, PATH_COLUMN, Relation, Translation } from './trino-dialect';
import { MACRO_CATALOG, MACRO_SCHEMA, MACROS } from './trino-functions';
import { GlueTable, objectOf, stringOf } from '../catalog/glue-tables';
import { GlueView } from '../catalog/glue-views';
import type { ColumnType } from '../catalog/hive-types';
import type { PartitionFilter } from '../catalog/partition-projection';
import type { Cell } from '../catalog/serde';
import type { GlueResource, ObjectStore, QueryEngine, QueryResult } from '../engines';

/** Nothing from outside this process, UTC whatever the machine's time zone, and Trino's arithmetic and order of nulls. */
const SETTINGS = [
  "SET TimeZone = 'UTC'", 'SET autoinstall_known_extensions = false', 'SET autoload_known_extensions = false', 'SET integer_division = true',
  "SET default_null_order = 'nulls_last'", `ATTACH ':memory:' AS ${CATALOG}`, 'SET enable_external_access = false',
];

/** What Trino converts without being asked, from and to. */
const COERCIONS = new Set(['integer bigint', 'integer double', 'bigint double']);

class CatalogEntry implements Relation {
  public readonly columns: string[];
  public readonly hasPath: boolean;
  public loaded = false;

  constructor(
    public readonly database: string,
    public readonly name: string,
    columns: string[],
    public readonly table?: GlueTable,
    public readonly uses: ReadonlySet<Relation> = new Set(),
  ) {
    this.columns = columns.map(column => column.toLowerCase());
    this.hasPath = table !== undefined;
  }
}

/** The embedded query engine. */
export class DuckDbQueryEngine implements QueryEngine {
  private session?: { readonly instance: DuckDBInstance; readonly connection: DuckDBConnection; readonly store: ObjectStore };
  private readonly entries = new Map<string, CatalogEntry>();
  private turn: Promise<unknown> = Promise.resolve();

  public async open(catalog: GlueResource[], store: ObjectStore): Promise<void> {
    await this.close();
    const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
    this.session = { instance, connection: await instance.connect(), store };
    for (const statement of SETTINGS) await this.run(statement);
    await this.createMacros();
    for (const { properties } of catalog.filter(resource => resource.type === 'AWS::Glue::Database')) {
      const name = stringOf(objectOf(properties.DatabaseInput, 'DatabaseInput').Name, 'the name of a database');
      await this.run(`CREATE SCHEMA ${CATALOG}.${quoted(name)}`);
    }
    const tables = catalog.filter(resource => resource.type === 'AWS::Glue::Table');
    for (const resource of tables.filter(table => !GlueView.describes(table))) await this.createTable(GlueTable.parse(resource));
    await this.createViews(tables.filter(GlueView.describes).map(resource => GlueView.parse(resource)));
  }

  public async query(database: string, sql: string): Promise<QueryResult> {
    // One at a time: a query may have to load the tables that it reads.
    const answer = this.turn.then(() => this.answer(database, sql));
    this.turn = answer.catch(() => undefined);
    return answer;
  }

  public async close(): Promise<void> {
    await this.turn;
    this.entries.clear();
    this.session?.connection.closeSync();
    this.session?.instance.closeSync();
    this.session = undefined;
  }

  private async answer(database: string, sql: string): Promise<QueryResult> {
    const tree = await this.parse(sql);
    const names = outputNames(nodesOf(tree.statements)[0].node);
    const filter = equalityFilter(tree);
    const translation = this.translation(database);
    translation.translate(tree);
    await this.load(translation.relations, filter);
    return readResult(await this.run(await this.unparse(tree)), names);
  }

  private translation(database: string): Translation {
    return new Translation(database.toLowerCase(), (schema, name) => this.entries.get(`${schema}.${name}`));
  }

  private async createMacros(): Promise<void> {
    const schema = `${MACRO_CATALOG}.${MACRO_SCHEMA}`;
    await this.run(`CREATE SCHEMA ${schema}`);
    for (const [name, definitions] of Object.entries(MACROS)) await this.run(`CREATE MACRO ${schema}.${quoted(name)}${definitions.join(', ')}`);
  }

  private async createTable(table: GlueTable): Promise<void> {
    const columns = [...table.columns, ...table.partitionKeys];
    const declared = [...columns.map(({ name, type }) => `${quoted(name)} ${type.duckdb}`), `${quoted(PATH_COLUMN)} VARCHAR`];
    await this.run(`CREATE TABLE ${CATALOG}.${quoted(table.database)}.${quoted(table.name)} (${declared.join(', ')})`);
    this.add(new CatalogEntry(table.database, table.name, columns.map(column => column.name), table));
  }

  /** Views may use one another, in whatever order the template has them. */
  private async createViews(views: GlueView[]): Promise<void> {
    const waiting: { view: GlueView; error: unknown }[] = [];
    for (const view of views) await this.createView(view).catch(error => waiting.push({ view, error }));
    if (!waiting.length) return;
    if (waiting.length === views.length) throw waiting[0].error;
    await this.createViews(waiting.map(({ view }) => view));
  }

  private async createView(view: GlueView): Promise<void> {
    const title = `${view.database}.${view.name}`;
    const name = `${CATALOG}.${quoted(view.database)}.${quoted(view.name)}`;
    try {
      const tree = await this.parse(view.sql);
      const names = outputNames(nodesOf(tree.statements)[0].node);
      const translation = this.translation(view.schema);
      translation.translate(tree);
      await this.run(`CREATE VIEW ${name} AS ${await this.unparse(tree)}`);
      const { columns } = readResult(await this.run(`SELECT * FROM ${name} LIMIT 0`), names);
      checkFresh(view, columns);
      this.add(new CatalogEntry(view.database, view.name, view.columns.map(column => column.name), undefined, translation.relations));
    } catch (error) {
      await this.run(`DROP VIEW IF EXISTS ${name}`);
      throw new Error(`view ${title}: ${(error as Error).message}`);
    }
  }

  private add(entry: CatalogEntry): void {
    this.entries.set(`${entry.database}.${entry.name}`, entry);
  }

  /** Reads the objects of the tables that a query needs, those behind its views included. */
  private async load(relations: Iterable<Relation>, filter: PartitionFilter): Promise<void> {
    for (const relation of relations) {
      const { table, uses, loaded } = relation as CatalogEntry;
      await this.load(uses, filter);
      if (!table || loaded) continue;
      await this.fill(table, filter);
      // What an injected projection yields differs from query to query.
      (relation as CatalogEntry).loaded = !table.needsFilter;
    }
  }

  private async fill(table: GlueTable, filter: PartitionFilter): Promise<void> {
    const { connection, store } = this.opened();
    const rows = table.rows(store, filter);
    await this.run(`DELETE FROM ${CATALOG}.${quoted(table.database)}.${quoted(table.name)}`);
    const types = [...table.columns, ...table.partitionKeys].map(column => duckdbType(column.type));
    const appender = await connection.createAppender(table.name, table.database, CATALOG);
    for (const row of rows) {
      [...row.data, ...row.partition].forEach((value, index) => appender.appendValue(duckdbValue(value), types[index]));
      appender.appendVarchar(row.path);
      appender.endRow();
    }
    appender.closeSync();
  }

  private async parse(sql: string): Promise<Node> {
    const tree = readTree(await this.text('SELECT json_serialize_sql(CAST($1 AS VARCHAR))', parseable(sql)));
    if (tree.error) throw new Error(`SYNTAX_ERROR: ${tree.error_message}`);
    if (nodesOf(tree.statements).length === 0) throw new Error('SYNTAX_ERROR: there is no statement');
    return tree;
  }

  private async unparse(tree: Node): Promise<string> {
    return this.text('SELECT json_deserialize_sql(CAST($1 AS JSON))', writeTree(tree));
  }

  private async text(sql: string, argument: string): Promise<string> {
    const reader = await this.opened().connection.runAndReadAll(sql, [argument]);
    return String(reader.value(0, 0));
  }

  private async run(sql: string): Promise<duckdb.DuckDBResultReader> {
    try {
      return await this.opened().connection.runAndReadAll(sql);
    } catch (error) {
      throw new Error((error as Error).message.split('\n')[0]);
    }
  }

  private opened() {
    if (!this.session) throw new Error('the query engine is not open');
    return this.session;
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** What Athena calls VIEW_IS_STALE: the SQL does not yield the columns that the view declares. */
function checkFresh(view: GlueView, actual: QueryResult['columns']): void {
  const fresh = actual.length === view.columns.length && view.columns.every((column, index) => {
    const { name, type } = actual[index];
    return name.toLowerCase() === column.name && (type === column.type || COERCIONS.has(`${type} ${column.type}`));
  });
  if (fresh) return;
  const list = (columns: QueryResult['columns']) => columns.map(({ name, type }) => `${name} ${type}`).join(', ');
  throw new Error(`VIEW_IS_STALE: it declares (${list(view.columns)}), but its SQL yields (${list(actual)})`);
}

function duckdbType(type: ColumnType): duckdb.DuckDBType {
  if (type.element) return LIST(duckdbType(type.element));
  if (type.fields) return STRUCT(Object.fromEntries(type.fields.map(field => [field.name, duckdbType(field.type)])));
  const types: { [name: string]: duckdb.DuckDBType } = {
    VARCHAR: duckdb.VARCHAR, BOOLEAN: duckdb.BOOLEAN, INTEGER: duckdb.INTEGER, BIGINT: duckdb.BIGINT, DOUBLE: duckdb.DOUBLE,
  };
  return types[type.duckdb];
}

function duckdbValue(cell: Cell): DuckDBValue {
  if (Array.isArray(cell)) return duckdb.listValue(cell.map(duckdbValue));
  if (typeof cell !== 'object' || cell === null) return cell;
  return duckdb.structValue(Object.fromEntries(Object.entries(cell).map(([field, value]) => [field, duckdbValue(value)])));
}

/**
 * Athena's SQL for DuckDB. A query runs as it was written, but for what this file does to its syntax tree: functions by their DuckDB
 * names, tables with their database, and `SELECT *` without the hidden column `$path`. What Athena would refuse is refused.
 */

import { call, cast, columnName, constantText, everyNode, isNode, Node, nodesOf, textOf, Tree } from './syntax-tree';
import { datePattern, jsonPath, MACRO_CATALOG, MACRO_SCHEMA, MACROS, RENAMED, SAME_IN_BOTH } from './trino-functions';
import type { PartitionFilter } from '../catalog/partition-projection';

/** The name that the Glue Data Catalog has in a query. */
export const CATALOG = 'awsdatacatalog';

/** A table's hidden column: the object that a row was read from. */
export const PATH_COLUMN = '$path';

/** What the dialect must know of a table or view. */
export interface Relation {
  readonly database: string;
  readonly name: string;
  readonly columns: string[];
  /** Whether it is read from objects, and so has the hidden column. */
  readonly hasPath: boolean;
}

/** Finds a table or view. */
export type FindRelation = (database: string, name: string) => Relation | undefined;

const EXPRESSIONS = new Set([
  'CASE', 'CAST', 'BETWEEN', 'COLUMN_REF', 'COMPARISON', 'CONJUNCTION', 'CONSTANT', 'FUNCTION', 'OPERATOR', 'STAR', 'SUBQUERY', 'WINDOW',
]);
const SOURCES = new Set(['BASE_TABLE', 'EMPTY', 'EXPRESSION_LIST', 'JOIN', 'SUBQUERY', 'TABLE_FUNCTION']);
/** What DuckDB's parser takes for columns. */
const NOT_COLUMNS = /^(current_date|current_timestamp|current_time|localtimestamp|localtime)$/;

const TOKENS = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[^]*?\*\/|::|;|\barray\s*\(\s*([\w\s]+)\)/gi;

const TEXTS = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[^]*?\*\//g;

/** What DuckDB takes too: a test for null without `IS`, an interval without its unit. */
const SHORT_FORMS = /(?<!\bIS\s+)\bNOT\s+NULL\b|\bNOTNULL\b|\bISNULL\b|\bINTERVAL\s+''(?!\s+(?:second|minute|hour|day|week|month|quarter|year)\b)/i;

/** The text as DuckDB can parse it: `array(varchar)` is its `varchar[]`. Spellings that only DuckDB knows are refused. */
export function parseable(sql: string): string {
  const [shortForm] = SHORT_FORMS.exec(sql.replace(TEXTS, text => text.startsWith('\'') ? '\'\'' : text.startsWith('"') ? '""' : ' ')) ?? [];
  if (shortForm !== undefined) throw new Error(`SYNTAX_ERROR: mismatched input '${shortForm}'`);
  return sql.replace(TOKENS, (token, element?: string) => {
    if (token === ';' || token === '::') throw new Error(`SYNTAX_ERROR: mismatched input '${token}'`);
    return element === undefined ? token : `${element}[]`;
  });
}

/** One query's translation. It changes the tree that it is given. */
export class Translation {
  /** The tables and views that the query names. */
  public readonly relations = new Set<Relation>();

  constructor(private readonly database: string, private readonly find: FindRelation) {}

  public translate(tree: Node): Node {
    for (const node of everyNode(tree)) checkKnown(node);
    return this.rewrite(tree, new Set()) as Node;
  }

  private rewrite(tree: Tree, commonTables: ReadonlySet<string>): Tree {
    if (Array.isArray(tree)) return tree.map(member => this.rewrite(member, commonTables));
    if (!isNode(tree)) return tree;
    const own = isNode(tree.cte_map) ? nodesOf(tree.cte_map.map).map(cte => textOf(cte.key).toLowerCase()) : [];
    const scope = new Set([...commonTables, ...own]);
    if (tree.type === 'SELECT_NODE') this.checkAliases(tree, scope);
    for (const [field, member] of Object.entries(tree)) tree[field] = this.rewrite(member, scope);
    if (tree.type === 'BASE_TABLE') this.qualify(tree, scope);
    if (tree.type === 'SELECT_NODE') this.hidePath(tree);
    if (tree.function_name !== undefined) return translateFunction(tree);
    if (tree.type === 'ARRAY_EXTRACT') return aliased(tree, macro('array subscript', nodesOf(tree.children)));
    if (tree.class === 'CONSTANT') return translateConstant(tree);
    return tree.class === 'CAST' ? translateCast(tree) : tree;
  }

  private relation(table: Node, commonTables: ReadonlySet<string>): Relation | undefined {
    const catalog = textOf(table.catalog_name).toLowerCase();
    const database = textOf(table.schema_name).toLowerCase();
    const name = textOf(table.table_name).toLowerCase();
    if (!database && commonTables.has(name)) return undefined;
    if (catalog && catalog !== CATALOG) throw new Error(`CATALOG_NOT_FOUND: Catalog '${catalog}' not found`);
    const relation = this.find(database || this.database, name);
    if (!relation) throw new Error(`TABLE_NOT_FOUND: Table '${CATALOG}.${database || this.database}.${name}' does not exist`);
    return relation;
  }

  private qualify(table: Node, commonTables: ReadonlySet<string>): void {
    const relation = this.relation(table, commonTables);
    if (!relation) return;
    this.relations.add(relation);
    Object.assign(table, { catalog_name: CATALOG, schema_name: relation.database, table_name: relation.name });
  }

  /** Athena shows `$path` only to those who name it. */
  private hidePath(select: Node): void {
    const tables = tablesOf(select.from_table).filter(table => this.find(textOf(table.schema_name), textOf(table.table_name))?.hasPath);
    for (const star of nodesOf(select.select_list).filter(item => item.class === 'STAR')) {
      const of = textOf(star.relation_name).toLowerCase();
      const hidden = tables.some(table => !of || [table.alias, table.table_name].some(name => textOf(name).toLowerCase() === of));
      if (hidden) star.exclude_list = [PATH_COLUMN];
    }
  }

  /** DuckDB lets `WHERE`, `GROUP BY`, `HAVING` and the select list use the list's aliases; Athena does not. */
  private checkAliases(select: Node, commonTables: ReadonlySet<string>): void {
    const columns = this.columnsOf(select.from_table, commonTables);
    if (!columns) return;
    const items = nodesOf(select.select_list);
    const aliases = new Set(items.map(item => textOf(item.alias).toLowerCase()));
    for (const clause of [select.where_clause, select.group_expressions, select.having, select.select_list]) {
      const wrong = columnsIn(clause).find(name => aliases.has(name) && !columns.has(name));
      if (wrong !== undefined) throw new Error(`COLUMN_NOT_FOUND: Column '${wrong}' cannot be resolved: an alias is known to ORDER BY only`);
    }
  }

  /** The columns that a FROM clause offers, where that is easily said. */
  private columnsOf(from: Tree, commonTables: ReadonlySet<string>): Set<string> | undefined {
    if (!isNode(from)) return undefined;
    const renamed = Array.isArray(from.column_name_alias) ? from.column_name_alias : [];
    if (renamed.length) return new Set(renamed.map(name => textOf(name).toLowerCase()));
    switch (from.type) {
      case 'EMPTY': return new Set();
      case 'BASE_TABLE': {
        const relation = this.relation(from, commonTables);
        return relation && new Set([...relation.columns, ...relation.hasPath ? [PATH_COLUMN] : []]);
      }
      case 'JOIN': {
        const [left, right] = [from.left, from.right].map(side => this.columnsOf(side, commonTables));
        return left && right && new Set([...left, ...right]);
      }
      case 'SUBQUERY': {
        const names = isNode(from.subquery) ? outputNames(from.subquery.node) : undefined;
        return names && new Set(names.map(name => name.toLowerCase()));
      }
      default: return undefined;
    }
  }
}

/** What the columns of a result are called, or `undefined` when a star stands for some of them. */
export function outputNames(node: Tree): string[] | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === 'SET_OPERATION_NODE') return outputNames(node.left);
  const items = nodesOf(node.select_list);
  if (!items.length || items.some(item => item.class === 'STAR')) return undefined;
  return items.map((item, index) => {
    const names = Array.isArray(item.column_names) && !NOT_COLUMNS.test(columnName(item) ?? '') ? item.column_names : [];
    return textOf(item.alias) || textOf(names[names.length - 1]) || `_col${index}`;
  });
}

/** The values to which a query's conditions hold columns: what an injected projection needs. */
export function equalityFilter(tree: Tree): PartitionFilter {
  const filter = new Map<string, string[]>();
  for (const node of everyNode(tree)) {
    if (node.type !== 'SELECT_NODE') continue;
    for (const condition of conjuncts(node.where_clause)) {
      const sides = condition.type === 'COMPARE_EQUAL' ? [condition.left, condition.right] : condition.children;
      const [column, ...values] = ['COMPARE_EQUAL', 'COMPARE_IN'].includes(textOf(condition.type)) ? nodesOf(sides) : [];
      const name = columnName(column);
      const constants = values.map(constantText);
      if (name !== undefined && constants.length && constants.every(value => value !== undefined)) {
        filter.set(name, [...filter.get(name) ?? [], ...constants as string[]]);
      }
    }
  }
  return filter;
}

function conjuncts(condition: Tree): Node[] {
  const nodes = nodesOf(condition);
  return nodes.flatMap(node => node.type === 'CONJUNCTION_AND' ? nodesOf(node.children).flatMap(conjuncts) : [node]);
}

/** The tables of a FROM clause, those inside subqueries left out. */
function tablesOf(from: Tree): Node[] {
  if (!isNode(from)) return [];
  if (from.type === 'JOIN') return [...tablesOf(from.left), ...tablesOf(from.right)];
  return from.type === 'BASE_TABLE' ? [from] : [];
}

/** The columns that an expression names without their table, those inside subqueries left out. */
function columnsIn(tree: Tree): string[] {
  if (Array.isArray(tree)) return tree.flatMap(columnsIn);
  if (!isNode(tree) || tree.class === 'SUBQUERY') return [];
  const name = columnName(tree);
  return name !== undefined ? [name] : Object.values(tree).flatMap(columnsIn);
}

function checkKnown(node: Node): void {
  const refuse = (what: string): never => {
    throw new Error(`SYNTAX_ERROR: Athena has no ${what}, or the simulator does not know it`);
  };
  if (node.class !== undefined && !EXPRESSIONS.has(textOf(node.class))) refuse(textOf(node.class).toLowerCase());
  if (node.query_location !== undefined && node.sample !== undefined && !SOURCES.has(textOf(node.type))) refuse(textOf(node.type).toLowerCase());
  if (isNode(node.qualify)) refuse('QUALIFY');
  if (node.aggregate_handling !== undefined && node.aggregate_handling !== 'STANDARD_HANDLING') refuse('GROUP BY ALL');
  if (nodesOf(node.distinct_on_targets).length) refuse('DISTINCT ON');
  if (node.class !== 'STAR') return;
  const lists = [node.exclude_list, node.replace_list, node.rename_list, node.qualified_exclude_list];
  if (node.columns === true || lists.some(list => Array.isArray(list) && list.length)) refuse('star with EXCLUDE, REPLACE, RENAME or COLUMNS');
}

/** `1e0` would be written as `1.0`, which is a decimal. */
function translateConstant(node: Node): Node {
  const type = isNode(node.value) ? node.value.type : null;
  return isNode(type) && type.id === 'DOUBLE' ? aliased(node, cast({ ...node, alias: '' }, 'DOUBLE')) : node;
}

/** DuckDB makes text, times and JSON otherwise than Trino, and knows `timestamp with time zone` with no precision only. */
function translateCast(node: Node): Node {
  const type = isNode(node.cast_type) ? node.cast_type : {};
  const name = (isNode(type.type_info) && textOf(type.type_info.name) || textOf(type.id)).toLowerCase();
  const own = `${node.try_cast === true ? 'try_cast' : 'cast'} as ${name === 'timestamp_ms' ? 'timestamp' : name}`;
  return Object.hasOwn(MACROS, own) ? aliased(node, macro(own, [node.child])) : node;
}

function translateFunction(node: Node): Node {
  const name = textOf(node.function_name).toLowerCase();
  const children = nodesOf(node.children);
  switch (name) {
    case '+': case '-': return translateDateArithmetic(node, name, children);
    case 'concat': return aliased(node, children.reduce((left, right) => call('||', [left, right], true)));
    case 'timezone': return aliased(node, atUtc(children[1], children[0]));
    case 'at_timezone': return aliased(node, atUtc(children[0], children[1]));
    case 'date_add': return aliased(node, dateAdd(children));
    case 'date_part': translateArgument(name, children[0], part => part.toLowerCase() === 'dow' ? 'isodow' : part); break;
    case 'json_extract': case 'json_extract_scalar': translateArgument(name, children[1], jsonPath); break;
    case 'date_format': case 'date_parse': translateArgument(name, children[1], datePattern); break;
  }
  return rename(node, name);
}

function rename(node: Node, name: string): Node {
  if (Object.hasOwn(MACROS, name)) return Object.assign(node, { catalog: MACRO_CATALOG, schema: MACRO_SCHEMA, function_name: name });
  if (Object.hasOwn(RENAMED, name)) return Object.assign(node, { function_name: RENAMED[name] });
  if (SAME_IN_BOTH.has(name)) return node;
  throw new Error(`FUNCTION_NOT_FOUND: Function '${name}' not registered in Athena, or the simulator does not know it`);
}

function macro(name: string, children: Tree[]): Node {
  return rename(call(name, children), name);
}

/** A date and an interval make a date in Athena, and a timestamp in DuckDB. */
function translateDateArithmetic(node: Node, operator: '+' | '-', children: Node[]): Node {
  const [left, right] = children;
  if (isInterval(right) && !isInterval(left)) return aliased(node, macro(`date ${operator} interval`, [left, right]));
  return operator === '+' && isInterval(left) && !isInterval(right) ? aliased(node, macro('date + interval', [right, left])) : node;
}

function isInterval(tree: Tree | undefined): boolean {
  if (!isNode(tree) || tree.class !== 'FUNCTION') return false;
  if (/^to_(years|months|weeks|days|hours|minutes|seconds)$/.test(textOf(tree.function_name))) return true;
  return tree.is_operator === true && nodesOf(tree.children).some(isInterval);
}

function dateAdd([unit, count, date]: Node[]): Node {
  const name = constantText(unit)?.toLowerCase();
  if (!name || !SAME_IN_BOTH.has(`to_${name}s`)) throw new Error(`INVALID_FUNCTION_ARGUMENT: '${name}' is not a valid unit of date_add`);
  return macro('date + interval', [date, call(`to_${name}s`, [count])]);
}

function atUtc(time: Node, zone: Node): Node {
  if (constantText(zone) !== 'UTC') throw new Error('the simulator knows no time zone but UTC');
  return cast(time, 'TIMESTAMP WITH TIME ZONE');
}

function translateArgument(name: string, argument: Node | undefined, translate: (text: string) => string): void {
  const text = constantText(argument);
  if (text === undefined) throw new Error(`the simulator needs a literal as an argument of ${name}`);
  (argument!.value as Node).value = translate(text);
}

function aliased(original: Node, replacement: Node): Node {
  return { ...replacement, alias: original.alias };
}

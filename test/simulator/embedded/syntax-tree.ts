/** DuckDB's syntax tree of a query as plain objects, with the few questions that the dialect asks of it. */

import { JsonNumber, JsonText, readFirstJson, writeJson } from '../catalog/json-text';

/** A node, by DuckDB's own field names. */
export type Node = { [field: string]: Tree };

/** Anything in a tree. */
export type Tree = null | boolean | string | JsonNumber | Tree[] | Node;

export function readTree(json: string): Node {
  return fromText(readFirstJson(json)) as Node;
}

export function writeTree(tree: Tree): string {
  return writeJson(toText(tree));
}

function fromText(value: JsonText): Tree {
  if (Array.isArray(value)) return value.map(fromText);
  return value instanceof Map ? Object.fromEntries([...value].map(([key, member]) => [key, fromText(member)])) : value;
}

function toText(tree: Tree): JsonText {
  if (Array.isArray(tree)) return tree.map(toText);
  return isNode(tree) ? new Map(Object.entries(tree).map(([key, member]) => [key, toText(member)])) : tree;
}

export function isNode(tree: Tree | undefined): tree is Node {
  return typeof tree === 'object' && tree !== null && !Array.isArray(tree) && !(tree instanceof JsonNumber);
}

/** A field's nodes: of a list, of one node, or none. */
export function nodesOf(tree: Tree | undefined): Node[] {
  return (Array.isArray(tree) ? tree : [tree]).filter(isNode);
}

export function textOf(tree: Tree | undefined): string {
  return typeof tree === 'string' ? tree : '';
}

/** The text of a string constant. */
export function constantText(tree: Tree | undefined): string | undefined {
  if (!isNode(tree) || tree.type !== 'VALUE_CONSTANT' || !isNode(tree.value)) return undefined;
  return typeof tree.value.value === 'string' ? tree.value.value : undefined;
}

/** The name of a column that is written without its table. */
export function columnName(tree: Tree | undefined): string | undefined {
  if (!isNode(tree) || tree.type !== 'COLUMN_REF' || !Array.isArray(tree.column_names)) return undefined;
  return tree.column_names.length === 1 ? textOf(tree.column_names[0]).toLowerCase() : undefined;
}

/** A call of a function. */
export function call(name: string, children: Tree[], operator = false): Node {
  return {
    class: 'FUNCTION',
    type: 'FUNCTION',
    alias: '',
    query_location: new JsonNumber('0'),
    function_name: name,
    schema: '',
    children,
    filter: null,
    order_bys: { type: 'ORDER_MODIFIER', orders: [] },
    distinct: false,
    is_operator: operator,
    export_state: false,
    catalog: '',
  };
}

/** A cast to a type of DuckDB's. */
export function cast(child: Tree, type: string, tryCast = false): Node {
  return { class: 'CAST', type: 'OPERATOR_CAST', alias: '', child, cast_type: { id: type, type_info: null }, try_cast: tryCast };
}

/** Every node of a tree. */
export function* everyNode(tree: Tree): Generator<Node> {
  if (isNode(tree)) yield tree;
  const members = isNode(tree) ? Object.values(tree) : tree;
  if (Array.isArray(members)) for (const member of members) yield* everyNode(member);
}

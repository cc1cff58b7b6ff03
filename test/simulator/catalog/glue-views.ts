/** A view as Athena keeps it in Glue: a table of type VIRTUAL_VIEW whose text is base64 in a comment. */

import type { GlueResource, JsonObject } from '../engines';
import { columnsOf, objectOf, refuse, stringOf, stringsOf } from './glue-tables';
import type { Column } from './hive-types';

/** A view. */
export class GlueView {
  /** Whether a Glue table is a view. */
  public static describes(resource: GlueResource): boolean {
    return objectOf(resource.properties.TableInput, 'TableInput').TableType === 'VIRTUAL_VIEW';
  }

  /** Reads what a template declares; throws on a form that Athena would not take or the simulator does not know. */
  public static parse(resource: GlueResource): GlueView {
    try {
      return new GlueView(resource.properties);
    } catch (error) {
      throw new Error(`${resource.logicalId}: ${(error as Error).message}`);
    }
  }

  public readonly database: string;
  public readonly name: string;
  /** The query, as its author wrote it. */
  public readonly sql: string;
  /** Where the query's unqualified names are found. */
  public readonly schema: string;
  /** The columns by their Trino types. */
  public readonly columns: { readonly name: string; readonly type: string }[];

  private constructor(properties: JsonObject) {
    const { DatabaseName, TableInput, CatalogId: _catalog, ...unknown } = properties;
    const { ViewOriginalText, ViewExpandedText, ...table } = objectOf(TableInput, 'TableInput');
    const { Name, Description, TableType: _type, Parameters, PartitionKeys, StorageDescriptor, ...unknownInput } = table;
    refuse({ ...unknown, ...unknownInput }, 'view property');
    this.database = stringOf(DatabaseName, 'DatabaseName');
    this.name = stringOf(Name, 'Name');
    // Trino puts it in the place of the parameter `comment`, by which it knows a view; seen in Trino 476: the view does not exist.
    if (Description !== undefined) throw new Error('a view has no Description: the query engine takes it for the comment that marks a view');
    if (Array.isArray(PartitionKeys) && PartitionKeys.length) throw new Error('a view has no partition keys');
    checkMarks(stringsOf(Parameters ?? {}, 'Parameters'), stringOf(ViewExpandedText, 'ViewExpandedText'));
    const definition = decode(stringOf(ViewOriginalText, 'ViewOriginalText'));
    this.sql = stringOf(definition.originalSql, 'originalSql');
    this.schema = stringOf(definition.schema, 'schema');
    this.columns = viewColumns(definition);
    this.checkHiveColumns(hiveColumns(objectOf(StorageDescriptor, 'StorageDescriptor')));
  }

  /** The columns stand in the template twice, and must agree. */
  private checkHiveColumns(hive: Column[]): void {
    const view = this.columns.map(({ name, type }) => `${name} ${type}`).join(', ');
    const glue = hive.map(({ name, type }) => `${name} ${type.trino}`).join(', ');
    if (view !== glue) throw new Error(`VIEW_IS_STALE: the view's columns are (${view}), but Glue's are (${glue})`);
  }
}

function checkMarks(parameters: { [name: string]: string }, expandedText: string): void {
  const { presto_view: mark, comment, ...unknown } = parameters;
  refuse(unknown, 'view parameter');
  if (mark !== 'true') throw new Error('a view has the parameter presto_view "true"');
  if (comment !== 'Presto View') throw new Error('a view has the parameter comment "Presto View"');
  if (expandedText !== '/* Presto View */') throw new Error('ViewExpandedText is "/* Presto View */" in a view');
}

function decode(text: string): JsonObject {
  const base64 = /^\/\* Presto View: ([A-Za-z0-9+/]+=*) \*\/$/.exec(text)?.[1];
  if (base64 === undefined) throw new Error('ViewOriginalText is not of the form "/* Presto View: <base64> */"');
  const { originalSql, catalog, schema, columns, ...unknown } = objectOf(parse(Buffer.from(base64, 'base64').toString('utf8')), 'the view');
  // Athena writes neither `owner` nor `runAsInvoker`; a view that has them was not made for it.
  refuse(unknown, 'view definition field');
  if (catalog !== 'awsdatacatalog') throw new Error(`the view's catalog is "${catalog}", not "awsdatacatalog"`);
  return { originalSql, schema, columns };
}

function parse(json: string): JsonObject {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new Error(`the view's base64 does not hold JSON: ${(error as Error).message}`);
  }
}

function viewColumns(definition: JsonObject): { name: string; type: string }[] {
  if (!Array.isArray(definition.columns)) throw new Error('the view has no columns');
  return definition.columns.map(column => {
    const { name, type, ...unknown } = objectOf(column, 'a view column');
    refuse(unknown, 'view column field');
    return { name: stringOf(name, 'name'), type: stringOf(type, 'type') };
  });
}

function hiveColumns(storage: JsonObject): Column[] {
  const { Columns, SerdeInfo, ...unknown } = storage;
  refuse(unknown, 'StorageDescriptor property of a view');
  refuse(objectOf(SerdeInfo, 'SerdeInfo'), 'SerdeInfo property of a view');
  return columnsOf(Columns);
}

/**
 * Reads JSON lines as Athena does with Hive's own JSON SerDe (HCatalog): keys without regard to case, fields that the table does not
 * declare left out, structs and arrays by their declaration. It tolerates nothing: a line that is no JSON object fails the query, and so,
 * here, does a value whose form is not the declared one.
 */

import type { Column, ColumnType } from './hive-types';
import { JsonNumber, JsonText, JsonTextObject, readFirstJson } from './json-text';
import type { Cell, SerDe } from './serde';
import { rowsOfLines } from './text-lines';

export const HCATALOG = 'org.apache.hive.hcatalog.data.JsonSerDe';

export class HCatalogJsonSerDe implements SerDe {
  constructor(parameters: { [name: string]: string }, private readonly columns: readonly Column[]) {
    const [unknown] = Object.keys(parameters).filter(name => name !== 'serialization.format');
    if (unknown !== undefined) throw new Error(`the simulator does not know the SerDe parameter ${unknown} of ${HCATALOG}`);
  }

  public rows(key: string, body: Buffer): Cell[][] {
    return rowsOfLines(key, body, line => {
      const value = readFirstJson(line);
      if (!(value instanceof Map)) throw new Error('the line is no JSON object');
      return fieldsOf(value, this.columns);
    });
  }
}

function fieldsOf(object: JsonTextObject, fields: readonly Column[]): Cell[] {
  const values = new Map([...object].map(([name, value]) => [name.toLowerCase(), value]));
  return fields.map(({ name, type }) => cell(name, values.get(name) ?? null, type));
}

function cell(name: string, value: JsonText, type: ColumnType): Cell {
  if (value === null) return null;
  if (type.element && Array.isArray(value)) return value.map(member => cell(name, member, type.element!));
  if (type.fields && value instanceof Map) {
    const cells = fieldsOf(value, type.fields);
    return Object.fromEntries(type.fields.map((field, index) => [field.name, cells[index]]));
  }
  const isScalar = value instanceof JsonNumber || typeof value !== 'object';
  if (type.hive === 'string' && isScalar) return value instanceof JsonNumber ? value.text : String(value);
  throw new Error(`the simulator does not know what ${HCATALOG} makes of the value of ${name} in a column of type ${type.hive}`);
}

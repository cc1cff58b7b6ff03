/** A DuckDB result as Athena would give it: types by Trino's names, values as the console shows them. */

import {
  DuckDBBlobValue, DuckDBListType, DuckDBListValue, DuckDBResultReader, DuckDBStructType, DuckDBStructValue, DuckDBTimestampTZValue, DuckDBType,
  DuckDBValue,
} from '@duckdb/node-api';
import type { QueryResult } from '../engines';

const TRINO_TYPES: { [duckdb: string]: string } = {
  'VARCHAR': 'varchar',
  'JSON': 'json',
  'BOOLEAN': 'boolean',
  'INTEGER': 'integer',
  'BIGINT': 'bigint',
  'DOUBLE': 'double',
  'DATE': 'date',
  'BLOB': 'varbinary',
  // DuckDB sums bigints in 128 bits.
  'HUGEINT': 'bigint',
  'TIMESTAMP': 'timestamp(3)',
  'TIMESTAMP_MS': 'timestamp(3)',
  'TIMESTAMP WITH TIME ZONE': 'timestamp(3) with time zone',
};

const TIMESTAMP = /^(\S+ \d\d:\d\d:\d\d)(?:\.(\d+))?$/;

/** The result; `names` are the columns' own where Athena names them otherwise than DuckDB. */
export function readResult(reader: DuckDBResultReader, names = reader.columnNames()): QueryResult {
  const columns = reader.columnTypes().map((type, index) => ({ name: names[index], type: trinoType(type) }));
  const values = reader.getRows();
  const rows = reader.getRowsJson().map((row, at) => row.map((json, index) => resultValue(values[at][index], json, columns[index].type)));
  return { columns, rows };
}

function trinoType(type: DuckDBType): string {
  if (type instanceof DuckDBListType) return `array(${trinoType(type.valueType)})`;
  if (type instanceof DuckDBStructType) return `row(${type.entryNames.map((name, index) => `${name} ${trinoType(type.entryTypes[index])}`).join(', ')})`;
  const duckdb = type.alias ?? String(type);
  return TRINO_TYPES[duckdb] ?? duckdb.toLowerCase();
}

function resultValue(value: DuckDBValue, json: unknown, type: string): unknown {
  if (value instanceof DuckDBListValue && Array.isArray(json)) {
    return json.map((element, index) => resultValue(value.items[index], element, type.slice('array('.length, -1)));
  }
  // Trino gives a row as a list. The structs of tables have fields of text only, whose types need not be told.
  if (value instanceof DuckDBStructValue && typeof json === 'object' && json !== null) {
    return Object.entries(json).map(([field, member]) => resultValue(value.entries[field], member, ''));
  }
  // In JSON it would be in the machine's time zone.
  if (value instanceof DuckDBTimestampTZValue) return new Date(Number(value.micros / 1000n)).toISOString().replace('T', ' ').replace('Z', ' UTC');
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString('base64');
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (typeof json !== 'string') return json;
  if (type === 'bigint') return Number.isSafeInteger(Number(json)) ? Number(json) : json;
  const [, seconds, fraction = ''] = type === 'timestamp(3)' ? TIMESTAMP.exec(json) ?? [] : [];
  return seconds === undefined ? json : `${seconds}.${fraction.padEnd(3, '0').slice(0, 3)}`;
}

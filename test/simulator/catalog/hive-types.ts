/** The column types that a table may declare, with their names in Hive (Glue), in Trino (Athena) and in DuckDB. */

/** A column's type. */
export interface ColumnType {
  readonly hive: string;
  readonly trino: string;
  readonly duckdb: string;
  /** Of an array: what it holds. */
  readonly element?: ColumnType;
}

/** A column as Glue declares it. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
}

const SCALARS: ColumnType[] = [
  { hive: 'string', trino: 'varchar', duckdb: 'VARCHAR' },
  { hive: 'boolean', trino: 'boolean', duckdb: 'BOOLEAN' },
  { hive: 'int', trino: 'integer', duckdb: 'INTEGER' },
  { hive: 'bigint', trino: 'bigint', duckdb: 'BIGINT' },
  { hive: 'double', trino: 'double', duckdb: 'DOUBLE' },
];

/** Reads a Hive type; `undefined` when the simulator does not know it. */
export function hiveType(name: string): ColumnType | undefined {
  const element = /^array<(.+)>$/.exec(name)?.[1];
  if (element === undefined) return SCALARS.find(type => type.hive === name);
  const type = hiveType(element);
  return type && { hive: name, trino: `array(${type.trino})`, duckdb: `${type.duckdb}[]`, element: type };
}

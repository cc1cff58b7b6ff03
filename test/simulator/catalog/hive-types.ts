/** The column types that a table may declare, with their names in Hive (Glue), in Trino (Athena) and in DuckDB. */

/** A column's type. */
export interface ColumnType {
  readonly hive: string;
  readonly trino: string;
  readonly duckdb: string;
  /** Of an array: what it holds. */
  readonly element?: ColumnType;
  /** Of a struct: its fields, in their order. */
  readonly fields?: readonly Column[];
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
  const [, constructor, inner] = /^(array|struct)<(.+)>$/.exec(name) ?? [];
  if (constructor === undefined) return SCALARS.find(type => type.hive === name);
  return constructor === 'array' ? arrayType(name, inner) : structType(name, inner);
}

function arrayType(name: string, element: string): ColumnType | undefined {
  const type = hiveType(element);
  return type && { hive: name, trino: `array(${type.trino})`, duckdb: `${type.duckdb}[]`, element: type };
}

function structType(name: string, declared: string): ColumnType | undefined {
  const fields = fieldsOf(declared).map(field => /^([a-z0-9_]+):(.+)$/.exec(field) ?? []).map(([, field, type = '']) => ({ name: field, type: hiveType(type) }));
  if (!fields.every((field): field is Column => field.name !== undefined && field.type !== undefined)) return undefined;
  const list = (written: (field: Column) => string) => fields.map(written).join(', ');
  return {
    hive: name,
    trino: `row(${list(field => `${field.name} ${field.type.trino}`)})`,
    duckdb: `STRUCT(${list(field => `"${field.name}" ${field.type.duckdb}`)})`,
    fields,
  };
}

/** The fields of a struct, each with its type: only a comma outside all brackets ends one. */
function fieldsOf(declared: string): string[] {
  const fields = [''];
  let depth = 0;
  for (const character of declared) {
    if (character === '<') depth++;
    if (character === '>') depth--;
    if (character === ',' && depth === 0) fields.push('');
    else fields[fields.length - 1] += character;
  }
  return fields;
}

/**
 * A Glue table over objects, by what the template declares: its columns, its partitions and which objects they hold. Only what the
 * projection yields is read, as in Athena.
 */

import type { GlueResource, Json, JsonObject, ObjectStore } from '../engines';
import { Column, hiveType } from './hive-types';
import { CLOUDTRAIL_INPUT, InputFormat, openInputFormat } from './input-formats';
import { PartitionFilter, Projection, projectionOf } from './partition-projection';
import { Cell, openSerDe, SerDe } from './serde';

/** @see https://docs.aws.amazon.com/athena/latest/ug/partition-projection.html */
const MAX_PARTITIONS = 1_000_000;

const TEXT_OUTPUT = 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat';

/** A row, its partition's values, and the object that it was read from. */
export interface TableRow {
  readonly data: Cell[];
  readonly partition: Cell[];
  readonly path: string;
}

/** An object of a table, in the partition that holds it. */
export interface TableObject {
  readonly bucket: string;
  readonly key: string;
  readonly partition: string[];
}

/** A table over objects. */
export class GlueTable {
  /** Reads what a template declares; throws on anything that the simulator does not know. */
  public static parse(resource: GlueResource): GlueTable {
    try {
      return new GlueTable(resource.properties);
    } catch (error) {
      throw new Error(`${resource.logicalId}: ${(error as Error).message}`);
    }
  }

  public readonly database: string;
  public readonly name: string;
  public readonly columns: Column[];
  public readonly partitionKeys: Column[];

  /** The columns that a query must hold to values, because their projection has none of its own. */
  public readonly injectedColumns: readonly string[];

  private readonly inputFormat: InputFormat;
  private readonly serde: SerDe;
  private readonly template: string;
  private readonly projections: Projection[];

  private constructor(properties: JsonObject) {
    const { DatabaseName, TableInput, CatalogId: _catalog, ...unknown } = properties;
    const table = objectOf(TableInput, 'TableInput');
    const { Name, Description: _description, TableType, Parameters, PartitionKeys, StorageDescriptor, ...unknownInput } = table;
    refuse({ ...unknown, ...unknownInput }, 'table property');
    if (TableType !== 'EXTERNAL_TABLE') throw new Error(`TableType is ${TableType}, where Athena reads EXTERNAL_TABLE`);
    this.database = stringOf(DatabaseName, 'DatabaseName');
    this.name = stringOf(Name, 'Name');
    const storage = objectOf(StorageDescriptor, 'StorageDescriptor');
    this.columns = columnsOf(storage.Columns);
    this.partitionKeys = columnsOf(PartitionKeys ?? []);
    this.checkNames();
    this.inputFormat = openInputFormat(storage.InputFormat);
    this.serde = serdeOf(storage, this.columns);
    const parameters = stringsOf(Parameters ?? {}, 'Parameters');
    this.checkParameters(parameters, storage.InputFormat === CLOUDTRAIL_INPUT ? 'cloudtrail' : 'json');
    this.projections = this.partitionKeys.map(key => projectionOf(key.name, key.type.hive, parameters));
    this.injectedColumns = this.partitionKeys.filter((_key, index) => this.projections[index].injected).map(({ name }) => name);
    this.template = locationTemplate(parameters, stringOf(storage.Location, 'Location'), this.partitionKeys);
  }

  /** Whether a query must hold a column to values. */
  public get needsFilter(): boolean {
    return this.injectedColumns.length > 0;
  }

  /** The partition's values by the place of an object alone, whether or not they are projected. */
  public partitionAt(bucket: string, key: string): ReadonlyMap<string, string> | undefined {
    const parts = this.template.split(/\$\{([^}]+)\}/);
    const [, ...values] = new RegExp(`^${parts.map((part, index) => index % 2 === 1 ? '([^/]+)' : escaped(part)).join('')}`).exec(`s3://${bucket}/${key}`) ?? [];
    return values.length > 0 ? new Map(values.map((value, index) => [parts[2 * index + 1], value])) : undefined;
  }

  /** The objects that a query reads: a listing of the store once, matched with the projected partitions. */
  public objects(store: ObjectStore, filter?: PartitionFilter, now = new Date()): TableObject[] {
    const [, bucket, path] = /^s3:\/\/([^/]+)\/(.*)$/.exec(this.template) ?? [];
    if (bucket === undefined) throw new Error(`the location ${this.template} is no s3://bucket/prefix/`);
    const partitions = this.partitions(path, filter, now);
    const found: TableObject[] = [];
    for (const { key, size } of store.list(bucket, path.split('${')[0])) {
      if (size === 0) continue;
      for (const folder of foldersOf(key)) {
        const partition = partitions.get(folder);
        if (partition && !isHidden(key.slice(folder.length))) found.push({ bucket, key, partition });
      }
    }
    return found;
  }

  /** The rows of those objects. */
  public rows(store: ObjectStore, filter?: PartitionFilter, now = new Date()): TableRow[] {
    return this.objects(store, filter, now).flatMap(({ bucket, key, partition }) => {
      const path = `s3://${bucket}/${key}`;
      const values = partition.map((value, index) => partitionCell(value, this.partitionKeys[index].type.hive));
      return this.serde.rows(key, this.inputFormat(key, store.get(bucket, key))).map(data => ({ data, partition: values, path }));
    });
  }

  /** The projected partitions by their folder. */
  private partitions(path: string, filter: PartitionFilter | undefined, now: Date): Map<string, string[]> {
    const values = this.partitionKeys.map(({ name }, index) => this.projections[index].values(now, filter?.get(name)));
    const count = values.reduce((product, list) => product * list.length, 1);
    if (count > MAX_PARTITIONS) throw new Error(`${this.name} projects ${count} partitions; a query can read ${MAX_PARTITIONS}`);
    const tuples = values.reduce<string[][]>((all, list) => all.flatMap(tuple => list.map(value => [...tuple, value])), [[]]);
    const names = this.partitionKeys.map(key => key.name);
    return new Map(tuples.map(tuple => [
      path.replace(/\$\{([^}]+)\}/g, (_placeholder, name: string) => tuple[names.indexOf(name)]),
      tuple,
    ]));
  }

  private checkNames(): void {
    const names = [...this.columns, ...this.partitionKeys].map(column => column.name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice) throw new Error(`HIVE_INVALID_METADATA: duplicate column name '${twice}'`);
    const upper = [this.database, this.name, ...names].find(name => name !== name.toLowerCase());
    if (upper) throw new Error(`'${upper}' has upper-case letters, which Glue does not keep`);
  }

  private checkParameters(parameters: { [name: string]: string }, classification: string): void {
    const known = new RegExp(`^projection\\.(${this.partitionKeys.map(key => key.name).join('|')})\\.`);
    const others = ['EXTERNAL', 'classification', 'comment', 'projection.enabled', 'storage.location.template'];
    const unknown = Object.keys(parameters).find(name => !others.includes(name) && !(this.partitionKeys.length && known.test(name)));
    if (unknown) throw new Error(`the simulator does not know the table parameter ${unknown}`);
    if (parameters.classification !== undefined && parameters.classification !== classification) {
      throw new Error(`the table is classified ${parameters.classification}, but its objects are read as ${classification}`);
    }
    if (this.partitionKeys.length && parameters['projection.enabled']?.toLowerCase() !== 'true') {
      throw new Error('without projection.enabled Athena sees no partition, because nothing adds them to the catalog');
    }
  }
}

function serdeOf(storage: JsonObject, columns: Column[]): SerDe {
  const { Columns: _columns, Location: _location, Compressed: _compressed, InputFormat: _input, OutputFormat, SerdeInfo, ...unknown } = storage;
  refuse(unknown, 'StorageDescriptor property');
  if (OutputFormat !== TEXT_OUTPUT) throw new Error(`the simulator does not know the OutputFormat ${OutputFormat}`);
  const { Name: _name, SerializationLibrary, Parameters, ...unknownInfo } = objectOf(SerdeInfo, 'SerdeInfo');
  refuse(unknownInfo, 'SerdeInfo property');
  return openSerDe(stringOf(SerializationLibrary, 'SerializationLibrary'), stringsOf(Parameters ?? {}, 'SerdeInfo.Parameters'), columns);
}

/** Where the partitions lie; all of the location in a table without partitions. */
function locationTemplate(parameters: { [name: string]: string }, location: string, keys: Column[]): string {
  const template = parameters['storage.location.template'];
  if (template === undefined && keys.length) throw new Error('the simulator finds projected partitions by storage.location.template only');
  if (template === undefined) return location.replace(/\/?$/, '/');
  const missing = keys.find(key => !template.includes(`\${${key.name}}`));
  if (missing) throw new Error(`HIVE_METASTORE_ERROR: Partition projection location template: ${template} is missing partition column: '${missing.name}' placeholder`);
  const unknown = [...template.matchAll(/\$\{([^}]+)\}/g)].find(([, name]) => !keys.some(key => key.name === name));
  if (unknown) throw new Error(`HIVE_METASTORE_ERROR: ${template} has the placeholder ${unknown[0]}, which is no partition column`);
  if (!template.endsWith('/')) throw new Error(`storage.location.template must end in '/': ${template}`);
  return template;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Every folder above a key, the bucket itself included, each ending in a slash. */
function foldersOf(key: string): string[] {
  const folders = [''];
  for (let slash = key.indexOf('/'); slash >= 0; slash = key.indexOf('/', slash + 1)) folders.push(key.slice(0, slash + 1));
  return folders;
}

/** Athena skips what starts with `_` or `.`, files and folders below the partition. */
function isHidden(relative: string): boolean {
  return /(^|\/)[._]/.test(relative);
}

function partitionCell(value: string, type: string): Cell {
  if (type === 'bigint') return BigInt(value);
  return type === 'int' ? Number(value) : value;
}

/** The columns that a table or view declares. */
export function columnsOf(declared: Json | undefined): Column[] {
  if (!Array.isArray(declared)) throw new Error('the columns are missing');
  return declared.map(column => {
    const { Name, Type, Comment: _comment, ...unknown } = objectOf(column, 'a column');
    refuse(unknown, 'column property');
    const type = hiveType(stringOf(Type, 'Type'));
    if (!type) throw new Error(`the simulator does not know the column type ${Type} (${Name})`);
    return { name: stringOf(Name, 'Name'), type };
  });
}

/** Throws when a property is left over that the simulator would skip. */
export function refuse(unknown: JsonObject, what: string): void {
  const [name] = Object.keys(unknown);
  if (name !== undefined) throw new Error(`the simulator does not know the ${what} ${name}`);
}

export function objectOf(value: Json | undefined, what: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${what} is not an object`);
  return value;
}

export function stringOf(value: Json | undefined, what: string): string {
  if (typeof value !== 'string') throw new Error(`${what} is not a string`);
  return value;
}

export function stringsOf(value: Json, what: string): { [name: string]: string } {
  const entries = Object.entries(objectOf(value, what));
  return Object.fromEntries(entries.map(([name, text]) => [name, stringOf(text, `${what}.${name}`)]));
}

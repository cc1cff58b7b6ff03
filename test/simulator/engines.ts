/**
 * What the simulator asks of an engine. The embedded engines (Node only) and the reference engines (event-ruler, jq 1.6, Trino)
 * stand behind the same interfaces, so that the same cases run on both.
 */

/** A JSON value, as an event or a template holds it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A JSON object. */
export type JsonObject = { [key: string]: Json };

/** Judges event patterns, as an event bus does. */
export interface PatternEngine {
  /** Compiles a pattern; throws when EventBridge would refuse it. */
  compile(pattern: JsonObject): CompiledPattern;
}

/** A pattern, ready to judge events. */
export interface CompiledPattern {
  matches(event: JsonObject): boolean;
}

/** What jq made of one record: its output, or why it failed. */
export type JqResult = { readonly output: Json; readonly error?: undefined } | { readonly error: string; readonly output?: undefined };

/** Runs jq over records, one result a record and in their order. */
export interface JqEngine {
  run(query: string, records: string[]): Promise<JqResult[]>;
}

/** What the query engine reads: the objects that the pipeline wrote, exactly as it wrote them. */
export interface ObjectStore {
  put(bucket: string, key: string, body: Buffer): void;
  /** The keys that start with `prefix`, in order. */
  list(bucket: string, prefix?: string): StoredObject[];
  get(bucket: string, key: string): Buffer;
}

/** An object's name and size. */
export interface StoredObject {
  readonly key: string;
  readonly size: number;
}

/** A Glue database or table, by what the template declares: `properties` are the resource's own, with every intrinsic resolved. */
export interface GlueResource {
  readonly logicalId: string;
  readonly type: 'AWS::Glue::Database' | 'AWS::Glue::Table';
  readonly properties: JsonObject;
}

/** A query's answer; values are strings, numbers, booleans, arrays of strings or null. */
export interface QueryResult {
  readonly columns: { readonly name: string; readonly type: string }[];
  readonly rows: unknown[][];
}

/** Runs Athena's SQL over what the template's Glue resources declare. */
export interface QueryEngine {
  /** Builds the catalog. May be called again: the objects are read anew. */
  open(catalog: GlueResource[], store: ObjectStore): Promise<void>;
  query(database: string, sql: string): Promise<QueryResult>;
  close(): Promise<void>;
}

/** One set of engines. */
export interface Engines {
  readonly name: string;
  readonly patterns: PatternEngine;
  readonly jq: JqEngine;
  readonly sql: QueryEngine;
}

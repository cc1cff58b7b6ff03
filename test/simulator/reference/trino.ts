/**
 * Answers Athena's SQL with Trino, the engine that Athena runs, over moto's Glue and S3: the Glue resources as the template declares
 * them, the objects byte for byte, the SQL verbatim.
 *
 * One engine at a time: names of databases and buckets are those of the template, so that a second engine on the same servers takes
 * the place of the first, whose next query says so.
 */

import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { asTrinoReads, Moto } from './moto';
import type { ServerAddresses } from './servers';
import { objectOf, stringOf } from '../catalog/glue-tables';
import { GlueView } from '../catalog/glue-views';
import { JsonNumber, JsonText, JsonTextObject, readFirstJson } from '../catalog/json-text';
import type { GlueResource, ObjectStore, QueryEngine, QueryResult } from '../engines';

const CATALOG = 'awsdatacatalog';

/** What marks the engine whose catalog is in Glue; a database, which no archive can be named like. */
const MARK = 'opened by ';

/** Trino answers a few seconds before it can run everything. */
const NOT_READY = 'NO_NODES_AVAILABLE';
const NOT_READY_RETRIES = 60;
const NOT_READY_PAUSE = 500;

/** What a query read. */
export interface QueryStatistics {
  /** The size of what was read from S3; of text, the objects' own sizes. */
  readonly physicalInputBytes: number;
  readonly processedRows: number;
}

/** A query's answer, and what it cost. */
export interface TrinoAnswer {
  readonly result: QueryResult;
  readonly statistics: QueryStatistics;
}

/** A query that Trino refused or that failed. */
class TrinoError extends Error {
  public constructor(public readonly errorName: string, message: string) {
    super(`${errorName}: ${message}`);
  }
}

/** The reference query engine. */
export class TrinoQueryEngine implements QueryEngine {
  private readonly moto: Moto;
  private mark?: string;

  public constructor(private readonly servers: ServerAddresses) {
    this.moto = new Moto(servers.moto);
  }

  public async open(catalog: GlueResource[], store: ObjectStore): Promise<void> {
    this.mark = `${MARK}${randomUUID()}`;
    await this.moto.replaceCatalog(catalog);
    await this.moto.replaceObjects(asTrinoReads(store, catalog), bucketsOf(catalog));
    await this.moto.createDatabase(this.mark);
  }

  public async query(database: string, sql: string): Promise<QueryResult> {
    return (await this.answer(database, sql)).result;
  }

  /** Runs a query, and says what it read. */
  public async answer(database: string, sql: string): Promise<TrinoAnswer> {
    await this.checkOpen();
    for (let retries = 0; ; retries++) {
      try {
        return await this.run(database, sql);
      } catch (error) {
        if (!(error instanceof TrinoError) || error.errorName !== NOT_READY || retries >= NOT_READY_RETRIES) throw error;
        await wait(NOT_READY_PAUSE);
      }
    }
  }

  public async close(): Promise<void> {
    this.mark = undefined;
  }

  private async checkOpen(): Promise<void> {
    if (this.mark === undefined) throw new Error('the query engine is not open');
    if ((await this.moto.databases()).includes(this.mark)) return;
    throw new Error(`another query engine was opened on ${this.servers.moto}: one at a time`);
  }

  /** Posts the query, and follows its pages to the last. */
  private async run(database: string, sql: string): Promise<TrinoAnswer> {
    const headers = { 'X-Trino-User': 'simulator', 'X-Trino-Catalog': CATALOG, 'X-Trino-Schema': database, 'X-Trino-Time-Zone': 'UTC' };
    let page = await pageOf(await fetch(`${this.servers.trino}/v1/statement`, { method: 'POST', headers, body: sql }));
    let columns: QueryResult['columns'] = [];
    const rows: unknown[][] = [];
    for (;;) {
      columns = columnsOf(page) ?? columns;
      for (const row of (page.get('data') ?? []) as JsonText[][]) rows.push(row.map((value, index) => resultValue(value, columns[index].type)));
      const next = page.get('nextUri');
      if (typeof next !== 'string') return { result: { columns, rows }, statistics: statisticsOf(page) };
      page = await pageOf(await fetch(next, { headers }));
    }
  }
}

/** A page of an answer; an error that it holds is thrown. */
async function pageOf(answer: Response): Promise<JsonTextObject> {
  const text = await answer.text();
  if (!answer.ok) throw new Error(`Trino answered ${answer.status}: ${text}`);
  const page = readFirstJson(text) as JsonTextObject;
  const error = page.get('error');
  if (error instanceof Map) throw new TrinoError(String(error.get('errorName')), String(error.get('message')));
  return page;
}

function columnsOf(page: JsonTextObject): QueryResult['columns'] | undefined {
  const columns = page.get('columns') as JsonTextObject[] | undefined;
  return columns?.map(column => ({ name: String(column.get('name')), type: resultType(String(column.get('type'))) }));
}

/**
 * A type as the embedded engine names it. It knows no text's length, which Athena does not show either, and no fraction of a second
 * but three digits, to which Trino rounds, without saying so in the type, whatever it gives to a client that asks for no more. Names of
 * fields stand without quotes.
 */
function resultType(type: string): string {
  return type.replace(/\b(?:varchar|char)\(\d+\)/g, 'varchar').replace(/"(\w+)" /g, '$1 ').replace(/\btimestamp\b/g, 'timestamp(3)').replace(/(\d), (\d)/g, '$1,$2');
}

/**
 * A value as the embedded engine gives it: numbers as numbers, but as text where a number would lose digits (Trino itself writes
 * decimals, times, JSON and what is not finite as text); arrays as arrays.
 */
function resultValue(value: JsonText, type: string): unknown {
  if (Array.isArray(value)) return value.map(element => resultValue(element, type));
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, member]) => [key, resultValue(member, type)]));
  if (!(value instanceof JsonNumber)) return value;
  const number = Number(value.text);
  return type.includes('bigint') && !Number.isSafeInteger(number) ? value.text : number;
}

function statisticsOf(page: JsonTextObject): QueryStatistics {
  const statistics = page.get('stats') as JsonTextObject;
  const number = (name: string) => Number((statistics.get(name) as JsonNumber).text);
  return { physicalInputBytes: number('physicalInputBytes'), processedRows: number('processedRows') };
}

/** The buckets in which tables lie. */
function bucketsOf(catalog: readonly GlueResource[]): string[] {
  const tables = catalog.filter(resource => resource.type === 'AWS::Glue::Table' && !GlueView.describes(resource));
  const locations = tables.map(({ properties }) => {
    const input = objectOf(properties.TableInput, 'TableInput');
    return stringOf(objectOf(input.StorageDescriptor, 'StorageDescriptor').Location, 'Location');
  });
  return [...new Set(locations.map(location => new URL(location).host))];
}

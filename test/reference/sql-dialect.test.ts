// The embedded engine's SQL is Trino's: what it answers Trino answers, and what it refuses Trino refuses, but for what is listed. And
// all SQL that the documentation shows runs on both.

import * as fs from 'node:fs';
import * as path from 'node:path';
import { borrow, borrowed, corpus, differences, giveBack, read, run } from './sql-archives';
import { KNOWN_DIFFERENCES, REFUSED, SAME, SAME_QUERIES } from './sql-expressions';
import { PartitionKey } from '../../src';
import { anEvent } from '../end-to-end/archive-run';
import { differencesInAnswers } from '../simulator/catalog/answers';
import { DuckDbQueryEngine } from '../simulator/embedded/sql';
import type { QueryEngine, QueryResult } from '../simulator/engines';
import { TrinoQueryEngine } from '../simulator/reference/trino';
import { database, DATABASE, eventKey, eventsTable, MemoryStore } from '../simulator/samples/sample-catalog';
import { synthesize } from '../synthesize';

const ROOT = path.resolve(__dirname, '..', '..');
const TIMEOUT = 120_000;
const YESTERDAY = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);

beforeAll(borrow, 600_000);
afterAll(giveBack, TIMEOUT);

/** A condition on partition columns, as the documentation gives it. */
const CONDITION = /`((?:event_|receipt_|detail_type|tenant)[^`]*(?: IN \(| = )[^`]*)`/g;

function documented(pattern: RegExp): string[] {
  const texts = ['README.md', 'API.md'].map(name => fs.readFileSync(path.join(ROOT, name), 'utf8'));
  return [...new Set(texts.flatMap(text => [...text.matchAll(pattern)].map(([, sql]) => sql)))];
}

describe('the documentation', () => {
  // Every key that there is, in layouts of few partitions.
  const date = PartitionKey.receiptDate();
  const byType = [PartitionKey.eventType({ values: ['Parameter Store Change'] }), PartitionKey.source({ values: ['aws.s3'] }), date];
  const byPlace = [
    PartitionKey.account({ values: ['123456789012'] }), PartitionKey.region({ values: ['us-east-1'] }),
    PartitionKey.fromJq('tenant', '.detail.tenant', { values: ['acme'] }), date,
  ];
  const previousLayouts = [{ partitionKeys: byType }, { partitionKeys: byPlace }];
  const catalog = { firstDate: YESTERDAY, previousLayouts };
  const template = synthesize({ partitionKeys: [date, PartitionKey.receiptHour()], catalog }).template.toJSON();

  test('shows queries that run, and find what they are for', async () => {
    const archive = await read(await run(template, corpus()));
    const [{ database: name }] = archive.savedQueries;
    const queries = documented(/```sql\n([^]*?)```/g);
    expect(queries.length).toBeGreaterThan(0);
    for (const sql of queries) {
      expect((await archive.trino.query(name, sql)).rows).not.toEqual([]);
      expect(await differences(archive, { name: 'documented', database: name, sql: sql.trim() })).toEqual([]);
    }
  }, TIMEOUT);

  test('shows conditions that both engines take', async () => {
    const archive = await read(await run(template, [anEvent()]));
    const [{ database: name }] = archive.savedQueries;
    const conditions = documented(CONDITION);
    expect(conditions.length).toBeGreaterThan(3);
    for (const condition of conditions) {
      const sql = `SELECT id FROM events WHERE ${condition}`;
      expect([condition, await differences(archive, { name: condition, database: name, sql })]).toEqual([condition, []]);
    }
  }, TIMEOUT);
});

describe('the dialect', () => {
  const duckdb = new DuckDbQueryEngine();
  let trino: TrinoQueryEngine;

  beforeAll(async () => {
    trino = new TrinoQueryEngine(borrowed());
    const store = new MemoryStore();
    const event = { version: '0', source: 'app', account: '1', time: '2026-11-19T12:00:00Z', region: 'us-east-1' };
    store.putEvents(eventKey('other'), { ...event, 'id': 'e1', 'detail-type': 'Login', 'resources': ['a', 'b'], 'detail': { UserName: 'Ann' } },
      { ...event, 'id': 'e2', 'detail-type': 'Logout', 'resources': [], 'detail': 'no JSON' });
    const catalog = [database(), eventsTable({ parameters: { 'projection.receipt_date.range': `${YESTERDAY},NOW` } })];
    for (const engine of [trino, duckdb]) await engine.open(catalog, store);
  }, TIMEOUT);

  afterAll(() => duckdb.close());

  /** Each expression's type and value, as an answer of its own. */
  async function answersTo(engine: QueryEngine, expressions: readonly string[]): Promise<QueryResult[]> {
    const list = expressions.map((expression, index) => `${expression} AS c${index}`);
    const { columns, rows: [row] } = await engine.query(DATABASE, `SELECT ${list.join(', ')}`);
    return columns.map((column, index) => ({ columns: [column], rows: [[row[index]]] }));
  }

  async function valueOf(engine: QueryEngine, expression: string): Promise<unknown> {
    return engine.query(DATABASE, `SELECT ${expression}`).then(({ rows: [[value]] }) => value, () => undefined);
  }

  test.each(Object.entries(SAME))('has expressions of the same type and value: %s', async (_about, expressions) => {
    const [ours, theirs] = [await answersTo(duckdb, expressions), await answersTo(trino, expressions)];
    const found = expressions.map((expression, index) => [expression, differencesInAnswers(ours[index], theirs[index])]);
    expect(found.filter(([, wrong]) => wrong.length)).toEqual([]);
  }, TIMEOUT);

  test('has queries with the same answer', async () => {
    for (const sql of SAME_QUERIES) {
      const [ours, theirs] = [await duckdb.query(DATABASE, sql), await trino.query(DATABASE, sql)];
      expect([sql, differencesInAnswers(ours, theirs, sql)]).toEqual([sql, []]);
    }
  }, TIMEOUT);

  test('refuses what Trino refuses', async () => {
    for (const sql of REFUSED) {
      for (const engine of [duckdb, trino]) await expect(engine.query(DATABASE, sql).then(() => sql)).rejects.toThrow(/./);
    }
  }, TIMEOUT);

  test.each(KNOWN_DIFFERENCES)('is known to differ in %s', async (expression, embedded, reference) => {
    expect([await valueOf(duckdb, expression), await valueOf(trino, expression)]).toEqual([embedded, reference]);
  }, TIMEOUT);
});

// Whether what was published can be found by SQL, with its content equal as parsed JSON.

import type { Row, Run } from './archive-run';
import { FIRST_DATE } from './recent-archive';
import type { EventToSend } from '../simulator/demo/events-file';
import type { Json, JsonObject } from '../simulator/engines';

const TEXT_COLUMNS: { readonly [column: string]: string } = {
  version: 'version',
  id: 'id',
  detail_type: 'detail-type',
  source: 'source',
  account: 'account',
  time: 'time',
  region: 'region',
  detail: 'detail',
  replay_name: 'replay-name',
};

/** What is wrong with the archive: an event that is not there, is there twice, or differs. Nothing, if all is well. */
export async function wrongIn(run: Run, published: EventToSend[]): Promise<string[]> {
  const rows = await run.rows(`SELECT ${Object.keys(TEXT_COLUMNS).join(', ')}, resources FROM events WHERE receipt_date >= '${FIRST_DATE}'`);
  const byId = new Map<unknown, Row[]>();
  for (const row of rows) byId.set(row.id, [...byId.get(row.id) ?? [], row]);
  const wrong = published.flatMap(({ event }) => differences(event, byId.get(event.id) ?? []));
  return rows.length === published.length ? wrong : [...wrong, `${rows.length} rows of ${published.length} events`];
}

function differences(event: JsonObject, rows: Row[]): string[] {
  if (rows.length !== 1) return [`${event.id}: ${rows.length} rows`];
  const columns = Object.entries(TEXT_COLUMNS).filter(([column, key]) => !sameText(rows[0][column], event[key])).map(([column]) => column);
  if (!sameResources(rows[0].resources, event.resources)) columns.push('resources');
  return columns.map(column => `${event.id}: ${column} is ${JSON.stringify(rows[0][column])?.slice(0, 200)}`);
}

/** A text column holds a string as it is, nothing for null or a missing field, and the JSON text of everything else. */
function sameText(cell: unknown, value: Json | undefined): boolean {
  if (value === undefined || value === null) return cell === null;
  if (typeof value === 'string') return cell === value;
  return typeof cell === 'string' && equal(JSON.parse(cell), value);
}

function sameResources(cell: unknown, value: Json | undefined): boolean {
  if (!Array.isArray(value)) return true;
  return Array.isArray(cell) && cell.length === value.length && value.every((item, index) => sameText(cell[index], item));
}

function equal(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

/** Keys in order; `__proto__` stays a key like any other. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value).map(([key, child]) => [key, sorted(child)]).sort(([a], [b]) => String(a) < String(b) ? -1 : 1);
}

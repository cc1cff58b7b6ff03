/**
 * Whether two query engines gave the same answer: the same columns, and the same rows, in the query's own order if it has one. JSON
 * texts are compared by what they say, because each engine writes numbers and white space in its own way.
 */

import type { QueryResult } from '../engines';
import { JsonNumber, JsonText, readFirstJson } from './json-text';

/** How many differing rows are named, and how much of each is shown. */
const NAMED = 3;
const SHOWN = 500;

/** The end of a query that orders its rows by columns of its result. */
const ORDER = /\bORDER BY ((?:\w+(?: (?:ASC|DESC))?(?:, )?)+)(?:\s+LIMIT (\d+))?\s*$/i;

/**
 * What differs between two answers to one query; nothing, if all is well. Without the query's text no order is compared. Where rows
 * tie, any order is right, and with a limit so is any choice among those that tie with the last.
 */
export function differencesInAnswers(one: QueryResult, other: QueryResult, sql = ''): string[] {
  const columns = [one, other].map(result => result.columns.map(({ name, type }) => `${name} ${type}`).join(', '));
  if (columns[0] !== columns[1]) return [`the columns (${columns[0]}) and (${columns[1]})`];
  const [, keys, limit] = ORDER.exec(sql) ?? [];
  if (keys === undefined) return differencesInRows(one.rows.map(rowText), other.rows.map(rowText));
  const [ours, theirs] = [one, other].map(result => ordered(result, keys, limit === undefined ? undefined : Number(limit)));
  const place = ours.keys.findIndex((key, index) => key !== theirs.keys[index]);
  const order = place < 0 || ours.keys.length !== theirs.keys.length ? [] : [`row ${place + 1} in the order of ${keys}: ${ours.keys[place]} and ${theirs.keys[place]}`];
  return [...differencesInRows(ours.rows, theirs.rows), ...order];
}

/** The rows that a limit leaves no choice about, and what all rows are ordered by. */
function ordered({ columns, rows }: QueryResult, order: string, limit?: number): { readonly keys: string[]; readonly rows: string[] } {
  const places = order.split(',').map(key => columns.findIndex(({ name }) => name === key.trim().split(' ')[0].toLowerCase()));
  if (places.includes(-1)) throw new Error(`the answer is ordered by ${order}, of which it shows (${columns.map(({ name }) => name).join(', ')}) only`);
  const keys = rows.map(row => rowText(places.map(place => row[place])));
  const certain = rows.filter((_row, index) => rows.length !== limit || keys[index] !== keys[keys.length - 1]);
  return { keys, rows: certain.map(rowText) };
}

function differencesInRows(ours: string[], theirs: string[]): string[] {
  const [more, less] = [without(ours, theirs), without(theirs, ours)];
  const count = ours.length === theirs.length ? [] : [`${ours.length} and ${theirs.length} rows`];
  const rows = Array.from({ length: Math.max(more.length, less.length) }, (_, index) => `${shown(more[index])} and ${shown(less[index])}`);
  return [...count, ...rows.slice(0, NAMED), ...rows.length > NAMED ? [`${rows.length - NAMED} rows more`] : []];
}

/** What is left of the rows once each of the others has taken away one like it, in an order that tells. */
function without(rows: string[], others: string[]): string[] {
  const left = new Map<string, number>();
  for (const row of others) left.set(row, (left.get(row) ?? 0) + 1);
  return rows.filter(row => {
    const count = left.get(row) ?? 0;
    left.set(row, count - 1);
    return count <= 0;
  }).sort();
}

function shown(row: string | undefined): string {
  return row === undefined ? 'nothing' : row.slice(0, SHOWN);
}

/** A row's cells, so that rows that mean the same are the same text. */
function rowText(row: unknown[]): string {
  return JSON.stringify(row.map(cell => typeof cell === 'string' ? meaning(cell) : cell));
}

/** The text, or what it says if it is a JSON object or array. */
function meaning(cell: string): unknown {
  if (!/^\s*[{[]/.test(cell)) return cell;
  try {
    return sorted(readFirstJson(cell));
  } catch {
    return cell;
  }
}

/** Keys in order, and each number in one spelling. */
function sorted(value: JsonText): unknown {
  if (value instanceof JsonNumber) return { number: decimal(value.text) };
  if (Array.isArray(value)) return value.map(sorted);
  if (!(value instanceof Map)) return value;
  return { object: [...value].map(([key, member]) => [key, sorted(member)]).sort(([a], [b]) => String(a) < String(b) ? -1 : 1) };
}

/** A number's digits and power of ten, without zeros that say nothing: a JavaScript number would lose digits. */
function decimal(text: string): string {
  const [, sign, whole, fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text)!;
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  return significant === '' ? '0' : `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}

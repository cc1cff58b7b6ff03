/** The rows that a query gave, and whether an event is among them with its content: equal as JSON, whatever the order of keys and the white space. */

import type { Json, JsonObject } from '../engines';

/** The fields of an event, by the names that columns have for them. */
const FIELDS: readonly string[] = ['version', 'id', 'detail-type', 'source', 'account', 'time', 'region', 'resources', 'detail', 'replay-name'];

/** A column that shows a field of an event. */
export interface EventColumn {
  readonly name: string;
  readonly field: string;
  readonly isList: boolean;
}

/** Rows in which events are sought; each is found once. */
export interface FoundRows {
  /** Takes the row of an event, if there is one. */
  take(event: JsonObject): boolean;
  /** What is wrong with the row that comes nearest to an event. */
  nearest(event: JsonObject): string | undefined;
}

/** Those of some columns that show a field of an event as text, or as a list of texts. */
export function eventColumns(columns: readonly { readonly name: string; readonly type: string }[]): EventColumn[] {
  return columns.flatMap(({ name, type }) => {
    const field = FIELDS.find(candidate => candidate === name.toLowerCase().replace(/_/g, '-'));
    return field !== undefined && ['varchar', 'array(varchar)'].includes(type) ? [{ name, field, isList: type !== 'varchar' }] : [];
  });
}

/** The rows of a relation of events. */
export class EventRows implements FoundRows {
  private readonly rows = new Map<string, unknown[][]>();
  private readonly byId = new Map<string | null, unknown[]>();

  public constructor(private readonly columns: readonly EventColumn[], rows: readonly unknown[][]) {
    const id = columns.findIndex(({ field }) => field === 'id');
    for (const row of rows) {
      const key = JSON.stringify(row.filter((_cell, index) => !columns[index].isList).map(cellText));
      this.rows.set(key, [...this.rows.get(key) ?? [], row]);
      if (id >= 0) this.byId.set(cellText(row[id]), row);
    }
  }

  public take(event: JsonObject): boolean {
    const rows = this.rows.get(JSON.stringify(this.columns.filter(({ isList }) => !isList).map(({ field }) => fieldText(event[field])))) ?? [];
    const at = rows.findIndex(row => this.columns.every((column, index) => !column.isList || isSameList(row[index], event[column.field])));
    if (at >= 0) rows.splice(at, 1);
    return at >= 0;
  }

  public nearest(event: JsonObject): string | undefined {
    const row = event.id === undefined ? undefined : this.byId.get(fieldText(event.id));
    const other = row && this.columns.filter(({ field, isList }, index) =>
      isList ? !isSameList(row[index], event[field]) : cellText(row[index]) !== fieldText(event[field]));
    return other && (other.length > 0 ? `shows the id with another ${other.map(({ name }) => name).join(', ')}` : 'shows it too few times');
  }
}

/** The rows of a relation of error records: one of their texts holds the event, as it is or in base64. */
export class ErrorRows implements FoundRows {
  private readonly counts = new Map<string, number>();

  public constructor(rows: readonly unknown[][]) {
    for (const row of rows) for (const text of new Set(row.flatMap(eventsIn))) this.counts.set(text, (this.counts.get(text) ?? 0) + 1);
  }

  public take(event: JsonObject): boolean {
    const text = fieldText(event)!;
    const count = this.counts.get(text) ?? 0;
    this.counts.set(text, count - 1);
    return count > 0;
  }

  public nearest(): undefined {
    return undefined;
  }
}

function eventsIn(cell: unknown): string[] {
  if (typeof cell !== 'string' || cell === '') return [];
  const decoded = /^[A-Za-z0-9+/]+={0,2}$/.test(cell) ? Buffer.from(cell, 'base64').toString('utf8') : cell;
  return decoded.trimStart().startsWith('{') ? [canonical(decoded)] : [];
}

/** What a text column shows of a field: a text as it is, nothing for null or a missing field, and the JSON of everything else. */
function fieldText(value: Json | undefined): string | null {
  if (value === undefined || value === null) return null;
  return canonical(typeof value === 'string' ? value : JSON.stringify(value));
}

function cellText(cell: unknown): string | null {
  return cell === null || cell === undefined ? null : canonical(String(cell));
}

/** What a list column shows of a field that is no list is not known. */
function isSameList(cell: unknown, value: Json | undefined): boolean {
  if (!Array.isArray(value)) return true;
  return Array.isArray(cell) && cell.length === value.length && value.every((element, index) => cellText(cell[index]) === fieldText(element));
}

/** A text that is JSON, in one form for all that mean the same. A byte order mark is taken off, as the embedded engine's client does. */
function canonical(text: string): string {
  const plain = Buffer.from(text, 'utf8').toString('utf8').replace(/^\uFEFF+/, '');
  try {
    const value = JSON.parse(plain) as Json;
    return typeof value === 'string' ? plain : JSON.stringify(sorted(value));
  } catch {
    return plain;
  }
}

/** Objects as lists of their entries, in order; `__proto__` stays a key like any other. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return { object: Object.keys(value).sort().map((key): Json => [key, sorted(value[key])]) };
}

/**
 * Partition projection, as Athena does it: the partition values that a table's parameters yield, whether or not any object lies
 * there. What they do not yield is invisible.
 */

/** The values that a query's filter gives a column, by the column's name; an injected column has no others. */
export type PartitionFilter = ReadonlyMap<string, readonly string[]>;

/** Yields a partition column's values. */
export interface Projection {
  /** Whether the values come from the query's filter. */
  readonly injected?: boolean;
  values(now: Date, filter?: readonly string[]): string[];
}

type Settings = { [setting: string]: string };

const SETTINGS: { [type: string]: string[] } = {
  enum: ['values'],
  date: ['range', 'format', 'interval', 'interval.unit'],
  integer: ['range', 'interval', 'digits'],
  injected: [],
};

const MILLISECONDS: { [unit: string]: number } = { DAYS: 86_400_000, HOURS: 3_600_000, MINUTES: 60_000, SECONDS: 1_000 };

const NOW = /^\s*NOW\s*(?:([+-])\s*(\d+)\s*(DAY|HOUR|MINUTE|SECOND)S?\s*)?$/;

/** The date formats' letters; anything else stands for itself when quoted or no letter. */
const FORMAT_FIELD = /yyyy|MM|dd|HH|mm|ss|'([^']*)'|[^A-Za-z']/y;

/** The projection that the table's parameters declare for a partition column. */
export function projectionOf(column: string, type: string, parameters: Settings): Projection {
  const prefix = `projection.${column}.`;
  const settings: Settings = Object.fromEntries(Object.entries(parameters)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, value]) => [name.slice(prefix.length), value]));
  const kind = settings.type?.toLowerCase();
  if (kind === undefined) throw invalid(column, 'Projection not defined for this column');
  if (!Object.hasOwn(SETTINGS, kind)) throw invalid(column, `unknown projection type '${settings.type}'`);
  const unknown = Object.keys(settings).find(name => name !== 'type' && !SETTINGS[kind].includes(name));
  if (unknown) throw invalid(column, `a projection of type ${kind} has no setting '${unknown}'`);
  if (type !== 'string' && !(kind === 'integer' && (type === 'int' || type === 'bigint'))) {
    throw invalid(column, `the simulator projects no ${kind} on a column of type ${type}: declare it string`);
  }
  const required = (name: string): string => {
    if (settings[name] === undefined) throw invalid(column, `missing required property: 'projection.${column}.${name}'`);
    return settings[name];
  };
  switch (kind) {
    case 'enum': return new EnumProjection(required('values'));
    case 'date': return new DateProjection(column, required('range'), required('format'), settings);
    case 'integer': return new IntegerProjection(column, required('range'), settings);
    default: return new InjectedProjection(column);
  }
}

function invalid(column: string, problem: string): Error {
  return new Error(`HIVE_METASTORE_ERROR: Column projection for column '${column}' failed. ${problem}`);
}

class EnumProjection implements Projection {
  private readonly enumerated: string[];

  constructor(values: string) {
    this.enumerated = values.split(','); // White space counts.
  }

  public values(): string[] {
    return this.enumerated;
  }
}

class IntegerProjection implements Projection {
  private readonly first: number;
  private readonly last: number;
  private readonly interval: number;
  private readonly digits: number;

  constructor(column: string, range: string, settings: Settings) {
    const bounds = range.split(',').map(bound => bound.trim());
    if (bounds.length !== 2 || !bounds.every(bound => /^-?\d+$/.test(bound))) throw invalid(column, `range '${range}' is not two integers`);
    [this.first, this.last] = bounds.map(Number);
    this.interval = positive(column, 'interval', settings.interval);
    this.digits = settings.digits === undefined ? 0 : positive(column, 'digits', settings.digits);
  }

  public values(): string[] {
    const values: string[] = [];
    for (let value = this.first; value <= this.last; value += this.interval) values.push(String(value).padStart(this.digits, '0'));
    return values;
  }
}

class DateProjection implements Projection {
  private readonly bounds: string[];
  private readonly step: number;

  constructor(private readonly column: string, range: string, private readonly format: string, settings: Settings) {
    this.bounds = range.split(',');
    if (this.bounds.length !== 2) throw invalid(column, `range '${range}' is not two dates`);
    const unit = settings['interval.unit']?.toUpperCase() ?? defaultUnit(column, format);
    if (!Object.hasOwn(MILLISECONDS, unit)) throw invalid(column, `interval.unit '${unit}' is none of ${Object.keys(MILLISECONDS)}`);
    this.step = positive(column, 'interval', settings.interval) * MILLISECONDS[unit];
    this.values(new Date());
  }

  public values(now: Date): string[] {
    const [first, last] = this.bounds.map(bound => this.bound(bound, now));
    if (first >= last) throw invalid(this.column, `range '${this.bounds}' is not sequential`);
    const values: string[] = [];
    const end = this.truncated(last);
    for (let time = this.truncated(first); time <= end; time += this.step) values.push(formatDate(this.column, this.format, new Date(time)));
    return values;
  }

  private bound(text: string, now: Date): number {
    const [match, sign, count, unit] = NOW.exec(text) ?? [];
    if (match === undefined) return parseDate(this.column, this.format, text);
    return now.getTime() + (unit ? Number(`${sign}${count}`) * MILLISECONDS[`${unit}S`] : 0);
  }

  /** What is left of a time when it is written in the format and read again. */
  private truncated(time: number): number {
    return parseDate(this.column, this.format, formatDate(this.column, this.format, new Date(time)));
  }
}

class InjectedProjection implements Projection {
  public readonly injected = true;

  constructor(private readonly column: string) {}

  public values(_now: Date, filter?: readonly string[]): string[] {
    if (filter) return [...filter];
    throw new Error(`CONSTRAINT_VIOLATION: For the injected projected partition column ${this.column}, the WHERE clause must contain only static equality conditions, and at least one such condition must be present.`);
  }
}

function positive(column: string, name: string, value = '1'): number {
  if (!/^[1-9]\d*$/.test(value)) throw invalid(column, `${name} '${value}' is not a positive integer`);
  return Number(value);
}

function defaultUnit(column: string, format: string): string {
  const letters = format.replace(/'.*?'/g, '');
  if (/[SsmH]/.test(letters)) throw invalid(column, `interval.unit is required with the format '${format}'`);
  return letters.includes('d') ? 'DAYS' : 'MONTHS';
}

/** The format's fields and literals, in order. */
function formatFields(column: string, format: string): string[] {
  const fields: string[] = [];
  FORMAT_FIELD.lastIndex = 0;
  while (FORMAT_FIELD.lastIndex < format.length) {
    const field = FORMAT_FIELD.exec(format);
    if (!field) throw invalid(column, `the simulator does not know the date format '${format}'`);
    fields.push(field[1] ?? field[0]);
  }
  return fields;
}

const PARTS: { [field: string]: (iso: string) => string } = {
  yyyy: iso => iso.slice(0, 4),
  MM: iso => iso.slice(5, 7),
  dd: iso => iso.slice(8, 10),
  HH: iso => iso.slice(11, 13),
  mm: iso => iso.slice(14, 16),
  ss: iso => iso.slice(17, 19),
};

function formatDate(column: string, format: string, date: Date): string {
  const iso = date.toISOString();
  return formatFields(column, format).map(field => PARTS[field]?.(iso) ?? field).join('');
}

function parseDate(column: string, format: string, text: string): number {
  const fields = formatFields(column, format);
  const pattern = fields.map(field => (PARTS[field] ? `(?<${field}>\\d{${field.length}})` : field.replace(/[^\w]/g, '\\$&'))).join('');
  const parts = new RegExp(`^${pattern}$`).exec(text)?.groups;
  const { yyyy, MM = '01', dd = '01', HH = '00', mm = '00', ss = '00' } = parts ?? {};
  const iso = `${yyyy}-${MM}-${dd}T${HH}:${mm}:${ss}.000Z`;
  const time = Date.parse(iso);
  if (yyyy === undefined || Number.isNaN(time) || new Date(time).toISOString() !== iso) {
    throw invalid(column, `range: '${text}' is no date in the format '${format}'`);
  }
  return time;
}

/**
 * Reads objects as Athena does with the OpenX JSON SerDe: one line, one row. What the SerDe loses or mangles is lost and mangled here
 * too, because that is what a wrong table declaration must show. Deliberate difference: unquoted or single-quoted strings and
 * comments, which the SerDe tolerates, count as malformed.
 */

import { HCATALOG, HCatalogJsonSerDe } from './hcatalog-serde';
import type { Column, ColumnType } from './hive-types';
import { JsonNumber, JsonText, JsonTextObject, readFirstJson, writeJson } from './json-text';
import { rowsOfLines } from './text-lines';

/** A value of a column. */
export type Cell = null | string | boolean | number | bigint | Cell[] | { [field: string]: Cell };

/** Turns an object into rows. */
export interface SerDe {
  /** One row a line, one cell a column. Throws when the whole query would fail. */
  rows(key: string, body: Buffer): Cell[][];
}

const OPENX = 'org.openx.data.jsonserde.JsonSerDe';

/** The least power of ten with which a Java decimal is written without an exponent. */
const LEAST_PLAIN_EXPONENT = -6;

const MIN_BIGINT = -(2n ** 63n);
const MAX_BIGINT = 2n ** 63n - 1n;

/** The SerDe that a table declares. */
export function openSerDe(library: string, parameters: { [name: string]: string }, columns: Column[]): SerDe {
  if (library === HCATALOG) return new HCatalogJsonSerDe(parameters, columns);
  if (library !== OPENX) throw new Error(`the simulator does not know the SerDe ${library}`);
  return new OpenXJsonSerDe(parameters, columns);
}

class OpenXJsonSerDe implements SerDe {
  private readonly caseInsensitive: boolean;
  private readonly ignoreMalformed: boolean;
  private readonly keys: string[];

  constructor(parameters: { [name: string]: string }, private readonly columns: Column[]) {
    checkParameters(parameters, columns);
    this.caseInsensitive = isTrue(parameters['case.insensitive'] ?? 'true');
    this.ignoreMalformed = isTrue(parameters['ignore.malformed.json']);
    this.keys = columns.map(column => this.key(parameters[`mapping.${column.name}`] ?? column.name));
  }

  public rows(key: string, body: Buffer): Cell[][] {
    return rowsOfLines(key, body, line => this.row(line));
  }

  private row(line: string): Cell[] {
    const value = this.parse(line.trim());
    if (Array.isArray(value)) return this.columns.map((column, index) => cell(value[index] ?? null, column.type));
    return this.columns.map((column, index) => cell(value?.get(this.keys[index]) ?? null, column.type));
  }

  /** The line's object or array, or `undefined` for a line of which the SerDe makes a row of nulls. */
  private parse(line: string): JsonTextObject | JsonText[] | undefined {
    if (!/^[{[]/.test(line)) return undefined;
    try {
      return this.withKeys(readFirstJson(line)) as JsonTextObject | JsonText[];
    } catch (error) {
      if (this.ignoreMalformed) return undefined;
      throw error;
    }
  }

  /** Without regard to case, keys that differ in nothing else are one, at every depth. */
  private withKeys(value: JsonText): JsonText {
    if (!this.caseInsensitive) return value;
    if (Array.isArray(value)) return value.map(element => this.withKeys(element));
    if (!(value instanceof Map)) return value;
    const merged: JsonTextObject = new Map();
    for (const [name, member] of value) {
      merged.delete(this.key(name));
      merged.set(this.key(name), this.withKeys(member));
    }
    return merged;
  }

  private key(name: string): string {
    return this.caseInsensitive ? name.toLowerCase() : name;
  }
}

function checkParameters(parameters: { [name: string]: string }, columns: Column[]): void {
  const mappings = columns.map(column => `mapping.${column.name}`);
  for (const name of Object.keys(parameters)) {
    if (!['case.insensitive', 'ignore.malformed.json', 'serialization.format', ...mappings].includes(name)) {
      throw new Error(`the simulator does not know the SerDe parameter ${name}`);
    }
  }
  for (const name of ['case.insensitive', 'ignore.malformed.json']) checkFlag(name, parameters[name]);
}

/** Written otherwise, Java's `Boolean.parseBoolean` makes false of it, which may be right by chance. */
function checkFlag(name: string, value: string | undefined): void {
  if (value !== undefined && !/^(true|false)$/i.test(value)) throw new Error(`${name} is "${value}", where true or false is expected`);
}

function isTrue(value: string | undefined): boolean {
  return value?.toLowerCase() === 'true';
}

function cell(value: JsonText, type: ColumnType): Cell {
  if (value === null) return null;
  if (type.element) return arrayCell(value, type.element);
  const written = typeof value === 'string' ? value : writeJson(value, javaNumber);
  switch (type.hive) {
    case 'string': return written;
    case 'boolean': return isTrue(written);
    case 'double': return doubleCell(scalar(value, written, type));
    case 'int': return intCell(scalar(value, written, type));
    case 'bigint': return bigintCell(scalar(value, written, type));
    default: throw new Error(`the simulator does not read ${type.hive} from JSON`);
  }
}

/** A number as the SerDe writes it again: all of its digits, in the notation of Java's BigDecimal. */
function javaNumber(number: string): string {
  const [, sign, whole, fraction = '', power = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(number)!;
  const digits = `${whole}${fraction}`.replace(/^0+(?=\d)/, '');
  const scale = fraction.length - Number(power);
  const exponent = digits.length - 1 - scale;
  const minus = /^0+$/.test(digits) ? '' : sign;
  if (scale === 0) return `${minus}${digits}`;
  if (scale > 0 && exponent >= LEAST_PLAIN_EXPONENT) {
    const padded = digits.padStart(scale + 1, '0');
    return `${minus}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
  }
  return `${minus}${digits.replace(/^(\d)(\d+)$/, '$1.$2')}E${exponent < 0 ? '' : '+'}${exponent}`;
}

/** A value that is no array becomes an array of one; an empty string becomes null. */
function arrayCell(value: JsonText, element: ColumnType): Cell {
  if (value === '') return null;
  return (Array.isArray(value) ? value : [value]).map(member => cell(member, element));
}

function scalar(value: JsonText, written: string, type: ColumnType): string {
  if (value instanceof JsonNumber || typeof value !== 'object') return written;
  throw new Error(`HIVE_BAD_DATA: an object or array can not be coerced to ${type.trino}`);
}

function doubleCell(written: string): number | null {
  const value = written.trim() === '' ? NaN : Number(written);
  return Number.isNaN(value) && written !== 'NaN' ? null : value;
}

function bigintCell(written: string): bigint | null {
  const value = integer(written);
  return value === null || value < MIN_BIGINT || value > MAX_BIGINT ? null : value;
}

function intCell(written: string): number | null {
  const value = integer(written);
  return value === null || BigInt.asIntN(32, value) !== value ? null : Number(value);
}

/** Hexadecimal, octal after a leading zero, or a decimal of which the fraction is dropped; null for anything else. */
function integer(written: string): bigint | null {
  if (/^0x[0-9a-f]+$/i.test(written)) return BigInt(written);
  if (/^0[0-7]+$/.test(written)) return BigInt(`0o${written.slice(1)}`);
  const decimal = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?$/i.exec(written);
  if (!decimal || !(decimal[2] || decimal[3])) return null;
  const [, sign, whole, fraction = '', exponent = '0'] = decimal;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  const magnitude = BigInt(digits.slice(0, Math.max(point, 0)).padEnd(point, '0') || '0');
  return sign === '-' ? -magnitude : magnitude;
}

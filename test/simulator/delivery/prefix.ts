/**
 * Firehose's prefix expressions, `!{namespace:value}`.
 *
 * @see https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html
 */

import { randomBytes } from 'node:crypto';

/** Firehose's limits, before and after evaluation. */
const MAX_RAW_LENGTH = 1024;
const MAX_EVALUATED_LENGTH = 512;

/** What Firehose appends to a prefix without expressions. */
const DEFAULT_TIME = '!{timestamp:yyyy/MM/dd/HH}/';
const ERROR_TYPE = '!{firehose:error-output-type}';

/** What an expression takes its value from. */
export interface PrefixValues {
  /** The arrival of the oldest record in the object. */
  readonly timestamp: Date;
  readonly partitionKeys?: { readonly [name: string]: string };
  readonly errorOutputType?: string;
  /** @default - another one each time */
  readonly randomString?: string;
}

type Part = (values: PrefixValues) => string;

/** A prefix for data or for error output. */
export class Prefix {
  /** The prefix of data objects. */
  public static forData(prefix = ''): Prefix {
    const parsed = new Prefix(withDefault(prefix, DEFAULT_TIME));
    if (parsed.hasErrorType) throw new Error(`${prefix}: error-output-type is for ErrorOutputPrefix only`);
    return parsed;
  }

  /** The prefix of error objects. */
  public static forErrors(prefix = ''): Prefix {
    const parsed = new Prefix(withDefault(prefix, `${ERROR_TYPE}/${DEFAULT_TIME}`));
    if (!parsed.hasErrorType) throw new Error(`${prefix}: an ErrorOutputPrefix with expressions needs ${ERROR_TYPE}`);
    if (parsed.partitionKeys.length > 0) throw new Error(`${prefix}: an ErrorOutputPrefix cannot have partition keys`);
    return parsed;
  }

  /** The partition keys that the prefix uses. */
  public readonly partitionKeys: string[] = [];
  private hasErrorType = false;
  private readonly parts: Part[] = [];

  /** What all evaluated prefixes begin with. */
  public get literal(): string {
    return this.raw.split('!{')[0];
  }

  private constructor(private readonly raw: string) {
    if (raw.length > MAX_RAW_LENGTH) throw new Error(`a prefix of ${raw.length} characters; Firehose takes ${MAX_RAW_LENGTH}`);
    let rest = raw;
    while (rest.length > 0) rest = this.parseNext(rest);
  }

  public evaluate(values: PrefixValues): string {
    const evaluated = this.parts.map(part => part(values)).join('');
    if (evaluated.length > MAX_EVALUATED_LENGTH) {
      throw new Error(`${this.raw} evaluates to ${evaluated.length} characters; Firehose takes ${MAX_EVALUATED_LENGTH}`);
    }
    return evaluated;
  }

  private parseNext(text: string): string {
    const start = text.indexOf('!{');
    const literal = start < 0 ? text : text.slice(0, start);
    if (literal) this.parts.push(() => literal);
    if (start < 0) return '';
    const end = text.indexOf('}', start);
    const expression = /^([^:]*):(.+)$/s.exec(text.slice(start + 2, end));
    if (end < 0 || !expression) throw new Error(`${this.raw}: not of the form !{namespace:value}`);
    this.parts.push(this.expression(expression[1], expression[2]));
    return text.slice(end + 1);
  }

  private expression(namespace: string, value: string): Part {
    const name = `${namespace}:${value}`;
    if (namespace === 'timestamp') return timestamp(value);
    if (namespace === 'partitionKeyFromQuery') return this.partitionKey(value);
    if (name === 'firehose:random-string') return ({ randomString }) => randomString ?? randomBytes(9).toString('base64url').slice(0, 11);
    if (name === 'firehose:error-output-type') return this.errorType();
    throw new Error(`${this.raw}: the simulator does not know !{${name}}`);
  }

  private partitionKey(key: string): Part {
    this.partitionKeys.push(key);
    return ({ partitionKeys = {} }) => {
      if (!Object.hasOwn(partitionKeys, key)) throw new Error(`${this.raw}: there is no partition key ${key}`);
      return partitionKeys[key];
    };
  }

  private errorType(): Part {
    this.hasErrorType = true;
    return ({ errorOutputType }) => {
      if (errorOutputType === undefined) throw new Error(`${this.raw}: there is no error`);
      return errorOutputType;
    };
  }
}

function withDefault(prefix: string, byDefault: string): string {
  return prefix.includes('!{') ? prefix : `${prefix}${byDefault}`;
}

const FIELDS: { readonly [pattern: string]: (date: Date) => string } = {
  yyyy: date => digits(date.getUTCFullYear(), 4),
  MM: date => digits(date.getUTCMonth() + 1, 2),
  dd: date => digits(date.getUTCDate(), 2),
  HH: date => digits(date.getUTCHours(), 2),
  mm: date => digits(date.getUTCMinutes(), 2),
  ss: date => digits(date.getUTCSeconds(), 2),
};

/** A Java date pattern, of the fields that matter here: text in single quotes is literal, and so is what is no letter. */
function timestamp(pattern: string): Part {
  const tokens = pattern.match(/'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']+/g) ?? [];
  if (tokens.join('') !== pattern) throw new Error(`!{timestamp:${pattern}}: a quote is not closed`);
  const parts = tokens.map(token => timestampToken(token, pattern));
  return ({ timestamp: date }) => parts.map(part => part(date)).join('');
}

function timestampToken(token: string, pattern: string): (date: Date) => string {
  if (token.startsWith('\'')) {
    const literal = token === '\'\'' ? '\'' : token.slice(1, -1).replace(/''/g, '\'');
    return () => literal;
  }
  if (!/^[A-Za-z]/.test(token)) return () => token;
  if (!Object.hasOwn(FIELDS, token)) throw new Error(`!{timestamp:${pattern}}: the simulator does not know ${token}`);
  return FIELDS[token];
}

/** The time in an object's name. */
export function objectTimestamp(date: Date): string {
  return OBJECT_TIMESTAMP({ timestamp: date });
}

const OBJECT_TIMESTAMP = timestamp('yyyy-MM-dd-HH-mm-ss');

function digits(value: number, length: number): string {
  return String(value).padStart(length, '0');
}

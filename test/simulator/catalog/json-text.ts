/**
 * A JSON reader and writer that lose nothing: numbers keep their digits, keys their order, and what follows the first value on a
 * line stays unread, as the OpenX SerDe leaves it.
 */

/** A number as it was written; `2^53 + 1` would not survive as a JavaScript number. */
export class JsonNumber {
  constructor(public readonly text: string) {}
}

/** A JSON value, with its numbers' text and its objects' key order. */
export type JsonText = null | boolean | string | JsonNumber | JsonText[] | JsonTextObject;

/** A JSON object; a map, because a plain object sorts keys such as "1" and has a `__proto__`. */
export type JsonTextObject = Map<string, JsonText>;

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const LITERAL = /[^\s{}[\],:"]+/y;
const QUOTE_OR_ESCAPE = /"|\\[^]/g;
const ESCAPES: { [letter: string]: string } = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** Reads the first value of `text`, and leaves unread what comes after it. Throws when there is none. */
export function readFirstJson(text: string): JsonText {
  return new Reader(text).value();
}

/** Writes a value without white space, and its numbers as they were written unless told otherwise. */
export function writeJson(value: JsonText, writeNumber: (text: string) => string = text => text): string {
  if (value instanceof JsonNumber) return writeNumber(value.text);
  if (Array.isArray(value)) return `[${value.map(element => writeJson(element, writeNumber)).join(',')}]`;
  if (!(value instanceof Map)) return JSON.stringify(value);
  return `{${[...value].map(([key, member]) => `${JSON.stringify(key)}:${writeJson(member, writeNumber)}`).join(',')}}`;
}

class Reader {
  private position = 0;

  constructor(private readonly text: string) {}

  public value(): JsonText {
    this.skipSpace();
    switch (this.text[this.position]) {
      case '{': return this.object();
      case '[': return this.array();
      case '"': return this.string();
      default: return this.literal();
    }
  }

  private object(): JsonTextObject {
    const object: JsonTextObject = new Map();
    this.position++;
    if (this.take('}')) return object;
    do {
      this.skipSpace();
      if (this.text[this.position] !== '"') this.fail('a key');
      const key = this.string();
      this.expect(':');
      const value = this.value();
      object.delete(key); // The last of two equal keys wins, and takes the last place.
      object.set(key, value);
    } while (this.take(','));
    this.expect('}');
    return object;
  }

  private array(): JsonText[] {
    const array: JsonText[] = [];
    this.position++;
    if (this.take(']')) return array;
    do {
      array.push(this.value());
    } while (this.take(','));
    this.expect(']');
    return array;
  }

  private string(): string {
    const start = ++this.position;
    let escaped = false;
    for (;;) {
      QUOTE_OR_ESCAPE.lastIndex = this.position;
      const found = QUOTE_OR_ESCAPE.exec(this.text);
      if (!found) this.fail('the end of a string');
      this.position = found.index + found[0].length;
      if (found[0] === '"') break;
      escaped = true;
    }
    const raw = this.text.slice(start, this.position - 1);
    return escaped ? raw.replace(/\\(?:u([0-9a-fA-F]{4})|([^]))/g, unescape) : raw;
  }

  private literal(): JsonText {
    LITERAL.lastIndex = this.position;
    const word = LITERAL.exec(this.text)?.[0] ?? '';
    this.position += word.length;
    if (word === 'null') return null;
    if (word === 'true' || word === 'false') return word === 'true';
    if (!NUMBER.test(word)) this.fail('a value');
    return new JsonNumber(word);
  }

  private take(character: string): boolean {
    this.skipSpace();
    if (this.text[this.position] !== character) return false;
    this.position++;
    return true;
  }

  private expect(character: string): void {
    if (!this.take(character)) this.fail(`'${character}'`);
  }

  private skipSpace(): void {
    while (' \t\n\r'.includes(this.text[this.position] ?? 'end')) this.position++;
  }

  private fail(expected: string): never {
    throw new Error(`not JSON: expected ${expected} at character ${this.position + 1}`);
  }
}

function unescape(_escape: string, code: string | undefined, letter: string): string {
  return code === undefined ? ESCAPES[letter] ?? letter : String.fromCharCode(parseInt(code, 16));
}

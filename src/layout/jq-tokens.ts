// Reads a jq expression as jq's own scanner does, as far as the library's checks need it: names, literals and brackets in their nesting.

/** Fails synthesis: what was found, and what would be right. */
export type Refuse = (got: string, right: string) => never;

/** A piece of a jq expression. */
export interface JqToken {
  /** A `string` is a literal without interpolation; a `field` is `.name`, and a `word` is a name that stands by itself. */
  readonly kind: 'field' | 'format' | 'number' | 'string' | 'symbol' | 'word';
  readonly text: string;
  /** How many brackets it stands in. Both brackets of a pair have the depth of what is around them. */
  readonly depth: number;
  /** The opening bracket around it. */
  readonly inside?: string;
}

const CLOSING: { readonly [opening: string]: string } = { '(': ')', '[': ']', '{': '}', '\\(': ')' };
const INTERPOLATION = '\\(';

/** @see https://github.com/jqlang/jq/blob/jq-1.6/src/lexer.l */
const LEXEMES: readonly (readonly [JqToken['kind'], RegExp])[] = [
  ['field', /\.[A-Za-z_]\w*/y],
  ['word', /(?:[A-Za-z_]\w*::)*[A-Za-z_]\w*/y],
  ['number', /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y],
  ['format', /@\w+/y],
  ['symbol', /[.?=;,:|+\-*/%$<>]|!=/y],
];
const SPACE = / +/y;
const STRING_CONTENT = /(?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*/y;

/** The expression's tokens, in order; `refuse` gets what is no jq. */
export function jqTokens(expression: string, refuse: Refuse): JqToken[] {
  return new Scanner(expression, refuse).scan();
}

class Scanner {
  private readonly tokens: JqToken[] = [];
  private readonly open: string[] = [];
  private at = 0;

  constructor(private readonly expression: string, private readonly refuse: Refuse) {}

  public scan(): JqToken[] {
    while (this.at < this.expression.length) this.next();
    const unclosed = this.open.pop();
    if (unclosed !== undefined) this.refuse(`${unclosed} without its ${CLOSING[unclosed]}`, 'close every bracket');
    return this.tokens;
  }

  private next(): void {
    if (this.read(SPACE)) return;
    const character = String.fromCodePoint(this.expression.codePointAt(this.at)!);
    if (character === '"') return this.literal();
    if (character in CLOSING) return this.opening(character);
    if (')]}'.includes(character)) return this.closing(character);
    if (character === '#') this.refuse('a comment', 'without the #, because it would swallow the rest of the query, which is one line');
    this.lexeme(character);
  }

  private literal(): void {
    const start = this.at;
    this.at += 1;
    this.string('string', start);
  }

  private lexeme(character: string): void {
    for (const [kind, pattern] of LEXEMES) {
      const text = this.read(pattern);
      if (text) return this.add(kind, text);
    }
    this.refuse(`the character ${character}`, 'jq has it in strings only, and strings stand in double quotation marks');
  }

  private opening(bracket: string): void {
    this.add('symbol', bracket);
    this.open.push(bracket);
    this.at += 1;
  }

  private closing(bracket: string): void {
    const opened = this.open.pop();
    if (opened === undefined || CLOSING[opened] !== bracket) this.refuse(`${bracket} without its opening bracket`, 'open every bracket that is closed');
    this.add('symbol', bracket);
    this.at += 1;
    if (opened === INTERPOLATION) this.string('symbol', this.at);
  }

  /** Goes on to the end of a string, or to the expression that is interpolated in it, after which the rest is no literal. */
  private string(kind: 'string' | 'symbol', start: number): void {
    this.read(STRING_CONTENT);
    const end = this.expression[this.at];
    if (end === undefined) this.refuse('a string that does not end', 'close every quotation mark');
    if (end === '"') return this.endOfString(kind, start);
    if (this.expression.startsWith(INTERPOLATION, this.at)) return this.interpolation();
    this.refuse(`${this.expression.slice(this.at, this.at + 2)} in a string`, 'jq has no such escape, and its own for a backslash is \\\\');
  }

  private endOfString(kind: 'string' | 'symbol', start: number): void {
    this.at += 1;
    this.add(kind, this.expression.slice(start, this.at));
  }

  private interpolation(): void {
    this.opening(INTERPOLATION);
    this.at += INTERPOLATION.length - 1;
  }

  private read(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const [text] = pattern.exec(this.expression) ?? [''];
    this.at += text.length;
    return text;
  }

  private add(kind: JqToken['kind'], text: string): void {
    this.tokens.push({ kind, text, depth: this.open.length, inside: this.open.at(-1) });
  }
}

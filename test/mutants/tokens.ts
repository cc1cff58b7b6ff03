/** The texts of a template that have a grammar of their own: jq, SQL, Firehose's prefixes, lists, input templates. They are altered token by token. */

import { withAnotherCharacter } from './alterations';

/** A text with one token deleted or altered. */
export interface TokenAlteration {
  /** `token <number> <token> delete`, or `alter`, or `swap <other>`. */
  readonly kind: string;
  readonly text: string;
}

/** How a text is divided, and what a token can be mistaken for. */
interface Grammar {
  readonly tokens: RegExp;
  /** Tokens that make no difference between texts. */
  readonly blank?: RegExp;
  readonly mistakes?: { readonly [token: string]: string };
}

const JQ: Grammar = {
  tokens: /"(?:[^"\\]|\\.)*"|\s+|\.?[A-Za-z_]\w*|\d+|\/\/|==|[^\s\w]/g,
  blank: /^\s+$/,
  mistakes: { 'then': 'else', 'else': 'then', 'or': 'and', '==': '!=', '//': '|', 'string': 'number' },
};

const SQL: Grammar = {
  tokens: /--[^\n]*|'(?:[^']|'')*'|"(?:[^"]|"")*"|\s+|[A-Za-z_]\w*|\d+|>=|<=|<>|\|\||[^\s\w]/g,
  blank: /^\s+$/,
  mistakes: {
    '>=': '>',
    '=': '<>',
    '/': '*',
    'AND': 'OR',
    'DESC': 'ASC',
    'IN': 'NOT IN',
    'IS': 'IS NOT',
    'ALL': 'DISTINCT',
    'min': 'max',
    'max': 'min',
    'bigint': 'varchar',
    'double': 'bigint',
  },
};

/** `!{…}` of Firehose, `${…}` of Glue, `<…>` of EventBridge, and what stands between slashes. */
const PATH: Grammar = { tokens: /[!$]\{[^}]*\}|[^/=!$]+|[/=!$]/g };
const LIST: Grammar = { tokens: /[^,]+|,/g };
const INPUT_TEMPLATE: Grammar = { tokens: /"[^"]*"|<[^>]*>|\s+|[^\s"<]/g, blank: /^\s+$/ };

/** The grammars, by `<type> <place>`. */
const GRAMMARS: readonly (readonly [places: RegExp, grammar: Grammar])[] = [
  [/^AWS::Athena::NamedQuery .*\.QueryString$/, SQL],
  [/^AWS::Glue::Table originalSql$/, SQL],
  [/^AWS::Glue::Table .*\.projection\.[a-z_]+\.(values|range)$/, LIST],
  [/^AWS::Glue::Table .*\.(storage\.location\.template|Location)\b/, PATH],
  [/^AWS::KinesisFirehose::DeliveryStream .*Prefix$/, PATH],
  [/^AWS::Events::Rule .*\.InputTemplate$/, INPUT_TEMPLATE],
];

/** The token alterations of a text, in order; none for a text without a grammar. */
export function tokenAlterations(text: string, type: string, place: string): TokenAlteration[] {
  const grammar = isJq(text, type, place) ? JQ : GRAMMARS.find(([places]) => places.test(`${type} ${place}`))?.[1];
  if (!grammar) return [];
  const tokens = text.match(grammar.tokens) ?? [];
  if (tokens.join('') !== text) throw new Error(`${place}: the grammar does not cover ${text}`);
  return tokens.flatMap((token, index) => grammar.blank?.test(token) ? [] : alterations(tokens, index, grammar));
}

/** The value of a processor's parameter is jq when it yields an object. */
function isJq(text: string, type: string, place: string): boolean {
  return type === 'AWS::KinesisFirehose::DeliveryStream' && place.endsWith('.ParameterValue') && text.startsWith('{');
}

function alterations(tokens: readonly string[], index: number, { mistakes = {} }: Grammar): TokenAlteration[] {
  const token = tokens[index];
  const place = `token ${index} ${token}`;
  const withToken = (replacement: string) => [...tokens.slice(0, index), replacement, ...tokens.slice(index + 1)].join('');
  const mistake = Object.hasOwn(mistakes, token) ? [{ kind: `${place} swap ${mistakes[token]}`, text: withToken(mistakes[token]) }] : [];
  const number = /^\d+$/.test(token) ? [{ kind: `${place} +1`, text: withToken(String(Number(token) + 1)) }] : [];
  const all = [
    { kind: `${place} delete`, text: withToken('') },
    ...number,
    ...token.length > 1 || /\w/.test(token) ? [{ kind: `${place} alter`, text: withToken(altered(token)) }] : [],
    ...mistake,
  ];
  return all.filter(({ text }, position) => all.findIndex(other => other.text === text) === position);
}

/** Another character, but not that of a quote or of a comment's beginning. */
function altered(token: string): string {
  const [, opening, content, closing] = /^(["'<]|[!$]\{|--|)(.*?)(["'>}]|)$/s.exec(token)!;
  return content === '' ? `${opening}x${closing}` : `${opening}${withAnotherCharacter(content)}${closing}`;
}

// Events that hold, where a partition key reads, whatever JSON can hold. They are texts: an object of JavaScript has no 1.0 and no -0.

import type { JsonObject } from '../simulator/engines';

/** Where a value lies in an event. */
export type Path = readonly string[];

/** An event, and what is odd about it. */
export interface OddEvent {
  readonly name: string;
  readonly text: string;
}

/** As JSON; what has no text is missing. */
const VALUES: readonly (string | undefined)[] = [
  undefined, 'null', 'true', 'false',
  '0', '-0', '-0.0', '1', '1.0', '1.10', '0.1e1', '-1', '5', '5.0', '1e400', '-1e400', '1e-400', '100000000000000000000', '9007199254740993', '0.30000000000000004', '1e17', '1e308',
  '[]', '{}', '[null]', '["a"]', '[["a"]]', '[1,"a",{}]', '{"a":"a"}', '{"__proto__":{"a":1}}', '{"constructor":"a","toString":1}', '{"":""}',
  `${'['.repeat(200)}${']'.repeat(200)}`, `${'{"a":'.repeat(100)}1${'}'.repeat(100)}`, `[${'"a",'.repeat(1000)}"a"]`,
  ...[
    '', ' ', '  ', 'a', 'A', 'other', 'Other', 'null', 'true', '0', '5', 'x'.repeat(10_000), 'ü'.repeat(10_000), '💥'.repeat(5_000), 'a'.repeat(64), 'a'.repeat(65),
    '\n', '\r\n', '\t', '\b', 'a\nb', '\u001f', '\u007f', '\u0085', '\u2028', '\u0000', 'a\u0000', '\u0000a',
    '/', '//', '.', '..', '../..', '../../errors/', 'a/b', 'a\\b', '\\', 'a=b', 'event_type=x/receipt_date=2026-01-01', '!{timestamp:yyyy}', '${a}', '%2e%2e%2f', 'a,b', 'a b',
    'Köln', 'é', 'e\u0301', '\u0301', '日本', '💥', '👩‍👩‍👧', '\ufeff', '\ufffd', '\u202e', '\uffff', 'ß', 'İ', 'ı',
    '"', '\'', '"a"', '","', '"}', '\\(1)', '\\u0041', '#', '; rm', ') | (', 'a") | ("',
    '__proto__', 'constructor', 'hasOwnProperty', 'toString', '__HIVE_DEFAULT_PARTITION__', 'nan', 'NaN', 'Infinity', 'undefined',
    'arn:aws:s3:::bucket/key', 'a-b-c', ' a ', 'a, b', '123456789012', 'us-east-1', '2026-11-19T12:00:00.123Z', '[1,2]', '{"a":"a"}',
  ].map(text => JSON.stringify(text)),
  // As an escape, half of a pair; jq 1.6 reads on after this half, and not after the other.
  '"\\udc00"', '"a\\udfffb"', '"\\u0061"', '"\\ud83d\\ude00"', '"\\/"',
];

/** Records that jq 1.6 does not read, though they are JSON, so that no query has a say: they go to Firehose's error output. */
export const UNREADABLE: readonly OddEvent[] = [
  ['half of a surrogate pair', '"\\ud800"'],
  ['half of a pair before a letter', '"\\uD83Da"'],
  ['half of a pair before another escape', '"\\ud83d\\n"'],
  ['half of a pair twice', '"\\ud83d\\ud83d"'],
  ['half of a pair before another character\'s escape', '"\\udbff\\u0041"'],
  ['half of a pair in a key', '{"\\ud800":1}'],
  ['half of a pair after a backslash', '"\\\\\\ud800"'],
  // The event and its detail are two levels for jq each: an object, and the key whose value it reads.
  ['257 levels', `${'['.repeat(253)}${']'.repeat(253)}`],
  ['257 levels, of which an object is two', `${'{"a":'.repeat(127)}1${'}'.repeat(127)}`],
].map(([name, json]) => ({ name, text: eventWith(['detail', 'odd'], json) }));

/** The deepest that jq 1.6 reads, and an escape that only looks like half of a pair. */
export const READABLE: readonly OddEvent[] = [
  ['256 levels', `${'['.repeat(252)}${']'.repeat(252)}`],
  ['256 levels, of which an object is two', `${'{"a":'.repeat(126)}1${'}'.repeat(126)}`],
  ['a backslash before the letters of an escape', '"\\\\ud800"'],
].map(([name, json]) => ({ name, text: eventWith(['detail', 'odd'], json) }));

/** An event for each odd value at each path, and around it. */
export function oddEvents(paths: readonly Path[], listed: readonly string[]): OddEvent[] {
  const strings = listed.flatMap(near).map(text => JSON.stringify(text));
  return paths.flatMap(path => path.flatMap((_step, index) => {
    const at = path.slice(0, index + 1);
    // What is listed is of interest where the key reads, and not around it.
    const values = at.length === path.length ? [...VALUES, ...strings] : VALUES;
    return values.map(json => ({ name: `${at.join('.')}: ${(json ?? 'missing').slice(0, 60)}`, text: eventWith(at, json) }));
  }));
}

/** The value itself, and what only looks like it. */
function near(value: string): string[] {
  return [...new Set([
    value, ` ${value}`, `${value} `, `${value}\n`, `${value}\u0000`, `\ufeff${value}`, `${value}${value}`, [...value].slice(0, -1).join(''),
    value.toUpperCase(), value.toLowerCase(), value.normalize('NFD'),
  ])];
}

/** As EventBridge writes it, but for one value. */
function eventWith(path: Path, json: string | undefined): string {
  const event: JsonObject = {
    'version': '0',
    'id': '00000000-0000-4000-8000-000000000000',
    'detail-type': 'Odd',
    'source': 'odd.example',
    'account': '210987654321',
    'time': '2026-11-19T12:00:00Z',
    'region': 'eu-north-1',
    'resources': [],
    'detail': { odd: true },
  };
  const parent = path.slice(0, -1).reduce((object, step) => (object[step] = { ...object[step] as JsonObject }), event);
  const last = path[path.length - 1];
  const mark = '@@HERE@@';
  if (json === undefined) delete parent[last];
  else parent[last] = mark;
  return JSON.stringify(event).replace(JSON.stringify(mark), () => json ?? '');
}

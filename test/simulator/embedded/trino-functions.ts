/**
 * The functions of Athena's SQL (Trino) that the embedded engine offers, and what each is in DuckDB. A function that is not listed is
 * refused, so that a query which only DuckDB understands cannot pass.
 */

/** The schema of the macros; it lies outside the catalog that queries see. */
export const MACRO_CATALOG = 'memory';
export const MACRO_SCHEMA = 'trino';

/** Functions, aggregates and operators with the same name and meaning in both. */
export const SAME_IN_BOTH = new Set([
  'count', 'count_star', 'sum', 'avg', 'min', 'max', 'min_by', 'max_by', 'count_if', 'arbitrary', 'any_value', 'array_agg', 'bool_and', 'bool_or',
  'row_number', 'rank', 'dense_rank', 'percent_rank', 'ntile', 'lag', 'lead', 'first_value', 'last_value', 'nth_value',
  'lower', 'upper', 'trim', 'ltrim', 'rtrim', 'length', 'substr', 'substring', 'reverse', 'lpad', 'rpad', 'split', 'split_part', 'strpos',
  'position', 'starts_with', 'concat_ws', 'nullif', 'to_base64', 'unnest', 'flatten',
  'abs', 'ceil', 'ceiling', 'floor', 'round', 'sqrt', 'power', 'pow', 'sign', 'mod', 'ln', 'exp',
  'now', 'year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second', 'date_part',
  '+', '-', '*', '/', '%', '||', '~~', '!~~', 'like_escape', 'not_like_escape',
  // What DuckDB's parser makes of `interval '1' day` and of `'…' IN`.
  'to_years', 'to_months', 'to_weeks', 'to_days', 'to_hours', 'to_minutes', 'to_seconds', 'trunc',
]);

/** Functions that DuckDB has under another name. */
export const RENAMED: { [name: string]: string } = {
  approx_distinct: 'approx_count_distinct',
  approx_percentile: 'approx_quantile',
  array_distinct: 'list_distinct',
  array_join: 'array_to_string',
  array_sort: 'list_sort',
  contains: 'list_contains',
  date_diff: 'date_sub', // DuckDB's own date_diff counts midnights, not days.
  date_format: 'strftime',
  date_parse: 'strptime',
  day_of_month: 'day',
  day_of_week: 'isodow',
  day_of_year: 'dayofyear',
  regexp_like: 'regexp_matches',
  to_unixtime: 'epoch',
};

/** Functions made of DuckDB's, one definition for each number or type of arguments. */
export const MACROS: { [name: string]: string[] } = {
  'cardinality': ['(list) AS len(list)'],
  'date': ['(x) AS CAST(x AS DATE)'],
  'date + interval': [
    '(x DATE, span INTERVAL) AS CAST(x + span AS DATE)',
    '(x TIMESTAMP, span INTERVAL) AS x + span',
    '(x TIMESTAMPTZ, span INTERVAL) AS x + span',
  ],
  'date - interval': [
    '(x DATE, span INTERVAL) AS CAST(x - span AS DATE)',
    '(x TIMESTAMP, span INTERVAL) AS x - span',
    '(x TIMESTAMPTZ, span INTERVAL) AS x - span',
  ],
  'date_trunc': [
    '(unit, x DATE) AS CAST(date_trunc(unit, x) AS DATE)',
    '(unit, x TIMESTAMP) AS date_trunc(unit, x)',
    '(unit, x TIMESTAMPTZ) AS date_trunc(unit, x)',
  ],
  'element_at': ['(list, place) AS list[place]'],
  'from_base64': ["(text) AS from_base64(text || repeat('=', CAST((4 - length(text) % 4) % 4 AS INTEGER)))"],
  'from_iso8601_date': ['(text) AS CAST(text AS DATE)'],
  'from_iso8601_timestamp': ['(text) AS CAST(text AS TIMESTAMPTZ)'],
  'from_unixtime': ['(seconds) AS to_timestamp(seconds)', "(seconds, zone) AS CASE WHEN zone = 'UTC' THEN to_timestamp(seconds) ELSE error('the simulator knows no time zone but UTC') END"],
  'from_utf8': ['(bytes) AS decode(bytes)'],
  'json_array_length': ["(json) AS CASE WHEN NOT json_valid(json) THEN NULL WHEN json_type(json) = 'ARRAY' THEN CAST(json_array_length(json) AS BIGINT) END"],
  'json_extract': ['(json, path) AS CASE WHEN json_valid(json) THEN json_extract(json, path) END'],
  // Null for what is no scalar, and for text that is no JSON. The order of the branches keeps DuckDB from reading text that is no JSON.
  'json_extract_scalar': [
    "(json, path) AS CASE WHEN NOT json_valid(json) THEN NULL WHEN json_type(json, path) NOT IN ('OBJECT', 'ARRAY', 'NULL') THEN json_extract_string(json, path) END",
  ],
  'json_format': ['(json) AS CAST(json AS VARCHAR)'],
  'json_parse': ['(text) AS CAST(text AS JSON)'],
  // DuckDB yields '' where nothing matched.
  'regexp_extract': [
    '(text, pattern) AS CASE WHEN regexp_matches(text, pattern) THEN regexp_extract(text, pattern) END',
    '(text, pattern, which) AS CASE WHEN regexp_matches(text, pattern) THEN regexp_extract(text, pattern, which) END',
  ],
  'regexp_replace': [
    "(text, pattern) AS regexp_replace(text, pattern, '', 'g')",
    "(text, pattern, replacement) AS regexp_replace(text, pattern, regexp_replace(replacement, '\\$(\\d)', '\\\\\\1', 'g'), 'g')",
  ],
  'replace': ["(text, search) AS replace(text, search, '')", '(text, search, replacement) AS replace(text, search, replacement)'],
  'to_iso8601': [
    "(x DATE) AS strftime(x, '%Y-%m-%d')",
    "(x TIMESTAMP) AS strftime(x, '%Y-%m-%dT%H:%M:%S.%g')",
    "(x TIMESTAMPTZ) AS strftime(x, '%Y-%m-%dT%H:%M:%S.%gZ')",
  ],
  'to_utf8': ['(text) AS encode(text)'],
};

/** The letters of MySQL's date patterns, which Trino takes, as `strftime` knows them. */
const DATE_PATTERN: { [letter: string]: string } = {
  'a': '%a',
  'b': '%b',
  'c': '%-m',
  'd': '%d',
  'e': '%-d',
  'f': '%f',
  'H': '%H',
  'h': '%I',
  'I': '%I',
  'i': '%M',
  'j': '%j',
  'k': '%-H',
  'l': '%-I',
  'M': '%B',
  'm': '%m',
  'p': '%p',
  'r': '%I:%M:%S %p',
  'S': '%S',
  's': '%S',
  'T': '%H:%M:%S',
  'v': '%V',
  'W': '%A',
  'x': '%G',
  'Y': '%Y',
  'y': '%y',
  '%': '%%',
};

/** A pattern of `date_format` and `date_parse` for DuckDB. */
export function datePattern(pattern: string): string {
  return pattern.replace(/%([^]?)/g, (specifier, letter: string) => {
    if (!Object.hasOwn(DATE_PATTERN, letter)) throw new Error(`INVALID_FUNCTION_ARGUMENT: the date pattern '${pattern}' has ${specifier}, which Trino does not support`);
    return DATE_PATTERN[letter];
  });
}

const PATH_STEP = /\.([\p{L}\p{Nd}_:]+)|\[(\d+)\]|\["([^"\\]*)"\]|\[([\p{L}_][\p{L}\p{Nd}_]*)\]/uy;

/** A JSON path for DuckDB. Trino takes `$.a.b[0]["c-d"]`, but no bare hyphen. */
export function jsonPath(path: string): string {
  if (!path.startsWith('$')) throw new Error(`INVALID_FUNCTION_ARGUMENT: Invalid JSON path: '${path}'`);
  let steps = '$';
  PATH_STEP.lastIndex = 1;
  while (PATH_STEP.lastIndex < path.length) {
    const [step, name, index, quoted, bracketed] = PATH_STEP.exec(path) ?? [];
    if (step === undefined) throw new Error(`INVALID_FUNCTION_ARGUMENT: Invalid JSON path: '${path}'`);
    steps += index === undefined ? `."${name ?? quoted ?? bracketed}"` : `[${index}]`;
  }
  return steps;
}

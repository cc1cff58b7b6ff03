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
  'lower', 'upper', 'trim', 'ltrim', 'rtrim', 'length', 'reverse', 'lpad', 'rpad', 'split', 'strpos',
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
  array_join: 'array_to_string',
  array_sort: 'list_sort',
  date_diff: 'date_sub', // DuckDB's own date_diff counts midnights, not days.
  date_format: 'strftime',
  date_parse: 'strptime',
  day_of_month: 'day',
  day_of_week: 'isodow',
  day_of_year: 'dayofyear',
  regexp_like: 'regexp_matches',
  to_unixtime: 'epoch',
};

const error = (message: string) => `error(${message})`;
const nothing = () => 'NULL';

/** ISO 8601 with a time is for from_iso8601_timestamp, and no cast takes it. */
function castAsTime(type: string, fail: (message: string) => string, cast = 'CAST'): string[] {
  const failed = fail(`'INVALID_CAST_ARGUMENT: Value cannot be cast to ${type.toLowerCase()}: ' || CAST(x AS VARCHAR)`);
  const wrong = type === 'DATE' ? '\\d[T ]\\d' : '\\dT\\d';
  return [`(x) AS CASE WHEN typeof(x) = 'VARCHAR' AND regexp_matches(CAST(x AS VARCHAR), '${wrong}') THEN ${failed} ELSE ${cast}(x AS ${type}) END`];
}

/** A time with its zone as Trino writes it, and of JSON the value itself, unless it is more than one. */
function castAsVarchar(fail: (message: string) => string): string[] {
  return [`(x) AS CASE
    WHEN typeof(x) = 'TIMESTAMP WITH TIME ZONE' THEN strftime(CAST(CAST(x AS VARCHAR) AS TIMESTAMPTZ), '%Y-%m-%d %H:%M:%S.%g UTC')
    WHEN typeof(x) <> 'JSON' THEN CAST(x AS VARCHAR)
    WHEN json_type(CAST(x AS JSON)) IN ('OBJECT', 'ARRAY') THEN ${fail("'INVALID_CAST_ARGUMENT: Cannot cast ' || CAST(x AS VARCHAR) || ' to varchar'")}
    ELSE json_extract_string(CAST(x AS JSON), '$') END`];
}

/** Nothing starts at 0. */
const SUBSTRING = [
  "(text, first) AS CASE WHEN first = 0 THEN '' ELSE substr(text, first) END",
  "(text, first, count) AS CASE WHEN first = 0 THEN '' ELSE substr(text, first, count) END",
];

/** Functions made of DuckDB's, one definition for each number or type of arguments. */
export const MACROS: { [name: string]: string[] } = {
  // In the order in which the elements come; DuckDB's own is in none.
  'array_distinct': ['(list) AS list_filter(list, (element, place) -> coalesce(list_position(list, element), place) = place)'],
  'array subscript': [`(list, place) AS CASE
    WHEN place < 1 THEN error('INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1')
    WHEN place > len(list) THEN error('INVALID_FUNCTION_ARGUMENT: Array subscript must be less than or equal to array length: ' || place || ' > ' || len(list))
    ELSE list[place] END`],
  'cast as json': ['(x) AS to_json(x)'],
  'cast as date': castAsTime('DATE', error),
  'cast as timestamp': castAsTime('TIMESTAMP', error),
  'cast as timestamp with time zone': castAsTime('TIMESTAMP WITH TIME ZONE', error),
  'cast as varchar': castAsVarchar(error),
  'contains': ['(list, element) AS CASE WHEN list_contains(list, element) THEN true WHEN list_count(list) = len(list) THEN false END'],
  'cardinality': ['(list) AS len(list)'],
  'date': castAsTime('DATE', error),
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
  // DuckDB yields '' where there is no such part.
  'split_part': ['(text, separator, place) AS CASE WHEN place <= len(split(text, separator)) THEN split_part(text, separator, place) END'],
  'substr': SUBSTRING,
  'substring': SUBSTRING,
  'to_iso8601': [
    "(x DATE) AS strftime(x, '%Y-%m-%d')",
    "(x TIMESTAMP) AS strftime(x, '%Y-%m-%dT%H:%M:%S.%g')",
    "(x TIMESTAMPTZ) AS strftime(x, '%Y-%m-%dT%H:%M:%S.%gZ')",
  ],
  'try_cast as json': ['(x) AS to_json(x)'],
  'try_cast as date': castAsTime('DATE', nothing, 'TRY_CAST'),
  'try_cast as timestamp': castAsTime('TIMESTAMP', nothing, 'TRY_CAST'),
  'try_cast as timestamp with time zone': castAsTime('TIMESTAMP WITH TIME ZONE', nothing, 'TRY_CAST'),
  'try_cast as varchar': castAsVarchar(nothing),
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

/** MySQL's letters that Trino refuses; any other stands for itself. */
const NO_DATE_PATTERN = 'DUuVwX';

/** A pattern of `date_format` and `date_parse` for DuckDB. */
export function datePattern(pattern: string): string {
  return pattern.replace(/%([^]?)/g, (specifier, letter: string) => {
    if (letter === '' || NO_DATE_PATTERN.includes(letter)) {
      throw new Error(`INVALID_FUNCTION_ARGUMENT: the date pattern '${pattern}' has ${specifier}, which Trino does not support`);
    }
    return Object.hasOwn(DATE_PATTERN, letter) ? DATE_PATTERN[letter] : letter;
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

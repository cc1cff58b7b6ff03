// The functions that jq 1.6 has: another name in a user's expression is a slip, and would fail the query for every event.

import type { JqToken } from './jq-tokens';

/** What `jq -n builtins` lists in jq 1.6, and the keywords. @see https://jqlang.org/manual/v1.6/ */
export const JQ_NAMES = new Set((
  'IN INDEX JOIN acos acosh add all any arrays ascii_downcase ascii_upcase asin asinh atan atan2 atanh booleans bsearch builtins capture cbrt '
  + 'ceil combinations contains copysign cos cosh debug del delpaths drem empty endswith env erf erfc error exp exp10 exp2 explode expm1 fabs '
  + 'fdim finites first flatten floor fma fmax fmin fmod format frexp from_entries fromdate fromdateiso8601 fromjson fromstream gamma getpath '
  + 'gmtime group_by gsub halt halt_error has hypot implode in index indices infinite input input_filename input_line_number inputs inside '
  + 'isempty isfinite isinfinite isnan isnormal iterables j0 j1 jn join keys keys_unsorted last ldexp leaf_paths length lgamma lgamma_r '
  + 'limit localtime log log10 log1p log2 logb ltrimstr map map_values match max max_by min min_by mktime modf modulemeta nan nearbyint '
  + 'nextafter nexttoward normals not now nth nulls numbers objects path paths pow pow10 range recurse recurse_down remainder repeat reverse '
  + 'rindex rint round rtrimstr scalars scalars_or_empty scalb scalbln scan select setpath significand sin sinh sort sort_by split splits sqrt '
  + 'startswith stderr strflocaltime strftime strings strptime sub tan tanh test tgamma to_entries todate todateiso8601 tojson tonumber '
  + 'tostream tostring transpose trunc truncate_stream type unique unique_by until utf8bytelength values walk while with_entries y0 y1 yn '
  + 'and as catch def elif else end false foreach if import include label break null or reduce then true try'
).split(' '));

/** The first name that jq 1.6 does not have and that the expression does not define: a function, or a parameter of one. */
export function unknownName(tokens: readonly JqToken[], names: readonly (string | undefined)[]): string | undefined {
  const defined = definedNames(tokens);
  return names.find((name, index) => name !== undefined && !name.startsWith('$') && !isLabel(tokens, index) && !JQ_NAMES.has(name) && !defined.has(name));
}

/** The names that an expression defines itself. */
export function definedNames(tokens: readonly JqToken[]): ReadonlySet<string> {
  return new Set(tokens.flatMap((_token, index) => definedAt(tokens, index)));
}

/** `def name(parameter; $parameter):` */
function definedAt(tokens: readonly JqToken[], index: number): string[] {
  if (tokens[index].text !== 'def' || tokens[index].kind !== 'word') return [];
  const end = tokens.findIndex(({ text }, at) => at > index && text === ':');
  return tokens.slice(index + 1, end === -1 ? undefined : end).filter(({ kind }) => kind === 'word').map(({ text }) => text);
}

/** After `label $` and `break $` stands a name of the expression's own. */
function isLabel(tokens: readonly JqToken[], index: number): boolean {
  return tokens[index - 1]?.text === '$';
}

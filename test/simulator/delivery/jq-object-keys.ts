/**
 * The keys that a jq object construction names, `{a: …, "b": …}`. Firehose compares them with the prefix when a stream is created, and
 * takes no other form of query.
 */

const OPENING: { readonly [bracket: string]: string } = { '{': '}', '[': ']', '(': ')' };

/** The keys, in order; throws for a query that is no plain object construction. */
export function jqObjectKeys(query: string): string[] {
  const text = query.trim();
  if (!text.startsWith('{') || closingBracket(text, 0) !== text.length - 1) {
    throw new Error(`${query}: a MetadataExtractionQuery must be one object construction, {key: expression, …}`);
  }
  const keys = splitAtCommas(text.slice(1, -1)).map(entry => key(entry, query));
  const twice = keys.find((name, index) => keys.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`${query}: the key ${twice} is there twice`);
  return keys;
}

function key(entry: string, query: string): string {
  const match = /^\s*(?:([A-Za-z_][A-Za-z0-9_]*)|"([^"\\]*)")\s*:[^:]/.exec(entry);
  if (!match) throw new Error(`${query}: cannot tell the key of ${JSON.stringify(entry.trim())}`);
  return match[1] ?? match[2];
}

function splitAtCommas(text: string): string[] {
  const entries: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === ',') {
      entries.push(text.slice(start, at));
      start = at + 1;
    } else {
      at = afterGroup(text, at);
    }
  }
  return [...entries, text.slice(start)];
}

/** The last position of the string or of the bracketed group that starts here, or the position itself. */
function afterGroup(text: string, at: number): number {
  if (text[at] === '"') return closingQuote(text, at);
  if (text[at] in OPENING) return closingBracket(text, at);
  if (text[at] === '#') throw new Error(`${text}: a comment in a MetadataExtractionQuery is not known to work`);
  return at;
}

function closingBracket(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === OPENING[text[start]]) return at;
    at = afterGroup(text, at);
  }
  throw new Error(`${text}: ${text[start]} is not closed`);
}

/** jq's strings may contain expressions, `"\(…)"`, with strings of their own. */
function closingQuote(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '"') return at;
    if (text[at] === '\\') at = text[at + 1] === '(' ? closingBracket(text, at + 1) : at + 1;
  }
  throw new Error(`${text}: a string is not closed`);
}

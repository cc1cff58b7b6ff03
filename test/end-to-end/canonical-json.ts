// Compares texts by the JSON that they are, whatever the order of their keys and the white space.

/** How many of the differences are shown, and how much of each. */
const SHOWN = 3;
const SHOWN_CHARACTERS = 1000;

/** A text's JSON with its keys in order; a text that is none says so. */
export function canonical(text: string): string {
  try {
    return JSON.stringify(sorted(JSON.parse(text)));
  } catch {
    return `no JSON: ${text}`;
  }
}

/** What only one of two lists has, in whatever order they are. */
export function differences(actual: readonly string[], expected: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const text of actual) counts.set(text, (counts.get(text) ?? 0) + 1);
  for (const text of expected) counts.set(text, (counts.get(text) ?? 0) - 1);
  const different = [...counts].filter(([, count]) => count !== 0);
  return different.slice(0, SHOWN).map(([text, count]) => `${count > 0 ? 'unexpected' : 'missing'}: ${text.slice(0, SHOWN_CHARACTERS)}`);
}

/** Objects as lists of their entries, in order; `__proto__` stays a key like any other. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return { object: Object.entries(value).map(([key, member]) => [key, sorted(member)]).sort(([a], [b]) => String(a) < String(b) ? -1 : 1) };
}

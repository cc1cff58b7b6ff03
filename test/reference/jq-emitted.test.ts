// Every query that the library emits, on jq 1.6, over events that hold whatever JSON can hold: each has a place, and one that is found.

import { isDeepStrictEqual } from 'node:util';
import { EmittedQuery, emittedQueries } from './emitted-jq';
import { OddEvent, oddEvents, READABLE, UNREADABLE } from './jq-events';
import { EmbeddedJq } from '../simulator/embedded/jq';
import type { JqResult } from '../simulator/engines';
import { Jq16 } from '../simulator/reference/jq';

const jq16 = new Jq16();
const embedded = new EmbeddedJq();

const QUERIES = emittedQueries();
const queryNamed = (name: string): EmittedQuery => QUERIES.find(query => query.name === name)!;
const eventsFor = ({ paths, listed }: EmittedQuery): OddEvent[] => oddEvents(paths, listed);

const WITH_NUL = ['detail.tenant: "\\u0000"', 'detail.tenant: "\\u0000a"'];
const NAN = 'detail.tenant: "nan"';

/** Where the embedded jq, a newer one, yields something else: a text with NUL ends there for parts of jq 1.6, and `nan` in a text is no number in newer ones. */
const DIFFERENT: { readonly [name: string]: readonly string[] } = {
  'fromJq .detail.tenant | tonumber': [NAN],
  'fromJq .detail.tenant | fromjson': [...WITH_NUL, NAN],
  'fromJq .detail.tenant | fromjson? // "a"': [...WITH_NUL, NAN],
  'fromJq .detail.tenant | contains("a")': ['detail.tenant: "\\u0000a"'],
  'fromJq .detail.tenant | inside("acme")': ['detail.tenant: "\\u0000"', 'detail.tenant: "a\\u0000"', 'detail.tenant: "\\u0000a"', 'detail.tenant: "acme\\u0000"'],
};

/** What is safe in an S3 key, in a Hive path, and in a comma-separated enum. */
const SAFE = /^[A-Za-z0-9._-]{1,64}$/;

/** The events that have no place, or none that is found, by their names. */
function misplaced({ projected }: EmittedQuery, events: readonly OddEvent[], results: readonly JqResult[]): string[] {
  const keys = Object.keys(projected);
  return events.flatMap(({ name }, index) => {
    const { output, error } = results[index];
    if (error !== undefined) return [`${name}: ${error}`];
    const values = output as { [key: string]: unknown };
    const problems = keys.filter(key => typeof values[key] !== 'string' || !SAFE.test(values[key]) || !projected[key].includes(values[key]));
    if (Object.keys(values).length !== keys.length) problems.push('other keys');
    return problems.map(key => `${name}: ${key}: ${JSON.stringify(values[key])}`);
  });
}

test.each(QUERIES.map(query => [query.name, query] as const))('%s: every event has a place in the table, and the embedded jq agrees', async (_name, query) => {
  const events = eventsFor(query);
  const records = events.map(({ text }) => text);
  const results = await jq16.run(query.query, records);
  expect(misplaced(query, events, results)).toEqual([]);
  const others = await embedded.run(query.query, records);
  const different = events.filter((_event, index) => !isDeepStrictEqual(results[index], others[index]));
  expect(different.map(({ name }) => name)).toEqual(DIFFERENT[query.name] ?? []);
});

test.each(QUERIES.filter(({ yieldsAll }) => yieldsAll).map(query => [query.name, query] as const))('%s: each value of the projection comes out for a value that is listed', async (_name, query) => {
  const [key] = Object.keys(query.projected);
  const results = await jq16.run(query.query, eventsFor(query).map(({ text }) => text));
  const seen = new Set(results.map(({ output }) => (output as { [name: string]: string })[key]));
  expect(query.projected[key].filter(value => !seen.has(value))).toEqual([]);
});

test('the longest query leaves no room for another value', () => {
  const { length } = queryNamed('the longest query').query;
  expect(length).toBeLessThanOrEqual(5120);
  expect(length).toBeGreaterThan(5120 - 62);
});

test.each(UNREADABLE)('$name in an event: jq 1.6 does not read it, whatever the query, and the embedded jq neither', async ({ text }) => {
  JSON.parse(text);
  expect((await jq16.run('{a:"x"}', [text]))[0].error).toContain('not JSON');
  expect((await embedded.run('{a:"x"}', [text]))[0].error).toContain('not JSON');
});

test.each(READABLE)('$name in an event has a place', async ({ name, text }) => {
  const query = queryNamed('the default');
  expect(misplaced(query, [{ name, text }], await jq16.run(query.query, [text]))).toEqual([]);
  expect(misplaced(query, [{ name, text }], await embedded.run(query.query, [text]))).toEqual([]);
});

describe('a query that lacks a guard is found out', () => {
  test.each([
    ['the default', ' // "other"', ''],
    ['the default', 'if type == "string" then . else "" end', '.'],
    ['the default', '"other"', '""'],
    ['the default', '"other"', '"others"'],
    ['the default', '"other"', '.source'],
    ['sources', ' // "other"', ''],
    ['accounts', 'if type == "string" then . else "" end', '.'],
    ['values of a tenant', ')?)]', '))]'],
    ['values of a tenant', 'else "" end', 'else . end'],
    ['values of a tenant', '[limit(1;(.detail.tenant)?)][0]', '.detail.tenant'],
    ['fromJq .detail | .. | strings', '[limit(1;(.detail | .. | strings)?)][0]', '((.detail | .. | strings)?)'],
  ])('%s, where %s is %p', async (name, guard, instead) => {
    const query = queryNamed(name);
    const altered = query.query.replaceAll(guard, () => instead);
    expect(altered).not.toBe(query.query);
    const events = eventsFor(query);
    expect(misplaced(query, events, await jq16.run(altered, events.map(({ text }) => text)))).not.toEqual([]);
  });

  test('in parentheses that Firehose does not add', async () => {
    const { query } = queryNamed('the default');
    const altered = query.replace(/^\{event_type:\((.*)\)\}$/, '{event_type:$1}');
    expect(altered).not.toBe(query);
    await expect(jq16.run(altered, ['{}'])).rejects.toThrow('jq does not compile');
  });
});

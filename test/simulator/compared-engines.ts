/**
 * Two sets of engines side by side: the first one's answers count, and one that the second does not give too is an error. So whatever
 * runs on these runs on both.
 */

import { isDeepStrictEqual } from 'node:util';
import { differencesInAnswers } from './catalog/answers';
import type { CompiledPattern, Engines, GlueResource, JqEngine, JqResult, JsonObject, ObjectStore, PatternEngine, QueryEngine, QueryResult } from './engines';

/** How much of a value an error shows. */
const SHOWN = 500;

/** Where two sets of engines do not say the same. Nothing should catch it. */
export class EnginesDiffer extends Error {}

/** What an engine gave, or why it did not. */
type Attempt<T> = { readonly value: T; readonly error?: undefined } | { readonly error: Error };

/** A set that asks both. */
export function comparedEngines(first: Engines, second: Engines): Engines {
  return {
    name: `${first.name} and ${second.name}`,
    patterns: new ComparedPatterns(first, second),
    jq: new ComparedJq(first, second),
    sql: new ComparedSql(first, second),
  };
}

class ComparedPatterns implements PatternEngine {
  public constructor(private readonly first: Engines, private readonly second: Engines) {}

  public compile(pattern: JsonObject): CompiledPattern {
    const [one, other] = [this.first, this.second].map(({ patterns }) => attempt(() => patterns.compile(pattern)));
    this.agree(succeeded(one), succeeded(other), pattern);
    const [ours, theirs] = [valueOf(one), valueOf(other)];
    return {
      matches: event => {
        const matches = ours.matches(event);
        this.agree(matches, theirs.matches(event), pattern, event);
        return matches;
      },
    };
  }

  private agree(one: boolean, other: boolean, ...about: unknown[]): void {
    if (one !== other) throw new EnginesDiffer(`${this.first.name} says ${one} and ${this.second.name} ${other} of ${about.map(show).join(' and ')}`);
  }
}

class ComparedJq implements JqEngine {
  public constructor(private readonly first: Engines, private readonly second: Engines) {}

  public async run(query: string, records: string[]): Promise<JqResult[]> {
    const [ours, theirs] = [await this.first.jq.run(query, records), await this.second.jq.run(query, records)];
    ours.forEach((result, index) => {
      if (sameResult(result, theirs[index])) return;
      throw new EnginesDiffer(`${show(query)} of ${show(records[index])}: ${this.first.name} ${show(result)}, ${this.second.name} ${show(theirs[index])}`);
    });
    return ours;
  }
}

/** What jq says of an error differs between its versions; that it is one does not. */
function sameResult(one: JqResult, other: JqResult): boolean {
  if (one.error !== undefined || other.error !== undefined) return one.error !== undefined && other.error !== undefined;
  return isDeepStrictEqual(one.output, other.output);
}

class ComparedSql implements QueryEngine {
  public constructor(private readonly first: Engines, private readonly second: Engines) {}

  public async open(catalog: GlueResource[], store: ObjectStore): Promise<void> {
    const [one, other] = [await attemptAsync(this.first.sql.open(catalog, store)), await attemptAsync(this.second.sql.open(catalog, store))];
    valueOf(one);
    valueOf(other);
  }

  public async query(database: string, sql: string): Promise<QueryResult> {
    const [one, other] = [await attemptAsync(this.first.sql.query(database, sql)), await attemptAsync(this.second.sql.query(database, sql))];
    if (succeeded(one) !== succeeded(other)) throw new EnginesDiffer(`${this.first.name}: ${outcome(one)}, ${this.second.name}: ${outcome(other)}, of ${sql}`);
    const [ours, theirs] = [valueOf(one), valueOf(other)];
    const differences = differencesInAnswers(ours, theirs, sql);
    if (differences.length) throw new EnginesDiffer(`${this.first.name} and ${this.second.name} differ in ${differences.slice(0, 5).join('; ')}, of ${sql}`);
    return ours;
  }

  public async close(): Promise<void> {
    await this.first.sql.close();
    await this.second.sql.close();
  }
}

function attempt<T>(act: () => T): Attempt<T> {
  try {
    return { value: act() };
  } catch (error) {
    return { error: error as Error };
  }
}

async function attemptAsync<T>(act: Promise<T>): Promise<Attempt<T>> {
  return act.then(value => ({ value }), (error: Error) => ({ error }));
}

function succeeded(tried: Attempt<unknown>): boolean {
  return tried.error === undefined;
}

function outcome(tried: Attempt<unknown>): string {
  return tried.error ? `failed (${tried.error.message})` : 'answered';
}

function valueOf<T>(tried: Attempt<T>): T {
  if (tried.error !== undefined) throw tried.error;
  return tried.value;
}

function show(value: unknown): string {
  return (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, SHOWN);
}

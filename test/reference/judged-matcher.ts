// The embedded matcher with event-ruler beside it, to stand in its place: it fails where the two differ.

import type * as matcher from '../../src/private/event-pattern-matcher';
import type { JsonObject } from '../simulator/engines';
import { EventRulerPatterns } from '../simulator/reference/event-ruler';

/** What is longer is there to be slow, and on event-ruler it is: its stepwise way takes each element of an array with each of the others. */
const MAX_LENGTH = 10_000;

/** Where the embedded matcher keeps to EventBridge's documentation and event-ruler does not. */
const STRICTER = /between -5e9 and 5e9$|at most 1000 combinations$|"anything-but":\{"[a-z-]+":\[\]\}\};/;

/** What event-ruler 2.1.0 gets wrong, or cannot be asked. The tests say so, each at its row. */
const EXCEPTIONS: ReadonlySet<string> = new Set([
  [{ field: [{ cidr: '80.0.0.0/8' }] }, { field: 5000000000 }],
  [{ $or: [{ a: ['x'] }, { a: ['x', 'y'] }] }, { a: 'y' }],
].map(each => JSON.stringify(each)));

const embedded: typeof matcher = jest.requireActual('../../src/private/event-pattern-matcher');
const ruler = new EventRulerPatterns();

afterAll(() => ruler.close());

/** Compiles and judges as the embedded matcher does. */
export class EventPatternMatcher {
  private readonly sound: matcher.EventPatternMatcher;

  constructor(private readonly pattern: object) {
    try {
      this.sound = new embedded.EventPatternMatcher(pattern);
    } catch (error) {
      const { message } = error as Error;
      if (STRICTER.test(message)) throw error;
      expect(() => ruler.compile(pattern as JsonObject)).toThrow();
      throw error;
    }
  }

  public matches(event: unknown): boolean {
    const matches = this.sound.matches(event);
    const text = JSON.stringify([this.pattern, event]);
    if (text.length > MAX_LENGTH || !isObject(event) || EXCEPTIONS.has(text)) return matches;
    const judged = ruler.compile(this.pattern as JsonObject).matches(event);
    if (judged !== matches) throw new Error(`event-ruler answers ${judged} for ${text}`);
    return matches;
  }
}

function isObject(event: unknown): event is JsonObject {
  return typeof event === 'object' && event !== null && !Array.isArray(event);
}

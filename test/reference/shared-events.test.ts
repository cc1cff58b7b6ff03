// event-ruler, AWS's own matcher, judges the overlaps that an archive warns of: what two patterns are said to share, both match as they are
// emitted, with the guard.

import { guard } from '../../src/events/guard';
import { fromEventPattern, LONGEST_ROLE_ARN, Pattern } from '../../src/events/patterns';
import { MatchedEvents } from '../../src/events/shared-event';
import { AUDIT_EVENT_CASES } from '../events/audit-event-samples';
import { EventRulerPatterns } from '../simulator/reference/event-ruler';

const OWN_ROLES = [LONGEST_ROLE_ARN, `${LONGEST_ROLE_ARN.slice(0, -1)}s`];

const CASES = AUDIT_EVENT_CASES.map(({ name, pattern: given }) => {
  const pattern = fromEventPattern(given);
  return { name, pattern, matched: new MatchedEvents(pattern, true) };
});

const ruler = new EventRulerPatterns();

afterAll(() => ruler.close());

/** The patterns, each with the events that it is said to share with the others. */
const SHARED = CASES.map(({ name, pattern, matched }) => ({
  name,
  pattern: guard(pattern, OWN_ROLES).pattern,
  events: CASES.filter(other => other.name !== name).flatMap(other => matched.sharedWith(other.matched) ?? []),
}));

function unmatched(asked: readonly { readonly name: string; readonly pattern: Pattern; readonly events: readonly object[] }[]): string[] {
  return ruler.judge(asked).flatMap(({ matches, refused }, index) => {
    const { name, events } = asked[index];
    if (refused !== undefined) return [`${name} is refused: ${refused}`];
    return events.filter((_event, number) => !matches![number]).map(event => `${name}: ${JSON.stringify(event)}`);
  });
}

test('every event that two patterns of the vocabulary are said to share is matched by both', () => {
  expect(SHARED.flatMap(({ events }) => events).length).toBeGreaterThan(500);
  expect(unmatched(SHARED)).toEqual([]);
});

test('an event that is not shared is noticed', () => {
  const [{ events }, ...others] = [...SHARED].sort((a, b) => b.events.length - a.events.length);
  expect(unmatched(others.map(each => ({ ...each, events })))).not.toEqual([]);
});

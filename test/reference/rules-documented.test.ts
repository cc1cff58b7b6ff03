/**
 * The tests of the embedded matcher, of the guard and of what fan-outs get, once more with event-ruler beside the matcher: what they say
 * of EventBridge holds for AWS's own engine too.
 */

import '../private/event-pattern-matcher.test';
import '../events/guard.test';
import '../events/captured-events.test';

jest.mock('../../src/private/event-pattern-matcher', () => jest.requireActual('./judged-matcher'));

test('a matcher that differs from event-ruler fails', () => {
  const { EventPatternMatcher } = jest.requireMock('../../src/private/event-pattern-matcher');
  const matcher = new EventPatternMatcher({ a: [1] });
  matcher.sound = { matches: () => true };
  expect(() => matcher.matches({ a: 2 })).toThrow('event-ruler answers false for [{"a":[1]},{"a":2}]');
});

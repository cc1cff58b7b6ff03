import { CapturedPattern, matchesPartners, withoutPartners } from '../../src/events/captured-events';
import type { Pattern } from '../../src/events/patterns';
import { EventPatternMatcher } from '../../src/private/event-pattern-matcher';
import { readEvents } from '../simulator/demo/demo-input';

const captured = (pattern: Pattern): CapturedPattern => ({ prop: 'eventPatterns[0]', given: pattern, resolved: pattern, references: '' });
const matches = (pattern: Pattern | undefined, event: object) => pattern !== undefined && new EventPatternMatcher(pattern).matches(event);

const PATTERNS: Pattern[] = [
  { source: [{ prefix: '' }] },
  { 'detail-type': ['AWS API Call via CloudTrail'] },
  { detail: { $or: [{ a: [1] }, { eventName: [{ prefix: 'Put' }] }] } },
  { source: ['aws.s3', 'aws.partner/example.com/1', 'aws.ssm'] },
  { source: ['aws.partner/example.com/1'] },
  { source: [{ prefix: 'aws.partner/' }, 'aws.s3'] },
];

const events = readEvents([]).map(({ event }) => event);
const partners = events.map(event => ({ ...event, source: 'aws.partner/example.com/1' }));

test.each(PATTERNS)('%j asks for the same as before, but for nothing of a partner', pattern => {
  const without = withoutPartners(captured(pattern));
  expect(without?.given).toEqual(without?.resolved);
  for (const event of events) expect(matches(without?.resolved, event)).toBe(matches(pattern, event));
  expect(partners.some(event => matches(pattern, event))).toBe(true);
  expect(partners.filter(event => matches(without?.resolved, event))).toEqual([]);
});

test('a condition on the source in an $or stays alone: another one would take its place, and ask for more', () => {
  const pattern: Pattern = { $or: [{ source: ['shop.orders'] }, { 'source': ['shop.billing'], 'detail-type': ['Invoice Paid'] }] };
  expect(withoutPartners(captured(pattern))?.resolved).toEqual(pattern);
  expect(matchesPartners(captured(pattern))).toBe(false);
  expect(matchesPartners(captured({ $or: [{ source: ['shop.orders'] }, { 'detail-type': ['x'] }] }))).toBe(true);
  expect(matchesPartners(captured({ $or: [{ source: [{ prefix: 'aws.' }] }] }))).toBe(true);
});

test('tokens stay tokens', () => {
  const token = '${Token[a.1]}';
  expect(withoutPartners({ prop: 'p', given: { source: [token, 'aws.partner/x'] }, resolved: { source: [{ Ref: 'A' }, 'aws.partner/x'] }, references: '' })?.given)
    .toEqual({ source: [token] });
});

test('a source whose operators cannot be joined with the condition stays as it is', () => {
  const pattern = { source: [{ wildcard: 'aws.*' }] };
  expect(withoutPartners(captured(pattern))?.resolved).toEqual(pattern);
});

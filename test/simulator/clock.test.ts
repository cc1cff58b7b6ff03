import { VirtualClock } from './clock';

const REAL_NOW = new Date('2026-11-20T12:00:00Z');

function clock(start: string): VirtualClock {
  return new VirtualClock(new Date(start), () => REAL_NOW);
}

test('the clock moves as it is told, and in the end is at the real now', () => {
  const virtual = clock('2026-11-19T23:59:59Z');
  virtual.advanceTo(new Date('2026-11-20T00:00:01Z'));
  expect(virtual.now).toEqual(new Date('2026-11-20T00:00:01Z'));
  virtual.catchUp();
  expect(virtual.now).toEqual(REAL_NOW);
});

test('the clock never passes the real now', () => {
  expect(() => clock('2026-11-20T12:00:01Z')).toThrow('the real now is 2026-11-20T12:00:00.000Z');
  expect(() => clock('2026-11-20T11:00:00Z').advanceTo(new Date('2026-11-20T12:00:00.001Z'))).toThrow('the real now is');
});

test('the clock never goes back', () => {
  expect(() => clock('2026-11-20T11:00:00Z').advanceTo(new Date('2026-11-20T10:59:59Z'))).toThrow('cannot go back');
});

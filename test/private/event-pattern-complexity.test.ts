import type { Stack } from 'aws-cdk-lib';
import type * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as sns from 'aws-cdk-lib/aws-sns';
import { complexityOf, wildcardComplexity } from '../../src/private/event-pattern-complexity';
import { synthesize, warnings } from '../synthesize';

const TOO_COMPLEX = { detail: { resource: [{ wildcard: '*:*:*:*:*:event-bus/*' }] } };

// As event-ruler's own MachineComplexityEvaluatorTest has them.
test.each<[number, string[]]>([
  [1, ['*']], [1, ['abc']], [3, ['*', 'ab*c']], [2, ['*ab']], [3, ['*aa']], [2, ['a*b']], [2, ['aa*']], [2, ['a*bc']], [3, ['a*bb']], [3, ['a*bcb']],
  [4, ['a*bbb']], [4, ['*ab*ad']], [3, ['*ab*d']], [4, ['*aba*']], [5, ['a*b*bb']], [4, ['a*b*cb']], [3, ['a*b*cd']], [4, ['a*b*b']], [4, ['a*bb*']],
  [3, ['ab*b*']], [3, ['ab*c', 'x*xx']], [4, ['*abc', '*abcde']], [4, ['a*bcd', 'ab*cd']], [7, ['a*aaa', 'aa*aa']], [4, ['a*bc', 'abc*d']],
  [3, ['abc*', 'abcde*']], [6, ['ab*cd', 'ab*wx', 'ab*yz']], [7, ['*ab*b*b*']], [17, ['*a*a*a*a*a*a*a*a*']],
])('%d is the measure of %j', (measure, texts) => {
  expect(wildcardComplexity(texts.map(text => [text]), '', 100)).toBe(measure);
});

test('what EventBridge is known to refuse has 11, one wildcard less has not', () => {
  expect(complexityOf(TOO_COMPLEX)).toBe(11);
  expect(complexityOf({ detail: { resource: [{ wildcard: '*:*:*:*:event-bus/*' }] } })).toBe(9);
  expect(complexityOf({ detail: { $or: [{ a: ['x'] }, { a: [{ 'anything-but': { wildcard: ['*:*:*:*:*:event-bus/*'] } }] }] } })).toBe(11);
  expect([3, 4].map(stacks => complexityOf({ a: ['w', 'x', 'y', 'z'].slice(0, stacks).map(name => ({ wildcard: `*:stack/${name}/*` })) }))).toEqual([9, 11]);
  expect(complexityOf({ source: ['*:*:*:*:*:*:*', { prefix: '*' }] })).toBe(0);
});

test('an archive warns of it where it takes patterns', () => {
  const warned = warnings({ eventPatterns: [TOO_COMPLEX] });
  expect(warned).toEqual([expect.stringMatching(/^eventPatterns\[0\]: got wildcards of the complexity 11 .*\[ack: cdk-event-audit-archive:complexPattern\]$/)]);
  expect(warnings({ eventPatterns: [{ detail: { key: [{ wildcard: 'shop*orders*' }] } }] })).toEqual([]);
  expect(() => synthesize({ eventPatterns: [TOO_COMPLEX] })).not.toThrow();
});

test('an $or counts the wildcards beside it once for each alternative, unless other values lead to them', () => {
  const beside = (field: string, alternatives: string[]) => complexityOf({ $or: alternatives.map(name => ({ [name]: ['x'] })), [field]: [{ wildcard: '*/lib/*' }] });
  expect([['x'], ['x', 'y'], ['x', 'y', 'z']].map(alternatives => beside('a', alternatives))).toEqual([4, 7, 10]);
  expect(beside('z', ['x', 'y'])).toBe(4);
});

test('what the archive adds counts: it has an $or', () => {
  const eventPattern = { detail: { arn: [{ wildcard: '*:*:*:*:bus/*' }] } };
  expect(complexityOf(eventPattern)).toBeLessThan(11);
  expect(warnings({ eventPatterns: [eventPattern] })).toEqual([expect.stringMatching(/complexity 11 or more with what the archive adds, by the measure .*complexPattern\]$/)]);
  const topic = (stack: Stack) => new targets.SnsTopic(new sns.Topic(stack, 'Topic'));
  const warned = (pattern: events.EventPattern) => warnings({}, { extend: (archive, stack) => archive.onEvent('Told', { eventPattern: pattern, target: topic(stack) }) });
  expect(warned(TOO_COMPLEX)).toEqual([expect.stringMatching(/^onEvent\("Told"\)\.eventPattern: got wildcards of the complexity 11 or more, by /)]);
  expect(warned(eventPattern)).toEqual([]);
});

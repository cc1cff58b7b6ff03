import { objectTimestamp, Prefix } from './prefix';

const AT = new Date('2026-01-02T03:04:05.678Z');

function evaluated(prefix: string, partitionKeys: { [name: string]: string } = {}): string {
  return Prefix.forData(prefix).evaluate({ timestamp: AT, partitionKeys });
}

test.each<[string, string]>([
  ['events/!{timestamp:yyyy-MM-dd}/', 'events/2026-01-02/'],
  ['!{timestamp:yyyy}/!{timestamp:MM/dd}/!{timestamp:HH_mm_ss}', '2026/01/02/03_04_05'],
  ['!{timestamp:\'year=\'yyyy\'\'\'it\'\'s\'}/', 'year=2026\'it\'s/'],
  ['plain/', 'plain/2026/01/02/03/'],
  ['', '2026/01/02/03/'],
  ['no-slash-!{timestamp:dd}', 'no-slash-02'],
])('%j evaluates to %j', (prefix, expected) => {
  expect(evaluated(prefix)).toBe(expected);
});

test('partition keys and random strings are filled in', () => {
  expect(evaluated('event_type=!{partitionKeyFromQuery:event_type}/', { event_type: 'login' })).toBe('event_type=login/');
  expect(evaluated('!{firehose:random-string}/')).toMatch(/^[A-Za-z0-9_-]{11}\/$/);
  expect(evaluated('!{firehose:random-string}/')).not.toBe(evaluated('!{firehose:random-string}/'));
});

test('the time is UTC whatever the machine\'s time zone', () => {
  expect(objectTimestamp(new Date('2026-11-20T23:59:59Z'))).toBe('2026-11-20-23-59-59');
});

test('an error prefix says which kind of error it is', () => {
  const prefix = Prefix.forErrors('errors/error_date=!{timestamp:yyyy-MM-dd}/!{firehose:error-output-type}/');
  expect(prefix.evaluate({ timestamp: AT, errorOutputType: 'processing-failed' })).toBe('errors/error_date=2026-01-02/processing-failed/');
});

test.each<[string, () => unknown, string]>([
  ['the kind of error in a data prefix', () => Prefix.forData('!{firehose:error-output-type}/'), 'error-output-type is for ErrorOutputPrefix only'],
  ['an error prefix that does not say the kind', () => Prefix.forErrors('errors/!{timestamp:yyyy}/'), 'needs !{firehose:error-output-type}'],
  ['a partition key in an error prefix', () => Prefix.forErrors('!{firehose:error-output-type}/!{partitionKeyFromQuery:a}/'), 'cannot have partition keys'],
  ['a namespace that is not known', () => Prefix.forData('!{partitionKeyFromLambda:a}/'), 'does not know !{partitionKeyFromLambda:a}'],
  ['a date pattern that is not known', () => Prefix.forData('!{timestamp:YYYY}/'), 'does not know YYYY'],
  ['an open quote', () => Prefix.forData('!{timestamp:\'yyyy}/'), 'a quote is not closed'],
  ['an open expression', () => Prefix.forData('a!{timestamp:yyyy'), 'not of the form !{namespace:value}'],
  ['an expression without a namespace', () => Prefix.forData('!{yyyy}/'), 'not of the form !{namespace:value}'],
  ['1,025 characters', () => Prefix.forData('a'.repeat(1002) + '!{timestamp:yyyy-MM-dd}'), 'a prefix of 1025 characters'],
  ['513 characters after evaluation', () => evaluated('!{partitionKeyFromQuery:a}', { a: 'a'.repeat(513) }), 'evaluates to 513 characters'],
])('%s is refused', (_name, make, message) => {
  expect(make).toThrow(message);
});

// The table of limits, and the props whose numbers and durations a service takes only so large.

import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { Duration, Size, SizeRoundingBehavior, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { EventAuditArchiveProps, FanOut, FanOutAuthorization, PartitionKey } from '../../src';
import { Limit, LIMITS } from '../../src/limits/limits';
import { synthesisError, synthesize } from '../synthesize';

const SOURCES = join(__dirname, '../../src');

/** What looks like a limit of AWS, and is the library's own choice. */
const OWN_CHOICES = [
  'MAX_LENGTH', 'MAX_ID_LENGTH', 'MAX_PREFIX_LENGTH', 'MAX_PARTITION_LENGTH', 'MAX_FIRST_NAME', 'MAX_CHOICES', 'LONGEST_TOKEN_VALUE', 'LONGEST_VALUE_SHOWN', 'LIMIT',
];

test('each limit has its source', () => {
  for (const { most, least = 0, source } of Object.values<Limit>(LIMITS)) {
    expect(most).toBeGreaterThan(least);
    expect(source).toMatch(/^https:\/\/(docs\.aws\.amazon\.com|github\.com\/aws)\//);
  }
});

test('no other file has a limit of AWS as a number', () => {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts') && !file.startsWith('limits'));
  const found = files.flatMap(file => readFileSync(join(SOURCES, file), 'utf8').match(/const (MAX|MIN|DEFAULT|LONGEST)_\w+ = [\d_]+;|const \w*(QUOTA|LIMIT)\w* = [\d_]+;/g) ?? []);
  expect(files.length).toBeGreaterThan(50);
  expect(found.filter(text => !OWN_CHOICES.some(name => text.startsWith(`const ${name} = `)))).toEqual([]);
});

const MOST_DAYS = 2_147_483_647;

describe('days', () => {
  const byType = { partitionKeys: [PartitionKey.eventType({ values: ['Order'] }), PartitionKey.receiptDate()] };
  const moved = (days: number) => [{ storageClass: s3.StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: Duration.days(days) }];

  test.each<[string, (days: number) => EventAuditArchiveProps]>([
    ['storage.retention', days => ({ storage: { retention: Duration.days(days) } })],
    ['storage.retentionByEventType["Order"]', days => ({ ...byType, storage: { retentionByEventType: { Order: Duration.days(days) } } })],
    ['storage.transitions[0].transitionAfter', days => ({ storage: { transitions: moved(days) } })],
    ['query.resultsRetention', days => ({ query: { resultsRetention: Duration.days(days) } })],
    ['trail.retention', days => ({ trail: { retention: Duration.days(days) } })],
    ['eventArchive.retention', days => ({ eventArchive: { retention: Duration.days(days) } })],
  ])('of %s are as many as an integer of the API has', (prop, props) => {
    expect(() => synthesize(props(MOST_DAYS))).not.toThrow();
    expect(synthesisError(props(MOST_DAYS + 1))).toBe(`${prop}: got ${MOST_DAYS + 1} days; give ${MOST_DAYS} days at most`);
  });
});

test('a rate is an integer of the API', () => {
  const props = (rateLimitPerSecond: number) => (stack: Stack) => {
    const authorization = FanOutAuthorization.basic({ secret: new secretsmanager.Secret(stack, 'Secret') });
    return { fanOut: { Siem: FanOut.http({ url: 'https://siem.example.com/', authorization, rateLimitPerSecond }) } };
  };
  expect(() => synthesize(props(MOST_DAYS))).not.toThrow();
  expect(synthesisError(props(MOST_DAYS + 1))).toBe(`FanOut.http.rateLimitPerSecond: got ${MOST_DAYS + 1}; give a whole number of requests a second, 1 to ${MOST_DAYS}`);
});

test('the bytes that a query may scan are an integer of 64 bits', () => {
  const props = (pebibytes: number) => ({ query: { bytesScannedLimit: Size.pebibytes(pebibytes) } });
  expect(Size.pebibytes(8192).toBytes({ rounding: SizeRoundingBehavior.NONE })).toBe(2 ** 63);
  expect(() => synthesize(props(8191))).not.toThrow();
  expect(synthesisError(props(8192))).toContain('query.bytesScannedLimit: got 9223372036854776000 bytes; Athena accepts 10,000,000 bytes or more, Size.mebibytes(10) for example, up to 8 EiB');
});

// event-ruler, AWS's own matcher, judges the vocabulary: each pattern, by itself and with the guard, matches the samples that are meant and
// no near miss. And the services' own models say which of them have the calls that the CIS controls list.

import { spawnSync } from 'node:child_process';
import { AuditEvents } from '../../src';
import { guard } from '../../src/events/guard';
import { fromEventPattern, LONGEST_ROLE_ARN, Pattern } from '../../src/events/patterns';
import { AuditEventCase, AUDIT_EVENT_CASES, CIS_CALLS, CIS_CASES, namesIn, SAMPLES } from '../events/audit-event-samples';
import { CALLS_OF_SEVERAL_SERVICES, CIS_SERVICES } from '../events/cis-calls-elsewhere';
import { EventRulerPatterns } from '../simulator/reference/event-ruler';
import { installation } from '../simulator/reference/installation';

/** What event-ruler is asked at once: each with all samples, of which some are of 250 KB. */
const PATTERNS_AT_ONCE = 10;

const OWN_ROLES = [LONGEST_ROLE_ARN, `${LONGEST_ROLE_ARN.slice(0, -1)}s`];

const ruler = new EventRulerPatterns();

afterAll(() => ruler.close());

/** A case with a pattern to judge by it. */
interface Judged {
  readonly name: string;
  readonly pattern: Pattern;
  readonly events: readonly object[];
  readonly expected: readonly boolean[];
}

function judgedBy({ name, isMeant, matches, nearMisses }: AuditEventCase, pattern: Pattern): Judged {
  return {
    name,
    pattern,
    events: [...SAMPLES, ...Object.values(matches), ...Object.values(nearMisses)],
    expected: [...SAMPLES.map(event => isMeant(event)), ...Object.values(matches).map(() => true), ...Object.values(nearMisses).map(() => false)],
  };
}

/** The events that event-ruler judges otherwise, and the patterns that it refuses. */
function differences(questions: readonly Judged[]): string[] {
  const different: string[] = [];
  for (let start = 0; start < questions.length; start += PATTERNS_AT_ONCE) {
    const asked = questions.slice(start, start + PATTERNS_AT_ONCE);
    ruler.judge(asked).forEach(({ matches, refused }, index) => {
      const { name, events, expected } = asked[index];
      if (refused !== undefined) different.push(`${name} is refused: ${refused}`);
      else different.push(...events.filter((_event, number) => matches![number] !== expected[number]).map(event => `${name}: ${JSON.stringify(event).slice(0, 300)}`));
    });
  }
  return different;
}

test('each pattern is taken, and matches what is meant and nothing that is nearly so', () => {
  expect(differences(AUDIT_EVENT_CASES.map(each => judgedBy(each, fromEventPattern(each.pattern))))).toEqual([]);
});

test('so it does with the guard', () => {
  const guarded = AUDIT_EVENT_CASES.map(each => judgedBy(each, guard(fromEventPattern(each.pattern), OWN_ROLES).pattern));
  expect(guarded.filter(({ pattern }) => JSON.stringify(pattern).includes(LONGEST_ROLE_ARN)).length).toBeGreaterThan(5);
  expect(differences(guarded)).toEqual([]);
});

test('all CIS controls together, guarded, match what each of them matches', () => {
  const cases = [...CIS_CASES.values()];
  const events = [...SAMPLES, ...cases.flatMap(({ matches }) => Object.values(matches))];
  const matchedBy = (patterns: readonly Pattern[]) => {
    const answers = ruler.judge(patterns.map(pattern => ({ pattern, events })));
    expect(answers.map(({ refused }) => refused).filter(Boolean)).toEqual([]);
    return events.map((_event, index) => answers.some(({ matches }) => matches![index]));
  };
  const together = matchedBy(AuditEvents.cisFoundations().map(pattern => guard(fromEventPattern(pattern), OWN_ROLES).pattern));
  expect(together).toEqual(matchedBy(cases.map(({ pattern }) => fromEventPattern(pattern))));
  expect(together).toContain(false);
});

test.each<[string, string, (text: string) => string]>([
  ['by which a missing MFAUsed is a second factor', 'cisSignInsWithoutMfa()', text => text.replace('{"exists":false},', '')],
  ['by which a call without readOnly is a read', 'cloudTrailApiCalls(onlyWrites)', text => text.replace(',{"exists":false}', '')],
  ['that takes exact names of Lambda\'s calls', 'lambdaEventSourceMappingChanges()', text => text.replace(/\{"prefix":("[^"]+")\}/g, '$1')],
  ['that lacks a call of a control', 'cisVpcChanges()', text => text.replace('"CreateVpc",', '')],
  ['that is none', 'cisRootActivity()', text => text.replace('"exists":false', '"exists":"no"')],
])('event-ruler catches a pattern %s', (_what, name, alter) => {
  const each = AUDIT_EVENT_CASES.find(({ name: other }) => other === name)!;
  const text = JSON.stringify(fromEventPattern(each.pattern));
  expect(alter(text)).not.toBe(text);
  expect(differences([judgedBy(each, JSON.parse(alter(text)) as Pattern)])).not.toEqual([]);
});

/** Prints the version of botocore, which comes with moto, and the names of the operations in its models, by the service. */
const PRINT_OPERATIONS = `
import botocore, botocore.session, json, sys
session = botocore.session.get_session()
print(json.dumps([botocore.__version__, {name: session.get_service_model(name).operation_names for name in sys.argv[1:]}]))
`;

describe('the calls of the CIS controls', () => {
  const { stdout, stderr } = spawnSync(installation().python, ['-c', PRINT_OPERATIONS, ...CIS_SERVICES], { encoding: 'utf8', maxBuffer: 2 ** 24 });
  if (!stdout) throw new Error(stderr);
  const [, operations] = JSON.parse(stdout) as [string, { readonly [service: string]: readonly string[] }];
  const listed = CIS_CALLS.flatMap(({ service, benchmark, stricter }) => namesIn(`${benchmark} ${stricter}`).map(name => ({ service, name })));

  /** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html */
  const ONLY_IN_RECORDS = namesIn('{Put,Delete}{Bucket,Account}PublicAccessBlock PutBucketObjectLockConfiguration');

  test('are calls of the service that they are listed for, but for some of S3 that CloudTrail names otherwise', () => {
    const missing = listed.filter(({ service, name }) => !operations[service].includes(name)).map(({ name }) => name);
    expect(missing.sort()).toEqual([...ONLY_IN_RECORDS].sort());
  });

  test('are those of several services that the table says, and no others', () => {
    const several = Object.fromEntries([...new Set(listed.map(({ name }) => name))]
      .map((name): [string, string[]] => [name, CIS_SERVICES.filter(service => operations[service].includes(name))])
      .filter(([, services]) => services.length > 1));
    expect(several).toEqual(CALLS_OF_SEVERAL_SERVICES);
    for (const { service, name } of listed) expect((CALLS_OF_SEVERAL_SERVICES[name] ?? [service]).includes(service)).toBe(true);
  });
});

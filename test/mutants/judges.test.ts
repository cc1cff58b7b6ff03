import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { archives, sourceOf } from './archives';
import { mutantsOf } from './generator';
import { Court, Judge, JUDGES } from './judges';
import { walkArchive } from '../simulator/permissions/walker';

const [byDefault, full] = archives().map(archive => ({ archive, mutants: mutantsOf(sourceOf(archive)) }));
const folder = fs.mkdtempSync(path.join(tmpdir(), 'event-audit-archive-judges-'));
const courts = new Map<typeof full, Promise<Court>>();

afterAll(async () => {
  for (const court of courts.values()) await (await court).close();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** Stands in for cfn-lint, which is not of Node: it knows one thing, and says it of the whole template and of the mutant alike. */
const cfnLint = {
  findings: async (template: object) => {
    const [, retention] = /"RetentionInDays":(\d+)/.exec(JSON.stringify(template)) ?? [];
    const [logGroup] = Object.keys((template as { Resources: object }).Resources).filter(id => id.includes('ErrorLog'));
    return retention === '366' ? [`E3030 Resources/${logGroup}/Properties/RetentionInDays: 366 is not one of …`] : [];
  },
};

/** One court for each archive. */
function courtOf(judged: typeof full): Promise<Court> {
  const { archive } = judged;
  const now = new Date(Date.now() - 60_000);
  const court = courts.get(judged) ?? Court.open({ archive, walk: walkArchive, cfnLint, folder: path.join(folder, archive.name), now });
  courts.set(judged, court);
  return court;
}

/** The one mutant whose id is like this. */
function mutant({ mutants }: typeof full, id: RegExp) {
  const found = mutants.filter(candidate => id.test(candidate.id));
  expect(found.map(candidate => candidate.id)).toHaveLength(1);
  return found[0];
}

/** Mutants that one judge notices and no other does, or nobody. */
const NOTICED: [judge: Judge | undefined, archive: typeof full, id: RegExp, why: RegExp][] = [
  ['simulator', byDefault, /^AuditDeliveryStream\w+\.Properties\.\S+\.CompressionFormat value ZIP$/, /the simulator knows GZIP, UNCOMPRESSED/],
  ['walker', full, /^AuditDeliveryWritePolicy\w+\.Properties\.PolicyDocument\.Statement\[3\]\.Condition delete$/, /may kms:\w+ on/],
  ['outcome', byDefault, /^AuditCaptureRule\w+\.Properties\.EventPattern\.detail\.\$or\[0\]\.eventName\[1\]\.anything-but\[0\] remove$/, /^run: events\.0/],
  ['outcome', byDefault, /^AuditDeliveryStream\w+\.Properties\.\S+BufferingHints\.SizeInMBs -1$/, /^full buffer: /],
  ['outcome', byDefault, /^AuditCatalogTable\w+\.Properties\.\S+\.projection\.event_type\.values token 14 other delete$/, /^run: AuditCatalogTable\w+ shows something else/],
  ['outcome', byDefault, /^AuditQueryLatestEvents\w+\.Properties\.QueryString token \d+ DESC swap ASC$/, /Latest events answers something else/],
  ['outcome', byDefault, /^AuditQueryResultsBucket[0-9A-F]{8}\.Properties\.\S+\.ExpirationInDays \+1$/, /^run: afterwards\.objects/],
  ['outcome', full, /^AuditFanOutSiemDestination\w+\.Properties\.InvocationRateLimitPerSecond \+1$/, /^burst: requests/],
  ['outcome', full, /^AuditFanOutConfluentBus6b93dcf0Rule2c543b09\w+\.Properties\.EventPattern\.source\[0\] character$/, /^run with all rules enabled: events/],
  ['posture', byDefault, /^AuditStorageArchive[0-9A-F]{8}\.Properties\.PublicAccessBlockConfiguration\.BlockPublicAcls flip$/, /not public/],
  ['cfn-lint', byDefault, /^AuditDeliveryErrorLog[0-9A-F]{8}\.Properties\.RetentionInDays \+1$/, /E3030/],
  [undefined, byDefault, /^AuditCaptureRule\w+\.Properties\.Description delete$/, /^$/],
];

/** What takes a stream's whole buffer is asked once. */
const SLOW = /BufferingHints/;

test.each([['default', byDefault], ['full', full]])('each judge notices what is his in the %s archive', async (_name, archive) => {
  const court = await courtOf(archive);
  for (const [judge, , id, why] of NOTICED.filter(([, of]) => of === archive)) {
    const verdict = await court.judge(mutant(archive, id));
    expect([verdict.judge, verdict.why ?? '']).toEqual([judge, expect.stringMatching(why)]);
  }
});

test.each(JUDGES)('without the judge %s, what only that one notices survives', async judge => {
  const others = JUDGES.filter(name => name !== judge);
  const own = NOTICED.filter(([name, , id]) => name === judge && !SLOW.test(id.source));
  expect(own.length).toBeGreaterThan(0);
  for (const [, archive, id] of own) expect(await (await courtOf(archive)).judge(mutant(archive, id), others)).toEqual({});
});

test('the template itself is not noticed', async () => {
  const court = await courtOf(byDefault);
  const { id, replacement: _other, ...description } = mutant(byDefault, /^AuditCaptureRule\w+\.Properties\.Description empty$/);
  expect(await court.judge({ id, ...description, replacement: 'Archives events for audit' })).toEqual({});
});

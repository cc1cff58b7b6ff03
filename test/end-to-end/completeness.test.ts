// The archive against the log files of a trail: what either of them lacks is found, and nothing else.

import { cleanUp, run } from './archive-run';
import { ago, ask, call, compared, DAY, found, HOUR, LACKING, timeOf, UNLOGGED } from './compared-trail';
import { ACCOUNT, archiveWithTrail, asEvent, REGION, TRAIL_BUCKET } from './trail-samples';
import type { JsonObject } from '../simulator/engines';
import { writeDigest, writeInsights } from '../simulator/trail/log-files';
import type { Extend } from '../synthesize';

afterAll(cleanUp);

const MEMBER = '222222222222';
const MISSING = '1 missing, unless a pattern leaves it out: other calls of this name are archived';
const NO_SUCH_NAME = '2 no call of this name is archived: no rule captures it, or this was the only one';
const NOTHING_FROM_THERE = '3 nothing of this account and Region is archived: nothing forwards it, or capture is off';

const TYPES: { [type: string]: string } = { AwsConsoleSignIn: 'AWS Console Signin via CloudTrail', AwsServiceEvent: 'AWS Service Event via CloudTrail' };

describe('where both have the same', () => {
  const records = [
    call('CreateBucket'),
    call('RunInstances', { eventSource: 'ec2.amazonaws.com', errorCode: 'Client.UnauthorizedOperation' }),
    call('ConsoleLogin', { eventSource: 'signin.amazonaws.com', eventType: 'AwsConsoleSignIn' }),
    call('KeyRotation', { eventSource: 'kms.amazonaws.com', eventType: 'AwsServiceEvent', userIdentity: { accountId: ACCOUNT, invokedBy: 'kms.amazonaws.com' } }),
  ];
  const events = records.map(record => asEvent(record, { 'detail-type': TYPES[String(record.eventType)] ?? 'AWS API Call via CloudTrail' }));

  test('both queries say so, and how much they compared', async () => {
    const archive = await compared({ events, files: [{ records: records.slice(0, 3) }, { records: records.slice(3) }] });
    expect((await ask(archive, LACKING))).toEqual({
      summary: expect.objectContaining({ finding: '0 complete: the archive has every such call of the trail', calls_compared: 4, calls_lacking: 0 }),
      calls: [],
    });
    expect((await ask(archive, UNLOGGED))).toEqual({
      summary: expect.objectContaining({ finding: '0 complete: the trail has every such call of the archive', calls_compared: 4, calls_not_logged: 0 }),
      calls: [],
    });
  });

  test('duplicates in the archive and in the trail, and replays, count once', async () => {
    const [first] = events;
    const replayed = { event: { ...first.event, 'replay-name': 'again' } };
    const archive = await compared({ events: [...events, first, replayed], files: [{ records }, { records }] });
    for (const name of [LACKING, UNLOGGED]) expect([name, (await ask(archive, name)).calls]).toEqual([name, []]);
    expect((await ask(archive, LACKING)).summary.calls_compared).toBe(4);
  });

  test('digests and Insights of the trail are not read', async () => {
    const archive = await compared({ events, files: [{ records }] });
    const { store } = archive.simulation;
    writeDigest(store, { bucket: TRAIL_BUCKET }, ACCOUNT, REGION, ago(HOUR));
    writeInsights(store, { bucket: TRAIL_BUCKET }, { account: ACCOUNT, region: REGION, delivered: ago(2 * HOUR), records: [call('Insight')] });
    for (const name of [LACKING, UNLOGGED]) expect([name, (await ask(archive, name)).calls]).toEqual([name, []]);
  });

  test('where nothing is compared, they do not call it complete', async () => {
    const archive = await compared({});
    expect((await ask(archive, LACKING)).summary.finding).toBe('0 nothing was compared: the trail has no such call in this time');
    expect((await ask(archive, UNLOGGED)).summary.finding).toBe('0 nothing was compared: the archive has no such call in this time');
  });
});

describe('what the archive lacks', () => {
  test('is found, with who, what, when and in which log file', async () => {
    const records = [call('CreateBucket'), call('CreateBucket'), call('CreateBucket', { errorCode: 'AccessDenied' })];
    const archive = await compared({ events: [asEvent(records[0])], files: [{ records }] });
    const { summary, calls } = await ask(archive, LACKING);
    expect(summary).toMatchObject({ finding: '0 not complete: each call that the archive lacks has a row below, up to 999', calls_compared: 3, calls_lacking: 2 });
    expect(new Set(calls.map(row => row.event_id))).toEqual(new Set([records[1].eventID, records[2].eventID]));
    expect(calls.find(row => row.event_id === records[2].eventID)).toEqual({
      finding: MISSING,
      time: records[2].eventTime,
      account: ACCOUNT,
      region: REGION,
      event_source: 's3.amazonaws.com',
      event_name: 'CreateBucket',
      principal: `arn:aws:sts::${ACCOUNT}:assumed-role/Admin/ann`,
      source_ip_address: '192.0.2.1',
      error_code: 'AccessDenied',
      event_id: records[2].eventID,
      log_file: expect.stringMatching(`^s3://${TRAIL_BUCKET}/AWSLogs/${ACCOUNT}/CloudTrail/${REGION}/\\d{4}/\\d\\d/\\d\\d/${ACCOUNT}_CloudTrail_${REGION}_.{31}.json.gz$`),
      archived_of_this_name: 1,
      lacking_of_this_name: 2,
      calls_compared: 3,
      calls_lacking: 2,
    });
  });

  test('by a rule is told from what is missing', async () => {
    const template = archiveWithTrail({}, { eventPatterns: [{ source: ['aws.s3'], detailType: ['AWS API Call via CloudTrail'] }] });
    const captured = [call('CreateBucket'), call('CreateBucket')];
    const uncaptured = call('RunInstances', { eventSource: 'ec2.amazonaws.com' });
    const records = [...captured, uncaptured];
    const events = [captured[0], uncaptured].map(record => asEvent(record));
    const archive = await compared({ template, events, files: [{ records }] });
    expect(await found(archive, LACKING)).toEqual([[captured[1].eventID, MISSING], [uncaptured.eventID, NO_SUCH_NAME]]);
  });

  test('of reads is no gap, unless the archive captures them', async () => {
    const [read, dataRead] = [call('ListBuckets', { readOnly: true }), call('GetObject', { readOnly: true, managementEvent: false, eventCategory: 'Data' })];
    const events = [asEvent(call('CreateBucket'))];
    expect(await found(await compared({ events, files: [{ records: [read, dataRead] }] }), LACKING)).toEqual([[dataRead.eventID, NO_SUCH_NAME]]);
    const more: Extend = archive => archive.addCapture('Reads', { eventPatterns: [{ source: ['aws.iam'] }], includeReadOnlyApiCalls: true });
    for (const template of [archiveWithTrail({}, { includeReadOnlyApiCalls: true }), archiveWithTrail({}, {}, more)]) {
      expect(await found(await compared({ template, events, files: [{ records: [read] }] }), LACKING)).toEqual([[read.eventID, NO_SUCH_NAME]]);
    }
  });

  test('of reads that EventBridge does not hold back is a gap', async () => {
    const ofSts = { eventSource: 'sts.amazonaws.com', readOnly: true };
    const records = [
      call('AssumeRole', ofSts), call('GetSessionToken', ofSts), call('LookupEvents', { eventSource: 'cloudtrail.amazonaws.com', readOnly: true }),
      call('GetSigninToken', { eventSource: 'signin.amazonaws.com', eventType: 'AwsConsoleSignIn', readOnly: true }),
    ];
    const heldBack = [call('GetCallerIdentity', ofSts), call('GetSessionToken', { readOnly: true }), call('DescribeTable', { readOnly: false }), call('ListUsers')];
    const archive = await compared({ events: [asEvent(call('CreateBucket'))], files: [{ records: [...records, ...heldBack] }] });
    expect(new Set((await found(archive, LACKING)).map(([id]) => id))).toEqual(new Set(records.map(({ eventID }) => eventID)));
    const types = records.map(({ eventType }) => eventType === 'AwsConsoleSignIn' ? TYPES.AwsConsoleSignIn : 'AWS API Call via CloudTrail');
    const events = records.map((record, index) => asEvent(record, { 'detail-type': types[index] }));
    expect(await found(await compared({ events, files: [{ records }] }), LACKING)).toEqual([]);
  });

  test('of its own deliveries is no gap; of what else its roles do, and of what others do, is', async () => {
    const template = archiveWithTrail();
    const events = [asEvent(call('CreateBucket'))];
    const { simulation } = await run(template, []);
    const role = simulation.savedQueries().find(({ name }) => name === LACKING)!.sql.match(/arn:aws:iam::\d+:role\/[^']*Delivery[^']*/)![0];
    const by = (arn: string, eventName: string) => call(eventName, { userIdentity: { type: 'AssumedRole', sessionContext: { sessionIssuer: { arn } } } });
    const byUser = call('PutObject', { userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::${ACCOUNT}:user/ann` } });
    const records = [by(role, 'PutObject'), by(role, 'DeleteObject'), by(`${role}-of-others`, 'PutObject'), byUser];
    const gaps = await found(await compared({ template, events, files: [{ records }] }), LACKING);
    expect(new Set(gaps.map(([id]) => id))).toEqual(new Set(records.slice(1).map(({ eventID }) => eventID)));
  });

  test('in the last hour, or before the window, is not told', async () => {
    const records = [0.5 * HOUR, 49 * HOUR].map(age => call('CreateBucket', { eventTime: timeOf(ago(age)) }));
    const archive = await compared({ files: records.map((record, index) => ({ records: [record], delivered: ago([0, 48 * HOUR][index]) })) });
    expect((await ask(archive, LACKING)).summary).toMatchObject({ calls_compared: 0 });
  });

  test.each(['mine', 'aws.partner/example.com/1'])('is not hidden by an event that %s sent with the id of the call', async source => {
    const record = call('DeleteTrail', { eventSource: 'cloudtrail.amazonaws.com' });
    const archive = await compared({ events: [asEvent(record, { source }), asEvent(call('CreateBucket'))], files: [{ records: [record] }] });
    expect(await found(archive, LACKING)).toEqual([[record.eventID, NO_SUCH_NAME]]);
    expect(await found(archive, UNLOGGED)).toContainEqual([record.eventID, '1 not of AWS: somebody else sent it under this detail type']);
  });

  test('of another Region is told apart, until something of it is archived', async () => {
    const there = { region: 'eu-west-1' };
    const records = [1, 2].map(() => call('CreateBucket', { awsRegion: there.region }));
    const here = asEvent(call('CreateBucket'));
    const unforwarded = await found(await compared({ events: [here], files: [{ ...there, records }] }), LACKING);
    expect(unforwarded.map(([, finding]) => finding)).toEqual([NOTHING_FROM_THERE, NOTHING_FROM_THERE]);
    const forwarding = await compared({ events: [here, asEvent(records[0])], files: [{ ...there, records }] });
    expect(await found(forwarding, LACKING)).toEqual([[records[1].eventID, MISSING]]);
  });
});

describe('what the trail lacks', () => {
  test('is found, once for each event', async () => {
    const [both, archivedOnly] = [call('CreateBucket'), call('CreateBucket')];
    const event = asEvent(archivedOnly);
    const archive = await compared({ events: [asEvent(both), event, event], files: [{ records: [both] }] });
    const { summary, calls } = await ask(archive, UNLOGGED);
    expect(summary).toMatchObject({ finding: '0 not complete: each archived call that the trail lacks has a row below, up to 999', calls_compared: 2, calls_not_logged: 1 });
    expect(calls).toEqual([expect.objectContaining({
      finding: '2 missing: other calls of this name are in the trail',
      time: archivedOnly.eventTime,
      account: ACCOUNT,
      region: REGION,
      source: 'aws.s3',
      event_name: 'CreateBucket',
      principal: `arn:aws:sts::${ACCOUNT}:assumed-role/Admin/ann`,
      event_id: archivedOnly.eventID,
      id: event.event.id,
      replay_name: null,
      logged_of_this_name: 1,
      not_logged_of_this_name: 1,
    })]);
  });

  test('is told apart by what may be the reason', async () => {
    const here = call('CreateBucket');
    const cases: [JsonObject, string][] = [
      [call('DeleteTrail'), '3 no call of this name is in the trail: it leaves them out, or this was the only one'],
      [call('PutObject', { managementEvent: false, eventCategory: 'Data' }), '4 a data event: no selector of the trail has its kind'],
      [call('CreateBucket', { recipientAccountId: MEMBER }), '5 of an account whose log files cloudtrail_logs does not cover'],
      [call('CreateBucket', { awsRegion: 'eu-west-1' }), '6 of a Region that the trail does not record'],
    ];
    const template = archiveWithTrail({ isMultiRegion: false });
    const events = [here, ...cases.map(([record]) => record)].map(record => asEvent(record));
    const archive = await compared({ template, events, files: [{ records: [here] }] });
    expect(await found(archive, UNLOGGED)).toEqual(cases.map(([record, finding]) => [record.eventID, finding]));
  });

  test('of data events is not put down to the selectors where others of the name are logged', async () => {
    const [logged, lost] = [1, 2].map(() => call('PutObject', { managementEvent: false, eventCategory: 'Data' }));
    const archive = await compared({ events: [logged, lost].map(record => asEvent(record)), files: [{ records: [logged] }] });
    expect(await found(archive, UNLOGGED)).toEqual([
      [lost.eventID, '2 missing, unless no selector of the trail has it: a data event, and others of this name are in the trail'],
    ]);
  });

  test('in the last hour is not told, and a read that the trail has is no gap', async () => {
    const [recent, read] = [call('CreateBucket', { eventTime: timeOf(ago(0.5 * HOUR)) }), call('TestEventPattern', { readOnly: true })];
    const archive = await compared({ events: [asEvent(recent), asEvent(read)], files: [{ records: [read] }] });
    expect(await ask(archive, UNLOGGED)).toMatchObject({ summary: { calls_compared: 1 }, calls: [] });
  });
});

test('calls of the same name of two services are told apart', async () => {
  const both = call('DeleteTable', { eventSource: 'glue.amazonaws.com' });
  const [loggedOnly, archivedOnly] = [1, 2].map(() => call('DeleteTable', { eventSource: 'dynamodb.amazonaws.com' }));
  const lacking = await compared({ events: [asEvent(both)], files: [{ records: [both, loggedOnly] }] });
  expect(await found(lacking, LACKING)).toEqual([[loggedOnly.eventID, NO_SUCH_NAME]]);
  const unlogged = await compared({ events: [both, archivedOnly].map(record => asEvent(record)), files: [{ records: [both] }] });
  expect(await found(unlogged, UNLOGGED)).toEqual([[archivedOnly.eventID, '3 no call of this name is in the trail: it leaves them out, or this was the only one']]);
});

describe('around midnight', () => {
  const midnightOfYesterday = () => new Date(ago(DAY).setUTCHours(0, 0, 0, 0));
  const secondsFrom = (seconds: number) => new Date(midnightOfYesterday().getTime() + seconds * 1000);

  test('calls are compared from the first second of yesterday, wherever their files and objects lie', async () => {
    const before = call('CreateBucket', { eventTime: timeOf(secondsFrom(-1)) });
    const records = [0, 1, 60].map(seconds => call('CreateBucket', { eventTime: timeOf(secondsFrom(seconds)) }));
    // The first event reached the archive by a clock that was behind, the last log file came a day late.
    const { folder } = await compared({ events: [asEvent(records[0])], options: { start: secondsFrom(-5), end: secondsFrom(-1) } });
    const archive = await compared({
      events: [asEvent(records[1])],
      files: [
        { records: [before, records[0]], delivered: secondsFrom(300) },
        { records: [records[1]], delivered: secondsFrom(DAY / 1000) },
        { records: [records[2]], delivered: secondsFrom(300) },
      ],
      options: { start: secondsFrom(600), end: secondsFrom(660), folder },
    });
    const { store, ledger: { writtenObjects: [{ bucket }] } } = archive.simulation;
    expect(store.list(bucket, 'events/').map(({ key }) => /receipt_date=([^/]+)/.exec(key)![1]))
      .toEqual([-1, 0].map(seconds => secondsFrom(seconds).toISOString().slice(0, 10)));
    expect(await ask(archive, LACKING)).toMatchObject({ summary: { calls_compared: 3 }, calls: [{ event_id: records[2].eventID }] });
    expect(await ask(archive, UNLOGGED)).toMatchObject({ summary: { calls_compared: 2 }, calls: [] });
  });
});

describe('the logs of an organization', () => {
  const organizationId = 'o-exampleorgid';
  const template = archiveWithTrail({ organization: { organizationId, managementAccountId: ACCOUNT, accounts: [ACCOUNT, MEMBER] } });
  const place = { organizationId };
  const inMember = (eventName: string) => call(eventName, { recipientAccountId: MEMBER });

  test('are compared account by account', async () => {
    const [own, ownLost] = [call('CreateBucket'), call('CreateBucket')];
    const [forwarded, lost] = [inMember('CreateBucket'), inMember('CreateBucket')];
    const unlogged = inMember('CreateBucket');
    const archive = await compared({
      template,
      place,
      events: [own, forwarded, unlogged].map(record => asEvent(record)),
      files: [{ records: [own, ownLost] }, { account: MEMBER, records: [forwarded, lost] }],
    });
    const { calls } = await ask(archive, LACKING);
    const lacking = new Set([`${ACCOUNT} ${ownLost.eventID} ${MISSING}`, `${MEMBER} ${lost.eventID} ${MISSING}`]);
    expect(new Set(calls.map(row => `${row.account} ${row.event_id} ${row.finding}`))).toEqual(lacking);
    expect(await found(archive, UNLOGGED)).toEqual([[unlogged.eventID, '2 missing: other calls of this name are in the trail']]);
  });

  test('of an account that forwards nothing are told apart', async () => {
    const [own, theirs] = [call('CreateBucket'), inMember('CreateBucket')];
    const archive = await compared({ template, place, events: [asEvent(own)], files: [{ records: [own] }, { account: MEMBER, records: [theirs] }] });
    expect(await found(archive, LACKING)).toEqual([[theirs.eventID, NOTHING_FROM_THERE]]);
  });
});

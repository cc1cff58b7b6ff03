import { anApiCall, anEvent, cleanUp, Row, Run, run } from './archive-run';
import { synthesize } from './recent-archive';
import { IDENTITY_EVENTS } from '../events/identities';
import type { EventToSend } from '../simulator/demo/events-file';
import type { JsonObject } from '../simulator/engines';

const ROLE = 'arn:aws:iam::123456789012:role/Deploy';

/** Who the calls by the role are of. */
const SESSION = `${ROLE}/session`;

afterAll(cleanUp);

const template = synthesize().template.toJSON();

async function answer(archive: Run, name: string): Promise<Row[]> {
  const { result } = (await archive.savedQueries()).find(query => query.name === name)!;
  return result.rows.map(row => Object.fromEntries(result.columns.map((column, index) => [column.name, row[index]])));
}

/** Some columns of each row, numbers as numbers. */
const columns = (rows: Row[], ...names: string[]): unknown[][] => rows.map(row => names.map(name => typeof row[name] === 'bigint' ? Number(row[name]) : row[name]));

/** The same event once more, as EventBridge may deliver it. */
const call = anApiCall('s3', 'CreateBucket', ROLE, { errorCode: 'AccessDenied', errorMessage: 'no', sourceIPAddress: '192.0.2.1' });
const other = anApiCall('s3', 'DeleteBucket', ROLE);
const events = [
  call, call, other,
  anApiCall('iam', 'CreateUser', ROLE, { userIdentity: { type: 'AWSService', invokedBy: 'config.amazonaws.com' } }),
  anApiCall('iam', 'CreateUser', ROLE, { userIdentity: { type: 'Root' } }),
  anEvent({ time: '2026-11-19T13:00:00Z' }),
];

/** A failed call by the role, or what is given. */
const failure = (fields: JsonObject, envelope: JsonObject = {}): EventToSend => {
  const { event } = anApiCall('ec2', 'RunInstances', ROLE, { errorCode: 'Client.UnauthorizedOperation', ...fields });
  return { event: { ...event, ...envelope } };
};

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

/** Puts what a run archived into the partition of other days too, and that of its own day. */
function copyTo(archive: Run, ...days: number[]): void {
  const { store, ledger: { writtenObjects } } = archive.simulation;
  for (const { bucket, key } of [...writtenObjects]) {
    for (const day of days) store.put(bucket, key.replace(/receipt_date=[^/]+/, `receipt_date=${daysAgo(day)}`), store.get(bucket, key));
  }
}

describe('latest events', () => {
  test('the last that happened stands first, and each once', async () => {
    const rows = await answer(await run(template, events), 'Latest events');
    expect(rows).toHaveLength(5);
    expect(rows[0].time).toBe('2026-11-19T13:00:00Z');
    expect(new Set(rows.map(row => Number(row.events_in_all)))).toEqual(new Set([5]));
  });

  test('an event that arrives again the next day, or by a replay, is one row', async () => {
    const archive = await run(template, [call, { event: { ...call.event, 'replay-name': 'again' } }]);
    copyTo(archive, 1);
    expect(await answer(archive, 'Latest events')).toHaveLength(1);
  });

  test('what is dated ahead does not stand before all others, however much it is, and is counted', async () => {
    const ahead = Array.from({ length: 120 }, () => anEvent({ time: '2031-01-01T00:00:00Z' }));
    const now = anEvent({ time: `${new Date(Date.now() - 60_000).toISOString().slice(0, 19)}Z` });
    const rows = await answer(await run(template, [...ahead, ahead[0], now, anEvent(), anEvent({ time: 'no time' })]), 'Latest events');
    expect(columns(rows.slice(0, 3), 'id', 'dated_ahead')).toEqual([[now.event.id, false], [expect.anything(), false], [expect.anything(), true]]);
    expect(rows).toHaveLength(100);
    expect(columns(rows.slice(0, 1), 'events_dated_ahead', 'events_in_all')).toEqual([[121, 123]]);
  });
});

test('events by type and day count an event once, however often it was delivered', async () => {
  const rows = await answer(await run(template, events), 'Events by type and day');
  expect(rows.map(row => [row.detail_type, row.source, Number(row.events)])).toEqual([
    ['AWS API Call via CloudTrail', 'aws.iam', 2], ['AWS API Call via CloudTrail', 'aws.s3', 2], ['Parameter Store Change', 'aws.ssm', 1],
  ]);
});

describe('API calls by principal', () => {
  test('name the session of a role, and count a call once', async () => {
    const rows = await answer(await run(template, events), 'API calls by principal');
    expect(columns(rows, 'principal', 'account', 'event_source', 'calls', 'different_calls', 'failed_calls')).toEqual([
      [SESSION, '123456789012', 's3.amazonaws.com', 2, 2, 1],
      ['Root', '123456789012', 'iam.amazonaws.com', 1, 1, 0],
      ['config.amazonaws.com', '123456789012', 'iam.amazonaws.com', 1, 1, 0],
    ]);
  });

  test('have a row for each of two people behind one role, and for each account', async () => {
    const elsewhere = { event: { ...anApiCall('s3', 'DeleteBucket', ROLE).event, account: '222222222222' } };
    const rows = await answer(await run(template, [...IDENTITY_EVENTS, other, elsewhere]), 'API calls by principal');
    const people = columns(rows.filter(row => row.event_source === 'cloudtrail.amazonaws.com'), 'principal', 'calls', 'failed_calls');
    expect(people).toEqual(['john', 'mary'].map(name => [`arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0123/${name}@example.com`, 1, 1]));
    expect(columns(rows.filter(row => row.principal === SESSION), 'account', 'calls')).toEqual([['123456789012', 1], ['222222222222', 1]]);
  });

  test('count as failed what failed, and no success that has a code', async () => {
    const codes = ['AccessDenied', '403', '200', '204', '', 'Client.DryRunOperation', '2000', '20x'];
    const rows = await answer(await run(template, codes.map(errorCode => failure({ errorCode }))), 'API calls by principal');
    expect(columns(rows, 'calls', 'failed_calls')).toEqual([[8, 4]]);
  });
});

describe('failed API calls', () => {
  test('say who, what, why and from where, once for each caller, call and error', async () => {
    const later = failure({ sourceIPAddress: '192.0.2.9', errorMessage: 'not now' }, { time: '2026-11-19T12:30:00Z' });
    const rows = await answer(await run(template, [call, call, call, other, later, failure({ errorMessage: 'never' })]), 'Failed API calls');
    const found = rows.map(({ failures, rows_in_all: all, failures_in_all: sum, ...row }) => ({ ...row, counts: [failures, all, sum].map(Number) }));
    expect(found).toEqual([
      {
        by_aws_service: 'no',
        principal: SESSION,
        invoked_by: null,
        account: '123456789012',
        event_source: 'ec2.amazonaws.com',
        event_name: 'RunInstances',
        error: 'Client.UnauthorizedOperation',
        first_failure: '2026-11-19T12:00:00Z',
        last_failure: '2026-11-19T12:30:00Z',
        error_message: 'not now',
        source_ip_address: '192.0.2.9',
        id: expect.any(String),
        counts: [2, 2, 3],
      },
      expect.objectContaining({
        event_source: 's3.amazonaws.com',
        event_name: 'CreateBucket',
        error: 'AccessDenied',
        error_message: 'no',
        source_ip_address: '192.0.2.1',
        id: call.event.id,
        counts: [1, 2, 3],
      }),
    ]);
  });

  test('are those that failed: by code, or by a message alone, and not where the code says success or a dry run', async () => {
    const failed: JsonObject[] = [{ errorCode: 'AccessDenied' }, { errorCode: 403 }, { errorCode: null, errorMessage: 'message alone' }, { errorCode: '', errorMessage: 'empty code' }, { errorCode: '1200' }];
    const not: JsonObject[] = [
      { errorCode: '200' }, { errorCode: 200 }, { errorCode: '201', errorMessage: 'Created' }, { errorCode: '', errorMessage: '' }, { errorCode: null }, { errorCode: {} },
      { errorCode: 'Client.DryRunOperation', errorMessage: 'Request would have succeeded' }, { errorCode: 'DryRunOperation' }, { errorCode: 'DryRunOperationException' },
    ];
    const rows = await answer(await run(template, [...failed, ...not].map(fields => failure(fields))), 'Failed API calls');
    expect(new Set(rows.map(({ error }) => error))).toEqual(new Set(['AccessDenied', '403', 'message alone', 'empty code', '1200']));
  });

  test('include what a VPC endpoint denied, and nothing that it let through', async () => {
    const denied = { errorCode: 'VpceAccessDenied', errorMessage: 'The request was denied due to a VPC endpoint policy', eventType: 'AwsVpceEvent', userIdentity: { type: 'AWSAccount', principalId: 'AKIAEXAMPLE', accountId: '777788889999' } };
    const sent = [denied, { ...denied, errorCode: undefined, errorMessage: undefined }].map(fields => failure(fields as JsonObject, { 'detail-type': 'AWS Network Activity Event via CloudTrail' }));
    const rows = await answer(await run(template, [...sent, failure({}, { 'detail-type': 'AWS Service Event via CloudTrail' })]), 'Failed API calls');
    expect(columns(rows, 'principal', 'error', 'failures')).toEqual([['AWSAccount AKIAEXAMPLE (777788889999)', 'VpceAccessDenied', 1]]);
  });

  test('of AWS services stand last, however many they are; what a service does for somebody is somebody\'s', async () => {
    const by = (userIdentity: JsonObject) => ({ userIdentity });
    const service = by({ type: 'AWSService', invokedBy: 'config.amazonaws.com' });
    const linked = by({
      type: 'AssumedRole',
      arn: 'arn:aws:sts::123456789012:assumed-role/AWSServiceRoleForConfig/x',
      invokedBy: 'config.amazonaws.com',
      sessionContext: { sessionIssuer: { arn: 'arn:aws:iam::123456789012:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig' } },
    });
    const forSomebody = by({ type: 'IAMUser', arn: 'arn:aws:iam::123456789012:user/ada', invokedBy: 'cloudformation.amazonaws.com' });
    const sent = [...Array.from({ length: 5 }, () => service), linked, linked, by({ accountId: '123456789012', invokedBy: 'AWS Internal' }), forSomebody];
    const rows = await answer(await run(template, sent.map(fields => failure(fields))), 'Failed API calls');
    expect(columns(rows, 'by_aws_service', 'principal', 'invoked_by', 'failures')).toEqual([
      ['no', 'arn:aws:iam::123456789012:user/ada', 'cloudformation.amazonaws.com', 1],
      ['yes', 'config.amazonaws.com', 'config.amazonaws.com', 5],
      ['yes', 'arn:aws:sts::123456789012:assumed-role/AWSServiceRoleForConfig/x', 'config.amazonaws.com', 2],
      ['yes', 'AWS Internal', 'AWS Internal', 1],
    ]);
  });

  test('are not more than are shown without saying so', async () => {
    const many = Array.from({ length: 1005 }, (_, index) => failure({ eventName: `Call${index}` }));
    const rows = await answer(await run(template, [...many, many[0]]), 'Failed API calls');
    expect(rows).toHaveLength(1000);
    expect(columns(rows.slice(0, 1), 'rows_in_all', 'failures_in_all')).toEqual([[1005, 1005]]);
  });
});

describe('sign-ins', () => {
  const ADA = { type: 'IAMUser', accountId: '123456789012', userName: 'ada' };

  const signIn = (eventName: string, detailType: string, detail: JsonObject): EventToSend => anEvent({
    'detail-type': detailType,
    'source': 'aws.signin',
    'detail': { eventSource: 'signin.amazonaws.com', eventName, userIdentity: ADA, sourceIPAddress: '198.51.100.7', ...detail },
  });
  const login = (ConsoleLogin: string | undefined, MFAUsed?: string, more: JsonObject = {}, detailType = 'AWS Console Sign In via CloudTrail') =>
    signIn('ConsoleLogin', detailType, { ...ConsoleLogin && { responseElements: { ConsoleLogin } }, additionalEventData: { ...MFAUsed && { MFAUsed } }, ...more });
  const PERSON = { type: 'IdentityCenterUser', arn: '', onBehalfOf: { userId: 'u-1' } };
  const step = (eventName: string, outcome: string, additionalEventData: JsonObject, userIdentity: JsonObject = PERSON) =>
    signIn(eventName, 'AWS Service Event via CloudTrail', { userIdentity, additionalEventData, serviceEventDetails: { [eventName]: outcome } });

  async function signIns(...sent: EventToSend[]): Promise<Row[]> {
    const rows = await answer(await run(template, sent), 'Sign-ins');
    const order = sent.map(({ event }) => event.id);
    return rows.sort((a, b) => order.indexOf(a.id as string) - order.indexOf(b.id as string));
  }

  test('to the console say who, from where, with MFA or not, and whether they failed, under both spellings', async () => {
    const rows = await signIns(
      login('Success', 'Yes', { userIdentity: { ...ADA, arn: 'arn:aws:iam::123456789012:user/ada' } }),
      login('Success', 'YES', {}, 'AWS Console Signin via CloudTrail'),
      login('Success', 'No'),
      login('Failure', 'No', { errorMessage: 'Failed authentication' }),
      login('Failure', undefined, { errorMessage: 'No username found in supplied account', userIdentity: { ...ADA, userName: 'HIDDEN_DUE_TO_SECURITY_REASONS' } }),
      login(undefined, undefined, { errorMessage: 'Failed authentication' }),
      login(undefined),
    );
    expect(columns(rows, 'principal', 'result', 'mfa', 'error')).toEqual([
      ['arn:aws:iam::123456789012:user/ada', 'Success', 'Yes', null],
      ['IAMUser ada (123456789012)', 'Success', 'Yes', null],
      ['IAMUser ada (123456789012)', 'Success', 'No', null],
      ['IAMUser ada (123456789012)', 'Failure', 'No', 'Failed authentication'],
      ['IAMUser HIDDEN_DUE_TO_SECURITY_REASONS (123456789012)', 'Failure', 'not said', 'No username found in supplied account'],
      ['IAMUser ada (123456789012)', 'Failure', 'not said', 'Failed authentication'],
      ['IAMUser ada (123456789012)', 'not said', 'not said', null],
    ]);
    expect(rows[0]).toMatchObject({ user_name: 'ada', source_ip_address: '198.51.100.7', account: '123456789012', region: 'us-east-1', event_name: 'ConsoleLogin' });
  });

  test('to Identity Center are the ends of their sequences, with the name that another step has', async () => {
    const steps = (workflow: string, more: JsonObject = {}) => ({ AuthWorkflowID: workflow, ...more });
    const rows = await signIns(
      step('CredentialChallenge', 'Success', steps('w-1', { CredentialType: 'PASSWORD', UserName: 'ada@example.com' })),
      step('CredentialVerification', 'Success', steps('w-1', { CredentialType: 'PASSWORD' })),
      step('CredentialVerification', 'Success', steps('w-1', { CredentialType: 'TOTP' })),
      step('UserAuthentication', 'Success', steps('w-1', { CredentialType: 'PASSWORD,TOTP' })),
      step('CredentialChallenge', 'Success', steps('w-2', { CredentialType: 'PASSWORD', UserName: 'eve@example.com' })),
      step('CredentialVerification', 'Failure', steps('w-2', { CredentialType: 'PASSWORD' }), { type: 'Unknown', principalId: '123456789012', accountId: '123456789012' }),
      step('UserAuthentication', 'Success', steps('w-3', { CredentialType: 'PASSWORD' })),
      step('UserAuthentication', 'Success', { CredentialType: 'EXTERNAL_IDP', UserName: 'kim@example.com' }),
      step('UserAuthentication', 'Failure', { CredentialType: 'EXTERNAL_IDP' }),
    );
    expect(columns(rows, 'principal', 'user_name', 'result', 'mfa', 'event_name')).toEqual([
      ['IdentityCenterUser u-1', 'ada@example.com', 'Success', 'Yes', 'UserAuthentication'],
      ['Unknown (123456789012)', 'eve@example.com', 'Failure', 'not said', 'CredentialVerification'],
      ['IdentityCenterUser u-1', null, 'Success', 'No', 'UserAuthentication'],
      ['IdentityCenterUser u-1', 'kim@example.com', 'Success', 'not said', 'UserAuthentication'],
      ['IdentityCenterUser u-1', null, 'Failure', 'not said', 'UserAuthentication'],
    ]);
  });

  test('are each one row, and nothing else that happens at a sign-in or elsewhere is one', async () => {
    const once = login('Success', 'Yes');
    const rows = await signIns(
      once, once, { event: { ...once.event, 'replay-name': 'again' } },
      signIn('CheckMfa', 'AWS Console Sign In via CloudTrail', { responseElements: { CheckMfa: 'Success' } }),
      signIn('SwitchRole', 'AWS Console Sign In via CloudTrail', { responseElements: { SwitchRole: 'Success' } }),
      signIn('ConsoleLogin', 'AWS Console Sign In via CloudTrail', { eventSource: 'other.amazonaws.com' }),
      signIn('ConsoleLogin', 'AWS API Call via CloudTrail', { responseElements: { ConsoleLogin: 'Success' } }),
      signIn('RotateKey', 'AWS Service Event via CloudTrail', {}),
    );
    expect(columns(rows, 'id', 'sign_ins_in_all')).toEqual([[once.event.id, 1]]);
  });

  test('stand with the latest first, and say when there are more than are shown', async () => {
    const many = Array.from({ length: 1002 }, (_, index): EventToSend => ({ event: { ...login('Success').event, time: `2026-11-19T12:00:${index === 7 ? '01' : '00'}Z` } }));
    const rows = await answer(await run(template, many), 'Sign-ins');
    expect(rows).toHaveLength(1000);
    expect(columns(rows.slice(0, 1), 'id', 'sign_ins_in_all')).toEqual([[many[7].event.id, 1002]]);
  });
});

test('each looks at its window, and no further back', async () => {
  const older = synthesize({ catalog: { firstDate: daysAgo(12) } }).template.toJSON();
  const dated = (day: number) => ({ event: { ...failure({ eventName: `On${day}` }).event } });
  const [today, ...before] = [0, 1, 2, 9].map(dated);
  const archive = await run(older, [today], { start: new Date(Date.now() - 60_000) });
  const { bucket, key } = archive.simulation.ledger.writtenObjects[0];
  for (const [index, event] of before.entries()) {
    const { simulation: { store, ledger } } = await run(older, [event], { start: new Date(Date.now() - 60_000) });
    const [written] = ledger.writtenObjects;
    archive.simulation.store.put(bucket, key.replace(/receipt_date=[^/]+/, `receipt_date=${daysAgo([1, 2, 9][index])}`), store.get(written.bucket, written.key));
  }
  expect(await answer(archive, 'Latest events')).toHaveLength(2);
  expect(await answer(archive, 'Events by type and day')).toHaveLength(3);
  expect(await answer(archive, 'Failed API calls')).toHaveLength(3);
  expect(await archive.rows('SELECT id FROM events')).toHaveLength(4);
});

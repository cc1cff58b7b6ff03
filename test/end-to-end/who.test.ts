// Who did it: one answer for every kind of identity, of an archived event as of a record in a trail's log file.

import { anEvent, cleanUp, Row, run } from './archive-run';
import { ask, call, compared, LACKING, UNLOGGED } from './compared-trail';
import { FIRST_DATE, synthesize } from './recent-archive';
import { asEvent } from './trail-samples';
import { WHO } from '../../src/events/who';
import { IDENTITY_EVENTS, MORE_IDENTITIES, WHO_BY_ID } from '../events/identities';

afterAll(cleanUp);

// One of the calls is a read.
const template = synthesize({ includeReadOnlyApiCalls: true }).template.toJSON();
const aCallBy = (userIdentity: any) => anEvent({ 'detail-type': 'AWS API Call via CloudTrail', 'source': 'aws.s3', 'detail': { eventSource: 's3.amazonaws.com', userIdentity } });
const answers = (rows: Row[]) => Object.fromEntries(rows.map(({ id, who }) => [id, who]));

test('each identity is named, and no two people behind one role alike', async () => {
  const archive = await run(template, [...IDENTITY_EVENTS]);
  expect(answers(await archive.rows(`SELECT id, ${WHO} AS who FROM events WHERE receipt_date >= '${FIRST_DATE}'`))).toEqual(WHO_BY_ID);
});

test('identities that lack most of their fields, or have them empty, are named by what is left', async () => {
  const events = MORE_IDENTITIES.map(([identity]) => aCallBy(identity));
  const archive = await run(template, events);
  const named = answers(await archive.rows(`SELECT id, ${WHO} AS who FROM events WHERE receipt_date >= '${FIRST_DATE}'`));
  expect(events.map(({ event }) => named[String(event.id)])).toEqual(MORE_IDENTITIES.map(([, who]) => who));
});

test('whatever an identity has, it is named', async () => {
  const odd = ['text', 5, null, [], ['arn'], { arn: { nested: true } }, { arn: ['x'] }, { type: null, arn: null }, { sessionContext: 'text' }, { onBehalfOf: [] }];
  const archive = await run(template, odd.map(aCallBy));
  const rows = await archive.rows(`SELECT id, ${WHO} AS who FROM events WHERE receipt_date >= '${FIRST_DATE}'`);
  expect(rows.map(({ who }) => who)).toEqual(odd.map(() => 'unknown'));
});

test('the comparison with the trail names them alike on both sides', async () => {
  const known = IDENTITY_EVENTS.map(({ event }) => [(event.detail as any)?.userIdentity, WHO_BY_ID[String(event.id)]] as const)
    .filter(([identity]) => typeof identity === 'object' && identity !== null);
  const identities = [...known, ...MORE_IDENTITIES];
  const records = identities.map(([userIdentity]) => call('CreateBucket', { userIdentity }));
  const expected = Object.fromEntries(identities.map(([, who], index) => [records[index].eventID, who]));
  const principals = (rows: Row[]) => Object.fromEntries(rows.map(({ event_id: id, principal }) => [id, principal]));
  expect(principals((await ask(await compared({ files: [{ records }] }), LACKING)).calls)).toEqual(expected);
  expect(principals((await ask(await compared({ events: records.map(record => asEvent(record)) }), UNLOGGED)).calls)).toEqual(expected);
});

// The views without duplicates, over all the ways in which an event comes into the archive more than once.

import { altered, anEvent, cleanUp, Run, run } from './archive-run';
import { synthesize } from './recent-archive';
import { PartitionKey } from '../../src';
import type { EventToSend } from '../simulator/demo/events-file';

afterAll(cleanUp);

const DAY = 86_400_000;
const yesterday = (hour: string) => new Date(`${new Date(Date.now() - DAY).toISOString().slice(0, 10)}T${hour}:00Z`);

const template = synthesize().template.toJSON();
/** An event that is in both types and changes matches two rules. */
const overlapping = synthesize({ eventPatterns: [{ source: ['aws.ssm'] }, { detailType: ['Parameter Store Change'] }] }).template.toJSON();

const replayOf = ({ event }: EventToSend, name = 'after-the-incident'): EventToSend => ({ event: { ...event, 'replay-name': name } });

const ids = async (archive: Run, view: string, condition = 'true') =>
  (await archive.rows(`SELECT id FROM ${view} WHERE ${condition} ORDER BY id`)).map(({ id }) => id);

const idsOf = (...events: EventToSend[]) => events.map(({ event }) => event.id);

describe.each(['unique_events', 'unique_events_all'])('%s', view => {
  test('shows an event once that two rules matched', async () => {
    const [one, other] = [anEvent(), anEvent()];
    const archive = await run(overlapping, [one, other]);
    expect(await ids(archive, 'events')).toEqual(idsOf(one, one, other, other));
    expect(await ids(archive, view)).toEqual(idsOf(one, other));
  });

  test('shows an event once that EventBridge delivered twice, as it was published', async () => {
    const event = anEvent({ resources: ['arn:b', 'arn:a'], detail: { operation: 'Delete', nested: { Case: 1.10 } } });
    const archive = await run(template, [event, event, event]);
    const columns = 'version, id, detail_type, source, account, time, region, resources, detail, replay_name, event_type, receipt_date';
    expect(await ids(archive, 'events')).toHaveLength(3);
    const [published] = await archive.rows(`SELECT DISTINCT ${columns} FROM events`);
    expect(await archive.rows(`SELECT * FROM ${view}`)).toEqual([published]);
  });

  test('shows the original and not its replay, whichever came first', async () => {
    const [one, other] = [anEvent(), anEvent()];
    const archive = await run(template, [replayOf(one), one, other, replayOf(other), replayOf(other, 'again')]);
    expect(await archive.rows(`SELECT id, replay_name FROM ${view} ORDER BY id`)).toEqual(idsOf(one, other).map(id => ({ id, replay_name: null })));
  });

  test('shows the same one of several replays every time, where there is no original', async () => {
    const event = anEvent();
    const archive = await run(template, [replayOf(event, 'b'), replayOf(event, 'a'), replayOf(event, 'c')]);
    expect(await archive.rows(`SELECT replay_name FROM ${view}`)).toEqual([{ replay_name: 'a' }]);
  });

  test('keeps every line that is no event, because nobody knows whether two are the same', async () => {
    const archive = await run(template, [anEvent()]);
    const [{ bucket, key }] = archive.simulation.ledger.writtenObjects;
    archive.simulation.store.put(bucket, key.replace('.gz', '-copied'), Buffer.from('not an event\nnot one either\n'));
    expect(await ids(archive, view)).toEqual([expect.any(String), null, null]);
  });
});

describe('a replay on a later day', () => {
  const event = anEvent();
  async function replayed(): Promise<Run> {
    const { folder } = await run(template, [event], { start: yesterday('10:00'), end: yesterday('11:00') });
    return run(template, [replayOf(event), anEvent()], { folder });
  }

  test('is one more row of unique_events, which looks at one partition at a time', async () => {
    const archive = await replayed();
    expect(await ids(archive, 'unique_events')).toHaveLength(3);
    const [today, before] = [new Date(), yesterday('10:00')].map(date => date.toISOString().slice(0, 10));
    expect(await ids(archive, 'unique_events', `receipt_date = '${today}' AND replay_name IS NOT NULL`)).toEqual(idsOf(event));
    expect(await ids(archive, 'unique_events', `receipt_date = '${before}'`)).toEqual(idsOf(event));
  });

  test('is no row of unique_events_all, which shows the original on its day', async () => {
    const archive = await replayed();
    const rows = await archive.rows(`SELECT replay_name, receipt_date FROM unique_events_all WHERE id = '${event.event.id}'`);
    expect(rows).toEqual([{ replay_name: null, receipt_date: yesterday('10:00').toISOString().slice(0, 10) }]);
    expect(await ids(archive, 'unique_events_all')).toHaveLength(2);
  });
});

test('of two deliveries on two days unique_events_all shows the earlier', async () => {
  const event = anEvent();
  const { folder } = await run(template, [event], { start: yesterday('10:00'), end: yesterday('11:00') });
  const archive = await run(template, [event], { folder });
  expect(await archive.rows('SELECT receipt_date FROM unique_events_all')).toEqual([{ receipt_date: yesterday('10:00').toISOString().slice(0, 10) }]);
  expect(await ids(archive, 'unique_events')).toHaveLength(2);
});

test('of two deliveries into two layouts unique_events_all shows the earlier, whichever layout it is in', async () => {
  const event = anEvent();
  const [date, type] = [PartitionKey.receiptDate(), PartitionKey.eventType()];
  const templateOf = (before: PartitionKey[], now: PartitionKey[]) =>
    synthesize({ partitionKeys: now, catalog: { previousLayouts: [{ partitionKeys: before }] } }).template.toJSON();
  for (const [first, second] of [[[date], [type, date]], [[type, date], [date]]]) {
    const { folder } = await run(templateOf(second, first), [event], { start: yesterday('10:00'), end: yesterday('11:00') });
    await run(templateOf(first, second), [event], { folder });
    for (const json of [templateOf(first, second), templateOf(second, first)]) {
      const archive = await run(json, [], { folder });
      expect(await archive.rows('SELECT receipt_date FROM unique_events_all')).toEqual([{ receipt_date: yesterday('10:00').toISOString().slice(0, 10) }]);
    }
  }
});

test('an event in two layouts is two rows of unique_events, and one of unique_events_all', async () => {
  const event = anEvent();
  const date = PartitionKey.receiptDate();
  const { folder } = await run(synthesize({ partitionKeys: [date] }).template.toJSON(), [event]);
  const listed = PartitionKey.eventType({ values: ['Parameter Store Change'] });
  const upgraded = synthesize({ partitionKeys: [listed, date], catalog: { previousLayouts: [{ partitionKeys: [date] }] } }).template.toJSON();
  const archive = await run(upgraded, [event], { folder });
  expect((await archive.rows('SELECT event_type FROM unique_events ORDER BY event_type')).map(row => row.event_type)).toEqual(['other', 'parameter_store_change']);
  expect(await ids(archive, 'unique_events_all')).toEqual(idsOf(event));
});

describe('and it shows', () => {
  /** The template with another SQL of a view. */
  const withSql = (view: string, from: string, to: string) => {
    const broken = synthesize().template.toJSON() as any;
    return altered(broken, 'AWS::Glue::Table', ({ TableInput }) => {
      if (TableInput.Name !== view) return;
      const join = TableInput.ViewOriginalText['Fn::Join'][1];
      const definition = JSON.parse(join[1]['Fn::Base64']);
      expect(definition.originalSql).toContain(from);
      join[1]['Fn::Base64'] = JSON.stringify({ ...definition, originalSql: definition.originalSql.replace(from, to) });
    });
  };

  test.each(['unique_events', 'unique_events_all'])('when %s keeps every copy', async view => {
    const event = anEvent();
    const archive = await run(withSql(view, 'copy = 1', 'copy > 0'), [event, event]);
    expect(await ids(archive, view)).toEqual(idsOf(event, event));
  });

  test.each(['unique_events', 'unique_events_all'])('when %s takes the replay for the original', async view => {
    const event = anEvent();
    const archive = await run(withSql(view, 'NULLS FIRST', 'NULLS LAST'), [event, replayOf(event)]);
    expect(await archive.rows(`SELECT replay_name FROM ${view}`)).toEqual([{ replay_name: 'after-the-incident' }]);
  });

  test.each(['unique_events', 'unique_events_all'])('when %s takes lines without an id for one event', async view => {
    const archive = await run(withSql(view, ' OR id IS NULL', ''), [anEvent()]);
    const [{ bucket, key }] = archive.simulation.ledger.writtenObjects;
    archive.simulation.store.put(bucket, key.replace('.gz', '-copied'), Buffer.from('not an event\nnot one either\n'));
    expect(await ids(archive, view)).toEqual([expect.any(String), null]);
  });
});

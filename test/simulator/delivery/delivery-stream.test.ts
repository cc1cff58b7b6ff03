import { gzipSync } from 'node:zlib';
import type { JsonObject } from '../engines';
import { destination, objects, run, sampleEvent, simulate, Template } from '../samples/sample-template';
import type { Simulation } from '../simulation';

const LAYOUT = 'events/json__event_type__receipt_date';
const HOUR = 3_600_000;

/** Yesterday at a time of day (UTC). */
function yesterday(time: string): Date {
  return new Date(`${new Date(Date.now() - 24 * HOUR).toISOString().slice(0, 10)}T${time}Z`);
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** Sends each event at its moment. */
async function sendAt(simulation: Simulation, ...events: [Date, JsonObject][]): Promise<void> {
  for (const [at, event] of events) {
    simulation.clock.advanceTo(new Date(at.getTime() - 1000));
    await simulation.send(event);
  }
  await simulation.finish();
}

/** How many records each object got, by its folder. */
function recordsByFolder(simulation: Simulation): string[] {
  return simulation.ledger.writtenObjects.map(({ key, records }) => `${key.slice(0, key.lastIndexOf('/'))}: ${records}`);
}

/** Lets the partition key be whatever jq finds in `detail.key`. */
function keyFromDetail(template: Template): void {
  processors(template)[0].Parameters[0].ParameterValue = '{event_type:.detail.key}';
}

function processors(template: Template): any[] {
  return destination(template).ProcessingConfiguration.Processors;
}

function keyed(id: string | number, key: JsonObject[string]): JsonObject {
  return sampleEvent(id, { detail: { key } });
}

/** A stream with a date alone in its prefix. */
function plain(template: Template): void {
  Object.assign(destination(template), { Prefix: 'events/json__receipt_date/receipt_date=!{timestamp:yyyy-MM-dd}/' });
  delete destination(template).DynamicPartitioningConfiguration;
  processors(template).shift();
}

describe('records', () => {
  test('are events as they were published, one a line, in their order', async () => {
    const events = [sampleEvent('ü😀', { detail: { text: 'a\nb"\\' } }), sampleEvent(2), sampleEvent(3)];
    const [text] = Object.values(objects(await run(simulate(undefined, { start: new Date() }), ...events), LAYOUT));
    expect(text).toBe(events.map(event => `${JSON.stringify(event)}\n`).join(''));
  });

  test('without the delimiter lie on one line', async () => {
    const simulation = await run(simulate(t => { processors(t).pop(); }, { start: new Date() }), sampleEvent(1), sampleEvent(2));
    expect(Object.values(objects(simulation, LAYOUT))).toEqual([JSON.stringify(sampleEvent(1)) + JSON.stringify(sampleEvent(2))]);
  });

  test('are not processed when processing is off', async () => {
    const simulation = simulate(t => {
      plain(t);
      destination(t).ProcessingConfiguration.Enabled = false;
    });
    expect(Object.values(objects(await run(simulation, sampleEvent(1)), 'events/'))).toEqual([JSON.stringify(sampleEvent(1))]);
  });
});

describe('objects', () => {
  test('are named by prefix, stream, version, time and an id', async () => {
    const at = yesterday('10:00:00');
    const simulation = simulate(t => { t.Resources.Stream.Properties.DeliveryStreamName = 'audit'; }, { start: yesterday('09:00:00') });
    await sendAt(simulation, [at, sampleEvent(1)]);
    const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
    expect(simulation.ledger.writtenObjects[0].key).toMatch(
      new RegExp(`^${LAYOUT}/event_type=login/receipt_date=${day(at)}/audit-1-${day(at)}-10-05-00-${uuid}\\.gz$`));
  });

  test.each<[string, object, RegExp]>([
    ['UNCOMPRESSED', { CompressionFormat: 'UNCOMPRESSED' }, /[0-9a-f]{12}$/],
    ['no compression said', { CompressionFormat: { Ref: 'AWS::NoValue' } }, /[0-9a-f]{12}$/],
    ['an extension of one\'s own', { FileExtension: '.json.gz' }, /[0-9a-f]{12}\.json\.gz$/],
    ['a prefix without a slash at its end', { Prefix: 'events/!{partitionKeyFromQuery:event_type}-' }, /^events\/login-Simulated-Stream-/],
  ])('with %s are named so', async (_name, changes, pattern) => {
    const { ledger } = await run(simulate(t => { Object.assign(destination(t), changes); }), sampleEvent(1));
    expect(ledger.writtenObjects[0].key).toMatch(pattern);
  });

  test('are counted in compressed bytes', async () => {
    const { ledger } = await run(simulate(), sampleEvent(1));
    expect(ledger.bytes).toBe(gzipSync(`${JSON.stringify(sampleEvent(1))}\n`).length);
  });
});

describe('partitions', () => {
  test('follow jq\'s result for each record', async () => {
    const simulation = await run(simulate(), sampleEvent(1), sampleEvent(2, { 'detail-type': 'unheard of' }), sampleEvent(3));
    const date = day(new Date());
    expect(simulation.ledger.partitions).toEqual({ [`event_type=login/receipt_date=${date}`]: 2, [`event_type=other/receipt_date=${date}`]: 1 });
  });

  test('of numbers and booleans are their text', async () => {
    const simulation = await run(simulate(keyFromDetail), keyed(1, 1.5), keyed(2, true), keyed(3, false), keyed(4, 0));
    expect(Object.keys(simulation.ledger.partitions).map(path => path.split('/')[0]))
      .toEqual(['event_type=0', 'event_type=1.5', 'event_type=false', 'event_type=true']);
  });

  test('of two days hold what arrived before and after midnight', async () => {
    const midnight = yesterday('00:00:00').getTime();
    const [before, after] = [new Date(midnight - HOUR), new Date(midnight + HOUR)];
    const simulation = simulate(undefined, { start: new Date(midnight - 2 * HOUR) });
    await sendAt(simulation, [before, sampleEvent(1)], [after, sampleEvent(2)]);
    expect(simulation.ledger.partitions).toEqual({ [`event_type=login/receipt_date=${day(before)}`]: 1, [`event_type=login/receipt_date=${day(after)}`]: 1 });
  });

  test('take their time from the oldest record of the object, even if the youngest is of another day', async () => {
    const simulation = simulate(undefined, { start: new Date(yesterday('00:00:00').getTime() - HOUR) });
    const midnight = yesterday('00:00:00').getTime();
    await sendAt(simulation, [new Date(midnight - 60_000), sampleEvent(1)], [new Date(midnight + 60_000), sampleEvent(2)]);
    expect(simulation.ledger.partitions).toEqual({ [`event_type=login/receipt_date=${day(new Date(midnight - 1))}`]: 2 });
  });
});

describe('error output', () => {
  const reasons = ({ ledger }: Simulation) => ledger.events.flatMap(({ deliveries }) => deliveries.map(({ outcome }) => outcome));

  test.each([null, '', ['a'], { a: 1 }])('takes a record whose partition key is %j', async key => {
    const simulation = await run(simulate(keyFromDetail), keyed(1, key), keyed(2, 'a'));
    expect(reasons(simulation)).toEqual(['failed', 'archived']);
    expect(simulation.ledger.writtenObjects.find(({ kind }) => kind === 'errors')!.key)
      .toMatch(new RegExp(`^errors/error_date=${day(new Date())}/metadata-extraction-failed/Simulated-Stream-.*\\.gz$`));
  });

  test('takes a record on which jq fails, and only that', async () => {
    const simulation = await run(simulate(keyFromDetail), keyed(1, 'a'), sampleEvent(2, { detail: 'text' }), keyed(3, 'b'));
    expect(reasons(simulation)).toEqual(['archived', 'failed', 'archived']);
  });

  test('takes a record that more than 500 active partitions would be needed for', async () => {
    const events = Array.from({ length: 501 }, (_, index) => keyed(index, `key-${index}`));
    const simulation = await run(simulate(keyFromDetail, { start: new Date() }), ...events, keyed('again', 'key-0'));
    expect(simulation.ledger).toMatchObject({ archived: 501, failed: 1 });
    expect(recordsByFolder(simulation)).toContain(`errors/error_date=${day(new Date())}/activePartitionExceeded: 1`);
  });

  test('takes no record when the 500 do not come at once', async () => {
    const events = Array.from({ length: 600 }, (_, index) => keyed(index, `key-${index}`));
    const simulation = simulate(keyFromDetail, { start: new Date(Date.now() - 24 * HOUR) });
    expect((await run(simulation, ...events)).ledger).toMatchObject({ archived: 600, failed: 0 });
  });

  test('takes no record for a random string in the prefix: it makes no partition', async () => {
    const events = Array.from({ length: 501 }, (_, index) => sampleEvent(index));
    const simulation = simulate(t => { destination(t).Prefix += '!{firehose:random-string}/'; }, { start: new Date() });
    expect((await run(simulation, ...events)).ledger).toMatchObject({ archived: 501, objects: 1 });
  });

  test('at the turn of the day takes what yesterday\'s partitions and today\'s are too many for', async () => {
    const keys = Array.from({ length: 300 }, (_, index) => `key-${index}`);
    const change = (template: Template) => {
      keyFromDetail(template);
      destination(template).BufferingHints.IntervalInSeconds = 900;
    };
    // An event a second: the first 300 arrive before midnight.
    const simulation = simulate(change, { start: new Date(yesterday('00:00:00').getTime() - 300_000 - 1) });
    for (const [index, key] of [...keys, ...keys].entries()) await simulation.send(keyed(index, key));
    await simulation.finish();
    expect(simulation.ledger).toMatchObject({ archived: 500, failed: 100 });
  });
});

describe('a buffer', () => {
  const records = ({ ledger }: Simulation) => ledger.writtenObjects.map(object => object.records);

  test('is delivered when its oldest record has waited long enough', async () => {
    const simulation = simulate(undefined, { start: yesterday('09:00:00') });
    await sendAt(simulation, [yesterday('10:00:00'), sampleEvent(1)], [yesterday('10:04:59'), sampleEvent(2)], [yesterday('10:05:00'), sampleEvent(3)]);
    expect(records(simulation)).toEqual([2, 1]);
  });

  test('is delivered when it is full, before compression', async () => {
    const simulation = simulate(t => {
      plain(t);
      destination(t).BufferingHints = { SizeInMBs: 1, IntervalInSeconds: 900 };
    }, { start: new Date() });
    const large = (id: number) => sampleEvent(id, { detail: { text: 'x'.repeat(600_000) } });
    expect(records(await run(simulation, large(1), large(2), large(3)))).toEqual([2, 1]);
  });

  test('of no time and no dynamic partitioning holds one record', async () => {
    const simulation = simulate(t => {
      plain(t);
      destination(t).BufferingHints = { SizeInMBs: 1, IntervalInSeconds: 0 };
    });
    expect(records(await run(simulation, sampleEvent(1), sampleEvent(2)))).toEqual([1, 1]);
  });

  test('without dynamic partitioning is one for all records', async () => {
    const simulation = await run(simulate(plain, { start: new Date() }), sampleEvent(1), sampleEvent(2, { 'detail-type': 'other' }));
    expect(recordsByFolder(simulation)).toEqual([`events/json__receipt_date/receipt_date=${day(new Date())}: 2`]);
  });

  test('waits for a record that arrives late, after retries', async () => {
    const simulation = simulate(undefined, {
      start: yesterday('09:00:00'),
      faults: (_arn, attempt, event) => event.id === 'late' && attempt < 4 ? 'throttled' : 'ok',
    });
    await sendAt(simulation, [yesterday('10:00:00'), sampleEvent('late')], [yesterday('10:00:05'), sampleEvent('punctual')]);
    const [text] = Object.values(objects(simulation, LAYOUT));
    expect(text.split('\n').filter(Boolean).map(line => (JSON.parse(line) as JsonObject).id)).toEqual(['punctual', 'late']);
  });
});

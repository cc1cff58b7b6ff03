import type { QueryEngine } from './engines';
import { Ledger } from './ledger';
import { fanOutTarget, simulateApiDestination } from './samples/sample-fan-out';
import { destination, run, sampleEvent, sampleTemplate, simulate, Template, TEST_ENGINES } from './samples/sample-template';
import { temporaryFolder } from './samples/temporary-folder';
import { Simulation } from './simulation';
import { SimulatedTemplate } from './template/template';

/** A query engine that answers with the question. */
function echo(): QueryEngine & { opened: number } {
  return {
    opened: 0,
    async open() { this.opened++; },
    async query(database, sql) {
      if (sql.includes('fails')) throw new Error('no such column');
      return { columns: [{ name: 'asked', type: 'varchar' }], rows: [[`${database}: ${sql}`]] };
    },
    async close() { this.opened--; },
  };
}

function withSql(change?: (template: Template) => void): { simulation: Simulation; sql: ReturnType<typeof echo> } {
  const sql = echo();
  const folder = temporaryFolder();
  return { sql, simulation: Simulation.create(SimulatedTemplate.parse(sampleTemplate(change)), { engines: { ...TEST_ENGINES, sql }, folder }) };
}

describe('the ledger', () => {
  const mixed = (template: Template) => {
    template.Resources.Rule.Properties.EventPattern = { source: ['login.success', 'large'] };
    destination(template).ProcessingConfiguration.Processors[0].Parameters[0].ParameterValue = '{event_type:.detail.user}';
  };

  test('says of every event what became of it', async () => {
    const { ledger } = await run(simulate(mixed),
      sampleEvent('archived'),
      sampleEvent('unmatched', { source: 'login.failed' }),
      sampleEvent('failed', { detail: {} }),
      sampleEvent('dead-lettered', { source: 'large', detail: { text: 'x'.repeat(1_030_000) } }));
    expect(ledger).toMatchObject({ sent: 4, unmatched: 1, matched: 3, archived: 1, failed: 1, deadLettered: 1, lost: 0, objects: 2 });
    expect(ledger.unaccounted()).toEqual([]);
    expect(Object.values(ledger.partitions)).toEqual([1]);
    expect(ledger.bytes).toBe(ledger.writtenObjects.reduce((sum, { bytes }) => sum + bytes, 0));
  });

  test('counts fan-out apart from the archive', async () => {
    const simulation = await run(simulateApiDestination(mixed, {
      http: { answer: ({ body }) => ({ status: body.includes('refused') ? 400 : 200 }) },
      faults: arn => arn.includes('firehose') ? 'throttled' : 'ok',
    }), sampleEvent('delivered'), sampleEvent('refused'));
    await simulation.close();
    expect(simulation.ledger).toMatchObject({ sent: 2, matched: 2, archived: 0, deadLettered: 2, lost: 0 });
    expect(simulation.ledger.fanOut).toEqual({ Destination: { delivered: 1, deadLettered: 1, lost: 0, requests: 2 } });
    expect(simulation.ledger.unaccounted()).toEqual([]);
    expect(simulation.deadLetters).toHaveLength(3);
  });

  test('names what events fan out to, even when none does', async () => {
    const { ledger } = await run(simulateApiDestination(t => { t.Resources.FanOutRule.Properties.State = 'DISABLED'; }), sampleEvent(1));
    expect(ledger.fanOut).toEqual({ Destination: { delivered: 0, deadLettered: 0, lost: 0, requests: 0 } });
    expect((await run(simulate(), sampleEvent(1))).ledger.fanOut).toEqual({});
  });

  test('accounts for no fan-out that is still on its way', async () => {
    const simulation = simulateApiDestination(t => { delete fanOutTarget(t).DeadLetterConfig; });
    await simulation.send(sampleEvent(1));
    expect(simulation.ledger.unaccounted().map(({ rule, outcome }) => [rule, outcome])).toEqual([['Rule', 'pending'], ['FanOutRule', 'pending']]);
    await simulation.finish();
    expect(simulation.ledger.unaccounted()).toEqual([]);
    await simulation.close();
  });

  test('accounts for no event that is still on its way', async () => {
    const simulation = simulate();
    await simulation.send(sampleEvent(1));
    expect(simulation.ledger.unaccounted()).toEqual([expect.objectContaining({ event: sampleEvent(1), bus: 'default', outcome: 'pending' })]);
    await simulation.finish();
    expect(simulation.ledger.unaccounted()).toEqual([]);
  });
});

test('a delivery has one outcome', () => {
  const ledger = new Ledger();
  const delivery = ledger.recordDelivery(ledger.record(sampleEvent(1), 'default', new Date()), 'Rule', 'arn');
  delivery.settle('lost', 'somewhere');
  expect(() => delivery.settle('archived', 'found')).toThrow('a delivery of Rule is lost and cannot become archived');
});

describe('a run', () => {
  test('ends at the real now, and nothing in it is later', async () => {
    const simulation = await run(simulate(undefined, { faults: (_arn, attempt) => attempt < 100 ? 'throttled' : 'ok' }), sampleEvent(1), sampleEvent(2));
    expect(simulation.ledger.archived).toBe(2);
    expect(simulation.clock.now.getTime()).toBeLessThanOrEqual(Date.now());
    expect(simulation.clock.now.getTime()).toBeGreaterThan(Date.now() - 10_000);
  });

  test('begins today unless told otherwise', async () => {
    const { ledger } = await run(simulate(), ...Array.from({ length: 50 }, (_, index) => sampleEvent(index)));
    const days = ledger.events.map(({ arrival }) => arrival.toISOString().slice(0, 10));
    expect(new Set(days).size).toBe(1);
  });

  test('spreads events over its time', async () => {
    const simulation = simulate(undefined, { start: new Date(Date.now() - 7_200_000) });
    const { ledger } = await run(simulation, sampleEvent(1), sampleEvent(2), sampleEvent(3), sampleEvent(4));
    const [first, second, , last] = ledger.events.map(({ arrival }) => arrival.getTime());
    expect(Math.round((second - first) / 60_000)).toBe(15);
    expect(Math.round((last - first) / 60_000)).toBe(45);
  });

  test('that has no time left takes events all the same', async () => {
    const simulation = simulate(undefined, { start: new Date() });
    for (const id of [1, 2, 3]) await simulation.send(sampleEvent(id));
    await simulation.finish();
    expect(simulation.ledger.archived).toBe(3);
  });

  test('ends when it is told to', async () => {
    const [start, end] = [new Date(Date.now() - 7_200_000), new Date(Date.now() - 3_600_000)];
    const { clock, ledger } = await run(simulate(undefined, { start, end }), sampleEvent(1), sampleEvent(2));
    expect(clock.now).toEqual(end);
    expect(ledger.events.map(({ arrival }) => arrival.getTime() - start.getTime())).toEqual([0, 900_000]);
  });

  test('cannot end in the future', () => {
    expect(() => simulate(undefined, { end: new Date(Date.now() + 60_000) })).toThrow(/^a run cannot end at \S+: the real now is \S+$/);
  });

  test('cannot begin in the future', () => {
    expect(() => simulate(undefined, { start: new Date(Date.now() + 60_000) })).toThrow('the real now is');
  });

  test('takes 5,000 events', async () => {
    const events = Array.from({ length: 5000 }, (_, index) => sampleEvent(index, { detail: { text: 'x'.repeat(1000) } }));
    expect((await run(simulate(), ...events)).ledger.archived).toBe(5000);
  });
});

describe('saved queries', () => {
  test('are run verbatim, in the database that they name', async () => {
    const { simulation, sql } = withSql();
    expect(await simulation.runSavedQueries()).toEqual([{
      name: 'Latest events',
      database: 'audit',
      sql: 'SELECT 1',
      workGroup: 'audit',
      description: undefined,
      result: { columns: [{ name: 'asked', type: 'varchar' }], rows: [['audit: SELECT 1']] },
    }]);
    expect(sql.opened).toBe(1);
    await simulation.close();
    expect(sql.opened).toBe(0);
  });

  test('that fail say which', async () => {
    const { simulation } = withSql(t => { t.Resources.LatestEvents.Properties.QueryString = 'SELECT fails'; });
    await expect(simulation.runSavedQueries()).rejects.toThrow('the saved query "Latest events" failed: no such column');
  });

  test.each<[string, (template: Template) => void, string]>([
    ['a workgroup that is not there', t => { t.Resources.LatestEvents.Properties.WorkGroup = 'other'; }, 'LatestEvents.WorkGroup: there is no workgroup other'],
    ['a workgroup that is disabled', t => { t.Resources.WorkGroup.Properties.State = 'DISABLED'; }, 'WorkGroup.State: got "DISABLED"'],
    ['a workgroup without a place for results', t => { t.Resources.WorkGroup.Properties.WorkGroupConfiguration = {}; }, 'Athena needs an OutputLocation or managed query results'],
    ['a workgroup with two places for results', t => {
      t.Resources.WorkGroup.Properties.WorkGroupConfiguration.ManagedQueryResultsConfiguration = { Enabled: true };
    }, 'and not both'],
    ['a place that is not in S3', t => { t.Resources.WorkGroup.Properties.WorkGroupConfiguration.ResultConfiguration.OutputLocation = '/tmp'; }, '/tmp is no place in S3'],
    ['an old engine', t => { t.Resources.WorkGroup.Properties.WorkGroupConfiguration.EngineVersion = { SelectedEngineVersion: 'Athena engine version 2' }; }, 'SelectedEngineVersion: got'],
  ])('in %s are refused', (_name, change, message) => {
    expect(() => simulate(change)).toThrow(message);
  });

  test('stand on the Glue resources of this account', () => {
    expect(simulate().catalog()).toEqual([{
      logicalId: 'Database',
      type: 'AWS::Glue::Database',
      properties: { CatalogId: '123456789012', DatabaseInput: { Name: 'audit' } },
    }]);
    expect(() => simulate(t => { t.Resources.Database.Properties.CatalogId = '999999999999'; }).catalog()).toThrow('Database.CatalogId: 999999999999 is another account');
  });
});

// The traps of Glue and Athena on the embedded query engine, and those that are in what the template declares.

import { App, Size, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as athena from 'aws-cdk-lib/aws-athena';
import { PartitionKey } from '../../src';
import { altered, anEvent, cleanUp, run } from '../end-to-end/archive-run';
import { defaultArchive, fullArchive } from '../full-archive';
import { projectionOf } from '../simulator/catalog/partition-projection';
import { DuckDbQueryEngine } from '../simulator/embedded/sql';
import { SimulatedTemplate } from '../simulator/template/template';
import { synthesisError } from '../synthesize';
import { CATALOG_TRAPS, CatalogTrap, findingsOf } from './catalog-traps';
import { allFound, outcomeOf } from './outcome';
import { withEventsTable, withTables } from './template-parts';

afterAll(cleanUp);

describe('events and failures are found, and not with', () => {
  const engine = new DuckDbQueryEngine();
  afterAll(() => engine.close());

  test.each(CATALOG_TRAPS.map((trap): [string, CatalogTrap] => [trap.name, trap]))('%s', async (_name, trap) => {
    expect(await findingsOf(trap, false, engine)).toBe(trap.setting.rows);
    const sprung = await findingsOf(trap, true, engine);
    if (trap.effect instanceof RegExp) expect(sprung).toMatch(trap.effect);
    else expect(sprung).toBe(trap.effect);
  });
});

describe('a table or view has a form that Athena takes, and not', () => {
  test.each<[string, (template: object) => object, RegExp]>([
    ['a location that does not end in a slash', template => withEventsTable(template, ({ Parameters: parameters }) => {
      const parts = parameters['storage.location.template']['Fn::Join'][1];
      parts.push(parts.pop().replace(/\/$/, ''));
    }), /must end in '\/'/],
    ['a partition column with the name of a data column', template => withEventsTable(template, ({ PartitionKeys: keys, Parameters: parameters }) => {
      keys[0].Name = 'source';
      const { 'Fn::Join': join } = parameters['storage.location.template'];
      join[1] = join[1].map((part: unknown) => typeof part === 'string' ? part.replace('${event_type}', '${source}') : part);
      for (const setting of ['type', 'values']) {
        parameters[`projection.source.${setting}`] = parameters[`projection.event_type.${setting}`];
        delete parameters[`projection.event_type.${setting}`];
      }
    }), /duplicate column name 'source'/],
    ['a name with capitals', template => withEventsTable(template, input => { input.Name = 'events_JSON'; }), /has upper-case letters/],
    ['a view without its mark', template => view(template, input => { delete input.Parameters.presto_view; }), /presto_view "true"/],
    ['a view without the comment by which Trino knows it', template => view(template, input => { delete input.Parameters.comment; }), /comment "Presto View"/],
    ['a view with a description, which replaces that comment', template => view(template, input => { input.Description = 'All events'; }), /a view has no Description/],
    ['a view with its SQL in plain text', template => view(template, input => { input.ViewOriginalText = 'SELECT 1'; }), /is not of the form/],
    ['a view with its SQL in the place of the mark', template => view(template, input => { input.ViewExpandedText = 'SELECT 1'; }), /ViewExpandedText is/],
  ])('%s', async (_trap, fallIn, refused) => {
    expect(await outcomeOf(defaultArchive(), [anEvent()])).toEqual(allFound(1));
    expect((await outcomeOf(fallIn(defaultArchive()), [anEvent()])).found).toMatch(refused);
  });

  const view = (template: object, alter: (input: any) => void) => withTables(template, /^events$/, alter);
});

test('a key with the name of a data column is refused', () => {
  expect(() => PartitionKey.fromJq('source', '.source', { values: ['a'] })).toThrow('every event has a column of this name');
});

test('the days that a query without a filter looks into begin with the library, and not long before', () => {
  const days = (template: object) => {
    const table = SimulatedTemplate.parse(template).ofType('AWS::Glue::Table').find(({ properties }: any) => properties.TableInput.Name.startsWith('events_'))!;
    return projectionOf('receipt_date', 'string', (table.properties.TableInput as any).Parameters).values(new Date());
  };
  expect(days(defaultArchive())[0]).toBe('2026-01-01');
  const sinceEventBridge = withEventsTable(defaultArchive(), ({ Parameters: parameters }) => { parameters['projection.receipt_date.range'] = '2019-07-11,NOW'; });
  expect(days(sinceEventBridge).length - days(defaultArchive()).length).toBeGreaterThan(2000);
});

describe('a workgroup', () => {
  const configuration = (template: object, alter: (settings: any) => void) =>
    altered(template, 'AWS::Athena::WorkGroup', properties => alter(properties.WorkGroupConfiguration));

  test('has a scan limit that Athena takes, which CDK does not look at', () => {
    expect(synthesisError({ query: { bytesScannedLimit: Size.bytes(9_999_999) } })).toMatch('Athena accepts 10,000,000 bytes or more');
    const stack = new Stack(new App(), 'OfCdk');
    new athena.CfnWorkGroup(stack, 'WorkGroup', { name: 'a', workGroupConfiguration: { bytesScannedCutoffPerQuery: 9_999_999 } });
    Template.fromStack(stack).hasResourceProperties('AWS::Athena::WorkGroup', { WorkGroupConfiguration: { BytesScannedCutoffPerQuery: 9_999_999 } });
  });

  test('has one place for its results, and neither two nor none', async () => {
    await expect(run(defaultArchive(), [])).resolves.toBeDefined();
    const two = configuration(defaultArchive(), settings => { settings.ManagedQueryResultsConfiguration = { Enabled: true }; });
    const none = configuration(defaultArchive(), settings => { delete settings.ResultConfiguration; });
    for (const template of [two, none]) await expect(run(template, [])).rejects.toThrow('Athena needs an OutputLocation or managed query results, and not both');
  });
});

describe('a saved query', () => {
  const withSql = (alter: (sql: string) => string) => altered(defaultArchive(), 'AWS::Athena::NamedQuery', properties => {
    properties.QueryString = alter(properties.QueryString);
  });

  test('is within what Athena takes, as are its name and its description', () => {
    expect(tooLong(defaultArchive())).toEqual([]);
    expect(tooLong(fullArchive())).toEqual([]);
    expect(tooLong(withSql(sql => `${sql}${' '.repeat(262_144)}`))).toHaveLength(6);
  });

  test('has no semicolon at its end, which Trino does not take', async () => {
    await expect((await run(defaultArchive(), [])).savedQueries()).resolves.toHaveLength(6);
    await expect((await run(withSql(sql => `${sql};`), [])).savedQueries()).rejects.toThrow(/Latest events.* failed/);
  });

  /** @see https://docs.aws.amazon.com/athena/latest/APIReference/API_NamedQuery.html */
  function tooLong(template: object): string[] {
    const limits = { Name: 128, Description: 1024, QueryString: 262_144 };
    return SimulatedTemplate.parse(template).ofType('AWS::Athena::NamedQuery')
      .filter(({ properties }) => Object.entries(limits).some(([property, limit]) => (properties[property] as string).length > limit))
      .map(({ logicalId }) => logicalId);
  }
});

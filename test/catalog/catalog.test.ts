import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { EventAuditArchive, PartitionKey } from '../../src';
import { synthesisError, synthesize } from '../synthesize';

function table(template: Template, name: string): { [key: string]: any } {
  const [found] = Object.values(template.findResources('AWS::Glue::Table', { Properties: { TableInput: { Name: name } } }));
  return found.Properties.TableInput;
}

function definition(template: Template, view: string): { [key: string]: any } {
  const [, [before, { 'Fn::Base64': json }, after]] = table(template, view).ViewOriginalText['Fn::Join'];
  expect([before, after]).toEqual(['/* Presto View: ', ' */']);
  return JSON.parse(json);
}

test('the table reads what the stream writes', () => {
  const { template } = synthesize();
  const { Parameters, PartitionKeys, StorageDescriptor, TableType } = table(template, 'events_json__event_type__receipt_date');
  expect(TableType).toBe('EXTERNAL_TABLE');
  expect(PartitionKeys.map((key: any) => [key.Name, key.Type])).toEqual([['event_type', 'string'], ['receipt_date', 'string']]);
  expect(StorageDescriptor.Columns.map((column: any) => `${column.Name} ${column.Type}`)).toEqual([
    'version string', 'id string', 'detail_type string', 'source string', 'account string', 'time string', 'region string',
    'resources array<string>', 'detail string', 'replay_name string',
  ]);
  expect(StorageDescriptor.SerdeInfo).toEqual({
    SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe',
    Parameters: {
      'case.insensitive': 'FALSE',
      'ignore.malformed.json': 'true',
      'mapping.detail_type': 'detail-type',
      'mapping.replay_name': 'replay-name',
    },
  });
  expect(Parameters).toMatchObject({ 'classification': 'json', 'projection.enabled': 'true', 'projection.receipt_date.range': '2026-01-01,NOW' });
});

test('no partition column has the name of a data column', () => {
  const { PartitionKeys, StorageDescriptor } = table(synthesize().template, 'events_json__event_type__receipt_date');
  const columns = StorageDescriptor.Columns.map((column: any) => column.Name);
  expect(PartitionKeys.filter((key: any) => columns.includes(key.Name))).toEqual([]);
});

test('the error records are read without regard to case, partitioned by date only', () => {
  const { PartitionKeys, StorageDescriptor } = table(synthesize().template, 'delivery_error_records');
  expect(PartitionKeys).toEqual([expect.objectContaining({ Name: 'error_date', Type: 'string' })]);
  expect(StorageDescriptor.SerdeInfo.Parameters).toEqual({ 'ignore.malformed.json': 'true' });
  expect(StorageDescriptor.Columns.map((column: any) => `${column.Name} ${column.Type}`)).toEqual([
    'attemptsmade', 'arrivaltimestamp', 'errorcode', 'errormessage', 'lasterrorcode', 'lasterrormessage', 'attemptendingtimestamp', 'rawdata',
    'lambdaarn', 'sequencenumber', 'datacatalogtable',
  ].map(name => `${name} string`));
});

describe('the views', () => {
  test.each(['events', 'unique_events', 'unique_events_all', 'delivery_errors'])('%s is declared as Athena keeps it', view => {
    const { template, archive } = synthesize();
    expect(table(template, view)).toMatchObject({
      TableType: 'VIRTUAL_VIEW',
      Parameters: { presto_view: 'true', comment: 'Presto View' },
      ViewExpandedText: '/* Presto View */',
      StorageDescriptor: { SerdeInfo: {} },
    });
    expect(table(template, view).Description).toBeUndefined();
    expect(Object.keys(definition(template, view))).toEqual(['originalSql', 'catalog', 'schema', 'columns']);
    expect(definition(template, view)).toMatchObject({ catalog: 'awsdatacatalog', schema: archive.databaseName });
  });

  test('events has the envelope and the keys of the layout', () => {
    const { template } = synthesize({ partitionKeys: [PartitionKey.receiptDate()] });
    expect(definition(template, 'events').originalSql).toBe(
      'SELECT version, id, detail_type, source, account, time, region, resources, detail, replay_name, receipt_date FROM events_json__receipt_date');
  });
});

describe('the columns of the views', () => {
  const ENVELOPE = [
    'version string', 'id string', 'detail_type string', 'source string', 'account string', 'time string', 'region string',
    'resources array<string>', 'detail string', 'replay_name string',
  ];
  const COLUMNS: { [view: string]: string[] } = {
    events: [...ENVELOPE, 'event_type string', 'receipt_date string'],
    unique_events: [...ENVELOPE, 'event_type string', 'receipt_date string'],
    unique_events_all: [...ENVELOPE, 'event_type string', 'receipt_date string'],
    delivery_errors: [
      'error_date string', 'error_type string', 'error_code string', 'error_message string', 'attempts bigint', 'arrival_time string',
      'event_id string', 'detail_type string', 'source string', 'event string', 'path string',
    ],
  };

  test.each(Object.keys(COLUMNS))('%s: Glue knows them by the types of Hive, the view itself by those of Athena', view => {
    const { template } = synthesize();
    expect(table(template, view).StorageDescriptor.Columns.map((column: any) => `${column.Name} ${column.Type}`)).toEqual(COLUMNS[view]);
    expect(definition(template, view).columns.map((column: any) => `${column.name} ${column.type}`))
      .toEqual(COLUMNS[view].map(column => column.replace(/string/, 'varchar').replace('array<varchar>', 'array(varchar)')));
  });

  test('those that their names do not explain have a comment, and none is empty', () => {
    const { template } = synthesize();
    const comments = (name: string): { [column: string]: string } => {
      const { PartitionKeys = [], StorageDescriptor } = table(template, name);
      return Object.fromEntries([...StorageDescriptor.Columns, ...PartitionKeys].filter((column: any) => 'Comment' in column).map((column: any) => [column.Name, column.Comment]));
    };
    const all = ['events', 'events_json__event_type__receipt_date', 'delivery_errors', 'delivery_error_records'].map(name => [name, comments(name)] as const);
    for (const [, columns] of all) for (const comment of Object.values(columns)) expect(comment).toMatch(/^[A-Z`].{8,}/);
    expect(Object.fromEntries(all.map(([name, columns]) => [name, Object.keys(columns)]))).toEqual({
      events: expect.arrayContaining(['event_type', 'receipt_date']),
      events_json__event_type__receipt_date: expect.arrayContaining(['event_type', 'receipt_date']),
      delivery_errors: ['error_date', 'error_type', 'attempts', 'arrival_time', 'event', 'path'],
      delivery_error_records: ['error_date'],
    });
  });
});

describe('what the catalog says of itself', () => {
  test('the database and each table of objects have a description', () => {
    const { template } = synthesize();
    template.hasResourceProperties('AWS::Glue::Database', { DatabaseInput: { Description: 'The event audit archive' } });
    expect(table(template, 'events_json__event_type__receipt_date').Description).toBe('Events in the layout json__event_type__receipt_date');
    expect(table(template, 'delivery_error_records').Description).toBe('The records that Firehose could not deliver, as it wrote them');
  });

  test.each(['events_json__event_type__receipt_date', 'delivery_error_records'])('%s: compressed text, one JSON object per line', name => {
    const { Parameters, StorageDescriptor } = table(synthesize().template, name);
    expect(Parameters.classification).toBe('json');
    expect(StorageDescriptor).toMatchObject({
      Compressed: true,
      InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
      OutputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
    });
  });

  test('it goes with the stack: it holds nothing that the objects do not', () => {
    const { template } = synthesize();
    template.allResources('AWS::Glue::Database', { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
    template.allResources('AWS::Glue::Table', { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
  });
});

describe('the database', () => {
  test('is named after the stack and the construct, and comes before its tables', () => {
    const { template, archive } = synthesize();
    expect(archive.databaseName).toMatch(/^test_audit_[0-9a-f]{8}$/);
    template.hasResourceProperties('AWS::Glue::Database', { CatalogId: { Ref: 'AWS::AccountId' }, DatabaseInput: { Name: archive.databaseName } });
    template.allResources('AWS::Glue::Table', { DependsOn: [Match.stringLikeRegexp('^AuditCatalogDatabase')] });
  });

  test('can be named by the user', () => {
    const { template, archive } = synthesize({ catalog: { databaseName: 'audit' } });
    expect(archive.databaseName).toBe('audit');
    template.allResourcesProperties('AWS::Glue::Table', { DatabaseName: 'audit' });
    template.allResourcesProperties('AWS::Athena::NamedQuery', { Database: 'audit', QueryString: Match.stringLikeRegexp('FROM "audit"\\.') });
  });

  test('can have a name that only the deployment knows', () => {
    const { template } = synthesize(stack => ({ catalog: { databaseName: new CfnParameter(stack, 'Name', { default: 'audit' }).valueAsString } }));
    template.hasResourceProperties('AWS::Glue::Database', { DatabaseInput: { Name: { Ref: 'Name' } } });
  });

  test('cannot have the name of another of the stack', () => {
    const second = (databaseName: string) => () => synthesisError({ catalog: { databaseName: 'audit' } }, {
      extend: (_archive, stack) => { new EventAuditArchive(stack, 'Second', { catalog: { databaseName } }); },
    });
    expect(second('audit')()).toBe('catalog.databaseName: got "audit"; Test/Audit/Catalog/Database has that name already: give each archive a database of its own');
    expect(second('other')).toThrow('synthesis did not fail');
  });

  test('can have the name of one in a stack below it that is for another place', () => {
    const stack = new Stack(new App(), 'Outer', { env: { account: '111111111111', region: 'eu-west-1' } });
    new EventAuditArchive(new Stack(stack, 'Inner', { env: { account: '111111111111', region: 'us-east-1' } }), 'Audit', { catalog: { databaseName: 'audit' } });
    expect(() => new EventAuditArchive(stack, 'Audit', { catalog: { databaseName: 'audit' } })).not.toThrow();
  });

  test('can be named as that of a stack below it is named, in another account', () => {
    const stack = new Stack(new App(), 'Outer', { env: { account: '111111111111', region: 'eu-west-1' } });
    new EventAuditArchive(new Stack(stack, 'Inner', { env: { account: '222222222222', region: 'eu-west-1' } }), 'Audit', { catalog: { databaseName: 'audit' } });
    expect(() => new EventAuditArchive(stack, 'Audit', { catalog: { databaseName: 'audit' } })).not.toThrow();
  });

  test.each(['Audit', 'my-audit', ' audit', 'audit ', '', 'a'.repeat(256)])('refuses the name %j', databaseName => {
    const shown = JSON.stringify(databaseName);
    const got = shown.length > 200 ? `${shown.slice(0, 197)}...` : shown;
    expect(synthesisError({ catalog: { databaseName } }))
      .toBe(`catalog.databaseName: got ${got}; Athena takes 1 to 255 lower-case letters, digits and underscores`);
  });
});

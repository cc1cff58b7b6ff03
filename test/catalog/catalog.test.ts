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
  test.each(['events', 'delivery_errors'])('%s is declared as Athena keeps it', view => {
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

  test.each(['Audit', 'my-audit', '', 'a'.repeat(256)])('refuses the name %j', databaseName => {
    const shown = JSON.stringify(databaseName);
    const got = shown.length > 200 ? `${shown.slice(0, 197)}...` : shown;
    expect(synthesisError({ catalog: { databaseName } }))
      .toBe(`catalog.databaseName: got ${got}; Athena takes 1 to 255 lower-case letters, digits and underscores`);
  });
});

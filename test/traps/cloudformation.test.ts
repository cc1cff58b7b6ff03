// The traps of CloudFormation and CDK: names, limits, feature flags, and what a construct leaves behind in every template.

import { App, CfnParameter, Names, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as athena from 'aws-cdk-lib/aws-athena';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as firehose from 'aws-cdk-lib/aws-kinesisfirehose';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as cxapi from 'aws-cdk-lib/cx-api';
import { EventAuditArchive, EventAuditArchiveProps } from '../../src';
import { altered, anEvent, cleanUp, run } from '../end-to-end/archive-run';
import { defaultArchive, fullArchive } from '../full-archive';
import { SimulatedTemplate } from '../simulator/template/template';
import { Extend, synthesize } from '../synthesize';
import { allFound, outcomeOf } from './outcome';
import { RULE, TABLE } from './template-parts';

afterAll(cleanUp);

const ENV = { account: '123456789012', region: 'us-east-1' };

test('no mapping is left unused, as the L2 stream leaves its own: W7001', () => {
  const withStreamOfCdk: Extend = (archive, stack) => { firehose.DeliveryStream.fromDeliveryStreamArn(stack, 'Stream', archive.deliveryStreamArn); };
  expect(unusedMappings(defaultArchive())).toEqual([]);
  expect(unusedMappings(synthesize({}, { extend: withStreamOfCdk }).template.toJSON())).toEqual(['awscdkawskinesisfirehoseCidrBlocks']);
});

function unusedMappings({ Mappings = {}, ...rest }: any): string[] {
  const used = JSON.stringify(rest);
  return Object.keys(Mappings).filter(name => !used.includes(`{"Fn::FindInMap":["${name}"`));
}

describe('a stack', () => {
  const archives = (count: number): App => {
    const app = new App();
    const stack = new Stack(app, 'Many');
    for (let index = 0; index < count; index++) new EventAuditArchive(stack, `Audit${index}`);
    return app;
  };

  test('has room for much beside an archive: CloudFormation takes 500 resources', () => {
    expect(Object.keys((defaultArchive() as any).Resources).length).toBeLessThan(31);
    expect(() => archives(15).synth()).not.toThrow();
    expect(() => archives(20).synth()).toThrow(/Number of resources in stack 'Many': \d+ is greater than allowed maximum of 500/);
  });

  test('has room for much beside an archive: CloudFormation takes 1 MB', () => {
    const bytes = (template: object) => Buffer.byteLength(JSON.stringify(template));
    expect(bytes(fullArchive())).toBeLessThan(300_000);
    const wordy = altered(defaultArchive(), TABLE, ({ TableInput }) => {
      for (const column of TableInput.StorageDescriptor.Columns) column.Comment = 'x'.repeat(30_000);
    });
    expect(bytes(wordy)).toBeGreaterThan(1_000_000);
  });
});

describe('names', () => {
  const stacksOf = (app: App) => ['Two', 'two'].map(id => new Stack(app, id));

  test('of archives with the id Default differ in stacks that differ by case only, which CDK\'s do not', () => {
    const [one, other] = stacksOf(new App()).map(stack => new EventAuditArchive(stack, 'Default').databaseName);
    expect(one).not.toBe(other);
    const options = { maxLength: 64, separator: '_', allowedSpecialCharacters: '_' };
    const [ofCdk, otherOfCdk] = stacksOf(new App()).map(stack => Names.uniqueResourceName(new EventAuditArchive(stack, 'Default'), options).toLowerCase());
    expect(ofCdk).toBe(otherOfCdk);
  });

  test('are CloudFormation\'s own where they can be, so that two archives, or a replacement, do not collide', () => {
    const two = synthesize({}, { extend: (_archive, stack) => { new EventAuditArchive(stack, 'Second'); } }).template.toJSON();
    expect(namesTwice(two)).toEqual([]);
    const named = altered(two, 'AWS::KinesisFirehose::DeliveryStream', properties => { properties.DeliveryStreamName = 'audit'; });
    expect(namesTwice(named)).toEqual(['AWS::KinesisFirehose::DeliveryStream audit']);
  });

  test('of a workgroup is there, and AWS can delete it once it was used', () => {
    const undeletable = (template: object) => SimulatedTemplate.parse(template).ofType('AWS::Athena::WorkGroup')
      .filter(({ properties }) => properties.RecursiveDeleteOption !== true).map(({ logicalId }) => logicalId);
    expect(undeletable(defaultArchive())).toEqual([]);
    const withWorkGroupOfCdk: Extend = (_archive, stack) => {
      new athena.CfnWorkGroup(stack, 'OfCdk', { name: 'mine', workGroupConfiguration: { resultConfiguration: { outputLocation: 's3://results/' } } });
    };
    expect(undeletable(synthesize({}, { extend: withWorkGroupOfCdk }).template.toJSON())).toEqual(['OfCdk']);
  });

  /** The physical names that a template gives to two resources of a type. */
  function namesTwice(template: object): string[] {
    const isName = /^(Name|BucketName|QueueName|RoleName|DeliveryStreamName|LogGroupName)$/;
    const resources = SimulatedTemplate.parse(template).resources.filter(({ type }) => type !== 'AWS::Athena::NamedQuery');
    const names = resources.flatMap(({ type, properties }) => Object.entries(properties)
      .filter(([name, value]) => isName.test(name) && typeof value === 'string')
      .map(([, value]) => `${type} ${value}`));
    return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
  }
});

describe('feature flags', () => {
  const policyOfCdk: Extend = (_archive, stack) => {
    new iam.ManagedPolicy(stack, 'OfCdk', { statements: [new iam.PolicyStatement({ actions: ['s3:PutObject', 's3:GetObject'], resources: ['*'] })] });
  };
  const statementsOf = (template: any, id: RegExp) => Object.entries<any>(template.Resources)
    .filter(([name, { Type }]) => id.test(name) && Type === 'AWS::IAM::ManagedPolicy')
    .map(([, { Properties }]) => Properties.PolicyDocument.Statement);

  test('that minimize policies leave the archive\'s as they are, and reorder others', () => {
    const [off, on] = [false, true].map(minimized =>
      synthesize({}, { app: { postCliContext: { [cxapi.IAM_MINIMIZE_POLICIES]: minimized } }, extend: policyOfCdk }).template.toJSON());
    expect(JSON.stringify(statementsOf(on, /^Audit/))).toBe(JSON.stringify(statementsOf(off, /^Audit/)));
    expect(statementsOf(on, /^OfCdk/)).not.toEqual(statementsOf(off, /^OfCdk/));
  });

  test('that make references between stacks weak change how an archive is deployed, and nothing of what it does', async () => {
    const [weak, strong] = ['weak', 'strong'].map(busOfAnotherStack);
    expect([weak, strong].map(({ archive }) => ['Fn::GetStackOutput', 'Fn::ImportValue'].filter(name => JSON.stringify(archive).includes(name))))
      .toEqual([['Fn::GetStackOutput'], ['Fn::ImportValue']]);
    const stackOutputs = { Owner: SimulatedTemplate.parse(weak.owner).outputs as { [name: string]: string } };
    const onBus = [{ ...anEvent(), bus: 'orders' }];
    expect(await outcomeOf(weak.archive, onBus, { environment: { stackOutputs } })).toEqual(allFound(1));
    const resolvedTooEarly = altered(weak.archive, RULE, properties => { properties.EventBusName = { Ref: 'Bus' }; });
    await expect(run(resolvedTooEarly, onBus, { environment: { stackOutputs } })).rejects.toThrow('Bus is neither a resource nor a parameter');
  });

  /** The archive's template, and that of the stack with the bus. */
  function busOfAnotherStack(references: string): { readonly owner: object; readonly archive: object } {
    const app = new App({ postCliContext: { '@aws-cdk/core:defaultCrossStackReferences': references } });
    const [owner, stack] = ['Owner', 'Archive'].map(id => new Stack(app, id, { env: ENV }));
    new EventAuditArchive(stack, 'Audit', { eventBus: new events.EventBus(owner, 'Bus', { eventBusName: 'orders' }) });
    return { owner: Template.fromStack(owner).toJSON(), archive: Template.fromStack(stack).toJSON() };
  }
});

test('an error is a plain one, and not CDK\'s own, whose constructor changes', () => {
  const thrownBy = (props: EventAuditArchiveProps | (() => void)): string => {
    try {
      typeof props === 'function' ? props() : synthesize(props);
    } catch (error) {
      return (error as Error).constructor.name;
    }
    return 'nothing';
  };
  expect(thrownBy({ eventPatterns: [] })).toBe('Error');
  expect(thrownBy(() => new s3.Bucket(new Stack(), 'Bucket', { bucketName: 'NO' }))).not.toBe('Error');
});

describe('a database whose name only the deployment knows', () => {
  const { template } = synthesize(stack => ({ catalog: { databaseName: new CfnParameter(stack, 'Name', { default: 'audit' }).valueAsString } }));

  test('is the one that its views look in', async () => {
    expect(await outcomeOf(template.toJSON(), [anEvent()])).toEqual(allFound(1));
    const encodedAtSynthesis = altered(template.toJSON(), TABLE, ({ TableInput }) => {
      if (TableInput.TableType !== 'VIRTUAL_VIEW') return;
      const [before, { 'Fn::Base64': definition }, after] = TableInput.ViewOriginalText['Fn::Join'][1];
      const asItStands = definition['Fn::Join'][1].map((part: unknown) => typeof part === 'string' ? part : '${Token[Name.1]}').join('');
      TableInput.ViewOriginalText = `${before}${Buffer.from(asItStands).toString('base64')}${after}`;
    });
    const archive = await run(encodedAtSynthesis, [anEvent()]);
    await expect(archive.rows('SELECT id FROM events')).rejects.toThrow('TABLE_NOT_FOUND');
  });
});

// The names that the library gives: no two archives of an account and Region share one, and a bus of another name leaves none behind that
// AWS does not let go over to it.

import { App, CfnParameter, Duration, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { EventAuditArchive, EventAuditArchiveProps, EventForwarder, FanOut, FanOutAuthorization } from '../src';
import { StackUpdate } from './simulator/update/stack-update';
import { Extend, synthesize } from './synthesize';
import { nameLike, placeHash, uniqueName } from '../src/private/names';

type Resources = { readonly [logicalId: string]: { readonly Type: string; readonly Properties: { readonly [name: string]: unknown } } };

/** A name that is of something which has a name itself, such as a table's, which is of its database. */
const NAMED_WITHIN: { readonly [property: string]: string } = {
  'AWS::Glue::Table.TableInput': 'DatabaseName',
  'AWS::Athena::NamedQuery.Name': 'WorkGroup',
  'AWS::S3::Bucket.LoggingConfiguration': 'LoggingConfiguration.DestinationBucketName',
};

/** What has parts that are called so and name no resource. */
const WITHOUT_NAMES = /\.(EventPattern|Targets|Columns|PartitionKeys|Parameters|AdvancedEventSelectors|DestinationBucketName|EventBusName)$/;

/** Every physical name of a template that is not of its own resources, and each folder in a bucket that several may share. */
function namesIn(resources: Resources): string[] {
  const own = new RegExp(Object.keys(resources).map(id => `"${id}"`).join('|'));
  const found = ({ path, value, within }: Found): string[] => {
    if (WITHOUT_NAMES.test(path)) return [];
    const text = JSON.stringify([within ?? null, value]);
    if (/(Name|StatementId|LogFilePrefix)$/.test(path)) return own.test(text) ? [] : [`${path}: ${text}`];
    return typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([key, inner]) => found({ path: `${path}.${key}`, value: inner, within })) : [];
  };
  return Object.values(resources).flatMap(({ Type, Properties }) => Object.entries(Properties ?? {}).flatMap(([name, value]) =>
    found({ path: `${Type}.${name}`, value, within: NAMED_WITHIN[`${Type}.${name}`]?.split('.').reduce<any>((inner, key) => inner[key], Properties) })));
}

/** A value, where it is, and the name of what it is in. */
interface Found {
  readonly path: string;
  readonly value: unknown;
  readonly within?: unknown;
}

describe('two stacks of one path, by names of their own', () => {
  const BY_DEFAULT: EventAuditArchiveProps = {};
  const everything = (stack: Stack): EventAuditArchiveProps => {
    const secret = secretsmanager.Secret.fromSecretNameV2(stack, 'Secret', 'partner');
    return {
      encryptionKey: new kms.Key(stack, 'Key'),
      eventArchive: { retention: Duration.days(1) },
      storage: { accessLogsBucket: s3.Bucket.fromBucketName(stack, 'AccessLogs', 'access-logs') },
      trail: {},
      fanOut: { Siem: FanOut.http({ url: 'https://siem.example.com', authorization: FanOutAuthorization.basic({ secret }) }) },
      tamperAlerts: new sns.Topic(stack, 'Topic'),
      consoleLinks: true,
    };
  };
  const extend: Extend = (archive, stack) => {
    archive.addEventBus('Bills');
    archive.addEventBus('Orders');
    archive.addCapture('Clicks', { eventPatterns: [{ source: ['clicks'] }], dedicatedStream: true });
    archive.acceptEventsFrom({ accounts: ['222222222222'] });
    archive.grantQuery(new iam.User(stack, 'Auditor'));
    new EventForwarder(stack, 'Forwarder', { destinationEventBus: events.EventBus.fromEventBusArn(stack, 'Bus', 'arn:aws:events:eu-west-1:111111111111:event-bus/audit') });
  };
  const templateOf = (stackName: string, props: typeof everything | EventAuditArchiveProps, extended?: Extend): Resources =>
    synthesize(props, { stack: { stackName }, extend: extended }).template.toJSON().Resources;

  test.each<[string, typeof everything | EventAuditArchiveProps, Extend | undefined, number]>([
    ['by default', BY_DEFAULT, undefined, 2], ['with everything that has a name', everything, extend, 12],
  ])('share no name: %s', (_name, props, extended, least) => {
    const [one, two] = ['audit-blue', 'audit-green'].map(stackName => namesIn(templateOf(stackName, props, extended)));
    expect(one.length).toBeGreaterThanOrEqual(least);
    expect(one.filter(name => two.includes(name))).toEqual([]);
  });

  test('have the same names again where only the path differs, as in another stage', () => {
    const inStage = new Stack(new Stage(new App(), 'Production'), 'Other', { stackName: 'audit-blue' });
    extend(new EventAuditArchive(inStage, 'Audit', everything(inStage)), inStage);
    expect(namesIn(Template.fromStack(inStage).toJSON().Resources)).toEqual(namesIn(templateOf('audit-blue', everything, extend)));
  });
});

describe('a unique name', () => {
  const named = (...place: string[]): string => {
    const [stackName, ...ids] = place;
    return uniqueName(ids.reduce<Construct>((scope, id) => new Construct(scope, id), new Stack(new App(), 'Stack', { stackName })));
  };

  test('reads like the stack and the ids in it', () => {
    expect(named('audit-blue', 'Audit')).toMatch(/^audit_blue_audit_[0-9a-f]{8}$/);
    expect(named('audit-blue', 'Audit', 'Default')).toMatch(/^audit_blue_audit_[0-9a-f]{8}$/);
  });

  test('differs where the stack or an id does, whatever of them is seen', () => {
    const long = 'x'.repeat(128);
    const places = [
      ['Audit'], ['audit'], ['Audit', 'Default'], ['Audit', 'Default', 'Default'], ['Audit', 'A'], ['Audit', 'a'], ['Audit-A'], ['Audit', 'A', 'B'], ['Audit', 'A-B'], ['Audit', 'A B'],
      ['Audit', 'Ä'], ['Audit', 'Ö'], [long], [`${long.slice(1)}y`], [long, 'Audit'], ['Audit', `${long}${long}a${long}`], ['Audit', `${long}${long}b${long}`],
    ];
    const names = places.map(place => named(...place));
    expect(new Set(names).size).toBe(places.length);
    for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9_]{0,54}_[0-9a-f]{8}$/);
  });

  test('is of no more than so many characters, for what is not made yet too', () => {
    const stack = new Stack(new App(), 'Stack', { stackName: 'x'.repeat(128) });
    expect(uniqueName(stack, { maxLength: 20 })).toMatch(/^x{11}_[0-9a-f]{8}$/);
    expect(uniqueName(stack, { id: 'Bus' })).toBe(uniqueName(new Construct(stack, 'Bus')));
  });

  test('in a nested stack goes by the stack that is deployed, and is the same in each synthesis', () => {
    const nested = (stackName: string): Construct => {
      const outer = new NestedStack(new Stack(new App(), 'Stack', { stackName }), 'Outer');
      return new Construct(new NestedStack(outer, 'Inner'), 'Audit');
    };
    expect(uniqueName(nested('one'))).toMatch(/^one_outer_inner_audit_[0-9a-f]{8}$/);
    for (const name of [uniqueName, placeHash]) {
      expect(name(nested('one'))).toBe(name(nested('one')));
      expect(name(nested('one'))).not.toBe(name(nested('two')));
    }
  });

  test('that is like a text differs where the text does', () => {
    const names = ['orders', 'Orders', 'or.ders', 'or_ders', 'x'.repeat(256), `${'x'.repeat(255)}y`].map(text => nameLike(text, 60));
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z0-9_]{1,60}$/);
  });
});

describe('a bus of another name', () => {
  const LOGS = ['AWS::Logs::DeliverySource', 'AWS::Logs::Delivery', 'AWS::Logs::DeliveryDestination', 'AWS::Logs::ResourcePolicy'];
  type Logs = { [type: string]: Array<[id: string, name: unknown]> };
  const logsOf = (eventBusName: (stack: Stack) => string | undefined, props: EventAuditArchiveProps = {}): Logs => {
    const { template } = synthesize(props, { extend: (archive, stack) => archive.addEventBus('Orders', { eventBusName: eventBusName(stack) }) });
    const found = (type: string) => Object.entries<any>(template.findResources(type))
      .map(([id, { Properties }]): [string, unknown] => [id, Properties.Name ?? Properties.PolicyName]);
    return Object.fromEntries(LOGS.map(type => [type, found(type)]));
  };
  const [unnamed, orders, sales] = [undefined, 'orders', 'sales'].map(name => logsOf(() => name));

  test('has a delivery source of another name and logical id, because a source never goes over to another bus', () => {
    for (const [one, other] of [[unnamed, orders], [orders, sales]]) {
      const [[[oneId, oneName]], [[otherId, otherName]]] = [one, other].map(each => each['AWS::Logs::DeliverySource']);
      expect(oneId).not.toBe(otherId);
      expect(oneName).not.toBe(otherName);
      expect(one['AWS::Logs::Delivery']).not.toEqual(other['AWS::Logs::Delivery']);
    }
  });

  test('delivers to the same log group, by the same right', () => {
    for (const type of ['AWS::Logs::DeliveryDestination', 'AWS::Logs::ResourcePolicy']) expect(sales[type]).toEqual(orders[type]);
  });

  test('is none where the name stays: a bus has one source at a time', () => {
    expect(logsOf(() => 'orders', { delivery: { bufferInterval: Duration.seconds(60) }, trail: {} })).toEqual(orders);
    const inAnotherStack = synthesize({}, { stack: { stackName: 'other' }, extend: archive => archive.addEventBus('Renamed', { eventBusName: 'orders' }) }).template;
    inAnotherStack.hasResourceProperties('AWS::Logs::DeliverySource', { Name: orders['AWS::Logs::DeliverySource'][0][1] });
  });

  describe('in a stack that is updated', () => {
    const templateOf = (eventBusName?: string) => synthesize({}, { extend: archive => archive.addEventBus('Orders', { eventBusName }) }).template.toJSON();
    const [source, delivery] = [/^AuditEventBusesOrdersErrors/, /^AuditEventBusesOrdersErrorDelivery/];
    /** The template with other ids, as if names had nothing to do with them. */
    const renamed = (template: object, ...ids: Array<[RegExp, string]>) => ids.reduce((text, [pattern, id]) => {
      const [old] = Object.keys((template as { Resources: Resources }).Resources).filter(each => pattern.test(each));
      return text.replaceAll(`"${old}"`, `"${id}"`);
    }, JSON.stringify(template));

    test.each([[undefined, 'orders'], ['orders', 'sales'], ['orders', undefined]])('from %p to %p meets no obstacle', (one, other) => {
      const { obstacles, changes } = StackUpdate.plan(templateOf(one), templateOf(other));
      expect(obstacles).toEqual([]);
      expect(changes.filter(({ type }) => type === 'AWS::Logs::DeliverySource').map(({ kind }) => kind)).toEqual(['create', 'remove']);
    });

    test('would be refused where the source stayed, and where it changed though the bus did not', () => {
      const fixed: Array<[RegExp, string]> = [[source, 'Source'], [delivery, 'Delivery']];
      const [orders_, sales_] = [templateOf('orders'), templateOf('sales')].map(template => {
        const json = JSON.parse(renamed(template, ...fixed));
        json.Resources.Source.Properties.Name = 'source';
        return json;
      });
      expect(StackUpdate.plan(orders_, sales_).obstacles).toEqual(['Source.ResourceArn: the service refuses another value in place']);
      const another = JSON.parse(renamed(orders_, [/^Source$/, 'Another']));
      another.Resources.Another.Properties.Name = 'another';
      expect(StackUpdate.plan(orders_, another).obstacles).toEqual([expect.stringMatching(/^Another: CloudWatch Logs takes one delivery source of a resource, and Source is there/)]);
    });
  });

  test('whose name only the deployment knows has a source that is named after its place', () => {
    const parameter = (stack: Stack) => new CfnParameter(stack, 'BusName').valueAsString;
    const [[id, name]] = logsOf(parameter)['AWS::Logs::DeliverySource'];
    expect(name).toMatch(/^test_audit_eventbuses_orders_[0-9a-f]{8}$/);
    expect(logsOf(parameter)['AWS::Logs::DeliverySource']).toEqual([[id, name]]);
  });
});

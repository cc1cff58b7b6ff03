import { App, Fn, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import { EventAuditArchive, EventAuditArchiveProps } from '../../src';
import { anApiCall, anEvent, cleanUp, run } from '../end-to-end/archive-run';
import { wrongIn } from '../end-to-end/found';
import { SimulatedTemplate } from '../simulator/template/template';
import { Extend, synthesisError, synthesize } from '../synthesize';

afterAll(cleanUp);

/** The template of an archive that is extended. */
function extended(extend: Extend, props: EventAuditArchiveProps = {}): Template {
  return synthesize(props, { extend }).template;
}

const bus = (stack: Stack, name: string) => new events.EventBus(stack, name, { eventBusName: name });

describe('another capture', () => {
  test('has its own rules, its own bus and its own state, and the archive\'s target', () => {
    const template = extended((archive, stack) => {
      archive.addCapture('Orders', { eventBus: bus(stack, 'orders'), eventPatterns: [{ source: ['order.placed'] }, { source: ['order.paid'] }] });
      archive.addCapture('Paused', { eventBus: bus(stack, 'paused'), enabled: false });
      archive.addCapture('Reads', { eventBus: bus(stack, 'reads'), includeReadOnlyApiCalls: true });
    });
    const rules = Object.entries(template.findResources('AWS::Events::Rule'));
    expect(rules.map(([, rule]) => rule.Properties.State).sort())
      .toEqual(['DISABLED', 'ENABLED', 'ENABLED', 'ENABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS']);
    expect(new Set(rules.map(([, rule]) => JSON.stringify(rule.Properties.Targets.map(({ Id, ...target }: any) => target)))).size).toBe(1);
    for (const [, rule] of rules) expect(rule.DependsOn).toEqual([expect.stringMatching(/^AuditTargetPutPolicy/)]);
  });

  test('is in the archive\'s rules, after those of the props', () => {
    const { archive } = synthesize({ eventPatterns: [{ source: ['a'] }] }, {
      extend: (given, stack) => {
        given.addCapture('B', { eventPatterns: [{ source: ['b'] }] });
        given.addCapture('C', { eventBus: bus(stack, 'c') });
      },
    });
    expect(archive.rules.map(rule => rule.node.path.split('/').slice(2, -1).join('/'))).toEqual(['Capture', 'Captures/B', 'Captures/C']);
  });

  test('shares the queue and its one statement', () => {
    const template = extended(archive => archive.addCapture('More', { eventPatterns: [{ source: ['b'] }] }), { eventPatterns: [{ source: ['a'] }] });
    template.resourceCountIs('AWS::SQS::Queue', 1);
    template.hasResourceProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: [
          Match.objectLike({ Effect: 'Deny' }),
          Match.objectLike({ Condition: { ArnLike: { 'aws:SourceArn': Object.keys(template.findResources('AWS::Events::Rule')).map(id => ({ 'Fn::GetAtt': [id, 'Arn'] })) } } }),
        ],
      },
    });
  });

  test('changes no logical id of what was there before', () => {
    const before = synthesize().template.toJSON().Resources;
    const after = extended((archive, stack) => archive.addCapture('Orders', { eventBus: bus(stack, 'orders') })).toJSON().Resources;
    expect(Object.keys(after)).toEqual(expect.arrayContaining(Object.keys(before)));
  });
});

describe('events', () => {
  const template = () => extended((archive, stack) => {
    archive.addCapture('Orders', { eventBus: bus(stack, 'orders'), eventPatterns: [{ source: ['order.placed'] }] });
    archive.addCapture('Paused', { eventBus: bus(stack, 'paused'), enabled: false });
  }, { eventPatterns: [{ source: ['aws.ssm'] }] }).toJSON();

  test('of every captured bus are in the one archive, and no others', async () => {
    const wanted = [anEvent(), { ...anEvent({ source: 'order.placed' }), bus: 'orders' }];
    const others = [
      anEvent({ source: 'order.placed' }),
      { ...anEvent(), bus: 'orders' },
      { ...anEvent({ source: 'order.placed' }), bus: 'paused' },
    ];
    const archive = await run(template(), [...wanted, ...others]);
    expect(await wrongIn(archive, wanted)).toEqual([]);
    expect(archive.simulation.ledger.unmatchedBecause).toEqual({ noPattern: 2, disabled: 1 });
  });

  test('by which the archive itself delivers are left out of every capture', async () => {
    const json = extended((archive, stack) => archive.addCapture('Orders', { eventBus: bus(stack, 'orders') })).toJSON();
    const names = Object.keys(json.Resources).filter(id => json.Resources[id].Type === 'AWS::IAM::Role');
    json.Outputs = Object.fromEntries(names.map(id => [`Arn${id}`, { Value: { 'Fn::GetAtt': [id, 'Arn'] } }]));
    const [delivery] = Object.values(SimulatedTemplate.parse(json).outputs) as string[];
    const own = { ...anApiCall('s3', 'PutObject', delivery), bus: 'orders' };
    const kept = { ...anApiCall('s3', 'PutObject', 'arn:aws:iam::123456789012:role/Somebody'), bus: 'orders' };
    expect(await wrongIn(await run(json, [own, kept]), [kept])).toEqual([]);
  });
});

describe('bad input', () => {
  test.each<[string, Extend, EventAuditArchiveProps, string]>([
    ['an id twice', (archive, stack) => {
      archive.addCapture('A', { eventBus: bus(stack, 'a') });
      archive.addCapture('A', { eventBus: bus(stack, 'b') });
    }, {}, 'addCapture: got the id "A" twice; give each an id of its own'],
    ['no pattern', archive => archive.addCapture('A', { eventPatterns: [] }), {},
      'addCapture("A").eventPatterns: got an empty list; give at least one pattern, or leave the prop out to archive everything on the bus'],
    ['the same pattern on the same bus', archive => archive.addCapture('A', { eventPatterns: [{ source: ['x'] }, { source: ['a'] }] }), { eventPatterns: [{ source: ['a'] }] },
      'addCapture("A").eventPatterns[1]: got the same pattern on the same bus as eventPatterns[0]; its events would be delivered twice: give each pattern once'],
    ['everything on the same bus again, by its name', (archive, stack) => archive.addCapture('A', { eventBus: events.EventBus.fromEventBusName(stack, 'Same', 'default') }), {},
      'addCapture("A").eventPatterns: got the same pattern on the same bus as eventPatterns; its events would be delivered twice: give each pattern once'],
    ['what EventBridge refuses', archive => archive.addCapture('A', { eventPatterns: [{ source: [] }] }), {},
      'addCapture("A").eventPatterns[0].source: got []; a list in an event pattern has at least one value'],
    ['read-only calls of a partner', (archive, stack) => archive.addCapture('A', {
      eventBus: events.EventBus.fromEventBusName(stack, 'Partner', 'aws.partner/example.com/1'), includeReadOnlyApiCalls: true,
    }), {}, 'addCapture("A").includeReadOnlyApiCalls: got true on the partner bus aws.partner/example.com/1; read-only API calls reach the default bus and custom buses only'],
  ])('%s', (_name, extend, props, message) => {
    expect(synthesisError(props, { extend })).toBe(message);
  });

  test('the pattern of any capture before it, however its values are ordered', () => {
    const third = (source: string[]) => synthesisError({ eventPatterns: [{ source: ['a', 'b'] }] }, {
      extend: archive => {
        archive.addCapture('Second', { eventPatterns: [{ source: ['c'] }] });
        archive.addCapture('Third', { eventPatterns: [{ source }] });
      },
    });
    expect(third(['b', 'a'])).toBe('addCapture("Third").eventPatterns[0]: got the same pattern on the same bus as eventPatterns[0]; '
      + 'its events would be delivered twice: give each pattern once');
    expect(third(['c'])).toContain('as addCapture("Second").eventPatterns[0]');
  });

  test('an empty id', () => {
    expect(synthesisError({}, { extend: archive => archive.addCapture('', {}) })).toBe('addCapture: got an empty id; give a name');
  });

  test('buses of two stacks are two buses, though their logical ids are the same', () => {
    const app = new App();
    const [one, two] = ['One', 'Two'].map(id => new Stack(app, id));
    const buses = [one, two].map(stack => new events.EventBus(stack, 'Bus'));
    const archive = new EventAuditArchive(one, 'Audit', { eventBus: buses[0] });
    expect(() => archive.addCapture('Two', { eventBus: buses[1] })).not.toThrow();
    expect(Object.values(Template.fromStack(one).findResources('AWS::Events::Rule'))).toHaveLength(2);
  });

  test('a bus of the app and its import by name are one bus', () => {
    const again: Extend = (archive, stack) => {
      archive.addCapture('Own', { eventBus: bus(stack, 'auth') });
      archive.addCapture('Import', { eventBus: events.EventBus.fromEventBusName(stack, 'Import', 'auth') });
    };
    expect(synthesisError({}, { extend: again })).toContain('addCapture("Import").eventPatterns: got the same pattern on the same bus');
  });

  test('a bus and its import by a token for its name are one bus', () => {
    const again: Extend = (archive, stack) => {
      const own = new events.EventBus(stack, 'Own');
      archive.addCapture('Own', { eventBus: own });
      archive.addCapture('Import', { eventBus: events.EventBus.fromEventBusName(stack, 'Import', own.eventBusName) });
    };
    expect(synthesisError({}, { extend: again })).toContain('addCapture("Import").eventPatterns: got the same pattern on the same bus');
    const imported: Extend = (archive, stack) => ['One', 'Two'].forEach(id =>
      archive.addCapture(id, { eventBus: events.EventBus.fromEventBusName(stack, id, Fn.importValue('bus')) }));
    expect(synthesisError({}, { extend: imported })).toContain('addCapture("Two").eventPatterns: got the same pattern on the same bus');
  });

  test('patterns that refer to things of two stacks are two patterns, though they resolve alike', () => {
    const app = new App();
    const [one, two] = ['One', 'Two'].map(id => new events.EventBus(new Stack(app, id), 'B'));
    const stack = new Stack(app, 'Uses');
    const eventPatterns = [one, two].map(({ eventBusArn }) => ({ resources: [eventBusArn] }));
    expect(() => new EventAuditArchive(stack, 'Audit', { eventPatterns })).not.toThrow();
    expect(Object.keys(Template.fromStack(stack).findResources('AWS::Events::Rule'))).toHaveLength(2);
  });

  test('the same pattern on another bus is none', () => {
    expect(() => extended((archive, stack) => archive.addCapture('A', { eventBus: bus(stack, 'a'), eventPatterns: [{ source: ['a'] }] }), { eventPatterns: [{ source: ['a'] }] }))
      .not.toThrow();
  });
});

// What an account has so many of at most, in whole apps: rules, trails, resource policies of logs, managed policies, the text of a view.

import { App, Aspects, CfnResource, Stack, Stage } from 'aws-cdk-lib';
import * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import * as events from 'aws-cdk-lib/aws-events';
import * as glue from 'aws-cdk-lib/aws-glue';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { ENV, errorsOf, warningsOf } from './whole-apps';
import { EventAuditArchive, EventForwarder } from '../../src';

const patterns = (count: number, pattern: (index: number) => events.EventPattern = index => ({ source: [`source${index}`] })) =>
  Array.from({ length: count }, (_, index) => pattern(index));

interface Reported {
  readonly errors: string[];
  readonly warnings: string[];
}

/** What is reported of an app with a stack in it. */
function reported(fill: (stack: Stack, app: App) => void, env: Partial<typeof ENV> = ENV): Reported {
  const app = new App();
  const stack = new Stack(app, 'Test', { env });
  fill(stack, app);
  const errors = errorsOf(app);
  return { errors, warnings: errors.length > 0 ? [] : warningsOf(stack) };
}

const NOTHING: Reported = { errors: [], warnings: [] };

describe('the rules on a bus', () => {
  /** An archive with 5 rules, a forwarder with 5, and the app's own. */
  const rules = (others: number, region = 'eu-west-1', eventBusName?: string) => reported(stack => {
    const eventBus = eventBusName === undefined ? undefined : new events.EventBus(stack, 'Bus', { eventBusName });
    const sqsQueue = new sqs.Queue(stack, 'Queue');
    new EventAuditArchive(stack, 'Audit', { eventBus, eventPatterns: patterns(5) });
    new EventForwarder(stack, 'Forwarder', {
      eventBus,
      eventPatterns: patterns(5),
      destinationEventBus: events.EventBus.fromEventBusArn(stack, 'There', 'arn:aws:events:us-east-1:111111111111:event-bus/there'),
      deadLetterQueue: sqsQueue,
    });
    for (const [index, eventPattern] of patterns(others).entries()) new events.CfnRule(stack, `Rule${index}`, { eventPattern, eventBusName: eventBusName });
    // On another bus they do not count.
    for (const [index, eventPattern] of patterns(10).entries()) new events.CfnRule(stack, `Elsewhere${index}`, { eventPattern, eventBusName: 'another' });
  }, { ...ENV, region });

  test('are 300 by default, those of others in the app included', () => {
    expect(rules(290)).toEqual(NOTHING);
    expect(rules(291).warnings).toEqual(['eventPatterns: got 301 rules on the bus default (5 from here, 296 from elsewhere in the app); EventBridge\'s default quota is 300: '
      + 'have it raised before you deploy, or join patterns, or use several buses [ack: cdk-event-audit-archive:rulesOverDefaultQuota]']);
  });

  test.each(['af-south-1', 'eu-south-1'])('are 100 in %s', region => {
    expect(rules(90, region)).toEqual(NOTHING);
    expect(rules(91, region).warnings).toEqual([expect.stringContaining('eventPatterns: got 101 rules on the bus default (5 from here, 96 from elsewhere in the app); EventBridge\'s default quota is 100: ')]);
  });

  test('are counted by bus, whether it is known by its construct or by its name', () => {
    expect(rules(290, 'eu-west-1', 'orders')).toEqual(NOTHING);
    expect(rules(291, 'eu-west-1', 'orders').warnings).toEqual([expect.stringContaining('got 301 rules on the bus orders ')]);
  });

  test('with wildcards are 30', () => {
    const withWildcards = (others: number) => reported(stack => {
      new EventAuditArchive(stack, 'Audit', { eventPatterns: patterns(20, index => ({ source: events.Match.wildcard(`source${index}-*x`) })) });
      for (const [index, eventPattern] of patterns(others, each => ({ detail: { 'anything-but': [{ wildcard: `${each}*` }] } })).entries()) {
        new events.CfnRule(stack, `Rule${index}`, { eventPattern });
      }
      for (const [index, eventPattern] of patterns(20, each => ({ detail: { wildcard: [`literal${each}`] } })).entries()) new events.CfnRule(stack, `Plain${index}`, { eventPattern });
    });
    expect(withWildcards(10)).toEqual(NOTHING);
    expect(withWildcards(11).errors).toEqual(['[Test/Audit/Limits] eventPatterns: got 31 rules with wildcards on the bus default (20 from here, 31 from elsewhere in the app); '
      + 'EventBridge takes 30: use prefix, suffix or equals-ignore-case instead of wildcard, join patterns, or use several buses']);
  });

  test('are nobody\'s matter on a bus where the archive has none', () => {
    expect(reported(stack => {
      new EventAuditArchive(stack, 'Audit', { eventBus: new events.EventBus(stack, 'Mine') });
      for (const [index, eventPattern] of patterns(310).entries()) new events.CfnRule(stack, `Rule${index}`, { eventPattern });
    })).toEqual(NOTHING);
  });

  test('are those of one account and Region', () => {
    expect(reported((stack, app) => {
      new EventAuditArchive(stack, 'Audit', { eventPatterns: patterns(5) });
      const there = new Stack(app, 'There', { env: { ...ENV, region: 'eu-central-1' } });
      for (const [index, eventPattern] of patterns(296).entries()) new events.CfnRule(there, `Rule${index}`, { eventPattern });
    })).toEqual(NOTHING);
  });

  test('are counted as aspects leave them', () => {
    expect(reported(stack => {
      new EventAuditArchive(stack, 'Audit');
      for (const [index, eventPattern] of patterns(30).entries()) new events.CfnRule(stack, `Rule${index}`, { eventPattern });
      Aspects.of(stack).add({
        visit: node => {
          if (node instanceof events.CfnRule) node.addPropertyOverride('EventPattern', { source: [{ wildcard: '*' }] });
        },
      });
    }).errors).toEqual([expect.stringContaining('got 31 rules with wildcards')]);
  });
});

describe('trails', () => {
  type Place = Partial<typeof ENV>;
  const trails = (others: number, elsewhere: Place = {}, env: Place = ENV, isMultiRegion = true) => reported((stack, app) => {
    for (const name of ['A', 'B']) new EventAuditArchive(stack, name, { trail: { isMultiRegion }, eventPatterns: [{ source: [name] }] });
    const scope = Object.keys(elsewhere).length === 0 ? stack : new Stack(app, 'There', { env: { ...ENV, ...elsewhere } });
    for (let index = 0; index < others; index++) new cloudtrail.CfnTrail(scope, `Trail${index}`, { isLogging: true, s3BucketName: 'logs', isMultiRegionTrail: isMultiRegion });
  }, env);

  test('are five a Region, of all archives and others of the app', () => {
    expect(trails(3)).toEqual(NOTHING);
    expect(trails(4).errors).toEqual(['[Test/A/Limits] trail: got 6 trails in eu-west-1, archives\' and others of the app; CloudTrail takes 5: '
      + 'leave trail out where another archive of the account has one']);
    expect(trails(4, {}, {}).errors).toEqual([expect.stringContaining('trail: got 6 trails in the Region, ')]);
  });

  test('of all Regions count in each', () => {
    expect(trails(4, { region: 'eu-central-1' }).errors).toEqual([expect.stringContaining('got 6 trails in eu-west-1')]);
    expect(trails(4, { region: 'eu-central-1' }, ENV, false)).toEqual(NOTHING);
    expect(trails(4, { account: '222222222222' })).toEqual(NOTHING);
  });

  test('of stacks that may be elsewhere are a warning', () => {
    const app = new App();
    const stacks = Array.from({ length: 6 }, (_, index) => new Stack(app, `Test${index}`));
    for (const stack of stacks) new EventAuditArchive(stack, 'Audit', { trail: {} });
    expect(errorsOf(app)).toEqual([]);
    expect(warningsOf(stacks[0])).toEqual([expect.stringContaining('trail: got 6 trails in the Region, ')]);
    expect(warningsOf(stacks[1])).toEqual([]);
  });

  test('of two stages whose accounts nobody knows are counted apart', () => {
    const app = new App();
    for (const name of ['Beta', 'Prod']) {
      const stack = new Stack(new Stage(app, name), 'Test');
      for (let index = 0; index < 4; index++) new EventAuditArchive(stack, `Audit${index}`, { trail: {}, eventPatterns: [{ source: [`${index}`] }] });
    }
    expect(errorsOf(app)).toEqual([]);
  });
});

describe('resource policies of log groups', () => {
  const policies = (others: number) => reported(stack => {
    for (const name of ['A', 'B']) new EventAuditArchive(stack, name, { eventPatterns: [{ source: [name] }] }).addEventBus('Orders');
    for (let index = 0; index < others; index++) new logs.CfnResourcePolicy(stack, `Policy${index}`, { policyName: `p${index}`, policyDocument: '{}' });
  });

  test('are ten a Region', () => {
    expect(policies(8)).toEqual(NOTHING);
    expect(policies(9).errors).toEqual(['[Test/A/Limits] addEventBus: got 11 resource policies of log groups in a Region, of which each archive with own buses has one; '
      + 'CloudWatch Logs takes 10: add the buses to fewer archives, or make them with events.EventBus and capture them by addCapture']);
  });

  test('are nobody\'s matter without own buses', () => {
    expect(reported(stack => {
      new EventAuditArchive(stack, 'Audit');
      for (let index = 0; index < 11; index++) new logs.CfnResourcePolicy(stack, `Policy${index}`, { policyName: `p${index}`, policyDocument: '{}' });
    })).toEqual(NOTHING);
  });
});

test('the text of a view is 409,600 characters at most', () => {
  const views = (length: number) => reported(stack => {
    const archive = new EventAuditArchive(stack, 'Audit');
    for (let index = 0; index < 110; index++) {
      const tableInput = { name: `view${index}`, viewOriginalText: index === 0 ? 'x'.repeat(length) : undefined };
      new glue.CfnTable(archive, `View${index}`, { catalogId: ENV.account, databaseName: 'audit', tableInput });
    }
  });
  expect(views(409_600)).toEqual(NOTHING);
  expect(views(409_601).errors).toEqual(['[Test/Audit/Limits] catalog.previousLayouts: got 409601 characters in the text of the view view0; Glue takes 409600: list fewer layouts']);
});

describe('a template', () => {
  const stackOf = (others: number, value = '') => reported(stack => {
    new EventAuditArchive(stack, 'Audit');
    for (let index = 0; index < others; index++) new CfnResource(stack, `Other${index}`, { type: 'Example::Of::Resource', properties: { Value: value } });
  });

  test('of more than 500 resources is an error of CDK\'s own', () => {
    expect(() => stackOf(480)).toThrow(/Number of resources in stack 'Test': \d+ is greater than allowed maximum of 500/);
  });

  test('of more than 1 MB is a warning of CDK\'s own', () => {
    expect(stackOf(300, 'x'.repeat(2000))).toEqual(NOTHING);
    expect(stackOf(300, 'x'.repeat(4000)).warnings).toEqual([expect.stringMatching(/^Template size exceeds limit: \d+\/1000000/)]);
  });
});

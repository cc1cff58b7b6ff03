import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { IEventAuditArchive } from '../../src/event-audit-archive-interface';
import { ImportedEventAuditArchive } from '../../src/imported-event-audit-archive';
import { failedInvocations } from '../../src/watch/metrics';
import { sample } from '../access/sample-archive';
import { SimulatedTemplate } from '../simulator/template/template';

function archiveWithQueues(): IEventAuditArchive {
  const { stack, attributes } = sample({ stack: { env: { account: '111111111111', region: 'eu-west-1' } } });
  return new ImportedEventAuditArchive(stack, 'WithQueues', {
    ...attributes,
    deadLetterQueue: sqs.Queue.fromQueueArn(stack, 'DeadLetters', 'arn:aws:sqs:eu-west-1:111111111111:dead-letters'),
    fanOutDeadLetterQueue: sqs.Queue.fromQueueArn(stack, 'FanOutDeadLetters', 'arn:aws:sqs:eu-west-1:111111111111:fan-out-dead-letters'),
  });
}

describe('a metric', () => {
  const STREAM = { namespace: 'AWS/Firehose', dimensions: { DeliveryStreamName: 'audit-stream' } };
  test.each<[keyof IEventAuditArchive & `metric${string}`, object]>([
    ['metricDataFreshness', { ...STREAM, metricName: 'DeliveryToS3.DataFreshness', statistic: 'Maximum' }],
    ['metricDeliveredRecords', { ...STREAM, metricName: 'DeliveryToS3.Records', statistic: 'Sum' }],
    ['metricThrottledRecords', { ...STREAM, metricName: 'ThrottledRecords', statistic: 'Sum' }],
    ['metricDeadLetters', {
      namespace: 'AWS/SQS', metricName: 'ApproximateNumberOfMessagesVisible', dimensions: { QueueName: 'dead-letters' }, statistic: 'Maximum',
    }],
    ['metricFanOutDeadLetters', {
      namespace: 'AWS/SQS', metricName: 'ApproximateNumberOfMessagesVisible', dimensions: { QueueName: 'fan-out-dead-letters' }, statistic: 'Maximum',
    }],
  ])('%s is AWS\'s own, over 5 minutes, and takes CDK\'s options', (method, expected) => {
    const archive = archiveWithQueues();
    expect(archive[method]()).toMatchObject(expected);
    expect(archive[method]().period).toEqual(Duration.minutes(5));
    expect(archive[method]({ statistic: 'p99', period: Duration.minutes(1), label: 'mine' }))
      .toMatchObject({ ...expected, statistic: 'p99', period: Duration.minutes(1), label: 'mine' });
  });

  test('of the archive is looked up in its own Region', () => {
    const archive = archiveWithQueues();
    expect(archive.metricDataFreshness().region).toBe('eu-west-1');
    const elsewhere = new Stack(archive.node.root as App, 'Elsewhere', { env: { account: '111111111111', region: 'us-east-1' } });
    new cloudwatch.Dashboard(elsewhere, 'Dashboard', { widgets: [[new cloudwatch.GraphWidget({ left: [archive.metricDataFreshness()] })]] });
    expect(dashboardOf(elsewhere)).toContain('"region":"eu-west-1"');
  });
});

describe('failed invocations', () => {
  const partnerName = 'aws.partner/example.com/1234/source';

  /** A rule on each kind of bus. */
  function rules(stack: Stack): { [kind: string]: events.Rule } {
    const rule = (id: string, eventBus?: events.IEventBus) => new events.Rule(stack, id, { eventBus, eventPattern: { source: ['a'] } });
    return {
      default: rule('OnDefault'),
      defaultByName: rule('OnDefaultByName', events.EventBus.fromEventBusName(stack, 'ByName', 'default')),
      custom: rule('OnCustom', new events.EventBus(stack, 'Custom')),
      imported: rule('OnImported', events.EventBus.fromEventBusArn(stack, 'Imported', 'arn:aws:events:us-east-1:123456789012:event-bus/orders')),
      partner: rule('OnPartner', events.EventBus.fromEventBusName(stack, 'Partner', partnerName)),
    };
  }

  /** The dimensions of each metric in the sum, as they are once the template is deployed, and the deployed rules' ARNs. */
  function deployed(change: (template: any) => void = () => {}): { arn: string; dimensions: { [name: string]: unknown } }[] {
    const stack = new Stack(new App(), 'Test');
    const all = Object.values(rules(stack));
    const metrics = Object.values(failedInvocations(all).usingMetrics) as cloudwatch.Metric[];
    const output = (id: string, value: string) => new CfnOutput(stack, id, { value }).overrideLogicalId(id);
    all.forEach((rule, index) => output(`Arn${index}`, rule.ruleArn));
    metrics.forEach((metric, index) => Object.entries(metric.dimensions ?? {}).forEach(([name, value]) => output(`Dimension${index}${name}`, String(value))));
    const template = JSON.parse(JSON.stringify(Template.fromStack(stack).toJSON()));
    change(template);
    const { outputs } = SimulatedTemplate.parse(template);
    return all.map((_rule, index) => ({
      arn: String(outputs[`Arn${index}`]),
      dimensions: Object.fromEntries(Object.entries(outputs)
        .filter(([name]) => name.startsWith(`Dimension${index}`))
        .map(([name, value]) => [name.slice(`Dimension${index}`.length), value])),
    }));
  }

  /** The dimensions that EventBridge publishes by, read off the rule's ARN. */
  function published(arn: string): { [name: string]: string } {
    const path = arn.split(':rule/')[1];
    const name = path.slice(path.lastIndexOf('/') + 1);
    return name === path ? { RuleName: name } : { EventBusName: path.slice(0, -name.length - 1), RuleName: name };
  }

  test('are looked up by the names that the rule and its bus have, on every kind of bus', () => {
    const all = deployed();
    expect(all.map(({ dimensions }) => dimensions)).toEqual(all.map(({ arn }) => published(arn)));
    expect(all.map(({ dimensions }) => dimensions.EventBusName))
      .toEqual([undefined, undefined, expect.stringMatching(/^TestCustom/), 'orders', partnerName]);
  });

  test('would not be found by the bare reference to a rule on another bus', () => {
    const all = deployed(template => {
      for (const output of Object.values<any>(template.Outputs)) {
        const split = output.Value['Fn::Select']?.[1]['Fn::Split'];
        if (split) output.Value = split[1];
      }
    });
    expect(all[2].dimensions).not.toEqual(published(all[2].arn));
    expect(all[0].dimensions).toEqual(published(all[0].arn));
  });

  test('are summed, and a rule that publishes nothing has failed at nothing', () => {
    const stack = new Stack(new App(), 'Test');
    const { custom, default: onDefault } = rules(stack);
    const sum = failedInvocations([onDefault, custom]);
    const names = Object.keys(sum.usingMetrics);
    expect(sum.expression).toBe(`FILL(${names[0]}, 0) + FILL(${names[1]}, 0)`);
    expect(Object.values(sum.usingMetrics)).toEqual([
      expect.objectContaining({ namespace: 'AWS/Events', metricName: 'FailedInvocations', statistic: 'Sum' }),
      expect.objectContaining({ namespace: 'AWS/Events', metricName: 'FailedInvocations', statistic: 'Sum' }),
    ]);
    expect(sum).toMatchObject({ label: 'FailedInvocations', period: Duration.minutes(5) });
    expect(failedInvocations([custom], { label: 'mine', period: Duration.minutes(1) })).toMatchObject({ label: 'mine', period: Duration.minutes(1) });
  });

  test('can be watched by an alarm, and be part of another sum', () => {
    const stack = new Stack(new App(), 'Test');
    const { custom, default: onDefault } = rules(stack);
    const both = new cloudwatch.MathExpression({
      expression: 'mine + yours', usingMetrics: { mine: failedInvocations([onDefault]), yours: failedInvocations([custom]) },
    });
    both.createAlarm(stack, 'Alarm', { threshold: 1, evaluationPeriods: 1, treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING });
    Template.fromStack(stack).hasResourceProperties('AWS::CloudWatch::Alarm', {
      Metrics: Match.arrayWith([Match.objectLike({ Expression: Match.stringLikeRegexp('^FILL\\(failed[0-9a-f]{8}, 0\\)$'), ReturnData: false })]),
    });
  });

  test('of as many rules as an archive can have fit into an expression', () => {
    const stack = new Stack(new App(), 'Test');
    const many = Array.from({ length: 65 }, (_none, index) => new events.Rule(stack, `Rule${index}`, { eventPattern: { source: ['a'] } }));
    expect(failedInvocations(many).expression.length).toBeLessThanOrEqual(2048);
  });
});

function dashboardOf(stack: Stack): string {
  const [dashboard] = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'));
  return JSON.stringify(dashboard.Properties.DashboardBody).replace(/\\"/g, '"');
}


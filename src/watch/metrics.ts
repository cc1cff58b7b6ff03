// The metrics by which an archive is watched: AWS's own names, each with the statistic that means something.

import { Fn } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as events from 'aws-cdk-lib/aws-events';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { IConstruct } from 'constructs';
import { invalid } from '../private/validate';

/** What Firehose publishes of each stream, every minute. @see https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html */
interface StreamMetric {
  readonly metricName: string;
  readonly statistic: string;
}

export const DATA_FRESHNESS: StreamMetric = { metricName: 'DeliveryToS3.DataFreshness', statistic: cloudwatch.Stats.MAXIMUM };
export const DELIVERED_RECORDS: StreamMetric = { metricName: 'DeliveryToS3.Records', statistic: cloudwatch.Stats.SUM };
export const THROTTLED_RECORDS: StreamMetric = { metricName: 'ThrottledRecords', statistic: cloudwatch.Stats.SUM };

/** A metric of a stream, which is in the account and Region of the scope. */
export function streamMetric(
  scope: IConstruct, deliveryStreamName: string, metric: StreamMetric, options?: cloudwatch.MetricOptions,
): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: 'AWS/Firehose',
    dimensionsMap: { DeliveryStreamName: deliveryStreamName },
    ...metric,
    ...options,
  }).attachTo(scope);
}

/** How many messages wait in the queue of fan-outs, where there is one. */
export function waitingFanOutMessages(queue: sqs.IQueue | undefined, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
  const known = queue ?? invalid('metricFanOutDeadLetters', 'an archive without a queue for fan-outs',
    'add a fan-out, or a target by onEvent, before; an imported archive needs the attribute fanOutDeadLetterQueue');
  return waitingMessages(known, options);
}

/** How many messages wait in a queue. */
export function waitingMessages(queue: sqs.IQueue, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
  return queue.metricApproximateNumberOfMessagesVisible({ statistic: cloudwatch.Stats.MAXIMUM, ...options });
}

/** The deliveries that the rules gave up. EventBridge publishes no zeros, so that a rule without failures counts as none. */
export function failedInvocations(rules: readonly events.Rule[], options?: cloudwatch.MathExpressionOptions): cloudwatch.MathExpression {
  // Named by the rules, so that two such sums can be parts of a third.
  const usingMetrics = Object.fromEntries(rules.map(rule => [`failed${rule.node.addr.slice(-8)}`, failedInvocationsOf(rule)]));
  return new cloudwatch.MathExpression({
    label: 'FailedInvocations',
    ...options,
    expression: Object.keys(usingMetrics).map(metric => `FILL(${metric}, 0)`).join(' + '),
    usingMetrics,
  });
}

function failedInvocationsOf(rule: events.Rule): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: 'AWS/Events',
    metricName: 'FailedInvocations',
    statistic: cloudwatch.Stats.SUM,
    dimensionsMap: dimensionsOf(rule.node.defaultChild as events.CfnRule),
  }).attachTo(rule);
}

/** On another bus than the default the bus is a dimension too, and `Ref` is `bus|rule`. @see https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1131 */
function dimensionsOf({ ref, eventBusName }: events.CfnRule): { [name: string]: string } {
  if (eventBusName === undefined || eventBusName === 'default') return { RuleName: ref };
  return { EventBusName: eventBusName, RuleName: Fn.select(1, Fn.split('|', ref)) };
}

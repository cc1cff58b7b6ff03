// The metrics by which an archive is watched: AWS's own names, each with the statistic that means something.

import { Fn } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as events from 'aws-cdk-lib/aws-events';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { IConstruct } from 'constructs';
import { DATA_FRESHNESS, DELIVERED_RECORDS, streamMetric, StreamMetric, THROTTLED_RECORDS } from './stream-metrics';
import { invalid } from '../private/validate';

const MAXIMUM = 'Maximum';
const SUM = 'Sum';

/** What is watched of an archive. It is asked for when a metric is, because an imported archive need not know all of it. */
export interface WatchedArchive extends IConstruct {
  readonly deliveryStreamName: string;
  readonly deadLetterQueue: sqs.IQueue;
  readonly fanOutDeadLetterQueue?: sqs.IQueue;
}

/** The metrics of an archive, be it made here or imported. */
export class ArchiveMetrics {
  constructor(private readonly archive: WatchedArchive) {}

  /** How far the stream is behind. */
  public dataFreshness(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.ofStream(DATA_FRESHNESS, options);
  }

  /** What the stream wrote. */
  public deliveredRecords(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.ofStream(DELIVERED_RECORDS, options);
  }

  /** What the stream did not take. */
  public throttledRecords(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.ofStream(THROTTLED_RECORDS, options);
  }

  /** What waits in the queue of the archive. */
  public deadLetters(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return waitingMessages(this.archive.deadLetterQueue, options);
  }

  /** What waits in the queue of fan-outs, where there is one. */
  public fanOutDeadLetters(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    const queue = this.archive.fanOutDeadLetterQueue ?? invalid('metricFanOutDeadLetters', 'an archive without a queue for fan-outs',
      'add a fan-out, or a target by onEvent, before; an imported archive needs the attribute fanOutDeadLetterQueue');
    return waitingMessages(queue, options);
  }

  /** The stream is in the account and Region of the archive. */
  private ofStream(metric: StreamMetric, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return streamMetric(this.archive, this.archive.deliveryStreamName, metric, options);
  }
}

function waitingMessages(queue: sqs.IQueue, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
  return queue.metricApproximateNumberOfMessagesVisible({ statistic: MAXIMUM, ...options });
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
    statistic: SUM,
    dimensionsMap: dimensionsOf(rule.node.defaultChild as events.CfnRule),
  }).attachTo(rule);
}

/** On another bus than the default the bus is a dimension too, and `Ref` is `bus|rule`. @see https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1131 */
function dimensionsOf({ ref, eventBusName }: events.CfnRule): { [name: string]: string } {
  if (eventBusName === undefined || eventBusName === 'default') return { RuleName: ref };
  return { EventBusName: eventBusName, RuleName: Fn.select(1, Fn.split('|', ref)) };
}

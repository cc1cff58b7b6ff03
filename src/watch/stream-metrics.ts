// The metrics of one delivery stream: AWS's own names, each with the statistic that means something.

import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { IConstruct } from 'constructs';

/** What Firehose publishes of each stream, every minute. @see https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html */
export interface StreamMetric {
  readonly metricName: string;
  readonly statistic: string;
}

export const DATA_FRESHNESS: StreamMetric = { metricName: 'DeliveryToS3.DataFreshness', statistic: 'Maximum' };
export const DELIVERED_RECORDS: StreamMetric = { metricName: 'DeliveryToS3.Records', statistic: 'Sum' };
export const THROTTLED_RECORDS: StreamMetric = { metricName: 'ThrottledRecords', statistic: 'Sum' };

/** A metric of a stream in the account and Region of the scope. */
export function streamMetric(scope: IConstruct, name: string, metric: StreamMetric, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: 'AWS/Firehose',
    dimensionsMap: { DeliveryStreamName: name },
    ...metric,
    ...options,
  }).attachTo(scope);
}

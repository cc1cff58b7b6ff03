// The delivery stream of one capture, for those who watch it or refer to it.

import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as firehose from 'aws-cdk-lib/aws-kinesisfirehose';
import { DATA_FRESHNESS, DELIVERED_RECORDS, streamMetric, THROTTLED_RECORDS } from './stream-metrics';
import { invalid, show } from '../private/validate';

/**
 * The delivery stream that a capture has for itself, by `dedicatedStream`. It has metrics of its own, beside those of the archive's stream,
 * so that an alarm says which of the streams is behind.
 */
export interface IDedicatedStream {
  /** The name of the Firehose stream. With other partition keys it is another stream, with another name. */
  readonly deliveryStreamName: string;

  /** The ARN of the Firehose stream. */
  readonly deliveryStreamArn: string;

  /**
   * How old the oldest event is that the stream holds and has not yet written to the bucket: by default the maximum over 5 minutes, in
   * seconds. It is what the archive's `metricDataFreshness` is for its own stream.
   *
   * @param props what differs from that, such as the period or the label
   */
  metricDataFreshness(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The number of events that the stream wrote to the bucket: by default the sum over 5 minutes. Without events there may be no data.
   *
   * @param props what differs from that, such as the period or the label
   */
  metricDeliveredRecords(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The number of events that the stream refused because more came than its quota takes: by default the sum over 5 minutes. EventBridge
   * sends them again for 24 hours. Without events there may be no data.
   *
   * @param props what differs from that, such as the period or the label
   */
  metricThrottledRecords(props?: cloudwatch.MetricOptions): cloudwatch.Metric;
}

/** A stream of this app. */
export class DedicatedStream implements IDedicatedStream {
  public readonly deliveryStreamName: string;
  public readonly deliveryStreamArn: string;

  constructor(private readonly stream: firehose.CfnDeliveryStream) {
    this.deliveryStreamName = stream.ref;
    this.deliveryStreamArn = stream.attrArn;
  }

  public metricDataFreshness(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return streamMetric(this.stream, this.deliveryStreamName, DATA_FRESHNESS, props);
  }

  public metricDeliveredRecords(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return streamMetric(this.stream, this.deliveryStreamName, DELIVERED_RECORDS, props);
  }

  public metricThrottledRecords(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return streamMetric(this.stream, this.deliveryStreamName, THROTTLED_RECORDS, props);
  }
}

/** The streams of an archive's captures, by the captures' names. */
export class DedicatedStreams {
  private readonly streams = new Map<string, firehose.CfnDeliveryStream>();

  /** Remembers a stream. */
  public add(captureId: string, stream: firehose.CfnDeliveryStream): firehose.CfnDeliveryStream {
    this.streams.set(captureId, stream);
    return stream;
  }

  /** The stream of a capture. */
  public of(captureId: string): IDedicatedStream {
    const stream = this.streams.get(captureId);
    return stream ? new DedicatedStream(stream)
      : invalid('dedicatedStream', show(captureId), 'give the id of a capture that was added before, with dedicatedStream: true');
  }
}

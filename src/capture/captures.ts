// All captures of an archive: that of its props, and those that are added.

import type * as events from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { Capture, CaptureOptions, CaptureProps, RuleConsumer } from './capture';
import type { CapturedEvents } from '../events/captured-events';
import { roomFor } from '../private/rooms';
import { show } from '../private/validate';

/** Which events an added capture archives, and by which delivery stream. */
export interface AddedCaptureOptions extends CaptureOptions {
  /**
   * Whether the capture has a Firehose delivery stream of its own, beside the archive's. It is for a bus with so many events that the quota of
   * one stream (5 MiB/s in us-east-1, us-west-2 and eu-west-1, else 1 MiB/s) is not enough, or would be used up at the expense of others. The
   * stream writes into the same bucket, layout and tables, with the same roles, so that queries see no difference. It has its own buffers,
   * 500 active partitions of its own, and metrics (`dedicatedStream`).
   *
   * A stream costs nothing by itself, but each writes objects of its own, so that there are more of them, and smaller ones. Turned on
   * or off later, the capture's events go to the other stream, and the stream that was its own is kept or deleted by `removalPolicy`. IAM takes
   * 6,144 characters of the policy that names the streams: 43 such captures always fit, and more where the names are short. Too many are
   * an error at synthesis, or a warning where only the deployment knows the names.
   *
   * @default false
   * @see https://docs.aws.amazon.com/firehose/latest/dev/limits.html
   */
  readonly dedicatedStream?: boolean;
}

/** What every capture needs of the other stages. */
export interface CapturesProps extends Pick<CaptureProps, 'ownRoleArns' | 'eventArchives'> {
  readonly target: RuleConsumer;
  /** The target that leads to a stream of its own, by the capture's name. */
  readonly dedicatedTarget: (captureId: string) => RuleConsumer;
}

/** The captures, in the order in which they came. */
export class Captures {
  private readonly all: Capture[] = [];

  constructor(private readonly archive: Construct, private readonly props: CapturesProps) {}

  /** The rules of all captures. */
  public get rules(): events.Rule[] {
    return this.all.flatMap(({ rules }) => rules);
  }

  /** What is captured so far. */
  public get captured(): CapturedEvents[] {
    return this.all.map(({ captured }) => captured);
  }

  /** Whether any of them that is enabled takes the read-only calls that EventBridge holds back otherwise. */
  public get takeReads(): boolean {
    return this.captured.some(({ enabled, includeReadOnlyApiCalls }) => enabled && includeReadOnlyApiCalls);
  }

  /** The capture of the archive's own props. */
  public addFirst(options: CaptureOptions): CapturedEvents {
    return this.capture(this.archive, 'Capture', options, this.props.target);
  }

  /** Another one, by a name of the user's. */
  public add(id: string, options: AddedCaptureOptions): CapturedEvents {
    const scope = roomFor(this.archive, 'Captures', 'addCapture', id);
    const target = options.dedicatedStream ? this.props.dedicatedTarget(id) : this.props.target;
    return this.capture(scope, id, options, target, `addCapture(${show(id)}).`);
  }

  private capture(scope: Construct, id: string, options: CaptureOptions, target: RuleConsumer, prefix?: string): CapturedEvents {
    const { eventBus, eventPatterns, includeReadOnlyApiCalls, enabled } = options;
    const { ownRoleArns, eventArchives } = this.props;
    const given = { eventBus, eventPatterns, includeReadOnlyApiCalls, enabled };
    const capture = new Capture(scope, id, { ...given, target, ownRoleArns, eventArchives, prefix, others: this.captured });
    this.all.push(capture);
    return capture.captured;
  }
}

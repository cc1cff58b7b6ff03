// All captures of an archive: that of its props, and those that are added.

import type * as events from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { Capture, CaptureOptions, CaptureProps } from './capture';
import type { CapturedEvents } from '../events/captured-events';
import { roomFor } from '../private/rooms';
import { show } from '../private/validate';

/** What every capture needs of the other stages. */
export type CapturesProps = Pick<CaptureProps, 'target' | 'ownRoleArns'>;

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

  /** The capture of the archive's own props. */
  public addFirst(options: CaptureOptions): CapturedEvents {
    return this.capture(this.archive, 'Capture', options);
  }

  /** Another one, by a name of the user's. */
  public add(id: string, options: CaptureOptions): CapturedEvents {
    return this.capture(roomFor(this.archive, 'Captures', 'addCapture', id), id, options, `addCapture(${show(id)}).`);
  }

  private capture(scope: Construct, id: string, options: CaptureOptions, prefix?: string): CapturedEvents {
    const { eventBus, eventPatterns, includeReadOnlyApiCalls, enabled } = options;
    const given = { eventBus, eventPatterns, includeReadOnlyApiCalls, enabled };
    const capture = new Capture(scope, id, { ...given, ...this.props, prefix, others: this.captured });
    this.all.push(capture);
    return capture.captured;
  }
}

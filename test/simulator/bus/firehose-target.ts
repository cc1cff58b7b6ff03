/** A Firehose stream as a rule's target: the archive itself. */

import { AwsTarget, RuleTargetProps, TargetMessage } from './rule-target';
import type { DeliveryStream } from '../delivery/delivery-stream';

/** What a Firehose record may hold. @see https://docs.aws.amazon.com/firehose/latest/dev/limits.html */
const MAX_RECORD_BYTES = 1000 * 1024;

const STREAM_ACTIONS = ['firehose:PutRecord', 'firehose:PutRecordBatch'];

/** What Firehose asks of whoever puts records on a stream with a customer's key. @see https://docs.aws.amazon.com/firehose/latest/dev/encryption.html#sse-with-direct-put */
const KEY_ACTIONS = ['kms:Decrypt', 'kms:GenerateDataKey'];

/** Puts events on a stream. */
export class FirehoseTarget extends AwsTarget {
  protected override readonly maximumBytes = MAX_RECORD_BYTES;
  protected override readonly missingPermission?: string;

  public constructor(props: RuleTargetProps, private readonly stream: DeliveryStream) {
    super(props);
    this.missingPermission = this.missingOfRole(STREAM_ACTIONS) ?? missingOnKey(props, stream);
  }

  protected override take({ body, delivery }: TargetMessage, at: Date): void {
    this.stream.put({ data: body, arrival: at, delivery });
  }
}

/** With what context Firehose asks, AWS does not say: what holds only with one does not count. */
function missingOnKey({ permissions, properties }: RuleTargetProps, { key }: DeliveryStream): string | undefined {
  const role = properties.text('RoleArn');
  const missing = key && KEY_ACTIONS.find(action => !permissions.may(role, action, key.arn));
  return missing && `${role} may not ${missing} on ${key.arn}`;
}

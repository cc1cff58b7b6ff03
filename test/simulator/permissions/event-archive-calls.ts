/** The calls to AWS that EventBridge makes for its own archives, and what each must be allowed. */

import type { Call } from './calls';

const ARCHIVE_KEYS = 'https://docs.aws.amazon.com/eventbridge/latest/userguide/encryption-archives.html';
const BUS = 'kms:EncryptionContext:aws:events:event-bus:arn';

const EVENTBRIDGE = { service: 'events.amazonaws.com' };
const BY_OTHERS = [
  { what: 'by another service', caller: { service: 'sns.amazonaws.com' } },
  { what: 'by another account', caller: { identity: 'arn:{partition}:iam::{otherAccount}:role/administrator', policy: { Effect: 'Allow', Action: '*', Resource: '*' } } },
];
const TO_OTHER_ENDS = { what: 'to other ends', actions: ['kms:Encrypt', 'kms:CreateGrant', 'kms:ScheduleKeyDeletion', 'kms:PutKeyPolicy'] };

/** The rows. */
export const EVENT_ARCHIVE_CALLS: readonly Call[] = [
  {
    place: 'event archive key',
    what: 'EventBridge looks at the key of its archive',
    caller: EVENTBRIDGE,
    actions: ['kms:DescribeKey'],
    resources: ['{key}'],
    source: ARCHIVE_KEYS,
    refused: [TO_OTHER_ENDS, ...BY_OTHERS],
  },
  {
    place: 'event archive key',
    what: 'EventBridge encrypts its archive',
    caller: EVENTBRIDGE,
    actions: ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
    resources: ['{key}'],
    context: { [BUS]: '{bus}' },
    source: ARCHIVE_KEYS,
    unsure: 'that a partner\'s bus, whose name has slashes, appears by its ARN as others do',
    refused: [
      { what: 'of a bus of another account', context: { [BUS]: 'arn:{partition}:events:{region}:{otherAccount}:event-bus/any' } },
      { what: 'of a bus in another Region', context: { [BUS]: 'arn:{partition}:events:{otherRegion}:{account}:event-bus/any' } },
      { what: 'of what is no bus', context: { [BUS]: 'arn:{partition}:events:{region}:{account}:rule/any' } },
      { what: 'of nothing', context: { [BUS]: undefined } },
      TO_OTHER_ENDS,
      ...BY_OTHERS,
    ],
  },
];

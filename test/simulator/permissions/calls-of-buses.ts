/** The calls that come with event buses: who forwards to them, and what EventBridge needs for those that a template creates. */

import type { Call, Caller, NearMiss } from './calls';

/** Where AWS says what is needed. */
const EVENTBRIDGE_DOCS = 'https://docs.aws.amazon.com/eventbridge/latest/userguide';
const ACROSS_ACCOUNTS = `${EVENTBRIDGE_DOCS}/eb-cross-account.html`;
const BUS_POLICIES = `${EVENTBRIDGE_DOCS}/eb-event-bus-perms.html`;
const BUS_KEYS = `${EVENTBRIDGE_DOCS}/eb-encryption-event-bus-cmkey.html`;
const BUS_LOG_KEYS = `${EVENTBRIDGE_DOCS}/encryption-bus-logs.html`;
const BUS_DEAD_LETTERS = `${EVENTBRIDGE_DOCS}/eb-encryption-event-bus-dlq.html`;

const ALL = { Effect: 'Allow', Action: '*', Resource: '*' };
const EVENTBRIDGE: Caller = { service: 'events.amazonaws.com' };
const LOG_DELIVERY: Caller = { service: 'delivery.logs.amazonaws.com' };

/** A role, in an account that the place names, which may do everything there. */
const administratorOf = (account: string): Caller => ({ identity: `arn:{partition}:iam::{${account}}:role/administrator`, policy: ALL });

const BUS_MISUSE: readonly NearMiss[] = [
  { what: 'of another name', resources: ['{bus}-other'] },
  { what: 'and changes it', actions: ['events:PutRule', 'events:PutTargets', 'events:PutPermission', 'events:RemovePermission', 'events:DeleteEventBus', 'events:DescribeEventBus'] },
];
const KEY_MISUSE: readonly NearMiss[] = [
  { what: 'to other ends', actions: ['kms:Encrypt', 'kms:CreateGrant', 'kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion'] },
  { what: 'by another service', caller: { service: 'sns.amazonaws.com' } },
];
const anyBusOf = (region: string, account: string) => `arn:{partition}:events:{${region}}:{${account}}:event-bus/any`;
const OTHER_PLACES: readonly [string, string][] = [['otherRegion', 'account'], ['region', 'otherAccount']];
const forLogsOf = ([region, account]: [string, string]): NearMiss =>
  ({ what: `for logs elsewhere (${region}, ${account})`, context: { 'kms:EncryptionContext:SourceArn': `arn:{partition}:logs:{${region}}:{${account}}:delivery-source:any` } });
const LOG_MISUSE: readonly NearMiss[] = [...OTHER_PLACES.map(forLogsOf), { what: 'for no logs', context: { 'kms:EncryptionContext:SourceArn': undefined } }, ...KEY_MISUSE];

/** The rows. */
export const BUSES: readonly Call[] = [
  {
    place: 'bus in another account or Region',
    what: 'EventBridge forwards events to the bus',
    caller: { identity: '{role}' },
    actions: ['events:PutEvents'],
    resources: ['{bus}'],
    source: ACROSS_ACCOUNTS,
    refused: BUS_MISUSE,
  },
  {
    place: 'bus open to accounts',
    what: 'an account that is let in sends events',
    caller: administratorOf('sender'),
    actions: ['events:PutEvents'],
    resources: ['{bus}'],
    source: BUS_POLICIES,
    refused: [...BUS_MISUSE, { what: 'from another account', caller: administratorOf('thirdAccount') }],
  },
  {
    place: 'bus open to an organization',
    what: 'an account of the organization sends events',
    caller: administratorOf('otherAccount'),
    actions: ['events:PutEvents'],
    resources: ['{bus}'],
    context: { 'aws:PrincipalOrgID': '{organization}' },
    source: BUS_POLICIES,
    refused: [
      ...BUS_MISUSE,
      { what: 'from another organization', context: { 'aws:PrincipalOrgID': 'o-zzzzzzzzzz' } },
      { what: 'from no organization', context: { 'aws:PrincipalOrgID': undefined } },
    ],
  },
  ...encryptedBus('encrypted bus', [
    ...OTHER_PLACES.map(([region, account]): NearMiss => ({ what: `for a bus elsewhere (${region}, ${account})`, context: { 'aws:SourceArn': anyBusOf(region, account) } })),
    { what: 'for nobody', context: { 'aws:SourceArn': undefined } },
  ]),
  // For its archives of the bus EventBridge may use the key by the context alone.
  ...encryptedBus('encrypted bus beside archives', []),
  {
    place: 'encrypted bus log',
    what: 'EventBridge encrypts what it logs',
    caller: EVENTBRIDGE,
    actions: ['kms:GenerateDataKey'],
    resources: ['{key}'],
    context: { 'kms:EncryptionContext:SourceArn': '{logs}' },
    source: BUS_LOG_KEYS,
    refused: [...LOG_MISUSE, { what: 'and reads it', actions: ['kms:Decrypt'] }],
  },
  {
    place: 'encrypted bus log',
    what: 'the log delivery decrypts what EventBridge logs',
    caller: LOG_DELIVERY,
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: ['{key}'],
    context: { 'kms:EncryptionContext:SourceArn': '{logs}' },
    source: BUS_LOG_KEYS,
    refused: LOG_MISUSE,
  },
  ...(['{bus}', 'arn:{partition}:events:{region}:{account}:rule/any'].map((source): Call => ({
    place: 'bus dead letters',
    what: `EventBridge sends what it could not process on a bus, in the name of ${source}`,
    caller: EVENTBRIDGE,
    actions: ['sqs:SendMessage'],
    resources: ['{queue}'],
    context: { 'aws:SourceArn': source },
    source: BUS_DEAD_LETTERS,
    unsure: 'which ARN it gives for a bus: that of the bus, or of one of its rules',
    refused: [
      ...OTHER_PLACES.map(([region, account]): NearMiss => ({ what: `for a bus elsewhere (${region}, ${account})`, context: { 'aws:SourceArn': anyBusOf(region, account) } })),
      { what: 'for nobody', context: { 'aws:SourceArn': undefined } },
      { what: 'and takes it away', actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:PurgeQueue'] },
      { what: 'by another service', caller: { service: 'sns.amazonaws.com' } },
    ],
  }))),
];

function encryptedBus(place: Call['place'], refused: readonly NearMiss[]): Call[] {
  return [
    {
      place,
      what: 'EventBridge looks at the key of a bus',
      caller: EVENTBRIDGE,
      actions: ['kms:DescribeKey'],
      resources: ['{key}'],
      source: BUS_KEYS,
      unsure: 'for whom it says that it asks: AWS shows no condition',
      refused: KEY_MISUSE,
    },
    {
      place,
      what: `EventBridge encrypts what is on an ${place}`,
      caller: EVENTBRIDGE,
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: ['{key}'],
      context: { 'aws:SourceArn': '{bus}', 'kms:EncryptionContext:aws:events:event-bus:arn': '{bus}' },
      source: BUS_KEYS,
      refused: [
        ...refused,
        ...OTHER_PLACES.map(([region, account]): NearMiss =>
          ({ what: `of a bus elsewhere (${region}, ${account})`, context: { 'kms:EncryptionContext:aws:events:event-bus:arn': anyBusOf(region, account) } })),
        { what: 'of no bus', context: { 'kms:EncryptionContext:aws:events:event-bus:arn': undefined } },
        ...KEY_MISUSE,
      ],
    },
  ];
}

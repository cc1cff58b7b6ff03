import { CfnParameter, Duration, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { EventAuditArchive, EventAuditArchiveProps, PartitionKey } from '../../src';
import type { StorageOptions } from '../../src';
import { PropsOrFactory, synthesisError, synthesize, warnings } from '../synthesize';

const { INFREQUENT_ACCESS, ONE_ZONE_INFREQUENT_ACCESS, INTELLIGENT_TIERING, GLACIER_INSTANT_RETRIEVAL, GLACIER, DEEP_ARCHIVE } = s3.StorageClass;

const ABORT = { Id: 'AbortIncompleteUploads', Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } };

const TOO_MANY = 'Validation failed with the following errors:\n  [Test/Audit/Storage] storage: got 1001 lifecycle rules in the archive\'s bucket; '
  + 'S3 takes 1000: with retentionByEventType each partition of each layout needs one, so list fewer values';

/** The archive bucket's rules, with the hashes in their names left out. */
function rules(template: Template, bucket = /^AuditStorageArchive/): Array<{ [key: string]: any }> {
  const [, { Properties }] = Object.entries(template.findResources('AWS::S3::Bucket')).find(([id]) => bucket.test(id))!;
  const ids = Properties.LifecycleConfiguration.Rules.map((rule: any) => rule.Id);
  expect(new Set(ids).size).toBe(ids.length);
  return Properties.LifecycleConfiguration.Rules.map((rule: any) => ({ ...rule, Id: rule.Id.replace(/-[0-9a-f]{8}$/, '') }));
}

const expiration = (name: string, prefix: string, days: unknown, noncurrentDays: unknown = 30) => ({
  Id: `Expire-${name}`, Prefix: prefix, Status: 'Enabled', ExpirationInDays: days, NoncurrentVersionExpiration: { NoncurrentDays: noncurrentDays },
});
const deleteMarkers = (prefix: string) => ({ Id: 'DeleteMarkers', Prefix: prefix, Status: 'Enabled', ExpiredObjectDeleteMarker: true });

/** The days after which objects expire, by prefix. */
const days = (template: Template): object =>
  Object.fromEntries(rules(template).filter(rule => rule.ExpirationInDays).map(rule => [rule.Prefix, rule.ExpirationInDays]));

describe('retention', () => {
  test('by default is for ever', () => {
    expect(rules(synthesize().template)).toEqual([ABORT]);
    expect(rules(synthesize({ storage: { retentionByEventType: {}, transitions: [] } }).template)).toEqual([ABORT]);
  });

  test('is that of events and error records, what is left of them, and their delete markers', () => {
    expect(rules(synthesize({ storage: { retention: Duration.days(365) } }).template)).toEqual([
      ABORT, expiration('Events', 'events/', 365), expiration('Errors', 'errors/', 365), deleteMarkers('events/'), deleteMarkers('errors/'),
    ]);
  });

  test('leaves a deletion undone no longer than it lasts itself', () => {
    expect(rules(synthesize({ storage: { retention: Duration.days(29) } }).template)[1]).toEqual(expiration('Events', 'events/', 29, 29));
    expect(rules(synthesize({ storage: { retention: Duration.days(1) } }).template)[1]).toEqual(expiration('Events', 'events/', 1, 1));
    expect(rules(synthesize({ storage: { retention: Duration.days(30) } }).template)[1]).toEqual(expiration('Events', 'events/', 30, 30));
  });

  test('lets through what only the deployment knows', () => {
    const transitions = [{ storageClass: GLACIER_INSTANT_RETRIEVAL, transitionAfter: Duration.days(90) }];
    const { template } = synthesize({ storage: { retention: Duration.days(Token.asNumber({ Ref: 'Days' })), transitions } });
    expect(rules(template)[1]).toEqual(expiration('Events', 'events/', { Ref: 'Days' }));
  });
});

describe('retention by event type', () => {
  const VALUES = ['Parameter Store Change'];
  const keys = [PartitionKey.eventType({ values: VALUES }), PartitionKey.receiptDate()];
  const LAYOUT = 'events/json__event_type__receipt_date/';
  const archive = (storage: StorageOptions, more: EventAuditArchiveProps = {}) => synthesize({ partitionKeys: keys, storage, ...more });

  test('gives each partition its own rule, because a shorter one would win over it', () => {
    const retentionByEventType = { 'Parameter Store Change': Duration.days(7), 'AWS API Call via CloudTrail': Duration.days(3650) };
    const { template } = archive({ retention: Duration.days(365), retentionByEventType });
    const own: { [partition: string]: number } = { aws_api_call_via_cloudtrail: 3650, parameter_store_change: 7 };
    expect(partitionsOf(template)).toHaveLength(9);
    expect(days(template)).toEqual({
      ...Object.fromEntries(partitionsOf(template).map(partition => [`${LAYOUT}event_type=${partition}/`, own[partition] ?? 365])),
      'errors/': 365,
    });
    expect(rules(template).filter(rule => rule.Id === 'DeleteMarkers')).toEqual([deleteMarkers('events/'), deleteMarkers('errors/')]);
    expect(rules(template)).toContainEqual(expiration('parameter_store_change', `${LAYOUT}event_type=parameter_store_change/`, 7, 7));
  });

  test('without a general one leaves the rest for ever', () => {
    const { template } = archive({ retentionByEventType: { 'Parameter Store Change': Duration.days(90) } });
    expect(rules(template)).toEqual([ABORT, expiration('parameter_store_change', `${LAYOUT}event_type=parameter_store_change/`, 90), deleteMarkers('events/')]);
  });

  test('is kept in previous layouts that begin with the type; others follow the general one', () => {
    const { template } = archive({ retention: Duration.days(365), retentionByEventType: { 'Parameter Store Change': Duration.days(7) } }, {
      catalog: {
        previousLayouts: [
          { partitionKeys: [PartitionKey.receiptDate()] },
          { partitionKeys: [PartitionKey.receiptDate(), PartitionKey.eventType()] },
          { partitionKeys: [PartitionKey.eventType({ retiredValues: VALUES }), PartitionKey.source({ values: ['aws.s3'] }), PartitionKey.receiptDate()] },
          { partitionKeys: [PartitionKey.eventType(), PartitionKey.receiptDate(), PartitionKey.receiptHour()] },
        ],
      },
    });
    expect(days(template)).toMatchObject({
      'events/json__receipt_date/': 365,
      'events/json__receipt_date__event_type/': 365,
      'events/json__event_type__event_source__receipt_date/event_type=parameter_store_change/': 7,
      'events/json__event_type__event_source__receipt_date/event_type=other/': 365,
      'events/json__event_type__receipt_date__receipt_hour/event_type=other/': 365,
    });
    expect(days(template)).not.toHaveProperty(['events/json__event_type__receipt_date__receipt_hour/event_type=parameter_store_change/']);
    expect(days(template)).not.toHaveProperty(['events/']);
  });

  test('is of a type that was retired too', () => {
    const { template } = archive({ retentionByEventType: { 'Parameter Store Change': Duration.days(7) } },
      { partitionKeys: [PartitionKey.eventType({ retiredValues: VALUES }), PartitionKey.receiptDate()] });
    expect(days(template)).toEqual({ [`${LAYOUT}event_type=parameter_store_change/`]: 7 });
  });

  test('may be the same for types that share a partition', () => {
    const { template } = archive({ retentionByEventType: { 'Parameter Store Change': Duration.days(7), 'Parameter Store-Change': Duration.days(7) } },
      { partitionKeys: [PartitionKey.eventType({ values: [...VALUES, 'Parameter Store-Change'] }), PartitionKey.receiptDate()] });
    expect(days(template)).toEqual({ [`${LAYOUT}event_type=parameter_store_change/`]: 7 });
  });

  test.each<[string, EventAuditArchiveProps, string]>([
    ['without the type as a key', { partitionKeys: [PartitionKey.receiptDate()], storage: { retentionByEventType: { A: Duration.days(7) } } },
      'storage.retentionByEventType: got partition keys that begin with receipt_date; S3 tells types apart by the first folder only: give PartitionKey.eventType() first in partitionKeys'],
    ['without the type as the first key', { partitionKeys: [PartitionKey.receiptDate(), PartitionKey.eventType()], storage: { retentionByEventType: { A: Duration.days(7) } } },
      'storage.retentionByEventType: got partition keys that begin with receipt_date; S3 tells types apart by the first folder only: give PartitionKey.eventType() first in partitionKeys'],
    ['of a type that is not listed', { storage: { retentionByEventType: { 'Parameter Store Change': Duration.days(7) } } },
      'storage.retentionByEventType: got "Parameter Store Change"; the type has no partition of its own: list it in PartitionKey.eventType({ values })'],
    ['that differs within a partition', {
      partitionKeys: [PartitionKey.eventType({ values: ['A B', 'A-B'] }), PartitionKey.receiptDate()],
      storage: { retentionByEventType: { 'A B': Duration.days(7), 'A-B': Duration.days(8) } },
    }, 'storage.retentionByEventType["A-B"]: got 8 days, and 7 days for "A B"; both types are in the partition a_b: give both the same'],
    ['of half a day', { partitionKeys: keys, storage: { retentionByEventType: { 'Parameter Store Change': Duration.hours(12) } } },
      'storage.retentionByEventType["Parameter Store Change"]: got 0.5 days; S3 expires objects after whole days, at least 1'],
  ])('%s fails', (_which, props, message) => {
    expect(synthesisError(props)).toBe(message);
  });

  test('fails where S3 would not take so many rules', () => {
    const tooMany = Array.from({ length: 995 }, (_, index) => `Type ${index}`);
    const withTypes = (types: string[]): EventAuditArchiveProps => ({
      partitionKeys: [PartitionKey.eventType({ retiredValues: types }), PartitionKey.receiptDate()],
      storage: { retention: Duration.days(365), retentionByEventType: { 'Type 0': Duration.days(7) } },
    });
    const { length } = rules(synthesize(withTypes(tooMany.slice(0, 900))).template);
    expect(() => synthesize(withTypes(tooMany.slice(0, 900 + 1000 - length)))).not.toThrow();
    expect(synthesisError(withTypes(tooMany.slice(0, 900 + 1001 - length)))).toBe(TOO_MANY);
  });

  /** The partitions that the table has. */
  function partitionsOf(template: Template): string[] {
    const [values] = Object.values(template.findResources('AWS::Glue::Table')).flatMap(table => table.Properties.TableInput.Parameters?.['projection.event_type.values'] ?? []);
    return values.split(',');
  }
});

describe('the days', () => {
  test.each<[StorageOptions, string]>([
    [{ retention: Duration.hours(36) }, 'storage.retention: got 1.5 days; S3 expires objects after whole days, at least 1'],
    [{ retention: Duration.days(0) }, 'storage.retention: got 0 days; S3 expires objects after whole days, at least 1'],
  ])('%#: fail where S3 would refuse them', (storage, message) => {
    expect(synthesisError({ storage })).toBe(message);
  });
});

describe('transitions', () => {
  const at = (storageClass: s3.StorageClass, after: number): s3.Transition => ({ storageClass, transitionAfter: Duration.days(after) });

  test('move events, and nothing else', () => {
    const given = [at(INFREQUENT_ACCESS, 30), at(GLACIER_INSTANT_RETRIEVAL, 90)];
    const { template } = synthesize({ storage: { transitions: given, retention: Duration.days(91) } });
    expect(rules(template)[5]).toEqual({
      Id: 'MoveEvents',
      Prefix: 'events/',
      Status: 'Enabled',
      Transitions: [{ StorageClass: 'STANDARD_IA', TransitionInDays: 30 }, { StorageClass: 'GLACIER_IR', TransitionInDays: 90 }],
    });
    expect(rules(template).filter(rule => rule.Transitions)).toHaveLength(1);
  });

  const SMALL = 'storage.transitions: S3 moves no object under 128 KB by default, and an archive with many partitions has many of these: they stay in S3 Standard; '
    + 'a longer delivery.bufferInterval makes larger objects [ack: cdk-event-audit-archive:smallObjectsStay]';
  const skipped = (classes: string) => `storage.transitions: Athena skips what is in ${classes}, so queries no longer find the events that have moved there; `
    + 'in StorageClass.GLACIER_INSTANT_RETRIEVAL they do [ack: cdk-event-audit-archive:transitionNotQueryable]';

  test.each<[s3.Transition[], string[]]>([
    [[], []],
    [[at(GLACIER_INSTANT_RETRIEVAL, 0)], [SMALL]],
    [[at(INTELLIGENT_TIERING, 0), at(ONE_ZONE_INFREQUENT_ACCESS, 30)], [SMALL]],
    [[at(INFREQUENT_ACCESS, 40), at(GLACIER, 70)], [SMALL, skipped('GLACIER')]],
    [[at(GLACIER, 90), at(DEEP_ARCHIVE, 180)], [SMALL, skipped('GLACIER or DEEP_ARCHIVE')]],
  ])('%#: warn of what stays behind, and of what Athena skips', (transitions, expected) => {
    expect(warnings({ storage: { transitions } }).sort()).toEqual([...expected].sort());
  });

  test.each<[StorageOptions, string]>([
    [{ transitions: [{ storageClass: GLACIER, transitionDate: new Date('2030-01-01') }] },
      'storage.transitions[0].transitionDate: got 2030-01-01T00:00:00.000Z; events arrive every day: give transitionAfter, the age at which an object moves'],
    [{ transitions: [{ storageClass: GLACIER }] }, 'storage.transitions[0].transitionAfter: got nothing; give the age at which an object moves'],
    [{ transitions: [{ storageClass: GLACIER, transitionAfter: Duration.hours(12) }] },
      'storage.transitions[0].transitionAfter: got 0.5 days; S3 moves objects after whole days'],
    [{ transitions: [at(INFREQUENT_ACCESS, 29)] }, 'storage.transitions[0].transitionAfter: got 29 days; S3 moves objects to STANDARD_IA after 30 days or more'],
    [{ transitions: [at(ONE_ZONE_INFREQUENT_ACCESS, 0)] }, 'storage.transitions[0].transitionAfter: got 0 days; S3 moves objects to ONEZONE_IA after 30 days or more'],
    [{ transitions: [at(GLACIER_INSTANT_RETRIEVAL, 90), at(GLACIER, 90)] },
      'storage.transitions[1].transitionAfter: got 90 days after 90 days; give the transitions in the order of their time, each later than the one before'],
    [{ transitions: [at(GLACIER_INSTANT_RETRIEVAL, 90), at(GLACIER, 60), at(DEEP_ARCHIVE, 100)] },
      'storage.transitions[1].transitionAfter: got 60 days after 90 days; give the transitions in the order of their time, each later than the one before'],
    [{ transitions: [at(INFREQUENT_ACCESS, 40), at(GLACIER, 69)] },
      'storage.transitions[1].transitionAfter: got 69 days; S3 keeps objects in STANDARD_IA for 30 days, here from 40 days on: give 70 days or more'],
    [{ transitions: [at(GLACIER, 30), at(GLACIER, 60)] }, 'storage.transitions[1].storageClass: got GLACIER after GLACIER; from there S3 moves objects to DEEP_ARCHIVE'],
    [{ transitions: [at(ONE_ZONE_INFREQUENT_ACCESS, 30), at(GLACIER_INSTANT_RETRIEVAL, 60)] },
      'storage.transitions[1].storageClass: got GLACIER_IR after ONEZONE_IA; from there S3 moves objects to GLACIER, DEEP_ARCHIVE'],
    [{ transitions: [at(DEEP_ARCHIVE, 30), at(INFREQUENT_ACCESS, 60)] },
      'storage.transitions[1].storageClass: got STANDARD_IA after DEEP_ARCHIVE; from there S3 moves objects to no other class'],
    [{ transitions: [at(INFREQUENT_ACCESS, 30), at(GLACIER_INSTANT_RETRIEVAL, 90)], retention: Duration.days(90) },
      'storage.retention: got 90 days; the last of storage.transitions is at 90 days: keep objects longer than that'],
    [{ transitions: [{ storageClass: new s3.StorageClass('STANDARD'), transitionAfter: Duration.days(30) }] },
      'storage.transitions[0].storageClass: got "STANDARD"; S3 moves objects to STANDARD_IA, INTELLIGENT_TIERING, ONEZONE_IA, GLACIER_IR, GLACIER, DEEP_ARCHIVE'],
  ])('%#: fail where S3 would refuse them, or they would never come', (storage, message) => {
    expect(synthesisError({ storage })).toBe(message);
  });

  test('let through what only the deployment knows, and classes that came later', () => {
    const transitions = [
      { storageClass: INFREQUENT_ACCESS, transitionAfter: Duration.days(Token.asNumber({ Ref: 'Days' })) },
      at(new s3.StorageClass('NEW_CLASS'), 10),
    ];
    expect(rules(synthesize({ storage: { transitions, retention: Duration.days(5000) } }).template)[5].Transitions).toEqual([
      { StorageClass: 'STANDARD_IA', TransitionInDays: { Ref: 'Days' } }, { StorageClass: 'NEW_CLASS', TransitionInDays: 10 },
    ]);
  });
});

describe('the lifecycle of a given bucket', () => {
  const OPTIONS: StorageOptions = {
    retention: Duration.days(365),
    transitions: [{ storageClass: GLACIER_INSTANT_RETRIEVAL, transitionAfter: Duration.days(90) }],
  };

  test('that this app makes is that below the prefix, beside what it has', () => {
    const lifecycleRules = [{ id: 'Mine', expiration: Duration.days(5000) }];
    const { template } = synthesize(stack => ({ storage: { ...OPTIONS, bucket: new s3.Bucket(stack, 'Shared', { lifecycleRules }), prefix: 'audit' } }));
    expect(rules(template, /^Shared/)).toEqual([
      { Id: 'Mine', Status: 'Enabled', ExpirationInDays: 5000 },
      expiration('Events', 'audit/events/', 365), expiration('Errors', 'audit/errors/', 365),
      deleteMarkers('audit/events/'), deleteMarkers('audit/errors/'),
      { Id: 'MoveEvents', Prefix: 'audit/events/', Status: 'Enabled', Transitions: [{ StorageClass: 'GLACIER_IR', TransitionInDays: 90 }] },
    ]);
  });

  test('is each archive\'s own', () => {
    const { template } = synthesize(stack => {
      const bucket = new s3.Bucket(stack, 'Shared');
      new EventAuditArchive(stack, 'First', { storage: { retention: Duration.days(1), bucket, prefix: 'a' } });
      return { storage: { retention: Duration.days(2), bucket, prefix: 'b' } };
    });
    expect(rules(template, /^Shared/).filter(rule => rule.ExpirationInDays).map(rule => [rule.Prefix, rule.ExpirationInDays]))
      .toEqual([['a/events/', 1], ['a/errors/', 1], ['b/events/', 2], ['b/errors/', 2]]);
  });

  test('counts the rules that others add later', () => {
    const props: PropsOrFactory = stack => ({ storage: { retention: Duration.days(1), bucket: new s3.Bucket(stack, 'Shared'), prefix: 'a' } });
    const add = (count: number) => (_archive: unknown, stack: Stack) => {
      for (let index = 0; index < count; index++) (stack.node.findChild('Shared') as s3.Bucket).addLifecycleRule({ prefix: `${index}`, expiration: Duration.days(1) });
    };
    expect(() => synthesize(props, { extend: add(996) })).not.toThrow();
    expect(synthesisError(props, { extend: add(997) })).toBe(TOO_MANY);
  });

  test.each<[StorageOptions, string]>([
    [OPTIONS, 'storage.retention: got 365 days with an imported bucket; its lifecycle cannot be changed from here: set it where the bucket is made'],
    [{ retention: Duration.days(Token.asNumber({ Ref: 'Days' })) },
      'storage.retention: got a token with an imported bucket; its lifecycle cannot be changed from here: set it where the bucket is made'],
    [{ retentionByEventType: { 'AWS API Call via CloudTrail': Duration.days(30) } },
      'storage.retentionByEventType: got 1 with an imported bucket; its lifecycle cannot be changed from here: set it where the bucket is made'],
    [{ transitions: OPTIONS.transitions },
      'storage.transitions: got 1 with an imported bucket; its lifecycle cannot be changed from here: set it where the bucket is made'],
  ])('%#: that is imported cannot be changed', (storage, message) => {
    expect(synthesisError(stack => ({ storage: { ...storage, bucket: s3.Bucket.fromBucketName(stack, 'Shared', new CfnParameter(stack, 'Name').valueAsString), prefix: 'audit' } })))
      .toBe(message);
  });
});

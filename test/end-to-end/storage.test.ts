import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { altered, anApiCall, anEvent, cleanUp, Run, run } from './archive-run';
import { FIRST_DATE, synthesize } from './recent-archive';
import { EventAuditArchive, PartitionKey } from '../../src';
import type { StorageOptions } from '../../src';

const BUCKET = 'AWS::S3::Bucket';
const STREAM = 'AWS::KinesisFirehose::DeliveryStream';

afterAll(cleanUp);

const keysOf = ({ simulation: { store, ledger } }: Run) => store.list(ledger.writtenObjects[0].bucket).map(({ key }) => key);

describe('two archives in one bucket', () => {
  const stack = new Stack(new App(), 'Test');
  const bucket = new s3.Bucket(stack, 'Shared', { enforceSSL: true, versioned: true });
  const archives = ['orders', 'payments'].map(name =>
    new EventAuditArchive(stack, name, { eventPatterns: [{ source: [name] }], storage: { bucket, prefix: `audit/${name}` }, catalog: { firstDate: FIRST_DATE } }));
  const template = Template.fromStack(stack).toJSON();
  const published = ['orders', 'payments'].map(source => Array.from({ length: 6 }, () => anEvent({ source })));

  /** What each archive's view finds, by id. */
  async function found(archive: Run): Promise<unknown[][]> {
    const ids: unknown[][] = [];
    for (const { databaseName } of archives) {
      const rows = await archive.rows('SELECT id FROM events ORDER BY id', stack.resolve(databaseName));
      ids.push(rows.map(({ id }) => id));
    }
    return ids;
  }

  test('each find their own events and none of the other\'s', async () => {
    const archive = await run(template, published.flat());
    expect(await found(archive)).toEqual(published.map(events => events.map(({ event }) => event.id)));
    const keys = keysOf(archive);
    for (const name of ['orders', 'payments']) {
      expect(keys.filter(key => key.startsWith(`audit/${name}/events/json__event_type__receipt_date/event_type=other/`))).not.toEqual([]);
    }
    expect(keys.filter(key => !/^audit\/(orders|payments)\/events\//.test(key))).toEqual([]);
  });

  test('are kept apart by nothing but the prefix', async () => {
    const astray = altered(template, 'AWS::Glue::Table', ({ TableInput }, logicalId) => {
      if (logicalId.startsWith('payments')) Object.assign(TableInput, JSON.parse(JSON.stringify(TableInput).replaceAll('audit/payments/', 'audit/orders/')));
    });
    const orders = published[0].map(({ event }) => event.id);
    expect(await found(await run(astray, published.flat()))).toEqual([orders, orders]);
  });

  test('may each write below their own prefix only', async () => {
    const trespassing = altered(template, STREAM, properties => {
      const destination = properties.ExtendedS3DestinationConfiguration;
      destination.Prefix = destination.Prefix.replace('audit/payments/', 'audit/orders/');
    });
    await expect(run(trespassing, published.flat())).rejects.toThrow('the delivery role may not s3:');
  });
});

describe('retention by event type, for objects that were really written', () => {
  const VALUES = ['Parameter Store Change', 'GuardDuty Finding'];
  const before = [PartitionKey.eventType({ values: ['Parameter Store Change'] }), PartitionKey.receiptDate(), PartitionKey.receiptHour()];
  const byDate = [PartitionKey.receiptDate()];
  const now = [PartitionKey.eventType({ values: VALUES }), PartitionKey.receiptDate()];
  const storage: StorageOptions = {
    retention: Duration.days(365),
    retentionByEventType: { 'Parameter Store Change': Duration.days(7), 'AWS API Call via CloudTrail': Duration.days(3650) },
  };
  const previousLayouts = [{ partitionKeys: byDate }, { partitionKeys: before }];
  const current = synthesize({ partitionKeys: now, catalog: { previousLayouts }, storage }).template.toJSON();

  const events = () => [
    anEvent(), anEvent({ 'detail-type': 'GuardDuty Finding' }), anEvent({ 'detail-type': 'Unheard of' }),
    anApiCall('s3', 'CreateBucket', 'arn:aws:iam::123456789012:role/Somebody'),
  ];

  /** Everything that the archive's three layouts wrote. */
  async function written(): Promise<string[]> {
    const failing = altered(synthesize({ partitionKeys: before }).template.toJSON(), STREAM, properties => {
      const [{ Parameters: [query] }] = properties.ExtendedS3DestinationConfiguration.ProcessingConfiguration.Processors;
      query.ParameterValue = '{event_type:(if .source == "fails" then null else "other" end)}';
    });
    const { folder } = await run(failing, [anEvent({ source: 'fails' })]);
    for (const partitionKeys of [byDate, before]) await run(synthesize({ partitionKeys }).template.toJSON(), events(), { folder });
    return keysOf(await run(current, events(), { folder }));
  }

  /** The days after which each kind of object expires. */
  function expiries(template: object, keys: string[]): { [folder: string]: number | undefined } {
    const rules = lifecycleRules(template);
    return Object.fromEntries(keys.map(key => [key.replace(/(receipt_date|error_date)=.*/, ''), expiresAfter(rules, key)]));
  }

  const NOW = 'events/json__event_type__receipt_date/event_type=';
  const BEFORE = 'events/json__event_type__receipt_date__receipt_hour/event_type=';
  const EXPECTED = {
    'errors/': 365,
    'events/json__receipt_date/': 365,
    [`${BEFORE}parameter_store_change/`]: 7,
    [`${BEFORE}aws_api_call_via_cloudtrail/`]: 3650,
    [`${BEFORE}other/`]: 365,
    [`${NOW}parameter_store_change/`]: 7,
    [`${NOW}guardduty_finding/`]: 365,
    [`${NOW}aws_api_call_via_cloudtrail/`]: 3650,
    [`${NOW}other/`]: 365,
  };

  test('each type is kept as long as it should be, in every layout', async () => {
    const keys = await written();
    expect(expiries(current, keys)).toEqual(EXPECTED);

    // One rule for all events would win over every longer one.
    const general = altered(current, BUCKET, ({ LifecycleConfiguration: { Rules } }) => {
      if (Rules.some(({ Prefix }: Rule) => Prefix === 'errors/')) Rules.push({ Status: 'Enabled', Prefix: 'events/', ExpirationInDays: 365 });
    });
    expect(expiries(general, keys)).toEqual({ ...EXPECTED, [`${BEFORE}aws_api_call_via_cloudtrail/`]: 365, [`${NOW}aws_api_call_via_cloudtrail/`]: 365 });

    const forgetful = synthesize({ partitionKeys: now, storage }).template.toJSON();
    expect(expiries(forgetful, keys)).toMatchObject({ 'events/json__receipt_date/': undefined, [`${BEFORE}other/`]: undefined, [`${NOW}other/`]: 365 });
  });

  test('by default nothing expires, and with a general retention everything does', async () => {
    const keys = await written();
    expect(new Set(Object.values(expiries(synthesize().template.toJSON(), keys)))).toEqual(new Set([undefined]));
    const general = synthesize({ storage: { retention: Duration.days(30) } }).template.toJSON();
    expect(new Set(Object.values(expiries(general, keys)))).toEqual(new Set([30]));
  });

  test('an object is there until its day, and gone then', () => {
    const rules = lifecycleRules(current);
    const key = `${NOW}parameter_store_change/receipt_date=2026-11-19/x.gz`;
    expect([6, 7, 8].map(age => expiresAfter(rules, key)! <= age)).toEqual([false, true, true]);
  });
});

/** A lifecycle rule in a template. */
interface Rule {
  readonly Status: string;
  readonly Prefix?: string;
  readonly ExpirationInDays?: number;
}

/** The rules of the bucket in which the archive is. */
function lifecycleRules(template: object): Rule[] {
  const { Resources } = template as { Resources: { [id: string]: any } };
  const buckets = Object.entries(Resources).filter(([id, { Type }]) => Type === BUCKET && id.startsWith('AuditStorageArchive'));
  expect(buckets).toHaveLength(1);
  return buckets[0][1].Properties.LifecycleConfiguration.Rules;
}

/**
 * When S3 expires an object: of all enabled rules whose prefix its key has, the one with the fewest days counts.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-conflicts.html
 */
function expiresAfter(rules: Rule[], key: string): number | undefined {
  const days = rules.filter(({ Status, Prefix = '' }) => Status === 'Enabled' && key.startsWith(Prefix)).flatMap(({ ExpirationInDays }) => ExpirationInDays ?? []);
  return days.length > 0 ? Math.min(...days) : undefined;
}

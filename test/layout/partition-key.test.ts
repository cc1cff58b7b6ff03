import { App, Aws, CfnParameter, Fn, Stack } from 'aws-cdk-lib';
import { PartitionKey } from '../../src';
import { OTHER } from '../../src/layout/partition-values';
import { synthesisError } from '../synthesize';

const eventType = (values?: string[], retiredValues?: string[]) => PartitionKey.eventType({ values, retiredValues });
const enumValues = (key: PartitionKey): string[] => key._model.projection.values.split(',');

describe('a partition for each event type', () => {
  test('is readable', () => {
    expect(enumValues(eventType())).toEqual([
      'aws_api_call_via_cloudtrail', 'aws_console_sign_in_via_cloudtrail', 'aws_console_signin_via_cloudtrail', 'aws_console_action_via_cloudtrail',
      'aws_service_event_via_cloudtrail', 'aws_insight_via_cloudtrail', 'aws_network_activity_event_via_cloudtrail', OTHER,
    ]);
  });

  test.each([
    ['Parameter Store Change', 'parameter_store_change'],
    ['EC2 Instance State-change Notification', 'ec2_instance_state_change_notification'],
    ['Security Hub Findings - Imported', 'security_hub_findings_imported'],
    ['  a/b, c=d..%  ', 'a_b_c_d'],
    ['Zug nach Köln', 'zug_nach_k_ln'],
    ['x'.repeat(100), 'x'.repeat(64)],
    [`${'x'.repeat(63)} y`, 'x'.repeat(63)],
  ])('of %p is %p', (value, partition) => {
    expect(enumValues(eventType([value]))).toContain(partition);
  });

  test('is shared by values that read alike', () => {
    expect(enumValues(eventType(['Order Placed', 'order-placed'])).filter(value => value === 'order_placed')).toHaveLength(1);
  });

  test('is last for everything else, once, whatever is listed or retired', () => {
    const values = enumValues(eventType(['Other', 'A'], ['B']));
    expect(values.indexOf(OTHER)).toBe(values.length - 1);
  });

  test('that is retired leaves the jq and stays in the projection', () => {
    const key = eventType(['New'], ['Old Type']);
    expect(key._model.jq).not.toContain('old_type');
    expect(enumValues(key)).toContain('old_type');
  });

  test('never changes the key\'s name, in whatever order the values were added', () => {
    expect([eventType(['A', 'B']).name, eventType(['B', 'A']).name]).toEqual(['event_type', 'event_type']);
  });
});

describe('the partitions of a detail type', () => {
  const of = (values?: string[], retiredValues?: string[]) => eventType(values, retiredValues)._model.partitionsOfDetailType!('Parameter Store Change');

  test('are its own and the one for everything else, for it may have come before it was listed', () => {
    expect(of(['Parameter Store Change'])).toEqual(['parameter_store_change', OTHER]);
  });

  test('are the one for everything else when the type is not listed', () => {
    expect(of()).toEqual([OTHER]);
  });

  test('are still its own too when the type was retired', () => {
    expect(of([], ['Parameter Store Change'])).toEqual(['parameter_store_change', OTHER]);
  });

  test('are unknown to every other key', () => {
    const others = [PartitionKey.receiptDate(), PartitionKey.receiptHour(), PartitionKey.source({ values: ['a'] }), PartitionKey.fromJq('k', '.a', { values: ['a'] })];
    expect(others.map(key => key._model.partitionsOfDetailType)).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe('bad detail types', () => {
  test.each([
    [['日本'], [], 'partitionKeys.eventType.values: got "日本"; a detail type with at least one letter a-z or digit has a readable partition; leave it out to keep it in `other`'],
    [[''], [], 'partitionKeys.eventType.values: got ""; a detail type with at least one letter a-z or digit has a readable partition; leave it out to keep it in `other`'],
    [['A', 'A'], [], 'partitionKeys.eventType.values: got "A" twice; list each value once'],
    [['A'], ['A'], 'partitionKeys.eventType.retiredValues: got "A"; a retired value is not listed in `values` too, and CloudTrail\'s own are never retired'],
    [[], ['AWS API Call via CloudTrail'], 'partitionKeys.eventType.retiredValues: got "AWS API Call via CloudTrail"; a retired value is not listed in `values` too, and CloudTrail\'s own are never retired'],
    [['${Token[TOKEN.1]}'], [], 'partitionKeys.eventType.values: got a token; the values are needed at synthesis: give literal detail types'],
    [['#{Token[TOKEN.1]}'], [], 'partitionKeys.eventType.values: got a token for the whole list; the values are needed one by one: give each by itself'],
  ])('%j, retired %j, are refused', (values, retiredValues, message) => {
    expect(() => eventType(values, retiredValues)).toThrow(new Error(message));
  });
});

test('the hour of receipt is two digits by the arrival, without jq, and opens no more partitions than the day', () => {
  const { name, _model } = PartitionKey.receiptHour();
  expect(name).toBe('receipt_hour');
  expect(_model).toEqual({
    prefixExpression: '!{timestamp:HH}',
    projection: { type: 'integer', range: '0,23', digits: '2' },
    cardinality: 1,
    comment: 'The hour in which the archive received the event (UTC), 00 to 23',
  });
});

const factories: [string, (values: string[], retiredValues?: string[]) => PartitionKey][] = [
  ['source', (values, retiredValues) => PartitionKey.source({ values, retiredValues })],
  ['account', (values, retiredValues) => PartitionKey.account({ values, retiredValues })],
  ['region', (values, retiredValues) => PartitionKey.region({ values, retiredValues })],
  ['fromJq("tenant")', (values, retiredValues) => PartitionKey.fromJq('tenant', '.detail.tenant', { values, retiredValues })],
];
const factory = Object.fromEntries(factories);
const twoOf: { [factory: string]: [string, string] } = {
  'source': ['aws.s3', 'aws.ec2'],
  'account': ['123456789012', '210987654321'],
  'region': ['us-east-1', 'eu-west-1'],
  'fromJq("tenant")': ['acme', 'Acme'],
};

describe('a partition for each listed value', () => {
  test.each([
    ['source', 'event_source', '({"aws.s3":"aws.s3","aws.ec2":"aws.ec2"}[.source | if type == "string" then . else "" end] // "other")'],
    ['account', 'event_account', '({"123456789012":"123456789012","210987654321":"210987654321"}[.account | if type == "string" then . else "" end] // "other")'],
    ['region', 'event_region', '({"us-east-1":"us-east-1","eu-west-1":"eu-west-1"}[.region | if type == "string" then . else "" end] // "other")'],
    ['fromJq("tenant")', 'tenant', '({"acme":"acme","Acme":"Acme"}[[limit(1;(.detail.tenant)?)][0] | if type == "number" then .+0 | tostring '
      + 'elif type == "string" or type == "boolean" then tostring else "" end] // "other")'],
  ])('by %s is the column %s', (key, column, jq) => {
    const { name, _model: model } = factory[key](twoOf[key]);
    expect(name).toBe(column);
    expect(model).toMatchObject({
      prefixExpression: `!{partitionKeyFromQuery:${column}}`,
      jq,
      projection: { type: 'enum', values: `${twoOf[key].join()},other` },
      cardinality: 3,
    });
    expect(model.comment).toMatch(/^The \w+ of the event; `other` holds every \w+ that was not listed when it arrived$/);
  });

  test.each(factories)('by %s leaves the jq and stays in the projection when it is retired', (name, keyOf) => {
    const [kept, retired] = twoOf[name];
    const { jq, projection, cardinality } = keyOf([kept], [retired])._model;
    expect(jq).toContain(`{"${kept}":"${kept}"}[`);
    expect(projection.values).toBe(`${kept},${retired},other`);
    expect(cardinality).toBe(2);
  });

  test.each([
    ['aws.s3', 'aws.s3'],
    ['com.Acme_Inc-1', 'com.Acme_Inc-1'],
    ['_internal_', '_internal_'],
    ['aws.partner/example.com/123', 'aws.partner_example.com_123'],
    ['a, b=c%', 'a_b_c'],
    ['Köln', 'K_ln'],
    ['..', '..'],
    ['Other', 'Other'],
    ['__HIVE_DEFAULT_PARTITION__', '_HIVE_DEFAULT_PARTITION_'],
    ['x'.repeat(65), 'x'.repeat(64)],
    ['__proto__', '__proto__'],
  ])('is, for %p, %p', (value, partition) => {
    const { projection, jq } = PartitionKey.source({ values: [value] })._model;
    expect(projection.values).toBe(`${partition},other`);
    expect(jq).toContain(`({${JSON.stringify(value)}:"${partition}"}[`);
  });

  test('is shared by values that come to the same, which then count once', () => {
    const { projection, cardinality } = PartitionKey.source({ values: ['a/b', 'a b'], retiredValues: ['a_b'] })._model;
    expect([projection.values, cardinality]).toEqual(['a_b,other', 2]);
  });
});

describe('a token', () => {
  const stack = new Stack(new App(), 'Test');
  const parameter = new CfnParameter(stack, 'Account');

  test('may be an account or a Region, and stands in the jq and in the projection', () => {
    const { jq, projection, cardinality } = PartitionKey.account({ values: [Aws.ACCOUNT_ID, '210987654321', parameter.valueAsString] })._model;
    expect(stack.resolve(projection.values)).toEqual({ 'Fn::Join': ['', [{ Ref: 'AWS::AccountId' }, ',210987654321,', { Ref: 'Account' }, ',other']] });
    expect(stack.resolve(jq)).toEqual({
      'Fn::Join': ['', [
        '({"', { Ref: 'AWS::AccountId' }, '":"', { Ref: 'AWS::AccountId' }, '","210987654321":"210987654321","', { Ref: 'Account' }, '":"', { Ref: 'Account' },
        '"}[.account | if type == "string" then . else "" end] // "other")',
      ]],
    });
    expect(cardinality).toBe(4);
    expect(stack.resolve(PartitionKey.region({ values: ['eu-west-1'], retiredValues: [Aws.REGION] })._model.projection.values))
      .toEqual({ 'Fn::Join': ['', ['eu-west-1,', { Ref: 'AWS::Region' }, ',other']] });
  });

  test.each([
    ['account', [Aws.ACCOUNT_ID, Aws.ACCOUNT_ID], 'partitionKeys.account.values: got a token twice; list each value once'],
    ['region', Fn.split(',', Aws.REGION), 'partitionKeys.region.values: got a token for the whole list; the values are needed one by one: give each by itself'],
    ['account', ['123456789012', ...Fn.split(',', Aws.ACCOUNT_ID)], 'partitionKeys.account.values: got a token for the whole list; the values are needed one by one: give each by itself'],
    ['source', [Aws.REGION], 'partitionKeys.source.values: got a token; the values are needed at synthesis: give literal sources'],
    ['fromJq("tenant")', [`a-${Aws.REGION}`], 'partitionKeys.fromJq("tenant").values: got a token; the values are needed at synthesis: give literal values'],
  ])('by %s as %j is refused', (key, values, message) => {
    expect(() => factory[key](values)).toThrow(new Error(message));
  });

  test('that is listed and retired is refused', () => {
    expect(() => PartitionKey.account({ values: [Aws.ACCOUNT_ID], retiredValues: [Aws.ACCOUNT_ID] }))
      .toThrow(new Error('partitionKeys.account.retiredValues: got a token; a retired value is not listed in `values` too'));
  });
});

describe('bad values', () => {
  test.each(factories)('by %s: none, one twice, one that is retired too', (name, keyOf) => {
    const [value] = twoOf[name];
    expect(() => keyOf([])).toThrow(new Error(`partitionKeys.${name}.values: got []; list at least one value, or leave the key out`));
    expect(() => keyOf([value, value])).toThrow(new Error(`partitionKeys.${name}.values: got "${value}" twice; list each value once`));
    expect(() => keyOf([value], [value])).toThrow(new Error(`partitionKeys.${name}.retiredValues: got "${value}"; a retired value is not listed in \`values\` too`));
  });

  const nothing = 'a value with at least one of A-Z, a-z, 0-9, dot and hyphen has a partition of its own; leave it out to keep it in `other`';
  const other = 'the partition `other` is that of everything that is not listed: leave it out';
  test.each(factories)('by %s: half of a surrogate pair, with which jq 1.6 would not compile the query', (name, keyOf) => {
    const half = 'half of a surrogate pair is no text, and jq 1.6, which Firehose runs, would refuse the query';
    expect(() => keyOf(['a\ud83d'])).toThrow(new Error(`partitionKeys.${name}.values: got "a\\ud83d"; ${half}`));
    expect(() => keyOf([twoOf[name][0]], ['\ude00a'])).toThrow(new Error(`partitionKeys.${name}.retiredValues: got "\\ude00a"; ${half}`));
  });

  test.each([
    ['source', '', nothing], ['source', '日本', nothing], ['source', ' ', nothing], ['source', 'other', other], ['source', 'other!', other], ['fromJq("tenant")', '/other/', other],
    ['account', '12345678901', 'an account has an id of 12 digits'], ['account', 'other', 'an account has an id of 12 digits'], ['account', '1234-5678-9012', 'an account has an id of 12 digits'],
    ['region', 'us-east-1a', 'a Region has a name like us-east-1'], ['region', 'US-EAST-1', 'a Region has a name like us-east-1'],
    ['region', 'us-east-1-bos-1', 'a Region has a name like us-east-1'], ['region', '', 'a Region has a name like us-east-1'],
  ])('by %s: %p', (key, value, right) => {
    expect(() => factory[key]([value])).toThrow(new Error(`partitionKeys.${key}.values: got "${value}"; ${right}`));
    expect(() => factory[key]([twoOf[key][0]], [value])).toThrow(new Error(`partitionKeys.${key}.retiredValues: got "${value}"; ${right}`));
  });

  test.each(['us-east-1', 'us-gov-west-1', 'us-isob-east-1', 'mx-central-1', 'eusc-de-east-1', 'cn-northwest-1', 'ap-southeast-7'])('but %s is a Region', region => {
    expect(enumValues(PartitionKey.region({ values: [region] }))).toEqual([region, OTHER]);
  });

  test('past what Firehose takes, with the arithmetic', () => {
    const values = Array.from({ length: 250 }, (_, index) => `s${index}`);
    expect(synthesisError({ partitionKeys: [PartitionKey.source({ values }), PartitionKey.receiptDate(), PartitionKey.receiptHour()] })).toBe(
      'partitionKeys: got 251 of event_source x 1 of receipt_date x 1 of receipt_hour x 2 for the turn of the day = 502 active partitions; '
      + "Firehose takes 500 a stream: list fewer values, the rest stays queryable in 'other'");
    expect(synthesisError({ partitionKeys: [PartitionKey.fromJq('k', `.detail.k${' '.repeat(5000)}`, { values: ['a'] }), PartitionKey.receiptDate()] })).toMatch(
      /^partitionKeys: got a jq query of 51\d\d characters; Firehose takes 5120: /);
  });
});

describe('the name of a user\'s own key', () => {
  const named = (name: string) => PartitionKey.fromJq(name, '.a', { values: ['a'] });
  const form = 'give lower-case letters and digits, 64 at most and a letter first, with single underscores between words, for example tenant_id';
  const ownColumn = 'every event has a column of this name: give the key another';

  test.each([
    ['', form], ['Tenant', form], ['1a', form], ['_a', form], ['a_', form], ['a__b', form], ['a-b', form], ['$path', form], ['a b', form], ['ä', form], ['x'.repeat(65), form],
    ...['version', 'id', 'detail_type', 'source', 'account', 'time', 'region', 'resources', 'detail', 'replay_name'].map(name => [name, ownColumn]),
    ['event_type', 'it is the name of PartitionKey.eventType(): use that, or give the key another name'],
    ['receipt_date', 'it is the name of PartitionKey.receiptDate(): use that, or give the key another name'],
    ['receipt_hour', 'it is the name of PartitionKey.receiptHour(): use that, or give the key another name'],
    ['event_source', 'it is the name of PartitionKey.source(): use that, or give the key another name'],
    ['event_account', 'it is the name of PartitionKey.account(): use that, or give the key another name'],
    ['event_region', 'it is the name of PartitionKey.region(): use that, or give the key another name'],
    ['path', 'Athena has a hidden column "$path": give the key another name'],
    ['file_size', 'Athena has a hidden column "$file_size": give the key another name'],
    ...['order', 'current_user', 'with'].map(name => [name, 'Athena reserves the word, so that every query would have to quote it: give the key another name']),
  ])('is not %p', (name, right) => {
    expect(() => named(name)).toThrow(new Error(`partitionKeys.fromJq.name: got "${name}"; ${right}`));
  });

  test('is no token', () => {
    expect(() => named(Aws.REGION)).toThrow(new Error('partitionKeys.fromJq.name: got a token; the name is needed at synthesis: give a literal one'));
  });

  test.each(['a', 'tenant', 'tenant_id', 'k2', 'a_1', 'label', 'if', 'bucket', 'x'.repeat(64)])('may be %p', name => {
    expect(named(name).name).toBe(name);
  });
});

// https://docs.aws.amazon.com/athena/latest/ug/reserved-words.html#list-of-reserved-words-sql-select
const RESERVED_WORDS = `
  ALTER AND AS BETWEEN BY CASE CAST CONSTRAINT CREATE CROSS CUBE CURRENT_CATALOG CURRENT_DATE CURRENT_PATH CURRENT_SCHEMA CURRENT_TIME
  CURRENT_TIMESTAMP CURRENT_USER DEALLOCATE DELETE DESCRIBE DISTINCT DROP ELSE END ESCAPE EXCEPT EXECUTE EXISTS EXTRACT FALSE FIRST FOR FROM FULL
  GROUP GROUPING HAVING IN INNER INSERT INTERSECT INTO IS JOIN JSON_ARRAY JSON_EXISTS JSON_OBJECT JSON_QUERY JSON_TABLE JSON_VALUE LAST LEFT LIKE
  LISTAGG LOCALTIME LOCALTIMESTAMP NATURAL NORMALIZE NOT NULL OF ON OR ORDER OUTER PREPARE RECURSIVE RIGHT ROLLUP SELECT SKIP TABLE THEN TRIM TRUE
  UESCAPE UNION UNNEST USING VALUES WHEN WHERE WITH
`.trim().split(/\s+/);

test.each(RESERVED_WORDS)('no key is called by the word %s of Athena\'s SQL', word => {
  const name = word.toLowerCase();
  expect(() => PartitionKey.fromJq(name, '.a', { values: ['x'] }))
    .toThrow(`got "${name}"; Athena reserves the word, so that every query would have to quote it: give the key another name`);
});

test.each(['path', 'file_size', 'file_modified_time', 'partition'])('no key is called as the hidden column $%s of Athena', name => {
  expect(() => PartitionKey.fromJq(name, '.a', { values: ['x'] })).toThrow(`got "${name}"; Athena has a hidden column "$${name}": give the key another name`);
});

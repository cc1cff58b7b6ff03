import { PartitionKey } from '../../src';
import { Layout } from '../../src/layout/layout';
import { OTHER } from '../../src/layout/partition-key';

function layoutOf(values?: string[], retiredValues?: string[]): Layout {
  return new Layout([PartitionKey.eventType({ values, retiredValues }), PartitionKey.receiptDate()]);
}

function enumValues(layout: Layout): string[] {
  return layout.projection('s3://bucket/')['projection.event_type.values'].split(',');
}

describe('a partition for each event type', () => {
  test('is readable', () => {
    expect(enumValues(layoutOf())).toEqual([
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
    expect(enumValues(layoutOf([value]))).toContain(partition);
  });

  test('is shared by values that read alike', () => {
    expect(enumValues(layoutOf(['Order Placed', 'order-placed'])).filter(value => value === 'order_placed')).toHaveLength(1);
  });

  test('is last for everything else, once, whatever is listed or retired', () => {
    const values = enumValues(layoutOf(['Other', 'A'], ['B']));
    expect(values.indexOf(OTHER)).toBe(values.length - 1);
  });

  test('that is retired leaves the jq and stays in the projection', () => {
    const layout = layoutOf(['New'], ['Old Type']);
    expect(layout.metadataExtractionQuery).not.toContain('old_type');
    expect(enumValues(layout)).toContain('old_type');
  });

  test('never depends on the order in which values were added', () => {
    expect(layoutOf(['A', 'B']).id).toBe(layoutOf(['B', 'A']).id);
  });
});

describe('a filter on a detail type', () => {
  test('looks in its own partition and in the one for everything else', () => {
    expect(layoutOf(['Parameter Store Change']).filterOn('Parameter Store Change'))
      .toBe("event_type IN ('parameter_store_change', 'other') AND detail_type = 'Parameter Store Change'");
  });

  test('looks only in the partition for everything else when the type is not listed', () => {
    expect(layoutOf().filterOn('Parameter Store Change')).toBe("event_type IN ('other') AND detail_type = 'Parameter Store Change'");
  });

  test('still looks in the partition of a type that was retired', () => {
    expect(layoutOf([], ['Parameter Store Change']).filterOn('Parameter Store Change'))
      .toBe("event_type IN ('parameter_store_change', 'other') AND detail_type = 'Parameter Store Change'");
  });

  test('names no partition where there is none by type', () => {
    expect(new Layout([PartitionKey.receiptDate()]).filterOn('A')).toBe("detail_type = 'A'");
  });
});

describe('bad values', () => {
  test.each([
    [['日本'], [], 'partitionKeys.eventType.values: got "日本"; a detail type with at least one letter a-z or digit has a readable partition; leave it out to keep it in `other`'],
    [[''], [], 'partitionKeys.eventType.values: got ""; a detail type with at least one letter a-z or digit has a readable partition; leave it out to keep it in `other`'],
    [['A', 'A'], [], 'partitionKeys.eventType.values: got "A" twice; list each value once'],
    [['A'], ['A'], 'partitionKeys.eventType.retiredValues: got "A"; a retired value is not listed in `values` too, and CloudTrail\'s own are never retired'],
    [[], ['AWS API Call via CloudTrail'], 'partitionKeys.eventType.retiredValues: got "AWS API Call via CloudTrail"; a retired value is not listed in `values` too, and CloudTrail\'s own are never retired'],
    [['${Token[TOKEN.1]}'], [], 'partitionKeys.eventType.values: got a token; the values are needed at synthesis: give literal detail types'],
  ])('%j, retired %j, are refused', (values, retiredValues, message) => {
    expect(() => PartitionKey.eventType({ values, retiredValues })).toThrow(new Error(message));
  });
});

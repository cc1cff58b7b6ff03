import { altered, anApiCall, anEvent, cleanUp, Run, run } from './archive-run';
import { wrongIn } from './found';
import { synthesize } from './recent-archive';
import type { EventToSend } from '../simulator/demo/events-file';
import { SimulatedTemplate } from '../simulator/template/template';

const SOMEBODY = 'arn:aws:iam::123456789012:role/Somebody';
const RULE = 'AWS::Events::Rule';

const template = synthesize().template.toJSON();
const [deliveryRole, rulesRole] = ['AuditDeliveryRole', 'AuditTargetRole'].map(prefix =>
  SimulatedTemplate.parse(template).ofType('AWS::IAM::Role').find(({ logicalId }) => logicalId.startsWith(prefix))!.attributes.Arn as string);

afterAll(cleanUp);

/** What CloudTrail records of the archive's work where a trail logs its data events: the writing of each object, and each delivery. */
function causedBy({ simulation: { ledger } }: Run): EventToSend[] {
  return [
    ...ledger.writtenObjects.flatMap(() => [anApiCall('s3', 'PutObject', deliveryRole), anApiCall('kms', 'GenerateDataKey', deliveryRole, { managementEvent: true })]),
    ...ledger.events.flatMap(({ deliveries }) => deliveries.map(() => anApiCall('firehose', 'PutRecordBatch', rulesRole))),
  ];
}

/** How many events are archived in each round, when what a round causes is what the next one is sent. */
async function rounds(tried: object, first: EventToSend[], count: number): Promise<number[]> {
  const archived: number[] = [];
  let events = first;
  for (let round = 0; round < count; round++) {
    const archive = await run(tried, events);
    archived.push(archive.simulation.ledger.archived);
    events = causedBy(archive);
  }
  return archived;
}

test('what the own roles cause converges to none', async () => {
  expect(await rounds(template, [anEvent(), anEvent()], 4)).toEqual([2, 0, 0, 0]);
});

test('without the guard each round causes the next, and a larger one', async () => {
  const unguarded = altered(template, RULE, properties => delete properties.EventPattern.detail);
  const [first, second, third] = await rounds(unguarded, [anEvent(), anEvent()], 3);
  expect([first < second, second < third]).toEqual([true, true]);
});

describe('the guard hides nothing else', () => {
  const others = [
    anApiCall('s3', 'PutObject', SOMEBODY),
    anApiCall('firehose', 'PutRecordBatch', SOMEBODY),
    anApiCall('s3', 'DeleteObject', deliveryRole),
    anApiCall('s3', 'PutObjectRetention', deliveryRole),
    anApiCall('iam', 'CreateUser', rulesRole, { managementEvent: true }),
  ];
  const own = anApiCall('s3', 'PutObject', deliveryRole);

  test('somebody else\'s PutObject and another event name of the own roles are archived', async () => {
    const archive = await run(template, [...others, own]);
    expect(archive.simulation.ledger.unmatched).toBe(1);
    expect(await wrongIn(archive, others)).toEqual([]);
  });

  test.each<[string, (detail: any) => object, string[]]>([
    ['on the call alone would hide somebody else\'s PutObject', ({ $or: [call] }) => call, ['PutObject', 'PutRecordBatch']],
    ['on the role alone would hide another event name', ({ $or: [, role] }) => role, ['DeleteObject', 'PutObjectRetention', 'CreateUser']],
    ['on both, each for itself, would hide all of these', ({ $or: [call, role] }) => ({ ...call, ...role }),
      ['PutObject', 'PutRecordBatch', 'DeleteObject', 'PutObjectRetention', 'CreateUser']],
  ])('a guard %s', async (_name, detail, hidden) => {
    const narrower = altered(template, RULE, properties => {
      properties.EventPattern.detail = detail(properties.EventPattern.detail);
    });
    const { simulation: { ledger } } = await run(narrower, others);
    expect(ledger.events.filter(({ deliveries }) => deliveries.length === 0).map(({ event }) => (event.detail as any).eventName)).toEqual(hidden);
  });
});

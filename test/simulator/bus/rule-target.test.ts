import type { JsonObject } from '../engines';
import { Faults } from './rule-target';
import { run, sampleEvent, simulate, Template } from '../samples/sample-template';

/** What becomes of one event when the target answers as told. */
async function deliver(change?: (template: Template) => void, faults?: Faults, event: JsonObject = sampleEvent(1)) {
  const simulation = await run(simulate(change, { faults }), event);
  const { archived, failed, deadLettered, lost } = simulation.ledger;
  return { simulation, counts: { archived, failed, deadLettered, lost } };
}

const ARCHIVED = { archived: 1, failed: 0, deadLettered: 0, lost: 0 };
const DEAD_LETTERED = { archived: 0, failed: 0, deadLettered: 1, lost: 0 };
const LOST = { archived: 0, failed: 0, deadLettered: 0, lost: 1 };

function target(template: Template): any {
  return template.Resources.Rule.Properties.Targets[0];
}

const throttled: Faults = () => 'throttled';

describe('a delivery', () => {
  test('that fails is tried again', async () => {
    const attempts: number[] = [];
    const { counts } = await deliver(undefined, (_arn, attempt) => {
      attempts.push(attempt);
      return attempt < 3 ? 'error' : 'ok';
    });
    expect(counts).toEqual(ARCHIVED);
    expect(attempts).toEqual([1, 2, 3]);
  });

  test('that never succeeds goes to the dead-letter queue after 185 retries', async () => {
    const { simulation, counts } = await deliver(undefined, throttled);
    expect(counts).toEqual(DEAD_LETTERED);
    expect(JSON.parse(simulation.deadLetters[0].body)).toEqual(sampleEvent(1));
    expect(simulation.deadLetters[0].attributes).toEqual({
      RULE_ARN: expect.stringMatching(/^arn:aws:events:us-east-1:123456789012:rule\/Simulated-Rule-/),
      TARGET_ARN: expect.stringMatching(/^arn:aws:firehose:us-east-1:123456789012:deliverystream\/Simulated-Stream-/),
      ERROR_CODE: 'THROTTLING',
      ERROR_MESSAGE: 'the target failed 186 times',
      RETRY_ATTEMPTS: '185',
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
    });
  });

  test('is not tried longer than its target says', async () => {
    const retry = async (policy: object) => {
      const { simulation } = await deliver(t => { target(t).RetryPolicy = policy; }, throttled);
      const { RETRY_ATTEMPTS: attempts, EXHAUSTED_RETRY_CONDITION: condition } = simulation.deadLetters[0].attributes;
      return [attempts, condition];
    };
    expect(await retry({ MaximumRetryAttempts: 0 })).toEqual(['0', 'MaximumRetryAttempts']);
    expect(await retry({ MaximumEventAgeInSeconds: 60 })).toEqual(['5', 'MaximumEventAgeInSeconds']);
    expect(await retry({})).toEqual(['185', 'MaximumRetryAttempts']);
  });

  test('of a record over 1,000 KiB goes to the dead-letter queue at once', async () => {
    const withBytes = (bytes: number) => sampleEvent(1, { detail: { text: 'x'.repeat(bytes - JSON.stringify(sampleEvent(1, { detail: { text: '' } })).length) } });
    expect((await deliver(undefined, undefined, withBytes(1_024_000))).counts).toEqual(ARCHIVED);
    expect((await deliver(undefined, undefined, withBytes(1_024_001))).counts).toEqual(DEAD_LETTERED);
  });

  test.each<[string, (template: Template) => void]>([
    ['PutRecord', t => { t.Resources.RulesPolicy.Properties.PolicyDocument.Statement[0].Action = 'firehose:PutRecordBatch'; }],
    ['PutRecordBatch', t => { t.Resources.RulesPolicy.Properties.PolicyDocument.Statement[0].Action = 'firehose:PutRecord'; }],
    ['the stream', t => { t.Resources.RulesPolicy.Properties.PolicyDocument.Statement[0].Resource = 'arn:aws:firehose:us-east-1:123456789012:deliverystream/other'; }],
    ['its role', t => { t.Resources.RulesRole.Properties.AssumeRolePolicyDocument.Statement[0].Principal.Service = 'firehose.amazonaws.com'; }],
  ])('without the permission for %s goes to the dead-letter queue, untried', async (_name, change) => {
    const faults = jest.fn<'ok', []>(() => 'ok');
    const { simulation, counts } = await deliver(change, faults);
    expect(counts).toEqual(DEAD_LETTERED);
    expect(simulation.deadLetters[0].attributes.ERROR_CODE).toBe('NO_PERMISSIONS');
    expect(faults).not.toHaveBeenCalled();
  });
});

describe('a dead letter is lost', () => {
  test.each<[string, (template: Template) => void, string]>([
    ['without a queue', t => { delete target(t).DeadLetterConfig; }, 'the target has no dead-letter queue'],
    ['when the queue is FIFO', t => { t.Resources.DeadLetters.Properties.FifoQueue = true; }, 'is a FIFO queue'],
    ['when the queue has no policy', t => { delete t.Resources.DeadLettersPolicy; }, 'does not let'],
    ['when the queue\'s policy names another rule', t => {
      t.Resources.DeadLettersPolicy.Properties.PolicyDocument.Statement[1].Condition.ArnEquals['aws:SourceArn'] = ['arn:aws:events:us-east-1:123456789012:rule/other'];
    }, 'does not let'],
    ['when the queue takes no such message', t => { t.Resources.DeadLetters.Properties.MaximumMessageSize = 1024; }, 'is too large for'],
  ])('%s', async (_name, change, reason) => {
    const { simulation, counts } = await deliver(change, throttled, sampleEvent(1, { detail: { text: 'x'.repeat(1000) } }));
    expect(counts).toEqual(LOST);
    expect(simulation.ledger.unaccounted()).toEqual([expect.objectContaining({ rule: 'Rule', outcome: 'lost', detail: expect.stringContaining(reason) })]);
  });

  test('and a queue from elsewhere cannot be judged', async () => {
    await expect(deliver(t => { target(t).DeadLetterConfig.Arn = 'arn:aws:sqs:us-east-1:123456789012:elsewhere'; }, throttled)).rejects.toThrow('is not in the template');
  });
});

test.each<[string, (template: Template) => void, string]>([
  ['a stream needs a role', t => { delete target(t).RoleArn; }, 'Rule.Targets[0].RoleArn: missing'],
  ['a role from elsewhere cannot be judged', t => { target(t).RoleArn = 'arn:aws:iam::123456789012:role/elsewhere'; }, 'is not in the template'],
  ['a dead-letter queue is in the same Region', t => { target(t).DeadLetterConfig.Arn = 'arn:aws:sqs:eu-west-1:123456789012:q'; }, 'is no queue of the rule\'s Region'],
  ['retries have a limit', t => { target(t).RetryPolicy.MaximumRetryAttempts = 186; }, 'got 186; AWS accepts 0 to 185'],
  ['an event has an age', t => { target(t).RetryPolicy.MaximumEventAgeInSeconds = 59; }, 'got 59; AWS accepts 60 to 86400'],
])('%s', (_name, change, message) => {
  expect(() => simulate(change)).toThrow(message);
});

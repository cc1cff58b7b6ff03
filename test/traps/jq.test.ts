// jq's traps: what Firehose puts into one query, and what jq makes of it. Those that only jq 1.6 itself shows are in test/reference.

import { PartitionKey } from '../../src';
import { anEvent, cleanUp } from '../end-to-end/archive-run';
import { EmbeddedJq } from '../simulator/embedded/jq';
import { synthesisError, synthesize } from '../synthesize';
import { allFound, outcomeOf } from './outcome';
import { queryOfCdk } from './query-of-cdk';

afterAll(cleanUp);

const keyOf = (expression: string) => ({ partitionKeys: [PartitionKey.fromJq('tenant', expression, { values: ['acme'] }), PartitionKey.receiptDate()] });

describe('an expression stands in parentheses, which CDK puts around none:', () => {
  test.each([
    ['an alternative', '.detail.tenant // "none"'],
    ['a condition', 'if .detail.tenant then .detail.tenant else "none" end'],
    ['an addition', '.detail.tenant + ""'],
  ])('%s', async (_trap, expression) => {
    const template = synthesize(keyOf(expression)).template.toJSON();
    expect(await outcomeOf(template, [anEvent({ detail: { tenant: 'acme' } })])).toEqual(allFound(1));
    const [{ error }] = await tried(queryOfCdk({ tenant: expression, region: '.region' }));
    expect(error).toMatch(/jq does not compile/);
  });
});

test('the type of an event is not a subtraction', async () => {
  expect(() => keyOf('.detail-type')).toThrow('for jq that is a subtraction: write ."detail-type"');
  expect((await tried('{tenant:(.detail-type)}'))[0].error).toMatch(/cannot be subtracted/);
  expect((await tried('{tenant:(."detail-type")}'))[0].error).toBeUndefined();
});

test('an if without else, which is no jq 1.6, is refused', () => {
  expect(() => synthesisError(keyOf('if .detail.tenant then "acme" end'))).toThrow('in jq 1.6, which Firehose runs, each if has an else and an end');
});

test('a function that came after jq 1.6 is refused', () => {
  for (const expression of ['.detail | pick(.tenant)', '.detail.tenant | trim', 'getpath(["detail"]) | toarray | first']) {
    expect(() => synthesisError(keyOf(expression))).toThrow('jq 1.6, which Firehose runs, has no such function');
  }
});

async function tried(query: string): Promise<{ readonly error?: string }[]> {
  const { event } = anEvent({ detail: { tenant: 'acme' } });
  try {
    return await new EmbeddedJq().run(query, [JSON.stringify(event)]);
  } catch (error) {
    return [{ error: (error as Error).message }];
  }
}

// The traps of jq that only jq 1.6 itself shows: newer ones take what it refuses.

import { PartitionKey } from '../../src';
import type { JqResult } from '../simulator/engines';
import { Jq16 } from '../simulator/reference/jq';
import { queryOfCdk } from '../traps/query-of-cdk';

const EVENT = { 'detail-type': 'Order', 'region': 'us-east-1', 'detail': { tenant: 'acme' } };

const keyOf = (expression: string) => PartitionKey.fromJq('tenant', expression, { values: ['acme'] })._model.jq!;

async function tried(query: string): Promise<JqResult> {
  try {
    return (await new Jq16().run(query, [JSON.stringify(EVENT)]))[0];
  } catch (error) {
    return { error: (error as Error).message };
  }
}

describe('jq 1.6 compiles the library\'s query, and not', () => {
  test.each([
    ['what CDK joins without parentheses', '.detail.tenant // "none"'],
    ['a bare if, as CDK leaves it', 'if .detail.tenant then .detail.tenant else "none" end'],
  ])('%s', async (_trap, expression) => {
    expect(await tried(`{tenant:${keyOf(expression)},region:(.region)}`)).toEqual({ output: { tenant: 'acme', region: 'us-east-1' } });
    expect((await tried(queryOfCdk({ tenant: expression, region: '.region' }))).error).toMatch(/jq does not compile/);
  });
});

describe('jq 1.6 does not compile, and the library refuses,', () => {
  test.each([
    ['an if without else', 'if .detail.tenant then "acme" end', /each if has an else and an end/],
    ['a function of a later jq', '.detail | pick(.tenant)', /has no such function/],
    ['another function of a later jq', '[.detail.tenant] | have_literal_numbers', /has no such function/],
  ])('%s', async (_trap, expression, refused) => {
    expect(() => keyOf(expression)).toThrow(refused);
    expect((await tried(`{tenant:(${expression})}`)).error).toMatch(/jq does not compile/);
  });

  test('the type of an event as a subtraction, which compiles and fails every record', async () => {
    expect(() => keyOf('.detail-type')).toThrow('for jq that is a subtraction');
    expect((await tried('{tenant:(.detail-type)}')).error).toMatch(/cannot be subtracted/);
  });
});

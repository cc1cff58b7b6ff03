import type { HttpAnswer, HttpEndpoint, HttpOutcome, HttpRequest } from './http-endpoint';
import { Invocations } from './invocations';
import type { RetryPolicy } from '../bus/retry-policy';
import { exhausted, Failure, TargetMessage } from '../bus/rule-target';
import { fanOutTarget, sendOne, simulateApiDestination } from '../samples/sample-fan-out';
import { run, sampleEvent, Template } from '../samples/sample-template';

/** Answers each attempt with its own, and every later one with the last. */
function answers(...all: HttpAnswer[]) {
  return { http: { answer: (_request: unknown, attempt: number) => all[Math.min(attempt, all.length) - 1] } };
}

/** The same, where EventBridge's patience is shorter than five seconds. */
function impatiently(...all: HttpAnswer[]) {
  return { http: { ...answers(...all).http, timeoutMilliseconds: 50 } };
}

const DELIVERED = { delivered: 1, deadLettered: 0, lost: 0 };
const DEAD_LETTERED = { delivered: 0, deadLettered: 1, lost: 0 };

function retry(policy: object) {
  return (template: Template) => { fanOutTarget(template).RetryPolicy = policy; };
}

describe('an answer', () => {
  test.each([200, 201, 202, 204, 299])('of %i is a delivery', async status => {
    const { ledger, deadLetters } = await sendOne(undefined, answers({ status }));
    expect(ledger.fanOut).toEqual({ Destination: { ...DELIVERED, requests: 1 } });
    expect(deadLetters).toEqual([]);
  });

  test.each([401, 407, 409, 429, 500, 502, 503, 599])('of %i is tried again, a second later', async status => {
    const { ledger, requests } = await sendOne(undefined, answers({ status }, {}));
    expect(ledger.fanOut).toEqual({ Destination: { ...DELIVERED, requests: 2 } });
    expect(requests.map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(requests[1].time.getTime() - requests[0].time.getTime()).toBe(1000);
    expect(requests[1].body).toBe(requests[0].body);
  });

  test.each([300, 302, 304, 400, 403, 404, 408, 410, 413, 422])('of %i goes straight to the dead-letter queue', async status => {
    const { ledger, deadLetters } = await sendOne(undefined, answers({ status, headers: { Location: 'https://example.com/' } }, {}));
    expect(ledger.fanOut).toEqual({ Destination: { ...DEAD_LETTERED, requests: 1 } });
    expect(deadLetters).toEqual([{
      queue: expect.stringContaining('DeadLetters'),
      body: JSON.stringify(sampleEvent(1)),
      attributes: {
        RULE_ARN: expect.stringMatching(/^arn:aws:events:us-east-1:123456789012:rule\/Simulated-FanOutRule-/),
        TARGET_ARN: expect.stringMatching(/^arn:aws:events:us-east-1:123456789012:api-destination\/Simulated-Destination-\w+\/[0-9a-f-]{36}$/),
        ERROR_CODE: 'ERROR_FROM_TARGET',
        ERROR_MESSAGE: `Unable to invoke ApiDestination endpoint: the endpoint answered ${status}`,
      },
    }]);
  });

  test('that takes some time is a delivery', async () => {
    expect((await sendOne(undefined, answers({ delayMilliseconds: 5 }))).ledger.fanOut.Destination.delivered).toBe(1);
  });

  test.each<[string, HttpAnswer]>([
    ['that comes too late', { delayMilliseconds: 3000 }],
    ['that comes a little too late', { delayMilliseconds: 80 }],
    ['that never comes', { delayMilliseconds: 'never' }],
  ])('%s is tried again', async (_name, late) => {
    const { ledger, deadLetters } = await sendOne(undefined, impatiently(late, {}));
    expect(ledger.fanOut).toEqual({ Destination: { ...DELIVERED, requests: 2 } });
    expect(deadLetters).toEqual([]);
  });

  test('that never comes ends in the dead-letter queue', async () => {
    const { deadLetters } = await sendOne(retry({ MaximumRetryAttempts: 1 }), impatiently({ delayMilliseconds: 'never' }));
    expect(deadLetters[0].attributes).toMatchObject({
      ERROR_CODE: 'UNKNOWN',
      ERROR_MESSAGE: 'Unable to invoke ApiDestination endpoint: Timeout calling endpoint for API Destination: socket closed.',
      RETRY_ATTEMPTS: '1',
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
    });
  });
});

describe('Retry-After', () => {
  /** How many seconds after the first request the second one is made. */
  const waited = async (header: string) => {
    const { requests } = await sendOne(undefined, answers({ status: 429, headers: { 'Retry-After': header } }, {}));
    return (requests[1].time.getTime() - requests[0].time.getTime()) / 1000;
  };

  test('is waited for, where it is longer than the back-off', async () => {
    expect(await waited('120')).toBe(120);
    expect(await waited('0')).toBe(1);
  });

  test('may be a date', async () => {
    const inAnHour = new Date(Date.now() + 3_600_000);
    const { requests } = await sendOne(undefined, { ...answers({ status: 503, headers: { 'Retry-After': inAnHour.toUTCString() } }, {}) });
    expect(requests[1].time.getTime()).toBe(Math.floor(inAnHour.getTime() / 1000) * 1000);
  });

  test('that is a date of the past asks for no wait', async () => {
    const { ledger } = await sendOne(undefined, answers({ status: 503, headers: { 'retry-after': 'Fri, 20 Nov 2020 10:00:00 GMT' } }, {}));
    expect(ledger.fanOut.Destination).toEqual({ ...DELIVERED, requests: 2 });
  });

  test('that says nothing changes nothing', async () => {
    expect(await waited('soon')).toBe(1);
  });

  test('that is negative ends the retries', async () => {
    const { ledger, deadLetters } = await sendOne(undefined, answers({ status: 429, headers: { 'Retry-After': '-1' } }, {}));
    expect(ledger.fanOut).toEqual({ Destination: { ...DEAD_LETTERED, requests: 1 } });
    expect(deadLetters[0].attributes).not.toHaveProperty('EXHAUSTED_RETRY_CONDITION');
  });

  test('beyond the event\'s age ends them too', async () => {
    const { deadLetters } = await sendOne(undefined, answers({ status: 429, headers: { 'Retry-After': '86401' } }, {}));
    expect(deadLetters[0].attributes).toMatchObject({ RETRY_ATTEMPTS: '0', EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds' });
  });
});

describe('retries', () => {
  test('back off, and end after 185', async () => {
    const { ledger, requests, deadLetters } = await sendOne(undefined, answers({ status: 503 }));
    expect(ledger.fanOut).toEqual({ Destination: { ...DEAD_LETTERED, requests: 186 } });
    const seconds = requests.map(({ time }) => (time.getTime() - requests[0].time.getTime()) / 1000);
    expect(seconds.slice(0, 5)).toEqual([0, 1, 3, 7, 15]);
    expect(seconds[185]).toBeLessThanOrEqual(86_400);
    expect(deadLetters[0].attributes).toMatchObject({
      ERROR_CODE: 'ERROR_FROM_TARGET',
      ERROR_MESSAGE: 'Unable to invoke ApiDestination endpoint: the endpoint answered 503',
      RETRY_ATTEMPTS: '185',
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
    });
  });

  test.each<[object, string, string]>([
    [{ MaximumRetryAttempts: 0 }, '0', 'MaximumRetryAttempts'],
    [{ MaximumRetryAttempts: 3 }, '3', 'MaximumRetryAttempts'],
    [{ MaximumEventAgeInSeconds: 60 }, '5', 'MaximumEventAgeInSeconds'],
  ])('are as many as the target says: %j', async (policy, attempts, condition) => {
    const { deadLetters, requests } = await sendOne(retry(policy), answers({ status: 500 }));
    expect(deadLetters[0].attributes).toMatchObject({ RETRY_ATTEMPTS: attempts, EXHAUSTED_RETRY_CONDITION: condition });
    expect(requests).toHaveLength(Number(attempts) + 1);
  });

  test('without a dead-letter queue end in a loss', async () => {
    const { ledger } = await sendOne(t => { delete fanOutTarget(t).DeadLetterConfig; }, answers({ status: 400 }));
    expect(ledger.fanOut).toEqual({ Destination: { delivered: 0, deadLettered: 0, lost: 1, requests: 1 } });
    expect(ledger.unaccounted()).toEqual([expect.objectContaining({ rule: 'FanOutRule', outcome: 'lost', detail: expect.stringContaining('the target has no dead-letter queue') })]);
  });
});

test('an endpoint that cannot be reached is tried again, and then the event is dead-lettered', async () => {
  const simulation = simulateApiDestination(retry({ MaximumRetryAttempts: 2 }));
  await simulation.endpoint.close();
  await run(simulation, sampleEvent(1));
  expect(simulation.requests).toEqual([]);
  expect(simulation.ledger.fanOut).toEqual({ Destination: { ...DEAD_LETTERED, requests: 3 } });
  expect(simulation.deadLetters[0].attributes).toMatchObject({
    ERROR_CODE: 'SDK_CLIENT_ERROR',
    ERROR_MESSAGE: 'Unable to invoke ApiDestination endpoint: API destination endpoint cannot be reached.',
    RETRY_ATTEMPTS: '2',
    EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
  });
});

describe('the rate limit', () => {
  const events = Array.from({ length: 200 }, (_, index) => sampleEvent(index));
  /** All events come within the same moment. */
  const burst = async (limit: number, change: (template: Template) => void = () => undefined) => {
    const simulation = await run(simulateApiDestination(template => {
      template.Resources.Destination.Properties.InvocationRateLimitPerSecond = limit;
      change(template);
    }, { start: new Date() }), ...events);
    await simulation.close();
    const perSecond = new Map<number, number>();
    for (const { time } of simulation.requests) {
      const second = Math.floor(time.getTime() / 1000);
      perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
    }
    return { simulation, perSecond: [...perSecond.values()] };
  };

  test('is never exceeded, and nothing is lost for it', async () => {
    const { simulation, perSecond } = await burst(50);
    expect(Math.max(...perSecond)).toBe(50);
    expect(perSecond.length).toBeGreaterThanOrEqual(4);
    expect(simulation.ledger.fanOut).toEqual({ Destination: { delivered: 200, deadLettered: 0, lost: 0, requests: 200 } });
  });

  test('that is high enough delays nothing', async () => {
    expect(Math.max(...(await burst(1000)).perSecond)).toBe(200);
  });

  test('that is too low for the age of the events sends the rest to the dead-letter queue', async () => {
    const { simulation } = await burst(2, retry({ MaximumEventAgeInSeconds: 60 }));
    const { delivered, deadLettered, lost } = simulation.ledger.fanOut.Destination;
    expect(delivered).toBeGreaterThanOrEqual(120);
    expect(delivered).toBeLessThanOrEqual(124);
    expect([delivered + deadLettered, lost]).toEqual([200, 0]);
    expect(simulation.deadLetters[0].attributes).toMatchObject({ ERROR_CODE: 'THROTTLING', EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds' });
  });

  test('counts retries too', async () => {
    const simulation = await run(simulateApiDestination(t => { t.Resources.Destination.Properties.InvocationRateLimitPerSecond = 1; }, {
      start: new Date(), ...answers({ status: 500 }, {}),
    }), sampleEvent(1), sampleEvent(2));
    await simulation.close();
    expect(new Set(simulation.requests.map(({ time }) => Math.floor(time.getTime() / 1000))).size).toBe(4);
  });
});

test('600 events take a few seconds at most', async () => {
  const start = Date.now();
  const simulation = await run(simulateApiDestination(), ...Array.from({ length: 600 }, (_, index) => sampleEvent(index)));
  expect(Date.now() - start).toBeLessThan(5000);
  expect(simulation.ledger.fanOut.Destination).toEqual({ delivered: 600, deadLettered: 0, lost: 0, requests: 600 });
  expect(new Set(simulation.requests.map(({ body }) => body)).size).toBe(600);
  await simulation.close();
});

test('what a test\'s own function throws ends the run', async () => {
  const simulation = simulateApiDestination(undefined, { http: { answer: () => { throw new Error('unexpected request'); } } });
  await expect(run(simulation, sampleEvent(1))).rejects.toThrow('unexpected request');
  await simulation.close();
});

test('a request says which event it is for by its body, and nothing is added to it', async () => {
  const attempts = new Map<string, number[]>();
  const simulation = await run(simulateApiDestination(undefined, {
    http: {
      answer: ({ body }, attempt) => {
        const { id } = JSON.parse(body) as { id: string };
        attempts.set(id, [...attempts.get(id) ?? [], attempt]);
        return { status: id === 'bad' && attempt < 3 ? 500 : 200 };
      },
    },
  }), sampleEvent('good'), sampleEvent('bad'), sampleEvent('fine'));
  await simulation.close();
  expect(Object.fromEntries(attempts)).toEqual({ good: [1], bad: [1, 2, 3], fine: [1] });
});

describe('the queue of a destination', () => {
  const OK = { status: 200, headers: {} };

  /** A queue before an endpoint that remembers when each request came, by the moments (in milliseconds) at which the events arrived. */
  function queueOf(arrivals: number[], ratePerSecond = 1000, maximumAgeSeconds = 86_400, first: HttpOutcome = OK) {
    const sent: [arrival: string, time: number][] = [];
    const failures: [arrival: number, failure: Failure][] = [];
    const underWay = { now: 0, most: 0 };
    const endpoint = {
      send: async ({ body }: HttpRequest, { time }: { time: Date }) => {
        const outcome = sent.push([body, time.getTime()]) === 1 ? first : OK;
        underWay.most = Math.max(underWay.most, ++underWay.now);
        await new Promise(resolve => setImmediate(resolve));
        underWay.now--;
        return outcome;
      },
    };
    const invocations = new Invocations('Destination', ratePerSecond, endpoint as unknown as HttpEndpoint);
    for (const arrival of arrivals) {
      const message = { arrival: new Date(arrival), delivery: { requests: 0, settle: () => undefined } } as unknown as TargetMessage;
      invocations.add({
        message,
        request: { method: 'POST', url: 'https://example.com/', headers: [], body: String(arrival) },
        retries: { maximumAgeSeconds, next: () => 1 } as unknown as RetryPolicy,
        fail: failure => failures.push([arrival, failure]),
      });
    }
    return { invocations, sent, failures, underWay };
  }

  test('serves first who is due first, and at the moment at which it is due', async () => {
    const { invocations, sent } = queueOf([2500, 1500, 3500]);
    await invocations.process();
    expect(sent).toEqual([['1500', 1500], ['2500', 2500], ['3500', 3500]]);
  });

  test('serves what is due by a moment, and no more', async () => {
    const { invocations, sent } = queueOf([1000, 2000, 2001]);
    await invocations.process(2000);
    expect(sent.map(([arrival]) => arrival)).toEqual(['1000', '2000']);
  });

  test('sends an event that has just the highest age, and gives up one that is older without having tried it', async () => {
    const { invocations, sent, failures } = queueOf([0, 0, 0, 0], 1, 2);
    await invocations.process();
    expect(sent.map(([, time]) => time)).toEqual([0, 1000, 2000]);
    expect(failures).toEqual([[0, exhausted('THROTTLING', 'the destination\'s rate limit left no room', 0, 'MaximumEventAgeInSeconds')]]);
  });

  test('says how often it tried before the rate limit left no room', async () => {
    const { invocations, sent, failures } = queueOf([0, 0], 1, 1, { status: 500, headers: {} });
    await invocations.process();
    expect(sent.map(([, time]) => time)).toEqual([0, 1000]);
    expect(failures).toEqual([[0, exhausted('THROTTLING', 'the destination\'s rate limit left no room', 1, 'MaximumEventAgeInSeconds')]]);
    expect(failures[0][1].attributes).toMatchObject({ RETRY_ATTEMPTS: '0' });
  });

  test('has 32 requests under way at most', async () => {
    const { invocations, sent, underWay } = queueOf(Array.from({ length: 80 }, () => 0));
    await invocations.process();
    expect([sent.length, underWay.most]).toEqual([80, 32]);
  });
});

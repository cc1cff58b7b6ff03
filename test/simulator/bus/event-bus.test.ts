import type { JsonObject } from '../engines';
import { simulateApiDestination } from '../samples/sample-fan-out';
import { run, sampleEvent, simulate, Template } from '../samples/sample-template';
import type { Simulation } from '../simulation';

/** How many of the events a rule matches, after a change of the rule's properties. */
async function matched(rule: object, ...events: JsonObject[]): Promise<number> {
  const simulation = await run(simulate(withRule(rule)), ...events);
  return simulation.ledger.matched;
}

function withRule(properties: object): (template: Template) => void {
  return template => { Object.assign(template.Resources.Rule.Properties, properties); };
}

function apiCall(detail: JsonObject): JsonObject {
  return sampleEvent('call', { 'detail-type': 'AWS API Call via CloudTrail', 'source': 'aws.x', 'detail': detail });
}

describe('a rule', () => {
  test('gets what its pattern matches, and nothing else', async () => {
    const pattern = { EventPattern: { source: ['login.success'] } };
    expect(await matched(pattern, sampleEvent(1), sampleEvent(2, { source: 'login.failed' }))).toBe(1);
  });

  test('that is disabled gets nothing', async () => {
    expect(await matched({ State: 'DISABLED' }, sampleEvent(1))).toBe(0);
  });

  test.each<[string, JsonObject, 0 | 1]>([
    ['a call that reads', { eventName: 'DescribeInstances', readOnly: true }, 0],
    ['a call that reads, as its category says too', { eventName: 'ListUsers', readOnly: true, managementEvent: true }, 0],
    ['a call by the name of a reading one, of which nothing is said', { eventName: 'GetUser' }, 0],
    ['a call that writes', { eventName: 'CreateUser', readOnly: false }, 1],
    ['a call of another name, of which nothing is said', { eventName: 'TestEventPattern' }, 1],
    ['a data event that reads', { eventName: 'GetObject', readOnly: true, managementEvent: false }, 1],
    ['GetSessionToken', { eventName: 'GetSessionToken', eventSource: 'sts.amazonaws.com' }, 1],
    ['GetFederationToken, which reads', { eventName: 'GetFederationToken', eventSource: 'sts.amazonaws.com', readOnly: true }, 1],
  ])('in the state ENABLED, %s: %j → %i', async (_name, detail, expected) => {
    expect(await matched({ State: 'ENABLED' }, apiCall(detail))).toBe(expected);
    expect(await matched({ State: 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS' }, apiCall(detail))).toBe(1);
  });

  test('gets every event of another kind, whatever its detail says', async () => {
    expect(await matched({}, sampleEvent(1, { detail: { readOnly: true, eventName: 'GetUser' } }))).toBe(1);
  });

  test.each<[string, object, string]>([
    ['a state that is not known', { State: 'PAUSED' }, 'Rule.State: got "PAUSED"; the simulator knows ENABLED, DISABLED, ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'],
    ['no pattern', { EventPattern: { Ref: 'AWS::NoValue' } }, 'Rule.EventPattern: missing'],
    ['a pattern that EventBridge refuses', { EventPattern: { source: 'not a list' } }, 'Rule.EventPattern: '],
    ['a pattern over 4,096 characters', { EventPattern: { source: ['x'.repeat(4096)] } }, 'EventBridge takes 4096'],
    ['a target that is no stream of the template', { Targets: [{ Id: 'T', Arn: 'arn:aws:sns:us-east-1:123456789012:t' }] },
      'Rule.Targets[0].Arn: the simulator cannot deliver to arn:aws:sns:us-east-1:123456789012:t'],
    ['a bus of another kind', { EventBusName: 'arn:aws:events:us-east-1:123456789012:event-busv2/b' }, 'Rule.EventBusName: '],
    ['a bus of another account', { EventBusName: 'arn:aws:events:us-east-1:999999999999:event-bus/b' }, 'is no event bus of the same account'],
  ])('with %s is refused', (_name, properties, message) => {
    expect(() => simulate(withRule(properties))).toThrow(message);
  });
});

describe('an event', () => {
  const ownBus = (template: Template) => {
    template.Resources.Orders = { Type: 'AWS::Events::EventBus', Properties: { Name: 'orders' } };
    template.Resources.Rule.Properties.EventBusName = { Ref: 'Orders' };
  };
  const send = async (simulation: Simulation, bus?: string) => {
    await simulation.send(sampleEvent(1), bus);
    return simulation.ledger.matched;
  };

  test('goes to the rules of its bus only', async () => {
    expect(await send(simulate(ownBus), 'orders')).toBe(1);
    expect(await send(simulate(ownBus), 'default')).toBe(0);
    expect(await send(simulate(ownBus))).toBe(0);
    expect(await send(simulate())).toBe(1);
  });

  test.each(['orders', 'arn:aws:events:us-east-1:123456789012:event-bus/orders'])('finds the rules of a bus from elsewhere, %s', async EventBusName => {
    expect(await send(simulate(withRule({ EventBusName })), 'orders')).toBe(1);
  });

  test.each<[string, (template: Template) => void, string, JsonObject, string]>([
    ['its bus has no rule', ownBus, 'payments', sampleEvent(1), 'noRuleOnBus'],
    ['no pattern asks for it', withRule({ EventPattern: { source: ['else'] } }), 'default', sampleEvent(1), 'noPattern'],
    ['it only reads', withRule({}), 'default', apiCall({ eventName: 'ListUsers' }), 'readOnly'],
    ['it only reads, and no pattern asks for it', withRule({ EventPattern: { source: ['else'] } }), 'default', apiCall({ eventName: 'ListUsers' }), 'noPattern'],
    ['the rule is disabled', withRule({ State: 'DISABLED' }), 'default', sampleEvent(1), 'disabled'],
  ])('that matches no rule is counted by the reason: %s', async (_name, change, bus, event, reason) => {
    const simulation = simulate(change);
    await simulation.send(event, bus);
    expect(simulation.ledger.unmatchedBecause).toEqual({ [reason]: 1 });
  });

  test('over 1 MB is refused', async () => {
    await expect(simulate().send(sampleEvent(1, { detail: { text: 'x'.repeat(1024 * 1024) } }))).rejects.toThrow('EventBridge takes 1048576');
  });

  test('that two rules match is delivered twice and counted once', async () => {
    const simulation = await run(simulate(template => {
      template.Resources.Second = JSON.parse(JSON.stringify(template.Resources.Rule)) as Template['Resources'][string];
    }), sampleEvent(1));
    expect(simulation.ledger).toMatchObject({ sent: 1, matched: 1, unmatched: 0, archived: 2 });
  });

  describe('that only a rule of a fan-out matches', () => {
    const fanOutOnly = (properties: object) => async (event: JsonObject, bus?: string) => {
      const simulation = simulateApiDestination(withRule(properties));
      await simulation.send(event, bus);
      await simulation.finish();
      await simulation.close();
      return simulation.ledger;
    };

    test('is unmatched, for the reason why the archive does not get it, and fanned out all the same', async () => {
      const ledger = await fanOutOnly({ EventPattern: { source: ['else'] } })(sampleEvent(1));
      expect(ledger).toMatchObject({ sent: 1, matched: 0, unmatched: 1, unmatchedBecause: { noPattern: 1 }, archived: 0 });
      expect(ledger.fanOut.Destination.delivered).toBe(1);
    });

    test('on a bus without a rule of the archive is on a bus without a rule', async () => {
      const ledger = await fanOutOnly({ EventBusName: 'orders' })(sampleEvent(1));
      expect(ledger).toMatchObject({ matched: 0, unmatchedBecause: { noRuleOnBus: 1 } });
      expect(ledger.fanOut.Destination.delivered).toBe(1);
    });

    test('is matched where the archive gets it too', async () => {
      const ledger = await fanOutOnly({})(sampleEvent(1));
      expect(ledger).toMatchObject({ sent: 1, matched: 1, unmatched: 0, unmatchedBecause: {}, archived: 1 });
      expect(ledger.fanOut.Destination.delivered).toBe(1);
    });
  });
});

import type { Faults } from './rule-target';
import { addFanOutRule, fanOutTarget, getAtt } from '../samples/sample-fan-out';
import { run, sampleEvent, simulate, Template } from '../samples/sample-template';
import type { Simulation } from '../simulation';

type Change = (template: Template) => void;

/** The three kinds of targets: each with what lets EventBridge send to it. */
const KINDS: { readonly [kind: string]: Change } = {
  topic: template => {
    template.Resources.Tell = { Type: 'AWS::SNS::Topic', Properties: {} };
    template.Resources.TellMail = { Type: 'AWS::SNS::Subscription', Properties: { TopicArn: { Ref: 'Tell' }, Protocol: 'email', Endpoint: 'a@example.com' } };
    template.Resources.TellPolicy = {
      Type: 'AWS::SNS::TopicPolicy',
      Properties: { Topics: [{ Ref: 'Tell' }], PolicyDocument: { Statement: [allow('sns:Publish', { Ref: 'Tell' })] } },
    };
    addFanOutRule(template, { Arn: { Ref: 'Tell' } });
  },
  queue: template => {
    template.Resources.Tell = { Type: 'AWS::SQS::Queue', Properties: {} };
    template.Resources.TellPolicy = {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'Tell' }],
        PolicyDocument: {
          Statement: [{ ...allow('sqs:SendMessage', getAtt('Tell', 'Arn')), Condition: { ArnEquals: { 'aws:SourceArn': getAtt('FanOutRule', 'Arn') } } }],
        },
      },
    };
    addFanOutRule(template, { Arn: getAtt('Tell', 'Arn') });
  },
  function: template => {
    template.Resources.Tell = {
      Type: 'AWS::Lambda::Function',
      Properties: { Runtime: 'nodejs22.x', Handler: 'index.handler', Code: { ZipFile: 'exports.handler = () => undefined' }, Role: getAtt('RulesRole', 'Arn') },
    };
    template.Resources.TellPermission = {
      Type: 'AWS::Lambda::Permission',
      Properties: { Action: 'lambda:InvokeFunction', FunctionName: getAtt('Tell', 'Arn'), Principal: 'events.amazonaws.com', SourceArn: getAtt('FanOutRule', 'Arn') },
    };
    addFanOutRule(template, { Arn: getAtt('Tell', 'Arn') });
  },
};

function allow(action: string, resource: unknown) {
  return { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: action, Resource: resource };
}

function statement(template: Template): any {
  return template.Resources.TellPolicy.Properties.PolicyDocument.Statement[0];
}

function simulateWith(kind: string, change: Change = () => undefined, faults?: Faults): Simulation {
  return simulate(template => {
    KINDS[kind](template);
    change(template);
  }, { faults });
}

/** What becomes of one event. */
async function tell(kind: string, change?: Change, faults?: Faults, event = sampleEvent(1)): Promise<Simulation> {
  const simulation = await run(simulateWith(kind, change, faults), event);
  expect(simulation.ledger).toMatchObject({ sent: 1, matched: 1, archived: 1, deadLettered: 0 });
  return simulation;
}

const DELIVERED = { Tell: { delivered: 1, deadLettered: 0, lost: 0, requests: 1 } };
const UNTRIED = { Tell: { delivered: 0, deadLettered: 1, lost: 0, requests: 0 } };

describe.each(['topic', 'queue', 'function'])('a %s', kind => {
  test('gets the event', async () => {
    const { notifications, ledger } = await tell(kind);
    expect(notifications).toEqual([{ kind, destination: 'Tell', body: JSON.stringify(sampleEvent(1)), time: ledger.events[0].arrival }]);
    expect(ledger.fanOut).toEqual(DELIVERED);
    expect(ledger.unaccounted()).toEqual([]);
  });

  test('gets what the target says of it', async () => {
    const { notifications } = await tell(kind, t => { fanOutTarget(t).InputPath = '$.detail'; });
    expect(notifications[0].body).toBe('{"user":"user-1"}');
  });

  test('gets nothing that a template breaks', async () => {
    const template = { InputTemplate: '{"user":"<user>"}', InputPathsMap: { user: '$.detail.user' } };
    const change: Change = t => { fanOutTarget(t).InputTransformer = template; };
    const { notifications, deadLetters, ledger } = await tell(kind, change, undefined, sampleEvent(1, { detail: { user: '"' } }));
    expect(notifications).toEqual([]);
    expect(deadLetters[0].attributes).toMatchObject({ ERROR_CODE: 'INVALID_JSON', ERROR_MESSAGE: 'the input template yields no JSON: {"user":"""}' });
    expect(ledger.fanOut).toEqual(UNTRIED);
    expect((await tell(kind, change)).notifications).toHaveLength(1);
  });

  test('is tried again', async () => {
    const { notifications, ledger } = await tell(kind, undefined, (arn, attempt) => arn.includes('Tell') && attempt < 3 ? 'error' : 'ok');
    expect(notifications[0].time.getTime() - ledger.events[0].arrival.getTime()).toBe(3000);
    expect(ledger.fanOut.Tell).toEqual({ ...DELIVERED.Tell, requests: 3 });
  });

  test('that never takes it loses nothing', async () => {
    const { deadLetters, ledger } = await tell(kind, undefined, arn => arn.includes('Tell') ? 'throttled' : 'ok');
    expect(deadLetters[0].attributes).toMatchObject({ ERROR_CODE: 'THROTTLING', RETRY_ATTEMPTS: '185', EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts' });
    expect(ledger.fanOut.Tell).toEqual({ delivered: 0, deadLettered: 1, lost: 0, requests: 186 });
  });

  test('without a permission, and without a dead-letter queue, is a loss', async () => {
    const { ledger } = await tell(kind, t => {
      delete t.Resources.TellPolicy;
      delete t.Resources.TellPermission;
      delete fanOutTarget(t).DeadLetterConfig;
    });
    expect(ledger.fanOut).toEqual({ Tell: { delivered: 0, deadLettered: 0, lost: 1, requests: 0 } });
    expect(ledger.unaccounted()).toEqual([expect.objectContaining({ rule: 'FanOutRule', outcome: 'lost', detail: expect.stringContaining('NO_PERMISSIONS') })]);
  });

  test('that is too small for the event sends it to the dead-letter queue', async () => {
    const change: Change = t => {
      if (kind === 'function') fanOutTarget(t).InputTransformer = { InputTemplate: '[<aws.events.event.json>,<aws.events.event.json>,<aws.events.event.json>]' };
      t.Resources.DeadLetters.Properties.MaximumMessageSize = 1_048_576;
    };
    const withBytes = (bytes: number) => sampleEvent(1, { detail: { text: 'x'.repeat(bytes - JSON.stringify(sampleEvent(1, { detail: { text: '' } })).length) } });
    const limit = kind === 'function' ? (1_048_576 - 4) / 3 : 262_144;
    expect((await tell(kind, change, undefined, withBytes(Math.floor(limit)))).ledger.fanOut).toEqual(DELIVERED);
    const { ledger, deadLetters } = await tell(kind, change, undefined, withBytes(Math.floor(limit) + 1));
    expect(ledger.fanOut).toEqual(UNTRIED);
    expect(deadLetters[0].attributes.ERROR_CODE).toBe('SDK_CLIENT_ERROR');
  });
});

test.each<[string, string, Change]>([
  ['topic', 'no policy', t => { delete t.Resources.TellPolicy; }],
  ['topic', 'a policy for another topic', t => { t.Resources.TellPolicy.Properties.Topics = ['arn:aws:sns:us-east-1:123456789012:other']; }],
  ['topic', 'a policy for another service', t => { statement(t).Principal.Service = 'cloudwatch.amazonaws.com'; }],
  ['topic', 'a policy for another action', t => { statement(t).Action = 'sns:Subscribe'; }],
  ['topic', 'a policy that asks for the rule', t => { statement(t).Condition = { ArnEquals: { 'aws:SourceArn': getAtt('FanOutRule', 'Arn') } }; }],
  ['queue', 'no policy', t => { delete t.Resources.TellPolicy; }],
  ['queue', 'a policy for another rule', t => { statement(t).Condition.ArnEquals['aws:SourceArn'] = getAtt('Rule', 'Arn'); }],
  ['function', 'no permission', t => { delete t.Resources.TellPermission; }],
  ['function', 'a permission for another rule', t => { t.Resources.TellPermission.Properties.SourceArn = getAtt('Rule', 'Arn'); }],
  ['function', 'a permission for another account', t => { t.Resources.TellPermission.Properties.SourceAccount = '999999999999'; }],
  ['function', 'a permission for another service', t => { t.Resources.TellPermission.Properties.Principal = 's3.amazonaws.com'; }],
  ['function', 'a permission for another action', t => { t.Resources.TellPermission.Properties.Action = 'lambda:GetFunction'; }],
  ['function', 'a permission on another function', t => { t.Resources.TellPermission.Properties.FunctionName = 'other'; }],
])('a %s with %s gets nothing, and the event is dead-lettered', async (kind, _name, change) => {
  const { notifications, deadLetters, ledger } = await tell(kind, change);
  expect(notifications).toEqual([]);
  expect(deadLetters).toHaveLength(1);
  expect(deadLetters[0].attributes).toMatchObject({ ERROR_CODE: 'NO_PERMISSIONS', ERROR_MESSAGE: expect.stringContaining('events.amazonaws.com') });
  expect(ledger.fanOut).toEqual(UNTRIED);
});

test.each<[string, Change]>([
  ['and no rule', t => { delete t.Resources.TellPermission.Properties.SourceArn; }],
  ['by its name', t => { t.Resources.TellPermission.Properties.FunctionName = { Ref: 'Tell' }; }],
  ['for rules by a wildcard', t => { t.Resources.TellPermission.Properties.SourceArn = 'arn:aws:events:us-east-1:123456789012:rule/*'; }],
  ['for this account', t => { t.Resources.TellPermission.Properties.SourceAccount = { Ref: 'AWS::AccountId' }; }],
])('a permission names the function %s', async (_name, change) => {
  expect((await tell('function', change)).ledger.fanOut).toEqual(DELIVERED);
});

test.each([['topic', 'FifoTopic'], ['queue', 'FifoQueue']])('a %s that says it is no FIFO gets the event', async (kind, property) => {
  expect((await tell(kind, t => { t.Resources.Tell.Properties[property] = false; })).ledger.fanOut).toEqual(DELIVERED);
});

test.each(['topic', 'queue'])('a %s that asks for TLS gets the event', async kind => {
  const secure = (value: string): Change => t => { statement(t).Condition = { Bool: { 'aws:SecureTransport': value } }; };
  expect((await tell(kind, secure('true'))).ledger.fanOut).toEqual(DELIVERED);
  expect((await tell(kind, secure('false'))).ledger.fanOut).toEqual(UNTRIED);
});

describe.each<[string, string]>([['topic', 'sns:Publish'], ['queue', 'sqs:SendMessage'], ['function', 'lambda:InvokeFunction']])('a role for a %s', (kind, action) => {
  const withRole = (allowed: string): Change => t => {
    delete t.Resources.TellPolicy;
    delete t.Resources.TellPermission;
    fanOutTarget(t).RoleArn = getAtt('RulesRole', 'Arn');
    t.Resources.RulesPolicy.Properties.PolicyDocument.Statement.push({ Effect: 'Allow', Action: allowed, Resource: fanOutTarget(t).Arn });
  };

  test('takes the place of its own policy', async () => {
    expect((await tell(kind, withRole(action))).ledger.fanOut).toEqual(DELIVERED);
    expect((await tell(kind, withRole('sts:GetCallerIdentity'))).ledger.fanOut).toEqual(UNTRIED);
  });
});

describe.each(['topic', 'queue'])('an encrypted %s', kind => {
  const withKey = (principal: object, condition?: object): Change => t => {
    t.Resources.Key = {
      Type: 'AWS::KMS::Key',
      Properties: { KeyPolicy: { Statement: [{ Effect: 'Allow', Principal: principal, Action: ['kms:Decrypt', 'kms:GenerateDataKey*'], Resource: '*', ...condition && { Condition: condition } }] } },
    };
    t.Resources.Tell.Properties.KmsMasterKeyId = { Ref: 'Key' };
  };

  test('needs a key that EventBridge may use', async () => {
    expect((await tell(kind, withKey({ Service: 'events.amazonaws.com' }))).ledger.fanOut).toEqual(DELIVERED);
    const { ledger, deadLetters } = await tell(kind, withKey({ Service: 'sns.amazonaws.com' }));
    expect(ledger.fanOut).toEqual(UNTRIED);
    expect(deadLetters[0].attributes.ERROR_MESSAGE).toMatch(/^the policy of arn:aws:kms:\S+ does not let events\.amazonaws\.com kms:Decrypt$/);
  });

  test.each<[string, string]>([['kms:GenerateDataKey', 'kms:Decrypt'], ['kms:Decrypt', 'kms:GenerateDataKey']])('whose key allows %s only gets nothing', async (allowed, missing) => {
    const { ledger, deadLetters } = await tell(kind, t => {
      withKey({ Service: 'events.amazonaws.com' })(t);
      t.Resources.Key.Properties.KeyPolicy.Statement[0].Action = allowed;
    });
    expect(ledger.fanOut).toEqual(UNTRIED);
    expect(deadLetters[0].attributes.ERROR_MESSAGE).toMatch(new RegExp(`^the policy of arn:aws:kms:\\S+ does not let events\\.amazonaws\\.com ${missing}$`));
  });

  test.each<[string, unknown]>([
    ['id', { Ref: 'Key' }],
    ['ARN', getAtt('Key', 'Arn')],
    ['alias', 'alias/audit'],
    ['alias\'s ARN', 'arn:aws:kms:us-east-1:123456789012:alias/audit'],
  ])('may name its key by the %s', async (_name, name) => {
    const withName = (service: string): Change => t => {
      withKey({ Service: service })(t);
      t.Resources.KeyAlias = { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/audit', TargetKeyId: { Ref: 'Key' } } };
      t.Resources.Tell.Properties.KmsMasterKeyId = name;
    };
    expect((await tell(kind, withName('events.amazonaws.com'))).ledger.fanOut).toEqual(DELIVERED);
    expect((await tell(kind, withName('sns.amazonaws.com'))).ledger.fanOut).toEqual(UNTRIED);
  });

  test('cannot have the key of AWS', async () => {
    const alias = `alias/aws/${kind === 'topic' ? 'sns' : 'sqs'}`;
    const { deadLetters } = await tell(kind, t => { t.Resources.Tell.Properties.KmsMasterKeyId = alias; });
    expect(deadLetters[0].attributes.ERROR_MESSAGE).toBe(`the key ${alias} of Tell does not let events.amazonaws.com use it`);
  });

  test('whose key asks for the rule works for a queue only', async () => {
    const { ledger } = await tell(kind, withKey({ Service: 'events.amazonaws.com' }, { ArnLike: { 'aws:SourceArn': 'arn:aws:events:*:123456789012:rule/*' } }));
    expect(ledger.fanOut).toEqual(kind === 'queue' ? DELIVERED : UNTRIED);
  });

  const byRole = (keyPrincipal: object, allowed: string[]): Change => t => {
    withKey(keyPrincipal)(t);
    delete t.Resources.TellPolicy;
    fanOutTarget(t).RoleArn = getAtt('RulesRole', 'Arn');
    t.Resources.RulesPolicy.Properties.PolicyDocument.Statement.push(
      { Effect: 'Allow', Action: kind === 'topic' ? 'sns:Publish' : 'sqs:SendMessage', Resource: fanOutTarget(t).Arn },
      ...allowed.map(action => ({ Effect: 'Allow', Action: action, Resource: getAtt('Key', 'Arn') })),
    );
  };
  const ACCOUNT = { AWS: 'arn:aws:iam::123456789012:root' };

  test('by a role needs a key that the role may use, and that leaves it to roles', async () => {
    const both = ['kms:Decrypt', 'kms:GenerateDataKey'];
    expect((await tell(kind, byRole(ACCOUNT, both))).ledger.fanOut).toEqual(DELIVERED);
    for (const allowed of both) {
      const { ledger, deadLetters } = await tell(kind, byRole(ACCOUNT, [allowed]));
      expect(ledger.fanOut).toEqual(UNTRIED);
      expect(deadLetters[0].attributes.ERROR_MESSAGE).toMatch(new RegExp(`RulesRole\\S* may not ${both.find(action => action !== allowed)} on arn:aws:kms:`));
    }
    expect((await tell(kind, byRole({ Service: 'events.amazonaws.com' }, both))).ledger.fanOut).toEqual(UNTRIED);
  });
});

test.each<[string, string, Change, string]>([
  ['a FIFO topic', 'topic', t => { t.Resources.Tell.Properties.FifoTopic = true; }, 'Tell.FifoTopic: EventBridge needs a message group for it, which the simulator does not know'],
  ['a FIFO queue', 'queue', t => { t.Resources.Tell.Properties.FifoQueue = true; }, 'Tell.FifoQueue: EventBridge needs a message group for it, which the simulator does not know'],
  ['a queue for messages of less than a KB', 'queue', t => { t.Resources.Tell.Properties.MaximumMessageSize = 1023; }, 'Tell.MaximumMessageSize: got 1023; AWS accepts 1024 to 1048576'],
  ['a version of a function', 'function', t => { fanOutTarget(t).Arn = { 'Fn::Sub': '${Tell.Arn}:1' }; }, 'it is no Firehose stream, API destination, topic, queue or function of the template'],
  ['a target of another kind', 'topic', t => { fanOutTarget(t).Arn = 'arn:aws:states:us-east-1:123456789012:stateMachine:a'; },
    'FanOutRule.Targets[0].Arn: the simulator cannot deliver to arn:aws:states:us-east-1:123456789012:stateMachine:a'],
  ['HTTP parameters of a topic', 'topic', t => { fanOutTarget(t).HttpParameters = {}; }, 'FanOutRule.Targets[0].HttpParameters: the simulator knows them for API destinations only'],
  ['reserved concurrency', 'function', t => { t.Resources.Tell.Properties.ReservedConcurrentExecutions = 0; }, 'Tell.ReservedConcurrentExecutions: the simulator does not know this property'],
])('%s is refused', (_name, kind, change, message) => {
  expect(() => simulateWith(kind, change)).toThrow(message);
});

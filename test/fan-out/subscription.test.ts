// Which rules a fan-out gets: on every captured bus, for the captured patterns or its own.

import { Fn, Lazy, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { EventAuditArchiveProps, FanOut, FanOutAuthorization, FanOutConfig } from '../../src';
import { Extend, synthesisError, synthesize, warnings } from '../synthesize';

/** A user's own fan-out. */
class ToTopic extends FanOut {
  constructor(private readonly eventPatterns?: events.EventPattern[]) {
    super();
  }

  public bind(scope: Construct): FanOutConfig {
    return { target: new targets.SnsTopic(new sns.Topic(scope, 'Topic')), eventPatterns: this.eventPatterns };
  }
}

const bus = (stack: Stack, name: string) => new events.EventBus(stack, name, { eventBusName: name });
const partner = (stack: Stack) => events.EventBus.fromEventBusName(stack, 'Partner', 'aws.partner/example.com/acme/orders');

interface RuleOf {
  readonly bus: string;
  readonly pattern: any;
  readonly state: string;
}

/** The rules whose target is no stream. */
function fanOutRules(template: Template): RuleOf[] {
  return Object.values<any>(template.findResources('AWS::Events::Rule'))
    .filter(({ Properties: { Targets: [{ Arn }] } }) => !JSON.stringify(Arn).includes('Stream'))
    .map(({ Properties }) => ({
      bus: Properties.EventBusName?.Ref ?? Properties.EventBusName ?? 'default',
      pattern: Properties.EventPattern,
      state: Properties.State,
    }));
}

function rulesWith(fanOut: FanOut, props: EventAuditArchiveProps = {}, extend?: Extend): RuleOf[] {
  return fanOutRules(synthesize({ ...props, fanOut: { Mine: fanOut } }, { extend }).template);
}

describe('without patterns of its own', () => {
  test('a fan-out gets what each capture asks for, the later ones too', () => {
    const rules = rulesWith(new ToTopic(), { eventPatterns: [{ source: ['a'] }, { source: ['b'] }] }, (archive, stack) => {
      archive.addCapture('Orders', { eventBus: bus(stack, 'orders'), eventPatterns: [{ source: ['order.placed'] }] });
    });
    expect(rules.map(rule => [rule.bus.replace(/[0-9A-F]{8}$/, ''), rule.pattern.source])).toEqual([['default', ['a']], ['default', ['b']], ['orders', ['order.placed']]]);
  });

  test('a fan-out that is added last follows every capture, too', () => {
    const { template } = synthesize({ eventPatterns: [{ source: ['a'] }] }, {
      extend: (archive, stack) => {
        archive.addCapture('Orders', { eventBus: bus(stack, 'orders'), eventPatterns: [{ source: ['b'] }] });
        archive.addFanOut('Mine', new ToTopic());
      },
    });
    expect(fanOutRules(template).map(rule => rule.pattern.source)).toEqual([['a'], ['b']]);
  });

  test('its rules have the state of the capture', () => {
    expect(rulesWith(new ToTopic(), { includeReadOnlyApiCalls: true }, archive => {
      archive.addCapture('Paused', { eventPatterns: [{ source: ['b'] }], enabled: false });
    }).map(({ state }) => state)).toEqual(['ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS', 'DISABLED']);
  });

  test('what came from a partner is left out', () => {
    const sources = (props: EventAuditArchiveProps) => rulesWith(new ToTopic(), props).map(({ pattern }) => pattern.source);
    const noPartner = [{ 'anything-but': { prefix: 'aws.partner/' } }];
    expect(sources({})).toEqual([noPartner]);
    expect(sources({ eventPatterns: [{ detailType: ['order'] }] })).toEqual([noPartner]);
    expect(sources({ eventPatterns: [{ source: events.Match.prefix('') }] })).toEqual([noPartner]);
    expect(sources({ eventPatterns: [{ source: ['a', 'aws.partner/example.com/acme/orders'] }] })).toEqual([['a']]);
    expect(sources({ eventPatterns: [{ source: events.Match.prefix('aws.partner/example.com') }] })).toEqual([]);
    expect(sources({ eventPatterns: [{ source: events.Match.prefix('a') }] })).toEqual([[{ prefix: 'a' }]]);
  });

  test('a partner\'s bus is not passed on', () => {
    expect(rulesWith(new ToTopic(), {}, (archive, stack) => archive.addCapture('Partner', { eventBus: partner(stack) }))).toHaveLength(1);
  });

  test('two captures that come to one rule keep it on while either is on', () => {
    const rules = rulesWith(new ToTopic(), { enabled: false, eventPatterns: [{ source: ['aws.partner/x', 'my'] }] }, archive => {
      archive.addCapture('Reads', { eventPatterns: [{ source: ['my'] }], includeReadOnlyApiCalls: true });
    });
    expect(rules.map(({ pattern, state }) => [pattern.source, state])).toEqual([[['my'], 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS']]);
  });

  test('two captures that differ only in what came from partners make one rule', () => {
    expect(rulesWith(new ToTopic(), {}, archive => {
      archive.addCapture('Own', { eventPatterns: [{ source: events.Match.anythingButPrefix('aws.partner/') }] });
    })).toHaveLength(1);
  });
});

describe('what cannot be left out, or never comes', () => {
  test('a source with operators that match partners gets a warning', () => {
    const text = 'fanOut.Mine: the events of partners (aws.partner/) cannot be left out of eventPatterns[0], because of the operators in its condition on the source; '
      + 'a partner that is told of its own events may answer with the next: give the fan-out eventPatterns of its own [ack: cdk-event-audit-archive:partnersEventsPassedOn]';
    const of = (pattern: events.EventPattern) => warnings({ eventPatterns: [pattern], fanOut: { Mine: new ToTopic() } });
    expect(of({ source: events.Match.anythingBut('aws.health') })).toEqual([text]);
    expect(of({ source: events.Match.prefix('aws.') })).toEqual([text]);
    expect(of({ source: events.Match.prefix('aws.s') })).toEqual([]);
    expect(of({ source: ['aws.s3'] })).toEqual([]);
    expect(of({ detailType: ['x'] })).toEqual([]);
  });

  test('a fan-out that no event can reach gets a warning', () => {
    expect(warnings(stack => ({ eventBus: partner(stack), fanOut: { Mine: new ToTopic() } }))).toEqual([
      'fanOut.Mine: nothing is passed on, because every captured bus or pattern is a partner\'s: give the fan-out eventPatterns of its own'
      + ' [ack: cdk-event-audit-archive:fanOutWithoutEvents]',
    ]);
    const later: Extend = (archive, stack) => archive.addCapture('Orders', { eventBus: bus(stack, 'orders') });
    expect(warnings(stack => ({ eventBus: partner(stack), fanOut: { Mine: new ToTopic() } }), { extend: later })).toEqual([]);
  });

  test('a pattern that cannot be guarded is warned of once, by the capture', () => {
    expect(warnings({ eventPatterns: [{ source: ['aws.s3'], detail: { $or: [{ a: [1] }, { b: [2] }] } }], fanOut: { Mine: new ToTopic() } })).toHaveLength(1);
  });
});

describe('the logical id of a rule', () => {
  test.each<[string, () => events.IEventBus]>([
    ['a name', () => events.EventBus.fromEventBusName(new Stack(), 'B', Fn.importValue('name'))],
    ['an ARN', () => events.EventBus.fromEventBusArn(new Stack(), 'B', Fn.importValue('arn'))],
  ])('on a bus that is imported by %s has nothing to do with what else the app holds', (_name, imported) => {
    const ids = (others: number) => {
      for (let index = 0; index < others; index++) Lazy.string({ produce: () => '' }).toString();
      return Object.keys(synthesize({ eventBus: imported(), fanOut: { Mine: new ToTopic() } }).template.findResources('AWS::Events::Rule'));
    };
    expect(ids(3)).toEqual(ids(0));
  });
});

describe('two fan-outs', () => {
  test('both follow a later capture', () => {
    const { template } = synthesize({ eventPatterns: [{ source: ['a'] }], fanOut: { One: new ToTopic(), Two: new ToTopic() } }, {
      extend: archive => archive.addCapture('More', { eventPatterns: [{ source: ['b'] }] }),
    });
    expect(fanOutRules(template).map(({ pattern }) => pattern.source).sort()).toEqual([['a'], ['a'], ['b'], ['b']]);
  });
});

describe('with patterns of its own', () => {
  test('a fan-out gets those on every captured bus, once', () => {
    const rules = rulesWith(new ToTopic([{ source: ['x'] }, { source: ['y'] }]), { eventPatterns: [{ source: ['a'] }] }, (archive, stack) => {
      archive.addCapture('More', { eventPatterns: [{ source: ['b'] }] });
      archive.addCapture('Orders', { eventBus: bus(stack, 'orders'), eventPatterns: [{ source: ['b'] }] });
    });
    expect(rules.map(rule => [rule.bus.replace(/[0-9A-F]{8}$/, ''), rule.pattern.source])).toEqual([['default', ['x']], ['default', ['y']], ['orders', ['x']], ['orders', ['y']]]);
  });

  test('its rules on a bus are on when any capture of that bus is, and take what any takes', () => {
    const states = (props: EventAuditArchiveProps, more: EventAuditArchiveProps) => rulesWith(new ToTopic([{ source: ['x'] }]), props, archive => {
      archive.addCapture('More', { eventPatterns: [{ source: ['b'] }], ...more });
    }).map(({ state }) => state);
    expect(states({ enabled: false }, { enabled: false })).toEqual(['DISABLED']);
    expect(states({ enabled: false }, {})).toEqual(['ENABLED']);
    expect(states({}, { includeReadOnlyApiCalls: true })).toEqual(['ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS']);
    expect(states({}, { includeReadOnlyApiCalls: true, enabled: false })).toEqual(['ENABLED']);
  });

  test('it may ask for what came from a partner', () => {
    const rules = rulesWith(new ToTopic([{ source: events.Match.prefix('aws.partner/') }]), {}, (archive, stack) => archive.addCapture('Partner', { eventBus: partner(stack) }));
    expect(rules.map(({ pattern }) => pattern.source)).toEqual([[{ prefix: 'aws.partner/' }], [{ prefix: 'aws.partner/' }]]);
  });
});

describe('every rule of a fan-out', () => {
  const http = (stack: Stack) => FanOut.http({
    url: 'https://siem.example.com/events',
    authorization: FanOutAuthorization.apiKey({ headerName: 'X-Api-Key', secret: new secretsmanager.Secret(stack, 'Secret') }),
  });

  test('has the longest retries and the second queue, which lets in exactly these rules', () => {
    const { template, archive } = synthesize(stack => ({ fanOut: { Siem: http(stack), Mine: new ToTopic([{ source: ['x'] }]) } }));
    const rules = Object.entries<any>(template.findResources('AWS::Events::Rule')).filter(([id]) => id.startsWith('AuditFanOut'));
    expect(rules).toHaveLength(2);
    for (const [, { Properties: { Targets: [target] } }] of rules) {
      expect(target.RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 86400, MaximumRetryAttempts: 185 });
      expect(target.DeadLetterConfig.Arn['Fn::GetAtt'][0]).toMatch(/^AuditFanOutDeadLettersQueue/);
    }
    const [policy] = Object.entries<any>(template.findResources('AWS::SQS::QueuePolicy')).filter(([id]) => id.startsWith('AuditFanOut'));
    const allowed = policy[1].Properties.PolicyDocument.Statement.filter((statement: any) => statement.Effect === 'Allow');
    expect(allowed.map((statement: any) => statement.Condition.ArnLike['aws:SourceArn'])).toEqual([rules.map(([id]) => ({ 'Fn::GetAtt': [id, 'Arn'] }))]);
    expect(archive.fanOutDeadLetterQueue).toBeDefined();
    expect(archive.fanOutDeadLetterQueue).not.toBe(archive.deadLetterQueue);
  });

  test('has the guard, and never starts before the policy of its role', () => {
    const { template } = synthesize(stack => ({ fanOut: { Siem: http(stack) } }));
    const [rule] = Object.entries<any>(template.findResources('AWS::Events::Rule')).filter(([id]) => id.startsWith('AuditFanOut'));
    const [capture] = Object.entries<any>(template.findResources('AWS::Events::Rule')).filter(([id]) => id.startsWith('AuditCapture'));
    expect(rule[1].Properties.EventPattern.detail.$or).toHaveLength(2);
    expect(rule[1].Properties.EventPattern.detail).toEqual(capture[1].Properties.EventPattern.detail);
    expect(rule[1].DependsOn).toEqual([expect.stringMatching(/^AuditFanOutSiemInvokePolicy/)]);
  });

  test('is none of the archive\'s capture rules', () => {
    expect(synthesize({ fanOut: { Mine: new ToTopic() } }).archive.rules).toHaveLength(1);
  });

  test('a fan-out adds nothing to an archive that has none', () => {
    const { archive, template } = synthesize();
    expect(archive.fanOutDeadLetterQueue).toBeUndefined();
    template.resourceCountIs('AWS::SQS::Queue', 1);
  });
});

describe('with a key', () => {
  const http = (stack: Stack) => FanOut.http({
    url: 'https://siem.example.com/events',
    authorization: FanOutAuthorization.apiKey({ headerName: 'X-Api-Key', secret: new secretsmanager.Secret(stack, 'Secret') }),
  });

  test('the connection uses it, and the key has the tag without which EventBridge does not', () => {
    const { template } = synthesize(stack => {
      const encryptionKey = new kms.Key(stack, 'Key');
      Tags.of(encryptionKey).add('Team', 'audit');
      return { encryptionKey, fanOut: { Siem: http(stack) } };
    });
    template.hasResourceProperties('AWS::Events::Connection', { KmsKeyIdentifier: { 'Fn::GetAtt': [Object.keys(template.findResources('AWS::KMS::Key'))[0], 'Arn'] } });
    template.hasResourceProperties('AWS::KMS::Key', { Tags: [{ Key: 'EventBridgeApiDestinations', Value: 'true' }, { Key: 'Team', Value: 'audit' }] });
  });

  test('a connection that has a key of its own keeps it, and each connection is the archive\'s otherwise', () => {
    class OwnKey extends FanOut {
      public bind(scope: Construct): FanOutConfig {
        new events.CfnConnection(scope, 'Own', { authorizationType: 'API_KEY', kmsKeyIdentifier: 'alias/own' });
        new events.CfnConnection(scope, 'Other', { authorizationType: 'API_KEY' });
        return { target: new targets.SnsTopic(new sns.Topic(scope, 'Topic')) };
      }
    }
    const { template } = synthesize(stack => ({ encryptionKey: new kms.Key(stack, 'Key'), fanOut: { Mine: new OwnKey() } }));
    expect(Object.values(template.findResources('AWS::Events::Connection')).map(({ Properties }) => Properties.KmsKeyIdentifier))
      .toEqual(['alias/own', { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] }]);
    expect(Object.values(synthesize({ fanOut: { Mine: new OwnKey() } }).template.findResources('AWS::Events::Connection'))[1].Properties.KmsKeyIdentifier).toBeUndefined();
  });

  test('a key without connections gets no such tag', () => {
    const { template } = synthesize(stack => ({ encryptionKey: new kms.Key(stack, 'Key'), fanOut: { Mine: new ToTopic() } }));
    expect(Object.values<any>(template.findResources('AWS::KMS::Key'))[0].Properties.Tags).toBeUndefined();
  });

  test('an imported key gets a warning', () => {
    expect(warnings(stack => ({
      encryptionKey: kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555'),
      fanOut: { Siem: http(stack) },
    }))).toContain('encryptionKey: an imported key cannot be tagged from here; without the tag EventBridgeApiDestinations=true EventBridge cannot use it for connections'
      + ' [ack: cdk-event-audit-archive:encryptionKeyTag]');
  });
});

describe('a fan-out of the user\'s own', () => {
  class WithRole extends FanOut {
    public bind(scope: Construct): FanOutConfig {
      const role = new iam.Role(scope, 'Role', { assumedBy: new iam.ServicePrincipal('events.amazonaws.com') });
      new iam.ManagedPolicy(scope, 'Policy', { roles: [role], statements: [new iam.PolicyStatement({ actions: ['events:PutEvents'], resources: ['*'] })] });
      return { target: { bind: () => ({ arn: 'arn:aws:events:us-east-1:123456789012:event-bus/x', role }) } };
    }
  }

  class Delegating extends FanOut {
    constructor(private readonly inner: FanOut) {
      super();
    }

    public bind(scope: Construct): FanOutConfig {
      return { ...this.inner.bind(scope), eventPatterns: [{ source: ['x'] }] };
    }
  }

  test('has the policies that it makes before its rules', () => {
    const { template } = synthesize({ fanOut: { Mine: new WithRole() } });
    const [rule] = Object.entries<any>(template.findResources('AWS::Events::Rule')).filter(([id]) => id.startsWith('AuditFanOut'));
    expect(rule[1].DependsOn).toEqual([expect.stringMatching(/^AuditFanOutMinePolicy/)]);
  });

  test('has the credentials of its connections encrypted by the archive\'s key, unless they have one of their own', () => {
    const { template } = synthesize(stack => ({
      encryptionKey: new kms.Key(stack, 'Key'),
      fanOut: {
        Mine: new Delegating(FanOut.http({
          url: 'https://siem.example.com',
          authorization: FanOutAuthorization.apiKey({ headerName: 'X-Api-Key', secret: new secretsmanager.Secret(stack, 'Secret') }),
        })),
      },
    }));
    template.hasResourceProperties('AWS::Events::Connection', { KmsKeyIdentifier: { 'Fn::GetAtt': [Object.keys(template.findResources('AWS::KMS::Key'))[0], 'Arn'] } });
  });

  test('whose bind returns no target is refused', () => {
    class Empty extends FanOut {
      public bind(): FanOutConfig {
        return undefined as unknown as FanOutConfig;
      }
    }
    expect(synthesisError({ fanOut: { Mine: new Empty() } })).toBe('fanOut.Mine: got nothing of its bind; bind returns what the fan-out comes to: { target, eventPatterns? }');
  });
});

describe('the second queue', () => {
  test('is kept, with its policy, unless the archive is to be destroyed', () => {
    const kept = (removalPolicy?: RemovalPolicy) => {
      const { template } = synthesize({ removalPolicy, fanOut: { Mine: new ToTopic() } });
      return ['AWS::SQS::Queue', 'AWS::SQS::QueuePolicy'].flatMap(type => Object.entries(template.findResources(type)))
        .filter(([id]) => id.startsWith('AuditFanOut')).map(([id, { DeletionPolicy }]) => [id, DeletionPolicy]);
    };
    expect(kept()).toEqual([['AuditFanOutDeadLettersQueueEBF38ED8', 'Retain'], ['AuditFanOutDeadLettersQueuePolicy66215A2F', 'Retain']]);
    expect(kept(RemovalPolicy.DESTROY).map(([, policy]) => policy)).toEqual(['Delete', 'Delete']);
  });
});

describe('bad input', () => {
  test.each<[string, EventAuditArchiveProps, Extend | undefined, string]>([
    ['no pattern', { fanOut: { Mine: new ToTopic([]) } }, undefined,
      'fanOut.Mine.eventPatterns: got an empty list; give at least one pattern, or leave the prop out to pass on what the archive captures'],
    ['a pattern twice', { fanOut: { Mine: new ToTopic([{ source: ['a'] }, { source: ['a'] }]) } }, undefined,
      'fanOut.Mine.eventPatterns[1]: got the same pattern as fanOut.Mine.eventPatterns[0]; its events would be delivered twice: give each pattern once'],
    ['an id twice', { fanOut: { Mine: new ToTopic() } }, archive => archive.addFanOut('Mine', new ToTopic()), 'fanOut: got the id "Mine" twice; give each an id of its own'],
    ['too long a pattern', { fanOut: { Mine: new ToTopic([{ source: ['x'.repeat(4096)] }]) } }, undefined,
      'fanOut.Mine.eventPatterns[0]: got a pattern of 4111 characters with what the archive adds; EventBridge accepts 4096: split it into several patterns'],
  ])('%s', (_name, props, extend, message) => {
    expect(synthesisError(props, { extend })).toBe(message);
  });
});

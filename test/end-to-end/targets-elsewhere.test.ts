// Targets in another Region or account of the app: CDK forwards to a second rule beside them. Both rules and their queues are run.

import { App, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { altered, anEvent, cleanUp } from './archive-run';
import { FIRST_DATE } from './recent-archive';
import { deploy, Deployed } from './several-templates';
import { EventAuditArchive, FanOut, FanOutConfig } from '../../src';

const HERE = { account: '111111111111', region: 'us-east-1' };
const OTHER_REGION = { account: '111111111111', region: 'eu-west-1' };
const OTHER_ACCOUNT = { account: '222222222222', region: 'us-east-1' };
const RULE = 'AWS::Events::Rule';

type MakeTarget = (stack: Stack) => events.IRuleTarget;
type Tell = (archive: EventAuditArchive, target: events.IRuleTarget) => void;
type Templates = { [stack: string]: object };

const TARGETS: { readonly [kind: string]: MakeTarget } = {
  topic: stack => new targets.SnsTopic(new sns.Topic(stack, 'Told', { topicName: 'told' })),
  queue: stack => new targets.SqsQueue(new sqs.Queue(stack, 'Told', { queueName: 'told' })),
  function: stack => new targets.LambdaFunction(new lambda.Function(stack, 'Told', {
    functionName: 'told', runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = () => undefined'),
  })),
};

afterAll(cleanUp);

class To extends FanOut {
  public constructor(private readonly target: events.IRuleTarget) {
    super();
  }

  public bind(): FanOutConfig {
    return { target: this.target, eventPatterns: [{ source: ['aws.ssm'] }] };
  }
}

/** The templates of an archive here and of the target there, and of what CDK adds for another account. */
function templatesOf(there: typeof HERE, make: MakeTarget, tell: Tell): Templates {
  const app = new App();
  const archive = new EventAuditArchive(new Stack(app, 'Here', { env: HERE }), 'Audit', { catalog: { firstDate: FIRST_DATE } });
  tell(archive, make(new Stack(app, 'There', { env: there })));
  return Object.fromEntries(app.synth().stacks.map(({ stackName, template }) => [stackName, template]));
}

async function run(templates: Templates, there: typeof HERE): Promise<Deployed> {
  const policies = Object.entries<any>(templates).filter(([name]) => name.includes('EventBusPolicy'))
    .map(([, { Resources }]) => openingBus(Resources, there));
  const joined: any = { ...templates.There, Resources: Object.assign({}, (templates.There as any).Resources, ...policies) };
  const deployed = await deploy([
    { name: 'Here', template: templates.Here, environment: { ...HERE, stackName: 'Here' } },
    { name: 'There', template: joined, environment: { ...there, stackName: 'There' } },
  ]);
  const { event } = anEvent();
  await deployed.run('Here').sendAll([{ event: { ...event, account: HERE.account, region: HERE.region } }]);
  await deployed.finish();
  return deployed;
}

/** What opens the bus of another account stands in a stack of CDK's own, for the same account and Region, in the older form of such policies. */
function openingBus({ GivePermToOtherAccount: policy }: any, { account, region }: typeof HERE): object {
  const { Type, Properties: { Action, Principal, StatementId } } = policy;
  const Statement = {
    Effect: 'Allow',
    Action,
    Principal: { AWS: `arn:aws:iam::${Principal}:root` },
    Resource: `arn:aws:events:${region}:${account}:event-bus/default`,
  };
  return { OpensBus: { Type, Properties: { StatementId, Statement } } };
}

const PLACES: [string, typeof HERE][] = [['Region', OTHER_REGION], ['account', OTHER_ACCOUNT]];

describe.each(PLACES)('in another %s', (_what, there) => {
  test.each(Object.entries(TARGETS))('a %s is told, by onEvent and by a fan-out', async (kind, make) => {
    for (const tell of [
      (archive: EventAuditArchive, target: events.IRuleTarget) => { archive.onEvent('Told', { eventPattern: { source: ['aws.ssm'] }, target }); },
      (archive: EventAuditArchive, target: events.IRuleTarget) => { archive.addFanOut('Told', new To(target)); },
    ]) {
      const deployed = await run(templatesOf(there, make, tell), there);
      expect(deployed.run('There').notifications.map(notification => notification.kind)).toEqual([kind]);
      expect(deployed.deadLetters()).toEqual([]);
    }
  });

  const told = () => templatesOf(there, TARGETS.topic, (archive, target) => { archive.onEvent('Told', { eventPattern: { source: ['aws.ssm'] }, target }); });

  test('what the target did not take lies in a queue there', async () => {
    const { There, ...others } = told();
    const unreachable = altered(There, 'AWS::SNS::TopicPolicy', properties => { properties.PolicyDocument.Statement[0].Action = 'sns:Subscribe'; });
    const deployed = await run({ ...others, There: unreachable }, there);
    expect(deployed.run('There').deadLetters.map(({ queue }) => queue.split(':')[3])).toEqual([there.region]);
  });

  test('what could not be forwarded lies in the archive\'s own', async () => {
    const { Here, ...others } = told();
    const unable = altered(Here, RULE, properties => {
      for (const target of properties.Targets) if (JSON.stringify(target.Arn).includes('event-bus')) target.Arn = { 'Fn::Join': ['', [target.Arn, 's']] };
    });
    const deployed = await run({ Here: unable, ...others }, there);
    expect(deployed.run('Here').deadLetters).toHaveLength(1);
  });
});

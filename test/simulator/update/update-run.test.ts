import { StackUpdate } from './stack-update';
import { Gap, runUpdate } from './update-run';
import { sampleEvent, sampleTemplate, Template, TEST_ENGINES } from '../samples/sample-template';
import { temporaryFolder } from '../samples/temporary-folder';

type Change = (template: Template) => void;

/** What happens on the way from one sample template to another, in short. */
async function gaps(before: Change, after: Change): Promise<string[]> {
  const update = StackUpdate.plan(sampleTemplate(before), sampleTemplate(after));
  const events = [1, 2].map(id => ({ event: sampleEvent(id) }));
  return (await runUpdate(update, events, { engines: TEST_ENGINES, folder: temporaryFolder() })).gaps.map(inShort);
}

function inShort({ kind, moment, events, what }: Gap): string {
  return `${kind} ${events}, ${moment}: ${what}`;
}

const none: Change = () => undefined;

/** The stream's key, and where the right to it stands: in the policy that names the stream, or in one on which the stream waits. */
function encrypted(key: string, right: 'in the same policy' | 'first' | 'nowhere'): Change {
  return ({ Resources }) => {
    withKeys({ Resources });
    Resources.Stream.Properties.DeliveryStreamEncryptionConfigurationInput = { KeyType: 'CUSTOMER_MANAGED_CMK', KeyARN: getArn(key) };
    const statement = { Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: getArn(key) };
    if (right === 'in the same policy') Resources.RulesPolicy.Properties.PolicyDocument.Statement.push(statement);
    if (right !== 'first') return;
    Resources[`Use${key}`] = {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: { Roles: [{ Ref: 'RulesRole' }], PolicyDocument: { Version: '2012-10-17', Statement: [statement] } },
    };
    Resources.Stream.DependsOn = ['DeliveryPolicy', `Use${key}`];
  };
}

function withKeys({ Resources }: Pick<Template, 'Resources'>): void {
  const statement = { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'kms:*', Resource: '*' };
  for (const id of ['Key', 'OtherKey']) {
    Resources[id] = { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Version: '2012-10-17', Statement: [statement] } } };
  }
}

/** The key that Firehose writes objects with. */
function writtenWith(encryption: object | undefined, mayUse: boolean): Change {
  return template => {
    withKeys(template);
    const { Stream, DeliveryPolicy } = template.Resources;
    if (encryption) Stream.Properties.ExtendedS3DestinationConfiguration.EncryptionConfiguration = encryption;
    const statement = { Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: getArn('Key') };
    if (mayUse) DeliveryPolicy.Properties.PolicyDocument.Statement.push(statement);
  };
}

const KEY = { KMSEncryptionConfig: { AWSKMSKeyARN: getArn('Key') } };

function getArn(id: string): object {
  return { 'Fn::GetAtt': [id, 'Arn'] };
}

/** The stream by another name: another stream, which CloudFormation makes beside the old one. */
function renamed(policies: object, putPolicy = 'RulesPolicy'): Change {
  return ({ Resources }) => {
    const { Stream, RulesPolicy } = Resources;
    delete Resources.Stream;
    Resources.Another = Stream;
    delete Resources.RulesPolicy;
    Resources[putPolicy] = RulesPolicy;
    RulesPolicy.Properties.PolicyDocument.Statement[0].Resource = getArn('Another');
    Resources.Rule.Properties.Targets[0].Arn = getArn('Another');
    Resources.Rule.DependsOn = [putPolicy];
    Object.assign(Stream, policies);
  };
}

const kept: Change = ({ Resources }) => { Object.assign(Resources.Stream, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' }); };

test('nothing happens to events where nothing changes', async () => {
  expect(await gaps(none, none)).toEqual([]);
});

describe('the key of a stream', () => {
  test('that is added before the right to it dead-letters what comes in between', async () => {
    expect(await gaps(withKeys, encrypted('Key', 'in the same policy'))).toEqual([expect.stringMatching(
      /^deadLettered 2, after Stream: Rule: NO_PERMISSIONS: \S+RulesRole\S+ may not kms:Decrypt on \S+$/)]);
    expect(await gaps(withKeys, encrypted('Key', 'first'))).toEqual([]);
  });

  test('is used until it is changed, and so is the right to it', async () => {
    expect(await gaps(encrypted('Key', 'in the same policy'), encrypted('OtherKey', 'in the same policy'))).toEqual([expect.stringMatching(/^deadLettered 2, after Stream: /)]);
    expect(await gaps(encrypted('Key', 'first'), encrypted('OtherKey', 'first'))).toEqual([]);
    const inPlace: Change = template => {
      encrypted('OtherKey', 'first')(template);
      template.Resources.UseKey = template.Resources.UseOtherKey;
      delete template.Resources.UseOtherKey;
      template.Resources.Stream.DependsOn = ['DeliveryPolicy', 'UseKey'];
    };
    expect(await gaps(encrypted('Key', 'first'), inPlace)).toEqual([expect.stringMatching(/^deadLettered 2, after UseKey: /)]);
  });

  test('without a right dead-letters everything from then on', async () => {
    expect(await gaps(withKeys, encrypted('Key', 'nowhere'))).toEqual([expect.stringMatching(/^deadLettered 2, after the update: /)]);
  });
});

describe('a property that the update does not say', () => {
  test('stays as it was: Firehose goes on with a key that it may not use any more', async () => {
    expect(await gaps(writtenWith(KEY, true), writtenWith(undefined, false))).toEqual([
      expect.stringMatching(/^lost 2, before the update: \S*Stream\S*: Stream: the delivery role may not kms:Decrypt on /),
    ]);
    expect(await gaps(writtenWith(KEY, true), writtenWith({ NoEncryptionConfig: 'NoEncryption' }, false))).toEqual([]);
    expect(StackUpdate.plan(sampleTemplate(writtenWith(KEY, true)), sampleTemplate(writtenWith(undefined, true))).keptProperties)
      .toEqual(['Stream.ExtendedS3DestinationConfiguration.EncryptionConfiguration']);
  });
});

describe('a stream that another takes the place of', () => {
  test('is drained where it is kept, and takes what it has buffered with it where it is not', async () => {
    expect(await gaps(kept, template => renamed({}, 'NewRulesPolicy')(template))).toEqual([]);
    expect(await gaps(none, renamed({}, 'NewRulesPolicy'))).toEqual([expect.stringMatching(
      /^lost 2, before the update: \S*Stream\S*: the stream was deleted, with what it had buffered$/)]);
  });

  test('is reached until the rule goes over to the other: a policy that is changed in place comes too soon', async () => {
    expect(await gaps(kept, renamed({}))).toEqual([expect.stringMatching(/^deadLettered 2, after RulesPolicy: Rule: NO_PERMISSIONS: \S+ may not firehose:PutRecord on /)]);
  });
});

describe('a rule', () => {
  test('whose target has another id has none for a moment', async () => {
    expect(await gaps(none, ({ Resources: { Rule } }) => { Rule.Properties.Targets[0].Id = 'Another'; })).toEqual(['missed 2, after Rule (1 of 2): the archive']);
  });

  test('that another takes the place of is there beside it for a while', async () => {
    const another: Change = ({ Resources }) => {
      const { Rule } = Resources;
      delete Resources.Rule;
      Resources.NewRule = Rule;
      Resources.DeadLettersPolicy.Properties.PolicyDocument.Statement[1].Condition.ArnEquals['aws:SourceArn'] = [getArn('NewRule')];
    };
    expect(await gaps(none, another)).toEqual(['twice 2, after NewRule: the archive']);
  });
});

test('a role that has more policies than IAM lets it have is found', async () => {
  const policies = (from: number, to: number): Change => ({ Resources }) => {
    for (let index = from; index < to; index++) Resources[`Policy${index}`] = { ...Resources.RulesPolicy };
  };
  expect(await gaps(policies(0, 9), policies(9, 18))).toEqual([expect.stringMatching(/^refused 0, .*: RulesRole: 19 managed policies; IAM lets a role have 10 by default$/)]);
});

test('what cannot be run after the update is found, and no event is sent then', async () => {
  expect(await gaps(none, ({ Resources: { Rule } }) => { Rule.Properties.Targets[0].Arn = 'arn:aws:sqs:us-east-1:123456789012:other'; }))
    .toContainEqual(expect.stringMatching(/^refused 0, after the update: Rule\.Targets\[0\]\.Arn: the simulator cannot deliver to /));
});

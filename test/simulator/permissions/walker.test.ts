import { CALLS } from './calls';
import { concreteCalls, walkArchive, walkPermissions } from './walker';
import { defaultArchive, fullArchive } from '../../full-archive';
import { archives, untouchedIn } from '../../mutants/archives';
import { SimulatedTemplate } from '../template/template';

type Change = (resources: { [logicalId: string]: any }) => void;

/** The findings for a copy of a template, after a change. */
function findings(template: object, change: Change = () => undefined): string[] {
  const copy = JSON.parse(JSON.stringify(template));
  change(copy.Resources);
  return walkPermissions(SimulatedTemplate.parse(copy));
}

const DELIVERY = 'AuditDeliveryWritePolicy3C05AD1F';
const DELIVERY_ROLE = 'AuditDeliveryRole30F0C369';
const ANALYST = 'AnalystDefaultPolicyF63B1759';
const DEAD_LETTERS = 'AuditDeadLettersQueuePolicyE3FAD0C2';
const LOGS = 'AuditStorageAccessLogsBucketPolicy7AA3CB6A';
const ARCHIVE = 'AuditStorageArchivePolicy924275F6';

function statements(resources: { [logicalId: string]: any }, logicalId: string, property = 'PolicyDocument'): any[] {
  return resources[logicalId].Properties[property].Statement;
}

test('the default and the full archive have no finding', () => {
  expect(findings(defaultArchive())).toEqual([]);
  expect(findings(fullArchive())).toEqual([]);
});

// A bucket that is given, as that of the full archive is, tells no topic of the archive's (test/storage/delivery-topic.test.ts); its trail is that
// of an account (test/trail/trail-rights.test.ts), EventBridge's archives use its key too
// (test/capture/many-buses.test.ts), and it never had another key (test/former-keys.test.ts).
const ASKED_ELSEWHERE = ['delivery topic', 'delivery topic key', 'trail of an organization', 'encrypted bus', 'former results key'];

test('every row of the table is asked by one of the two, but for those of other accounts and those that are asked elsewhere', () => {
  const calls = [defaultArchive(), fullArchive()].flatMap(template => concreteCalls(SimulatedTemplate.parse(template)));
  const asked = new Set(calls.map(({ what }) => what));
  const rows = CALLS.filter(({ place }) => !place.includes('another account') && !ASKED_ELSEWHERE.includes(place));
  expect(rows.filter(({ what }) => !asked.has(what))).toEqual([]);
  expect(rows.flatMap(({ what, refused = [] }) => refused.map(miss => `${what} ${miss.what}`)).filter(what => !asked.has(what))).toEqual([]);
});

test('every row has a source of AWS', () => {
  expect(CALLS.filter(({ source }) => !source.startsWith('https://docs.aws.amazon.com/'))).toEqual([]);
});

test.each<[string, object, Change, RegExp[]]>([
  ['an action is missing', defaultArchive(), r => { statements(r, DELIVERY)[1].Action.pop(); },
    [/DeliveryRole\S+ may not s3:PutObject on arn:aws:s3:::\S+\/events\/json__event_type__receipt_date\/event_type=other\/receipt_date=2026-11-19\/object\.gz: Firehose writes events and errors \(https:/]],
  ['a resource is missing', defaultArchive(), r => { statements(r, DELIVERY)[1].Resource.shift(); }, [/may not s3:PutObject on \S+\/errors\/error_date=2026-11-19\//]],
  ['a statement is missing', defaultArchive(), r => { statements(r, DELIVERY).splice(2, 1); }, [/may not logs:PutLogEvents on arn:aws:logs:us-east-1:123456789012:log-group:/]],
  ['a policy is attached to nobody', defaultArchive(), r => { r[DELIVERY].Properties.Roles = []; }, [/may not s3:PutObject/, new RegExp(`^${DELIVERY}: nobody has this policy$`)]],
  ['a condition is missing', defaultArchive(), r => { delete statements(r, DELIVERY_ROLE, 'AssumeRolePolicyDocument')[0].Condition; },
    [/^firehose\.amazonaws\.com may sts:AssumeRole on \S+DeliveryRole\S+, sts:externalid 999999999999: Firehose takes its role for another account/]],
  ['one of two conditions is missing', defaultArchive(), r => { delete statements(r, LOGS)[2].Condition.StringEquals; },
    [/^logging\.s3\.amazonaws\.com may s3:PutObject on \S+, aws:sourcearn \S+, aws:sourceaccount 999999999999: S3 delivers access logs of another account/]],
  ['a condition is wider', fullArchive(), r => { statements(r, ANALYST)[3].Condition.StringLike['kms:ViaService'] = '*'; }, [/may kms:Decrypt on \S+, kms:viaservice s3\.ap-south-2/]],
  ['a resource is wider', defaultArchive(), r => { statements(r, DELIVERY)[1].Resource = '*'; }, [/may s3:GetObject on \S+\/other\/object: Firehose writes events and errors beside the archive/]],
  ['a principal is wider', defaultArchive(), r => { statements(r, DEAD_LETTERS)[1].Principal = '*'; }, [/^sns\.amazonaws\.com may sqs:SendMessage/]],
  ['a principal is another account too', defaultArchive(), r => { statements(r, DEAD_LETTERS)[1].Principal.AWS = 'arn:aws:iam::999999999999:root'; },
    [/^arn:aws:iam::999999999999:role\/administrator may sqs:SendMessage/]],
  ['TLS is not asked for', defaultArchive(), r => { statements(r, ARCHIVE).shift(); }, [/may s3:GetObject on \S+, aws:securetransport false: .* without TLS/]],
  ['old TLS will do', defaultArchive(), r => { statements(r, ARCHIVE)[1].Condition.NumericLessThan['s3:TlsVersion'] = 1.1; }, [/s3:tlsversion 1\.1: .* with TLS 1\.1/]],
  ['the writer can delete', defaultArchive(), r => { statements(r, DELIVERY)[1].Action.push('s3:DeleteObject'); },
    [/may s3:DeleteObject on \S+: Firehose writes events and errors and changes what is there/]],
  ['the key has lost its tag', fullArchive(), r => { delete r.Key961B73FD.Properties.Tags; },
    [/AWSServiceRoleForAmazonEventBridgeApiDestinations may not kms:Decrypt/]],
])('it is found when %s', (_name, template, change, expected) => {
  const found = findings(template, change);
  for (const finding of expected) expect(found).toContainEqual(expect.stringMatching(finding));
});

test.each<[string, object, Change, string]>([
  ['an action', defaultArchive(), r => { statements(r, DELIVERY)[0].Action.push('s3:GetBucketTagging'); }, `${DELIVERY}.PolicyDocument.Statement[0].Action[3] s3:GetBucketTagging`],
  ['a resource', defaultArchive(), r => { statements(r, DELIVERY)[1].Resource.push('arn:aws:s3:::elsewhere/*'); }, `${DELIVERY}.PolicyDocument.Statement[1].Resource[2] arn:aws:s3:::elsewhere/*`],
  ['a principal', defaultArchive(), r => { statements(r, DELIVERY_ROLE, 'AssumeRolePolicyDocument')[0].Principal.Service = ['firehose.amazonaws.com', 'glue.amazonaws.com']; },
    `${DELIVERY_ROLE}.AssumeRolePolicyDocument.Statement[0].Principal.Service glue.amazonaws.com`],
  ['a condition', defaultArchive(), r => { statements(r, DEAD_LETTERS)[1].Condition.StringEquals = { 'aws:SourceAccount': '123456789012' }; },
    `${DEAD_LETTERS}.PolicyDocument.Statement[1].Condition.StringEquals.aws:SourceAccount`],
  ['a value of a condition', defaultArchive(), r => { statements(r, DEAD_LETTERS)[1].Condition.ArnLike['aws:SourceArn'].push('arn:aws:events:us-east-1:123456789012:rule/gone'); },
    `${DEAD_LETTERS}.PolicyDocument.Statement[1].Condition.ArnLike.aws:SourceArn[1] arn:aws:events:us-east-1:123456789012:rule/gone`],
  ['a statement', defaultArchive(), r => { statements(r, DELIVERY).push({ Effect: 'Allow', Action: 'glue:GetTable', Resource: ['a', 'b'] }); }, `${DELIVERY}.PolicyDocument.Statement[3]`],
  ['a prohibition', defaultArchive(), r => { statements(r, DELIVERY).push({ Effect: 'Deny', Action: 'ec2:*', Resource: '*' }); }, `${DELIVERY}.PolicyDocument.Statement[3]`],
])('%s that no call needs is found, and nothing else', (_name, template, change, path) => {
  expect(findings(template, change)).toEqual([`${path}: no call needs it`]);
});

test.each<[string, Change, string]>([
  ['an element that is not known', r => { statements(r, DELIVERY)[0].NotAction = 's3:*'; }, `${DELIVERY}.PolicyDocument.Statement[0].NotAction: the simulator does not know this element of such a policy`],
  ['an operator that is not known', r => { statements(r, LOGS)[2].Condition.StringNotEquals = { a: 'b' }; },
    `${LOGS}.PolicyDocument.Statement[2].Condition.StringNotEquals: the simulator does not know this condition operator`],
  ['a version that IAM has not', r => { r[DELIVERY].Properties.PolicyDocument.Version = '2026-01-01'; }, `${DELIVERY}.PolicyDocument.Version: 2026-01-01 is no version of IAM's policies`],
  ['no statement', r => { delete r[DELIVERY].Properties.PolicyDocument.Statement; }, `${DELIVERY}.PolicyDocument.Statement: missing; IAM refuses such a policy`],
  ['a policy from elsewhere', r => { r[DELIVERY_ROLE].Properties.ManagedPolicyArns = ['arn:aws:iam::aws:policy/AdministratorAccess']; },
    `${DELIVERY_ROLE}.ManagedPolicyArns: the simulator does not know what arn:aws:iam::aws:policy/AdministratorAccess allows`],
])('a policy with %s is a finding itself', (_name, change, finding) => {
  expect(findings(defaultArchive(), change)).toEqual([finding]);
});

describe('a policy that no call asks', () => {
  const [BY_DEFAULT, FULL] = archives();

  /** The findings for a copy of an archive with what the app gives it, after a change. */
  function unasked({ template, given }: typeof FULL, change: Change = () => undefined): string[] {
    const copy = JSON.parse(JSON.stringify(template));
    change(copy.Resources);
    const parsed = SimulatedTemplate.parse(copy);
    return walkArchive(parsed, untouchedIn(parsed, given));
  }

  const TRUST = { Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
  const ANYTHING = { Statement: [{ Effect: 'Allow', Action: ['iam:*', 'kms:*', 'sqs:*'], Resource: '*' }] };
  const role = (properties: object = {}) => ({ Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: TRUST, ...properties } });
  const finding = (path: string) => `${path}: no call asks this policy`;

  test('is in neither archive, but for what the app gives the full one', () => {
    expect(unasked(BY_DEFAULT)).toEqual([]);
    expect(unasked(FULL)).toEqual([]);
    expect(walkArchive(SimulatedTemplate.parse(FULL.template))).toEqual([
      finding('ReaderF7BF189D.AssumeRolePolicyDocument'), finding('Analyst5C91540F.AssumeRolePolicyDocument'),
    ]);
  });

  test.each<[string, Change, string[]]>([
    ['a role and its managed policy', r => {
      r.Other = role();
      r.OtherPolicy = { Type: 'AWS::IAM::ManagedPolicy', Properties: { Roles: [{ Ref: 'Other' }], PolicyDocument: ANYTHING } };
    }, ['Other.AssumeRolePolicyDocument', 'OtherPolicy.PolicyDocument']],
    ['a role and its own policy', r => { r.Other = role({ Policies: [{ PolicyName: 'Own', PolicyDocument: ANYTHING }] }); },
      ['Other.AssumeRolePolicyDocument', 'Other.Policies[0].PolicyDocument']],
    ['a role that has what AWS manages', r => { r.Other = role({ ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }); }, ['Other.AssumeRolePolicyDocument']],
    ['a user', r => { r.Other = { Type: 'AWS::IAM::User', Properties: { Policies: [{ PolicyName: 'Own', PolicyDocument: ANYTHING }] } }; }, ['Other.Policies[0].PolicyDocument']],
    ['a topic', r => {
      r.Other = { Type: 'AWS::SNS::Topic', Properties: {} };
      const statement = { Effect: 'Allow', Principal: '*', Action: 'sns:Publish', Resource: { Ref: 'Other' } };
      r.OtherPolicy = { Type: 'AWS::SNS::TopicPolicy', Properties: { Topics: [{ Ref: 'Other' }], PolicyDocument: { Statement: [statement] } } };
    }, ['OtherPolicy.PolicyDocument']],
  ])('is found: that of %s', (_name, change, paths) => {
    expect(unasked(BY_DEFAULT, change)).toEqual(paths.map(finding));
  });

  test('is not looked for in what the app gives', () => {
    const copy = JSON.parse(JSON.stringify(BY_DEFAULT.template));
    copy.Resources.Other = role({ Policies: [{ PolicyName: 'Own', PolicyDocument: ANYTHING }] });
    const template = SimulatedTemplate.parse(copy);
    expect(walkArchive(template, ['Other'])).toEqual([]);
    expect(walkArchive(template, ['Another'])).toHaveLength(2);
  });

  test('of a function is found too, where no rule calls it', () => {
    const calledElsewhere: Change = r => {
      const [toFunction, toTopic] = ['ToFunction', 'ToTopic'].map(name => Object.values(r).find(({ Type, Properties: properties }) =>
        Type === 'AWS::Events::Rule' && JSON.stringify(properties.Targets).includes(name.slice(2))));
      toFunction.Properties.Targets[0].Arn = toTopic.Properties.Targets[0].Arn;
    };
    const { Resources: resources } = FULL.template as { Resources: { [logicalId: string]: any } };
    const [permission] = Object.keys(resources).filter(id => resources[id].Type === 'AWS::Lambda::Permission');
    expect(unasked(FULL, calledElsewhere)).toContain(finding(permission));
  });
});

import { Permissions } from './permissions';
import type { RequestContext } from './policy-conditions';
import { encrypted, keyStatements } from '../samples/sample-encryption';
import { sampleTemplate, Template } from '../samples/sample-template';
import { SimulatedTemplate } from '../template/template';

/** Asks the sample template's policies, after a change. */
function ask<T>(question: (permissions: Permissions, template: SimulatedTemplate) => T, change?: (template: Template) => void): T {
  const template = SimulatedTemplate.parse(sampleTemplate(change));
  return question(new Permissions(template), template);
}

/** Whether the delivery role may do something to an object below `events/`. */
function mayOnObject(action: string, change?: (template: Template) => void): boolean {
  return ask((permissions, template) => permissions.may(
    template.resource('DeliveryRole').attributes.Arn, action, `${template.resource('Archive').attributes.Arn}/events/x`), change);
}

function deliveryStatements(template: Template): any[] {
  return template.Resources.DeliveryPolicy.Properties.PolicyDocument.Statement;
}

function trust(template: Template): any {
  return template.Resources.DeliveryRole.Properties.AssumeRolePolicyDocument.Statement[0];
}

describe('a role', () => {
  test('may do what a managed policy that names it allows, and no more', () => {
    expect(mayOnObject('s3:PutObject')).toBe(true);
    expect(mayOnObject('s3:DeleteObject')).toBe(false);
  });

  test('may do nothing by a policy that does not name it', () => {
    expect(mayOnObject('s3:PutObject', t => { t.Resources.DeliveryPolicy.Properties.Roles = [{ Ref: 'RulesRole' }]; })).toBe(false);
  });

  test('may do what a policy that it names allows', () => {
    expect(mayOnObject('s3:PutObject', t => {
      t.Resources.DeliveryPolicy.Properties.Roles = [];
      t.Resources.DeliveryRole.Properties.ManagedPolicyArns = [{ Ref: 'DeliveryPolicy' }];
    })).toBe(true);
  });

  test('may do what its inline policies allow', () => {
    expect(mayOnObject('s3:PutObjectAcl', t => {
      t.Resources.DeliveryRole.Properties.Policies = [{ PolicyName: 'p', PolicyDocument: { Statement: { Effect: 'Allow', Action: 's3:Put*', Resource: '*' } } }];
    })).toBe(true);
  });

  test('may not do what one statement denies, whatever another allows', () => {
    expect(mayOnObject('s3:PutObject', t => { deliveryStatements(t).push({ Effect: 'Deny', Action: 's3:PUTobject', Resource: '*' }); })).toBe(false);
  });

  test('may not do what the bucket\'s policy denies', () => {
    expect(mayOnObject('s3:PutObject', t => {
      t.Resources.ArchivePolicy.Properties.PolicyDocument.Statement[0].Condition = { Bool: { 'aws:SecureTransport': 'true' } };
    })).toBe(false);
  });

  test('may only what its conditions allow', () => {
    const withCondition = (condition: object) => (t: Template) => { deliveryStatements(t)[1].Condition = condition; };
    expect(mayOnObject('s3:PutObject', withCondition({ StringEquals: { 'AWS:PrincipalAccount': { Ref: 'AWS::AccountId' } } }))).toBe(true);
    expect(mayOnObject('s3:PutObject', withCondition({ StringEquals: { 'aws:PrincipalAccount': '999999999999' } }))).toBe(false);
    expect(mayOnObject('s3:PutObject', withCondition({ StringLike: { 'aws:PrincipalArn': 'arn:*:role/Simulated-Delivery*' } }))).toBe(true);
    expect(mayOnObject('s3:PutObject', withCondition({ StringEquals: { 's3:x-amz-acl': 'private' } }))).toBe(false);
  });
});

describe('a trust policy', () => {
  const mayAssume = (service: string, change?: (template: Template) => void) => ask((permissions, template) => permissions.mayAssume(
    template.resource('DeliveryRole').attributes.Arn, service, { 'sts:externalid': '123456789012', 'aws:sourcearn': 'arn:aws:firehose:us-east-1:123456789012:deliverystream/a' }), change);

  test('lets in the service that it names', () => {
    expect(mayAssume('firehose.amazonaws.com')).toBe(true);
    expect(mayAssume('events.amazonaws.com')).toBe(false);
  });

  test('asks for its conditions', () => {
    expect(mayAssume('firehose.amazonaws.com', t => { trust(t).Condition = { ArnLike: { 'aws:SourceArn': 'arn:aws:firehose:*:123456789012:deliverystream/*' } }; })).toBe(true);
    expect(mayAssume('firehose.amazonaws.com', t => { trust(t).Condition = { ArnLike: { 'aws:SourceArn': 'arn:aws:*/*' } }; })).toBe(false);
    expect(mayAssume('firehose.amazonaws.com', t => { trust(t).Condition.StringEquals['sts:ExternalId'] = '999999999999'; })).toBe(false);
    expect(mayAssume('firehose.amazonaws.com', t => { trust(t).Action = 'sts:TagSession'; })).toBe(false);
  });
});

describe('a queue policy', () => {
  const accepts = (rule: string, change?: (template: Template) => void) => ask((permissions, template) =>
    permissions.queueAccepts(template.resource('DeadLetters').attributes.Arn, `${template.resource('Rule').attributes.Arn}${rule}`), change);
  const statement = (template: Template) => template.Resources.DeadLettersPolicy.Properties.PolicyDocument.Statement[1];

  test('takes messages for the rule that it names, and for no other', () => {
    expect(accepts('')).toBe(true);
    expect(accepts('2')).toBe(false);
  });

  test.each<[string, (template: Template) => void]>([
    ['is for another queue', t => { t.Resources.DeadLettersPolicy.Properties.Queues = []; }],
    ['is for another service', t => { statement(t).Principal = { Service: 'sns.amazonaws.com' }; }],
    ['names another action', t => { statement(t).Action = 'sqs:ReceiveMessage'; }],
    ['names another resource', t => { statement(t).Resource = 'arn:aws:sqs:us-east-1:123456789012:other'; }],
    ['is not there', t => { delete t.Resources.DeadLettersPolicy; }],
  ])('that %s takes nothing', (_name, change) => {
    expect(accepts('', change)).toBe(false);
  });

  test('of a queue from elsewhere cannot be judged', () => {
    expect(ask(permissions => permissions.queueAccepts('arn:aws:sqs:us-east-1:123456789012:elsewhere', 'arn:aws:events:us-east-1:123456789012:rule/a'))).toBeUndefined();
  });
});

/** Attaches a policy to something. */
function attach(to: object, statement: object): (template: Template) => void {
  const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] };
  return t => { t.Resources.Granted = { Type: 'AWS::IAM::Policy', Properties: { PolicyName: 'granted', PolicyDocument: document, ...to } }; };
}

describe('an identity', () => {
  const analyst = (properties: object = {}) => (t: Template) => { t.Resources.Analyst = { Type: 'AWS::IAM::User', Properties: properties }; };
  const readers = (properties: object = {}) => (t: Template) => { t.Resources.Readers = { Type: 'AWS::IAM::Group', Properties: properties }; };
  const reads = { Action: 's3:GetObject', Resource: '*' };
  const mayRead = (logicalId: string, ...changes: ((template: Template) => void)[]) => ask((permissions, template) => permissions.mayAs(
    template.resource(logicalId).attributes.Arn, 's3:GetObject', `${template.resource('Archive').attributes.Arn}/events/x`), t => changes.forEach(change => change(t)));

  test('may do what a policy that is attached to it allows', () => {
    expect(mayRead('RulesRole')).toBe(false);
    expect(mayRead('RulesRole', attach({ Roles: [{ Ref: 'DeliveryRole' }] }, reads))).toBe(false);
    expect(mayRead('RulesRole', attach({ Roles: [{ Ref: 'RulesRole' }] }, reads))).toBe(true);
  });

  test('may be a user, with policies of its own', () => {
    const Policies = [{ PolicyName: 'p', PolicyDocument: { Statement: [{ Effect: 'Allow', ...reads }] } }];
    expect(mayRead('Analyst', analyst())).toBe(false);
    expect(mayRead('Analyst', analyst({ Policies }))).toBe(true);
    expect(mayRead('Analyst', analyst(), attach({ Users: [{ Ref: 'Analyst' }] }, reads))).toBe(true);
  });

  test('may do what its groups may', () => {
    const toReaders = attach({ Groups: [{ Ref: 'Readers' }] }, reads);
    expect(mayRead('Analyst', analyst(), readers(), toReaders)).toBe(false);
    expect(mayRead('Analyst', analyst({ Groups: [{ Ref: 'Readers' }] }), readers(), toReaders)).toBe(true);
    expect(mayRead('Analyst', analyst({ Groups: [{ Ref: 'Readers' }] }), readers())).toBe(false);
  });

  test('cannot be in a group from elsewhere', () => {
    expect(() => mayRead('Analyst', analyst({ Groups: ['elsewhere'] }))).toThrow('Analyst.Groups: there is no group elsewhere in the template');
  });

  test('may do what the bucket\'s policy allows to it by name; what it allows to the account, only with a policy of its own', () => {
    const allows = (principal: object) => (t: Template) => {
      t.Resources.ArchivePolicy.Properties.PolicyDocument.Statement.push({ Effect: 'Allow', Principal: principal, ...reads });
    };
    expect(mayRead('Analyst', analyst(), allows({ AWS: { 'Fn::GetAtt': ['Analyst', 'Arn'] } }))).toBe(true);
    expect(mayRead('Analyst', analyst(), allows({ AWS: { 'Fn::GetAtt': ['RulesRole', 'Arn'] } }))).toBe(false);
    expect(mayRead('Analyst', analyst(), allows({ AWS: { Ref: 'AWS::AccountId' } }))).toBe(false);
  });
});

describe('a key', () => {
  const mayDecrypt = (change?: (template: Template) => void, context?: RequestContext) => ask((permissions, template) => permissions.mayAs(
    template.resource('RulesRole').attributes.Arn, 'kms:Decrypt', template.resource('Key').attributes.Arn, context), encrypted(t => {
    t.Resources.RulesPolicy.Properties.PolicyDocument.Statement.pop();
    change?.(t);
  }));
  const granted = (condition?: object) => attach({ Roles: [{ Ref: 'RulesRole' }] }, { Action: 'kms:Decrypt', Resource: { 'Fn::GetAtt': ['Key', 'Arn'] }, Condition: condition });
  const policyNames = (principal: object | string, changes: object = {}) => (t: Template) => {
    keyStatements(t).all.splice(0, 3, { Effect: 'Allow', Principal: principal, Action: 'kms:*', Resource: '*', ...changes });
    delete t.Resources.ErrorLog.Properties.KmsKeyId;
  };
  const both = (...changes: ((template: Template) => void)[]) => (t: Template) => changes.forEach(change => change(t));
  const root = { AWS: { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:root' } };
  const role = { AWS: { 'Fn::GetAtt': ['RulesRole', 'Arn'] } };

  test('lets in whom its policy names', () => {
    expect(mayDecrypt(policyNames(role))).toBe(true);
    expect(mayDecrypt(policyNames({ AWS: { 'Fn::GetAtt': ['DeliveryRole', 'Arn'] } }))).toBe(false);
  });

  test('that leaves it to the account lets in whose own policies allow it', () => {
    expect(mayDecrypt(policyNames(root))).toBe(false);
    expect(mayDecrypt(both(policyNames(root), granted()))).toBe(true);
    expect(mayDecrypt(both(policyNames({ AWS: { Ref: 'AWS::AccountId' } }), granted()))).toBe(true);
  });

  test('that leaves it to another account, or for other actions, lets in nobody', () => {
    expect(mayDecrypt(both(policyNames({ AWS: 'arn:aws:iam::999999999999:root' }), granted()))).toBe(false);
    expect(mayDecrypt(both(policyNames({ Service: 'events.amazonaws.com' }), granted()))).toBe(false);
    expect(mayDecrypt(both(policyNames(root, { Action: 'kms:Encrypt' }), granted()))).toBe(false);
  });

  test('lets nobody in whom one of the policies forbids it', () => {
    const forbids = (t: Template) => { keyStatements(t).all.push({ Effect: 'Deny', Principal: root, Action: 'kms:Decrypt', Resource: '*' }); };
    expect(mayDecrypt(both(policyNames(role), forbids))).toBe(false);
    expect(mayDecrypt(both(policyNames(role), attach({ Roles: [{ Ref: 'RulesRole' }] }, { Effect: 'Deny', Action: 'kms:*', Resource: '*' })))).toBe(false);
  });

  test('is asked for the conditions on the call, whatever the case of their names', () => {
    const condition = { StringEquals: { 'kms:viaService': 's3.us-east-1.amazonaws.com', 'KMS:EncryptionContext:AWS:S3:Arn': 'arn:aws:s3:::b' } };
    const call = { 'kms:ViaService': 's3.us-east-1.amazonaws.com', 'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::b' };
    expect(mayDecrypt(granted(condition), call)).toBe(true);
    expect(mayDecrypt(granted(condition), { ...call, 'kms:ViaService': 's3.eu-west-1.amazonaws.com' })).toBe(false);
    expect(mayDecrypt(granted(condition), { ...call, 'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::B' })).toBe(false);
    expect(mayDecrypt(granted(condition), { 'kms:ViaService': call['kms:ViaService'] })).toBe(false);
    expect(mayDecrypt(granted(condition))).toBe(false);
  });

  test('is not meant by the ARN of its alias as a resource, but by a condition on its aliases', () => {
    const alias = (t: Template) => { t.Resources.Alias = { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/audit', TargetKeyId: { Ref: 'Key' } } }; };
    const anyKey = (operator: string, name: string) => attach({ Roles: [{ Ref: 'RulesRole' }] },
      { Action: 'kms:Decrypt', Resource: 'arn:aws:kms:us-east-1:123456789012:key/*', Condition: { [operator]: { 'kms:ResourceAliases': name } } });
    const byArn = attach({ Roles: [{ Ref: 'RulesRole' }] }, { Action: 'kms:Decrypt', Resource: 'arn:aws:kms:us-east-1:123456789012:alias/audit' });
    expect(mayDecrypt(both(alias, byArn))).toBe(false);
    expect(mayDecrypt(both(alias, anyKey('ForAnyValue:StringEquals', 'alias/audit')))).toBe(true);
    expect(mayDecrypt(both(alias, anyKey('ForAnyValue:StringEquals', 'alias/other')))).toBe(false);
    expect(mayDecrypt(anyKey('ForAnyValue:StringEquals', 'alias/audit'))).toBe(false);
    expect(mayDecrypt(both(alias, anyKey('StringEquals', 'alias/audit')))).toBe(false);
    expect(() => mayDecrypt(both(alias, anyKey('ForAllValues:StringEquals', 'alias/audit')))).toThrow('ForAllValues:StringEquals: the simulator does not know');
  });

  test('knows the account that calls', () => {
    expect(mayDecrypt(granted({ StringEquals: { 'kms:CallerAccount': { Ref: 'AWS::AccountId' } } }))).toBe(true);
    expect(mayDecrypt(granted({ StringEquals: { 'kms:CallerAccount': '999999999999' } }))).toBe(false);
  });

  test('is read as strictly as other policies', () => {
    expect(() => mayDecrypt(policyNames(role, { NotResource: 'x' }))).toThrow('Key.KeyPolicy.Statement[0].NotResource: the simulator does not know this element');
    expect(() => mayDecrypt(policyNames(role, { Condition: { StringNotEquals: { a: 'b' } } }))).toThrow('Key.KeyPolicy.Statement[0].Condition.StringNotEquals: the simulator does not know');
    expect(() => mayDecrypt(policyNames({ CanonicalUser: 'x' }))).toThrow('Key.KeyPolicy.Statement[0].Principal.CanonicalUser: the simulator does not know');
  });
});

describe('what somebody was granted', () => {
  const askAs = (action: string, resource: string, context?: RequestContext, statement: object = { Action: ['athena:*', 'glue:GetTable', 's3:ListBucket'], Resource: '*' }) =>
    ask((permissions, template) => permissions.mayAs(template.resource('RulesRole').attributes.Arn, action, resource, context), attach({ Roles: [{ Ref: 'RulesRole' }] }, statement));

  test('in Athena and Glue is what their own policies allow', () => {
    expect(askAs('athena:StartQueryExecution', 'arn:aws:athena:us-east-1:123456789012:workgroup/audit')).toBe(true);
    expect(askAs('glue:GetTable', 'arn:aws:glue:us-east-1:123456789012:catalog')).toBe(true);
    expect(askAs('glue:DeleteTable', 'arn:aws:glue:us-east-1:123456789012:catalog')).toBe(false);
  });

  test('in S3 can depend on the prefix that is listed', () => {
    const below = { Action: 's3:ListBucket', Resource: { 'Fn::GetAtt': ['Archive', 'Arn'] }, Condition: { StringLike: { 's3:prefix': ['events/*', 'events'] } } };
    const list = (context?: RequestContext) => ask((permissions, template) => permissions.mayAs(
      template.resource('RulesRole').attributes.Arn, 's3:ListBucket', template.resource('Archive').attributes.Arn, context), attach({ Roles: [{ Ref: 'RulesRole' }] }, below));
    expect(list({ 's3:prefix': 'events/2026/' })).toBe(true);
    expect(list({ 's3:prefix': 'errors/' })).toBe(false);
    expect(list()).toBe(false);
  });

  test('for all buckets needs none of the template', () => {
    expect(askAs('s3:ListAllMyBuckets', '*')).toBe(false);
    expect(askAs('s3:ListAllMyBuckets', '*', undefined, { Action: 's3:ListAllMyBuckets', Resource: '*' })).toBe(true);
  });

  test('cannot be judged elsewhere', () => {
    expect(() => askAs('sqs:SendMessage', '*')).toThrow('sqs:SendMessage: the simulator judges actions of athena, glue, kms, s3 only');
    expect(() => askAs('s3:GetObject', 'arn:aws:s3:::elsewhere/x')).toThrow('arn:aws:s3:::elsewhere is no bucket of the template');
    expect(() => askAs('kms:Decrypt', 'arn:aws:kms:us-east-1:123456789012:key/elsewhere'))
      .toThrow('kms:Decrypt: arn:aws:kms:us-east-1:123456789012:key/elsewhere is no key of the template; what its policy allows cannot be known');
    expect(() => ask(permissions => permissions.mayAs('arn:aws:iam::123456789012:role/elsewhere', 's3:GetObject', '*')))
      .toThrow('arn:aws:iam::123456789012:role/elsewhere is no role or user of the template');
  });
});

test('a role with a policy from elsewhere is refused when it is asked for, and not before', () => {
  const withAdministrator = (t: Template) => { t.Resources.RulesRole.Properties.ManagedPolicyArns = ['arn:aws:iam::aws:policy/AdministratorAccess']; };
  const may = (role: string) => ask((permissions, template) => permissions.may(template.resource(role).attributes.Arn, 's3:GetObject', '*'), withAdministrator);
  expect(() => may('RulesRole')).toThrow('RulesRole.ManagedPolicyArns: the simulator does not know what arn:aws:iam::aws:policy/AdministratorAccess allows');
  expect(may('DeliveryRole')).toBe(false);
});

test.each<[string, (template: Template) => void, string]>([
  ['an element', t => { deliveryStatements(t)[0].NotAction = 's3:*'; }, 'DeliveryPolicy.PolicyDocument.Statement[0].NotAction: the simulator does not know this element'],
  ['a condition operator', t => { trust(t).Condition = { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }; }, 'Condition.IpAddress: the simulator does not know this condition operator'],
  ['a policy variable', t => { deliveryStatements(t)[1].Resource = 'arn:aws:s3:::archive/${aws:username}/*'; },
    'DeliveryPolicy.PolicyDocument.Statement[1]: the simulator does not know the policy variable ${aws:username}'],
  ['a policy variable in a condition', t => { trust(t).Condition = { StringEquals: { 'aws:SourceAccount': '${aws:PrincipalAccount}' } }; },
    'AssumeRolePolicyDocument.Statement[0]: the simulator does not know the policy variable ${aws:PrincipalAccount}'],
  ['a kind of principal', t => { trust(t).Principal = { Federated: 'x' }; }, 'Principal.Federated: the simulator does not know this kind of principal'],
])('%s that the evaluator does not know is refused', (_name, change, message) => {
  expect(() => ask(() => undefined, change)).toThrow(message);
});

test.each<[string, (template: Template) => void, string]>([
  ['an identity policy without a resource', t => { delete deliveryStatements(t)[0].Resource; }, 'DeliveryPolicy.PolicyDocument.Statement[0].Resource: missing'],
  ['an identity policy with no action left', t => { deliveryStatements(t)[0].Action = []; }, 'DeliveryPolicy.PolicyDocument.Statement[0].Action: missing'],
  ['an identity policy with a principal', t => { deliveryStatements(t)[0].Principal = '*'; }, 'Statement[0].Principal: the simulator does not know this element'],
  ['a trust policy whose principal is empty', t => { trust(t).Principal = {}; },
    'DeliveryRole.AssumeRolePolicyDocument.Statement[0].Principal: empty; IAM refuses such a policy'],
  ['a trust policy without a service', t => { trust(t).Principal = { Service: [] }; },
    'DeliveryRole.AssumeRolePolicyDocument.Statement[0].Principal.Service: empty; IAM refuses such a policy'],
  ['a trust policy with a service and no account', t => { trust(t).Principal = { Service: 'firehose.amazonaws.com', AWS: [] }; },
    'DeliveryRole.AssumeRolePolicyDocument.Statement[0].Principal.AWS: empty; IAM refuses such a policy'],
  ['a condition operator without keys', t => { trust(t).Condition = { ArnLike: {} }; },
    'DeliveryRole.AssumeRolePolicyDocument.Statement[0].Condition.ArnLike: empty; IAM refuses such a policy'],
  ['one of two condition operators without keys', t => { trust(t).Condition = { StringEquals: { 'sts:ExternalId': 'a' }, ArnLike: {} }; },
    'DeliveryRole.AssumeRolePolicyDocument.Statement[0].Condition.ArnLike: empty; IAM refuses such a policy'],
  ['a trust policy without a principal', t => { delete trust(t).Principal; }, 'Statement[0].Principal: missing'],
])('%s is refused, as IAM refuses it', (_name, change, message) => {
  expect(() => ask(() => undefined, change)).toThrow(message);
});

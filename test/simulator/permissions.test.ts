import { Permissions } from './permissions';
import { sampleTemplate, Template } from './sample-template';
import { SimulatedTemplate } from './template';

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

test.each<[string, (template: Template) => void, string]>([
  ['an element', t => { deliveryStatements(t)[0].NotAction = 's3:*'; }, 'DeliveryPolicy.PolicyDocument.Statement[0].NotAction: the simulator does not know this element'],
  ['a condition operator', t => { trust(t).Condition = { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }; }, 'Condition.IpAddress: the simulator does not know this condition operator'],
  ['a kind of principal', t => { trust(t).Principal = { Federated: 'x' }; }, 'Principal.Federated: the simulator does not know this kind of principal'],
  ['a policy of AWS', t => { t.Resources.RulesRole.Properties.ManagedPolicyArns = ['arn:aws:iam::aws:policy/AdministratorAccess']; },
    'does not know what arn:aws:iam::aws:policy/AdministratorAccess allows'],
])('%s that the evaluator does not know is refused', (_name, change, message) => {
  expect(() => ask(() => undefined, change)).toThrow(message);
});

test.each<[string, (template: Template) => void, string]>([
  ['an identity policy without a resource', t => { delete deliveryStatements(t)[0].Resource; }, 'DeliveryPolicy.PolicyDocument.Statement[0].Resource: missing'],
  ['an identity policy with no action left', t => { deliveryStatements(t)[0].Action = []; }, 'DeliveryPolicy.PolicyDocument.Statement[0].Action: missing'],
  ['an identity policy with a principal', t => { deliveryStatements(t)[0].Principal = '*'; }, 'Statement[0].Principal: the simulator does not know this element'],
  ['a trust policy without a principal', t => { delete trust(t).Principal; }, 'Statement[0].Principal: missing'],
])('%s is refused, as IAM refuses it', (_name, change, message) => {
  expect(() => ask(() => undefined, change)).toThrow(message);
});

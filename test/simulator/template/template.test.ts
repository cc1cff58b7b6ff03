import { Environment, SimulatedTemplate } from './template';

const QUEUE = 'AWS::SQS::Queue';

/** The value that a queue's name resolves to. */
function resolved(name: unknown, template: object = {}, environment?: Partial<Environment>): unknown {
  const others = { Other: { Type: QUEUE }, Archive: { Type: 'AWS::S3::Bucket' }, Role: { Type: 'AWS::IAM::Role', Properties: trust } };
  const json = { ...template, Resources: { ...others, Queue: { Type: QUEUE, Properties: { QueueName: name } } } };
  return SimulatedTemplate.parse(json, environment).resource('Queue').properties.QueueName;
}

const trust = { AssumeRolePolicyDocument: {} };

describe('intrinsic functions', () => {
  test.each<[string, unknown, unknown]>([
    ['Ref of a pseudo parameter', { Ref: 'AWS::Region' }, 'us-east-1'],
    ['Ref of a queue is its URL', { Ref: 'Other' }, expect.stringMatching(/^https:\/\/sqs\.us-east-1\.amazonaws\.com\/123456789012\/Simulated-Other-/)],
    ['Ref of a bucket is a lower-case name', { Ref: 'Archive' }, expect.stringMatching(/^simulated-archive-[a-z0-9]{12}$/)],
    ['Fn::GetAtt as a list', { 'Fn::GetAtt': ['Other', 'Arn'] }, expect.stringMatching(/^arn:aws:sqs:us-east-1:123456789012:Simulated-Other-/)],
    ['Fn::GetAtt as a string', { 'Fn::GetAtt': 'Role.Arn' }, expect.stringMatching(/^arn:aws:iam::123456789012:role\/Simulated-Role-/)],
    ['Fn::Join', { 'Fn::Join': ['-', ['a', { Ref: 'AWS::AccountId' }]] }, 'a-123456789012'],
    ['Fn::Join of a split', { 'Fn::Join': ['', { 'Fn::Split': ['-', 'a-b'] }] }, 'ab'],
    ['Fn::Sub', { 'Fn::Sub': 'x-${AWS::Region}-${!Literal}' }, 'x-us-east-1-${Literal}'],
    ['Fn::Sub with variables and attributes', { 'Fn::Sub': ['${v}/${Archive.Arn}', { v: 'w' }] }, expect.stringMatching(/^w\/arn:aws:s3:::simulated-archive-/)],
    ['Fn::Base64', { 'Fn::Base64': 'ü' }, Buffer.from('ü').toString('base64')],
    ['Fn::Select', { 'Fn::Select': ['1', { 'Fn::Split': ['/', 'a/b'] }] }, 'b'],
    ['a secret stays a reference', '{{resolve:secretsmanager:arn:aws:secretsmanager:eu-west-1:1:secret:a:SecretString:b::}}', expect.stringContaining('{{resolve')],
  ])('resolves %s', (_name, value, expected) => {
    expect(resolved(value)).toEqual(expected);
  });

  test('takes the branch that the condition says, and never looks at the other', () => {
    const template = {
      Conditions: {
        East: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] },
        West: { 'Fn::And': [{ 'Fn::Not': [{ Condition: 'East' }] }, { 'Fn::Or': [{ Condition: 'East' }, { 'Fn::Equals': ['a', 'a'] }] }] },
      },
    };
    expect(resolved({ 'Fn::If': ['East', 'e', { Ref: 'Nothing' }] }, template)).toBe('e');
    expect(resolved({ 'Fn::If': ['West', 'w', { Ref: 'AWS::NoValue' }] }, template)).toBeUndefined();
  });

  test('reads mappings and parameters', () => {
    const template = { Mappings: { Map: { 'us-east-1': { Name: 'mapped' } } }, Parameters: { P: { Type: 'String', Default: 'p' } } };
    expect(resolved({ 'Fn::FindInMap': ['Map', { Ref: 'AWS::Region' }, 'Name'] }, template)).toBe('mapped');
    expect(resolved({ Ref: 'P' }, template)).toBe('p');
    expect(resolved({ Ref: 'P' }, template, { parameters: { P: 'given' } })).toBe('given');
  });

  test('reads what other stacks export and put out', () => {
    const environment = { exports: { Shared: 'exported' }, stackOutputs: { Other: { Bus: 'output' } } };
    expect(resolved({ 'Fn::ImportValue': 'Shared' }, {}, environment)).toBe('exported');
    expect(resolved({ 'Fn::GetStackOutput': { StackName: 'Other', OutputName: 'Bus' } }, {}, environment)).toBe('output');
  });

  test.each<[string, unknown, string]>([
    ['a reference to nothing', { Ref: 'Nothing' }, 'Queue.QueueName.Ref: Nothing is neither a resource nor a parameter'],
    ['an attribute that it does not know', { 'Fn::GetAtt': ['Other', 'Colour'] }, 'Queue.QueueName.Fn::GetAtt: the simulator does not know the attribute Colour of AWS::SQS::Queue'],
    ['a function that it does not know', { 'Fn::Cidr': ['10.0.0.0/16', 1, 8] }, 'Queue.QueueName.Fn::Cidr: the simulator does not know this intrinsic function'],
    ['a reference to itself', { Ref: 'Queue' }, 'Queue.QueueName.Ref: circular dependency: Queue → Queue'],
    ['an export of no stack', { 'Fn::ImportValue': 'Shared' }, 'no stack of the environment exports Shared; name the bus or queue of the other stack literally'],
    ['an output of no stack', { 'Fn::GetStackOutput': { StackName: 'A', OutputName: 'B' } }, 'no stack A of the environment has an output B'],
    ['a condition that is not there', { 'Fn::If': ['C', 1, 2] }, 'Queue.QueueName.Fn::If: there is no condition C'],
    ['a reference to Parameter Store', '{{resolve:ssm:/a}}', 'Queue.QueueName: cannot resolve the dynamic reference'],
    ['a function beside another key', { 'Fn::Sub': 'a', 'b': 1 }, 'Queue.QueueName: Fn::Sub must be the only key of its object'],
    ['an element beyond the list', { 'Fn::Select': [2, ['a']] }, 'there is no element 2 in a list of 1'],
  ])('refuses %s', (_name, value, message) => {
    expect(() => resolved(value)).toThrow(message);
  });
});

describe('a template', () => {
  const parse = (resources: object, rest: object = {}) => SimulatedTemplate.parse({ ...rest, Resources: resources });

  test('keeps what happens to a resource when the stack is deleted', () => {
    const { deletionPolicy, updateReplacePolicy, dependsOn } = parse({
      A: { Type: QUEUE, DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain', DependsOn: 'B', Metadata: {} }, B: { Type: QUEUE },
    }).resource('A');
    expect({ deletionPolicy, updateReplacePolicy, dependsOn }).toEqual({ deletionPolicy: 'Retain', updateReplacePolicy: 'Retain', dependsOn: ['B'] });
  });

  test('lists resources in the order in which they can be created', () => {
    const template = parse({ A: { Type: QUEUE, Properties: { QueueName: { Ref: 'B' } } }, B: { Type: QUEUE, DependsOn: ['C'] }, C: { Type: QUEUE } });
    expect(template.ofType(QUEUE).map(({ logicalId }) => logicalId)).toEqual(['C', 'B', 'A']);
  });

  test('says what CloudFormation creates before a resource, be it named by it, or by what it names', () => {
    const name = { QueueName: { 'Fn::GetAtt': ['B', 'QueueName'] } };
    const template = parse({ A: { Type: QUEUE, Properties: name }, B: { Type: QUEUE, DependsOn: ['C'] }, C: { Type: QUEUE }, D: { Type: QUEUE } });
    expect(template.resources.map(({ logicalId, waitsFor }) => [logicalId, [...waitsFor].sort()])).toEqual([['C', []], ['B', ['C']], ['A', ['B', 'C']], ['D', []]]);
  });

  test('leaves out resources and outputs whose condition is false', () => {
    const template = parse(
      { A: { Type: QUEUE, Condition: 'Never' }, B: { Type: QUEUE, DependsOn: 'A' } },
      { Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } }, Outputs: { O: { Condition: 'Never', Value: { Ref: 'A' } }, P: { Value: 'p' } } },
    );
    expect(template.resources.map(({ logicalId }) => logicalId)).toEqual(['B']);
    expect(template.outputs).toEqual({ P: 'p' });
  });

  test('may not refer to a resource whose condition is false', () => {
    const never = { Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } } };
    expect(() => parse({ A: { Type: QUEUE, Condition: 'Never' }, B: { Type: QUEUE, Properties: { QueueName: { Ref: 'A' } } } }, never))
      .toThrow('B.QueueName.Ref: A is not created, because its condition is false');
  });

  test('has what the CDK adds: metadata under a condition, the bootstrap version and its rule', () => {
    expect(() => parse(
      { CDKMetadata: { Type: 'AWS::CDK::Metadata', Properties: { Analytics: 'v2:…' }, Condition: 'CDKMetadataAvailable' } },
      {
        Conditions: { CDKMetadataAvailable: { 'Fn::Or': [{ 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] }, { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] }] } },
        Parameters: { BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/hnb659fds/version' } },
        Rules: { CheckBootstrapVersion: { Assertions: [] } },
      },
    )).not.toThrow();
  });

  test.each<[string, object, string]>([
    ['a resource type that it does not know', { A: { Type: 'AWS::EC2::VPC' } },
      'A: the simulator does not know the resource type AWS::EC2::VPC; give the archive a stack of its own'],
    ['a nested stack', { A: { Type: 'AWS::CloudFormation::Stack' } },
      'A: the simulator does not know the resource type AWS::CloudFormation::Stack; for an archive in the nested stack give its own *.nested.template.json'],
    ['a resource attribute that it does not know', { A: { Type: QUEUE, CreationPolicy: {} } }, 'A: the simulator does not know CreationPolicy here'],
    ['a dependency on nothing', { A: { Type: QUEUE, DependsOn: ['B'] } }, 'A.DependsOn: there is no resource B'],
    ['a cycle of dependencies', { A: { Type: QUEUE, DependsOn: ['B'] }, B: { Type: QUEUE, Properties: { QueueName: { Ref: 'A' } } } }, 'circular dependency: A → B → A'],
    ['a resource without a type', { A: { Properties: {} } }, 'A: a resource needs a Type'],
  ])('is refused for %s', (_name, resources, message) => {
    expect(() => parse(resources)).toThrow(message);
  });

  test('is refused for a section that the simulator does not know, and for a parameter without a value', () => {
    expect(() => parse({}, { Transform: 'AWS::Serverless-2016-10-31' })).toThrow('the simulator does not know Transform here');
    expect(() => parse({}, { Parameters: { P: { Type: 'String' } } })).toThrow('the parameter P has no default');
    expect(() => parse({ A: { Type: QUEUE, Properties: { QueueName: { Ref: 'P' } } } }, { Parameters: { P: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/p' } } }))
      .toThrow('A.QueueName.Ref: the parameter P takes its value from Parameter Store');
  });
});

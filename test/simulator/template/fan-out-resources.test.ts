import { SimulatedTemplate } from './template';
import { addApiDestination } from '../samples/sample-fan-out';
import { sampleTemplate } from '../samples/sample-template';

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}';
const EVENTS = 'arn:aws:events:us-east-1:123456789012';

/** `Ref` and the attributes of each resource, those with a name and those without. */
const template = SimulatedTemplate.parse(sampleTemplate(t => {
  addApiDestination(t);
  Object.assign(t.Resources, {
    NamedConnection: { Type: 'AWS::Events::Connection', Properties: { ...t.Resources.Connection.Properties, Name: 'partner' } },
    NamedDestination: { Type: 'AWS::Events::ApiDestination', Properties: { ...t.Resources.Destination.Properties, Name: 'partner' } },
    NamedSecret: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'team/partner' } },
    Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'alerts' } },
    Subscription: { Type: 'AWS::SNS::Subscription', Properties: { TopicArn: { Ref: 'Topic' }, Protocol: 'sqs', FilterPolicy: { source: ['a'] } } },
    Function: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'tell', Code: { ZipFile: '' } } },
  });
}));

test.each<[string, string, string]>([
  ['Connection', 'Arn', `^${EVENTS}:connection/Simulated-Connection-\\w+/${UUID}$`],
  ['NamedConnection', 'Arn', `^${EVENTS}:connection/partner/${UUID}$`],
  ['NamedConnection', 'ArnForPolicy', `^${EVENTS}:connection/partner$`],
  ['NamedConnection', 'SecretArn', `^arn:aws:secretsmanager:us-east-1:123456789012:secret:events!connection/partner/${UUID}-[0-9a-f]{6}$`],
  ['NamedConnection', 'Ref', '^partner$'],
  ['Destination', 'Arn', `^${EVENTS}:api-destination/Simulated-Destination-\\w+/${UUID}$`],
  ['NamedDestination', 'Arn', `^${EVENTS}:api-destination/partner/${UUID}$`],
  ['NamedDestination', 'ArnForPolicy', `^${EVENTS}:api-destination/partner$`],
  ['NamedDestination', 'Ref', '^partner$'],
  ['Secret', 'Ref', '^arn:aws:secretsmanager:us-east-1:123456789012:secret:Secret-[0-9a-f]{12}-[0-9a-f]{6}$'],
  ['NamedSecret', 'Ref', '^arn:aws:secretsmanager:us-east-1:123456789012:secret:team/partner-[0-9a-f]{6}$'],
  ['NamedSecret', 'Id', '^arn:aws:secretsmanager:us-east-1:123456789012:secret:team/partner-[0-9a-f]{6}$'],
  ['Topic', 'Ref', '^arn:aws:sns:us-east-1:123456789012:alerts$'],
  ['Topic', 'TopicArn', '^arn:aws:sns:us-east-1:123456789012:alerts$'],
  ['Topic', 'TopicName', '^alerts$'],
  ['Subscription', 'Ref', `^arn:aws:sns:us-east-1:123456789012:alerts:${UUID}$`],
  ['Function', 'Ref', '^tell$'],
  ['Function', 'Arn', '^arn:aws:lambda:us-east-1:123456789012:function:tell$'],
])('%s.%s has the form that AWS gives it', (logicalId, attribute, form) => {
  const { ref, attributes } = template.resource(logicalId);
  expect(attribute === 'Ref' ? ref : attributes[attribute]).toMatch(new RegExp(form));
});

/** The sample template with a fan-out beside the archive, for the simulator's own tests: an API destination, or another target. */

import type { Json, JsonObject } from '../engines';
import { run, sampleEvent, simulate, Template } from './sample-template';
import type { Simulation, SimulationOptions } from '../simulation';

/** Adds an API destination, and a rule that sends it every event. */
export function addApiDestination(template: Template): void {
  Object.assign(template.Resources, {
    Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { GenerateSecretString: { SecretStringTemplate: '{}', GenerateStringKey: 'key' } } },
    Connection: {
      Type: 'AWS::Events::Connection',
      Properties: {
        AuthorizationType: 'API_KEY',
        AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'X-Api-Key', ApiKeyValue: secret('key') } },
      },
    },
    Destination: {
      Type: 'AWS::Events::ApiDestination',
      Properties: { ConnectionArn: getAtt('Connection', 'Arn'), HttpMethod: 'POST', InvocationEndpoint: 'https://api.example.com:8443/v1/events?a=b' },
    },
    InvokeRole: {
      Type: 'AWS::IAM::Role',
      Properties: { AssumeRolePolicyDocument: { Statement: { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' } } },
    },
    InvokePolicy: {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: {
        Roles: [{ Ref: 'InvokeRole' }],
        PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'events:InvokeApiDestination', Resource: getAtt('Destination', 'Arn') }] },
      },
    },
  });
  addFanOutRule(template, { Arn: getAtt('Destination', 'Arn'), RoleArn: getAtt('InvokeRole', 'Arn') });
}

/** Adds a rule that sends every event to a target, with the dead-letter queue of the sample. */
export function addFanOutRule(template: Template, target: JsonObject): void {
  template.Resources.FanOutRule = {
    Type: 'AWS::Events::Rule',
    Properties: {
      EventPattern: { source: [{ prefix: '' }] },
      Targets: [{ Id: 'FanOut', DeadLetterConfig: { Arn: getAtt('DeadLetters', 'Arn') }, ...target }],
    },
  };
  const [, queueStatement] = template.Resources.DeadLettersPolicy.Properties.PolicyDocument.Statement;
  queueStatement.Condition.ArnEquals['aws:SourceArn'].push(getAtt('FanOutRule', 'Arn'));
}

/** The fan-out's target, for a test to change. */
export function fanOutTarget(template: Template): any {
  return template.Resources.FanOutRule.Properties.Targets[0];
}

/** The connection's parameters, for a test to change. */
export function authParameters(template: Template): any {
  return template.Resources.Connection.Properties.AuthParameters;
}

/** A run of the sample with an API destination. */
export function simulateApiDestination(change: (template: Template) => void = () => undefined, options: Partial<SimulationOptions> = {}): Simulation {
  return simulate(template => {
    addApiDestination(template);
    change(template);
  }, options);
}

/** What becomes of one event that goes to the archive and to an API destination. */
export async function sendOne(
  change?: (template: Template) => void, options?: Partial<SimulationOptions>, event = sampleEvent(1),
): Promise<Simulation> {
  const simulation = await run(simulateApiDestination(change, options), event);
  expect(simulation.ledger).toMatchObject({ sent: 1, matched: 1, archived: 1, deadLettered: 0, lost: 0 });
  await simulation.close();
  return simulation;
}

export function getAtt(logicalId: string, attribute: string): Json {
  return { 'Fn::GetAtt': [logicalId, attribute] };
}

/** A reference to a field of the sample's secret. */
export function secret(field: string): Json {
  return { 'Fn::Sub': `{{resolve:secretsmanager:\${Secret}:SecretString:${field}::}}` };
}

/** EventBridge: buses, rules and API destinations. */

import { description, executed, fields, inert, KnownResources, listOf, open, tags } from '../known-properties';

const httpParameters = open('executed', 'the names are the user\'s own, and every value is sent');
const connectionParameters = listOf({ Key: executed, Value: executed, IsValueSecret: inert('hides the value from those who look at the connection') });

/** What the simulator knows of it. */
export const EVENTS: KnownResources = {
  'AWS::Events::EventBus': {
    properties: {
      Name: executed,
      Description: description,
      LogConfig: fields({ IncludeDetail: inert('logs tell, they route nothing'), Level: executed }),
      KmsKeyIdentifier: executed,
      DeadLetterConfig: fields({ Arn: executed }),
      Tags: tags,
    },
    identity: naming => {
      const name = naming.name('Name', 256);
      return { ref: name, attributes: { Arn: naming.arn('events', `event-bus/${name}`), Name: name } };
    },
  },
  'AWS::Events::Rule': {
    properties: {
      Name: executed,
      Description: description,
      EventBusName: executed,
      EventPattern: open('executed', 'the pattern engine compiles it, and refuses what EventBridge would'),
      State: executed,
      Targets: listOf({
        Arn: executed,
        Id: executed,
        RoleArn: executed,
        Input: executed,
        InputPath: executed,
        InputTransformer: fields({ InputPathsMap: open('executed', 'the names are the user\'s own, and every path is followed'), InputTemplate: executed }),
        HttpParameters: fields({ HeaderParameters: httpParameters, QueryStringParameters: httpParameters, PathParameterValues: executed }),
        DeadLetterConfig: fields({ Arn: executed }),
        RetryPolicy: fields({ MaximumEventAgeInSeconds: executed, MaximumRetryAttempts: executed }),
      }),
      Tags: tags,
    },
    identity: naming => {
      const name = naming.name('Name', 64);
      const bus = (naming.text('EventBusName') ?? 'default').replace(/^arn:.*:event-bus\//, '');
      const onOwnBus = bus !== 'default';
      return {
        ref: onOwnBus ? `${bus}|${name}` : name,
        attributes: { Arn: naming.arn('events', `rule/${onOwnBus ? `${bus}/` : ''}${name}`) },
      };
    },
  },
  'AWS::Events::Connection': {
    properties: {
      Name: executed,
      Description: description,
      AuthorizationType: executed,
      AuthParameters: fields({
        ApiKeyAuthParameters: fields({ ApiKeyName: executed, ApiKeyValue: executed }),
        BasicAuthParameters: fields({ Username: executed, Password: executed }),
        InvocationHttpParameters: fields({
          HeaderParameters: connectionParameters,
          QueryStringParameters: connectionParameters,
          BodyParameters: connectionParameters,
        }),
      }),
      KmsKeyIdentifier: executed,
    },
    identity: naming => {
      const name = naming.name('Name', 64);
      const uuid = naming.uuid();
      return {
        ref: name,
        attributes: {
          Arn: naming.arn('events', `connection/${name}/${uuid}`),
          ArnForPolicy: naming.arn('events', `connection/${name}`),
          SecretArn: naming.arn('secretsmanager', `secret:events!connection/${name}/${uuid}-${uuid.slice(0, 6)}`),
        },
      };
    },
  },
  'AWS::Events::ApiDestination': {
    properties: {
      Name: executed,
      Description: description,
      ConnectionArn: executed,
      HttpMethod: executed,
      InvocationEndpoint: executed,
      InvocationRateLimitPerSecond: executed,
    },
    identity: naming => {
      const name = naming.name('Name', 64);
      return {
        ref: name,
        attributes: { Arn: naming.arn('events', `api-destination/${name}/${naming.uuid()}`), ArnForPolicy: naming.arn('events', `api-destination/${name}`) },
      };
    },
  },
};

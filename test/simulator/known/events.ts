/** EventBridge: buses and rules. */

import { description, executed, fields, inert, KnownResources, listOf, open, tags } from '../known-properties';

/** What the simulator knows of it. */
export const EVENTS: KnownResources = {
  'AWS::Events::EventBus': {
    properties: {
      Name: executed,
      Description: description,
      LogConfig: fields({ IncludeDetail: inert('logs tell, they route nothing'), Level: inert('logs tell, they route nothing') }),
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
};

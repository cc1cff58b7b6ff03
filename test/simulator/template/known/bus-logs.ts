/** The delivery of what services log of themselves: from a source, such as a bus, to a destination, such as a log group. */

import { description, executed, KnownResources, tags } from '../known-properties';

/** What the simulator knows of it. */
export const BUS_LOGS: KnownResources = {
  'AWS::Logs::DeliverySource': {
    properties: { Name: executed, ResourceArn: executed, LogType: executed, Tags: tags },
    identity: naming => {
      const name = naming.name('Name', 60);
      return { ref: name, attributes: { Arn: naming.arn('logs', `delivery-source:${name}`) } };
    },
  },
  'AWS::Logs::DeliveryDestination': {
    properties: { Name: executed, DestinationResourceArn: executed, Tags: tags },
    identity: naming => {
      const name = naming.name('Name', 60);
      return { ref: name, attributes: { Arn: naming.arn('logs', `delivery-destination:${name}`) } };
    },
  },
  'AWS::Logs::Delivery': {
    properties: { DeliverySourceName: executed, DeliveryDestinationArn: executed, Tags: tags },
    identity: naming => ({ ref: naming.uuid(), attributes: { Arn: naming.arn('logs', `delivery:${naming.uuid()}`), DeliveryId: naming.uuid() } }),
  },
  'AWS::Logs::ResourcePolicy': {
    properties: { PolicyName: description, PolicyDocument: executed },
    identity: naming => ({ ref: naming.text('PolicyName') ?? naming.logicalId, attributes: {} }),
  },
};

/** SNS and Lambda: they get messages, and what becomes of these afterwards is not simulated. */

import { EVENT_SOURCE_MAPPINGS } from './event-source-mappings';
import { description, executed, inert, KnownResources, listOf, open, policyDocument, tags } from '../known-properties';

const AFTERWARDS = 'what becomes of a message afterwards is not simulated';
const afterwards = inert(AFTERWARDS);
const notRun = 'the function gets the event, and does not run';

/** What the simulator knows of it. */
export const NOTIFICATIONS: KnownResources = {
  ...EVENT_SOURCE_MAPPINGS,
  'AWS::SNS::Topic': {
    properties: {
      TopicName: executed,
      DisplayName: description,
      FifoTopic: executed,
      KmsMasterKeyId: executed,
      SignatureVersion: inert('signs what subscribers get'),
      Subscription: listOf({ Endpoint: afterwards, Protocol: afterwards }),
      Tags: tags,
    },
    identity: naming => {
      const name = naming.name('TopicName', 256);
      const arn = naming.arn('sns', name);
      return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
    },
  },
  'AWS::SNS::TopicPolicy': {
    properties: { Topics: executed, PolicyDocument: policyDocument },
    identity: naming => ({ ref: naming.name(undefined, 128), attributes: {} }),
  },
  'AWS::SNS::Subscription': {
    properties: {
      TopicArn: afterwards,
      Endpoint: afterwards,
      Protocol: afterwards,
      RawMessageDelivery: afterwards,
      Region: afterwards,
      FilterPolicy: open('inert', AFTERWARDS),
      FilterPolicyScope: afterwards,
      DeliveryPolicy: open('inert', AFTERWARDS),
      RedrivePolicy: open('inert', AFTERWARDS),
      SubscriptionRoleArn: afterwards,
    },
    identity: naming => ({ ref: `${naming.text('TopicArn')}:${naming.uuid()}`, attributes: {} }),
  },
  'AWS::Lambda::Function': {
    properties: {
      FunctionName: executed,
      Description: description,
      Architectures: inert(notRun),
      Code: open('inert', notRun),
      DeadLetterConfig: open('inert', AFTERWARDS),
      Environment: open('inert', notRun),
      EphemeralStorage: open('inert', notRun),
      Handler: inert(notRun),
      ImageConfig: open('inert', notRun),
      Layers: inert(notRun),
      LoggingConfig: open('inert', notRun),
      MemorySize: inert(notRun),
      PackageType: inert(notRun),
      Role: inert(notRun),
      Runtime: inert(notRun),
      Timeout: inert(notRun),
      TracingConfig: open('inert', notRun),
      VpcConfig: open('inert', notRun),
      Tags: tags,
    },
    identity: naming => {
      const name = naming.name('FunctionName', 64);
      return { ref: name, attributes: { Arn: naming.arn('lambda', `function:${name}`) } };
    },
  },
  'AWS::Lambda::Permission': {
    properties: { Action: executed, FunctionName: executed, Principal: executed, SourceArn: executed, SourceAccount: executed },
    identity: naming => ({ ref: naming.uuid(), attributes: { Id: naming.uuid() } }),
  },
};

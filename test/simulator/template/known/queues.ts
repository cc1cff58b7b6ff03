/** SQS. */

import { executed, inert, KnownResources, policyDocument, tags } from '../known-properties';

/** What the simulator knows of it. */
export const QUEUES: KnownResources = {
  'AWS::SQS::Queue': {
    properties: {
      QueueName: executed,
      FifoQueue: executed,
      MaximumMessageSize: executed,
      MessageRetentionPeriod: inert('a run is shorter than any retention that makes sense'),
      KmsMasterKeyId: executed,
      KmsDataKeyReusePeriodSeconds: inert('spares calls to KMS, and changes nothing that is asked of the sender'),
      SqsManagedSseEnabled: executed,
      DelaySeconds: inert('nobody receives during a run'),
      ReceiveMessageWaitTimeSeconds: inert('nobody receives during a run'),
      VisibilityTimeout: inert('nobody receives during a run'),
      Tags: tags,
    },
    identity: naming => {
      const { region, urlSuffix, account } = naming.environment;
      const name = naming.name('QueueName', 80);
      const url = `https://sqs.${region}.${urlSuffix}/${account}/${name}`;
      return { ref: url, attributes: { Arn: naming.arn('sqs', name), QueueName: name, QueueUrl: url } };
    },
  },
  'AWS::SQS::QueuePolicy': {
    properties: { Queues: executed, PolicyDocument: policyDocument },
    identity: naming => ({ ref: naming.name(undefined, 128), attributes: {} }),
  },
};

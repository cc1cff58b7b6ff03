// Somebody is told, in words, when a bucket is created, when the function that works through the orders is cut off from their queue, and
// when an instance is stopped or terminated. What is told is archived, too, with everything else on the account's default bus.
//
// The first two are calls, which need a CloudTrail trail that logs management events; the third says EC2 itself. Deploy it with
// `cdk deploy --context email=…` and confirm the subscription that SNS asks for.

import { Annotations, App, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { AuditEvents, EventAuditArchive } from 'cdk-event-audit-archive';

const app = new App();
const stack = new Stack(app, 'Notifications');

const security = new sns.Topic(stack, 'Security', { enforceSSL: true });
const email = app.node.tryGetContext('email') as string | undefined;
if (email) security.addSubscription(new subscriptions.EmailSubscription(email));

const audit = new EventAuditArchive(stack, 'Audit');
Annotations.of(audit).acknowledgeWarning('cdk-event-audit-archive:cloudTrailNeeded', 'The account has a trail that logs management events.');

/** A value of the event that is told of. A value that an event lacks is an empty text. */
const field = (path: string) => events.EventField.fromPath(`$.${path}`);
const identity = (path: string) => field(`detail.userIdentity.${path}`);
// Each kind of identity has some of these: an ARN alone names no caller of another account, nobody of Identity Center and no service.
const who = {
  identity: identity('type'),
  arn: identity('arn'),
  name: identity('userName'),
  principal: identity('principalId'),
  account: identity('accountId'),
  person: identity('onBehalfOf.userId'),
  service: identity('invokedBy'),
  from: field('detail.sourceIPAddress'),
};

// Each field is a value of its own: EventBridge does not escape what it puts into a text, and who causes an event could break the message. Attempts
// that failed have an errorCode, and are only archived.
const bucketCreations = AuditEvents.s3BucketCreations();
audit.onEvent('BucketCreated', {
  eventPattern: { ...bucketCreations, detail: { ...bucketCreations.detail, errorCode: [{ exists: false }] } },
  target: new targets.SnsTopic(security, {
    authorizeUsingRole: true,
    message: events.RuleTargetInput.fromObject({
      told: 'A bucket was created',
      bucket: field('detail.requestParameters.bucketName'),
      region: field('region'),
      account: field('account'),
      time: field('time'),
      by: who,
    }),
  }),
  description: 'Tells of buckets that are created',
});

const orders = new sqs.Queue(stack, 'Orders', { enforceSSL: true });
const worker = new lambda.Function(stack, 'Worker', {
  runtime: lambda.Runtime.NODEJS_22_X,
  handler: 'index.handler',
  code: lambda.Code.fromInline('exports.handler = async ({ Records }) => console.log(`${Records.length} orders`);'),
});
const ordersToWorker = new SqsEventSource(orders);
worker.addEventSource(ordersToWorker);

// The names of Lambda's calls end with the version of its API. The request names the mapping, and the function only if that changes as well.
audit.onEvent('OrdersDisabled', {
  eventPattern: {
    source: ['aws.lambda'],
    detailType: ['AWS API Call via CloudTrail'],
    detail: {
      eventSource: ['lambda.amazonaws.com'],
      eventName: [{ prefix: 'UpdateEventSourceMapping' }],
      errorCode: [{ exists: false }],
      requestParameters: { uUID: [ordersToWorker.eventSourceMappingId], enabled: [false] },
    },
  },
  target: new targets.SnsTopic(security, {
    authorizeUsingRole: true,
    message: events.RuleTargetInput.fromObject({
      told: 'Orders wait, because their function was disabled',
      queue: field('detail.responseElements.eventSourceArn'),
      function: field('detail.responseElements.functionArn'),
      time: field('time'),
      by: who,
    }),
  }),
  description: 'Tells when orders are no longer worked through',
});

// A function gets an object, which is JSON whatever is in the values, and can do more with it than a template: here, make a link.
const teller = new lambda.Function(stack, 'Teller', {
  runtime: lambda.Runtime.NODEJS_22_X,
  handler: 'index.handler',
  environment: { TOPIC: security.topicArn },
  code: lambda.Code.fromInline(`
const { SNSClient, PublishCommand } = require('@aws-sdk/client-sns');
const sns = new SNSClient();

exports.handler = async ({ instance, state, region, account, time }) => {
  const link = \`https://\${region}.console.aws.amazon.com/ec2/home?region=\${region}#InstanceDetails:instanceId=\${encodeURIComponent(instance)}\`;
  await sns.send(new PublishCommand({
    TopicArn: process.env.TOPIC,
    Subject: \`Instance \${state}\`,
    Message: \`The instance \${instance} in \${region} (account \${account}) is \${state} since \${time}: \${link}\`,
  }));
};
`),
});
security.grantPublish(teller);

audit.onEvent('InstanceStopped', {
  eventPattern: AuditEvents.ec2StateChanges(['stopped', 'terminated']),
  target: new targets.LambdaFunction(teller, {
    event: events.RuleTargetInput.fromObject({
      instance: field('detail.instance-id'),
      state: field('detail.state'),
      region: field('region'),
      account: field('account'),
      time: field('time'),
    }),
  }),
  description: 'Tells of instances that are stopped or terminated',
});

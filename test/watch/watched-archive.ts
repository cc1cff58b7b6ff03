// An archive with one of each resource that is watched for tampering, deployed, and the names that its resources got.

import { CfnResource, Stack } from 'aws-cdk-lib';
import * as athena from 'aws-cdk-lib/aws-athena';
import * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import type { Names } from './tamper-samples';
import { EventAuditArchive, FanOut, FanOutAuthorization } from '../../src';
import { environmentOf } from '../simulator/template/environment';
import { SimulatedTemplate } from '../simulator/template/template';
import { synthesize } from '../synthesize';

export const DEPLOYING_ROLE = 'arn:aws:iam::123456789012:role/cdk-hnb659fds-cfn-exec-role-123456789012-us-east-1';

/** The template as deployed, and the names in it. */
export interface WatchedArchive {
  readonly template: object;
  readonly names: Names;
  readonly deliveryRole: string;
}

/** What stands for resources of types that the simulator does not run, because no event passes through them. */
type StandIns = { readonly [logicalId: string]: { readonly [attribute: string]: string } };

/** The archive. */
export function watchedArchive(): WatchedArchive {
  const standIns: { [logicalId: string]: { readonly [attribute: string]: string } } = {};
  const { template } = synthesize(stack => ({
    eventPatterns: [{ source: ['order'] }],
    encryptionKey: new kms.Key(stack, 'Key'),
    tamperAlerts: new sns.Topic(stack, 'Alerts', { masterKey: new kms.Key(stack, 'TopicKey') }),
    deployingRole: iam.Role.fromRoleArn(stack, 'DeployingRole', DEPLOYING_ROLE),
    fanOut: { Siem: siem(stack) },
  }), { extend: (archive, stack) => extend(archive, stack, standIns) });
  const deployed = withStandIns(template.toJSON(), standIns);
  return { template: deployed, ...namesIn(deployed) };
}

function siem(stack: Stack): FanOut {
  const secret = secretsmanager.Secret.fromSecretCompleteArn(stack, 'Token', 'arn:aws:secretsmanager:us-east-1:123456789012:secret:siem-AbCdEf');
  return FanOut.http({ url: 'https://siem.example.com', authorization: FanOutAuthorization.apiKey({ headerName: 'X-Api-Key', secret }) });
}

/** What the archive may have one day, below it, as whatever makes it does. It comes after the alerts. */
function extend(archive: EventAuditArchive, stack: Stack, standIns: { [logicalId: string]: StandIns[string] }): void {
  const bus = new events.EventBus(archive, 'OwnBus', { eventBusName: 'orders' });
  archive.addCapture('Orders', { eventBus: bus, eventPatterns: [{ source: ['order'] }] });
  new sns.Topic(archive, 'OwnTopic');
  const stand = (resource: CfnResource, attributes: StandIns[string]) => {
    standIns[stack.resolve(resource.logicalId) as string] = attributes;
  };
  const given = { s3BucketName: 'logs', isLogging: true };
  stand(new cloudtrail.CfnTrail(archive, 'Trail', given), { Ref: 'the-trail', Arn: 'arn:aws:cloudtrail:us-east-1:123456789012:trail/the-trail' });
  stand(new events.CfnArchive(archive, 'EventArchive', { sourceArn: 'arn' }), { Ref: 'the-event-archive' });
  stand(new events.CfnEventBusPolicy(archive, 'BusPolicy', { eventBusName: 'orders', statementId: 'Accept' }), {});
  stand(new kms.CfnAlias(archive, 'Alias', { aliasName: 'alias/of-the-archive', targetKeyId: 'key' }), { Ref: 'alias/of-the-archive' });
  stand(new athena.CfnDataCatalog(archive, 'DataCatalog', { name: 'federated', type: 'GLUE' }), { Ref: 'federated' });
  stand(new logs.CfnDelivery(archive, 'LogDelivery', { deliverySourceName: 's', deliveryDestinationArn: 'd' }), { DeliveryId: 'AbCdEfGhIjKl' });
  stand(new logs.CfnDeliverySource(archive, 'LogSource', { name: 'bus-logs' }), { Ref: 'bus-logs' });
  stand(new logs.CfnDeliveryDestination(archive, 'LogDestination', { name: 'bus-log-group' }), { Ref: 'bus-log-group' });
  stand(new logs.CfnResourcePolicy(archive, 'LogPolicy', { policyName: 'deliver', policyDocument: '{}' }), { Ref: 'deliver' });
  stand(new cloudwatch.CfnAlarm(archive, 'Alarm', { comparisonOperator: 'GreaterThanThreshold', evaluationPeriods: 1 }), { Ref: 'the-alarm' });
  stand(new cloudwatch.CfnCompositeAlarm(archive, 'CompositeAlarm', { alarmRule: 'TRUE' }), { Ref: 'all-alarms' });
}

/** The template without these resources, and what refers to them as it would be deployed. */
function withStandIns(template: object, standIns: StandIns): object {
  const replaced = (node: any): any => {
    if (Array.isArray(node)) return node.map(replaced);
    if (typeof node !== 'object' || node === null) return node;
    const [logicalId, attribute = 'Ref'] = typeof node.Ref === 'string' ? [node.Ref] : node['Fn::GetAtt'] ?? [];
    if (Object.hasOwn(standIns, logicalId ?? '')) return standIns[logicalId][attribute];
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, replaced(value)]));
  };
  const { Resources, ...rest } = template as { Resources: object };
  return { ...rest, Resources: replaced(Object.fromEntries(Object.entries(Resources).filter(([logicalId]) => !Object.hasOwn(standIns, logicalId)))) };
}

function namesIn(template: object): Omit<WatchedArchive, 'template'> {
  const { resources } = SimulatedTemplate.parse(template);
  const the = (start: string) => {
    const [found, ...others] = resources.filter(({ logicalId, type }) => logicalId.startsWith(start) && !/Policy$/.test(type));
    if (!found || others.length > 0) throw new Error(`${start}: got ${others.length + (found ? 1 : 0)} resources`);
    return found;
  };
  return {
    deliveryRole: the('AuditDeliveryRole').attributes.Arn,
    names: {
      stackName: 'Test',
      stackId: environmentOf().stackId,
      bucket: the('AuditStorageArchive').ref,
      accessLogs: the('AuditStorageAccessLogs').ref,
      results: the('AuditQueryResults').ref,
      stream: the('AuditDeliveryStream').ref,
      rule: the('AuditCaptureRule').ref,
      ruleOnBus: the('AuditCapturesOrdersRule').ref.split('|')[1],
      bus: 'orders',
      eventArchive: 'the-event-archive',
      connection: the('AuditFanOutSiemConnection').ref,
      apiDestination: the('AuditFanOutSiemDestination').ref,
      queue: the('AuditDeadLettersQueue').ref,
      queueArn: the('AuditDeadLettersQueue').attributes.Arn,
      fanOutQueue: the('AuditFanOutDeadLettersQueue').ref,
      keyId: the('Key').ref,
      keyArn: the('Key').attributes.Arn,
      topicKeyId: the('TopicKey').ref,
      alias: 'alias/of-the-archive',
      database: the('AuditCatalogDatabase').ref,
      workGroup: the('AuditQueryWorkGroup').ref,
      namedQuery: the('AuditQueryLatestEvents').ref,
      dataCatalog: 'federated',
      trail: 'the-trail',
      trailArn: 'arn:aws:cloudtrail:us-east-1:123456789012:trail/the-trail',
      logGroup: resources.find(({ type }) => type === 'AWS::Logs::LogGroup')!.ref,
      logDelivery: 'AbCdEfGhIjKl',
      logSource: 'bus-logs',
      logDestination: 'bus-log-group',
      logPolicy: 'deliver',
      alarm: 'the-alarm',
      compositeAlarm: 'all-alarms',
      role: the('AuditTargetRole').ref,
      policyArn: resources.find(({ logicalId }) => logicalId.startsWith('AuditDeliveryWritePolicy'))!.ref,
      topicArn: the('Alerts').ref,
      ownTopicArn: the('AuditOwnTopic').ref,
    },
  };
}

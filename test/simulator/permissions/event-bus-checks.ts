/** What must be right about a bus before the first event comes: its key, its dead-letter queue, and the way of its log to a log group. */

import type { Permissions } from './permissions';
import { Policies } from './policies';
import type { Json } from '../engines';
import { Properties } from '../template/properties';
import type { SimulatedResource, SimulatedTemplate } from '../template/template';

const EVENTBRIDGE = 'events.amazonaws.com';
const LOG_DELIVERY = 'delivery.logs.amazonaws.com';

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-logs.html */
const LOG_TYPES: { readonly [level: string]: readonly string[] } = {
  OFF: [],
  ERROR: ['ERROR_LOGS'],
  INFO: ['ERROR_LOGS', 'INFO_LOGS'],
  TRACE: ['ERROR_LOGS', 'INFO_LOGS', 'TRACE_LOGS'],
};

/** What a service does with a key. */
interface KeyUse {
  readonly service: string;
  readonly actions: readonly string[];
  readonly context: { readonly [key: string]: string };
}

/** Checks the buses; throws at the first that could not work as it is declared, or whose log nobody gets. */
export function checkEventBuses(template: SimulatedTemplate, permissions: Permissions): void {
  for (const bus of template.ofType('AWS::Events::EventBus')) {
    checkKey(template, bus, permissions);
    checkDeadLetters(template, bus, permissions);
    checkLog(template, bus);
  }
  for (const delivery of template.ofType('AWS::Logs::Delivery')) checkDelivery(template, delivery);
}

function checkKey({ environment }: SimulatedTemplate, bus: SimulatedResource, permissions: Permissions): void {
  const properties = Properties.of(bus);
  if (!properties.has('KmsKeyIdentifier')) return;
  const key = permissions.keys.encrypting(properties, 'KmsKeyIdentifier', ['key id', 'key ARN', 'alias name', 'alias ARN']);
  const { partition, region, account } = environment;
  const logContext = { 'kms:encryptioncontext:sourcearn': `arn:${partition}:logs:${region}:${account}:delivery-source:any` };
  const uses: KeyUse[] = [
    { service: EVENTBRIDGE, actions: ['kms:DescribeKey'], context: {} },
    {
      service: EVENTBRIDGE,
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      context: { 'aws:sourcearn': bus.attributes.Arn, 'aws:sourceaccount': account, 'kms:encryptioncontext:aws:events:event-bus:arn': bus.attributes.Arn },
    },
    ...levelOf(properties) === 'OFF' ? [] : [
      { service: EVENTBRIDGE, actions: ['kms:GenerateDataKey'], context: logContext },
      { service: LOG_DELIVERY, actions: ['kms:Decrypt', 'kms:GenerateDataKey'], context: logContext },
    ],
  ];
  for (const { service, actions, context } of uses) {
    const missing = permissions.missingOnKey(key, service, actions, context);
    if (missing) properties.fail('KmsKeyIdentifier', `the policy of ${key.arn} does not let ${service} ${missing} with ${JSON.stringify(context)}`);
  }
}

/** What a key keeps from the bus goes to a queue, which must not need the same key. */
function checkDeadLetters(template: SimulatedTemplate, bus: SimulatedResource, permissions: Permissions): void {
  const properties = Properties.of(bus);
  const queue = properties.optionalObject('DeadLetterConfig')?.text('Arn');
  if (queue === undefined) return;
  const sameKey = template.ofType('AWS::SQS::Queue').some(({ attributes, properties: { KmsMasterKeyId: key } }) =>
    attributes.Arn === queue && key !== undefined && key === bus.properties.KmsKeyIdentifier);
  if (sameKey) properties.fail('DeadLetterConfig', `${queue} needs the key whose failure it is for`);
  if (!permissions.queueAccepts(queue, bus.attributes.Arn)) properties.fail('DeadLetterConfig', `the policy of ${queue} does not let ${bus.attributes.Arn} send messages`);
}

function checkLog(template: SimulatedTemplate, bus: SimulatedResource): void {
  const properties = Properties.of(bus);
  const level = levelOf(properties);
  const sources = template.ofType('AWS::Logs::DeliverySource').filter(source => Properties.of(source).text('ResourceArn') === bus.attributes.Arn);
  const idle = sources.find(source => !LOG_TYPES[level].includes(Properties.of(source).text('LogType')));
  const delivered = template.ofType('AWS::Logs::Delivery').map(delivery => Properties.of(delivery).text('DeliverySourceName'));
  const types = sources.filter(({ ref }) => delivered.includes(ref)).map(source => Properties.of(source).text('LogType'));
  const lost = LOG_TYPES[level].find(type => !types.includes(type));
  if (lost) properties.fail('LogConfig', `nobody gets the bus's ${lost}: no delivery has it as its source`);
  if (idle) properties.fail('LogConfig', `${idle.logicalId} waits for what the level ${level} does not log`);
}

function checkDelivery(template: SimulatedTemplate, delivery: SimulatedResource): void {
  const properties = Properties.of(delivery);
  const source = template.ofType('AWS::Logs::DeliverySource').find(({ ref }) => ref === properties.text('DeliverySourceName'));
  if (!source) return properties.fail('DeliverySourceName', 'there is no such source in the template');
  const arn = properties.text('DeliveryDestinationArn');
  const destination = template.ofType('AWS::Logs::DeliveryDestination').find(({ attributes }) => attributes.Arn === arn);
  if (!destination) return properties.fail('DeliveryDestinationArn', `there is no destination ${arn} in the template`);
  const later = [source, destination].find(part => !delivery.waitsFor.includes(part.logicalId));
  if (later) properties.fail('DependsOn', `${later.logicalId} may come later`);
  const group = Properties.of(destination).text('DestinationResourceArn').replace(/:\*$/, '');
  if (!template.ofType('AWS::Logs::LogGroup').some(({ attributes }) => attributes.Arn === `${group}:*`)) {
    Properties.of(destination).fail('DestinationResourceArn', `${group} is no log group of the template`);
  }
  const missing = ['logs:CreateLogStream', 'logs:PutLogEvents'].find(action => !mayDeliver(template, action, `${group}:log-stream:any`, source.attributes.Arn));
  if (missing) properties.fail('DeliveryDestinationArn', `no resource policy lets ${LOG_DELIVERY} ${missing} to ${group}`);
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-CloudWatchLogs.html */
function mayDeliver(template: SimulatedTemplate, action: string, resource: string, sourceArn: string): boolean {
  const documents = template.ofType('AWS::Logs::ResourcePolicy')
    .map(policy => ({ document: JSON.parse(Properties.of(policy).text('PolicyDocument')) as Json, where: policy.logicalId }));
  const context = { 'aws:sourcearn': sourceArn, 'aws:sourceaccount': template.environment.account };
  return new Policies('resource', documents).verdict({ principal: { service: LOG_DELIVERY }, action, resource, context }) === 'allowed';
}

function levelOf(bus: Properties): string {
  return bus.optionalObject('LogConfig')?.oneOf('Level', ['OFF', 'ERROR', 'INFO', 'TRACE'], 'OFF') ?? 'OFF';
}

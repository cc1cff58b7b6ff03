/** Calls on each of a template's resources, and on what is nearly one of them: what the mutants of tamper alerts are told by. */

import type { EventToSend } from '../simulator/demo/events-file';
import type { Json, JsonObject } from '../simulator/engines';
import type { SimulatedResource, SimulatedTemplate } from '../simulator/template/template';
import { nearNames, Names, SOMEBODY, tamperEvent, TamperSample, tamperSamples } from '../watch/tamper-samples';

/** What the full archive is told of its deployment, and where in given buckets it is. */
const DEPLOYING_ROLE = 'arn:aws:iam::123456789012:role/deploys';
const PREFIXES = ['audit/', 'auditors/'];

/** The events for a template: always the same. */
export function tamperingWith(template: SimulatedTemplate): EventToSend[] {
  const all = allNames(template);
  const rounds = Math.max(...Object.values(all).map(({ length }) => length));
  const namesOf = (round: number): Names => Object.fromEntries(Object.entries(all).map(([what, names]) => [what, names[round % names.length]]));
  const onEach = Array.from({ length: rounds }, (_, round) => tamperSamples(namesOf(round))).flat();
  const samples = unique(onEach.flatMap(sample => atPlaces(sample, template)));
  const first = unique(tamperSamples(namesOf(0)));
  const deliveryRoles = template.ofType('AWS::IAM::Role').filter(({ logicalId }) => logicalId.includes('DeliveryRole'));
  const roles = [DEPLOYING_ROLE, ...deliveryRoles.map(({ attributes }) => attributes.Arn)];
  const events: JsonObject[] = [
    ...samples.map(sample => tamperEvent(sample)),
    ...samples.filter(({ eventName }) => /^(Put|Copy)Object$/.test(eventName)).flatMap(sample => roles.map(role => tamperEvent(sample, role))),
    ...unique(nearNames(namesOf(0)).flatMap(tamperSamples)).map(sample => tamperEvent(sample)),
    ...first.flatMap(sample => [...roles.map(role => tamperEvent(sample, role)), tamperEvent(sample, SOMEBODY, { userIdentity: { type: 'Root' } })]),
    ...first.flatMap(sample => [onAnotherBus(sample), { ...sample, eventName: `Tag${sample.eventName}` }]).map(sample => tamperEvent(sample)),
    ...first.map(sample => tamperEvent(sample, SOMEBODY, { eventSource: 'dynamodb.amazonaws.com' })),
    ...first.slice(0, 5).map(sample => ({ ...tamperEvent(sample), source: 'my.app' })),
    ...first.slice(0, 5).map(sample => ({ ...tamperEvent(sample), 'detail-type': 'AWS Service Event via CloudTrail' })),
  ];
  return events.map((event, index) => ({ event: numbered(event, String(index)) }));
}

/** The event with ids of which each run has the same. */
function numbered(event: JsonObject, id: string): JsonObject {
  return { ...event, id, detail: { ...event.detail as JsonObject, requestID: id, eventID: id } };
}

/** The names of each kind. What the template lacks has one all the same. */
function allNames(template: SimulatedTemplate): { readonly [what: string]: string[] } {
  const of = (type: string, name: (resource: SimulatedResource) => string = ({ ref }) => ref) => {
    const names = template.ofType(type).map(name);
    return names.length > 0 ? names : [`no-${type.split('::').pop()!.toLowerCase()}`];
  };
  const buckets = of('AWS::S3::Bucket');
  const rules = template.ofType('AWS::Events::Rule').map(({ ref }) => ref.split('|'));
  const [onDefault, onBus] = [rules.filter(({ length }) => length === 1), rules.filter(({ length }) => length === 2)];
  const queues = of('AWS::SQS::Queue');
  const absent = ['eventArchive', 'alias', 'dataCatalog', 'trail', 'trailArn', 'logDelivery', 'logSource', 'logDestination', 'logPolicy', 'alarm', 'compositeAlarm'];
  return {
    bucket: buckets,
    accessLogs: buckets,
    results: buckets,
    stream: of('AWS::KinesisFirehose::DeliveryStream'),
    rule: onDefault.map(([name]) => name),
    ruleOnBus: onBus.map(([, name]) => name),
    bus: onBus.map(([bus]) => bus),
    connection: of('AWS::Events::Connection'),
    apiDestination: of('AWS::Events::ApiDestination'),
    queue: queues,
    queueArn: of('AWS::SQS::Queue', ({ attributes }) => attributes.Arn),
    fanOutQueue: queues,
    keyId: of('AWS::KMS::Key'),
    keyArn: of('AWS::KMS::Key', ({ attributes }) => attributes.Arn),
    database: of('AWS::Glue::Database'),
    workGroup: of('AWS::Athena::WorkGroup'),
    namedQuery: of('AWS::Athena::NamedQuery'),
    logGroup: of('AWS::Logs::LogGroup'),
    role: of('AWS::IAM::Role'),
    policyArn: of('AWS::IAM::ManagedPolicy'),
    topicArn: of('AWS::SNS::Topic'),
    ownTopicArn: of('AWS::SNS::Topic'),
    ...Object.fromEntries(absent.map(what => [what, [`the-${what}`]])),
  };
}

/** The call, and for one on an object the same below each prefix. */
function atPlaces(sample: TamperSample, template: SimulatedTemplate): TamperSample[] {
  const request = sample.requestParameters as JsonObject | null;
  if (typeof request?.key !== 'string') return [sample];
  const logged = template.ofType('AWS::S3::Bucket').flatMap(({ properties }) => (properties.LoggingConfiguration as JsonObject | undefined)?.LogFilePrefix as string ?? []);
  return ['', ...PREFIXES, ...logged].map(prefix => ({ ...sample, requestParameters: { ...request, key: `${prefix}${request.key as string}` } }));
}

function onAnotherBus(sample: TamperSample): TamperSample {
  return { ...sample, requestParameters: { ...(sample.requestParameters as JsonObject | null), eventBusName: 'another' } as Json };
}

function unique(samples: readonly TamperSample[]): TamperSample[] {
  return [...new Map(samples.map(({ uses, ...sample }) => [JSON.stringify(sample), { ...sample, uses }])).values()];
}

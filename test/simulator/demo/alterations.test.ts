/** Dry runs of templates that work, and of the same with one thing altered: each alteration changes the exit status, or what is said. */

import type { EventToSend } from './events-file';
import { defaultArchive, fullArchive } from '../../full-archive';
import type { JsonObject } from '../engines';
import { dryRun } from '../samples/dry-runs';

const STREAM = 'AWS::KinesisFirehose::DeliveryStream';
const TABLE = 'AWS::Glue::Table';
const RULE = 'AWS::Events::Rule';
const QUEUE = 'AWS::SQS::Queue';
const QUEUE_POLICY = 'AWS::SQS::QueuePolicy';
const BUCKET = 'AWS::S3::Bucket';
const BUCKET_POLICY = 'AWS::S3::BucketPolicy';
const TRAIL = 'AWS::CloudTrail::Trail';

type Properties = any;

/** Changes a resource's properties, or the resource. */
type Alter = (properties: Properties, resource: any, resources: { [logicalId: string]: any }) => void;

let number = 0;

function event(fields: JsonObject): EventToSend {
  const envelope = { 'version': '0', 'id': `event-${++number}`, 'detail-type': 'Parameter Store Change', 'source': 'aws.ssm', 'account': '123456789012' };
  const rest = { time: '2026-11-19T12:00:00Z', region: 'us-east-1', resources: ['arn:aws:ssm:::a'], detail: { Operation: 'Create', tenant: '42' } };
  return { event: { ...envelope, ...rest, ...fields } };
}

/** Each is archived by both templates, in an object of its own. */
const EVENTS: readonly EventToSend[] = [
  event({}),
  event({ detail: { userName: 'a', UserName: 'b' } }),
  event({ 'detail-type': 'AWS API Call via CloudTrail', 'detail': { eventName: 'PutParameter', eventSource: 'ssm.amazonaws.com', managementEvent: true } }),
];

const TEMPLATES: { readonly [name: string]: () => object } = { default: defaultArchive, full: fullArchive };

/** The template with every resource of a type altered. */
function altered(template: object, type: string, alter: Alter): object {
  const copy = JSON.parse(JSON.stringify(template));
  for (const resource of Object.values<any>(copy.Resources)) if (resource.Type === type) alter(resource.Properties, resource, copy.Resources);
  return copy;
}

const destination = (properties: Properties) => properties.ExtendedS3DestinationConfiguration;
const processors = (properties: Properties) => destination(properties).ProcessingConfiguration.Processors;

/** Alters the targets that are streams. */
const archiving = (alter: (target: Properties) => void): Alter => ({ Targets }) => {
  for (const target of Targets) if (JSON.stringify(target.Arn).includes('DeliveryStream') || JSON.stringify(target.Arn).includes('BusyStream')) alter(target);
};

/** Alters the tables or views whose name begins so. */
const tables = (name: RegExp, alter: (input: Properties) => void): Alter => ({ TableInput: input }) => {
  if (name.test(input.Name)) alter(input);
};
const EVENT_TABLES = /^events_/;
const ERROR_TABLE = /^delivery_error_records$/;
const serde = ({ StorageDescriptor: { SerdeInfo } }: Properties) => SerdeInfo;

/** Adds to the SQL of a view, whose definition stands in the template as a Join in base64. */
const view = (name: RegExp, more: string): Alter => tables(name, input => {
  input.ViewOriginalText = JSON.parse(JSON.stringify(input.ViewOriginalText).replace('\\",\\"catalog\\":', `${more}\\",\\"catalog\\":`));
});

/** Each alteration, the status that the dry run ends with, and what it says; and the template, where it is of one alone. */
const ALTERATIONS: readonly (readonly [alteration: string, type: string, alter: Alter, status: number, says: RegExp, only?: string])[] = [
  ['jq that sends events to a value that the projection lacks', STREAM, properties => {
    const [{ Parameters: [query] }] = processors(properties);
    query.ParameterValue = query.ParameterValue.replace('// "other"', '// "elsewhere"').replace(':"parameter_store_change"', ':"elsewhere"');
  }, 1, /Unaccounted for: 2\n {2}"event-1" of \w+: not found, s3:\S+event_type=elsewhere\S+: .*events_json__event_type__\S+ does not read this object/],
  ['a projection without a value', TABLE, tables(EVENT_TABLES, ({ Parameters: parameters }) => {
    if (parameters['projection.event_type.values']) parameters['projection.event_type.values'] = 'other';
  }), 1, /"event-3" of \w+: not found, s3:\S+event_type=aws_api_call_via_cloudtrail\S+ .* does not read this object/],
  ['a stream without a delimiter', STREAM, properties => processors(properties).pop(), 1, /no query would find two events in one object, .*shows no such event/],
  ['no mapping of a column', TABLE, tables(EVENT_TABLES, input => delete serde(input).Parameters['mapping.detail_type']), 1, /not found, .*shows the id with another detail_type/],
  ['keys without regard to case', TABLE, tables(EVENT_TABLES, input => delete serde(input).Parameters['case.insensitive']), 1, /"event-2" of .*shows the id with another detail/],
  ['another SerDe', TABLE, tables(EVENT_TABLES, input => {
    Object.assign(serde(input), { SerializationLibrary: 'org.apache.hive.hcatalog.data.JsonSerDe', Parameters: {} });
  }), 1, /error: |not found, /],
  ['another prefix than the table\'s', STREAM, properties => {
    destination(properties).Prefix = destination(properties).Prefix.replace('receipt_date=', 'date=');
  }, 1, /Unaccounted for: 3[^]*no query would find two events in one object, s3:.*does not read this object/],
  ['another place of the table', TABLE, tables(EVENT_TABLES, ({ Parameters: parameters }) => {
    parameters['storage.location.template'] = JSON.parse(JSON.stringify(parameters['storage.location.template']).replace(/events\/json/, 'event/json'));
  }), 1, /Unaccounted for: 3/],
  ['an extension by which Athena does not decompress', STREAM, properties => { destination(properties).FileExtension = '.json'; }, 1, /Unaccounted for: 3/],
  ['a part of the event as the input', RULE, archiving(target => { target.InputPath = '$.detail'; }), 1, /Unaccounted for: 3[^]*reads this object, and shows no such event/],
  ['another event as the input', RULE, archiving(target => {
    target.InputTransformer = { InputPathsMap: { id: '$.id' }, InputTemplate: '{"id": <id>, "detail": {}}' };
  }), 1, /Unaccounted for: 3[^]*shows the id with another version, detail_type, source/],
  ['a view that leaves rows out', TABLE, view(/^events$/, ' WHERE source <> \'aws.ssm\''), 1, /_json__\S+ shows it, and \w+\.\w+ does not/],
  ['an error prefix inside the table', STREAM, properties => {
    const { Prefix: prefix } = destination(properties);
    destination(properties).ErrorOutputPrefix = `${prefix.replace(/!\{partitionKeyFromQuery:(\w+)\}/g, 'other').replace('tenant=other', 'tenant=42')}!{firehose:error-output-type}/`;
  }, 1, /no query would find its error records[^]*its error records would stand among the events/],
  ['an error prefix where nobody looks', STREAM, properties => {
    destination(properties).ErrorOutputPrefix = destination(properties).ErrorOutputPrefix.replace('error_date=', 'day=');
  }, 1, /no query would find its error records, s3:\S+errors\/day=.*does not read this object/],
  ['an error table whose dates end', TABLE, tables(ERROR_TABLE, ({ Parameters: parameters }) => {
    parameters['projection.error_date.range'] = '2025-01-01,2025-12-31';
  }), 1, /no query would find its error records/],
  ['an error table with another SerDe', TABLE, tables(ERROR_TABLE, input => { serde(input).Parameters['case.insensitive'] = 'FALSE'; }), 1, /no query would find its error records/],
  ['a view of errors that shows none', TABLE, view(/^delivery_errors$/, ' WHERE error_date < \'2025\''), 1, /delivery_error_records shows it, and \w+\.delivery_errors does not/],
  ['a workgroup that writes its results into the archive', 'AWS::Athena::WorkGroup', (properties, _resource, resources) => {
    const [stream] = Object.values(resources).filter(({ Type: type }) => type === STREAM);
    const [bucket] = destination(stream.Properties).BucketARN['Fn::GetAtt'];
    properties.WorkGroupConfiguration.ResultConfiguration.OutputLocation = { 'Fn::Join': ['', ['s3://', { Ref: bucket }, '/results/']] };
  }, 1, /WorkGroup\w+: writes the results of queries into the archive's bucket: s3:\S+\/results\//],
  ['no policy for access logs', BUCKET_POLICY, ({ PolicyDocument: document }) => {
    document.Statement = document.Statement.filter(({ Principal: { Service: service } }: Properties) => service !== 'logging.s3.amazonaws.com');
  }, 1, /: has no access logs: the policy of \w+ does not let logging\.s3\.amazonaws\.com s3:PutObject for it/],
  ['access logs for another prefix', BUCKET, properties => {
    if (properties.LoggingConfiguration) properties.LoggingConfiguration.LogFilePrefix = 'elsewhere/';
  }, 1, /: has no access logs: /],
  ['a rule that does not wait for its role\'s policy', RULE, (_properties, resource) => { delete resource.DependsOn; }, 1, /Rule\w+: may be created before \w+Policy\w+, which lets its role work; it needs a DependsOn/],
  ['a stream that does not wait for its role\'s policy', STREAM, (_properties, resource) => { delete resource.DependsOn; }, 1, /Stream\w+: may be created before \w+Policy\w+, which lets its role work/],
  ['a queue\'s policy without the rule\'s own ARN', QUEUE_POLICY, ({ PolicyDocument: { Statement: statements } }) => {
    for (const { Condition: condition } of statements) if (condition?.ArnLike) condition.ArnLike['aws:SourceArn'] = ['arn:aws:events:us-east-1:123456789012:event-bus/*', 'arn:aws:events:us-east-1:123456789012:rule/another'];
  }, 1, /Rule\w+: what arn:\S+ does not take is lost: the policy of arn:aws:sqs:\S+ does not let \S+ send messages/],
  ['a queue with a key that nobody can let EventBridge use', QUEUE, properties => {
    delete properties.SqsManagedSseEnabled;
    properties.KmsMasterKeyId = 'alias/aws/sqs';
  }, 1, /what arn:\S+ does not take is lost: the key alias\/aws\/sqs of \S+ does not let events\.amazonaws\.com use it/, 'default'],
  ['a key that does not let EventBridge use it', 'AWS::KMS::Key', ({ KeyPolicy: policy }) => {
    policy.Statement = policy.Statement.filter((statement: unknown) => !/"events\.amazonaws\.com".*:rule\/|:rule\/.*"events\.amazonaws\.com"/.test(JSON.stringify(statement)));
  }, 1, /what arn:\S+ does not take is lost: the policy of arn:aws:kms:\S+, the key of \S+, does not let events\.amazonaws\.com kms:/, 'full'],
  ['a queue that is elsewhere', RULE, archiving(target => { target.DeadLetterConfig.Arn = 'arn:aws:sqs:us-east-1:123456789012:elsewhere'; }), 0,
    /To be aware of: \d[^]*: whether arn:aws:sqs:\S+:elsewhere takes what arn:\S+ does not is not known: the queue is not in the template/],
  ['a queue that keeps nothing for long', QUEUE, properties => { properties.MessageRetentionPeriod = 60; }, 0, /To be aware of: 1\n {2}arn:aws:sqs:\S+ keeps messages for 60 seconds only$/],
  ['a queue for small messages', QUEUE, properties => { properties.MaximumMessageSize = 1024; }, 0, /To be aware of: 1\n {2}arn:aws:sqs:\S+ takes no message over 1024 bytes: larger events are lost$/],
  ['a target without a queue', RULE, archiving(target => { delete target.DeadLetterConfig; }), 0, /To be aware of: \d[^]*: what arn:\S+ does not take is lost: the target has no dead-letter queue/],
  ['a target without retries', RULE, archiving(target => { target.RetryPolicy.MaximumRetryAttempts = 0; }), 0, /To be aware of: \d[^]*: gives up on arn:\S+ after 0 retries or 86400 seconds/],
  ['a target that is tried for a minute', RULE, archiving(target => { target.RetryPolicy.MaximumEventAgeInSeconds = 60; }), 0, /gives up on arn:\S+ after 185 retries or 60 seconds/],
  ['rules\' role without a right', 'AWS::IAM::ManagedPolicy', ({ PolicyDocument: { Statement: statements } }) => {
    for (const statement of statements) if (JSON.stringify(statement.Action).includes('PutRecordBatch')) statement.Action = 'firehose:PutRecord';
  }, 1, /nothing was archived of 3 events that matched; the first one: NO_PERMISSIONS[^]*gets nothing: \S+ may not firehose:PutRecordBatch/],
  ['jq by which every event fails', STREAM, properties => {
    const [{ Parameters: [query] }] = processors(properties);
    query.ParameterValue = query.ParameterValue.replace('event_type:(', 'event_type:(error("no") | ');
  }, 1, /nothing was archived of 3 events that matched; the first one: \S+metadata-extraction-failed/],
  ['a lifecycle that deletes after a day', BUCKET, properties => {
    for (const rule of properties.LifecycleConfiguration?.Rules ?? []) if (!rule.Prefix || rule.Prefix.includes('events/')) rule.ExpirationInDays = 1;
  }, 0, /To be aware of: \d[^]*: S3 deletes what is below ".*" after a day/],
  ['a trail that does not log', TRAIL, properties => { properties.IsLogging = false; }, 0, /AuditTrail\w+: does not log: /, 'full'],
  ['a trail of data events alone', TRAIL, properties => {
    properties.AdvancedEventSelectors = properties.AdvancedEventSelectors.filter((selector: unknown) => !JSON.stringify(selector).includes('"Management"'));
    delete properties.InsightSelectors;
  }, 0, /AuditTrail\w+: has no selector of management events: /, 'full'],
];

/** What can be otherwise where there are several streams, layouts, rules and queues, and a key. */
const OFTEN = /^(jq that|a stream|another prefix|a view that|an error prefix|a workgroup|no policy|a rule that|a queue's policy|rules' role|a lifecycle)/;

describe.each(Object.keys(TEMPLATES))('of the %s archive', name => {
  const template = TEMPLATES[name]();

  test('as it is made, nothing is said beyond the figures', async () => {
    const { status, complaints, text, figures } = await dryRun(template, EVENTS);
    expect({ status, complaints }).toEqual({ status: 0, complaints: '' });
    expect(text).toMatch(/ archived +3 {2}in 3 objects of [\d.]+ K?B altogether, found again in \w+\.events\n/);
    expect(figures).toMatchObject({ archived: 3, notFound: 0, failed: 0, faults: [], notes: [] });
  });

  const alterations = ALTERATIONS.filter(([alteration, , , , , only]) => only === undefined ? name === 'default' || OFTEN.test(alteration) : only === name);

  test.each(alterations.map(([alteration, ...rest]) => [alteration, rest] as const))('%s is noticed', async (_alteration, [type, alter, status, says]) => {
    const changed = altered(template, type, alter);
    expect(changed).not.toEqual(template);
    const told = await dryRun(changed, EVENTS);
    expect([told.status, told.complaints]).toEqual([status, expect.stringMatching(says)]);
  });
});

describe('events that fail', () => {
  const failing = altered(defaultArchive(), STREAM, properties => {
    const [{ Parameters: [query] }] = processors(properties);
    query.ParameterValue = query.ParameterValue.replace('event_type:(', 'event_type:(if .id == "event-3" then error("no") else . end | ');
  });

  test('are among the failed where the view of errors shows them', async () => {
    const { status, text, complaints } = await dryRun(failing, EVENTS);
    expect({ status, complaints }).toEqual({ status: 0, complaints: '' });
    expect(text).toMatch(/ archived +2 [^]* failed +1 {2}kept as error records, found again in \w+\.delivery_errors\n/);
  });

  test('are not where it does not', async () => {
    const { status, text, complaints } = await dryRun(altered(failing, TABLE, view(/^delivery_errors$/, ' WHERE error_date < \'2025\'')), EVENTS);
    expect(status).toBe(1);
    expect(text).toMatch(/ failed +0\n[^]* NOT FOUND +1 {2}written to S3, where no query finds them\n/);
    expect(complaints).toMatch(/"event-3" of \w+: not found, s3:\S+\/errors\/\S+: \w+\.delivery_error_records shows it, and \w+\.delivery_errors does not/);
  });
});

describe('of what the catalog was not asked there is no figure', () => {
  const brokenProjection = altered(fullArchive(), TABLE, tables(/^cloudtrail_logs$/, ({ Parameters: parameters }) => { parameters['projection.day.range'] = '2026-01-01,NOW'; }));
  const withoutTables = (names: RegExp) => {
    const { Resources: resources, ...rest } = defaultArchive() as { Resources: { [logicalId: string]: any } };
    const kept = Object.entries(resources).filter(([, { Type: type, Properties: properties }]) => type !== 'AWS::Athena::NamedQuery' && !(type === TABLE && names.test(properties.TableInput.Name)));
    return { ...rest, Resources: Object.fromEntries(kept) };
  };

  test('when a table cannot be opened: the errors are among the faults', async () => {
    const { status, text, figures } = await dryRun(brokenProjection, EVENTS);
    expect(text).toMatch(/ archived +3 [^\n]*, for which the catalog could not be asked\n/);
    expect([status, figures]).toEqual([1, expect.objectContaining({
      matched: 3, asked: { events: [], errors: [] }, failed: 0, lost: 0, objects: 3, faults: [expect.stringMatching(/Column projection for column 'day' failed/)],
    })]);
    expect(['archived', 'notFound', 'queries'].filter(name => name in figures)).toEqual([]);
  });

  test('when there is no table', async () => {
    const { text, figures } = await dryRun(withoutTables(/./), EVENTS);
    expect(text).toMatch(/ archived +3 [^\n]*, for which the template has no table: nothing was asked\n/);
    expect(figures).toMatchObject({ asked: { events: [], errors: [] }, failed: 0 });
    expect(['archived', 'notFound'].filter(name => name in figures)).toEqual([]);
  });

  test('and a query that fails is among the faults', async () => {
    const { status, figures } = await dryRun(altered(defaultArchive(), 'AWS::Athena::NamedQuery', properties => { properties.QueryString = 'SELECT id FROM nothing'; }), EVENTS);
    expect([status, figures]).toEqual([1, expect.objectContaining({ archived: 3, failed: 0, notFound: 0, faults: [expect.stringContaining('TABLE_NOT_FOUND')] })]);
    expect(figures).not.toHaveProperty('queries');
  });
});

test('a run that lets targets fail on purpose may archive nothing', async () => {
  const { status, figures } = await dryRun(defaultArchive(), EVENTS, { faults: () => 'error' });
  expect([status, figures]).toEqual([0, expect.objectContaining({ archived: 0, deadLettered: 3, faults: [] })]);
});

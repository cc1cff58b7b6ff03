/**
 * The places of templates at which calls are made: each stream, target, queue, bucket, key and person, with the names that the table of
 * calls (calls.ts) is filled in with. Only what the resources themselves say is read here, never what policies allow; but for a
 * person, whom only a policy joins to an archive.
 */

import { Access, JoinedTemplate } from './access';
import { busPlaces } from './bus-places';
import { trailPlaces } from './trail-places';
import { Properties } from '../template/properties';
import type { SimulatedResource } from '../template/template';

/** A kind of place. */
export type Place =
  | 'stream' | 'stream of another account' | 'bucket of another account' | 'stream key' | 'key of another account' | 'error log' | 'encrypted log'
  | 'target role' | 'stream as a target' | 'encrypted stream as a target' | 'API destination' | 'dead letters' | 'dead-letter queue' | 'encrypted queue' | 'connection key'
  | 'topic' | 'topic by a role' | 'topic key by a role' | 'queue' | 'function' | 'bus in another account or Region' | 'bus open to accounts' | 'bus open to an organization' | 'encrypted bus' | 'encrypted bus beside archives' | 'encrypted bus log' | 'bus dead letters'
  | 'bucket' | 'bucket with TLS only' | 'bucket with new TLS only' | 'queue with TLS only' | 'access logs' | 'access logs by name' | 'key'
  | 'delivery topic' | 'delivery topic key' | 'event archive key'
  | 'analyst of a trail' | 'key of a trail\'s analyst'
  | 'trail' | 'trail of an organization' | 'trail key' | 'trail topic' | 'trail topic key'
  | 'reader' | 'reader only' | 'reader key' | 'analyst' | 'results key' | 'former results key' | 'described key';

/** The names at a place. */
export type Names = { readonly [name: string]: string };

/** A place that was found. */
export interface FoundPlace {
  readonly place: Place;
  readonly names: Names;
}

/** Where services go on using a former key: what they keep is encrypted with it, and until an update has come to them, they encrypt with it. */
const OF_SERVICES: readonly Place[] = [
  'encrypted log', 'encrypted queue', 'encrypted bus', 'encrypted bus beside archives', 'encrypted bus log', 'event archive key', 'trail key',
];

/** What the library makes itself, by the logical ids that it promises. What users give it may be guarded less. */
const OWN_BUCKETS = /(StorageArchive|StorageAccessLogsBucket|QueryResultsBucket|TrailLogFiles)[0-9A-F]{8}$/;
const OWN_QUEUES = /DeadLettersQueue[0-9A-F]{8}$/;

/** Accounts and Regions that no test deploys to. */
const ELSEWHERE = { otherAccount: '999999999999', thirdAccount: '888888888888', otherRegion: 'ap-south-2' };

/** What the expressions of a Firehose prefix come to. */
const SAMPLE_VALUES: readonly [RegExp, string][] = [
  [/!\{partitionKeyFromQuery:[^}]*\}/g, 'other'],
  [/!\{firehose:error-output-type\}/g, 'processing-failed'],
  [/!\{timestamp:[^}]*\}/g, '2026-11-19'],
];

/** All places in templates that belong together. */
export function findPlaces(access: Access): FoundPlace[] {
  return access.templates.flatMap(template => new TemplatePlaces(template, access).all());
}

/** An archive, as its stream writes it. */
interface Archive {
  readonly bucket: string;
  readonly root: string;
  readonly keys: readonly string[];
  readonly names: Names;
}

class TemplatePlaces {
  private readonly common: Names;
  private readonly found: FoundPlace[] = [];

  public constructor(private readonly template: JoinedTemplate, private readonly access: Access) {
    const { account, region, partition } = template.environment;
    this.common = { account, region, partition, ...ELSEWHERE };
  }

  public all(): FoundPlace[] {
    const archives = this.ofType('AWS::KinesisFirehose::DeliveryStream').map(stream => this.stream(stream));
    for (const group of this.ofType('AWS::Logs::LogGroup')) this.logGroup(group);
    const rules = this.ofType('AWS::Events::Rule').flatMap(rule => Properties.of(rule).objects('Targets').map(target => ({ rule: rule.attributes.Arn, target })));
    for (const { rule, target } of rules) this.target(rule, target);
    this.deadLetterQueues(rules);
    for (const connection of this.ofType('AWS::Events::Connection')) this.connection(connection);
    for (const archive of this.ofType('AWS::Events::Archive')) this.eventArchive(Properties.of(archive));
    for (const bucket of this.ofType('AWS::S3::Bucket')) this.bucket(bucket);
    for (const queue of this.ofType('AWS::SQS::Queue')) this.queue(queue);
    this.found.push(...busPlaces(this.template, this.common));
    for (const key of this.ofType('AWS::KMS::Key')) this.add('key', { key: key.attributes.Arn });
    for (const trail of this.ofType('AWS::CloudTrail::Trail')) for (const { place, names } of trailPlaces(trail, this.template, this.access)) this.add(place, names);
    for (const person of this.access.people(this.template)) this.person(person, archives);
    return [...this.found, ...this.found.flatMap(found => this.withFormerKey(found))];
  }

  private stream(stream: SimulatedResource): Archive {
    const destination = Properties.of(stream).object('ExtendedS3DestinationConfiguration');
    const [role, bucket, prefix] = ['RoleARN', 'BucketARN', 'Prefix'].map(property => destination.text(property));
    const [literal] = prefix.split('!{');
    const root = literal.slice(0, literal.lastIndexOf('events/'));
    const object = `${evaluated(prefix)}object.gz`;
    const errorObject = `${evaluated(destination.text('ErrorOutputPrefix'))}object`;
    const names = { ...this.common, role, bucket, root, object, errorObject, oldObject: `${root}events/earlier__layout/object.gz` };
    this.add('stream', names);
    const keys = this.keysOf(bucket, destination.optionalObject('EncryptionConfiguration')?.optionalObject('KMSEncryptionConfig')?.optionalText('AWSKMSKeyARN'));
    // An older stream goes on with the key that it had until it is empty.
    for (const key of [...keys.slice(0, 1), ...this.access.formerKeys]) this.withS3Names({ ...names, key }, found => this.add('stream key', found));
    this.errorLog(role, destination);
    this.otherAccount(names);
    return { bucket, root, keys: this.withFormerKeys(keys), names };
  }

  /** The keys of objects: the one that their writer names, then that of the bucket. */
  private keysOf(bucket: string, writersKey?: string): string[] {
    const bucketsKey = this.access.keyOfBucket(bucket);
    return [...new Set([writersKey, bucketsKey])].filter(key => key !== undefined);
  }

  private withFormerKey({ place, names }: FoundPlace): FoundPlace[] {
    if (!OF_SERVICES.includes(place)) return [];
    return this.access.formerKeys.filter(key => key !== names.key).map(key => ({ place, names: { ...names, key } }));
  }

  private withFormerKeys(keys: readonly string[]): string[] {
    return [...new Set([...keys, ...this.access.formerKeys])];
  }

  /** KMS's name for S3 in China is not documented: `amazonaws.com` as everywhere, or with the ending of China. */
  private withS3Names(names: Names, add: (names: Names) => void): void {
    const [, , , region] = names.key.split(':');
    const endings = names.partition === 'aws-cn' ? ['', '.cn'] : [''];
    for (const ending of endings) add({ ...names, s3: `s3.${region}.amazonaws.com${ending}` });
  }

  private errorLog(role: string, destination: Properties): void {
    const logging = destination.optionalObject('CloudWatchLoggingOptions');
    if (!logging?.flag('Enabled')) return;
    const { partition, region, account } = this.common;
    const logGroup = `arn:${partition}:logs:${region}:${account}:log-group:${logging.text('LogGroupName')}`;
    this.add('error log', { role, logGroup, logStream: `${logGroup}:log-stream:${logging.text('LogStreamName')}` });
  }

  /** The bucket may be in a template of another account. */
  private otherAccount(names: Names): void {
    const { bucket } = names;
    const owner = this.access.ownerOf(bucket);
    if (owner === undefined || owner === names.account) return;
    this.add('stream of another account', names);
    this.add('bucket of another account', names);
    const key = this.access.keyOfBucket(bucket);
    if (key) this.withS3Names({ ...names, key }, found => this.add('key of another account', found));
  }

  private logGroup(group: SimulatedResource): void {
    const key = Properties.of(group).optionalText('KmsKeyId');
    if (key) this.add('encrypted log', { key, logGroup: group.attributes.Arn.replace(/:\*$/, '') });
  }

  private target(rule: string, target: Properties): void {
    const resource = this.access.resourceOf(target.text('Arn'));
    const role = target.optionalText('RoleArn');
    if (role) this.add('target role', { role, rule });
    if (target.text('Arn').includes(':event-bus/')) return this.add('bus in another account or Region', { role: target.text('RoleArn'), bus: target.text('Arn') });
    switch (resource?.type) {
      case 'AWS::KinesisFirehose::DeliveryStream': return this.streamTarget(resource, target);
      case 'AWS::Events::ApiDestination': return this.add('API destination', { role: target.text('RoleArn'), destination: target.text('Arn') });
      case 'AWS::SNS::Topic': return role ? this.topicByRole(resource, role) : this.add('topic', { topic: target.text('Arn') });
      case 'AWS::SQS::Queue': return this.queueTarget(resource, rule);
      case 'AWS::Lambda::Function': return this.add('function', { function: target.text('Arn'), rule });
      default: return target.fail('Arn', `the walker does not know what EventBridge needs for ${target.text('Arn')}`);
    }
  }

  private streamTarget(stream: SimulatedResource, target: Properties): void {
    const role = target.text('RoleArn');
    this.add('stream as a target', { role, stream: target.text('Arn') });
    const key = Properties.of(stream).optionalObject('DeliveryStreamEncryptionConfigurationInput')?.optionalText('KeyARN');
    if (key) this.add('encrypted stream as a target', { role, key });
  }

  private topicByRole(topic: SimulatedResource, role: string): void {
    this.add('topic by a role', { role, topic: topic.ref });
    const name = Properties.of(topic).optionalText('KmsMasterKeyId');
    const key = name === undefined ? undefined : this.access.keyNamed(name);
    if (key) this.add('topic key by a role', { role, key });
  }

  private queueTarget(queue: SimulatedResource, rule: string): void {
    this.add('queue', { queue: queue.attributes.Arn, rule });
    this.encryptedQueue(queue, rule);
  }

  private deadLetterQueues(rules: { readonly rule: string; readonly target: Properties }[]): void {
    const seen = new Set<string>();
    for (const { rule, target } of rules) {
      const queue = target.optionalObject('DeadLetterConfig')?.text('Arn');
      const resource = queue === undefined ? undefined : this.access.resourceOf(queue);
      if (queue === undefined || !resource) continue;
      this.add('dead letters', { queue, rule });
      if (!seen.has(queue)) this.deadLetterQueue(resource, rule);
      seen.add(queue);
    }
  }

  private deadLetterQueue(queue: SimulatedResource, rule: string): void {
    this.add('dead-letter queue', { queue: queue.attributes.Arn, rule });
    this.encryptedQueue(queue, rule);
  }

  private encryptedQueue(queue: SimulatedResource, rule: string): void {
    const name = Properties.of(queue).optionalText('KmsMasterKeyId');
    const key = name === undefined ? undefined : this.access.keyNamed(name);
    if (key) this.add('encrypted queue', { key, rule });
  }

  private connection(connection: SimulatedResource): void {
    const key = Properties.of(connection).optionalText('KmsKeyIdentifier');
    const resource = key === undefined ? undefined : this.access.resourceOf(key);
    if (key === undefined || !resource) return;
    const tag = Properties.of(resource).objects('Tags').find(({ json }) => json.Key === 'EventBridgeApiDestinations');
    this.add('connection key', { key, secret: connection.attributes.SecretArn, tag: tag?.text('Value') ?? '' });
  }

  private eventArchive(archive: Properties): void {
    const name = archive.optionalText('KmsKeyIdentifier');
    const key = name === undefined ? undefined : this.access.keyNamed(name);
    if (key) this.add('event archive key', { key, bus: archive.text('SourceArn') });
  }

  private bucket(bucket: SimulatedResource): void {
    const { attributes: { Arn: arn }, logicalId } = bucket;
    const own = OWN_BUCKETS.test(logicalId);
    this.add('bucket', { bucket: arn });
    if (own || this.access.policyAsks(arn, 'aws:SecureTransport')) this.add('bucket with TLS only', { bucket: arn });
    if (own || this.access.policyAsks(arn, 's3:TlsVersion')) this.add('bucket with new TLS only', { bucket: arn });
    this.accessLogs(bucket);
    for (const { json } of Properties.of(bucket).optionalObject('NotificationConfiguration')?.objects('TopicConfigurations') ?? []) this.deliveryTopic(arn, String(json.Topic));
  }

  private deliveryTopic(bucket: string, topic: string): void {
    this.add('delivery topic', { bucket, topic });
    const resource = this.access.resourceOf(topic);
    const name = resource && Properties.of(resource).optionalText('KmsMasterKeyId');
    const key = name === undefined ? undefined : this.access.keyNamed(name);
    if (key) this.add('delivery topic key', { key });
  }

  /** What is known of the source in a policy of another template is its kind. */
  private accessLogs(bucket: SimulatedResource): void {
    const logging = Properties.of(bucket).optionalObject('LoggingConfiguration');
    const destination = logging && this.access.bucketNamed(logging.text('DestinationBucketName'));
    if (!logging || !destination) return;
    const names = { source: bucket.attributes.Arn, destination: destination.resource.attributes.Arn, prefix: logging.optionalText('LogFilePrefix') ?? '' };
    this.add('access logs', names);
    if (destination.template === this.template) this.add('access logs by name', { ...names, parent: names.prefix.replace(/[^/]*\/?$/, '') });
  }

  private queue(queue: SimulatedResource): void {
    const { attributes: { Arn: arn }, logicalId } = queue;
    if (OWN_QUEUES.test(logicalId) || this.access.policyAsks(arn, 'aws:SecureTransport')) this.add('queue with TLS only', { queue: arn });
  }

  /** Somebody belongs to an archive when a policy of theirs names its bucket; where archives share that, when it names the folder too. */
  private person(person: string, archives: readonly Archive[]): void {
    const statements = this.access.statementsOf(person);
    const named = statements.flatMap(statement => statement.resources);
    const inBucket = archives.filter(({ bucket }) => named.some(resource => resource === bucket || resource.startsWith(`${bucket}/`)));
    const inFolder = inBucket.filter(({ bucket, root }) => named.some(resource => resource.startsWith(`${bucket}/${root}`)));
    const queries = statements.some(statement => statement.actions.some(action => action.startsWith('athena:')));
    for (const archive of inFolder.length > 0 ? inFolder : inBucket) this.reader(person, archive, queries);
  }

  private reader(person: string, { bucket, root, keys, names }: Archive, queries: boolean): void {
    this.add('reader', { ...names, person });
    for (const key of keys) this.withS3Names({ ...names, key, person }, found => this.add('reader key', found));
    if (queries) this.analyst(person, bucket, root);
    else this.add('reader only', { ...names, person });
  }

  private analyst(person: string, bucket: string, root: string): void {
    const { partition, region, account } = this.common;
    for (const { workGroup, database } of this.workGroupsOn(bucket, root)) {
      const configuration = Properties.of(workGroup).object('WorkGroupConfiguration').object('ResultConfiguration');
      const [, name] = /^s3:\/\/([^/]+)\//.exec(configuration.text('OutputLocation')) ?? [];
      const results = `arn:${partition}:s3:::${name}`;
      this.add('analyst', { person, results, database, workGroup: `arn:${partition}:athena:${region}:${account}:workgroup/${workGroup.ref}` });
      const key = configuration.optionalObject('EncryptionConfiguration')?.optionalText('KmsKey');
      const keys = this.keysOf(results, key);
      for (const used of keys) this.withS3Names({ ...this.common, bucket: results, key: used, person }, found => this.add('results key', found));
      for (const former of this.withFormerKeys(keys).slice(keys.length)) {
        this.withS3Names({ ...this.common, bucket: results, key: former, person }, found => this.add('former results key', found));
      }
      if (key) this.add('described key', { person, key });
      this.trailLogs(person, database);
    }
  }

  /** The log files that the tables of a database are over. */
  private trailLogs(person: string, database: string): void {
    for (const table of this.ofType('AWS::Glue::Table').map(resource => Properties.of(resource)).filter(each => each.text('DatabaseName') === database)) {
      const location = table.object('TableInput').optionalObject('StorageDescriptor')?.optionalText('Location');
      const [, name, logs] = /^s3:\/\/([^/]+)\/(AWSLogs\/.*)$/.exec(location ?? '') ?? [];
      if (name === undefined) continue;
      const names = { ...this.common, person, bucket: `arn:${this.common.partition}:s3:::${name}`, logs };
      this.add('analyst of a trail', names);
      for (const key of this.withFormerKeys(this.keysOf(names.bucket))) this.withS3Names({ ...names, key }, found => this.add('key of a trail\'s analyst', found));
    }
  }

  /** The workgroups whose saved queries ask the database of the tables at a location. */
  private workGroupsOn(bucket: string, root: string): { readonly workGroup: SimulatedResource; readonly database: string }[] {
    const location = `s3://${bucket.split(':::')[1]}/${root}events/`;
    const databases = new Set(this.ofType('AWS::Glue::Table')
      .filter(table => Properties.of(table).object('TableInput').optionalObject('StorageDescriptor')?.optionalText('Location')?.startsWith(location))
      .map(table => Properties.of(table).text('DatabaseName')));
    const queries = this.ofType('AWS::Athena::NamedQuery').map(query => Properties.of(query)).filter(query => databases.has(query.text('Database')));
    const groups = new Map(queries.map(query => [query.text('WorkGroup'), query.text('Database')]));
    return this.ofType('AWS::Athena::WorkGroup').filter(({ ref }) => groups.has(ref)).map(workGroup => ({ workGroup, database: groups.get(workGroup.ref)! }));
  }

  private ofType(type: string): SimulatedResource[] {
    return this.template.ofType(type);
  }

  private add(place: Place, names: Names): void {
    this.found.push({ place, names: { ...this.common, ...names } });
  }
}

function evaluated(prefix: string): string {
  return SAMPLE_VALUES.reduce((text, [expression, value]) => text.replace(expression, value), prefix);
}

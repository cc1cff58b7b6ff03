/** S3's own notifications: what a bucket tells topics of the objects that are created in it, if these let it. */

import { randomUUID } from 'node:crypto';
import type { Notification } from '../bus/notifications';
import type { JsonObject } from '../engines';
import type { Permissions } from '../permissions/permissions';
import type { RequestContext } from '../permissions/policy-conditions';
import { ResourcePolicies } from '../permissions/resource-policies';
import { Properties } from '../template/properties';
import type { SimulatedResource, SimulatedTemplate } from '../template/template';

const S3 = { service: 's3.amazonaws.com' };

/** What SNS asks of its key in the name of who publishes. @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html */
const KEY_ACTIONS = ['kms:Decrypt', 'kms:GenerateDataKey'];

/** The key that SNS has in every account. Its policy lets in no service. */
const AWS_MANAGED_KEY = 'alias/aws/sns';

/** An object that was just written. */
export interface CreatedObject {
  readonly key: string;
  readonly size: number;
  readonly at: Date;
}

/** A bucket's configuration for one topic. */
interface TopicConfiguration {
  readonly bucket: SimulatedResource;
  readonly topic: SimulatedResource;
  readonly prefix: string;
  readonly suffix: string;
}

/** The notifications of all buckets of a template. */
export class BucketNotifications {
  /** The messages, in the order in which they came. */
  public readonly messages: Notification[] = [];
  private readonly configurations: readonly TopicConfiguration[];
  private readonly resources: ResourcePolicies;
  private sequence = 0;

  /** Does what S3 does when a bucket is deployed: refuses a topic that it cannot tell, and sends a test message. */
  public constructor(private readonly template: SimulatedTemplate, private readonly permissions: Permissions, at: Date) {
    this.resources = new ResourcePolicies(template);
    this.configurations = template.ofType('AWS::S3::Bucket').flatMap(bucket => this.read(bucket));
    for (const { bucket, topic } of this.configurations) this.send(topic, at, testMessage(bucket, at));
  }

  /** Tells of an object, where it is one of those that are told of. */
  public created(bucketArn: string, object: CreatedObject): void {
    const told = this.configurations.filter(({ bucket, prefix, suffix }) =>
      bucket.attributes.Arn === bucketArn && object.key.startsWith(prefix) && object.key.endsWith(suffix));
    for (const { bucket, topic } of told) this.send(topic, object.at, this.message(bucket, object));
  }

  private send({ logicalId }: SimulatedResource, time: Date, body: JsonObject): void {
    this.messages.push({ kind: 'topic', destination: logicalId, body: JSON.stringify(body), time });
  }

  private read(bucket: SimulatedResource): TopicConfiguration[] {
    const found = (Properties.of(bucket).optionalObject('NotificationConfiguration')?.objects('TopicConfigurations') ?? []).map(configuration => {
      configuration.oneOf('Event', ['s3:ObjectCreated:*']);
      const topic = this.template.ofType('AWS::SNS::Topic').find(({ ref }) => ref === configuration.text('Topic'))
        ?? configuration.fail('Topic', `${configuration.text('Topic')} is not in the template: whether it lets S3 publish cannot be known`);
      const obstacle = this.obstacle(bucket, topic);
      if (obstacle) configuration.fail('Topic', `Unable to validate the following destination configurations: ${obstacle}`);
      const filter = filterOf(configuration);
      return { bucket, topic, prefix: filter.prefix ?? '', suffix: filter.suffix ?? '' };
    });
    for (const [index, one] of found.entries()) {
      const other = found.slice(0, index).find(before => overlap(one, before));
      if (other) Properties.of(bucket).fail('NotificationConfiguration', 'Configurations overlap. Configurations on the same bucket cannot share a common event type.');
    }
    return found;
  }

  /** Why S3 cannot publish when the bucket is created. What does not exist by then does not count. */
  private obstacle(bucket: SimulatedResource, topic: SimulatedResource): string | undefined {
    const [account] = topic.ref.split(':').slice(4);
    const properties = Properties.of(topic);
    if (properties.flag('FifoTopic')) return 'S3 tells standard topics only';
    const late = this.template.ofType('AWS::SNS::TopicPolicy')
      .find(policy => Properties.of(policy).texts('Topics').includes(topic.ref) && !bucket.waitsFor.includes(policy.logicalId));
    if (late) return `${late.logicalId} may come after ${bucket.logicalId}`;
    const context: RequestContext = { 'aws:securetransport': 'true', 'aws:sourcearn': bucket.attributes.Arn, 'aws:sourceaccount': account };
    const verdict = this.resources.ofTopic(topic.ref)?.verdict({ principal: S3, action: 'sns:Publish', resource: topic.ref, context });
    if (verdict !== 'allowed') return `the policy of ${topic.ref} does not let ${S3.service} sns:Publish for ${bucket.attributes.Arn}`;
    return this.keyObstacle(properties, account);
  }

  private keyObstacle(topic: Properties, account: string): string | undefined {
    const name = topic.optionalText('KmsMasterKeyId');
    if (name === undefined) return undefined;
    if (name === AWS_MANAGED_KEY) return `the key ${name} does not let ${S3.service} use it`;
    const key = this.permissions.keys.encrypting(topic, 'KmsMasterKeyId', ['key id', 'key ARN', 'alias name', 'alias ARN']);
    const missing = this.permissions.missingOnKey(key, S3.service, KEY_ACTIONS, { 'aws:sourceaccount': account });
    return missing && `the policy of ${key.arn} does not let ${S3.service} ${missing}`;
  }

  /** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
  private message({ ref: name, attributes: { Arn: arn } }: SimulatedResource, { key, size, at }: CreatedObject): JsonObject {
    const { region, account } = this.template.environment;
    return {
      Records: [{
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: region,
        eventTime: at.toISOString(),
        eventName: 'ObjectCreated:Put',
        userIdentity: { principalId: `AWS:${account}` },
        requestParameters: { sourceIPAddress: '192.0.2.1' },
        responseElements: { 'x-amz-request-id': randomUUID(), 'x-amz-id-2': randomUUID() },
        s3: {
          s3SchemaVersion: '1.0',
          configurationId: 'Deliveries',
          bucket: { name, ownerIdentity: { principalId: account }, arn },
          object: { key: urlEncoded(key), size, sequencer: (++this.sequence).toString(16).padStart(16, '0').toUpperCase() },
        },
      }],
    };
  }
}

/** The name of a rule may begin with a capital letter. */
function filterOf(configuration: Properties): { prefix?: string; suffix?: string } {
  const rules = configuration.optionalObject('Filter')?.object('S3Key').objects('Rules') ?? [];
  return Object.fromEntries(rules.map(rule => [rule.oneOf('Name', ['prefix', 'suffix', 'Prefix', 'Suffix']).toLowerCase(), rule.text('Value')]));
}

function overlap(a: TopicConfiguration, b: TopicConfiguration): boolean {
  const prefixes = a.prefix.startsWith(b.prefix) || b.prefix.startsWith(a.prefix);
  const suffixes = a.suffix.endsWith(b.suffix) || b.suffix.endsWith(a.suffix);
  return prefixes && suffixes;
}

function testMessage({ ref: name }: SimulatedResource, at: Date): JsonObject {
  return { Service: 'Amazon S3', Event: 's3:TestEvent', Time: at.toISOString(), Bucket: name, RequestId: randomUUID(), HostId: randomUUID() };
}

/** As S3 writes keys in messages: slashes stay, and `=` does not. */
function urlEncoded(key: string): string {
  return key.split('/').map(encodeURIComponent).join('/').replaceAll('%20', '+');
}

// Texts as long, or as short, as what only the deployment knows can be, so that the size of a policy can be told before.

import { CfnResource, DefaultTokenResolver, IResolvable, IResolveContext, Reference, Stack, StringConcat, Tokenization } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import type { IConstruct } from 'constructs';
import { LIMITS } from './limits';
import { isIntrinsic, isKnown } from '../private/validate';

/** What the names of a type are: the property that gives one, and the greatest length; and what stands before the name in an ARN. */
interface Naming {
  readonly property: string;
  readonly longest: number;
  readonly arn: (place: Place, name: string) => string;
  /** What `Ref` gives, where that is not the name. */
  readonly ref?: 'Arn' | 'QueueUrl';
}

/** Where a resource is, as far as synthesis knows. */
interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

const inRegion = (before: string) => ({ partition, region, account }: Place, name: string) =>
  `arn:${partition}:${before.replace(':', `:${region}:${account}:`)}${name}`;

const NAMINGS: { readonly [type: string]: Naming } = {
  'AWS::S3::Bucket': { property: 'bucketName', longest: 63, arn: ({ partition }, name) => `arn:${partition}:s3:::${name}` },
  'AWS::SQS::Queue': { property: 'queueName', longest: 80, arn: inRegion('sqs:'), ref: 'QueueUrl' },
  'AWS::SNS::Topic': { property: 'topicName', longest: 256, arn: inRegion('sns:'), ref: 'Arn' },
  'AWS::KMS::Key': { property: '', longest: 36, arn: inRegion('kms:key/') },
  'AWS::Events::Rule': { property: 'name', longest: 64, arn: inRegion('events:rule/') },
  // A bus always has a name, and one that only the deployment knows is hardly as long as it may be.
  'AWS::Events::EventBus': { property: 'name', longest: 64, arn: inRegion('events:event-bus/') },
  'AWS::KinesisFirehose::DeliveryStream': { property: 'deliveryStreamName', longest: 64, arn: inRegion('firehose:deliverystream/') },
  'AWS::Logs::LogGroup': { property: 'logGroupName', longest: 512, arn: inRegion('logs:log-group:') },
  'AWS::IAM::Role': { property: 'roleName', longest: 64, arn: ({ partition, account }, name) => `arn:${partition}:iam::${account}:role/${name}` },
};

/** Any other type. */
const UNKNOWN: Naming = { property: '', longest: 128, arn: inRegion('servicecatalog:something/') };

/** CloudFormation adds a hyphen and twelve characters to the names that it makes, and a hyphen between their parts. */
const ADDED_TO_GENERATED_NAMES = 14;

const ANY_ACCOUNT = '123456789012';

/** Which of the texts that something can be stands in for it. */
export type Extreme = 'longest' | 'shortest';

const PLACES: { readonly [extreme in Extreme]: Place } = {
  longest: { partition: 'aws-us-gov', region: 'ap-southeast-1', account: ANY_ACCOUNT },
  shortest: { partition: 'aws', region: 'us-east-1', account: ANY_ACCOUNT },
};

/** Taken for a text of which nothing is known. */
const ASSUMED_LENGTHS: { readonly [extreme in Extreme]: number } = { longest: 64, shortest: 0 };

/** What AWS names has one character at least, and the id of a key is of one length. */
const SHORTEST_NAME = 1;

/** What a resolved value has in the place of a reference, until it is a part of a text. To CDK it is a function of CloudFormation. */
const STAND_IN = 'Fn::StandIn';

type PostProcessor = Parameters<DefaultTokenResolver['resolveToken']>[2];

/** A value with texts in the place of all that only the deployment knows. */
export interface StoodIn {
  readonly value: unknown;
  /** Whether there was any whose length is not known. */
  readonly isEstimated: boolean;
}

/** Resolves a value of a resource to texts. */
export function stoodIn(scope: IConstruct, value: unknown, extreme: Extreme = 'longest'): StoodIn {
  const resolver = new StandIns(scope, extreme);
  const resolved: unknown = Tokenization.resolve(value, { scope, resolver, preparing: false });
  return { value: resolver.inTexts(resolved), isEstimated: resolver.isEstimated };
}

/** Resolves as CDK does, but puts a text in the place of each reference. */
class StandIns extends DefaultTokenResolver {
  public isEstimated = false;
  private readonly place: Place;

  constructor(scope: IConstruct, private readonly extreme: Extreme) {
    super(new Texts(value => this.textOf(value)));
    this.place = placeOf(scope, extreme);
  }

  public override resolveToken(token: IResolvable, context: IResolveContext, postProcessor: PostProcessor): unknown {
    if (!Reference.isReference(token) || !CfnResource.isCfnResource(token.target)) return super.resolveToken(token, context, postProcessor);
    this.isEstimated = true;
    return { [STAND_IN]: standIn(token.target, token.displayName, this.extreme) };
  }

  /** With a text in the place of each function of CloudFormation. */
  public inTexts(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (isIntrinsic(value)) return this.textOf(value);
    if (Array.isArray(value)) return value.map(each => this.inTexts(each));
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, this.inTexts(each)]));
  }

  private textOf(value: unknown): string {
    if (typeof value !== 'object' || value === null) return String(value);
    const { [STAND_IN]: known, 'Ref': ref, 'Fn::Join': join, 'Fn::Base64': base64 } = value as Intrinsic;
    if (known !== undefined) return known;
    if (join) return join[1].map(part => this.textOf(part)).join(join[0]);
    if (base64 !== undefined) return Buffer.from(this.textOf(base64)).toString('base64');
    return this.pseudoParameter(ref) ?? this.estimated('x'.repeat(ASSUMED_LENGTHS[this.extreme]));
  }

  private pseudoParameter(ref: string | undefined): string | undefined {
    const { partition, region, account } = this.place;
    switch (ref) {
      case 'AWS::Partition': return partition === PLACES[this.extreme].partition ? this.estimated(partition) : partition;
      case 'AWS::Region': return region === PLACES[this.extreme].region ? this.estimated(region) : region;
      case 'AWS::AccountId': return account;
      case 'AWS::NoValue': return '';
      default: return undefined;
    }
  }

  private estimated(text: string): string {
    this.isEstimated = true;
    return text;
  }
}

/** What is read of a function. */
interface Intrinsic {
  readonly [STAND_IN]?: string;
  readonly 'Ref'?: string;
  readonly 'Fn::Join'?: [string, unknown[]];
  readonly 'Fn::Base64'?: unknown;
}

/** Joins what a text is made of. */
class Texts extends StringConcat {
  constructor(private readonly textOf: (value: unknown) => string) {
    super();
  }

  public override join(left: unknown, right: unknown): unknown {
    if (left === undefined) return right;
    return right === undefined ? left : this.textOf(left) + this.textOf(right);
  }
}

function placeOf(scope: IConstruct, extreme: Extreme): Place {
  const { region, account } = Stack.of(scope);
  const known = isKnown(region) ? { region, partition: RegionInfo.get(region).partition } : undefined;
  const { partition = PLACES[extreme].partition, region: name = PLACES[extreme].region } = known ?? {};
  return { partition, region: name, account: isKnown(account) ? account : ANY_ACCOUNT };
}

function standIn(resource: CfnResource, attribute: string, extreme: Extreme): string {
  const naming = NAMINGS[resource.cfnResourceType] ?? UNKNOWN;
  const name = nameOfLength(resource, lengthOfName(resource, naming, extreme));
  const what = attribute === 'Ref' ? naming.ref ?? attribute : attribute;
  if (what === 'QueueUrl') return `https://sqs.${PLACES[extreme].region}.amazonaws.com/${ANY_ACCOUNT}/${name}`;
  return what.endsWith('Arn') ? naming.arn(placeOf(resource, extreme), `${busBefore(resource, extreme)}${name}`) : name;
}

/** Each resource has another name: of statements that are alike, CDK keeps one. */
function nameOfLength({ node: { addr } }: CfnResource, length: number): string {
  const hash = addr.slice(2);
  return hash.repeat(Math.ceil(length / hash.length)).slice(0, length);
}

/** On another bus than the default, a rule's ARN has the bus's name before its own. */
function busBefore(resource: CfnResource, extreme: Extreme): string {
  if (resource.cfnResourceType !== 'AWS::Events::Rule') return '';
  const { eventBusName } = resource as CfnResource & { readonly eventBusName?: string };
  return eventBusName === undefined || eventBusName === 'default' ? '' : `${nameOf(resource, eventBusName, extreme)}/`;
}

/** A name that is given, perhaps as a reference to what has it. */
function nameOf(scope: CfnResource, name: string, extreme: Extreme): string {
  return isKnown(name) ? name : String(stoodIn(scope, name, extreme).value);
}

/** What is given, or what CloudFormation makes of the stack's name and the logical id. */
function lengthOfName(resource: CfnResource, { property, longest }: Naming, extreme: Extreme): number {
  const stack = Stack.of(resource);
  const given = property === '' ? undefined : (resource as unknown as { readonly [name: string]: unknown })[property];
  // CDK's own constructs give a token that comes to nothing.
  const name: unknown = given === undefined ? undefined : stack.resolve(given);
  const unknown = extreme === 'longest' || resource.cfnResourceType === 'AWS::KMS::Key' ? longest : SHORTEST_NAME;
  if (name !== undefined) return typeof name === 'string' ? name.length : unknown;
  if (property === '') return unknown;
  const { stackName } = stack;
  const logicalId = stack.resolve(resource.logicalId) as string;
  const [ofStack, ofBoth] = extreme === 'longest' ? [LIMITS.stackName.most, longest] : [SHORTEST_NAME, 2 * SHORTEST_NAME + ADDED_TO_GENERATED_NAMES];
  const whole = (isKnown(stackName) ? stackName.length : ofStack) + logicalId.length + ADDED_TO_GENERATED_NAMES;
  // How much of a name CloudFormation cuts off that is too long is not documented.
  return whole <= longest ? whole : ofBoth;
}

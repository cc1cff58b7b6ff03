// By what a bucket encrypts the objects whose writer says nothing of it, as far as synthesis knows: what stands in the template of a bucket of this
// app, whatever was changed there, and what an import says of another.

import {
  Annotations, AspectPriority, Aspects, DefaultTokenResolver, IResolvable, IResolveContext, Reference, Stack, StringConcat, Token, Tokenization,
} from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct, IConstruct } from 'constructs';
import { isAwsManaged } from './key-alias';
import { shortHash } from './names';
import { warningId } from './validate';

/** A bucket's default encryption. */
export interface BucketEncryption {
  /** Whether anything is known of it. */
  readonly isKnown: boolean;
  /** The key of a customer's. */
  readonly key?: kms.IKey;
  /** Whether KMS encrypts with a key that is looked for in the account of whoever writes: AWS's own for S3, or one without its account. */
  readonly usesWritersAccount?: boolean;
}

const UNKNOWN: BucketEncryption = { isKnown: false };
const BY_S3: BucketEncryption = { isKnown: true };
const BY_WRITERS_ACCOUNT: BucketEncryption = { isKnown: true, usesWritersAccount: true };

const KEY_ID = /^(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Reads the encryption; imports of keys that only a bucket's own resource names belong to the scope. */
export function encryptionOf(scope: Construct, bucket: s3.IBucket): BucketEncryption {
  const { defaultChild } = bucket.node;
  if (defaultChild instanceof s3.CfnBucket) return new RenderedEncryption(scope, bucket, defaultChild).read();
  const { encryptionKey } = bucket;
  if (encryptionKey === undefined) return UNKNOWN;
  return isAwsManaged(encryptionKey) ? BY_WRITERS_ACCOUNT : { isKnown: true, key: encryptionKey };
}

/** Does something once nothing of the app changes any more. */
export function onceComplete(scope: Construct, act: () => void): void {
  let isDone = false;
  Aspects.of(scope).add({
    visit: (node: IConstruct) => {
      if (node !== scope || isDone) return;
      isDone = true;
      act();
    },
  }, { priority: AspectPriority.READONLY });
}

/** Warns of a bucket of which nobody here can say whether a key encrypts it: without a right to that, nothing is written or read. */
export function warnOfUnknownEncryption(scope: Construct, bucket: s3.IBucket, prop: string, otherwise: string): void {
  onceComplete(scope, () => {
    if (encryptionOf(scope, bucket).isKnown) return;
    Annotations.of(scope).addWarningV2(warningId('bucketEncryptionUnknown'),
      `${prop}: how the bucket is encrypted is not known here; if a KMS key of yours does it, ${otherwise}: import the bucket by `
      + 's3.Bucket.fromBucketAttributes with its encryptionKey; if it is SSE-S3 or the key aws/s3, acknowledge this warning');
  });
}

/** What is read of a bucket's template. */
interface Rendered {
  readonly Resources: { readonly [logicalId: string]: { readonly Properties?: { readonly BucketEncryption?: RenderedEncryptions } } };
}

interface RenderedEncryptions {
  readonly ServerSideEncryptionConfiguration?: Rules;
}

/** A list, or an object by an override of its first. */
type Rules = readonly Rule[] | { readonly [index: string]: Rule };

interface Rule {
  readonly ServerSideEncryptionByDefault?: { readonly SSEAlgorithm?: string; readonly KMSMasterKeyID?: unknown };
}

/** The encryption of a bucket of this app. */
class RenderedEncryption {
  private readonly references = new References();

  constructor(private readonly scope: Construct, private readonly bucket: s3.IBucket, private readonly resource: s3.CfnBucket) {}

  public read(): BucketEncryption {
    const { Resources } = this.resolve(this.resource._toCloudFormation()) as Rendered;
    const [{ Properties: properties }] = Object.values(Resources);
    const [rule] = Object.values(properties?.BucketEncryption?.ServerSideEncryptionConfiguration ?? {});
    const { SSEAlgorithm: algorithm = 'AES256', KMSMasterKeyID: name } = rule?.ServerSideEncryptionByDefault ?? {};
    if (typeof algorithm !== 'string') return UNKNOWN;
    if (!algorithm.startsWith('aws:kms')) return BY_S3;
    return name === undefined ? BY_WRITERS_ACCOUNT : this.byKey(name);
  }

  private byKey(name: unknown): BucketEncryption {
    const { encryptionKey } = this.bucket;
    // What the bucket's construct says holds as long as its resource says the same.
    const isUnchanged = encryptionKey && JSON.stringify(this.resolve(encryptionKey.keyArn)) === JSON.stringify(name);
    if (isUnchanged) return { isKnown: true, key: encryptionKey };
    const key = this.keyNamed(name);
    if (key === undefined) return UNKNOWN;
    return isAwsManaged(key) ? BY_WRITERS_ACCOUNT : { isKnown: true, key, usesWritersAccount: !this.isArn(name) };
  }

  /** Names without an account: an id, or the name of an alias. */
  private isArn(name: unknown): boolean {
    return this.references.in(name)?.displayName === 'Arn' || String(name).startsWith('arn:');
  }

  /** A key by what names it: a reference to a key or an alias, an ARN, an id, or the name of an alias. */
  private keyNamed(name: unknown): kms.IKey | undefined {
    const reference = this.references.in(name);
    if (reference) return this.keyOf(reference.target);
    if (typeof name !== 'string') return undefined;
    const inStack = (resource: string) => Stack.of(this.bucket).formatArn({ service: 'kms', resource });
    if (KEY_ID.test(name)) return this.imported(inStack(`key/${name}`));
    const text = this.references.restored(name);
    if (text.startsWith('alias/')) return this.imported(inStack(text));
    return /^arn:.*:(key|alias)\//s.test(text) ? this.imported(text) : undefined;
  }

  private keyOf(target: IConstruct): kms.IKey | undefined {
    const { scope } = target.node;
    if (scope instanceof kms.Key && scope.node.defaultChild === target) return scope;
    if (target instanceof kms.CfnKey) return this.imported(target.attrArn);
    return target instanceof kms.CfnAlias ? this.keyNamed(this.resolve(target.targetKeyId)) : undefined;
  }

  private imported(arn: string): kms.IKey {
    const id = `BucketKey${shortHash(`${this.bucket.node.addr} ${JSON.stringify(Stack.of(this.scope).resolve(arn))}`)}`;
    return this.scope.node.tryFindChild(id) as kms.IKey | undefined ?? kms.Key.fromKeyArn(this.scope, id, arn);
  }

  private resolve(value: unknown): unknown {
    return Tokenization.resolve(value, { scope: this.resource, resolver: this.references, preparing: false });
  }
}

/** Resolves everything except references to other resources, for each of which a marker stands: their values differ between stacks, and with time. */
class References extends DefaultTokenResolver {
  private readonly found: Reference[] = [];

  constructor() {
    super(new StringConcat());
  }

  public resolveToken(token: IResolvable, context: IResolveContext, postProcessor: Parameters<DefaultTokenResolver['resolveToken']>[2]): unknown {
    if (!Reference.isReference(token)) return super.resolveToken(token, context, postProcessor);
    if (!this.found.includes(token)) this.found.push(token);
    return marker(this.found.indexOf(token));
  }

  /** The reference that a value is as a whole. */
  public in(value: unknown): Reference | undefined {
    return this.found.find((_reference, index) => value === marker(index));
  }

  /** A text with its references in it. */
  public restored(text: string): string {
    return this.found.reduce((done, reference, index) => done.replaceAll(marker(index), Token.asString(reference)), text);
  }
}

function marker(index: number): string {
  return `<reference ${index}>`;
}

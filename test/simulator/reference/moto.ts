/** What a simulated archive has in Glue and S3, put into moto's: the template's own declarations, and the objects byte for byte. */

import { createHash } from 'node:crypto';
import { objectOf, stringOf } from '../catalog/glue-tables';
import { GlueView } from '../catalog/glue-views';
import { CLOUDTRAIL_INPUT, openInputFormat, TEXT_INPUT } from '../catalog/input-formats';
import type { GlueResource, Json, JsonObject, ObjectStore, StoredObject } from '../engines';

/** The account and the Region do not matter; moto tells the services apart by the credentials' scope. */
const authorization = (service: string) => `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

const VIEW_TEXT = /^\/\* Presto View: (\S+) \*\/$/;

/** How many requests to S3 are under way at once. */
const PARALLEL = 8;

/** An object as S3 lists it. */
interface ListedObject extends StoredObject {
  /** The MD5 of what was put in one request. */
  readonly etag: string;
}

/** moto's Glue and S3. */
export class Moto {
  public constructor(private readonly url: string) {}

  /** Makes the Glue Data Catalog what the template declares, and nothing else. */
  public async replaceCatalog(resources: readonly GlueResource[]): Promise<void> {
    for (const name of await this.databases()) await this.glue('DeleteDatabase', { Name: name });
    for (const { properties } of resources.filter(({ type }) => type === 'AWS::Glue::Database')) await this.glue('CreateDatabase', properties);
    for (const resource of resources.filter(({ type }) => type === 'AWS::Glue::Table')) await this.glue('CreateTable', forTrino(resource));
  }

  /** The names of all databases. */
  public async databases(): Promise<string[]> {
    const { DatabaseList: list } = await this.glue('GetDatabases', {});
    return (list as JsonObject[]).map(({ Name }) => stringOf(Name, 'Name'));
  }

  public async createDatabase(name: string): Promise<void> {
    await this.glue('CreateDatabase', { DatabaseInput: { Name: name } });
  }

  /** Makes S3 hold what the store has in these buckets, and nothing else. What is there already stays. */
  public async replaceObjects(store: ObjectStore, buckets: readonly string[]): Promise<void> {
    const present = await this.buckets();
    for (const bucket of buckets.filter(name => !present.includes(name))) await this.s3('PUT', bucket);
    for (const bucket of present) await this.deleteOthers(bucket, buckets.includes(bucket) ? store : undefined);
    for (const bucket of buckets) await this.putMissing(bucket, store);
  }

  /** Deletes the objects that the store does not have, and the bucket when no store is given. */
  private async deleteOthers(bucket: string, store?: ObjectStore): Promise<void> {
    const kept = new Set((store?.list(bucket) ?? []).map(({ key }) => key));
    const others = (await this.list(bucket)).filter(({ key }) => !kept.has(key));
    await inParallel(others, ({ key }) => this.s3('DELETE', objectPath(bucket, key)));
    if (!store) await this.s3('DELETE', bucket);
  }

  private async putMissing(bucket: string, store: ObjectStore): Promise<void> {
    const present = new Map((await this.list(bucket)).map(({ key, size, etag }) => [key, `${size} ${etag}`]));
    await inParallel(store.list(bucket), async ({ key, size }) => {
      const body = store.get(bucket, key);
      if (present.get(key) === `${size} ${createHash('md5').update(body).digest('hex')}`) return;
      await this.s3('PUT', objectPath(bucket, key), body);
    });
  }

  private async buckets(): Promise<string[]> {
    return elements(await this.s3('GET', ''), 'Bucket').map(bucket => element(bucket, 'Name'));
  }

  private async list(bucket: string): Promise<ListedObject[]> {
    const found: ListedObject[] = [];
    let page = '';
    let token: string | undefined;
    do {
      page = await this.s3('GET', `${bucket}?list-type=2&encoding-type=url${token ? `&continuation-token=${encodeURIComponent(token)}` : ''}`);
      found.push(...elements(page, 'Contents').map(listedObject));
      token = elements(page, 'NextContinuationToken')[0];
    } while (token !== undefined);
    return found;
  }

  private async glue(operation: string, body: JsonObject): Promise<JsonObject> {
    const headers = { 'Authorization': authorization('glue'), 'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': `AWSGlue.${operation}` };
    const answer = await fetch(this.url, { method: 'POST', headers, body: JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`moto's Glue answered ${answer.status} to ${operation}: ${text}`);
    return text === '' ? {} : JSON.parse(text);
  }

  private async s3(method: string, path: string, body?: Buffer): Promise<string> {
    const answer = await fetch(`${this.url}/${path}`, { method, headers: { Authorization: authorization('s3') }, body: body && new Uint8Array(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`moto's S3 answered ${answer.status} to ${method} ${path}: ${text}`);
    return text;
  }
}

/**
 * A table's declaration verbatim, but for an input format that Trino does not have, whose part the simulator plays. A view's has one
 * alteration: Athena writes a view without `owner` and `runAsInvoker`, and Trino takes it only with one of them.
 */
function forTrino(resource: GlueResource): JsonObject {
  if (isOverLogFiles(resource)) return withTextInput(resource.properties);
  if (!GlueView.describes(resource)) return resource.properties;
  const input = objectOf(resource.properties.TableInput, 'TableInput');
  const [, base64] = VIEW_TEXT.exec(stringOf(input.ViewOriginalText, 'ViewOriginalText')) ?? [];
  if (base64 === undefined) return resource.properties;
  const definition: Json = { ...JSON.parse(Buffer.from(base64, 'base64').toString('utf8')), runAsInvoker: true };
  const text = Buffer.from(JSON.stringify(definition)).toString('base64');
  return { ...resource.properties, TableInput: { ...input, ViewOriginalText: `/* Presto View: ${text} */` } };
}

/** The store as Trino reads it: what tables over log files of CloudTrail hold is JSON lines there, by `input-formats.ts`. */
export function asTrinoReads(store: ObjectStore, catalog: readonly GlueResource[]): ObjectStore {
  const play = openInputFormat(CLOUDTRAIL_INPUT);
  const folders = catalog.filter(isOverLogFiles).map(({ properties }) => {
    const input = objectOf(properties.TableInput, 'TableInput');
    return stringOf(objectOf(input.StorageDescriptor, 'StorageDescriptor').Location, 'Location');
  });
  const isLogFile = (bucket: string, key: string) => folders.some(folder => `s3://${bucket}/${key}`.startsWith(folder)) && key.includes('/CloudTrail/');
  const get = (bucket: string, key: string) => isLogFile(bucket, key) ? play(key, store.get(bucket, key)) : store.get(bucket, key);
  const sizeOf = (bucket: string, { key, size }: StoredObject) => isLogFile(bucket, key) ? get(bucket, key).length : size;
  return {
    put: (bucket, key, body) => store.put(bucket, key, body),
    list: (bucket, prefix) => store.list(bucket, prefix).map(object => ({ key: object.key, size: sizeOf(bucket, object) })),
    get,
  };
}

function isOverLogFiles(resource: GlueResource): boolean {
  if (resource.type !== 'AWS::Glue::Table' || GlueView.describes(resource)) return false;
  const input = objectOf(resource.properties.TableInput, 'TableInput');
  return objectOf(input.StorageDescriptor, 'StorageDescriptor').InputFormat === CLOUDTRAIL_INPUT;
}

function withTextInput(properties: JsonObject): JsonObject {
  const input = objectOf(properties.TableInput, 'TableInput');
  const storage = objectOf(input.StorageDescriptor, 'StorageDescriptor');
  return { ...properties, TableInput: { ...input, StorageDescriptor: { ...storage, InputFormat: TEXT_INPUT } } };
}

function listedObject(xml: string): ListedObject {
  return {
    key: decodeURIComponent(element(xml, 'Key').replaceAll('+', ' ')),
    size: Number(element(xml, 'Size')),
    etag: element(xml, 'ETag').replace(/&quot;|"/g, ''),
  };
}

function element(xml: string, name: string): string {
  return elements(xml, name)[0] ?? '';
}

function elements(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^]*?)</${name}>`, 'g'))].map(([, content]) => content);
}

function objectPath(bucket: string, key: string): string {
  return `${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const left = [...items];
  await Promise.all(Array.from({ length: PARALLEL }, async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  }));
}

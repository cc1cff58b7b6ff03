/** S3, as far as the simulator needs it: buckets are folders, and keys are paths in them. */

import * as fs from 'node:fs';
import * as path from 'node:path';
import type { ObjectStore, StoredObject } from '../engines';

/** What most file systems take as a file's name. */
const MAX_SEGMENT_BYTES = 255;

/** S3's own limit. */
const MAX_KEY_BYTES = 1024;

/** Objects in memory. */
export class MemoryObjectStore implements ObjectStore {
  private readonly objects = new Map<string, Map<string, Buffer>>();

  public put(bucket: string, key: string, body: Buffer): void {
    const objects = this.objects.get(bucket) ?? new Map<string, Buffer>();
    this.objects.set(bucket, objects.set(key, body));
  }

  public list(bucket: string, prefix = ''): StoredObject[] {
    const found = [...this.objects.get(bucket) ?? []].filter(([key]) => key.startsWith(prefix));
    return found.map(([key, body]) => ({ key, size: body.length })).sort(byKey);
  }

  public get(bucket: string, key: string): Buffer {
    return this.objects.get(bucket)?.get(key) ?? noSuchKey(bucket, key);
  }
}

/** Objects as files, `<folder>/<bucket>/<key>`. */
export class FileObjectStore implements ObjectStore {
  public constructor(public readonly folder: string) {}

  public put(bucket: string, key: string, body: Buffer): void {
    const file = this.file(bucket, key);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, body);
  }

  /** The objects whose key starts with `prefix`, in S3's order: by the bytes of the key. */
  public list(bucket: string, prefix = ''): StoredObject[] {
    const root = path.join(this.folder, bucket);
    const start = path.posix.join('.', prefix.slice(0, prefix.lastIndexOf('/') + 1));
    return filesBelow(path.join(root, start))
      .map(file => ({ key: path.relative(root, file).split(path.sep).join('/'), size: fs.statSync(file).size }))
      .filter(({ key }) => key.startsWith(prefix))
      .sort(byKey);
  }

  public get(bucket: string, key: string): Buffer {
    const file = this.file(bucket, key);
    return fs.existsSync(file) ? fs.readFileSync(file) : noSuchKey(bucket, key);
  }

  private file(bucket: string, key: string): string {
    const segments = key.split('/');
    const bad = segments.some(segment => ['', '.', '..'].includes(segment) || segment.includes('\0') || Buffer.byteLength(segment) > MAX_SEGMENT_BYTES);
    if (bad || Buffer.byteLength(key) > MAX_KEY_BYTES) throw new Error(`the object store cannot hold the key ${JSON.stringify(key)}`);
    return path.join(this.folder, bucket, ...segments);
  }
}

function byKey(a: StoredObject, b: StoredObject): number {
  return Buffer.compare(Buffer.from(a.key), Buffer.from(b.key));
}

function noSuchKey(bucket: string, key: string): never {
  throw new Error(`NoSuchKey: s3://${bucket}/${key}`);
}

function filesBelow(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs.readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => path.join(entry.parentPath ?? entry.path, entry.name));
}

/** S3, as far as the simulator needs it: buckets are folders, and keys are paths in them. */

import * as fs from 'node:fs';
import * as path from 'node:path';
import type { ObjectStore, StoredObject } from '../engines';

/** What most file systems take as a file's name. */
const MAX_SEGMENT_BYTES = 255;

/** S3's own limit. */
const MAX_KEY_BYTES = 1024;

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
      .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
  }

  public get(bucket: string, key: string): Buffer {
    const file = this.file(bucket, key);
    if (!fs.existsSync(file)) throw new Error(`NoSuchKey: s3://${bucket}/${key}`);
    return fs.readFileSync(file);
  }

  private file(bucket: string, key: string): string {
    const segments = key.split('/');
    const bad = segments.some(segment => ['', '.', '..'].includes(segment) || segment.includes('\0') || Buffer.byteLength(segment) > MAX_SEGMENT_BYTES);
    if (bad || Buffer.byteLength(key) > MAX_KEY_BYTES) throw new Error(`the object store cannot hold the key ${JSON.stringify(key)}`);
    return path.join(this.folder, bucket, ...segments);
  }
}

function filesBelow(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs.readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => path.join(entry.parentPath ?? entry.path, entry.name));
}

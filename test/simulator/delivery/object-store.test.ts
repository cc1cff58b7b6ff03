import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { FileObjectStore } from './object-store';
import { temporaryFolder } from '../samples/temporary-folder';

function store(...keys: string[]): FileObjectStore {
  const files = new FileObjectStore(temporaryFolder());
  for (const key of keys) files.put('bucket', key, Buffer.from(key));
  return files;
}

test('an object is a file under its key', () => {
  const files = store('events/event_type=a b/receipt_date=2026-11-20/x.gz');
  expect(files.get('bucket', 'events/event_type=a b/receipt_date=2026-11-20/x.gz').toString()).toContain('event_type=a b');
  expect(existsSync(path.join(files.folder, 'bucket', 'events', 'event_type=a b', 'receipt_date=2026-11-20', 'x.gz'))).toBe(true);
});

test('objects are listed by prefix, in the order of their keys\' bytes, with their size', () => {
  const files = store('events/b', 'events/B/c', 'events/ü', 'errors/a', 'events-old/a', 'events/😀', 'events/\uff5e');
  expect(files.list('bucket', 'events/').map(({ key }) => key)).toEqual(['events/B/c', 'events/b', 'events/ü', 'events/\uff5e', 'events/😀']);
  expect(files.list('bucket', 'eve').map(({ key }) => key)).toContain('events-old/a');
  expect(files.list('bucket', 'errors/a')).toEqual([{ key: 'errors/a', size: 8 }]);
  expect(files.list('bucket')).toHaveLength(7);
  expect(files.list('elsewhere')).toEqual([]);
});

test('a key that is not there is an error', () => {
  expect(() => store().get('bucket', 'a')).toThrow('NoSuchKey: s3://bucket/a');
});

test.each(['a/../../b', '/a', 'a//b', 'a/.', 'a\0', `${'x'.repeat(256)}`, 'a/'])('a key that no folder can hold is refused: %j', key => {
  expect(() => store(key)).toThrow('cannot hold the key');
});

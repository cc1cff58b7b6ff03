// Trino and moto start, are filled, and go, and say so where they cannot.

import * as fs from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { borrow, borrowed, giveBack } from './sql-archives';
import { installation } from '../simulator/reference/installation';
import { startServers, stopServers } from '../simulator/reference/servers';
import { TrinoQueryEngine } from '../simulator/reference/trino';
import { BUCKET, database, DATABASE, eventKey, eventsTable, MemoryStore, TODAY, view } from '../simulator/samples/sample-catalog';

const TIMEOUT = 120_000;

const folder = fs.mkdtempSync(path.join(tmpdir(), 'sql-servers-'));

beforeAll(borrow, 600_000);
afterAll(async () => {
  await giveBack();
  fs.rmSync(folder, { recursive: true, force: true });
}, TIMEOUT);

async function freePort(): Promise<number> {
  const holder = createServer();
  await new Promise<void>(resolve => holder.listen(0, '127.0.0.1', resolve));
  const { port } = holder.address() as AddressInfo;
  await new Promise(resolve => holder.close(resolve));
  return port;
}

const catalog = [database(), eventsTable({ parameters: { 'projection.receipt_date.range': `${TODAY},NOW` } })];

describe('the servers', () => {
  test('start, run a query, and leave nothing behind', async () => {
    const { trino, moto, pids, stop } = await startServers(installation(), path.join(folder, 'own'));
    const engine = new TrinoQueryEngine({ trino, moto });
    await engine.open(catalog, new MemoryStore());
    expect((await engine.query(DATABASE, 'SELECT count(*) FROM events_json')).rows).toEqual([[0]]);
    await stop();
    for (const url of [trino, moto]) await expect(fetch(url)).rejects.toThrow('fetch failed');
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    await stopServers({ trino, moto, pids });
  }, TIMEOUT);

  test.each<[string, (taken: number, free: number) => number[]]>([
    ['moto', (taken, free) => [taken, free]],
    ['Trino', (taken, free) => [free, taken]],
  ])('start on other ports when %s finds that its own was taken, even by one that answers as it would', async (_name, first) => {
    const holder = createServer((_request, response) => response.end('{"starting": false}'));
    await new Promise<void>(resolve => holder.listen(0, '127.0.0.1', resolve));
    const taken = (holder.address() as AddressInfo).port;
    const offered = [first(taken, await freePort()), [await freePort(), await freePort()]];
    const pids: number[] = [];
    const { trino, moto, stop } = await startServers(installation(), path.join(folder, 'taken'), pids, async () => offered.shift()!);
    expect(offered).toEqual([]);
    expect([trino, moto].map(url => Number(new URL(url).port))).not.toContain(taken);
    expect(pids).toHaveLength(2);
    await stop();
    holder.closeAllConnections();
    await new Promise(resolve => holder.close(resolve));
  }, TIMEOUT);

  test('say why they do not start', async () => {
    // Node is neither a Python nor a Java.
    const wrong = { ...installation(), python: process.execPath, trinoJava: process.execPath };
    const failed = await startServers(wrong, path.join(folder, 'wrong')).then(() => '', (error: Error) => error.message);
    expect(failed).toMatch(/^(moto|Trino) does not start at http:\/\/127\.0\.0\.1:\d+: it ended with \d+\n.*\.log:\n/);
    expect(failed).toMatch(/SyntaxError|bad option/);
  }, TIMEOUT);

  test('say so where a program is missing', async () => {
    const wrong = { ...installation(), python: '/nowhere/python', trinoJava: '/nowhere/java' };
    await expect(startServers(wrong, path.join(folder, 'missing'))).rejects.toThrow(/does not start at .*ENOENT/);
  }, TIMEOUT);
});

describe('the query engine', () => {
  const put = (store: MemoryStore, file: string, ...ids: string[]) => store.putEvents(eventKey('other', TODAY, file), ...ids.map(id => ({ id })));
  const ids = async (engine: TrinoQueryEngine) => (await engine.query(DATABASE, 'SELECT id FROM events_json ORDER BY id')).rows.flat();

  test('has what was opened last: changed, new and no other objects, byte for byte', async () => {
    const engine = new TrinoQueryEngine(borrowed());
    const [first, second] = [new MemoryStore(), new MemoryStore()];
    put(first, 'a b+c=é.gz', 'a');
    put(first, 'gone.gz', 'gone');
    await engine.open(catalog, first);
    expect(await ids(engine)).toEqual(['a', 'gone']);
    put(second, 'a b+c=é.gz', 'b');
    put(second, 'new.gz', 'new');
    await engine.open(catalog, second);
    expect(await ids(engine)).toEqual(['b', 'new']);
    // Nobody else may read a private object.
    const headers = { Authorization: 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0' };
    for (const { key } of second.list(BUCKET)) {
      const answer = await fetch(`${borrowed().moto}/${BUCKET}/${key.split('/').map(encodeURIComponent).join('/')}`, { headers });
      expect(Buffer.from(await answer.arrayBuffer())).toEqual(second.get(BUCKET, key));
    }
    await engine.open([database()], second);
    await expect(ids(engine)).rejects.toThrow('TABLE_NOT_FOUND: line 1:16: Table \'awsdatacatalog.audit.events_json\' does not exist');
  }, TIMEOUT);

  test('has more objects than one page lists', async () => {
    const engine = new TrinoQueryEngine(borrowed());
    const store = new MemoryStore();
    for (let index = 0; index < 1001; index++) store.put('many', `elsewhere/${index}.gz`, Buffer.from(`${index}`));
    await engine.open([database(), eventsTable({ storage: { Location: 's3://many/events/' } })], store);
    store.put('many', 'elsewhere/1001.gz', Buffer.from('1001'));
    await engine.open([database(), eventsTable({ storage: { Location: 's3://many/events/' } })], store);
    const listed = await (await fetch(`${borrowed().moto}/many?list-type=2&start-after=elsewhere/998`)).text();
    expect([...listed.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key]) => key)).toEqual(['elsewhere/998.gz', 'elsewhere/999.gz']);
    await engine.open([database()], store);
    expect((await fetch(`${borrowed().moto}/many?list-type=2`)).status).toBe(404);
  }, TIMEOUT);

  test('reads a view as Athena writes it, and changes nothing but who runs it', async () => {
    const engine = new TrinoQueryEngine(borrowed());
    const store = new MemoryStore();
    put(store, 'o.gz', 'a');
    await engine.open([...catalog, view('v', 'SELECT id FROM events_json', { id: 'varchar' })], store);
    expect((await engine.query(DATABASE, 'SELECT * FROM v')).rows).toEqual([['a']]);
  }, TIMEOUT);

  test('says what a query read', async () => {
    const engine = new TrinoQueryEngine(borrowed());
    const store = new MemoryStore();
    put(store, 'o.gz', 'a', 'b');
    await engine.open(catalog, store);
    const [{ size }] = store.list(BUCKET);
    expect((await engine.answer(DATABASE, 'SELECT id FROM events_json')).statistics).toEqual({ physicalInputBytes: size, processedRows: 2 });
  }, TIMEOUT);

  test('says when it is not open, and when another took its place', async () => {
    const [first, second] = [new TrinoQueryEngine(borrowed()), new TrinoQueryEngine(borrowed())];
    await expect(first.query(DATABASE, 'SELECT 1')).rejects.toThrow('the query engine is not open');
    await first.open(catalog, new MemoryStore());
    await second.open(catalog, new MemoryStore());
    await expect(first.query(DATABASE, 'SELECT 1')).rejects.toThrow(`another query engine was opened on ${borrowed().moto}: one at a time`);
    await second.close();
    await expect(second.query(DATABASE, 'SELECT 1')).rejects.toThrow('the query engine is not open');
  }, TIMEOUT);

  test('waits for a Trino that has no nodes yet, and for nothing else', async () => {
    const errors = ['NO_NODES_AVAILABLE', 'NO_NODES_AVAILABLE', 'SYNTAX_ERROR'];
    const busy = createServer((_request, response) => response.end(JSON.stringify({ error: { errorName: errors.shift(), message: 'not now' } })));
    await new Promise<void>(resolve => busy.listen(0, '127.0.0.1', resolve));
    const engine = new TrinoQueryEngine({ trino: `http://127.0.0.1:${(busy.address() as AddressInfo).port}`, moto: borrowed().moto });
    await engine.open(catalog, new MemoryStore());
    await expect(engine.query(DATABASE, 'SELECT 1')).rejects.toThrow('SYNTAX_ERROR: not now');
    expect(errors).toEqual([]);
    await new Promise(resolve => busy.close(resolve));
  }, TIMEOUT);
});

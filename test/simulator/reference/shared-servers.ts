/**
 * The servers of the reference engines, for whoever needs them: those of the command that this process was started by, those that were
 * left running, or else new ones that stop when they are given back.
 */

import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { cacheFolder, install, Say } from './installation';
import { isServer, ServerAddresses, Servers, serversAnswer, startServers, stopServers } from './servers';

/** Where the servers are, as JSON, in the environment of a command that may use them. */
export const SERVERS_VARIABLE = 'REFERENCE_ENGINES';

/** Servers in use. */
export interface BorrowedServers extends ServerAddresses {
  /** Stops them, if they were started for this. */
  giveBack(): Promise<void>;
}

/** What is known of servers that were left running. */
type KeptServers = Omit<Servers, 'stop'> & { readonly folder: string };

/** Servers that end with this process, unless they are let go. */
interface StartedServers {
  readonly folder: string;
  readonly servers: Servers;
  letGo(): void;
}

/** The servers of the command that this process was started by. */
export function serversOfThisCommand(): ServerAddresses | undefined {
  const text = process.env[SERVERS_VARIABLE];
  return text ? JSON.parse(text) as ServerAddresses : undefined;
}

/** Servers that answer. Installs and starts what is not there. */
export async function borrowServers(say: Say): Promise<BorrowedServers> {
  const given = serversOfThisCommand();
  if (given) return { ...given, giveBack: async () => undefined };
  // Servers that were left running may be older than the programs beside them.
  await install(say);
  const running = await runningServers();
  return running ? { ...running, giveBack: async () => undefined } : ownServers(say);
}

/** Servers that nobody else uses. */
export async function ownServers(say: Say): Promise<BorrowedServers> {
  const { folder, servers, letGo } = await start(say);
  return {
    ...servers,
    giveBack: async () => {
      await servers.stop();
      letGo();
      remove(folder);
    },
  };
}

/** Starts servers that outlive this process, if none are running. */
export async function keepServers(say: Say): Promise<ServerAddresses> {
  const running = await runningServers();
  if (running) return { trino: running.trino, moto: running.moto };
  const { folder, servers: { trino, moto, pids }, letGo } = await start(say);
  fs.writeFileSync(keptFile(), JSON.stringify({ trino, moto, pids, folder } satisfies KeptServers));
  letGo();
  return { trino, moto };
}

/** Stops what still runs of servers that were left running; says whether there was any. */
export async function stopKeptServers(): Promise<boolean> {
  const kept = keptServers();
  if (!kept) return false;
  const pids = kept.pids.filter(isServer);
  await stopServers({ ...kept, pids });
  remove(kept.folder);
  fs.rmSync(keptFile(), { force: true });
  return pids.length > 0;
}

/** Those that were left running, if both still answer; if not, what is left of them is stopped. */
async function runningServers(): Promise<KeptServers | undefined> {
  const kept = keptServers();
  if (!kept || await serversAnswer(kept)) return kept;
  await stopKeptServers();
  return undefined;
}

function keptServers(): KeptServers | undefined {
  return fs.existsSync(keptFile()) ? JSON.parse(fs.readFileSync(keptFile(), 'utf8')) as KeptServers : undefined;
}

function keptFile(): string {
  return path.join(cacheFolder(), 'running.json');
}

/** What is started ends with this process from its first moment on. */
async function start(say: Say): Promise<StartedServers> {
  const installed = await install(say);
  say('Starting Trino and moto');
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'reference-engines-'));
  const pids: number[] = [];
  const atExit = () => {
    pids.forEach(endGroup);
    remove(folder);
  };
  const letGo = () => { process.off('exit', atExit); };
  process.once('exit', atExit);
  try {
    return { folder, servers: await startServers(installed, folder, pids), letGo };
  } catch (error) {
    // The error names a log in the folder.
    letGo();
    throw error;
  }
}

/** Servers that are about to end may still write to it. */
function remove(folder: string): void {
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
}

/** Ends a process group, without waiting for it: at the end of a process nothing can. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid);
  } catch {
    // It has ended by itself.
  }
}

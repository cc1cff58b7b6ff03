/**
 * The servers of the reference engines, for whoever needs them: those of the command that this process was started by, those that were
 * left running, or else new ones that stop when they are given back.
 */

import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { cacheFolder, install, Say } from './installation';
import { ServerAddresses, Servers, startServers, stopServers } from './servers';

/** Where the servers are, as JSON, in the environment of a command that may use them. */
export const SERVERS_VARIABLE = 'REFERENCE_ENGINES';

/** Servers in use. */
export interface BorrowedServers extends ServerAddresses {
  /** Stops them, if they were started for this. */
  giveBack(): Promise<void>;
}

/** What is known of servers that were left running. */
type KeptServers = Omit<Servers, 'stop'> & { readonly folder: string };

/** The servers of the command that this process was started by. */
export function serversOfThisCommand(): ServerAddresses | undefined {
  const text = process.env[SERVERS_VARIABLE];
  return text ? JSON.parse(text) as ServerAddresses : undefined;
}

/** Servers that answer. Installs and starts what is not there. */
export async function borrowServers(say: Say): Promise<BorrowedServers> {
  const running = serversOfThisCommand() ?? await keptServers();
  if (running) return { ...running, giveBack: async () => undefined };
  const { folder, servers } = await start(say);
  const atExit = () => {
    servers.pids.forEach(endGroup);
    fs.rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', atExit);
  return {
    ...servers,
    giveBack: async () => {
      process.off('exit', atExit);
      await servers.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Starts servers that outlive this process, if none are running. */
export async function keepServers(say: Say): Promise<ServerAddresses> {
  const running = await keptServers();
  if (running) return { trino: running.trino, moto: running.moto };
  const { folder, servers: { trino, moto, pids } } = await start(say);
  fs.writeFileSync(keptFile(), JSON.stringify({ trino, moto, pids, folder } satisfies KeptServers));
  return { trino, moto };
}

/** Stops servers that were left running; says whether there were any. */
export async function stopKeptServers(): Promise<boolean> {
  const kept = await keptServers();
  if (kept) {
    await stopServers(kept);
    fs.rmSync(kept.folder, { recursive: true, force: true });
  }
  fs.rmSync(keptFile(), { force: true });
  return kept !== undefined;
}

/** Those that were left running and still answer. */
async function keptServers(): Promise<KeptServers | undefined> {
  if (!fs.existsSync(keptFile())) return undefined;
  const kept = JSON.parse(fs.readFileSync(keptFile(), 'utf8')) as KeptServers;
  const answer = await fetch(`${kept.trino}/v1/info`).catch(() => undefined);
  return answer?.ok ? kept : undefined;
}

function keptFile(): string {
  return path.join(cacheFolder(), 'running.json');
}

async function start(say: Say): Promise<{ folder: string; servers: Servers }> {
  const installed = await install(say);
  say('Starting Trino and moto');
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'reference-engines-'));
  return { folder, servers: await startServers(installed, folder) };
}

/** Ends a process group, without waiting for it: at the end of a process nothing can. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid);
  } catch {
    // It has ended by itself.
  }
}

/** `npm run engines`: installs and starts the reference engines, and runs a command beside them. */

import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { install } from './installation';
import { borrowServers, keepServers, ownServers, SERVERS_VARIABLE, stopKeptServers } from './shared-servers';

const USAGE = `Usage: npm run engines -- [--own] COMMAND [ARGUMENT …]
       npm run engines -- OPTION

Installs the reference engines where they are missing, starts Trino and moto on free ports of 127.0.0.1, runs the command with their
addresses in ${SERVERS_VARIABLE}, and stops them. What runs already, after --keep, is used and left running.

  --own       uses no others than those that it starts: two commands at a time need their own
  --install   only installs
  --keep      starts them and leaves them running; prints their addresses
  --stop      stops what --keep left running
  --help      this text

They need Python 3, Maven and a JDK 17 or newer. Downloads go to $XDG_CACHE_HOME, or ~/.cache.
`;

/** What a signal does. Until the command runs it ends this process, and with it what it has started. */
let onSignal: (signal: NodeJS.Signals) => void = signal => process.exit(statusOf(signal));

function say(text: string): void {
  process.stderr.write(`${text} ...\n`);
}

function statusOf(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

/** The command's exit status; 128 and the signal's number when a signal ended it. */
async function execute([program, ...args]: string[], variables: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, ...variables } });
  // The signal may have come to this process alone. When the command has ended, so do the engines.
  onSignal = signal => child.kill(signal);
  return new Promise((resolve, reject) => {
    child.once('error', error => reject(new Error(`${program}: ${error.message}`)));
    child.once('close', (status, signal) => resolve(status ?? statusOf(signal!)));
  });
}

async function runBesideEngines(command: string[], isOwn = false): Promise<number> {
  const { trino, moto, giveBack } = await (isOwn ? ownServers : borrowServers)(say);
  try {
    return await execute(command, { [SERVERS_VARIABLE]: JSON.stringify({ trino, moto }) });
  } finally {
    await giveBack();
  }
}

async function main([first, ...rest]: string[]): Promise<number> {
  if (first !== undefined && !first.startsWith('--')) return runBesideEngines([first, ...rest]);
  if (first === '--own' && rest.length > 0 && !rest[0].startsWith('--')) return runBesideEngines(rest, true);
  switch (rest.length ? undefined : first) {
    case '--help':
      process.stdout.write(USAGE);
      return 0;
    case '--install':
      await install(say);
      return 0;
    case '--keep':
      process.stdout.write(`${JSON.stringify(await keepServers(say))}\n`);
      return 0;
    case '--stop':
      process.stdout.write(await stopKeptServers() ? 'stopped\n' : 'nothing was running\n');
      return 0;
    default:
      process.stderr.write(USAGE);
      return 2;
  }
}

for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.on(signal, () => onSignal(signal));

void main(process.argv.slice(2)).then(
  status => { process.exitCode = status; },
  error => {
    process.stderr.write(`error: ${(error as Error).message}\n`);
    process.exitCode = 1;
  },
);

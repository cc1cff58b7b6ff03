import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { cacheFolder } from '../simulator/reference/installation';
import type { ServerAddresses } from '../simulator/reference/servers';

const ROOT = path.resolve(__dirname, '..', '..');

/** A command that shows where the engines are, and ends with a status of its own. */
const SHOW = ['node', '-e', 'console.log(process.env.REFERENCE_ENGINES); process.exit(3)'];

/** A cache with what is installed, in which nothing runs. */
let cache: string;

beforeAll(() => {
  cache = fs.mkdtempSync(path.join(tmpdir(), 'command-test-'));
  const folder = path.join(cache, 'cdk-event-audit-archive');
  fs.mkdirSync(folder);
  for (const name of fs.readdirSync(cacheFolder()).filter(each => each !== 'running.json')) fs.symlinkSync(path.join(cacheFolder(), name), path.join(folder, name));
});

afterAll(() => {
  engines('--stop');
  fs.rmSync(cache, { recursive: true });
});

function commandLine(args: string[]): string[] {
  return ['--import', 'tsx', 'test/simulator/reference/command.ts', ...args];
}

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, XDG_CACHE_HOME: cache, REFERENCE_ENGINES: '' };
}

function engines(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, commandLine(args), { cwd: ROOT, env: environment(), encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** Whether both servers answer; they may not do so by halves. */
async function answer({ trino, moto }: ServerAddresses): Promise<boolean> {
  const answers = await Promise.all([trino, moto].map(url => fetch(url).then(() => true, () => false)));
  expect(new Set(answers).size).toBe(1);
  return answers[0];
}

test('a command runs beside engines that stop with it, and its status is passed on', async () => {
  const { status, stdout, stderr } = engines(...SHOW);
  expect(stderr).toMatch(/^Starting Trino and moto \.\.\.$/m);
  expect(status).toBe(3);
  const servers = JSON.parse(stdout) as ServerAddresses;
  expect(new URL(servers.trino).hostname).toBe('127.0.0.1');
  expect(await answer(servers)).toBe(false);
});

test('what --keep starts serves all later commands, until --stop', async () => {
  const kept = engines('--keep');
  const servers = JSON.parse(kept.stdout) as ServerAddresses;
  expect(await answer(servers)).toBe(true);
  expect(engines('--keep').stdout).toBe(kept.stdout);
  const used = engines(...SHOW);
  expect(JSON.parse(used.stdout)).toEqual(servers);
  expect(used.stderr).not.toContain('Starting');
  expect(await answer(servers)).toBe(true);
  expect(engines('--stop')).toMatchObject({ status: 0, stdout: 'stopped\n' });
  expect(await answer(servers)).toBe(false);
  expect(engines('--stop').stdout).toBe('nothing was running\n');
});

test('a signal ends the command and the engines', async () => {
  const child = spawn(process.execPath, commandLine(['node', '-e', 'console.log(process.env.REFERENCE_ENGINES); setInterval(() => 0, 1000)']), {
    cwd: ROOT, env: environment(), detached: true,
  });
  const servers = await new Promise<ServerAddresses>(resolve => child.stdout.on('data', text => resolve(JSON.parse(String(text)))));
  expect(await answer(servers)).toBe(true);
  const ended = new Promise(resolve => child.once('close', resolve));
  process.kill(-child.pid!, 'SIGINT');
  expect(await ended).toBe(130);
  expect(await answer(servers)).toBe(false);
});

test.each<[string, string[], number, string]>([
  ['no command', [], 2, 'Usage: npm run engines'],
  ['an unknown option', ['--nothing'], 2, 'Usage: npm run engines'],
  ['an option with a command', ['--keep', 'node'], 2, 'Usage: npm run engines'],
])('%s is answered by how it is used', (_what, args, expected, text) => {
  const { status, stderr } = engines(...args);
  expect(stderr).toContain(text);
  expect(status).toBe(expected);
});

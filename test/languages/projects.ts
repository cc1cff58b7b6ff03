// Fresh projects, in which the built packages are installed as their users install them.

import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { MAVEN_REPOSITORY, npmTarball, PACKAGES, wheel } from './packages';

/** The newest CDK that npm, PyPI, Maven Central and the proxy of Go's modules all have, and the lowest constructs that its Go module takes. */
const CDK_VERSION = '2.263.0';
const CONSTRUCTS_VERSION = '10.6.0';

/** What the package calls itself before it is released. */
const PACKAGE_VERSION = '0.0.0';

/** What a user sees of a program, and how it ended. */
export interface Run {
  readonly status: number | null;
  readonly terminal: string;
}

/** A project with an app. */
export interface Project {
  readonly folder: string;
  /** Runs the app as `cdk synth` does. */
  run(...args: string[]): Promise<Run>;
  /** Runs a snippet of the README that is an app. */
  runSnippet(source: string): Promise<Run>;
}

/** An npm project with a CDK of some version. */
export async function typeScriptProject(folder: string, cdkVersion = CDK_VERSION): Promise<Project> {
  await successful(npmInstall(folder, cdkVersion));
  fs.copyFileSync(path.join(__dirname, 'typescript', 'app.ts'), path.join(folder, 'app.ts'));
  const options = ['--target', 'es2022', '--module', 'node16', '--moduleResolution', 'node16', '--types', 'node', '--strict'];
  const compile = (file: string) => successful(run(folder, 'npx', 'tsc', ...options, file));
  await compile('app.ts');
  return {
    folder,
    run: (...args) => run(folder, 'node', 'app.js', ...args),
    runSnippet: async source => {
      fs.writeFileSync(path.join(folder, 'snippet.ts'), source);
      await compile('snippet.ts');
      return run(folder, 'node', 'snippet.js');
    },
  };
}

/** Installs the tarball and its peers, and a compiler; what npm says of it. */
export function npmInstall(folder: string, cdkVersion: string): Promise<Run> {
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({
    private: true,
    dependencies: { 'aws-cdk-lib': cdkVersion, 'constructs': '^10.5.1', 'cdk-event-audit-archive': `file:${npmTarball()}` },
    devDependencies: { '@types/node': '^20', 'typescript': '^6.0.3' },
  }));
  return run(folder, 'npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error');
}

/** A virtual environment. */
export async function pythonProject(folder: string): Promise<Project> {
  fs.mkdirSync(folder, { recursive: true });
  const python = path.join(folder, '.venv', 'bin', 'python');
  await successful(run(folder, 'python3', '-m', 'venv', '.venv'));
  await successful(run(folder, python, '-m', 'pip', 'install', '--quiet', `aws-cdk-lib==${CDK_VERSION}`, `constructs==${CONSTRUCTS_VERSION}`, wheel()));
  fs.copyFileSync(path.join(__dirname, 'python', 'app.py'), path.join(folder, 'app.py'));
  return {
    folder,
    run: (...args) => run(folder, python, 'app.py', ...args),
    runSnippet: source => {
      fs.writeFileSync(path.join(folder, 'snippet.py'), source);
      return run(folder, python, 'snippet.py');
    },
  };
}

/** A Maven project that takes the artifact from a repository of files. */
export async function javaProject(folder: string): Promise<Project> {
  fs.cpSync(path.join(__dirname, 'java'), folder, { recursive: true });
  const repository = path.join(folder, 'repository');
  linkAllBut(['io', 'github', 'eventauditarchive'], MAVEN_REPOSITORY, repository);
  const properties = {
    'maven.repo.local': repository,
    'packages': path.join(PACKAGES, 'java'),
    'package.version': PACKAGE_VERSION,
    'cdk.version': CDK_VERSION,
    'constructs.version': CONSTRUCTS_VERSION,
  };
  const maven = ['mvn', '-B', '-q', '-e', ...Object.entries(properties).map(([name, value]) => `-D${name}=${value}`)] as const;
  await successful(run(folder, ...maven, 'compile'));
  const execute = (...options: string[]) => run(folder, ...maven, 'compile', 'exec:java', ...options);
  return {
    folder,
    run: (...args) => execute(`-Dexec.args=${args.join(' ')}`),
    runSnippet: source => {
      const imports = source.match(/^import .*$/gm)!.join('\n');
      const statements = source.replace(/^import .*$/gm, '');
      const file = `package example;\n${imports}\npublic final class Snippet { public static void main(String[] args) {\n${statements}\n} }\n`;
      fs.writeFileSync(path.join(folder, 'src', 'main', 'java', 'example', 'Snippet.java'), file);
      return execute('-Dexec.mainClass=example.Snippet');
    },
  };
}

/**
 * Links what is in one folder into another, but for a folder in it. What Maven has once it does not look for again: with a repository of its
 * own, a project takes the package that is built here, and not one that was built elsewhere.
 */
function linkAllBut([name, ...rest]: readonly string[], from: string, into: string): void {
  fs.mkdirSync(into);
  for (const entry of fs.readdirSync(from).filter(each => each !== name)) fs.symlinkSync(path.join(from, entry), path.join(into, entry));
  const inner = path.join(from, name);
  if (rest.length > 0 && fs.existsSync(inner)) linkAllBut(rest, inner, path.join(into, name));
}

/** A Go module that finds the package's module beside it. */
export async function goProject(folder: string): Promise<Project> {
  fs.cpSync(path.join(__dirname, 'go'), folder, { recursive: true });
  fs.symlinkSync(path.join(PACKAGES, 'go'), path.join(folder, 'packages'));
  await successful(run(folder, 'go', 'build', '-o', 'app', '.'));
  return {
    folder,
    run: (...args) => run(folder, path.join(folder, 'app'), ...args),
    runSnippet: source => {
      fs.mkdirSync(path.join(folder, 'snippet'));
      fs.writeFileSync(path.join(folder, 'snippet', 'main.go'), source);
      return run(folder, 'go', 'run', './snippet');
    },
  };
}

/** What an app of a project synthesized. */
export function templateOf({ folder }: Project, stack = 'Languages'): object {
  return JSON.parse(fs.readFileSync(path.join(folder, 'cdk.out', `${stack}.template.json`), 'utf8')) as object;
}

/** The warnings at a stack that an app synthesized, which `cdk` prints. */
export function warningsOf({ folder }: Project, stack = 'Languages'): string[] {
  const metadata = JSON.parse(fs.readFileSync(path.join(folder, 'cdk.out', `${stack}.metadata.json`), 'utf8')) as Metadata;
  return Object.values(metadata).flat().filter(({ type }) => type === 'aws:cdk:warning').map(({ data }) => data as string);
}

/** What is known of constructs, by their paths. */
interface Metadata {
  readonly [path: string]: ReadonlyArray<{ readonly type: string; readonly data?: unknown }>;
}

/** Runs a program to its end. */
export function run(folder: string, command: string, ...args: string[]): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: folder, env: { ...process.env, CDK_OUTDIR: path.join(folder, 'cdk.out') }, stdio: ['ignore', 'pipe', 'pipe'] });
    let terminal = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', text => { terminal += text; });
    child.on('error', reject).on('close', status => resolve({ status, terminal }));
  });
}

async function successful(running: Promise<Run>): Promise<void> {
  const { status, terminal } = await running;
  if (status !== 0) throw new Error(`ended with ${status}:\n${terminal}`);
}

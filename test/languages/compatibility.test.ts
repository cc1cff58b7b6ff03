// Which versions of the CDK the package takes, and that it works with the lowest and with the newest of them.

import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { newestCdk } from './newest';
import { PACKAGES, wheel } from './packages';
import { npmInstall, typeScriptProject } from './projects';

const { peerDependencies } = JSON.parse(fs.readFileSync(path.resolve(__dirname, '..', '..', 'package.json'), 'utf8')) as { peerDependencies: { [name: string]: string } };
const FLOOR = peerDependencies['aws-cdk-lib'].replace('^', '');

const folder = fs.mkdtempSync(path.join(tmpdir(), 'compatibility-'));

afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

test('the app synthesizes with the lowest CDK and with the newest, and nothing that it uses is deprecated', async () => {
  const versions = [FLOOR, newestCdk()];
  const projects = await Promise.all(versions.map(version => typeScriptProject(path.join(folder, version), version)));
  for (const project of projects) expect(await project.run()).toEqual({ status: 0, terminal: '' });
});

test('npm refuses a CDK below the floor, and says which one is wanted', async () => {
  const [, minor] = FLOOR.split('.');
  const { status, terminal } = await npmInstall(path.join(folder, 'older'), `2.${Number(minor) - 1}.0`);
  expect(status).not.toBe(0);
  expect(terminal).toContain('ERESOLVE');
  expect(terminal).toContain(`peer aws-cdk-lib@"${peerDependencies['aws-cdk-lib']}" from cdk-event-audit-archive`);
});

describe('the package asks for a CDK that is not below the floor', () => {
  const textOf = (language: string, ending: string) => {
    const root = path.join(PACKAGES, language);
    const [name] = fs.readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith(ending));
    return fs.readFileSync(path.join(root, name), 'utf8');
  };

  test('pip', () => {
    const script = 'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.read(next(n for n in z.namelist() if n.endswith("METADATA"))).decode())';
    expect(execFileSync('python3', ['-c', script, wheel()], { encoding: 'utf8' })).toContain(`Requires-Dist: aws-cdk-lib <3.0.0,>=${FLOOR}\n`);
  });

  test('Go', () => {
    expect(textOf('go', path.join('cdkeventauditarchive', 'go.mod'))).toContain(`github.com/aws/aws-cdk-go/awscdk/v2 v${FLOOR}\n`);
  });

  test('NuGet', () => {
    expect(textOf('dotnet', '.csproj')).toContain(`<PackageReference Include="Amazon.CDK.Lib" Version="[${FLOOR},3.0.0)" />`);
  });

  test('Maven, by the newest there was when it was built; what an app itself asks for comes first', () => {
    const [, version] = /<artifactId>aws-cdk-lib<\/artifactId>\s*<version>([\d.]+)<\/version>/.exec(textOf('java', '.pom'))!;
    expect(Number(version.split('.')[1])).toBeGreaterThanOrEqual(Number(FLOOR.split('.')[1]));
  });
});

/**
 * Runs the tests with the newest aws-cdk-lib of npm in the place of the lowest, with jest's own options:
 *
 *     npm run newest [-- OPTION …]
 */

import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { cacheFolder } from '../simulator/reference/installation';

/** Its version. */
export function newestCdk(): string {
  return execFileSync('npm', ['view', 'aws-cdk-lib', 'version'], { encoding: 'utf8' }).trim();
}

function modulesWith(version: string): string {
  const name = `aws-cdk-lib-${version}`;
  const folder = path.join(cacheFolder(), name);
  const older = fs.existsSync(cacheFolder()) ? fs.readdirSync(cacheFolder()).filter(each => each.startsWith('aws-cdk-lib-') && each !== name) : [];
  for (const each of older) fs.rmSync(path.join(cacheFolder(), each), { recursive: true });
  fs.mkdirSync(folder, { recursive: true });
  execFileSync('npm', ['install', '--silent', '--prefer-offline', '--no-audit', '--no-fund', '--prefix', folder, `aws-cdk-lib@${version}`, 'constructs@10']);
  return path.join(folder, 'node_modules');
}

if (require.main === module) {
  const version = newestCdk();
  // Its checks of each template take more time than all else.
  const env = { ...process.env, CDK_VALIDATION: 'false', CDK_VERSION: version, CDK_MODULES: modulesWith(version) };
  process.exitCode = spawnSync('npx', ['jest', '--config', 'jest.newest.mjs', ...process.argv.slice(2)], { stdio: 'inherit', env }).status ?? 1;
}

import * as fs from 'node:fs';
import * as path from 'node:path';

const versionOf = (folder: string) => (JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')) as { version: string }).version;

test('the tests run with the lowest CDK that the package takes, or with the one that is asked for', () => {
  const { peerDependencies } = JSON.parse(fs.readFileSync(path.resolve(__dirname, '..', 'package.json'), 'utf8'));
  const lowest = peerDependencies['aws-cdk-lib'].replace('^', '');
  expect(versionOf(path.dirname(require.resolve('aws-cdk-lib')))).toBe(process.env.CDK_VERSION ?? lowest);
});

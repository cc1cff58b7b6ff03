// jest.config.json with another aws-cdk-lib than the one of package.json: the folder of modules in CDK_MODULES has it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const config = JSON.parse(readFileSync(new URL('jest.config.json', import.meta.url), 'utf8'));
const modules = process.env.CDK_MODULES;
if (!modules) throw new Error('CDK_MODULES is to name a folder of modules with aws-cdk-lib and constructs');

export default {
  ...config,
  // What tests the simulator and the mutants is the same with every CDK.
  testPathIgnorePatterns: [...config.testPathIgnorePatterns, '<rootDir>/test/simulator/', '<rootDir>/test/mutants/'],
  moduleNameMapper: {
    ...config.moduleNameMapper,
    '^(aws-cdk-lib|constructs)(/.*)?$': join(modules, '$1$2'),
  },
};

// Mutates the sources of one room, whose name is in STRYKER_ROOM: see test/mutants/sources/report.ts.
const room = process.env.STRYKER_ROOM;

export default {
  packageManager: 'npm',
  testRunner: 'jest',
  jest: { projectType: 'custom', configFile: 'jest.stryker.json', enableFindRelatedTests: false },
  mutate: [`src/${room}/**/*.ts`],
  coverageAnalysis: 'perTest',
  concurrency: 2,
  incremental: true,
  incrementalFile: `test-reports/stryker/${room}.incremental.json`,
  reporters: ['progress-append-only', 'json'],
  jsonReporter: { fileName: `test-reports/stryker/${room}.json` },
  tempDirName: 'test-reports/stryker/tmp',
  ignorePatterns: ['lib', 'dist', 'cdk.out', 'test-reports', 'coverage', '.jsii*'],
  // On a busy machine a slow test is no mutant that never ends.
  timeoutMS: 120_000,
  warnings: { slow: false },
};

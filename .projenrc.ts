import { awscdk, javascript, JsonFile } from 'projen';

/** What every run of jest needs. */
const JEST = {
  testTimeout: 60_000,
  collectCoverage: false,
  globalSetup: '<rootDir>/test/temporary-files.ts',
  moduleNameMapper: { '^cdk-event-audit-archive$': '<rootDir>/src' },
};

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-event-audit-archive',
  description: 'Who did what, when, and can you prove it? An AWS CDK construct that archives EventBridge events in S3 and makes them queryable in Athena.',
  author: 'EventAuditArchive contributors',
  authorAddress: 'https://github.com/event-audit-archive',
  authorOrganization: true,
  repositoryUrl: 'https://github.com/event-audit-archive/cdk-event-audit-archive.git',
  keywords: ['cdk', 'aws-cdk', 'awscdk', 'eventbridge', 'audit', 'cloudtrail', 'firehose', 'athena', 'glue', 's3', 'archive', 'compliance', 'security'],
  license: 'Apache-2.0',
  copyrightOwner: 'EventAuditArchive contributors',
  defaultReleaseBranch: 'main',
  projenrcTs: true,
  packageManager: javascript.NodePackageManager.NPM,

  // The peer floor: the lowest version with all that the construct needs. The youngest of that is `Validations.acknowledge` (2.252.0),
  // by which the library tells rule packs why a finding is inherent; 2.258.0 is the first in which such a pack (cdk-nag 3) runs and
  // reads it, so the first on which the library's promise of no unacknowledged finding can be tested.
  cdkVersion: '2.258.0',
  constructsVersion: '10.5.1',
  jsiiVersion: '~6.0.0',
  minNodeVersion: '20.0.0',
  workflowNodeVersion: '22',

  publishToPypi: { distName: 'cdk-event-audit-archive', module: 'cdk_event_audit_archive' },
  publishToMaven: {
    javaPackage: 'io.github.eventauditarchive',
    mavenGroupId: 'io.github.eventauditarchive',
    mavenArtifactId: 'cdk-event-audit-archive',
  },
  publishToGo: { moduleName: 'github.com/event-audit-archive/cdk-event-audit-archive-go' },
  // In a namespace of its own name the class would hide the namespace, and nothing in it would compile.
  publishToNuget: { dotNetNamespace: 'CdkEventAuditArchive', packageId: 'CdkEventAuditArchive' },

  devDeps: [
    'aws-cdk@^2.1148.1', // npm's `latest` is an accidental 3.0.0 that cannot read today's assemblies
    '@stryker-mutator/core@^9', // 10 needs Node.js 22
    '@stryker-mutator/jest-runner@^9',
    'cdk-nag@^3.0.2',
    '@duckdb/node-api@1.5.5-r.5',
    'fast-check@^4',
    'jq-web@~0.6.0',
    'tsx@^4',
  ],
  npmignoreEnabled: false, // `files` says it, below
  sampleCode: false,
  eslintOptions: { dirs: ['src'], devdirs: ['test', 'examples'], projectService: false, tsconfigPath: './tsconfig.dev.json' },
  jestOptions: {
    configFilePath: 'jest.config.json',
    jestConfig: { ...JEST, testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/reference/', '<rootDir>/test/languages/'] },
  },
  tsconfigDevFile: 'tsconfig.dev.json',
  tsconfigDev: {
    include: ['examples/**/*.ts', '.projenrc.ts'],
    compilerOptions: { paths: { 'cdk-event-audit-archive': ['./src'] } },
  },
  gitignore: ['cdk.out/', '.cache/', '.jsii.tabl.json'],
});

// `npm ci` wants every platform's package of a native dependency, and those of 1.13.0 were not all published when the lock was made.
project.package.addPackageResolutions('unrs-resolver@1.12.2');
// The Go module asks for the versions that lie here, and not every version is on the proxy of Go's modules.
project.tryFindObjectFile('package.json')?.addOverride('overrides.@aws-cdk/cloud-assembly-schema', '54.11.0');
project.tryFindObjectFile('package.json')?.addOverride('overrides.@aws-cdk/asset-node-proxy-agent-v6', '2.1.2');

// The sources are in the repository. Inside each compiled file they would double the package's size.
for (const option of ['inlineSourceMap', 'inlineSources']) project.tryFindObjectFile('tsconfig.json')?.addOverride(`compilerOptions.${option}`, false);

// jsii's warnings are errors here: a name that is reserved in one of the five languages is changed, not silenced.
project.compileTask.reset('jsii --fail-on-warnings');
// What was compiled of a source that is gone would be packed.
project.preCompileTask.exec('rm -rf lib');
// Every snippet of the README and of the docstrings compiles, or the build fails.
project.postCompileTask.exec('jsii-rosetta extract --compile --strict');

// The doc comments are read in `.d.ts` and `.jsii`; in what runs they are a seventh of the package.
project.postCompileTask.exec('tsx test/languages/without-comments.ts');

// What goes into the npm package; npm adds README.md, LICENSE and package.json itself. Whatever else lies here stays here.
project.package.addField('files', ['lib/**/*.js', 'lib/**/*.d.ts', '.jsii']);
// pacmak would write an .npmignore of its own, and the build ends where a file is new.
for (const task of project.tasks.all) {
  task.steps.forEach((step, index) => {
    if (step.execArgs?.[0] === 'jsii-pacmak') task.updateStep(index, { ...step, execArgs: [...step.execArgs, '--no-npmignore'] });
  });
}

project.addScripts({
  'demo': 'tsx test/simulator/demo.ts',
  'engines': 'tsx test/simulator/reference/command.ts',
  'packages': 'tsx test/languages/packages.ts',
  'api-changes': 'tsx test/languages/api-changes.ts',
  'newest': 'tsx test/languages/newest.ts',
  'mutants': 'tsx test/mutants/report.ts',
  'mutants:sources': 'tsx test/mutants/sources/report.ts',
});

// The tests of the reference engines, and whatever runs events from end to end once more, on both sets of engines. Trino has one catalog
// for all: one test file at a time.
new JsonFile(project, 'jest.reference.json', {
  obj: {
    ...JEST,
    testTimeout: 300_000,
    maxWorkers: 1,
    testMatch: [
      '<rootDir>/test/reference/**/*.test.ts', '<rootDir>/test/end-to-end/**/*.test.ts',
      '<rootDir>/test/examples/use-cases.test.ts', '<rootDir>/test/capture/many-buses.test.ts',
    ],
    transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'tsconfig.dev.json' }] },
  },
});

// The tests of the built packages, which `npm run packages` makes.
new JsonFile(project, 'jest.languages.json', {
  obj: {
    ...JEST,
    testTimeout: 900_000,
    testMatch: ['<rootDir>/test/languages/*.test.ts'],
    transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'tsconfig.dev.json' }] },
  },
});

// The tests that judge a mutant of the sources: nothing is checked again that has nothing to do with it.
new JsonFile(project, 'jest.stryker.json', {
  obj: {
    ...JEST,
    testEnvironment: './test/mutants/sources/bail-environment.cjs',
    testMatch: ['<rootDir>/test/mutants/sources/room-tests.ts'],
    transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'tsconfig.dev.json', isolatedModules: true, diagnostics: false }] },
  },
});

// publib's own default; named in the workflow it would only be one more thing to keep in step.
project.tryFindObjectFile('.github/workflows/release.yml')?.addDeletionOverride('jobs.release_npm.steps.9.env.NPM_REGISTRY');

project.synth();

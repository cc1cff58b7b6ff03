// One app in four languages, from the packages that users install: they synthesize the same template, and a wrong prop is said alike.

import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { goProject, javaProject, Project, pythonProject, Run, templateOf, typeScriptProject, warningsOf } from './projects';

const MAKERS: { readonly [language: string]: (folder: string) => Promise<Project> } = {
  TypeScript: typeScriptProject,
  Python: pythonProject,
  Java: javaProject,
  Go: goProject,
};
const LANGUAGES = Object.keys(MAKERS);
const OTHERS = LANGUAGES.filter(language => language !== 'TypeScript');

const README = fs.readFileSync(path.resolve(__dirname, '..', '..', 'README.md'), 'utf8');
const FENCES: { readonly [language: string]: string } = { TypeScript: 'ts', Python: 'python', Java: 'java', Go: 'go' };

const folder = fs.mkdtempSync(path.join(tmpdir(), 'languages-'));
const projects = new Map<string, Promise<Project>>();

beforeAll(async () => {
  for (const language of LANGUAGES) projects.set(language, MAKERS[language](path.join(folder, language)));
  // What is missing for one language fails that language's tests.
  await Promise.allSettled(projects.values());
});

afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** The template of a language's app, synthesized once. */
const template = once(async language => {
  const project = await projects.get(language)!;
  requireSuccess(await project.run());
  return templateOf(project);
});

/** The template of the README's first use in a language. */
const firstUse = once(async language => {
  const project = await projects.get(language)!;
  const [, source] = new RegExp(`\`\`\`${FENCES[language]}\\n([^]*?)\`\`\``).exec(README)!;
  requireSuccess(await project.runSnippet(source));
  return templateOf(project, 'AuditStack');
});

function once(synthesize: (language: string) => Promise<object>): (language: string) => Promise<object> {
  const done = new Map<string, Promise<object>>();
  return language => {
    if (!done.has(language)) done.set(language, synthesize(language));
    return done.get(language)!;
  };
}

function requireSuccess({ status, terminal }: Run): void {
  if (status !== 0) throw new Error(terminal);
}

test('the app uses what the library has', async () => {
  const { Resources } = await template('TypeScript') as { Resources: { [id: string]: { Type: string } } };
  const types = Object.values(Resources).map(({ Type }) => Type);
  expect(types).toEqual(expect.arrayContaining([
    'AWS::KinesisFirehose::DeliveryStream', 'AWS::Events::ApiDestination', 'AWS::Athena::NamedQuery', 'AWS::CloudWatch::Alarm',
    'AWS::CloudTrail::Trail', 'AWS::Events::Archive', 'AWS::Events::EventBusPolicy', 'AWS::Logs::Delivery',
  ]));
});

test.each(OTHERS)('%s synthesizes the template that TypeScript does', async language => {
  expect(await template(language)).toEqual(await template('TypeScript'));
});

test.each(LANGUAGES)('%s: what there is to warn of is acknowledged', async language => {
  await template(language);
  expect(warningsOf(await projects.get(language)!)).toEqual([]);
});

test.each(OTHERS)('%s: the first use in the README is that of TypeScript', async language => {
  expect(await firstUse(language)).toEqual(await firstUse('TypeScript'));
});

test.each(LANGUAGES)('%s: a wrong prop is said on the terminal, with its value and what would be right', async language => {
  const { status, terminal } = await (await projects.get(language)!).run('30');
  expect(status).not.toBe(0);
  expect(terminal).toMatch(/delivery\.bufferInterval: got 30 seconds; with dynamic partitioning Firehose accepts 60 to 900 seconds$/m);
});

test('in TypeScript nothing else is on the terminal', async () => {
  expect(await (await projects.get('TypeScript')!).run()).toEqual({ status: 0, terminal: '' });
});

// What the packages tell their users, each in its own language.

import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { PACKAGES, wheel } from './packages';

const folder = fs.mkdtempSync(path.join(tmpdir(), 'documentation-'));

afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** The texts of files below a folder whose names end so. */
function textsIn(root: string, ending: string): string[] {
  const names = fs.readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith(ending)).sort();
  return names.map(name => fs.readFileSync(path.join(root, name), 'utf8'));
}

/** What is packed in a wheel or a jar. */
function unpacked(archive: string): string {
  const target = path.join(folder, path.basename(archive));
  if (!fs.existsSync(target)) execFileSync('python3', ['-m', 'zipfile', '-e', archive, target]);
  return target;
}

function sourcesJar(): string {
  const java = path.join(PACKAGES, 'java');
  const [name] = fs.readdirSync(java, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('-sources.jar'));
  return path.join(java, name);
}

/** The snippets of a language in a README, as Markdown has them. */
function fenced(markdown: string, language: string): string[] {
  return [...markdown.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'))].map(([, source]) => source);
}

const README = fs.readFileSync(path.resolve(__dirname, '..', '..', 'README.md'), 'utf8');

const TYPESCRIPT = /import (\* as|\{|type) |from ["']aws-cdk-lib|const \w+ = new |```ts/;

/** A key of event data, or of a payload, that was translated as if it were a prop's name. */
const TRANSLATED_KEY = /(?:detail=|fields\(|template\([^{\n]*)\{[^}]*"[a-z0-9]+_[a-z0-9_]+":/;

function linesOf(text: string, pattern: RegExp): string[] {
  return text.split('\n').filter(line => pattern.test(line));
}

/** Where each language's package has its README, and its documentation in code. */
const DOCUMENTED: { readonly [language: string]: () => { readonly readme: string; readonly code: string } } = {
  'Python': () => ({ readme: textsIn(unpacked(wheel()), 'METADATA')[0], code: textsIn(unpacked(wheel()), '__init__.py').join() }),
  'Java': () => ({ readme: textsIn(unpacked(sourcesJar()), 'package-info.java')[0], code: textsIn(unpacked(sourcesJar()), '.java').join() }),
  'Go': () => ({ readme: textsIn(path.join(PACKAGES, 'go'), 'README.md')[0], code: textsIn(path.join(PACKAGES, 'go'), '.go').join() }),
  'C#': () => ({ readme: textsIn(path.join(PACKAGES, 'dotnet'), 'NamespaceDoc.cs')[0], code: textsIn(path.join(PACKAGES, 'dotnet'), '.cs').join() }),
};

test('a key that was translated is found', () => {
  const lines = ['detail={"eventSource": ["a"], "event_name": ["b"]}', 'FanOutPayload.fields({"event_time": "$.time"})', 'detail={"eventName": ["b"]},', 'name_mapping={"event_bus": "eventBus"}'];
  expect(linesOf(lines.join('\n'), TRANSLATED_KEY)).toEqual(lines.slice(0, 2));
});

test('the README itself holds TypeScript', () => {
  expect(linesOf(README, TYPESCRIPT).length).toBeGreaterThan(20);
});

describe.each(Object.keys(DOCUMENTED))('%s', language => {
  const { readme, code } = DOCUMENTED[language]();

  test('the README and the examples hold no TypeScript', () => {
    expect(linesOf(readme + code, TYPESCRIPT)).toEqual([]);
  });

  test('the names in event data are as EventBridge has them', () => {
    expect(linesOf(readme, /"eventName"/)).not.toEqual([]);
    expect(linesOf(readme + code, TRANSLATED_KEY)).toEqual([]);
  });

  test('nothing is named that only the check of the snippets has', () => {
    expect(linesOf(readme + code, /fixture/i)).toEqual([]);
  });

  test('every link leads somewhere from wherever the README is read', () => {
    const links = [...readme.matchAll(/\]\(([^)]+)\)|<a href="([^"]+)"|^\[[\w-]+\]: (\S+)$/gm)].map(([, inline, html, defined]) => inline ?? html ?? defined);
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter(link => !link.startsWith('https://'))).toEqual([]);
  });
});

test('every snippet of the Python README is Python', () => {
  const snippets = fenced(DOCUMENTED.Python().readme, 'python');
  expect(snippets).toHaveLength(fenced(README, 'ts').length + 1);
  const program = 'import json, sys\nfor number, source in enumerate(json.load(sys.stdin)): compile(source, f"snippet {number}", "exec")';
  expect(() => execFileSync('python3', ['-W', 'error', '-c', program], { input: JSON.stringify(snippets) })).not.toThrow();
  expect(() => execFileSync('python3', ['-c', program], { input: JSON.stringify(['const x = 1;']), stdio: 'pipe' })).toThrow();
});

// What the README shows in other languages than TypeScript is what rosetta makes of the TypeScript beside it. It compiles in all of them:
// `jsii-rosetta extract --compile --strict` is a step of its own, and leaves the translations that are read here.

import * as fs from 'node:fs';
import * as path from 'node:path';

const ROOT = path.resolve(__dirname, '..');
const TRANSLATIONS = path.join(ROOT, '.jsii.tabl.json');

interface Tablet {
  readonly snippets: { readonly [key: string]: { readonly translations: { readonly [language: string]: { readonly source: string } } } };
}

/** The README's snippets of a language. */
function snippets(readme: string, language: string): string[] {
  return [...readme.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))].map(([, source]) => source.trim());
}

/** Blank lines are rosetta's own affair. */
function withoutBlankLines(source: string): string {
  return source.replace(/\n{2,}/g, '\n').trim();
}

test('its links into the repository lead to files that are there', () => {
  const paths = [...fs.readFileSync(path.join(ROOT, 'README.md'), 'utf8').matchAll(/\/cdk-event-audit-archive\/blob\/main\/(\S+)/g)].map(([, file]) => file);
  expect(paths.length).toBeGreaterThan(5);
  expect(paths.filter(file => !fs.existsSync(path.join(ROOT, file)))).toEqual([]);
});

test.each(['python', 'java'])('the first use in %s is the translation of the first use', language => {
  if (!fs.existsSync(TRANSLATIONS)) throw new Error('there are no translations: run `npx projen compile && npx projen post-compile` first');
  const readme = fs.readFileSync(path.join(ROOT, 'README.md'), 'utf8');
  const [firstUse] = snippets(readme, 'ts');
  const { snippets: translated } = JSON.parse(fs.readFileSync(TRANSLATIONS, 'utf8')) as Tablet;
  const found = Object.values(translated).find(({ translations }) => translations.$.source.trim() === firstUse);
  expect(snippets(readme, language)).toHaveLength(1);
  expect(withoutBlankLines(snippets(readme, language)[0])).toBe(withoutBlankLines(found!.translations[language].source));
});

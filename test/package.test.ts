// What goes into the npm package: what package.json says goes in, and so nothing that merely lies in the folder.

import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import * as ts from 'typescript';
import { removeComments, withoutComments } from './languages/without-comments';

const REPOSITORY = path.resolve(__dirname, '..');

/** A library as it is compiled, and what npm adds itself. */
const PACKED = ['.jsii', 'LICENSE', 'README.md', 'lib/index.d.ts', 'lib/index.js', 'lib/storage/storage.d.ts', 'lib/storage/storage.js', 'package.json'];

/** What somebody may leave there. */
const STRAY = [
  'notes.txt', '.env', 'credentials.json', 'API.md', 'stray.js', 'stray.d.ts', '.jsii.tabl.json', 'test.sh', 'cdk.out/Stack.template.json', 'docs/page.md',
  'src/index.ts', 'src/stray.js', 'test/stray.js', 'examples/lib/stray.js', 'dist/js/package.tgz',
  'lib/notes.txt', 'lib/index.js.map', 'lib/storage/events.jsonl', 'lib/storage/storage.ts', 'lib/.env',
];

/** What npm packs of a folder with files of these names, by a manifest. */
function packed(manifest: object): string[] {
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'package-'));
  for (const name of [...PACKED, ...STRAY]) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), name === 'package.json' ? JSON.stringify(manifest) : '// A file.\n');
  }
  const report = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const [{ files }] = JSON.parse(report) as Array<{ readonly files: ReadonlyArray<{ readonly path: string }> }>;
  return files.map(file => file.path).sort();
}

const { files, ...manifest } = JSON.parse(fs.readFileSync(path.join(REPOSITORY, 'package.json'), 'utf8')) as { readonly files: string[] };

test('a stray file is not packed, wherever it lies', () => {
  expect(packed({ ...manifest, files })).toEqual([...PACKED].sort());
});

test('without the list of what goes in, it would be', () => {
  expect(packed(manifest)).toEqual(expect.arrayContaining(STRAY));
});

test('no other list says what goes in or stays out, and pacmak writes none', () => {
  expect(fs.existsSync(path.join(REPOSITORY, '.npmignore'))).toBe(false);
  interface Task { readonly steps?: ReadonlyArray<{ readonly execArgs?: readonly string[] }> }
  const { tasks } = JSON.parse(fs.readFileSync(path.join(REPOSITORY, '.projen', 'tasks.json'), 'utf8')) as { readonly tasks: { readonly [name: string]: Task } };
  const packing = Object.values(tasks).flatMap(({ steps = [] }) => steps).filter(({ execArgs = [] }) => execArgs[0] === 'jsii-pacmak');
  expect(packing).toHaveLength(5);
  for (const { execArgs } of packing) expect(execArgs).toContain('--no-npmignore');
});

describe('the compiled files', () => {
  const PROGRAM = `"use strict";
// For whom it is.
Object.defineProperty(exports, "__esModule", { value: true });
/** An address. @see https://example.com */
const URL = "https://example.com/*not a comment*/"; // behind it
const PATTERN = /\\/\\/ [/*] "/g;
class Named {
    // Nothing.
    static [Symbol.for("jsii.rtti")] = { fqn: "package.Named", version: "0.0.0" };
    text = \`// \${URL /* within */} */\`;
}
exports.Named = Named;
`;

  /** What a program consists of, whatever stands between. */
  function tokens(text: string): string[] {
    const source = ts.createSourceFile('program.js', text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
    const leaves = (node: ts.Node): string[] => {
      const children = node.getChildren(source).filter(({ kind }) => kind < ts.SyntaxKind.FirstJSDocNode || kind > ts.SyntaxKind.LastJSDocNode);
      return children.length === 0 ? [node.getText(source)] : children.flatMap(leaves);
    };
    return leaves(source).filter(leaf => leaf !== '');
  }

  test('lose their comments, and nothing that looks like one', () => {
    const stripped = withoutComments(PROGRAM);
    expect(tokens(stripped)).toEqual(tokens(PROGRAM));
    expect(stripped).toContain('"https://example.com/*not a comment*/"');
    for (const comment of ['For whom', 'An address', 'behind it', 'Nothing', 'within']) expect(stripped).not.toContain(comment);
  });

  test('lose nothing else, in any source', () => {
    const sources = fs.readdirSync(path.join(REPOSITORY, 'src'), { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ts'));
    expect(sources.length).toBeGreaterThan(100);
    for (const name of sources) {
      const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS };
      const compiled = ts.transpileModule(fs.readFileSync(path.join(REPOSITORY, 'src', name), 'utf8'), { compilerOptions }).outputText;
      expect(tokens(withoutComments(compiled))).toEqual(tokens(compiled));
    }
  });

  test('keep their doc comments where editors and other languages read them', () => {
    const folder = fs.mkdtempSync(path.join(tmpdir(), 'compiled-'));
    const declarations = '/** An archive. */\nexport declare class Archive {\n}\n';
    fs.mkdirSync(path.join(folder, 'storage'));
    fs.writeFileSync(path.join(folder, 'storage', 'archive.d.ts'), declarations);
    fs.writeFileSync(path.join(folder, 'storage', 'archive.js'), '"use strict";\n/** An archive. */\nclass Archive {\n}\n');
    removeComments(folder);
    expect(fs.readFileSync(path.join(folder, 'storage', 'archive.d.ts'), 'utf8')).toBe(declarations);
    expect(fs.readFileSync(path.join(folder, 'storage', 'archive.js'), 'utf8')).toBe('"use strict";\nclass Archive {\n}\n');
  });
});

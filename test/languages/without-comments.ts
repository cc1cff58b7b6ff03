/**
 * Takes the comments out of what the sources were compiled to, for the npm package, which is a third smaller without them:
 *
 *     tsx test/languages/without-comments.ts
 *
 * Editors and the other languages read the doc comments in `.d.ts` and `.jsii`, where they stay. jsii does not let the compiler leave them
 * out, which would leave them out there too.
 */

import * as fs from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';

const COMPILED = path.resolve(__dirname, '..', '..', 'lib');

/** A program as it was, without its comments: written anew by the compiler that wrote it. */
export function withoutComments(javaScript: string): string {
  const { outputText } = ts.transpileModule(javaScript, {
    fileName: 'compiled.js',
    compilerOptions: { allowJs: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, removeComments: true },
  });
  return outputText;
}

/** Takes the comments out of all files of JavaScript in a folder. */
export function removeComments(folder: string): void {
  for (const name of fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(each => each.endsWith('.js'))) {
    const file = path.join(folder, name);
    fs.writeFileSync(file, withoutComments(fs.readFileSync(file, 'utf8')));
  }
}

if (require.main === module) removeComments(COMPILED);

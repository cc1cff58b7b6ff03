// The doc comments of all that `src/index.ts` exports: the reference in five languages is made of them. jsii takes the first sentence for
// the summary, which it ends at a semicolon too, and tells of a parameter what `@param` says, and nothing else.

import * as fs from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';

const INDEX = path.resolve(__dirname, '..', 'src', 'index.ts');

/** What stays readable as one line of an overview. */
const MAX_SUMMARY_LENGTH = 200;

/** A class or interface, a member of it or a parameter of that, and what is said of it. */
interface Documented {
  readonly name: string;
  readonly text: string;
}

function parse(file: string, text = fs.readFileSync(file, 'utf8')): ts.SourceFile {
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
}

/** All that can be read about a source's classes and interfaces, or about those of these names. */
function documentedIn(source: ts.SourceFile, names?: readonly string[]): Documented[] {
  return source.statements
    .filter(statement => ts.isClassDeclaration(statement) || ts.isInterfaceDeclaration(statement))
    .filter(declared => names?.includes(declared.name!.text) ?? has(declared, ts.SyntaxKind.ExportKeyword))
    .flatMap(declared => [
      { name: declared.name!.text, text: textOf(declared) },
      ...[...declared.members].filter(isPublic).flatMap(member => documentedMember(declared.name!.text, member)),
    ]);
}

function documentedMember(type: string, member: ts.ClassElement | ts.TypeElement): Documented[] {
  const name = `${type}.${member.name?.getText() ?? 'constructor'}`;
  const parameters = ts.isFunctionLike(member) ? [...member.parameters] : [];
  return [
    { name, text: textOf(member) },
    ...parameters.map(parameter => ({
      name: `${name}(${parameter.name.getText()})`,
      text: ts.getTextOfJSDocComment(ts.getJSDocParameterTags(parameter)[0]?.comment) ?? '',
    })),
  ];
}

function isPublic(member: ts.ClassElement | ts.TypeElement): boolean {
  return !has(member, ts.SyntaxKind.PrivateKeyword) && !ts.getJSDocTags(member).some(({ tagName }) => tagName.text === 'internal');
}

function has(node: ts.Node, modifier: ts.SyntaxKind): boolean {
  return ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some(({ kind }) => kind === modifier);
}

function textOf(node: ts.Node): string {
  return ts.getTextOfJSDocComment(ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).at(-1)?.comment) ?? '';
}

/** All that `index.ts` exports, from whichever file. */
function published(): Documented[] {
  return parse(INDEX).statements.filter(ts.isExportDeclaration).flatMap(({ moduleSpecifier, exportClause }) => {
    const file = path.resolve(path.dirname(INDEX), `${(moduleSpecifier as ts.StringLiteral).text}.ts`);
    const names = exportClause && ts.isNamedExports(exportClause) ? exportClause.elements.map(({ name }) => name.text) : undefined;
    return documentedIn(parse(file), names);
  });
}

function faultsOf({ name, text }: Documented): string[] {
  if (text === '') return [`${name}: nothing is said`];
  const [paragraph] = text.split(/\n\s*\n/);
  const sentence = /^.*?\.(?=\s|$)/s.exec(paragraph)?.[0] ?? paragraph;
  return [
    ...(sentence.includes(';') ? [`${name}: jsii ends the summary at the semicolon`] : []),
    // It goes by the first such mark, and takes the paragraph where no space follows that.
    ...(sentence !== paragraph && /[.!?]/.test(sentence.slice(0, -1)) ? [`${name}: jsii does not find the end of the first sentence`] : []),
    ...(sentence.length > MAX_SUMMARY_LENGTH ? [`${name}: a first sentence of ${sentence.length} characters`] : []),
  ];
}

test('all that is public is documented, by a first sentence that is a summary', () => {
  expect(published().flatMap(faultsOf)).toEqual([]);
});

test('that is: classes, interfaces, their members, and the parameters of these', () => {
  expect(published().map(({ name }) => name)).toEqual(expect.arrayContaining([
    'EventAuditArchive', 'EventAuditArchive.constructor(id)', 'EventAuditArchive.rules', 'EventAuditArchiveProps.storage',
    'IEventAuditArchive.grantRead(grantee)', 'FanOut.http(options)', 'StorageOptions.transitions',
  ]));
});

test('an archive and its interface say the same of what both have', () => {
  const saidOf = (type: string) => Object.fromEntries(published()
    .filter(({ name }) => name.startsWith(`${type}.`))
    .map(({ name, text }) => [name.slice(type.length + 1), text]));
  expect(saidOf('EventAuditArchive')).toMatchObject(saidOf('IEventAuditArchive'));
});

describe('what is wrong is found', () => {
  const faults = (members: string) => documentedIn(parse('queue.ts', `/** A queue. */ export class Queue {\n${members}\n}`)).flatMap(faultsOf);

  test.each([
    ['a member without a comment', 'length: number;', 'Queue.length: nothing is said'],
    ['a constructor without one', 'constructor() {}', 'Queue.constructor: nothing is said'],
    ['a parameter without a text', '/** Adds. */ add(message: string): void {}', 'Queue.add(message): nothing is said'],
    ['a semicolon', '/** Its length; at least 1. */ length: number;', 'Queue.length: jsii ends the summary at the semicolon'],
    ['a semicolon of a parameter', '/** Adds.\n @param at where; not at 0 */ add(at: number): void {}', 'Queue.add(at): jsii ends the summary at the semicolon'],
    ['a full stop within', '/** Its `queue.length`. It is 1. */ length: number;', 'Queue.length: jsii does not find the end of the first sentence'],
    ['a long sentence', `/** Its ${'very '.repeat(40)}length. */ length: number;`, 'Queue.length: a first sentence of 211 characters'],
  ])('%s', (_name, members, fault) => {
    expect(faults(members)).toEqual([fault]);
  });

  test('and nothing else', () => {
    expect(faults(`
      /** Its length. It is at least 1; \`queue.length\` says it.\n\n A second paragraph; of no matter. */ length: number;
      /** @internal */ _inner: number;
      private own: number;
    `)).toEqual([]);
  });
});

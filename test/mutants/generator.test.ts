import { archives, sourceOf } from './archives';
import { mutantsOf, MutantSource } from './generator';
import { mutated } from './mutant';
import type { JsonObject } from '../simulator/engines';

/** The paths and kinds of the mutants of one resource, with what stands there instead. */
function mutantsOfResource(resource: JsonObject, others: JsonObject = {}, more: Partial<MutantSource> = {}): string[] {
  const template = { Resources: { It: resource, ...others } };
  return mutantsOf({ template, ...more })
    .filter(({ logicalId }) => logicalId === 'It')
    .map(({ path, kind, replacement }) => `${path} ${kind}${replacement === undefined ? '' : `: ${JSON.stringify(replacement)}`}`);
}

test('each leaf, and each list and object above one, is deleted; each leaf is altered', () => {
  expect(mutantsOfResource({ Type: 'T', Properties: { A: { On: true, Size: 3, Names: ['ab'] } } })).toEqual([
    'Properties.A delete',
    'Properties.A.On delete',
    'Properties.A.On flip: false',
    'Properties.A.Size delete',
    'Properties.A.Size +1: 4',
    'Properties.A.Size -1: 2',
    'Properties.A.Size x10: 30',
    'Properties.A.Names delete',
    'Properties.A.Names[0] remove',
    'Properties.A.Names[0] character: "ac"',
    'Properties.A.Names[0] empty: ""',
  ]);
});

test('attributes of the resource are altered too, and metadata are not', () => {
  expect(mutantsOfResource({ Type: 'T', Metadata: { a: 1 }, DeletionPolicy: 'Delete', DependsOn: ['B'], Condition: 'C' })).toEqual([
    'DeletionPolicy delete',
    'DeletionPolicy character: "Delfte"',
    'DeletionPolicy empty: ""',
    'DeletionPolicy value Retain: "Retain"',
    'DeletionPolicy value RetainExceptOnCreate: "RetainExceptOnCreate"',
    'DependsOn delete',
    'DependsOn[0] remove',
    'DependsOn[0] character: "C"',
    'DependsOn[0] empty: ""',
    'Condition delete',
    'Condition character: "D"',
    'Condition empty: ""',
  ]);
});

test('texts that mean a number or a boolean are altered as such, and a property with a list of words gets the others', () => {
  expect(mutantsOfResource({ Type: 'AWS::Events::Rule', Properties: { Limit: '10', Flag: 'TRUE', State: 'ENABLED' } })).toEqual(expect.arrayContaining([
    'Properties.Limit +1: "11"', 'Properties.Limit x10: "100"', 'Properties.Flag flip: "false"', 'Properties.State value DISABLED: "DISABLED"',
  ]));
});

test('references go to the next resource of the same type, and pseudo parameters to another', () => {
  const buckets = { B: { Type: 'Bucket' }, C: { Type: 'Bucket' }, D: { Type: 'Only' } };
  const properties = { Arn: { 'Fn::GetAtt': ['B', 'Arn'] }, Name: { Ref: 'C' }, Alone: { Ref: 'D' }, Account: { Ref: 'AWS::AccountId' } };
  expect(mutantsOfResource({ Type: 'T', Properties: properties }, buckets)).toEqual([
    'Properties.Arn delete',
    'Properties.Arn redirect C: {"Fn::GetAtt":["C","Arn"]}',
    'Properties.Name delete',
    'Properties.Name redirect B: {"Ref":"B"}',
    'Properties.Alone delete',
    'Properties.Account delete',
    'Properties.Account redirect AWS::Region: {"Ref":"AWS::Region"}',
  ]);
});

test('the parts of a joined text are altered, and those that refer to something removed', () => {
  expect(mutantsOfResource({ Type: 'T', Properties: { Url: { 'Fn::Join': ['', ['s3', { Ref: 'AWS::Region' }]] } } })).toEqual([
    'Properties.Url delete',
    'Properties.Url.Fn::Join[0] character: "x"',
    'Properties.Url.Fn::Join[1][0] character: "s4"',
    'Properties.Url.Fn::Join[1][0] empty: ""',
    'Properties.Url.Fn::Join[1][1] remove',
    'Properties.Url.Fn::Join[1][1] redirect AWS::AccountId: {"Ref":"AWS::AccountId"}',
  ]);
});

test('JSON in base64 is altered leaf by leaf, and the SQL in it token by token', () => {
  const text = { 'Fn::Base64': JSON.stringify({ originalSql: 'SELECT a', catalog: 'c' }) };
  expect(mutantsOfResource({ Type: 'AWS::Glue::Table', Properties: { ViewOriginalText: text } })).toEqual([
    'Properties.ViewOriginalText delete',
    'Properties.ViewOriginalText.Fn::Base64.originalSql delete: "{\\"catalog\\":\\"c\\"}"',
    'Properties.ViewOriginalText.Fn::Base64.originalSql token 0 SELECT delete: "{\\"originalSql\\":\\" a\\",\\"catalog\\":\\"c\\"}"',
    'Properties.ViewOriginalText.Fn::Base64.originalSql token 0 SELECT alter: "{\\"originalSql\\":\\"SELFCT a\\",\\"catalog\\":\\"c\\"}"',
    'Properties.ViewOriginalText.Fn::Base64.originalSql token 2 a delete: "{\\"originalSql\\":\\"SELECT \\",\\"catalog\\":\\"c\\"}"',
    'Properties.ViewOriginalText.Fn::Base64.originalSql token 2 a alter: "{\\"originalSql\\":\\"SELECT b\\",\\"catalog\\":\\"c\\"}"',
    'Properties.ViewOriginalText.Fn::Base64.originalSql empty: "{\\"originalSql\\":\\"\\",\\"catalog\\":\\"c\\"}"',
    'Properties.ViewOriginalText.Fn::Base64.catalog delete: "{\\"originalSql\\":\\"SELECT a\\"}"',
    'Properties.ViewOriginalText.Fn::Base64.catalog character: "{\\"originalSql\\":\\"SELECT a\\",\\"catalog\\":\\"d\\"}"',
    'Properties.ViewOriginalText.Fn::Base64.catalog empty: "{\\"originalSql\\":\\"SELECT a\\",\\"catalog\\":\\"\\"}"',
  ]);
});

test('what is somebody else\'s, or the same of the same resource in another template, gets no mutants', () => {
  const resource = { Type: 'T', Properties: { Same: 1, Other: 2, Theirs: 3 } };
  const besides = { Resources: { It: { Type: 'T', Properties: { Same: 1, Other: 1 } }, Elsewhere: { Type: 'T', Properties: { Other: 2 } } } };
  const paths = mutantsOfResource(resource, {}, { besides, isOurs: (_id, path) => !path.includes('Theirs') }).map(mutant => mutant.split(' ')[0]);
  expect([...new Set(paths)]).toEqual(['Properties.Other']);
});

describe.each(archives())('the mutants of the $name archive', archive => {
  const mutants = mutantsOf(sourceOf(archive));

  test('are many, have ids of their own, and are the same each time', () => {
    expect(mutants.length).toBeGreaterThan(3000);
    expect(new Set(mutants.map(({ id }) => id)).size).toBe(mutants.length);
    expect(mutantsOf(sourceOf(archive))).toEqual(mutants);
  });

  test('are other templates, and leave the template as it is', () => {
    const before = JSON.stringify(archive.template);
    expect(mutants.filter(mutant => JSON.stringify(mutated(archive.template, mutant)) === before).map(({ id }) => id)).toEqual([]);
    expect(JSON.stringify(archive.template)).toBe(before);
  });
});

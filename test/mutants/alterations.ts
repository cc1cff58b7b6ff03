/** How a plain value of a template can be wrong: another number, the other boolean, a letter, nothing, another word of the same list. */

import type { Json } from '../simulator/engines';

/** A value in place of the one that is there, and what makes it another. */
export interface Alteration {
  readonly kind: string;
  readonly value: Json;
}

/** Words of which a property takes one, by `<type> <place>`; `*` stands for anything. The words are those of CloudFormation's reference. */
const WORDS: readonly (readonly [places: RegExp, words: readonly string[]])[] = ([
  ['* DeletionPolicy', ['Delete', 'Retain', 'RetainExceptOnCreate']],
  ['* UpdateReplacePolicy', ['Delete', 'Retain']],
  ['*.Effect', ['Allow', 'Deny']],
  ['AWS::S3::Bucket *.SSEAlgorithm', ['AES256', 'aws:kms', 'aws:kms:dsse']],
  ['AWS::S3::Bucket *.LifecycleConfiguration.Rules[].Status', ['Enabled', 'Disabled']],
  ['AWS::S3::Bucket *.StorageClass', ['STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR', 'GLACIER', 'DEEP_ARCHIVE']],
  ['AWS::S3::Bucket *.VersioningConfiguration.Status', ['Enabled', 'Suspended']],
  ['AWS::S3::Bucket *.ObjectOwnership', ['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter']],
  ['AWS::KinesisFirehose::DeliveryStream *.KeyType', ['AWS_OWNED_CMK', 'CUSTOMER_MANAGED_CMK']],
  ['AWS::KinesisFirehose::DeliveryStream *.DeliveryStreamType', ['DirectPut', 'KinesisStreamAsSource']],
  ['AWS::KinesisFirehose::DeliveryStream *.CompressionFormat', ['GZIP', 'UNCOMPRESSED', 'ZIP', 'Snappy', 'HADOOP_SNAPPY']],
  ['AWS::KinesisFirehose::DeliveryStream *.Processors[].Type', ['MetadataExtraction', 'AppendDelimiterToRecord', 'Decompression']],
  ['AWS::KinesisFirehose::DeliveryStream *.ParameterName', ['MetadataExtractionQuery', 'JsonParsingEngine', 'Delimiter']],
  ['AWS::Events::Rule *.State', ['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS']],
  ['AWS::Events::Connection *.AuthorizationType', ['API_KEY', 'BASIC', 'OAUTH_CLIENT_CREDENTIALS']],
  ['AWS::Events::ApiDestination *.HttpMethod', ['POST', 'PUT', 'PATCH', 'GET']],
  ['AWS::Glue::Table *.TableType', ['EXTERNAL_TABLE', 'VIRTUAL_VIEW']],
  ['AWS::Glue::Table *.Type', ['string', 'int', 'array<string>']],
  ['AWS::Glue::Table *.Parameters.projection.*.type', ['enum', 'date', 'integer', 'injected']],
  ['AWS::Athena::WorkGroup *.SelectedEngineVersion', ['Athena engine version 3', 'AUTO']],
  ['AWS::Athena::WorkGroup *.EncryptionOption', ['SSE_S3', 'SSE_KMS', 'CSE_KMS']],
] as const).map(([places, list]) => [wildcards(places), list]);

/** Every alteration of a plain value, in order. */
export function alterationsOf(value: Json, type: string, place: string): Alteration[] {
  if (typeof value === 'boolean') return [{ kind: 'flip', value: !value }];
  if (typeof value === 'number') return numbers(value);
  return typeof value === 'string' ? [...textAlterations(value), ...words(value, type, place)] : [];
}

/** The alterations of a text that has no grammar, or of a token of one that has. */
export function textAlterations(text: string): Alteration[] {
  if (text === '') return [{ kind: 'character', value: 'x' }];
  const meant = ofMeaning(text);
  const character = { kind: 'character', value: withAnotherCharacter(text) };
  return [...meant, ...meant.some(({ value }) => value === character.value) ? [] : [character], { kind: 'empty', value: '' }];
}

/** The text with another character in the middle. */
export function withAnotherCharacter(text: string): string {
  const at = Math.floor(text.length / 2);
  return text.slice(0, at) + next(text[at]) + text.slice(at + 1);
}

/** A text that means a number or a boolean. */
function ofMeaning(text: string): Alteration[] {
  if (/^(true|false)$/i.test(text)) return [{ kind: 'flip', value: text.toLowerCase() === 'true' ? 'false' : 'true' }];
  return /^\d{1,7}$/.test(text) ? numbers(Number(text)).map(({ kind, value }) => ({ kind, value: String(value) })) : [];
}

function numbers(value: number): Alteration[] {
  const all = [{ kind: '+1', value: value + 1 }, { kind: '-1', value: value - 1 }, { kind: 'x10', value: value * 10 }];
  return all.filter(alteration => alteration.value !== value);
}

function words(value: string, type: string, place: string): Alteration[] {
  const [, list = []] = WORDS.find(([places]) => places.test(`${type} ${place}`)) ?? [];
  return list.filter(word => word !== value).map(word => ({ kind: `value ${word}`, value: word }));
}

/** Text in which `*` stands for anything. */
export function wildcards(pattern: string): RegExp {
  return new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*')}$`, 's');
}

/** The character after this one in the alphabet or among the digits; `x` for any other. */
function next(character: string): string {
  const rows = ['abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '0123456789'];
  const row = rows.find(candidate => candidate.includes(character));
  return row === undefined ? 'x' : row[(row.indexOf(character) + 1) % row.length];
}

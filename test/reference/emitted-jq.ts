// Every form of jq query that the library emits, as it stands in a synthesized template, and where in an event it reads.

import { Aws } from 'aws-cdk-lib';
import type { Path } from './jq-events';
import { PartitionKey } from '../../src';
import type { JsonObject } from '../simulator/engines';
import { SimulatedTemplate } from '../simulator/template/template';
import { synthesize } from '../synthesize';

/** A query in a template. */
export interface EmittedQuery {
  readonly name: string;
  readonly query: string;
  /** By the key, the values that the template's table projects. */
  readonly projected: { readonly [key: string]: readonly string[] };
  /** Where the query reads. */
  readonly paths: readonly Path[];
  /** What it looks for there. */
  readonly listed: readonly string[];
  /** Whether it yields each value of the projection for one that it looks for. */
  readonly yieldsAll: boolean;
}

/** Some keys, and where they read. */
interface Case {
  readonly name: string;
  readonly keys: readonly PartitionKey[];
  readonly paths: readonly Path[];
  readonly listed: readonly string[];
  readonly yieldsAll?: boolean;
}

const CLOUDTRAIL_TYPES = ['AWS API Call via CloudTrail', 'AWS Console Sign In via CloudTrail', 'AWS Service Event via CloudTrail'];

/** Values that would break out of the query, or out of JavaScript's objects, if they could. */
const ODD_VALUES = [
  '__proto__', 'constructor', 'hasOwnProperty', 'a"b', 'a\\b', 'a\\"b', '\\(1)a', 'a") | ("', 'a\tb', 'a\nb', 'a\u0000b', 'a\u0000', 'Köln', 'Köln 2', 'a 💥', 'e\u0301a', 'é-', 'a/b', '../x',
  'a,b', 'a b', 'a=b', '!{a}', '${a}', '#a', '..', '-', 'null', 'true', '0', '1.0', 'nan', 'x'.repeat(100), '/a/', '日本1', '\u2028a',
];

const TYPE: Path = ['detail-type'];
const TENANT: Path = ['detail', 'tenant'];
const COUNT: Path = ['detail', 'count'];
const RESOURCES: Path = ['resources'];
const TENANTS = ['acme', 'Acme Inc.', '5', 'true', 'a', 'null', '1.1', '0'];

/** As many as Firehose's 5,120 characters of jq hold. */
const LONGEST = Array.from({ length: 100 }, (_, index) => `aws.partner/example.${index}`);

const LIBRARY_KEYS: readonly Case[] = [
  { name: 'the default', keys: [PartitionKey.eventType()], paths: [TYPE], listed: CLOUDTRAIL_TYPES },
  {
    name: 'detail types of a user, and retired ones',
    keys: [PartitionKey.eventType({ values: ['Parameter Store Change', 'a, b', 'A B', '"quoted"', 'x\\y', 'Köln 1', 'constructor', '__proto__'], retiredValues: ['Gone'] })],
    paths: [TYPE],
    listed: ['Parameter Store Change', 'a, b', 'A B', '"quoted"', 'x\\y', 'Köln 1', 'constructor', '__proto__', 'Gone'],
  },
  direct('sources', PartitionKey.source({ values: ['aws.s3', 'aws.partner/example.com', 'a'] }), ['source'], ['aws.s3', 'aws.partner/example.com', 'a']),
  { name: 'retired sources', keys: [PartitionKey.source({ values: ['aws.s3'], retiredValues: ['aws.ssm'] })], paths: [['source']], listed: ['aws.s3', 'aws.ssm'] },
  direct('accounts', PartitionKey.account({ values: ['111111111111', Aws.ACCOUNT_ID] }), ['account'], ['111111111111', '123456789012']),
  direct('Regions', PartitionKey.region({ values: [Aws.REGION, 'eu-west-1'] }), ['region'], ['us-east-1', 'eu-west-1']),
  direct('odd values of a source', PartitionKey.source({ values: ODD_VALUES }), ['source'], ODD_VALUES),
  direct('odd values of an expression', PartitionKey.fromJq('k', '.detail.tenant', { values: ODD_VALUES }), TENANT, ODD_VALUES),
  direct('values of a tenant', PartitionKey.fromJq('k', '.detail.tenant', { values: TENANTS }), TENANT, TENANTS),
  direct('the longest query', PartitionKey.source({ values: LONGEST }), ['source'], LONGEST),
  {
    name: 'all keys together',
    keys: [
      PartitionKey.eventType({ values: ['A'] }), PartitionKey.source({ values: ['a'] }), PartitionKey.account({ values: [Aws.ACCOUNT_ID] }), PartitionKey.region({ values: [Aws.REGION] }),
      PartitionKey.receiptHour(), PartitionKey.fromJq('tenant', '.detail.tenant', { values: ['a'] }),
    ],
    paths: [TYPE, ['source'], ['account'], ['region'], TENANT],
    listed: ['A', 'a', '123456789012', 'us-east-1', CLOUDTRAIL_TYPES[0]],
  },
];

/** What users may write, by where it reads. */
const EXPRESSIONS: readonly (readonly [Path, readonly string[]])[] = [
  [TENANT, [
    '.detail.tenant', '.detail["tenant"]', '.["detail"].tenant?', '.detail | .tenant', '.detail.tenant // "acme"', '.detail["tenant-id"] // .detail.tenant', '.detail.tenant.name', '.detail.tenant | .name?',
    '.detail.tenant | tostring', '.detail.tenant | tojson', '.detail.tenant | ascii_downcase', '.detail.tenant | ascii_upcase', '.detail.tenant | length', '.detail.tenant | type', '.detail.tenant | not',
    '"\\(.detail.tenant)"', '"\\(.source)-\\(.detail.tenant)"', '@text "\\(.detail.tenant)"', '.detail.tenant | @base64', '.detail.tenant | @json', '.detail.tenant | @uri', '.detail.tenant | @html', '@sh "\\(.detail.tenant)"',
    '.detail.tenant | @base64d', '.detail.tenant | @csv', '.detail.tenant | @tsv',
    'if .detail.tenant == "a" then "acme" else .detail.tenant end', 'if .detail.tenant then 1 elif .detail.odd then 2 else 3 end', 'if (.detail.tenant | type) == "array" then .detail.tenant[0] else .detail.tenant end',
    '.detail.tenant | gsub("[^a-z]+"; "_")', '.detail.tenant | gsub("\\\\s"; "")', '.detail.tenant | gsub("a|b"; ""; "i")', '.detail.tenant | gsub("(?<x>[a-z])"; .x + "_")', '.detail.tenant | sub("^arn:[^:]+:"; "")',
    '.detail.tenant | sub("a*"; "")', '.detail.tenant | capture("^(?<a>[a-z]+)").a', '.detail.tenant | match("[a-z]+").string', '.detail.tenant | test("^a")', '.detail.tenant | scan("[a-z]+")', '.detail.tenant | splits(", *")',
    '.detail.tenant | split(" ") | .[0]', '.detail.tenant | split(", *"; null) | .[0]', '.detail.tenant | index("a")', '.detail.tenant | rindex("/")', '.detail.tenant | indices("a") | length',
    '.detail.tenant | ltrimstr(" ") | rtrimstr(" ")', '.detail.tenant | .[0:3]', '.detail.tenant | .[-1:]', '.detail.tenant | startswith("a")', '.detail.tenant | explode | length', '.detail.tenant | utf8bytelength',
    '.detail.tenant | tonumber', 'try (.detail.tenant | tonumber) catch "null"', 'try error(.detail.tenant) catch .', 'error(.detail.tenant)', '(.detail.tenant | error)?', '.detail.tenant, error("x")', '.detail.tenant | fromjson', '.detail.tenant | fromjson? // "a"',
    '[.detail.tenant, .account] | join("-")', '[.detail.tenant] | first', '[.detail.tenant[]?] | last', '.detail.tenant | ..', '.detail | .. | strings', '[.detail | .. | scalars] | unique | .[0]', '.detail.tenant | add', '.detail.tenant | any', '.detail.tenant | flatten | .[0]',
    '.detail.tenant | keys | .[0]', '.detail.tenant | keys_unsorted | .[0]', '.detail.tenant | has("a")', '.detail.tenant | to_entries | .[0].key', '.detail.tenant | map(.) | .[0]', '.detail.tenant | map_values(.) | .a', '.detail.tenant | with_entries(.) | .a', '.detail.tenant | from_entries | .a',
    '.detail.tenant | paths | tostring', '.detail.tenant | getpath(["a"])', '.detail.tenant | del(.a) | tostring', '.detail.tenant | .a = "a" | .a', '.detail.tenant | .a |= "a" | .a', '.detail.tenant | sort | .[0]', '.detail.tenant | group_by(.) | length', '.detail.tenant | min', '.detail.tenant | max_by(.)', '.detail.tenant | reverse | .[0]',
    '.detail.tenant | contains("a")', '.detail.tenant | inside("acme")', '.detail.tenant | in({"a": 1})', '.detail.tenant | fromdate', '.detail.tenant | fromdateiso8601', '.detail.tenant | strptime("%Y") | mktime',
    'def low: ascii_downcase; .detail.tenant | low', 'def both(f; $g): f + $g; both(.detail.tenant; "")', '.detail as {tenant: $t} | $t', '.detail.tenant as [$a] | $a', '.detail.tenant as $t | ["a", "acme"] | .[index("a")]? // $t', 'label $f | .detail.tenant, break $f', 'label $f | break $f',
    'reduce .detail.tenant[]? as $t (""; . + $t)', 'foreach .detail.tenant[]? as $t (0; . + 1)', 'first(.detail.tenant[]?)', 'limit(1; .detail.tenant[]?)', 'until(true; .)', '[range(3)] | .[1]', '.detail.tenant | select(. != "a")', '.detail.tenant | objects | .a', '.detail.tenant | strings', '.detail.tenant | values',
    'empty', 'null', 'error("x")', 'error(null)', '"a"', '5', '5.0', '1.10', '-0', 'nan', 'infinite', '-infinite', '100000000000000000000', 'now | type', '[]', '{}', '.', '$__loc__ | .line',
  ]],
  [COUNT, ['.detail.count', '.detail.count + 0', '.detail.count * 2.5', '.detail.count / 2', '.detail.count % 3', '-.detail.count', '.detail.count > 4', '.detail.count == 1.1', '.detail.count | floor', '.detail.count | sqrt', '.detail.count | tostring', '.detail.count | tojson', '"\\(.detail.count)"', '.detail.count | round | . + 1', '.detail.count | isnan', '.detail.count as $c | [$c] | .[0]', '[.detail.count] | add', '[.detail.count] | max', '.detail.count | pow(.; 2)']],
  [RESOURCES, ['.resources[0]', '.resources[-1]', '.resources[]', '.resources[]?', '.resources | first', '.resources[0] | split(":") | .[5]', '.resources | length', '.resources | join(",")', '.resources | map(select(startswith("a")))[0]', 'any(.resources[]; . == "a")', 'reduce .resources[]? as $r (""; . + $r)']],
  [TYPE, ['."detail-type"', '.["detail-type"]', '."detail-type" | split(" ")[0]', '."detail-type" | ascii_downcase | gsub("[^a-z0-9]+"; "_")']],
  [['time'], ['.time[0:10]', '.time | fromdateiso8601', '.time[0:19] + "Z" | fromdate | gmtime | .[0]', '.time | split("T")[0]', '.time | tostring | .[0:4]']],
];

/** Each of them, from a template. */
export function emittedQueries(): EmittedQuery[] {
  const own = EXPRESSIONS.flatMap(([path, expressions]) => expressions.map(expression => ({
    name: `fromJq ${expression}`, keys: [PartitionKey.fromJq('k', expression, { values: TENANTS })], paths: [path], listed: ['acme', '5'],
  })));
  return [...LIBRARY_KEYS, ...own].map(emitted);
}

/** A key that looks for its values where it reads them, as they are. */
function direct(name: string, key: PartitionKey, path: Path, listed: readonly string[]): Case {
  return { name, keys: [key], paths: [path], listed, yieldsAll: true };
}

function emitted({ name, keys, paths, listed, yieldsAll = false }: Case): EmittedQuery {
  const template = SimulatedTemplate.parse(synthesize({ partitionKeys: [...keys, PartitionKey.receiptDate()] }).template.toJSON());
  const names = keys.map(key => key.name).filter(key => key !== 'receipt_hour');
  const projected = Object.fromEntries(names.map(key => [key, projectedBy(template, key)]));
  return { name, query: queryOf(template), projected, paths, listed, yieldsAll };
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-kinesisfirehose-deliverystream-processor.html */
function queryOf(template: SimulatedTemplate): string {
  const [{ properties }] = template.ofType('AWS::KinesisFirehose::DeliveryStream');
  const { ProcessingConfiguration } = properties.ExtendedS3DestinationConfiguration as JsonObject;
  const extraction = ((ProcessingConfiguration as JsonObject).Processors as JsonObject[]).find(({ Type }) => Type === 'MetadataExtraction')!;
  const query = (extraction.Parameters as JsonObject[]).find(({ ParameterName }) => ParameterName === 'MetadataExtractionQuery')!;
  return query.ParameterValue as string;
}

function projectedBy(template: SimulatedTemplate, key: string): string[] {
  const parameters = template.ofType('AWS::Glue::Table').map(({ properties }) => (properties.TableInput as JsonObject).Parameters as JsonObject);
  const [values] = parameters.map(each => each[`projection.${key}.values`]).filter(found => found !== undefined);
  return (values as string).split(',');
}

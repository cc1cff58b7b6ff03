// The traps that cfn-lint finds in what CDK makes of the same.

import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import * as firehose from 'aws-cdk-lib/aws-kinesisfirehose';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as cxapi from 'aws-cdk-lib/cx-api';
import type { EventAuditArchive } from '../../src';
import { defaultArchive } from '../full-archive';
import { installation } from '../simulator/reference/installation';
import { synthesize } from '../synthesize';

const folder = fs.mkdtempSync(path.join(tmpdir(), 'event-audit-archive-lint-'));

afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** What is linted, by the rule that it does not keep. */
const FALLEN_IN: [string, string, () => object][] = [
  ['the unused mapping of the L2 stream: W7001', 'W7001', () => synthesize({}, { extend: withStreamOfCdk }).template.toJSON()],
  ['a bucket that waits for the policy of its log bucket: E3004', 'E3004', () => {
    const template = JSON.parse(JSON.stringify(defaultArchive()));
    const idOf = (part: RegExp) => Object.keys(template.Resources).find(id => part.test(id))!;
    template.Resources[idOf(/StorageArchive[0-9A-F]{8}$/)].DependsOn = [idOf(/AccessLogsBucketPolicy/)];
    return template;
  }],
  ['access logs by an ACL: W3045', 'W3045', () => synthesize({}, {
    app: { postCliContext: { [cxapi.S3_SERVER_ACCESS_LOGS_USE_BUCKET_POLICY]: false } },
    extend: withLogsOfCdk,
  }).template.toJSON()],
];

function withStreamOfCdk(archive: EventAuditArchive, stack: Stack): void {
  firehose.DeliveryStream.fromDeliveryStreamArn(stack, 'Stream', archive.deliveryStreamArn);
}

function withLogsOfCdk(_archive: EventAuditArchive, stack: Stack): void {
  new s3.Bucket(stack, 'OfCdk', { serverAccessLogsBucket: new s3.Bucket(stack, 'Logs') });
}

const ARCHIVE = 'archive';

/** What cfn-lint found in each template. It takes longer to start than to look at all of them. */
let findings: readonly Finding[];

beforeAll(() => {
  const templates = new Map([[ARCHIVE, defaultArchive()], ...FALLEN_IN.map(([, rule, template]): [string, object] => [rule, template()])]);
  findings = lint([...templates].map(([name, template]) => {
    const file = path.join(folder, `${name}.json`);
    fs.writeFileSync(file, JSON.stringify(template));
    return file;
  }));
});

test.each(FALLEN_IN)('the archive does without %s', (_trap, rule) => {
  expect(rulesBrokenBy(ARCHIVE)).toEqual([]);
  expect(rulesBrokenBy(rule)).toEqual([rule]);
});

interface Finding {
  readonly Filename: string;
  readonly Rule: { readonly Id: string };
}

/** Each rule once. */
function rulesBrokenBy(name: string): string[] {
  return [...new Set(findings.filter(({ Filename: file }) => path.basename(file, '.json') === name).map(({ Rule: { Id: id } }) => id))];
}

function lint(files: string[]): Finding[] {
  const program = path.join(path.dirname(installation().cfnLint), 'cfn-lint');
  // It ends with another status than 0 when it finds something.
  const { stdout, stderr } = spawnSync(program, ['--format', 'json', ...files], { encoding: 'utf8' });
  if (!stdout) throw new Error(`cfn-lint: ${stderr}`);
  return JSON.parse(stdout) as Finding[];
}

// What every pack of cdk-nag finds in archives with every prop: nothing but what README.md says, and that is found where it is not acknowledged.

import { App, Stack, Validations } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import {
  AwsSolutionsChecks, HIPAASecurityChecks, NagPack, NIST80053R4Checks, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks,
} from 'cdk-nag';
import { EventAuditArchive } from '../src';
import { fullArchiveIn } from './full-archive';

/** Where each finding is that is left, by the packs and the archives that have it. */
type Findings = { [finding: string]: string[] };

const PACKS: [name: string, pack: () => NagPack][] = [
  ['AwsSolutions', () => new AwsSolutionsChecks()],
  ['HIPAA.Security', () => new HIPAASecurityChecks()],
  ['NIST.800.53.R4', () => new NIST80053R4Checks()],
  ['NIST.800.53.R5', () => new NIST80053R5Checks()],
  ['PCI.DSS.321', () => new PCIDSS321Checks()],
  ['Serverless', () => new ServerlessChecks()],
];

type Make = (stack: Stack) => EventAuditArchive;

const ARCHIVES: [name: string, make: Make][] = [
  ['the default archive', stack => new EventAuditArchive(stack, 'Audit')],
  ['the full archive', fullArchiveIn],
  ['an archive with a key and everything of its own', ownEverything],
];

/** What the paths of all that the archive makes begin with. */
const OWN = 'Nag/Audit/';

function ownEverything(stack: Stack): EventAuditArchive {
  const archive = new EventAuditArchive(stack, 'Audit', {
    encryptionKey: new kms.Key(stack, 'Key'),
    trail: {},
    tamperAlerts: new sns.Topic(stack, 'Alerts'),
    storage: { deliveryTopic: new sns.Topic(stack, 'Told') },
  });
  archive.addEventBus('Own');
  return archive;
}

/** The findings in what the archive makes, without the name of the pack. */
function findings(pack: NagPack, make: Make, change: (archive: EventAuditArchive) => void = () => undefined): Findings {
  const app = new App();
  Validations.of(app).addPlugins(pack);
  change(make(new Stack(app, 'Nag', { env: { account: '123456789012', region: 'us-east-1' } })));
  const found = pack.validateScope(app).violations.map(({ ruleName, violatingResources }): [string, string[]] => [
    ruleName.replace(/^.*?-(?=[A-Z])/, ''),
    (violatingResources ?? []).flatMap(({ constructPath: path }) => path?.startsWith(OWN) ? [path.slice(OWN.length)] : []),
  ]);
  return Object.fromEntries(found.filter(([, where]) => where.length > 0));
}

const BUCKETS = ['Storage/AccessLogs/Bucket/Resource', 'Storage/Archive/Resource', 'Query/Results/Bucket/Resource'];
const GIVEN = ['Trail/LogFiles/Resource', 'Query/Results/Bucket/Resource'];
const LOGS = 'Storage/AccessLogs/Bucket/Resource';

/** What is left: choices of the user's, which README.md lists. */
function left(pack: string, archive: string): string[] {
  if (pack === 'AwsSolutions' || pack === 'Serverless') return [];
  const withKey = archive !== 'the default archive';
  return [
    'S3BucketReplicationEnabled',
    ...pack === 'NIST.800.53.R4' ? ['S3BucketDefaultLockEnabled'] : [],
    ...withKey ? ['CloudTrailCloudWatchLogsEnabled'] : ['CloudWatchLogGroupEncrypted'],
    ...!withKey && pack !== 'NIST.800.53.R4' ? ['S3DefaultEncryptionKMS'] : [],
  ].sort();
}

describe.each(ARCHIVES)('%s', (archive, make) => {
  test.each(PACKS)('has no finding of %s but what README.md says', (name, pack) => {
    const found = findings(pack(), make);
    expect(Object.keys(found).filter(finding => finding !== 'S3BucketVersioningEnabled').sort()).toEqual(left(name, archive));
    expect(Object.values(found).flat().filter(where => where.includes('DeadLetters'))).toEqual([]);
    expect((found.S3BucketVersioningEnabled ?? []).filter(where => where !== LOGS)).toEqual([]);
    if (found.S3DefaultEncryptionKMS) expect(found.S3DefaultEncryptionKMS).not.toContain(LOGS);
  });

  test.each(PACKS)('has what is acknowledged of %s in its findings where nobody acknowledged it', (name, pack) => {
    const forget = (made: EventAuditArchive) => made.node.findAll().forEach(node => {
      (node.node as unknown as { _metadata: unknown[] })._metadata = [];
    });
    const known = findings(pack(), make);
    const all = findings(pack(), make, forget);
    const acknowledged = Object.entries(all).flatMap(([finding, where]) => where.filter(path => !known[finding]?.includes(path)).map(path => `${finding}: ${path}`));
    expect(acknowledged).not.toEqual([]);
    expect(acknowledged.filter(text => !/^(SQS3|SQSRedrivePolicy|IAM5|S3DefaultEncryptionKMS|S3BucketVersioningEnabled)/.test(text))).toEqual([]);
    if (name === 'Serverless' || name === 'AwsSolutions') expect(acknowledged.some(text => text.includes('DeadLetters/Queue'))).toBe(true);
  });
});

test('replication is found in every bucket, and nowhere else', () => {
  expect(findings(new HIPAASecurityChecks(), ARCHIVES[0][1]).S3BucketReplicationEnabled.sort()).toEqual([...BUCKETS].sort());
  expect(findings(new HIPAASecurityChecks(), ARCHIVES[1][1]).S3BucketReplicationEnabled.sort()).toEqual([...GIVEN].sort());
});

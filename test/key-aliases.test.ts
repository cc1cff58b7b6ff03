// A key that is given as an alias: IAM matches no key by the ARN of an alias.

import { App, Aws, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { EventAuditArchive, EventAuditArchiveProps } from '../src';
import { altered, anEvent, cleanUp, run } from './end-to-end/archive-run';
import { wrongIn } from './end-to-end/found';
import type { Elsewhere } from './simulator/permissions/access';
import { walkArchive } from './simulator/permissions/walker';
import { SimulatedTemplate } from './simulator/template/template';
import { Extend, synthesize } from './synthesize';

afterAll(cleanUp);

const ENV = { account: '123456789012', region: 'us-east-1' };
const ALIAS = 'alias/records';
const ALIAS_ARN = `arn:aws:kms:us-east-1:123456789012:${ALIAS}`;
const KEY_ARN = 'arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d';
const BUCKET = 'arn:aws:s3:::records';

/** A key that encrypts an imported bucket, and has the alias by another template. */
const behindAlias = (key: string): Elsewhere => ({ keysOfBuckets: { [BUCKET]: key }, aliases: { [key]: [ALIAS] } });

const grants: Extend = (archive, stack) => {
  archive.grantRead(new iam.Role(stack, 'Reader', { assumedBy: new iam.AccountRootPrincipal() }));
  archive.grantQuery(new iam.Role(stack, 'Analyst', { assumedBy: new iam.AccountRootPrincipal() }));
};

/** What is wrong with the policies. What the archive does not make, by its id, is the app's. The key is that of the template, or one from elsewhere. */
function findings(json: object, elsewhere?: Elsewhere): string[] {
  const template = SimulatedTemplate.parse(json);
  const [key = KEY_ARN] = template.ofType('AWS::KMS::Key').map(({ attributes }) => attributes.Arn);
  return walkArchive(template, template.resources.map(({ logicalId }) => logicalId).filter(logicalId => !logicalId.startsWith('Audit')), elsewhere ?? behindAlias(key));
}

function templateOf(props: (stack: Stack) => EventAuditArchiveProps): any {
  return synthesize(props, { stack: { env: ENV }, extend: grants }).template.toJSON();
}

/** A bucket of the app. */
const inBucketWith = (alias: (stack: Stack) => kms.IKey) => (stack: Stack): EventAuditArchiveProps =>
  ({ storage: { bucket: new s3.Bucket(stack, 'Bucket', { encryptionKey: alias(stack) }), prefix: 'audit' } });

/** A bucket of another app. */
const inImportedWith = (alias: (stack: Stack) => kms.IKey) => (stack: Stack): EventAuditArchiveProps =>
  ({ storage: { bucket: s3.Bucket.fromBucketAttributes(stack, 'Bucket', { bucketName: 'records', encryptionKey: alias(stack) }), prefix: 'audit' } });

const OWN: [string, (stack: Stack) => kms.IKey][] = [
  ['that the app makes', stack => new kms.Key(stack, 'Key').addAlias(ALIAS)],
  ['of which the app says the key', stack => kms.Alias.fromAliasAttributes(stack, 'Alias', { aliasName: ALIAS, aliasTargetKey: new kms.Key(stack, 'Key') })],
];

const BY_NAME: [string, (stack: Stack) => kms.IKey][] = [
  ['that is known by its name', stack => kms.Alias.fromAliasName(stack, 'Alias', ALIAS)],
  ['that is known by its ARN', stack => kms.Key.fromKeyArn(stack, 'Alias', ALIAS_ARN)],
  ['that is known by an ARN with tokens', stack => kms.Key.fromKeyArn(stack, 'Alias', `arn:${Aws.PARTITION}:kms:${Aws.REGION}:${Aws.ACCOUNT_ID}:${ALIAS}`)],
];

describe('the key of a given bucket', () => {
  test.each(OWN)('may be an alias %s', (_name, alias) => {
    expect(findings(templateOf(inBucketWith(alias)))).toEqual([]);
  });

  test.each([...OWN, ...BY_NAME])('of another app may be an alias %s', (_name, alias) => {
    expect(findings(templateOf(inImportedWith(alias)))).toEqual([]);
  });

  test.each(BY_NAME)('of this app may be an alias %s', (_name, alias) => {
    expect(findings(templateOf(inBucketWith(alias)))).toEqual([]);
  });

  test('by its alias alone is used through that alias only', () => {
    const template = templateOf(inImportedWith(BY_NAME[0][1]));
    const found = findings(template, { ...behindAlias(KEY_ARN), aliases: { [KEY_ARN]: ['alias/other'] } });
    expect(found).toContainEqual(expect.stringMatching(/DeliveryRole\S+ may not kms:GenerateDataKey on arn:aws:kms:us-east-1:123456789012:key\/0a1b2c3d/));
    const statements = JSON.stringify(template).match(/"Resource":"arn:aws:kms[^"]*"|"kms:ResourceAliases":"[^"]*"/g);
    expect(new Set(statements)).toEqual(new Set(['"kms:ResourceAliases":"alias/records"']));
  });

  test('of AWS takes no right: its own policy lets in the account, by S3', () => {
    const template = templateOf(inImportedWith(stack => kms.Alias.fromAliasName(stack, 'Alias', 'alias/aws/s3')));
    expect(JSON.stringify(template)).not.toContain('kms:Decrypt');
    expect(findings(template, {})).toEqual([]);
  });

  test('is found wherever the policies name the alias itself, and the dry run refuses that', async () => {
    const template = altered(templateOf(inImportedWith(BY_NAME[0][1])), 'AWS::IAM::ManagedPolicy', ({ PolicyDocument }, logicalId) => {
      if (!logicalId.includes('WritePolicy')) return;
      const statement = PolicyDocument.Statement.find((each: any) => JSON.stringify(each.Action).includes('kms:'));
      statement.Resource = ALIAS_ARN;
      delete statement.Condition['ForAnyValue:StringEquals'];
    });
    expect(findings(template)).toContainEqual(expect.stringMatching(/^AuditDeliveryWritePolicy\w+\.PolicyDocument\.Statement\[\d\]: arn:aws:kms:us-east-1:123456789012:alias\/records is an alias, by which IAM matches no key$/));
    await expect(run(template, [anEvent()])).rejects.toThrow(`${ALIAS_ARN} is an alias, by which IAM matches no key: Firehose cannot write with it`);
  });

  test('as an alias encrypts what is archived', async () => {
    const events = [anEvent()];
    expect(await wrongIn(await run(templateOf(inBucketWith(OWN[0][1])), events), events)).toEqual([]);
  });
});

describe('the encryptionKey', () => {
  test.each(OWN)('may be an alias %s: the key itself is used', async (_name, alias) => {
    const template = templateOf(stack => ({ encryptionKey: alias(stack) }));
    expect(findings(template)).toEqual([]);
    expect(JSON.stringify(template)).not.toContain(':alias/');
    const events = [anEvent()];
    expect(await wrongIn(await run(template, events), events)).toEqual([]);
  });
});

describe('of an imported archive', () => {
  test.each(BY_NAME)('the key may be an alias %s', (_name, alias) => {
    const stack = new Stack(new App(), 'Test', { env: ENV });
    const archive = EventAuditArchive.fromEventAuditArchiveAttributes(stack, 'Archive', {
      bucket: s3.Bucket.fromBucketName(stack, 'Bucket', 'records'),
      resultsBucket: s3.Bucket.fromBucketName(stack, 'Results', 'results'),
      databaseName: 'audit',
      workGroupName: 'audit',
      encryptionKey: alias(stack),
    });
    archive.grantQuery(new iam.Role(stack, 'Analyst', { assumedBy: new iam.AccountRootPrincipal() }));
    const [{ Properties: { PolicyDocument: { Statement } } }] = Object.values<any>(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    const ofKey = Statement.filter(({ Action }: any) => JSON.stringify(Action).includes('kms:'));
    expect(ofKey.map(({ Action }: any) => Action)).toEqual(['kms:Decrypt', ['kms:Decrypt', 'kms:GenerateDataKey'], 'kms:DescribeKey']);
    for (const { Resource, Condition } of ofKey) {
      expect(JSON.stringify(Resource)).toMatch(/:key\/\*/);
      expect(Condition['ForAnyValue:StringEquals']).toEqual({ 'kms:ResourceAliases': ALIAS });
    }
  });
});

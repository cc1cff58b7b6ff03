import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as cxapi from 'aws-cdk-lib/cx-api';
import { Call, DATABASE, Judge, policyDocuments, sample, Sample, WORK_GROUP } from './sample-archive';
import { ImportedEventAuditArchive } from '../../src/imported-event-audit-archive';

const ANALYST = /^Analyst[0-9A-F]{8}$/;
const ATHENA = 'arn:aws:athena:eu-west-1:111111111111';
const GLUE = 'arn:aws:glue:eu-west-1:111111111111';
const VIA_S3 = { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' };

const calls = (resource: string, ...actions: string[]): Call[] => actions.map(action => ({ action, resource }));
const listing = (bucket: string, ...prefixes: string[]): Call[] => prefixes.map(prefix => ({
  action: 's3:ListBucket', resource: `{${bucket}}`, context: { 's3:prefix': prefix },
}));
const usingKey = (key: string, action: string, object: string, via: { [key: string]: string } = VIA_S3): Call => ({
  action, resource: `{${key}}`, context: { ...via, 'kms:EncryptionContext:aws:s3:arn': object },
});

/** What somebody does who reads the archive in S3: events and errors, encrypted by the archive's key or the bucket's. */
const READING = [
  ...calls('{Bucket}', 's3:GetBucketLocation'),
  ...listing('Bucket', 'events/', 'events/json__event_type__receipt_date/event_type=other/receipt_date=2026-11-20/', 'errors/', 'errors/error_date=2026-11-20/'),
  ...calls('{Bucket}/events/json__event_type__receipt_date/event_type=other/receipt_date=2026-11-20/object.gz', 's3:GetObject'),
  ...calls('{Bucket}/errors/error_date=2026-11-20/processing-failed/object', 's3:GetObject'),
  ...['Key', 'BucketKey'].flatMap(key => ['{Bucket}', '{Bucket}/events/object.gz'].map(object => usingKey(key, 'kms:Decrypt', object))),
];

/** What an analyst does by Athena, beside reading: each call with its resource. */
const QUERYING = [
  ...calls('*', 'athena:ListDataCatalogs', 'athena:ListWorkGroups'),
  ...calls(`${ATHENA}:datacatalog/AwsDataCatalog`,
    'athena:GetDataCatalog', 'athena:GetDatabase', 'athena:GetTableMetadata', 'athena:ListDatabases', 'athena:ListTableMetadata'),
  ...calls(`${ATHENA}:workgroup/${WORK_GROUP}`,
    'athena:GetWorkGroup', 'athena:ListNamedQueries', 'athena:BatchGetNamedQuery', 'athena:GetNamedQuery', 'athena:StartQueryExecution',
    'athena:GetQueryExecution', 'athena:BatchGetQueryExecution', 'athena:ListQueryExecutions', 'athena:GetQueryResults',
    'athena:GetQueryResultsStream', 'athena:StopQueryExecution'),
  ...calls(`${GLUE}:catalog`, 'glue:GetDatabase', 'glue:GetDatabases', 'glue:GetTable', 'glue:GetTables', 'glue:GetPartitions'),
  ...calls(`${GLUE}:database/default`, 'glue:GetDatabase'),
  ...calls(`${GLUE}:database/${DATABASE}`, 'glue:GetDatabase', 'glue:GetTable', 'glue:GetTables'),
  ...['events', 'unique_events', 'unique_events_all', 'events_json__event_type__receipt_date', 'delivery_errors', 'delivery_error_records'].flatMap(table =>
    calls(`${GLUE}:table/${DATABASE}/${table}`, 'glue:GetTable', 'glue:GetPartition', 'glue:GetPartitions', 'glue:BatchGetPartition')),
  ...calls('{Results}', 's3:GetBucketLocation', 's3:ListBucketMultipartUploads'),
  ...listing('Results', '', 'tables/'),
  ...calls('{Results}/0a1b2c3d.csv', 's3:PutObject', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:AbortMultipartUpload'),
  ...['Key', 'ResultsKey'].flatMap(key => [
    usingKey(key, 'kms:GenerateDataKey', '{Results}/0a1b2c3d.csv'), usingKey(key, 'kms:Decrypt', '{Results}'),
  ]),
  ...calls('{Key}', 'kms:DescribeKey'),
];

/** What nobody may who was only allowed to read or to query. */
const NEVER = [
  ...calls('{Bucket}/events/object.gz', 's3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion', 's3:GetObjectVersion', 's3:PutObjectAcl',
    's3:PutObjectRetention', 's3:PutObjectLegalHold', 's3:BypassGovernanceRetention', 's3:RestoreObject', 's3:AbortMultipartUpload'),
  ...calls('{Bucket}', 's3:PutBucketPolicy', 's3:DeleteBucket', 's3:PutLifecycleConfiguration', 's3:PutBucketObjectLockConfiguration', 's3:ListBucketVersions'),
  ...calls('{Bucket}/access-logs/object', 's3:GetObject'),
  ...calls('{Bucket}/other/events/object', 's3:GetObject'),
  ...listing('Bucket', '', 'other/', 'event', 'other/events/'),
  ...calls('{Bucket}', 's3:ListBucket'),
  usingKey('Key', 'kms:Decrypt', 'arn:aws:s3:::somebody-elses-bucket/object'),
  usingKey('Key', 'kms:Decrypt', '{Bucket}/events/object.gz', {}),
  usingKey('Key', 'kms:Decrypt', '{Bucket}/events/object.gz', { 'kms:ViaService': 'sqs.eu-west-1.amazonaws.com' }),
  usingKey('Key', 'kms:GenerateDataKey', '{Bucket}/events/object.gz'),
  usingKey('BucketKey', 'kms:GenerateDataKey', '{Bucket}/events/object.gz'),
  usingKey('OtherKey', 'kms:Decrypt', '{Bucket}/events/object.gz'),
  usingKey('ResultsKey', 'kms:Decrypt', '{Bucket}/events/object.gz'),
  ...calls('{Key}', 'kms:Decrypt', 'kms:ScheduleKeyDeletion', 'kms:DisableKey', 'kms:PutKeyPolicy', 'kms:CreateGrant'),
  ...calls('{Results}/0a1b2c3d.csv', 's3:DeleteObject'),
  ...calls('{Results}', 's3:PutBucketPolicy'),
  ...calls(`${ATHENA}:workgroup/primary`, 'athena:StartQueryExecution', 'athena:GetQueryResults', 'athena:GetWorkGroup'),
  ...calls(`${ATHENA}:workgroup/${WORK_GROUP}`, 'athena:UpdateWorkGroup', 'athena:DeleteWorkGroup', 'athena:CreateNamedQuery', 'athena:DeleteNamedQuery'),
  ...calls(`${ATHENA}:datacatalog/another`, 'athena:GetDataCatalog'),
  ...calls(`${GLUE}:database/another`, 'glue:GetDatabase'),
  ...calls(`${GLUE}:table/another/events`, 'glue:GetTable'),
  ...calls(`${GLUE}:table/default/events`, 'glue:GetTable', 'glue:GetPartitions'),
  ...calls(`${GLUE}:table/${DATABASE}/events`, 'glue:UpdateTable', 'glue:DeleteTable', 'glue:CreatePartition'),
  ...calls(`${GLUE}:database/${DATABASE}`, 'glue:CreateTable', 'glue:DeleteDatabase'),
];

const text = ({ action, resource, context }: Call) => `${action} on ${resource} ${JSON.stringify(context ?? {})}`;
const reader = sample();
reader.archive.grantRead(reader.role);
const analyst = sample();
analyst.archive.grantQuery(analyst.role);

const allowed = (judge: Judge, list: Call[], who: RegExp = ANALYST) => list.filter(call => judge.may(who, call)).map(text);

describe('who was granted to read', () => {
  const judge = new Judge(reader.stack);

  test('may read events and error records, and nothing of Athena', () => {
    expect(allowed(judge, READING)).toEqual(READING.map(text));
    expect(allowed(judge, QUERYING)).toEqual([]);
  });

  test('may do nothing else', () => {
    expect(allowed(judge, NEVER)).toEqual([]);
  });

  test('has no permission without a use', () => {
    expect(grantedActions(reader)).toEqual(usedActions(READING));
    everyStatementIsNeeded(reader, READING);
  });
});

describe('who was granted to query', () => {
  const judge = new Judge(analyst.stack);

  test('may do all that a query takes', () => {
    expect(allowed(judge, [...READING, ...QUERYING])).toEqual([...READING, ...QUERYING].map(text));
  });

  test('may do nothing else', () => {
    expect(allowed(judge, NEVER)).toEqual([]);
  });

  test('has no permission without a use', () => {
    expect(grantedActions(analyst)).toEqual(usedActions([...READING, ...QUERYING]));
    everyStatementIsNeeded(analyst, [...READING, ...QUERYING]);
  });
});

test('what is refused is refused by the policy alone', () => {
  const judge = new Judge(analyst.stack, template => {
    for (const document of policyDocuments(template)) document.Statement = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
  });
  expect(allowed(judge, NEVER)).toEqual(NEVER.map(text));
});

test('below a prefix, only what lies below it is granted', () => {
  const { archive, stack, role } = sample({ attributes: { prefix: 'teams/audit' } });
  archive.grantRead(role);
  const objects = ['teams/audit/events/x', 'teams/audit/errors/x', 'events/x', 'teams/events/x', 'teams/audit/other'];
  expect(allowed(new Judge(stack), objects.map(key => ({ action: 's3:GetObject', resource: `{Bucket}/${key}` })))).toEqual(
    objects.slice(0, 2).map(key => `s3:GetObject on {Bucket}/${key} {}`));
  expect(allowed(new Judge(stack), listing('Bucket', 'teams/audit/events/', 'events/', 'teams/audit/'))).toEqual(
    listing('Bucket', 'teams/audit/events/').map(text));
});

test('without keys of anybody, no use of a key is granted', () => {
  const { archive, stack, role } = sample({ attributes: { encryptionKey: undefined } });
  archive.grantRead(role);
  const own = allowed(new Judge(stack), READING);
  expect(own).toEqual(READING.filter(({ resource }) => resource !== '{Key}').map(text));
});

test('a key that is both the archive\'s and the bucket\'s is granted once', () => {
  const { attributes, bucketKey, role, stack } = sample();
  const both = new ImportedEventAuditArchive(stack, 'Both', { ...attributes, encryptionKey: bucketKey });
  both.grantRead(role);
  const [{ Statement }] = policyDocuments(Template.fromStack(stack).toJSON());
  expect(Statement.filter(({ Action }: any) => Action === 'kms:Decrypt')).toHaveLength(1);
});

describe('the grantee', () => {
  const granted = (grantee: (sample: Sample) => iam.IGrantable): Sample => {
    const made = sample();
    made.archive.grantQuery(grantee(made));
    return made;
  };
  const ALL = [...READING, ...QUERYING].map(text);

  test('can be a user, who gets a managed policy: inline ones of a user are too small', () => {
    const { stack } = granted(({ stack: scope }) => new iam.User(scope, 'User'));
    expect(allowed(new Judge(stack), [...READING, ...QUERYING], /^User[0-9A-F]{8}$/)).toEqual(ALL);
    expect(Template.fromStack(stack).findResources('AWS::IAM::Policy')).toEqual({});
  });

  test('can be an imported user', () => {
    const { stack } = granted(({ stack: scope }) => iam.User.fromUserName(scope, 'User', 'somebody'));
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::ManagedPolicy', { Users: ['somebody'] });
  });

  test('can be a user twice, with one policy', () => {
    const { archive, stack } = sample();
    const user = new iam.User(stack, 'User');
    archive.grantRead(user);
    archive.grantQuery(user);
    Template.fromStack(stack).resourceCountIs('AWS::IAM::ManagedPolicy', 1);
    expect(allowed(new Judge(stack), [...READING, ...QUERYING], /^User[0-9A-F]{8}$/)).toEqual(ALL);
  });

  test('can be a group', () => {
    const { stack } = granted(({ stack: scope }) => {
      const group = new iam.Group(scope, 'Group');
      new iam.User(scope, 'Member', { groups: [group] });
      return group;
    });
    expect(allowed(new Judge(stack), [...READING, ...QUERYING], /^Member[0-9A-F]{8}$/)).toEqual(ALL);
  });

  test('can be several users, each with what is theirs', () => {
    const { archive, stack } = sample();
    archive.grantRead(new iam.User(stack, 'User'));
    archive.grantQuery(new iam.User(stack, 'Other'));
    expect(allowed(new Judge(stack), QUERYING, /^User[0-9A-F]{8}$/)).toEqual([]);
    expect(allowed(new Judge(stack), [...READING, ...QUERYING], /^Other[0-9A-F]{8}$/)).toEqual(ALL);
  });

  test('that is a group gets a managed policy, because the inline ones of a group are too small for two archives', () => {
    const { stack } = granted(({ stack: scope }) => new iam.Group(scope, 'Group'));
    expect(Template.fromStack(stack).findResources('AWS::IAM::Policy')).toEqual({});
    Template.fromStack(stack).resourceCountIs('AWS::IAM::ManagedPolicy', 1);
  });

  test('can be a group or a user beside a role of another stack, and the stacks do not depend on each other', () => {
    const { archive, stack } = sample();
    const access = new Stack(stack.node.root as App, 'Access');
    for (const holder of [new iam.Group(access, 'Group'), new iam.User(access, 'User'), new iam.Role(access, 'Role', { assumedBy: new iam.AccountRootPrincipal() })]) {
      archive.grantRead(holder);
      archive.grantQuery(holder);
    }
    Template.fromStack(access).resourceCountIs('AWS::IAM::ManagedPolicy', 2);
    Template.fromStack(stack).resourceCountIs('AWS::IAM::ManagedPolicy', 0);
  });

  test('can be of a stack that knows no account, when the archive\'s does', () => {
    const { archive, stack } = sample({ stack: { env: { account: '111111111111', region: 'eu-west-1' } } });
    const role = new iam.Role(new Stack(stack.node.root as App, 'Elsewhere'), 'Role', { assumedBy: new iam.AccountRootPrincipal() });
    expect(() => archive.grantRead(role)).not.toThrow();
  });

  test('cannot be a role of Identity Center, which nobody may change', () => {
    expect(() => granted(({ stack: scope }) => iam.Role.fromRoleArn(scope, 'Sso', 'arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Audit_0123456789abcdef')))
      .toThrow('grantQuery: got the role AWSReservedSSO_Audit_0123456789abcdef; IAM lets nobody change a role of Identity Center: '
        + 'grant to a role which its users assume, or put the permissions into the permission set');
  });

  test('can be an imported role of the same account', () => {
    const { stack } = granted(({ stack: scope }) => iam.Role.fromRoleName(scope, 'Imported', 'analyst'));
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::ManagedPolicy', { Roles: ['analyst'] });
    Template.fromStack(stack).resourceCountIs('AWS::IAM::Policy', 0);
  });

  test('can be in a stack of another Region: the archive\'s resources are still those of its own', () => {
    const env = { account: '111111111111', region: 'eu-west-1' };
    const made = sample({ stack: { env }, attributes: { encryptionKey: undefined } });
    const other = new Stack(made.stack.node.root as App, 'Other', { env: { ...env, region: 'us-east-1' } });
    const archive = new ImportedEventAuditArchive(made.stack, 'ByName', {
      ...made.attributes,
      bucket: s3.Bucket.fromBucketName(made.stack, 'A', 'archive'),
      resultsBucket: s3.Bucket.fromBucketName(made.stack, 'R', 'results'),
    });
    archive.grantQuery(new iam.Role(other, 'Analyst', { assumedBy: new iam.AccountRootPrincipal() }));
    const documents = JSON.stringify(policyDocuments(Template.fromStack(other).toJSON()));
    expect(documents).toContain(':athena:eu-west-1:111111111111:workgroup/audit_group');
    expect(documents).toContain(':glue:eu-west-1:111111111111:table/audit_db/*');
    expect(documents).not.toContain('us-east-1');
    expect(documents).not.toContain('AWS::Region');
  });

  test('can wait for its permissions', () => {
    const { archive, role, stack } = sample();
    const grant = archive.grantQuery(role);
    const user = new iam.User(stack, 'Later');
    grant.applyBefore(user);
    const [later] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::User'));
    expect(later.DependsOn).toEqual([expect.stringMatching(/^AnalystDefaultPolicy/)]);
    expect(grant.success).toBe(true);
  });

  const refused = (grantee: (stack: Stack) => iam.IGrantable, account?: string): string => {
    const { archive, stack } = sample({ stack: { env: { account, region: account && 'eu-west-1' } } });
    try {
      archive.grantRead(grantee(stack));
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error('it was granted');
  };

  test.each<[string, (stack: Stack) => iam.IGrantable, string]>([
    ['role', stack => iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::222222222222:role/analyst'), '222222222222'],
    ['account', () => new iam.AccountPrincipal('333333333333'), '333333333333'],
  ])('cannot be the %s of another account', (_name, grantee, account) => {
    expect(refused(grantee, '111111111111')).toBe(
      `grantRead: got a principal of the account ${account}; grant to a role of the archive's account, 111111111111, which that principal assumes`);
  });

  test.each<[iam.IGrantable, string]>([
    [new iam.ServicePrincipal('quicksight.amazonaws.com'), 'ServicePrincipal(quicksight.amazonaws.com)'],
    [new iam.AccountPrincipal('333333333333'), 'AccountPrincipal(333333333333)'],
    [new iam.ArnPrincipal('arn:aws:iam::222222222222:role/analyst'), 'ArnPrincipal(arn:aws:iam::222222222222:role/analyst)'],
  ])('%#: cannot be one without a policy of its own', (grantee, got) => {
    expect(refused(() => grantee)).toBe(`grantRead: got ${got}, which has no policy of its own; `
      + 'grant to a role, group or user of the archive\'s account; services and other accounts assume such a role');
  });
});

test('the method is named in the error', () => {
  const { archive } = sample();
  expect(() => archive.grantQuery(new iam.ServicePrincipal('quicksight.amazonaws.com'))).toThrow(/^grantQuery: got /);
});

test('the same is granted when CDK minimizes policies', () => {
  const { archive, stack, role } = sample({ app: { postCliContext: { [cxapi.IAM_MINIMIZE_POLICIES]: true } } });
  archive.grantRead(role);
  archive.grantQuery(role);
  expect(allowed(new Judge(stack), [...READING, ...QUERYING, ...NEVER])).toEqual([...READING, ...QUERYING].map(text));
  const [document] = policyDocuments(Template.fromStack(stack).toJSON());
  expect(document.Statement.length).toBeLessThanOrEqual(14);
});

test('actions are listed in order, and statements are few', () => {
  const [document] = policyDocuments(Template.fromStack(analyst.stack).toJSON());
  for (const { Action } of document.Statement) expect([Action].flat()).toEqual([Action].flat().sort());
  expect(document.Statement).toHaveLength(14);
});

function grantedActions({ stack }: Sample): string[] {
  const actions = policyDocuments(Template.fromStack(stack).toJSON()).flatMap(({ Statement }) => Statement).flatMap(({ Action }: any) => Action);
  return [...new Set<string>(actions)].sort();
}

function usedActions(list: Call[]): string[] {
  return [...new Set(list.map(({ action }) => action))].sort();
}

/** Takes each statement away in turn: something must be refused then that is needed. */
function everyStatementIsNeeded({ stack }: Sample, list: Call[]): void {
  const [{ Statement }] = policyDocuments(Template.fromStack(stack).toJSON());
  for (const index of Statement.keys()) {
    const judge = new Judge(stack, template => { policyDocuments(template)[0].Statement.splice(index, 1); });
    expect(allowed(judge, list).length).toBeLessThan(list.length);
  }
}

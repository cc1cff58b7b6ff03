// Who may read the archive and who may ask it questions: the permissions that each needs, and no others.

import { ArnFormat, CfnResource, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct, IConstruct } from 'constructs';
import { GrantedPolicies, PolicyHolder } from './granted-policies';
import type { ArchiveLocation } from '../layout/location';
import { TrailLogs, trailLogsFolder } from '../layout/trail-logs';
import { judge } from '../limits/findings';
import { referencesOf } from '../limits/rendered-app';
import { encryptionOf, onceComplete } from '../private/bucket-encryption';
import { objectKeyStatements } from '../private/encryption-key';
import { keyItself, namedKey } from '../private/key-alias';
import { invalid, isKnown } from '../private/validate';

/** What runs queries in a workgroup and looks at its saved queries. @see https://docs.aws.amazon.com/athena/latest/ug/example-policies-workgroup.html */
const WORK_GROUP_ACTIONS = [
  'athena:BatchGetNamedQuery',
  'athena:BatchGetQueryExecution',
  'athena:GetNamedQuery',
  'athena:GetQueryExecution',
  'athena:GetQueryResults',
  'athena:GetQueryResultsStream',
  'athena:GetWorkGroup',
  'athena:ListNamedQueries',
  'athena:ListQueryExecutions',
  'athena:StartQueryExecution',
  'athena:StopQueryExecution',
];

/** What Athena's console and drivers read of a data catalog. @see https://docs.aws.amazon.com/athena/latest/ug/datacatalogs-example-policies.html */
const DATA_CATALOG_ACTIONS = [
  'athena:GetDataCatalog',
  'athena:GetDatabase',
  'athena:GetTableMetadata',
  'athena:ListDatabases',
  'athena:ListTableMetadata',
];

/** What the console chooses from. These have no resource to be limited to. @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonathena.html */
const ACCOUNT_ACTIONS = ['athena:ListDataCatalogs', 'athena:ListWorkGroups'];

/** What reads the Glue Data Catalog. @see https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html */
const GLUE_ACTIONS = [
  'glue:BatchGetPartition',
  'glue:GetDatabase',
  'glue:GetDatabases',
  'glue:GetPartition',
  'glue:GetPartitions',
  'glue:GetTable',
  'glue:GetTables',
];

/** How Athena names the Glue Data Catalog of the account. */
const DATA_CATALOG = 'AwsDataCatalog';

/** The database that Athena asks of everybody, whatever the query. @see https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html */
const DEFAULT_DATABASE = 'default';

/** What Athena does to the results bucket in the caller's name. @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonAthenaFullAccess.html */
const RESULTS_BUCKET_ACTIONS = ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'];
const RESULTS_OBJECT_ACTIONS = ['s3:AbortMultipartUpload', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:PutObject'];

/** What of an archive can be granted. */
export interface AccessibleArchive {
  readonly location: ArchiveLocation;
  readonly resultsBucket: s3.IBucket;
  readonly databaseName: string;
  readonly workGroupName: string;
  readonly encryptionKey?: kms.IKey;
  /** By which older objects are encrypted. */
  readonly formerKeys: readonly kms.IKey[];
  /** The log files that the database has a table over, if the archive has a trail. */
  readonly trailLogs?: TrailLogs;
}

/** What one statement allows. */
interface Permission {
  readonly actions: string[];
  readonly resourceArns: string[];
  readonly conditions?: { [operator: string]: { [key: string]: unknown } };
}

/** Grants on one archive. They are in the policies of those who get them, so that only principals of the archive's account can. */
export class ArchiveAccess {
  private readonly granted = new Set<GrantedPolicies>();

  constructor(private readonly scope: Construct, private readonly archive: AccessibleArchive) {}

  /** Lets somebody read what is archived, and what could not be delivered. */
  public grantRead(grantee: iam.IGrantable): iam.Grant {
    return this.grant('grantRead', grantee, () => this.reading());
  }

  /** Lets somebody read, and ask by Athena in the archive's workgroup. */
  public grantQuery(grantee: iam.IGrantable): iam.Grant {
    return this.grant('grantQuery', grantee, () => [...this.reading(), ...this.querying()]);
  }

  private reading(): Permission[] {
    const { location: { bucket, errors, events } } = this.archive;
    const folders = [errors, events].map(folder => `${folder}*`);
    return [
      { actions: ['s3:GetObject'], resourceArns: folders.map(folder => bucket.arnForObjects(folder)) },
      { actions: ['s3:ListBucket'], resourceArns: [bucket.bucketArn], conditions: { StringLike: { 's3:prefix': folders } } },
      { actions: ['s3:GetBucketLocation'], resourceArns: [bucket.bucketArn] },
      ...this.usingKeysOf(bucket, ['kms:Decrypt']),
      ...this.usingFormerKeysOf(bucket),
    ];
  }

  private querying(): Permission[] {
    const { resultsBucket, databaseName, workGroupName } = this.archive;
    const glue = [['database', DEFAULT_DATABASE], ['database', databaseName], ['table', `${databaseName}/*`]];
    return [
      { actions: WORK_GROUP_ACTIONS, resourceArns: [this.arn('athena', 'workgroup', workGroupName)] },
      { actions: DATA_CATALOG_ACTIONS, resourceArns: [this.arn('athena', 'datacatalog', DATA_CATALOG)] },
      { actions: ACCOUNT_ACTIONS, resourceArns: ['*'] },
      { actions: GLUE_ACTIONS, resourceArns: [this.arn('glue', 'catalog'), ...glue.map(([type, name]) => this.arn('glue', type, name))] },
      { actions: RESULTS_BUCKET_ACTIONS, resourceArns: [resultsBucket.bucketArn] },
      { actions: RESULTS_OBJECT_ACTIONS, resourceArns: [resultsBucket.arnForObjects('*')] },
      ...this.usingKeysOf(resultsBucket, ['kms:Decrypt', 'kms:GenerateDataKey']),
      ...this.usingFormerKeysOf(resultsBucket),
      ...this.describingKeys(),
      ...this.readingTrailLogs(),
    ];
  }

  /**
   * The log files themselves, in the folders of all accounts, and none of the digests that lie beside them. CloudTrail's own encryption
   * has the object as its context too.
   * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/how-kms-works-with-cloudtrail.html
   */
  private readingTrailLogs(): Permission[] {
    const { trailLogs } = this.archive;
    if (trailLogs === undefined) return [];
    const { bucket, encryptionKey } = trailLogs;
    const files = `${trailLogsFolder(trailLogs)}*/CloudTrail/*`;
    return [
      { actions: ['s3:GetObject'], resourceArns: [bucket.arnForObjects(files)] },
      { actions: ['s3:ListBucket'], resourceArns: [bucket.bucketArn], conditions: { StringLike: { 's3:prefix': [files] } } },
      { actions: ['s3:GetBucketLocation'], resourceArns: [bucket.bucketArn] },
      ...this.usingKeysOf(bucket, ['kms:Decrypt'], encryptionKey),
      ...this.usingFormerKeysOf(bucket),
    ];
  }

  /** Athena looks at the key of its results before it uses it. */
  private describingKeys(): Permission[] {
    const { encryptionKey } = this.archive;
    if (!encryptionKey) return [];
    const { resources, conditions } = namedKey(encryptionKey);
    return [{ actions: ['kms:DescribeKey'], resourceArns: resources, conditions }];
  }

  /** The key by which the objects are written, and the bucket's own where somebody else made it. */
  private usingKeysOf(bucket: s3.IBucket, actions: string[], writtenBy: kms.IKey | undefined = this.archive.encryptionKey): Permission[] {
    const keys = [writtenBy, encryptionOf(this.scope, bucket).key].filter(key => key !== undefined);
    return [...new Set(keys)].flatMap(key => objectKeyStatements(key, bucket.bucketArn, actions))
      .map(({ resources, conditions }) => ({ actions, resourceArns: resources, conditions }));
  }

  /** To read what is older, by one statement for all keys that are named alike. The bucket's own key may be one of them. */
  private usingFormerKeysOf(bucket: s3.IBucket): Permission[] {
    const { formerKeys, encryptionKey } = this.archive;
    const current = [encryptionKey, encryptionOf(this.scope, bucket).key].flatMap(key => key ? [this.identityOf(key)] : []);
    const actions = ['kms:Decrypt'];
    const alike = new Map<string, Permission>();
    for (const key of formerKeys.filter(each => !current.includes(this.identityOf(each)))) {
      for (const { resources, conditions } of objectKeyStatements(key, bucket.bucketArn, actions)) {
        const text = JSON.stringify(Stack.of(this.scope).resolve(conditions));
        alike.set(text, { actions, conditions, resourceArns: [...alike.get(text)?.resourceArns ?? [], ...resources] });
      }
    }
    return [...alike.values()];
  }

  private identityOf(key: kms.IKey): string {
    return JSON.stringify(Stack.of(this.scope).resolve(keyItself(key).keyArn));
  }

  private arn(service: string, resource: string, resourceName?: string): string {
    const arnFormat = resourceName === undefined ? ArnFormat.NO_RESOURCE_NAME : ArnFormat.SLASH_RESOURCE_NAME;
    return Stack.of(this.scope).formatArn({ service, resource, resourceName, arnFormat });
  }

  private grant(method: string, grantee: iam.IGrantable, permissionsNow: () => Permission[]): iam.Grant {
    this.checkAccount(method, grantee);
    checkChangeable(method, grantee);
    const holder = this.policiesOf(grantee) ?? grantee;
    const permissions = permissionsNow();
    const grants = permissions.map(permission => iam.Grant.addToPrincipal({ grantee: holder, ...permission }));
    if (!grants.every(grant => grant.success)) {
      invalid(method, `${String(grantee.grantPrincipal)}, which has no policy of its own`,
        'grant to a role, group or user of the archive\'s account; services and other accounts assume such a role');
    }
    onceComplete(this.scope, () => this.grantWhatChanged(holder, permissions, permissionsNow()));
    return grants.reduce((all, grant) => all.combine(grant));
  }

  /** The resource of a bucket may have got another key since. */
  private grantWhatChanged(grantee: iam.IGrantable, before: Permission[], after: Permission[]): void {
    const identity = (permission: Permission) => JSON.stringify(Stack.of(this.scope).resolve(permission));
    const granted = new Set(before.map(identity));
    for (const permission of after.filter(each => !granted.has(identity(each)))) iam.Grant.addToPrincipal({ grantee, ...permission });
  }

  private checkAccount(method: string, { grantPrincipal: { principalAccount } }: iam.IGrantable): void {
    const { account } = Stack.of(this.scope);
    if (principalAccount === undefined || !isKnown(principalAccount) || !isKnown(account) || principalAccount === account) return;
    invalid(method, `a principal of the account ${principalAccount}`, `grant to a role of the archive's account, ${account}, which that principal assumes`);
  }

  /**
   * Users, groups and imported roles get managed policies: their inline ones hold 2,048, 5,120 and 10,240 characters in all, fewer than the
   * grants of several archives need. Those of other roles CDK divides itself.
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
   */
  private policiesOf({ grantPrincipal }: iam.IGrantable): GrantedPolicies | undefined {
    const holder = holderOf(grantPrincipal);
    if (!holder) return undefined;
    const stack = this.stackOfPoliciesOf(holder.holder);
    if (holder.kind === 'Role' && stack === Stack.of(holder.holder) && !isImported(holder.holder)) return undefined;
    const policies = GrantedPolicies.of(stack, holder);
    if (!this.granted.has(policies)) judge(this.roomForLimits(), app => app.claims(`policies of ${holder.holder.node.addr}`) ? [policies.count(app)] : []);
    this.granted.add(policies);
    return policies;
  }

  /** Where somebody is made in another stack, their policy is there too, or that stack could not use the archive; unless the archive uses something of it. */
  private stackOfPoliciesOf(holder: IConstruct): Stack {
    const [own, other] = [Stack.of(this.scope), Stack.of(holder)];
    return other === own || isImported(holder) || refersTo(this.scope, other) ? own : other;
  }

  private roomForLimits(): Construct {
    return this.scope.node.tryFindChild('AccessLimits') as Construct | undefined ?? new Construct(this.scope, 'AccessLimits');
  }
}

/** Who can have managed policies. A role that is imported as one that nobody changes has none. */
function holderOf(principal: iam.IPrincipal): PolicyHolder | undefined {
  const { userName, groupName, roleName, node } = principal as Partial<iam.IUser & iam.IGroup & iam.IRole>;
  if (node === undefined) return undefined;
  if (userName !== undefined) return { kind: 'User', name: userName, holder: principal as iam.IUser };
  if (groupName !== undefined) return { kind: 'Group', name: groupName, holder: principal as iam.IPrincipal as iam.IGroup };
  const isChangeable = ['Role', 'ImportedRole'].some(name => (principal.constructor as ClassOfCdk).PROPERTY_INJECTION_ID === `aws-cdk-lib.aws-iam.${name}`);
  return roleName === undefined || !isChangeable ? undefined : { kind: 'Role', name: roleName, holder: principal as iam.IRole };
}

/** By what CDK's classes are told apart, those too that it does not export. */
interface ClassOfCdk {
  readonly PROPERTY_INJECTION_ID?: string;
}

function isImported(holder: IConstruct): boolean {
  return holder.node.defaultChild === undefined;
}

/** Whether something of the archive needs something of another stack, so that this one cannot need the archive's. */
function refersTo(archive: IConstruct, other: Stack): boolean {
  const stack = Stack.of(archive);
  const resources = archive.node.findAll().filter((child): child is CfnResource => CfnResource.isCfnResource(child) && Stack.of(child) === stack);
  return resources.some(resource => referencesOf(resource, resource._toCloudFormation()).some(target => Stack.of(target) === other));
}

/** IAM lets nobody change the roles that Identity Center makes. @see https://docs.aws.amazon.com/singlesignon/latest/userguide/using-service-linked-roles.html */
function checkChangeable(method: string, { grantPrincipal }: iam.IGrantable): void {
  const { roleName } = grantPrincipal as Partial<iam.IRole>;
  if (roleName === undefined || !isKnown(roleName) || !roleName.includes('AWSReservedSSO_')) return;
  invalid(method, `the role ${roleName}`,
    'IAM lets nobody change a role of Identity Center: grant to a role which its users assume, or put the permissions into the permission set');
}

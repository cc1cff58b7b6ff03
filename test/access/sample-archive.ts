// An imported archive in a stack with everything that it is made of, so that policies can be evaluated.

import { App, AppProps, Stack, StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { EventAuditArchiveAttributes, ImportedEventAuditArchive } from '../../src/imported-event-audit-archive';
import { Permissions } from '../simulator/permissions/permissions';
import { SimulatedTemplate } from '../simulator/template/template';

export const DATABASE = 'audit_db';
export const WORK_GROUP = 'audit_group';

export interface Sample {
  readonly stack: Stack;
  readonly archive: ImportedEventAuditArchive;
  readonly role: iam.Role;
  /** The keys: of the archive, and the buckets' own. */
  readonly key: kms.Key;
  readonly bucketKey: kms.Key;
  readonly resultsKey: kms.Key;
  readonly otherKey: kms.Key;
  readonly attributes: EventAuditArchiveAttributes;
}

export interface SampleOptions {
  readonly app?: AppProps;
  readonly stack?: StackProps;
  readonly attributes?: Partial<EventAuditArchiveAttributes>;
}

/** The archive with a key of its own, in buckets that have others. */
export function sample({ app, stack: stackProps, attributes: changed }: SampleOptions = {}): Sample {
  const stack = new Stack(new App(app), 'Test', stackProps);
  const [key, bucketKey, resultsKey, otherKey] = ['Key', 'BucketKey', 'ResultsKey', 'OtherKey'].map(id => new kms.Key(stack, id));
  const attributes: EventAuditArchiveAttributes = {
    bucket: new s3.Bucket(stack, 'Bucket', { encryptionKey: bucketKey }),
    resultsBucket: new s3.Bucket(stack, 'Results', { encryptionKey: resultsKey }),
    databaseName: DATABASE,
    workGroupName: WORK_GROUP,
    deliveryStreamName: 'audit-stream',
    encryptionKey: key,
    ...changed,
  };
  const role = new iam.Role(stack, 'Analyst', { assumedBy: new iam.AccountRootPrincipal() });
  return { stack, archive: new ImportedEventAuditArchive(stack, 'Archive', attributes), role, key, bucketKey, resultsKey, otherKey, attributes };
}

/** A call to AWS: the action, the resource by names of the sample's resources, and what else the request says. */
export interface Call {
  readonly action: string;
  readonly resource: string;
  readonly context?: { readonly [key: string]: string };
}

/** Asks the policies of a template, for one of its identities. */
export class Judge {
  private readonly template: SimulatedTemplate;
  private readonly permissions: Permissions;

  public constructor(stack: Stack, change: (template: any) => void = () => {}) {
    const template = JSON.parse(JSON.stringify(Template.fromStack(stack).toJSON()));
    change(template);
    this.template = SimulatedTemplate.parse(template, { account: '111111111111', region: 'eu-west-1' });
    this.permissions = new Permissions(this.template);
  }

  public may(identity: RegExp, { action, resource, context }: Call): boolean {
    return this.permissions.mayAs(this.arnOf(identity), action, this.filled(resource), context && Object.fromEntries(
      Object.entries(context).map(([key, value]) => [key, this.filled(value)])));
  }

  private filled(text: string): string {
    return text.replace(/\{(\w+)\}/g, (_all, name: string) => this.arnOf(new RegExp(`^${name}[0-9A-F]{8}$`)));
  }

  private arnOf(logicalId: RegExp): string {
    const found = this.template.resources.filter(resource => logicalId.test(resource.logicalId) && resource.attributes.Arn);
    if (found.length !== 1) throw new Error(`${found.length} resources match ${logicalId}`);
    return found[0].attributes.Arn;
  }
}

/** The documents of the policies that a stack attaches to identities. */
export function policyDocuments(template: any): any[] {
  return Object.values<any>(template.Resources)
    .filter(({ Type }) => ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].includes(Type))
    .map(({ Properties }) => Properties.PolicyDocument);
}

// What several archives grant to one user, group or role: all of it, in as few policies as it takes, each within IAM's limits.

import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { EventAuditArchive } from '../../src';
import { ENV, errorsOf, warningsOf } from '../limits/whole-apps';
import { SimulatedTemplate } from '../simulator/template/template';

type Holder = (stack: Stack) => iam.IGrantable;

const ownRole: Holder = stack => new iam.Role(stack, 'Own', { assumedBy: new iam.AccountRootPrincipal() });
const importedRole: Holder = stack => iam.Role.fromRoleName(stack, 'Imported', 'analyst');

/** A stack of archives with all that there is to be granted. */
function archivesIn(stack: Stack, count: number): EventAuditArchive[] {
  return Array.from({ length: count }, (_, index) => new EventAuditArchive(stack, `Audit${index}`, {
    trail: index === 0 ? {} : undefined,
    encryptionKey: new kms.Key(stack, `Key${index}`),
    eventPatterns: [{ source: [`source${index}`] }],
  }));
}

function grantedTo(holder: Holder, count: number): Stack {
  const stack = new Stack(new App(), 'Test', { env: ENV });
  const grantee = holder(stack);
  for (const archive of archivesIn(stack, count)) archive.grantQuery(grantee);
  return stack;
}

/** The policies that the stack's archives grant by, as they are deployed. */
function policiesOf(stack: Stack, ids: RegExp): { Statement: any[] }[] {
  const template = SimulatedTemplate.parse(Template.fromStack(stack).toJSON());
  return template.resources.filter(({ logicalId, type }) => type.startsWith('AWS::IAM::') && ids.test(logicalId))
    .flatMap(({ properties }) => (properties as any).PolicyDocument ?? []);
}

const OF_GRANTS = /^EventAuditArchiveAccess/;

/** Each action that is allowed, with its resource and its conditions. */
function permissions(policies: { Statement: any[] }[]): Set<string> {
  return new Set(policies.flatMap(({ Statement }) => Statement).flatMap(({ Action, Resource, Condition = {} }) =>
    [Action].flat().flatMap(action => [Resource].flat().map(resource => `${action} ${resource} ${JSON.stringify(Condition)}`))));
}

describe('grants of several archives', () => {
  const byOwnRole = (count: number) => permissions(policiesOf(grantedTo(ownRole, count), /^Own/));

  test.each<[string, Holder]>([
    ['an imported role', importedRole],
    ['a user', stack => new iam.User(stack, 'User')],
    ['an imported user', stack => iam.User.fromUserName(stack, 'User', 'somebody')],
    ['a group', stack => new iam.Group(stack, 'Group')],
  ])('to %s are what a role of the app gets, in managed policies of 6,144 characters at most', (_name, holder) => {
    const stack = grantedTo(holder, 11);
    const policies = policiesOf(stack, OF_GRANTS);
    expect(permissions(policies)).toEqual(byOwnRole(11));
    for (const policy of policies) expect(JSON.stringify(policy).length).toBeLessThanOrEqual(6144);
    expect(policies.length).toBeLessThanOrEqual(5);
    expect(Object.keys(Template.fromStack(stack).findResources('AWS::IAM::Policy'))).toEqual([]);
    expect(errorsOf(stack.node.root as App)).toEqual([]);
    expect(warningsOf(stack)).toEqual([]);
  });

  test('fill a policy before the next is begun', () => {
    const [first, second] = policiesOf(grantedTo(importedRole, 11), OF_GRANTS);
    // The first that did not fit.
    const [next] = second.Statement;
    const said = ({ Action, Condition }: any) => JSON.stringify([Action, Condition]);
    const same = first.Statement.find(statement => said(statement) === said(next));
    const [resource] = [next.Resource].flat();
    const added = JSON.stringify(same ? resource : { ...next, Resource: resource }).length;
    expect(JSON.stringify(first).length + added).toBeGreaterThan(6144 - 300);
  });

  test('to a role of the app are in its own policies, which CDK divides', () => {
    const stack = grantedTo(ownRole, 4);
    expect(policiesOf(stack, OF_GRANTS)).toEqual([]);
    expect(JSON.stringify(policiesOf(stack, /^OwnDefaultPolicy/)).length).toBeLessThanOrEqual(10_240);
  });

  test('to one user who is imported for each archive are in the same policies', () => {
    const stack = new Stack(new App(), 'Test', { env: ENV });
    for (const [index, archive] of archivesIn(stack, 2).entries()) archive.grantRead(iam.User.fromUserName(stack, `User${index}`, 'somebody'));
    Template.fromStack(stack).resourcePropertiesCountIs('AWS::IAM::ManagedPolicy', { Users: ['somebody'] }, 1);
  });

  test('to a role that is imported as nobody\'s to change are the owner\'s matter', () => {
    const stack = grantedTo(scope => iam.Role.fromRoleArn(scope, 'Role', `arn:aws:iam::${ENV.account}:role/fixed`, { mutable: false }), 1);
    expect(policiesOf(stack, OF_GRANTS)).toEqual([]);
    expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toContain('"fixed"');
  });
});

describe('managed policies', () => {
  const policiesBeside = (others: number, make: (stack: Stack) => iam.IUser | iam.IGroup | iam.IRole) => {
    const app = new App();
    const stack = new Stack(app, 'Test', { env: ENV });
    const holder = make(stack);
    for (let index = 0; index < others; index++) {
      const attached = 'userName' in holder ? { users: [holder] } : 'groupName' in holder ? { groups: [holder] } : { roles: [holder] };
      new iam.ManagedPolicy(stack, `Other${index}`, { ...attached, statements: [new iam.PolicyStatement({ actions: ['s3:ListAllMyBuckets'], resources: ['*'] })] });
    }
    new EventAuditArchive(stack, 'Audit').grantRead(holder);
    const errors = errorsOf(app);
    return [...errors, ...errors.length > 0 ? [] : warningsOf(stack)];
  };

  test.each<[string, (stack: Stack) => iam.IUser | iam.IGroup | iam.IRole, string]>([
    ['a user', stack => new iam.User(stack, 'Who'), 'of the user Test/Who; IAM\'s default quota is 10: have it raised before you deploy, or grant to several roles'],
    ['an imported user', stack => iam.User.fromUserName(stack, 'Who', 'somebody'), 'of the user somebody; IAM\'s default quota is 10: '],
    ['an imported role', stack => iam.Role.fromRoleName(stack, 'Who', 'somebody'), 'of the role somebody; IAM\'s default quota is 10: '],
    ['a group', stack => new iam.Group(stack, 'Who'), '[Test/Audit/AccessLimits] grantQuery: got 11 managed policies of the group Test/Who; IAM takes 10: '],
  ])('of %s are ten, all of the app together', (_name, make, text) => {
    expect(policiesBeside(9, make)).toEqual([]);
    expect(policiesBeside(10, make)).toEqual([expect.stringContaining(text)]);
  });

  test('that are attached where the user is made count too', () => {
    const readOnly = iam.ManagedPolicy.fromAwsManagedPolicyName('ReadOnlyAccess');
    expect(policiesBeside(9, stack => new iam.User(stack, 'Who', { managedPolicies: [readOnly] }))).toEqual([expect.stringContaining('grantQuery: got 11 managed policies of the user Test/Who')]);
  });
});

describe('who is made in another stack, with the key of the archive', () => {
  test.each<[string, Holder]>([
    ['a role', ownRole],
    ['a user', stack => new iam.User(stack, 'User')],
    ['a group', stack => new iam.Group(stack, 'Group')],
  ])('%s has policies in the archive\'s stack, and the stacks do not depend on each other', (_name, holder) => {
    const app = new App();
    const [stack, people] = ['Test', 'People'].map(name => new Stack(app, name, { env: ENV }));
    const archive = new EventAuditArchive(stack, 'Audit', { encryptionKey: new kms.Key(people, 'Key') });
    archive.grantQuery(holder(people));
    expect(errorsOf(app)).toEqual([]);
    expect(policiesOfStack(stack)).toHaveLength(1);
    expect(policiesOfStack(people)).toEqual([]);
  });

  test.each<[string, Holder]>([['a user', stack => new iam.User(stack, 'User')], ['a group', stack => new iam.Group(stack, 'Group')]])(
    '%s without has policies in the stack of its own, which may use the archive otherwise', (_name, holder) => {
      const app = new App();
      const [stack, people] = ['Test', 'People'].map(name => new Stack(app, name, { env: ENV }));
      const archive = new EventAuditArchive(stack, 'Audit');
      archive.grantQuery(holder(people));
      archive.bucket.grantRead(ownRole(people));
      expect(errorsOf(app)).toEqual([]);
      expect(policiesOfStack(people)).toHaveLength(1);
    });

  test.each(['before', 'after'])('is granted after the archive uses a bus of that stack, not before: capture %s the grant', order => {
    const app = new App();
    const [stack, people] = ['Test', 'People'].map(name => new Stack(app, name, { env: ENV }));
    const archive = new EventAuditArchive(stack, 'Audit');
    const role = ownRole(people);
    const grant = () => archive.grantQuery(role);
    if (order === 'after') grant();
    archive.addCapture('C', { eventBus: new events.EventBus(people, 'Bus'), eventPatterns: [{ source: ['a'] }] });
    if (order === 'before') grant();
    const synthesis = expect(() => app.synth());
    if (order === 'before') synthesis.not.toThrow();
    else synthesis.toThrow(/cyclic/i);
  });

  test('can get it before the archive is complete', () => {
    const app = new App();
    const [stack, people] = ['Test', 'People'].map(name => new Stack(app, name, { env: ENV }));
    const archive = new EventAuditArchive(stack, 'Audit', { encryptionKey: new kms.Key(people, 'Key') });
    archive.grantQuery(new iam.User(people, 'User'));
    archive.addCapture('Clicks', { eventPatterns: [{ source: ['clicks'] }], dedicatedStream: true });
    archive.addEventBus('Orders');
    expect(errorsOf(app)).toEqual([]);
  });

  function policiesOfStack(stack: Stack): string[] {
    return Object.keys(Template.fromStack(stack).findResources('AWS::IAM::ManagedPolicy')).filter(id => OF_GRANTS.test(id));
  }
});

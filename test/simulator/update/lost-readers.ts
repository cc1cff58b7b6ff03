/**
 * Who could read what is in the archive before an update, and after it still may get the objects and not decrypt them: objects stay encrypted
 * with the key that they were written with.
 */

import type { StackUpdate } from './stack-update';
import type { JsonObject } from '../engines';
import { Access } from '../permissions/access';
import { ConcreteCall, concreteCalls } from '../permissions/walker';
import { Properties } from '../template/properties';
import { SimulatedResource, SimulatedTemplate } from '../template/template';

/** Somebody who cannot read what is older. */
export interface LostReader {
  /** The logical id of the role, user or group, or its name, where it is from elsewhere. */
  readonly who: string;
  /** The ARNs of the bucket, and of the key that its older objects are encrypted with. */
  readonly bucket: string;
  readonly key: string;
}

/** What S3 says to KMS of the object that it decrypts: the bucket, or the object. */
const OBJECT = 'kms:encryptioncontext:aws:s3:arn';

/** The property in which a policy names what it is attached to, and what that is. */
const ATTACHED = { Roles: 'role', Users: 'user', Groups: 'group' } as const;
const TYPES = { role: 'AWS::IAM::Role', user: 'AWS::IAM::User', group: 'AWS::IAM::Group' } as const;

const MEMBER = ' (a member)';

/** What a role must have that is not in the template: who may take it does not matter here. */
const NOBODYS_ROLE: JsonObject = { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] } };

/** Each once for a bucket and a key. */
export function lostReaders(update: StackUpdate): LostReader[] {
  const [before, after] = [update.before, update.after].map(withEverybody);
  const [old, now] = [before, after].map(template => new Access([template]));
  const people = old.people(before);
  const calls = concreteCalls(before).filter(call => call.expected === 'allowed' && people.includes(identityOf(call.principal)));
  const may = (access: Access, call: ConcreteCall) => access.judge(call)?.allowed ?? false;
  const lost = calls.filter(call => call.action === 'kms:Decrypt' && call.context[OBJECT] !== undefined && may(old, call) && !may(now, call));
  return distinct(lost.flatMap(({ principal, resource: key, context }) => {
    const [bucket] = String(context[OBJECT]).split('/');
    const isRead = calls.some(call => identityOf(call.principal) === identityOf(principal) && call.action === 's3:GetObject'
      && call.resource.startsWith(`${bucket}/`) && may(now, call));
    return isRead ? [{ who: nameOf(before, identityOf(principal)), bucket, key }] : [];
  }));
}

/** With a member of each group, and with those from elsewhere to whom a policy is attached: of their other policies nothing is known. */
function withEverybody(template: SimulatedTemplate): SimulatedTemplate {
  const { environment, outputs, resources } = template;
  const all = [...resources, ...foreignIdentities(template)];
  const members = all.filter(({ type }) => type === TYPES.group).map(({ logicalId, ref }) =>
    ({ ...identity(template, 'user', `member-of-${ref}`, { Groups: [ref] }), logicalId: `${logicalId}${MEMBER}` }));
  return new SimulatedTemplate(environment, [...all, ...members], outputs);
}

function foreignIdentities(template: SimulatedTemplate): SimulatedResource[] {
  const policies = [...template.ofType('AWS::IAM::ManagedPolicy'), ...template.ofType('AWS::IAM::Policy')].map(policy => Properties.of(policy));
  return (['Roles', 'Users', 'Groups'] as const).flatMap(list => {
    const kind = ATTACHED[list];
    const known = template.ofType(TYPES[kind]).map(({ ref }) => ref);
    const names = new Set(policies.flatMap(policy => policy.texts(list)).filter(name => !known.includes(name)));
    return [...names].map(name => identity(template, kind, name, kind === 'role' ? NOBODYS_ROLE : {}));
  });
}

function identity(template: SimulatedTemplate, kind: keyof typeof TYPES, name: string, properties: JsonObject): SimulatedResource {
  const { partition, account } = template.environment;
  const attributes = { Arn: `arn:${partition}:iam::${account}:${kind}/${name}` };
  return { logicalId: name, type: TYPES[kind], ref: name, attributes, properties, dependsOn: [], waitsFor: [] };
}

function identityOf(principal: ConcreteCall['principal']): string {
  return 'identity' in principal ? principal.identity : '';
}

function nameOf(template: SimulatedTemplate, arn: string): string {
  return template.resources.find(({ attributes }) => attributes.Arn === arn)?.logicalId.replace(MEMBER, '') ?? arn;
}

function distinct(readers: readonly LostReader[]): LostReader[] {
  return [...new Map(readers.map(reader => [JSON.stringify(reader), reader])).values()];
}

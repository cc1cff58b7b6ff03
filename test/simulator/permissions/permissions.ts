/**
 * A small evaluator of IAM: may this role do this, may this service take this role, does this queue, bucket or key let them? What it
 * cannot judge is an error, because a wrong "yes" would prove what is not true.
 */

import { Identities } from './identities';
import { Keys, KmsKey } from './keys';
import { AccessRequest, aliasesIn, rootArn, Verdict } from './policies';
import type { RequestContext } from './policy-conditions';
import { bucketArn, ResourcePolicies } from './resource-policies';
import type { SimulatedTemplate } from '../template/template';

/** What is known of a request beyond what the caller gives. */
const TLS: RequestContext = { 'aws:securetransport': 'true', 's3:tlsversion': '1.3' };

/** The services whose resources have no policies but those that the evaluator reads. */
const JUDGED_SERVICES = ['athena', 'glue', 'kms', 's3'];

/** The identities, keys and resource policies of a template. */
export class Permissions {
  public readonly keys: Keys;
  private readonly identities: Identities;
  private readonly resources: ResourcePolicies;

  public constructor(template: SimulatedTemplate) {
    this.keys = new Keys(template);
    this.identities = new Identities(template);
    this.resources = new ResourcePolicies(template);
  }

  /** Whether the role exists in the template; nothing can be said of a role from elsewhere. */
  public knowsRole(arn: string): boolean {
    return this.resources.ofRole(arn) !== undefined;
  }

  /** Whether the role's trust policy lets a service take the role. */
  public mayAssume(role: string, service: string, context: RequestContext): boolean {
    return this.resources.ofRole(role)?.verdict({ principal: { service }, action: 'sts:AssumeRole', context }) === 'allowed';
  }

  /**
   * Whether a role or user may do something, as IAM decides within one account: nothing forbids it, and their own policies or the
   * bucket's allow it. A key's own policy must allow it or leave it to theirs.
   */
  public may(identity: string, action: string, resource: string, context: RequestContext = {}): boolean {
    const account = identity.split(':')[4];
    const caller: RequestContext = { 'aws:principalarn': identity, 'aws:principalaccount': account, 'kms:calleraccount': account };
    const known: RequestContext = { ...TLS, ...caller, 'kms:resourcealiases': this.keys.aliasesOf(resource) };
    const request: AccessRequest = { principal: { identity }, action, resource, context: { ...known, ...lowerCaseKeys(context) } };
    const own = this.identities.policiesOf(identity)?.verdict(request) ?? 'silent';
    const theirs = this.resourceVerdict(request, resource);
    if (own === 'denied' || theirs === 'denied') return false;
    return theirs === 'allowed' || (own === 'allowed' && (theirs === 'delegated' || serviceOf(action) !== 'kms'));
  }

  /**
   * What `may` says, for tests of what somebody was granted in S3, KMS, Glue and Athena. The context may say what else is known of the
   * call, such as `s3:prefix`. Throws for an identity, bucket or key that is not in the template, and for any other service: a "no" would say nothing.
   */
  public mayAs(identity: string, action: string, resource: string, context: RequestContext = {}): boolean {
    const service = serviceOf(action);
    if (!JUDGED_SERVICES.includes(service)) throw new Error(`${action}: the simulator judges actions of ${JUDGED_SERVICES.join(', ')} only`);
    if (!this.identities.has(identity)) throw new Error(`${identity} is no role or user of the template`);
    if (service === 's3' && resource !== '*' && !this.resources.ofBucket(resource)) throw new Error(`${bucketArn(resource)} is no bucket of the template`);
    return this.may(identity, action, resource, context);
  }

  /** The first statement of a role that names an alias for the use of its key, and the alias. */
  public aliasNamedBy(role: string): { readonly where: string; readonly alias: string } | undefined {
    const statements = this.identities.policiesOf(role)?.statements ?? [];
    return statements.flatMap(statement => aliasesIn(statement).map(alias => ({ where: statement.where, alias })))[0];
  }

  /** The first of some actions on a key that its policy does not let a service do; services have no other policies. */
  public missingOnKey(key: KmsKey, service: string, actions: readonly string[], context: RequestContext): string | undefined {
    const request = { principal: { service }, resource: key.arn, context: lowerCaseKeys(context) };
    return actions.find(action => key.policy.verdict({ ...request, action }) !== 'allowed');
  }

  /** Whether a key's policy leaves an action to the account's policies: whoever deploys is taken to have the right ones. */
  public accountMay(key: KmsKey, action: string, context: RequestContext): boolean {
    const [, partition, , , account] = key.arn.split(':');
    const identity = rootArn(partition, account);
    const verdict = key.policy.verdict({
      principal: { identity },
      action,
      resource: key.arn,
      context: { 'kms:calleraccount': account, ...lowerCaseKeys(context) },
    });
    return verdict === 'allowed' || verdict === 'delegated';
  }

  /** Whether a queue takes messages that EventBridge sends for a rule; `undefined` for a queue from elsewhere. */
  public queueAccepts(queue: string, ruleArn: string): boolean | undefined {
    const context: RequestContext = { ...TLS, 'aws:sourcearn': ruleArn, 'aws:sourceaccount': ruleArn.split(':')[4] };
    const request: AccessRequest = { principal: { service: 'events.amazonaws.com' }, action: 'sqs:SendMessage', resource: queue, context };
    const policies = this.resources.ofQueue(queue);
    return policies && policies.verdict(request) === 'allowed';
  }

  private resourceVerdict(request: AccessRequest, resource: string): Verdict {
    if (serviceOf(request.action) !== 'kms') return this.resources.ofBucket(resource)?.verdict(request) ?? 'silent';
    const key = this.keys.find(resource);
    if (key?.arn !== resource) throw new Error(`${request.action}: ${resource} is no key of the template; what its policy allows cannot be known`);
    return key.policy.verdict(request);
  }
}

function serviceOf(action: string): string {
  return action.split(':')[0].toLowerCase();
}

function lowerCaseKeys(context: RequestContext): RequestContext {
  return Object.fromEntries(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
}

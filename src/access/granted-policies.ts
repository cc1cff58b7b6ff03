// The managed policies by which somebody gets what archives grant. All archives of a stack share them, because IAM lets a user, a group or
// a role have ten: what they say alike stands once, and a policy that is full gets a successor.

import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, IConstruct } from 'constructs';
import { Counted } from '../limits/findings';
import { LIMITS } from '../limits/limits';
import { bytesOf } from '../limits/policies';
import { referencesOf, RenderedApp } from '../limits/rendered-app';
import { stoodIn } from '../limits/stand-ins';
import { shortHash } from '../private/names';
import { isKnown } from '../private/validate';

/** Where the policies stand in a stack. */
const ROOM = 'EventAuditArchiveAccess';

/** By the scopes of their policies. */
const GRANTED = new WeakMap<IConstruct, GrantedPolicies>();

/** Somebody to whom managed policies are attached by name. */
export type PolicyHolder =
  | { readonly kind: 'User'; readonly name: string; readonly holder: iam.IUser }
  | { readonly kind: 'Group'; readonly name: string; readonly holder: iam.IGroup }
  | { readonly kind: 'Role'; readonly name: string; readonly holder: iam.IRole };

/** What a statement allows, which others may say of other resources. */
interface Standing {
  readonly said: string;
  readonly statement: iam.PolicyStatement;
}

/** A policy, and its statements. */
interface Granted {
  readonly policy: iam.ManagedPolicy;
  readonly statements: Standing[];
}

/** The policies of one holder in one stack. What is granted to it they take. */
export class GrantedPolicies implements iam.IPrincipal {
  /** Those of a holder in a stack, which are made with the first grant. A user that is imported twice by the same name is one. */
  public static of(stack: Stack, holder: PolicyHolder): GrantedPolicies {
    const room = stack.node.tryFindChild(ROOM) as Construct | undefined ?? new Construct(stack, ROOM);
    const id = `${holder.kind}${shortHash(isKnown(holder.name) ? holder.name : holder.holder.node.addr)}`;
    const scope = room.node.tryFindChild(id) as Construct | undefined ?? new Construct(room, id);
    const granted = GRANTED.get(scope) ?? new GrantedPolicies(scope, holder);
    GRANTED.set(scope, granted);
    return granted;
  }

  public readonly grantPrincipal: iam.IPrincipal = this;
  public readonly assumeRoleAction = 'sts:AssumeRole';
  private readonly policies: Granted[] = [];

  private constructor(private readonly scope: Construct, private readonly holder: PolicyHolder) {}

  public get policyFragment(): iam.PrincipalPolicyFragment {
    return this.holder.holder.grantPrincipal.policyFragment;
  }

  /** Puts a statement into the first policy that has room for it. */
  public addToPrincipalPolicy(statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult {
    const { Resource: _resource, ...rest } = statement.toStatementJson() as { readonly [element: string]: unknown };
    const said = JSON.stringify(rest);
    const granted = this.policies.find(each => hasRoom(each, said, statement)) ?? this.addPolicy();
    const same = standing(granted, said);
    if (same) {
      same.statement.addResources(...statement.resources);
    } else {
      granted.policy.addStatements(statement);
      granted.statements.push({ said, statement });
    }
    return { statementAdded: true, policyDependable: granted.policy };
  }

  /** How many managed policies the holder has in the app. */
  public count(app: RenderedApp): Counted {
    const { kind, holder, name } = this.holder;
    const property = `${kind.toLowerCase()}s` as 'users' | 'groups' | 'roles';
    const attached = app.ofType<iam.CfnManagedPolicy>('AWS::IAM::ManagedPolicy').filter(policy => {
      const names = policy[property] ?? [];
      return isKnown(name) ? stoodIn(policy, names).value instanceof Array && (stoodIn(policy, names).value as unknown[]).includes(name)
        : referencesOf(policy, names).includes(holder.node.defaultChild!);
    });
    const { managedPolicyArns = [] } = (holder.node.defaultChild ?? {}) as Partial<iam.CfnRole>;
    return {
      prop: 'grantQuery',
      count: attached.length + (Stack.of(this.scope).resolve(managedPolicyArns) as unknown[] ?? []).length,
      limit: LIMITS[`managedPoliciesOf${kind}`],
      of: `of the ${kind.toLowerCase()} ${isKnown(name) ? name : holder.node.path}`,
      remedy: 'grant to several roles, each for some of the archives',
      warning: kind === 'Group' ? undefined : 'managedPoliciesOverDefaultQuota',
    };
  }

  private addPolicy(): Granted {
    const { kind, holder } = this.holder;
    const attached = kind === 'User' ? { users: [holder] } : kind === 'Group' ? { groups: [holder] } : { roles: [holder] };
    const policy = new iam.ManagedPolicy(this.scope, `Policy${this.policies.length + 1}`, { description: 'Access to event audit archives', ...attached });
    const granted: Granted = { policy, statements: [] };
    this.policies.push(granted);
    return granted;
  }
}

/** A statement that says the same. */
function standing({ statements }: Granted, said: string): Standing | undefined {
  return statements.find(each => each.said === said);
}

function hasRoom(granted: Granted, said: string, added: iam.PolicyStatement): boolean {
  const same = standing(granted, said);
  const all = granted.statements.map(({ statement }) => statement === same?.statement
    ? statement.copy({ resources: [...new Set([...statement.resources, ...added.resources])] }) : statement);
  const document = { Version: '2012-10-17', Statement: [...all, ...same ? [] : [added]].map(statement => statement.toStatementJson()) };
  return bytesOf(stoodIn(granted.policy, document).value) <= LIMITS.managedPolicyCharacters.most;
}

/** Roles and users of a template, with all the policies that they have: attached, named, inline, or by a group. */

import { documentOf, Policies, PolicyDocument } from './policies';
import { Properties } from '../template/properties';
import type { SimulatedResource, SimulatedTemplate } from '../template/template';

/** The property in which a policy names what it is attached to. */
const ATTACHED_BY = { 'AWS::IAM::Role': 'Roles', 'AWS::IAM::User': 'Users', 'AWS::IAM::Group': 'Groups' } as const;

/** What the roles and users of a template may do by their own policies. One that nobody asks for may have policies from elsewhere. */
export class Identities {
  private readonly policies = new Map<string, Policies>();
  private readonly foreign = new Map<string, string>();
  private readonly documents: IdentityDocuments;

  public constructor(template: SimulatedTemplate) {
    const documents = new IdentityDocuments(template);
    this.documents = documents;
    for (const identity of [...template.ofType('AWS::IAM::Role'), ...template.ofType('AWS::IAM::User')]) {
      const { Arn: arn } = identity.attributes;
      this.policies.set(arn, new Policies('identity', documents.of(identity)));
      const foreign = documents.foreignPolicyOf(identity);
      if (foreign) this.foreign.set(arn, `${identity.logicalId}.ManagedPolicyArns: the simulator does not know what ${foreign} allows`);
    }
  }

  public has(arn: string): boolean {
    return this.policies.has(arn);
  }

  /** The ARNs of those whose policies are all in the template. */
  public get known(): string[] {
    return [...this.policies.keys()].filter(arn => !this.foreign.has(arn));
  }

  /** The logical ids of policies that nobody has. */
  public get unattached(): string[] {
    return this.documents.unattached();
  }

  /** The policies of an identity; throws where they are not all in the template. */
  public policiesOf(arn: string): Policies | undefined {
    const unknown = this.foreign.get(arn);
    if (unknown) throw new Error(unknown);
    return this.policies.get(arn);
  }
}

class IdentityDocuments {
  private readonly managedPolicies: SimulatedResource[];
  private readonly policies: SimulatedResource[];
  private readonly groups: SimulatedResource[];

  public constructor(private readonly template: SimulatedTemplate) {
    this.managedPolicies = template.ofType('AWS::IAM::ManagedPolicy');
    this.policies = [...this.managedPolicies, ...template.ofType('AWS::IAM::Policy')];
    this.groups = template.ofType('AWS::IAM::Group');
  }

  public of(identity: SimulatedResource): PolicyDocument[] {
    const properties = Properties.of(identity);
    const list = ATTACHED_BY[identity.type as keyof typeof ATTACHED_BY];
    const attached = this.policies.filter(policy => Properties.of(policy).texts(list).includes(identity.ref));
    const inline = properties.objects('Policies').map(policy => ({ document: policy.json.PolicyDocument, where: `${policy.where}.PolicyDocument` }));
    return [...new Set([...attached, ...this.named(properties)])].map(policy => documentOf(policy, 'PolicyDocument'))
      .concat(inline, this.groupsOf(properties).flatMap(group => this.of(group)));
  }

  /** Policies that are attached to nothing, here or elsewhere, and that nobody names. */
  public unattached(): string[] {
    const named = [...this.template.ofType('AWS::IAM::Role'), ...this.template.ofType('AWS::IAM::User'), ...this.groups]
      .flatMap(identity => Properties.of(identity).texts('ManagedPolicyArns'));
    const attached = (policy: SimulatedResource) => Object.values(ATTACHED_BY).some(list => Properties.of(policy).texts(list).length > 0);
    return this.policies.filter(policy => !named.includes(policy.ref) && !attached(policy)).map(({ logicalId }) => logicalId);
  }

  /** A policy that an identity has by its ARN and that is not in the template. */
  public foreignPolicyOf(identity: SimulatedResource): string | undefined {
    return Properties.of(identity).texts('ManagedPolicyArns').find(arn => !this.managedPolicies.some(({ ref }) => ref === arn));
  }

  private named(properties: Properties): SimulatedResource[] {
    return properties.texts('ManagedPolicyArns').flatMap(arn => this.managedPolicies.filter(({ ref }) => ref === arn));
  }

  /** Only users have groups. */
  private groupsOf(properties: Properties): SimulatedResource[] {
    return properties.texts('Groups').map(name => {
      const group = this.groups.find(({ ref }) => ref === name);
      return group ?? properties.fail('Groups', `there is no group ${name} in the template`);
    });
  }
}

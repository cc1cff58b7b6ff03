/** Where a template is deployed to, as far as the simulator is concerned: what the pseudo parameters and other stacks say. */

/** An account, a Region and a stack, and what the template takes from outside. */
export interface Environment {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly urlSuffix: string;
  readonly stackName: string;
  readonly stackId: string;
  /** The organization that the account belongs to; accounts outside of one create no trail for it. */
  readonly organization?: Organization;
  /** What other stacks export: `Fn::ImportValue`. */
  readonly exports: { readonly [name: string]: string };
  /** The outputs of other stacks: `Fn::GetStackOutput`. */
  readonly stackOutputs: { readonly [stack: string]: { readonly [output: string]: string } };
  /** How often a resource was replaced before, by its logical id: each time CloudFormation makes up another name for it. */
  readonly generations: { readonly [logicalId: string]: number };
  /** Values for the template's parameters; those that are absent take their default. */
  readonly parameters: { readonly [name: string]: string };
}

/** An organization of accounts. */
export interface Organization {
  readonly id: string;
  /** It owns what is the organization's, whichever account creates it. */
  readonly managementAccount: string;
}

/** An environment of which only the interesting part is given. */
export function environmentOf(given: Partial<Environment> = {}): Environment {
  const base = { account: '123456789012', region: 'us-east-1', partition: 'aws', urlSuffix: 'amazonaws.com', stackName: 'Simulated' };
  const place = { ...base, ...given };
  const stackId = `arn:${place.partition}:cloudformation:${place.region}:${place.account}:stack/${place.stackName}/51af3dc0-da77-11e4-872e-1234567db123`;
  return { stackId, exports: {}, stackOutputs: {}, generations: {}, parameters: {}, ...place };
}

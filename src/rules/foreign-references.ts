// What a value refers to in other stacks. Before synthesis, references to different things there can resolve to the same text.

import { DefaultTokenResolver, IResolvable, IResolveContext, Reference, Stack, StringConcat, Tokenization } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** The references of a value to other stacks than the scope's, as a text that is the same for the same references. */
export function foreignReferences(scope: Construct, value: unknown): string {
  const collector = new ForeignReferences(Stack.of(scope));
  Tokenization.resolve(value, { scope, resolver: collector, preparing: false });
  return [...collector.found].sort().join();
}

/** Resolves as CDK does, and notes each reference to another stack. */
class ForeignReferences extends DefaultTokenResolver {
  public readonly found = new Set<string>();

  constructor(private readonly stack: Stack) {
    super(new StringConcat());
  }

  public override resolveToken(token: IResolvable, context: IResolveContext, postProcessor: Parameters<DefaultTokenResolver['resolveToken']>[2]): unknown {
    if (Reference.isReference(token) && Stack.of(token.target) !== this.stack) this.found.add(`${token.target.node.addr}.${token.displayName}`);
    return super.resolveToken(token, context, postProcessor);
  }
}

// What cdk-nag finds in the delivery role's policy and why that is inherent: told to it, so that no user has to.

import { Stack, Validations } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { ArchiveLocation } from '../layout/location';

/** Of the intrinsic functions, those in which CDK writes an ARN. */
interface Intrinsic {
  readonly 'Ref'?: string;
  readonly 'Fn::GetAtt'?: unknown[];
  readonly 'Fn::Join'?: [string, unknown[]];
  readonly 'Fn::ImportValue'?: unknown;
}

/** Acknowledges that the policy has a wildcard for the objects of each folder, and for the streams of the error log. */
export function acknowledgeWildcards(policy: iam.ManagedPolicy, { bucket, errors, events }: ArchiveLocation, logStreams: string): void {
  const acknowledge = () => {
    const arn = nameOf(Stack.of(policy).resolve(bucket.bucketArn));
    for (const folder of [errors, events]) record(policy, `${arn}/${folder}*`, `Firehose names the objects that it writes below ${folder}; the role reaches no other.`);
    record(policy, nameOf(Stack.of(policy).resolve(logStreams)), 'All streams of the archive log to its own log group; the role reaches no other.');
  };
  acknowledge();
  // A reference to another stack's bucket gets its last form, by which cdk-nag knows it, only when the app is prepared.
  policy.node.addValidation({
    validate: () => {
      acknowledge();
      return [];
    },
  });
}

/** As metadata, because `Validations.acknowledge` refuses the colons of a literal ARN in an id. */
function record(policy: iam.ManagedPolicy, resource: string, reason: string): void {
  policy.node.addMetadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, { [`AwsSolutions-IAM5[Resource::${resource}]`]: reason });
}

/** A resolved ARN as cdk-nag writes it: joined, with references in angle brackets. */
function nameOf(arn: unknown): string {
  if (typeof arn === 'string') return arn;
  const { 'Ref': ref, 'Fn::GetAtt': attribute, 'Fn::Join': join, 'Fn::ImportValue': name } = arn as Intrinsic;
  if (ref !== undefined) return `<${ref}>`;
  if (attribute) return `<${attribute.map(nameOf).join('.')}>`;
  if (join) return join[1].map(nameOf).join(join[0]);
  return name === undefined ? JSON.stringify(arn) : nameOf(name);
}

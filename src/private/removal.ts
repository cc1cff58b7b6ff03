// What `removalPolicy` means for a stage whose resources hold data of record.

import { CfnResource, RemovalPolicy } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { invalid, show } from './validate';

/**
 * What CloudFormation deletes together with the events in it: a stream with its buffer, a queue with its messages. A bucket it deletes only when
 * that is empty.
 * @see https://docs.aws.amazon.com/firehose/latest/APIReference/API_DeleteDeliveryStream.html
 */
const DELETED_WITH_EVENTS = ['AWS::KinesisFirehose::DeliveryStream', 'AWS::SQS::Queue', 'AWS::SQS::QueuePolicy'];

/** What the user says of the archive's data; without it, the archive chooses for each resource. */
export type Removal = RemovalPolicy | undefined;

/** Applies the policy to every resource below the scope, so that what is kept when the stack goes keeps its role, its permissions and its policies too. */
export function applyToAll(scope: IConstruct, removal: Removal): void {
  for (const child of scope.node.findAll()) {
    if (CfnResource.isCfnResource(child)) child.applyRemovalPolicy(removal ?? keptUnlessUnused(child));
  }
}

/**
 * Everything stays when the stack goes. When what created a resource is rolled back, it goes again, unless events would go with it: a stream
 * that an update made, to which the rules had gone over already, drains by the role that was there before. After a first deployment that fails
 * that role goes too, and the stream, which can write nothing any more, is one of few things that somebody has to delete by hand.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
 */
function keptUnlessUnused({ cfnResourceType }: CfnResource): RemovalPolicy {
  return DELETED_WITH_EVENTS.includes(cfnResourceType) ? RemovalPolicy.RETAIN : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
}

/** The `removalPolicy` of the archive, or an error. */
export function checkedRemovalPolicy(policy: Removal): Removal {
  if (policy === RemovalPolicy.SNAPSHOT) {
    invalid('removalPolicy', show(policy), 'the archive takes RemovalPolicy.RETAIN, RETAIN_ON_UPDATE_OR_DELETE or DESTROY');
  }
  return policy;
}

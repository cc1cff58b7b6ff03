/** What topics, queues and functions let EventBridge do, by the policies that they have themselves. */

import type { KmsKey } from '../permissions/keys';
import type { Permissions } from '../permissions/permissions';
import type { RequestContext } from '../permissions/policy-conditions';
import { ResourcePolicies } from '../permissions/resource-policies';
import { Properties } from '../template/properties';
import type { SimulatedResource, SimulatedTemplate } from '../template/template';

const EVENTBRIDGE = { service: 'events.amazonaws.com' };
const TLS: RequestContext = { 'aws:securetransport': 'true' };

/** What EventBridge does with the key of an encrypted topic or queue. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html */
const KEY_ACTIONS = ['kms:Decrypt', 'kms:GenerateDataKey'];

/** The policies of a template's topics, queues and functions. */
export class TargetPolicies {
  private readonly resources: ResourcePolicies;

  public constructor(template: SimulatedTemplate, private readonly permissions: Permissions) {
    this.resources = new ResourcePolicies(template);
  }

  /**
   * What EventBridge lacks to publish to a topic. To SNS it does not say for which rule it asks, so a condition on that never holds.
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions
   */
  public missingOnTopic(topic: SimulatedResource): string | undefined {
    const request = { principal: EVENTBRIDGE, action: 'sns:Publish', resource: topic.ref, context: TLS };
    if (this.resources.ofTopic(topic.ref)?.verdict(request) !== 'allowed') return `the policy of ${topic.ref} does not let events.amazonaws.com sns:Publish`;
    return this.missingOnKey(topic, {});
  }

  /** What EventBridge lacks to send a rule's messages to a queue. */
  public missingOnQueue(queue: SimulatedResource, ruleArn: string): string | undefined {
    const { Arn: arn } = queue.attributes;
    if (!this.permissions.queueAccepts(arn, ruleArn)) {
      return `the policy of ${arn} does not let events.amazonaws.com sqs:SendMessage for ${ruleArn}`;
    }
    return this.missingOnKey(queue, sourceOf(ruleArn));
  }

  /** What EventBridge lacks to invoke a function for a rule. */
  public missingOnFunction(lambda: SimulatedResource, ruleArn: string): string | undefined {
    const { Arn: arn } = lambda.attributes;
    const request = { principal: EVENTBRIDGE, action: 'lambda:InvokeFunction', resource: arn, context: sourceOf(ruleArn) };
    const isAllowed = this.resources.ofFunction(arn)?.verdict(request) === 'allowed';
    return isAllowed ? undefined : `no permission lets events.amazonaws.com lambda:InvokeFunction on ${arn} for ${ruleArn}`;
  }

  /** What a role of EventBridge's lacks to use the key of a topic or queue. */
  public missingOnKeyByRole(resource: SimulatedResource, properties: Properties, role: string): string | undefined {
    if (!properties.has('KmsMasterKeyId')) return undefined;
    const key = this.keyOf(resource, properties);
    if (typeof key === 'string') return key;
    const missing = KEY_ACTIONS.find(action => !this.permissions.may(role, action, key.arn));
    return missing && `${role} may not ${missing} on ${key.arn}`;
  }

  /** The key, or why nothing of EventBridge's can use it. */
  private keyOf(resource: SimulatedResource, properties: Properties): KmsKey | string {
    const name = properties.text('KmsMasterKeyId');
    if (name.startsWith('alias/aws/')) return `the key ${name} of ${resource.logicalId} does not let ${EVENTBRIDGE.service} use it`;
    return this.permissions.keys.encrypting(properties, 'KmsMasterKeyId', ['key id', 'key ARN', 'alias name', 'alias ARN']);
  }

  private missingOnKey(resource: SimulatedResource, context: RequestContext): string | undefined {
    const properties = Properties.of(resource);
    if (!properties.has('KmsMasterKeyId')) return undefined;
    const key = this.keyOf(resource, properties);
    if (typeof key === 'string') return key;
    const missing = this.permissions.missingOnKey(key, EVENTBRIDGE.service, KEY_ACTIONS, context);
    return missing && `the policy of ${key.arn} does not let ${EVENTBRIDGE.service} ${missing}`;
  }
}

function sourceOf(ruleArn: string): RequestContext {
  return { ...TLS, 'aws:sourcearn': ruleArn, 'aws:sourceaccount': ruleArn.split(':')[4] };
}

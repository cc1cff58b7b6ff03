/** What a resource needs from its first moment, be it named in its properties or not. */

import { Properties } from './properties';
import type { SimulatedResource, SimulatedTemplate } from './template';

/** The resources that must be there before it. */
export function prerequisitesOf(template: SimulatedTemplate, resource: SimulatedResource): SimulatedResource[] {
  const properties = Properties.of(resource);
  const policiesOf = (roles: string[]) => {
    const names = template.ofType('AWS::IAM::Role').filter(({ attributes }) => roles.includes(attributes.Arn)).map(({ ref }) => ref);
    const policies = [...template.ofType('AWS::IAM::ManagedPolicy'), ...template.ofType('AWS::IAM::Policy')];
    return policies.filter(policy => Properties.of(policy).texts('Roles').some(name => names.includes(name)));
  };
  // A role serves several streams, and need not wait for the policies of the others.
  const naming = (policies: SimulatedResource[], names: (string | undefined)[]) => policies.filter(policy => {
    const document = JSON.stringify(policy.properties.PolicyDocument);
    return names.some(name => name !== undefined && document.includes(name));
  });
  switch (resource.type) {
    case 'AWS::Glue::Table': return template.ofType('AWS::Glue::Database').filter(({ ref }) => ref === properties.text('DatabaseName'));
    case 'AWS::Events::Rule': return properties.objects('Targets').flatMap(target => {
      const arn = target.text('Arn');
      const stream = template.ofType('AWS::KinesisFirehose::DeliveryStream').find(({ attributes }) => attributes.Arn === arn);
      const key = stream && Properties.of(stream).optionalObject('DeliveryStreamEncryptionConfigurationInput')?.optionalText('KeyARN');
      return [...naming(policiesOf(target.texts('RoleArn')), [arn, key]), ...target.has('RoleArn') ? [] : topicPolicies(template, arn, resource)];
    });
    case 'AWS::KinesisFirehose::DeliveryStream': {
      const destination = properties.object('ExtendedS3DestinationConfiguration');
      return naming(policiesOf(destination.texts('RoleARN')), [destination.text('BucketARN'), destination.optionalObject('CloudWatchLoggingOptions')?.text('LogStreamName')]);
    }
    case 'AWS::CloudTrail::Trail': return [
      ...template.ofType('AWS::S3::BucketPolicy').filter(policy => Properties.of(policy).text('Bucket') === properties.text('S3BucketName')),
      ...template.ofType('AWS::SNS::TopicPolicy').filter(policy => Properties.of(policy).texts('Topics').includes(resource.attributes.SnsTopicArn)),
    ];
    case 'AWS::Logs::DeliveryDestination': return template.ofType('AWS::Logs::ResourcePolicy');
    default: return [];
  }
}

/** What lets EventBridge publish to a topic without a role. A policy that names the rule comes after it. */
function topicPolicies(template: SimulatedTemplate, topicArn: string | undefined, rule: SimulatedResource): SimulatedResource[] {
  return template.ofType('AWS::SNS::TopicPolicy').filter(policy =>
    Properties.of(policy).texts('Topics').some(topic => topic === topicArn) && !JSON.stringify(policy.properties.PolicyDocument).includes(rule.attributes.Arn));
}

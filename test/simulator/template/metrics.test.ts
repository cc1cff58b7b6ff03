import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SimulatedTemplate } from './template';
import { Extend, synthesize } from '../../synthesize';
import { sampleTemplate, Template } from '../samples/sample-template';

/** The README's alarms, and what one puts on top of them. */
const watch: Extend = (archive, stack) => {
  const deadLetters = archive.metricDeadLetters().createAlarm(stack, 'DeadLetters', { threshold: 1, evaluationPeriods: 1 });
  const late = archive.metricDataFreshness({ period: Duration.minutes(5) }).createAlarm(stack, 'Late', { threshold: 900, evaluationPeriods: 3 });
  new cloudwatch.CompositeAlarm(stack, 'Any', { alarmRule: cloudwatch.AlarmRule.anyOf(deadLetters, late) });
  new cloudwatch.Dashboard(stack, 'Board', { widgets: [[new cloudwatch.GraphWidget({ left: [archive.metricDeadLetters()] }), new cloudwatch.AlarmWidget({ alarm: late })]] });
};

function parse(change: (template: Template) => void = () => undefined): SimulatedTemplate {
  const template = synthesize(undefined, { extend: watch }).template.toJSON() as Template;
  change(template);
  return SimulatedTemplate.parse(template);
}

test('alarms and a dashboard of an archive are known, and what they refer to is resolved', () => {
  const template = parse();
  const [deadLetters, late] = ['DeadLetters', 'Late'].map(id => template.ofType('AWS::CloudWatch::Alarm').find(({ logicalId }) => logicalId.startsWith(id))!);
  const [queue] = template.ofType('AWS::SQS::Queue');
  expect(deadLetters.properties.Dimensions).toEqual([{ Name: 'QueueName', Value: queue.attributes.QueueName }]);
  expect(late.attributes.Arn).toBe(`arn:aws:cloudwatch:us-east-1:123456789012:alarm:${late.ref}`);
  const [composite] = template.ofType('AWS::CloudWatch::CompositeAlarm');
  expect(composite.properties.AlarmRule).toBe(`(ALARM("${deadLetters.attributes.Arn}") OR ALARM("${late.attributes.Arn}"))`);
  expect(template.ofType('AWS::CloudWatch::Dashboard')[0].properties.DashboardBody).toContain(late.attributes.Arn);
});

test.each<[string, string, object, string]>([
  ['an alarm', 'AWS::CloudWatch::Alarm', { Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': ['Nothing', 'QueueName'] } }] }, 'A.Dimensions[0].Value.Fn::GetAtt: Nothing is neither a resource nor a parameter'],
  ['a composite alarm', 'AWS::CloudWatch::CompositeAlarm', { AlarmRule: { 'Fn::Sub': 'ALARM(${Nothing})' } }, 'A.AlarmRule.Fn::Sub.Ref: Nothing is neither a resource nor a parameter'],
  ['a dashboard', 'AWS::CloudWatch::Dashboard', { DashboardBody: { Ref: 'Nothing' } }, 'A.DashboardBody.Ref: Nothing is neither a resource nor a parameter'],
  ['an alarm with a property that AWS does not have', 'AWS::CloudWatch::Alarm', { Color: 'red' }, 'A.Color: the simulator does not know this property'],
])('%s that refers to nothing is refused', (_name, type, properties, message) => {
  expect(() => SimulatedTemplate.parse(sampleTemplate(t => { t.Resources.A = { Type: type, Properties: properties }; }))).toThrow(new Error(message));
});

/** CloudWatch: it watches what happens, and changes nothing of it. */

import { description, inert, KnownResources, open, tags } from '../known-properties';

const WATCHES = 'alarms and dashboards tell, they change nothing of the events';
const watches = inert(WATCHES);

const ALARM_ACTIONS = { ActionsEnabled: watches, AlarmActions: watches, InsufficientDataActions: watches, OKActions: watches };

/** What the simulator knows of it. */
export const METRICS: KnownResources = {
  'AWS::CloudWatch::Alarm': {
    properties: {
      ...ALARM_ACTIONS,
      AlarmDescription: description,
      AlarmName: watches,
      ComparisonOperator: watches,
      DatapointsToAlarm: watches,
      Dimensions: open('inert', WATCHES),
      EvaluateLowSampleCountPercentile: watches,
      EvaluationPeriods: watches,
      ExtendedStatistic: watches,
      MetricName: watches,
      Metrics: open('inert', WATCHES),
      Namespace: watches,
      Period: watches,
      Statistic: watches,
      Threshold: watches,
      ThresholdMetricId: watches,
      TreatMissingData: watches,
      Unit: watches,
      Tags: tags,
    },
    identity: naming => {
      const name = naming.name('AlarmName', 255);
      return { ref: name, attributes: { Arn: naming.arn('cloudwatch', `alarm:${name}`) } };
    },
  },
  'AWS::CloudWatch::CompositeAlarm': {
    properties: {
      ...ALARM_ACTIONS,
      ActionsSuppressor: watches,
      ActionsSuppressorExtensionPeriod: watches,
      ActionsSuppressorWaitPeriod: watches,
      AlarmDescription: description,
      AlarmName: watches,
      AlarmRule: watches,
      Tags: tags,
    },
    identity: naming => {
      const name = naming.name('AlarmName', 255);
      return { ref: name, attributes: { Arn: naming.arn('cloudwatch', `alarm:${name}`) } };
    },
  },
  'AWS::CloudWatch::Dashboard': {
    properties: { DashboardBody: watches, DashboardName: watches, Tags: tags },
    identity: naming => ({ ref: naming.name('DashboardName', 255), attributes: {} }),
  },
};
